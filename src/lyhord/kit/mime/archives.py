"""Mails kept in files: mbox and maildir, read one at a time from any place on, whatever their size."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

CHUNK = 1 << 20
LEFT_OUT = frozenset({"drafts", "draft", "trash", "deleted", "deleted items", "spam", "junk"})
"""Folders and labels of mails that were never sent, or that nobody wanted."""

_ESCAPED = re.compile(rb"^>(>*From )", re.MULTILINE)
_LABELS = re.compile(rb"^X-Gmail-Labels:[ \t]*([^\r\n]*)", re.MULTILINE | re.IGNORECASE)


class Kept(Struct, frozen=True):
    """One mail of an archive. `place` is where to go on after it; `size` its bytes, of which `content` has at most the limit."""

    content: bytes
    size: int
    place: str
    done: float


class NoArchive(Exception):
    """The file or folder isn't what it should be."""


def read_mbox(path: Path, place: str, limit: int) -> Iterator[Kept]:
    """The mails of an mbox after `place` (empty: all). Raises `NoArchive` where the file doesn't begin with a `From ` line."""
    whole, start = path.stat().st_size, int(place or 0)
    if start >= whole:
        return
    with path.open("rb") as file:
        file.seek(start)
        if not file.readline(5).startswith(b"From "):
            raise NoArchive(f"{path} is no mbox: no line that starts with `From ` stands at byte {start}.")
        file.readline()
        held, size, blank = bytearray(), 0, False
        while line := file.readline(CHUNK):
            if blank and line.startswith(b"From "):
                at = file.tell() - len(line)
                yield Kept(_unescape(held), size, str(at), at / whole)
                if not line.endswith(b"\n"):
                    file.readline()
                held, size, blank = bytearray(), 0, False
                continue
            size += len(line)
            if len(held) < limit:
                held += line[: limit - len(held)]
            blank = line in {b"\n", b"\r\n"}
        yield Kept(_unescape(held), size, str(whole), 1.0)


def read_maildir(path: Path, place: str, limit: int) -> Iterator[Kept]:
    """The mails of a maildir and of the folders in it after `place`; drafts, thrown away and unwanted ones are left out."""
    if not any((path / part).is_dir() for part in ("cur", "new")):
        raise NoArchive(f"{path} is no maildir: it has neither `cur` nor `new` in it.")
    names = sorted(_mail_files(path))
    for number, name in enumerate(names, 1):
        if name <= place:
            continue
        try:
            with (path / name).open("rb") as file:
                size = os.fstat(file.fileno()).st_size
                yield Kept(file.read(limit), size, name, number / len(names))
        except FileNotFoundError:  # a mail program renamed or removed it meanwhile
            continue


def is_unwanted(content: bytes) -> bool:
    """Whether labels say that the mail is a draft, thrown away or spam."""
    found = _LABELS.search(content[:64_000])
    if found is None:
        return False
    labels = {label.strip().strip('"').lower() for label in found[1].decode("utf-8", "replace").split(",")}
    return bool(labels & LEFT_OUT)


def _unescape(held: bytearray) -> bytes:
    """Without the blank line that parts mails and the `>` that guards a `From ` at the start of a line."""
    content = bytes(held).removesuffix(b"\n").removesuffix(b"\r")
    return _ESCAPED.sub(rb"\1", content)


def _mail_files(path: Path) -> Iterator[str]:
    for folder in (path, *(one for one in path.glob(".*") if one.name[1:].lower() not in LEFT_OUT)):
        for part in ("cur", "new"):
            for entry in os.scandir(folder / part) if (folder / part).is_dir() else ():
                flags = entry.name.rpartition(":2,")[2] if ":2," in entry.name else ""
                if entry.is_file() and not entry.name.startswith(".") and not set(flags) & {"D", "T"}:
                    yield str(Path(entry.path).relative_to(path))
