"""What leaves for Messenger and the Page, against a Graph API on a socket, and what Meta's answers mean."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from lyhord.channels.messenger.adapter import Messenger
from lyhord.channels.meta.graph import Trouble
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
from lyhord.kit.egress import Refused, Unreachable
from lyhord.kit.problems import NotFound
from lyhord.kit.words import catalogue
from tests.channels.messenger.pages import account, page
from tests.channels.meta.graph_server import Graph, serving, way_out
from tests.channels.meta.graphs import Said, Script, means, no, ok, query_of

ANNA = Address("messenger", "5")
NOW = 1_772_355_600_000
HOUR = 3_600_000
OPEN = Context(NOW, NOW - HOUR)
PLACE = Place("110_7")


@pytest.fixture
def graph() -> Iterator[Graph]:
    with serving(Graph()) as graph:
        yield graph


@pytest.fixture
async def messenger(graph: Graph, tmp_path: Path) -> AsyncIterator[Messenger]:
    """A Page whose other side is on a socket."""
    out = way_out()
    lent = means(Script(), tmp_path)
    yield Messenger(account(server=graph.address), replace(lent, call=out.call))
    await out.close()


def file(kind: str = "application/pdf", name: str = "a.pdf", size: int = 100) -> Media:
    return Media(name, kind, size, content=b"%PDF\x00\xff")


def plan(adapter: Messenger, context: Context = OPEN, **more: Any) -> Plan | Refusal:
    return adapter.plan(Outbound(**{"to": ANNA, **more}), context)


async def sent(graph: Graph, adapter: Messenger, context: Context = OPEN, **more: Any) -> list[tuple[str, str, Any]]:
    """The calls that carry it, as the other side took them."""
    planned = plan(adapter, context, **more)
    assert isinstance(planned, Plan), planned
    for part in planned.parts:
        outcome = await adapter.send(part, "key")
        assert isinstance(outcome, Accepted), outcome
        assert outcome.external_id
    return graph.asked


async def test_words_leave_as_an_answer_with_a_mark_of_ours(graph: Graph, messenger: Messenger) -> None:
    assert await sent(graph, messenger, text="Hello") == [
        (
            "POST",
            "110/messages",
            {
                "recipient": {"id": "5"},
                "messaging_type": "RESPONSE",
                "message": {"text": "Hello", "metadata": "lyhord:key"},
            },
        )
    ]


async def test_long_words_leave_in_parts_that_are_taken(graph: Graph, messenger: Messenger) -> None:
    asked = await sent(graph, messenger, text="Ett två tre. " * 400)
    assert len(asked) == 3
    assert "".join(body["message"]["text"] for _, _, body in asked) == "Ett två tre. " * 400


async def test_files_leave_after_the_words_and_buttons_below_the_last(graph: Graph, messenger: Messenger) -> None:
    media = (file("image/png", 'ä"\r\n.png'), file())
    asked = await sent(
        graph, messenger, text="Both", media=media, buttons=("Yes", "No"), answers="m_1", quote="A lamp?"
    )
    words, picture, document = (body for _, _, body in asked)
    assert words["reply_to"] == {"mid": "m_1"}
    assert "quick_replies" not in words["message"]
    assert picture["message"]["attachment"]["type"] == "image"
    assert document["message"]["attachment"] == {"type": "file", "payload": {"is_reusable": False}}
    assert [one["title"] for one in document["message"]["quick_replies"]] == ["Yes", "No"]
    assert "reply_to" not in document


def test_a_button_that_would_be_cut_leaves_as_a_line(tmp_path: Path) -> None:
    planned = plan(page(Script(), tmp_path), text="Which?", buttons=("Yes", "x" * 21))
    assert isinstance(planned, Plan)
    assert planned.changes == ("plan.buttons_as_text",)
    assert planned.parts[0].text == f"Which?\n1. Yes\n2. {'x' * 21}"


@pytest.mark.parametrize(
    ("settings", "hours", "automatic", "open_"),
    [
        ({}, 23, False, True),
        ({}, 25, False, False),
        ({"human_agent": True}, 25, False, True),
        ({"human_agent": True}, 7 * 24 + 1, False, False),
        ({"human_agent": True}, 25, True, False),
    ],
)
def test_the_window_is_as_long_as_who_answers_may(
    tmp_path: Path, settings: dict[str, Any], hours: int, automatic: bool, open_: bool
) -> None:
    context = Context(NOW, NOW - hours * HOUR)
    found = plan(page(Script(), tmp_path, **settings), context, text="Hello", automatic=automatic)
    assert isinstance(found, Plan) == open_
    assert open_ or found == Refusal("plan.window_closed")


async def test_a_person_answers_later_with_a_tag_and_a_machine_does_not(tmp_path: Path) -> None:
    script = Script()
    adapter = page(script, tmp_path, human_agent=True)
    await adapter.send(Outbound(to=ANNA, text="Hello"), "key")
    await adapter.send(Outbound(to=ANNA, text="Hello", automatic=True), "key")
    person, machine = (body for _, _, body in script.asked)
    assert (person["messaging_type"], person["tag"]) == ("MESSAGE_TAG", "HUMAN_AGENT")
    assert (machine["messaging_type"], "tag" in machine) == ("RESPONSE", False)


async def test_a_public_answer_stands_below_what_it_answers(graph: Graph, messenger: Messenger) -> None:
    closed = Context(NOW, None)
    asked = await sent(graph, messenger, closed, text="Yes", place=PLACE, answers="7_8", media=(file("image/png"),) * 2)
    assert [(path, body) for _, path, body in asked] == [("7_8/comments", {"message": "Yes"}), ("7_8/comments", {})]
    assert (await sent(graph, messenger, closed, text="Hi", place=PLACE))[-1][1] == "110_7/comments"


def test_a_public_answer_carries_pictures_alone(tmp_path: Path) -> None:
    adapter = page(Script(), tmp_path)
    assert plan(adapter, text="Look", place=PLACE, media=(file(),)) == Refusal("plan.file_unsupported")
    no_comments = page(Script(), tmp_path, comments=False)
    assert plan(no_comments, text="Look", place=PLACE) == Refusal("plan.no_place")


@pytest.mark.parametrize(("answers", "recipient"), [("7_8", {"comment_id": "7_8"}), ("110_7", {"post_id": "110_7"})])
async def test_something_public_is_answered_once_in_private(
    graph: Graph, messenger: Messenger, answers: str, recipient: dict[str, str]
) -> None:
    context = Context(NOW, None, published=Published(NOW - 24 * HOUR))
    asked = await sent(graph, messenger, context, text="Hello", answers=answers)
    assert asked[0][2]["recipient"] == recipient
    again = await messenger.send(Outbound(to=ANNA, text="Again", answers=answers, private_answer=True), "key")
    assert again == Failed("channel.meta.answered_already")


def test_the_private_answer_is_one_message_and_in_time(tmp_path: Path) -> None:
    adapter = page(Script(), tmp_path)
    fresh, late = (Context(NOW, None, published=Published(NOW - days * 24 * HOUR)) for days in (1, 8))
    both = plan(adapter, fresh, text="Both", answers="7_8", media=(file(),))
    assert both == Refusal("plan.private_single", ("public",))
    assert plan(adapter, late, text="Late", answers="7_8") == Refusal("plan.private_too_late", ("public",))


async def test_whoever_facebook_does_not_tell_is_answered_through_what_they_said(tmp_path: Path) -> None:
    script = Script()
    await page(script, tmp_path).send(Outbound(to=Address("messenger", "comment:7_8"), text="Hello"), "key")
    assert script.asked[0][2]["recipient"] == {"comment_id": "7_8"}


def change(deed: Deed, name: str = "7_8", emoji: str = "👍") -> Amendment:
    outbound = Outbound(to=ANNA, text="Otherwise") if deed == "edit" else None
    return Amendment(deed=deed, message=name, to=ANNA, outbound=outbound, emoji=emoji)


@pytest.mark.parametrize(
    ("amendment", "asked"),
    [
        (change("hide"), ("POST", "7_8", {"is_hidden": True})),
        (change("show"), ("POST", "7_8", {"is_hidden": False})),
        (change("remove"), ("DELETE", "7_8", {})),
        (change("edit"), ("POST", "7_8", {"message": "Otherwise"})),
        (change("react"), ("POST", "7_8/likes", {})),
        (change("react", emoji=""), ("DELETE", "7_8/likes", {})),
        (
            change("react", "m_1", "🎉"),
            (
                "POST",
                "110/messages",
                {
                    "recipient": {"id": "5"},
                    "sender_action": "react",
                    "payload": {"message_id": "m_1", "reaction": "🎉"},
                },
            ),
        ),
        (
            change("react", "m_1", ""),
            (
                "POST",
                "110/messages",
                {"recipient": {"id": "5"}, "sender_action": "unreact", "payload": {"message_id": "m_1"}},
            ),
        ),
    ],
)
async def test_what_is_there_is_changed(
    graph: Graph, messenger: Messenger, amendment: Amendment, asked: tuple[str, str, Any]
) -> None:
    assert await messenger.amend(amendment, "key") == Accepted("")
    assert graph.asked == [asked]


@pytest.mark.parametrize(
    ("amendment", "answer", "outcome"),
    [
        (change("edit", "m_1"), ok(), Failed("amend.private")),
        (change("remove", "m_1"), ok(), Failed("amend.private")),
        (change("react", emoji="🎉"), ok(), Failed("channel.messenger.only_likes")),
        (change("hide"), Unreachable("x", sent=True), Retry("delivery.no_answer")),
        (change("hide"), no(100, subcode=33), Failed("channel.meta.gone")),
    ],
)
async def test_a_change_that_is_refused_says_why(
    tmp_path: Path, amendment: Amendment, answer: Said, outcome: Outcome
) -> None:
    found = await page(Script(answer), tmp_path).amend(amendment, "key")
    assert found == outcome
    assert isinstance(found, Failed | Retry)
    assert found.reason in catalogue("en")


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (no(10, subcode=2018278), Failed("plan.window_closed")),
        (no(10, subcode=2018065), Failed("plan.window_closed")),
        (no(551, subcode=1545041), Failed("channel.meta.away")),
        (no(200, subcode=1545041), Failed("channel.meta.away")),
        (no(100, subcode=2018001), Failed("channel.meta.nobody")),
        (no(100, subcode=2018109), Failed("plan.file_too_large")),
        (no(10900), Failed("channel.meta.answered_already")),
        (no(10903), Failed("channel.meta.no_private_answer")),
        (no(368), Failed("channel.meta.abusive")),
        (no(613), Retry("channel.meta.too_fast", limit="account")),
        (no(1200), Retry("channel.meta.busy")),
        (no(190), Retry("channel.meta.bad_token")),
        (no(10), Retry("channel.meta.no_permission")),
        (no(200), Retry("channel.meta.no_permission")),
        (no(230), Retry("channel.meta.no_permission")),
        (no(100, "Invalid parameter"), Failed("Invalid parameter (100)")),
        (no(1, status=500), Unknown("delivery.no_answer")),
        ((502, b"<html>"), Unknown("delivery.no_answer")),
        (Unreachable("x", sent=False), Retry("channel.meta.unreachable")),
        (Unreachable("x", sent=True), Unknown("delivery.no_answer")),
        (Refused("10.0.0.1"), Retry("problem.address_refused", ours=True)),
    ],
)
async def test_an_answer_means_what_it_says(tmp_path: Path, answer: Said, outcome: Outcome) -> None:
    assert await page(Script(answer), tmp_path).send(Outbound(to=ANNA, text="Hello"), "key") == outcome


async def test_the_other_side_refuses_what_breaks_its_rules(graph: Graph, messenger: Messenger) -> None:
    too_long = await messenger.send(Outbound(to=ANNA, text="x" * 2_001), "key")
    assert isinstance(too_long, Failed)
    assert await messenger.send(Outbound(to=Address("messenger", "6"), text="Hi"), "key") == Failed(
        "channel.meta.nobody"
    )
    graph.token = "another"
    assert await messenger.send(Outbound(to=ANNA, text="Hi"), "key") == Retry("channel.meta.bad_token")


async def test_a_file_that_is_lost_is_not_sent(tmp_path: Path) -> None:
    script = Script()
    lost = Outbound(to=ANNA, media=(Media("a.pdf", "application/pdf", 3, file="0" * 64),))
    assert await page(script, tmp_path).send(lost, "key") == Failed("file.lost")
    assert script.calls == []


async def test_typing_and_reading_are_shown_where_the_inbox_wants_it(graph: Graph, messenger: Messenger) -> None:
    await messenger.show_typing(ANNA)
    assert [body["sender_action"] for _, _, body in graph.asked] == ["typing_on"]
    assert messenger.descriptor.typing_out


async def test_reading_is_shown_before_typing(tmp_path: Path) -> None:
    script = Script()
    await page(script, tmp_path, seen=True).show_typing(ANNA)
    assert [body["sender_action"] for _, _, body in script.asked] == ["mark_seen", "typing_on"]
    assert not page(script, tmp_path, typing=False).descriptor.typing_out


async def test_a_file_is_fetched_without_telling_the_token(tmp_path: Path) -> None:
    script = Script(b"bytes of it")
    media = Media("a.jpg", "image/jpeg", 0, url="https://scontent.fbcdn.example/a.jpg?sig=1")
    assert await page(script, tmp_path).fetch_media(media) == b"bytes of it"
    assert (script.calls[0].url, script.calls[0].headers) == (media.url, {})


@pytest.mark.parametrize("answer", [(403, b""), (404, b""), Refused("not public")])
async def test_a_file_that_is_gone_is_given_up(tmp_path: Path, answer: Said) -> None:
    with pytest.raises(NotFound):
        await page(Script(answer), tmp_path).fetch_media(Media("a", "image/png", 0, url="https://x.example/a"))


async def test_each_call_proves_that_it_is_the_apps(tmp_path: Path) -> None:
    script = Script()
    await page(script, tmp_path).send(Outbound(to=ANNA, text="Hello"), "key")
    assert len(query_of(script.calls[0])["appsecret_proof"]) == 64
    assert "the-token-of-the-page" not in script.calls[0].url


@given(
    text=st.text(max_size=5_000),
    buttons=st.lists(st.text(min_size=1, max_size=25), max_size=15),
    kinds=st.lists(st.sampled_from(["image/png", "video/mp4", "application/pdf"]), max_size=3),
    public=st.booleans(),
)
def test_whatever_is_said_leaves_in_messages_that_messenger_takes(
    text: str, buttons: list[str], kinds: list[str], public: bool
) -> None:
    media = tuple(file(kind) for kind in kinds)
    outbound = Outbound(to=ANNA, text=text, buttons=tuple(buttons), media=media, place=PLACE if public else None)
    planned = Messenger(account()).plan(outbound, OPEN)
    if isinstance(planned, Refusal):
        assert planned.rule in catalogue("en")
        return
    for part in planned.parts:
        assert len(part.media) + (0 if public else bool(part.text)) <= 1 or public
        assert len(part.text) <= (8_000 if public else 2_000)
        assert part.text or part.media
        assert len(part.buttons) <= 13
        assert all(len(label) <= 20 for label in part.buttons)
    assert [one for part in planned.parts for one in part.media] == list(media)
    assert sum(bool(part.buttons) for part in planned.parts[:-1]) == 0


async def test_what_somebody_is_called_is_asked_of_meta(tmp_path: Path) -> None:
    script = Script(ok(name="Anna Öst", id="5"))
    assert await page(script, tmp_path).fetch_name(ANNA) == "Anna Öst"
    assert (script.asked[0][:2], query_of(script.calls[0])["fields"]) == (("GET", "5"), "name,first_name")
    assert await page(script, tmp_path).fetch_name(Address("messenger", "comment:7_8")) == ""
    assert len(script.calls) == 1
    assert await page(Script(no(100, subcode=33)), tmp_path).fetch_name(ANNA) == ""
    for passing in (Unreachable("x", sent=False), no(4, status=429), (500, b"")):
        with pytest.raises(Trouble):
            await page(Script(passing), tmp_path).fetch_name(ANNA)
