"""What a company says about its account, read from an inbox; and what the channel can do."""

from urllib.parse import urlsplit

from msgspec import Struct
from msgspec.structs import replace

from lyhord.conversations.account import Account
from lyhord.conversations.channel import Descriptor, Field, Within

SCHEME = "bluesky"
SERVICE = "https://bsky.social"

DESCRIPTOR = Descriptor(
    channel="bluesky",
    ingress="poll",
    schemes=(SCHEME,),
    kinds_in=frozenset({"text", "image"}),
    kinds_out=frozenset({"text", "image"}),
    text_limit=1_000,
    limit_unit="graphemes",
    media_limit=1_000_000,
    sent="yes",
    delete=Within(),
    may_initiate=True,
    public=True,
    hide=True,
    fields=(
        Field("handle"),
        Field("password", "secret"),
        Field("chat", "switch", required=False, default=True),
        Field("service", required=False, default=SERVICE, more=True),
    ),
)


class Options(Struct, frozen=True):
    """The settings of one inbox. `service` is the origin of the server that keeps the account; `chat`: private messages, too."""

    handle: str
    password: str
    service: str
    chat: bool


def read_options(account: Account) -> Options:
    """The settings of `account`."""
    typed = str(account.settings.get("service") or SERVICE).strip().rstrip("/")
    return Options(
        handle=str(account.settings.get("handle") or "").strip().lstrip("@").lower(),
        password=account.secrets.get("password", "").strip(),
        service=typed if urlsplit(typed).scheme else f"https://{typed}",
        chat=account.settings.get("chat") is not False,
    )


def narrowed(options: Options) -> Descriptor:
    """What one inbox can do: without private messages nobody is written to who hasn't spoken in public."""
    return DESCRIPTOR if options.chat else replace(DESCRIPTOR, may_initiate=False)
