"""What people do on a Page and in Messenger that nobody recorded, as it stands in the conversation."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lyhord.conversations.exchange import (
    Inbound,
    InboundEdit,
    InboundMessage,
    InboundRemoval,
    InboundStatus,
    Media,
    Place,
    Unsupported,
)
from tests.channels.messenger.pages import ANNA, APP, PAGE, SENDER, call, change, echo, parse, said, talk

UNSHOWN = "channel.messenger.unshown"


def only(found: list[Inbound]) -> InboundMessage:
    (one,) = found
    assert isinstance(one, InboundMessage)
    return one


def attached(kind: str, **payload: Any) -> bytes:
    return said(attachments=[{"type": kind, "payload": payload}])


@pytest.mark.parametrize(
    ("kind", "name", "content_type"),
    [
        ("image", "image.jpg", "image/jpeg"),
        ("audio", "audio.mp4", "audio/mp4"),
        ("video", "video.mp4", "video/mp4"),
        ("reel", "reel.mp4", "video/mp4"),
    ],
)
def test_a_file_is_fetched_from_where_meta_says(kind: str, name: str, content_type: str) -> None:
    url = "https://scontent.fbcdn.example/v/1.bin?sig=2"
    assert only(parse(attached(kind, url=url))).media == (Media(name, content_type, 0, url=url),)


def test_a_document_keeps_its_name() -> None:
    url = "https://cdn.fbsbx.com/v/t59/receipt.pdf?_nc_cat=1"
    assert only(parse(attached("file", url=url))).media[0].name == "receipt.pdf"


def test_what_is_only_a_page_of_facebook_stays_a_link() -> None:
    found = only(parse(attached("reel", url="https://www.facebook.com/reel/1", title="Lamps")))
    assert (found.text, found.media) == ("Lamps\nhttps://www.facebook.com/reel/1", ())


def test_a_link_is_told_as_where_it_leads() -> None:
    counted = "https://l.facebook.com/l.php?u=https%3A%2F%2Fshop.example%2Flamp&h=x"
    found = only(parse(said(text="This one", attachments=[{"type": "fallback", "title": "A lamp", "url": counted}])))
    assert found.text == "This one\nA lamp\nhttps://shop.example/lamp"


def test_a_pressed_button_says_what_stood_on_it_and_what_we_called_it() -> None:
    found = only(parse(talk(postback={"mid": "m_3", "title": "Get started", "payload": "START"})))
    assert (found.external_id, found.text, found.chosen) == ("m_3", "Get started", None)
    assert only(parse(said(text="Yes", quick_reply={"payload": "Yes"}))).chosen == "Yes"


def test_an_advert_stands_below_the_words_that_it_brought() -> None:
    referral = {"ref": "spring", "source": "ADS", "ads_context_data": {"ad_title": "Lamps, 20 % off"}}
    assert only(parse(said(text="Hi", referral=referral))).quoted == "Lamps, 20 % off · spring"


def test_what_left_from_here_does_not_come_back() -> None:
    assert parse(echo(text="Hi", app_id=int(APP))) == []
    assert parse(echo(text="Hi", app_id=int(APP), metadata="lyhord:key.1")) == [
        InboundStatus(reference="key.1", state="sent", external_id="m_2", at=1_772_355_600_000)
    ]
    assert parse(echo(text="Hi", metadata="lyhord:key")) == [
        InboundStatus(reference="key", state="sent", external_id="m_2", at=1_772_355_600_000)
    ]


def test_what_the_company_says_elsewhere_is_said_to_the_customer() -> None:
    found = only(parse(echo(text="Hi", app_id=99)))
    assert (found.ours, found.sender, found.text) == (True, SENDER, "Hi")


def test_what_the_company_changes_elsewhere_is_its_own_doing() -> None:
    assert parse(echo(is_deleted=True, app_id=99)) == [InboundRemoval(message="m_2", sender=SENDER, ours=True)]
    edited = {"item": "comment", "verb": "edited", "comment_id": "7_8", "post_id": "110_7", "message": "From Friday"}
    assert parse(change(author=PAGE, **edited)) == [
        InboundEdit(message="7_8", sender=(), text="From Friday", ours=True)
    ]
    (theirs,) = parse(change(**edited))
    assert isinstance(theirs, InboundEdit)
    assert (theirs.ours, theirs.sender[0].value) == (False, ANNA)


def test_what_the_company_did_and_cannot_be_shown_is_left_out() -> None:
    assert parse(echo(attachments=[{"type": "hologram"}])) == []
    sticker = change(item="comment", verb="add", comment_id="7_8", post_id="110_7", author=PAGE)
    assert parse(sticker) == []
    (told,) = parse(change(item="comment", verb="add", comment_id="7_8", post_id="110_7"))
    assert isinstance(told, Unsupported)


def test_a_card_that_the_company_sends_elsewhere_is_put_into_words() -> None:
    elements = [{"title": "A lamp", "subtitle": "40 €"}, {"title": "A shade"}]
    payload = {"template_type": "generic", "elements": elements, "buttons": [{"type": "postback", "title": "Buy"}]}
    assert only(parse(echo(attachments=[{"type": "template", "payload": payload}]))).text == (
        "A lamp · 40 €\nA shade\n[Buy]"
    )


def test_words_that_another_app_answers_are_shown_but_nobody_waits() -> None:
    assert only(parse(talk("standby", message={"mid": "m_1", "text": "Hi"}))).flags == {"standby"}


def test_several_things_in_one_call_are_each_read() -> None:
    about = {"sender": {"id": ANNA}, "recipient": {"id": PAGE}, "timestamp": 5}
    events = [{**about, "message": {"mid": f"m_{n}", "text": "Hi"}} for n in range(3)]
    body = call(messaging=[*events, {**about, "message": {"mid": 7}}])
    assert [type(one) for one in parse(body)] == [InboundMessage] * 3 + [Unsupported]


def test_what_the_dashboard_tests_with_is_read_as_the_real_thing() -> None:
    value = {"sender": {"id": ANNA}, "recipient": {"id": PAGE}, "timestamp": 5, "message": {"mid": "m", "text": "test"}}
    assert only(parse(call(changes=[{"field": "messages", "value": value}]))).text == "test"


def test_a_comment_stands_where_everybody_can_read_it() -> None:
    post = {"permalink_url": "https://www.facebook.com/shop/posts/1", "message": "New lamps"}
    found = only(
        parse(
            change(
                item="comment",
                verb="add",
                comment_id="7_8",
                post_id="110_7",
                parent_id="7_6",
                message="How much?",
                photo="https://scontent.fbcdn.example/1.jpg",
                post=post,
                created_time=1_772_355_600,
            )
        )
    )
    assert found.place == Place("110_7", "https://www.facebook.com/shop/posts/1", "New lamps")
    assert (found.answers, found.text, found.sender[0].name) == (("7_6",), "How much?", "Anna Öst")
    assert found.media == (Media("photo.jpg", "image/jpeg", 0, url="https://scontent.fbcdn.example/1.jpg"),)


def test_somebody_whom_facebook_does_not_tell_can_still_be_answered() -> None:
    body = call(
        changes=[{"field": "feed", "value": {"item": "comment", "verb": "add", "comment_id": "7_8", "message": "Hi"}}]
    )
    (author,) = only(parse(body)).sender
    assert (author.value, author.verified) == ("comment:7_8", False)


def test_an_inbox_without_comments_hears_none() -> None:
    comment = change(item="comment", verb="add", comment_id="7_8", post_id="110_7", message="Hi")
    assert parse(comment, comments=False) == []
    assert only(parse(said(text="Hi"), comments=False)).text == "Hi"


def test_what_is_of_another_page_is_told_and_not_read() -> None:
    (told,) = parse(said(text="Hi"), page_id="111")
    assert isinstance(told, Unsupported)
    assert told.reason == "channel.messenger.of_other_page"


@pytest.mark.parametrize("body", [b"", b"[]", b'{"entry": 5}', b"\xff", b"[" * 100_000])
def test_what_is_no_call_is_told_as_such(body: bytes) -> None:
    (told,) = parse(body)
    assert isinstance(told, Unsupported)
    assert (told.reason, told.external_id[:4]) == (UNSHOWN, "raw:")


LEAF = st.none() | st.booleans() | st.integers() | st.text(max_size=6)
TREE = st.recursive(LEAF, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner))
EVENT = st.dictionaries(
    st.sampled_from(
        ["sender", "recipient", "timestamp", "message", "postback", "reaction", "read", "delivery", "optin", "field"]
    ),
    TREE | st.dictionaries(st.sampled_from(["id", "mid", "text", "attachments", "reply_to", "watermark"]), TREE),
)
VALUE = st.dictionaries(
    st.sampled_from(["item", "verb", "comment_id", "post_id", "from", "message", "photos", "rating", "created_time"]),
    st.sampled_from(["comment", "post", "rating", "reaction", "add", "remove", "hide", "edited"]) | TREE,
)


@given(kind=st.sampled_from(["messaging", "standby"]), event=EVENT, field=st.text(max_size=5), value=VALUE)
@settings(max_examples=200, deadline=None)
def test_no_event_makes_reading_fail_or_costs_another_one(kind: str, event: Any, field: str, value: Any) -> None:
    entry = {
        "id": PAGE,
        kind: [event],
        "changes": [{"field": field, "value": value}, {"field": "feed", "value": value}],
    }
    good = json.loads(said(text="Hello"))["entry"][0]
    found = parse(json.dumps({"object": "page", "entry": [entry, good]}).encode())
    assert only(found[-1:]).text == "Hello"
    assert all(one.external_id for one in found if isinstance(one, InboundMessage | Unsupported))
