"""Customers say in the chat that it is a complaint."""

from tests.web.site import Company, Site
from tests.web.visitors.conftest import SHOP, Chat, add_chat


async def press(chat: Chat, token: str) -> int:
    return (await chat.call("POST", "/complaint", token)).status_code


async def test_where_it_is_offered_what_they_wrote_becomes_one(site: Site, company: Company) -> None:
    chat = await add_chat(site, company, allowed_origins=[SHOP], complaints=True)
    token = await chat.arrive()
    assert await press(chat, token) == 404, "nothing was said yet"
    await chat.say(token, "It broke")
    assert await press(chat, token) == 204
    assert await press(chat, token) == 204, "twice is once"
    [ticket] = (await site.get(company.agent, "/tickets?list=complaints"))["items"]
    assert ticket["owner_agent_id"] == company.administrator.id


async def test_elsewhere_there_is_no_such_thing(chat: Chat) -> None:
    token = await chat.arrive()
    await chat.say(token, "It broke")
    assert await press(chat, token) == 404
