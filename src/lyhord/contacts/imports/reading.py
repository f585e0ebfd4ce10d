"""Reading a CSV file of anybody's making, a row at a time: encodings and separators are guessed, memory is bounded."""

import codecs
import csv
import io
from collections.abc import Iterator
from typing import Any, BinaryIO, NamedTuple, get_args

from lyhord.contacts.imports.model import Encoding, Options, Separator

SAMPLE = 64 * 1024
MOST_LINE = 100_000
"""Characters of a line. The parser refuses longer cells by itself, so that an open quote can't swallow the file."""
LOOKED_AT = 50
_MARKS: tuple[tuple[bytes, Encoding], ...] = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class Line(NamedTuple):
    """A row and the number of the line on which it begins, from 1. `cells` is None where it can't be read."""

    number: int
    cells: list[str] | None


def read_lines(source: BinaryIO, options: Options) -> Iterator[Line]:
    """The rows of a file, the head left out and empty ones passed over. What isn't of the encoding becomes U+FFFD."""
    codec = "utf-8-sig" if options.encoding == "utf-8" else options.encoding
    text = io.TextIOWrapper(source, encoding=codec, errors="replace", newline="")
    reader = csv.reader(iter(lambda: text.readline(MOST_LINE), ""), delimiter=options.separator)
    head = options.header
    try:
        while True:
            line = _next(reader)
            if line is None:
                return
            if line.cells is None or any(cell.strip() for cell in line.cells):
                if not head:
                    yield line
                head = False
    finally:
        if not source.closed:
            text.detach()  # the file is its opener's to close


def _next(reader: Any) -> Line | None:
    number = reader.line_num + 1
    try:
        return Line(number, next(reader))
    except StopIteration:
        return None
    except csv.Error:
        return Line(number, None)


def guess_options(source: BinaryIO) -> Options:
    """How a file is most likely to be read; its fields aren't guessed here."""
    encoding = _guess_encoding(source)
    source.seek(0)
    sample = source.read(SAMPLE).decode("utf-8-sig" if encoding == "utf-8" else encoding, "replace")
    separators: tuple[Separator, ...] = get_args(Separator)
    separator = max(separators, key=lambda one: _fitness(sample, one))
    first = next(csv.reader(io.StringIO(sample, newline=""), delimiter=separator), [])
    return Options(encoding=encoding, separator=separator, header=_is_head(first))


def _guess_encoding(source: BinaryIO) -> Encoding:
    source.seek(0)
    start = source.read(SAMPLE)
    for mark, encoding in _MARKS:
        if start.startswith(mark):
            return encoding
    if len(start) > 1 and start[1::2].count(0) > len(start) // 5:
        return "utf-16-le"
    if len(start) > 1 and start[::2].count(0) > len(start) // 5:
        return "utf-16-be"
    decoder = codecs.getincrementaldecoder("utf-8")()
    source.seek(0)
    try:
        while chunk := source.read(SAMPLE):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def _fitness(sample: str, separator: str) -> tuple[float, int]:
    """How many of the first rows are as wide as the first one, and how wide that is; a single column tells nothing."""
    rows = []
    try:
        for row in csv.reader(io.StringIO(sample, newline=""), delimiter=separator):
            if row:
                rows.append(len(row))
            if len(rows) == LOOKED_AT:
                break
    except csv.Error:
        return 0, 0
    if not rows or rows[0] < 2:
        return 0, 0
    whole = rows if len(rows) in (1, LOOKED_AT) else rows[:-1] or rows
    return round(sum(width == rows[0] for width in whole) / len(whole), 1), rows[0]


def _is_head(cells: list[str]) -> bool:
    """Heads are words: none is an address, a number or missing."""
    words = [cell.strip() for cell in cells]
    return bool(words) and not any(
        "@" in word or not word or word.lstrip("+").replace(" ", "").isdigit() for word in words
    )
