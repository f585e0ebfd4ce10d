"""What was measured is complete, and the pages that quote it say the same."""

import json
import re
from pathlib import Path

import pytest

from bench.company import SIZES
from bench.record import LATEST, RESULTS, Row, read
from bench.tables import PAGES, with_tables

LISTS = ("mine", "unassigned", "all", "waiting", "snoozed", "resolved", "team")
GROWN = {
    *(f"inbox page, {name}" for name in LISTS),
    "conversations",
    "contacts",
    "long conversation, its end",
    "long conversation, page 1,000",
    "long conversation, from a link",
    "search, a common and a rare word",
    "search, two common words",
    "search, two Chinese words",
}


def test_every_figure_has_exactly_the_promised_keys() -> None:
    rows = json.loads(LATEST.read_text())
    assert {tuple(row) for row in rows} == {Row._fields}
    assert all(isinstance(row["figure"], int | float) and row["unit"] and row["engine"] for row in rows)


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_every_path_was_measured_at_every_size(engine: str) -> None:
    measured = {(row.path, row.size, row.unit) for row in read() if row.engine == engine}
    wanted = {(path, size, unit) for path in GROWN for size in SIZES for unit in ("ms, median", "ms, p95")}
    assert wanted - measured == set()


def test_a_target_says_whether_it_was_met() -> None:
    for row in read():
        assert (row.met is None) == (row.target is None), row
        assert (row.ratio is None) == (row.ceiling is None), row


def test_every_picture_is_there_and_shown() -> None:
    drawn = {path.name for path in RESULTS.glob("*.svg")}
    shown = set(re.findall(r"results/([a-z0-9-]+\.svg)", (RESULTS.parent / "README.md").read_text()))
    assert len(shown) >= len(GROWN)
    assert shown <= drawn


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_pages_quote_the_results(page: Path) -> None:
    text = page.read_text()
    assert text == with_tables(text), "run `python -m bench.tables`"
