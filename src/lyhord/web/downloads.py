"""Files from strangers, on their way to a browser: as downloads, or as pictures in a page that can do nothing."""

from collections.abc import Iterator
from typing import BinaryIO
from urllib.parse import quote

from litestar.response import Stream

from lyhord.kit.content import UNKNOWN, may_inline
from lyhord.kit.files import Files

CHUNK = 256 * 1024
POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'"


def download(files: Files, *, file: str, name: str, content_type: str) -> Stream:
    """The file as an answer: pictures without scripts may be shown in a page, everything else is saved. Raises `NotFound`."""
    return stream(files.open(file), name=name, content_type=content_type, inline=may_inline(content_type))


def stream(source: BinaryIO, *, name: str, content_type: str, inline: bool = False) -> Stream:
    """What can be read from `source`, to be saved under `name` unless it may be shown."""
    size = source.seek(0, 2)
    source.seek(0)
    headers = {
        "Content-Disposition": disposition("inline" if inline else "attachment", name),
        "Content-Security-Policy": POLICY,
        "Content-Length": str(size),
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }
    return Stream(_chunks(source), media_type=content_type if "/" in content_type else UNKNOWN, headers=headers)


def disposition(kind: str, name: str) -> str:
    """The header of RFC 6266: a plain name for old clients, the real one in UTF-8 beside it."""
    plain = "".join(c if " " <= c <= "~" and c not in '"\\%;' else "_" for c in name)
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(name.encode('utf-8', 'replace'), safe='')}"


def _chunks(source: BinaryIO) -> Iterator[bytes]:
    with source:
        while chunk := source.read(CHUNK):
            yield chunk
