"""The REST route of similar cases."""

from litestar import get

from lyhord.kit.database import Database, ReadTx
from lyhord.kit.http import Principal, requires
from lyhord.tickets.similar.model import SimilarCase
from lyhord.tickets.similar.views import read_similar, with_written
from lyhord.tickets.views import get_row
from lyhord.tickets.wordings.routes import order_of
from lyhord.workspaces.reach import Reach


@get(
    "/api/v1/tickets/{ticket_id:str}/similar",
    guards=[requires("conversations.read")],
    tags=["tickets"],
    summary="Solved tickets whose customers wrote alike",
)
async def list_similar(ticket_id: str, database: Database, principal: Principal) -> list[SimilarCase]:
    """At most five within reach, the most like first, each with the answer that solved it."""
    return await database.read(principal.workspace_id, _read, principal, ticket_id)


def _read(tx: ReadTx, principal: Principal, ticket_id: str) -> list[SimilarCase]:
    reach = Reach(principal.inbox_ids)
    ticket = get_row(tx, reach, principal.agent_id, ticket_id)
    cases = read_similar(tx, reach, principal.agent_id, ticket)
    return with_written(tx, cases, [order_of(principal, "cases", one.ticket_id) for one in cases])


routes = [list_similar]
