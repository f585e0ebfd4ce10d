"""UUID version 7 (RFC 9562 §5.7) as text: ids sort by the time they carry."""

import random
import threading

from lyhord.kit.clock import system_clock

_random = random.Random()  # noqa: S311 - ids must differ, they need not be secret
_lock = threading.Lock()
_last_ms = 0
_counter = 0


def new_id(at_ms: int | None = None) -> str:
    """A new id, 36 characters. Without `at_ms` (Unix milliseconds) ids of one process rise strictly, also within a millisecond.

    With `at_ms` the id sorts where that moment sorts: an imported message of 2019 stands in 2019.
    """
    if at_ms is not None:
        return _format(max(at_ms, 0), _random.getrandbits(12), _random.getrandbits(62))
    global _last_ms, _counter  # noqa: PLW0603 - the counter is what makes ids of one process rise
    with _lock:
        now = system_clock()
        if now > _last_ms:
            _last_ms, _counter = now, _random.getrandbits(11)
        else:
            _counter += 1
            if _counter > 0xFFF:
                _last_ms, _counter = _last_ms + 1, 0
        return _format(_last_ms, _counter, _random.getrandbits(62))


def id_time(value: str) -> int:
    """The Unix milliseconds that an id carries."""
    return int(value[:8] + value[9:13], 16)


def first_id_at(at_ms: int) -> str:
    """The lowest id that carries `at_ms`: a bound for ranges by time."""
    return _format(max(at_ms, 0), 0, 0)


def _format(ms: int, a: int, b: int) -> str:
    text = f"{ms & 0xFFFFFFFFFFFF:012x}7{a:03x}{0x8000000000000000 | b:016x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
