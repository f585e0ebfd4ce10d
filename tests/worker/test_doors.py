"""Every active inbox's adapter runs, alone, with today's settings; what it brings is stored with its files."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from lyhord.conversations.account import Health
from lyhord.conversations.actions.payloads import RAW_IN_ROW
from lyhord.conversations.exchange import Media, Raw
from lyhord.conversations.retention import referenced_files
from lyhord.kit.bus.local import LocalBus
from lyhord.kit.database import Busy, Database, StorageFull
from lyhord.kit.files import Files
from lyhord.kit.turns import Turns
from lyhord.worker import doors
from lyhord.worker.accounts import Accounts
from lyhord.worker.doors import FELL, DoorKeeper, InboxDoor
from lyhord.workspaces.actions.inboxes import InboxChange, StoredInbox, change_inbox, get_inbox, remove_inbox
from tests.conversations.desk import Desk
from tests.waiting import grace, until
from tests.worker.pigeon import Loft


@pytest.fixture
def keeper(desk: Desk, files: Files, accounts: Accounts) -> DoorKeeper:
    return DoorKeeper(desk.database, files, LocalBus(), accounts, Turns(desk.database), poll_seconds=3600)


@asynccontextmanager
async def running(keeper: DoorKeeper) -> AsyncIterator[None]:
    task = asyncio.ensure_future(keeper.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def stored(desk: Desk) -> StoredInbox:
    inbox: StoredInbox = await desk.read(get_inbox, desk.inbox)
    return inbox


async def test_each_active_inbox_has_one_adapter_until_the_end(desk: Desk, loft: Loft, keeper: DoorKeeper) -> None:
    async with running(keeper):
        await until(lambda: len(loft.runs) == 2)
        keeper.poke()
        await grace()
        assert sorted(loft.runs) == ["first", "second"]
        assert loft.shut == []
    assert sorted(loft.shut) == ["first", "second"]


async def test_a_changed_inbox_gets_a_new_adapter_and_the_other_keeps_its_own(
    desk: Desk, loft: Loft, keeper: DoorKeeper
) -> None:
    async with running(keeper):
        await until(lambda: len(loft.runs) == 2)
        await desk.write(change_inbox, desk.inbox, InboxChange(settings={"a": 1}, secrets="word", new_secrets=("a",)))
        keeper.poke()
        await until(lambda: len(loft.runs) == 3)
        assert (loft.shut, loft.runs[2]) == (["first"], "first")
        assert (loft.opened[-1].settings, loft.opened[-1].secrets) == ({"a": 1}, {"secret": "word"})


async def test_paused_and_removed_inboxes_are_shut_and_resumed_ones_opened(
    desk: Desk, loft: Loft, keeper: DoorKeeper
) -> None:
    async with running(keeper):
        await until(lambda: len(loft.runs) == 2)
        await desk.write(change_inbox, desk.inbox, InboxChange(paused=True))
        await desk.write(remove_inbox, desk.other_inbox)
        keeper.poke()
        await until(lambda: len(loft.shut) == 2)
        await desk.write(change_inbox, desk.inbox, InboxChange(paused=False))
        keeper.poke()
        await until(lambda: len(loft.runs) == 3)
        assert loft.runs[2] == "first"


async def test_how_an_inbox_feels_shuts_nothing(desk: Desk, loft: Loft, keeper: DoorKeeper) -> None:
    async with running(keeper):
        await until(lambda: len(loft.runs) == 2)
        await loft.doors[0].report(Health(ok=False, problems=(("", "x", "y"),)))
        keeper.poke()
        await grace()
        assert loft.shut == []


async def test_an_adapter_that_falls_is_shown_and_started_again(
    desk: Desk, loft: Loft, keeper: DoorKeeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doors, "LONGEST_PAUSE", 1)
    await desk.write(remove_inbox, desk.other_inbox)
    loft.fetches = [ValueError("one"), ConnectionError("two")]
    async with running(keeper):
        await until(lambda: len(loft.runs) == 3)
        health = (await stored(desk)).health
        assert health is not None
        assert health["ok"] is False
        assert health["problems"] == [{"field": "", "key": FELL, "detail": "ConnectionError"}]


async def test_a_channel_that_is_called_needs_no_task(desk: Desk, loft: Loft, keeper: DoorKeeper) -> None:
    loft.fetches = ["called", "called"]
    async with running(keeper):
        await until(lambda: len(loft.runs) == 2)
        await grace()
        keeper.poke()
        await grace()
        assert len(loft.runs) == 2


@pytest.fixture
def other_keeper(desk: Desk, files: Files, accounts: Accounts, monkeypatch: pytest.MonkeyPatch) -> DoorKeeper:
    """That of another process. Both look around often."""
    monkeypatch.setattr(doors, "TAKE_SECONDS", 0.25)
    return DoorKeeper(desk.database, files, LocalBus(), accounts, Turns(desk.database), poll_seconds=3600)


async def test_of_two_processes_one_has_the_door_and_hands_it_over_when_it_stops(
    loft: Loft, keeper: DoorKeeper, other_keeper: DoorKeeper
) -> None:
    first = asyncio.ensure_future(keeper.run())
    await until(lambda: len(loft.runs) == 2)
    async with running(other_keeper):
        await grace(0.6)
        assert len(loft.runs) == 2
        first.cancel()
        await asyncio.gather(first, return_exceptions=True)
        await until(lambda: len(loft.runs) == 4)


async def test_the_doors_of_a_process_that_died_are_taken_over_when_its_lease_ends(
    desk: Desk, loft: Loft, keeper: DoorKeeper, other_keeper: DoorKeeper
) -> None:
    await keeper.reconcile()
    await until(lambda: len(loft.runs) == 2)
    async with running(other_keeper):
        desk.clock.move(int(doors.LEASE_SECONDS * 1000) - 1)
        await grace(0.6)
        assert len(loft.runs) == 2
        desk.clock.move(2)
        await until(lambda: len(loft.runs) == 4)
        await keeper._take()
        assert len(loft.shut) == 2, "who comes back finds its doors with somebody else, and shuts its own"


async def busy(*_: object) -> frozenset[str]:
    raise Busy


async def silent(*_: object) -> frozenset[str]:
    await asyncio.sleep(3600)
    raise AssertionError


@pytest.mark.parametrize("failing", [busy, silent])
@pytest.mark.parametrize("poked", [False, True])
async def test_doors_are_shut_before_a_lease_ends_that_cannot_be_renewed(
    loft: Loft, keeper: DoorKeeper, monkeypatch: pytest.MonkeyPatch, failing: Callable[..., Any], poked: bool
) -> None:
    monkeypatch.setattr(doors, "TAKE_SECONDS", 1.0)
    monkeypatch.setattr(doors, "LEASE_SECONDS", 4.0)
    loop = asyncio.get_running_loop()
    async with running(keeper):
        await until(lambda: len(loft.runs) == 2)
        ends = loop.time() + doors.LEASE_SECONDS
        with monkeypatch.context() as patch:
            patch.setattr(Turns, "take", failing)
            patch.setattr(Database, "read", failing)
            if poked:
                keeper.poke()
            await until(lambda: len(loft.shut) == 2)
            assert loop.time() < ends
        await until(lambda: len(loft.runs) == 4)
        assert loft.most_open == 1


async def test_however_often_processes_come_and_go_a_door_is_never_open_twice(
    desk: Desk, loft: Loft, files: Files, accounts: Accounts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doors, "TAKE_SECONDS", 0.1)
    for _ in range(5):
        keepers = [DoorKeeper(desk.database, files, LocalBus(), accounts, Turns(desk.database)) for _ in range(3)]
        tasks = {keeper: asyncio.ensure_future(keeper.run()) for keeper in keepers}
        while tasks:
            await until(lambda: len(loft.runs) - len(loft.shut) == 2)
            task = tasks.pop(next(keeper for keeper in tasks if keeper._open))
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
    assert loft.most_open == 1


@pytest.fixture
async def door(desk: Desk, files: Files) -> InboxDoor:
    return InboxDoor(desk.database, files, LocalBus(), desk.workspace_id, await stored(desk))


async def test_what_comes_is_stored_with_its_files(desk: Desk, files: Files, door: InboxDoor) -> None:
    picture = Media("a.png", "image/png", 3, content=b"png")
    body = b"x" * (RAW_IN_ROW + 1)
    await door.receive(Raw(body), [desk.words("Look", media=(picture,), external_id="m1")])
    found = await desk.read(
        lambda tx: referenced_files(tx, [hashlib.sha256(each).hexdigest() for each in (b"png", body)])
    )
    assert len(found) == 2
    for name in found:
        assert await files.read(name) in {b"png", body}


async def test_what_comes_twice_is_stored_once(desk: Desk, door: InboxDoor) -> None:
    words = desk.words("Once", external_id="m1")
    desk.events.clear()
    await door.receive(Raw(b"raw"), [words])
    await door.receive(Raw(b"raw"), [words])
    assert desk.kinds().count("message.received") == 1


async def test_what_our_code_chokes_on_is_kept_as_not_understood(
    desk: Desk, door: InboxDoor, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = desk.database.write

    async def write(workspace_id: str, action: Callable[..., object], *args: object, **more: Any) -> object:
        if args and getattr(args[0], "inbounds", None) == (words,):
            raise ValueError("choked")
        return await real(workspace_id, action, *args, **more)

    words = desk.words("Hm", external_id="m1")
    desk.events.clear()
    monkeypatch.setattr(desk.database, "write", write)
    await door.receive(Raw(b"raw"), [words])
    assert "message.received" in desk.kinds()


async def test_a_full_disk_takes_nothing_and_says_so(
    desk: Desk, door: InboxDoor, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(*_: object, **__: object) -> object:
        raise StorageFull

    monkeypatch.setattr(Database, "write", full)
    with pytest.raises(StorageFull):
        await door.receive(Raw(b"raw"), [desk.words()])
    monkeypatch.undo()
    monkeypatch.setattr(Files, "put", full)
    desk.events.clear()
    with pytest.raises(StorageFull):
        await door.receive(Raw(b"raw"), [desk.words(media=(Media("a", "b", 1, content=b"c"),))])
    assert desk.kinds() == []


async def test_what_there_was_no_time_for_is_not_taken_for_unreadable(
    desk: Desk, door: InboxDoor, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, times = desk.database.write, 0

    async def write(workspace_id: str, action: Callable[..., object], *args: object, **more: Any) -> object:
        nonlocal times
        times += 1
        if times == 1:
            raise Busy
        return await real(workspace_id, action, *args, **more)

    desk.events.clear()
    monkeypatch.setattr(desk.database, "write", write)
    with pytest.raises(Busy):
        await door.receive(Raw(b"raw"), [desk.words()])
    assert desk.kinds() == []


async def test_a_door_remembers(desk: Desk, door: InboxDoor) -> None:
    assert await door.recall() == {}
    await door.remember({"uid": 7})
    assert await door.recall() == {"uid": 7}


async def test_the_health_of_a_removed_inbox_is_no_trouble(desk: Desk, door: InboxDoor) -> None:
    await desk.write(remove_inbox, desk.inbox)
    await door.report(Health(ok=True))
