"""The REST route that takes tickets out."""

from collections.abc import AsyncIterator
from typing import Annotated

from litestar import get
from litestar.params import QueryParameter
from litestar.response import Stream

from lyhord.kit.database import Database, ReadTx, Tx
from lyhord.kit.http import Principal, requires
from lyhord.tickets import export
from lyhord.tickets.export import Told, read_names, read_page
from lyhord.tickets.model import TicketRow
from lyhord.tickets.views import FIRST, Place
from lyhord.workspaces.actions.audit import record
from lyhord.workspaces.reach import Reach

ListName = Annotated[
    str,
    QueryParameter(
        name="list",
        max_length=60,
        description="mine, unassigned, all, waiting, complaints, mentioned, watched, snoozed, resolved, team:<id>, agent:<id> or "
        "view:<id>",
    ),
]
Read = tuple[list[tuple[TicketRow, Told]], Place | None, int]


@get("/api/v1/tickets/export", guards=[requires("tickets.export")])
async def export_tickets(database: Database, principal: Principal, name: ListName = "all") -> Stream:
    """A list or saved view as CSV, as far as the caller reaches. Times are UTC. The audit says who took it."""
    reach = Reach(principal.inbox_ids)

    def view(tx: ReadTx, after: Place) -> Read:
        return *read_page(tx, reach, principal.agent_id, name, after), tx.now

    def note(tx: Tx) -> None:
        record(tx, "tickets.exported", "tickets", list=name)

    async def content() -> AsyncIterator[str]:
        yield export.header(names)
        rows, place, now = first
        while True:
            yield export.lines(rows, names, now)
            if place is None:
                return
            rows, place, now = await database.read(principal.workspace_id, view, place)

    first = await database.read(principal.workspace_id, view, FIRST)
    names = await database.read(principal.workspace_id, read_names, reach)
    await database.write(principal.workspace_id, note, actor=principal.subject)
    headers = {"content-disposition": 'attachment; filename="tickets.csv"'}
    return Stream(content(), media_type="text/csv", headers=headers)


routes = [export_tickets]
