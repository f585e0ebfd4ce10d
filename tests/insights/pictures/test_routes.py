"""Who may ask gets figures, conversations behind them, files and answers in SQL; the audit says who took what."""

import csv
import io
from functools import partial

import pytest

from lyhord.app.duties import FOLLOWERS
from lyhord.app.wiring import EVENTS
from lyhord.kit.events import Catalogue
from lyhord.kit.followers import FollowerRunner
from lyhord.workspaces.actions.teams import create_team
from lyhord.workspaces.actions.workspace import change_workspace
from tests.insights.pictures.company import ROLLED
from tests.web.conftest import company, site
from tests.web.site import Company, Site

__all__ = ["company", "site"]


async def settle(site: Site) -> None:
    """Let everything that facts are made of be written."""
    await FollowerRunner(site.database, Catalogue(EVENTS), [one for one in FOLLOWERS if one.name in ROLLED]).catch_up()


async def test_a_lead_sees_a_chart_and_what_stands_behind_it(site: Site, company: Company) -> None:
    await site.say(company.inbox, "Hello")
    lead = await site.add_person(company.id, "lead")
    chart = await site.get(lead, "/insights/chart?measure=contacts&by=channel&days=7")
    assert [(one["key"], one["whole"], one["few"]) for one in chart["rows"]] == [("sandbox", 1, True)]
    assert chart["sentences"]
    assert chart["time_zone"] == "UTC"
    [found] = (await site.get(lead, "/insights/behind?measure=contacts&by=channel&days=7&only=channel:sandbox"))[
        "items"
    ]
    assert found["ticket"]["conversation_id"] == found["conversation_id"]
    assert (await site.get(lead, "/insights/behind?measure=contacts&days=7&only=channel:mail"))["items"] == []


@pytest.mark.parametrize(
    "query",
    [
        "?measure=weather",
        "?by=moon",
        "?days=3",
        "?only=channel",
        "?only=:x",
        "?only=moon:full",
        "?measure=messages&by=team",
    ],
)
async def test_what_is_no_question_is_refused(site: Site, company: Company, query: str) -> None:
    answer = await site.call(company.administrator, "GET", f"/insights/chart{query}")
    assert answer.status_code in (400, 422), answer.text


async def test_pages_follow_each_other_and_end(site: Site, company: Company) -> None:
    for who in ("a", "b", "c"):
        await site.say(company.inbox, "Hello", who=who)
    path = "/insights/behind?measure=contacts&days=7&limit=2"
    first = await site.get(company.administrator, path)
    last = await site.get(company.administrator, f"{path}&cursor={first['next']}")
    assert (len(first["items"]), len(last["items"]), last["next"]) == (2, 1, None)
    assert not {one["id"] for one in first["items"]} & {one["id"] for one in last["items"]}


async def test_an_analyst_asks_in_sql_and_the_audit_says_so(site: Site, company: Company) -> None:
    await site.say(company.inbox, "Hello")
    await settle(site)
    sql = "SELECT count(*) AS n, max(len(waits)) AS w FROM tickets"
    answer = await site.call(company.administrator, "POST", "/insights/sql", {"sql": sql})
    assert (answer.json()["columns"], answer.json()["rows"]) == (["n", "w"], [[1, 0]])
    wrong = await site.call(company.administrator, "POST", "/insights/sql", {"sql": "SELECT nothing FROM tickets"})
    assert wrong.status_code == 422
    assert "nothing" in wrong.json()["detail"]
    asked = [
        one for one in (await site.get(company.administrator, "/audit"))["items"] if one["action"] == "insights.asked"
    ]
    assert [one["detail"]["sql"] for one in asked] == ["SELECT nothing FROM tickets", sql]


async def test_another_workspace_is_out_of_reach_of_sql(site: Site, company: Company) -> None:
    other = await site.add_company()
    await site.say(other.inbox, "Hello")
    await settle(site)
    await site.call(other.administrator, "POST", "/insights/sql", {"sql": "SELECT 1"})
    file = next((site.facts.root / other.id).rglob("*.parquet"))
    for sql in (f"SELECT * FROM read_parquet('{file}')", f"SELECT * FROM '{file}'"):
        answer = await site.call(company.administrator, "POST", "/insights/sql", {"sql": sql})
        assert answer.status_code == 422, answer.text
    mine = await site.call(company.administrator, "POST", "/insights/sql", {"sql": "SELECT count(*) FROM tickets"})
    assert mine.json()["rows"] == [[0]]


async def test_everything_can_be_taken_as_a_file(site: Site, company: Company) -> None:
    await site.say(company.inbox, "Hello")
    await settle(site)
    for table, key in (("tickets", "ticket_id"), ("messages", "message_id")):
        answer = await site.call(company.administrator, "GET", f"/insights/export?table={table}&format=csv")
        rows = list(csv.DictReader(io.StringIO(answer.text)))
        assert len(rows) == 1
        assert rows[0][key]
    answer = await site.call(company.administrator, "GET", "/insights/export?table=tickets&format=parquet")
    assert answer.content[:4] == answer.content[-4:] == b"PAR1"
    assert not list(site.facts.root.rglob("taken-*")), "nothing is left of it"


async def test_who_reaches_some_inboxes_alone_asks_in_no_sql(site: Site, company: Company) -> None:
    def restrict(tx: object) -> None:
        change_workspace(tx, None, {"restricted_reach": True})  # type: ignore[arg-type]

    await site.database.write(company.id, restrict)
    await site.database.write(company.id, partial(create_team, name="Crew", agent_ids=[], inbox_ids=[company.inbox.id]))
    program = await site.add_program(company.id, "insights.ask", "numbers.read")
    person = await site.add_person(company.id, "lead")
    chart = await site.get(person, "/insights/chart?measure=contacts&by=channel&days=7")
    assert chart["rows"] == []
    answer = await site.call(person, "POST", "/insights/sql", {"sql": "SELECT 1"})
    assert answer.status_code == 403
    assert (await site.call(program, "GET", "/insights/columns")).status_code in (200, 403)
