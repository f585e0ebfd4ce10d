"""Who may do what: one place commits, actions do no I/O, frameworks stay at the edge, nobody but app names a channel."""

import ast
import re
from collections.abc import Iterable

import pytest

from tests.architecture.sources import PACKAGE, ROOT, Source, imports, product

FEATURES = ("workspaces", "contacts", "conversations", "tickets", "insights")
STATEMENTS = r"/conversations/(visibility|deliveries|sending|retention|search)\.py"
"""Beside `store.py`: files in which a few statements and the rules around them are one idea."""
COMMIT = re.compile(r"\.commit\(|[\"']COMMIT\b|\bBEGIN IMMEDIATE\b")


def test_nobody_commits_but_the_database() -> None:
    own = {("app", "schema.py"), ("app", "backup.py")}
    found = [
        source.name
        for source in product()
        if COMMIT.search(source.text) and source.parts[:2] != ("kit", "database") and source.parts not in own
    ]
    assert found == []


def in_actions(source: Source) -> bool:
    return source.parts[0] in FEATURES and ("actions.py" in source.parts or "actions" in source.parts)


def test_actions_and_reactions_do_not_wait() -> None:
    waiting = [
        f"{source.name}:{node.lineno}"
        for source in product()
        if in_actions(source) or source.path.name in {"reactions.py", "store.py", "views.py", "model.py"}
        for node in ast.walk(source.tree)
        if isinstance(node, ast.AsyncFunctionDef | ast.Await) and (in_actions(source) or source.parts[0] in FEATURES)
    ]
    assert waiting == []


def importing(name: str) -> set[str]:
    return {source.name for source in product() if any(found.split(".")[0] == name for found in imports(source))}


def outside(names: Iterable[str], *allowed: str) -> list[str]:
    return sorted(name for name in names if not re.search("|".join(allowed), name))


@pytest.mark.parametrize(
    ("library", "allowed"),
    [
        ("litestar", [r"/web/", r"/kit/http/", r"routes?\b", r"routes/", r"/app/"]),
        (
            "sqlalchemy",
            [
                r"/kit/",
                r"/tables\.py",
                r"/store\.py",
                r"/store/",
                r"/app/",
                r"_store\.py",
                STATEMENTS,
            ],
        ),
        ("sqlite3", [r"/kit/", r"/app/(moments|restore)"]),
        ("httpx", [r"/kit/egress", r"/channels/"]),
        ("duckdb", [r"/insights/facts/engine\.py"]),
        ("typer", [r"/app/"]),
        ("uvicorn", [r"/app/"]),
        ("prometheus_client", [r"/web/exposition"]),
        ("alembic", [r"/app/"]),
    ],
)
def test_a_library_stays_where_it_belongs(library: str, allowed: list[str]) -> None:
    assert outside(importing(library), *allowed) == []


FAMILIES = {"meta"}
"""Packages beside the channels that are none themselves: what several channels of one owner share."""


def channel_names() -> list[str]:
    found = {path.name for path in (PACKAGE / "channels").iterdir() if (path / "__init__.py").exists()}
    return sorted(found - FAMILIES)


def test_no_channel_is_named_outside_channels_and_app() -> None:
    names = "|".join(map(re.escape, channel_names()))
    module = re.compile(rf"channels[./]({names})\b") if names else re.compile(r"(?!)")
    told_apart = re.compile(rf"channel\s*(==|!=|in)\s*[\[({{]?\s*[\"']({names})[\"']")
    found = [
        source.name
        for source in product()
        if source.parts[0] not in {"channels", "app"} and (module.search(source.text) or told_apart.search(source.text))
    ]
    assert found == [], "ask the descriptor what a channel can do, not what it is called"


def test_every_channel_has_its_files() -> None:
    missing = [
        f"{name}/{file}"
        for name in channel_names()
        for file in ("adapter.py", "README.md")
        if not (PACKAGE / "channels" / name / file).exists()
    ]
    assert missing == []


def test_every_test_folder_mirrors_a_package() -> None:
    own = {"architecture", "contract", "journeys", "faults", "counterparts", "frontend", "bench", "tools"}
    folders = {
        path.name for path in (ROOT / "tests").iterdir() if path.is_dir() and not path.name.startswith(("_", "."))
    }
    packages = {path.name for path in PACKAGE.iterdir() if path.is_dir()}
    assert folders - own - packages == set()
