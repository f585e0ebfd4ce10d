"""A report leaves when it is due, to those who may see it, within what they reach; failing is told."""

from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from msgspec.structs import replace

from lyhord.app.wiring import EVENTS
from lyhord.insights.reports import actions
from lyhord.insights.reports.jobs import PATIENCE, Send, make_send
from lyhord.insights.reports.leaving import PLACE, Leaving, read_leaving
from lyhord.insights.reports.model import Report, ReportWords, Told
from lyhord.kit.clock import DAY, HOUR, MINUTE
from lyhord.kit.database import Tx
from lyhord.kit.events import Catalogue
from lyhord.kit.jobs import JobRunner, Work
from lyhord.kit.problems import Invalid, NotFound
from lyhord.kit.secrets import Sealer
from lyhord.workspaces.actions.agents import AgentChange, add_agent, change_agent, get_agent, store_agent
from lyhord.workspaces.letters import File
from tests.conversations.conftest import desk
from tests.conversations.desk import Desk
from tests.insights.pictures.company import Company

__all__ = ["desk"]
Sent = tuple[str, str, str, Sequence[File], str]
SEALER = Sealer(b"k" * 32)


class Office:
    """A company with a lead and a director, and what left its server. The clock stands at nine on a Sunday, UTC."""

    def __init__(self, desk: Desk, root: Path) -> None:
        self.desk = desk
        self.company = Company(desk, root)
        self.sent: list[Sent] = []
        self.broken = ""

    async def open(self) -> "Office":
        await self.company.open()
        self.lead = await self.join("lead@firm.example", "lead", "en")
        self.director = await self.join("d@firm.example", "director", "zh-CN")
        self.jobs = self.runner(self.send)
        return self

    async def join(self, email: str, role: str, locale: str) -> str:
        agent = await self.desk.write(add_agent, email, email.split("@", 1)[0], role, locale)
        await self.desk.write(_joined, agent.id)
        return str(agent.id)

    def runner(self, send: Send | None) -> JobRunner:
        work = {actions.JOB: Work(make_send(self.company.pictures, send, SEALER, "https://firm.example"), PATIENCE)}
        return JobRunner(self.desk.database, Catalogue(EVENTS), work)

    async def send(self, to: str, subject: str, text: str, files: Sequence[File], leaving: str) -> None:
        if self.broken:
            raise ConnectionError(self.broken)
        self.sent.append((to, subject, text, files, leaving))

    def words(self, **more: Any) -> ReportWords:
        given: dict[str, Any] = {
            "name": "Morning",
            "board": "why",
            "charts": (Told("contacts", "kind"), Told("contacts", "day")),
            "every": "day",
            "agent_ids": (self.lead, self.director),
        }
        return ReportWords(**{**given, **more})

    async def add(self, **more: Any) -> str:
        return str(await self.desk.write(actions.create_report, self.words(**more), f"agent:{self.lead}"))

    async def report(self) -> Report:
        [found] = await self.desk.read(actions.list_reports)
        assert isinstance(found, Report)
        return found

    async def tick(self) -> int:
        """The timer, then the jobs."""
        found: int = await self.desk.write(actions.send_due)
        await self.jobs.catch_up()
        return found


def _joined(tx: Tx, agent_id: str) -> None:
    store_agent(tx, replace(get_agent(tx, agent_id), joined_at=tx.now))


@pytest.fixture
async def office(desk: Desk, tmp_path: Path) -> AsyncIterator[Office]:
    office = await Office(desk, tmp_path / "insights").open()
    yield office
    await office.company.close()


async def test_it_leaves_when_it_is_due_once_a_time_to_each_in_their_language(office: Office) -> None:
    await office.company.ask("ann")
    await office.company.follow()
    await office.add()
    assert await office.tick() == 0
    office.desk.clock.move(22 * HOUR)
    assert await office.tick() == 1
    assert await office.tick() == 0
    english, chinese = sorted(office.sent, key=lambda one: one[0], reverse=True)
    assert (english[0], english[1]) == ("lead@firm.example", "Morning · Firm")
    assert "Tickets · by kind" in english[2]
    assert "https://firm.example/app/pictures/why?days=28" in english[2]
    assert "工单" in chinese[2]
    pdf, *sheets = english[3]
    assert pdf.content.startswith(b"%PDF-")
    assert [one.type for one in english[3]] == ["application/pdf", "text/csv", "text/csv"]
    assert "Question,1,1,0,0" in sheets[0].content.decode()
    for (*_, address), agent_id in ((english, office.lead), (chinese, office.director)):
        parts = urlsplit(address)
        assert (parts.scheme, parts.netloc, parts.path) == ("https", "firm.example", PLACE)
        named = read_leaving(SEALER, parse_qs(parts.query)["of"][0])
        assert named == Leaving(office.desk.workspace_id, (await office.report()).id, agent_id)
    kept = await office.report()
    assert (kept.sent_at, kept.failed_at) == (office.desk.clock(), None)
    assert kept.next_at is not None
    assert 0 < kept.next_at - office.desk.clock() <= DAY


async def test_what_was_due_while_nothing_ran_leaves_once(office: Office) -> None:
    await office.add(agent_ids=(office.lead,))
    office.desk.clock.move(9 * DAY)
    await office.tick()
    await office.tick()
    assert len(office.sent) == 1


async def test_a_report_can_be_tried_at_once_by_who_reads_it(office: Office) -> None:
    report_id = await office.add(on=False)
    await office.desk.write(actions.send_now, report_id, office.director)
    await office.jobs.catch_up()
    assert [one[0] for one in office.sent] == ["d@firm.example"]


async def test_while_it_is_paused_nothing_leaves_and_then_it_goes_on(office: Office) -> None:
    report_id = await office.add()
    await office.desk.write(actions.change_report, report_id, office.words(on=False))
    office.desk.clock.move(3 * DAY)
    assert (await office.tick(), office.sent, (await office.report()).next_at) == (0, [], None)
    await office.desk.write(actions.change_report, report_id, office.words())
    office.desk.clock.move(DAY)
    await office.tick()
    assert len(office.sent) == 2


async def test_what_waits_to_leave_stays_when_it_is_removed(office: Office) -> None:
    report_id = await office.add()
    office.desk.clock.move(DAY)
    await office.desk.write(actions.send_due)
    await office.desk.write(actions.remove_report, report_id)
    await office.jobs.catch_up()
    assert office.sent == []
    with pytest.raises(NotFound):
        await office.desk.write(actions.remove_report, report_id)


async def test_who_works_here_no_more_gets_none_and_a_report_to_nobody_goes(office: Office) -> None:
    await office.add()
    await office.desk.write(change_agent, office.director, AgentChange(disabled=True))
    assert (await office.report()).words.agent_ids == (office.lead,)
    office.desk.clock.move(DAY)
    await office.tick()
    assert [one[0] for one in office.sent] == ["lead@firm.example"]
    await office.desk.write(change_agent, office.lead, AgentChange(disabled=True))
    office.desk.clock.move(DAY)
    await office.tick()
    assert await office.desk.read(actions.list_reports) == []
    assert len(office.sent) == 1


async def test_failing_is_told_and_forgotten_once_it_leaves(office: Office) -> None:
    await office.add(agent_ids=(office.lead,))
    office.broken = "the server said no"
    office.desk.clock.move(DAY)
    await office.tick()
    kept = await office.report()
    assert (kept.sent_at, kept.failed_at, kept.error) == (None, office.desk.clock(), "the server said no")
    office.broken = ""
    office.desk.clock.move(10 * MINUTE)
    await office.jobs.catch_up()
    kept = await office.report()
    assert (len(office.sent), kept.failed_at, kept.error) == (1, None, None)


async def test_without_a_server_it_says_so(office: Office) -> None:
    report_id = await office.add()
    await office.desk.write(actions.send_now, report_id, office.lead)
    await office.runner(None).catch_up()
    assert (await office.report()).error == "mailed.no_server"


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": " "},
        {"charts": (Told("messages", "team"),)},
        {"only": ("moon:full",)},
        {"agent_ids": ("0" * 36,)},
    ],
)
async def test_what_cant_be_sent_is_refused(office: Office, wrong: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        await office.add(**wrong)


async def test_an_agent_who_may_not_see_the_numbers_gets_none(office: Office) -> None:
    with pytest.raises(Invalid):
        await office.add(agent_ids=(office.desk.agent,))
