"""What a company says about its account, read from an inbox; and what the channel can do."""

from urllib.parse import urlsplit

from msgspec import Struct

from lyhord.conversations.account import Account
from lyhord.conversations.channel import Descriptor, Field, Rate, Within

SCHEME = "mastodon"
USUAL_LIMIT = 500
MEDIA_LIMIT = 16_000_000
_KINDS = frozenset({"text", "image", "audio", "video"})

DESCRIPTOR = Descriptor(
    channel="mastodon",
    ingress="poll",
    schemes=(SCHEME,),
    kinds_in=_KINDS,
    kinds_out=_KINDS,
    text_limit=USUAL_LIMIT,
    media_limit=MEDIA_LIMIT,
    sent="yes",
    edit=Within(),
    delete=Within(),
    subject=True,
    may_initiate=True,
    native_key=True,
    public=True,
    rates=(Rate("account", 250, 300),),
    fields=(
        Field("server"),
        Field("token", "secret"),
        Field("text_limit", "number", required=False, default=USUAL_LIMIT, more=True),
    ),
)


class Options(Struct, frozen=True):
    """The settings of one inbox. `server` is an origin (`https://social.example`), `host` its name in handles."""

    server: str
    host: str
    token: str
    text_limit: int


def read_options(account: Account) -> Options:
    """The settings of `account`; what makes no sense is as if it weren't there."""
    typed = str(account.settings.get("server") or "").strip().rstrip("/")
    server = typed if "://" in typed or not typed else f"https://{typed}"
    limit = account.settings.get("text_limit")
    fits = isinstance(limit, int) and not isinstance(limit, bool) and 100 <= limit <= 100_000
    return Options(
        server=server,
        host=_host(server),
        token=account.secrets.get("token", "").strip(),
        text_limit=limit if fits and isinstance(limit, int) else USUAL_LIMIT,
    )


def _host(server: str) -> str:
    try:
        return (urlsplit(server).hostname or "").lower()
    except ValueError:
        return ""
