"""What passes between customers elsewhere and agents: that somebody types, how far was read; and calls that can't be understood yet."""

import json
from typing import Any, ClassVar

import pytest
from msgspec.structs import replace
from typing_extensions import override

from lyhord.channels.sandbox.adapter import Sandbox
from lyhord.conversations.exchange import Address, Inbound, InboundMessage, InboundTyping, Raw
from lyhord.kit.bus import Signal
from tests.waiting import grace, until
from tests.web.site import Company, Site

TYPING = b'{"events":[]}'


class Writing(Sandbox):
    """A sandbox in which ann writes, and that tells whom it was told to show read marks."""

    marks: ClassVar[list[tuple[str, str]]] = []

    @override
    def parse(self, raw: Raw) -> list[Inbound]:
        if raw.body == TYPING:
            return [
                InboundTyping(sender=(Address("sandbox", "ann"),)),
                InboundTyping(sender=(Address("sandbox", "x"),)),
            ]
        return super().parse(raw)

    async def show_read(self, to: Address, message: str, group_id: str | None = None) -> None:
        self.marks.append((to.value, message))


@pytest.fixture
def marks(site: Site) -> list[tuple[str, str]]:
    Writing.marks = []
    site.channels.adapter = Writing
    return Writing.marks


async def conversation_id(site: Site, company: Company) -> str:
    [ticket] = (await site.get(company.agent, "/tickets?list=all"))["items"]
    return str(ticket["conversation_id"])


async def test_agents_see_that_a_customer_types_and_nothing_is_kept(
    site: Site, company: Company, marks: list[tuple[str, str]]
) -> None:
    await site.say(company.inbox, "Hello", who="ann")
    told: list[Any] = []
    with site.bus.subscribe(company.id) as subscription:
        assert (await site.call_hook(company.inbox, TYPING)).status_code == 200
        async for item in subscription:
            told.append(item)
            break
    (signal,) = told
    assert isinstance(signal, Signal)
    assert signal.name == "typing"
    assert signal.body["conversation_id"] == await conversation_id(site, company)
    assert signal.body["contact"] is True


async def test_where_the_workspace_hides_it_nobody_sees_it(site: Site, marks: list[tuple[str, str]]) -> None:
    quiet = await site.add_company(typing_in=False)
    await site.say(quiet.inbox, "Hello", who="ann")
    with site.bus.subscribe(quiet.id) as subscription:
        assert (await site.call_hook(quiet.inbox, TYPING)).status_code == 200
        await site.say(quiet.inbox, "Again", who="ann")
        async for item in subscription:
            assert not isinstance(item, Signal)
            break


async def test_a_customer_is_shown_once_how_far_was_read(
    site: Site, company: Company, marks: list[tuple[str, str]]
) -> None:
    for number in (1, 2):
        event = {"kind": "message", "id": f"m{number}", "sender": {"id": "ann"}, "text": "Hello"}
        await site.call_hook(company.inbox, json.dumps({"events": [event]}).encode())
    place = await conversation_id(site, company)
    page = await site.get(company.agent, f"/conversations/{place}/messages")
    last = max(message["id"] for message in page["items"])
    for _ in range(2):
        await site.call(company.agent, "POST", f"/conversations/{place}/read", {"message_id": last})
    await until(lambda: marks)
    await grace()
    assert marks == [("ann", "m2")]


async def test_a_channel_that_marks_by_what_came_along_hears_that(site: Site, company: Company) -> None:
    class Handled(Sandbox):
        marks: ClassVar[list[str]] = []

        @override
        def parse(self, raw: Raw) -> list[Inbound]:
            return [replace(one, handle="h7") for one in super().parse(raw) if isinstance(one, InboundMessage)]

        async def show_read_by(self, handle: str) -> None:
            self.marks.append(handle)

    site.channels.adapter = Handled
    await site.say(company.inbox, "Hello", who="ann")
    place = await conversation_id(site, company)
    page = await site.get(company.agent, f"/conversations/{place}/messages")
    await site.call(company.agent, "POST", f"/conversations/{place}/read", {"message_id": page["items"][0]["id"]})
    await until(lambda: Handled.marks)
    assert Handled.marks == ["h7"]


async def test_where_the_workspace_shows_no_read_marks_nobody_is_told(site: Site, marks: list[tuple[str, str]]) -> None:
    quiet = await site.add_company(read_marks_out=False)
    await site.say(quiet.inbox, "Hello", who="ann")
    place = await conversation_id(site, quiet)
    page = await site.get(quiet.agent, f"/conversations/{place}/messages")
    await site.call(quiet.agent, "POST", f"/conversations/{place}/read", {"message_id": page["items"][0]["id"]})
    await grace()
    assert marks == []


async def test_what_cant_be_understood_yet_is_to_be_told_again(site: Site, company: Company) -> None:
    class Asked(Sandbox):
        away = True

        async def look_up(self, raw: Raw) -> None:
            if self.away:
                raise OSError("the other side can't be asked")

    site.channels.adapter = Asked
    assert (await site.say(company.inbox, "Hello")).status_code == 503
    assert (await site.get(company.agent, "/tickets?list=all"))["items"] == []
    Asked.away = False
    assert (await site.say(company.inbox, "Hello")).status_code == 200
    assert len((await site.get(company.agent, "/tickets?list=all"))["items"]) == 1
