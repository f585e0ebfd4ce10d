"""Backups by the clock, the way back and the drill, on both databases."""

import asyncio
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from lyhord.app import backing_up
from lyhord.app.backing_up import BackingUp
from lyhord.app.backup import check_whole, make_backup
from lyhord.app.drill import drill
from lyhord.app.engines import make_engine
from lyhord.app.erasures import JOURNAL, Erasures
from lyhord.app.folder import DataFolder, FolderUnusable, data_folder
from lyhord.app.invariants import list_broken
from lyhord.app.refusals import BackupRefused
from lyhord.app.restore import restore_backup
from lyhord.app.schema import prepare
from lyhord.app.settings import Settings
from lyhord.app.snapshots import get_newest, list_snapshots, make_snapshot
from lyhord.conversations.exchange import Address, InboundMessage, Media, Raw
from lyhord.conversations.intake import take_in
from lyhord.conversations.model import Received
from lyhord.kit.clock import HOUR
from lyhord.kit.database import Database
from lyhord.kit.database.database import HOME, NOWHERE
from lyhord.kit.database.engine import Engine
from lyhord.kit.database.postgres import Postgres
from lyhord.kit.database.reactions import Reactions
from lyhord.kit.database.sqlite import Sqlite
from lyhord.kit.files import Files
from lyhord.kit.ids import new_id
from lyhord.kit.vitals import list_vitals, note_vital
from lyhord.tickets.wiring import REACTIONS
from tests.conftest import StoppedClock
from tests.counterparts.postgres import Cluster
from tests.waiting import PATIENCE, until


class Shop:
    """An installation with a company, some messages and a picture."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.folder = data_folder(settings)
        self.engine = make_engine(settings, self.folder)
        self.engines = {HOME: self.engine}
        self.workspace_id = new_id()
        self.series = Path(settings.backup_dir)
        prepare(self.engine)
        asyncio.run(self.receive(5))

    async def receive(self, count: int) -> None:
        """Let customers write, one with a picture."""
        database = Database(self.engine, reactions=Reactions(REACTIONS))
        await database.open()
        for number in range(count):
            picture = (Media("a.png", "image/png", 9, content=b"a picture"),) if number == 0 else ()
            said = InboundMessage(
                external_id=new_id(), sender=(Address("sandbox", f"c{number}", ""),), text="Hello", media=picture
            )
            raw = Raw(b"x" * 70_000, {})
            received = Received(inbox_id=new_id(), channel="sandbox", inbounds=(said,), raw=raw)
            await take_in(database, Files(self.folder.files), self.workspace_id, received)
        await database.close()

    async def start(self) -> int:
        """What the start of the product does about those who were erased; how many went again."""
        database = Database(self.engine, reactions=Reactions(REACTIONS))
        await database.open()
        try:
            return await Erasures(self.folder).repeat(database)
        finally:
            await database.close()

    def run(self, sql: str) -> Any:
        """One statement, past the product."""
        with closing(self.engine.connect(write=True)) as connection:
            cursor = connection.cursor()
            self.engine.begin(cursor, NOWHERE, write=True)
            cursor.execute(sql)
            rows = cursor.fetchall() if sql.startswith("SELECT") else []
            cursor.execute("COMMIT")
        return rows

    def snapshot(self, keep: int = 24) -> Path:
        """A backup in the series."""
        return make_snapshot(self.folder, self.series, self.engines, keep=keep).path


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.long)])
def shop(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Shop]:
    """On each engine."""
    database = "sqlite:lyhord.db"
    if request.param == "postgresql":
        cluster: Cluster = request.getfixturevalue("cluster")
        database = cluster.create()
    yield Shop(Settings(data_dir=str(tmp_path / "data"), database=database, backup_dir=str(tmp_path / "backups")))
    if request.param == "postgresql":
        cluster.drop(database)


@pytest.fixture
def creating(request: pytest.FixtureRequest, shop: Shop) -> Shop:
    """With a role that may make databases, where that matters."""
    if shop.engine.dialect == "postgresql":
        cluster: Cluster = request.getfixturevalue("cluster")
        with cluster.administer() as connection:
            connection.execute("ALTER ROLE lyhord CREATEDB")
    return shop


def test_a_drill_brings_everything_back_and_leaves_nothing(creating: Shop) -> None:
    creating.snapshot()
    found = drill(creating.series, creating.engines)
    assert found.broken == []
    assert found.files == 2
    assert 0 <= found.age < 60
    assert found.took > 0
    if creating.engine.dialect == "postgresql":
        assert creating.run("SELECT datname FROM pg_database WHERE datname LIKE 'lyhord_drill%'") == []


@pytest.mark.parametrize(
    ("damage", "complaint"),
    [
        ("DELETE FROM event WHERE seq = 2", "should end at"),
        ("DELETE FROM message WHERE id = (SELECT id FROM message ORDER BY created_at LIMIT 1)", "aren't there"),
        ("UPDATE attachment SET file = 'beef'", "missing or damaged"),
    ],
)
def test_the_drill_says_what_is_not_whole(creating: Shop, damage: str, complaint: str) -> None:
    creating.run(damage)
    creating.snapshot()
    assert any(complaint in line for line in drill(creating.series, creating.engines).broken)


def test_a_message_without_its_event_is_noticed(shop: Shop) -> None:
    assert list_broken(shop.engine, shop.folder.files) == []
    shop.run("UPDATE event SET kind = 'message.removed' WHERE kind = 'message.received' AND seq < 4")
    assert any("no event" in line for line in list_broken(shop.engine, shop.folder.files))


def test_a_restored_log_has_a_higher_epoch_and_what_was_there_stays_aside(shop: Shop) -> None:
    backup = shop.snapshot()
    (before,) = shop.run("SELECT max(epoch) FROM log")
    shop.run("DELETE FROM message")
    with pytest.raises(BackupRefused, match="--replace"):
        restore_backup(shop.folder, backup, engines=shop.engines)
    restore_backup(shop.folder, backup, engines=shop.engines, replace=True)
    assert shop.run("SELECT count(*) FROM message") == [(5,)]
    (after,) = shop.run("SELECT min(epoch) FROM log")
    assert after[0] > before[0]
    assert list_broken(shop.engine, shop.folder.files) == []
    asyncio.run(shop.receive(1))
    assert list_broken(shop.engine, shop.folder.files) == []


def test_rows_of_other_companies_stay_out_of_sight_after_the_way_back(shop: Shop) -> None:
    restore_backup(shop.folder, shop.snapshot(), engines=shop.engines, replace=True)
    with closing(shop.engine.connect(write=False)) as connection:
        cursor = connection.cursor()
        shop.engine.begin(cursor, new_id(), write=False)
        rows = cursor.execute("SELECT count(*) FROM message").fetchall()
        cursor.execute("ROLLBACK")
    assert rows == [(0 if shop.engine.dialect == "postgresql" else 5,)]


def test_only_the_newest_are_kept_and_they_share_their_files(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    names = iter(f"20260301T09000{number}Z" for number in range(3))
    monkeypatch.setattr(time, "strftime", lambda *_: next(names))
    for _ in range(3):
        shop.snapshot(keep=2)
    found = list_snapshots(shop.series)
    assert [path.name for path in found] == ["20260301T090002Z", "20260301T090001Z"]
    for path in found:
        check_whole(path)
    (name, *_) = get_newest(shop.series).manifest.files
    inodes = {(path / "files" / name[:2] / name).stat().st_ino for path in found}
    assert len(inodes) == 1


def test_a_backup_that_was_broken_off_is_no_backup_and_is_cleared_away(shop: Shop) -> None:
    left = shop.series / "arriving-20260301T090000Z"
    make_backup(shop.folder, left, engines=shop.engines)
    assert list_snapshots(shop.series) == []
    shop.snapshot()
    assert not left.exists()
    assert len(list_snapshots(shop.series)) == 1


def test_who_was_erased_stays_so_after_a_restore(shop: Shop) -> None:
    backup = shop.snapshot()
    ((contact_id,),) = shop.run("SELECT contact_id FROM identity WHERE value = 'c0'")
    Erasures(shop.folder).note(shop.workspace_id, str(contact_id))
    assert asyncio.run(shop.start()) == 1
    assert shop.run("SELECT count(*) FROM contact") == [(4,)]
    restore_backup(shop.folder, backup, engines=shop.engines, replace=True)
    assert shop.run("SELECT count(*) FROM contact") == [(5,)]
    assert asyncio.run(shop.start()) == 1
    assert asyncio.run(shop.start()) == 0
    assert shop.run("SELECT count(*) FROM contact") == [(4,)]
    assert shop.run("SELECT count(*) FROM message WHERE text <> ''") == [(4,)]
    assert list_broken(shop.engine, shop.folder.files) == []


def test_with_a_journal_that_cannot_be_read_nobody_is_served(shop: Shop) -> None:
    (shop.folder.root / JOURNAL).write_text("somebody\n")
    with pytest.raises(FolderUnusable, match="erased"):
        asyncio.run(shop.start())


def test_a_backup_of_the_other_database_is_refused(shop: Shop, tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "x", tmp_path / "x" / "lyhord.db")
    others: dict[str, Engine] = {"sqlite": Postgres("postgresql://nowhere"), "postgresql": Sqlite(folder.database)}
    with pytest.raises(BackupRefused, match="This backup is of home"):
        restore_backup(folder, shop.snapshot(), engines={HOME: others[shop.engine.dialect]})


def test_a_restore_waits_until_everybody_has_left_postgresql(cluster: Cluster, tmp_path: Path) -> None:
    address = cluster.create()
    shop = Shop(Settings(data_dir=str(tmp_path / "data"), database=address, backup_dir=str(tmp_path / "backups")))
    backup = shop.snapshot()
    with closing(shop.engine.connect(write=True)), pytest.raises(BackupRefused, match="Stop"):
        restore_backup(shop.folder, backup, engines=shop.engines, replace=True)
    cluster.drop(address)


def test_without_the_programs_of_postgresql_it_says_what_to_do(
    cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = cluster.create()
    shop = Shop(Settings(data_dir=str(tmp_path / "data"), database=address, backup_dir=str(tmp_path / "backups")))
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(BackupRefused, match="postgresql-client"):
        shop.snapshot()
    assert list_snapshots(shop.series) == []
    cluster.drop(address)


def test_the_commands_make_a_backup_and_drill_it(creating: Shop) -> None:
    settings = creating.settings
    environment = {
        **os.environ,
        "LYHORD_DATA_DIR": settings.data_dir,
        "LYHORD_DATABASE": settings.database,
        "LYHORD_BACKUP_DIR": settings.backup_dir,
    }

    def call(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "lyhord", *words]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=120)

    assert "no backup" in call("drill").stderr
    assert call("backup").returncode == 0
    said = call("drill")
    assert said.returncode == 0, said.stderr
    assert "Restoring took" in said.stdout
    assert "Everything is there" in said.stdout


@pytest.fixture
def hourly(tmp_path: Path) -> Settings:
    return Settings(data_dir=str(tmp_path), backup_dir=str(tmp_path / "backups"), backup_keep=2)


async def test_a_backup_is_made_when_it_is_time_and_by_one_worker_only(
    database: Database, hourly: Settings, clock: StoppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[int] = []

    class Made:
        manifest = type("Manifest", (), {"made_at": clock.now, "size": 7})

    def make(_: Settings) -> Made:
        made.append(1)
        return Made()

    monkeypatch.setattr(backing_up, "snapshot", make)
    workers = [BackingUp(database, hourly) for _ in range(3)]
    assert sorted([await worker.look() for worker in workers]) == [False, False, True]
    if database.engine.dialect == "sqlite":  # the other has a clock of its own, which no test moves
        clock.move(HOUR - 1)
        assert not await workers[0].look()
        clock.move(1)
        assert await workers[1].look()
        assert len(made) == 2


async def test_a_failed_backup_is_told_and_does_not_hide_the_last_good_one(
    database: Database, hourly: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: Settings) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(backing_up, "snapshot", full)
    await database.write(NOWHERE, note_vital, "backup", {"made_at": 1, "size": 7})
    assert not await BackingUp(database, hourly).look()
    (vital,) = await database.read(NOWHERE, list_vitals)
    assert (vital.body["made_at"], vital.body["error"]) == (1, "no space left")
    assert not await BackingUp(database, hourly).look(), "it isn't tried again at once"


async def test_a_backup_does_not_hold_up_a_stop(
    database: Database, hourly: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, stopped = threading.Event(), threading.Event()

    def snapshot(_: Settings) -> None:
        begun.set()
        stopped.wait()

    monkeypatch.setattr(backing_up, "snapshot", snapshot)
    task = asyncio.create_task(BackingUp(database, hourly).look())
    await until(begun.is_set)
    task.cancel()
    async with asyncio.timeout(PATIENCE):
        with pytest.raises(asyncio.CancelledError):
            await task
    stopped.set()
    (vital,) = await database.read(NOWHERE, list_vitals)
    assert vital.body["begun_at"] is None
