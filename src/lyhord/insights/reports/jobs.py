"""The job that draws a report for one agent and sends it."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from urllib.parse import quote

from msgspec import Struct

from lyhord.insights.pictures.asking import Pictures
from lyhord.insights.pictures.model import Chart
from lyhord.insights.reports.actions import READ, Order, find_report, note_outcome
from lyhord.insights.reports.leaving import Leaving, seal_leaving
from lyhord.insights.reports.model import Report
from lyhord.insights.reports.naming import Names, read_names
from lyhord.insights.reports.printing import print_report
from lyhord.insights.reports.wording import Picture, is_blank, letter_of, period_of, picture_of, sheet_of
from lyhord.kit.database import ReadTx
from lyhord.kit.jobs import Context, Handler
from lyhord.kit.leases import GiveUp, Job, Patience
from lyhord.kit.secrets import Sealer
from lyhord.kit.words import say
from lyhord.workspaces.actions.workspace import get_workspace
from lyhord.workspaces.letters import File
from lyhord.workspaces.reach import Reach
from lyhord.workspaces.views import get_agent, list_reaches, list_who_may

PATIENCE = Patience(attempts=6, seconds=300)
Send = Callable[[str, str, str, Sequence[File], str], Awaitable[None]]
"""Sends (address, subject, text, files, the address that ends them) or raises. None of a server: no mail leaves this installation."""


class _Ready(Struct, frozen=True):
    """A report with whoever gets it."""

    report: Report
    to: str
    locale: str
    reach: Reach
    workspace: str
    names: Names


def make_send(pictures: Pictures, send: Send | None, sealer: Sealer, address: str) -> Handler:
    """The handler of the job; `address` is the installation's own, and `sealer` makes those by which a report ends."""

    async def handle(context: Context, job: Job) -> None:
        order = job.read(Order)
        database, workspace_id = context.database, context.workspace_id
        ready = await database.read(workspace_id, _prepare, order)
        if ready is None:
            return
        try:
            questions = ready.report.words.questions()
            charts = [await pictures.draw(workspace_id, ready.reach, one) for one in questions]
            leaving = seal_leaving(sealer, Leaving(workspace_id, order.report_id, order.agent_id))
            await _deliver(send, ready, charts, address, address + leaving)
        except Exception as error:
            await database.write(workspace_id, note_outcome, order.report_id, str(error) or type(error).__name__)
            raise
        await database.write(workspace_id, note_outcome, order.report_id, None)

    return handle


async def _deliver(send: Send | None, ready: _Ready, charts: Sequence[Chart], address: str, leaving: str) -> None:
    if send is None:
        raise GiveUp("mailed.no_server")
    await send(ready.to, *await asyncio.to_thread(_write, ready, charts, address), leaving)


def _prepare(tx: ReadTx, order: Order) -> _Ready | None:
    """None where it was removed or paused meanwhile, or the agent may not see it any more."""
    report, reach = find_report(tx, order.report_id), list_reaches(tx).get(order.agent_id)
    if report is None or reach is None or order.agent_id not in list_who_may(tx, READ):
        return None
    if not order.now and (not report.words.on or order.agent_id not in report.words.agent_ids):
        return None
    agent = get_agent(tx, order.agent_id)
    return _Ready(report, agent.email, agent.locale, reach, get_workspace(tx).name, read_names(tx))


def _write(ready: _Ready, charts: Sequence[Chart], address: str) -> tuple[str, str, list[File]]:
    """Subject, text and files: the PDF, then a sheet for each chart."""
    locale, report = ready.locale, ready.report
    pictures = [picture_of(locale, one, ready.names) for one in charts if not is_blank(one)]
    subject, text = letter_of(locale, report, pictures, ready.workspace, address + _path(report))
    under = f"{ready.workspace} · {period_of(locale, charts[0])}"
    printed = print_report(report.words.name, under, pictures, locale)
    files = [File(f"{report.words.name}.pdf", "application/pdf", printed)]
    files += [_sheet(locale, number, one) for number, one in enumerate(pictures, 1)]
    return subject, text, files


def _sheet(locale: str, number: int, one: Picture) -> File:
    content = sheet_of(one, say(locale, f"picture.by.{one.chart.by}"))
    return File(f"{number:02} {one.title.replace('/', '-')}.csv", "text/csv", content.encode())


def _path(report: Report) -> str:
    only = "".join(f"&only={quote(one, safe='')}" for one in report.words.only)
    return f"/app/pictures/{report.words.board}?days={report.words.days}{only}"
