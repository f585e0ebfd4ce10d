"""Who a visitor is: what the browser remembers, what the site signs, and what is only said."""

from typing import Any

import pytest

from lyhord.contacts.actions import find_or_make_contacts
from lyhord.conversations.exchange import Address
from lyhord.conversations.likeness import FOLLOWER
from lyhord.kit.clock import HOUR, MINUTE
from lyhord.kit.followers import FollowerRunner
from tests.conftest import StoppedClock
from tests.web.site import Company, Site
from tests.web.visitors.conftest import SHOP, Chat, add_chat


async def test_a_browser_is_remembered_by_its_token(chat: Chat) -> None:
    token = await chat.arrive()
    await chat.say(token, "Hello")
    assert await chat.arrive(token=token) == token
    assert await chat.read(token) == ["Hello"]


async def test_the_panel_learns_how_to_look_and_what_it_may(site: Site, company: Company) -> None:
    chat = await add_chat(site, company, accent="#aa3300", pre_chat="name_email", company="Shop")
    answer = await chat.call("POST", "/sessions", json={"inbox": chat.inbox.key})
    config = answer.json()["config"]
    assert (config["company"], config["accent"], config["pre_chat"]) == ("Shop", "#aa3300", ["name", "email"])
    assert config["upload_limit"] == 25_000_000
    assert (answer.json()["signed"], config["read_marks"]) == (False, True)


async def test_a_chat_that_isnt_there_or_is_no_chat(chat: Chat) -> None:
    for key in (chat.inbox.key[:-1] + "x", "nonsense", chat.company.inbox.key):
        assert (await chat.call("POST", "/sessions", json={"inbox": key})).status_code == 404


async def test_a_visitor_signed_with_a_known_address_is_that_contact(chat: Chat) -> None:
    first = await chat.arrive(signed=chat.sign(email="anna@shop.example", name="Anna"))
    await chat.say(first, "From my phone")
    second = await chat.arrive(signed=chat.sign(email="Anna@Shop.example"))
    await chat.say(second, "From my laptop")
    assert first != second
    assert await chat.read(first) == await chat.read(second) == ["From my phone", "From my laptop"]
    (conversation,) = await chat.conversations()
    contact = await chat.site.get(chat.company.agent, f"/contacts/{conversation['contact_id']}")
    schemes = {identity["scheme"]: identity["verification"] for identity in contact["identities"]}
    assert schemes == {"email": "signed", "webchat": "signed"}
    assert contact["name"] == "Anna"


async def test_an_unsigned_claim_opens_nothing(chat: Chat) -> None:
    anna = await chat.arrive(signed=chat.sign(email="anna@shop.example"))
    await chat.say(anna, "My order number is 7")
    stranger = await chat.arrive()
    await chat.say(stranger, "I am Anna", name="Anna", email="anna@shop.example")
    assert await chat.read(stranger) == ["I am Anna"]
    assert await chat.read(anna) == ["My order number is 7"]
    conversations = await chat.conversations()
    assert len({conversation["contact_id"] for conversation in conversations}) == 2
    messages = await chat.site.get(chat.company.agent, f"/conversations/{conversations[0]['id']}/messages")
    assert messages["items"][0]["flags"] == ["claims:anna@shop.example"]


async def test_a_claimed_address_of_nobody_is_kept_as_a_claim(chat: Chat) -> None:
    await chat.say(await chat.arrive(), "Hello", name="Bo", email="bo@new.example")
    (conversation,) = await chat.conversations()
    contact = await chat.site.get(chat.company.agent, f"/contacts/{conversation['contact_id']}")
    claims = [one["value"] for one in contact["identities"] if one["verification"] == "claimed"]
    assert (contact["name"], claims) == ("Bo", ["bo@new.example"])
    owner = await chat.arrive(signed=chat.sign(email="bo@new.example"))
    assert await chat.read(owner) == []


async def contacts_of(chat: Chat) -> list[Any]:
    """All contacts by name."""
    return list((await chat.site.get(chat.company.agent, "/contacts"))["items"])


async def make_anna(chat: Chat) -> str:
    """A contact whose address an agent vouches for; her id."""
    body = {"name": "Anna", "identity": {"scheme": "email", "value": "anna@shop.example"}}
    return str((await chat.site.call(chat.company.agent, "POST", "/contacts", body)).json()["id"])


async def test_a_visitor_known_before_is_whoever_has_the_proven_address(chat: Chat) -> None:
    await chat.say(await chat.arrive(signed=chat.sign(sub="7")), "Before I had an address")
    anna = await make_anna(chat)
    token = await chat.arrive(signed=chat.sign(sub="7", email="anna@shop.example"))
    assert [one["id"] for one in await contacts_of(chat)] == [anna]
    await chat.say(token, "Now I have")
    assert await chat.read(token) == ["Before I had an address", "Now I have"]
    [merge] = await chat.site.get(chat.company.agent, f"/contacts/{anna}/merges")
    await chat.site.call(chat.company.agent, "POST", f"/contacts/{merge['contact']['id']}/separate")
    await follow(chat)
    await chat.arrive(signed=chat.sign(sub="7", email="anna@shop.example"))
    assert len(await contacts_of(chat)) == 2, "who was separated by hand isn't merged again"


async def test_two_proven_addresses_are_a_duplicate_with_the_reason(chat: Chat) -> None:
    await chat.say(await chat.arrive(signed=chat.sign(sub="7", email="old@shop.example")), "Hello")
    [visitor] = await contacts_of(chat)
    anna = await make_anna(chat)
    await follow(chat)
    await chat.arrive(signed=chat.sign(sub="7", email="anna@shop.example"))
    [pair] = await chat.site.get(chat.company.agent, f"/contacts/{visitor['id']}/duplicates")
    assert (pair["other"]["id"], pair["reasons"]) == (anna, ["email_signed"])
    await follow(chat)
    [pair] = await chat.site.get(chat.company.agent, f"/contacts/{anna}/duplicates")
    assert (pair["other"]["id"], pair["reasons"]) == (visitor["id"], ["email_signed"])


async def test_an_address_that_nobody_proved_is_a_duplicate_too(chat: Chat) -> None:
    await chat.say(await chat.arrive(signed=chat.sign(sub="7")), "Hello")
    await chat.site.database.write(
        chat.company.id, find_or_make_contacts, [(Address("email", "anna@shop.example", "Anna", verified=False),)]
    )
    await follow(chat)
    await chat.arrive(signed=chat.sign(sub="7", email="anna@shop.example"))
    [anna] = [one for one in await contacts_of(chat) if one["name"] == "Anna"]
    [pair] = await chat.site.get(chat.company.agent, f"/contacts/{anna['id']}/duplicates")
    assert pair["reasons"] == ["email_signed"]


async def follow(chat: Chat) -> None:
    """Let the follower of duplicates see everything."""
    await FollowerRunner(chat.site.database, chat.site.catalogue, [FOLLOWER]).catch_up()


@pytest.mark.parametrize(
    "claims",
    [{"exp": 1}, {"iat": 10**11}, {"aud": "another inbox"}, {"secret": "another secret of thirty-two letters"}],
    ids=["expired", "future", "other inbox", "forged"],
)
async def test_a_bad_statement_is_refused(chat: Chat, claims: dict[str, object]) -> None:
    signed = chat.sign(email="anna@shop.example", **claims)  # type: ignore[arg-type]
    answer = await chat.call("POST", "/sessions", json={"inbox": chat.inbox.key, "signed": signed})
    assert answer.status_code == 401
    assert answer.json()["key"] == "chat.problem.signature"
    assert answer.headers["access-control-allow-origin"] == SHOP


async def test_a_statement_for_one_company_says_nothing_to_another(chat: Chat, site: Site) -> None:
    other = await add_chat(site, await site.add_company(), allowed_origins=[SHOP])
    token = await chat.arrive(signed=chat.sign(email="anna@shop.example"))
    await chat.say(token, "Private")
    assert await other.read(await other.arrive(signed=other.sign(email="anna@shop.example"))) == []
    assert await other.arrive(token=token) != token


async def test_a_signed_visit_ends_by_itself_and_is_renewed_by_the_site(chat: Chat, clock: StoppedClock) -> None:
    token = await chat.arrive(signed=chat.sign(email="anna@shop.example"))
    clock.move(50 * MINUTE)
    assert await chat.arrive(signed=chat.sign(email="anna@shop.example"), token=token) == token
    clock.move(50 * MINUTE)
    assert await chat.read(token) == []
    clock.move(HOUR)
    answer = await chat.call("GET", "/messages", token)
    assert (answer.status_code, answer.json()["key"]) == (401, "chat.problem.session")
    assert await chat.arrive(token=token) != token


async def test_a_visit_that_was_ended_is_over(chat: Chat) -> None:
    token = await chat.arrive()
    assert (await chat.call("DELETE", "/sessions", token)).status_code == 204
    assert (await chat.call("GET", "/messages", token)).status_code == 401


async def test_a_later_unsigned_visit_doesnt_make_a_signed_one_endless(chat: Chat, clock: StoppedClock) -> None:
    token = await chat.arrive(signed=chat.sign(email="anna@shop.example"))
    clock.move(30 * MINUTE)
    assert await chat.arrive(token=token) == token
    clock.move(31 * MINUTE)
    assert (await chat.call("GET", "/messages", token)).status_code == 401


@pytest.mark.parametrize("token", ["", "nonsense", "Bearer", "01a21487-bec8-7151-958a-f45cff9c94ce"])
async def test_without_a_token_nothing_is_told(chat: Chat, token: str) -> None:
    for method, path in (("GET", "/messages"), ("GET", "/stream"), ("POST", "/typing"), ("DELETE", "/sessions")):
        assert (await chat.call(method, path, token)).status_code == 401


async def test_an_agents_cookie_is_no_visitor(chat: Chat) -> None:
    headers = {"cookie": chat.company.agent.headers["cookie"]}
    assert (await chat.call("GET", "/messages", headers=headers)).status_code == 401
