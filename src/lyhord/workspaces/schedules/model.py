"""Schedules as values. The rules of time are those of `workspaces/hours.py`."""

from typing import Annotated

from msgspec import Meta, Struct

from lyhord.kit.clock import time_zones
from lyhord.kit.problems import Invalid
from lyhord.workspaces.hours import check_hours
from lyhord.workspaces.model import Countries, Opening, check_name

YEARS = 3
"""The years whose public holidays are known: this one and those that follow."""


class ScheduleWords(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When somebody is there: weekly hours in a time zone, less own days (as 2026-12-24) and the public holidays of countries."""

    name: Annotated[str, Meta(min_length=1, max_length=200)]
    time_zone: Annotated[str, Meta(max_length=60)]
    hours: Annotated[tuple[Opening, ...], Meta(max_length=50)] = ()
    holidays: Annotated[tuple[Annotated[str, Meta(max_length=10)], ...], Meta(max_length=400)] = ()
    holiday_countries: Countries = ()


class NamedSchedule(Struct, frozen=True, kw_only=True):
    """A schedule as screens see it, and the teams that keep it."""

    id: str
    name: str
    time_zone: str
    hours: tuple[Opening, ...]
    holidays: tuple[str, ...]
    holiday_countries: tuple[str, ...]
    team_ids: tuple[str, ...] = ()


class PublicHoliday(Struct, frozen=True):
    """A day on which a country rests, as 2026-12-25, and what it is called there."""

    country: str
    day: str
    name: str


def check_schedule(words: ScheduleWords) -> str:
    """The name as it is stored; raises `Invalid` for what a type can't say."""
    check_hours(words.hours, words.holidays)
    if words.time_zone not in time_zones():
        raise Invalid("There is no such time zone.", fields={"time_zone": "field.time_zone"})
    return check_name(words.name)
