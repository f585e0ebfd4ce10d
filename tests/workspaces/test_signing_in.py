"""Ways in: passwords, cookies, one-time links, resets, and what a stranger can learn from them (nothing)."""

import re

import pytest

from lyhord.kit.clock import DAY, HOUR, MINUTE
from lyhord.kit.database import Database
from lyhord.kit.ids import new_id
from lyhord.workspaces.actions.agents import AgentChange, change_agent
from lyhord.workspaces.actions.links import open_setup
from lyhord.workspaces.actions.sessions import sweep_sign_in
from lyhord.workspaces.actions.workspace import create_workspace
from lyhord.workspaces.model import WorkspaceSettings
from tests.conftest import StoppedClock
from tests.workspaces.house import BASE, PASSWORD, House, key_of, token_of


async def test_set_up_makes_the_first_administrator_and_signs_them_in(house: House) -> None:
    me = (await house.admin.get("/me")).json()
    assert (me["agent"]["email"], me["agent"]["name"], me["agent"]["role"]) == (
        "ada@example.org",
        "Ada",
        "administrator",
    )
    assert me["workspace"]["name"] == "Harbour"
    assert me["workspace"]["settings"]["base_address"] == BASE
    assert "agents.manage" in me["powers"]
    assert me["inbox_ids"] is None
    assert me["stream"]["seq"] >= 1


async def test_set_up_speaks_the_language_of_its_page(database: Database, clock: StoppedClock) -> None:
    house = House(database, clock)
    await database.write(house.workspace_id, create_workspace, "Harbour", WorkspaceSettings())
    token = await database.write(house.workspace_id, open_setup)
    body = {"token": token, "password": PASSWORD, "email": "a@b.example", "locale": "sv"}
    me = (await house.browser().post("/links/setup", body)).json()
    assert (me["agent"]["locale"], me["workspace"]["settings"]["locale"]) == ("sv", "sv")
    await house.close()


async def test_set_up_is_over_once_an_administrator_has_joined(house: House) -> None:
    assert await house.database.write(house.workspace_id, open_setup) is None


async def test_set_up_needs_an_address_and_leaves_the_link_usable_without(
    database: Database, clock: StoppedClock
) -> None:
    house = House(database, clock)
    await database.write(house.workspace_id, create_workspace, "Harbour", WorkspaceSettings())
    token = await database.write(house.workspace_id, open_setup)
    browser = house.browser()
    answer = await browser.post("/links/setup", {"token": token, "password": PASSWORD})
    assert (answer.status_code, answer.json()["fields"]) == (422, {"email": "field.email"})
    answer = await browser.post("/links/setup", {"token": token, "password": PASSWORD, "email": "a@b.example"})
    assert answer.status_code == 200
    await house.close()


async def test_a_second_set_up_link_voids_the_first(database: Database, clock: StoppedClock) -> None:
    house = House(database, clock)
    await database.write(house.workspace_id, create_workspace, "Harbour", WorkspaceSettings())
    first = await database.write(house.workspace_id, open_setup)
    second = await database.write(house.workspace_id, open_setup)
    browser = house.browser()
    assert (await browser.get("/links/setup", **{"Lyhord-Link": first or ""})).status_code == 410
    facts = await browser.get("/links/setup", **{"Lyhord-Link": second or ""})
    assert facts.json() == {"email": "", "name": "", "workspace": "Harbour", "locale": "en"}
    await house.close()


async def test_signing_in_and_out(house: House) -> None:
    browser = house.browser()
    answer = await browser.sign_in(" ADA@example.org ")
    assert answer.status_code == 200
    assert answer.json()["agent"]["email"] == "ada@example.org"
    session = browser.client.cookies["lyhord"]
    assert (await browser.get("/me")).status_code == 200
    assert (await browser.post("/sign-out")).status_code == 204
    assert "lyhord" not in browser.client.cookies
    answer = await browser.get("/me", cookie=f"lyhord={session}")
    assert (answer.status_code, key_of(answer)) == (401, "problem.not_signed_in")


async def test_a_stranger_cannot_tell_an_unknown_address_from_a_wrong_password(house: House) -> None:
    guest = await house.hire("bo@example.org")
    await house.admin.patch(f"/agents/{guest.agent_id}", {"disabled": True})
    await house.admin.post("/agents", {"email": "invited@example.org"})
    answers: list[tuple[int, dict[str, object]]] = []
    for email, password in [
        ("ada@example.org", "wrong password!"),
        ("nobody@example.org", PASSWORD),
        ("bo@example.org", PASSWORD),
        ("invited@example.org", PASSWORD),
    ]:
        answer = await house.browser(f"198.51.100.{len(answers)}").sign_in(email, password)
        body = answer.json()
        del body["reference"]
        answers.append((answer.status_code, body))
    assert answers[0][0] == 401
    assert answers[0][1]["key"] == "problem.wrong_password"
    assert all(each == answers[0] for each in answers)


async def test_an_unknown_address_costs_a_password_check_too(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    checked: list[str | None] = []

    async def verify(stored: str | None, _password: str) -> bool:
        checked.append(stored)
        return False

    monkeypatch.setattr("lyhord.workspaces.routes.signing.verify_password", verify)
    await house.browser().sign_in("nobody@example.org")
    await house.browser().sign_in("ada@example.org")
    assert checked[0] is None
    assert len(checked) == 2


async def test_an_address_in_two_workspaces_is_asked_which(house: House) -> None:
    other = new_id()
    await house.database.write(other, create_workspace, "Lighthouse", WorkspaceSettings())
    token = await house.database.write(other, open_setup)
    body = {"token": token, "password": PASSWORD, "email": "ada@example.org"}
    assert (await house.browser().post("/links/setup", body)).status_code == 200
    browser = house.browser()
    answer = await browser.sign_in("ada@example.org")
    assert (answer.status_code, key_of(answer)) == (409, "problem.choose_workspace")
    assert answer.json()["fields"] == {house.workspace_id: "Harbour", other: "Lighthouse"}
    assert "lyhord" not in browser.client.cookies
    answer = await browser.sign_in("ada@example.org", workspace_id=other)
    assert answer.json()["workspace"]["name"] == "Lighthouse"
    assert (await browser.sign_in("ada@example.org", workspace_id=new_id())).status_code == 401


async def test_an_invitation_is_accepted_once(house: House) -> None:
    await house.admin.post("/agents", {"email": "Bo@Example.org", "name": "Bo", "role": "agent"})
    [letter] = await house.letters()
    assert (letter.template, letter.to, letter.workspace) == ("invitation", "bo@example.org", "Harbour")
    assert letter.link.startswith(f"{BASE}/app/#/invitation?token=")
    token = token_of(letter.link)
    browser = house.browser()
    facts = (await browser.get("/links/invitation", **{"Lyhord-Link": token})).json()
    assert (facts["email"], facts["name"]) == ("bo@example.org", "Bo")
    body = {"token": token, "password": PASSWORD, "name": "Bo Ek", "email": "other@example.org"}
    answer = await browser.post("/links/invitation", body)
    assert answer.json()["agent"]["email"] == "bo@example.org"
    assert answer.json()["agent"]["name"] == "Bo Ek"
    assert answer.json()["agent"]["invited"] is False
    again = await house.browser().post("/links/invitation", body)
    assert (again.status_code, key_of(again)) == (410, "problem.link_over")


@pytest.mark.parametrize(("purpose", "life"), [("invitation", 72 * HOUR), ("reset", HOUR)])
async def test_a_link_runs_out(house: House, purpose: str, life: int) -> None:
    await house.hire("bo@example.org")
    if purpose == "invitation":
        await house.admin.post("/agents", {"email": "cy@example.org"})
    else:
        await house.browser().post("/password-reset", {"email": "bo@example.org"})
    token = token_of((await house.letters())[-1].link)
    browser = house.browser()
    house.clock.move(life - 1)
    assert (await browser.get(f"/links/{purpose}", **{"Lyhord-Link": token})).status_code == 200
    house.clock.move(1)
    assert (await browser.get(f"/links/{purpose}", **{"Lyhord-Link": token})).status_code == 410
    answer = await browser.post(f"/links/{purpose}", {"token": token, "password": PASSWORD})
    assert answer.status_code == 410


async def test_a_link_serves_its_own_purpose_only(house: House) -> None:
    await house.admin.post("/agents", {"email": "bo@example.org"})
    token = token_of((await house.letters())[-1].link)
    browser = house.browser()
    for purpose in ("reset", "setup"):
        answer = await browser.post(f"/links/{purpose}", {"token": token, "password": PASSWORD, "email": "x@y.example"})
        assert answer.status_code == 410


@pytest.mark.parametrize("token", ["", "x", "a.b", "é" * 50, "x" * 200])
async def test_what_is_no_link_is_over(house: House, token: str) -> None:
    answer = await house.browser().post("/links/reset", {"token": token, "password": PASSWORD})
    assert (answer.status_code, key_of(answer)) == (410, "problem.link_over")


async def test_a_reset_sets_a_new_password_and_ends_every_session(house: House) -> None:
    bo = await house.hire("bo@example.org")
    answer = await house.browser().post("/password-reset", {"email": "bo@example.org"})
    assert (answer.status_code, answer.content) == (202, b"null")
    letter = (await house.letters())[-1]
    assert (letter.template, letter.to) == ("reset", "bo@example.org")
    browser = house.browser()
    body = {"token": token_of(letter.link), "password": "another fine sentence", "name": "Mallory"}
    answer = await browser.post("/links/reset", body)
    assert answer.json()["agent"]["name"] == "bo"
    assert (await bo.get("/me")).status_code == 401
    assert (await browser.get("/me")).status_code == 200
    assert (await house.browser().sign_in("bo@example.org")).status_code == 401
    assert (await house.browser().sign_in("bo@example.org", "another fine sentence")).status_code == 200
    assert (await house.browser().post("/links/reset", body)).status_code == 410


async def test_a_reset_answers_everybody_alike(house: House) -> None:
    await house.admin.post("/agents", {"email": "invited@example.org"})
    before = len(await house.letters())
    for email in ("nobody@example.org", "invited@example.org"):
        answer = await house.browser().post("/password-reset", {"email": email})
        assert (answer.status_code, answer.content) == (202, b"null")
    assert len(await house.letters()) == before


async def test_the_link_of_a_reset_never_follows_the_host_that_was_asked(house: House) -> None:
    browser = house.browser()
    headers = {"host": "evil.example", "origin": "http://evil.example", "x-forwarded-host": "evil.example"}
    assert (await browser.post("/password-reset", {"email": "ada@example.org"}, **headers)).status_code == 202
    assert (await house.letters())[-1].link.startswith(f"{BASE}/app/#/reset?token=")


async def test_a_disabled_agent_is_out_at_once(house: House) -> None:
    bo = await house.hire("bo@example.org")
    await house.browser().post("/password-reset", {"email": "bo@example.org"})
    token = token_of((await house.letters())[-1].link)
    await house.database.write(house.workspace_id, change_agent, bo.agent_id, AgentChange(disabled=True))
    assert (await bo.get("/me")).status_code == 401
    assert (await house.browser().post("/links/reset", {"token": token, "password": PASSWORD})).status_code == 410
    await house.database.write(house.workspace_id, change_agent, bo.agent_id, AgentChange(disabled=False))
    assert (await bo.get("/me")).status_code == 401, "sessions of before stay ended"
    assert (await house.browser().sign_in("bo@example.org")).status_code == 200


async def test_a_session_ends_when_idle_and_at_the_latest_after_ninety_days(house: House) -> None:
    browser = house.browser()
    await browser.sign_in("ada@example.org")
    house.clock.move(14 * DAY)
    assert (await browser.get("/me")).status_code == 401
    await browser.sign_in("ada@example.org")
    for _ in range(9):
        house.clock.move(10 * DAY - 1)
        assert (await browser.get("/me")).status_code == 200
        await house.written()
    house.clock.move(9)
    assert (await browser.get("/me")).status_code == 401


async def test_sweeping_deletes_only_what_is_over(house: House) -> None:
    old = house.browser()
    await old.sign_in("ada@example.org")
    house.clock.move(13 * DAY)
    await house.admin.get("/me")
    await house.written()
    house.clock.move(DAY)
    await house.database.write(house.workspace_id, sweep_sign_in)
    assert len((await house.admin.get("/sessions")).json()) == 1


async def test_own_sessions_are_listed_and_ended(house: House) -> None:
    phone = house.browser("198.51.100.7", **{"user-agent": "Phone/1  "})
    await phone.sign_in("ada@example.org")
    sessions = (await house.admin.get("/sessions")).json()
    assert {each["address"] for each in sessions} == {"203.0.113.5", "198.51.100.7"}
    assert [each["current"] for each in sessions].count(True) == 1
    [other] = [each for each in sessions if not each["current"]]
    assert other["client"] == "Phone/1"
    assert (await house.admin.delete(f"/sessions/{other['id']}")).status_code == 204
    assert (await phone.get("/me")).status_code == 401
    assert (await house.admin.delete(f"/sessions/{other['id']}")).status_code == 404
    assert (await house.admin.delete("/sessions/0")).status_code == 404


async def test_nobody_ends_the_sessions_of_others(house: House) -> None:
    bo = await house.hire("bo@example.org")
    [mine] = (await house.admin.get("/sessions")).json()
    assert (await bo.delete(f"/sessions/{mine['id']}")).status_code == 404
    assert (await bo.delete("/sessions")).status_code == 204
    assert (await house.admin.get("/me")).status_code == 200
    assert (await bo.get("/me")).status_code == 200


async def test_a_new_password_ends_other_sessions(house: House) -> None:
    phone = house.browser()
    await phone.sign_in("ada@example.org")
    new = "yet another sentence"
    assert (await house.admin.patch("/me", {"password": "short"})).json()["fields"] == {"password": "password.short"}
    assert (await phone.get("/me")).status_code == 200
    assert (await house.admin.patch("/me", {"password": new})).status_code == 200
    assert (await house.admin.get("/me")).status_code == 200
    assert (await phone.get("/me")).status_code == 401
    assert (await phone.sign_in("ada@example.org", new)).status_code == 200


@pytest.mark.parametrize(
    ("password", "key"),
    [("short", "password.short"), ("password123", "password.common"), ("bo@example.org", "password.email")],
)
async def test_a_weak_password_is_refused_and_the_link_stays_usable(house: House, password: str, key: str) -> None:
    await house.admin.post("/agents", {"email": "bo@example.org"})
    token = token_of((await house.letters())[-1].link)
    browser = house.browser()
    answer = await browser.post("/links/invitation", {"token": token, "password": password})
    assert (answer.status_code, answer.json()["fields"]) == (422, {"password": key})
    assert (await browser.post("/links/invitation", {"token": token, "password": PASSWORD})).status_code == 200


async def test_guessing_from_one_address_is_slowed_down(house: House) -> None:
    browser = house.browser("198.51.100.9")
    for number in range(5):
        assert (await browser.sign_in(f"guess{number}@example.org")).status_code == 401
    answer = await browser.sign_in("ada@example.org")
    assert (answer.status_code, key_of(answer)) == (429, "problem.too_many")
    assert 1 <= int(answer.headers["retry-after"]) <= 60
    assert (await house.browser("198.51.100.10").sign_in("ada@example.org")).status_code == 200
    house.clock.move(MINUTE)
    assert (await browser.sign_in("ada@example.org")).status_code == 200


async def test_guessing_one_account_from_everywhere_is_slowed_down(house: House) -> None:
    for number in range(10):
        browser = house.browser(f"198.51.100.{number}")
        assert (await browser.sign_in("ada@example.org", "wrong password!")).status_code == 401
    assert (await house.browser("198.51.100.200").sign_in("ada@example.org")).status_code == 429


async def test_an_ipv6_caller_counts_by_network(house: House) -> None:
    for number in range(5):
        await house.browser(f"2001:db8:1:2::{number}").sign_in("x@example.org", "wrong password!")
    assert (await house.browser("2001:db8:1:2:ffff::1").sign_in("ada@example.org")).status_code == 429
    assert (await house.browser("2001:db8:1:3::1").sign_in("ada@example.org")).status_code == 200


async def test_good_sign_ins_are_not_held_against_an_office(house: House) -> None:
    for _ in range(12):
        assert (await house.browser("198.51.100.9").sign_in("ada@example.org")).status_code == 200


async def test_resets_of_one_address_are_limited_for_known_and_unknown_alike(house: House) -> None:
    for email in ("ada@example.org", "nobody@example.org"):
        answers = [
            (await house.browser(f"198.51.100.{number}").post("/password-reset", {"email": email})).status_code
            for number in range(6)
        ]
        assert answers == [202] * 5 + [429]


async def test_the_cookie_over_plain_http_is_honest(house: House) -> None:
    answer = await house.browser().sign_in("ada@example.org")
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("lyhord=")
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Path=/" in cookie
    assert "Secure" not in cookie
    assert "Domain" not in cookie


async def test_the_cookie_behind_tls_has_the_host_prefix(database: Database, clock: StoppedClock) -> None:
    house = House(database, clock, base="https://desk.example")
    await house.settle()
    answer = await house.browser().sign_in("ada@example.org")
    cookie = answer.headers["set-cookie"]
    assert re.match(r"__Host-lyhord=[\w.\-]+;", cookie)
    assert "Secure" in cookie
    assert "Path=/" in cookie
    assert "Domain" not in cookie
    browser = house.browser(cookie=f"lyhord={answer.cookies['__Host-lyhord']}")
    assert (await browser.get("/me")).status_code == 401, "a cookie without the prefix could be planted over plain HTTP"
    await house.close()


async def test_only_a_trusted_proxy_is_believed_about_tls(database: Database, clock: StoppedClock) -> None:
    house = House(database, clock, proxies=["10.0.0.0/8"])
    await house.settle()
    told = {"x-forwarded-proto": "https", "origin": "https://desk.example"}
    answer = await house.browser("10.1.2.3", **told).sign_in("ada@example.org")
    assert answer.headers["set-cookie"].startswith("__Host-lyhord=")
    answer = await house.browser("203.0.113.9", **told).sign_in("ada@example.org")
    assert (answer.status_code, key_of(answer)) == (403, "problem.origin")
    await house.close()
