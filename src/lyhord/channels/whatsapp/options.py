"""What a company says about its number, read from an account; and what the channel can do."""

from msgspec import Struct

from lyhord.channels.meta.graph import SERVER
from lyhord.channels.whatsapp.people import PERSON, PHONE
from lyhord.conversations.account import Account
from lyhord.conversations.channel import Descriptor, Field, Rate, Window
from lyhord.kit.clock import DAY, SECOND

_KINDS = frozenset({"text", "image", "audio", "video", "file"})
OPENS_LIST = "☰"

DESCRIPTOR = Descriptor(
    channel="whatsapp",
    ingress="webhook",
    schemes=(PHONE, PERSON),
    kinds_in=_KINDS,
    kinds_out=_KINDS,
    text_limit=4096,
    markup="html",
    button_limit=3,
    button_length=20,
    list_limit=10,
    row_length=24,
    media_limit=100_000_000,
    sent="yes",
    delivered="yes",
    read="partial",
    read_model="message",
    typing_out=True,
    reactions=True,
    quotes=True,
    window=Window("inbound", DAY // SECOND, after="template"),
    may_initiate=True,
    groups=True,
    echoes=True,
    templates=True,
    rates=(Rate("account", 80, 1), Rate("peer", 10, 60)),
    ack_seconds=5,
    cost_known=False,
    fields=(
        Field("number_id"),
        Field("account_id"),
        Field("token", "secret"),
        Field("app_secret", "secret"),
        Field("typing", "switch", required=False, default=False, more=True),
        Field("reads", "switch", required=False, default=False, more=True),
        Field("opens_list", required=False, default=OPENS_LIST, more=True),
        Field("server", required=False, default=SERVER, more=True),
    ),
)


class Options(Struct, frozen=True):
    """The settings of one inbox, with every value of its type. `verify_token` is what Meta repeats when an address is set up."""

    number_id: str
    account_id: str
    token: str
    app_secret: str
    verify_token: str
    typing: bool
    reads: bool
    opens_list: str
    server: str


def read_options(account: Account) -> Options:
    """The settings of `account`. Its verify token is the last part of its address, so that nobody has to make one up."""

    def text(name: str, default: str = "") -> str:
        value = account.settings.get(name)
        return str(value).strip() or default if isinstance(value, str | int) else default

    return Options(
        number_id=text("number_id"),
        account_id=text("account_id"),
        token=account.secrets.get("token", "").strip(),
        app_secret=account.secrets.get("app_secret", "").strip(),
        verify_token=account.key,
        typing=account.settings.get("typing") is True,
        reads=account.settings.get("reads") is True,
        opens_list=text("opens_list", OPENS_LIST)[:20],
        server=text("server", SERVER),
    )
