"""Takes out of pictures and films where they were made, before they leave the company. Pixels are never decoded, and no byte moves.

In pictures that is the GPS part of Exif (JPEG, PNG, WebP, HEIC, AVIF, TIFF) and of XMP; how a camera was held stays. In films and voice
memos it is what phones write by ISO 6709 (`+59.3293+018.0686/`).
"""

import asyncio
import re
import zlib
from collections.abc import AsyncIterator
from struct import error, unpack_from

from lyhord.kit.content import HEAD, sniff

_ORDERS = {b"II*\0": "<", b"MM\0*": ">"}
"""How the TIFF begins that Exif is."""
_EXIF = re.compile(rb"(?:Exif\0\0|eXIf|EXIF.{4})(?=II\*\0|MM\0\*)", re.DOTALL)
_XMP = re.compile(
    rb"""(?<=[<\s]exif:GPS)(?P<name>[A-Za-z]{1,40})(?P<is>>|\s{0,4}=\s{0,4}["'])(?P<value>[^<"']{0,200})"""
)
_FILMED = re.compile(rb"[+-]\d{2}\.\d{2,12}[+-]\d{3}\.\d{2,12}(?:[+-]\d{1,6}(?:\.\d{1,6})?)?(?:CRSWGS_84)?/")
_OVERLAP = 64
"""More bytes than what `_FILMED` finds can have."""
_FILMS = frozenset({"video/mp4", "video/quicktime", "video/3gpp", "audio/mp4", "audio/x-m4a"})
_GPS, _ENTRY, _MOST_ENTRIES = 0x8825, 12, 200
"""A longer list is none; GPS has 32 entries."""
_LONGEST = 1_000
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8}
"""Bytes of a value, by its type in TIFF."""
_PNG, _CHUNK = b"\x89PNG\r\n\x1a\n", 12


def tells_place(content_type: str) -> bool:
    """Whether a file of this type may say where it was made."""
    return content_type.startswith("image/") or content_type in _FILMS


async def without_place(chunks: AsyncIterator[bytes], limit: int) -> AsyncIterator[bytes]:
    """A file without its whereabouts, as large as before. A picture is held in memory, up to `limit` bytes; past that it goes through."""
    source = aiter(chunks)
    begun = b""
    async for chunk in source:
        begun += chunk
        if len(begun) >= HEAD:
            break
    kind = sniff(begun, "", "")
    if kind.startswith("image/"):
        whole = bytearray(begun)
        async for chunk in source:
            whole += chunk
            if len(whole) > limit:
                break
        yield bytes(whole) if len(whole) > limit else await asyncio.to_thread(blank_picture, bytes(whole))
    elif kind in _FILMS:
        async for chunk in source:
            begun = blank_film(begun + chunk)
            yield begun[:-_OVERLAP]
            begun = begun[-_OVERLAP:]
        yield blank_film(begun)
        return
    else:
        yield begun
    async for chunk in source:
        yield chunk


def blank_film(content: bytes) -> bytes:
    """The same with blanks where a place was."""
    return _FILMED.sub(lambda found: b" " * len(found[0]), content)


def blank_picture(content: bytes) -> bytes:
    """The same with nothing where a place was."""
    data = bytearray(_XMP.sub(_blanks, content))
    starts = [0, *(found.end() for found in _EXIF.finditer(content))]
    for start in starts:
        try:
            _blank_exif(data, start)
        except error:  # cut off, or no Exif at all
            continue
    if data != content and content.startswith(_PNG):
        _sign_chunks(data)
    return bytes(data)


def _blanks(found: re.Match[bytes]) -> bytes:
    return found["name"] + found["is"] + b" " * len(found["value"])


def _blank_exif(data: bytearray, start: int) -> None:
    """Empty the list of entries about GPS, and what they point to. Raises `struct.error` past the end."""
    order = _ORDERS.get(bytes(data[start : start + 4]))
    if order is None:
        return
    first = start + unpack_from(f"{order}I", data, start + 4)[0]
    for tag, _, _, value in _entries(data, first, order):
        if tag == _GPS:
            gps = start + value
            entries = _entries(data, gps, order)
            for _, kind, count, place in entries:
                size = _SIZES.get(kind, 0) * count
                if 4 < size <= _LONGEST:  # smaller values stand in the entry itself
                    _zero(data, start + place, size)
            if entries:
                _zero(data, gps, 2 + _ENTRY * len(entries))


def _entries(data: bytearray, place: int, order: str) -> list[tuple[int, int, int, int]]:
    """Tag, type, count, and the value or where it stands, of each entry of a list."""
    (count,) = unpack_from(f"{order}H", data, place)
    if count > _MOST_ENTRIES:
        return []
    return [unpack_from(f"{order}HHII", data, place + 2 + _ENTRY * number) for number in range(count)]


def _zero(data: bytearray, start: int, size: int) -> None:
    end = min(start + size, len(data))
    if start < end:
        data[start:end] = bytes(end - start)


def _sign_chunks(data: bytearray) -> None:
    """Write the checksums of a PNG's chunks anew, as far as they are whole."""
    place = len(_PNG)
    while place + _CHUNK <= len(data):
        end = place + 8 + int.from_bytes(data[place : place + 4], "big")
        if end + 4 > len(data):
            return
        data[end : end + 4] = zlib.crc32(data[place + 4 : end]).to_bytes(4, "big")
        place = end + 4
