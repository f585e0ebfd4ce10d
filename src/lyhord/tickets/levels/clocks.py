"""Clocks: what a customer is owed, since when, and until when it was promised. Pure.

A ticket's course is a few facts that change at exact moments: it waits for us or not, has been answered or not, and has a status.
Each kind of clock says in terms of these facts when it starts, when it runs and when it has ended; a kind is data.
"""

from collections.abc import Mapping, Sequence
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from lyhord.kit.clock import MINUTE
from lyhord.workspaces.hours import Schedule, after_open, open_between

Moment = Literal["waits", "opened"]
Ending = Literal["answered", "resolved"]


class ClockKind(Struct, frozen=True):
    """When clocks of a kind run.

    `starts`: when the customer begins to wait, or when the ticket was opened. `first`: only before any answer (True), only after one
    (False), or either way (None). `ends`: with the answer, or when the ticket is resolved; one that ends by answers and whose ticket is
    resolved without one is dropped: it was neither kept nor broken, unless its time was up. `pauses`: the statuses in which it stands
    still, since we can do nothing then.
    """

    starts: Moment
    ends: Ending
    first: bool | None = None
    pauses: frozenset[str] = frozenset()


KINDS: Mapping[str, ClockKind] = {
    "first_answer": ClockKind("waits", "answered", first=True),
    "next_answer": ClockKind("waits", "answered", first=False),
    "resolution": ClockKind("opened", "resolved", pauses=frozenset({"pending", "snoozed"})),
}
"""All kinds. An answer is owed whatever the ticket's status, so nobody stops its clock by putting a ticket off; the work itself rests while
the customer is asked something and while it is put off."""


class Course(Struct, frozen=True):
    """What has become of a ticket: the facts by which clocks run. Times are Unix milliseconds.

    `waits`: since when the customer is owed an answer. `heard_at`: when they said something last. `answered_at`: our last answer.
    `resolved_at`: when the work was called done last.
    """

    status: str
    opened_at: int
    waits: int | None = None
    heard_at: int = 0
    answered_at: int | None = None
    resolved_at: int = 0


class Clock(Struct, frozen=True, kw_only=True):
    """One clock. It has run in `runs` (from, to), and since `running_since` unless that is None: then it stands still, or has ended.

    `ended_by` is the answer that ended it. `dropped`: what it waited for isn't wanted any more. `id` is where it is stored, if it is.
    """

    id: str = ""
    kind: str
    started_at: int
    runs: tuple[tuple[int, int], ...] = ()
    running_since: int | None = None
    ended_at: int | None = None
    ended_by: str | None = None
    dropped: bool = False


def hear(course: Course, at: int) -> Course:
    """The customer said something that they wait for an answer to."""
    waits = at if course.waits is None else min(course.waits, at)
    return replace(course, status="open", waits=waits, heard_at=max(course.heard_at, at))


def answer(course: Course, at: int, *, resolve: bool) -> Course:
    """We answered. Whoever said something later, which we hadn't heard of then, waits since then."""
    still = course.heard_at if course.heard_at > at else None
    status = "open" if still else "resolved" if resolve else "pending"
    done = at if status == "resolved" else course.resolved_at
    return replace(course, status=status, waits=still, answered_at=max(at, course.answered_at or 0), resolved_at=done)


def turn(course: Course, status: str, at: int, waits: int | None = None) -> Course:
    """The ticket has another status. `waits`: since when its customer waits, if it was resolved and is open again."""
    if status == "resolved":
        return replace(course, status=status, waits=None, resolved_at=at)
    if course.status == "resolved":
        return replace(course, status=status, waits=waits)
    return replace(course, status=status, waits=course.waits if course.waits is not None else waits)


def advance(clocks: Sequence[Clock], course: Course, at: int, by: str | None = None) -> list[Clock]:
    """The clocks of a ticket whose course is this from `at` on, those that ended among them; `by` is the answer that made it so."""
    kept = [_moved(one, course, at, by) for one in clocks]
    for name, kind in KINDS.items():
        last = next((one for one in reversed(kept) if one.kind == name), None)
        if (last is not None and last.ended_at is None) or not _is_wanted(kind, course, last):
            continue
        if last is not None and kind.ends == "resolved":
            again = replace(last, ended_at=None, ended_by=None, dropped=False)
            kept[kept.index(last)] = _run(again, kind, course, at)
        else:
            started = max(course.opened_at, at) if course.waits is None or kind.starts == "opened" else course.waits
            kept.append(_run(Clock(kind=name, started_at=started), kind, course, started))
    return kept


def _is_wanted(kind: ClockKind, course: Course, last: Clock | None) -> bool:
    """Whether a clock of this kind has to run; `last` is the one that ended last."""
    if course.status == "resolved" or (kind.first is not None and kind.first != (course.answered_at is None)):
        return False
    if kind.starts == "waits":
        return course.waits is not None
    return last is None or kind.ends == "resolved"


def _moved(clock: Clock, course: Course, at: int, by: str | None) -> Clock:
    """A clock after something happened: ended, dropped, stopped or going on."""
    kind = KINDS[clock.kind]
    if clock.ended_at is not None:
        return clock
    if kind.ends == "resolved":
        return end(clock, at, by) if course.status == "resolved" else _run(clock, kind, course, at)
    if by is not None and (at >= clock.started_at or course.waits is None):
        return end(clock, at, by)
    if by is not None and kind.first:  # the answer crossed what the clock runs for: that waits for the next one
        return replace(end(clock, clock.started_at, None), dropped=True)
    if course.status == "resolved" or (kind.starts == "waits" and course.waits is None):
        return replace(end(clock, at, by), dropped=True)
    if kind.starts == "waits" and course.waits is not None and course.waits != clock.started_at:
        return _run(Clock(id=clock.id, kind=clock.kind, started_at=course.waits), kind, course, course.waits)
    return _run(clock, kind, course, at)


def _run(clock: Clock, kind: ClockKind, course: Course, at: int) -> Clock:
    """Running or standing still, as the status wants it."""
    rests = course.status in kind.pauses
    if rests == (clock.running_since is None):
        return clock
    if rests:
        return replace(_stopped(clock, at), running_since=None)
    return replace(clock, running_since=at)


def end(clock: Clock, at: int, by: str | None) -> Clock:
    """It has ended at a moment, with an answer or without."""
    return replace(_stopped(clock, at), ended_at=max(at, clock.started_at), ended_by=by)


def _stopped(clock: Clock, at: int) -> Clock:
    since = clock.running_since
    if since is None:
        return clock
    runs = (*clock.runs, (since, at)) if at > since else clock.runs
    return replace(clock, runs=runs, running_since=None)


def used(clock: Clock, schedule: Schedule, now: int) -> int:
    """How long it has run by now, in milliseconds within the schedule's hours."""
    return sum(open_between(schedule, since, until) for since, until in _runs(clock, now))


def due_at(clock: Clock, length: int, schedule: Schedule) -> int | None:
    """When `length` milliseconds of its time are up, or were; None while it stands still before, or where the company never opens."""
    left = length
    for since, until in clock.runs:
        spent = open_between(schedule, since, until)
        if spent >= left:
            return after_open(schedule, since, left)
        left -= spent
    return None if clock.running_since is None else after_open(schedule, clock.running_since, left)


def is_kept(clock: Clock, minutes: int, schedule: Schedule) -> bool | None:
    """Whether what was promised was kept: None as long as it runs within its time, and where it was dropped within it."""
    if clock.ended_at is None:
        return None
    if used(clock, schedule, clock.ended_at) > minutes * MINUTE:
        return False
    return None if clock.dropped else True


def _runs(clock: Clock, now: int) -> list[tuple[int, int]]:
    since = clock.running_since
    return [*clock.runs, (since, now)] if since is not None and since < now else list(clock.runs)


def revive(clock: Clock) -> Clock:
    """A clock whose answer was taken back: it has run on all the time."""
    runs, since = clock.runs, clock.started_at
    if runs and runs[-1][1] == clock.ended_at:
        runs, since = runs[:-1], runs[-1][0]
    return replace(clock, runs=runs, running_since=since, ended_at=None, ended_by=None, dropped=False)
