"""Facts: noted with who and when, corrected, taken away and put back, and one with whoever is one."""

from functools import partial
from typing import Any

from lyhord.hearing.actions import hear_messages
from lyhord.hearing.following import FOLLOWER
from lyhord.kit.followers import FollowerRunner
from tests.contacts.test_routes import make
from tests.web.conftest import company, site
from tests.web.site import Company, Person, Site

__all__ = ["company", "site"]


async def facts(site: Site, person: Person, contact_id: str) -> list[Any]:
    """What is noted."""
    found: list[Any] = await site.get(person, f"/contacts/{contact_id}/facts")
    return found


async def test_a_fact_says_who_noted_it_and_who_corrected_it(site: Site, company: Company) -> None:
    anna = await make(site, company.agent, "Anna")
    path = f"/contacts/{anna['id']}/facts"
    quote = "I can't eat nuts, please"
    noted = (await site.call(company.agent, "POST", path, {"text": " Allergic to nuts ", "quote": quote})).json()
    assert (noted["text"], noted["quote"], noted["noted_by"]) == (
        "Allergic to nuts",
        quote,
        f"agent:{company.agent.id}",
    )
    boss = company.administrator
    changed = (await site.call(boss, "PATCH", f"/facts/{noted['id']}", {"text": "Allergic to peanuts"})).json()
    assert (changed["noted_by"], changed["changed_by"]) == (noted["noted_by"], f"agent:{boss.id}")
    assert await facts(site, company.agent, anna["id"]) == [changed]
    await site.call(company.agent, "PATCH", f"/facts/{noted['id']}", {"removed": True})
    assert await facts(site, company.agent, anna["id"]) == []
    await site.call(company.agent, "PATCH", f"/facts/{noted['id']}", {"removed": False})
    assert await facts(site, company.agent, anna["id"]) == [changed]


async def test_nothing_and_too_much_are_refused(site: Site, company: Company) -> None:
    anna = await make(site, company.agent, "Anna")
    answer = await site.call(company.agent, "POST", f"/contacts/{anna['id']}/facts", {"text": " "})
    assert (answer.status_code, answer.json()["fields"]) == (422, {"text": "field.missing"})
    assert (await site.call(company.agent, "PATCH", f"/facts/{anna['id']}", {"text": "x"})).status_code == 404


async def test_a_note_asked_for_twice_is_noted_once(site: Site, company: Company) -> None:
    anna = await make(site, company.agent, "Anna")
    for _ in range(2):
        path = f"/contacts/{anna['id']}/facts"
        await site.call(company.agent, "POST", path, {"text": "Has a dog"}, **{"idempotency-key": "k"})
    assert len(await facts(site, company.agent, anna["id"])) == 1


async def test_facts_follow_a_merge_and_its_undoing(site: Site, company: Company) -> None:
    anna, other = await make(site, company.agent, "Anna"), await make(site, company.agent, "A. Berg")
    await site.call(company.agent, "POST", f"/contacts/{other['id']}/facts", {"text": "Has a dog"})
    await site.call(company.agent, "POST", f"/contacts/{other['id']}/merge", {"into": anna["id"]})
    await site.call(company.agent, "POST", f"/contacts/{anna['id']}/facts", {"text": "Has two"})
    assert [one["text"] for one in await facts(site, company.agent, anna["id"])] == ["Has two", "Has a dog"]
    await site.call(company.agent, "POST", f"/contacts/{other['id']}/separate")
    assert [one["text"] for one in await facts(site, company.agent, anna["id"])] == ["Has two"]
    assert [one["text"] for one in await facts(site, company.agent, other["id"])] == ["Has a dog"]


async def test_facts_are_within_the_reach_of_their_contact(site: Site) -> None:
    company = await site.add_company(restricted_reach=True)
    await site.say(company.inbox, "Hello", who="ann")
    [ann] = (await site.get(company.administrator, "/contacts"))["items"]
    path = f"/contacts/{ann['id']}/facts"
    fact = (await site.call(company.administrator, "POST", path, {"text": "Secret"})).json()
    assert (await site.call(company.agent, "GET", path)).status_code == 404
    assert (await site.call(company.agent, "POST", path, {"text": "x"})).status_code == 404
    assert (await site.call(company.agent, "PATCH", f"/facts/{fact['id']}", {"text": "x"})).status_code == 404


async def test_what_was_heard_has_its_kind_quote_and_message_and_a_removed_one_is_not_heard_again(
    site: Site, company: Company
) -> None:
    await site.say(company.inbox, "Hello and thank you. We are moving in May, so write to me at work.", who="mia")
    follower = FollowerRunner(site.database, site.catalogue, [FOLLOWER])
    await follower.catch_up(company.id)
    [mia] = [one for one in (await site.get(company.agent, "/contacts"))["items"] if one["name"] == "Mia"]
    [heard] = await facts(site, company.agent, mia["id"])
    assert (heard["text"], heard["kind"], heard["noted_by"]) == ("We are moving in May", "plan", "hearing")
    assert heard["quote"] == "We are moving in May, so write to me at work."
    assert heard["confidence"] == 0.9
    await site.call(company.agent, "PATCH", f"/facts/{heard['id']}", {"removed": True})
    await site.database.write(company.id, partial(hear_messages, again=True), [heard["message_id"]])
    assert await facts(site, company.agent, mia["id"]) == []
