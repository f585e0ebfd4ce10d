"""A customer of Apple's from their first message to the end of the conversation and back, through the web server and its API."""

from typing import Any

from lyhord.channels.apple.adapter import DESCRIPTOR, Apple
from lyhord.conversations.account import Account
from tests.channels.apple.said import account, body, call, chosen
from tests.web.conftest import company, site
from tests.web.site import Company, Site

__all__ = ["company", "site"]


class Connected(Apple):
    """The adapter on the account of these tests, whatever inbox it is opened for."""

    def __init__(self, _account: Account) -> None:
        super().__init__(account())


async def hear(site: Site, company: Company, said: Any, capabilities: str | None = "LIST,QUICK", **headers: str) -> int:
    """Apple calls, at the address with what it puts behind it; the status that it gets."""
    raw = call(said, capabilities=capabilities, **headers)
    answer = await site.client.post(f"/in/{company.inbox.key}/message", content=raw.body, headers=dict(raw.headers))
    return answer.status_code


async def test_a_conversation_with_devices_an_end_and_a_return(site: Site, company: Company) -> None:
    site.channels.adapter, site.channels.can = Connected, DESCRIPTOR
    assert await hear(site, company, body(body="Hej"), authorization="Bearer forged") == 401
    for _ in range(2):
        assert await hear(site, company, body(body="Hej")) == 200
    [ticket] = (await site.get(company.agent, "/tickets?list=all"))["items"]
    place = f"/conversations/{ticket['conversation_id']}"

    async def plan() -> Any:
        words = {"text": "Which?", "buttons": ["Red", "Blue"]}
        return (await site.call(company.agent, "POST", f"{place}/plan", words)).json()

    async def texts() -> list[str]:
        return [one["text"] for one in (await site.get(company.agent, f"{place}/messages"))["items"]]

    assert (await plan())["changes"] == []
    assert await hear(site, company, body(body="From my old phone", id="2"), "LIST") == 200
    assert (await plan())["changes"] == ["plan.buttons_as_list"]
    assert await hear(site, company, body(body="From my watch", id="3"), "") == 200
    assert (await plan())["changes"] == ["plan.buttons_as_text"]

    words = {"text": "Which?", "buttons": ["Red", "Blue"]}
    asked = (await site.call(company.agent, "POST", f"{place}/messages", words)).json()
    pressed = {"quick-reply": {"items": [{"identifier": "lyhord:2", "title": "Blue"}], "selectedIndex": 0}}
    assert await hear(site, company, {**chosen(pressed), "id": "4"}) == 200
    answer = (await site.get(company.agent, f"{place}/messages"))["items"][-1]
    assert (answer["text"], answer["chosen"], answer["answers"]) == ("Blue", 2, asked["id"])

    assert await hear(site, company, body("typing_start", id="5")) == 200
    assert await hear(site, company, body("typing_end", id="6")) == 200
    assert await hear(site, company, body("close", id="7"), None) == 200
    assert (await plan())["refusal"] == "channel.apple.opted_out"
    refused = await site.call(company.agent, "POST", f"{place}/messages", {"text": "Wait!"})
    assert (refused.status_code, refused.json()["key"]) == (422, "channel.apple.opted_out")
    assert await texts() == ["Hej", "From my old phone", "From my watch", "Which?", "Blue", "🔕"]
    assert await hear(site, company, body(body="Here again", id="8")) == 200
    assert (await plan())["changes"] == []
