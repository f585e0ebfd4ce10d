"""Cookies count only for calls from our own pages; bearer tokens need no page."""

import pytest

from tests.workspaces.house import BASE, PASSWORD, House, key_of

CHANGE = {"theme": "dark"}


@pytest.mark.parametrize(
    ("headers", "allowed"),
    [
        ({"origin": BASE}, True),
        ({"origin": BASE + ":80"}, True),
        ({"sec-fetch-site": "same-origin"}, True),
        ({"sec-fetch-site": "none"}, True),
        ({"origin": BASE, "sec-fetch-site": "cross-site"}, True),
        ({}, False),
        ({"origin": "http://evil.example"}, False),
        ({"origin": "null"}, False),
        ({"origin": ""}, False),
        ({"origin": "https://desk.example"}, False),
        ({"origin": BASE + ":8000"}, False),
        ({"origin": "http://desk.example.evil.example"}, False),
        ({"origin": "http://evil.example", "sec-fetch-site": "same-origin"}, False),
        ({"sec-fetch-site": "same-site"}, False),
        ({"sec-fetch-site": "cross-site"}, False),
        ({"referer": BASE + "/app/"}, False),
    ],
)
async def test_a_change_by_cookie_must_come_from_our_own_page(
    house: House, headers: dict[str, str], allowed: bool
) -> None:
    del house.admin.client.headers["origin"]
    answer = await house.admin.patch("/me", CHANGE, **headers)
    assert answer.status_code == (200 if allowed else 403)
    if not allowed:
        assert key_of(answer) == "problem.origin"
    me = (await house.admin.get("/me")).json()
    assert me["agent"]["theme"] == ("dark" if allowed else "system")


@pytest.mark.parametrize("path", ["/sign-in", "/password-reset", "/links/setup", "/sign-out"])
async def test_other_sites_can_neither_sign_anybody_in_nor_out(house: House, path: str) -> None:
    body = {"email": "ada@example.org", "password": PASSWORD}
    answer = await house.admin.post(path, body, origin="http://evil.example")
    assert (answer.status_code, key_of(answer)) == (403, "problem.origin")
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""]
)
async def test_what_a_form_can_send_is_refused(house: House, kind: str) -> None:
    answer = await house.admin.client.patch("/api/v1/me", content=b'{"theme":"dark"}', headers={"content-type": kind})
    assert (answer.status_code, key_of(answer)) == (403, "problem.content_type")


async def test_reading_needs_no_origin(house: House) -> None:
    assert (await house.admin.get("/me", origin="http://evil.example")).status_code == 200


async def test_a_bearer_token_needs_no_origin_and_hides_the_cookie(house: House) -> None:
    made = (
        await house.admin.post("/tokens", {"name": "sync", "powers": ["teams.manage", "conversations.read"]})
    ).json()
    program = {"authorization": f"Bearer {made['text']}", "origin": "http://anywhere.example"}
    answer = await house.browser().post("/teams", {"name": "Quay"}, **program)
    assert answer.status_code == 201
    answer = await house.admin.patch("/workspace", {"name": "Mine"}, **program)
    assert (answer.status_code, key_of(answer)) == (403, "problem.forbidden"), (
        "the cookie's powers must not help a token"
    )
    answer = await house.admin.get("/me", authorization="Bearer nonsense")
    assert answer.status_code == 401
    answer = await house.admin.get("/me", authorization="Basic YTpi")
    assert answer.status_code == 401


async def test_a_session_is_no_token_and_a_token_no_session(house: House) -> None:
    made = (await house.admin.post("/tokens", {"name": "sync", "powers": ["conversations.read"]})).json()
    session = house.admin.client.cookies["lyhord"]
    stranger = house.browser()
    assert (await stranger.get("/me", authorization=f"Bearer {session}")).status_code == 401
    assert (await stranger.get("/me", cookie=f"lyhord={made['text']}")).status_code == 401


async def test_a_session_of_one_workspace_opens_no_other(house: House) -> None:
    other = House(house.database, house.clock)
    await other.settle()
    mine = house.admin.client.cookies["lyhord"]
    theirs = other.admin.client.cookies["lyhord"]
    mixed = theirs.partition(".")[0] + "." + mine.partition(".")[2]
    assert (await house.browser().get("/me", cookie=f"lyhord={mixed}")).status_code == 401
    await other.close()
