"""The REST routes of hints and looks."""

from typing import Any

from litestar import get, post, put

from lyhord.hearing.findings.model import COMPLAINT
from lyhord.hearing.reasons.actions import take_version
from lyhord.hearing.reasons.routes import Chosen, KindModel, read_model
from lyhord.kit.database import Database, ReadTx, Tx
from lyhord.kit.http import Principal, requires
from lyhord.kit.problems import Forbidden
from lyhord.tickets.hints import actions
from lyhord.tickets.hints.model import Answer, LookedAt, Looks, MoodSaid, TicketFelt
from lyhord.tickets.hints.views import read_felt, read_looks
from lyhord.tickets.views import get_row
from lyhord.workspaces.reach import Reach

FELT = "/api/v1/tickets/{ticket_id:str}/felt"
LOOKS = "/api/v1/complaints/looks"
MODEL = "/api/v1/complaints/model"
_WORK: dict[str, Any] = {"guards": [requires("tickets.work")], "tags": ["tickets"]}
_READ: dict[str, Any] = {"guards": [requires("complaints.read")], "tags": ["complaints"]}


@get(FELT, guards=[requires("conversations.read")], tags=["tickets"], summary="How a ticket's customer feels")
async def get_felt(ticket_id: str, database: Database, principal: Principal) -> TicketFelt:
    """Moods, threats, urgency, thanks and complaints in the latest messages of its conversation, and whether it may be a complaint."""
    return await database.read(principal.workspace_id, _read, principal, ticket_id)


@put(f"{FELT}/complaint", **_WORK, summary="Say whether a ticket is a complaint")
async def answer_hint(ticket_id: str, data: Answer, database: Database, principal: Principal) -> TicketFelt:
    """Yes makes it one; no stays, whatever is heard later."""
    agent_id = _agent(principal)

    def write(tx: Tx) -> None:
        get_row(tx, Reach(principal.inbox_ids), agent_id, ticket_id)
        actions.answer_hint(tx, ticket_id, is_complaint=data.is_complaint, agent_id=agent_id)

    await database.write(principal.workspace_id, write, actor=principal.subject)
    return await database.read(principal.workspace_id, _read, principal, ticket_id)


@put(f"{FELT}/mood", **_WORK, summary="Say how the writer of a message feels")
async def say_mood(ticket_id: str, data: MoodSaid, database: Database, principal: Principal) -> TicketFelt:
    """What an agent says stays; null takes it back."""
    agent_id, reach = _agent(principal), Reach(principal.inbox_ids)

    def write(tx: Tx) -> None:
        get_row(tx, reach, agent_id, ticket_id)
        actions.say_mood(tx, reach, ticket_id, data.message_id, data.mood, agent_id)

    await database.write(principal.workspace_id, write, actor=principal.subject)
    return await database.read(principal.workspace_id, _read, principal, ticket_id)


@get(LOOKS, **_READ, summary="Messages that may be complaints which were missed")
async def get_looks(database: Database, principal: Principal) -> Looks:
    """Twenty a week by lot, of those that weren't heard as complaints, and how many of those looked at were."""
    return await database.read(principal.workspace_id, read_looks, Reach(principal.inbox_ids))


@put(f"{LOOKS}/{{message_id:str}}", **_READ, summary="Say whether a message is a complaint after all")
async def look_at(message_id: str, data: LookedAt, database: Database, principal: Principal) -> Looks:
    """A missed one makes its ticket a complaint, unless that is resolved."""
    agent_id, reach = _agent(principal), Reach(principal.inbox_ids)

    def write(tx: Tx) -> None:
        actions.look_at(tx, reach, message_id, missed=data.missed, agent_id=agent_id)

    await database.write(principal.workspace_id, write, actor=principal.subject)
    return await database.read(principal.workspace_id, read_looks, reach)


@get(MODEL, **_READ, summary="What tells complaints")
async def get_complaint_model(database: Database, principal: Principal) -> KindModel:
    """Its versions, which learned from answers, with how each was measured on conversations that were kept from it."""
    return await database.read(principal.workspace_id, read_model, COMPLAINT)


@post(
    f"{MODEL}/current",
    status_code=200,
    guards=[requires("workspace.manage")],
    tags=["complaints"],
    summary="Go back to another version of what tells complaints",
)
async def take_complaint_version(data: Chosen, database: Database, principal: Principal) -> KindModel:
    """It tells from now on, until a later one has learned and isn't worse. 0 is the one that came with the product."""
    await database.write(principal.workspace_id, take_version, data.version, COMPLAINT, actor=principal.subject)
    return await database.read(principal.workspace_id, read_model, COMPLAINT)


def _read(tx: ReadTx, principal: Principal, ticket_id: str) -> TicketFelt:
    reach = Reach(principal.inbox_ids)
    return read_felt(tx, reach, get_row(tx, reach, principal.agent_id, ticket_id))


def _agent(principal: Principal) -> str:
    if principal.agent_id is None:
        raise Forbidden("Only an agent says so: we are measured by it.", key="problem.agents_only")
    return principal.agent_id


routes = [get_felt, answer_hint, say_mood, get_looks, look_at, get_complaint_model, take_complaint_version]
