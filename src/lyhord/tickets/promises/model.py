"""When customers are promised an answer: reckoned from what happened lately and what is to do now, and rounded as people say it. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from msgspec import Struct

from lyhord.kit.clock import DAY, HOUR, MINUTE, SECOND
from lyhord.kit.words import say
from lyhord.workspaces.hours import Schedule, after_open, open_between

Form = Literal["soon", "minutes", "hours", "moment"]
Way = Literal["chat", "reply"]

SHARE = 85
"""Of a hundred answers at such an hour so many came within what is promised: it is meant to be kept, not to sound well."""
ENOUGH = 20
"""Answers at this hour of the week that are enough to go by; else all of late count."""
LEAST = 10
"""With fewer of late nothing is known."""
MARGIN = 1.5
"""By how much longer a queue may take than its mean, with which it is reckoned."""
WEEKS = 8
"""How many weeks back the same hour is looked at."""
AROUND = 90 * MINUTE
"""So much before and after a moment counts as the same hour of the week."""
STEPS = (5, 10, 15, 20, 30, 45, 60)
"""Minutes that people say. Above are whole hours."""
MOST_HOURS = 4
"""Above, a moment is said instead."""
QUARTER = 15 * MINUTE


class Answered(Struct, frozen=True):
    """A first answer: since when the customer had waited for it, when it came, and who gave it. Unix milliseconds."""

    started_at: int
    ended_at: int
    agent_id: str | None = None


class Load(Struct, frozen=True):
    """What is to do now: how many customers wait, how many people are there, and for how many more those have room."""

    waiting: int = 0
    people: int = 0
    free: int = 0


class Reckoned(Struct, frozen=True):
    """Within how much time that the company is open (milliseconds) an answer comes; None: not known. `answers`: on how many it stands."""

    length: int | None
    answers: int


class Promise(Struct, frozen=True):
    """What a customer is told: an answer by `due_at` (Unix milliseconds). `form` is how people say it, with `n` minutes or hours."""

    due_at: int
    form: Form
    n: int = 0


def reckon(schedule: Schedule, alike: Sequence[Answered], lately: Sequence[Answered], load: Load) -> Reckoned:
    """Within how much open time an answer comes: what 85 of 100 took, and no less than the queue takes.

    `alike` are answers of earlier weeks to who began to wait at this hour, `lately` the latest ones at any. More who wait never make it
    shorter, nor do fewer people or less room. Without anybody there, as if one were: somebody comes while the company is open.
    """
    sample = alike if len(alike) >= ENOUGH else lately
    if len(sample) < LEAST:
        return Reckoned(None, len(sample))
    took = sorted(open_between(schedule, one.started_at, one.ended_at) for one in sample)
    usual = took[-(-len(took) * SHARE // 100) - 1]
    return Reckoned(max(usual, _queue(pace_of(sample), load)), len(sample))


def pace_of(answers: Sequence[Answered]) -> float:
    """How many first answers a person gives in an hour in which they give any; one, where nobody knows who gave them."""
    given = [one for one in answers if one.agent_id is not None]
    hours = {(one.agent_id, one.ended_at // HOUR) for one in given}
    return len(given) / len(hours) if hours else 1.0


def _queue(pace: float, load: Load) -> int:
    """Who finds room with somebody doesn't wait for the others."""
    before = max(load.waiting - max(load.free, 0), 0)
    return round(before / (max(load.people, 1) * pace) * MARGIN * HOUR)


def alike_at(at: int, time_zone: str) -> list[tuple[int, int]]:
    """The stretches of earlier weeks that were at the same hour of the week by the clock on the wall, the latest first."""
    zone = ZoneInfo(time_zone)
    there = datetime.fromtimestamp(at / SECOND, zone).replace(tzinfo=None)
    moments = ((there - timedelta(weeks=back)).replace(tzinfo=zone) for back in range(1, WEEKS + 1))
    return [(moment - AROUND, moment + AROUND) for moment in (int(one.timestamp() * SECOND) for one in moments)]


def hour_of_week(at: int, time_zone: str) -> int:
    """From 0, Monday's first hour, to 167, Sunday's last, by the clock on the wall."""
    there = datetime.fromtimestamp(at / SECOND, ZoneInfo(time_zone))
    return there.weekday() * 24 + there.hour


def promise_at(schedule: Schedule, now: int, length: int) -> Promise | None:
    """What is promised for an answer within `length` milliseconds of open hours; None where the company never opens.

    It is rounded up, is never past and never at an hour at which nobody is there. As a length it is said only where the company is open
    all the while; else as a moment, on a quarter of an hour.
    """
    rounded = _rounded(length)
    due = after_open(schedule, now, rounded)
    if due is None:
        return None
    if due != now + rounded or rounded > MOST_HOURS * HOUR:
        return Promise(_quarter(schedule, due), "moment")
    if rounded <= STEPS[0] * MINUTE:
        return Promise(due, "soon")
    return Promise(due, "hours", rounded // HOUR) if rounded >= HOUR else Promise(due, "minutes", rounded // MINUTE)


def _rounded(length: int) -> int:
    step = next((one for one in STEPS if length <= one * MINUTE), None)
    return step * MINUTE if step else -(-length // HOUR) * HOUR


def _quarter(schedule: Schedule, at: int) -> int:
    """The next quarter of an hour that is open all the while since then, or opened since; `at` where hours are too short for one."""
    up = -(-at // QUARTER) * QUARTER
    if open_between(schedule, at, up) == up - at:
        return up
    later = after_open(schedule, at, QUARTER)
    up = -(-later // QUARTER) * QUARTER if later is not None else at
    return up if later is not None and open_between(schedule, later, up) == up - later else at


def say_promise(promise: Promise, locale: str, time_zone: str, now: int) -> str:
    """The promise as it stands in a sentence: "within 20 minutes", "by tomorrow at 9:15". Moments are by the company's clock."""
    if promise.form != "moment":
        return say(locale, f"promise.{promise.form}", n=promise.n) if promise.n else say(locale, "promise.soon")
    zone = ZoneInfo(time_zone)
    due, today = (datetime.fromtimestamp(at / SECOND, zone) for at in (promise.due_at, now))
    days = (due.date() - today.date()).days
    time = f"{due.hour}:{due.minute:02}"
    if days < 2:
        return say(locale, "promise.tomorrow" if days else "promise.today", time=time)
    if days < 7:
        return say(locale, "promise.day", day=say(locale, f"promise.weekday_{due.weekday()}"), time=time)
    return say(locale, "promise.date", date=due.date().isoformat(), time=time)


FRESH = 10 * MINUTE
"""What was reckoned longer ago isn't told any more: nobody knows how things are now."""
LATELY = 28 * DAY
