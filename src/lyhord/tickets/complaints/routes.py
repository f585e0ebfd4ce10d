"""The REST routes of complaints."""

from collections.abc import AsyncIterator
from typing import Annotated, Any

from litestar import get, post, put
from litestar.params import QueryParameter
from litestar.response import Stream

from lyhord.kit.database import Database, ReadTx, Tx
from lyhord.kit.http import Cursor, IdempotencyKey, Limit, Page, Principal, decode_cursor, encode_cursor, once, requires
from lyhord.tickets.complaints import export
from lyhord.tickets.complaints.actions import change_settings, raise_complaint
from lyhord.tickets.complaints.model import ComplaintSettings
from lyhord.tickets.complaints.reading import read_settings
from lyhord.tickets.complaints.report import Report, month_of
from lyhord.tickets.complaints.views import Place, Registered, Shown, Wanted, list_register, read_report, show_complaint
from lyhord.tickets.model import FAR
from lyhord.workspaces.actions.audit import record
from lyhord.workspaces.reach import Reach
from lyhord.workspaces.views import settings_of

_READ: dict[str, Any] = {"guards": [requires("complaints.read")], "tags": ["complaints"]}
Since = Annotated[int, QueryParameter(ge=0, description="Unix milliseconds: what began then or later")]
Until = Annotated[int, QueryParameter(ge=0, description="Unix milliseconds: what began before")]
Severity = Annotated[str | None, QueryParameter(max_length=40, description="one severity alone")]
Month = Annotated[str | None, QueryParameter(pattern=r"^\d{4}-\d{2}$", description="as 2026-11; left out, this month")]


@get("/api/v1/complaints", **_READ, summary="The register of complaints")
async def get_register(
    database: Database,
    principal: Principal,
    since: Since = 0,
    until: Until = FAR,
    severity: Severity = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[Registered]:
    """The latest first, as far as the caller reaches; what turned out to be no complaint stands there, too (`left_at`)."""
    wanted, after = Wanted(since, until, severity), Place(*decode_cursor(cursor, tuple[int, str])) if cursor else None
    rows, place = await database.read(
        principal.workspace_id, list_register, Reach(principal.inbox_ids), wanted, after, limit
    )
    return Page(rows, encode_cursor(*place) if place else None)


@get("/api/v1/complaints/export", **_READ, summary="The register as a file")
async def export_register(
    database: Database, principal: Principal, since: Since = 0, until: Until = FAR, severity: Severity = None
) -> Stream:
    """CSV, times in UTC. The audit says who took it."""
    reach, wanted = Reach(principal.inbox_ids), Wanted(since, until, severity)

    def note(tx: Tx) -> None:
        record(tx, "complaints.exported", "complaints", since=since, until=until, severity=severity)

    async def content() -> AsyncIterator[str]:
        yield export.header()
        rows, place = first
        while True:
            yield export.lines(rows, names)
            if place is None:
                return
            rows, place = await database.read(principal.workspace_id, list_register, reach, wanted, place, export.STEP)

    names = await database.read(principal.workspace_id, export.read_names)
    first = await database.read(principal.workspace_id, list_register, reach, wanted, None, export.STEP)
    await database.write(principal.workspace_id, note, actor=principal.subject)
    headers = {"content-disposition": 'attachment; filename="complaints.csv"'}
    return Stream(content(), media_type="text/csv", headers=headers)


@get("/api/v1/complaints/report", **_READ, summary="A month of complaints")
async def get_report(database: Database, principal: Principal, month: Month = None) -> Report:
    """Beside the month before. Times are of the wall's clock: what the customers waited."""

    def view(tx: ReadTx) -> Report:
        wanted = month or month_of(tx.now, settings_of(tx).time_zone)
        return read_report(tx, Reach(principal.inbox_ids), wanted)

    return await database.read(principal.workspace_id, view)


@get("/api/v1/complaints/settings", guards=[requires("conversations.read", "complaints.read")], tags=["complaints"])
async def get_settings(database: Database, principal: Principal) -> ComplaintSettings:
    """How the workspace treats complaints."""
    return await database.read(principal.workspace_id, read_settings)


@put("/api/v1/complaints/settings", guards=[requires("workspace.manage")], tags=["complaints"])
async def put_settings(database: Database, principal: Principal, data: ComplaintSettings) -> ComplaintSettings:
    """Replace all of it."""
    return await database.write(principal.workspace_id, change_settings, data, actor=principal.subject)


@get("/api/v1/tickets/{ticket_id:str}/complaint", guards=[requires("conversations.read")], tags=["complaints"])
async def get_complaint(database: Database, principal: Principal, ticket_id: str) -> Shown:
    """Whose it is and why, on which step of the ladder, by when; whether the customer was told; what the remedy costs."""
    return await database.read(
        principal.workspace_id, show_complaint, Reach(principal.inbox_ids), principal.agent_id, ticket_id
    )


@post("/api/v1/tickets/{ticket_id:str}/complaint/raise", guards=[requires("tickets.work")], tags=["complaints"])
async def post_raise(database: Database, principal: Principal, ticket_id: str, key: IdempotencyKey = None) -> Shown:
    """One step up the ladder before its time is up: whoever has it now and whoever gets it are told."""
    reach = Reach(principal.inbox_ids)
    before = await database.read(principal.workspace_id, show_complaint, reach, principal.agent_id, ticket_id)

    def act(tx: Tx) -> str:
        raise_complaint(tx, before.complaint.ticket_id)
        return ticket_id

    await database.write(principal.workspace_id, once(act, key, str), actor=principal.subject)
    return await database.read(principal.workspace_id, show_complaint, reach, principal.agent_id, ticket_id)


routes = [get_register, export_register, get_report, get_settings, put_settings, get_complaint, post_raise]
