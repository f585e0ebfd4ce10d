"""What time brings about happens in every workspace, and one's trouble is nobody else's."""

import asyncio
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import insert, select

from lyhord.conversations.retention import referenced_files
from lyhord.conversations.tables import attachment, raw_payload
from lyhord.kit.database import Database, Statement, Tx
from lyhord.kit.files import Files
from lyhord.kit.ids import new_id
from lyhord.kit.turns import Turns
from lyhord.worker.timers import Chore, Clockwork, Timer, sweep_files
from tests.conftest import StoppedClock, V, W
from tests.conversations.desk import Desk
from tests.waiting import grace, until

_insert_raw = Statement(insert(raw_payload))
_insert_attachment = Statement(insert(attachment))
_raw_ids = Statement(select(raw_payload.c.id))
OLD = 25 * 3600


async def test_a_timer_runs_in_every_workspace_until_nothing_is_left(database: Database) -> None:
    left = {V: 2, W: 1}

    def action(tx: Tx) -> int:
        found = min(left[tx.workspace_id], 1)
        left[tx.workspace_id] -= found
        return found

    for workspace_id in left:
        await database.write(workspace_id, lambda _tx: None)
    assert await Clockwork(database, Turns(database), []).tick(Timer("t", 1, action)) == 3
    assert left == {V: 0, W: 0}


async def test_everything_runs_at_the_start_and_again_and_trouble_stops_nothing(database: Database) -> None:
    ran: list[str] = []

    async def bad() -> None:
        ran.append("bad")
        raise ValueError

    async def good() -> None:
        ran.append("good")

    task = asyncio.ensure_future(
        Clockwork(database, Turns(database), [], [Chore("bad", 0.01, bad), Chore("good", 0.01, good)]).run()
    )
    try:
        await until(lambda: ran.count("bad") > 2 and ran.count("good") > 2)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_of_two_processes_one_does_it_each_time(database: Database, clock: StoppedClock) -> None:
    ran: list[str] = []

    def chore(who: str) -> Chore:
        async def run() -> None:
            ran.append(who)

        return Chore("same", 10, run)

    @asynccontextmanager
    async def process(who: str) -> AsyncIterator[None]:
        task = asyncio.ensure_future(Clockwork(database, Turns(database), [], [chore(who)]).run())
        yield
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    async with process("first"):
        await until(lambda: ran)
    async with process("second"):
        await grace(0.1)
    assert ran == ["first"]
    clock.move(9_001)
    async with process("second"):
        await until(lambda: ran == ["first", "second"])


async def test_only_files_that_no_workspace_names_are_swept(desk: Desk, files: Files) -> None:
    hashes = {name: (await files.put(name.encode())).sha256 for name in ("attached", "raw", "elsewhere", "orphan")}
    young = (await files.put(b"young")).sha256
    for sha256 in hashes.values():
        os.utime(files.path(sha256), (time.time() - OLD,) * 2)

    def attach(tx: Tx, file: str) -> None:
        row = {"id": new_id(), "file": file, "name": "", "type": "", "size": 1, "inline_id": None, "message_id": None}
        tx.run(_insert_attachment, **row, conversation_id=None, uploaded_by="x", created_at=0)

    def keep_raw(tx: Tx) -> None:
        row = {"id": new_id(), "inbox_id": new_id(), "body": None, "headers": "{}", "problem": None}
        tx.run(_insert_raw, **row, file=hashes["raw"])

    await desk.write(attach, hashes["attached"])
    await desk.write(keep_raw)
    await desk.database.write(V, attach, hashes["elsewhere"])
    assert await sweep_files(desk.database, files, referenced_files) == 1
    assert not files.path(hashes["orphan"]).exists()
    assert all(files.path(one).exists() for one in (*(hashes[n] for n in ("attached", "raw", "elsewhere")), young))
