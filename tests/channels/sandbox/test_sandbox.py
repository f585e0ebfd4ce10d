"""The sandbox plays what its settings say and reads what its tab posts."""

import base64
import json

import pytest

from lyhord.channels.sandbox.adapter import Sandbox
from lyhord.conversations.account import Account
from lyhord.conversations.exchange import (
    Accepted,
    Address,
    Context,
    Failed,
    InboundMessage,
    InboundStatus,
    Outbound,
    Raw,
    Refusal,
    Retry,
    Unknown,
    Unsupported,
)

NOW = 1_772_355_600_000


def sandbox(**settings: object) -> Sandbox:
    return Sandbox(Account("w", "i", "k", "Sandbox", {"signing_key": "0123456789abcdef", **settings}, {}))


def posted(*events: object) -> Raw:
    return Raw(json.dumps({"events": events}).encode())


def test_messages_and_receipts_in_one_call() -> None:
    file = {"name": "a.txt", "type": "text/plain", "content": base64.b64encode(b"hello").decode()}
    message, receipt = sandbox().parse(
        posted(
            {
                "kind": "message",
                "id": "m1",
                "sender": {"id": "anna", "name": "Anna"},
                "text": "Hi",
                "at": 5,
                "files": [file],
            },
            {"kind": "receipt", "reference": "key-1", "state": "read"},
        )
    )
    assert isinstance(message, InboundMessage)
    assert (message.external_id, message.text, message.at) == ("m1", "Hi", 5)
    assert message.sender == (Address("sandbox", "anna", "Anna", verified=True),)
    assert [(media.name, media.size, media.content) for media in message.media] == [("a.txt", 5, b"hello")]
    assert receipt == InboundStatus(reference="key-1", state="read")


@pytest.mark.parametrize(
    "event",
    [
        {"kind": "sticker", "id": "1"},
        {"kind": "message", "id": "", "sender": {"id": "anna"}},
        {"kind": "message", "id": "1", "sender": {"id": "anna"}, "files": [{"name": "a", "type": "b", "content": "%"}]},
        {"kind": "receipt", "reference": "r", "state": "eaten"},
        None,
        7,
    ],
)
def test_one_strange_event_doesnt_hold_up_the_next(event: object) -> None:
    strange, message = sandbox().parse(posted(event, {"kind": "message", "id": "m2", "sender": {"id": "anna"}}))
    assert isinstance(strange, Unsupported)
    assert isinstance(message, InboundMessage)


def test_it_plays_the_channel_that_its_settings_describe() -> None:
    descriptor = sandbox(
        text_limit="160",
        limit_unit="bytes",
        buttons=0,
        files=False,
        receipts="none",
        window_hours=24,
        may_initiate=False,
    ).descriptor
    assert (descriptor.text_limit, descriptor.limit_unit, descriptor.button_limit) == (160, "bytes", 0)
    assert (descriptor.kinds_out, descriptor.may_initiate) == (frozenset({"text"}), False)
    assert (descriptor.delivered, descriptor.read, descriptor.read_model) == ("no", "no", "none")
    assert descriptor.window is not None
    assert descriptor.window.seconds == 24 * 3600


@pytest.mark.parametrize(
    "nonsense", [{"text_limit": -1}, {"text_limit": "many"}, {"buttons": 99}, {"overflow": "burn"}]
)
def test_nonsense_changes_nothing(nonsense: dict[str, object]) -> None:
    assert sandbox(**nonsense).descriptor == sandbox().descriptor


def test_a_closed_window_of_the_settings_refuses() -> None:
    box = sandbox(window_hours=1, after_window="template")
    late = Context(NOW, NOW - 3_600_000)
    assert box.plan(Outbound(to=Address("sandbox", "anna"), text="Hi"), late) == Refusal(
        "plan.window_closed", ("template",)
    )


async def test_it_plays_trouble() -> None:
    hello = Outbound(to=Address("sandbox", "anna"), text="Hi")
    kinds = {
        name: type(await sandbox(trouble=name).send(hello, "k")) for name in ("none", "retry", "failed", "unknown")
    }
    assert kinds == {"none": Accepted, "retry": Retry, "failed": Failed, "unknown": Unknown}


def test_a_challenge_is_answered_with_its_words() -> None:
    reply = sandbox().handshake(Raw(b'{"challenge": "abc"}'))
    assert reply is not None
    assert reply.body == b"abc"
    assert sandbox().handshake(posted()) is None


async def test_without_a_signing_key_nothing_is_believed_and_health_says_so() -> None:
    box = sandbox(signing_key="")
    assert not box.verify(Raw(b"{}", {"x-sandbox-signature": "sha256="})).ok
    assert [problem[0] for problem in (await box.health()).problems] == ["signing_key"]
