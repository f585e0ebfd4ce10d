"""The file store: bytes kept under the hash of their content, durable before anybody refers to them.

A name that a user gave never reaches the disk. What nothing refers to for a day is swept.
"""

import asyncio
import errno
import hashlib
import io
import os
import re
import secrets
import time
from collections.abc import AsyncIterator, Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from msgspec import Struct

from lyhord.kit.content import may_inline, sniff
from lyhord.kit.problems import NotFound, TooLarge
from lyhord.kit.storing import StorageFull

__all__ = ["Files", "Stored", "may_inline", "sniff"]

CHUNK = 1 << 20
KEEP_UNREFERENCED_SECONDS = 24 * 3600
KEEP_UNFINISHED_SECONDS = 24 * 3600

_SHA256 = re.compile(r"[0-9a-f]{64}")
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EIO}


class Stored(Struct, frozen=True):
    """A file in the store: its SHA-256 in lower-case hex, and its size in bytes."""

    sha256: str
    size: int


class Files:
    """The store below one folder: `<root>/<first two digits>/<sha256>`. Several processes may share it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._incoming = root / "incoming"

    async def put(self, data: bytes | AsyncIterator[bytes], limit: int | None = None) -> Stored:
        """Keep `data`, of at most `limit` bytes. When this returns the file is on the disk; write the row that names it then.

        Raises `TooLarge` past the limit, `StorageFull` when there is no room, and what the source raises; nothing is left of it.
        """
        if isinstance(data, bytes):
            return await asyncio.to_thread(self.put_now, data, limit)
        arrival = await asyncio.to_thread(_Arrival, self._incoming, limit)
        try:
            async for chunk in _gathered(data):
                await asyncio.to_thread(arrival.add, chunk)
            return await asyncio.to_thread(arrival.finish, self.path)
        finally:
            arrival.discard()

    def put_now(self, data: bytes | BinaryIO, limit: int | None = None) -> Stored:
        """`put` in the calling thread, for threads that may wait."""
        arrival = _Arrival(self._incoming, limit)
        try:
            source = io.BytesIO(data) if isinstance(data, bytes) else data
            while chunk := source.read(CHUNK):
                arrival.add(chunk)
            return arrival.finish(self.path)
        finally:
            arrival.discard()

    def path(self, sha256: str) -> Path:
        """Where that file lies, if it is there. Raises `NotFound` for anything but 64 lower-case hex digits."""
        if not _SHA256.fullmatch(sha256):
            raise NotFound("not the name of a file")
        return self.root / sha256[:2] / sha256

    def open(self, sha256: str) -> BinaryIO:
        """The file, opened for reading; raises `NotFound` where there is none."""
        try:
            return self.path(sha256).open("rb")
        except FileNotFoundError as error:
            raise NotFound("no such file") from error

    async def read(self, sha256: str) -> bytes:
        """All bytes of the file; raises `NotFound` where there is none."""

        def read() -> bytes:
            with self.open(sha256) as file:
                return file.read()

        return await asyncio.to_thread(read)

    def list_old(self, seconds: float = KEEP_UNREFERENCED_SECONDS) -> Iterator[str]:
        """Hashes of the files that nobody put in the last `seconds`, in no particular order."""
        limit = time.time() - seconds
        for folder in self.root.glob("[0-9a-f][0-9a-f]"):
            for entry in os.scandir(folder):
                with suppress(FileNotFoundError):
                    if _SHA256.fullmatch(entry.name) and entry.stat().st_mtime < limit:
                        yield entry.name

    def sweep(self, referenced: Collection[str], seconds: float = KEEP_UNREFERENCED_SECONDS) -> int:
        """Remove the files that nobody put in the last `seconds` and that `referenced` doesn't name; how many went."""
        return self.remove([sha256 for sha256 in self.list_old(seconds) if sha256 not in referenced], seconds)

    def remove(self, hashes: Collection[str], seconds: float = KEEP_UNREFERENCED_SECONDS) -> int:
        """Remove these files, those aside that were put again within the last `seconds`; how many went."""
        return sum(self._remove(sha256, seconds) for sha256 in hashes)

    def sweep_incoming(self, seconds: float = KEEP_UNFINISHED_SECONDS) -> int:
        """Remove what processes that died left half written `seconds` ago and more; how many went."""
        limit, gone = time.time() - seconds, 0
        for path in self._incoming.glob("*"):
            with suppress(FileNotFoundError):
                if path.stat().st_mtime < limit:
                    path.unlink()
                    gone += 1
        return gone

    def _remove(self, sha256: str, seconds: float) -> bool:
        """Put aside first, then look again: whoever puts the same bytes now has either renewed it by then or writes it anew."""
        path = self.path(sha256)
        aside = self._incoming / f"swept-{sha256}-{secrets.token_hex(4)}"
        self._incoming.mkdir(parents=True, exist_ok=True)
        try:
            path.rename(aside)
        except FileNotFoundError:
            return False
        if aside.stat().st_mtime >= time.time() - seconds:
            aside.replace(path)
            return False
        aside.unlink()
        return True


class _Arrival:
    """One file on its way in: hashed and counted while it is written beside the store."""

    def __init__(self, folder: Path, limit: int | None) -> None:
        with _room():
            folder.mkdir(parents=True, exist_ok=True)
            self._path = folder / secrets.token_hex(16)
            self._file = self._path.open("xb")
        self._hash = hashlib.sha256()
        self._size = 0
        self._limit = limit

    def add(self, chunk: bytes) -> None:
        self._size += len(chunk)
        if self._limit is not None and self._size > self._limit:
            raise TooLarge(f"more than {self._limit} bytes")
        self._hash.update(chunk)
        with _room():
            self._file.write(chunk)

    def finish(self, place: Callable[[str], Path]) -> Stored:
        stored = Stored(self._hash.hexdigest(), self._size)
        path = place(stored.sha256)
        with suppress(FileNotFoundError):
            os.utime(path)
            sync(path.parent)  # whoever is writing it may not have come to that yet
            return stored
        with _room():
            self._file.flush()
            os.fsync(self._file.fileno())
            path.parent.mkdir(exist_ok=True)
            self._path.replace(path)
            sync(path.parent)
            sync(path.parent.parent)
        return stored

    def discard(self) -> None:
        with suppress(OSError):
            self._file.close()
        self._path.unlink(missing_ok=True)


def sync(path: Path) -> None:
    """Make a file, or what a folder lists, durable."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _room() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise StorageFull(str(error)) from error
        raise


async def _gathered(source: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The same bytes in pieces of about `CHUNK`: a thread is asked once a megabyte, not once a packet."""
    held = bytearray()
    async for chunk in source:
        held += chunk
        if len(held) >= CHUNK:
            yield bytes(held)
            held.clear()
    if held:
        yield bytes(held)
