"""Tables as CSV that a spreadsheet can open without running anything in it."""

import csv
import io
from collections.abc import Iterable
from datetime import UTC, datetime

MARK = "\ufeff"
"""By which spreadsheets know UTF-8; it stands before the first line."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def lines(rows: Iterable[Iterable[str]]) -> str:
    """A line for each row. A cell that would begin a formula gets an apostrophe before it."""
    text = io.StringIO()
    csv.writer(text).writerows([tame(cell) for cell in row] for row in rows)
    return text.getvalue()


def tame(cell: str) -> str:
    """Spaces before a formula don't keep every spreadsheet from running it, so they count for nothing."""
    return f"'{cell}" if cell.lstrip(" ").startswith(_FORMULA) else cell


def cell(value: str | float | bool | None) -> str:
    """A value of any plain type; nothing for None."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def moment(at: int | None) -> str:
    """Unix milliseconds as a spreadsheet reads a time; nothing for None."""
    return "" if at is None else datetime.fromtimestamp(at / 1_000, UTC).isoformat(timespec="seconds")
