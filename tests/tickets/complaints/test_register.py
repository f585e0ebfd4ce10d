"""The register, its file, the month's report, and the settings."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lyhord.kit.clock import DAY, HOUR
from lyhord.kit.problems import Invalid
from lyhord.tickets.actions import set_attributes, set_kind, set_status
from lyhord.tickets.complaints import export
from lyhord.tickets.complaints.actions import change_settings
from lyhord.tickets.complaints.model import ComplaintSettings, Rung
from lyhord.tickets.complaints.report import month_before, month_of, share_at_most, span_of
from lyhord.tickets.complaints.views import Registered, Wanted, list_register, read_report
from lyhord.workspaces.reach import EVERYTHING, Reach
from tests.tickets.complaints.office import Office


async def listed(office: Office, wanted: Wanted | None = None, reach: Reach = EVERYTHING) -> list[Registered]:
    """The register, read two at a time."""
    rows: list[Registered] = []
    place: Any = None
    while True:
        page, place = await office.desk.read(list_register, reach, wanted or Wanted(), place, 2)
        rows += page
        if place is None:
            return rows


async def test_the_register_has_them_all_the_latest_first(office: Office) -> None:
    desk, ids = office.desk, []
    for name in ("ann", "ben", "cat", "dan", "eve"):
        desk.clock.move(HOUR)
        ids.append((await office.complain(name)).id)
    await desk.write(set_attributes, ids[1], {"severity": "high", "remedy": "A voucher"})
    await desk.write(set_attributes, ids[3], {"severity": "high"})
    await desk.write(set_kind, ids[4], "question")
    rows = await listed(office)
    assert [one.complaint.ticket_id for one in rows] == ids[::-1]
    assert rows[0].complaint.left_at is not None
    assert rows[3].remedy == "A voucher"
    assert [one.title for one in await listed(office, Wanted(severity="high"))] == ["Dan", "Ben"]
    since = desk.clock.now - 2 * HOUR
    assert [one.title for one in await listed(office, Wanted(since=since, until=desk.clock.now))] == ["Dan", "Cat"]
    assert await listed(office, reach=Reach(frozenset({desk.other_inbox}))) == []
    assert len(await listed(office, reach=Reach(frozenset({desk.inbox})))) == 5


async def test_the_file_has_a_line_for_each(office: Office) -> None:
    await office.ladder(currency="SEK")
    ticket = await office.complain()
    await office.desk.write(set_attributes, ticket.id, {"cost": 12.5, "remedy": "=1+1"})
    names = await office.desk.read(export.read_names)
    text = export.header() + export.lines(await listed(office), names)
    head, line = text.lstrip("\ufeff").splitlines()
    cells = dict(zip(head.split(","), line.split(","), strict=True))
    assert (cells["contact"], cells["cost"], cells["currency"]) == ("Ann", "12.50", "SEK")
    assert (cells["remedy"], cells["owner"], cells["status"]) == ("'=1+1", "Boss", "open")


async def test_a_month_is_told_as_distributions_beside_the_one_before(office: Office) -> None:
    desk = office.desk
    earlier = await office.complain("dan")
    await desk.write(set_attributes, earlier.id, {"severity": "low", "cause": "price"})
    desk.clock.move(31 * DAY)
    for number, name in enumerate(("ann", "ben", "cat")):
        ticket = await office.complain(name)
        desk.clock.move((number + 1) * 30 * 60_000)
        await desk.answer(ticket.conversation_id)
        await desk.write(set_attributes, ticket.id, {"severity": "high", "cost": 10})
        await desk.write(set_status, ticket.id, "resolved")
        await office.follow()
    report = await desk.read(read_report, EVERYTHING, "2026-04")
    assert (report.now.count, report.before.count, report.now.cost) == (3, 1, 3_000)
    told = report.now.told
    assert (told.count, told.p50, told.p90, told.within, told.due) == (3, HOUR, 3 * HOUR // 2, 2, 3)
    assert report.now.resolved.count == 3
    severities = {one.name: (one.count, one.before) for one in report.severities}
    assert severities == {"high": (3, 0), "low": (0, 1)}
    assert [(one.name, one.count) for one in report.channels] == [("pigeon", 3)]


async def test_settings_name_only_who_is_here(office: Office) -> None:
    desk = office.desk
    for wrong, field in (
        (ComplaintSettings(ladder=(Rung(),)), "ladder"),
        (ComplaintSettings(ladder=(Rung(agent_id=desk.inbox),)), "ladder"),
        (ComplaintSettings(approval_limit=5), "approver_agent_id"),
        (ComplaintSettings(schedule_id=desk.inbox), "schedule_id"),
    ):
        with pytest.raises(Invalid) as refused:
            await desk.write(change_settings, wrong)
        assert list(refused.value.fields) == [field]


async def test_another_ladder_reckons_open_complaints_anew(office: Office) -> None:
    ticket = await office.complain()
    before = await office.kept(ticket.id)
    await office.ladder(Rung(agent_id=office.desk.agent, minutes=5))
    after = await office.kept(ticket.id)
    assert (before.due_at, after.due_at) == (before.began_at + DAY, before.began_at + 5 * 60_000)


@pytest.mark.parametrize(("zone", "hours"), [("Europe/Stockholm", 743), ("UTC", 744)])
def test_a_month_lasts_as_the_clock_on_the_wall_says(zone: str, hours: int) -> None:
    since, until = span_of("2026-03", zone)
    assert until - since == hours * HOUR
    assert (month_of(since, zone), month_of(since - 1, zone), month_before("2026-01")) == (
        "2026-03",
        "2026-02",
        "2025-12",
    )
    with pytest.raises(Invalid):
        span_of("2026-13", zone)


@given(st.lists(st.integers(0, 1_000), min_size=1), st.sampled_from((50, 90)))
def test_so_many_of_a_hundred_are_at_most_that(values: list[int], percent: int) -> None:
    least = share_at_most(values, percent)
    assert least in values
    assert sum(one <= least for one in values) * 100 >= percent * len(values)
    assert sum(one < least for one in values) * 100 < percent * len(values)
