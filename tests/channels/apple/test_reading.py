"""What is read in Apple's calls, each written by hand from its reference; the pages are named in `said`."""

import gzip
import json
import zlib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lyhord.channels.apple.adapter import Apple
from lyhord.channels.apple.payloads import Stored, Unreadable, from_place, to_place, unpack
from lyhord.channels.apple.reading import UNSHOWN, wanted_of
from lyhord.conversations.exchange import (
    Address,
    InboundMessage,
    InboundPeer,
    InboundTyping,
    Media,
    Peer,
    Raw,
    Unsupported,
)
from tests.channels.apple.said import ANNA, REQUEST, account, body, call, chosen, read

SENDER = (Address("apple", ANNA, verified=True),)
PHOTO = {
    "name": "lamp.heic",
    "mimeType": "image/heic",
    "size": "67497",
    "signature": "811EF0",
    "url": "https://p54-content.icloud.com/M6138?a=1&b=2",
    "owner": "M61383834656464662d6",
    "key": "00" + "5269b32e" * 8,
}
ITEMS = [{"identifier": "lyhord:1", "title": "Red"}, {"identifier": "lyhord:2", "title": "Blue"}]
SLOT = {"identifier": "0", "duration": 3600, "startTime": "2026-07-10T17:00+0000"}
TIME = {"event": {"identifier": "1", "title": "Fitting", "timeslots": [SLOT]}}
FORM = {
    "dynamic": {
        "template": "messageForms",
        "version": "1.0",
        "selections": [
            {"pageIdentifier": "1", "title": "Colour", "items": [{"title": "Red"}, {"title": "Blue"}]},
            {"pageIdentifier": "2", "title": "Name", "items": [{"value": "Anna"}]},
        ],
    }
}


def said(raw: Raw) -> InboundMessage:
    """The one message in a call, beside what its device can show."""
    found, *device = read(raw)
    assert isinstance(found, InboundMessage)
    assert all(isinstance(one, InboundPeer) for one in device)
    return found


def test_words_are_read() -> None:
    assert said(call(body(body="Hej 😀"))) == InboundMessage(
        external_id="0c316beb-0000-4000-8000-000000000001",
        sender=SENDER,
        text="Hej 😀",
        flags=frozenset({"returned"}),
    )


@pytest.mark.parametrize(
    ("told", "features"),
    [
        ("AUTH,LIST,TIME,FORM,QUICK,AUTH2", {"AUTH", "LIST", "TIME", "FORM", "QUICK", "AUTH2"}),
        ("list, time", {"LIST", "TIME"}),
        ("AUTH%2CLIST%2CQUICK", {"AUTH", "LIST", "QUICK"}),
        ("", set()),
        (None, None),
    ],
)
def test_a_device_tells_beside_each_message_what_it_can_show(told: str | None, features: set[str] | None) -> None:
    _, *device = read(call(body(body="Hej"), capabilities=told))
    expected = [] if features is None else [InboundPeer(sender=SENDER[0], peer=Peer(features=frozenset(features)))]
    assert device == expected


@pytest.mark.parametrize("content", [body("typing_start"), body("typing_end"), body("hologram")])
def test_only_what_was_said_tells_of_the_device(content: dict[str, Any]) -> None:
    assert not any(isinstance(one, InboundPeer) for one in read(call(content)))


def test_files_stand_where_apple_keeps_them() -> None:
    found = said(call(body(body="\ufffcLook\ufffc", attachments=[PHOTO, {**PHOTO, "name": "", "key": ""}])))
    (file,) = found.media
    assert (found.text, file.name, file.type, file.size) == ("Look", "lamp.heic", "image/heic", 67497)
    assert from_place(file.url or "") == Stored(
        url=PHOTO["url"], owner=PHOTO["owner"], key=PHOTO["key"], size="67497", signature_base64="gR7w"
    )
    only = said(call(body(body="\ufffc", attachments=[PHOTO])))
    assert (only.text, len(only.media)) == ("", 1)


@given(st.builds(Stored, url=st.text(min_size=1), owner=st.text(), key=st.text(), signature_base64=st.text()))
def test_a_place_gives_back_what_it_was_made_of(stored: Stored) -> None:
    place = to_place(stored) if stored.signature_base64 else ""
    found = from_place(place)
    assert not place or (found and (found.url, found.owner, found.key) == (stored.url, stored.owner, stored.key))
    assert from_place("https://elsewhere.example/?url=x") is None


@pytest.mark.parametrize(
    "data",
    [
        {
            "quick-reply": {
                "items": ITEMS,
                "selectedIdentifier": "lyhord:2",
                "selectedIndex": 1,
                "summaryText": "Which?",
            }
        },
        {"quick-reply": {"items": ITEMS, "selectedIndex": 1}},
        {"listPicker": {"sections": [{"title": "Which?", "multipleSelection": False, "items": [ITEMS[1]]}]}},
    ],
)
def test_quick_replies_and_lists_are_answers_to_our_buttons(data: dict[str, Any]) -> None:
    found = said(call(chosen(data)))
    assert (found.text, found.chosen, found.answers) == ("Blue", "2", (REQUEST,))


def test_what_somebody_elses_list_says_is_a_label() -> None:
    fruit = [{"identifier": "1", "title": "Apple"}, {"identifier": "2", "title": "Pear"}]
    several = said(call(chosen({"listPicker": {"sections": [{"title": "Fruit", "items": fruit}]}})))
    one = said(call(chosen({"quick-reply": {"items": fruit, "selectedIdentifier": "2"}})))
    assert (several.text, several.chosen) == ("Apple, Pear", "Apple, Pear")
    assert (one.text, one.chosen) == ("Pear", "Pear")


@pytest.mark.parametrize(
    ("data", "more", "text"),
    [
        (TIME, {}, "Fitting\n📅 2026-07-10 17:00 UTC"),
        ({"event": {"timeslots": [{"startTime": "soon"}]}}, {}, "📅 soon"),
        (FORM, {}, "Colour: Red, Blue\nName: Anna"),
        ({"authenticate": {"status": "authenticated"}, "replyMessage": {"title": "Signed in"}}, {}, "Signed in"),
        ({"payment": {}}, {"replyMessage": {"title": "Paid", "subtitle": "99 kr"}}, "Paid\n99 kr"),
        ({"quick-reply": {"selectedIdentifier": "lyhord:2"}}, {}, "2"),
    ],
)
def test_other_answers_are_words(data: dict[str, Any], more: dict[str, Any], text: str) -> None:
    assert said(call(chosen(data, **more))).text == text


def test_an_end_is_an_opt_out_that_nobody_has_to_confirm() -> None:
    found = said(call(body("close", intent="returns"), capabilities=None))
    assert (found.text, found.flags) == ("🔕", frozenset({"opt_out", "opt_confirmed", "auto_reply"}))


@pytest.mark.parametrize(("words", "flag"), [("STOP", "opt_out"), ("start", "opt_in"), ("stop it", "returned")])
def test_every_word_is_marked_with_the_wish_in_it(words: str, flag: str) -> None:
    assert said(call(body(body=words))).flags == {flag}


def test_writing_is_told_and_its_end_needs_nothing() -> None:
    assert read(call(body("typing_start"))) == [InboundTyping(sender=SENDER)]
    assert read(call(body("typing_end"))) == []


def test_how_the_customer_came_is_told_once_for_each_way() -> None:
    first, words, _ = read(call(body(body="Hej", intent="returns", group="shoes")))
    again, *_ = read(call(body(body="Hallå", intent="returns", group="shoes", id="other")))
    other, *_ = read(call(body(body="Hej", intent="buy", id="third")))
    assert isinstance(first, InboundMessage)
    assert isinstance(again, InboundMessage)
    assert isinstance(other, InboundMessage)
    assert (first.text, first.flags) == ("↪ returns · shoes", frozenset({"arrival"}))
    assert first.external_id == again.external_id != other.external_id
    assert isinstance(words, InboundMessage)
    assert words.text == "Hej"


@pytest.mark.parametrize(
    "content",
    [
        body("hologram"),
        body(body=""),
        body(body="\ufffc", attachments=[{"name": "lost.png"}]),
        chosen({}),
        chosen({"payment": {"applePay": {}}}),
        body("interactive"),
        body("interactive", interactiveDataRef=PHOTO),
    ],
)
def test_what_is_not_understood_is_kept_with_its_sender(content: dict[str, Any]) -> None:
    assert read(call(content)) == [
        Unsupported(external_id="0c316beb-0000-4000-8000-000000000001", reason=UNSHOWN, sender=SENDER)
    ]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"nothing",
        gzip.compress(b"nothing", mtime=0),
        gzip.compress(b"{}", mtime=0)[:-9],
        b'{"type":"text"}',
    ],
    ids=["empty", "list", "words", "packed words", "cut off", "nobody's"],
)
def test_what_is_nothing_of_apples_is_kept_under_its_bytes(content: bytes) -> None:
    (found,) = read(Raw(content))
    assert isinstance(found, Unsupported)
    assert found.external_id.startswith("raw:")


def test_what_unpacks_to_more_than_anybody_says_is_refused() -> None:
    packed = zlib.compressobj(9, zlib.DEFLATED, 31)
    bomb = b"".join([*(packed.compress(bytes(1_000_000)) for _ in range(21)), packed.flush()])
    assert len(bomb) < 100_000
    with pytest.raises(Unreadable):
        unpack(bomb)
    assert unpack(gzip.compress(b"{}")) == unpack(b"{}") == b"{}"


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    [
                        "quick-reply",
                        "listPicker",
                        "event",
                        "dynamic",
                        "sections",
                        "items",
                        "timeslots",
                        "startTime",
                        "selections",
                        "title",
                        "identifier",
                        "selectedIndex",
                        "replyMessage",
                    ]
                ),
                inner,
            )
        ),
        max_leaves=15,
    )
)
@settings(max_examples=150, deadline=None)
def test_no_answer_makes_it_raise(data: Any) -> None:
    plain = json.dumps(body("interactive", interactiveData={"data": data})).encode()
    (found,) = Apple(account()).parse(Raw(plain))
    assert isinstance(found, InboundMessage | Unsupported)
    assert not isinstance(found, InboundMessage) or found.text


def test_a_large_answer_names_where_it_lies() -> None:
    found = wanted_of(call(body("interactive", interactiveDataRef={**PHOTO, "bid": "b", "title": "Which?"})))
    assert found is not None
    assert (found[0], found[1].bid, found[1].length) == ("0c316beb-0000-4000-8000-000000000001", "b", 67497)
    assert wanted_of(call(body(body="Hej"))) is None
    assert wanted_of(Raw(b"nothing")) is None
    assert Media("a", "b", 1).url is None
