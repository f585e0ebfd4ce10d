"""The parts of a MIME mail, found in one pass over its bytes, whatever their number and depth."""

import re

from msgspec import Struct

from lyhord.kit.mime.decoding import decode_text, decode_transfer
from lyhord.kit.mime.headers import Headers, read_headers, read_parameters
from lyhord.kit.text import clean_name

PART_LIMIT = 1_000
DEPTH_LIMIT = 50
NAME_LIMIT = 200
TEXT_BYTES = 8_000_000
"""Bytes of one part that are read as words: more than anybody wrote or will read."""

_DELIMITER = re.compile(rb"^--([^\r\n]{1,300})\r?$", re.MULTILINE)
_SLASHES = re.compile(r"[\\/\x00]+")


class Part(Struct, frozen=True):
    """One leaf: its fields, its type, and a view of its body. `parents` are the numbers of the containers around it, outermost first."""

    headers: Headers
    type: str
    parameters: dict[str, str]
    body: memoryview
    parents: tuple[int, ...]

    @property
    def disposition(self) -> str:
        """`inline`, `attachment` or an empty string."""
        return read_parameters(self.headers.get("content-disposition"))[0]

    @property
    def name(self) -> str:
        """The file name that the sender gave, without folders; empty where none was given."""
        _, parameters = read_parameters(self.headers.get("content-disposition"))
        given = (
            parameters.get("filename")
            or self.parameters.get("name")
            or read_parameters(self.headers.get("content-type"))[1].get("filename", "")
        )
        return clean_name(_SLASHES.split(given)[-1], NAME_LIMIT).strip(". ") and clean_name(
            _SLASHES.split(given)[-1], NAME_LIMIT
        )

    def decode(self) -> bytes:
        """The content, transfer encoding undone."""
        return decode_transfer(self.body, self.headers.get("content-transfer-encoding"))

    def text(self) -> str:
        """The content as text, of at most `TEXT_BYTES`."""
        return decode_text(self.decode(), self.parameters.get("charset", ""), TEXT_BYTES)


class Container(Struct):
    """A multipart on the way: its type and the line that divides it."""

    number: int
    type: str
    boundary: bytes


class Mail(Struct, frozen=True):
    """A mail taken apart. `containers` gives the type of each numbered multipart; `cut` is True where a limit left parts out."""

    headers: Headers
    parts: tuple[Part, ...]
    containers: tuple[str, ...]
    cut: bool = False

    @property
    def type(self) -> str:
        """The content type of the mail itself."""
        return read_parameters(self.headers.get("content-type"))[0]


def take_apart(raw: bytes) -> Mail:
    """Every leaf of the mail in the order of the bytes, at most `PART_LIMIT`. Attached mails stay whole."""
    headers, body = read_headers(raw)
    return _Reader(raw, headers).read(body)


class _Reader:
    """The state of one pass: the open containers, and the leaf whose end isn't found yet."""

    def __init__(self, raw: bytes, headers: Headers) -> None:
        self._raw = raw
        self._root = headers
        self._open: list[Container] = []
        self._types: list[str] = []
        self._parts: list[Part] = []
        self._leaf: tuple[Headers, int] | None = None
        self._cut = False

    def read(self, body: int) -> Mail:
        self._begin(self._root, body)
        if self._open:
            for line in _DELIMITER.finditer(self._raw, max(body - 1, 0)):
                if len(self._parts) >= PART_LIMIT:
                    self._cut, self._leaf = True, None
                    break
                self._divide(line)
        self._end(len(self._raw))
        return Mail(self._root, tuple(self._parts), tuple(self._types), self._cut)

    def _divide(self, line: re.Match[bytes]) -> None:
        text = line[1].rstrip(b" \t")
        for level in range(len(self._open) - 1, -1, -1):
            boundary = self._open[level].boundary
            if text == boundary:
                self._end(line.start())
                del self._open[level + 1 :]
                headers, body = read_headers(self._raw, min(line.end() + 1, len(self._raw)))
                self._begin(headers, body)
                return
            if text == boundary + b"--":
                self._end(line.start())
                del self._open[level:]
                return

    def _begin(self, headers: Headers, body: int) -> None:
        kind, parameters = read_parameters(headers.get("content-type"))
        boundary = parameters.get("boundary", "").rstrip()
        if kind.startswith("multipart/") and boundary and len(self._open) < DEPTH_LIMIT:
            self._open.append(Container(len(self._types), kind, boundary.encode("utf-8", "replace")))
            self._types.append(kind)
        else:
            self._cut = self._cut or len(self._open) >= DEPTH_LIMIT
            self._leaf = (headers, body)

    def _end(self, at: int) -> None:
        """The leaf, if one is open, ends before the line break at `at`."""
        if self._leaf is None:
            return
        headers, start = self._leaf
        self._leaf = None
        if at < len(self._raw) and at > start and self._raw[at - 1 : at] == b"\n":
            at -= 1
        if at < len(self._raw) and at > start and self._raw[at - 1 : at] == b"\r":
            at -= 1
        kind, parameters = read_parameters(headers.get("content-type"))
        if kind.startswith("multipart/") and parameters.get(
            "boundary"
        ):  # too deep to be opened; its lines are no words
            kind = "application/octet-stream"
        elif "/" not in kind or kind.startswith("multipart/"):
            kind = "text/plain"
        parents = tuple(container.number for container in self._open)
        self._parts.append(Part(headers, kind, parameters, memoryview(self._raw)[start:at], parents))
