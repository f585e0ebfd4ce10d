"""Organizations and typed fields: made, found page by page, joined, put away with nothing lost; values fit their fields."""

from typing import Any

import pytest

from tests.contacts.test_routes import make
from tests.web.conftest import company, site
from tests.web.site import Company, Site

__all__ = ["company", "site"]


async def found(site: Site, company: Company, query: str = "", limit: int = 2) -> list[str]:
    """The names on all pages."""
    names, cursor = [], ""
    while True:
        page = await site.get(company.agent, f"/organizations?query={query}&limit={limit}{cursor}")
        names += [one["name"] for one in page["items"]]
        if page["next"] is None:
            return names
        cursor = f"&cursor={page['next']}"


async def call(site: Site, company: Company, method: str, path: str, body: Any = None) -> Any:
    """A call that succeeds, by the administrator."""
    answer = await site.call(company.administrator, method, path, body)
    assert answer.is_success, answer.text
    return answer.json() if answer.content else None


async def test_they_stand_by_name_whatever_the_case(site: Site, company: Company) -> None:
    for name in ("beta", "Åland Ferries", "Alfa", "alfa two", "Gamma"):
        await call(site, company, "POST", "/organizations", {"name": name})
    assert await found(site, company) == ["Åland Ferries", "Alfa", "alfa two", "beta", "Gamma"]
    assert await found(site, company, "AL") == ["Åland Ferries", "Alfa", "alfa two"]
    assert await found(site, company, "alfa t") == ["alfa two"]


async def test_a_domain_proposes_and_the_agent_decides(site: Site, company: Company) -> None:
    made = await call(site, company, "POST", "/organizations", {"name": "Acme", "domains": ["@ACME.example "]})
    assert made["domains"] == ["acme.example"]
    anna = await make(site, company.agent, "Anna", "anna@acme.example")
    proposed = await site.get(company.agent, f"/contacts/{anna['id']}/proposed-organizations")
    assert [one["id"] for one in proposed] == [made["id"]]
    joined = await call(site, company, "PATCH", f"/contacts/{anna['id']}", {"organization_id": made["id"]})
    assert joined["organization_id"] == made["id"]
    assert await site.get(company.agent, f"/contacts/{anna['id']}/proposed-organizations") == []
    members = await site.get(company.agent, f"/organizations/{made['id']}/contacts?limit=1")
    assert [one["name"] for one in members["items"]] == ["Anna"]
    taken = await site.call(company.agent, "POST", "/organizations", {"name": "Other", "domains": ["acme.example"]})
    assert (taken.status_code, taken.json()["fields"]) == (409, {"domains": "field.taken"})


async def test_put_away_and_taken_out_again_nothing_is_lost(site: Site, company: Company) -> None:
    made = await call(site, company, "POST", "/organizations", {"name": "Acme", "domains": ["acme.example"]})
    path = f"/organizations/{made['id']}"
    anna = await make(site, company.agent, "Anna", organization_id=made["id"])
    await call(site, company, "PATCH", path, {"removed": True})
    assert (await site.call(company.agent, "GET", path)).status_code == 404
    assert await found(site, company) == []
    refused = await site.call(company.agent, "PATCH", f"/contacts/{anna['id']}", {"organization_id": "nothing"})
    assert refused.status_code in (404, 422)
    assert (await call(site, company, "PATCH", path, {"removed": False}))["domains"] == ["acme.example"]
    members = await site.get(company.agent, f"{path}/contacts")
    assert [one["id"] for one in members["items"]] == [anna["id"]]


async def test_its_tickets_are_those_of_its_members(site: Site, company: Company) -> None:
    made = await call(site, company, "POST", "/organizations", {"name": "Acme"})
    for who in ("ann", "bob", "cleo"):
        await site.say(company.inbox, f"From {who}", who=who)
    for one in (await site.get(company.agent, "/contacts"))["items"][:2]:
        await call(site, company, "PATCH", f"/contacts/{one['id']}", {"organization_id": made["id"]})
    tickets = await site.get(company.agent, f"/organizations/{made['id']}/tickets")
    assert [one["preview"] for one in tickets] == ["From bob", "From ann"]


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        ("text", "words", 3),
        ("number", 2.5, "2"),
        ("number", 7, True),
        ("date", "2026-03-01", "1.3.2026"),
        ("yes_no", False, "no"),
        ("choice", "gold", "tin"),
    ],
)
async def test_values_fit_their_fields(site: Site, company: Company, kind: str, good: Any, bad: Any) -> None:
    field = {"subject": "contact", "name": "Field", "kind": kind, "choices": ["gold"] if kind == "choice" else []}
    await call(site, company, "POST", "/attributes", field)
    anna = await make(site, company.agent, "Anna", attributes={"Field": good, "free": 1})
    assert anna["attributes"] == {"Field": good, "free": 1}
    refused = await site.call(company.agent, "PATCH", f"/contacts/{anna['id']}", {"attributes": {"Field": bad}})
    assert (refused.status_code, refused.json()["fields"]) == (422, {"attributes.Field": f"field.attribute_{kind}"})
    await call(site, company, "DELETE", "/attributes/contact?key=Field")
    await call(site, company, "PATCH", f"/contacts/{anna['id']}", {"attributes": {"Field": bad}})


async def test_a_field_is_renamed_and_its_values_stay(site: Site, company: Company) -> None:
    await call(site, company, "POST", "/attributes", {"subject": "organization", "name": "Size", "kind": "number"})
    again = await site.call(
        company.administrator, "POST", "/attributes", {"subject": "organization", "name": "Size", "kind": "text"}
    )
    assert again.status_code == 409
    await call(site, company, "PATCH", "/attributes/organization?key=Size", {"name": "Employees"})
    fields = await site.get(company.agent, "/attributes")
    [field] = [one for one in fields if one["subject"] == "organization"]
    assert (field["key"], field["name"]) == ("Size", "Employees")
    made = await call(site, company, "POST", "/organizations", {"name": "Acme", "attributes": {"Size": 12}})
    assert made["attributes"] == {"Size": 12}
