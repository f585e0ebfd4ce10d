"""What was put is there, once, under its own hash, whole, and nothing else ever lies in the store."""

import errno
import hashlib
import io
import os
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from lyhord.kit import files as files_module
from lyhord.kit.database import StorageFull
from lyhord.kit.files import Files
from lyhord.kit.problems import NotFound, TooLarge

DAY = 24 * 3600


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path / "files")


async def pieces(*chunks: bytes, failure: Exception | None = None) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield chunk
    if failure:
        raise failure


def lying_about(files: Files) -> list[str]:
    return sorted(str(path.relative_to(files.root)) for path in files.root.rglob("*") if path.is_file())


def age(path: Path, seconds: float) -> None:
    past = time.time() - seconds
    os.utime(path, (past, past))


async def test_bytes_chunks_and_files_give_the_same_file(files: Files) -> None:
    data = os.urandom(3_000_001)
    name = hashlib.sha256(data).hexdigest()
    whole = await files.put(data)
    assert (whole.sha256, whole.size) == (name, len(data))
    assert await files.put(pieces(data[:7], data[7:2_000_000], b"", data[2_000_000:])) == whole
    assert files.put_now(io.BytesIO(data)) == whole
    assert await files.read(name) == data
    assert lying_about(files) == [f"{name[:2]}/{name}"]


async def test_a_second_put_writes_nothing(files: Files) -> None:
    stored = await files.put(b"hello")
    before = files.path(stored.sha256).stat().st_ino
    await files.put(b"hello")
    assert files.path(stored.sha256).stat().st_ino == before


async def test_the_file_is_synced_before_it_has_its_name_and_the_folder_after(
    files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[str] = []
    real_sync, real_replace = os.fsync, Path.replace

    def fsync(descriptor: int) -> None:
        steps.append("folder" if Path(f"/proc/self/fd/{descriptor}").is_dir() else "file")
        real_sync(descriptor)

    def replace(source: Path, target: Path) -> Path:
        steps.append("rename")
        return real_replace(source, target)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(Path, "replace", replace)
    await files.put(b"hello")
    assert steps == ["file", "rename", "folder", "folder"]


async def test_past_the_limit_nothing_is_kept(files: Files) -> None:
    assert (await files.put(b"12345", 5)).size == 5
    kept = lying_about(files)
    with pytest.raises(TooLarge):
        await files.put(b"123456", 5)
    with pytest.raises(TooLarge):
        await files.put(pieces(b"123", b"456"), 5)
    with pytest.raises(TooLarge):
        files.put_now(io.BytesIO(b"123456"), 5)
    assert lying_about(files) == kept


async def test_a_source_that_breaks_off_leaves_nothing(files: Files) -> None:
    with pytest.raises(ConnectionError):
        await files.put(pieces(b"x" * 2_000_000, failure=ConnectionError()))
    assert lying_about(files) == []


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT])
async def test_a_full_disk_is_told_as_such_and_leaves_nothing(
    files: Files, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(code, "no room")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(StorageFull):
            await files.put(b"hello")
    assert lying_about(files) == []
    assert (await files.put(b"hello")).size == 5


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "a" * 63, "A" * 64, "a" * 64 + "\n", "a" * 65, "a/" * 32])
def test_only_a_hash_names_a_file(files: Files, name: str) -> None:
    with pytest.raises(NotFound):
        files.path(name)


def test_a_missing_file_is_not_found(files: Files) -> None:
    with pytest.raises(NotFound):
        files.open("0" * 64)


async def test_the_sweep_takes_what_is_old_and_unreferenced_only(files: Files) -> None:
    old, kept, young = [(await files.put(data)).sha256 for data in (b"old", b"kept", b"young")]
    age(files.path(old), DAY + 60)
    age(files.path(kept), DAY + 60)
    assert set(files.list_old()) == {old, kept}
    assert files.sweep({kept}) == 1
    assert {path.rpartition("/")[2] for path in lying_about(files)} == {kept, young}
    assert files.sweep({kept}) == 0


async def test_a_file_put_again_while_the_sweep_looks_stays(files: Files) -> None:
    sha256 = (await files.put(b"old")).sha256
    age(files.path(sha256), DAY + 60)
    doomed = list(files.list_old())
    await files.put(b"old")
    assert files.remove(doomed) == 0
    assert await files.read(sha256) == b"old"


async def test_a_file_put_again_after_it_was_swept_is_written_anew(files: Files) -> None:
    sha256 = (await files.put(b"old")).sha256
    age(files.path(sha256), DAY + 60)
    assert files.sweep(set()) == 1
    await files.put(b"old")
    assert await files.read(sha256) == b"old"


async def test_what_a_dead_process_left_half_written_is_swept(files: Files) -> None:
    stored = await files.put(b"whole")
    dead = files_module._Arrival(files.root / "incoming", None)
    dead.add(b"half")
    dead._file.close()
    assert files.sweep_incoming() == 0
    age(dead._path, DAY + 60)
    assert files.sweep_incoming() == 1
    assert lying_about(files) == [f"{stored.sha256[:2]}/{stored.sha256}"]
