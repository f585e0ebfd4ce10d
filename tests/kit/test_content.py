"""What a file is called comes from its bytes, and only pictures without scripts may ever stand in a page."""

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lyhord.kit.content import HEAD, INLINE, UNKNOWN, may_inline, sniff

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00"
GIF = b"GIF89a\x01\x00\x01\x00"
WEBP = b"RIFF\x24\x00\x00\x00WEBPVP8 "
AVIF = b"\x00\x00\x00\x1cftypavif\x00\x00\x00\x00"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def zipped(*names: str) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return held.getvalue()


EBML = bytes.fromhex("1a45dfa39f4286810142f7810142f2810442f381084282847765626d42878104") + bytes(100)


@pytest.mark.parametrize(
    ("head", "name", "claimed", "is_called"),
    [
        (PNG, "a.png", "image/png", "image/png"),
        (JPEG, "a.jpg", "image/png", "image/jpeg"),
        (GIF, "a", "", "image/gif"),
        (WEBP, "a.webp", "", "image/webp"),
        (AVIF, "a.avif", "", "image/avif"),
        (SVG, "a.png", "image/png", "image/svg+xml"),
        (b"\xef\xbb\xbf \n<?xml version='1.0'?><!-- x --><svg/>", "a.txt", "text/plain", "image/svg+xml"),
        (SVG.decode().encode("utf-16"), "a.png", "image/png", "image/svg+xml"),
        (b"<!DOCTYPE HTML><html>", "a.jpg", "image/jpeg", "text/html"),
        (b"  <ScRiPt>alert(1)</script>", "a.txt", "text/plain", "text/html"),
        (b"<?xml version='1.0'?><rss/>", "a.xml", "", "application/xml"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "a.pdf", "", "application/pdf"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "bill", "image/png", "application/pdf"),
        (zipped("a.txt"), "a.zip", "", "application/zip"),
        (zipped("a.txt"), "a", "image/png", "application/zip"),
        (
            zipped("[Content_Types].xml", "word/document.xml"),
            "a.docx",
            "",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
        (b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom", "a.mp4", "", "video/mp4"),
        (b"a;b;c\n1;2;3\n", "a.csv", "", "text/csv"),
        ("Blåbär och mjölk".encode("latin-1"), "a.txt", "", "text/plain"),
        ("你好".encode(), "readme", "image/png", "text/plain"),
        (b"GIF89a=1;//<script>alert(1)</script>", "a.gif", "image/gif", UNKNOWN),
        (b"", "a.png", "image/png", UNKNOWN),
        (b"\x00\x01\x02\x03nothing", "a.png", "image/png", UNKNOWN),
        (b"\x00\x01\x02\x03nothing", "a", "video/x-mine; codecs=1", "video/x-mine"),
        (b"\x00\x01\x02\x03nothing", "a", "application/xhtml+xml", UNKNOWN),
        (b"\x00\x01\x02\x03nothing", "a", "text/html\r\nSet-Cookie: a=b", UNKNOWN),
    ],
)
def test_bytes_decide(head: bytes, name: str, claimed: str, is_called: str) -> None:
    assert sniff(head, name, claimed) == is_called


@pytest.mark.parametrize("kind", ["image/svg+xml", "text/html", "application/xml", "application/pdf", UNKNOWN])
def test_what_may_carry_scripts_is_never_shown_inline(kind: str) -> None:
    assert not may_inline(kind)


def test_a_character_cut_at_the_end_of_the_head_is_still_text() -> None:
    assert sniff("å".encode() * HEAD, "a.txt", "") == "text/plain"
    assert sniff(b"a" + "å".encode() * HEAD, "a.txt", "") == "text/plain"


@given(st.binary(max_size=200), st.text(max_size=20), st.sampled_from([*sorted(INLINE), "text/html", "x", ""]))
def test_any_bytes_have_a_type_and_none_is_a_picture_by_claim(head: bytes, name: str, claimed: str) -> None:
    kind = sniff(head, name, claimed)
    assert "/" in kind
    assert kind == kind.strip().lower()
    if may_inline(kind):
        assert head.startswith((b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF")) or head[4:8] == b"ftyp"


@pytest.mark.parametrize(
    ("head", "claimed", "kind"),
    [
        (EBML, "audio/webm;codecs=opus", "audio/webm"),
        (EBML, "video/webm", "video/webm"),
        (EBML, "audio/mp4", "video/webm"),
        (EBML, "text/html", "video/webm"),
        (b"OggS\0\x02" + bytes(40), "audio/ogg", "audio/ogg"),
        (b"OggS\0\x02" + bytes(40), "", "application/ogg"),
    ],
)
def test_that_a_container_holds_sound_alone_is_believed(head: bytes, claimed: str, kind: str) -> None:
    assert sniff(head, "Voice note", claimed) == kind
