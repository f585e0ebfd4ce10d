"""A database that came back by other means than our backups: PostgreSQL to a point in time, or a file put there."""

import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from lyhord.app.folder import DataFolder, data_folder
from lyhord.app.refusals import BackupRefused
from lyhord.app.restore import take_over
from lyhord.app.schema import prepare
from lyhord.app.settings import Settings
from lyhord.conversations.exchange import Address, InboundMessage
from lyhord.conversations.intake import take_in
from lyhord.conversations.model import Received
from lyhord.kit.database import Database
from lyhord.kit.database.database import HOME, NOWHERE
from lyhord.kit.database.engine import Engine
from lyhord.kit.database.postgres import Postgres
from lyhord.kit.database.reactions import Reactions
from lyhord.kit.database.sqlite import Sqlite
from lyhord.kit.files import Files
from lyhord.kit.ids import new_id
from lyhord.tickets.wiring import REACTIONS
from tests.counterparts.postgres import Cluster
from tests.waiting import until

WORKSPACE, INBOX = new_id(), new_id()


async def say(engine: Engine, folder: DataFolder, *texts: str) -> None:
    """Messages of one customer, acknowledged."""
    database = Database(engine, reactions=Reactions(REACTIONS))
    await database.open()
    for text in texts:
        said = InboundMessage(external_id=new_id(), sender=(Address("sandbox", "ann", ""),), text=text)
        received = Received(inbox_id=INBOX, channel="sandbox", inbounds=(said,))
        await take_in(database, Files(folder.files), WORKSPACE, received)
    await database.close()


def ask(engine: Engine, sql: str) -> list[tuple[object, ...]]:
    """Rows, past the product."""
    with closing(engine.connect(write=False)) as connection:
        cursor = connection.cursor()
        engine.begin(cursor, NOWHERE, write=False)
        cursor.execute(sql)
        return cursor.fetchall()


def texts(engine: Engine) -> list[object]:
    return [row[0] for row in ask(engine, "SELECT text FROM message ORDER BY id")]


def epoch(engine: Engine) -> int:
    ((found,),) = ask(engine, "SELECT epoch FROM log")
    assert isinstance(found, int)
    return found


def recover(settings: Settings) -> "subprocess.CompletedProcess[str]":
    """The command, as an operator calls it."""
    environment = {**os.environ, "LYHORD_DATA_DIR": settings.data_dir, "LYHORD_DATABASE": settings.database}
    command = [sys.executable, "-m", "lyhord", "recover"]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=120)


@pytest.fixture
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that the server may write to."""
    folder = tmp_path_factory.mktemp("archive")
    folder.chmod(0o777)
    for parent in list(folder.parents)[:3]:
        parent.chmod(parent.stat().st_mode | 0o011)
    return folder


@pytest.mark.long
async def test_postgresql_comes_back_to_a_point_in_time_and_everybody_starts_afresh(
    archive: Path, tmp_path: Path
) -> None:
    keeping = ("archive_mode=on", f"archive_command=cp %p {archive}/%f", "wal_level=replica")
    with Cluster(more=keeping) as server:
        address = server.create()
        engine = Postgres(address)
        prepare(engine)
        folder = DataFolder(tmp_path / "data", tmp_path / "data" / "lyhord.db")
        await say(engine, folder, "before the base backup")
        base = archive / "base"
        base.mkdir()
        server.back_up(base)
        await say(engine, folder, "after it")
        with server.administer() as connection:
            connection.execute("SELECT pg_create_restore_point('good')")
        await say(engine, folder, "after all was still good")
        with server.administer() as connection:
            ((last,),) = connection.execute("SELECT pg_walfile_name(pg_switch_wal())").fetchall()
        await until((archive / str(last)).exists, 30)
        before = epoch(engine)
    other = server.come_back(base, archive, "good")
    try:
        restored = address.replace(f":{server.port}/", f":{other.port}/")
        said = recover(Settings(data_dir=str(folder.root), database=restored))
        assert said.returncode == 0, said.stderr
        assert texts(Postgres(restored)) == ["before the base backup", "after it"]
        assert epoch(Postgres(restored)) > before
    finally:
        other.stop("immediate")
        other.remove()


async def test_a_file_that_was_put_there_is_checked_and_starts_a_new_epoch(tmp_path: Path) -> None:
    settings = Settings(data_dir=str(tmp_path / "data"))
    folder = data_folder(settings)
    assert "Bring it back first" in recover(settings).stderr
    engine = Sqlite(folder.database)
    prepare(engine)
    await say(engine, folder, "hello")
    before = epoch(engine)
    said = recover(settings)
    assert said.returncode == 0, said.stderr
    assert "All is there" in said.stdout
    assert texts(engine) == ["hello"]
    assert epoch(engine) > before


async def test_what_did_not_come_along_is_named(tmp_path: Path) -> None:
    settings = Settings(data_dir=str(tmp_path / "data"))
    folder = data_folder(settings)
    engine = Sqlite(folder.database)
    prepare(engine)
    await say(engine, folder, "hello")
    with closing(engine.connect(write=True)) as connection:
        cursor = connection.cursor()
        cursor.execute("DELETE FROM event WHERE kind = 'message.received'")
    said = recover(settings)
    assert said.returncode == 1
    assert "messages have no event" in said.stdout
    assert "not all is there" in said.stdout
    assert "All is there" not in said.stdout


def test_a_damaged_file_is_refused(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path, tmp_path / "lyhord.db")
    prepare(Sqlite(folder.database))
    with folder.database.open("r+b") as stream:
        stream.seek(8_192)
        stream.write(b"\xff" * 8_192)
    with pytest.raises(BackupRefused, match="damaged"):
        take_over(folder, {HOME: Sqlite(folder.database)})


def test_nobody_may_be_at_work_meanwhile(cluster: Cluster, tmp_path: Path) -> None:
    address = cluster.create()
    engine = Postgres(address)
    prepare(engine)
    folder = DataFolder(tmp_path, tmp_path / "lyhord.db")
    with closing(engine.connect(write=True)), pytest.raises(BackupRefused, match="Stop"):
        take_over(folder, {HOME: engine})
    assert take_over(folder, {HOME: engine}) == []
    cluster.drop(address)
