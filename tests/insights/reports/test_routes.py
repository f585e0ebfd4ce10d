"""Reports over HTTP: who may set them, what is refused, and how one gets one no more. Strangers and roles are in the route matrix."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from lyhord.insights.reports.leaving import PLACE, Leaving, seal_leaving
from lyhord.kit.ids import new_id
from lyhord.kit.secrets import Sealer
from tests.web.conftest import company, site
from tests.web.site import Company, Person, Site

__all__ = ["company", "site"]

WORDS: dict[str, Any] = {"name": "Morning", "board": "why", "charts": [{"measure": "contacts", "by": "reason"}]}


async def create(site: Site, who: Person, *agents: Person, **more: Any) -> Any:
    """Who sets a report, to whom."""
    words = {**WORDS, "agent_ids": [one.id for one in agents or (who,)], **more}
    return await site.call(who, "POST", "/insights/reports", words)


async def names(site: Site, who: Person) -> list[str]:
    """What they see."""
    return [one["words"]["name"] for one in (await site.get(who, "/insights/reports"))["reports"]]


@pytest.mark.parametrize("role", ["lead", "director", "analyst", "editor", "administrator"])
async def test_who_sees_the_numbers_sets_reports(site: Site, company: Company, role: str) -> None:
    who = await site.add_person(company.id, role)
    assert (await create(site, who)).status_code == 201
    assert "Morning" in await names(site, who)


@pytest.mark.parametrize("role", ["agent", "moderator"])
async def test_who_does_not_sets_none_and_gets_none(site: Site, company: Company, role: str) -> None:
    who = await site.add_person(company.id, role)
    assert (await create(site, who)).status_code == 403
    assert (await create(site, company.administrator, who)).status_code == 422


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "  "},
        {"board": "Why?"},
        {"charts": []},
        {"charts": [{"measure": "weather", "by": "reason"}]},
        {"charts": [{"measure": "messages", "by": "team"}]},
        {"charts": [{"measure": "contacts", "by": "reason"}] * 31},
        {"days": 8},
        {"hour": 24},
        {"every": "hour"},
        {"only": ["day:20000"]},
        {"only": ["channel"]},
        {"agent_ids": []},
        {"agent_ids": ["nobody"]},
        {"agent_ids": [new_id()]},
        {"to": "somebody@elsewhere.example"},
    ],
)
async def test_what_is_no_report_is_refused(site: Site, company: Company, wrong: dict[str, Any]) -> None:
    answer = await create(site, company.administrator, **wrong)
    assert answer.status_code in (400, 422), answer.text
    assert await names(site, company.administrator) == []


async def test_another_company_neither_sees_nor_touches_it(site: Site, company: Company) -> None:
    report = (await create(site, company.administrator)).json()["reports"][0]
    other = (await site.add_company()).administrator
    assert await names(site, other) == []
    path = f"/insights/reports/{report['id']}"
    words = {**WORDS, "agent_ids": [other.id]}
    tried = [
        ("PUT", path, words),
        ("DELETE", path, None),
        ("POST", f"{path}/send", None),
        ("POST", f"{path}/leave", None),
    ]
    for method, where, body in tried:
        assert (await site.call(other, method, where, body)).status_code == 404, (method, where)
    assert (await create(site, other, company.administrator)).status_code == 422, "nor is anybody of theirs written to"
    assert await names(site, company.administrator) == ["Morning"]


async def test_who_leaves_gets_it_no_more_and_the_last_one_takes_it_along(site: Site, company: Company) -> None:
    lead = await site.add_person(company.id, "lead")
    report = (await create(site, company.administrator, company.administrator, lead)).json()["reports"][0]
    path = f"/insights/reports/{report['id']}/leave"
    for _ in range(2):
        [left] = (await site.call(lead, "POST", path)).json()["reports"]
        assert left["words"]["agent_ids"] == [company.administrator.id]
        assert left["next_at"] == report["next_at"]
    assert (await site.call(company.administrator, "POST", path)).json()["reports"] == []
    assert (await site.call(lead, "POST", path)).status_code == 404


async def test_a_program_has_no_mailbox(site: Site, company: Company) -> None:
    report = (await create(site, company.administrator)).json()["reports"][0]
    program = await site.add_program(company.id, "numbers.read")
    for what in ("send", "leave"):
        assert (await site.call(program, "POST", f"/insights/reports/{report['id']}/{what}")).status_code == 403


async def test_the_same_sent_twice_is_one_report(site: Site, company: Company) -> None:
    words = {**WORDS, "agent_ids": [company.administrator.id]}
    for _ in range(2):
        await site.call(company.administrator, "POST", "/insights/reports", words, **{"idempotency-key": "a" * 20})
    assert await names(site, company.administrator) == ["Morning"]


async def ended(site: Site, token: str, method: str = "POST") -> httpx.Response:
    """What a mail program does, which is nobody here: one call to the address, with the words that the standard wants."""
    return await site.client.request(
        method, PLACE, params={"of": token}, data={"List-Unsubscribe": "One-Click"} if method == "POST" else None
    )


async def test_one_click_in_a_mail_program_ends_it_for_who_got_it_alone(site: Site, company: Company) -> None:
    boss, other = company.administrator, await site.add_person(company.id, "director")
    report = (await create(site, boss, boss, other)).json()["reports"][0]
    leaving = Leaving(company.id, report["id"], other.id)
    token = parse_qs(urlsplit(seal_leaving(site.sealer, leaving)).query)["of"][0]
    looked = await ended(site, token, "GET")
    assert (looked.status_code, looked.headers["location"]) == (303, "/app/pictures/why?mails=1")
    seen = await site.get(boss, "/insights/reports")
    assert seen["reports"][0]["words"]["agent_ids"] == [boss.id, other.id], "to look changes nothing"
    for _ in range(2):
        assert (await ended(site, token)).status_code == 204
    [left] = (await site.get(boss, "/insights/reports"))["reports"]
    assert left["words"]["agent_ids"] == [boss.id]
    await site.call(boss, "DELETE", f"/insights/reports/{report['id']}")
    assert (await ended(site, token)).status_code == 204, "it is over already, which is what was wanted"


async def test_nobody_ends_what_no_mail_of_ours_said(site: Site, company: Company) -> None:
    boss = company.administrator
    report = (await create(site, boss)).json()["reports"][0]
    path = seal_leaving(Sealer(b"l" * 32), Leaving(company.id, report["id"], boss.id))
    forged = parse_qs(urlsplit(path).query)["of"][0]
    challenge = site.sealer.seal({"purpose": "sign in", "workspace_id": company.id, "report_id": report["id"]})
    for token in ("", "x", forged, challenge):
        assert (await ended(site, token)).status_code == 404
    assert await names(site, boss) == ["Morning"]
