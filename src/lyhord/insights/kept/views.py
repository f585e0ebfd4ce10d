"""What was promised and kept, as a screen reads it, within reach, by days of the workspace's time zone."""

from collections import Counter
from collections.abc import Collection, Mapping
from collections.abc import Set as AbstractSet
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any, NamedTuple, TypeVar
from zoneinfo import ZoneInfo

from msgspec import Struct

from lyhord.insights.kept import store
from lyhord.insights.kept.model import LATE, Figures, Part, Runs, Step, figures_of, parts_of, runs_of, steps_of
from lyhord.insights.model import WAITS, day_of
from lyhord.kit.clock import MINUTE
from lyhord.kit.database import ReadTx
from lyhord.kit.ids import first_id_at, id_time
from lyhord.tickets.levels.book import list_levels, read_clock, schedule_for
from lyhord.tickets.levels.clocks import used
from lyhord.tickets.levels.model import Level
from lyhord.workspaces.hours import ALWAYS, Schedule
from lyhord.workspaces.model import Team
from lyhord.workspaces.reach import Reach
from lyhord.workspaces.schedules.views import all_schedules
from lyhord.workspaces.views import list_teams, settings_of

MOST = 50_000
"""Clocks, or promises, that are counted of one stretch, the latest ones."""
MOST_OLDER = 1_000
WEEKLY_FROM = 35
"""Stretches of more days are shown by weeks."""
HOURS_OF_WEEK = 168
Row = dict[str, Any]
R = TypeVar("R", bound=tuple[Any, ...])
_INBOX = store.WHOSE.index("inbox_id")
_STARTED = len(store.WHOSE)


class Only(Struct, frozen=True, kw_only=True):
    """Of which clocks alone it is told; None: of all."""

    level_id: str | None = None
    team_id: str | None = None
    agent_id: str | None = None
    inbox_id: str | None = None
    channel: str | None = None


class LevelNumbers(Struct, frozen=True, kw_only=True):
    """Clocks of one kind that began in a stretch of days that ends today, and in the one of the same length before.

    `counted_since` (Unix milliseconds): where there were more than 50,000, only those since then count. `older` still run that began before
    the stretch, up to 1,000. A part names a level, a team, an agent (who answered, else the owner), an inbox or a channel.
    """

    clock: str
    since: int
    counted_since: int | None
    wait_ends: list[int]
    late_ends: list[int]
    now: Figures
    before: Figures
    older: int
    steps: list[Step]
    levels: list[Part]
    teams: list[Part]
    agents: list[Part]
    inboxes: list[Part]
    channels: list[Part]


class ToldPart(Struct, frozen=True):
    """Promises that customers were told: `told` of them, of which so many were kept and broken; the rest is undecided or dropped."""

    told: int = 0
    kept: int = 0
    broken: int = 0


class ToldNumbers(Struct, frozen=True, kw_only=True):
    """What customers were told in a stretch of days about when an answer comes, and in the one before; and by hour of the week.

    `hours` are the 168 hours of the week from Monday's first on, by the workspace's clock, each by when it was told; `ways` by where: in
    the chat or in a reply. `counted_since` is as in `LevelNumbers`.
    """

    since: int
    counted_since: int | None
    now: ToldPart
    before: ToldPart
    hours: list[ToldPart]
    ways: dict[str, ToldPart]


class _Stretch(NamedTuple):
    """When each day of it began in the workspace's time zone, and the first of as many before (Unix milliseconds)."""

    days: dict[str, int]
    before: int
    since: int


def show_levels(tx: ReadTx, reach: Reach, clock: str, length: int, only: Only) -> LevelNumbers:
    """What became of clocks of a kind that began in the last `length` days, today included."""
    stretch = _stretch(tx, length)
    channels: dict[str, str] = dict(tx.all(store.channels_of_inboxes))
    counting = _Counting(tx, clock, _wanted(reach, only, channels))
    now, cut = counting.runs(stretch.since, tx.now + 1)
    before, _ = counting.runs(stretch.before, stretch.since, parted=False)
    return LevelNumbers(
        clock=clock,
        since=stretch.since,
        counted_since=cut,
        wait_ends=list(WAITS),
        late_ends=list(LATE),
        now=figures_of(now),
        before=figures_of(before),
        older=counting.older(stretch.since),
        steps=steps_of(now, stretch.days),
        levels=parts_of(now, now.level_id),
        teams=parts_of(now, now.team_id),
        agents=parts_of(now, now.agent_id),
        inboxes=parts_of(now, now.inbox_id),
        channels=parts_of(now, [channels.get(one or "") for one in now.inbox_id]),
    )


def show_told(tx: ReadTx, reach: Reach, length: int, only: Only) -> ToldNumbers:
    """What customers were told in the last `length` days, today included. Of `only` inbox and channel count."""
    stretch = _stretch(tx, length)
    inboxes = _wanted(reach, only, dict(tx.all(store.channels_of_inboxes))).inboxes
    now, cut = _told(tx, inboxes, stretch.since, tx.now + 1)
    before, _ = _told(tx, inboxes, stretch.before, stretch.since)
    hours, ways = (Counter((row[place], row[2]) for row in now) for place in (1, 0))
    return ToldNumbers(
        since=stretch.since,
        counted_since=cut,
        now=_told_part(Counter(row[2] for row in now)),
        before=_told_part(Counter(row[2] for row in before)),
        hours=[_told_part({said: hours[hour, said] for said in (1, 0, None)}) for hour in range(HOURS_OF_WEEK)],
        ways={
            way: _told_part({said: ways[way, said] for said in (1, 0, None)}) for way in sorted({row[0] for row in now})
        },
    )


def _told(
    tx: ReadTx, inboxes: Collection[str | None] | None, start: int, end: int
) -> tuple[list[tuple[str, int, int | None]], int | None]:
    """What was told then: how, in which hour, and whether it was kept, which it wasn't once its time is up without an answer."""
    rows = tx.all(store.told_between, start=first_id_at(start), end=first_id_at(end), most=MOST)
    cut = id_time(rows[-1][0]) if len(rows) == MOST else None
    return [
        (way, hour, 0 if ended_at is None and due_at < tx.now else kept)
        for _, inbox_id, way, hour, due_at, ended_at, kept in rows
        if inboxes is None or inbox_id in inboxes
    ], cut


def _told_part(said: Mapping[int | None, int]) -> ToldPart:
    return ToldPart(sum(said.values()), said.get(1, 0), said.get(0, 0))


def _stretch(tx: ReadTx, length: int) -> _Stretch:
    zone = ZoneInfo(settings_of(tx).time_zone)
    today = date.fromisoformat(day_of(tx.now, zone))
    days = [today - timedelta(days=back) for back in reversed(range(2 * length))]
    begin = [int(datetime(one.year, one.month, one.day, tzinfo=zone).timestamp() * 1000) for one in days]
    by = 7 if length > WEEKLY_FROM else 1
    shown = {days[place].isoformat(): begin[place] for place in range(length, 2 * length, by)}
    return _Stretch(shown, begin[0], begin[length])


class _Wanted(NamedTuple):
    """Of which inboxes (None: of all), and of whom alone, in the order of `store.WHOSE`."""

    inboxes: Collection[str | None] | None
    whose: tuple[tuple[int, str], ...]

    @property
    def is_some(self) -> bool:
        """Whether not all count."""
        return self.inboxes is not None or bool(self.whose)

    def of(self, rows: list[R]) -> list[R]:
        """Those of these that count."""
        for place, wanted in self.whose:
            rows = [row for row in rows if row[place] == wanted]
        return rows if self.inboxes is None else [row for row in rows if row[_INBOX] in self.inboxes]


def _wanted(reach: Reach, only: Only, channels: Mapping[str, str]) -> _Wanted:
    inboxes: AbstractSet[str | None] | None = reach.inbox_ids
    for wanted, theirs in (
        (only.inbox_id, {only.inbox_id}),
        (only.channel, {one for one, channel in channels.items() if channel == only.channel}),
    ):
        if wanted is not None:
            inboxes = theirs if inboxes is None else inboxes & theirs
    values = ((place, getattr(only, name)) for place, name in enumerate(store.WHOSE) if name != "inbox_id")
    return _Wanted(inboxes, tuple((place, value) for place, value in values if value is not None))


class _Counting:
    """Clocks of a kind, as they count. How long each has run stands in the rows of those that ended; the others are reckoned."""

    def __init__(self, tx: ReadTx, clock: str, wanted: _Wanted) -> None:
        self._tx = tx
        self._clock = clock
        self._wanted = wanted

    @cached_property
    def _schedules(self) -> dict[str | None, Schedule]:
        return all_schedules(self._tx)

    @cached_property
    def _levels(self) -> dict[str, Level]:
        return {one.id: one for one in list_levels(self._tx)}

    @cached_property
    def _teams(self) -> dict[str, Team]:
        return {one.id: one for one in list_teams(self._tx)}

    def runs(self, start: int, end: int, *, parted: bool = True) -> tuple[Runs, int | None]:
        """Those that began then, `parted` with whose they are; and since when alone they are counted, where there were too many."""
        span: Row = {"kind": self._clock, "start": start, "end": end, "most": MOST}
        over = self._tx.all(store.over if parted or self._wanted.is_some else store.over_of_anybody, **span)
        running = self._tx.all(store.running, **span)
        cut = None
        if len(over) + len(running) >= MOST:
            place = store.CLOCK.index("started_at")
            cut = sorted([*(row[_STARTED] for row in over), *(row[place] for row in running)])[-MOST]
            over = [row for row in over if row[_STARTED] >= cut]
            running = [row for row in running if row[place] >= cut]
        over = self._wanted.of(over)
        over += [self._run(dict(zip(store.CLOCK, row, strict=True))) for row in self._wanted.of(running)]
        return runs_of(over), cut

    def older(self, before: int) -> int:
        """How many run that began before a moment, up to `MOST_OLDER`."""
        rows = self._tx.all(store.running_since_before, kind=self._clock, start=before, most=MOST_OLDER)
        return len(self._wanted.of(rows))

    def _run(self, row: Row) -> tuple[Any, ...]:
        """One that runs, up to now, as `store.over` has those that ended."""
        now, started_at = self._tx.now, row["started_at"]
        late = row["due_at"] is not None and row["due_at"] <= now
        worked = used(read_clock({**row, "id": "", "ended_by": None}), self._schedule(row), now)
        whose = (row[name] for name in store.WHOSE)
        allowed, kept = row["minutes"] * MINUTE, 0 if late else row["kept"]
        return (*whose, started_at, max(now - started_at, 0), worked, allowed, 0, 0, kept)

    def _schedule(self, row: Row) -> Schedule:
        level = self._levels.get(row["level_id"])
        target = level.target_of(row["kind"]) if level else None
        if level is None or target is None:
            return self._schedules.get(None, ALWAYS)
        return schedule_for(level, target, self._teams.get(row["team_id"] or ""), self._schedules)
