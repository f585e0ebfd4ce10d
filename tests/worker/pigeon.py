"""A channel for tests of the worker: it does as it is told, send by send, and remembers what it got."""

import asyncio
from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from lyhord.conversations.account import Account, Door, Health
from lyhord.conversations.channel import Adapter, Descriptor
from lyhord.conversations.exchange import (
    Accepted,
    Address,
    Amendment,
    Context,
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

DESCRIPTOR = Descriptor(
    channel="pigeon",
    ingress="socket",
    schemes=("pigeon",),
    kinds_in=frozenset({"text"}),
    kinds_out=frozenset({"text"}),
)


class Loft:
    """All pigeons of a test: the registry of channels, and what the outside world saw."""

    def __init__(self, *, native: bool = False) -> None:
        self.descriptor = replace(DESCRIPTOR, native_key=native)
        self.script: list[Outcome | Exception] = []
        self.sent: list[tuple[str, str]] = []
        self.opened: list[Account] = []
        self.open_failure: Exception | None = None
        self.refusal: Refusal | None = None
        self.contexts: list[Context] = []
        self.plan_failure: Exception | None = None
        self.gate: asyncio.Event | None = None
        self.under_way = 0
        self.most_under_way = 0
        self.runs: list[str] = []
        self.shut: list[str] = []
        self.most_open = 0
        """How many runs of one inbox there were at once."""
        self.fetches: list[Any] = []
        self.doors: list[Door] = []
        self.files: list[bytes | Exception] = []

    def open(self, channel: str, account: Account) -> Adapter:
        """A pigeon."""
        assert channel == "pigeon"
        if self.open_failure:
            raise self.open_failure
        self.opened.append(account)
        return Pigeon(self, account)

    async def fetch(self, media: Media) -> bytes:
        """The next of `files`; an exception among them is raised."""
        file = self.files.pop(0)
        if isinstance(file, Exception):
            raise file
        return file

    def tells_duplicates(self, channel: str) -> bool:
        """As the one channel says."""
        return self.descriptor.native_key


class Plain:
    """A sealer that seals nothing."""

    def open(self, text: str) -> Mapping[str, str]:
        """The text as a secret."""
        return {"secret": text}


class Pigeon:
    """The adapter. A text with "|" leaves in parts."""

    def __init__(self, loft: Loft, account: Account) -> None:
        self.descriptor = loft.descriptor
        self._loft = loft
        self._account = account

    def verify(self, raw: Raw) -> Verdict:
        return Verdict(ok=False)

    def handshake(self, raw: Raw) -> Reply | None:
        return None

    def parse(self, raw: Raw) -> list[Inbound]:
        return []

    def ack(self, raw: Raw, *, ok: bool) -> Reply:
        return Reply()

    def plan(self, outbound: Outbound, context: Context) -> Plan | Refusal:
        if self._loft.plan_failure:
            raise self._loft.plan_failure
        self._loft.contexts.append(context)
        if context.opted_out:
            return Refusal("plan.opted_out")
        parts = tuple(replace(outbound, text=text) for text in outbound.text.split("|"))
        return self._loft.refusal or Plan(parts)

    async def send(self, outbound: Outbound, key: str) -> Outcome:
        return await self._tell(outbound.text, key)

    async def _tell(self, what: str, key: str) -> Outcome:
        loft = self._loft
        loft.under_way += 1
        loft.most_under_way = max(loft.most_under_way, loft.under_way)
        try:
            if loft.gate:
                await loft.gate.wait()
            await asyncio.sleep(0)
            told = loft.script.pop(0) if loft.script else Accepted(f"their-{key}")
            if isinstance(told, Accepted):
                loft.sent.append((what, key))
            if isinstance(told, Exception):
                raise told
            return told
        finally:
            loft.under_way -= 1

    async def amend(self, amendment: Amendment, key: str) -> Outcome:
        words = amendment.outbound.text if amendment.outbound else amendment.emoji
        return await self._tell(f"{amendment.deed} {amendment.message} {words}".strip(), key)

    async def show_typing(self, to: Address) -> None:
        pass

    async def fetch_media(self, media: Media) -> bytes:
        return await self._loft.fetch(media)

    async def run(self, door: Door) -> None:
        loft = self._loft
        loft.runs.append(self._account.name)
        loft.doors.append(door)
        loft.most_open = max(loft.most_open, loft.runs.count(self._account.name) - loft.shut.count(self._account.name))
        fetch = loft.fetches.pop(0) if loft.fetches else None
        if isinstance(fetch, Exception):
            raise fetch
        if fetch == "called":
            return
        try:
            await asyncio.sleep(3600)
        finally:
            loft.shut.append(self._account.name)

    async def health(self) -> Health:
        return Health(ok=True)
