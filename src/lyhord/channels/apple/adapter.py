"""Apple Messages for Business as a channel: one business account."""

import asyncio
import hmac
from contextlib import suppress

from msgspec.structs import replace

from lyhord.channels.apple.api import BAD_SECRET, UNREACHABLE, Api, Trouble, id_of
from lyhord.channels.apple.options import DESCRIPTOR, Options, read_options
from lyhord.channels.apple.outgoing import plan_parts, to_content
from lyhord.channels.apple.payloads import from_place
from lyhord.channels.apple.reading import read_call, wanted_of
from lyhord.channels.apple.tokens import find_fault
from lyhord.conversations.account import Account, Door, Health, Means
from lyhord.conversations.adapting import needed
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
from lyhord.kit.ids import new_reference
from lyhord.kit.problems import NotFound

TYPING_SECONDS = 10.0
_MOST_FETCHED = 100
_PROBLEMS = {
    **dict.fromkeys((401, 403), ("api_secret", BAD_SECRET)),
    **dict.fromkeys((400, 404, 410), ("business_id", "channel.apple.no_business")),
}
_ENTRY = "https://bcrw.apple.com/urn:biz:"

__all__ = ["DESCRIPTOR", "Apple"]


class Apple:
    """One business account. Without `means` it reads and plans, but can't reach Apple."""

    @staticmethod
    def make_tools(means: Means) -> Means:
        """Inboxes share nothing but the way out."""
        return means

    def __init__(self, account: Account, means: Means | None = None) -> None:
        self._options = read_options(account)
        self.descriptor = replace(DESCRIPTOR, typing_out=self._options.typing)
        self._means = means
        self._fetched: dict[str, bytes] = {}
        self._writing: dict[str, asyncio.TimerHandle] = {}
        self._ending: set[asyncio.Task[None]] = set()

    def verify(self, raw: Raw) -> Verdict:
        """By the token, which Apple signs with our secret, and by the business that is called. The body isn't signed."""
        fault = find_fault(raw.headers.get("authorization", ""), self._options)
        called = raw.headers.get("destination-id", "").removeprefix("urn:biz:").encode("utf-8", "replace")
        if not fault and not hmac.compare_digest(called, self._options.business_id.encode("utf-8", "replace")):
            fault = "another business is called"
        return Verdict(ok=not fault, reason=fault)

    def handshake(self, raw: Raw) -> Reply | None:
        """None: Apple doesn't try us."""
        return None

    async def look_up(self, raw: Raw) -> None:
        """Fetch an answer that was too large for its call, at once, since it doesn't lie there for long. Raises `Trouble`."""
        wanted = wanted_of(raw)
        if wanted is None or wanted[0] in self._fetched:
            return
        with suppress(NotFound):  # gone for good: the message is shown as not understood
            self._fetched[wanted[0]] = await self._api.decode(wanted[1])
        if len(self._fetched) > _MOST_FETCHED:
            del self._fetched[next(iter(self._fetched))]

    def parse(self, raw: Raw) -> list[Inbound]:
        """What a call says."""
        return read_call(raw, self._fetched.get)

    def ack(self, raw: Raw, *, ok: bool) -> Reply:
        """Nothing."""
        return Reply(status=200 if ok else 503)

    def plan(self, outbound: Outbound, context: Context) -> Plan | Refusal:
        """As the descriptor and the customer's device say."""
        return plan_parts(self.descriptor, outbound, context, self._options.name)

    async def send(self, outbound: Outbound, key: str) -> Outcome:
        """One message, its files brought to Apple first. Apple knows by its id whether it has it already."""
        try:
            files = [await self._bring(item) for item in outbound.media]
        except NotFound:
            return Failed("file.lost")
        except Trouble as trouble:
            return trouble.outcome
        request = id_of(key.partition(".")[0])  # names the first part, which is what the message is called
        content = to_content(outbound, request, files)
        return await self._api.send(outbound.to.value, content, key, automatic=outbound.automatic)

    async def amend(self, amendment: Amendment, key: str) -> Outcome:
        """Refused: Apple lets businesses change nothing that left."""
        return Failed("amend.not_here")

    async def show_typing(self, to: Address) -> None:
        """Until the next message, or until this wasn't called again for ten seconds."""
        known = self._writing.pop(to.value, None)
        later = asyncio.get_running_loop().call_later(TYPING_SECONDS, self._end_typing, to.value)
        self._writing[to.value] = later
        if known is None:
            await self._api.send(to.value, {"type": "typing_start"}, new_reference())
        else:
            known.cancel()

    async def fetch_media(self, media: Media) -> bytes:
        """The bytes that lie at Apple."""
        stored = from_place(media.url or "")
        if stored is None:
            raise NotFound("there is no such file")
        return await self._api.fetch(stored)

    async def run(self, door: Door) -> None:
        """Nothing to fetch."""

    async def health(self) -> Health:
        """Whether Apple would take a file of ours: that needs secret and ids, and sends nothing."""
        problems = tuple(_missing(self._options))
        if problems:
            return Health(ok=False, problems=problems)
        try:
            await self._api.check()
        except Trouble as trouble:
            return Health(ok=False, problems=(_problem(trouble),))
        return Health(ok=True, who=self._options.business_id, link=f"{_ENTRY}{self._options.business_id}")

    def _end_typing(self, to: str) -> None:
        async def end() -> None:
            await self._api.send(to, {"type": "typing_end"}, new_reference())

        del self._writing[to]
        task = asyncio.create_task(end())
        self._ending.add(task)
        task.add_done_callback(self._ending.discard)

    async def _bring(self, media: Media) -> dict[str, str]:
        plain = await self._needed.files.read(media.file or "") if media.content is None else media.content
        return await self._api.upload(media, plain)

    @property
    def _api(self) -> Api:
        return Api(self._needed, self._options)

    @property
    def _needed(self) -> Means:
        return needed(self._means)


def _missing(options: Options) -> list[tuple[str, str, str]]:
    named = ("business_id", "msp_id", "api_secret")
    missing = [(name, "channel.apple.missing", "") for name in named if not getattr(options, name)]
    return missing or ([] if options.key else [("api_secret", "channel.apple.no_secret", "")])


def _problem(trouble: Trouble) -> tuple[str, str, str]:
    """As the inbox's page shows it."""
    if trouble.code:
        return (*_PROBLEMS.get(trouble.code, ("", "channel.apple.refused")), f"{trouble.code}: {trouble.words}")
    ours = getattr(trouble.outcome, "ours", False)
    return (*(("api_address", "problem.address_refused") if ours else ("", UNREACHABLE)), trouble.words)
