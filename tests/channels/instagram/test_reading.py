"""What people do on Instagram, as it stands in the conversation: recorded calls, and what nobody recorded."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lyhord.conversations.exchange import (
    Address,
    Inbound,
    InboundEdit,
    InboundMessage,
    InboundReaction,
    InboundRemoval,
    InboundStatus,
    Media,
    Place,
    Unsupported,
)
from tests.channels.instagram.profiles import ANNA, OWN, SENDER, call, comment, parse, said, talk
from tests.channels.meta.recordings import names, owner_of, read, recorded

UNSHOWN = "channel.instagram.unshown"
STRANGER = Address("instagram", "5614879045272581", verified=True)


def only(found: list[Inbound]) -> InboundMessage:
    (one,) = found
    assert isinstance(one, InboundMessage)
    return one


def heard(name: str) -> list[Inbound]:
    body = read("instagram", name)
    return parse(body, account_id=owner_of(body))


RECORDED: dict[str, list[Inbound]] = {
    "wh-comments-2021": [
        InboundMessage(
            external_id="123456789",
            sender=(Address("instagram", "1234536447", "testuser", verified=True),),
            text="This is an example.",
            at=1_519_399_307_000,
            answers=("987654321",),
            place=Place("76543987"),
        )
    ],
    "wh-comments": [
        InboundMessage(
            external_id="123456789",
            sender=(Address("instagram", "comment:123456789"),),
            text="This is an example.",
            at=1_519_399_307_000,
            place=Place(""),
        )
    ],
    "wh-mentions": [Unsupported(external_id="mention:17887498072083520", reason="channel.instagram.mentioned")],
    "wh-story_insights": [],
    "messaging-seen": [InboundStatus(reference="MESSAGE-ID", state="read", at=1_668_022_333_735, peer=STRANGER)],
}
RECORDED["wh-livecomments"] = RECORDED["wh-comments"]


@recorded
@pytest.mark.parametrize("name", sorted(RECORDED))
def test_recorded_calls_are_read(name: str) -> None:
    assert heard(name) == RECORDED[name]


@recorded
def test_a_kind_that_instagram_does_not_hand_on_is_told_as_such() -> None:
    (told,) = heard("messaging-attachment-unsupported")
    assert isinstance(told, Unsupported)
    assert (told.reason, told.sender) == (UNSHOWN, (STRANGER,))


@recorded
@pytest.mark.parametrize("name", names("instagram"))
def test_no_recording_makes_reading_fail(name: str) -> None:
    assert heard(name) == heard(name)


def test_an_answer_to_a_story_brings_the_story() -> None:
    story = {"url": "https://lookaside.fbsbx.example/ig?id=1", "id": "178"}
    found = only(parse(said(text="Where is it from?", reply_to={"story": story})))
    assert found.media == (Media("story", "application/octet-stream", 0, url=story["url"]),)
    assert (found.text, found.answers) == ("Where is it from?", ())


@pytest.mark.parametrize(
    ("kind", "name", "content_type"),
    [
        ("image", "image.jpg", "image/jpeg"),
        ("video", "video.mp4", "video/mp4"),
        ("audio", "audio.mp4", "audio/mp4"),
        ("share", "shared.jpg", "image/jpeg"),
        ("ig_reel", "reel.mp4", "video/mp4"),
        ("ig_post", "post.jpg", "image/jpeg"),
        ("story_mention", "story", "application/octet-stream"),
    ],
)
def test_what_is_shared_is_fetched_before_it_is_gone(kind: str, name: str, content_type: str) -> None:
    payload = {"url": "https://lookaside.fbsbx.example/1", "title": "Lamps"}
    found = only(parse(said(attachments=[{"type": kind, "payload": payload}])))
    assert found.media == (Media(name, content_type, 0, url=payload["url"]),)
    assert found.text == "Lamps"


def test_what_customers_do_with_what_was_said_is_heard() -> None:
    assert parse(talk(message_edit={"mid": "aWdf1", "text": "Otherwise", "num_edit": 1})) == [
        InboundEdit(message="aWdf1", sender=SENDER, text="Otherwise")
    ]
    assert parse(said(is_deleted=True)) == [InboundRemoval(message="aWdf1", sender=SENDER)]
    loved = {"mid": "aWdf1", "action": "react", "reaction": "love", "emoji": "❤️"}
    assert parse(talk(reaction=loved)) == [InboundReaction(message="aWdf1", sender=SENDER, emoji="❤️")]
    laughed = {"mid": "aWdf1", "action": "react", "reaction": "laugh"}
    assert parse(talk(reaction=laughed)) == [InboundReaction(message="aWdf1", sender=SENDER, emoji="😆")]


def test_what_the_company_says_in_the_app_is_said_to_the_customer() -> None:
    about = {"sender": {"id": OWN}, "recipient": {"id": ANNA}, "timestamp": 5}
    found = only(parse(call(messaging=[{**about, "message": {"mid": "aWdf2", "text": "Hi", "is_echo": True}}])))
    assert (found.ours, found.sender) == (True, SENDER)


def test_pressed_buttons_are_words() -> None:
    assert only(parse(talk(postback={"mid": "aWdf3", "title": "Prices", "payload": "P"}))).chosen is None
    assert only(parse(said(text="Yes", quick_reply={"payload": "Y"}))).chosen == "Y"


@pytest.mark.parametrize("field", ["comments", "live_comments"])
def test_a_comment_stands_where_everybody_can_read_it(field: str) -> None:
    found = only(parse(comment(field, parent_id="1788")))
    assert found.place == Place("99")
    assert (found.answers, found.sender) == (("1788",), (Address("instagram", ANNA, "anna", verified=True),))


def test_the_companys_own_comment_is_an_answer() -> None:
    found = only(parse(comment(author=OWN, parent_id="1788")))
    assert (found.ours, found.sender, found.answers) == (True, (), ("1788",))
    assert parse(comment(author=OWN, text=None)) == []


def test_an_inbox_without_comments_hears_none_and_another_account_is_told() -> None:
    assert parse(comment(), comments=False) == []
    (told,) = parse(said(text="Hi"), account_id="17842")
    assert isinstance(told, Unsupported)
    assert told.reason == "channel.instagram.of_other_account"


LEAF = st.none() | st.booleans() | st.integers() | st.text(max_size=6)
TREE = st.recursive(LEAF, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner))
VALUE = st.dictionaries(st.sampled_from(["id", "text", "from", "media", "parent_id", "comment_id", "media_id"]), TREE)


@given(field=st.sampled_from(["comments", "live_comments", "mentions", "x"]), value=VALUE, message=TREE)
@settings(max_examples=200, deadline=None)
def test_no_event_makes_reading_fail_or_costs_another_one(field: str, value: Any, message: Any) -> None:
    entry = {"id": OWN, "messaging": [{"message": message}], "changes": [{"field": field, "value": value}]}
    good = json.loads(said(text="Hello"))["entry"][0]
    found = parse(json.dumps({"object": "instagram", "entry": [entry, good]}).encode())
    assert only(found[-1:]).text == "Hello"
    assert all(one.external_id for one in found if isinstance(one, InboundMessage | Unsupported))
