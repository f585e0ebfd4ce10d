"""What a company says about its bot, read from an account; and what the channel can do."""

import hashlib
import hmac

from msgspec import Struct

from lyhord.channels.telegram.groups import SCHEME
from lyhord.conversations.account import Account
from lyhord.conversations.channel import Descriptor, Field, Rate, Within
from lyhord.kit.clock import DAY, SECOND

SERVER = "https://api.telegram.org"
_KINDS = frozenset({"text", "html", "image", "audio", "video", "file"})
RATES = (Rate("account", 30, 1), Rate("peer", 1, 1), Rate("group", 20, 60))
"""What Telegram bears, as its FAQ for bots has it: in all, in one chat, in one group."""

DESCRIPTOR = Descriptor(
    channel="telegram",
    ingress="poll",
    schemes=(SCHEME,),
    kinds_in=_KINDS,
    kinds_out=_KINDS,
    text_limit=4096,
    limit_unit="utf16",
    markup="html",
    button_limit=20,
    sent="yes",
    typing_out=True,
    edit=Within(),
    delete=Within(2 * DAY // SECOND),
    reactions=True,
    quotes=True,
    echoes=True,
    expires=True,
    rates=RATES,
    groups=True,
    fields=(
        Field("token", "secret"),
        Field("receive", "choice", default="poll", choices=("poll", "webhook")),
        Field("typing", "switch", required=False, default=True, more=True),
        Field("server", required=False, default=SERVER, more=True),
    ),
)


class Options(Struct, frozen=True):
    """The settings of one inbox, with every value of its type; `webhook_secret` is what Telegram's calls must carry."""

    token: str
    by_webhook: bool
    typing: bool
    server: str
    webhook_secret: str


def read_options(account: Account) -> Options:
    """The settings of `account`. The secret of its webhook follows from the token and the inbox, in every process the same."""
    token = account.secrets.get("token", "").strip()
    secret = hmac.new(token.encode(), f"webhook:{account.key}".encode(), hashlib.sha256).hexdigest()
    return Options(
        token=token,
        by_webhook=account.settings.get("receive") == "webhook",
        typing=account.settings.get("typing") is not False,
        server=str(account.settings.get("server") or SERVER),
        webhook_secret=secret,
    )
