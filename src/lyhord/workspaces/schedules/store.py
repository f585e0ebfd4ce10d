"""The statements of schedules."""

from sqlalchemy import bindparam, delete, func, select, update

from lyhord.kit.database import Statement, upsert, values_in
from lyhord.workspaces.schedules.tables import public_holiday, schedule
from lyhord.workspaces.store import here
from lyhord.workspaces.tables import team

_schedules = select(schedule.c.id, schedule.c.body).where(here(schedule), schedule.c.removed_at.is_(None))
list_schedules = Statement(_schedules.order_by(schedule.c.name, schedule.c.id))
find_schedule = Statement(_schedules.where(schedule.c.id == bindparam("id")))
count_schedules = Statement(
    select(func.count()).select_from(schedule).where(here(schedule), schedule.c.removed_at.is_(None))
)
write_schedule = upsert(schedule, key=("workspace_id", "id"), update=("name", "body", "removed_at"))
teams_with = Statement(
    select(team.c.schedule_id, team.c.id).where(here(team), team.c.schedule_id.isnot(None), team.c.removed_at.is_(None))
)
leave_schedule = Statement(
    update(team).where(here(team), team.c.schedule_id == bindparam("this")).values(schedule_id=None)
)

list_holidays = Statement(
    select(public_holiday.c.country, public_holiday.c.day, public_holiday.c.name)
    .where(here(public_holiday))
    .order_by(public_holiday.c.day, public_holiday.c.country)
)
last_holidays = Statement(
    select(public_holiday.c.country, func.max(public_holiday.c.day))
    .where(here(public_holiday))
    .group_by(public_holiday.c.country)
)
keep_holiday = upsert(public_holiday, key=("workspace_id", "country", "day"), update=("name",))
forget_holidays = Statement(
    delete(public_holiday).where(here(public_holiday), values_in(public_holiday.c.country, "countries"))
)
