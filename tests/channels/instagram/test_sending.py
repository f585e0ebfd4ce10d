"""What leaves for Instagram, against a Graph API on a socket; and how the account is kept connected."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from lyhord.channels.instagram.adapter import Instagram
from lyhord.channels.instagram.hooking import PRIVATE, PUBLIC, REFRESHED
from lyhord.conversations.account import Health
from lyhord.conversations.exchange import (
    Accepted,
    Address,
    Amendment,
    Context,
    Deed,
    Failed,
    Media,
    Outbound,
    Outcome,
    Place,
    Plan,
    Published,
    Refusal,
    Retry,
    Unknown,
)
from lyhord.conversations.plan import measure
from lyhord.kit.clock import DAY, system_clock
from lyhord.kit.egress import Unreachable
from lyhord.kit.words import catalogue
from tests.channels.instagram.profiles import account, profile
from tests.channels.meta.graph_server import Graph, serving, way_out
from tests.channels.meta.graphs import RecordingDoor, Said, Script, means, no, ok, query_of
from tests.waiting import until

ANNA = Address("instagram", "5")
NOW, HOUR = 1_772_355_600_000, 3_600_000
OPEN = Context(NOW, NOW - HOUR)
PLACE = Place("99")
SCOPES = ["instagram_basic", "instagram_manage_messages", "pages_manage_metadata"]


@pytest.fixture
def graph() -> Iterator[Graph]:
    with serving(Graph("instagram")) as graph:
        yield graph


@pytest.fixture
async def instagram(graph: Graph, tmp_path: Path) -> AsyncIterator[Instagram]:
    """An account by way of its Page, whose other side is on a socket."""
    out = way_out()
    lent = means(Script(), tmp_path)
    yield Instagram(account(login="page", server=graph.address), replace(lent, call=out.call))
    await out.close()


def file(kind: str = "image/png", name: str = "lampa ö.png", size: int = 100) -> Media:
    return Media(name, kind, size, content=b"\x89PNG\x00\xff")


def plan(adapter: Instagram, context: Context = OPEN, **more: Any) -> Plan | Refusal:
    return adapter.plan(Outbound(**{"to": ANNA, **more}), context)


async def sent(graph: Graph, adapter: Instagram, context: Context = OPEN, **more: Any) -> list[tuple[str, str, Any]]:
    """The calls that carry it, as the other side took them."""
    planned = plan(adapter, context, **more)
    assert isinstance(planned, Plan), planned
    for part in planned.parts:
        assert isinstance(await adapter.send(part, "key"), Accepted)
    return graph.asked


async def test_words_leave_in_parts_counted_in_bytes(graph: Graph, instagram: Instagram) -> None:
    asked = await sent(graph, instagram, text="Hallå där! " * 150, buttons=("Ja", "Nej"))
    assert {path for _, path, _ in asked} == {"me/messages"}
    assert "".join(body["message"]["text"] for _, _, body in asked) == "Hallå där! " * 150
    assert [len(body["message"].get("quick_replies", ())) for _, _, body in asked] == [0, 2]


async def test_a_file_is_brought_there_first_by_way_of_the_page(graph: Graph, instagram: Instagram) -> None:
    asked = await sent(graph, instagram, text="Look", media=(file(),))
    assert [path for _, path, _ in asked] == ["me/messages", "me/message_attachments", "me/messages"]
    assert asked[1][2]["message"]["attachment"]["type"] == "image"
    assert asked[2][2]["message"] == {"attachment": {"type": "MEDIA_SHARE", "payload": {"id": "a_2"}}}


def test_what_instagram_takes_no_files_of_is_refused(tmp_path: Path) -> None:
    by_login, by_page = profile(Script(), tmp_path), profile(Script(), tmp_path, login="page")
    assert plan(by_login, text="Look", media=(file(),)) == Refusal("plan.file_unsupported")
    assert plan(by_page, media=(file("application/zip"),)) == Refusal("plan.file_unsupported")
    assert plan(by_page, media=(file(size=8_000_001),)) == Refusal("plan.file_too_large")
    assert isinstance(plan(by_page, media=(file("application/pdf"),)), Plan)


async def test_a_file_that_may_not_have_come_is_brought_again(tmp_path: Path) -> None:
    part = Outbound(to=ANNA, media=(file(),))
    lost = profile(Script(Unreachable("x", sent=True)), tmp_path, login="page")
    assert await lost.send(part, "key") == Retry("delivery.no_answer")
    half = profile(Script(ok(attachment_id="a"), Unreachable("x", sent=True)), tmp_path, login="page")
    assert await half.send(part, "key") == Unknown("delivery.no_answer")


async def test_a_public_answer_stands_below_what_it_answers(graph: Graph, instagram: Instagram) -> None:
    asked = await sent(graph, instagram, Context(NOW, None), text="Yes", place=PLACE, answers="1789")
    assert asked == [("POST", "1789/replies", {"message": "Yes"})]
    assert plan(instagram, text="x" * 301, place=PLACE) == Refusal("plan.text_too_long")
    assert plan(instagram, text="Look", place=PLACE, media=(file(),)) == Refusal("plan.file_unsupported")


async def test_a_comment_is_answered_once_in_private(graph: Graph, instagram: Instagram) -> None:
    context = Context(NOW, None, published=Published(NOW - HOUR))
    asked = await sent(graph, instagram, context, text="Hello", answers="1789")
    assert asked[0][2] == {"recipient": {"comment_id": "1789"}, "message": {"text": "Hello"}}
    again = await instagram.send(Outbound(to=ANNA, text="Again", answers="1789", private_answer=True), "key")
    assert again == Failed("channel.meta.answered_already")


@pytest.mark.parametrize(("human", "hours", "open_"), [(False, 25, False), (True, 25, True), (True, 169, False)])
def test_the_window_is_as_long_as_who_answers_may(tmp_path: Path, human: bool, hours: int, open_: bool) -> None:
    adapter = profile(Script(), tmp_path, human_agent=human)
    assert isinstance(plan(adapter, Context(NOW, NOW - hours * HOUR), text="Hi"), Plan) == open_


def change(deed: Deed, name: str = "1789", emoji: str = "❤️") -> Amendment:
    return Amendment(deed=deed, message=name, to=ANNA, emoji=emoji)


@pytest.mark.parametrize(
    ("amendment", "asked"),
    [
        (change("hide"), ("POST", "1789", {"hide": True})),
        (change("show"), ("POST", "1789", {"hide": False})),
        (change("remove"), ("DELETE", "1789", {})),
        (
            change("react", "aWdf1"),
            (
                "POST",
                "me/messages",
                {
                    "recipient": {"id": "5"},
                    "sender_action": "react",
                    "payload": {"message_id": "aWdf1", "reaction": "love"},
                },
            ),
        ),
        (
            change("react", "aWdf1", ""),
            (
                "POST",
                "me/messages",
                {"recipient": {"id": "5"}, "sender_action": "unreact", "payload": {"message_id": "aWdf1"}},
            ),
        ),
    ],
)
async def test_what_is_there_is_changed(
    graph: Graph, instagram: Instagram, amendment: Amendment, asked: tuple[str, str, Any]
) -> None:
    assert await instagram.amend(amendment, "key") == Accepted("")
    assert graph.asked == [asked]


@pytest.mark.parametrize(
    ("amendment", "answer", "outcome"),
    [
        (change("edit"), ok(), Failed("amend.no_edit")),
        (change("remove", "aWdf1"), ok(), Failed("amend.private")),
        (change("react"), ok(), Failed("amend.no_react")),
        (change("react", "aWdf1", "🎉"), ok(), Failed("channel.instagram.only_hearts")),
        (change("hide"), Unreachable("x", sent=True), Retry("delivery.no_answer")),
    ],
)
async def test_a_change_that_is_refused_says_why(
    tmp_path: Path, amendment: Amendment, answer: Said, outcome: Outcome
) -> None:
    found = await profile(Script(answer), tmp_path).amend(amendment, "key")
    assert found == outcome
    assert isinstance(found, Failed | Retry)
    assert found.reason in catalogue("en")


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (no(10, subcode=2534022), Failed("plan.window_closed")),
        (no(100, subcode=2534014), Failed("channel.meta.nobody")),
        (no(190), Retry("channel.meta.bad_token")),
    ],
)
async def test_a_refusal_means_what_it_says(tmp_path: Path, answer: Said, outcome: Outcome) -> None:
    assert await profile(Script(answer), tmp_path).send(Outbound(to=ANNA, text="Hi"), "key") == outcome


async def test_by_its_own_login_instagram_itself_is_called(tmp_path: Path) -> None:
    script = Script()
    adapter = profile(script, tmp_path, seen=True)
    await adapter.show_typing(ANNA)
    assert [body["sender_action"] for _, _, body in script.asked] == ["mark_seen", "typing_on"]
    assert script.calls[0].url == "https://graph.instagram.com/v23.0/me/messages"
    assert profile(Script(), tmp_path, login="page").descriptor.kinds_out > adapter.descriptor.kinds_out


async def ran(adapter: Instagram, door: RecordingDoor) -> Health:
    task = asyncio.create_task(adapter.run(door))
    await until(lambda: door.healths)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    return door.healths[0]


@pytest.mark.parametrize(
    ("settings", "fields"),
    [({}, (*PRIVATE, *PUBLIC)), ({"comments": False}, PRIVATE), ({"login": "page"}, ("messages",))],
)
async def test_the_account_is_subscribed_to(tmp_path: Path, settings: dict[str, Any], fields: tuple[str, ...]) -> None:
    script = Script(ok(success=True))
    assert await ran(profile(script, tmp_path, **settings), RecordingDoor()) == Health(ok=True)
    assert script.asked == [("POST", "me/subscribed_apps", {"subscribed_fields": ",".join(fields)})]


async def test_a_token_is_renewed_after_a_week_and_kept(tmp_path: Path) -> None:
    kept: list[tuple[str, str, Mapping[str, str]]] = []

    async def keep(*secrets: Any) -> None:
        kept.append(secrets)

    today = system_clock() // DAY
    for age, renewed in ((0, 0), (6, 0), (7, 1)):
        script = Script(ok(success=True), ok(access_token="a-fresh-one", expires_in=5_184_000))
        door = RecordingDoor({REFRESHED: today - age})
        assert (await ran(Instagram(account(), means(script, tmp_path, keep=keep)), door)).ok
        assert len(kept) == renewed
    assert kept == [("workspace", "inbox", {"token": "a-fresh-one", "app_secret": "the-secret"})]
    assert door.state == {REFRESHED: today}
    assert query_of(script.calls[1])["grant_type"] == "ig_refresh_token"


LINKED = {"id": "17841", "username": "shop"}


@pytest.mark.parametrize(
    ("login", "answers", "health"),
    [
        ("instagram", (ok(id="9", user_id="17841", username="shop"),), Health(ok=True, who="@shop")),
        (
            "page",
            (ok(id="110", name="Shop", instagram_business_account=LINKED), ok(data={"app_id": "42", "scopes": SCOPES})),
            Health(ok=True, who="@shop"),
        ),
        (
            "instagram",
            (ok(id="9", user_id="17842", username="other"),),
            Health(ok=False, problems=(("account_id", "channel.instagram.other_account", "other (17842)"),)),
        ),
        (
            "page",
            (ok(id="110", name="Shop"),),
            Health(ok=False, problems=(("account_id", "channel.instagram.not_linked", "Shop"),)),
        ),
        (
            "instagram",
            (no(190, "expired"),),
            Health(ok=False, problems=(("token", "channel.meta.bad_token", "expired"),)),
        ),
        (
            "page",
            (ok(id="1", instagram_business_account=LINKED), ok(data={"app_id": "42", "scopes": SCOPES[:2]})),
            Health(
                ok=False,
                problems=(("token", "channel.meta.no_permission", "pages_manage_metadata"),),
                who="@shop",
            ),
        ),
    ],
)
async def test_the_account_is_tried_for_real(
    tmp_path: Path, login: str, answers: tuple[Said, ...], health: Health
) -> None:
    found = await profile(Script(*answers), tmp_path, login=login).health()
    assert replace(found, link="") == health
    assert not found.ok or found.link == "https://ig.me/m/shop"
    assert all(key in catalogue("en") for _, key, _ in found.problems)


@given(text=st.text(max_size=2_500), buttons=st.lists(st.text(min_size=1, max_size=25), max_size=15))
def test_whatever_is_said_leaves_in_messages_that_instagram_takes(text: str, buttons: list[str]) -> None:
    planned = Instagram(account()).plan(Outbound(to=ANNA, text=text, buttons=tuple(buttons)), OPEN)
    if isinstance(planned, Refusal):
        assert planned.rule == "plan.empty"
        return
    for part in planned.parts:
        assert measure(part.text, "bytes") <= 1_000
        assert part.text or part.media
        assert len(part.buttons) <= 13
        assert all(len(label) <= 20 for label in part.buttons)


async def test_what_somebody_is_called_is_asked_of_instagram(tmp_path: Path) -> None:
    assert await profile(Script(ok(name="Anna", username="anna")), tmp_path).fetch_name(ANNA) == "Anna"
    assert await profile(Script(ok(name=None, username="anna")), tmp_path).fetch_name(ANNA) == "anna"
    assert await profile(Script(no(230, "User consent is required")), tmp_path).fetch_name(ANNA) == ""
