"""One change of many tickets: in chunks, so that nobody waits behind it, and such that it can be undone for a day."""

from collections.abc import Sequence
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct, structs

from lyhord.contacts.model import Attribute
from lyhord.conversations.actions.note import add_note, take_back_note
from lyhord.conversations.actions.reading import mark_seen, mark_unseen
from lyhord.conversations.model import Note
from lyhord.kit.clock import DAY
from lyhord.kit.database import Tx
from lyhord.kit.ids import first_id_at
from lyhord.kit.problems import Invalid, NotFound
from lyhord.tickets import store
from lyhord.tickets.actions import change_tickets, list_changeable, write_changes
from lyhord.tickets.filters import Filter, check_filter
from lyhord.tickets.model import Change, Ticket, TicketRow, read_ticket
from lyhord.tickets.views import FIRST, Place, list_tickets, open_list
from lyhord.workspaces.reach import Reach

CHUNK = 200
"""Tickets that one transaction changes."""
KEPT = DAY
EVERY_TICKET = Filter()


class Traits(Struct, frozen=True, array_like=True):
    """What a run changes of a ticket, as it was or became."""

    status: str
    owner_agent_id: str | None
    owner_team_id: str | None
    snoozed_until: int | None
    resolved_at: int | None
    spam_at: int | None
    waiting_since: int | None
    kind: str
    stage: str | None = None
    attributes: dict[str, Attribute] = {}


class BulkChange(Change, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to change of many tickets: those of a `list` (its name) or `filter`, with `ids` only these of them.

    `read` marks as read for whoever asks. `note` stands in each conversation and says why, also to who becomes the owner; `mentions` are
    the agents and teams that it names. To go on, send the same again with `run_id`, `since` and `cursor` of the answer.
    """

    list: Annotated[str, Meta(max_length=60)] | None = None
    filter: Filter | None = None
    ids: Annotated[tuple[Annotated[str, Meta(min_length=36, max_length=36)], ...], Meta(max_length=CHUNK)] | None = None
    read: bool = False
    note: Annotated[str, Meta(max_length=20_000)] | None = None
    mentions: Annotated[tuple[Annotated[str, Meta(min_length=36, max_length=36)], ...], Meta(max_length=100)] = ()
    run_id: Annotated[str, Meta(min_length=36, max_length=36)] | None = None
    since: int | None = None
    cursor: Annotated[str, Meta(max_length=1_000)] | None = None


class Who(Struct, frozen=True):
    """Who changes many tickets, and what they may see."""

    actor: str
    agent_id: str | None
    reach: Reach


class Chunk(Struct, frozen=True):
    """What one chunk did. `left` were left alone: they had changed, weren't in the list any more, or couldn't be changed so.

    `place` is where to go on.
    """

    run_id: str
    since: int
    changed: int
    left: int
    place: Place | None


def change_chunk(tx: Tx, who: Who, asked: BulkChange, after: Place) -> Chunk:
    """Change the next tickets of a list, at most `CHUNK`. What moved after the run began isn't touched: nobody has seen it yet."""
    wanted: str | Filter = asked.list if asked.list is not None else check_filter(asked.filter or EVERY_TICKET)
    since = tx.now if asked.since is None else min(asked.since, tx.now)
    run_id = asked.run_id or tx.new_id()
    if asked.read and who.agent_id is None:
        raise Invalid("Only an agent reads.", fields={"read": "field.invalid"})
    _forget_old(tx)
    if asked.ids is not None:
        rows, place = open_list(tx, who.reach, who.agent_id, wanted).named(tx, asked.ids), None
    else:
        rows, place = list_tickets(tx, who.reach, who.agent_id, wanted, after=after, most=CHUNK)
    looked = len(rows) if asked.ids is None else len(set(asked.ids))
    still = [row for row in rows if row.last_activity_at <= since]
    changed, refused = _change(tx, who, run_id, still, asked)
    return Chunk(run_id, since, changed, looked - len(still) + refused, place)


def undo_chunk(tx: Tx, who: Who, run_id: str) -> Chunk:
    """Put the next tickets of a run back, at most `CHUNK`; what somebody changed since is left alone. `place`: more follow.

    Raises `NotFound` when nothing is left to undo.
    """
    found = tx.all(store.list_steps, run=run_id, who=who.actor, most=CHUNK + 1)
    if not found:
        raise NotFound("There is nothing to undo: the run is over, or somebody else's.")
    steps = found[:CHUNK]
    ids = [step[0] for step in steps]
    within = {row.id for row in open_list(tx, who.reach, who.agent_id, EVERY_TICKET).named(tx, ids)}
    tickets = _whole(tx, [ticket_id for ticket_id in ids if ticket_id in within])
    before, after = [], []
    for ticket_id, was, became, unread_id, note_id in steps:
        ticket = tickets.get(ticket_id)
        if ticket is None or _traits(ticket) != msgspec.json.decode(became, type=Traits):
            continue
        if note_id is not None:
            take_back_note(tx, note_id)
        before.append(ticket)
        after.append(structs.replace(ticket, **structs.asdict(msgspec.json.decode(was, type=Traits))))
        if unread_id is not None and who.agent_id is not None:
            mark_unseen(tx, who.agent_id, ticket.conversation_id, unread_id)
    write_changes(tx, before, after)
    tx.run(store.drop_steps, run=run_id, ids=ids)
    place = FIRST if len(found) > CHUNK else None
    return Chunk(run_id, tx.now, len(before), len(steps) - len(before), place)


def _change(tx: Tx, who: Who, run_id: str, rows: Sequence[TicketRow], asked: BulkChange) -> tuple[int, int]:
    """How many were changed, and how many couldn't be."""
    whole = _whole(tx, [row.id for row in rows])
    change = Change(**{name: getattr(asked, name) for name in Change.__struct_fields__})
    before = list_changeable(tx, [whole[row.id] for row in rows], change)
    refused = len(rows) - len(before)
    rows = [row for row in rows if row.id in {one.id for one in before}]
    notes = {ticket.id: _note(tx, ticket, asked.note, asked.mentions) for ticket in before} if asked.note else {}
    after = change_tickets(tx, before, change, notes)
    steps = []
    for row, was, became in zip(rows, before, after, strict=True):
        unread_id = row.last_inbound_id if asked.read and _unread(row) else None
        if unread_id is not None and who.agent_id is not None:
            mark_seen(tx, who.agent_id, row.conversation_id, row.last_message_id)
        if was != became or unread_id is not None or notes:
            steps.append(_step(run_id, who.actor, was, became, unread_id, notes.get(was.id)))
    tx.run_many(store.keep_step, steps)
    return len(steps), refused


def _whole(tx: Tx, ids: Sequence[str]) -> dict[str, Ticket]:
    """Tickets with all their words, which a row that somebody sees may lack."""
    return {row[0]: read_ticket(row) for row in tx.all(store.tickets_by_ids, ids=ids)} if ids else {}


def _note(tx: Tx, ticket: Ticket, text: str, mentions: tuple[str, ...]) -> str:
    words = Note(conversation_id=ticket.conversation_id, text=text, mentions=mentions, ticket_id=ticket.id)
    return add_note(tx, words)


def _step(
    run_id: str, actor: str, was: Ticket, became: Ticket, unread_id: str | None, note_id: str | None
) -> dict[str, Any]:
    return {
        "run_id": run_id,
        "ticket_id": was.id,
        "actor": actor,
        "before": msgspec.json.encode(_traits(was)).decode(),
        "after": msgspec.json.encode(_traits(became)).decode(),
        "unread_id": unread_id,
        "note_id": note_id,
    }


def _traits(ticket: Ticket) -> Traits:
    return Traits(*(getattr(ticket, name) for name in Traits.__struct_fields__))


def _unread(row: TicketRow) -> bool:
    return row.last_inbound_id is not None and (row.read_id is None or row.read_id < row.last_inbound_id)


def _forget_old(tx: Tx) -> None:
    """Twice as many steps as a chunk makes, so that what is over goes faster than it comes."""
    old: dict[str, list[str]] = {}
    for run_id, ticket_id in tx.all(store.list_old_steps, before_run=first_id_at(tx.now - KEPT), most=2 * CHUNK):
        old.setdefault(run_id, []).append(ticket_id)
    for run_id, ids in old.items():
        tx.run(store.drop_steps, run=run_id, ids=ids)
