"""Complaints as screens read them: beside a conversation, in the register, and in the month's report."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from msgspec import Struct

from lyhord.contacts.model import Attribute
from lyhord.kit.database import ReadTx
from lyhord.kit.ids import LOWEST_ID
from lyhord.kit.problems import NotFound
from lyhord.tickets.complaints import store
from lyhord.tickets.complaints.model import REMEDY, Complaint, ComplaintSettings, needs_approval, recurs
from lyhord.tickets.complaints.reading import read_complaint, read_complaints, read_settings
from lyhord.tickets.complaints.report import Report, Reported, make_report, month_before, span_of
from lyhord.tickets.model import FAR, read_attributes
from lyhord.tickets.views import get_row
from lyhord.workspaces.reach import Reach
from lyhord.workspaces.views import settings_of


class Shown(Struct, frozen=True):
    """A complaint beside its conversation. `steps` is how many the ladder has, the administrators among them.

    `unapproved`: its remedy waits for a yes. `recurring`: the customer has complained so often, at all or of the same.
    """

    complaint: Complaint
    steps: int
    currency: str
    unapproved: bool
    recurring: bool


class Registered(Struct, frozen=True):
    """A line of the register. `status` is that of the ticket, `title` who complained."""

    complaint: Complaint
    title: str
    status: str
    owner_agent_id: str | None
    remedy: Attribute | None
    recurring: bool


class Place(NamedTuple):
    """Where a page ends: when its last complaint began (Unix milliseconds), and its ticket."""

    at: int
    id: str


class Wanted(Struct, frozen=True):
    """Which part of the register: what began from `since` on and before `until` (Unix milliseconds), of one severity or of all."""

    since: int = 0
    until: int = FAR
    severity: str | None = None


def show_complaint(tx: ReadTx, reach: Reach, agent_id: str | None, ticket_id: str) -> Shown:
    """What is kept of a ticket that is or was a complaint. Raises `NotFound`."""
    get_row(tx, reach, agent_id, ticket_id)
    one = read_complaints(tx, [ticket_id]).get(ticket_id)
    if one is None:
        raise NotFound("This ticket is no complaint.")
    settings = read_settings(tx)
    unapproved = needs_approval(one.cost, one.approved, settings)
    return Shown(one, len(settings.rungs), settings.currency, unapproved, recurs(one, settings))


def list_register(
    tx: ReadTx, reach: Reach, wanted: Wanted, after: Place | None = None, most: int = 50
) -> tuple[list[Registered], Place | None]:
    """The register, the latest first, with those that turned out to be none. The place is None at the end."""
    settings, limited = read_settings(tx), reach.inbox_ids is not None
    before = after or Place(wanted.until, LOWEST_ID)
    bound: dict[str, Any] = {
        "since": wanted.since,
        "before_at": before.at,
        "before_id": before.id,
        "most": most + 1,
        "severity": wanted.severity,
        "reach": reach.inbox_ids or (),
    }
    rows = tx.all(store.pages[wanted.severity is not None, limited], **bound)
    found = [_registered(row, settings) for row in rows[:most]]
    last = found[-1].complaint if len(rows) > most else None
    return found, Place(last.began_at, last.ticket_id) if last else None


def _registered(row: Sequence[Any], settings: ComplaintSettings) -> Registered:
    count = len(store.COLUMNS)
    one = read_complaint(tuple(row[:count]))
    title, status, owner, attributes = row[count:]
    return Registered(one, title, status, owner, read_attributes(attributes).get(REMEDY), recurs(one, settings))


def read_report(tx: ReadTx, reach: Reach, month: str) -> Report:
    """A month as 2026-11, in the workspace's time zone, beside the one before. Raises `Invalid`."""
    time_zone, settings = settings_of(tx).time_zone, read_settings(tx)
    since, until = span_of(month, time_zone)
    before = span_of(month_before(month), time_zone)
    return make_report(month, _reported(tx, reach, since, until), _reported(tx, reach, *before), settings, tx.now)


def _reported(tx: ReadTx, reach: Reach, since: int, until: int) -> list[Reported]:
    limited = reach.inbox_ids is not None
    bound = {"since": since, "until": until, "reach": reach.inbox_ids or ()}
    return [Reported(*row) for row in tx.all(store.reported[limited], **bound)]
