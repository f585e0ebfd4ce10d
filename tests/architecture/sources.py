"""The files of this repository as the rules see them."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "lyhord"
MIGRATIONS = PACKAGE / "app" / "migrations"


class Source(NamedTuple):
    """A Python file, read and parsed."""

    path: Path
    text: str
    tree: ast.Module

    @property
    def name(self) -> str:
        """The path below the repository, as a person would write it."""
        return self.path.relative_to(ROOT).as_posix()

    @property
    def parts(self) -> tuple[str, ...]:
        """The path below `src/lyhord` for product files: ("tickets", "model.py")."""
        return self.path.relative_to(PACKAGE).parts


Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def files() -> tuple[Path, ...]:
    """Every file that is committed, or would be."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    )
    paths = (ROOT / name for name in listed.stdout.split("\0") if name)
    return tuple(path for path in paths if path.is_file())


@cache
def python_below(folder: Path) -> tuple[Source, ...]:
    """The Python files below a folder."""
    found = (path for path in files() if path.suffix == ".py" and path.is_relative_to(folder))
    return tuple(Source(path, text := path.read_text(), ast.parse(text)) for path in found)


def product() -> tuple[Source, ...]:
    """The sources of the product."""
    return python_below(PACKAGE)


def functions(source: Source) -> Iterator[Function]:
    """Every function and method of a file, nested ones included."""
    for node in ast.walk(source.tree):
        if isinstance(node, Function):
            yield node


def imports(source: Source) -> Iterator[str]:
    """Every module that a file imports, also inside functions: "lyhord.kit.ids"."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
