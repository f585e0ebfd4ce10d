"""XMPP as a channel: one address of a component, which is connected to the company's own server."""

import asyncio
import time

import msgspec

from lyhord.channels.xmpp.files import NoUpload, upload
from lyhord.channels.xmpp.options import DESCRIPTOR, is_address, problems_of, read_options
from lyhord.channels.xmpp.outgoing import plan_parts, to_change, to_message, to_read, to_state
from lyhord.channels.xmpp.reading import UNSHOWN, name_of, passes, read_message, read_note, reason_of, stanza_id
from lyhord.channels.xmpp.stanzas import Element, Malformed, read_stanza
from lyhord.channels.xmpp.streams import Component, Lost, NotOpen, Stream, open_stream
from lyhord.channels.xmpp.talk import Talk
from lyhord.channels.xmpp.tools import Tools
from lyhord.conversations.account import Account, Door, Health
from lyhord.conversations.adapting import needed
from lyhord.conversations.exchange import (
    Accepted,
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
    Retry,
    Unknown,
    Unsupported,
    Verdict,
    unread_id,
)
from lyhord.kit.clock import MINUTE, SECOND
from lyhord.kit.egress import Call, Refused
from lyhord.kit.pacing import full_jitter
from lyhord.kit.problems import NotFound

LARGEST_FILE = 25_000_000
ELSEWHERE_SECONDS = 2.0
"""Another process may have the stream: it will take what is due soon."""
LONGEST_PAUSE = MINUTE

__all__ = ["DESCRIPTOR", "Xmpp"]


class Xmpp:
    """One address. Without `tools` it reads and plans, but can't reach its server."""

    make_tools = Tools.lent

    def __init__(self, account: Account, tools: Tools | None = None) -> None:
        self._options = read_options(account)
        self._account = account
        self._tools = tools
        self._component = Component(
            self._options.host,
            self._options.port,
            self._options.tls,
            self._options.domain,
            account.secrets.get("secret", ""),
        )
        self.descriptor = msgspec.structs.replace(DESCRIPTOR, typing_out=self._options.typing)

    def verify(self, raw: Raw) -> Verdict:
        """Always refused: an XMPP server posts nothing."""
        return Verdict(ok=False, reason="an XMPP server takes no webhooks")

    def handshake(self, raw: Raw) -> Reply | None:
        """None: nobody sets anything up."""
        return None

    def parse(self, raw: Raw) -> list[Inbound]:
        """The message in a stanza as it was kept; `run` knows people's names beside it."""
        try:
            stanza = read_stanza(raw.body)
        except Malformed:
            return [Unsupported(external_id=unread_id(raw.body), reason=UNSHOWN)]
        return read_message(stanza, self._options, read_note(stanza), 0) if stanza.name == "message" else []

    def ack(self, raw: Raw, *, ok: bool) -> Reply:
        """Nobody hears it."""
        return Reply(200 if ok else 503)

    def plan(self, outbound: Outbound, context: Context) -> Plan | Refusal:
        """As the descriptor says, each file in a message of its own."""
        return plan_parts(self.descriptor, outbound, context)

    async def send(self, outbound: Outbound, key: str) -> Outcome:
        """One message. Servers don't tell a second attempt from a second message, so that no answer is `Unknown`."""
        stream = self._stream()
        if stream is None:
            return Retry("channel.xmpp.not_connected", ELSEWHERE_SECONDS, ours=True)
        try:
            url = await self._upload(stream, outbound.media[0]) if outbound.media else ""
        except NoUpload as error:
            return error.outcome
        except NotFound:
            return Failed("file.lost")
        except (NotOpen, Lost):
            return Retry("channel.xmpp.unreachable")
        message = to_message(outbound, key, self._options, url)
        return await self._deliver(stream, message, outbound.group_id)

    async def amend(self, amendment: Amendment, key: str) -> Outcome:
        """Correct, retract or react."""
        stream = self._stream()
        message = to_change(amendment, key, self._options, needed(self._tools).origins.get(amendment.message, ""))
        if message is None:
            return Failed(f"amend.no_{amendment.deed}")
        if stream is None:
            return Retry("channel.xmpp.not_connected", ELSEWHERE_SECONDS, ours=True)
        outcome = await self._deliver(stream, message, amendment.group_id)
        if isinstance(outcome, Unknown):  # done twice it is done once
            return Retry(outcome.reason)
        return Accepted("") if isinstance(outcome, Accepted) else outcome

    async def show_typing(self, to: Address) -> None:
        """Until something is said; raises `NotOpen` where another process has the stream."""
        await self._tell(to_state(to.value, "composing", self._options))

    async def show_typing_in(self, group_id: str) -> None:
        """As `show_typing`, in a room."""
        await self._tell(to_state(group_id, "composing", self._options, group=True))

    async def show_read(self, to: Address, message: str, group_id: str | None = None) -> None:
        """How far the company has read, where the inbox shows it; raises as `show_typing`."""
        if self._options.reads:
            peer = message.partition(" ")[0]
            await self._tell(to_read(peer, message, self._options, group=peer in self._options.rooms))

    async def fetch_media(self, media: Media) -> bytes:
        """The bytes behind an address that somebody sent."""
        call = Call(url=media.url or "", seconds=60, size=LARGEST_FILE, hops=3)
        try:
            answer = await needed(self._tools).means.call(call)
        except Refused as error:
            raise NotFound(error.detail, key="channel.xmpp.file_refused") from None
        if answer.status in {403, 404, 410}:
            raise NotFound("the file is gone", key="channel.xmpp.file_gone")
        if answer.status != 200:
            raise Lost
        return answer.body

    async def run(self, door: Door) -> None:
        """Connected until cancelled; when the stream ends, again after a while that grows."""
        falls = 0
        while True:
            begun = time.monotonic()
            try:
                await self._serve(door)
            except NotOpen as error:
                await door.report(Health(ok=False, problems=(_refused(error),)))
            except Lost:
                await door.report(Health(ok=False, problems=(_refused(NotOpen()),)))
            falls = 1 if time.monotonic() - begun > LONGEST_PAUSE / SECOND else falls + 1
            await asyncio.sleep((SECOND / 2 + full_jitter(falls, cap=LONGEST_PAUSE)) / SECOND)

    async def health(self) -> Health:
        """Whether the server takes us for this domain; where we are connected already, whether it still answers."""
        wrong = problems_of(self._options, self._component.secret)
        if wrong:
            return Health(ok=False, problems=wrong)
        good = Health(ok=True, who=self._options.address, link=f"xmpp:{self._options.address}?message")
        try:
            stream = await open_stream(self._component, _ignore)
        except NotOpen as error:
            return good if error.reason == "conflict" else Health(ok=False, problems=(_refused(error),))
        await stream.close()
        return good

    async def _serve(self, door: Door) -> None:
        """One stream, from its beginning to its end. Raises `NotOpen` and `Lost`."""
        talk = Talk(self._options, self._account.name, door)
        stream = await open_stream(self._component, talk.take)
        needed(self._tools).streams.offer(self._options.domain, stream)
        try:
            await talk.begin(stream)
            await stream.echo()
            await door.report(Health(ok=True))
            await stream.over.wait()
            if stream.reason:
                raise NotOpen(stream.reason)
        finally:
            needed(self._tools).streams.withdraw(self._options.domain, stream)
            await stream.close()

    async def _deliver(self, stream: Stream, message: Element, room: str | None) -> Outcome:
        """Hand over a message: a room says it to all, us included, and gives it its name; for a person the server has dealt with it."""
        peer = room or message.get("to")
        try:
            answer = await (stream.reflect(message) if room else stream.settle(message))
        except NotOpen:
            return Retry("channel.xmpp.unreachable")
        except Lost:
            return Unknown("delivery.no_answer")
        if answer is not None and answer.get("type") == "error":
            return Retry(reason_of(answer)) if passes(answer) else Failed(reason_of(answer))
        named = stanza_id(answer, room=True) if answer is not None else message.get("id")
        if room:
            needed(self._tools).remember(name_of(peer, named), message.get("id"))
        return Accepted(name_of(peer, named))

    async def _upload(self, stream: Stream, media: Media) -> str:
        files = needed(self._tools).means.files
        content = await files.read(media.file or "") if media.content is None else media.content
        return await upload(stream, needed(self._tools).means.call, self._options, media, content)

    async def _tell(self, stanza: Element) -> None:
        stream = self._stream()
        if stream is None or not is_address(stanza.get("to")):
            raise NotOpen
        await stream.send(stanza)

    def _stream(self) -> Stream | None:
        return needed(self._tools).streams.find(self._options.domain)


async def _ignore(_: Element) -> None:
    """A stream that is only tried takes nothing."""


def _refused(error: NotOpen) -> tuple[str, str, str]:
    if not error.reason:
        return "host", "channel.xmpp.unreachable", ""
    if error.reason == "not-authorized":
        return "secret", "channel.xmpp.bad_secret", ""
    if error.reason in {"host-unknown", "invalid-namespace", "host-gone"}:
        return "domain", "channel.xmpp.bad_domain", ""
    if error.reason == "conflict":
        return "", "channel.xmpp.conflict", ""
    return "", "channel.xmpp.refused_us", error.reason
