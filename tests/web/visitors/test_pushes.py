"""A visitor's browser that wants to be told of answers: whose it is, where it leads, and who may switch it off."""

from typing import Any

import pytest
from sqlalchemy import bindparam, select

from lyhord.conversations.pushes.tables import visitor_push
from lyhord.kit.clock import HOUR
from lyhord.kit.database import ReadTx
from lyhord.kit.database.statement import Statement
from tests.conftest import StoppedClock
from tests.counterparts.pushservice import Browser
from tests.web.site import Company, Site
from tests.web.visitors.conftest import SHOP, Chat, add_chat

ENDPOINT = "http://127.0.0.1/push/1"


def told(page: str = f"{SHOP}/basket?step=2#here", **more: str) -> dict[str, str]:
    """What the panel says about a browser."""
    return {**Browser().subscription(ENDPOINT), "page": page, "locale": "sv-SE", **more}


async def allow(chat: Chat, token: str, **more: str) -> int:
    """Let the browser be told; the status."""
    return (await chat.call("POST", "/push", token, json=told(**more))).status_code


async def standing(chat: Chat, token: str | None, **more: Any) -> str:
    """What the panel learns when it opens."""
    body = {"inbox": chat.inbox.key, "token": token, **more}
    return str((await chat.call("POST", "/sessions", json=body)).json()["push"])


async def test_a_browser_is_told_until_it_is_switched_off(chat: Chat) -> None:
    token, other = await chat.arrive(), await chat.arrive()
    assert (await chat.call("GET", "/push", token)).json()["key"]
    assert await standing(chat, token) == "off"
    assert await allow(chat, token) == 204
    assert (await standing(chat, token), await standing(chat, other)) == ("on", "off")
    assert (await chat.call("DELETE", "/push", other)).status_code == 204
    assert await standing(chat, token) == "on", "another's"
    assert (await chat.call("DELETE", "/push", token)).status_code == 204
    assert await standing(chat, token) == "off"


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
async def test_without_a_token_that_holds_there_is_nothing(chat: Chat, method: str) -> None:
    ended = await chat.arrive()
    await chat.call("DELETE", "/sessions", ended)
    for token in ("", "nonsense", ended):
        more: dict[str, Any] = {"json": told()} if method == "POST" else {}
        assert (await chat.call(method, "/push", token, **more)).status_code == 401


async def test_the_push_leads_to_a_page_where_the_chat_may_stand_only(chat: Chat, site: Site, company: Company) -> None:
    token = await chat.arrive()
    for page in ("https://evil.example/", "javascript:alert(1)", "", "https://shop.example.evil.example/"):
        assert await allow(chat, token, page=page) == 422, page
    assert await allow(chat, token, page="http://test.invalid/chat/try.html?inbox=x") == 204, "ours"
    anywhere = await add_chat(site, company)
    token = await anywhere.arrive()
    assert await allow(anywhere, token) == 204
    assert await allow(anywhere, token, page="https://other.example/") == 422, "not the page that called"


async def test_no_browser_looks_like_this(chat: Chat) -> None:
    token = await chat.arrive()
    for wrong in ({"p256dh": "x"}, {"auth": "x"}, {"endpoint": "ftp://x"}, {"endpoint": "http://10.1.2.3/x"}):
        assert await allow(chat, token, **wrong) == 422, wrong
    assert await standing(chat, token) == "off"


async def test_an_inbox_that_tells_nobody(site: Site, company: Company) -> None:
    chat = await add_chat(site, company, push=False)
    token = await chat.arrive()
    assert await standing(chat, token) == "never"
    assert (await chat.call("GET", "/push", token)).status_code == 403
    assert await allow(chat, token) == 403


async def test_who_signs_out_is_told_no_more_and_who_is_signed_in_again_still_is(
    chat: Chat, clock: StoppedClock
) -> None:
    first = await chat.arrive(signed=chat.sign(sub="7"))
    assert await allow(chat, first) == 204
    clock.move(2 * HOUR)
    again = await chat.arrive(signed=chat.sign(sub="7"), token=first)
    assert again != first
    assert await standing(chat, again, signed=chat.sign(sub="7")) == "on"
    stranger = await chat.arrive(signed=chat.sign(sub="8"), token=again)
    assert await standing(chat, stranger, signed=chat.sign(sub="8")) == "off"
    await chat.call("DELETE", "/sessions", again)
    back = await chat.arrive(signed=chat.sign(sub="7"))
    assert await standing(chat, back, signed=chat.sign(sub="7")) == "off"


async def test_what_was_looked_at_is_noted_even_where_agents_hear_nothing_of_it(site: Site) -> None:
    company = await site.add_company(read_marks_in=False)
    chat = await add_chat(site, company, allowed_origins=[SHOP])
    token = await chat.arrive()
    said = await chat.say(token, "Hello")
    assert await allow(chat, token) == 204
    assert await seen(chat) == [None]
    assert (await chat.call("POST", "/read", token, json={"message_id": said["id"]})).status_code == 204
    assert await seen(chat) == [said["id"]]


async def seen(chat: Chat) -> list[str | None]:
    """How far the owners of all browsers of the workspace have looked."""
    return await chat.site.database.read(chat.company.id, _seen)


def _seen(tx: ReadTx) -> list[str | None]:
    mine = visitor_push.c.workspace_id == bindparam("workspace_id")
    return [row[0] for row in tx.all(Statement(select(visitor_push.c.seen_id).where(mine)))]
