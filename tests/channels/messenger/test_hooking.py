"""How a Page comes to tell us what happens, and what stands in the way."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from lyhord.channels.messenger.adapter import Messenger
from lyhord.channels.messenger.hooking import PRIVATE, PUBLIC
from lyhord.conversations.account import Health
from lyhord.conversations.exchange import Raw, Reply
from lyhord.kit.egress import Unreachable
from lyhord.kit.words import catalogue
from tests.channels.messenger.pages import account, page, said
from tests.channels.meta.graphs import RecordingDoor, Said, Script, means, no, ok, query_of
from tests.waiting import until

ADDRESS = "https://desk.example.com/in/key"
ME = ok(id="110", name="Shop")
SCOPES = [
    "pages_messaging",
    "pages_manage_metadata",
    "pages_read_engagement",
    "pages_read_user_content",
    "pages_manage_engagement",
]
TOKEN = ok(data={"app_id": "42", "is_valid": True, "scopes": SCOPES})


def subscribed(url: str = ADDRESS, fields: tuple[str, ...] = (*PRIVATE, *PUBLIC)) -> bytes:
    named = [{"name": name, "version": "v23.0"} for name in fields]
    return ok(data=[{"object": "page", "callback_url": url, "active": True, "fields": named}])


async def ran(tmp_path: Path, *answers: Said, **settings: Any) -> tuple[Script, Health]:
    """Run until the first report; what was asked and what was reported."""
    script, door = Script(*answers), RecordingDoor()
    task = asyncio.create_task(page(script, tmp_path, **settings).run(door))
    await until(lambda: door.healths)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    return script, door.healths[0]


async def test_the_page_is_subscribed_to_and_its_app_told_where_we_are(tmp_path: Path) -> None:
    script, health = await ran(tmp_path, ok(success=True), ok(data=[]), ok(success=True))
    assert health == Health(ok=True)
    page_call, _, app_call = script.asked
    wanted = ",".join((*PRIVATE, *PUBLIC))
    assert page_call == ("POST", "110/subscribed_apps", {"subscribed_fields": wanted})
    assert app_call == (
        "POST",
        "42/subscriptions",
        {"object": "page", "callback_url": ADDRESS, "fields": wanted, "include_values": True, "verify_token": "key"},
    )
    tokens = [call.headers["authorization"] for call in script.calls]
    assert tokens == ["Bearer the-token-of-the-page", "Bearer 42|the-secret", "Bearer 42|the-secret"]


async def test_what_is_so_already_is_left_as_it_is(tmp_path: Path) -> None:
    script, health = await ran(tmp_path, ok(success=True), subscribed())
    assert (health, len(script.calls)) == (Health(ok=True), 2)


async def test_what_the_app_does_not_tell_yet_is_asked_for(tmp_path: Path) -> None:
    script, health = await ran(tmp_path, ok(success=True), subscribed(fields=PRIVATE), ok(success=True))
    assert (health, len(script.calls)) == (Health(ok=True), 3)
    script, _ = await ran(tmp_path, ok(success=True), subscribed(fields=PRIVATE), comments=False)
    assert len(script.calls) == 2
    assert script.asked[0][2] == {"subscribed_fields": ",".join(PRIVATE)}


async def test_an_app_that_somebody_else_uses_is_not_taken_away(tmp_path: Path) -> None:
    script, health = await ran(tmp_path, ok(success=True), subscribed("https://bot.example/hook"))
    assert health.problems == (("", "channel.meta.called_elsewhere", "https://bot.example/hook"),)
    assert [method for method, _, _ in script.asked] == ["POST", "GET"]


async def test_a_token_that_is_refused_is_told_at_its_field(tmp_path: Path) -> None:
    _, health = await ran(tmp_path, no(190, "Session has expired"))
    assert health.problems == (("token", "channel.meta.bad_token", "Session has expired"),)


async def test_the_account_is_tried_for_real(tmp_path: Path) -> None:
    script = Script(ME, TOKEN)
    assert await page(script, tmp_path).health() == Health(ok=True, who="Shop", link="https://m.me/110")
    assert query_of(script.calls[1])["input_token"] == "the-token-of-the-page"


@pytest.mark.parametrize(
    ("answers", "field", "key"),
    [
        ((no(190),), "token", "channel.meta.bad_token"),
        ((ok(id="111", name="Other"),), "page_id", "channel.messenger.other_page"),
        ((no(100, "Invalid appsecret_proof"),), "app_secret", "channel.meta.bad_secret"),
        ((ME, no(190, "Invalid OAuth access token signature")), "app_secret", "channel.meta.bad_secret"),
        ((ME, ok(data={"app_id": "43", "scopes": SCOPES})), "app_id", "channel.meta.other_app"),
        ((ME, ok(data={"app_id": "42", "is_valid": False})), "token", "channel.meta.bad_token"),
        ((ME, ok(data={"app_id": "42", "scopes": SCOPES[1:]})), "token", "channel.meta.no_permission"),
        ((Unreachable("x", sent=False),), "", "channel.meta.unreachable"),
    ],
)
async def test_what_is_wrong_is_told_at_its_field(
    tmp_path: Path, answers: tuple[Said, ...], field: str, key: str
) -> None:
    health = await page(Script(*answers), tmp_path).health()
    assert not health.ok
    assert health.problems[0][:2] == (field, key)
    assert key in catalogue("en")


async def test_fewer_permissions_are_needed_without_comments(tmp_path: Path) -> None:
    token = ok(data={"app_id": "42", "scopes": SCOPES[:2]})
    assert (await page(Script(ME, token), tmp_path, comments=False).health()).ok


async def test_meta_calls_only_what_is_encrypted(tmp_path: Path) -> None:
    adapter = Messenger(account(), means(Script(), tmp_path, base_address="http://localhost:8000"))
    assert (await adapter.health()).problems == (("", "channel.meta.no_https", "http://localhost:8000"),)


def test_the_challenge_is_answered_to_whoever_knows_our_address(tmp_path: Path) -> None:
    adapter = page(Script(), tmp_path)
    asked = "hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token="
    assert adapter.handshake(Raw(b"", query=f"{asked}key")) == Reply(body=b"1158201444")
    assert adapter.handshake(Raw(b"", query=f"{asked}other")) == Reply(403, b"Another verify token")
    assert adapter.handshake(Raw(said(text="Hi"))) is None


def test_a_page_that_lacks_its_means_says_so() -> None:
    adapter = Messenger(replace(account(), key="key"))
    with pytest.raises(RuntimeError, match="without means"):
        asyncio.run(adapter.health())
