"""What leaves for X, against an API on a socket; what X's refusals mean; and how it is made to call us."""

import asyncio
import contextlib
import json
from base64 import b64decode
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from msgspec.structs import replace
from oauthlib.oauth1 import Client
from typing_extensions import override

from lyhord.channels.x.adapter import X
from lyhord.channels.x.api import Service
from lyhord.channels.x.hooking import PRIVATE_EVENTS, PUBLIC_EVENTS, hook
from lyhord.channels.x.options import read_options
from lyhord.channels.x.signing import authorize
from lyhord.channels.x.weights import has_link, split_by_weight, weigh
from lyhord.conversations.exchange import (
    Accepted,
    Address,
    Amendment,
    Context,
    Cost,
    Deed,
    Failed,
    InboundMessage,
    Media,
    Outbound,
    Outcome,
    Place,
    Plan,
    Raw,
    Refusal,
    Retry,
    Unknown,
)
from lyhord.kit.egress import Answer, Call, Egress, Refused, Unreachable
from lyhord.kit.problems import NotFound
from lyhord.kit.words import catalogue
from tests.channels.meta.graphs import RecordingDoor
from tests.channels.x.accounts import (
    KEY,
    ME,
    OTHER,
    SECRET,
    TOKEN,
    TOKEN_SECRET,
    Api,
    Script,
    account,
    direct,
    means,
    told,
)
from tests.waiting import until

TO = Address("x", OTHER, "Anna Öst", verified=True)
PLACE = Place("20")
NOW = 1_772_355_600_000
OPEN = Context(NOW, NOW)
HERE = "https://desk.example.com/in/key"
PNG = Media("lamp.png", "image/png", 4, content=b"\x89PNG")


@pytest.fixture
def api() -> Iterator[Api]:
    server = Api()
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
async def x(api: Api, tmp_path: Path) -> AsyncIterator[X]:
    """An account whose other side is on a socket."""
    out = Egress(allow_private=["127.0.0.0/8"])
    yield X(account(server=api.address), means(out.call, tmp_path))
    await out.close()


def planned(adapter: X | None = None, context: Context = OPEN, **more: Any) -> Plan:
    plan = (adapter or X(account())).plan(Outbound(**{"to": TO, **more}), context)
    assert isinstance(plan, Plan), plan
    return plan


@pytest.mark.parametrize(
    ("method", "url"),
    [
        ("GET", "https://api.x.com/2/users/me"),
        ("POST", "https://api.x.com/2/tweets"),
        ("get", "https://API.x.com/2/a%20b?z=1&a=%C3%A4&a=&b=x+y&c=~*'()!"),
    ],
)
@pytest.mark.parametrize("secret", [SECRET, "ä+/= &%", ""])
def test_another_implementation_signs_the_same(method: str, url: str, secret: str) -> None:
    nonce, seconds = "ea9ec8429b68d6b77cd5600adbbb0456", 1_318_467_427
    client = Client(KEY, secret, TOKEN, TOKEN_SECRET, nonce=nonce, timestamp=str(seconds))
    _, headers, _ = client.sign(url, http_method=method.upper())
    options = read_options(account(consumer_secret=secret))
    ours = authorize(options, method, url, nonce, seconds)
    assert sorted(ours.removeprefix("OAuth ").split(", ")) == sorted(
        headers["Authorization"].removeprefix("OAuth ").split(", ")
    )


@pytest.mark.parametrize(
    ("text", "weight"),
    [
        ("", 0),
        ("Hej då", 6),
        ("привет", 6),
        ("你好", 4),
        ("日本語a", 7),
        ("한국", 4),
        ("e\u0301", 1),
        ("👍", 2),
        ("👍🏽", 2),
        ("👩‍👩‍👧‍👦", 2),
        ("🇸🇪🇫🇮", 4),
        ("1\ufe0f\u20e3", 2),
        ("❤️", 2),
        ("https://shop.example/a/very/long/address/that/goes/on", 23),
        ("see https://shop.example/lamp.", 28),
        ("(https://a.example)", 25),
        ("看https://a.example。谢", 29),
        ("shop.se", 23),
        ("1.5 e.g. a.b", 12),
        ("“quoted” – yes…", 16),
    ],
)
def test_a_post_weighs_as_x_says(text: str, weight: int) -> None:
    assert weigh(text) == weight


def test_links_are_found_because_they_are_dear() -> None:
    assert all(map(has_link, ["see https://a.example", "shop.se", "go to shop.com/lamp now"]))
    assert not any(map(has_link, ["Hej då.", "1.5 m", "anna@shop.se", "e.g. this"]))


PIECES = st.sampled_from(
    ["Ett två tre. ", "你好。", "👩‍👩‍👧‍👦", "https://shop.example/x ", "\n\n", "a", "ä", "shop.museum ", "e\u0301"]
)


@given(text=st.lists(PIECES | st.text(max_size=8), max_size=200).map("".join))
@example("x" * 1000)
@example("你" * 1000)
@example("https://shop.example/" + "x" * 900)
def test_what_is_split_fits_and_is_whole(text: str) -> None:
    pieces = split_by_weight(text, 280)
    assert "".join(pieces) == text
    assert all(weigh(piece) <= 280 for piece in pieces)
    assert all(pieces) or text == ""


def test_a_long_answer_is_cut_where_one_would() -> None:
    plan = planned(text="Ett två tre. " * 40, place=PLACE)
    assert plan.changes == ("plan.text_split",)
    assert len(plan.parts) == 2
    assert all(part.text.endswith(". ") for part in plan.parts[:-1])
    assert planned(text="Ett två tre. " * 40).parts[0].text == "Ett två tre. " * 40
    premium = X(account(post_limit=4_000))
    assert len(planned(premium, text="Ett två tre. " * 40, place=PLACE).parts) == 1


def test_what_it_costs_is_said_before() -> None:
    assert planned(text="Hej", place=PLACE).cost == Cost(10_000, "USD")
    assert planned(text="See https://shop.example", place=PLACE).cost == Cost(200_000, "USD")
    assert planned(text="Hej").cost == Cost(15_000, "USD")
    assert planned(text="你" * 281, place=PLACE).cost == Cost(30_000, "USD")
    assert planned(text="Both", media=(PNG, PNG)).cost == Cost(30_000, "USD")


def test_what_x_doesnt_carry_is_refused() -> None:
    paper = Media("a.pdf", "application/pdf", 9, content=b"%PDF")
    assert X(account()).plan(Outbound(to=TO, media=(paper,)), OPEN) == Refusal("plan.file_unsupported")
    closed = X(account(posts=False)).plan(Outbound(to=TO, text="Hej", place=PLACE), OPEN)
    assert closed == Refusal("plan.no_place")


async def test_replies_leave_signed_under_what_they_answer(api: Api, x: X) -> None:
    plan = planned(x, text="It comes today", place=PLACE, answers="50", media=(PNG,) * 5)
    assert [len(part.media) for part in plan.parts] == [4, 1]
    outcomes = [await x.send(part, "key") for part in plan.parts]
    assert outcomes == [Accepted("802"), Accepted("803")]
    posts = [body for method, path, body in api.asked if path == "/2/tweets"]
    under = {"in_reply_to_tweet_id": "50"}
    assert posts[0] == {"reply": under, "text": "It comes today", "media": {"media_ids": ["700"] * 4}}
    assert posts[1] == {"reply": under, "media": {"media_ids": ["700"]}}
    upload = api.asked[0][2]
    assert b64decode(upload["media"]) == b"\x89PNG"
    assert upload["media_category"] == "tweet_image"


async def test_what_left_from_here_doesnt_come_back(tmp_path: Path) -> None:
    early: list[Any] = []

    def echo(name: str, text: str = "On  its way &amp; soon") -> Raw:
        payload = direct(ME, OTHER, {"text": text})
        payload["direct_message_events"][0]["id"] = name
        return Raw(told("dm.sent", payload))

    class Quick(Script):
        @override
        async def call(self, call: Call) -> Answer:
            """X tells of the message before it answers."""
            early.extend(adapter.parse(echo("900")))
            return await super().call(call)

    tools = means(Quick((201, {"data": {"dm_event_id": "900"}})).call, tmp_path)
    adapter = X(account(), tools)
    assert await adapter.send(Outbound(to=TO, text="On its way & soon"), "key") == Accepted("dm:900")
    assert early == adapter.parse(echo("900")) == []
    [other] = adapter.parse(echo("901"))
    assert isinstance(other, InboundMessage)
    assert other.ours
    another = replace(account(), inbox_id="another")
    assert len(X(another, tools).parse(echo("900"))) == 1
    for number in range(2_000):
        tools.note("inbox", f"dm:{number}0")
    tools.note("inbox", "dm:x")
    assert len(tools.ids) == 2_000


async def test_who_never_named_us_cannot_be_replied_to(x: X) -> None:
    [part] = planned(x, text="Hej", place=PLACE, answers="77").parts
    assert await x.send(part, "key") == Failed("channel.x.not_summoned")


async def test_private_messages_leave_to_whom_they_are(api: Api, x: X) -> None:
    public = Context(NOW, None)
    for part in planned(x, public, text="In private", answers="50", media=(PNG, PNG)).parts:
        assert await x.send(part, "key") == Accepted("dm:900")
    first, second = (body for _, path, body in api.asked if path.endswith("/messages"))
    assert first == {"text": "In private", "attachments": [{"media_id": "700"}]}
    assert second == {"attachments": [{"media_id": "700"}]}
    assert f"/2/dm_conversations/with/{OTHER}/messages" in [path for _, path, _ in api.asked]
    closed = replace(planned(x, text="Hej").parts[0], to=Address("x", "3"))
    assert await x.send(closed, "key") == Failed("channel.x.no_dm")


async def test_what_was_said_in_public_can_be_taken_back_and_hidden(api: Api, x: X) -> None:
    async def do(deed: Deed, message: str) -> Outcome:
        return await x.amend(Amendment(deed=deed, message=message, to=TO), "key")

    assert await do("remove", "60") == await do("remove", "60") == Accepted("")
    assert await do("hide", "50") == await do("show", "50") == Accepted("")
    assert [body for method, path, body in api.asked if path == "/2/tweets/50/hidden"] == [
        {"hidden": True},
        {"hidden": False},
    ]
    assert await do("hide", "51") == Failed("channel.x.not_our_thread")
    assert await do("remove", "dm:900") == Failed("channel.x.private_stays")
    assert await do("hide", "dm:900") == Failed("amend.private")


def errors(code: int, message: str = "no") -> dict[str, Any]:
    return {"errors": [{"code": code, "message": message}]}


def detail(words: str, kind: str = "about:blank") -> dict[str, Any]:
    return {"title": "Forbidden", "status": 403, "detail": words, "type": kind}


@pytest.mark.parametrize(
    ("status", "answer", "outcome"),
    [
        (403, errors(187), Failed("channel.x.duplicate")),
        (403, detail("You are not allowed to create a Tweet with duplicate content."), Failed("channel.x.duplicate")),
        (403, errors(433), Failed("channel.x.reply_restricted")),
        (403, errors(349), Failed("channel.x.no_dm")),
        (403, errors(186), Failed("channel.x.too_long")),
        (403, errors(385), Failed("channel.x.gone")),
        (403, errors(326), Retry("channel.x.locked")),
        (403, detail("no", "https://api.x.com/2/problems/oauth1-permissions"), Retry("channel.x.no_permission")),
        (402, detail("no", "https://api.x.com/2/problems/credits"), Retry("channel.x.no_credit")),
        (401, detail("Unauthorized"), Retry("channel.x.bad_token")),
        (401, errors(89), Retry("channel.x.bad_token")),
        (429, detail("Too Many Requests"), Retry("channel.x.too_fast", limit="account")),
        (503, {}, Unknown("delivery.no_answer")),
        (500, "no JSON of ours", Unknown("delivery.no_answer")),
        (400, {"title": "Invalid Request", "errors": [{"message": "Odd media"}]}, Failed("Odd media")),
        (404, {}, Failed("channel.x.gone")),
        (418, {}, Failed("418")),
    ],
)
async def test_a_refusal_says_what_to_do(tmp_path: Path, status: int, answer: Any, outcome: Outcome) -> None:
    script = Script((status, answer))
    got = await X(account(), means(script.call, tmp_path)).send(Outbound(to=TO, text="Hej"), "key")
    assert got == outcome
    reason = getattr(outcome, "reason", "")
    assert not reason.startswith("channel.") or reason in catalogue("en")


async def test_a_message_that_may_have_arrived_isnt_sent_again_but_a_file_is(tmp_path: Path) -> None:
    async def outcome(error: Exception, **more: Any) -> Outcome:
        adapter = X(account(), means(Script(error).call, tmp_path))
        return await adapter.send(Outbound(to=TO, text="Hej", **more), "key")

    assert await outcome(Unreachable("gone", sent=True)) == Unknown("delivery.no_answer")
    assert await outcome(Unreachable("gone", sent=False)) == Retry("channel.x.unreachable")
    assert await outcome(Unreachable("gone", sent=True), media=(PNG,)) == Retry("channel.x.unreachable")
    assert await outcome(Refused("no")) == Failed("channel.x.bad_server")


@pytest.mark.parametrize(("reset", "wait"), [("1772355700", 100), ("1", 0), ("9" * 20, 86_400), ("soon", None)])
async def test_x_says_when_to_try_again(reset: str, wait: float | None) -> None:
    script = Script((429, {}), headers={"x-rate-limit-reset": reset})
    service = Service(script.call, read_options(account()), lambda: NOW)
    with pytest.raises(Exception, match="429") as caught:
        await service.ask("POST", "/2/tweets", {})
    assert caught.value.outcome == Retry("channel.x.too_fast", wait, limit="account")  # type: ignore[attr-defined]


async def test_files_are_asked_for_in_the_accounts_name_only_at_x(tmp_path: Path) -> None:
    script = Script((200, "x"))
    adapter = X(account(), means(script.call, tmp_path))
    for url in (
        "https://ton.twitter.com/1.1/ton/data/dm/1/2/a.jpg",
        "https://pbs.twimg.com/media/a.jpg",
        "http://ton.twitter.com/a.jpg",
        "https://ton.twitter.com.evil.example/a.jpg",
    ):
        await adapter.fetch_media(Media("a.jpg", "image/jpeg", 0, url=url))
    signed = ["authorization" in call.headers for call in script.calls]
    assert signed == [True, False, False, False]
    with pytest.raises(NotFound):
        await X(account(), means(Script((404, "")).call, tmp_path)).fetch_media(
            Media("a", "image/png", 0, url="https://a")
        )


async def test_it_registers_once_and_mends_what_was_lost(api: Api, x: X) -> None:
    out = Egress(allow_private=["127.0.0.0/8"])
    options = read_options(account(server=api.address))
    service = Service(out.call, options)
    assert await hook(service, options, HERE) is None
    assert [one["url"] for one in api.hooks] == [HERE]
    assert {one["event_type"] for one in api.subscriptions} == {*PRIVATE_EVENTS, *PUBLIC_EVENTS}
    assert {(one["filter"]["user_id"], one["webhook_id"]) for one in api.subscriptions} == {(ME, "40")}
    count = len(api.asked)
    assert await hook(service, options, HERE) is None
    assert [method for method, _, _ in api.asked[count:]] == ["GET", "GET"]
    api.hooks[0]["valid"] = False
    api.subscriptions[0]["webhook_id"] = "39"
    assert await hook(service, options, HERE) is None
    assert api.hooks[0]["valid"]
    assert api.subscriptions[0]["webhook_id"] == "40"
    api.hooks.append({"id": "41", "url": "https://other.example/x", "valid": True})
    api.subscriptions[0]["webhook_id"] = "41"
    assert await hook(service, options, HERE) == ("", "channel.x.called_elsewhere", "https://other.example/x")
    await out.close()


async def test_what_x_refuses_to_tell_is_said_and_the_rest_is_asked_for(api: Api) -> None:
    out = Egress(allow_private=["127.0.0.0/8"])
    options = read_options(account(server=api.address))
    service = Service(out.call, options)
    api.forbidden = {"chat.received"}
    assert await hook(service, options, HERE) is None
    api.subscriptions.clear()
    api.forbidden = {"dm.received", "chat.received"}
    assert await hook(service, options, HERE) == ("", "channel.x.refused", "dm.received: Not permitted")
    assert len(api.subscriptions) == len([*PRIVATE_EVENTS, *PUBLIC_EVENTS]) - 2
    await out.close()


async def test_it_is_looked_after_and_reported(x: X, api: Api) -> None:
    door = RecordingDoor()
    running = asyncio.create_task(x.run(door))
    await until(lambda: bool(door.healths))
    running.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await running
    assert door.healths[0].ok
    assert api.hooks[0]["url"] == HERE


async def test_health_names_the_account_and_the_field_at_fault(api: Api, x: X, tmp_path: Path) -> None:
    health = await x.health()
    assert (health.ok, health.who, health.link) == (True, "@ExampleUser", "https://x.com/ExampleUser")
    api.level = "read-write"
    assert (await x.health()).problems == (("access_token", "channel.x.read_only", "read-write"),)

    async def problem(*answers: tuple[int, Any], base: str = "https://desk.example.com", **settings: str) -> Any:
        lent = means(Script(*answers).call, tmp_path, base)
        [found] = (await X(account(**settings), lent).health()).problems
        assert found[1] in catalogue("en")
        return found[:2]

    token = (200, {"access_token": "A"})
    assert await problem(token, base="http://desk.example.com") == ("", "channel.x.no_https")
    assert await problem(token, base="https://desk.example.com:8443") == ("", "channel.x.no_https")
    assert await problem(token, access_token="odd") == ("access_token", "channel.x.odd_token")
    assert await problem((403, errors(99))) == ("consumer_key", "channel.x.bad_app")
    assert await problem(token, (401, errors(89))) == ("access_token", "channel.x.bad_token")
    assert await problem(token, (402, {})) == ("", "channel.x.no_credit")
    assert await problem(token, (503, {})) == ("", "channel.x.unreachable")
    assert await problem(token, (200, [])) == ("server", "channel.x.bad_server")


async def test_secrets_leave_only_as_signatures(tmp_path: Path) -> None:
    script = Script((200, {"data": {}}))
    await X(account(), means(script.call, tmp_path)).send(Outbound(to=TO, text="Hej"), "key")
    shown = json.dumps([dict(call.headers) | {"url": call.url, "body": call.body.decode()} for call in script.calls])
    assert SECRET not in shown
    assert TOKEN_SECRET not in shown
