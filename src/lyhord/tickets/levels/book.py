"""The book of clocks: courses and clocks of tickets, read together, changed in memory, and written together with what follows.

What follows is which level each ticket has, when each clock is due, and the next due time on the ticket's row.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from operator import itemgetter
from typing import Any

import msgspec
from msgspec.structs import replace

from lyhord.kit.clock import MINUTE
from lyhord.kit.database import ReadTx, Tx
from lyhord.kit.ids import id_time
from lyhord.tickets.about import last_answer
from lyhord.tickets.levels import store
from lyhord.tickets.levels.clocks import KINDS, Clock, Course, advance, due_at, is_kept, used
from lyhord.tickets.levels.events import DueChanged
from lyhord.tickets.levels.model import Level, LevelWords, Target, default_level
from lyhord.tickets.model import Ticket
from lyhord.tickets.views import current_of_conversations, open_list, rows_by_id
from lyhord.workspaces.hours import ALWAYS, Schedule
from lyhord.workspaces.model import Team
from lyhord.workspaces.reach import EVERYTHING
from lyhord.workspaces.schedules.views import all_schedules
from lyhord.workspaces.views import list_teams, settings_of

REVIVED = [name for name, kind in KINDS.items() if kind.ends == "resolved"]
"""Clocks of these kinds go on when a ticket is opened again."""
Row = dict[str, Any]
_runs = msgspec.json.Decoder(tuple[tuple[int, int], ...])


def list_levels(tx: ReadTx) -> list[Level]:
    """Every level in the order in which they are tried; last what the workspace promises for all, if it does."""
    return _with_usual(tx, tx.all(store.list_levels))


def list_promising(tx: ReadTx) -> list[Level]:
    """The same without those that rest."""
    return _with_usual(tx, tx.all(store.list_promising))


def _with_usual(tx: ReadTx, rows: Sequence[tuple[Any, ...]]) -> list[Level]:
    found = [_read_level(*row) for row in rows]
    usual = default_level(settings_of(tx), len(found))
    return [*found, usual] if usual else found


def _read_level(level_id: str, place: int, body: str, rests_for: str | None) -> Level:
    words = msgspec.json.decode(body, type=LevelWords)
    return Level(id=level_id, place=place, rests_for=rests_for, **msgspec.structs.asdict(words))


def schedule_for(level: Level, target: Target, team: Team | None, schedules: Mapping[str | None, Schedule]) -> Schedule:
    """In which hours a clock of a level runs for a team; the workspace's own stand under None."""
    own = schedules.get(level.schedule_id or (team.schedule_id if team else None))
    return ALWAYS if target.always else own or schedules[None]


class Teams:
    """Which team works on a ticket, and whose hours count for it."""

    def __init__(self, tx: ReadTx) -> None:
        self.all: list[Team] = list_teams(tx)
        self._by_id = {one.id: one for one in self.all}

    def of(self, ticket: Ticket) -> Team | None:
        """The team that owns it; else the only team of its owner, or the only one that reads its inbox."""
        if ticket.owner_team_id is not None:
            return self._by_id.get(ticket.owner_team_id)
        owner = ticket.owner_agent_id
        near = [one for one in self.all if (owner in one.agent_ids if owner else ticket.inbox_id in one.inbox_ids)]
        return near[0] if len(near) == 1 else None


class Entry:
    """One ticket in the book."""

    def __init__(
        self, ticket_id: str, conversation_id: str, course: Course, clocks: list[Clock], *, current: bool
    ) -> None:
        self.ticket_id = ticket_id
        self.conversation_id = conversation_id
        self.current = current
        self.course = course
        self.clocks = clocks
        self.gone: list[str] = []
        """Ids of clocks that never were."""

    def keep(self, clocks: list[Clock]) -> None:
        """Its clocks are these; others of it never were."""
        ids = {one.id for one in clocks}
        self.gone += [one.id for one in self.clocks if one.id and one.id not in ids]
        self.clocks = clocks

    def take(self, course: Course, at: int, by: str | None = None) -> None:
        """The ticket's course is this from `at` on; `by` is the answer that made it so."""
        self.course = course
        self.clocks = advance(self.clocks, course, at, by)


class Book:
    """See the module. Open it in a transaction, change its entries, and `write` it once."""

    def __init__(self, tx: Tx, levels: list[Level]) -> None:
        self._tx = tx
        self.levels = levels
        self.entries: dict[str, Entry] = {}
        self._current: dict[str, str] = {}
        self._dropped: set[str] = set()
        self._stored: dict[str, Row] = {}
        self._touched: set[str] = set()

    @cached_property
    def _schedules(self) -> dict[str | None, Schedule]:
        return all_schedules(self._tx)

    @cached_property
    def _teams(self) -> Teams:
        return Teams(self._tx)

    def load(
        self,
        *,
        conversation_ids: Iterable[str] = (),
        ticket_ids: Iterable[str] = (),
        answers: Iterable[str] = (),
        whole: bool = False,
    ) -> None:
        """Read what is known of these tickets, and of those of these conversations that are current or not resolved.

        Of what has ended they come with the clocks that `answers` ended, or as a `whole`.
        """
        tx = self._tx
        alive = {row[0] for row in tx.all(store.alive_ids, ids=sorted(set(conversation_ids)))}
        wanted = sorted({*ticket_ids, *alive} - self.entries.keys())
        if not wanted:
            return
        clocks: dict[str, list[Clock]] = {}
        kinds = list(KINDS) if whole else REVIVED
        stored = tx.all(store.open_clocks, ids=wanted, kinds=kinds, answers=sorted(set(answers)))
        for row in sorted((dict(zip(store.CLOCK, one, strict=True)) for one in stored), key=itemgetter("id")):
            self._stored[row["id"]] = row
            clocks.setdefault(row["ticket_id"], []).append(read_clock(row))
        for ticket_id, conversation_id, _, current, *facts in tx.all(store.courses_by_ids, ids=wanted):
            course, known = Course(*facts), clocks.get(ticket_id, [])
            self.entries[ticket_id] = Entry(ticket_id, conversation_id, course, known, current=bool(current))
            if current:
                self._current[conversation_id] = ticket_id

    def current(self, conversation_id: str | None) -> Entry | None:
        """The ticket that a conversation's next words are about, if it is known."""
        return self.entries.get(self._current.get(conversation_id or "", ""))

    def of_conversation(self, conversation_id: str) -> list[Entry]:
        """The tickets of a conversation that were loaded."""
        return [one for one in self.entries.values() if one.conversation_id == conversation_id]

    def make_current(self, ticket_id: str, conversation_id: str) -> None:
        """From now on the conversation's words are about this ticket."""
        for one in self.of_conversation(conversation_id):
            if one.current and one.ticket_id != ticket_id:
                one.current = False
                self.touch(one.ticket_id)
        self._current[conversation_id] = ticket_id
        if ticket_id in self.entries:
            self.entries[ticket_id].conversation_id = conversation_id
            self.entries[ticket_id].current = True
            self.touch(ticket_id)

    def open(
        self, ticket_id: str, conversation_id: str, course: Course, at: int, by: str | None = None, *, current: bool
    ) -> Entry:
        """Begin the entry of a ticket."""
        entry = self.entries[ticket_id] = Entry(ticket_id, conversation_id, course, [], current=False)
        if current:
            self.make_current(ticket_id, conversation_id)
        entry.take(course, at, by)
        self.touch(ticket_id)
        return entry

    def adopt(self, tickets: Sequence[Ticket], at: int) -> None:
        """Begin the entries of tickets that have been open for a while, with what their rows tell."""
        current = current_of_conversations(self._tx, sorted({one.conversation_id for one in tickets}))
        current_ids = {one.id for one in current}
        for ticket in tickets:
            answered = last_answer(self._tx, ticket)
            waits = ticket.waiting_since
            course = Course(ticket.status, ticket.opened_at, waits, waits or 0, id_time(answered) if answered else None)
            self.open(ticket.id, ticket.conversation_id, course, at, current=ticket.id in current_ids)

    def drop(self, ticket_id: str) -> None:
        """The ticket was taken away, and its clocks with it."""
        entry = self.entries.pop(ticket_id, None)
        if entry is not None and self._current.get(entry.conversation_id) == ticket_id:
            del self._current[entry.conversation_id]
        self._dropped.add(ticket_id)

    def touch(self, ticket_id: str) -> None:
        """Something about the ticket may be otherwise: its level and its clocks are looked at when the book is written."""
        self._touched.add(ticket_id)

    def refit(self, ticket_id: str, at: int) -> None:
        """It may have another level since `at`. What is owed and no level promised before has a clock from then on."""
        entry = self.entries.get(ticket_id)
        if entry is not None:
            entry.take(entry.course, at)
            self.touch(ticket_id)

    def write(self) -> None:
        """Write what was touched, and tell of tickets that are due at another time."""
        if self._dropped:
            self._tx.run(store.drop_clocks_of, ids=sorted(self._dropped))
            self._tx.run(store.drop_courses, ids=sorted(self._dropped))
        touched = sorted(self._touched & self.entries.keys())
        if not touched:
            return
        tickets = {one.id: one for one in rows_by_id(self._tx, touched)}
        levels = self._match([one for one in touched if one in tickets])
        writers = self._writers(touched)
        courses: list[Row] = []
        clocks: list[Row] = []
        gone: list[str] = []
        for ticket_id in touched:
            entry = self.entries[ticket_id]
            gone += entry.gone
            if ticket_id not in tickets:
                continue
            level, ticket = levels.get(ticket_id), tickets[ticket_id]
            courses.append(_course_row(entry, level))
            rows, dropped = self._clock_rows(entry, ticket, level, writers)
            clocks += rows
            gone += dropped
            self._set_due(ticket, self._going_on(entry, rows, dropped), decided=any(map(self._is_decided_now, rows)))
        self._tx.run_many(store.write_course, courses)
        self._tx.run_many(store.write_clock, clocks)
        if gone:
            self._tx.run(store.drop_clocks, ids=gone)

    def _writers(self, ticket_ids: Sequence[str]) -> dict[str, str]:
        """Who gave the answers that ended clocks of these tickets just now."""
        clocks = [one for ticket_id in ticket_ids for one in self.entries[ticket_id].clocks if one.ended_by]
        ended = sorted({str(one.ended_by) for one in clocks if not self._is_stored(one)})
        return dict(self._tx.all(store.writers_of, ids=ended)) if ended else {}

    def _is_stored(self, clock: Clock) -> bool:
        """Whether a clock stands in the database as it is."""
        stored = self._stored.get(clock.id)
        return stored is not None and read_clock(stored) == clock

    def _is_decided_now(self, row: Row) -> bool:
        """Whether it is only certain now if a promise was kept."""
        stored = self._stored.get(row["id"])
        return row["kept"] is not None and (stored is None or stored["kept"] is None)

    def _set_due(self, ticket: Ticket, rows: list[Row], *, decided: bool) -> None:
        """What the ticket's row says: when the next promise is due, and from when on it is at risk. Who counts promises hears of
        `decided` ones too.
        """
        first = min(rows, key=lambda row: row["due_at"], default={"due_at": None, "warn_at": None})
        due, risk = first["due_at"], first["warn_at"]
        changed = (due, risk) != (ticket.due_at, ticket.risk_at)
        if changed:
            self._tx.run(store.set_due, key=ticket.id, due_at=due, risk_at=risk)
        if changed or decided:
            self._tx.emit(DueChanged(conversation_id=ticket.conversation_id, ticket_id=ticket.id))

    def _going_on(self, entry: Entry, rows: list[Row], dropped: list[str]) -> list[Row]:
        fresh = {row["id"]: row for row in rows}
        known = {one.id: self._stored[one.id] for one in entry.clocks if one.id in self._stored}
        left = {**known, **fresh}
        return [
            row
            for key, row in left.items()
            if key not in dropped and row["ended_at"] is None and row["due_at"] is not None
        ]

    def _match(self, ticket_ids: list[str]) -> dict[str, Level]:
        """The level of each ticket that one fits."""
        found: dict[str, Level] = {}
        for level in self.levels:
            left = [one for one in ticket_ids if one not in found]
            if not left:
                break
            if level.filter.conditions:
                left = [row.id for row in open_list(self._tx, EVERYTHING, None, level.filter).named(self._tx, left)]
            found.update(dict.fromkeys(left, level))
        return found

    def _clock_rows(
        self, entry: Entry, ticket: Ticket, level: Level | None, writers: Mapping[str, str]
    ) -> tuple[list[Row], list[str]]:
        """The rows of a ticket's clocks that are other than stored, and the ids of those that run for nothing any more."""
        team = self._teams.of(ticket)
        rows: list[Row] = []
        dropped: list[str] = []
        kept: list[Clock] = []
        for one in entry.clocks:
            clock, stored = one, self._stored.get(one.id)
            if clock.ended_at is not None and self._is_stored(clock):
                kept.append(clock)
                continue
            target = level.target_of(clock.kind) if level else None
            if level is None or target is None:
                dropped += [clock.id] if stored else []
                continue
            clock = clock if clock.id else replace(clock, id=self._tx.new_id())
            about = {
                "ticket_id": entry.ticket_id,
                "level_id": level.id,
                "inbox_id": ticket.inbox_id,
                "team_id": team.id if team else None,
                "agent_id": writers.get(clock.ended_by or "", ticket.owner_agent_id),
            }
            schedule = schedule_for(level, target, team, self._schedules)
            row = {**about, **_reckoned(clock, target, schedule, stored or {}, self._tx.now)}
            if row != stored:
                rows.append(row)
            kept.append(clock)
        entry.clocks = kept
        return rows, dropped


def _reckoned(clock: Clock, target: Target, schedule: Schedule, stored: Mapping[str, Any], now: int) -> Row:
    """A clock's row, of its ticket and its level aside."""
    length = target.minutes * MINUTE
    ended = clock.ended_at is not None
    gone_on = (
        replace(clock, running_since=clock.ended_at) if ended else clock
    )  # of one that ended: when it would have been due
    due = due_at(gone_on, length, schedule)
    warn = due_at(gone_on, length * target.warn_percent // 100, schedule)
    warned = stored.get("warned_at") if warn is not None and warn <= now else None
    broken = stored.get("broken_at") if due is not None and due <= now else None
    alarm = None if ended or broken else due if warned or warn is None else warn
    late = due is not None and due <= now
    return {
        "id": clock.id,
        "kind": clock.kind,
        "minutes": target.minutes,
        "started_at": clock.started_at,
        "runs": msgspec.json.encode(clock.runs).decode(),
        "running_since": clock.running_since,
        "due_at": due,
        "warn_at": warn,
        "alarm_at": alarm,
        "warned_at": warned,
        "broken_at": broken,
        "ended_at": clock.ended_at,
        "ended_by": clock.ended_by,
        "used": used(clock, schedule, clock.ended_at) if clock.ended_at is not None else None,
        "dropped": int(clock.dropped),
        "kept": _stored_kept(is_kept(clock, target.minutes, schedule)) if ended else 0 if late else None,
    }


def _stored_kept(kept: bool | None) -> int | None:
    return None if kept is None else int(kept)


def read_clock(row: Mapping[str, Any]) -> Clock:
    """The clock of a row."""
    return Clock(
        id=row["id"],
        kind=row["kind"],
        started_at=row["started_at"],
        runs=_runs.decode(row["runs"]),
        running_since=row["running_since"],
        ended_at=row["ended_at"],
        ended_by=row["ended_by"],
        dropped=bool(row["dropped"]),
    )


def _course_row(entry: Entry, level: Level | None) -> Row:
    return {
        "ticket_id": entry.ticket_id,
        "conversation_id": entry.conversation_id,
        "level_id": level.id if level else None,
        "current": int(entry.current) or None,
        **msgspec.structs.asdict(entry.course),
    }
