"""What a company says about its bot, read from an inbox; and what the channel can do."""

from msgspec import Struct

from lyhord.conversations.account import Account
from lyhord.conversations.channel import Descriptor, Field

SCHEME = "viber"
API = "https://chatapi.viber.com"
LONGEST_NAME = 28
"""Characters of the sender's name."""
_KINDS = frozenset({"text", "image", "video", "file"})

DESCRIPTOR = Descriptor(
    channel="viber",
    ingress="webhook",
    schemes=(SCHEME,),
    kinds_in=_KINDS,
    kinds_out=_KINDS,
    text_limit=7_000,
    button_limit=24,
    media_limit=50_000_000,
    sent="yes",
    delivered="yes",
    read="yes",
    read_model="message",
    may_initiate=True,
    opt_out=True,
    fields=(
        Field("auth_token", "secret"),
        Field("sender_name", required=False, default=""),
        Field("api_address", required=False, default=API, more=True),
    ),
)


class Options(Struct, frozen=True):
    """The settings of one inbox, with every value of its type. `sender_name` fits Viber."""

    auth_token: str
    sender_name: str
    api_address: str


def read_options(account: Account) -> Options:
    """The settings of `account`; what is missing or of a wrong type counts as not given."""

    def text(name: str) -> str:
        value = account.settings.get(name)
        return value.strip() if isinstance(value, str) else ""

    return Options(
        auth_token=account.secrets.get("auth_token", "").strip(),
        sender_name=(text("sender_name") or account.name)[:LONGEST_NAME],
        api_address=text("api_address").rstrip("/") or API,
    )
