"""Pictures and films leave without where they were made, and are otherwise what they were."""

import zlib
from collections.abc import AsyncIterator
from struct import pack

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lyhord.kit.whereabouts import blank_film, blank_picture, tells_place, without_place

NORTH = pack(">6I", 59, 1, 19, 1, 4512, 100)
"""59° 19' 45.12": the latitude as three fractions."""
XMP = b"<x exif:GPSLatitude=\"59,19.752N\" tiff:Make='A' exif:GPSLongitude = '18,4.1E'><exif:GPSAltitude>28</exif:GPSAltitude></x>"
FILMED = b"+59.3293+018.0686+028.000/"


def tiff(order: str = ">", north: bytes = NORTH) -> bytes:
    """Exif that says how the camera was held (6), which model it was, and where it was."""
    head = b"MM\0*" if order == ">" else b"II*\0"
    gps = (
        pack(f"{order}H", 2) + pack(f"{order}HHI4s", 1, 2, 2, b"N\0\0\0") + pack(f"{order}HHII", 2, 5, 3, 90) + bytes(4)
    )
    entries = (
        pack(f"{order}HHIHH", 0x0112, 3, 1, 6, 0)
        + pack(f"{order}HHI4s", 0x0110, 2, 4, b"Lyr\0")
        + pack(f"{order}HHII", 0x8825, 4, 1, 50)
    )
    return (head + pack(f"{order}IH", 8, 3) + entries + bytes(4)).ljust(50, b"\0") + gps.ljust(40, b"\0") + north


def jpeg(exif: bytes, rest: bytes = b"") -> bytes:
    part = b"Exif\0\0" + exif
    return b"\xff\xd8\xff\xe1" + pack(">H", len(part) + 2) + part + rest + b"\xff\xda\x00\x02pixels\xff\xd9"


def chunk(kind: bytes, content: bytes) -> bytes:
    return pack(">I", len(content)) + kind + content + pack(">I", zlib.crc32(kind + content))


def png(exif: bytes) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", bytes(13)) + chunk(b"eXIf", exif) + chunk(b"IEND", b"")


def webp(exif: bytes) -> bytes:
    inside = b"WEBP" + b"EXIF" + pack("<I", len(exif)) + exif
    return b"RIFF" + pack("<I", len(inside)) + inside


PICTURES = {
    "jpeg": jpeg(tiff()),
    "intel": jpeg(tiff("<")),
    "png": png(tiff()),
    "webp": webp(tiff("<")),
    "heic": b"\0\0\0\x18ftypheic" + bytes(16) + b"\0\0\0\x06Exif\0\0" + tiff(),
    "tiff": tiff(),
    "second": jpeg(tiff(north=bytes(24)), b"\xff\xd9" + jpeg(tiff())),
}


@pytest.mark.parametrize("name", sorted(PICTURES))
def test_a_picture_says_how_it_was_held_and_not_where(name: str) -> None:
    before = PICTURES[name]
    after = blank_picture(before)
    assert len(after) == len(before)
    assert NORTH not in after
    assert after.count(b"N\0\0\0") < before.count(b"N\0\0\0")
    assert after.count(b"Lyr\0") == before.count(b"Lyr\0")
    assert blank_picture(after) == after


def test_the_checksums_of_a_png_are_right_afterwards() -> None:
    after = blank_picture(PICTURES["png"])
    place = 8
    while place < len(after):
        size = int.from_bytes(after[place : place + 4], "big")
        body, sum_ = after[place + 4 : place + 8 + size], after[place + 8 + size : place + 12 + size]
        assert int.from_bytes(sum_, "big") == zlib.crc32(body)
        place += 12 + size


def test_xmp_says_no_place_either() -> None:
    after = blank_picture(jpeg(tiff(), XMP))
    assert not any(one in after for one in (b"59,19", b"18,4", b">28<"))
    assert b"tiff:Make='A'" in after
    assert b'exif:GPSLatitude="          "' in after


def test_a_picture_without_a_place_is_what_it_was() -> None:
    plain = b"\xff\xd8\xff\xdb\x00\x02pixels Exif\0\0 and words about exif:GPS\xff\xd9"
    assert blank_picture(plain) == plain
    assert blank_picture(png(b"")) == png(b"")


@given(st.binary(max_size=300))
def test_nothing_that_may_stand_there_makes_it_raise_or_moves_a_byte(noise: bytes) -> None:
    for exif in (b"MM\0*" + noise, tiff()[:20] + noise, tiff()[:60] + noise, noise):
        for picture in (jpeg(exif), png(exif), exif):
            assert len(blank_picture(picture)) == len(picture)


async def pieces(content: bytes, size: int) -> AsyncIterator[bytes]:
    for start in range(0, len(content), size):
        yield content[start : start + size]


async def passed(content: bytes, size: int = 1_000, limit: int = 1_000_000) -> bytes:
    return b"".join([one async for one in without_place(pieces(content, size), limit)])


@pytest.mark.parametrize("size", [1, 7, 64, 5_000])
async def test_a_film_loses_its_place_wherever_its_pieces_end(size: int) -> None:
    film = b"\0\0\0\x20ftypisom" + bytes(5_000) + b"\xa9xyz\0\x1a\x15\xc7" + FILMED + bytes(300) + FILMED
    after = await passed(film, size)
    assert len(after) == len(film)
    assert FILMED not in after
    assert after == film.replace(FILMED, b" " * len(FILMED)) == blank_film(film)


async def test_what_is_neither_goes_through_as_it_is() -> None:
    for plain in (b"", b"Hello", b"We are at " + FILMED, b"%PDF-1.7 " + NORTH * 500):
        assert await passed(plain, 100) == plain


async def test_a_picture_in_pieces_is_one_picture_and_one_too_large_is_left_to_be_refused() -> None:
    large = PICTURES["jpeg"] + bytes(20_000)
    assert await passed(large, 999) == blank_picture(large)
    assert await passed(large, 999, limit=10_000) == large


def test_only_pictures_films_and_voice_memos_tell_a_place() -> None:
    assert all(map(tells_place, ("image/jpeg", "image/heic", "video/mp4", "audio/mp4")))
    assert not any(map(tells_place, ("application/pdf", "text/plain", "audio/mpeg")))
