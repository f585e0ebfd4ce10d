"""How updates come in: each taken once and only told to be taken when it is durable; the webhook's secret; health."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import msgspec
import pytest
from typing_extensions import override

from lyhord.channels.telegram import receiving
from lyhord.channels.telegram.adapter import Telegram
from lyhord.channels.telegram.options import read_options
from lyhord.channels.telegram.payloads import KINDS
from lyhord.channels.telegram.reading import read_update
from lyhord.conversations.exchange import InboundMessage, Raw, Unsupported
from lyhord.kit.egress import Answer, Call, Unreachable
from lyhord.kit.storing import Busy
from tests.channels.telegram.oracle import faults, fields_of, load, sample
from tests.channels.telegram.said import ANNA, RecordingDoor, Script, account, bot, message, no, ok, update
from tests.waiting import until


class Waiting(Script):
    """Once its answers are used up it keeps callers waiting, as long polling does."""

    @override
    async def call(self, call: Call) -> Answer:
        if not self.answers:
            self.calls.append(call)
            await asyncio.Event().wait()
        answer = self.answers.pop(0)
        self.answers, rest = [answer], self.answers
        try:
            return await super().call(call)
        finally:
            self.answers = rest


@asynccontextmanager
async def running(adapter: Telegram, door: RecordingDoor) -> AsyncIterator[None]:
    task = asyncio.create_task(adapter.run(door))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def numbered(number: int, **what: Any) -> Any:
    return {"update_id": number, **what}


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits before trying again."""
    monkeypatch.setattr(receiving, "full_jitter", lambda _: 0)
    monkeypatch.setattr(receiving, "FULL_SECONDS", 0)


async def test_updates_are_fetched_and_told_to_be_taken_by_asking_for_the_next(tmp_path: Path) -> None:
    script = Waiting(
        ok(True),
        ok([numbered(4, message=message(1, text="One")), numbered(9, message=message(2, text="Two"))]),
    )
    door = RecordingDoor(Busy("not now"))
    async with running(bot(script, tmp_path), door):
        await until(lambda: len(script.calls) == 3)
    assert [one.text for one in door.inbounds if isinstance(one, InboundMessage)] == ["One", "Two"]
    forget, first, second = script.asked
    assert forget == ("deleteWebhook", {})
    assert [body["offset"] for _, body in (first, second)] == [0, 10]
    assert first[1]["allowed_updates"] == list(KINDS)
    assert [faults(method, body) for method, body in script.asked] == [[], [], []]
    assert [health.ok for health in door.healths] == [True]


async def test_a_button_is_answered_once_its_press_is_stored(tmp_path: Path) -> None:
    pressed = {"id": "q1", "from": ANNA, "data": "1", "chat_instance": "c"}
    script = Waiting(ok(True), ok([numbered(1, callback_query=pressed)]), no(400, "query is too old"))
    door = RecordingDoor()
    async with running(bot(script, tmp_path), door):
        await until(lambda: len(script.calls) == 4)
    assert script.asked[2] == ("answerCallbackQuery", {"callback_query_id": "q1"})
    assert faults(*script.asked[2]) == []


async def test_trouble_stands_on_the_page_until_it_is_over(tmp_path: Path) -> None:
    script = Waiting(ok(True), no(409, "Conflict: terminated by other getUpdates request"), ok([]))
    door = RecordingDoor()
    async with running(bot(script, tmp_path), door):
        await until(lambda: len(script.calls) == 4)
    assert door.healths[0].problems == (("", "channel.telegram.fetched_elsewhere", ""),)
    assert door.healths[-1].ok


async def test_a_webhook_is_set_with_a_secret_and_looked_after(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receiving, "LOOK_SECONDS", 0)
    address = "https://desk.example.com/in/key"
    script = Waiting(
        ok(True),
        ok({"url": address, "last_error_date": 5, "last_error_message": "long ago"}),
        ok({"url": "https://elsewhere.example", "last_error_date": 9, "last_error_message": "502 Bad Gateway"}),
        ok(True),
    )
    door = RecordingDoor()
    async with running(bot(script, tmp_path, receive="webhook"), door):
        await until(lambda: len(script.calls) == 5)
    secret = read_options(account()).webhook_secret
    assert script.asked[0] == (
        "setWebhook",
        {"url": address, "secret_token": secret, "allowed_updates": list(KINDS)},
    )
    assert script.asked[3] == script.asked[0]
    assert faults(*script.asked[0]) == []
    assert [health.ok for health in door.healths] == [True, False]
    assert door.healths[1].problems == (("receive", "channel.telegram.cannot_call", "502 Bad Gateway"),)


def test_a_call_without_the_secret_is_refused(tmp_path: Path) -> None:
    adapter = bot(Script(), tmp_path, receive="webhook")
    header = "x-telegram-bot-api-secret-token"
    secret = read_options(account()).webhook_secret
    assert adapter.verify(Raw(b"{}", {header: secret})).ok
    assert not adapter.verify(Raw(b"{}", {header: secret[:-1] + "x"})).ok
    assert not adapter.verify(Raw(b"{}", {})).ok
    assert not bot(Script(), tmp_path).verify(Raw(b"{}", {header: secret})).ok


def test_a_press_is_answered_in_the_answer_to_the_call(tmp_path: Path) -> None:
    adapter = bot(Script(), tmp_path, receive="webhook")
    raw = Raw(update(callback_query={"id": "q1", "from": ANNA, "data": "1"}))
    reply = adapter.ack(raw, ok=True)
    called = msgspec.json.decode(reply.body)
    assert faults(called.pop("method"), called) == []
    assert adapter.ack(raw, ok=False).body == b""
    assert adapter.ack(Raw(update(message=message(text="Hi"))), ok=True).body == b""


async def test_health_says_whose_token_it_is(tmp_path: Path) -> None:
    health = await bot(Script(ok({"id": 1, "is_bot": True, "username": "shop_bot"})), tmp_path).health()
    assert (health.ok, health.who, health.link) == (True, "@shop_bot", "https://t.me/shop_bot")


@pytest.mark.parametrize(
    ("answer", "field", "key"),
    [
        (no(401, "Unauthorized"), "token", "channel.telegram.bad_token"),
        (no(404, "Not Found"), "token", "channel.telegram.bad_token"),
        (Unreachable("x", sent=False), "", "channel.telegram.unreachable"),
    ],
)
async def test_health_names_the_field_to_correct(tmp_path: Path, answer: Any, field: str, key: str) -> None:
    health = await bot(Script(answer), tmp_path).health()
    assert [problem[:2] for problem in health.problems] == [(field, key)]


async def test_a_webhook_needs_an_address_that_telegram_calls(tmp_path: Path) -> None:
    from tests.channels.telegram.said import means

    adapter = Telegram(account(receive="webhook"), means(Script(), tmp_path, "http://localhost:8000"))
    assert [problem[:2] for problem in (await adapter.health()).problems] == [("receive", "channel.telegram.no_https")]


def test_whatever_telegram_may_tell_is_read_or_shown_as_not_understood() -> None:
    envelope = {"message_id", "from", "chat", "date"}
    unread: list[str] = []
    for name, kind in fields_of("Message").items():
        if name in envelope:
            continue
        body = msgspec.json.encode(numbered(1, message=message() | {name: sample(kind)}))
        found = read_update(body)
        unread += [name for one in found if isinstance(one, Unsupported) and one.external_id.startswith("raw:")]
    assert unread == []


def test_every_kind_of_update_is_read_or_shown_as_not_understood() -> None:
    assert set(KINDS) <= set(fields_of("Update"))
    for name, kind in fields_of("Update").items():
        if name != "update_id":
            for one in read_update(msgspec.json.encode(numbered(1, **{name: sample(kind)}))):
                assert not isinstance(one, Unsupported) or not one.external_id.startswith("raw:"), name


def test_what_we_read_of_each_type_is_what_telegram_calls_it() -> None:
    load()
    from lyhord.channels.telegram import payloads

    for ours, theirs in {"User": "User", "Message": "Message", "Update": "Update", "Entity": "MessageEntity"}.items():
        names = {one.encode_name for one in msgspec.structs.fields(getattr(payloads, ours))}
        assert names <= set(fields_of(theirs)), ours
