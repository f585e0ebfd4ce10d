"""The parsing children: started late, ended when idle, killed when they take too long, and never the end of a mail."""

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from lyhord.channels.mail import child, parsers
from lyhord.channels.mail.child import CPU_SECONDS
from lyhord.channels.mail.parsers import Parsers
from lyhord.conversations.exchange import InboundMessage, Unsupported
from lyhord.kit.children import Child
from lyhord.kit.files import Files
from lyhord.kit.storing import StorageFull
from tests.channels.mail.bad_mails import BAD_MAILS
from tests.channels.mail.letters import letter, multipart, part, reading

MIXED = 'multipart/mixed; boundary="b1"'


@pytest.fixture
async def pool(tmp_path: Path) -> AsyncIterator[Parsers]:
    made = Parsers(tmp_path / "files")
    yield made
    await made.close()


def cpu_seconds(pid: int) -> float:
    """What a process has used so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


async def test_no_process_runs_before_the_first_mail_nor_after_the_last(tmp_path: Path) -> None:
    pool = Parsers(tmp_path, idle_seconds=0.05)
    assert pool.pool.processes == []
    await pool.parse(reading(), letter())
    (pid,) = pool.pool.processes
    while alive(pid):  # noqa: ASYNC110 - another process's end can't be awaited
        await asyncio.sleep(0.02)
    assert pool.pool.processes == []
    await pool.close()


async def test_attachments_lie_in_the_store_when_the_answer_comes(pool: Parsers, tmp_path: Path) -> None:
    raw = letter(
        multipart("mixed", part(b"%PDF-1.7 x", Content_Type="application/pdf; name=a.pdf")), Content_Type=MIXED
    )
    (message,) = await pool.parse(reading(), raw)
    assert isinstance(message, InboundMessage)
    (media,) = message.media
    assert (media.content, media.name, media.type) == (None, "a.pdf", "application/pdf")
    assert await Files(tmp_path / "files").read(media.file or "") == b"%PDF-1.7 x"


async def test_a_mail_in_the_store_is_read_from_there(pool: Parsers, tmp_path: Path) -> None:
    stored = await Files(tmp_path / "files").put(letter("From the store"))
    (message,) = await pool.parse(reading(), b"", stored.sha256)
    assert isinstance(message, InboundMessage)
    assert message.text == "From the store"


async def test_many_mails_at_once_share_two_processes(pool: Parsers) -> None:
    results = await asyncio.gather(*(pool.parse(reading(), letter(f"Mail {n}")) for n in range(20)))
    assert [result[0].text for result in results if isinstance(result[0], InboundMessage)] == [
        f"Mail {n}" for n in range(20)
    ]
    assert len(pool.pool.processes) <= parsers.PROCESSES


async def test_a_child_that_died_while_nobody_asked_costs_nothing(pool: Parsers) -> None:
    await pool.parse(reading(), letter())
    (pid,) = pool.pool.processes
    os.kill(pid, 9)
    quoting = letter("Still here\n\nOn Monday, Ben wrote:\n> Old")
    (message,) = await pool.parse(reading(), quoting)
    assert isinstance(message, InboundMessage)
    assert message.text.startswith("Still here")
    assert message.quoted, "it met its first attempt"


async def test_a_mail_on_which_everything_fails_is_told_by_its_head(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pool = Parsers(tmp_path)

    async def nothing(*_: object) -> None:
        return None

    monkeypatch.setattr(pool, "_ask", nothing)
    (inbound,) = await pool.parse(reading(), letter())
    assert isinstance(inbound, Unsupported)
    assert (inbound.reason, inbound.sender[0].value) == ("problem.mail.unreadable", "anna@customer.test")


async def test_one_that_takes_too_long_is_killed(tmp_path: Path) -> None:
    pool = Parsers(tmp_path, wall_seconds=0.0)
    (inbound,) = await pool.parse(reading(), letter())
    assert isinstance(inbound, Unsupported)
    assert pool.pool.processes == []
    await pool.close()


async def test_mails_behind_one_that_ends_its_child_lose_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pool = Parsers(tmp_path, processes=1)
    receive, ends = Child.receive, iter([False, True])  # it says that it is ready, and dies of the first mail

    async def end_once(child: Child) -> bytes:
        if next(ends, False):
            raise EOFError
        return await receive(child)

    monkeypatch.setattr(Child, "receive", end_once)
    quoting = [letter(f"Mail {n}\n\nOn Monday, Ben wrote:\n> Old") for n in range(4)]
    first, *others = [read[0] for read in await asyncio.gather(*(pool.parse(reading(), raw) for raw in quoting))]
    assert isinstance(first, InboundMessage)
    assert first.text.startswith("Mail 0")
    assert first.quoted == "", "the second attempt asks for less"
    assert [other.text for other in others if isinstance(other, InboundMessage) and other.quoted] == [
        "Mail 1",
        "Mail 2",
        "Mail 3",
    ], "these met their first attempt"
    await pool.close()


async def test_what_nobody_waits_for_any_longer_is_answered_to_nobody_else(tmp_path: Path) -> None:
    pool = Parsers(tmp_path, processes=1)
    asking = [asyncio.create_task(pool.parse(reading(), letter(f"Mail {n}"))) for n in range(6)]
    await asking[0]
    for given_up in asking[1:5:2]:
        given_up.cancel()
    results = await asyncio.gather(*asking, pool.parse(reading(), letter("Last")), return_exceptions=True)
    texts = [result[0].text for result in results if isinstance(result, list) and isinstance(result[0], InboundMessage)]
    assert texts == ["Mail 0", "Mail 2", "Mail 4", "Mail 5", "Last"]
    await pool.close()


async def test_closing_leaves_no_process(tmp_path: Path) -> None:
    pool = Parsers(tmp_path)
    await pool.parse(reading(), letter())
    (pid,) = pool.pool.processes
    asking = asyncio.create_task(pool.parse(reading(), letter("x" * 1_000_000)))
    await asyncio.sleep(0)
    await pool.close()
    asking.cancel()
    assert not alive(pid)


@pytest.mark.parametrize("name", BAD_MAILS)
async def test_a_bad_mail_is_understood_at_the_first_attempt_and_costs_little(
    pool: Parsers, tmp_path: Path, name: str
) -> None:
    stored = await Files(tmp_path / "files").put(BAD_MAILS[name].make("bad@customer.test"))
    await pool.parse(reading(), letter())
    (pid,) = pool.pool.processes
    before = cpu_seconds(pid)
    (inbound,) = await pool.parse(reading(), b"", stored.sha256)
    assert pool.pool.processes == [pid]  # neither killed nor dead
    assert cpu_seconds(pid) - before < CPU_SECONDS / 3
    if isinstance(inbound, Unsupported):
        assert BAD_MAILS[name].text == inbound.reason
        return
    assert isinstance(inbound, InboundMessage)
    assert inbound.text.startswith(BAD_MAILS[name].text)
    assert inbound.flags == BAD_MAILS[name].flags
    assert tuple(media.type for media in inbound.media) == BAD_MAILS[name].types


async def test_a_full_disk_is_our_own_fault_and_not_the_mails(tmp_path: Path) -> None:
    (tmp_path / "files").write_text("a file where the store should be")
    pool = Parsers(tmp_path / "files")
    raw = letter(multipart("mixed", part(b"x", Content_Type="application/pdf; name=a.pdf")), Content_Type=MIXED)
    with pytest.raises(StorageFull):
        await pool.parse(reading(), raw)
    await pool.close()


def test_the_limits_of_a_child_hold() -> None:
    code = (
        "import resource, lyhord.channels.mail.child as child\n"
        "resource.setrlimit(resource.RLIMIT_AS, (child.MEMORY_BYTES, child.MEMORY_BYTES))\n"
        "child.CPU_SECONDS = 1\n"
        "child._allow_cpu()\n"
        "try:\n    bytearray(600 << 20)\n    print('memory')\nexcept MemoryError:\n    pass\n"
        "while True: pass\n"
    )
    import subprocess
    import sys

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False, timeout=120)
    assert done.returncode == -24, done  # SIGXCPU
    assert done.stdout == b""
    assert child.CPU_SECONDS == 10
