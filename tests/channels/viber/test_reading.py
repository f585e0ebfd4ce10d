"""What Viber's calls say, beside what Viber's own library reads in them."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from viberbot import Api, BotConfiguration
from viberbot.api.viber_requests import (
    ViberFailedRequest,
    ViberMessageRequest,
    ViberSubscribedRequest,
    create_request,
)

from lyhord.channels.viber.adapter import Viber
from lyhord.channels.viber.reading import read_call
from lyhord.conversations.exchange import Address, InboundMessage, InboundStatus, Media, Raw, Unsupported
from lyhord.kit.words import catalogue
from tests.channels.viber.said import ANNA, AT, MESSAGE_TOKEN, TOKEN, account, call, read, said, signed

WHO = (Address("viber", ANNA, "Anna Öst", verified=True),)
ID = str(MESSAGE_TOKEN)


def one(body: bytes) -> InboundMessage:
    (found,) = read(body)
    assert isinstance(found, InboundMessage)
    return found


def test_our_signature_is_the_one_of_vibers_own_library() -> None:
    raw = signed(said(text="Hej 😀"))
    oracle = Api(BotConfiguration(name="Shop", avatar="", auth_token=TOKEN))
    assert oracle.verify_signature(raw.body, raw.headers["x-viber-content-signature"])
    assert Viber(account()).verify(raw).ok
    assert not Viber(account()).verify(signed(raw.body, "another token")).ok
    assert not Viber(account()).verify(Raw(raw.body + b" ", raw.headers)).ok


def test_words() -> None:
    assert one(said(text="Hej").replace(ID.encode(), b'"912661846655238145"')).external_id == "912661846655238145"
    assert one(said(text="Hej 😀")) == InboundMessage(external_id=ID, sender=WHO, text="Hej 😀", at=AT)
    assert one(said(text="Stop")).flags == {"opt_out"}


@pytest.mark.parametrize(
    ("body", "text", "media"),
    [
        (
            said("picture", media="https://m.example/1", text="A lamp", file_name="lamp.jpg", size=12),
            "A lamp",
            Media("lamp.jpg", "image/jpeg", 12, url="https://m.example/1"),
        ),
        (said("video", media="https://m.example/2"), "", Media("video.mp4", "video/mp4", 0, url="https://m.example/2")),
        (
            said("file", media="https://m.example/3", file_name="räkning.pdf", size=7),
            "",
            Media("räkning.pdf", "application/octet-stream", 7, url="https://m.example/3"),
        ),
        (
            said("sticker", media="https://m.example/4", sticker_id=40100),
            "",
            Media("sticker.png", "image/png", 0, url="https://m.example/4"),
        ),
    ],
)
def test_files_come_with_the_address_at_which_they_lie(body: bytes, text: str, media: Media) -> None:
    message = one(body)
    assert (message.text, message.media) == (text, (media,))


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (
            said("location", location={"lat": 59.33258, "lon": 18.0649}),
            "📍 59.33258, 18.06490\nhttps://www.openstreetmap.org/?mlat=59.33258&mlon=18.06490",
        ),
        (said("contact", contact={"name": "Bo", "phone_number": "+46701740605"}), "👤 Bo\n+46701740605"),
        (said("url", media="https://shop.example/lamp"), "https://shop.example/lamp"),
        (said("sticker", sticker_id=40100), "🙂"),
    ],
)
def test_places_cards_and_links_come_in_words(body: bytes, text: str) -> None:
    assert one(body).text == text


@pytest.mark.parametrize(
    ("event", "state", "error"), [("delivered", "delivered", ""), ("seen", "read", ""), ("failed", "failed", "no app")]
)
def test_receipts(event: str, state: Any, error: str) -> None:
    body = call(event, user_id=ANNA, **({"desc": error} if error else {}))
    assert read(body) == [InboundStatus(reference=ID, state=state, external_id=ID, at=AT, error=error)]


def test_an_answer_proves_that_what_it_answers_arrived() -> None:
    message, proof = read(said(text="Tack", tracking_data="lyhord:key:1"))
    assert isinstance(message, InboundMessage)
    assert proof == InboundStatus(reference="key:1", state="delivered", at=AT)
    assert message.chosen is None
    pressed, proof = read(said(text="Red", tracking_data="lyhord?key:1"))
    assert isinstance(pressed, InboundMessage)
    assert isinstance(proof, InboundStatus)
    assert (pressed.chosen, proof.reference) == ("Red", "key:1")
    assert len(read(said(text="Tack", tracking_data="of another program"))) == 1


def test_unsubscribing_is_an_opt_out_and_subscribing_undoes_it() -> None:
    left, came = one(call("unsubscribed", user_id=ANNA)), one(call("subscribed", user={"id": ANNA, "name": "Anna Öst"}))
    assert {"opt_out", "opt_confirmed"} < left.flags
    assert {"opt_in", "opt_confirmed"} < came.flags
    assert came.sender == WHO
    assert left.external_id != came.external_id


@pytest.mark.parametrize("event", ["webhook", "conversation_started"])
def test_what_says_nothing_to_anybody_is_taken(event: str) -> None:
    assert read(call(event, type="open", context="", user={"id": ANNA, "name": "Anna"}, subscribed=False)) == []


def test_what_is_new_is_shown_as_not_understood() -> None:
    for body in (call("karaoke"), said("hologram", media="https://m.example/5"), b"{}", b"\xff"):
        (unknown,) = read(body)
        assert isinstance(unknown, Unsupported)
        assert unknown.reason in catalogue("en")


@pytest.mark.parametrize(
    "body",
    [
        said(text="Hej", tracking_data="x"),
        said("picture", media="https://m.example/1", text="A lamp"),
        said("url", media="https://shop.example/lamp"),
        said("location", location={"lat": 59.33258, "lon": 18.0649}),
        said("contact", contact={"name": "Bo", "phone_number": "+46701740605"}),
        said("file", media="https://m.example/3", file_name="a.pdf", size=7),
        said("video", media="https://m.example/3", size=7, duration=2),
        said("sticker", sticker_id=40100),
        call("failed", user_id=ANNA, desc="no app"),
        call("subscribed", user={"id": ANNA, "name": "Anna Öst"}),
    ],
)
def test_vibers_own_library_reads_the_same(body: bytes) -> None:
    theirs, ours = create_request(json.loads(body)), read(body)[0]
    if isinstance(theirs, ViberMessageRequest):
        assert isinstance(ours, InboundMessage)
        assert ours.external_id == str(theirs.message_token)
        assert (ours.sender[0].value, ours.sender[0].name) == (theirs.sender.id, theirs.sender.name)
        assert getattr(theirs.message, "text", None) in (None, ours.text)
    elif isinstance(theirs, ViberFailedRequest):
        assert isinstance(ours, InboundStatus)
        assert (ours.reference, ours.error) == (str(theirs.message_token), theirs.desc)
    else:
        assert isinstance(theirs, ViberSubscribedRequest)
        assert isinstance(ours, InboundMessage)
        assert ours.sender[0].value == theirs.user.id


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=8) | st.integers(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
FIELDS = ("message_token", "timestamp", "sender", "user", "user_id", "message", "desc")
PARTS = ("id", "name", "type", "text", "media", "size", "location", "contact", "tracking_data", "lat", "lon")


@given(
    st.sampled_from(("message", "delivered", "failed", "subscribed", "unsubscribed", "odd")),
    st.dictionaries(st.sampled_from(FIELDS), ANYTHING | st.dictionaries(st.sampled_from(PARTS), ANYTHING)),
)
def test_nothing_makes_it_raise(event: str, fields: dict[str, Any]) -> None:
    for inbound in read_call(json.dumps({"event": event, **fields}).encode()):
        assert not isinstance(inbound, (InboundMessage, Unsupported)) or inbound.external_id
