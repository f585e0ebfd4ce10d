"""A number at an SMS centre, spoken to by SMPP 3.4: bound as a transceiver for as long as the inbox is connected."""

import asyncio
import hashlib
from uuid import uuid4

from typing_extensions import override

from lyhord.channels.sms.joining import Held, Joiner
from lyhord.channels.sms.links import Centre, Link, Lost, NotBound, open_link
from lyhord.channels.sms.messages import (
    is_receipt,
    joined_text,
    outgoing,
    read_part,
    read_receipt,
    read_text,
)
from lyhord.channels.sms.numbers import address_of
from lyhord.channels.sms.options import Options
from lyhord.channels.sms.pdus import (
    TON_INTERNATIONAL,
    Command,
    Malformed,
    Pdu,
    ShortMessage,
    Status,
    message_body,
    read_id,
    read_message,
)
from lyhord.channels.sms.tools import Tools
from lyhord.channels.sms.ways import (
    BAD_LOGIN,
    BAD_NUMBER,
    BUSY,
    NO_ANSWER,
    UNREACHABLE,
    Texts,
    flags_of,
    missing,
    not_understood,
)
from lyhord.conversations.account import Account, Door, Health
from lyhord.conversations.exchange import (
    Accepted,
    Address,
    Failed,
    Inbound,
    InboundMessage,
    Outbound,
    Outcome,
    Raw,
    Reply,
    Retry,
    Unknown,
    Unsupported,
    Verdict,
)
from lyhord.conversations.optouts.model import find_wish
from lyhord.kit.clock import MINUTE, SECOND
from lyhord.kit.database import Busy, StorageFull
from lyhord.kit.pacing import full_jitter

BUSY_SECONDS = 2.0
LONGEST_PAUSE = MINUTE
LONGEST_LOOK = 60.0
GOES_ON = 4
"""How often a later part of a message is tried that the centre is too busy to take."""

_TOO_BUSY = frozenset({Status.QUEUE_FULL, Status.THROTTLED, Status.TEMPORARY, Status.SYSTEM_ERROR})
_REASONS: dict[int, str] = {Status.BAD_TARGET: BAD_NUMBER, Status.BAD_SOURCE: "problem.sms.bad_source"}
_NO_LOGIN = frozenset({Status.BIND_FAILED, Status.BAD_PASSWORD, Status.BAD_SYSTEM_ID})


class Smpp(Texts):
    """One number. Parts of long messages wait in the inbox's state until the message is whole."""

    def __init__(self, account: Account, options: Options, tools: Tools | None) -> None:
        self._options = options
        self._tools = tools
        self._centre = Centre(
            options.host,
            options.port,
            options.tls,
            options.system_id,
            account.secrets.get("smpp_password", ""),
            options.system_type,
        )
        self._reference = int.from_bytes(hashlib.sha256(account.inbox_id.encode()).digest()[:1], "big")

    def verify(self, raw: Raw) -> Verdict:
        """Always refused: an SMS centre posts nothing."""
        return Verdict(ok=False, reason="an SMS centre takes no webhooks")

    def parse(self, raw: Raw) -> list[Inbound]:
        """The message in the body of a `deliver_sm`, which stands alone here; `run` joins the parts of long ones."""
        external_id = hashlib.sha256(raw.body).hexdigest()
        try:
            return self.read(read_message(raw.body), external_id)
        except Malformed:
            return not_understood(external_id)

    def ack(self, ok: bool) -> Reply:
        """Nobody hears it."""
        return Reply(200 if ok else 503)

    async def send(self, outbound: Outbound, key: str) -> Outcome:
        """The centre tells no duplicates: what it doesn't answer is unknown. Its id is that of the last part."""
        assert self._tools is not None, "this number was opened without tools"
        try:
            link = await self._tools.links.sending(self._centre)
        except NotBound as error:
            return Retry(BAD_LOGIN if error.status in _NO_LOGIN else UNREACHABLE)
        self._reference = self._reference + 1 & 0xFF
        messages = outgoing(outbound.text, outbound.to.value, self._reference, self._options)
        outcome: Outcome = Unknown(NO_ANSWER)
        for number, message in enumerate(messages):
            outcome = await self._submit(link, message, patient=number > 0)
            if not isinstance(outcome, Accepted):
                return outcome
        return outcome

    @override
    async def run(self, door: Door) -> None:
        """Bound until cancelled; when the session ends, again after a while that grows."""
        falls = 0
        while True:
            try:
                await self._serve(door)
                falls = 0
            except NotBound as error:
                falls += 1
                await door.report(Health(ok=False, problems=(_refused(error),)))
            await asyncio.sleep((SECOND + full_jitter(falls, cap=LONGEST_PAUSE)) / SECOND)

    async def health(self) -> Health:
        """Whether the centre lets us bind."""
        lacking = missing(
            number=self._options.number,
            smpp_host=self._options.host,
            system_id=self._options.system_id,
            smpp_password=self._centre.password,
        )
        if lacking or self._tools is None:
            return Health(ok=False, problems=lacking)
        try:
            await (await open_link(self._centre)).close()
        except NotBound as error:
            if error.status != Status.ALREADY_BOUND:
                return Health(ok=False, problems=(_refused(error),))
        return Health(ok=True)

    async def _serve(self, door: Door) -> None:
        """One session, from the bind to its end. Raises `NotBound`."""
        assert self._tools is not None, "this number was opened without tools"
        inlet = Inlet(self, door, self._tools, Joiner(await door.recall()))
        link = await open_link(self._centre, inlet.take)
        self._tools.links.offer(self._centre, link)
        try:
            await door.report(Health(ok=True))
            while not link.over.is_set():
                await inlet.show_overdue()
                try:
                    async with asyncio.timeout(inlet.patience()):
                        await link.over.wait()
                except TimeoutError:
                    continue
        finally:
            self._tools.links.withdraw(self._centre, link)
            await link.close()

    async def _submit(self, link: Link, message: ShortMessage, *, patient: bool) -> Outcome:
        for attempt in range(1, GOES_ON + 1):
            try:
                answer = await link.ask(Command.SUBMIT_SM, message_body(message))
            except NotBound:
                return Unknown(NO_ANSWER) if patient else Retry(UNREACHABLE)
            except Lost:
                return Unknown(NO_ANSWER)
            if answer.status not in _TOO_BUSY or not patient:
                break
            await asyncio.sleep(attempt)
        if not answer.status:
            return Accepted(self._named(read_id(answer.body)))
        if answer.status in _TOO_BUSY:
            return Failed(BUSY) if patient else Retry(BUSY, BUSY_SECONDS)
        return Failed(_REASONS.get(answer.status) or f"SMPP 0x{answer.status:02x}")

    def _named(self, external_id: str) -> str:
        """The id as receipts write it: some centres answer in hexadecimal and report in decimal."""
        try:
            return str(int(external_id, 16)) if self._options.decimal else external_id
        except ValueError:
            return external_id

    def _sender(self, source: str, ton: int) -> Address:
        return address_of(
            "+" + source if ton == TON_INTERNATIONAL and source.isdigit() else source, self._options.country
        )

    def read(self, message: ShortMessage, external_id: str) -> list[Inbound]:
        """A message that is no part of another, or what became of one of ours."""
        if is_receipt(message):
            status = read_receipt(message)
            return [] if status is None else [status]
        sender = (self._sender(message.source, message.source_ton),)
        return [self._said(read_text(message, self._options), sender, external_id)]

    def _said(self, text: str | None, sender: tuple[Address, ...], external_id: str) -> Inbound:
        if text is None:
            return Unsupported(external_id=external_id, reason="problem.sms.binary", sender=sender)
        flags = flags_of(find_wish(text), self._options)
        return InboundMessage(external_id=external_id, sender=sender, text=text, flags=flags)

    def read_held(self, held: Held) -> Inbound:
        """A long message, whole or with gaps."""
        return self._said(joined_text(held, self._options), (self._sender(held.source, held.ton),), held.external_id)


class Inlet:
    """What comes in through one session: stored before the centre hears that we have it."""

    def __init__(self, number: Smpp, door: Door, tools: Tools, joiner: Joiner) -> None:
        self._number = number
        self._door = door
        self._clock = tools.clock
        self._joiner = joiner
        self._session = uuid4().hex
        self._turn = asyncio.Lock()

    async def take(self, pdu: Pdu) -> int:
        """Store one packet; what to answer. While it can't be stored the centre keeps it and tries again."""
        try:
            async with self._turn:
                await self._store(pdu)
        except (Busy, StorageFull):
            return Status.TEMPORARY
        return Status.OK

    async def _store(self, pdu: Pdu) -> None:
        raw, external_id = Raw(pdu.body), f"{self._session}:{pdu.sequence}"
        try:
            message = read_message(pdu.body)
        except Malformed:
            await self._door.receive(raw, not_understood(external_id))
            return
        part = None if is_receipt(message) else read_part(message)
        if part is None:
            await self._door.receive(raw, self._number.read(message, external_id))
            return
        ready = self._joiner.add(part, self._clock())
        for held in ready:
            await self._show(held)
        if not ready:
            await self._door.remember(self._joiner.state())

    async def show_overdue(self) -> None:
        """Show what waited long enough for its missing parts."""
        async with self._turn:
            for held in self._joiner.overdue(self._clock()):
                await self._show(held)

    def patience(self) -> float:
        """In how many seconds it is to be looked whether a message is overdue: a minute at most."""
        due = self._joiner.next_due()
        return LONGEST_LOOK if due is None else min(LONGEST_LOOK, max(0.05, (due - self._clock()) / SECOND))

    async def _show(self, held: Held) -> None:
        await self._door.receive(Raw(held.octets), [self._number.read_held(held)])
        self._joiner.drop(held)
        await self._door.remember(self._joiner.state())


def _refused(error: NotBound) -> tuple[str, str, str]:
    if error.status is None:
        return "smpp_host", UNREACHABLE, ""
    if error.status in _NO_LOGIN:
        return "smpp_password", BAD_LOGIN, ""
    return "system_id", "problem.sms.odd_answer", f"0x{error.status:02x}"
