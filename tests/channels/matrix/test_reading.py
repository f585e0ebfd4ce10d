"""What a homeserver tells becomes what happened; written by hand from the Matrix specification (v1.13 and later)."""

import json
from typing import Any

import pytest

from lyhord.channels.matrix.payloads import Member, Room, read_place
from lyhord.channels.matrix.reading import read_transaction
from lyhord.conversations.exchange import (
    Address,
    Inbound,
    InboundEdit,
    InboundGroup,
    InboundMessage,
    InboundReaction,
    InboundRemoval,
    InboundStatus,
    InboundTyping,
    Topic,
    Unsupported,
)

US, ANNA, BEN = "@support:matrix.test", "@anna:far.test", "@ben:matrix.test"
ALONE, ROOM, SEVERAL = "!alone:matrix.test", "!unknown", "!several:matrix.test"
ROOMS = {
    ALONE: Room("", {ANNA: Member("join", "Anna Öst")}),
    SEVERAL: Room("Neighbours", {ANNA: Member("join", "Anna Öst"), BEN: Member("join")}, group=True),
}
SENDER = (Address("matrix", ANNA, "Anna Öst", verified=True),)


def event(kind: str = "m.room.message", room: str = ALONE, sender: str = ANNA, **more: Any) -> dict[str, Any]:
    return {
        "type": kind,
        "room_id": room,
        "event_id": "$1",
        "sender": sender,
        "origin_server_ts": 1_772_355_600_000,
        **more,
    }


def said(room: Any = ALONE, sender: Any = ANNA, **content: Any) -> dict[str, Any]:
    return event(room=room, sender=sender, content={"msgtype": "m.text", **content})


def read(*events: Any, **more: Any) -> list[Inbound]:
    return read_transaction(json.dumps({"events": events, **more}).encode(), ROOMS, US)


def test_plain_words() -> None:
    assert read(said(body="Hej Ω")) == [
        InboundMessage(external_id=f"{ALONE}$1", sender=SENDER, text="Hej Ω", at=1_772_355_600_000)
    ]


def test_in_a_room_that_nobody_knows_somebody_talks_with_us_alone() -> None:
    (one,) = read(said(room=ROOM, body="Hej"))
    assert isinstance(one, InboundMessage)
    assert (one.group_id, one.sender[0].name) == (None, "anna")


def test_in_a_room_of_several_it_is_said_to_the_group() -> None:
    (one,) = read(said(room=SEVERAL, body="Hej"))
    assert isinstance(one, InboundMessage)
    assert (one.group_id, one.group_name) == (SEVERAL, "Neighbours")


def test_formatted_words_are_harmless() -> None:
    html = '<b onclick="x()">Hi</b><script>x()</script><img src="https://x.test/p.png"><mx-reply>old</mx-reply>'
    (one,) = read(said(body="Hi", format="org.matrix.custom.html", formatted_body=html))
    assert isinstance(one, InboundMessage)
    assert one.html is not None
    assert "<b>Hi</b>" in one.html
    assert not any(word in one.html for word in ("onclick", "script", "old", " src="))


def test_an_answer_names_what_it_answers_and_loses_what_it_quotes() -> None:
    relation = {"m.in_reply_to": {"event_id": "$0"}}
    (one,) = read(said(body="> <@x> first\n> second\n\nYes\n> no", **{"m.relates_to": relation}))
    assert isinstance(one, InboundMessage)
    assert (one.text, one.answers) == ("Yes\n> no", (f"{ALONE}$0",))


@pytest.mark.parametrize(("falls", "first"), [(True, "$root"), (False, "$0")])
def test_a_thread_names_its_beginning(falls: bool, first: str) -> None:
    relation = {
        "rel_type": "m.thread",
        "event_id": "$root",
        "is_falling_back": falls,
        "m.in_reply_to": {"event_id": "$0"},
    }
    (one,) = read(said(body="In a thread", **{"m.relates_to": relation}))
    assert isinstance(one, InboundMessage)
    assert one.answers[0] == ALONE + first
    assert set(one.answers) == {f"{ALONE}$root", f"{ALONE}$0"}


@pytest.mark.parametrize(
    ("content", "name", "kind", "text"),
    [
        ({"msgtype": "m.image", "body": "lamp.png", "info": {"mimetype": "image/png"}}, "lamp.png", "image/png", ""),
        ({"msgtype": "m.image", "body": "Look", "filename": "l.png"}, "l.png", "image/jpeg", "Look"),
        ({"msgtype": "m.audio", "body": "x", "org.matrix.msc3245.voice": {}}, "voice.ogg", "audio/ogg", ""),
        ({"msgtype": "m.video", "body": ""}, "video.mp4", "video/mp4", ""),
        ({"msgtype": "m.file", "body": "å.pdf", "info": {"size": "many"}}, "å.pdf", "application/octet-stream", ""),
    ],
)
def test_files(content: dict[str, Any], name: str, kind: str, text: str) -> None:
    (one,) = read(event(content={**content, "url": "mxc://matrix.test/abc"}))
    assert isinstance(one, InboundMessage)
    (file,) = one.media
    assert (file.name, file.type, file.size, file.url, one.text) == (name, kind, 0, "mxc://matrix.test/abc", text)


def test_a_sticker_a_place_and_what_somebody_does() -> None:
    sticker, place, emote = read(
        event("m.sticker", content={"body": "Wave", "url": "mxc://matrix.test/s", "info": {"mimetype": "image/webp"}}),
        event(content={"msgtype": "m.location", "body": "Here", "geo_uri": "geo:59.33,18.06;u=35"}),
        event(content={"msgtype": "m.emote", "body": "waves"}),
    )
    assert isinstance(sticker, InboundMessage)
    assert [one.type for one in sticker.media] == ["image/webp"]
    assert isinstance(place, InboundMessage)
    assert place.text.startswith("Here\n📍 59.33000, 18.06000\nhttps://www.openstreetmap.org/")
    assert isinstance(emote, InboundMessage)
    assert emote.text == "* Anna Öst waves"


def test_changes_of_what_was_said() -> None:
    new = {"m.new_content": {"msgtype": "m.text", "body": "Now"}}
    edit, reaction, removal, by_channel = read(
        said(body="* Now", **new, **{"m.relates_to": {"rel_type": "m.replace", "event_id": "$0"}}),
        event("m.reaction", content={"m.relates_to": {"rel_type": "m.annotation", "event_id": "$0", "key": "👍"}}),
        event("m.room.redaction", content={"redacts": "$0"}, redacts="$0"),
    )
    assert edit == InboundEdit(message=f"{ALONE}$0", sender=SENDER, text="Now")
    assert reaction == InboundReaction(
        message=f"{ALONE}$0", sender=SENDER, emoji="👍", alone=False, external_id=f"{ALONE}$1"
    )
    assert removal == InboundRemoval(message=f"{ALONE}$0", sender=SENDER)
    assert by_channel == InboundRemoval(message=f"{ALONE}$0")


def test_what_is_done_in_a_group_names_it() -> None:
    about = {"rel_type": "m.annotation", "event_id": "$0", "key": "👍"}
    found = read(
        said(SEVERAL, body="* x", **{"m.relates_to": {"rel_type": "m.replace", "event_id": "$0"}}),
        event("m.reaction", SEVERAL, content={"m.relates_to": about}),
        event("m.room.redaction", SEVERAL, content={"redacts": "$0"}),
        event("m.room.encrypted", SEVERAL, content={"algorithm": "m.megolm.v1.aes-sha2"}),
    )
    assert [(type(one), getattr(one, "group_id", "")) for one in found] == [
        (InboundEdit, SEVERAL),
        (InboundReaction, SEVERAL),
        (InboundRemoval, SEVERAL),
        (InboundRemoval, SEVERAL),
        (Unsupported, SEVERAL),
    ]


def test_a_thread_of_a_group_is_a_topic_of_it() -> None:
    thread = {"rel_type": "m.thread", "event_id": "$root", "m.in_reply_to": {"event_id": "$last"}}
    inside, outside, alone = read(
        said(SEVERAL, body="Me, too", **{"m.relates_to": thread}),
        said(SEVERAL, body="Hi", **{"m.relates_to": {"m.in_reply_to": {"event_id": "$last"}}}),
        said(ALONE, body="Hi", **{"m.relates_to": thread}),
    )
    assert [getattr(one, "topic", "") for one in (inside, outside, alone)] == [Topic("$root"), None, None]


def test_our_own_words_are_nobodys_news() -> None:
    redaction = event("m.room.redaction", sender=US, content={"redacts": "$0"})
    assert read(said(sender=US, body="Hi"), redaction) == []


def test_what_cant_be_read_says_why() -> None:
    file = {"msgtype": "m.image", "body": "x", "file": {"url": "mxc://matrix.test/x"}}
    secret = event("m.room.encrypted", content={"algorithm": "m.megolm.v1.aes-sha2"})
    found = read(secret, event("org.example.new", content={"a": 1}), said(body=""), event(content=file))
    assert [one.reason.rpartition(".")[2] for one in found if isinstance(one, Unsupported)] == [
        "encrypted",
        "unshown",
        "unshown",
        "encrypted",
    ]


def test_what_is_for_programs_is_left_out() -> None:
    state = event("m.room.topic", content={"topic": "Lamps"}, state_key="")
    empty = event(content={})  # redacted before we saw it
    assert read(state, empty, event("m.room.pinned_events", content={"pinned": []})) == []


def test_who_comes_and_goes_in_a_group() -> None:
    def member(who: str, state: str, before: str = "") -> dict[str, Any]:
        unsigned = {"prev_content": {"membership": before}} if before else {}
        content = {"membership": state}
        return event("m.room.member", SEVERAL, who, state_key=who, content=content, unsigned=unsigned)

    ben = Address("matrix", BEN, "ben", verified=True)
    here, joined, left, gone = read(
        member(US, "join"),
        member(BEN, "join", "invite"),
        member(BEN, "join", "join"),  # another name or picture
        member(BEN, "leave", "join"),
        member(BEN, "leave", "invite"),  # declined
        member(US, "leave", "join"),
    )
    assert isinstance(here, InboundGroup)
    assert (here.name, here.joined) == ("Neighbours", (*SENDER, ben))
    assert isinstance(joined, InboundGroup)
    assert joined.joined == (ben,)
    assert isinstance(left, InboundGroup)
    assert left.left == (ben,)
    assert isinstance(gone, InboundGroup)
    assert gone.ended
    assert read(event("m.room.member", ALONE, ANNA, state_key=ANNA, content={"membership": "join"})) == []


@pytest.mark.parametrize("name", ["ephemeral", "de.sorunome.msc2409.ephemeral"])
def test_what_passes(name: str) -> None:
    typing = {"type": "m.typing", "room_id": ALONE, "content": {"user_ids": [ANNA, US]}}
    marks = {"$0": {"m.read": {ANNA: {"ts": 5}, US: {"ts": 6}}}}
    receipt = {"type": "m.receipt", "room_id": ALONE, "content": marks}
    found = read(**{name: [typing, receipt, {**receipt, "room_id": SEVERAL}, {**typing, "room_id": SEVERAL}]})
    assert found == [
        InboundTyping(sender=SENDER),
        InboundStatus(reference=f"{ALONE}$0", state="read", at=5, peer=SENDER[0]),
        InboundTyping(sender=SENDER, group_id=SEVERAL),
    ]


def test_what_passes_is_told_once_where_it_has_two_names() -> None:
    typing = {"type": "m.typing", "room_id": ALONE, "content": {"user_ids": [ANNA]}}
    assert len(read(**{"ephemeral": [typing], "de.sorunome.msc2409.ephemeral": [typing]})) == 1


@pytest.mark.parametrize("odd", [[], 7, "x", None, {"type": 5}, {"content": []}, {"type": "m.room.message"}])
def test_one_odd_event_costs_nobody_the_others(odd: object) -> None:
    found = read(odd, said(body="Hej"))
    assert isinstance(found[0], Unsupported)
    assert isinstance(found[1], InboundMessage)


def test_a_place_is_read_as_it_is_named() -> None:
    place = read_place("!a:b.test$c")
    assert place is not None
    assert (place.room, place.event, place.id) == ("!a:b.test", "$c", "!a:b.test$c")
    assert read_place("raw:abc") is None
    assert read_place("$c") is None
