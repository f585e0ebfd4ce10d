"""A model as bytes."""

import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lyhord.hearing.reasons import bundle
from lyhord.hearing.reasons.bundle import DamagedModelError, pack, unpack

WHOLE = pack(
    {"labels": ["a", "b"]}, {"weights": np.arange(6, dtype=np.int8).reshape(2, 3), "bias": np.zeros(2, np.float32)}
)


def forged(head: bytes) -> bytes:
    """Bytes that are whole by their check, with another description."""
    body = zlib.compress(head)
    return f"lyhord reasons 1 {zlib.crc32(body):08x}\n".encode() + body


def test_what_was_packed_comes_back() -> None:
    told, arrays = unpack(WHOLE)
    assert told == {"labels": ["a", "b"]}
    assert arrays["weights"].tolist() == [[0, 1, 2], [3, 4, 5]]
    assert arrays["weights"].dtype == np.int8
    assert arrays["bias"].tolist() == [0.0, 0.0]


@given(st.integers(0, len(WHOLE) - 1), st.integers(1, 255))
def test_any_changed_byte_is_noticed(at: int, by: int) -> None:
    changed = bytearray(WHOLE)
    changed[at] ^= by
    with pytest.raises(DamagedModelError):
        unpack(bytes(changed))


@given(st.integers(0, len(WHOLE) - 1))
def test_a_model_that_was_cut_off_is_refused(length: int) -> None:
    with pytest.raises(DamagedModelError):
        unpack(WHOLE[:length])


@settings(max_examples=20)
@given(st.binary(max_size=200))
def test_other_bytes_are_refused(stored: bytes) -> None:
    with pytest.raises(DamagedModelError):
        unpack(stored)


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"[]\n",
        b"{}\n",
        b'{"told": {}, "arrays": [["weights", "object", [1]]]}\nx',
        b'{"told": {}, "arrays": [["weights", "int8", [2]]]}\nx',
        b'{"told": {}, "arrays": [["weights", "int8", [-1, -1]]]}\nx',
        b'{"told": {}, "arrays": [["weights", "int8", [99999999999, 99999999999]]]}\nx',
        b'{"told": {}, "arrays": []}\nx',
        b'{"told": 5, "arrays": []}\n',
    ],
)
def test_a_description_that_is_not_true_is_refused(head: bytes) -> None:
    with pytest.raises(DamagedModelError):
        unpack(forged(head))


def test_a_later_version_says_which_is_read() -> None:
    with pytest.raises(DamagedModelError, match="version 2; this one reads 1"):
        unpack(WHOLE.replace(b"reasons 1", b"reasons 2", 1))


def test_what_would_fill_the_memory_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundle, "MOST_BYTES", 10)
    with pytest.raises(DamagedModelError, match="larger than any of ours"):
        unpack(WHOLE)
