"""The front ends: built, and within their budgets."""

import gzip
import re
from pathlib import Path

import pytest

from tests.frontend.scripts import APP, scripts_of_first_load
from tools import front_ends

FIRST_LOAD = 60_000
"""Bytes of script, compressed, before an agent can work: the budget of the app."""


@pytest.fixture(scope="module", autouse=True)
def built() -> None:
    """Up-to-date front ends; costs nothing when they are."""
    front_ends.build(["inbox"])


def test_first_load_of_the_app_is_within_its_budget() -> None:
    sizes = {path.name: len(gzip.compress(path.read_bytes(), 9)) for path in scripts_of_first_load()}
    assert len(sizes) >= 2
    assert sum(sizes.values()) <= FIRST_LOAD, sizes


def test_the_built_page_asks_nobody_else_and_runs_no_inline_code() -> None:
    page = (APP / "index.html").read_text("utf-8")
    assert re.findall(r"<script(?![^>]*\bsrc=)|<style|\bon\w+=|style=", page) == []
    for path in APP.rglob("*"):
        if path.suffix in {".js", ".css", ".html"}:
            called = re.findall(
                r"""(?:fetch\(|import\(|url\(|src=|href=)["'`]?(?:https?:)?//[^"'`)\s]+""", path.read_text("utf-8")
            )
            assert called == [], path.name


def test_everything_that_shrinks_lies_compressed_beside_itself() -> None:
    files = [path for path in APP.rglob("*") if path.suffix in front_ends.COMPRESSED]
    assert files
    for path in files:
        assert gzip.decompress(path.with_name(f"{path.name}.gz").read_bytes()) == path.read_bytes()
        assert path.with_name(f"{path.name}.br").is_file()


def test_a_second_build_does_nothing() -> None:
    assert front_ends.build(["inbox"]) == []


def test_the_stamp_follows_every_source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(front_ends, "ROOT", tmp_path)
    one, other = tmp_path / "a.ts", tmp_path / "b.ts"
    one.write_text("1")
    other.write_text("2")
    before = front_ends.stamp([one, other])
    assert front_ends.stamp([other, one]) == before
    other.write_text("3")
    assert front_ends.stamp([one, other]) != before
    other.rename(tmp_path / "c.ts")
    assert front_ends.stamp([one, tmp_path / "c.ts"]) != before


def test_the_lock_names_no_registry() -> None:
    assert "resolved" not in (front_ends.SOURCES / "package-lock.json").read_text("utf-8")
