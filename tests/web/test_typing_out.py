"""Customers elsewhere see that an agent writes: where their channel can show it and the workspace wants it."""

import asyncio
from typing import Any

import msgspec
import pytest

from lyhord.channels.sandbox import adapter
from lyhord.channels.sandbox.adapter import Sandbox
from lyhord.conversations.exchange import Address
from tests.waiting import until
from tests.web.site import Company, Site


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[Address]:
    """Whom a sandbox that can show typing was told to show it to."""
    told: list[Address] = []

    async def show_typing(_: Sandbox, to: Address) -> None:
        told.append(to)
        if to.value == "bert":
            raise OSError("away")

    monkeypatch.setattr(adapter, "DESCRIPTOR", msgspec.structs.replace(adapter.DESCRIPTOR, typing_out=True))

    async def show_typing_in(_: Sandbox, group_id: str) -> None:
        told.append(Address("group", group_id))

    monkeypatch.setattr(Sandbox, "show_typing", show_typing)
    monkeypatch.setattr(Sandbox, "show_typing_in", show_typing_in)
    return told


async def type_to(site: Site, company: Company, who: str) -> None:
    """Somebody has written, and the agent types to everybody who did."""
    await site.say(company.inbox, who=who)
    for ticket in (await site.get(company.agent, "/tickets?list=all"))["items"]:
        await signal(site, company, ticket)


async def signal(site: Site, company: Company, ticket: Any, name: str = "typing") -> None:
    path = f"/conversations/{ticket['conversation_id']}/signals"
    assert (await site.call(company.agent, "POST", path, {"name": name})).status_code == 204


async def test_the_customer_is_told_once_in_a_while(site: Site, company: Company, shown: list[Address]) -> None:
    await type_to(site, company, "ann")
    await until(lambda: shown)
    [ticket] = (await site.get(company.agent, "/tickets?list=all"))["items"]
    await signal(site, company, ticket)
    await signal(site, company, ticket, "looking")
    await type_to(site, company, "bert")
    await type_to(site, company, "carl")
    await until(lambda: len(shown) == 3)
    assert [one.value for one in shown] == ["ann", "bert", "carl"]


async def test_a_workspace_that_shows_no_typing_tells_nobody(site: Site, shown: list[Address]) -> None:
    quiet, open_house = await site.add_company(typing_out=False), await site.add_company()
    await type_to(site, quiet, "ann")
    await type_to(site, open_house, "carl")
    await until(lambda: shown)
    await asyncio.sleep(0)
    assert [one.value for one in shown] == ["carl"]


async def test_where_only_an_answer_can_be_shown_it_names_the_customers_last_message(
    site: Site, company: Company, shown: list[Address], monkeypatch: pytest.MonkeyPatch
) -> None:
    answered: list[tuple[str, str]] = []

    async def show_answering(_: Sandbox, to: Address, message: str) -> None:
        answered.append((to.value, message))

    monkeypatch.setattr(Sandbox, "show_answering", show_answering, raising=False)
    await site.say(company.inbox, who="ann", id="first")
    await site.say(company.inbox, who="ann", id="second")
    [ticket] = (await site.get(company.agent, "/tickets?list=all"))["items"]
    await signal(site, company, ticket)
    await until(lambda: answered)
    assert answered == [("ann", "second")]
    assert shown == []


async def test_a_group_is_told_and_nobody_in_it_alone(site: Site, company: Company, shown: list[Address]) -> None:
    await site.say(company.inbox, who="ann", group="street")
    (ticket,) = (await site.get(company.agent, "/tickets?list=all"))["items"]
    await signal(site, company, ticket)
    await until(lambda: shown)
    assert shown == [Address("group", "street")]
