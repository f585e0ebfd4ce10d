"""UUID version 7 (RFC 9562 §5.7) as text: ids sort by the time they carry."""

import random
import re
import threading

from lyhord.kit.clock import system_clock

LOWEST_ID = "00000000-0000-0000-0000-000000000000"
HIGHEST_ID = "ffffffff-ffff-ffff-ffff-ffffffffffff"
"""Bounds of every range of ids."""

_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_random = random.Random()  # noqa: S311 - ids must differ, they need not be secret
_MOST_IN_A_MILLISECOND = 0xFFF


class RisingIds:
    """A source of ids in which each is higher than the one before, also within a millisecond and when the clock goes back."""

    last: str | None = None
    """The id that was given last."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ms = 0
        self._counter = 0

    def exceed(self, known: str) -> None:
        """From here on give only ids that are higher than `known`, whatever the clock says."""
        with self._lock:
            self._ms, self._counter = max((self._ms, self._counter), (id_time(known), int(known[15:18], 16)))

    def next(self, now: int) -> str:
        """An id, 36 characters, that carries `now` (Unix milliseconds) or the latest moment given before, if that is later."""
        with self._lock:
            if now > self._ms:
                self._ms, self._counter = now, _random.getrandbits(11)
            elif self._counter < _MOST_IN_A_MILLISECOND:
                self._counter += 1
            else:
                self._ms, self._counter = self._ms + 1, 0
            self.last = _format(self._ms, self._counter, _random.getrandbits(62))
            return self.last


_ids = RisingIds()


def new_id(at_ms: int | None = None) -> str:
    """A new id. Without `at_ms` it carries the present and is higher than the one before.

    With `at_ms` (Unix milliseconds) it sorts where that moment sorts: an imported message of 2019 stands in 2019.
    """
    if at_ms is None:
        return _ids.next(system_clock())
    return _format(max(at_ms, 0), _random.getrandbits(12), _random.getrandbits(62))


def new_reference() -> str:
    """16 hexadecimal digits that name one request, for people to quote and for the log."""
    return f"{_random.getrandbits(64):016x}"


def is_id(text: str) -> bool:
    """Whether `text` is an id as we write them."""
    return _ID.fullmatch(text) is not None


def id_time(value: str) -> int:
    """The Unix milliseconds that an id carries."""
    return int(value[:8] + value[9:13], 16)


def first_id_at(at_ms: int) -> str:
    """The lowest id that carries `at_ms`: a bound for ranges by time."""
    return _format(max(at_ms, 0), 0, 0)


def id_before(value: str) -> str:
    """The id directly below `value`: a position just before it."""
    digits = f"{int(value.replace('-', ''), 16) - 1:032x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def _format(ms: int, a: int, b: int) -> str:
    text = f"{ms & 0xFFFFFFFFFFFF:012x}7{a:03x}{0x8000000000000000 | b:016x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
