"""Complaints through the API: what customers are told, the register and the report, and who may read them."""

from typing import Any

import pytest

from lyhord.kit.followers import FollowerRunner
from lyhord.kit.jobs import JobRunner
from lyhord.tickets.complaints.following import FOLLOWER
from lyhord.tickets.complaints.jobs import ComplaintDesk, letter, moment
from lyhord.tickets.complaints.model import ComplaintSettings
from tests.conftest import StoppedClock
from tests.web.site import Company, Site

SECOND = 1_000


class Office:
    """A company that keeps its complaints."""

    def __init__(self, site: Site, company: Company, clock: StoppedClock) -> None:
        self.site, self.company, self.clock = site, company, clock
        self.follower = FollowerRunner(site.database, site.catalogue, [FOLLOWER])
        self.jobs = JobRunner(site.database, site.catalogue, ComplaintDesk(site.channels).work())

    async def complain(self) -> Any:
        """A customer writes, and the agent sorts it; the ticket."""
        await self.site.say(self.company.inbox, "It broke")
        [ticket] = (await self.site.get(self.company.agent, "/tickets?list=all"))["items"]
        return await self.change(ticket["id"], kind="complaint")

    async def change(self, ticket_id: str, **change: Any) -> Any:
        answer = await self.site.call(self.company.agent, "PATCH", f"/tickets/{ticket_id}", change)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def work(self) -> None:
        """Half a minute later, all is done that is due."""
        self.clock.move(30 * SECOND)
        await self.follower.catch_up(self.company.id)
        await self.jobs.catch_up()
        await self.follower.catch_up(self.company.id)

    async def said(self, ticket: Any) -> list[str]:
        """What we said there."""
        path = f"/conversations/{ticket['conversation_id']}/messages"
        found = (await self.site.get(self.company.agent, path))["items"]
        return [one["text"] for one in found if one["direction"] == "out"]

    async def shown(self, ticket: Any) -> Any:
        return await self.site.get(self.company.agent, f"/tickets/{ticket['id']}/complaint")


@pytest.fixture
async def office(site: Site, company: Company, clock: StoppedClock) -> Office:
    """The follower knows where it begins."""
    office = Office(site, company, clock)
    await office.work()
    return office


async def test_the_customer_is_told_once_who_has_it_and_by_when(office: Office) -> None:
    ticket = await office.complain()
    await office.work()
    await office.work()
    [said] = await office.said(ticket)
    assert "Administrator is looking into it" in said
    assert "2 March" in said
    shown = await office.shown(ticket)
    assert shown["complaint"]["told_at"] is not None
    assert shown["steps"] == 1
    assert (await office.site.get(office.company.agent, "/tickets?list=waiting"))["items"], (
        "they still wait for an answer"
    )
    await office.change(ticket["id"], kind="question")
    await office.change(ticket["id"], kind="complaint")
    await office.work()
    assert await office.said(ticket) == [said]


async def test_nobody_is_told_by_a_machine_whom_a_person_answered(office: Office) -> None:
    ticket = await office.complain()
    path = f"/conversations/{ticket['conversation_id']}/messages"
    await office.site.call(office.company.agent, "POST", path, {"text": "I am sorry"})
    await office.work()
    assert await office.said(ticket) == ["I am sorry"]
    assert (await office.shown(ticket))["complaint"]["told_at"] is not None


async def test_nothing_is_said_where_that_is_switched_off_or_it_was_a_mistake(office: Office) -> None:
    ticket = await office.complain()
    await office.change(ticket["id"], kind="question")
    await office.work()
    assert await office.said(ticket) == []
    admin = office.company.administrator
    answer = await office.site.call(admin, "PUT", "/complaints/settings", {"acknowledges": False})
    assert answer.status_code == 200, answer.text
    await office.change(ticket["id"], kind="complaint")
    await office.work()
    assert await office.said(ticket) == []


async def test_an_auditor_reads_and_changes_nothing(office: Office) -> None:
    ticket = await office.complain()
    auditor = await office.site.add_program(office.company.id, "complaints.read")
    [row] = (await office.site.get(auditor, "/complaints"))["items"]
    assert (row["complaint"]["ticket_id"], row["title"]) == (ticket["id"], "Ann")
    file = await office.site.call(auditor, "GET", "/complaints/export")
    assert ticket["id"] in file.text
    assert file.headers["content-type"].startswith("text/csv")
    audit = await office.site.get(office.company.administrator, "/audit")
    assert audit["items"][0]["action"] == "complaints.exported"
    report = await office.site.get(auditor, "/complaints/report?month=2026-03")
    assert (report["now"]["count"], report["before"]["count"]) == (1, 0)
    for path, body in ((f"/tickets/{ticket['id']}", {"kind": "question"}), ("/complaints/settings", {})):
        method = "PATCH" if body else "PUT"
        assert (await office.site.call(auditor, method, path, body)).status_code == 403
    assert (await office.site.call(office.company.agent, "GET", "/complaints")).status_code == 403


async def test_nobody_takes_it_from_everybody(office: Office) -> None:
    ticket = await office.complain()
    answer = await office.site.call(office.company.agent, "PATCH", f"/tickets/{ticket['id']}", {"owner_agent_id": None})
    assert (answer.status_code, answer.json()["key"]) == (422, "problem.complaint_owner")


@pytest.mark.parametrize(
    ("locale", "time"),
    [
        ("en", "14:05 on 28 November"),
        ("sv", "28 november kl. 14.05"),
        ("nb", "28. november kl. 14.05"),
        ("fi", "28. marraskuuta klo 14.05"),
        ("zh-CN", "11月28日14:05"),
    ],
)
def test_times_are_written_as_in_each_language(locale: str, time: str) -> None:
    at = 1_795_874_700_000  # 2026-11-28 14:05 UTC
    assert moment(at, "UTC", locale) == time
    slots = {"name": "Ann", "owner": "Bo", "company": "Firm", "time": time}
    ours = letter(ComplaintSettings(), locale, slots)
    assert "Bo" in ours
    assert time in ours
    assert "{" not in ours
    own = ComplaintSettings(words={locale: "{owner} at {company}: {time} {x}"})  # type: ignore[dict-item]
    assert letter(own, locale, slots) == f"Bo at Firm: {time} {{x}}"
