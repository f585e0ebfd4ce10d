"""What a company says about its business account at Apple, read from an inbox; and what the channel can do."""

from base64 import b64decode

from msgspec import Struct

from lyhord.conversations.account import Account
from lyhord.conversations.channel import Descriptor, Field

SCHEME = "apple"
API = "https://mspgw.push.apple.com/v1"
LARGEST_FILE = 100_000_000
_KINDS = frozenset({"text", "image", "audio", "video", "file"})

DESCRIPTOR = Descriptor(
    channel="apple",
    ingress="webhook",
    schemes=(SCHEME,),
    kinds_in=_KINDS,
    kinds_out=_KINDS,
    text_limit=4_000,
    button_limit=5,
    button_length=24,
    list_limit=10,
    media_limit=LARGEST_FILE,
    sent="yes",
    typing_in=True,
    typing_out=True,
    opt_out=True,
    native_key=True,
    peers=True,
    payload_type="application/gzip",
    fields=(
        Field("business_id"),
        Field("msp_id"),
        Field("api_secret", "secret"),
        Field("typing", "switch", required=False, default=True, more=True),
        Field("api_address", required=False, default=API, more=True),
    ),
)


class Options(Struct, frozen=True):
    """The settings of one inbox, with every value of its type. `key` signs, and is empty where the secret is none."""

    business_id: str
    msp_id: str
    api_secret: str
    key: bytes
    name: str
    typing: bool
    api_address: str


def read_options(account: Account) -> Options:
    """The settings of `account`; what is missing or of a wrong type counts as not given."""

    def text(name: str) -> str:
        value = account.settings.get(name)
        return value.strip() if isinstance(value, str) else ""

    secret = "".join(account.secrets.get("api_secret", "").split())
    try:
        key = b64decode(secret, validate=True)
    except ValueError:
        key = b""
    return Options(
        business_id=text("business_id").removeprefix("urn:biz:"),
        msp_id=text("msp_id"),
        api_secret=secret,
        key=key,
        name=account.name,
        typing=account.settings.get("typing") is not False,
        api_address=text("api_address").rstrip("/") or API,
    )
