"""From which pages the chat may be used."""

import pytest

from lyhord.conversations.visitors import list_origins
from tests.web.site import Company, Site
from tests.web.visitors.conftest import SHOP, Chat, add_chat

OTHER = "https://elsewhere.example"


async def test_only_listed_origins_may_begin_a_visit(chat: Chat) -> None:
    body = {"inbox": chat.inbox.key}
    allowed = await chat.call("POST", "/sessions", json=body)
    assert allowed.headers["access-control-allow-origin"] == SHOP
    assert "origin" in allowed.headers["vary"].lower()
    assert "access-control-allow-credentials" not in allowed.headers
    for origin in (
        OTHER,
        "null",
        "https://shop.example.evil.example",
        "http://shop.example",
        "https://shop.example:444",
    ):
        refused = await chat.call("POST", "/sessions", origin=origin, json=body)
        assert refused.status_code == 403, origin
        assert "access-control-allow-origin" not in refused.headers


async def test_a_token_works_only_from_listed_origins(chat: Chat) -> None:
    token = await chat.arrive()
    assert (await chat.call("GET", "/messages", token, origin=OTHER)).status_code == 403
    assert (await chat.call("GET", "/messages", token)).status_code == 200


async def test_our_own_pages_may_always(chat: Chat) -> None:
    assert await chat.arrive(origin="http://test.invalid")
    assert await chat.arrive(origin=None)


async def test_without_a_list_any_page_may_but_nobody_is_signed_in(site: Site, company: Company) -> None:
    chat = await add_chat(site, company)
    assert await chat.arrive(origin=OTHER)
    signed = chat.sign(email="anna@shop.example")
    body = {"inbox": chat.inbox.key, "signed": signed}
    assert (await chat.call("POST", "/sessions", origin=OTHER, json=body)).status_code == 403
    token = await chat.arrive(signed=signed, origin="http://test.invalid")
    assert (await chat.call("GET", "/messages", token, origin=OTHER)).status_code == 403


async def test_a_browser_may_ask_before_it_calls(chat: Chat) -> None:
    for path in ("/sessions", "/messages", "/files", "/read", "/typing", "/stream", "/attachments/x"):
        answer = await chat.call(
            "OPTIONS",
            path,
            headers={"access-control-request-method": "POST", "access-control-request-headers": "authorization"},
        )
        assert answer.status_code == 204, path
        assert answer.headers["access-control-allow-origin"] == SHOP
        assert "authorization" in answer.headers["access-control-allow-headers"]
        assert "DELETE" in answer.headers["access-control-allow-methods"]


@pytest.mark.parametrize(
    "given", [["https://Shop.example", "http://localhost:8000"], "https://shop.example/\nhttp://localhost:8000 "]
)
def test_origins_are_read_as_browsers_write_them(given: object) -> None:
    assert list_origins({"allowed_origins": given}) == {"https://shop.example", "http://localhost:8000"}


def test_what_is_no_origin_allows_nothing() -> None:
    assert list_origins({"allowed_origins": ["*", "shop.example", "file:///x", ""]}) == frozenset()
