"""The whole way to a Telegram that nobody here wrote and back: what customers say, what they get, edits, deletions, buttons, webhooks."""

import json
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from typing_extensions import override

from lyhord.channels.telegram.adapter import Telegram as Channel
from lyhord.conversations.account import Account, Means
from lyhord.conversations.exchange import Accepted, Address, Amendment, Context, InboundMessage, Outbound, Plan, Raw
from lyhord.kit.egress import Egress
from lyhord.kit.files import Files
from tests.channels.telegram.said import RecordingDoor
from tests.channels.telegram.test_receiving import running
from tests.counterparts.telegram_api import TOKEN, Telegram, telegram
from tests.waiting import until

__all__ = ["telegram"]
pytestmark = [pytest.mark.long, pytest.mark.proves("telegram", "telegram-test-api")]
ANNA, BEN = Address("telegram", "5"), Address("telegram", "6")


@pytest.fixture
async def means(tmp_path: Path) -> AsyncIterator[Means]:
    """The real way out, which may go to loopback here."""
    egress = Egress(allow_private=["127.0.0.0/8"])

    async def keep(*_: Any) -> None:
        raise AssertionError("Telegram replaces no secrets")

    yield Means(
        files=Files(tmp_path), call=egress.call, base_address="", key=b"k", keep_secrets=keep, close=egress.close
    )
    await egress.close()


def channel(telegram: Telegram, means: Means, **settings: Any) -> Channel:
    account = Account("w", "i", "key", "Shop", {"server": telegram.address, **settings}, {"token": TOKEN})
    return Channel(account, means)


async def send(adapter: Channel, **more: Any) -> str:
    """Plan and send; the external id."""
    plan = adapter.plan(Outbound(**{"to": ANNA, **more}), Context(2, 1))
    assert isinstance(plan, Plan)
    outcome = await adapter.send(plan.parts[0], "key")
    assert isinstance(outcome, Accepted)
    return outcome.external_id


async def test_a_conversation_by_polling(telegram: Telegram, means: Means) -> None:
    adapter, door = channel(telegram, means), RecordingDoor()
    assert (await adapter.health()).ok
    async with running(adapter, door):
        telegram.say("Where is my lamp? 😀")
        await until(lambda: door.inbounds)
        (asked,) = door.inbounds
        assert isinstance(asked, InboundMessage)
        assert (asked.text, asked.sender[0].value) == ("Where is my lamp? 😀", "5")

        name = await send(
            adapter, html="<b>On</b> its way", buttons=("Thanks", "Call me"), answers=asked.external_id, quote="Where"
        )
        (seen,) = telegram.seen()
        said = seen["message"]
        assert said["text"] == "On its way"
        assert said["entities"] == [{"type": "bold", "offset": 0, "length": 2}]
        assert f"5:{said['reply_parameters']['message_id']}" == asked.external_id
        assert f"5:{seen['messageId']}" == name

        below = {"message_id": seen["messageId"], "chat": {"id": 5, "type": "private"}}
        telegram.press("2", {**below, "reply_markup": said["reply_markup"]})
        await until(lambda: len(door.inbounds) == 2)
        pressed = door.inbounds[1]
        assert isinstance(pressed, InboundMessage)
        assert (pressed.text, pressed.answers) == ("Call me", (name,))


async def test_what_left_is_edited_and_withdrawn_there(telegram: Telegram, means: Means) -> None:
    adapter = channel(telegram, means)
    name = await send(adapter, to=BEN, text="It comes on Tuesday")
    edit = Amendment(deed="edit", message=name, to=BEN, outbound=Outbound(to=BEN, text="It comes on Monday"))
    assert await adapter.amend(edit, "key") == Accepted("")
    assert telegram.history()[-1]["message"]["text"] == "It comes on Monday"
    assert await adapter.amend(Amendment(deed="remove", message=name, to=BEN), "key") == Accepted("")
    assert "It comes on Monday" not in str(telegram.history())


@contextmanager
def listening() -> Iterator[tuple[str, list[tuple[str, bytes]]]]:
    """A server on loopback: its address, and what was posted to it."""
    posted: list[tuple[str, bytes]] = []

    class Taker(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            posted.append((self.path, self.rfile.read(int(self.headers["content-length"]))))
            self.send_response(200)
            self.end_headers()

        @override
        def log_message(self, *_: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Taker)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", posted
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


async def test_a_webhook_that_we_set_is_called(telegram: Telegram, means: Means) -> None:
    with listening() as (address, posted):
        lent = Means(
            files=means.files,
            call=means.call,
            base_address=address,
            key=b"k",
            keep_secrets=means.keep_secrets,
            close=means.close,
        )
        adapter = channel(telegram, lent, receive="webhook")
        door = RecordingDoor()
        async with running(adapter, door):
            await until(lambda: door.healths)  # the webhook is set; this Telegram can't say how it does
            telegram.say("By webhook")
            await until(lambda: posted)
        ((path, body),) = posted
        assert path == "/in/key"
        (said,) = adapter.parse(Raw(body))
        assert isinstance(said, InboundMessage)
        assert said.text == "By webhook"
        assert json.loads(adapter.ack(Raw(body), ok=True).body or b"{}") == {}
    fetching, door = channel(telegram, means), RecordingDoor()
    async with running(fetching, door):
        await until(lambda: door.healths)
        telegram.say("Fetched again")
        await until(lambda: door.inbounds)
