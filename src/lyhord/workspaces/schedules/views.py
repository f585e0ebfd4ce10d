"""Schedules as screens and clocks read them."""

from collections.abc import Iterable, Mapping

import msgspec

from lyhord.kit.database import ReadTx
from lyhord.kit.problems import NotFound
from lyhord.workspaces.hours import Schedule
from lyhord.workspaces.schedules import store
from lyhord.workspaces.schedules.model import NamedSchedule, PublicHoliday, ScheduleWords
from lyhord.workspaces.views import settings_of


def list_schedules(tx: ReadTx) -> list[NamedSchedule]:
    """Those with a name of their own, by it; the workspace's hours are among its settings."""
    teams: dict[str, list[str]] = {}
    for schedule_id, team_id in tx.all(store.teams_with):
        teams.setdefault(schedule_id, []).append(team_id)
    return [
        NamedSchedule(id=key, team_ids=tuple(teams.get(key, ())), **msgspec.structs.asdict(words))
        for key, words in _rows(tx)
    ]


def get_schedule(tx: ReadTx, schedule_id: str) -> NamedSchedule:
    """Raises `NotFound`."""
    found = next((one for one in list_schedules(tx) if one.id == schedule_id), None)
    if found is None:
        raise NotFound("There is no such schedule.")
    return found


def all_schedules(tx: ReadTx) -> dict[str | None, Schedule]:
    """Every schedule ready for reckoning, by id; the workspace's own under None."""
    days = _days_of_countries(tx)
    own = settings_of(tx)
    found: dict[str | None, Schedule] = {
        None: _ready(own.time_zone, own.hours, own.holidays, own.holiday_countries, days)
    }  # fmt: skip
    for key, words in _rows(tx):
        found[key] = _ready(words.time_zone, words.hours, words.holidays, words.holiday_countries, days)
    return found


def own_schedule(tx: ReadTx) -> Schedule:
    """The workspace's own hours, ready for reckoning."""
    own = settings_of(tx)
    days = _days_of_countries(tx) if own.holiday_countries else {}
    return _ready(own.time_zone, own.hours, own.holidays, own.holiday_countries, days)


def schedules_of_teams(tx: ReadTx) -> dict[str, str]:
    """By team which schedule it keeps; teams with the workspace's hours aren't named."""
    return {team_id: schedule_id for schedule_id, team_id in tx.all(store.teams_with)}


def countries_followed(tx: ReadTx) -> set[str]:
    """The countries whose public holidays some schedule follows."""
    named = (country for _, words in _rows(tx) for country in words.holiday_countries)
    return {*settings_of(tx).holiday_countries, *named}


def known_until(tx: ReadTx) -> dict[str, str]:
    """By country the last public holiday that is known."""
    return dict(tx.all(store.last_holidays))


def list_public_holidays(tx: ReadTx) -> list[PublicHoliday]:
    """What is known, in order; a day that several countries have stands once for each."""
    return [PublicHoliday(*row) for row in tx.all(store.list_holidays)]


def _rows(tx: ReadTx) -> list[tuple[str, ScheduleWords]]:
    return [(key, msgspec.json.decode(body, type=ScheduleWords)) for key, body in tx.all(store.list_schedules)]


def _days_of_countries(tx: ReadTx) -> dict[str, set[str]]:
    days: dict[str, set[str]] = {}
    for country, day, _ in tx.all(store.list_holidays):
        days.setdefault(country, set()).add(day)
    return days


def _ready(
    time_zone: str,
    hours: tuple[object, ...],
    holidays: Iterable[str],
    countries: Iterable[str],
    days: Mapping[str, set[str]],
) -> Schedule:
    of_countries = (day for country in countries for day in days.get(country, ()))
    return Schedule(time_zone, hours, frozenset((*holidays, *of_countries)))  # type: ignore[arg-type]
