"""What the outside world saw, a JSON line for each operation, and what must be true of it beside what the product holds in the end.

The checker trusts nothing that the product says of itself but its rows: who posted, who was acknowledged, what the provider received and
what readers saw is noted by those who did it.

    posted      id                  somebody sent this message, maybe again
    acked       id                  and was answered 2xx
    asked       id conversation     an agent's reply was accepted by the product, in this order
    received    id conversation     the provider took it, in this order
    saw         reader epoch first last     numbers of the log that a reader was told of, shown or skipped
    began       reader epoch seq    where the reader's place stood when the stream opened or was begun afresh
"""

import json
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from msgspec import Struct

Operation = dict[str, Any]


class Journal:
    """Notes of what happened outside, in the order in which it did. Any thread may write. Without a path they are kept in memory alone."""

    def __init__(self, path: Path | None = None) -> None:
        self._lock = threading.Lock()
        self._file = path.open("a", buffering=1) if path else None
        self.operations: list[Operation] = []

    def until_now(self) -> "Journal":
        """A copy that hears no more."""
        copy = Journal()
        with self._lock:
            copy.operations = list(self.operations)
        return copy

    def note(self, op: str, **facts: Any) -> None:
        """One operation, one line, with the moment on this process's own clock, in seconds."""
        operation = {"op": op, **facts, "at": round(time.monotonic(), 4)}
        with self._lock:
            self.operations.append(operation)
            if self._file:
                self._file.write(json.dumps(operation) + "\n")

    def of(self, op: str) -> Iterator[Operation]:
        """All operations of one kind, oldest first."""
        with self._lock:
            return iter([one for one in self.operations if one["op"] == op])

    def close(self) -> None:
        """Nothing more is noted."""
        if self._file:
            self._file.close()


class Holdings(Struct):
    """What the product's rows say in the end, of one workspace."""

    received: list[tuple[str, str]] = []
    """(external id, message id) of every inbound message."""
    announced: list[str] = []
    """The message id of every `message.received` in the log."""
    numbers: list[int] = []
    """Numbers of the log's events, lowest first."""
    last: int = 0
    """The number that the log's head carries."""
    unknown: set[str] = set()
    """Texts of the replies of which the log says at any time that they may have left."""
    files: list[str] = []
    """SHA-256 of every file that a message names."""
    unheard: int = 0
    """How many messages the follower that hears them has still before it."""


def nothing_lost(journal: Journal, held: Holdings) -> list[str]:
    """Every acknowledged id has a message."""
    there = {external for external, _ in held.received}
    return [f"lost: {op['id']} was acknowledged" for op in journal.of("acked") if op["id"] not in there]


def nothing_doubled(_: Journal, held: Holdings) -> list[str]:
    """No id has two messages."""
    counted = Counter(external for external, _ in held.received)
    return [f"doubled: {external} has {count} messages" for external, count in counted.items() if count > 1]


def nothing_invented(journal: Journal, held: Holdings) -> list[str]:
    """Nobody is quoted who said nothing."""
    said = {op["id"] for op in journal.of("posted")}
    return [f"invented: {external}" for external, _ in held.received if external not in said]


def one_event_each(_: Journal, held: Holdings) -> list[str]:
    """Every message stands in the log exactly once."""
    told = Counter(held.announced)
    ids = {message_id for _, message_id in held.received}
    wrong = [f"events: message {one} has {told[one]} events" for one in ids if told[one] != 1]
    return wrong + [f"events: {one} is told of and isn't there" for one in told if one not in ids]


def numbers_without_holes(_: Journal, held: Holdings) -> list[str]:
    """The log counts 1, 2, 3 … up to its head."""
    wanted = list(range(1, held.last + 1))
    return [] if held.numbers == wanted else [f"numbers: {_first_difference(held.numbers, wanted)}"]


def readers_contiguous(journal: Journal, held: Holdings) -> list[str]:
    """Each reader was told of every number after its place, once, in order; and nobody of one that isn't there in the end."""
    wrong: list[str] = []
    place: dict[str, tuple[int, int]] = {}
    for op in [one for one in journal.operations if one["op"] in ("began", "saw")]:
        reader = op["reader"]
        if op["op"] == "began":
            before = place.get(reader)
            if before and not op.get("reset") and (op["epoch"], op["seq"]) != before:
                wrong.append(f"stream: {reader} stood at {before} and was put at {op['epoch']}:{op['seq']}")
            place[reader] = (op["epoch"], op["seq"])
            continue
        epoch, seq = place.get(reader, (0, 0))
        if (op["epoch"], op["first"]) != (epoch, seq + 1):
            wrong.append(f"stream: {reader} stood at {epoch}:{seq} and was told of {op['epoch']}:{op['first']}")
        if op["last"] > held.last:
            wrong.append(f"stream: {reader} was told of {op['last']}, the log ends at {held.last}")
        place[reader] = (op["epoch"], op["last"])
    return wrong


def readers_complete(journal: Journal, held: Holdings) -> list[str]:
    """In the end every reader stands at the head of the log."""
    places: dict[str, int] = {}
    for op in journal.operations:
        if op["op"] in ("began", "saw"):
            places[op["reader"]] = op["seq"] if op["op"] == "began" else op["last"]
    return [f"stream: {reader} ended at {seq} of {held.last}" for reader, seq in places.items() if seq != held.last]


def replies_arrived(journal: Journal, held: Holdings) -> list[str]:
    """The provider has each reply, unless nobody knows; and has it twice only where the log says that it may have left before."""
    taken = Counter(op["id"] for op in journal.of("received"))
    wrong = []
    for op in journal.of("asked"):
        times = taken[op["id"]]
        if not times and op["id"] not in held.unknown:
            wrong.append(f"reply: {op['id']} never arrived")
        elif times > 1 and op["id"] not in held.unknown:
            wrong.append(f"reply: {op['id']} arrived {times} times and the log knows of no doubt")
    return wrong


def replies_in_order(journal: Journal, _: Holdings) -> list[str]:
    """In each conversation the provider got the replies in the order in which they were asked for; a repetition counts once."""
    asked, taken = _by_conversation(journal.of("asked")), _by_conversation(journal.of("received"))
    wrong = []
    for conversation, ids in taken.items():
        first_times = list(dict.fromkeys(ids))
        wanted = [one for one in asked[conversation] if one in set(first_times)]
        if first_times != wanted:
            wrong.append(f"order: {conversation} got {_first_difference(first_times, wanted)}")
    return wrong


Invariant = Callable[[Journal, Holdings], list[str]]
STORED: tuple[Invariant, ...] = (
    nothing_lost,
    nothing_doubled,
    nothing_invented,
    one_event_each,
    numbers_without_holes,
)
STREAMED: tuple[Invariant, ...] = (readers_contiguous, readers_complete)
SENT: tuple[Invariant, ...] = (replies_arrived, replies_in_order)


def check(journal: Journal, held: Holdings, invariants: tuple[Invariant, ...]) -> list[str]:
    """Everything that is wrong, a line each."""
    return [line for invariant in invariants for line in invariant(journal, held)]


def _by_conversation(operations: Iterator[Operation]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for op in operations:
        found[op["conversation"]].append(op["id"])
    return found


def _first_difference(have: list[Any], want: list[Any]) -> str:
    for place, (one, other) in enumerate(zip(have, want, strict=False)):
        if one != other:
            return f"{one} at place {place + 1} where {other} should be"
    return f"{len(have)} where {len(want)} should be"
