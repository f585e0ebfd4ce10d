"""What stands in committed files: no addresses of registries, no paths of machines; locks with hashes; equal catalogues."""

import json
import re
import tomllib
from collections.abc import Iterator

import pytest

from tests.architecture.sources import PACKAGE, ROOT, files

# Written in pieces, so that this file doesn't hold what it forbids.
REGISTRIES = re.compile(
    "|".join(["pypi" + r"\.org", "python" + r"hosted\.org", r"registry\." + "npm" + "js", r"deb\.debian" + r"\.org"])
)
MACHINES = re.compile(
    "|".join(
        [r"(?<![\w.])/" + "home/[a-z]+/", r"(?<![\w.])/" + "root/", r"(?<![\w.])/" + "work/", r"/Us" + "ers/[a-z]+/"]
    )
)
LOCALES = ["en", "sv", "nb", "fi", "zh-CN"]
WITHOUT_PLURALS = {"zh-CN"}
PLACE = re.compile(r"\{\s*(\w+)")


def texts() -> Iterator[tuple[str, str]]:
    for path in files():
        try:
            yield path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue


def test_no_committed_file_names_a_package_registry() -> None:
    assert [name for name, text in texts() if REGISTRIES.search(text)] == []


def test_no_committed_file_names_a_path_of_somebodys_machine() -> None:
    assert [name for name, text in texts() if MACHINES.search(text)] == []


def test_the_rules_above_see_what_they_forbid() -> None:
    assert REGISTRIES.search("https://" + "pypi" + ".org/simple")
    assert MACHINES.search('"/' + 'work/main"')
    assert not MACHINES.search("./" + "work/main")


@pytest.mark.parametrize("name", ["run", "cluster", "tracing", "dev", "tools"])
def test_a_lock_carries_hashes_and_no_addresses(name: str) -> None:
    text = (ROOT / "requirements" / f"{name}.txt").read_text()
    pinned = re.findall(r"^[A-Za-z0-9._-]+(?:\[[^]]*\])?==", text, re.MULTILINE)
    assert len(pinned) > 3
    entries = re.split(r"^(?=[A-Za-z0-9])", text, flags=re.MULTILINE)
    assert [
        entry for entry in entries if entry.strip() and not entry.startswith("#") and "--hash=sha256:" not in entry
    ] == []
    assert not re.search(r"^\s*(-i|--index|--extra-index|-f|--find-links)", text, re.MULTILINE)
    assert "://" not in text


def test_locks_that_are_installed_together_agree() -> None:
    pins = [
        dict(re.findall(r"^([a-z0-9._-]+)==([^ ]+)", (ROOT / "requirements" / f"{name}.txt").read_text(), re.MULTILINE))
        for name in ("run", "cluster", "tracing")
    ]
    versions = {name: {lock[name] for lock in pins if name in lock} for lock in pins for name in lock}
    assert {name: found for name, found in versions.items() if len(found) > 1} == {}


def test_every_dependency_is_in_the_lock() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    locked = (ROOT / "requirements/run.txt").read_text()
    names = [re.match(r"[A-Za-z0-9._-]+", line) for line in project["project"]["dependencies"]]
    assert [
        name[0] for name in names if name and not re.search(rf"^{re.escape(name[0])}==", locked, re.MULTILINE)
    ] == []


@pytest.mark.parametrize("locale", LOCALES)
def test_every_catalogue_has_the_same_messages(locale: str) -> None:
    english, other = catalogue("en"), catalogue(locale)
    plural = {key for key in english if key.endswith("_one")} if locale in WITHOUT_PLURALS else set()
    assert sorted(other) == sorted(set(english) - plural)
    assert [key for key, text in other.items() if not text.strip()] == []
    differing = [key for key, text in other.items() if set(PLACE.findall(text)) != set(PLACE.findall(english[key]))]
    assert differing == [], "the same values are put in, in every language"


def catalogue(locale: str) -> dict[str, str]:
    return dict(flat(json.loads((PACKAGE / "kit/catalogues" / f"{locale}.json").read_text())))


def flat(tree: object, prefix: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(tree, dict):
        for key, value in tree.items():
            yield from flat(value, f"{prefix}{key}.")
    else:
        yield prefix[:-1], str(tree)
