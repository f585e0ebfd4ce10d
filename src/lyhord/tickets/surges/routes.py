"""The REST routes of surges. Everybody who reads conversations sees them; whoever has the power `surges.lead` leads them."""

from typing import Annotated, Any

from litestar import delete, get, post, put
from msgspec import Meta, Struct

from lyhord.conversations.outgoing import Channels
from lyhord.kit.database import Database, ReadTx, Tx
from lyhord.kit.http import Cursor, IdempotencyKey, Limit, Page, Principal, decode_cursor, encode_cursor, once, requires
from lyhord.kit.ids import HIGHEST_ID
from lyhord.kit.problems import NotFound
from lyhord.tickets.surges import actions, calling, saying, views
from lyhord.tickets.surges.likeness import Near, suggest
from lyhord.tickets.surges.measuring import Measures, measure
from lyhord.tickets.surges.model import Answer, Id, SurgeWords, checked, checked_answer
from lyhord.tickets.surges.planning import Foreseen, Speaker, foresee, mean
from lyhord.tickets.surges.reading import get_running, get_surge, get_text
from lyhord.tickets.surges.views import Looked, MemberRow, Spoken, SurgeRow, SurgeView
from lyhord.tickets.views import find_row, get_row
from lyhord.workspaces.reach import Reach

_LEAD: dict[str, Any] = {"guards": [requires("surges.lead")]}
_READ: dict[str, Any] = {"guards": [requires("conversations.read")]}
_WORK: dict[str, Any] = {"guards": [requires("tickets.work")]}
Ids = Annotated[tuple[Id, ...], Meta(max_length=200)]


class Whom(Struct, frozen=True, forbid_unknown_fields=True):
    """Who is called in: agents, and those of teams."""

    agent_ids: Ids = ()
    team_ids: Ids = ()


class Coming(Struct, frozen=True, forbid_unknown_fields=True):
    """Whether whoever was called in comes."""

    comes: bool


class Going(Struct, frozen=True, forbid_unknown_fields=True):
    """Whether something is said on to members; false stops it."""

    on: bool


@get("/api/v1/surges", **_READ, summary="Surges")
async def list_surges(
    database: Database, principal: Principal, cursor: Cursor = None, limit: Limit = 50
) -> Page[SurgeRow]:
    """Those that last and those that are over, the latest first."""
    [before] = decode_cursor(cursor, tuple[str]) if cursor else (HIGHEST_ID,)

    def view(tx: ReadTx) -> list[SurgeRow]:
        return views.list_surges(tx, principal.agent_id, before=before, most=limit + 1)

    rows = await database.read(principal.workspace_id, view)
    more = len(rows) > limit
    return Page(rows[:limit], encode_cursor(rows[limit - 1].surge.id) if more else None)


@get("/api/v1/surges/lasting", **_READ, summary="Surges that last")
async def list_lasting(database: Database, principal: Principal) -> list[SurgeRow]:
    """With what the caller was asked, the first begun first."""
    return await database.read(principal.workspace_id, views.list_lasting, principal.agent_id)


@post("/api/v1/surges", **_LEAD, summary="Begin a surge")
async def begin(data: SurgeWords, database: Database, principal: Principal, key: IdempotencyKey = None) -> SurgeView:
    """Its public update stands on all doors at once; who wrote about it and waits joins within a moment."""
    surge_id = await database.write(
        principal.workspace_id, once(actions.begin_surge, key, str), data, actor=principal.subject
    )
    return await _show(database, principal, surge_id)


@post("/api/v1/surges/look", **_LEAD, status_code=200, summary="Who waits about something")
async def look(data: SurgeWords, database: Database, principal: Principal) -> Looked:
    """How many there are now, and the latest few, before or while it is begun. Nothing is changed."""
    reach = Reach(principal.inbox_ids)
    return await database.read(principal.workspace_id, views.look, reach, checked(data))


@get("/api/v1/surges/{surge_id:str}", **_READ, summary="A surge")
async def show(surge_id: str, database: Database, principal: Principal) -> SurgeView:
    """What it is, all that it said and how far that is, and who was called in."""
    return await _show(database, principal, surge_id)


@put("/api/v1/surges/{surge_id:str}", **_LEAD, summary="Change a surge")
async def change(surge_id: str, data: SurgeWords, database: Database, principal: Principal) -> SurgeView:
    """Replaces the whole of it. Other words of the public update are its next version."""
    await database.write(principal.workspace_id, actions.change_surge, surge_id, data, actor=principal.subject)
    return await _show(database, principal, surge_id)


@post("/api/v1/surges/{surge_id:str}/end", **_LEAD, status_code=200, summary="End a surge")
async def end(surge_id: str, database: Database, principal: Principal) -> SurgeView:
    """What rested wakes, who came goes, and what is unresolved goes back to its usual queues."""
    await database.write(principal.workspace_id, actions.end_surge, surge_id, actor=principal.subject)
    return await _show(database, principal, surge_id)


@get("/api/v1/surges/{surge_id:str}/members", **_READ, summary="Members of a surge")
async def list_members(
    surge_id: str, database: Database, principal: Principal, cursor: Cursor = None, limit: Limit = 50
) -> Page[MemberRow]:
    """Who came last first, with what became of all that was said to them."""
    [before] = decode_cursor(cursor, tuple[str]) if cursor else (HIGHEST_ID,)

    def view(tx: ReadTx) -> tuple[list[MemberRow], str | None]:
        get_surge(tx, surge_id)
        reach = Reach(principal.inbox_ids)
        return views.list_members(tx, reach, principal.agent_id, surge_id, before=before, most=limit)

    rows, place = await database.read(principal.workspace_id, view)
    return Page(rows, encode_cursor(place) if place else None)


@get("/api/v1/surges/{surge_id:str}/suggestions", **_READ, summary="What may belong to a surge")
async def list_suggestions(surge_id: str, database: Database, principal: Principal) -> list[Near]:
    """Customers who wait and whose words resemble those of its members; they join when somebody adds them."""

    def view(tx: ReadTx) -> list[Near]:
        return suggest(tx, Reach(principal.inbox_ids), principal.agent_id, get_running(tx, surge_id))

    return await database.read(principal.workspace_id, view)


@put("/api/v1/surges/{surge_id:str}/members/{ticket_id:str}", **_WORK, summary="Add to a surge")
async def add_member(surge_id: str, ticket_id: str, database: Database, principal: Principal) -> None:
    """The conversation of the ticket; it leaves another surge that it is in."""
    await _reach(database, principal, ticket_id)
    await database.write(principal.workspace_id, actions.add_member, surge_id, ticket_id, actor=principal.subject)


@delete("/api/v1/surges/{surge_id:str}/members/{ticket_id:str}", **_WORK, summary="Take out of a surge")
async def take_out(surge_id: str, ticket_id: str, database: Database, principal: Principal) -> None:
    """The conversation of the ticket. It doesn't join again by itself."""
    await _reach(database, principal, ticket_id)
    await database.write(principal.workspace_id, actions.take_member_out, surge_id, ticket_id, actor=principal.subject)


@post("/api/v1/surges/{surge_id:str}/answers", **_LEAD, summary="Answer all members at once")
async def answer_all(
    surge_id: str, data: Answer, database: Database, principal: Principal, key: IdempotencyKey = None
) -> Spoken:
    """It leaves at the pace of the channels; what becomes of it stands with each member."""
    text_id = await database.write(
        principal.workspace_id, once(saying.answer_all, key, str), surge_id, data, actor=principal.subject
    )
    return await _spoken(database, principal, text_id)


@post("/api/v1/surges/{surge_id:str}/answers/preview", **_LEAD, status_code=200, summary="How an answer would leave")
async def preview(
    surge_id: str, data: Answer, database: Database, principal: Principal, channels: Channels
) -> list[Foreseen]:
    """To a few members, with their own parts, or the rule that refuses."""
    answer, who = checked_answer(data), Speaker(principal.workspace_id, principal.subject)

    def view(tx: ReadTx) -> list[tuple[Any, str]]:
        get_running(tx, surge_id)
        reach, found = Reach(principal.inbox_ids), []
        for talk, ticket_id in views.first_members(tx, surge_id):
            row = find_row(tx, reach, principal.agent_id, ticket_id)
            if row is not None:
                found.append((mean(tx, answer.texts, who, talk, ticket_id), row.title))
        return found

    found = await database.read(principal.workspace_id, view)
    return [await foresee(database, channels, who, meant, title) for meant, title in found]


@put("/api/v1/surges/{surge_id:str}/texts/{text_id:str}", **_LEAD, summary="Tell all members, or stop")
async def tell(surge_id: str, text_id: str, data: Going, database: Database, principal: Principal) -> Spoken:
    """A version of the public update to every member who hasn't heard it; or stop what is being said, or go on with it."""
    await _text(database, principal, surge_id, text_id)
    action = saying.tell_all if data.on else saying.stop_saying
    await database.write(principal.workspace_id, action, surge_id, text_id, actor=principal.subject)
    return await _spoken(database, principal, text_id)


@post("/api/v1/surges/{surge_id:str}/calls", **_LEAD, status_code=200, summary="Call people in")
async def call_in(surge_id: str, data: Whom, database: Database, principal: Principal) -> SurgeView:
    """They are told at once. Whoever comes gets tickets of the surge until it is over."""

    def action(tx: Tx) -> None:
        calling.call_in(tx, get_running(tx, surge_id), data.agent_ids, data.team_ids)

    await database.write(principal.workspace_id, action, actor=principal.subject)
    return await _show(database, principal, surge_id)


@post("/api/v1/surges/{surge_id:str}/calls/answer", **_READ, status_code=200, summary="Come, or don't")
async def answer_call(surge_id: str, data: Coming, database: Database, principal: Principal) -> SurgeView:
    """For whoever was called in; who came may go again."""

    def action(tx: Tx) -> None:
        calling.answer_call(tx, get_running(tx, surge_id), principal.agent_id or "", comes=data.comes)

    await database.write(principal.workspace_id, action, actor=principal.subject)
    return await _show(database, principal, surge_id)


@get("/api/v1/surges/{surge_id:str}/measures", **_LEAD, summary="A surge in numbers")
async def show_measures(surge_id: str, database: Database, principal: Principal) -> Measures:
    """Who came when, how long they waited, what the answer to all did, and what it spared."""

    def view(tx: ReadTx) -> Measures:
        return measure(tx, get_surge(tx, surge_id))

    return await database.read(principal.workspace_id, view)


async def _show(database: Database, principal: Principal, surge_id: str) -> SurgeView:
    return await database.read(principal.workspace_id, views.show_surge, surge_id)


async def _spoken(database: Database, principal: Principal, text_id: str) -> Spoken:
    return await database.read(principal.workspace_id, lambda tx: views.show_text(tx, get_text(tx, text_id)))


async def _text(database: Database, principal: Principal, surge_id: str, text_id: str) -> None:
    text = await database.read(principal.workspace_id, get_text, text_id)
    if text.surge_id != surge_id:
        raise NotFound("There is no such text.")


async def _reach(database: Database, principal: Principal, ticket_id: str) -> None:
    reach = Reach(principal.inbox_ids)
    await database.read(principal.workspace_id, get_row, reach, principal.agent_id, ticket_id)


routes: list[Any] = [
    list_surges,
    list_lasting,
    begin,
    look,
    show,
    change,
    end,
    list_members,
    list_suggestions,
    add_member,
    take_out,
    answer_all,
    preview,
    tell,
    call_in,
    answer_call,
    show_measures,
]
