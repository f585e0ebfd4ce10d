"""What a company says about its official account, read from an inbox; and what the channel can do."""

from msgspec import Struct

from lyhord.conversations.account import Account
from lyhord.conversations.channel import Descriptor, Field, Rate

SCHEME = "line"
API = "https://api.line.me"
CONTENT = "https://api-data.line.me"
"""Where LINE keeps what customers send."""

DESCRIPTOR = Descriptor(
    channel="line",
    ingress="webhook",
    schemes=(SCHEME,),
    kinds_in=frozenset({"text", "image", "audio", "video", "file"}),
    kinds_out=frozenset({"text", "image", "video"}),
    text_limit=5_000,
    limit_unit="utf16",
    button_limit=13,
    media_limit=50_000_000,
    sent="yes",
    typing_out=True,
    may_initiate=True,
    opt_out=True,
    native_key=True,
    groups=True,
    rates=(Rate("account", 2_000, 1),),
    fields=(
        Field("access_token", "secret"),
        Field("channel_secret", "secret"),
        Field("typing", "switch", required=False, default=True, more=True),
        Field("reads", "switch", required=False, default=False, more=True),
        Field("api_address", required=False, default=API, more=True),
    ),
)


class Options(Struct, frozen=True):
    """The settings of one inbox, with every value of its type. `content_address` is where files are fetched."""

    access_token: str
    channel_secret: str
    typing: bool
    reads: bool
    api_address: str
    content_address: str


def read_options(account: Account) -> Options:
    """The settings of `account`; what is missing or of a wrong type counts as not given."""
    given = account.settings.get("api_address")
    address = given.strip().rstrip("/") if isinstance(given, str) and given.strip() else API
    return Options(
        access_token=account.secrets.get("access_token", "").strip(),
        channel_secret=account.secrets.get("channel_secret", "").strip(),
        typing=account.settings.get("typing") is not False,
        reads=account.settings.get("reads") is True,
        api_address=address,
        content_address=CONTENT if address == API else address,
    )
