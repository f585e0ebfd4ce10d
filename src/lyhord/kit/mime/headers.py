"""Header fields of a mail or of one of its parts: read from bytes, with limits, without ever raising."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone

from msgspec import Struct

from lyhord.kit.mime.decoding import decode_header, decode_percent, decode_words

VALUE_LIMIT = 64_000
"""Bytes kept of one field; a legitimate one is under a thousandth of that."""
BLOCK_LIMIT = 512_000
"""Bytes read of one block of fields."""
FIELD_LIMIT = 1_000
ID_LIMIT = 900
IDS_LIMIT = 100

_FIELD = re.compile(rb"([!-9;-~]{1,200})[ \t]*:(.*)", re.DOTALL)
_FOLD = re.compile(rb"\r?\n[ \t]*|\r|\x00")
_PARAMETER = re.compile(r";\s*([^=;\s]{1,80})\s*=\s*(\"(?:[^\"\\]|\\.)*\"|[^;]*)")
_SECTION = re.compile(r"([^*]+)(?:\*(\d{1,3}))?(\*?)")
_MESSAGE_ID = re.compile(r"<([^<>]{1,998})>")
_SPACE = re.compile(r"\s+")
_DATE = re.compile(
    r"(\d{1,2})[ \t-]+([A-Za-z]{3})[a-z]*[ \t-]+(\d{4}|\d{2})[ \t]+(\d{1,2}):(\d{2})(?::(\d{2}))?[ \t]*([+-]\d{4})?"
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


class Headers(Struct, frozen=True):
    """Fields in the order in which they came, names in lower case, values unfolded but not decoded."""

    fields: tuple[tuple[str, str], ...] = ()

    def get(self, name: str) -> str:
        """The first field of that name, or an empty string."""
        return next((value for field, value in self.fields if field == name), "")

    def all(self, name: str) -> list[str]:
        """Every field of that name, topmost first."""
        return [value for field, value in self.fields if field == name]

    def text(self, name: str) -> str:
        """The first field of that name with encoded words decoded and white space made single."""
        return _SPACE.sub(" ", decode_words(self.get(name))).strip()


def read_headers(data: bytes, start: int = 0, end: int | None = None) -> tuple[Headers, int]:
    """The fields that begin at `start`, and where the body begins. A line that is no field ends them, as mailers forget the blank line."""
    end = len(data) if end is None else end
    fields: list[tuple[str, str]] = []
    at, field_start = start, -1
    if data[at : at + 5] == b"From ":  # the envelope line of an mbox
        at = _line_end(data, at, end)
    while at < end:
        if data[at] in b" \t" and field_start >= 0:
            at = _line_end(data, at, end)
            continue
        if field_start >= 0:
            _add_field(fields, data[field_start : min(at, field_start + VALUE_LIMIT)])
            field_start = -1
        if data[at : at + 1] == b"\n" or data[at : at + 2] == b"\r\n":
            return Headers(tuple(fields)), _line_end(data, at, end)
        following = _line_end(data, at, end)
        if (
            _FIELD.match(data, at, min(following, at + 300)) is None
            or len(fields) >= FIELD_LIMIT
            or at - start > BLOCK_LIMIT
        ):
            break
        field_start, at = at, following
    if field_start >= 0:
        _add_field(fields, data[field_start : min(at, field_start + VALUE_LIMIT)])
    return Headers(tuple(fields)), _body_start(data, at, end) if len(
        fields
    ) >= FIELD_LIMIT or at - start > BLOCK_LIMIT else at


def read_parameters(value: str) -> tuple[str, dict[str, str]]:
    """`text/plain; charset="x"; name*0*=…` as the lower-case value and its parameters, joined and decoded (RFC 2231, 2047)."""
    value = value[:8_000]
    first, semicolon, rest = value.partition(";")
    sections: dict[str, list[tuple[int, bool, str]]] = {}
    for name, text in _PARAMETER.findall(semicolon + rest):
        found = _SECTION.fullmatch(name.lower())
        if found is not None:
            sections.setdefault(found[1], []).append((int(found[2] or 0), bool(found[3]), _unquote(text)))
    return first.strip().lower(), {name: _join_sections(parts) for name, parts in sections.items()}


def read_ids(value: str) -> list[str]:
    """Message ids without their angle brackets, in order, without repetitions, at most `IDS_LIMIT`.

    Some libraries write long ids as encoded words, which no standard allows.
    """
    value = decode_words(value)
    found = [_SPACE.sub("", text) for text in _MESSAGE_ID.findall(value)]
    if not found:
        found = [word.strip("<>,;") for word in value.split() if "@" in word]
    return list(dict.fromkeys(text[:ID_LIMIT] for text in found if text))[:IDS_LIMIT]


def read_date(value: str) -> int | None:
    """Unix milliseconds of an RFC 5322 date, or None where it isn't one. A missing zone counts as UTC."""
    found = _DATE.search(value[:200])
    if found is None or found[2].lower() not in _MONTHS:
        return None
    year = int(found[3])
    if len(found[3]) == 2:
        year += 2000 if year < 50 else 1900
    zone = found[7] or "+0000"
    offset = timedelta(hours=int(zone[1:3]), minutes=int(zone[3:])) * (-1 if zone[0] == "-" else 1)
    try:
        moment = datetime(
            year,
            _MONTHS.index(found[2].lower()) + 1,
            int(found[1]),
            int(found[4]),
            int(found[5]),
            min(int(found[6] or 0), 59),
            tzinfo=timezone(offset),
        )
        return int(moment.timestamp()) * 1_000
    except (ValueError, OverflowError):
        return None


def first_date(values: Sequence[str]) -> int | None:
    """The first of these that is a date. A `Received` field carries its date behind the last semicolon."""
    return next((at for value in values if (at := read_date(value.rpartition(";")[2])) is not None), None)


def _add_field(fields: list[tuple[str, str]], line: bytes) -> None:
    found = _FIELD.match(line)
    if found is not None:
        fields.append((found[1].decode("ascii").lower(), decode_header(_FOLD.sub(b" ", found[2])).strip()))


def _line_end(data: bytes, at: int, end: int) -> int:
    found = data.find(b"\n", at, end)
    return end if found < 0 else found + 1


def _body_start(data: bytes, at: int, end: int) -> int:
    """Behind the next blank line: used where the limits cut the fields off."""
    places = [place + len(gap) for gap in (b"\n\n", b"\n\r\n") if (place := data.find(gap, max(at - 1, 0), end)) >= 0]
    return min(places, default=end)


def _unquote(text: str) -> str:
    text = text.strip()
    if len(text) >= 2 and text[0] == text[-1] == '"':
        text = re.sub(r"\\(.)", r"\1", text[1:-1])
    return text


def _join_sections(parts: list[tuple[int, bool, str]]) -> str:
    parts.sort(key=lambda part: part[0])
    charset = "utf-8"
    joined: list[str] = []
    for position, (_, encoded, given) in enumerate(parts):
        text = given
        if encoded and position == 0 and given.count("'") >= 2:
            charset, _, text = given.split("'", 2)
        joined.append(decode_percent(text, charset) if encoded else decode_words(text))
    return "".join(joined)
