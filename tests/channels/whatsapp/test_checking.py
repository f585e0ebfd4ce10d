"""Connecting a number: what is wrong is named, Meta is told where to call, files are fetched and checked. Over real HTTP."""

import asyncio
import hashlib
from base64 import b64encode
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from lyhord.channels.meta.graph import SERVER, Trouble, prove
from lyhord.channels.meta.webhook import sign
from lyhord.channels.whatsapp.adapter import WhatsApp
from lyhord.conversations.account import Health
from lyhord.conversations.exchange import Media, Raw
from lyhord.kit.egress import Egress
from lyhord.kit.problems import NotFound
from lyhord.kit.words import LOCALES, catalogue
from tests.channels.telegram.said import RecordingDoor
from tests.channels.whatsapp.said import ACCOUNT, NUMBER, SECRET, TOKEN, call, message, number
from tests.counterparts.graph_api import Given, GraphServer, refusal, serve
from tests.waiting import until

HERE = "https://desk.example.com/in/key"
TOLD = {
    "verified_name": "Lamps and more",
    "display_phone_number": "+1 555-078-3881",
    "quality_rating": "GREEN",
    "messaging_limit_tier": "TIER_1K",
    "id": NUMBER,
}


@pytest.fixture
def meta() -> Iterator[GraphServer]:
    with serve() as server:
        server.answer("GET", NUMBER, TOLD)
        server.answer("GET", f"{ACCOUNT}/subscribed_apps", {"data": [{"whatsapp_business_api_data": {"id": "1"}}]})
        yield server


@pytest.fixture
async def egress() -> AsyncIterator[Egress]:
    way_out = Egress(allow_private=["127.0.0.0/8"])
    yield way_out
    await way_out.close()


@pytest.fixture
def ours(meta: GraphServer, egress: Egress, tmp_path: Path) -> WhatsApp:
    return number(egress, tmp_path, meta.address)


async def test_a_good_number_says_how_it_is_called_and_does(meta: GraphServer, ours: WhatsApp) -> None:
    who = "Lamps and more · +1 555-078-3881 · GREEN · TIER_1K"
    assert await ours.health() == Health(ok=True, who=who, link="https://wa.me/15550783881")
    assert {asked.query["appsecret_proof"] for asked in meta.asked} == {prove(SECRET, TOKEN)}


@pytest.mark.parametrize(
    ("path", "given", "field", "key"),
    [
        (NUMBER, refusal(100, subcode=33), "number_id", "channel.whatsapp.unknown_id"),
        (f"{ACCOUNT}/subscribed_apps", refusal(100, subcode=33), "account_id", "channel.whatsapp.unknown_id"),
        (NUMBER, refusal(190, 401), "token", "channel.meta.bad_token"),
        (f"{ACCOUNT}/subscribed_apps", refusal(200, 403), "token", "channel.meta.no_permission"),
        (NUMBER, refusal(100, message="Invalid appsecret_proof provided"), "app_secret", "channel.meta.bad_secret"),
        (NUMBER, Given(502, b"x"), "", "channel.meta.unreachable"),
        (NUMBER, refusal(133010), "", "channel.meta.refused"),
    ],
)
async def test_what_is_wrong_is_named(
    meta: GraphServer, ours: WhatsApp, path: str, given: Given, field: str, key: str
) -> None:
    meta.answer("GET", path, given)
    health = await ours.health()
    assert not health.ok
    assert health.problems[0][:2] == (field, key)
    assert all(key in catalogue(locale) for locale in LOCALES)
    assert TOKEN not in repr(health)


async def test_what_is_missing_is_asked_for(egress: Egress, tmp_path: Path) -> None:
    health = await number(egress, tmp_path, "", number_id="").health()
    assert health.problems == (("number_id", "channel.whatsapp.missing", ""),)


async def test_without_an_address_that_meta_calls_nothing_would_come(egress: Egress, tmp_path: Path) -> None:
    bare = number(egress, tmp_path, SERVER, base="http://127.0.0.1:8000")
    assert (await bare.health()).problems[0][1] == "channel.whatsapp.no_https"
    await bare.run(RecordingDoor())


async def test_a_gateway_may_call_as_it_is_run(meta: GraphServer, egress: Egress, tmp_path: Path) -> None:
    assert (await number(egress, tmp_path, meta.address, base="http://127.0.0.1:8000").health()).ok


@asynccontextmanager
async def running(adapter: WhatsApp, door: RecordingDoor) -> AsyncIterator[None]:
    task = asyncio.create_task(adapter.run(door))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def test_meta_is_told_where_to_call_once(meta: GraphServer, ours: WhatsApp) -> None:
    meta.answer("GET", f"{ACCOUNT}/subscribed_apps", {"data": []})
    meta.answer("POST", f"{ACCOUNT}/subscribed_apps", {"success": True})
    meta.answer("GET", NUMBER, {"webhook_configuration": {"application": "https://elsewhere.example"}})
    meta.answer("POST", NUMBER, {"success": True})
    door = RecordingDoor()
    async with running(ours, door):
        await until(lambda: door.healths)
    assert door.healths == [Health(ok=True)]
    assert len(meta.to("POST", f"{ACCOUNT}/subscribed_apps")) == 1
    (told,) = meta.to("POST", NUMBER)
    assert told.json == {"webhook_configuration": {"override_callback_uri": HERE, "verify_token": "key"}}
    wanted = told.json["webhook_configuration"]
    asked = Raw(b"", query=f"hub.mode=subscribe&hub.challenge=42&hub.verify_token={wanted['verify_token']}")
    reply = ours.handshake(asked)
    assert reply is not None
    assert (reply.status, reply.body) == (200, b"42")


async def test_what_stands_already_is_left_alone(meta: GraphServer, ours: WhatsApp) -> None:
    meta.answer("GET", NUMBER, {"webhook_configuration": {"phone_number": HERE}})
    door = RecordingDoor()
    async with running(ours, door):
        await until(lambda: door.healths)
    assert {asked.method for asked in meta.asked} == {"GET"}


@pytest.mark.parametrize(
    ("given", "field", "key"),
    [
        (refusal(2200, message="Callback verification failed"), "", "channel.whatsapp.not_called"),
        (refusal(190, 401), "token", "channel.meta.bad_token"),
    ],
)
async def test_where_meta_does_not_call_the_inbox_says_what_to_do(
    meta: GraphServer, ours: WhatsApp, given: Given, field: str, key: str
) -> None:
    meta.answer("GET", NUMBER, {})
    meta.answer("POST", NUMBER, given)
    door = RecordingDoor()
    async with running(ours, door):
        await until(lambda: door.healths)
    where, what, detail = door.healths[0].problems[0]
    assert (where, what) == (field, key)
    assert key != "channel.whatsapp.not_called" or HERE in detail


async def test_a_signed_call_is_believed_and_answered_at_once(ours: WhatsApp) -> None:
    body = call({"messages": [message(type="text", text={"body": "Hej"})]})
    raw = Raw(body, {"x-hub-signature-256": sign(SECRET, body)})
    assert ours.verify(raw).ok
    assert ours.handshake(raw) is None
    assert len(ours.parse(raw)) == 1
    assert (ours.ack(raw, ok=True).status, ours.ack(raw, ok=False).status) == (200, 503)
    assert not ours.verify(Raw(body + b" ", raw.headers)).ok


CONTENT = b"\xff\xd8 a picture"
DIGEST = b64encode(hashlib.sha256(CONTENT).digest()).decode()


def picture(digest: str = DIGEST) -> Media:
    return Media("photo.jpg", "image/jpeg", 0, url=f"whatsapp:100?{quote(digest, safe='')}")


async def test_a_file_is_fetched_by_its_id_with_the_token(meta: GraphServer, ours: WhatsApp) -> None:
    meta.answer("GET", "100", {"url": f"{meta.address}/whatsapp_business/attachments?mid=100", "sha256": "00"})
    meta.answer("GET", "attachments", CONTENT)
    assert await ours.fetch_media(picture()) == CONTENT
    looked, fetched = meta.asked
    assert looked.query["phone_number_id"] == NUMBER
    assert fetched.headers["authorization"] == f"Bearer {TOKEN}"
    assert fetched.query == {"mid": "100"}
    assert await ours.fetch_media(picture("no digest")) == CONTENT


@pytest.mark.parametrize(
    ("told", "given", "raised", "key"),
    [
        (refusal(100, subcode=33), None, NotFound, "channel.whatsapp.file_gone"),
        (refusal(131052), None, NotFound, "channel.whatsapp.file_gone"),
        (None, Given(404, b""), NotFound, "channel.whatsapp.file_gone"),
        (None, Given(410, b""), NotFound, "channel.whatsapp.file_gone"),
        (None, Given(500, b""), Trouble, None),
        (None, Given(200, b"something else"), Trouble, None),
        (refusal(190, 401), None, Trouble, None),
    ],
)
async def test_a_file_that_is_gone_is_given_up_and_any_other_is_tried_again(
    meta: GraphServer, ours: WhatsApp, told: Any, given: Any, raised: type[Exception], key: str | None
) -> None:
    meta.answer("GET", "100", told or {"url": f"{meta.address}/x/attachments"})
    meta.answer("GET", "attachments", given or CONTENT)
    with pytest.raises(raised) as refused:
        await ours.fetch_media(picture())
    assert key is None or getattr(refused.value, "key", "") == key
