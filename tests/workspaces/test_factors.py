"""Second factors: added after showing who one is, asked for at every way in, each code good once, and what happens when one is lost."""

from typing import Any

from sqlalchemy import bindparam, select

from lyhord.kit.clock import DAY, MINUTE
from lyhord.kit.database import Statement
from lyhord.kit.totp import STEP, code_at
from lyhord.workspaces.actions.proving import FRESH
from lyhord.workspaces.actions.sessions import sweep_sign_in
from lyhord.workspaces.passkeys import LIFE
from lyhord.workspaces.tables import factor, recovery_code, spent
from tests.workspaces.authenticator import Authenticator
from tests.workspaces.house import PASSWORD, Browser, House, all_rows, key_of, token_of

ADA = "ada@example.org"
secrets_kept = Statement(select(factor.c.secret).where(factor.c.workspace_id == bindparam("workspace_id")))
hashes_kept = Statement(
    select(recovery_code.c.code_hash).where(recovery_code.c.workspace_id == bindparam("workspace_id"))
)
challenges_kept = Statement(select(spent.c.challenge_hash).where(spent.c.workspace_id == bindparam("workspace_id")))


def code_of(house: House, secret: str) -> str:
    return code_at(secret, house.clock.now // STEP)


async def add_app(house: House, browser: Browser) -> tuple[str, list[str]]:
    """The secret of an app that somebody adds, and the recovery codes. Half a minute passes, so that the next code is another."""
    offer = (await browser.post("/factors/offer", {"kind": "app"})).json()["app"]
    body = {"name": "Phone", "offer": offer["offer"], "code": code_of(house, offer["secret"])}
    answer = await browser.post("/factors", body)
    assert answer.status_code == 201, answer.text
    house.clock.move(STEP)
    return offer["secret"], answer.json()["recovery_codes"]


async def add_passkey(browser: Browser, key: Authenticator) -> dict[str, Any]:
    offer = (await browser.post("/factors/offer", {"kind": "passkey"})).json()["passkey"]
    answer = await browser.post("/factors", {"name": "Laptop", "credential": key.create(offer)})
    assert answer.status_code == 201, answer.text
    added: dict[str, Any] = answer.json()
    return added


async def challenge(house: House) -> dict[str, Any]:
    asked: dict[str, Any] = (await house.browser().post("/passkey")).json()
    return asked


async def test_with_an_app_the_password_alone_opens_nothing(house: House) -> None:
    secret, codes = await add_app(house, house.admin)
    assert len(set(codes)) == 10
    browser = house.browser()
    answer = await browser.sign_in(ADA)
    assert (answer.status_code, key_of(answer)) == (409, "problem.second_factor")
    assert "set-cookie" not in answer.headers
    assert (await browser.sign_in(ADA, "wrong password!", code=code_of(house, secret))).status_code == 401
    code = code_of(house, secret)
    assert (await browser.sign_in(ADA, code=f"{code[:3]} {code[3:]}")).status_code == 200
    assert (await browser.get("/me")).json()["agent"]["protected"] is True


async def test_a_code_is_good_once_and_so_is_the_one_it_was_added_with(house: House) -> None:
    offer = (await house.admin.post("/factors/offer", {"kind": "app"})).json()["app"]
    first = code_of(house, offer["secret"])
    await house.admin.post("/factors", {"name": "Phone", "offer": offer["offer"], "code": first})
    answer = await house.browser().sign_in(ADA, code=first)
    assert (answer.status_code, answer.json()["fields"]) == (422, {"code": "factor.wrong"})
    house.clock.move(STEP)
    second = code_of(house, offer["secret"])
    assert (await house.browser("198.51.100.1").sign_in(ADA, code=second)).status_code == 200
    assert (await house.browser("198.51.100.2").sign_in(ADA, code=second)).status_code == 422


async def test_guessing_codes_ends_soon_from_wherever_it_is_done(house: House) -> None:
    secret, _ = await add_app(house, house.admin)
    answers = [(await house.browser(f"198.51.100.{n}").sign_in(ADA, code="000000")).status_code for n in range(6)]
    assert answers == [422] * 5 + [429]
    assert (await house.browser("198.51.100.9").sign_in(ADA, code=code_of(house, secret))).status_code == 429
    house.clock.move(MINUTE)
    assert (await house.browser("198.51.100.9").sign_in(ADA, code=code_of(house, secret))).status_code == 200


async def test_each_recovery_code_is_good_once_and_new_ones_void_the_old(house: House) -> None:
    _, codes = await add_app(house, house.admin)
    for number, code in enumerate((codes[0], codes[1].upper().replace("-", " "))):
        assert (await house.browser(f"198.51.100.{number}").sign_in(ADA, code=code)).status_code == 200
        assert (await house.browser(f"198.51.101.{number}").sign_in(ADA, code=code)).status_code == 422
    assert (await house.admin.get("/factors")).json()["recovery_codes"] == 8
    fresh = (await house.admin.post("/recovery-codes")).json()
    assert (len(fresh), set(fresh) & set(codes)) == (10, set())
    assert (await house.browser("198.51.102.1").sign_in(ADA, code=codes[2])).status_code == 422
    assert (await house.browser("198.51.102.2").sign_in(ADA, code=fresh[2])).status_code == 200
    kinds = [each["action"] for each in (await house.admin.get("/audit")).json()["items"]]
    assert (kinds.count("factor.recovered"), kinds.count("factor.codes_renewed")) == (3, 1)


async def test_neither_secret_nor_codes_can_be_read_from_the_database(house: House) -> None:
    secret, codes = await add_app(house, house.admin)
    rows = await house.database.read(house.workspace_id, all_rows, secrets_kept)
    hashes = await house.database.read(house.workspace_id, all_rows, hashes_kept)
    assert (len(rows), len(hashes)) == (1, 10)
    assert secret not in rows[0][0]
    assert not {row[0] for row in hashes} & {code.replace("-", "") for code in codes}


async def test_a_factor_is_added_only_by_who_showed_lately_who_they_are(house: House) -> None:
    house.clock.move(FRESH)
    for method, path, body in (
        ("POST", "/factors/offer", {"kind": "app"}),
        ("POST", "/factors", {"name": "x", "offer": "x", "code": "000000"}),
        ("DELETE", "/factors/x", None),
        ("POST", "/recovery-codes", None),
        ("PATCH", "/me", {"password": "another long sentence"}),
        ("PATCH", "/me", {"email": "other@example.org"}),
        ("DELETE", "/agents/x/factors", None),
    ):
        answer = await house.admin.client.request(method, f"/api/v1{path}", json=body)
        assert (answer.status_code, key_of(answer)) == (403, "problem.confirm"), path
    answer = await house.admin.post("/confirm", {"password": "wrong password!"})
    assert (answer.status_code, answer.json()["fields"]) == (422, {"password": "password.wrong"})
    assert (await house.admin.post("/confirm", {"password": PASSWORD})).status_code == 204
    assert (await house.admin.post("/factors/offer", {"kind": "app"})).status_code == 200


async def test_showing_who_one_is_takes_what_signing_in_takes(house: House) -> None:
    secret, _ = await add_app(house, house.admin)
    house.clock.move(FRESH)
    answer = await house.admin.post("/confirm", {"password": PASSWORD})
    assert (answer.status_code, key_of(answer)) == (409, "problem.second_factor")
    assert (await house.admin.post("/confirm", {"password": PASSWORD, "code": "000000"})).status_code == 422
    body = {"password": PASSWORD, "code": code_of(house, secret)}
    assert (await house.admin.post("/confirm", body)).status_code == 204
    assert (await house.admin.post("/recovery-codes")).status_code == 201


async def test_an_offer_ends_and_is_for_nobody_else(house: House) -> None:
    bo = await house.hire("bo@example.org")
    offer = (await house.admin.post("/factors/offer", {"kind": "app"})).json()["app"]
    body = {"name": "Phone", "offer": offer["offer"], "code": code_of(house, offer["secret"])}
    assert (await bo.post("/factors", body)).json()["fields"] == {"code": "factor.late"}
    assert (await house.admin.post("/factors", {**body, "offer": "x"})).json()["fields"] == {"code": "factor.late"}
    house.clock.move(15 * MINUTE)
    await house.admin.post("/confirm", {"password": PASSWORD})
    assert (await house.admin.post("/factors", body)).json()["fields"] == {"code": "factor.late"}
    assert (await house.admin.get("/factors")).json() == {"factors": [], "recovery_codes": 0}


async def test_a_reset_by_mail_does_not_get_around_the_second_factor(house: House) -> None:
    secret, _ = await add_app(house, house.admin)
    await house.browser().post("/password-reset", {"email": ADA})
    token = token_of((await house.letters())[-1].link)
    body = {"token": token, "password": "yet another sentence"}
    answer = await house.browser().post("/links/reset", body)
    assert (answer.status_code, key_of(answer)) == (409, "problem.second_factor")
    assert (await house.browser().post("/links/reset", {**body, "code": "000000"})).status_code == 422
    answer = await house.browser().sign_in(ADA, "yet another sentence", code=code_of(house, secret))
    assert answer.status_code == 401
    answer = await house.browser().post("/links/reset", {**body, "code": code_of(house, secret)})
    assert answer.status_code == 200


async def test_removing_the_last_factor_makes_the_password_enough(house: House) -> None:
    await add_app(house, house.admin)
    [one] = (await house.admin.get("/factors")).json()["factors"]
    assert (await house.admin.delete(f"/factors/{one['id']}")).status_code == 204
    assert (await house.admin.delete(f"/factors/{one['id']}")).status_code == 404
    assert (await house.admin.get("/factors")).json() == {"factors": [], "recovery_codes": 0}
    assert (await house.browser().sign_in(ADA)).status_code == 200


async def test_an_administrator_removes_a_colleagues_lost_factor(house: House) -> None:
    bo = await house.hire("bo@example.org")
    await add_app(house, bo)
    answer = await house.admin.delete(f"/agents/{bo.agent_id}/factors")
    assert answer.status_code == 204
    assert (await bo.get("/me")).status_code == 401
    letter = (await house.letters())[-1]
    assert (letter.template, letter.to, letter.name) == ("factors_removed", "bo@example.org", "Ada")
    assert (await bo.sign_in("bo@example.org")).status_code == 200
    entry = (await house.admin.get("/audit")).json()["items"][0]
    assert (entry["action"], entry["target"]) == ("factor.all_removed", f"agent:{bo.agent_id}")
    assert (await house.admin.delete(f"/agents/{bo.agent_id}/factors")).status_code == 404


async def test_nobody_unlocks_a_colleague_who_may_do_more(house: House) -> None:
    await add_app(house, house.admin)
    made = (await house.admin.post("/roles", {"name": "Staff", "powers": ["agents.manage"]})).json()
    bo = await house.hire("bo@example.org", made["id"])
    ada = (await house.admin.get("/me")).json()["agent"]["id"]
    answer = await bo.delete(f"/agents/{ada}/factors")
    assert answer.status_code == 403
    assert (await house.admin.get("/me")).json()["agent"]["protected"] is True


async def test_a_passkey_signs_in_alone_and_after_the_password(house: House) -> None:
    key = Authenticator()
    added = await add_passkey(house.admin, key)
    assert (added["factor"]["kind"], len(added["recovery_codes"])) == ("passkey", 10)
    browser = house.browser()
    answer = await browser.post("/sign-in/passkey", {"credential": key.get(await challenge(house))})
    assert (answer.status_code, answer.json()["agent"]["email"]) == (200, ADA)
    answer = await browser.sign_in(ADA)
    assert (answer.status_code, answer.json()["fields"]) == (409, {"passkeys": key.create(await _offer(house))["id"]})
    assert (await browser.sign_in(ADA, credential=key.get(await challenge(house)))).status_code == 200


async def _offer(house: House) -> dict[str, Any]:
    offer: dict[str, Any] = (await house.admin.post("/factors/offer", {"kind": "passkey"})).json()["passkey"]
    return offer


async def test_a_touch_alone_is_a_second_factor_and_no_first_one(house: House) -> None:
    key = Authenticator(verifies=False)
    await add_passkey(house.admin, key)
    answer = await house.browser().post("/sign-in/passkey", {"credential": key.get(await challenge(house))})
    assert (answer.status_code, answer.json()["fields"]) == (422, {"credential": "factor.passkey_wrong"})
    assert (await house.browser().sign_in(ADA, credential=key.get(await challenge(house)))).status_code == 200


async def test_an_answer_of_a_passkey_is_good_once_and_not_for_long(house: House) -> None:
    key = Authenticator()
    await add_passkey(house.admin, key)
    answer = key.get(await challenge(house))
    assert (await house.browser().post("/sign-in/passkey", {"credential": answer})).status_code == 200
    assert (await house.browser().post("/sign-in/passkey", {"credential": answer})).status_code == 422
    late = key.get(await challenge(house))
    house.clock.move(LIFE)
    refused = await house.browser().post("/sign-in/passkey", {"credential": late})
    assert refused.json()["fields"] == {"credential": "factor.late"}
    await house.database.write(house.workspace_id, sweep_sign_in)
    assert await house.database.read(house.workspace_id, all_rows, challenges_kept) == []


async def test_a_passkeys_answer_for_another_page_or_purpose_opens_nothing(house: House) -> None:
    key, stranger = Authenticator(), Authenticator()
    await add_passkey(house.admin, key)
    stranger.handle = key.handle
    offer = await _offer(house)
    asked = await challenge(house)
    wrong: list[dict[str, Any]] = [
        key.get(asked, origin="http://evil.example"),
        key.get({**asked, "host": "evil.example"}),
        key.get({**asked, "challenge": offer["challenge"]}),
        key.get({**asked, "challenge": "bm9uc2Vuc2U"}),
        stranger.get(asked),
        {**key.get(asked), "response": {}},
        {"response": {"userHandle": 7}},
        {},
    ]
    for number, credential in enumerate(wrong):
        browser = house.browser(f"198.51.100.{number}")
        answer = await browser.post("/sign-in/passkey", {"credential": credential})
        assert (answer.status_code, "set-cookie" in answer.headers) == (422, False), number


async def test_a_passkey_is_added_once_and_by_its_owner_alone(house: House) -> None:
    key, bo = Authenticator(), await house.hire("bo@example.org")
    made = key.create(await _offer(house))
    assert (await bo.post("/factors", {"name": "x", "credential": made})).status_code == 422
    assert (await house.admin.post("/factors", {"name": "x", "credential": made})).status_code == 201
    assert (await house.admin.post("/factors", {"name": "x", "credential": made})).status_code == 422
    again = await house.admin.post("/factors", {"name": "x", "credential": key.create(await _offer(house))})
    assert (again.status_code, key_of(again)) == (409, "factor.known")
    wrong = key.create(await _offer(house), origin="http://evil.example")
    assert (await house.admin.post("/factors", {"name": "x", "credential": wrong})).status_code == 422


async def test_a_disabled_agents_passkey_opens_nothing(house: House) -> None:
    key, bo = Authenticator(), await house.hire("bo@example.org")
    await add_passkey(bo, key)
    await house.admin.patch(f"/agents/{bo.agent_id}", {"disabled": True})
    answer = await house.browser().post("/sign-in/passkey", {"credential": key.get(await challenge(house))})
    assert (answer.status_code, answer.json()["fields"]) == (422, {"credential": "factor.passkey_wrong"})


async def test_a_workspace_that_requires_a_second_factor_waits_until_its_day(house: House) -> None:
    bo = await house.hire("bo@example.org")
    begins = house.clock.now + 7 * DAY
    await house.admin.patch("/workspace", {"settings": {"two_factor_from": begins}})
    assert (await bo.get("/agents")).status_code == 200
    house.clock.move(7 * DAY)
    me = (await bo.get("/me")).json()
    assert (me["powers"], me["agent"]["protected"]) == ([], False)
    assert (await bo.get("/agents")).status_code == 403
    assert (await bo.post("/confirm", {"password": PASSWORD})).status_code == 204
    await add_app(house, bo)
    assert (await bo.get("/agents")).status_code == 200


async def test_another_address_is_told_to_the_old_one_and_signs_in_from_then_on(house: House) -> None:
    await house.hire("bo@example.org")
    assert (await house.admin.patch("/me", {"email": "bo@example.org"})).status_code == 409
    assert (await house.admin.patch("/me", {"email": "Ada@New.example"})).status_code == 200
    letter = (await house.letters())[-1]
    assert (letter.template, letter.to, letter.name) == ("email_changed", ADA, "ada@new.example")
    assert (await house.browser().sign_in(ADA)).status_code == 401
    assert (await house.browser().sign_in("ada@new.example")).status_code == 200
