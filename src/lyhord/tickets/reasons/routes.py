"""The REST routes of the reasons of tickets."""

from litestar import get, put

from lyhord.kit.database import Database, ReadTx, Tx
from lyhord.kit.http import Principal, requires
from lyhord.kit.problems import Forbidden
from lyhord.tickets.reasons import actions, views
from lyhord.tickets.reasons.model import ReasonsSaid, TicketReasons
from lyhord.tickets.views import get_row
from lyhord.workspaces.reach import Reach

PATH = "/api/v1/tickets/{ticket_id:str}/reasons"


@get(PATH, guards=[requires("conversations.read")], tags=["tickets"], summary="Why a ticket is there")
async def get_reasons(ticket_id: str, database: Database, principal: Principal) -> TicketReasons:
    """Its reasons with what spoke for each, the three that fit best, and messages of others of which somebody said the same."""
    return await database.read(principal.workspace_id, _read, principal, ticket_id)


@put(PATH, guards=[requires("tickets.work")], tags=["tickets"], summary="Say why a ticket is there")
async def say_reasons(ticket_id: str, data: ReasonsSaid, database: Database, principal: Principal) -> TicketReasons:
    """What an agent says stays, whatever a model thinks later, and the model learns from it. Null takes it back."""
    agent_id = principal.agent_id
    if agent_id is None:
        raise Forbidden("Only an agent says so: a model learns from it.", key="problem.agents_only")

    def write(tx: Tx) -> None:
        get_row(tx, Reach(principal.inbox_ids), agent_id, ticket_id)
        actions.say_reasons(tx, ticket_id, data.reason_ids, agent_id)

    await database.write(principal.workspace_id, write, actor=principal.subject)
    return await database.read(principal.workspace_id, _read, principal, ticket_id)


def _read(tx: ReadTx, principal: Principal, ticket_id: str) -> TicketReasons:
    reach = Reach(principal.inbox_ids)
    get_row(tx, reach, principal.agent_id, ticket_id)
    return views.read_reasons(tx, reach, ticket_id)


routes = [get_reasons, say_reasons]
