"""Tickets as values, and the pure rules of their order."""

from typing import Annotated, Any, Literal, get_args

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType, structs

from lyhord.contacts.model import Attribute

Status = Literal["open", "pending", "snoozed", "resolved"]
STATUSES: tuple[str, ...] = get_args(Status)

FAR = 8_000_000_000_000
"""Unix milliseconds far beyond any that is stored (the year 2223): tickets that nobody waits for stand behind those that wait."""


class Ticket(Struct, frozen=True):
    """Work on a conversation, with what a list row shows. In the order of `store.ticket_columns`.

    `due_at`: when the next of what was promised is due; in the past, it is late. None: nothing is. From `risk_at` on it is at risk.
    `place`: everybody can read the last words, under a post that begins so ("" where nobody knows how); None: they are private.
    `matter` is what it is about as an agent put it, `subject` as the words say it. `begins_id`: the message from which on its
    conversation's words were about it first; None where they never were, but were moved to it. While nothing was said about it, the last
    message is the one beside which it was opened. `stage` is the one of its kind that was chosen last: see `kinds.model.stage_of`.
    `rating`: what its customer said last who was asked about it: good, middle or bad. `signs`: what stands out in the customer's words:
    urgent, churn, legal, public, complaint, thanks, and falling where anger rises (`reasons.signs`).
    """

    id: str
    conversation_id: str
    contact_id: str | None
    kind: str
    status: str
    owner_agent_id: str | None
    owner_team_id: str | None
    title: str
    preview: str
    preview_by: str
    place: str | None
    subject: str | None
    channel: str
    inbox_id: str | None
    last_message_id: str
    last_inbound_id: str | None
    waiting_since: int | None
    last_activity_at: int
    snoozed_until: int | None
    opened_at: int
    resolved_at: int | None
    spam_at: int | None
    begins_id: str | None = None
    matter: str | None = None
    due_at: int | None = None
    risk_at: int | None = None
    stage: str | None = None
    reason_id: str | None = None
    mood: str | None = None
    rating: str | None = None
    signs: tuple[str, ...] = ()
    attributes: dict[str, Attribute] = {}
    tags: tuple[str, ...] = ()


class TicketRow(Ticket, frozen=True):
    """A ticket as one agent's list shows it. Unread: `last_inbound_id` is later than `read_id`."""

    read_id: str | None = None


class ChangedRow(TicketRow, frozen=True):
    """The row after a change. Whoever follows the stream knows of the change once `seq` has come."""

    seq: int = 0


def read_ticket(row: tuple[Any, ...]) -> Ticket:
    """A row of `store.ticket_columns`."""
    values = *row[:-3], tuple(row[-3].split()), read_attributes(row[-2]), tuple(row[-1].split())
    return Ticket(*values)


def read_row(row: tuple[Any, ...]) -> TicketRow:
    """The same followed by the viewer's read position."""
    values = *row[:-4], tuple(row[-4].split()), read_attributes(row[-3]), tuple(row[-2].split()), row[-1]
    return TicketRow(*values)


_attributes = msgspec.json.Decoder(dict[str, Attribute])


def read_attributes(kept: str) -> dict[str, Attribute]:
    """The `attributes` column; few tickets have any."""
    return {} if kept == "{}" else _attributes.decode(kept)


class Change(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to change of a ticket; what is left out stays. A snoozed ticket needs `snoozed_until` (Unix milliseconds).

    `stage` is one of the ticket's kind, and sets the status for which it stands. An attribute that is null goes.
    """

    status: Status | UnsetType = UNSET
    snoozed_until: int | None = None
    owner_agent_id: str | UnsetType | None = UNSET
    owner_team_id: str | UnsetType | None = UNSET
    kind: Annotated[str, Meta(min_length=1, max_length=20)] | UnsetType = UNSET
    stage: Annotated[str, Meta(min_length=1, max_length=20)] | UnsetType = UNSET
    attributes: dict[str, Attribute | None] | UnsetType = UNSET


def changed(ticket: Ticket, change: Change, now: int) -> Ticket:
    """The ticket after the change, its stage and attributes aside."""
    agent_id = ticket.owner_agent_id if change.owner_agent_id is UNSET else change.owner_agent_id
    team_id = ticket.owner_team_id if change.owner_team_id is UNSET else change.owner_team_id
    kind = ticket.kind if change.kind is UNSET else change.kind
    owned = structs.replace(ticket, owner_agent_id=agent_id, owner_team_id=team_id, kind=kind)
    until = change.snoozed_until if change.status == "snoozed" else None
    if change.status is UNSET or (ticket.status, ticket.snoozed_until) == (change.status, until):
        return owned
    done = change.status == "resolved"
    return structs.replace(
        owned,
        status=change.status,
        snoozed_until=until,
        resolved_at=now if done else None,
        spam_at=None,
        waiting_since=None if done else ticket.waiting_since,
    )


def shelf_of(status: str) -> str:
    """Where a ticket lies: `active` (open or pending), `snoozed` or `resolved`."""
    return "active" if status in ("open", "pending") else status


def waits_at(ticket: Ticket) -> int:
    """The place of a ticket on its shelf, ascending: who waits longest first, then the latest activity.

    Snoozed ones stand by when they wake, resolved ones by the latest end.
    """
    if ticket.status == "snoozed":
        return ticket.snoozed_until or FAR
    if ticket.status == "resolved":
        return FAR - (ticket.resolved_at or 0)
    if ticket.waiting_since is not None:
        return ticket.waiting_since
    return FAR - ticket.last_activity_at
