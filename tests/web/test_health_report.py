"""What administrators see of the health of their installation: every inbox in words, and what keeps the whole alive."""

from typing import Any

import pytest

from lyhord.kit.clock import HOUR, MINUTE
from lyhord.kit.database import Database, Tx
from lyhord.kit.database.database import NOWHERE
from lyhord.kit.vitals import list_vitals, note_vital
from lyhord.web.health_report import _backup
from lyhord.web.metrics import Watch
from lyhord.worker.heartbeat import Heartbeat
from lyhord.workspaces.actions.inboxes import InboxChange, change_inbox, report_health
from tests.conftest import StoppedClock
from tests.web.site import Company, Site

REFUSED = ("password", "mail.refused", "535 5.7.8")


async def report(site: Site, company: Company) -> Any:
    return await site.get(company.administrator, "/health-report")


async def inbox(site: Site, company: Company) -> Any:
    return next(one for one in (await report(site, company))["inboxes"] if one["id"] == company.inbox.id)


async def test_an_inbox_shows_what_came_and_went(site: Site, company: Company) -> None:
    assert (await inbox(site, company))["state"] == "quiet"
    await site.say(company.inbox)
    found = await inbox(site, company)
    assert (found["state"], found["advice"]) == ("good", None)
    assert found["last_in"] > 0
    assert found["last_out"] is None
    (ticket,) = (await site.get(company.agent, "/tickets?list=all"))["items"]
    where = f"/conversations/{ticket['conversation_id']}/messages"
    await site.call(company.agent, "POST", where, {"kind": "reply", "text": "Hello"})
    found = await inbox(site, company)
    assert found["last_out"] >= found["last_in"]
    assert found["waiting"] == 1


async def test_an_inbox_in_trouble_stands_first_with_the_reason_and_what_to_do(site: Site, company: Company) -> None:
    await site.database.write(company.id, report_health, company.other_inbox.id, False, [REFUSED])
    first, second = (await report(site, company))["inboxes"]
    assert (first["id"], first["state"], first["advice"]) == (company.other_inbox.id, "bad", "health.mend")
    assert first["problems"] == [{"field": "password", "key": "mail.refused", "detail": "535 5.7.8"}]
    assert second["problems"] == []


async def test_what_cannot_leave_says_why_and_that_it_is_tried_again(site: Site, company: Company) -> None:
    await site.say(company.inbox)
    (ticket,) = (await site.get(company.agent, "/tickets?list=all"))["items"]
    where = f"/conversations/{ticket['conversation_id']}/messages"
    await site.call(company.agent, "POST", where, {"kind": "reply", "text": "Hello"})

    def stumble(tx: Tx) -> None:
        tx._cursor.execute("UPDATE delivery SET error = 'delivery.channel_resting'")

    await site.database.write(company.id, stumble)
    found = await inbox(site, company)
    assert (found["state"], found["advice"]) == ("bad", "health.wait")
    assert found["problems"] == [{"field": "", "key": "delivery.channel_resting", "detail": ""}]


async def test_a_paused_inbox_says_so(site: Site, company: Company) -> None:
    await site.database.write(company.id, change_inbox, company.inbox.id, InboxChange(paused=True))
    found = await inbox(site, company)
    assert (found["state"], found["advice"]) == ("paused", "health.resume")


async def test_without_a_worker_the_report_says_what_stands_still(site: Site, company: Company) -> None:
    assert (await report(site, company))["problems"] == ["ready.worker"]
    beat = Heartbeat(site.database)
    await beat.beat()
    found = await report(site, company)
    assert found["problems"] == []
    assert [worker["alive"] for worker in found["workers"]] == [True]
    await beat.end()
    assert (await report(site, company))["workers"] == []


async def test_facts_of_the_installation_are_there(site: Site, company: Company) -> None:
    found = await report(site, company)
    assert found["engine"] == site.database.engine.dialect
    assert found["database_size"] > 100_000
    assert 0 < found["disk_free"] <= 1
    assert found["degraded"] == []
    assert found["backup"] == {"wanted": False, "made_at": None, "size": None, "late": False, "error": None}


@pytest.mark.parametrize(("age", "late"), [(2 * HOUR, False), (3 * HOUR + 1, True)])
async def test_a_backup_is_late_after_three_times_its_hours(database: Database, age: int, late: bool) -> None:
    await database.write(NOWHERE, note_vital, "backup", {"made_at": 10 * HOUR, "size": 7})
    (vital,) = await database.read(NOWHERE, list_vitals)
    assert _backup(vital, Watch(backup_hours=1), 10 * HOUR + age).late is late
    assert _backup(None, Watch(backup_hours=1), age).late
    assert not _backup(None, Watch(), age).late


async def test_a_worker_that_died_is_forgotten_after_a_day(database: Database, clock: StoppedClock) -> None:
    await database.write(NOWHERE, note_vital, "worker:gone:1", {})
    await database.write(NOWHERE, note_vital, "backup", {})
    await database.write(NOWHERE, age_vitals, 25 * HOUR)
    clock.move(MINUTE)
    await Heartbeat(database).beat()
    names = [vital.name for vital in await database.read(NOWHERE, list_vitals)]
    assert "worker:gone:1" not in names
    assert "backup" in names
    assert len(names) == 2


def age_vitals(tx: Tx, by: int) -> None:
    """Let everything have been said earlier."""
    tx._cursor.execute(f"UPDATE vital SET at = at - {by}")
