"""Long messages that come in parts, in any order: kept until they are whole, or for so long that they are shown with a gap."""

import hashlib
from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import Struct

from lyhord.kit.clock import MINUTE

PATIENCE = 5 * MINUTE
"""How long the missing parts of a message are waited for."""
MOST = 200
"""Unfinished messages of one inbox that are kept."""
GAP = " […] "


class Part(Struct, frozen=True):
    """Part `number` of `total` of what one sender sent. `octets` are text in `coding`, not yet decoded; `ton` is the kind of number."""

    source: str
    ton: int
    target: str
    reference: int
    number: int
    total: int
    coding: int
    octets: bytes


class Held(Struct, frozen=True):
    """The parts of one message so far, by their number as text. `begun_at` in Unix milliseconds."""

    source: str
    ton: int
    target: str
    reference: int
    total: int
    coding: int
    begun_at: int
    parts: dict[str, bytes]

    @property
    def is_whole(self) -> bool:
        """Whether nothing is missing."""
        return len(self.parts) == self.total

    @property
    def external_id(self) -> str:
        """The same for the same message, also when its last part comes again."""
        facts = (self.source, self.target, self.reference, self.total, self.begun_at)
        return hashlib.sha256(msgspec.json.encode(facts)).hexdigest()

    @property
    def octets(self) -> bytes:
        """What has come, in order."""
        return b"".join(piece for piece in self.pieces() if piece is not None)

    def pieces(self) -> list[bytes | None]:
        """The parts in order, neighbours joined; None stands for one or more that are missing."""
        pieces: list[bytes | None] = []
        for number in range(1, self.total + 1):
            octets = self.parts.get(str(number))
            if octets is not None and pieces and pieces[-1] is not None:
                pieces[-1] += octets
            elif octets is not None or not pieces or pieces[-1] is not None:
                pieces.append(octets)
        return pieces


class Joiner:
    """The unfinished messages of one inbox. What `state` gives carries them over a restart."""

    def __init__(self, state: Mapping[str, object] | None = None) -> None:
        held = (state or {}).get("held")
        self._held = {_key(one): one for one in _read(held)}

    def state(self) -> dict[str, Any]:
        """What a restart needs."""
        return {"held": msgspec.to_builtins(list(self._held.values()))}

    def add(self, part: Part, now: int) -> list[Held]:
        """Take a part; the messages that can be shown now, which stay until `drop`.

        Another part with the number of one that is there begins another message: senders count references from 0 again.
        """
        key = _key(part)
        before = self._held.get(key)
        ready: list[Held] = []
        number = str(part.number)
        if before is not None and before.parts.get(number, part.octets) != part.octets:
            ready.append(before)
            before = None
        begun_at, parts = (before.begun_at, before.parts) if before else (now, {})
        whole = Held(
            part.source,
            part.ton,
            part.target,
            part.reference,
            part.total,
            part.coding,
            begun_at,
            {**parts, number: part.octets},
        )
        self._held[key] = whole
        if whole.is_whole:
            ready.append(whole)
        elif len(self._held) > MOST:
            ready.append(min(self._held.values(), key=lambda one: one.begun_at))
        return ready

    def drop(self, shown: Held) -> None:
        """It is stored as a message."""
        if self._held.get(_key(shown)) == shown:
            del self._held[_key(shown)]

    def overdue(self, now: int) -> list[Held]:
        """Those whose missing parts were waited for long enough, oldest first."""
        late = [one for one in self._held.values() if one.begun_at + PATIENCE <= now]
        return sorted(late, key=lambda one: one.begun_at)

    def next_due(self) -> int | None:
        """When the next one is overdue (Unix milliseconds), None where nothing is waited for."""
        return min((one.begun_at + PATIENCE for one in self._held.values()), default=None)


def _key(one: Part | Held) -> tuple[str, str, int, int]:
    return one.source, one.target, one.reference, one.total


def _read(held: object) -> list[Held]:
    try:
        return msgspec.convert(held or [], list[Held])
    except msgspec.ValidationError:
        return []
