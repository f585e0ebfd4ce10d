"""The REST route by which a language model is asked to write about a ticket."""

from litestar import post
from msgspec import Struct

from lyhord.kit.clock import MINUTE
from lyhord.kit.database import Database, Tx
from lyhord.kit.http import Principal, requires
from lyhord.kit.rates import Rate
from lyhord.kit.words import nearest_locale
from lyhord.tickets.views import get_row
from lyhord.tickets.wordings.actions import ask_for_wording
from lyhord.tickets.wordings.model import Order, TicketUse
from lyhord.workspaces.doors import Office
from lyhord.workspaces.reach import Reach

WRITE = Rate("wording", 60, MINUTE)


class NewWording(Struct, forbid_unknown_fields=True):
    """What is to be written about a ticket: its summary (`summaries`), or how it was solved (`cases`)."""

    use: TicketUse


@post(
    "/api/v1/tickets/{ticket_id:str}/wording",
    guards=[requires("conversations.read")],
    status_code=202,
    tags=["tickets"],
    summary="Have the language model write about a ticket",
)
async def ask_to_write(
    ticket_id: str, data: NewWording, database: Database, principal: Principal, office: Office
) -> None:
    """In the caller's language, of what they may read. `ticket.worded` tells when it is there, in the summary or the similar case.

    404 where no language model is there for it.
    """
    office.limiter.take(WRITE, principal.subject)

    def write(tx: Tx) -> None:
        ticket = get_row(tx, Reach(principal.inbox_ids), principal.agent_id, ticket_id)
        ask_for_wording(tx, order_of(principal, data.use, ticket_id), ticket)

    await database.write(principal.workspace_id, write, actor=principal.subject)


def order_of(principal: Principal, use: TicketUse, ticket_id: str) -> Order:
    """What the caller may have written about a ticket."""
    inbox_ids = None if principal.inbox_ids is None else tuple(sorted(principal.inbox_ids))
    return Order(use, ticket_id, nearest_locale([principal.locale]), inbox_ids)


routes = [ask_to_write]
