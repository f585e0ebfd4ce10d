"""What a company says about its account, read from an inbox's; and what the channel can do."""

from typing import Literal

from msgspec import Struct

from lyhord.channels.instagram.comments import SCHEME
from lyhord.channels.meta.graph import SERVER
from lyhord.channels.meta.sending import HUMAN_WINDOW, LARGEST_FILE, MOST_BUTTONS
from lyhord.conversations.account import Account
from lyhord.conversations.channel import Descriptor, Field, Rate, Window, Within

INSTAGRAM = "https://graph.instagram.com"
LONGEST, LONGEST_COMMENT = 1_000, 300
"""Bytes of a private message (Instagram messaging), characters of a comment (Instagram platform, comments)."""
Login = Literal["instagram", "page"]
_KINDS = frozenset({"text", "image", "audio", "video", "file"})

DESCRIPTOR = Descriptor(
    channel="instagram",
    ingress="webhook",
    schemes=(SCHEME,),
    kinds_in=_KINDS,
    kinds_out=_KINDS,
    text_limit=LONGEST,
    limit_unit="bytes",
    button_limit=MOST_BUTTONS,
    media_limit=LARGEST_FILE,
    sent="yes",
    delivered="no",
    read="yes",
    read_model="watermark",
    typing_out=True,
    delete=Within(public=True),
    reactions=True,
    window=Window("inbound", HUMAN_WINDOW),
    public=True,
    private_answer=Within(7 * 24 * 3600),
    hide=True,
    echoes=True,
    rates=(Rate("account", 100, 1),),
    ack_seconds=5,
    fields=(
        Field("login", "choice", default="instagram", choices=("instagram", "page")),
        Field("account_id"),
        Field("token", "secret"),
        Field("app_id"),
        Field("app_secret", "secret"),
        Field("human_agent", "switch", required=False, default=False),
        Field("comments", "switch", required=False, default=True),
        Field("typing", "switch", required=False, default=True, more=True),
        Field("seen", "switch", required=False, default=False, more=True),
        Field("server", required=False, default="", more=True),
    ),
)
"""The widest: files leave only by way of a Page, and an account without the tag HUMAN_AGENT has 24 hours."""


class Options(Struct, frozen=True):
    """The settings of one inbox, with every value of its type. `server` is where the way of logging in is had.

    `verify_token` is the last part of our address: nobody else knows that.
    """

    login: Login
    account_id: str
    token: str
    app_id: str
    app_secret: str
    verify_token: str
    human_agent: bool
    comments: bool
    typing: bool
    seen: bool
    server: str

    @property
    def by_page(self) -> bool:
        """Whether the account is reached by way of the Page that it is linked to."""
        return self.login == "page"


def read_options(account: Account) -> Options:
    """The settings of `account`; what is missing or of a wrong type counts as not given."""
    given, secrets = account.settings, account.secrets

    def text(name: str) -> str:
        return str(given.get(name) or "").strip()

    login: Login = "page" if given.get("login") == "page" else "instagram"
    return Options(
        login=login,
        account_id=text("account_id"),
        token=secrets.get("token", "").strip(),
        app_id=text("app_id"),
        app_secret=secrets.get("app_secret", "").strip(),
        verify_token=account.key,
        human_agent=given.get("human_agent") is True,
        comments=given.get("comments") is not False,
        typing=given.get("typing") is not False,
        seen=given.get("seen") is True,
        server=text("server") or (SERVER if login == "page" else INSTAGRAM),
    )
