"""What a company says about its official account, read from an inbox; and what the channel can do."""

from msgspec import Struct

from lyhord.conversations.account import Account
from lyhord.conversations.channel import Descriptor, Field, Window
from lyhord.kit.clock import HOUR, SECOND

SCHEME = "wechat"
API = "https://api.weixin.qq.com"
_KINDS = frozenset({"text", "image", "audio", "video"})

DESCRIPTOR = Descriptor(
    channel="wechat",
    ingress="webhook",
    schemes=(SCHEME,),
    kinds_in=_KINDS,
    kinds_out=_KINDS,
    text_limit=2_048,
    limit_unit="bytes",
    button_limit=10,
    media_limit=10_000_000,
    sent="yes",
    typing_out=True,
    window=Window("inbound", 48 * HOUR // SECOND),
    opt_out=True,
    ack_seconds=5,
    payload_type="text/xml",
    fields=(
        Field("app_id"),
        Field("app_secret", "secret"),
        Field("token", "secret"),
        Field("aes_key", "secret", required=False),
        Field("typing", "switch", required=False, default=True, more=True),
        Field("api_address", required=False, default=API, more=True),
    ),
)


class Options(Struct, frozen=True):
    """The settings of one inbox, with every value of its type. With an `aes_key` only encrypted calls are believed."""

    app_id: str
    app_secret: str
    token: str
    aes_key: str
    typing: bool
    api_address: str


def read_options(account: Account) -> Options:
    """The settings of `account`; what is missing or of a wrong type counts as not given."""

    def text(name: str) -> str:
        value = account.settings.get(name)
        return value.strip() if isinstance(value, str) else ""

    return Options(
        app_id=text("app_id"),
        app_secret=account.secrets.get("app_secret", "").strip(),
        token=account.secrets.get("token", "").strip(),
        aes_key=account.secrets.get("aes_key", "").strip(),
        typing=account.settings.get("typing") is not False,
        api_address=text("api_address").rstrip("/") or API,
    )
