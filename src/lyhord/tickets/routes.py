"""The REST routes of tickets: the inbox lists, and what agents do with a ticket."""

from typing import Annotated

from litestar import delete, get, patch, post
from litestar.params import QueryParameter
from msgspec import UNSET, Meta, Struct, UnsetType, structs

from lyhord.contacts.actions.organizations import get_organization
from lyhord.contacts.listing import Asker, Timelines
from lyhord.conversations.timeline import timeline_ids
from lyhord.conversations.views import get_visible
from lyhord.kit.database import Database, ReadTx, Tx
from lyhord.kit.http import Cursor, Limit, Page, Principal, decode_cursor, encode_cursor, requires
from lyhord.kit.ids import is_id
from lyhord.kit.problems import NotFound
from lyhord.tickets import export_routes, moving_routes, view_routes
from lyhord.tickets.about import TicketInTalk, in_talk
from lyhord.tickets.actions import change_tickets, get_ticket, mark_spam, tag_ticket
from lyhord.tickets.bulk import BulkChange, Chunk, Who, change_chunk, undo_chunk
from lyhord.tickets.candidates import Candidate, list_candidates
from lyhord.tickets.export_routes import ListName
from lyhord.tickets.filters import Filter, check_filter
from lyhord.tickets.model import Change, ChangedRow, Ticket, TicketRow
from lyhord.tickets.moving import MATTER_LENGTH, put_matter
from lyhord.tickets.moving_routes import read_row
from lyhord.tickets.views import (
    FIRST,
    Count,
    Place,
    TagUse,
    count_list,
    count_tags,
    count_tickets,
    current_of_conversations,
    find_tickets,
    list_tags,
    list_tickets,
    shown,
    tickets_of,
)
from lyhord.tickets.wallboard import Wallboard, show_wallboard
from lyhord.workspaces.reach import Reach
from lyhord.workspaces.views import list_team_ids

MOST_MEMBERS = 200
About = Annotated[
    str | None, QueryParameter(name="conversation_id", max_length=36, description="with the customer whom it is about")
]
Beginning = Annotated[str, QueryParameter(name="q", max_length=40, description="what a tag begins with")]
Ids = Annotated[list[Annotated[str, Meta(min_length=36, max_length=36)]], Meta(max_length=200)]


class TicketChange(Change, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to change of one ticket, its tags and its `matter` too (empty: its subject says it)."""

    add_tags: tuple[str, ...] = ()
    remove_tags: tuple[str, ...] = ()
    matter: Annotated[str, Meta(max_length=MATTER_LENGTH)] | UnsetType | None = UNSET


class Found(Struct):
    """Part of what was looked for, the cursor of the part that follows, and how much there is altogether."""

    items: list[TicketRow]
    next: str | None
    count: Count


class Wanted(Struct, forbid_unknown_fields=True):
    """What to look for: a filter, and where to go on."""

    filter: Filter
    cursor: str | None = None
    limit: Annotated[int, Meta(ge=1, le=200)] = 50


class Doubts(Struct, forbid_unknown_fields=True):
    """Conversations of which a screen doesn't know whether their tickets stand in a list."""

    list: Annotated[str, Meta(max_length=60)]
    conversation_ids: Ids


class BulkDone(Struct):
    """What one chunk did. `left` were left alone: they had changed since, stood in the list no more, lack the stage or an attribute that is
    needed to resolve them. `next`: the cursor to go on.
    """

    run_id: str
    since: int
    changed: int
    left: int
    next: str | None


@get("/api/v1/tickets", guards=[requires("conversations.read")], tags=["tickets"])
async def get_tickets(
    database: Database, principal: Principal, name: ListName = "mine", cursor: Cursor = None, limit: Limit = 50
) -> Page[TicketRow]:
    """An inbox list: who waits longest first, then the latest activity."""
    rows, place = await database.read(
        principal.workspace_id,
        list_tickets,
        Reach(principal.inbox_ids),
        principal.agent_id,
        name,
        after=_place(cursor),
        most=limit,
    )
    return Page(rows, encode_cursor(*place) if place else None)


@get("/api/v1/tickets/counts", guards=[requires("conversations.read")], tags=["tickets"])
async def get_counts(database: Database, principal: Principal) -> dict[str, int]:
    """How many tickets lie in each list."""

    def view(tx: ReadTx) -> dict[str, int]:
        teams = list_team_ids(tx, principal.agent_id) if principal.agent_id else []
        return count_tickets(tx, Reach(principal.inbox_ids), principal.agent_id, teams)

    return await database.read(principal.workspace_id, view)


@post("/api/v1/tickets/find", status_code=200, guards=[requires("conversations.read")], tags=["tickets"])
async def find_by_filter(database: Database, principal: Principal, data: Wanted) -> Found:
    """The tickets that a filter finds: who waits longest first, then the latest activity."""
    after, wanted = _place(data.cursor), check_filter(data.filter)
    reach, agent_id = Reach(principal.inbox_ids), principal.agent_id

    def view(tx: ReadTx) -> Found:
        rows, place = list_tickets(tx, reach, agent_id, wanted, after=after, most=data.limit)
        return Found(rows, encode_cursor(*place) if place else None, count_list(tx, reach, agent_id, wanted))

    return await database.read(principal.workspace_id, view)


@post("/api/v1/tickets/within", status_code=200, guards=[requires("conversations.read")], tags=["tickets"])
async def find_within(database: Database, principal: Principal, data: Doubts) -> list[TicketRow]:
    """Those tickets of the conversations that stand in the list; the others don't. For screens that follow the stream."""
    return await database.read(
        principal.workspace_id,
        find_tickets,
        Reach(principal.inbox_ids),
        principal.agent_id,
        data.list,
        data.conversation_ids,
    )


@post("/api/v1/tickets/bulk", status_code=200, guards=[requires("tickets.work")], tags=["tickets"])
async def change_many(database: Database, principal: Principal, data: BulkChange) -> BulkDone:
    """Change many tickets alike, a chunk a call, behind whatever agents and customers do at the moment. It can be undone for a day.

    With `note` the power to answer is needed, too.
    """
    if data.note:
        principal.check("conversations.reply")
    done = await database.write(
        principal.workspace_id,
        change_chunk,
        _who(principal),
        data,
        _place(data.cursor),
        actor=principal.subject,
        bulk=True,
    )
    return _told(done)


@post("/api/v1/tickets/bulk/{run_id:str}/undo", status_code=200, guards=[requires("tickets.work")], tags=["tickets"])
async def undo_many(database: Database, principal: Principal, run_id: str) -> BulkDone:
    """Put back what my bulk run changed, a chunk a call until `next` is null. What somebody changed since stays."""
    if not is_id(run_id):
        raise NotFound("There is no such run.")
    done = await database.write(
        principal.workspace_id, undo_chunk, _who(principal), run_id, actor=principal.subject, bulk=True
    )
    return _told(done)


@get(
    "/api/v1/wallboard", guards=[requires("wallboard.read")], tags=["tickets"], summary="Who waits, and who is on what"
)
async def get_wallboard(database: Database, principal: Principal) -> Wallboard:
    """As far as the caller reaches."""
    return await database.read(principal.workspace_id, show_wallboard, Reach(principal.inbox_ids))


@get("/api/v1/owners", guards=[requires("tickets.work")], tags=["tickets"], summary="Whom a ticket could be handed to")
async def get_owners(database: Database, principal: Principal, about: About = None) -> list[Candidate]:
    """Agents and teams with what each has open, as far as the caller reaches: who had the customer last first, then who has least."""
    return await database.read(principal.workspace_id, list_candidates, Reach(principal.inbox_ids), about)


@get("/api/v1/conversations/{conversation_id:str}/tickets", guards=[requires("conversations.read")], tags=["tickets"])
async def get_tickets_of_conversation(
    database: Database, principal: Principal, conversation_id: str
) -> list[TicketInTalk]:
    """All tickets of a timeline, the newest first, with what tells which messages are about each.

    A message is about the ticket that has it in `moved`, else about the one whose turn in the message's conversation began last.
    """

    def view(tx: ReadTx) -> list[TicketInTalk]:
        reach = Reach(principal.inbox_ids)
        conversation = get_visible(tx, reach, conversation_id)
        return in_talk(tx, tickets_of(tx, timeline_ids(tx, conversation), reach))

    return await database.read(principal.workspace_id, view)


@patch("/api/v1/tickets/{ticket_id:str}", guards=[requires("tickets.work")], tags=["tickets"])
async def change_ticket(database: Database, principal: Principal, ticket_id: str, data: TicketChange) -> ChangedRow:
    """Assign, snooze, resolve, reopen or tag a ticket, or say of which kind it is, how far it is, and what it is about.

    Attributes that its kind needs are named where it can't be resolved without them.
    """
    await read_row(database, principal, ticket_id)
    seq = await database.write(principal.workspace_id, _change, ticket_id, data, actor=principal.subject)
    row = await read_row(database, principal, ticket_id)
    return ChangedRow(**structs.asdict(row), seq=seq)


@get("/api/v1/tags", guards=[requires("conversations.read")], tags=["tickets"])
async def get_tags(
    database: Database, principal: Principal, q: Beginning = "", cursor: Cursor = None, limit: Limit = 50
) -> Page[str]:
    """The words that were put on tickets, in order."""
    after = decode_cursor(cursor, tuple[str])[0] if cursor else ""
    names, place = await database.read(principal.workspace_id, list_tags, q.strip().lower(), after=after, most=limit)
    return Page(names, encode_cursor(place) if place else None)


@get("/api/v1/tags/uses", guards=[requires("conversations.read")], tags=["tickets"])
async def get_tag_uses(database: Database, principal: Principal) -> list[TagUse]:
    """What the latest few thousand tickets were about: the most used tags first."""
    return await database.read(principal.workspace_id, count_tags, Reach(principal.inbox_ids))


@post("/api/v1/tickets/{ticket_id:str}/spam", status_code=200, guards=[requires("tickets.work")], tags=["tickets"])
async def mark_as_spam(database: Database, principal: Principal, ticket_id: str) -> TicketRow:
    """Resolve a ticket as spam and block the address that it came from."""
    return await _judge(database, principal, ticket_id, spam=True)


@delete("/api/v1/tickets/{ticket_id:str}/spam", status_code=200, guards=[requires("tickets.work")], tags=["tickets"])
async def mark_as_no_spam(database: Database, principal: Principal, ticket_id: str) -> TicketRow:
    """It was none: open the ticket and let the address in again."""
    return await _judge(database, principal, ticket_id, spam=False)


@get("/api/v1/organizations/{organization_id:str}/tickets", guards=[requires("conversations.read")], tags=["tickets"])
async def get_tickets_of_organization(
    database: Database, principal: Principal, timelines: Timelines, organization_id: str
) -> list[Ticket]:
    """The current ticket of each of the first 200 contacts of an organization, the latest activity first."""

    def view(tx: ReadTx) -> list[Ticket]:
        reach = Reach(principal.inbox_ids)
        get_organization(tx, organization_id)
        members = Asker(tx, reach, timelines).of_organization(organization_id, None, MOST_MEMBERS).items
        rows = current_of_conversations(tx, [one.conversation_id for one in members if one.conversation_id])
        return sorted((shown(row, reach) for row in rows), key=_latest, reverse=True)

    return await database.read(principal.workspace_id, view)


def _latest(row: Ticket) -> tuple[int, str]:
    return row.last_activity_at, row.id


async def _judge(database: Database, principal: Principal, ticket_id: str, *, spam: bool) -> TicketRow:
    await read_row(database, principal, ticket_id)
    await database.write(principal.workspace_id, mark_spam, ticket_id, spam, actor=principal.subject)
    return await read_row(database, principal, ticket_id)


def _place(cursor: str | None) -> Place:
    return decode_cursor(cursor, tuple[str, int, str]) if cursor else FIRST


def _who(principal: Principal) -> Who:
    return Who(principal.subject, principal.agent_id, Reach(principal.inbox_ids))


def _told(chunk: Chunk) -> BulkDone:
    place = encode_cursor(*chunk.place) if chunk.place else None
    return BulkDone(chunk.run_id, chunk.since, chunk.changed, chunk.left, place)


def _change(tx: Tx, ticket_id: str, change: TicketChange) -> int:
    change_tickets(tx, [get_ticket(tx, ticket_id)], change)
    tag_ticket(tx, ticket_id, add=change.add_tags, remove=change.remove_tags)
    if change.matter is not UNSET:
        put_matter(tx, ticket_id, change.matter)
    return tx.last_seq


routes = [
    get_tickets,
    get_counts,
    get_wallboard,
    get_owners,
    get_tag_uses,
    find_by_filter,
    find_within,
    change_many,
    undo_many,
    get_tickets_of_conversation,
    get_tickets_of_organization,
    change_ticket,
    mark_as_spam,
    mark_as_no_spam,
    get_tags,
    *moving_routes.routes,
    *view_routes.routes,
    *export_routes.routes,
]
