"""Tags on contacts: words that find them, one at a time or many, through merges and back."""

from typing import Any

import pytest

from lyhord.contacts.actions import (
    ContactChange,
    change_contact,
    create_contact,
    merge_contacts,
    separate_contact,
    tag_contacts,
)
from lyhord.contacts.model import MOST_TAGS
from lyhord.contacts.views import get_contact
from lyhord.kit.database import Database
from lyhord.kit.problems import Invalid
from tests.conftest import W
from tests.contacts.test_routes import make
from tests.web.conftest import company, site
from tests.web.site import Company, Person, Site

__all__ = ["company", "site"]


async def write(database: Database, action: Any, *args: Any) -> Any:
    """Run an action."""
    return await database.write(W, action, *args)


async def listed(site: Site, person: Person, by: str) -> list[str]:
    """The names of those whom a list has."""
    return [one["name"] for one in (await site.get(person, f"/contacts?by={by}"))["items"]]


async def test_a_tag_is_one_word_put_on_once(database: Database) -> None:
    anna = await write(database, create_contact, ContactChange(name="Anna"))
    tagged = await write(database, change_contact, anna.id, ContactChange(add_tags=["#VIP", "two words", "vip"]))
    assert tagged.tags == ("vip", "two-words")
    assert await write(database, tag_contacts, [anna.id], ["vip"], []) == []
    assert await write(database, tag_contacts, [anna.id, anna.id], [], ["VIP"]) == [anna.id]
    with pytest.raises(Invalid):
        await write(database, tag_contacts, [anna.id], [f"t{n}" for n in range(MOST_TAGS)], [])
    with pytest.raises(Invalid):
        await write(database, tag_contacts, [anna.id], ["#"], [])
    assert (await database.read(W, get_contact, anna.id)).tags == ("two-words",)


async def test_whoever_survives_has_the_tags_until_they_are_two_again(database: Database) -> None:
    one = await write(database, create_contact, ContactChange(name="One", add_tags=["vip", "lamp"]))
    into = await write(database, create_contact, ContactChange(name="Into", add_tags=["lamp"]))
    assert (await write(database, merge_contacts, one.id, into.id)).tags == ("lamp", "vip")
    assert (await write(database, separate_contact, one.id)).tags == ("vip", "lamp")
    assert (await database.read(W, get_contact, into.id)).tags == ("lamp",)


async def test_lists_by_tag_attribute_and_organization(site: Site, company: Company) -> None:
    firm = (await site.call(company.agent, "POST", "/organizations", {"name": "Acme"})).json()["id"]
    anna = await make(site, company.agent, "Anna", add_tags=["vip"], attributes={"Plan": "Large"}, organization_id=firm)
    bo = await make(site, company.agent, "Bo", "bo@x.example", attributes={"Plan": "large", "Paid": True})
    assert await listed(site, company.agent, "tag:VIP") == ["Anna"]
    assert await listed(site, company.agent, "attribute:Plan=LARGE") == ["Bo", "Anna"]
    assert await listed(site, company.agent, "attribute:Paid=true") == ["Bo"]
    assert await listed(site, company.agent, f"organization:{firm}") == ["Anna"]
    assert await listed(site, company.agent, "identity:email:bo@x.example") == ["Bo"]
    await site.call(company.agent, "POST", f"/contacts/{bo['id']}/merge", {"into": anna["id"]})
    assert await listed(site, company.agent, "attribute:Paid=true") == ["Anna"]
    await site.call(company.agent, "PATCH", f"/contacts/{anna['id']}", {"attributes": {"Plan": None}})
    assert await listed(site, company.agent, "attribute:Plan=Large") == []
    for by in ("vip", "colour:red", "attribute:Plan"):
        assert (await site.call(company.agent, "GET", f"/contacts?by={by}")).status_code == 422


async def test_many_are_tagged_at_once_and_pages_follow(site: Site, company: Company) -> None:
    ids = [(await make(site, company.agent, f"C{n}"))["id"] for n in range(5)]
    answer = await site.call(company.agent, "POST", "/contacts/tags", {"ids": ids, "add": ["fair"]})
    assert answer.json() == {"changed": ids}
    found: list[str] = []
    rest = ""
    for _ in range(3):
        page = await site.get(company.agent, f"/contacts?by=tag:fair&limit=2{rest}")
        found += [one["id"] for one in page["items"]]
        rest = f"&cursor={page['next']}"
    assert (found, page["next"]) == (ids[::-1], None)
    assert "fair" in (await site.get(company.agent, "/tags?q=fa"))["items"]
    await site.call(company.agent, "POST", "/contacts/tags", {"ids": ids, "remove": ["fair"]})
    assert await listed(site, company.agent, "tag:fair") == []


async def test_nobody_tags_whom_they_cannot_see(site: Site) -> None:
    company = await site.add_company(restricted_reach=True)
    await site.say(company.inbox, "Hello", who="ann")
    [ann] = (await site.get(company.administrator, "/contacts"))["items"]
    body = {"ids": [ann["id"]], "add": ["seen"]}
    assert (await site.call(company.agent, "POST", "/contacts/tags", body)).status_code == 404
    await site.call(company.administrator, "POST", "/contacts/tags", body)
    assert await listed(site, company.agent, "tag:seen") == []
