"""What LINE's events say, against LINE's own recordings and its own library."""

import json
from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from linebot.v3.webhook import SignatureValidator, WebhookParser
from linebot.v3.webhooks import MessageEvent

from lyhord.channels.line.adapter import Line
from lyhord.channels.line.reading import read_call, to_handle, tokens_of
from lyhord.conversations.exchange import (
    Address,
    InboundEdit,
    InboundGroup,
    InboundMessage,
    InboundRemoval,
    InboundStatus,
    Media,
    Raw,
    Unsupported,
)
from lyhord.kit.words import catalogue
from tests.channels.line.said import ANNA, GROUP, SECRET, account, call, event, fixture, read, signed

WHO = (Address("line", ANNA, verified=True),)
IN_GROUP = {"type": "group", "groupId": GROUP, "userId": ANNA}


def message(number: str = "7", kind: str = "text", **more: Any) -> dict[str, Any]:
    return {"id": number, "type": kind, "quoteToken": "q", **more}


def one(*events: Any) -> InboundMessage:
    (found,) = read(*events)
    assert isinstance(found, InboundMessage)
    return found


def test_our_signature_is_the_one_of_lines_own_library() -> None:
    body = call(event(message=message(text="Hej 😀")))
    raw = signed(body)
    assert SignatureValidator(SECRET).validate(body.decode(), raw.headers["x-line-signature"])
    assert Line(account()).verify(raw).ok
    assert not Line(account()).verify(signed(body, "another secret")).ok
    assert not Line(account()).verify(Raw(body + b" ", raw.headers)).ok


def test_lines_own_recordings_are_read() -> None:
    recorded = json.loads(fixture("webhook.json"))
    found = [read(one) for one in recorded["events"]]
    assert len(found) == 28
    kinds = Counter(type(inbounds[0]).__name__ if inbounds else "told, not shown" for inbounds in found)
    assert kinds == {
        "InboundMessage": 17,
        "InboundGroup": 4,
        "told, not shown": 4,
        "InboundEdit": 1,
        "InboundRemoval": 1,
        "Unsupported": 1,
    }
    (unknown,) = (one for inbounds in found for one in inbounds if isinstance(one, Unsupported))
    assert unknown.sender == WHO
    assert unknown.reason in catalogue("en")


def test_lines_own_library_reads_the_same() -> None:
    recorded = fixture("webhook.json")
    theirs = WebhookParser(SECRET).parse(recorded, signed(recorded.encode()).headers["x-line-signature"])
    for theirs_one, raw in zip(theirs, json.loads(recorded)["events"], strict=True):
        ours = read(raw)
        if isinstance(theirs_one, MessageEvent):
            (said,) = ours
            assert isinstance(said, InboundMessage)
            assert said.external_id == theirs_one.message.id
            assert said.at == theirs_one.timestamp
            text = getattr(theirs_one.message, "text", None)
            assert text is None or said.text == text
            source = theirs_one.source
            assert said.group_id == (getattr(source, "group_id", None) or getattr(source, "room_id", None))


def test_words_with_what_they_answer_and_in_which_group() -> None:
    said = one(event(message=message(text="(brown) @Anna hej", quotedMessageId="3"), source=IN_GROUP))
    assert said == InboundMessage(
        external_id="7",
        sender=WHO,
        text="(brown) @Anna hej",
        at=1_772_355_600_000,
        answers=("3",),
        group_id=GROUP,
        handle="q",
    )


def test_who_isnt_told_in_a_group_is_somebody_of_the_group() -> None:
    said = one(event(message=message(text="Hej"), source={"type": "room", "roomId": "R1"}))
    assert (said.sender, said.group_id) == ((Address("line", "R1", verified=True),), "R1")


@pytest.mark.parametrize(
    ("said", "media"),
    [
        (message(kind="image", contentProvider={"type": "line"}), Media("photo.jpg", "image/jpeg", 0, url="line:7")),
        (message(kind="video", contentProvider={"type": "line"}), Media("video.mp4", "video/mp4", 0, url="line:7")),
        (message(kind="audio", contentProvider={"type": "line"}), Media("audio.m4a", "audio/mp4", 0, url="line:7")),
        (
            message(kind="image", contentProvider={"type": "external", "originalContentUrl": "https://a.example/b"}),
            Media("photo.jpg", "image/jpeg", 0, url="https://a.example/b"),
        ),
        (
            message(kind="file", fileName="räkning.pdf", fileSize=2138),
            Media("räkning.pdf", "application/octet-stream", 2138, url="line:7"),
        ),
    ],
)
def test_files_come_with_the_id_by_which_they_are_fetched(said: Any, media: Media) -> None:
    assert one(event(message=said)).media == (media,)


def test_places_and_stickers_come_in_words() -> None:
    place = message(kind="location", title="Office", address="Tokyo", latitude=35.659108, longitude=139.703729)
    assert one(event(message=place)).text.splitlines() == [
        "Office",
        "Tokyo",
        "📍 35.65911, 139.70373",
        "https://www.openstreetmap.org/?mlat=35.65911&mlon=139.70373",
    ]
    assert one(event(message=message(kind="sticker", keywords=["Love", "Heart"]))).text == "Love, Heart"
    assert one(event(message=message(kind="sticker", text="Tack!", keywords=["Love"]))).text == "Tack!"


def test_what_customers_do_with_their_words() -> None:
    assert read(event("messageEdited", message=message(text="Otherwise"))) == [
        InboundEdit(message="7", sender=WHO, text="Otherwise")
    ]
    assert read(event("unsend", unsend={"messageId": "7"})) == [InboundRemoval(message="7", sender=WHO)]


def test_what_is_done_in_a_group_names_it() -> None:
    done = (
        event("messageEdited", message=message(text="Otherwise"), source=IN_GROUP),
        event("unsend", unsend={"messageId": "7"}, source=IN_GROUP),
        event("postback", postback={"data": "action=buy"}, source=IN_GROUP),
        event("somethingNew", source=IN_GROUP),
    )
    assert [getattr(inbound, "group_id", "") for one in done for inbound in read(one)] == [GROUP] * 4


def test_blocking_is_an_opt_out_and_following_undoes_it() -> None:
    left, came = one(event("unfollow")), one(event("follow", follow={"isUnblocked": True}))
    assert {"opt_out", "opt_confirmed"} < left.flags
    assert {"opt_in", "opt_confirmed"} < came.flags
    assert left.external_id != came.external_id
    assert one(event(message=message(text="Stop"))).flags == {"opt_out"}
    assert one(event(message=message(text="Stop"), source=IN_GROUP)).flags == frozenset()


def test_a_pressed_button_says_what_it_stands_for() -> None:
    pressed = one(event("postback", postback={"data": "action=buy"}))
    assert (pressed.text, pressed.chosen) == ("action=buy", None)
    day = one(event("postback", postback={"data": "action=day", "params": {"date": "2026-03-01"}}))
    assert (day.text, day.chosen) == ("2026-03-01", None)
    assert day.external_id != pressed.external_id


def test_a_button_of_ours_says_its_words_and_its_number() -> None:
    pressed = one(event("postback", postback={"data": "lyhord:2:Blue: the dark one"}))
    assert (pressed.text, pressed.chosen) == ("Blue: the dark one", "2")


def test_groups_tell_who_comes_and_goes() -> None:
    source = {"type": "group", "groupId": GROUP}
    members = {"members": [{"type": "user", "userId": ANNA}]}
    at = 1_772_355_600_000
    assert read(
        event("join", source=source),
        event("memberJoined", source=source, joined=members),
        event("memberLeft", source=source, left=members),
        event("leave", source=source),
    ) == [
        InboundGroup(group_id=GROUP, at=at),
        InboundGroup(group_id=GROUP, joined=WHO, at=at),
        InboundGroup(group_id=GROUP, left=WHO, at=at),
        InboundGroup(group_id=GROUP, ended=True, at=at),
    ]


def test_a_message_to_a_number_was_delivered() -> None:
    assert read(event("delivery", delivery={"data": "tag"})) == [
        InboundStatus(reference="tag", state="delivered", at=1_772_355_600_000)
    ]


def test_a_redelivery_names_the_same() -> None:
    again = {"deliveryContext": {"isRedelivery": True}}
    for kind, more in (("message", {"message": message(text="Hej")}), ("postback", {"postback": {"data": "x"}})):
        first, second = one(event(kind, **more)), one(event(kind, **more, **again))
        assert first.external_id == second.external_id


def test_one_event_that_cant_be_read_costs_no_other() -> None:
    broken, whole = read(event(message={"id": 7, "type": ["odd"]}), event(message=message(text="Hej")))
    assert isinstance(broken, Unsupported)
    assert isinstance(whole, InboundMessage)


def test_a_try_of_line_says_nothing() -> None:
    assert read() == []


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=8) | st.integers(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
FIELDS = ("message", "unsend", "follow", "postback", "joined", "left", "source", "timestamp", "webhookEventId")
PARTS = ("id", "type", "text", "data", "members", "userId", "groupId", "messageId", "contentProvider", "latitude")
KINDS = ("message", "messageEdited", "unsend", "follow", "unfollow", "postback", "join", "memberLeft", "odd")


@given(
    st.sampled_from(KINDS),
    st.dictionaries(st.sampled_from(FIELDS), ANYTHING | st.dictionaries(st.sampled_from(PARTS), ANYTHING)),
)
@settings(deadline=None)
def test_nothing_makes_it_raise(kind: str, fields: dict[str, Any]) -> None:
    for inbound in read_call(json.dumps({"events": [{"type": kind, **fields}]}).encode()):
        assert not isinstance(inbound, (InboundMessage, Unsupported)) or inbound.external_id


def test_what_line_wants_to_hear_of_a_message_is_kept_with_it() -> None:
    handle = one(event(message=message(text="Hej", markAsReadToken="r"))).handle
    assert tokens_of(handle) == ("q", "r")
    assert tokens_of(one(event(message={"id": "8", "type": "text", "text": "Hej"})).handle) == ("", "")
    assert tokens_of(to_handle("", "r")) == ("", "r")
