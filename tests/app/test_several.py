"""Backups of several databases: whatever moves while one is made is there once when it comes back, and whole."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest
from typing_extensions import override

from lyhord.app.backing_up import snapshot
from lyhord.app.backup import make_backup
from lyhord.app.drill import drill
from lyhord.app.engines import make_engine, make_engines, make_scratch
from lyhord.app.folder import data_folder
from lyhord.app.moving import make_work
from lyhord.app.refusals import BackupRefused
from lyhord.app.restore import list_amiss, restore_backup
from lyhord.app.settings import Settings
from lyhord.conversations.exchange import Address, InboundMessage, Media
from lyhord.conversations.intake import take_in
from lyhord.conversations.model import Received
from lyhord.kit.database import Database, ReadTx
from lyhord.kit.database.database import HOME, NOWHERE
from lyhord.kit.database.engine import Connection, Engine
from lyhord.kit.database.moving import MoveLost, Mover
from lyhord.kit.database.postgres import Postgres
from lyhord.kit.database.reactions import Reactions
from lyhord.kit.files import Files
from lyhord.kit.ids import new_id
from lyhord.tickets.wiring import REACTIONS
from tests.conftest import V, W
from tests.counterparts.postgres import Cluster, Databases

pytestmark = pytest.mark.long

OTHER = "annexe"
Engines = dict[str, Engine]


class Town:
    """An installation with two databases, and another, empty one, to which its backups come back."""

    def __init__(self, settings: Settings, elsewhere: Settings) -> None:
        self.folder, self.there = data_folder(settings), data_folder(elsewhere)
        self.settings, self.elsewhere = settings, elsewhere
        self.engines = make_engines(settings, self.folder)
        asyncio.run(self.settle())

    async def settle(self) -> None:
        """A company in each database."""
        database = await opened(self.engines)
        for workspace_id, name in ((V, HOME), (W, OTHER)):
            await asyncio.to_thread(database.directory.note, workspace_id, name, new_id())
            await self.receive(database, workspace_id, 4)
        await database.close()

    async def receive(self, database: Database, workspace_id: str, count: int) -> None:
        """Customers write, each with a picture."""
        for number in range(count):
            picture = Media("a.png", "image/png", 9, content=f"picture {number}".encode())
            sender = (Address("sandbox", f"c{number}", ""),)
            said = InboundMessage(external_id=new_id(), sender=sender, text="Hello", media=(picture,))
            received = Received(inbox_id=new_id(), channel="sandbox", inbounds=(said,))
            await take_in(database, Files(self.folder.files), workspace_id, received)

    def move(self, workspace_id: str, source: str, target: str, say: Callable[[str], None] = lambda _: None) -> None:
        """Bring a company to the other database; what is left at the old place stays."""

        async def run() -> None:
            database = await opened(self.engines)
            shards = database.shards
            work = make_work(say)
            with closing(Mover(workspace_id, shards[source], shards[target], database.directory, work)) as mover:
                await asyncio.to_thread(mover.run)
            await self.receive(database, workspace_id, 1)
            await database.close()

        asyncio.run(run())

    def come_back(self, backup: Path) -> Engines:
        """The databases in the other place, restored from it."""
        engines = make_engines(self.elsewhere, self.there)
        restore_backup(self.there, backup, engines=engines, replace=True)
        return engines


async def opened(engines: Engines) -> Database:
    home, *others = engines.items()
    database = Database(home[1], others=dict(others), reactions=Reactions(REACTIONS))
    await database.open()
    return database


def ask(engine: Engine, sql: str) -> list[tuple[Any, ...]]:
    """Rows, past the product."""
    with closing(engine.connect(write=False)) as connection:
        cursor = connection.cursor()
        engine.begin(cursor, NOWHERE, write=False)
        return cursor.execute(sql).fetchall()


def holders(engines: Engines, workspace_id: str) -> list[str]:
    """The databases that say that they have a company."""
    sql = f"SELECT 1 FROM log WHERE workspace_id = '{workspace_id}' AND elsewhere IS NULL"
    return [name for name, engine in engines.items() if ask(engine, sql)]


def messages(engines: Engines, workspace_id: str) -> int:
    """How many messages of a company the product reads."""

    def count(tx: ReadTx) -> int:
        sql = f"SELECT count(*) FROM message WHERE workspace_id = '{workspace_id}'"
        return int(tx._cursor.execute(sql).fetchall()[0][0])

    async def read() -> int:
        database = await opened(engines)
        found = await database.read(workspace_id, count)
        await database.close()
        return found

    return asyncio.run(read())


@pytest.fixture(params=["sqlite", "postgresql"])
def town(
    request: pytest.FixtureRequest, cluster: Cluster, databases: Databases, empty_file: bytes, tmp_path: Path
) -> Iterator[Town]:
    """With the home on either engine, the other on PostgreSQL."""
    addresses = [databases.take() for _ in range(4)]
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "lyhord.db").write_bytes(empty_file)
    with cluster.administer() as connection:
        connection.execute("ALTER ROLE lyhord CREATEDB")

    def make(name: str, home: str, other: str) -> Settings:
        database = "sqlite:lyhord.db" if request.param == "sqlite" else home
        places = {"data_dir": str(tmp_path / name), "backup_dir": str(tmp_path / "backups")}
        return Settings(database=database, databases={OTHER: other}, **places)  # type: ignore[arg-type]

    yield Town(make("data", *addresses[:2]), make("there", *addresses[2:]))
    for address in addresses:
        databases.give_back(address)


def test_everything_of_every_database_comes_back_and_everybody_starts_afresh(town: Town) -> None:
    made = snapshot(town.settings)
    assert set(made.manifest.databases) == {HOME, OTHER}
    epochs = {name: ask(engine, "SELECT max(epoch) FROM log")[0][0] for name, engine in town.engines.items()}
    engines = town.come_back(made.path)
    assert (holders(engines, V), holders(engines, W)) == ([HOME], [OTHER])
    assert messages(engines, V) == messages(engines, W) == 4
    assert list_amiss(engines, town.there.files) == []
    for name, engine in engines.items():
        assert ask(engine, "SELECT min(epoch) FROM log")[0][0] > epochs[name]


class Between(Postgres):
    """Something happens when this database is looked at for the first time: after the home was, and before this one is."""

    happen: Callable[[], None] | None = None

    @override
    def connect(self, *, write: bool) -> Connection:
        happen, self.happen = self.happen, None
        if happen:
            happen()
        return super().connect(write=write)


@pytest.mark.parametrize(("workspace_id", "source", "target"), [(W, OTHER, HOME), (V, HOME, OTHER)])
def test_a_company_that_moves_between_two_parts_is_there_once(
    town: Town, tmp_path: Path, workspace_id: str, source: str, target: str
) -> None:
    between = Between(town.settings.databases[OTHER])
    between.happen = lambda: town.move(workspace_id, source, target)
    make_backup(town.folder, tmp_path / "backup", engines={**town.engines, OTHER: between})
    engines = town.come_back(tmp_path / "backup")
    assert holders(engines, workspace_id) == [target]
    assert messages(engines, workspace_id) == 5
    assert list_amiss(engines, town.there.files) == []


def test_a_move_that_was_under_way_in_the_first_part_and_over_in_the_second_counts(town: Town, tmp_path: Path) -> None:
    looked, moved = threading.Event(), threading.Event()
    between = Between(town.settings.databases[OTHER])

    def wait_for_the_move() -> None:
        looked.set()
        moved.wait()

    between.happen = wait_for_the_move
    engines = {**town.engines, OTHER: between}
    backup = threading.Thread(target=lambda: make_backup(town.folder, tmp_path / "backup", engines=engines))

    def look_meanwhile(stage: str) -> None:
        if stage == "catch up":
            backup.start()
            looked.wait()

    town.move(V, HOME, OTHER, look_meanwhile)
    moved.set()
    backup.join()
    restored = town.come_back(tmp_path / "backup")
    assert (holders(restored, V), messages(restored, V)) == ([OTHER], 5)


@pytest.mark.parametrize("stage", ["catch up", "take"])
def test_a_move_that_stopped_half_way_is_as_good_after_the_way_back(town: Town, tmp_path: Path, stage: str) -> None:
    def fall(at: str) -> None:
        if at == stage:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        town.move(W, OTHER, HOME, fall)
    make_backup(town.folder, tmp_path / "backup", engines=town.engines)
    engines = town.come_back(tmp_path / "backup")
    assert list_amiss(engines, town.there.files) == []
    assert messages(engines, W) == 4  # whoever looks for it lets it arrive
    assert holders(engines, W) == [HOME if stage == "take" else OTHER]


def test_backups_of_a_company_that_never_rests_are_whole_each_time(town: Town, tmp_path: Path) -> None:
    stopped = threading.Event()
    places = (OTHER, HOME)
    moves = [0]

    def wander() -> None:
        while not stopped.is_set():
            source, target = places if moves[0] % 2 == 0 else places[::-1]
            with suppress(MoveLost):
                town.move(W, source, target)
                moves[0] += 1

    thread = threading.Thread(target=wander)
    thread.start()
    try:
        for number in range(3):
            before = moves[0]
            make_backup(town.folder, tmp_path / str(number), engines=town.engines)
            engines = town.come_back(tmp_path / str(number))
            assert len(holders(engines, W)) <= 1
            assert list_amiss(engines, town.there.files) == []
            assert messages(engines, W) >= 4 + before
            assert holders(engines, W) != []
    finally:
        stopped.set()
        thread.join()
    assert moves[0] > 1


def test_the_drill_tries_each_database_and_takes_those_that_it_is_given(town: Town, cluster: Cluster) -> None:
    snapshot(town.settings)
    series = Path(town.settings.backup_dir)
    assert drill(series, town.engines).broken == []
    assert ask(town.engines[OTHER], "SELECT datname FROM pg_database WHERE datname LIKE 'lyhord_drill%'") == []
    address = cluster.create()
    scratch = make_scratch(town.settings, town.folder, f"{OTHER}={address}")
    assert drill(series, town.engines, scratch=scratch).broken == []
    assert ask(Postgres(address), "SELECT count(*) FROM message")[0][0] == 4
    cluster.drop(address)
    with pytest.raises(BackupRefused, match="no database two"):
        make_scratch(town.settings, town.folder, "two=postgresql://x")


def test_a_backup_goes_back_to_the_same_databases_only_and_before_that_touches_none(town: Town) -> None:
    backup = snapshot(town.settings).path
    alone = {HOME: make_engine(town.elsewhere, town.there)}
    with pytest.raises(BackupRefused, match=r"annexe \(postgresql\) and home"):
        restore_backup(town.there, backup, engines=alone)
    engines = make_engines(town.elsewhere, town.there)
    with pytest.raises(BackupRefused, match="--replace"):
        restore_backup(town.there, backup, engines=engines)
    assert not town.there.root.exists()
    assert ask(engines[OTHER], "SELECT count(*) FROM message") == [(0,)]


def test_a_database_that_is_away_is_named_and_no_backup_is_made(town: Town, tmp_path: Path) -> None:
    gone = {**town.engines, OTHER: Postgres("postgresql://lyhord@127.0.0.1:9/none")}
    with pytest.raises(BackupRefused, match="database annexe can't be copied now"):
        make_backup(town.folder, tmp_path / "backup", engines=gone)
    assert not (tmp_path / "backup" / "manifest.json").exists()
