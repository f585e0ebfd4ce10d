"""Writing service levels, and telling when what was promised is nearly due or late."""

from collections.abc import Sequence
from typing import Any

import msgspec

from lyhord.kit.clock import MINUTE
from lyhord.kit.database import Tx
from lyhord.kit.ids import LOWEST_ID
from lyhord.kit.problems import Invalid, NotFound, Taken
from lyhord.tickets.levels import store
from lyhord.tickets.levels.book import Book, Teams, list_levels, list_promising
from lyhord.tickets.levels.clocks import KINDS
from lyhord.tickets.levels.events import ClockBroken, ClockWarned, LevelChanged
from lyhord.tickets.levels.model import Level, LevelWords, check_level
from lyhord.tickets.model import Ticket
from lyhord.tickets.views import rows_by_id
from lyhord.workspaces.actions.audit import record
from lyhord.workspaces.schedules.store import find_schedule
from lyhord.workspaces.views import list_leads

MOST_LEVELS = 50
"""In one workspace."""
AT_ONCE = 200
"""Clocks or tickets of one transaction."""
PATIENCE = MINUTE
"""After which a clock is looked at again that rang while its end was on the way."""


def create_level(tx: Tx, words: LevelWords) -> str:
    """Add a level behind the others; its id. Raises `Invalid` and `Taken`."""
    rows = tx.all(store.list_levels)
    if len(rows) >= MOST_LEVELS:
        raise Taken("There are 50 service levels; remove some first.", key="problem.too_many_levels")
    level_id = tx.new_id()
    _write(tx, "created", level_id, max((row[1] for row in rows), default=-1) + 1, words)
    return level_id


def change_level(tx: Tx, level_id: str, words: LevelWords) -> None:
    """Replace the whole of it. Raises `Invalid` and `NotFound`."""
    place, _ = _get(tx, level_id)
    _write(tx, "changed", level_id, place, words)


def remove_level(tx: Tx, level_id: str) -> None:
    """Its tickets have the next level that fits; what its clocks told so far stays. Raises `NotFound`."""
    place, words = _get(tx, level_id)
    tx.run(store.write_level, id=level_id, place=place, body=_encode(words), removed_at=tx.now, rests_for=None)
    _tell(tx, "removed", level_id, name=words.name)


def order_levels(tx: Tx, level_ids: Sequence[str]) -> None:
    """Try the levels in this order. Raises `Invalid` unless each is named once."""
    known = [row[0] for row in tx.all(store.list_levels)]
    if sorted(known) != sorted(level_ids):
        raise Invalid("Name every level once.", fields={"level_ids": "field.invalid"})
    if known == list(level_ids):
        return
    tx.run_many(store.place_level, [{"key": one, "place": place} for place, one in enumerate(level_ids)])
    _tell(tx, "ordered", level_ids[0], level_ids=list(level_ids))


def let_levels_rest(tx: Tx, level_ids: Sequence[str], surge_id: str) -> None:
    """Let no ticket have these levels until `wake_levels`: each has the next one that fits."""
    for level_id in level_ids:
        if tx.run(store.let_rest, key=level_id, surge=surge_id):
            tx.emit(LevelChanged(level_id=level_id))


def wake_levels(tx: Tx, surge_id: str, keep: Sequence[str] = ()) -> None:
    """Those that rest for a surge, `keep` aside, are given to tickets again."""
    ids = [row[0] for row in tx.all(store.list_resting, surge=surge_id) if row[0] not in keep]
    if ids:
        tx.run(store.wake_levels, ids=ids, surge=surge_id)
    for level_id in ids:
        tx.emit(LevelChanged(level_id=level_id))


def reckon_clocks(tx: Tx, after: str = LOWEST_ID) -> str | None:
    """Give the next 200 unresolved tickets the levels and due times that they should have; the last one's id, None at the end."""
    ids = [row[0] for row in tx.all(store.unresolved, after=after, most=AT_ONCE)]
    book = Book(tx, list_promising(tx))
    book.load(ticket_ids=ids)
    if book.levels:
        book.adopt(rows_by_id(tx, [one for one in ids if one not in book.entries]), tx.now)
    for one in ids:
        book.refit(one, tx.now)
    book.write()
    if not book.levels:  # nobody keeps them up to date now; a new level begins them afresh
        tx.run(store.drop_courses, ids=ids)
    return ids[-1] if len(ids) == AT_ONCE else None


def ring_clocks(tx: Tx) -> int:
    """Tell of clocks of a workspace that are nearly due, or late, at most 200 of them; how many were looked at."""
    rows = [dict(zip(store.CLOCK, row, strict=True)) for row in tx.all(store.ringing, now=tx.now, most=AT_ONCE)]
    if not rows:
        return 0
    tickets = {one.id: one for one in rows_by_id(tx, sorted({row["ticket_id"] for row in rows}))}
    levels = {one.id: one for one in list_levels(tx)}
    teams = Teams(tx)
    rang = []
    for row in rows:
        ticket, level = tickets.get(row["ticket_id"]), levels.get(row["level_id"])
        if ticket is None or level is None:
            rang.append(_next(row, alarm_at=None))
        elif _is_settled(row["kind"], ticket):
            rang.append(_next(row, alarm_at=tx.now + PATIENCE))
        else:
            rang.append(_ring(tx, row, ticket, level, teams))
    tx.run_many(store.rang, rang)
    return len(rows)


def _ring(tx: Tx, row: dict[str, Any], ticket: Ticket, level: Level, teams: Teams) -> dict[str, Any]:
    broken = row["due_at"] is not None and row["due_at"] <= tx.now
    told = _whom(tx, level.breaks if broken else level.warns, ticket, teams)
    event = (ClockBroken if broken else ClockWarned)(
        conversation_id=ticket.conversation_id,
        inbox_id=ticket.inbox_id,
        ticket_id=ticket.id,
        clock=row["kind"],
        due_at=row["due_at"] or tx.now,
        agent_ids=told,
    )
    tx.emit(event)
    if broken:
        return _next(row, alarm_at=None, broken_at=tx.now, kept=0)
    return _next(row, alarm_at=row["due_at"], warned_at=tx.now)


def _next(row: dict[str, Any], **changed: Any) -> dict[str, Any]:
    return {"key": row["id"], **{name: row[name] for name in ("alarm_at", "warned_at", "broken_at", "kept")}, **changed}


def _is_settled(kind: str, ticket: Ticket) -> bool:
    """Whether what a clock runs for has come already, which the follower is about to hear."""
    if KINDS[kind].ends == "answered":
        return ticket.waiting_since is None
    return ticket.status in ("resolved", *KINDS[kind].pauses)


def _whom(tx: Tx, told: Sequence[str], ticket: Ticket, teams: Teams) -> tuple[str, ...]:
    """The agents to be told: the owner, the team, its leads; leads too where the ticket has no owner, all of them where it has no team."""
    team = teams.of(ticket)
    leads = list_leads(tx)
    near = [one for one in leads if team is not None and one in team.agent_ids] or leads
    found: list[str] = []
    if "owner" in told:
        found += [ticket.owner_agent_id] if ticket.owner_agent_id else near
    if "team" in told:
        found += team.agent_ids if team else []
    if "leads" in told:
        found += near
    return tuple(dict.fromkeys(found))


def _write(tx: Tx, what: str, level_id: str, place: int, words: LevelWords) -> None:
    words = msgspec.structs.replace(words, name=check_level(words))
    if words.schedule_id is not None and tx.one(find_schedule, id=words.schedule_id) is None:
        raise Invalid("That schedule is not here any more.", fields={"schedule_id": "field.unknown_id"})
    tx.run(store.write_level, id=level_id, place=place, body=_encode(words), removed_at=None, rests_for=None)
    _tell(tx, what, level_id, **msgspec.to_builtins(words))


def _tell(tx: Tx, what: str, level_id: str, **detail: Any) -> None:
    record(tx, f"level.{what}", f"level:{level_id}", **detail)
    tx.emit(LevelChanged(level_id=level_id))


def _get(tx: Tx, level_id: str) -> tuple[int, LevelWords]:
    row = tx.one(store.find_level, id=level_id)
    if row is None:
        raise NotFound("There is no such service level.")
    return row[1], msgspec.json.decode(row[2], type=LevelWords)


def _encode(words: LevelWords) -> str:
    return msgspec.json.encode(words).decode()
