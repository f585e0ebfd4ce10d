"""SMS as a channel: what it can do, and one number's way in and out."""

from collections.abc import Callable

from msgspec.structs import replace

from lyhord.channels.sms.alphabet import is_costly, segments_of
from lyhord.channels.sms.kannel import Kannel
from lyhord.channels.sms.numbers import is_number, to_number
from lyhord.channels.sms.options import DESCRIPTOR, Options, read_options
from lyhord.channels.sms.smpp import Smpp
from lyhord.channels.sms.tools import Tools
from lyhord.channels.sms.twilio import Twilio
from lyhord.channels.sms.ways import BAD_NUMBER, Way
from lyhord.conversations.account import Account, Door, Health
from lyhord.conversations.exchange import (
    Address,
    Amendment,
    Context,
    Failed,
    Inbound,
    Media,
    Outbound,
    Outcome,
    Plan,
    Raw,
    Refusal,
    Reply,
    Verdict,
)
from lyhord.conversations.keywords.model import SETTING, read_keywords
from lyhord.conversations.plan import plan_by_descriptor, with_addresses

__all__ = ["DESCRIPTOR", "Sms"]

_WAYS: dict[str, Callable[[Account, Options, Tools | None], Way]] = {"twilio": Twilio, "smpp": Smpp, "kannel": Kannel}


class Sms:
    """One number or short code. How it is had, its settings say. Without `tools` it reads and plans, but sends nothing."""

    make_tools = Tools.lent

    def __init__(self, account: Account, tools: Tools | None = None) -> None:
        self._options = read_options(account)
        self._settings = account.settings
        self._way = _WAYS[self._options.way](account, self._options, tools)
        self._tools = tools
        kinds = DESCRIPTOR.kinds_out | ({"image"} if self._options.pictures else set())
        self.descriptor = replace(DESCRIPTOR, kinds_out=kinds)

    def verify(self, raw: Raw) -> Verdict:
        """By the signature or the password of whoever calls."""
        return self._way.verify(raw)

    def handshake(self, raw: Raw) -> Reply | None:
        """None: nobody sets anything up."""
        return None

    def parse(self, raw: Raw) -> list[Inbound]:
        """Messages and receipts."""
        return self._way.parse(raw)

    def ack(self, raw: Raw, *, ok: bool) -> Reply:
        """What nothing is sent to the customer for."""
        return self._way.ack(ok)

    def plan(self, outbound: Outbound, context: Context) -> Plan | Refusal:
        """As the descriptor says, with the number of SMS that it will be. Files leave as links; pictures as such, where the number can."""
        number = to_number(outbound.to.value, self._options.country)
        if outbound.to.value and not (outbound.to.scheme == "tel" and is_number(number)):
            return Refusal("plan.bad_number")
        if self._tools is not None and self._tools.base_address:
            outbound = with_addresses(outbound, context, self._tools.address_of)
        plan = plan_by_descriptor(self.descriptor, outbound, context)
        if isinstance(plan, Refusal):
            return plan
        texts = [part.text for part in plan.parts]
        costly = ("plan.costly_characters",) if any(map(is_costly, texts)) else ()
        segments = sum(len(segments_of(text)) for text in texts)
        return Plan(plan.parts, (*plan.changes, *costly), segments)

    async def send(self, outbound: Outbound, key: str) -> Outcome:
        """One text, in as many SMS as it takes."""
        number = to_number(outbound.to.value, self._options.country)
        if not is_number(number):
            return Failed(BAD_NUMBER)
        return await self._way.send(replace(outbound, to=replace(outbound.to, value=number)), key)

    async def amend(self, amendment: Amendment, key: str) -> Outcome:
        """Refused: what was sent stays as it was sent."""
        return Failed("amend.not_here")

    async def show_typing(self, to: Address) -> None:
        """Nothing: no SMS says that somebody writes."""

    async def fetch_media(self, media: Media) -> bytes:
        """The file of a picture message."""
        return await self._way.fetch_media(media)

    async def run(self, door: Door) -> None:
        """The session with an SMS centre; the others call us."""
        await self._way.run(door)

    async def health(self) -> Health:
        """Tries the account for real, or tells what is missing for that; and the first keyword that makes no sense."""
        wrong = read_keywords(self._settings)[1]
        if wrong:
            return Health(ok=False, problems=((SETTING, "problem.keyword", wrong[0]),))
        return await self._way.health()
