"""Schedules with a name, and the public holidays that they follow."""

import pytest

from lyhord.kit.problems import Invalid, NotFound
from lyhord.workspaces.actions.teams import change_team, create_team
from lyhord.workspaces.actions.workspace import change_workspace
from lyhord.workspaces.hours import opens_at
from lyhord.workspaces.model import Opening
from lyhord.workspaces.schedules import views
from lyhord.workspaces.schedules.actions import change_schedule, create_schedule, keep_holidays, remove_schedule
from lyhord.workspaces.schedules.jobs import countries_known, look_ahead, look_up
from lyhord.workspaces.schedules.model import ScheduleWords
from lyhord.workspaces.views import list_teams
from tests.conversations.conftest import desk
from tests.conversations.desk import Desk

__all__ = ["desk"]
WEEK = tuple(Opening(day, 540, 1_020) for day in range(5))
SWEDEN = ScheduleWords(name="Stockholm", time_zone="Europe/Stockholm", hours=WEEK, holiday_countries=("SE",))


def test_the_days_of_a_country_are_its_own_and_an_unknown_one_has_none() -> None:
    days = look_up(("SE", "NO", "ZZ"), 2026)
    assert days.keys() == {"SE", "NO"}
    assert "2026-06-06" in days["SE"]
    assert "2026-06-06" not in days["NO"]
    assert "2026-05-17" in days["NO"]
    assert "2028-12-25" in days["SE"]
    assert {"SE", "NO", "FI", "CN", "US"} <= set(countries_known())


async def test_a_country_rests_on_its_holidays(desk: Desk) -> None:
    schedule_id = await desk.write(create_schedule, SWEDEN)
    await desk.write(keep_holidays, look_up(("SE",), 2026), ["SE"])
    found = (await desk.read(views.all_schedules))[schedule_id]
    assert "2026-12-25" in found.holidays
    christmas = 1_798_185_600_000  # 2026-12-25 08:00 UTC, a Friday
    assert opens_at(found, christmas) == 1_798_444_800_000, "the Monday after"


async def test_what_no_schedule_follows_any_more_is_forgotten_and_what_is_wanted_is_asked_for(desk: Desk) -> None:
    schedule_id = await desk.write(create_schedule, SWEDEN)
    await desk.write(keep_holidays, look_up(("SE",), 2026), ["SE"])
    assert {one.country for one in await desk.read(views.list_public_holidays)} == {"SE"}
    desk.kinds()
    await desk.write(keep_holidays, look_up(("SE",), 2026), ["SE"])
    assert desk.kinds() == [], "nothing is told of what is known"
    assert await desk.write(look_ahead) == 0
    await desk.write(remove_schedule, schedule_id)
    await desk.write(keep_holidays, {}, [])
    assert await desk.read(views.list_public_holidays) == []


async def test_teams_keep_a_schedule_until_it_is_removed(desk: Desk) -> None:
    schedule_id = await desk.write(create_schedule, SWEDEN)
    team = await desk.write(create_team, "Crew", [], [], None, schedule_id)
    [shown] = await desk.read(views.list_schedules)
    assert (shown.name, shown.team_ids) == ("Stockholm", (team,))
    await desk.write(remove_schedule, schedule_id)
    assert [one.schedule_id for one in await desk.read(list_teams)] == [None]
    with pytest.raises(NotFound):
        await desk.write(change_schedule, schedule_id, SWEDEN)
    with pytest.raises(Invalid):
        await desk.write(change_team, team, None, None, None, None, schedule_id)


async def test_the_workspaces_own_hours_follow_countries_too(desk: Desk) -> None:
    await desk.write(change_workspace, None, {"holiday_countries": ["NO"]})
    await desk.write(keep_holidays, look_up(("NO",), 2026), ["NO"])
    assert "2026-05-17" in (await desk.read(views.own_schedule)).holidays
    with pytest.raises(Invalid):
        await desk.write(change_workspace, None, {"holiday_countries": ["Norway"]})


@pytest.mark.parametrize(
    "wrong",
    [
        ScheduleWords(name="x", time_zone="Mars"),
        ScheduleWords(name="x", time_zone="UTC", holidays=("1 May",)),
        ScheduleWords(name="x", time_zone="UTC", hours=(Opening(0, 60, 30),)),
        ScheduleWords(name=" ", time_zone="UTC"),
    ],
)
async def test_a_schedule_that_cannot_be_is_refused(desk: Desk, wrong: ScheduleWords) -> None:
    with pytest.raises(Invalid):
        await desk.write(create_schedule, wrong)
