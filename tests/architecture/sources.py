"""The files of this repository as the rules see them."""

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "lyhord"
MIGRATIONS = PACKAGE / "app" / "migrations"


@dataclass(frozen=True)
class Source:
    """A Python file, parsed when somebody asks what is in it."""

    path: Path
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        """What is in it."""
        return ast.parse(self.text)

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
    return tuple(Source(path, path.read_text()) for path in found)


def product() -> tuple[Source, ...]:
    """The sources of the product."""
    return python_below(PACKAGE)


def functions(source: Source) -> Iterator[Function]:
    """Every function and method of a file, nested ones included."""
    for node in ast.walk(source.tree):
        if isinstance(node, Function):
            yield node


@cache
def imports(source: Source) -> tuple[str, ...]:
    """Every module that a file imports, also inside functions: "lyhord.kit.ids"."""
    found: list[str] = []
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            found += (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.append(node.module)
            found += (f"{node.module}.{alias.name}" for alias in node.names)
    return tuple(found)
