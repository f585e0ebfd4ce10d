"""Bringing complaints into line with their tickets: an owner who can act, and a clock that runs as the ticket does.

Whatever happens, the same is asked of each complaint concerned, so that no order of events leaves one behind: is it one still, how does
its clock stand, was the customer told, is time up, can its owner act, does its remedy need a yes.
"""

from collections.abc import Collection, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

import msgspec
from msgspec.structs import replace

from lyhord.contacts.lineage import members_of, survivors
from lyhord.kit.clock import MINUTE, SECOND
from lyhord.kit.database import Tx
from lyhord.kit.database.jobs_table import enqueue
from lyhord.kit.ids import id_time
from lyhord.kit.problems import Taken
from lyhord.tickets.about import last_answer
from lyhord.tickets.actions import write_changes
from lyhord.tickets.complaints import store
from lyhord.tickets.complaints.approving import ask_for_approval
from lyhord.tickets.complaints.choosing import Chosen, People, choose, find_owner
from lyhord.tickets.complaints.events import ComplaintChanged, ComplaintMoved
from lyhord.tickets.complaints.model import (
    Complaint,
    ComplaintSettings,
    Move,
    Why,
    counted_since,
    remember,
    traits_of,
)
from lyhord.tickets.complaints.reading import read_complaints, read_people, read_schedule, read_settings
from lyhord.tickets.kinds.model import COMPLAINT
from lyhord.tickets.levels.clocks import Clock, due_at, end, used
from lyhord.tickets.model import Ticket
from lyhord.tickets.views import rows_by_id
from lyhord.workspaces.hours import ALWAYS, Schedule, after_open
from lyhord.workspaces.model import agent_named

TELL_JOB = "complaint.tell"
TELL_AFTER = 20 * SECOND
"""So that a kind that was chosen by mistake can be put right before the customer hears of it."""
RESTS = frozenset({"pending", "snoozed"})
UP: frozenset[Why] = frozenset({"late", "unacknowledged", "again", "raised"})
"""Moves up the ladder, or told again at its top."""
TOP_REACHED = "problem.ladder_top"


class Heard(NamedTuple):
    """What the log told of a ticket: statuses with their moments in order, answers to the customer, those taken back, the last moment."""

    turns: tuple[tuple[int, str], ...] = ()
    answers: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    at: int | None = None


NOTHING = Heard()


def turned(clock: Clock, status: str, at: int) -> Clock:
    """A complaint's clock once its ticket has a status."""
    if status == "resolved":
        return clock if clock.ended_at is not None else end(clock, at, None)
    goes_on = replace(clock, ended_at=None, ended_by=None)
    if status in RESTS:
        return replace(end(goes_on, at, None), ended_at=None)
    return goes_on if goes_on.running_since is not None else replace(goes_on, running_since=at)


class Keeping:
    """See the module. For one transaction, and few or many tickets."""

    def __init__(self, tx: Tx) -> None:
        self._tx = tx
        self._before: dict[str, Complaint] = {}

    @cached_property
    def _settings(self) -> ComplaintSettings:
        return read_settings(self._tx)

    @cached_property
    def _schedule(self) -> Schedule:
        return read_schedule(self._tx, self._settings)

    @cached_property
    def _people(self) -> People:
        return read_people(self._tx)

    def settle(self, ticket_ids: Collection[str], heard: Mapping[str, Heard] | None = None) -> None:
        """Bring these into line, those of them that are complaints, or were."""
        if not ticket_ids:
            return
        tickets = {one.id: one for one in rows_by_id(self._tx, sorted(ticket_ids))}
        self._before = read_complaints(self._tx, ticket_ids)
        gone = sorted(set(self._before) - set(tickets))
        if gone:
            self._tx.run(store.drop, ids=gone)
        counted: set[str] = set()
        for ticket_id, ticket in sorted(tickets.items()):
            before = self._before.get(ticket_id)
            if ticket.kind == COMPLAINT or before is not None:
                after = self._settle(ticket, before, (heard or {}).get(ticket_id, NOTHING))
                self._write(before, after)
                if before is None or _counts_by(before) != _counts_by(after):
                    counted.update(one.contact_id for one in (before, after) if one and one.contact_id)
        self.count(counted)

    def _settle(self, ticket: Ticket, before: Complaint | None, heard: Heard) -> Complaint:
        now = self._tx.now
        anew = ticket.kind == COMPLAINT and (before is None or before.left_at is not None)
        one = before or self._begin(ticket)
        one = replace(one, conversation_id=ticket.conversation_id, contact_id=ticket.contact_id)
        if ticket.kind != COMPLAINT:
            over = turned(one.clock, "resolved", now)
            return replace(one.on(over), left_at=one.left_at or now, due_at=None, alarm_at=None)
        one = self._described(ticket, replace(one, left_at=None))
        one = one.on(_heard(one.clock, ticket.status, heard, one.began_at, now))
        one = self._told(ticket, one, heard)
        if anew:
            one = replace(one, step=0, step_from=used(one.clock, self._schedule, now))
            if one.ended_at is None and one.told_at is None and self._settings.acknowledges:
                enqueue(self._tx, TELL_JOB, {"ticket_id": ticket.id}, due_at=now + TELL_AFTER)
        if one.ended_at is None or anew:  # also one that is over: it may be opened again
            one = self._owned(ticket, self._timed(replace(one, step=min(one.step, self._top))), anew)
        if one.ended_at is None:
            one = ask_for_approval(self._tx, ticket, one, self._settings, self._people)
        return self._timed(one)

    def _described(self, ticket: Ticket, one: Complaint) -> Complaint:
        """With what agents say of it, and who it was that wrote the cost."""
        told = replace(one, **traits_of(ticket.attributes, self._settings.currency))
        by = agent_named(self._tx.actor)
        return replace(told, cost_by=by) if by is not None and told.cost != one.cost else told

    @property
    def _top(self) -> int:
        return len(self._settings.rungs) - 1

    def _begin(self, ticket: Ticket) -> Complaint:
        now, length = self._tx.now, self._settings.acknowledge_minutes * MINUTE
        promised = after_open(self._schedule, now, length)
        last = last_answer(self._tx, ticket) if ticket.waiting_since is None else None
        return Complaint(
            ticket_id=ticket.id,
            conversation_id=ticket.conversation_id,
            contact_id=ticket.contact_id,
            channel=ticket.channel,
            began_at=now,
            began_by=self._tx.actor,
            promised_at=now + length if promised is None else promised,
            told_at=now if last else None,
            told_by=last,
        )

    def _told(self, ticket: Ticket, one: Complaint, heard: Heard) -> Complaint:
        """Whether the customer has heard of us since it began: the first answer counts, unless it was taken back."""
        if one.told_by in heard.removed:
            one = replace(one, told_at=None, told_by=None)
        answers = [key for key in heard.answers if key not in heard.removed and id_time(key) >= one.began_at]
        if one.told_at is None and not answers and _is_missed(one, self._tx.now):
            last = last_answer(self._tx, ticket)  # the follower may be about to hear of it
            answers = [last] if last and id_time(last) >= one.began_at else []
        if one.told_at is None and answers:
            first = min(answers)
            one = replace(one, told_at=id_time(first), told_by=first, untold=None)
        return one

    def _timed(self, one: Complaint) -> Complaint:
        """When it goes up, and when to look at it next."""
        if one.ended_at is not None:
            return replace(one, due_at=None, alarm_at=None)
        length = one.step_from + self._settings.rungs[one.step].minutes * MINUTE
        due = due_at(one.clock, length, self._schedule)
        if due is None and one.running_since is not None:  # hours that never come stop no clock
            due = due_at(one.clock, length, ALWAYS)
        due = due if one.running_since is not None else None
        promised = one.promised_at if one.told_at is None and one.missed_at is None else None
        return replace(one, due_at=due, alarm_at=min((at for at in (due, promised) if at is not None), default=None))

    def _owned(self, ticket: Ticket, one: Complaint, anew: bool) -> Complaint:
        """With an owner who can act, and one step up where time is up."""
        rungs, people, owner = self._settings.rungs, self._people, ticket.owner_agent_id
        missed, late = _is_missed(one, self._tx.now), one.due_at is not None and one.due_at <= self._tx.now
        one = replace(one, missed_at=self._tx.now) if missed else one
        here = people.can(owner, ticket.inbox_id)
        if anew:
            keeps = here and (owner in people.of(rungs[0]) or not self._settings.ladder)
            found = Chosen(0, owner) if keeps and owner else choose(rungs, people, ticket.inbox_id)
            found = found or find_owner(rungs, people, ticket.inbox_id, start=0, owner=owner)
            return self._move(ticket, one, found, "began")
        one = self._handed(one, owner)
        if not here:
            found = find_owner(rungs, people, ticket.inbox_id, start=one.step, owner=owner)
            away = owner in people.here and owner not in people.able
            if found is None or found.agent_id != owner:
                return self._move(ticket, one, found, "away" if away else "left")
        if missed or late:
            up = choose(rungs, people, ticket.inbox_id, start=one.step + 1, but=owner)
            why: Why = "again" if up is None else "unacknowledged" if missed else "late"
            return self._move(ticket, one, up or (Chosen(one.step, owner) if owner else None), why)
        return one

    def _handed(self, one: Complaint, owner: str | None) -> Complaint:
        """With a move to whom it was handed since the last one, by a person or a rule: the register knows its owner at every moment."""
        last = one.moves[-1].agent_id if one.moves else None
        if owner is None or owner == last:
            return one
        move = Move(at=self._tx.now, why="handed", step=one.step, agent_id=owner, before=last)
        return replace(one, moves=remember(one.moves, move))

    def _move(self, ticket: Ticket, one: Complaint, found: Chosen | None, why: Why) -> Complaint:
        if found is None:  # a workspace without anybody
            return one
        before, team_id = ticket.owner_agent_id, self._settings.rungs[found.step].team_id
        now, moved = self._tx.now, found.agent_id != before
        if moved:
            self._people.loads[found.agent_id] = self._people.loads.get(found.agent_id, 0) + 1
            after = replace(ticket, owner_agent_id=found.agent_id, owner_team_id=team_id or ticket.owner_team_id)
            write_changes(self._tx, [ticket], [after])
        told = {before} if why in UP and moved else set()
        told |= {found.agent_id, *self._people.administrators} if why == "again" else set()
        move = Move(at=now, why=why, step=found.step, agent_id=found.agent_id, before=before)
        self._tx.emit(
            ComplaintMoved(
                conversation_id=ticket.conversation_id,
                inbox_id=ticket.inbox_id,
                ticket_id=ticket.id,
                why=why,
                step=found.step,
                agent_id=found.agent_id,
                before=before,
                agent_ids=tuple(sorted(one for one in told if one)),
            )
        )
        late = one.due_at is not None and one.due_at <= now
        fresh = why in UP or found.step != one.step or late  # whoever gets it late has the step's whole time
        return replace(
            one,
            step=found.step,
            step_from=used(one.clock, self._schedule, now) if fresh else one.step_from,
            climbed=one.climbed + (why in UP and why != "raised"),  # not since time was up
            moves=remember(one.moves, move),
        )

    def raise_up(self, ticket: Ticket, before: Complaint) -> None:
        """To the first on a higher step who can act, before its time is up. Raises `Taken` where nobody can."""
        rungs, owner = self._settings.rungs, ticket.owner_agent_id
        found = choose(rungs, self._people, ticket.inbox_id, start=before.step + 1, but=owner)
        if found is None:
            raise Taken("Nobody stands higher who could have it.", key=TOP_REACHED)
        self.put(before, self._move(ticket, before, found, "raised"))

    def put(self, before: Complaint, after: Complaint) -> None:
        """Write what was learnt of one, with the times that follow from it."""
        self._write(before, self._timed(after) if after.left_at is None else after)

    def _write(self, before: Complaint | None, after: Complaint) -> None:
        if after == before:
            return
        if before is None:
            self._tx.run(store.insert_complaint, **_row(after))
        else:
            row = {name: value for name, value in _row(after).items() if name not in ("began_at", "began_by")}
            self._tx.run(store.write_complaint, key=row.pop("ticket_id"), **row)
        self._tx.emit(ComplaintChanged(conversation_id=after.conversation_id, ticket_id=after.ticket_id))

    def count(self, contact_ids: Collection[str]) -> None:
        """Count anew how often these customers have complained before, at all and of the same."""
        if not contact_ids:
            return
        alive = survivors(self._tx, sorted(contact_ids))
        belongs = members_of(self._tx, alive.values())
        rows = self._tx.all(store.of_people, contacts=sorted({*belongs, *contact_ids}))
        changed = []
        seen: dict[str, list[tuple[int, str]]] = {}
        for ticket_id, contact_id, began_at, cause, earlier, alike in sorted(rows, key=lambda row: (row[2], row[0])):
            before = seen.setdefault(str(belongs.get(contact_id, contact_id)), [])
            since = counted_since(began_at, self._settings)
            causes = [named for at, named in before if at >= since]
            counts = len(causes), causes.count(cause) if cause else 0
            if counts != (earlier, alike):
                changed.append({"key": ticket_id, "earlier": counts[0], "alike": counts[1]})
            before.append((began_at, cause))
        self._tx.run_many(store.write_counts, changed)


def _heard(clock: Clock, status: str, heard: Heard, began_at: int, now: int) -> Clock:
    for at, turn in heard.turns:
        clock = turned(clock, turn, max(at, began_at))
    return turned(clock, status, max(heard.at or now, began_at))


def _is_missed(one: Complaint, now: int) -> bool:
    return one.told_at is None and one.missed_at is None and one.promised_at <= now


def _counts_by(one: Complaint) -> Sequence[object]:
    return one.contact_id, one.cause, one.left_at is None


def _row(one: Complaint) -> dict[str, Any]:
    values = {name: getattr(one, name) for name in store.COLUMNS}
    encoded = {name: msgspec.json.encode(values[name]).decode() for name in ("runs", "moves")}
    return {**values, **encoded}
