"""The routes of contacts and search as browsers and programs use them."""

import csv
import io
from typing import Any

import pytest

from lyhord.conversations.search import FOLLOWER
from lyhord.kit.followers import FollowerRunner
from tests.web.conftest import company, site
from tests.web.site import Company, Person, Site

__all__ = ["company", "site"]


async def make(site: Site, person: Person, name: str, value: str | None = None, **more: Any) -> dict[str, Any]:
    """A contact made by hand."""
    identity = {"identity": {"scheme": "email", "value": value}} if value else {}
    answer = await site.call(person, "POST", "/contacts", {"name": name, **identity, **more})
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def follow(site: Site) -> None:
    """Let search see everything."""
    await FollowerRunner(site.database, site.catalogue, [FOLLOWER]).catch_up()


async def names(site: Site, person: Person, query: str = "", limit: int = 50) -> list[str]:
    """The names on all pages."""
    found: list[str] = []
    cursor = ""
    while True:
        page = await site.get(person, f"/contacts?query={query}&limit={limit}{cursor}")
        assert len(page["items"]) <= limit
        found += [one["name"] for one in page["items"]]
        if page["next"] is None:
            return found
        cursor = f"&cursor={page['next']}"


async def test_a_contact_is_made_changed_and_shown(site: Site, company: Company) -> None:
    anna = await make(site, company.agent, "Anna", "Anna@Example.com", language="sv")
    assert anna["identities"][0]["value"] == "anna@example.com"
    path = f"/contacts/{anna['id']}"
    changed = await site.call(company.agent, "PATCH", path, {"about": "Nice", "attributes": {"tier": "gold"}})
    assert changed.json()["about"] == "Nice"
    assert await site.get(company.agent, path) == changed.json()
    blocked = (await site.call(company.agent, "PATCH", path, {"blocked": True})).json()
    assert blocked["blocked_at"] == site.database.clock()
    assert await site.get(company.agent, f"{path}/conversation") == {"conversation_id": None}


async def test_a_contact_asked_for_twice_with_one_key_is_made_once(site: Site, company: Company) -> None:
    answers = [
        await site.call(company.agent, "POST", "/contacts", {"name": "Anna"}, **{"idempotency-key": "k1"})
        for _ in range(2)
    ]
    assert answers[0].json() == answers[1].json()
    assert await names(site, company.agent) == ["Anna"]


async def test_a_customer_who_wrote_has_a_conversation(site: Site, company: Company) -> None:
    await site.say(company.inbox, "Hello", who="ann")
    [ann] = (await site.get(company.agent, "/contacts"))["items"]
    assert ann["conversation_id"]
    whose = await site.get(company.agent, f"/contacts/{ann['id']}/conversation")
    assert whose == {"conversation_id": ann["conversation_id"]}
    await follow(site)
    found = await site.get(company.agent, "/search?q=hel")
    assert [one["conversation_id"] for one in found["messages"]] == [ann["conversation_id"]]
    assert (await site.get(company.agent, "/search?q=ann"))["contacts"] == [ann]


async def test_addresses_come_and_go(site: Site, company: Company) -> None:
    anna, bo = await make(site, company.agent, "Anna"), await make(site, company.agent, "Bo", "bo@x.se")
    path = f"/contacts/{anna['id']}/identities"
    assert (await site.call(company.agent, "POST", path, {"scheme": "tel", "value": "+46 1"})).status_code == 201
    taken = await site.call(company.agent, "POST", path, {"scheme": "email", "value": "BO@x.se"})
    assert (taken.status_code, taken.json()["detail"]) == (409, bo["id"])
    gone = await site.call(company.agent, "DELETE", f"{path}?scheme=tel&value=%2B461")
    assert (gone.status_code, gone.json()["identities"]) == (200, [])


async def test_contacts_are_merged_and_separated(site: Site, company: Company) -> None:
    await site.say(company.inbox, "From Ann", who="ann")
    await site.say(company.inbox, "From Bob", who="bob")
    ann, bob = (await site.get(company.agent, "/contacts"))["items"]
    merged = await site.call(company.agent, "POST", f"/contacts/{ann['id']}/merge", {"into": bob["id"]})
    assert merged.json()["id"] == bob["id"]
    assert len(merged.json()["identities"]) == 2
    assert await names(site, company.agent) == ["Bob"]
    assert (await site.get(company.agent, f"/contacts/{ann['id']}"))["conversation_id"] == bob["conversation_id"]
    timeline = await site.get(company.agent, f"/conversations/{bob['conversation_id']}/messages")
    assert [one["text"] for one in timeline["items"]] == ["From Ann", "From Bob"]
    again = await site.call(company.agent, "POST", f"/contacts/{ann['id']}/separate")
    assert (again.status_code, again.json()["merged_into"]) == (200, None)
    timeline = await site.get(company.agent, f"/conversations/{bob['conversation_id']}/messages")
    assert [one["text"] for one in timeline["items"]] == ["From Bob"]


async def test_whoever_has_an_address_is_found_by_it(site: Site) -> None:
    firm = await site.add_company(restricted_reach=True)
    await site.say(firm.inbox, "From Ann", who="ann")
    bob = await make(site, firm.administrator, "Bob", "bob@x.se")
    path = "/contacts?by=identity:sandbox:ann"
    [ann] = (await site.get(firm.administrator, path))["items"]
    assert (ann["name"], bool(ann["conversation_id"])) == ("Ann", True)
    assert (await site.get(firm.agent, path))["items"] == [], "out of reach"
    await site.call(firm.administrator, "POST", f"/contacts/{ann['id']}/merge", {"into": bob["id"]})
    for address in ("sandbox:ann", "email:BOB%40x.se"):
        [found] = (await site.get(firm.administrator, f"/contacts?by=identity:{address}"))["items"]
        assert found["id"] == bob["id"]
    assert (await site.get(firm.administrator, "/contacts?by=identity:sandbox:nobody"))["items"] == []
    assert (await site.call(firm.agent, "GET", "/contacts?by=identity:email")).status_code == 422


@pytest.mark.parametrize("limit", [1, 2, 50])
async def test_pages_by_name_and_by_query(site: Site, company: Company, limit: int) -> None:
    for name in ("Bo Ek", "Anna Ek", "Åse Ek", "Cy"):
        await make(site, company.agent, name)
    await follow(site)
    assert await names(site, company.agent, limit=limit) == ["Anna Ek", "Bo Ek", "Cy", "Åse Ek"]
    assert sorted(await names(site, company.agent, "ek", limit)) == ["Anna Ek", "Bo Ek", "Åse Ek"]
    assert await names(site, company.agent, "nobody", limit) == []


@pytest.mark.parametrize("path", ["/contacts?cursor=x", "/contacts?query=a&cursor=WyJhIl0", "/search?q=a&cursor=W10"])
async def test_a_strange_cursor_is_refused(site: Site, company: Company, path: str) -> None:
    assert (await site.call(company.agent, "GET", path)).status_code == 422


async def test_the_export_holds_everybody(site: Site, company: Company) -> None:
    await make(site, company.agent, "=cmd()", "a@x.se")
    await make(site, company.agent, "Bo", add_tags=["vip"])
    assert (await site.call(company.agent, "GET", "/contacts/export")).status_code == 403
    lead = await site.add_person(company.id, "lead")
    answer = await site.call(lead, "GET", "/contacts/export")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert "attachment" in answer.headers["content-disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [(row["name"], row["email"]) for row in rows] == [("'=cmd()", "a@x.se"), ("Bo", "")]
    some = await site.call(lead, "GET", "/contacts/export?by=tag:vip")
    assert [row["name"] for row in csv.DictReader(io.StringIO(some.content.decode("utf-8-sig")))] == ["Bo"]
    assert (await site.call(lead, "GET", "/contacts/export?by=nobody")).status_code == 422
    audit = (await site.get(company.administrator, "/audit"))["items"]
    taken = [(one["action"], one["actor"], one["detail"]) for one in audit if one["action"] == "contacts.exported"]
    assert taken == [("contacts.exported", f"agent:{lead.id}", {"by": by}) for by in ("tag:vip", "")]


async def test_the_blocked_stand_by_themselves(site: Site, company: Company) -> None:
    anna, bo = await make(site, company.agent, "Anna", "anna@x.se"), await make(site, company.agent, "Bo")
    await make(site, company.agent, "Cleo")
    await site.call(company.agent, "PATCH", f"/contacts/{bo['id']}", {"blocked": True})
    own = {"scheme": "email", "value": "anna@x.se", "blocked": True}
    assert (await site.call(company.agent, "PATCH", f"/contacts/{anna['id']}/identities", own)).is_success
    first = await site.get(company.agent, "/contacts/blocked?limit=1")
    rest = await site.get(company.agent, f"/contacts/blocked?cursor={first['next']}")
    assert sorted(one["name"] for one in (*first["items"], *rest["items"])) == ["Anna", "Bo"]
    await site.call(company.agent, "PATCH", f"/contacts/{bo['id']}", {"blocked": False})
    await site.call(company.agent, "PATCH", f"/contacts/{anna['id']}/identities", {**own, "blocked": False})
    assert (await site.get(company.agent, "/contacts/blocked"))["items"] == []


async def test_out_of_reach_is_as_if_it_were_not_there(site: Site) -> None:
    firm = await site.add_company(restricted_reach=True)
    await site.say(firm.inbox, "secret", who="ann")
    await make(site, firm.administrator, "Zoe")
    await follow(site)
    [ann, _] = (await site.get(firm.administrator, "/contacts"))["items"]
    assert await names(site, firm.agent) == ["Zoe"]
    assert await names(site, firm.agent, "ann") == []
    found = await site.get(firm.agent, "/search?q=secret")
    assert (found["messages"], found["next"]) == ([], None)
    assert (await site.get(firm.agent, "/search?q=ann"))["contacts"] == []
    far = await site.call(await site.add_person(firm.id, "lead"), "GET", "/contacts/export")
    assert "Zoe" in far.text
    assert "Ann" not in far.text
    path = f"/contacts/{ann['id']}"
    for method, tail, body in [
        ("GET", "", None),
        ("PATCH", "", {"name": "Mine"}),
        ("GET", "/conversation", None),
        ("POST", "/merge", {"into": ann["id"]}),
        ("POST", "/separate", None),
        ("GET", "/merges", None),
        ("GET", "/duplicates", None),
        ("POST", "/split", {"scheme": "sandbox", "value": "ann"}),
        ("POST", "/identities", {"scheme": "tel", "value": "1"}),
        ("DELETE", "/identities?scheme=sandbox&value=ann", None),
    ]:
        assert (await site.call(firm.agent, method, path + tail, body)).status_code == 404, method + tail
    assert await site.get(firm.administrator, path) == ann


async def test_the_stream_tells_nothing_of_contacts_out_of_reach(site: Site) -> None:
    firm = await site.add_company(restricted_reach=True)
    async with site.listen(firm.agent) as near, site.listen(firm.administrator) as far:
        first = (await near.next()).data["seq"]
        await far.next()
        await site.say(firm.inbox, "secret", who="ann")
        [ann] = (await site.get(firm.administrator, "/contacts"))["items"]
        await site.call(firm.administrator, "PATCH", f"/contacts/{ann['id']}", {"about": "secret"})
        zoe = await make(site, firm.administrator, "Zoe")
        last = first + 6
        told = [sent.data async for sent in far.until(last)]
        heard = [sent.data async for sent in near.until(last)]
    kinds = ["contact.created", "conversation.started", "message.received", "ticket.opened"]
    assert sorted(one["kind"] for one in told[:4]) == kinds
    assert [one["kind"] for one in told[4:]] == ["contact.changed", "contact.created"]
    assert heard[-1]["contact"]["id"] == zoe["id"]
    assert "secret" not in str(heard)
    assert ann["id"] not in str(heard)
