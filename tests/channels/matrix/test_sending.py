"""What leaves, what a homeserver's refusals mean, and the registration that it is given."""

import json
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from lyhord.channels.matrix.adapter import DESCRIPTOR, Matrix
from lyhord.channels.matrix.outgoing import MOST_HTML, to_content
from lyhord.conversations.account import Means
from lyhord.conversations.exchange import (
    Address,
    Context,
    Failed,
    Media,
    Outbound,
    Outcome,
    Plan,
    Raw,
    Refusal,
    Retry,
    Topic,
    Unknown,
)
from lyhord.kit.egress import Answer, Call, Refused, Unreachable
from lyhord.kit.files import Files
from tests.channels.matrix.service import account

ANNA = Address("matrix", "@anna:far.test")
NOW = Context(2, 1)


class Side:
    """A homeserver that gives one answer to everything, and keeps what was asked."""

    def __init__(self, answer: Answer | Exception) -> None:
        self.answer = answer
        self.calls: list[Call] = []

    async def call(self, call: Call) -> Answer:
        self.calls.append(call)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


async def _nothing(*_: Any) -> None:
    """Nothing to keep or close."""


def adapter(side: Side, folder: Path, **settings: Any) -> Matrix:
    lent = Means(
        files=Files(folder),
        call=side.call,
        base_address="https://desk.example.com",
        key=b"k" * 32,
        keep_secrets=_nothing,
        close=_nothing,
    )
    return Matrix(account("https://matrix.example.com", **settings), lent)


def parts(**more: Any) -> tuple[Outbound, ...]:
    plan = Matrix(account("https://matrix.example.com")).plan(Outbound(to=ANNA, **more), NOW)
    assert isinstance(plan, Plan)
    return plan.parts


def test_words_then_each_file_in_an_event_of_its_own() -> None:
    files = tuple(Media(f"{n}.png", "image/png", 3, content=b"png") for n in range(2))
    found = parts(text="Look", media=files, answers="!r$0", quote="What")
    assert [(one.text, [file.name for file in one.media]) for one in found] == [
        ("Look", []),
        ("", ["0.png"]),
        ("", ["1.png"]),
    ]
    assert [one.answers for one in found] == ["!r$0", None, None]


def relation(**more: Any) -> Any:
    (one,) = parts(text="Yes", **more)
    return to_content(one).get("m.relates_to")


def test_an_answer_to_a_group_goes_into_the_thread_in_which_it_was_asked() -> None:
    group: dict[str, Any] = {"group_id": "!r", "topic": Topic("$root")}
    chosen = relation(**group, answers="!r$0")
    assert chosen == {
        "rel_type": "m.thread",
        "event_id": "$root",
        "is_falling_back": False,
        "m.in_reply_to": {"event_id": "$0"},
    }
    assert relation(group_id="!r", answers="!r$0") == {"m.in_reply_to": {"event_id": "$0"}}
    (part,) = parts(text="All of you", **group)
    to_all = to_content(replace(part, to=Address("matrix", "")))
    assert to_all["m.relates_to"] == {
        "rel_type": "m.thread",
        "event_id": "$root",
        "is_falling_back": True,
        "m.in_reply_to": {"event_id": "$root"},
    }
    assert to_all["m.mentions"] == {}
    assert relation(answers="!r$0") is None


def test_pictures_among_words_leave_as_files_and_too_much_formatting_plain() -> None:
    (one,) = parts(html='<p>Look <img src="cid:1"></p>')
    assert one.html == "<p>Look </p>"
    plan = Matrix(account("https://x.test")).plan(Outbound(to=ANNA, text="x", html="x" * (MOST_HTML + 1)), NOW)
    assert isinstance(plan, Plan)
    assert plan.parts[0].html is None
    assert "plan.formatting_dropped" in plan.changes


@pytest.mark.parametrize("address", ["anna", "@anna", "anna@far.test", "@anna:", "@a b:far.test", "#room:far.test"])
def test_what_is_no_address_is_refused(address: str) -> None:
    refusal = Matrix(account("https://x.test")).plan(Outbound(to=Address("matrix", address), text="x"), NOW)
    assert refusal == Refusal("channel.matrix.bad_user")


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (
            Answer(429, {}, b'{"errcode":"M_LIMIT_EXCEEDED","retry_after_ms":1500}', ""),
            Retry("channel.matrix.too_fast", 1.5, limit="account"),
        ),
        (Answer(401, {}, b'{"errcode":"M_UNKNOWN_TOKEN"}', ""), Retry("channel.matrix.not_registered")),
        (Answer(403, {}, b'{"errcode":"M_FORBIDDEN"}', ""), Failed("channel.matrix.forbidden")),
        (Answer(413, {}, b'{"errcode":"M_TOO_LARGE"}', ""), Failed("plan.file_too_large")),
        (Answer(400, {}, b'{"errcode":"M_ODD","error":"Odd"}', ""), Failed("Odd")),
        (Answer(502, {}, b"<html>", ""), Unknown("delivery.no_answer")),
        (Answer(200, {}, b"<html>", ""), Unknown("delivery.no_answer")),
        (Unreachable("x", sent=True), Unknown("delivery.no_answer")),
        (Unreachable("x", sent=False), Retry("channel.matrix.unreachable")),
        (Refused("private"), Retry("problem.address_refused", ours=True)),
    ],
)
async def test_what_a_refusal_means(answer: Answer | Exception, outcome: Outcome, tmp_path: Path) -> None:
    group = Outbound(to=ANNA, text="x", group_id="!room:far.test")
    side = Side(answer)
    assert await adapter(side, tmp_path).send(group, "key/1") == outcome
    assert side.calls[0].url.endswith("/rooms/%21room%3Afar.test/send/m.room.message/key%2F1")
    assert DESCRIPTOR.native_key  # so that what is unknown may be sent again


async def test_the_token_goes_to_the_homeserver_and_nowhere_into_words(tmp_path: Path) -> None:
    side = Side(Answer(200, {}, b'{"event_id":"$1"}', ""))
    one = adapter(side, tmp_path)
    await one.send(Outbound(to=ANNA, text="x", group_id="!room"), "key")
    token = side.calls[0].headers["authorization"].removeprefix("Bearer ")
    assert token in one.hand_out().text
    assert token not in side.calls[0].url


def test_the_registration_is_the_same_every_time_and_fits_the_inbox(tmp_path: Path) -> None:
    side = Side(Answer(200, {}, b"{}", ""))
    first, second = (adapter(side, tmp_path).hand_out() for _ in range(2))
    assert first == second
    lines = dict(line.split(": ", 1) for line in first.text.splitlines() if ": " in line and line[0] != " ")
    assert json.loads(lines["url"]) == "https://desk.example.com/in/key"
    assert json.loads(lines["sender_localpart"]) == "support"
    assert lines["as_token"] != lines["hs_token"]
    other = adapter(side, tmp_path)
    raw = Raw(b"{}", {"authorization": f"Bearer {lines['hs_token']}"})
    assert other.verify(raw).ok
    assert not other.verify(Raw(b"{}", {"authorization": f"Bearer {lines['as_token']}"})).ok
    asked = Raw(b"", raw.headers, path="/in/key/_matrix/app/v1/users/@lyhord:matrix.test")
    reply = other.handshake(asked)
    assert reply is not None
    assert (reply.status, json.loads(reply.body)["errcode"]) == (404, "M_NOT_FOUND")
    assert other.handshake(Raw(b"", {}, path=asked.path)) is None
    assert other.handshake(Raw(b"{}", raw.headers, path="/in/key/_matrix/app/v1/transactions/7")) is None


@pytest.mark.parametrize(
    ("settings", "field"),
    [
        ({"homeserver": "matrix.example.com"}, "homeserver"),
        ({"localpart": "Über uns"}, "localpart"),
        ({"server_name": "https://example.com"}, "server_name"),
    ],
)
async def test_answers_that_cant_be_right_are_named(settings: dict[str, str], field: str, tmp_path: Path) -> None:
    side = Side(Answer(200, {}, b"{}", ""))
    lent = adapter(side, tmp_path)._means
    inbox = account("https://x.test")
    changed = type(inbox)(inbox.workspace_id, inbox.inbox_id, inbox.key, inbox.name, {**inbox.settings, **settings}, {})
    health = await Matrix(changed, lent).health()
    assert [problem[0] for problem in health.problems] == [field]
    assert side.calls == []
