"""Reports as values, and the pure rule of when the next one leaves."""

from datetime import datetime, timedelta
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from msgspec import Meta, Struct, structs

from lyhord.insights.pictures.model import By, Measure, Question
from lyhord.kit.problems import Invalid
from lyhord.kit.text import clean_name

Every = Literal["day", "week", "month"]
MOST_REPORTS = 50
"""Of a workspace."""
Id = Annotated[str, Meta(min_length=36, max_length=36)]
Condition = Annotated[str, Meta(pattern="^[a-z_]+:.+$", max_length=240)]


class Told(Struct, frozen=True, forbid_unknown_fields=True):
    """One chart: a measure by something."""

    measure: Measure
    by: By


class ReportWords(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What makes up a report: the charts of a board over the last `days`, under conditions as in `channel:mail`.

    It leaves each day, each Monday or on the first of each month, at an `hour` by the workspace's clock on the wall, to agents. Each gets
    it within their own reach and in their own language. `on`: not paused.
    """

    name: str
    board: Annotated[str, Meta(pattern="^[a-z]{1,20}$")]
    charts: Annotated[tuple[Told, ...], Meta(min_length=1, max_length=30)]
    days: Literal[7, 28, 91, 364] = 28
    only: Annotated[tuple[Condition, ...], Meta(max_length=20)] = ()
    every: Every = "week"
    hour: Annotated[int, Meta(ge=0, le=23)] = 7
    agent_ids: Annotated[tuple[Id, ...], Meta(min_length=1, max_length=50)]
    on: bool = True

    def questions(self) -> list[Question]:
        """What is asked for it."""
        chosen = dict(_pair(one) for one in self.only)
        return [Question(measure=one.measure, by=one.by, days=self.days, only=chosen) for one in self.charts]


class Report(Struct, frozen=True, kw_only=True):
    """A report as screens show it. Times are Unix milliseconds; `next_at` is None while it is paused.

    `failed_at` and `error` say that it couldn't be sent the last time; once it could, they are None again.
    """

    id: str
    words: ReportWords
    made_by: str
    next_at: int | None
    sent_at: int | None = None
    failed_at: int | None = None
    error: str | None = None


def checked(words: ReportWords) -> ReportWords:
    """The same, cleaned; raises `Invalid` naming what doesn't fit."""
    name = clean_name(words.name, 80)
    if not name:
        raise Invalid("A name is needed.", fields={"name": "field.missing"})
    return structs.replace(words, name=name, agent_ids=tuple(dict.fromkeys(words.agent_ids)))


def next_after(every: Every, hour: int, now: int, zone: ZoneInfo) -> int:
    """When a report leaves next after `now` (both Unix milliseconds). An hour that a changed clock leaves out is the one after it."""
    wall = datetime.fromtimestamp(now / 1000, zone)
    day = wall.date()
    while True:
        due = every == "day" or (every == "week" and day.weekday() == 0) or (every == "month" and day.day == 1)
        at = int(datetime(day.year, day.month, day.day, hour, tzinfo=zone).timestamp() * 1000)
        if due and at > now:
            return at
        day += timedelta(days=1)


def _pair(condition: str) -> tuple[str, str]:
    name, _, key = condition.partition(":")
    return name, key
