"""What a company says about its account, read from an inbox; and what the channel can do."""

from msgspec import Struct

from lyhord.conversations.account import Account
from lyhord.conversations.channel import Descriptor, Field, Rate, Within

SCHEME = "x"
SERVER = "https://api.x.com"
POST_LIMIT, LONGEST_POST = 280, 25_000
"""What a post may weigh, and where the account has Premium."""
DM_LIMIT = 10_000
MEDIA_LIMIT = 5_000_000
_KINDS = frozenset({"text", "image"})

DESCRIPTOR = Descriptor(
    channel="x",
    ingress="webhook",
    schemes=(SCHEME,),
    kinds_in=_KINDS | {"video"},
    kinds_out=_KINDS,
    text_limit=DM_LIMIT,
    media_limit=MEDIA_LIMIT,
    sent="yes",
    read="yes",
    read_model="watermark",
    typing_in=True,
    delete=Within(public=True),
    may_initiate=True,
    public=True,
    hide=True,
    echoes=True,
    rates=(Rate("account", 100, 900),),
    fields=(
        Field("consumer_key"),
        Field("consumer_secret", "secret"),
        Field("access_token", "secret"),
        Field("access_secret", "secret"),
        Field("posts", "switch", required=False, default=True),
        Field("client_secret", "secret", required=False, more=True),
        Field("post_limit", "number", required=False, default=POST_LIMIT, more=True),
        Field("server", required=False, default=SERVER, more=True),
    ),
)
"""An account that leaves posts aside has nothing public. The rate is that of `POST /2/tweets`; private messages have a lower one, which
X tells when it is reached.
"""


class Options(Struct, frozen=True):
    """The settings of one inbox. `user_id` is the account's number, with which its access token begins."""

    consumer_key: str
    consumer_secret: str
    access_token: str
    access_secret: str
    client_secret: str
    posts: bool
    post_limit: int
    server: str

    @property
    def user_id(self) -> str:
        """Whose account it is; "" where the token doesn't say."""
        number = self.access_token.partition("-")[0]
        return number if number.isdecimal() and number != self.access_token else ""


def read_options(account: Account) -> Options:
    """The settings of `account`; what makes no sense is as if it weren't there."""
    given, secrets = account.settings, account.secrets

    def secret(name: str) -> str:
        return secrets.get(name, "").strip()

    limit = given.get("post_limit")
    fits = isinstance(limit, int) and not isinstance(limit, bool) and POST_LIMIT <= limit <= LONGEST_POST
    return Options(
        consumer_key=str(given.get("consumer_key") or "").strip(),
        consumer_secret=secret("consumer_secret"),
        access_token=secret("access_token"),
        access_secret=secret("access_secret"),
        client_secret=secret("client_secret"),
        posts=given.get("posts") is not False,
        post_limit=limit if fits and isinstance(limit, int) else POST_LIMIT,
        server=str(given.get("server") or "").strip().rstrip("/") or SERVER,
    )
