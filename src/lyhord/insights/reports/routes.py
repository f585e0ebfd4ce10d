"""The routes of reports by mail."""

from contextlib import suppress
from typing import Annotated, Any

from litestar import Request, delete, get, post, put
from litestar.params import QueryParameter
from litestar.response import Redirect
from msgspec import Struct

from lyhord.insights.reports import actions
from lyhord.insights.reports.actions import READ
from lyhord.insights.reports.leaving import LONGEST_TOKEN, PLACE, read_leaving
from lyhord.insights.reports.model import Report, ReportWords
from lyhord.kit.clock import MINUTE
from lyhord.kit.database import Database, ReadTx
from lyhord.kit.http import IdempotencyKey, Principal, once, requires
from lyhord.kit.http.network import client_address
from lyhord.kit.problems import Forbidden, NotFound, Taken
from lyhord.kit.rates import Rate, caller_block
from lyhord.workspaces.doors import Office
from lyhord.workspaces.views import list_who_may

RATE = Rate("reports that end", 60, MINUTE)
Of = Annotated[str, QueryParameter(max_length=LONGEST_TOKEN, description="which report ends for whom, sealed")]


class Reports(Struct, frozen=True):
    """The reports, to whom one can be sent, and whether any mail leaves this installation."""

    reports: list[Report]
    agent_ids: list[str]
    mails: bool


_MAY: dict[str, Any] = {"guards": [requires(READ)]}


@get("/api/v1/insights/reports", **_MAY, summary="Which boards come by mail")
async def list_reports(database: Database, principal: Principal, office: Office) -> Reports:
    """All of the workspace's: when, to whom, and whether the last one could be sent."""
    return await database.read(principal.workspace_id, _show, office.mailroom.mails)


@post("/api/v1/insights/reports", **_MAY, summary="Send a board by mail")
async def create_report(
    data: ReportWords, database: Database, principal: Principal, office: Office, key: IdempotencyKey = None
) -> Reports:
    """To colleagues who may see the numbers, from the next hour on that fits. Each gets what they reach themselves."""
    _check_server(office)
    made = once(actions.create_report, key, str)
    await database.write(principal.workspace_id, made, data, principal.subject, actor=principal.subject)
    return await database.read(principal.workspace_id, _show, office.mailroom.mails)


@put("/api/v1/insights/reports/{report_id:str}", **_MAY, summary="Change a report, pause it, go on")
async def change_report(
    report_id: str, data: ReportWords, database: Database, principal: Principal, office: Office
) -> Reports:
    """Replaces all of it."""
    await database.write(principal.workspace_id, actions.change_report, report_id, data, actor=principal.subject)
    return await database.read(principal.workspace_id, _show, office.mailroom.mails)


@delete("/api/v1/insights/reports/{report_id:str}", **_MAY, summary="Send a report no more")
async def remove_report(report_id: str, database: Database, principal: Principal) -> None:
    """Mails that were sent stay where they are."""
    await database.write(principal.workspace_id, actions.remove_report, report_id, actor=principal.subject)


@post("/api/v1/insights/reports/{report_id:str}/leave", **_MAY, status_code=200, summary="Get a report no more")
async def leave_report(report_id: str, database: Database, principal: Principal, office: Office) -> Reports:
    """Of the caller alone: others get it still. What nobody gets any more is removed."""
    if principal.agent_id is None:
        raise Forbidden("A program has no mailbox: an agent can ask for this.")
    await database.write(
        principal.workspace_id, actions.leave_report, report_id, principal.agent_id, actor=principal.subject
    )
    return await database.read(principal.workspace_id, _show, office.mailroom.mails)


@post("/api/v1/insights/reports/{report_id:str}/send", **_MAY, status_code=202, summary="Send it to me now")
async def send_report(report_id: str, database: Database, principal: Principal, office: Office) -> None:
    """To the caller alone, paused or not. The list says if it couldn't be sent."""
    if principal.agent_id is None:
        raise Forbidden("A program has no mailbox: an agent can ask for this.")
    _check_server(office)
    await database.write(
        principal.workspace_id, actions.send_now, report_id, principal.agent_id, actor=principal.subject
    )


@get(PLACE, security=[], status_code=303, summary="Where one gets a report no more")
async def find_leaving(database: Database, office: Office, of: Of = "") -> Redirect:
    """For browsers, which may fetch it before anybody asked for that: leads to the page that ends it. No-one needs a session here."""
    leaving = read_leaving(office.sealer, of)
    report = await database.read(leaving.workspace_id, actions.find_report, leaving.report_id)
    board = report.words.board if report else ""
    return Redirect(f"/app/pictures/{board}?mails=1", status_code=303)


@post(PLACE, security=[], status_code=204, summary="Get a report no more, asked by a mail program")
async def leave_by_mail(request: Request[Any, Any, Any], database: Database, office: Office, of: Of = "") -> None:
    """One click in a mail program (RFC 8058): the report ends for whoever got the mail. To ask again changes nothing."""
    office.limiter.take(RATE, caller_block(client_address(request, office.network)))
    leaving = read_leaving(office.sealer, of)
    actor = f"agent:{leaving.agent_id}"
    with suppress(NotFound):
        await database.write(
            leaving.workspace_id, actions.leave_report, leaving.report_id, leaving.agent_id, actor=actor
        )


def _show(tx: ReadTx, mails: bool) -> Reports:
    return Reports(actions.list_reports(tx), list_who_may(tx, READ), mails)


def _check_server(office: Office) -> None:
    if not office.mailroom.mails:
        raise Taken(
            "This installation sends no mail: set smtp_host and smtp_from in its settings.",
            key="problem.no_system_mail",
        )


routes: list[Any] = [
    list_reports,
    create_report,
    change_report,
    remove_report,
    leave_report,
    send_report,
    find_leaving,
    leave_by_mail,
]
