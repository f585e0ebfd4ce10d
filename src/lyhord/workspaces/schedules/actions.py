"""Writing schedules, and keeping the public holidays of the countries that they follow."""

from collections.abc import Mapping, Sequence

import msgspec

from lyhord.kit.database import Tx
from lyhord.kit.database.jobs_table import enqueue
from lyhord.kit.problems import NotFound, Taken
from lyhord.workspaces.actions.audit import record
from lyhord.workspaces.schedules import store
from lyhord.workspaces.schedules.events import ScheduleChanged
from lyhord.workspaces.schedules.model import ScheduleWords, check_schedule

JOB = "public_holidays"
MOST_SCHEDULES = 100
"""In one workspace."""


def create_schedule(tx: Tx, words: ScheduleWords) -> str:
    """Keep hours under a name; the schedule's id. Raises `Invalid` and `Taken`."""
    if tx.value(store.count_schedules) >= MOST_SCHEDULES:
        raise Taken("There are 100 schedules; remove some first.", key="problem.too_many_schedules")
    schedule_id = tx.new_id()
    _write(tx, "created", schedule_id, words)
    return schedule_id


def change_schedule(tx: Tx, schedule_id: str, words: ScheduleWords) -> None:
    """Replace the whole of it. Raises `Invalid` and `NotFound`."""
    _get(tx, schedule_id)
    _write(tx, "changed", schedule_id, words)


def remove_schedule(tx: Tx, schedule_id: str) -> None:
    """Teams that kept it keep the workspace's hours from now on."""
    words = _get(tx, schedule_id)
    tx.run(store.write_schedule, id=schedule_id, name=words.name, body=_encode(words), removed_at=tx.now)
    tx.run(store.leave_schedule, this=schedule_id)
    record(tx, "schedule.removed", f"schedule:{schedule_id}", name=words.name)
    tx.emit(ScheduleChanged(schedule_id=schedule_id))


def ask_for_holidays(tx: Tx, countries: Sequence[str]) -> None:
    """Have the worker look up what isn't known yet of these countries."""
    known = {country for country, _ in tx.all(store.last_holidays)}
    if set(countries) - known:
        enqueue(tx, JOB, {})


def keep_holidays(tx: Tx, found: Mapping[str, Mapping[str, str]], used: Sequence[str]) -> None:
    """Write the days of countries, by day what each is called, and forget countries that no schedule follows any more."""
    before = {(country, day) for country, day, _ in tx.all(store.list_holidays)}
    rows = [
        {"country": country, "day": day, "name": name}
        for country, days in found.items()
        for day, name in sorted(days.items())
    ]
    gone = sorted({country for country, _ in before} - set(used))
    tx.run(store.forget_holidays, countries=[*gone, *found])
    tx.run_many(store.keep_holiday, rows)
    kept = {one for one in before if one[0] not in {*gone, *found}}
    if before != kept | {(row["country"], row["day"]) for row in rows}:
        tx.emit(ScheduleChanged())


def _write(tx: Tx, what: str, schedule_id: str, words: ScheduleWords) -> None:
    words = msgspec.structs.replace(words, name=check_schedule(words))
    tx.run(store.write_schedule, id=schedule_id, name=words.name, body=_encode(words), removed_at=None)
    ask_for_holidays(tx, words.holiday_countries)
    record(tx, f"schedule.{what}", f"schedule:{schedule_id}", **msgspec.to_builtins(words))
    tx.emit(ScheduleChanged(schedule_id=schedule_id))


def _get(tx: Tx, schedule_id: str) -> ScheduleWords:
    row = tx.one(store.find_schedule, id=schedule_id)
    if row is None:
        raise NotFound("There is no such schedule.")
    return msgspec.json.decode(row[1], type=ScheduleWords)


def _encode(words: ScheduleWords) -> str:
    return msgspec.json.encode(words).decode()
