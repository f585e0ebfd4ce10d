"""Contacts as a CSV file that a spreadsheet can open without running anything in it."""

import csv
import io
from collections.abc import Iterable
from datetime import UTC, datetime

import msgspec

from lyhord.contacts.model import Contact

COLUMNS = ("id", "name", "email", "phone", "other", "language", "about", "attributes", "blocked", "created_at")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def header() -> str:
    """The first line, with the mark by which spreadsheets know UTF-8."""
    return "\ufeff" + _lines([COLUMNS])


def lines(contacts: Iterable[Contact]) -> str:
    """A line for each contact. A cell that would begin a formula gets an apostrophe before it."""
    return _lines(map(_row, contacts))


def _row(contact: Contact) -> tuple[str, ...]:
    shown: dict[str, list[str]] = {"email": [], "tel": [], "": []}
    for one in contact.identities:
        other = f"{one.scheme}:{one.shown}"
        shown[one.scheme if one.scheme in shown else ""].append(one.shown if one.scheme in shown else other)
    return (
        contact.id,
        contact.name,
        "; ".join(shown["email"]),
        "; ".join(shown["tel"]),
        "; ".join(shown[""]),
        contact.language or "",
        contact.about,
        msgspec.json.encode(contact.attributes).decode() if contact.attributes else "",
        "" if contact.blocked_at is None else _moment(contact.blocked_at),
        _moment(contact.created_at),
    )


def _lines(rows: Iterable[Iterable[str]]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows([_tame(cell) for cell in row] for row in rows)
    return text.getvalue()


def _tame(cell: str) -> str:
    """Spaces before a formula don't keep every spreadsheet from running it, so they count for nothing."""
    return f"'{cell}" if cell.lstrip(" ").startswith(_FORMULA) else cell


def _moment(at: int) -> str:
    return datetime.fromtimestamp(at / 1_000, UTC).isoformat(timespec="seconds")
