"""The documentation says what is true: links lead somewhere, commands and events exist, generated pages are up to date."""

import re
from pathlib import Path

import pytest

from lyhord.app.command import COMMANDS
from tests.architecture.sources import PACKAGE, ROOT, files
from tools.reference import FOLDER, pages

PAGES = [path for path in files() if path.suffix == ".md" and "fixtures" not in path.parts]
LINK = re.compile(r"(?<!`)\[[^\]]+\]\((?!https?:|mailto:|#)([^)\s]+)\)|<img[^>]+src=\"(?!https?:)([^\"]+)\"")
COMMAND = re.compile(r"\blyhord ((?:[a-z][a-z-]*)(?: [a-z][a-z-]*)?)")
MAKE = re.compile(r"`make ([a-z-]+)`|^ +make ([a-z-]+)", re.MULTILINE)
JOURNEY = re.compile(r"`(test_\w+\.py)::(test_\w+)`")
CODE = re.compile(r"`([a-z_]+(?:/[a-z_.]+)+)`")


def shown(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("page", PAGES, ids=shown)
def test_links_lead_somewhere(page: Path) -> None:
    targets = [(one or other).partition("#")[0] for one, other in LINK.findall(page.read_text())]
    assert [target for target in targets if target and not (page.parent / target).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=shown)
def test_commands_exist(page: Path) -> None:
    text = page.read_text()
    written = re.findall(r"`[^`\n]+`|^ {4}.*$", text, re.MULTILINE)
    named = [match for piece in written for match in COMMAND.findall(piece)]
    assert [name for name in named if not is_command(name.split())] == []


def is_command(words: list[str]) -> bool:
    known = {command.words for command in COMMANDS}
    return any(one in known for one in (tuple(words), tuple(words[:1]))) or any(
        one[:1] == tuple(words) for one in known
    )


@pytest.mark.parametrize("page", PAGES, ids=shown)
def test_what_make_makes_exists(page: Path) -> None:
    made = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = {one or other for one, other in MAKE.findall(page.read_text())}
    assert named - made == set()


@pytest.mark.parametrize("name", ["settings.md", "commands.md", "events.md", "channels.md"])
def test_generated_pages_are_up_to_date(name: str) -> None:
    assert (FOLDER / name).read_text() == pages()[name], "run `make reference`"


def test_every_journey_of_the_app_that_is_named_exists() -> None:
    named = JOURNEY.findall((FOLDER / "inbox.md").read_text())
    sources = {file: (ROOT / "tests/journeys" / file).read_text() for file, _ in named}
    assert named
    assert [name for file, name in named if f"def {name}(" not in sources[file]] == []


def test_every_package_stands_in_the_architecture() -> None:
    text = (ROOT / "docs/architecture.md").read_text()
    packages = [path.name for path in PACKAGE.iterdir() if (path / "__init__.py").exists()]
    assert [name for name in packages if f"`{name}/`" not in text] == []


def test_decisions_are_numbered_without_gaps_and_say_why() -> None:
    decisions = sorted(path for path in (ROOT / "docs/decisions").glob("*.md") if path.name[0].isdigit())
    assert [int(path.name[:4]) for path in decisions] == list(range(1, len(decisions) + 1))
    for path in decisions:
        text = path.read_text()
        assert re.findall(r"^## (.+)$", text, re.MULTILINE)[:3] == ["Context", "Decision", "Consequences"], path.name
        assert text.count("\n") < 80, f"{path.name} is longer than a page"


def test_every_file_named_in_the_guides_exists() -> None:
    missing = [
        f"{shown(page)}: {name}"
        for page in (ROOT / "docs").rglob("*.md")
        for name in CODE.findall(page.read_text())
        if not any((base / name).exists() for base in (ROOT, PACKAGE, ROOT / "docs"))
        and not name.startswith(("application/", "text/", "carrier_pigeon/", "channels/carrier_pigeon"))
    ]
    assert missing == []
