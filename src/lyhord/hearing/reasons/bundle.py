"""A model as bytes: a line that says what it is, then its numbers. Nothing in it is ever run, and what is damaged is refused."""

import json
import zlib
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

VERSION = 1
MOST_BYTES = 256 * 1024 * 1024
"""Of a model that is unpacked: what claims more is no model of ours."""
_MAGIC = b"lyhord reasons "
_KINDS = {"int8": np.int8, "int32": np.int32, "float16": np.float16, "float32": np.float32}

Arrays = Mapping[str, NDArray[Any]]


class DamagedModelError(ValueError):
    """The bytes are no model, or aren't whole, or of a later version; the message says which."""


def pack(told: Mapping[str, Any], arrays: Arrays) -> bytes:
    """`told` is anything that JSON can say; arrays are of int8, int32, float16 or float32."""
    shapes = [[name, str(array.dtype), list(array.shape)] for name, array in arrays.items()]
    head = json.dumps({"told": told, "arrays": shapes}).encode()
    numbers = b"".join(np.ascontiguousarray(array).tobytes() for array in arrays.values())
    body = zlib.compress(head + b"\n" + numbers, 6)
    return _MAGIC + f"{VERSION} {zlib.crc32(body):08x}\n".encode() + body


def unpack(stored: bytes) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """What `pack` was given. Raises DamagedModelError."""
    head, numbers = _opened(stored)
    try:
        described = json.loads(head)
        shapes = [(str(name), _KINDS[kind], tuple(map(int, shape))) for name, kind, shape in described["arrays"]]
        told = dict(described["told"])
    except (ValueError, KeyError, TypeError) as error:
        raise DamagedModelError("The model doesn't say what it holds.") from error
    arrays, at = {}, 0
    for name, kind, shape in shapes:
        count = 1
        for side in shape:
            count *= side
        end = at + count * np.dtype(kind).itemsize
        if min(shape, default=0) < 0 or end > len(numbers):
            raise DamagedModelError(f"The model's {name} aren't whole.")
        arrays[name] = np.frombuffer(numbers[at:end], dtype=kind).reshape(shape)
        at = end
    if at != len(numbers):
        raise DamagedModelError("The model has more than it says.")
    return told, arrays


def _opened(stored: bytes) -> tuple[bytes, bytes]:
    """The line that describes, and the numbers."""
    first, newline, body = stored.partition(b"\n")
    if not first.startswith(_MAGIC) or not newline:
        raise DamagedModelError("This is no model of reasons.")
    version, _, check = first[len(_MAGIC) :].partition(b" ")
    if version != str(VERSION).encode():
        raise DamagedModelError(
            f"The model is of version {version.decode(errors='replace')}; this one reads {VERSION}."
        )
    if check != f"{zlib.crc32(body):08x}".encode():
        raise DamagedModelError("The model isn't whole: train it again.")
    opening = zlib.decompressobj()
    try:
        opened = opening.decompress(body, MOST_BYTES)
    except zlib.error as error:
        raise DamagedModelError("The model can't be unpacked: train it again.") from error
    if not opening.eof:
        raise DamagedModelError("The model is larger than any of ours.")
    head, _, numbers = opened.partition(b"\n")
    return head, numbers
