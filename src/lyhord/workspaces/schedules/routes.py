"""The REST routes of schedules and public holidays."""

import asyncio

from litestar import delete, get, post, put

from lyhord.kit.database import Database
from lyhord.kit.http import IdempotencyKey, Principal, once, requires, signed_in
from lyhord.workspaces.schedules import actions, views
from lyhord.workspaces.schedules.jobs import countries_known
from lyhord.workspaces.schedules.model import NamedSchedule, PublicHoliday, ScheduleWords

MANAGE = "workspace.manage"


@get("/api/v1/schedules", guards=[signed_in], summary="Hours other than the workspace's")
async def list_schedules(database: Database, principal: Principal) -> list[NamedSchedule]:
    """By name, each with the teams that keep it."""
    return await database.read(principal.workspace_id, views.list_schedules)


@post("/api/v1/schedules", guards=[requires(MANAGE)], summary="Make a schedule")
async def make_schedule(
    data: ScheduleWords, database: Database, principal: Principal, key: IdempotencyKey = None
) -> NamedSchedule:
    """Teams keep it once they are told to."""
    create = once(actions.create_schedule, key, str)
    schedule_id = await database.write(principal.workspace_id, create, data, actor=principal.subject)
    return await database.read(principal.workspace_id, views.get_schedule, schedule_id)


@put("/api/v1/schedules/{schedule_id:str}", guards=[requires(MANAGE)], summary="Change a schedule")
async def change_schedule(
    schedule_id: str, data: ScheduleWords, database: Database, principal: Principal
) -> NamedSchedule:
    """Replaces the whole of it. Clocks that run by it are reckoned anew."""
    await database.write(principal.workspace_id, actions.change_schedule, schedule_id, data, actor=principal.subject)
    return await database.read(principal.workspace_id, views.get_schedule, schedule_id)


@delete("/api/v1/schedules/{schedule_id:str}", guards=[requires(MANAGE)], summary="Remove a schedule")
async def remove_schedule(schedule_id: str, database: Database, principal: Principal) -> None:
    """Teams that kept it keep the workspace's hours."""
    await database.write(principal.workspace_id, actions.remove_schedule, schedule_id, actor=principal.subject)


@get("/api/v1/public-holidays", guards=[signed_in], summary="Public holidays that are known")
async def list_public_holidays(database: Database, principal: Principal) -> list[PublicHoliday]:
    """Of the countries that some schedule follows, this year and the next two. The worker looks them up, which takes a moment."""
    return await database.read(principal.workspace_id, views.list_public_holidays)


@get("/api/v1/public-holidays/countries", guards=[requires(MANAGE)], summary="Countries with public holidays")
async def list_countries() -> list[str]:
    """Their codes, in order."""
    return await asyncio.to_thread(countries_known)


routes = [list_schedules, make_schedule, change_schedule, remove_schedule, list_public_holidays, list_countries]
