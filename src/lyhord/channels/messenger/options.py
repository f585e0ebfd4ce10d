"""What a company says about its Page, read from an account; and what the channel can do."""

from msgspec import Struct

from lyhord.channels.messenger.feed import SCHEME
from lyhord.channels.meta.graph import SERVER
from lyhord.channels.meta.sending import HUMAN_WINDOW, LARGEST_FILE, MOST_BUTTONS
from lyhord.conversations.account import Account
from lyhord.conversations.channel import Descriptor, Field, Rate, Window, Within

LONGEST, LONGEST_COMMENT = 2_000, 8_000
"""Characters of a private message (Send API) and of a comment."""
_KINDS = frozenset({"text", "image", "audio", "video", "file"})

DESCRIPTOR = Descriptor(
    channel="messenger",
    ingress="webhook",
    schemes=(SCHEME,),
    kinds_in=_KINDS,
    kinds_out=_KINDS,
    text_limit=LONGEST,
    button_limit=MOST_BUTTONS,
    media_limit=LARGEST_FILE,
    sent="yes",
    delivered="yes",
    read="yes",
    read_model="watermark",
    typing_out=True,
    edit=Within(public=True),
    delete=Within(public=True),
    reactions=True,
    quotes=True,
    window=Window("inbound", HUMAN_WINDOW),
    public=True,
    private_answer=Within(7 * 24 * 3600),
    hide=True,
    echoes=True,
    rates=(Rate("account", 300, 1),),
    ack_seconds=5,
    fields=(
        Field("page_id"),
        Field("token", "secret"),
        Field("app_id"),
        Field("app_secret", "secret"),
        Field("human_agent", "switch", required=False, default=False),
        Field("comments", "switch", required=False, default=True),
        Field("typing", "switch", required=False, default=True, more=True),
        Field("seen", "switch", required=False, default=False, more=True),
        Field("server", required=False, default=SERVER, more=True),
    ),
)
"""The widest: an account without the tag HUMAN_AGENT has 24 hours, one that leaves comments aside has nothing public."""


class Options(Struct, frozen=True):
    """The settings of one inbox, with every value of its type. `verify_token` is the last part of our address: nobody else knows that."""

    page_id: str
    token: str
    app_id: str
    app_secret: str
    verify_token: str
    human_agent: bool
    comments: bool
    typing: bool
    seen: bool
    server: str


def read_options(account: Account) -> Options:
    """The settings of `account`; what is missing or of a wrong type counts as not given."""
    given, secrets = account.settings, account.secrets

    def text(name: str) -> str:
        return str(given.get(name) or "").strip()

    return Options(
        page_id=text("page_id"),
        token=secrets.get("token", "").strip(),
        app_id=text("app_id"),
        app_secret=secrets.get("app_secret", "").strip(),
        verify_token=account.key,
        human_agent=given.get("human_agent") is True,
        comments=given.get("comments") is not False,
        typing=given.get("typing") is not False,
        seen=given.get("seen") is True,
        server=text("server") or SERVER,
    )
