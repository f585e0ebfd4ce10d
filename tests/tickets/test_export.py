"""Tickets as a file: what people expect of each, nobody else's words, and a line in the audit."""

import csv
import io

import pytest

from lyhord.kit.clock import HOUR, MINUTE
from lyhord.tickets import export
from lyhord.tickets.actions import assign_ticket, set_kind, set_status, tag_ticket
from lyhord.tickets.export import header, lines, read_names, read_page
from lyhord.tickets.kinds.model import BUILT_IN
from lyhord.tickets.reasons.actions import say_reasons
from lyhord.tickets.views import FIRST, Place
from lyhord.workspaces.actions.teams import create_team
from lyhord.workspaces.reach import EVERYTHING, Reach
from tests.conversations.desk import Desk
from tests.web.conftest import company, site
from tests.web.site import Company, Site

__all__ = ["company", "site"]


async def rows(desk: Desk, name: str, reach: Reach = EVERYTHING) -> list[dict[str, str]]:
    """The lines of the file."""
    names = await desk.read(read_names, reach)
    text = header(names)
    place: Place | None = FIRST
    while place:
        page, place = await desk.read(read_page, reach, desk.agent, name, place)
        text += lines(page, names, desk.clock.now)
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


async def test_everything_stands_in_its_column(desk: Desk) -> None:
    team = await desk.write(create_team, "Crew", [], [])
    said = await desk.say("Where is it?", who="=cmd", subject="My parcel")
    ticket = await desk.ticket(said.conversation_id)
    desk.clock.move(5 * MINUTE)
    await desk.answer(said.conversation_id)
    desk.clock.move(HOUR)
    await desk.say("Still waiting", who="=cmd")
    await desk.write(set_kind, ticket.id, "complaint")
    await desk.write(say_reasons, ticket.id, ["late", "order"], desk.agent)
    await desk.write(lambda tx: tag_ticket(tx, ticket.id, add=["late", "parcel"]))
    await desk.write(lambda tx: assign_ticket(tx, ticket.id, agent_id=desk.agent, team_id=team))
    desk.clock.move(MINUTE)
    [row] = await rows(desk, "all")
    assert tuple(row) == (*export.COLUMNS, *sorted(BUILT_IN))
    assert row == dict.fromkeys(BUILT_IN, "") | {
        "lyhord_id": ticket.id,
        "subject": "My parcel",
        "contact": "'=Cmd",
        "contact_id": str(ticket.contact_id),
        "kind": "complaint",
        "status": "open",
        "owner": "Anna",
        "team": "Crew",
        "inbox": "first",
        "channel": "pigeon",
        "public": "false",
        "tags": "late, parcel",
        "created_at": "2026-03-01T09:00:00+00:00",
        "first_answered_at": "2026-03-01T09:05:00+00:00",
        "resolved_at": "",
        "last_activity_at": "2026-03-01T10:05:00+00:00",
        "waiting_seconds": "60",
        "messages": "3",
        "conversation_id": said.conversation_id,
        "stage": "",
        "reason": "late",
        "mood": "",
        "heard": "",
        "language": "",
        "named": "",
    }


async def test_each_ticket_counts_what_was_said_while_it_was_the_newest(desk: Desk) -> None:
    said = await desk.say()
    await desk.answer(said.conversation_id)
    await desk.write(set_status, (await desk.ticket(said.conversation_id)).id, "resolved")
    desk.clock.move(30 * 24 * HOUR)
    await desk.say("Something else")
    await desk.say("And more")
    assert [(row["messages"], row["first_answered_at"] != "") for row in await rows(desk, "all")] == [("2", False)]
    assert [(row["messages"], row["first_answered_at"] != "") for row in await rows(desk, "resolved")] == [("2", True)]


async def test_what_is_out_of_reach_is_not_in_it(desk: Desk) -> None:
    said = await desk.say(subject="Open")
    await desk.say(subject="Secret", inbox=desk.other_inbox)
    await desk.say("Elsewhere", who="ben", inbox=desk.other_inbox)
    [row] = await rows(desk, "all", Reach(frozenset({desk.inbox})))
    assert (row["conversation_id"], row["subject"], row["inbox"], row["messages"]) == (
        said.conversation_id,
        "",
        "",
        "1",
    )


async def test_it_goes_on_page_by_page(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export, "STEP", 2)
    for n in range(5):
        await desk.say(who=f"a{n}")
        desk.clock.move(1_000)
    assert [row["contact"] for row in await rows(desk, "all")] == [f"A{n}" for n in range(5)]


async def test_who_may_takes_it_and_the_audit_says_so(site: Site, company: Company) -> None:
    await site.say(company.inbox, "Hello")
    path = "/tickets/export?list=waiting"
    assert (await site.call(company.agent, "GET", path)).status_code == 403
    lead = await site.add_person(company.id, "lead")
    answer = await site.call(lead, "GET", path)
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert "attachment" in answer.headers["content-disposition"]
    assert len(list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))) == 1
    assert (await site.call(lead, "GET", "/tickets/export?list=nothing")).status_code == 422
    audit = (await site.get(company.administrator, "/audit"))["items"]
    taken = [(one["actor"], one["detail"]) for one in audit if one["action"] == "tickets.exported"]
    assert taken == [(f"agent:{lead.id}", {"list": "waiting"})]
