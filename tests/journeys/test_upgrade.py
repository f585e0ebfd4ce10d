"""An installation goes from one version to the next while customers write: old and new processes run side by side, and start again."""

import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import psycopg
import pytest

from tests.app.later.version import STEP, make_later_version
from tests.counterparts.nats import NatsServer
from tests.counterparts.postgres import Cluster
from tests.journeys.cluster import Crowd, Installation, Screen
from tests.journeys.running import Running, eventually

GAPS = (
    "SELECT max(seq) - count(*) + (min(seq) - 1) FROM event WHERE workspace_id = (SELECT workspace_id FROM workspace)"
)
KINDS = "SELECT count(*) FROM event WHERE kind = 'message.weighed'"
WEIGHTS = "SELECT count(*) FROM weight"
MARKED = "SELECT count(*) FROM message WHERE weighed_at IS NOT NULL"
WORKERS_KILLED = 2


@pytest.fixture
def installation(tmp_path: Path, cluster: Cluster) -> Iterator[Installation]:
    """Two webs and two workers of the version under test."""
    database = cluster.create()
    with NatsServer() as nats:
        installation = Installation(tmp_path, database, nats)
        try:
            installation.start()
            yield installation
        finally:
            installation.stop()
    cluster.drop(database)


def upgrade(one: Running, code: Path) -> None:
    """As an operator does: stop it, start the new one."""
    one.stop()
    one.code = code
    one.start()


def crash(one: Running, pause: float = 0.5) -> None:
    """It dies, and its supervisor starts it again."""
    one.kill()
    time.sleep(pause)
    one.start()


def count(connection: "psycopg.Connection[tuple[object, ...]]", query: str) -> int:
    """The number that a query answers."""
    return int(str(connection.execute(query).fetchall()[0][0]))


def all_left(installation: Installation, conversation: str) -> dict[str, tuple[str, int]]:
    """The deliveries of a conversation, once each has ended; one whose worker died may have left, as the product says itself."""
    found = installation.deliveries_of(conversation)
    return found if {state for state, _ in found.values()} <= {"sent", "unknown"} else {}


def test_versions_run_side_by_side_and_each_starts_again_until_all_are_new(
    installation: Installation, cluster: Cluster, tmp_path: Path
) -> None:
    later = make_later_version(tmp_path / "later")
    one, other = installation.offices
    screens = [Screen(one, other), Screen(other, one)]
    installation.customer_writes(1, "Elin", "It begins")
    conversation = eventually(lambda: installation.conversation_of(one, "Elin"))
    crowd = Crowd(installation, conversation)
    (old_web, web), (old_worker, worker) = installation.webs, installation.workers

    upgrade(worker, later)  # the tables change under load
    with cluster.administer(installation.database) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == (STEP,)
    crash(old_worker)
    crash(old_web)
    upgrade(web, later)
    for each in (old_web, worker, web):
        crash(each)
    with cluster.administer(installation.database) as connection:
        weighed = count(connection, WEIGHTS)
    upgrade(old_worker, later)
    upgrade(old_web, later)
    time.sleep(1)
    said, answered = crowd.stop()

    assert crowd.refused == []
    assert len(said) > 50
    assert len(answered) > 30
    texts = installation.texts_of(conversation)
    assert sorted(text for text in texts if text.startswith("said")) == sorted(said)
    left = eventually(lambda: all_left(installation, conversation), seconds=180)
    assert sorted(left) == sorted(answered)
    assert len([one for one in left.values() if one != ("sent", 1)]) <= WORKERS_KILLED, "what was under way just then"
    with cluster.administer(installation.database) as connection:
        eventually(lambda: len({screen.seqs[-1] for screen in screens}) == 1)
        assert count(connection, GAPS) == 0
        assert count(connection, KINDS) == count(connection, WEIGHTS) == count(connection, MARKED) > weighed > 0
    for screen in screens:
        screen.close()
        screen.check()
    assert {httpx.get(f"{each.base}/ready").status_code for each in installation.webs} == {200}
