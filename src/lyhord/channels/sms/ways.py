"""What each way of having a number offers to the adapter, and what they share."""

from typing import Protocol
from urllib.parse import urlencode

from lyhord.channels.sms.options import Options
from lyhord.channels.sms.tools import Tools
from lyhord.conversations.account import Account, Door, Health
from lyhord.conversations.exchange import Inbound, Media, Outbound, Outcome, Raw, Reply, Unsupported, Verdict
from lyhord.conversations.optouts.model import CONFIRMED, Wish
from lyhord.kit.problems import NotFound

REFERENCE = "ref"
"""The part of the query with which a receipt names what it is about: the key given to `send`."""

NO_ANSWER = "problem.sms.no_answer"
BAD_LOGIN = "problem.sms.bad_login"
BAD_NUMBER = "problem.sms.bad_number"
BUSY = "problem.sms.busy"
UNREACHABLE = "problem.sms.unreachable"
MISSING = "problem.sms.missing"
"""Message keys."""


class Way(Protocol):
    """One inbox's way in and out; the methods promise what those of `Adapter` do."""

    def verify(self, raw: Raw) -> Verdict: ...

    def parse(self, raw: Raw) -> list[Inbound]: ...

    def ack(self, ok: bool) -> Reply: ...

    async def send(self, outbound: Outbound, key: str) -> Outcome: ...

    async def fetch_media(self, media: Media) -> bytes: ...

    async def run(self, door: Door) -> None: ...

    async def health(self) -> Health: ...


class Texts:
    """What a way needn't say where it brings nothing but texts, and is called."""

    async def fetch_media(self, media: Media) -> bytes:
        """Raises `NotFound`: no files come."""
        raise NotFound("nothing but texts come here")

    async def run(self, door: Door) -> None:
        """Nothing to fetch."""


def flags_of(wish: Wish | None, options: Options, *, confirmed: bool = False) -> frozenset[str]:
    """The flags of a message that asks for something, which may need no confirmation from us."""
    if wish is None:
        return frozenset()
    return frozenset({wish, CONFIRMED}) if confirmed or not options.confirms else frozenset({wish})


def called_at(account: Account, options: Options, tools: Tools | None, **query: str) -> str:
    """The address at which this inbox is called from outside; "" where nobody told."""
    base = options.public_address or (tools.base_address.rstrip("/") if tools else "")
    if not base:
        return ""
    return f"{base}/in/{account.key}" + (f"?{urlencode(query)}" if query else "")


def not_understood(external_id: str, reason: str = "problem.not_understood") -> list[Inbound]:
    """What stands for a call in which nothing was found."""
    return [Unsupported(external_id=external_id, reason=reason)]


def missing(**answers: str) -> tuple[tuple[str, str, str], ...]:
    """A problem for each answer that isn't there."""
    return tuple((field, MISSING, "") for field, answer in answers.items() if not answer)
