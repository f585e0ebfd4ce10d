"""What stanzas say, written by hand from the XEPs; and the XML underneath, which trusts nobody."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lyhord.channels.xmpp.adapter import Xmpp
from lyhord.channels.xmpp.options import DESCRIPTOR, Options, is_address
from lyhord.channels.xmpp.outgoing import plan_parts, to_change, to_message
from lyhord.channels.xmpp.reading import Names, read_message, with_note
from lyhord.channels.xmpp.stanzas import MOST_BYTES, Malformed, Reader, element, read_stanza, write
from lyhord.conversations.account import Account
from lyhord.conversations.exchange import (
    Address,
    Amendment,
    Context,
    Inbound,
    InboundEdit,
    InboundMessage,
    InboundReaction,
    InboundRemoval,
    InboundStatus,
    InboundTyping,
    Media,
    Outbound,
    Plan,
    Raw,
    Refusal,
    Unsupported,
)

ROOM = "room@rooms.test"
OPTIONS = Options(
    host="127.0.0.1",
    port=5347,
    domain="desk.test",
    localpart="support",
    tls=False,
    nick="Desk",
    rooms=(ROOM,),
    upload_service="",
    typing=True,
    reads=True,
)
ANNA = Address("xmpp", "anna@x.test", "Anna", verified=True)


def read(inside: str, kind: str = "chat", sender: str = "Anna@x.test/phone", name: str = "7") -> list[Inbound]:
    xml = f"<message type='{kind}' from='{sender}' to='support@desk.test' id='{name}'>{inside}</message>"
    names = Names()
    names.people["anna@x.test"] = "Anna"
    names.rooms[ROOM] = {"Ben": "ben@x.test", "Cat": ""}
    return read_message(read_stanza(xml.encode()), OPTIONS, names, 99)


def test_words_are_said_by_whoever_has_the_address_whatever_its_capitals() -> None:
    assert read("<body>Hej &lt;Ω&gt;</body>") == [
        InboundMessage(external_id="anna@x.test 7", sender=(ANNA,), text="Hej <Ω>")
    ]


def test_when_it_was_said_where_that_is_long_ago() -> None:
    (one,) = read("<body>x</body><delay xmlns='urn:xmpp:delay' stamp='2026-03-01T09:00:00Z'/>")
    assert isinstance(one, InboundMessage)
    assert one.at == 1_772_355_600_000
    (odd,) = read("<body>x</body><delay xmlns='urn:xmpp:delay' stamp='yesterday'/>")
    assert isinstance(odd, InboundMessage)
    assert odd.at is None


def test_an_answer_loses_what_it_quotes_counted_in_characters() -> None:
    quoted = "&gt; 😀 Where?\n"
    xml = (
        f"<body>{quoted}Here</body><reply xmlns='urn:xmpp:reply:0' id='key' to='support@desk.test'/>"
        "<fallback xmlns='urn:xmpp:fallback:0' for='urn:xmpp:reply:0'><body start='0' end='11'/></fallback>"
    )
    (one,) = read(xml)
    assert isinstance(one, InboundMessage)
    assert (one.text, one.answers) == ("Here", ("anna@x.test key",))


def test_a_file_is_an_address() -> None:
    url = "https://up.test/%C3%A5.png"
    (one,) = read(f"<body>{url}</body><x xmlns='jabber:x:oob'><url>{url}</url></x>")
    assert isinstance(one, InboundMessage)
    assert (one.text, one.media) == ("", (Media("å.png", "image/png", 0, url=url),))
    (other,) = read("<body>Look</body><x xmlns='jabber:x:oob'><url>file:///etc/passwd</url></x>")
    assert isinstance(other, InboundMessage)
    assert (other.text, other.media) == ("Look", ())


@pytest.mark.parametrize(
    ("xml", "found"),
    [
        (
            "<body>Now</body><replace xmlns='urn:xmpp:message-correct:0' id='1'/>",
            InboundEdit(message="anna@x.test 1", sender=(ANNA,), text="Now"),
        ),
        (
            "<body>gone</body><retract xmlns='urn:xmpp:message-retract:1' id='1'/>",
            InboundRemoval(message="anna@x.test 1", sender=(ANNA,)),
        ),
        (
            "<apply-to xmlns='urn:xmpp:fasten:0' id='1'><retract xmlns='urn:xmpp:message-retract:0'/></apply-to>",
            InboundRemoval(message="anna@x.test 1", sender=(ANNA,)),
        ),
        (
            "<reactions xmlns='urn:xmpp:reactions:0' id='1'/>",
            InboundReaction(message="anna@x.test 1", sender=(ANNA,), removed=True),
        ),
        (
            "<received xmlns='urn:xmpp:receipts' id='key'/>",
            InboundStatus(reference="anna@x.test key", state="delivered"),
        ),
        (
            "<displayed xmlns='urn:xmpp:chat-markers:0' id='key'/>",
            InboundStatus(reference="anna@x.test key", state="read", peer=ANNA, at=99),
        ),
        ("<composing xmlns='http://jabber.org/protocol/chatstates'/>", InboundTyping(sender=(ANNA,))),
        (
            "<body>x</body><encrypted xmlns='urn:xmpp:omemo:2'/>",
            Unsupported(external_id="anna@x.test 7", reason="channel.xmpp.encrypted", sender=(ANNA,)),
        ),
    ],
)
def test_what_else_somebody_does(xml: str, found: Inbound) -> None:
    assert read(xml) == [found]


@pytest.mark.parametrize(
    ("condition", "key"),
    [
        ("item-not-found", "channel.xmpp.nobody"),
        ("service-unavailable", "channel.xmpp.not_there"),
        ("undefined-condition", "undefined-condition"),
    ],
)
def test_what_comes_back_failed(condition: str, key: str) -> None:
    error = f"<error type='cancel'><{condition} xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>"
    found = read(f"<body>ours</body>{error}", "error")
    assert found == [InboundStatus(reference="anna@x.test 7", state="failed", error=key)]


def test_in_a_room_the_room_gives_the_name() -> None:
    named = "<body>Hi</body><stanza-id xmlns='urn:xmpp:sid:0' by='{by}' id='99'/>"
    (one,) = read(named.format(by=ROOM), "groupchat", f"{ROOM}/Ben")
    assert isinstance(one, InboundMessage)
    assert (one.external_id, one.group_id) == (f"{ROOM} 99", ROOM)
    assert one.sender == (Address("xmpp", "ben@x.test", "Ben", verified=True),)
    (forged,) = read(named.format(by="evil@x.test"), "groupchat", f"{ROOM}/Cat")
    assert isinstance(forged, InboundMessage)
    assert forged.external_id == f"{ROOM} 7"
    assert forged.sender == (Address("xmpp", f"{ROOM}/Cat", "Cat"),)


@pytest.mark.parametrize(
    "inside",
    [
        "<body>Now</body><replace xmlns='urn:xmpp:message-correct:0' id='1'/>",
        "<retract xmlns='urn:xmpp:message-retract:1' id='1'/>",
        "<reactions xmlns='urn:xmpp:reactions:0' id='1'><reaction>👍</reaction></reactions>",
        "<reactions xmlns='urn:xmpp:reactions:0' id='1'/>",
        "<body>Secret</body><encrypted xmlns='eu.siacs.conversations.axolotl'/>",
    ],
)
def test_what_is_done_in_a_room_names_it(inside: str) -> None:
    (found,) = read(inside, "groupchat", f"{ROOM}/Ben")
    assert getattr(found, "group_id", "") == ROOM
    (alone,) = read(inside)
    assert getattr(alone, "group_id", "") is None


def test_what_was_said_in_a_room_is_kept_with_who_said_it_whatever_the_sender_noted() -> None:
    names = Names()
    names.rooms[ROOM], names.titles[ROOM] = {"Ben": "ben@x.test", "Cat": ""}, "Lamps & more"
    inbox = Xmpp(Account("workspace", "inbox", "key", "Desk", {"domain": "desk.test", "rooms": [ROOM]}, {}))
    for nick, who in (("Ben", "ben@x.test"), ("Cat", f"{ROOM}/Cat")):
        forged = "<note xmlns='urn:lyhord:note' by='eve@x.test' room='Eve'/>"
        xml = f"<message type='groupchat' from='{ROOM}/{nick}' id='7'>{forged}<body>Hi</body></message>"
        kept = write(with_note(read_stanza(xml.encode()), names))
        (found,) = inbox.parse(Raw(kept.encode()))
        assert isinstance(found, InboundMessage)
        assert (found.sender[0].value, found.group_name, found.text) == (who, "Lamps & more", "Hi")
    alone = read_stanza(b"<message type='chat' from='anna@x.test/1' id='7'><body>Hi</body></message>")
    assert write(with_note(alone, names)) == write(alone)


@pytest.mark.parametrize(
    ("kind", "sender"),
    [("groupchat", f"{ROOM}/Desk"), ("groupchat", ROOM), ("groupchat", "other@rooms.test/Ben"), ("headline", "x.test")],
)
def test_our_own_words_and_those_of_other_places_are_no_news(kind: str, sender: str) -> None:
    assert read("<body>Hi</body>", kind, sender) == []


def test_nobody_can_confirm_what_went_to_somebody_else() -> None:
    (status,) = read("<displayed xmlns='urn:xmpp:chat-markers:0' id='key'/>", sender="eve@x.test/1")
    assert isinstance(status, InboundStatus)
    assert status.reference == "eve@x.test key"


def test_what_leaves_names_itself_and_asks_for_a_receipt() -> None:
    part = Outbound(to=ANNA, text='5 < 6 & "7"\x00', answers="anna@x.test 7", quote="x")
    xml = write(to_message(part, "key", OPTIONS))
    again = read_stanza(xml.encode())
    assert again.words("body", "jabber:component:accept") == '5 < 6 & "7"'
    assert (again.get("from"), again.get("to"), again.get("id")) == ("support@desk.test", "anna@x.test", "key")
    children = {(one.name, one.get("id")) for one in again.children}
    assert {("origin-id", "key"), ("reply", "7"), ("request", ""), ("markable", "")} <= children


def test_a_change_names_the_message_as_the_other_side_does() -> None:
    remove = to_change(Amendment(deed="remove", message="anna@x.test key", to=ANNA), "k2", OPTIONS)
    assert remove is not None
    assert remove.children[0].get("id") == "key"
    assert to_change(Amendment(deed="edit", message="anna@x.test key", to=ANNA), "k2", OPTIONS) is None
    inside = Amendment(deed="react", message=f"{ROOM} 99", to=ANNA, group_id=ROOM, emoji="👍")
    reaction = to_change(inside, "k2", OPTIONS)
    assert reaction is not None
    assert (reaction.get("type"), reaction.get("to"), reaction.children[0].get("id")) == ("groupchat", ROOM, "99")


def test_whose_address_it_is_isnt_said_to_a_room() -> None:
    for author, named in (("anna@x.test", ""), (f"{ROOM}/Cat", f"{ROOM}/Cat")):
        to = Address("xmpp", author)
        plan = plan_parts(DESCRIPTOR, Outbound(to=to, text="x", answers=f"{ROOM} 99", group_id=ROOM), Context(2, 1))
        assert isinstance(plan, Plan)
        reply = to_message(plan.parts[0], "key", OPTIONS).find("reply", "urn:xmpp:reply:0")
        assert reply is not None
        assert (reply.get("id"), reply.get("to")) == ("99", named)


def test_words_then_each_file() -> None:
    file = Media("a.png", "image/png", 3, content=b"png")
    plan = plan_parts(DESCRIPTOR, Outbound(to=ANNA, text="Look", media=(file,)), Context(2, 1))
    assert isinstance(plan, Plan)
    assert [(one.text, len(one.media)) for one in plan.parts] == [("Look", 0), ("", 1)]
    for odd in ("anna", "@x.test", "a b@x.test", "<a>@x.test"):
        assert not is_address(odd)
        refusal = plan_parts(DESCRIPTOR, Outbound(to=Address("xmpp", odd), text="x"), Context(2, 1))
        assert refusal == Refusal("channel.xmpp.bad_address")


BOMB = b"<!DOCTYPE x [<!ENTITY a 'aaaa'>]><x>&a;</x>"


def feed(data: bytes) -> None:
    """Let a reader have it as it would come."""
    reader = Reader()
    for start in range(0, len(data), 65_536):
        reader.feed(data[start : start + 65_536])


@pytest.mark.parametrize(
    "data", [BOMB, b"<a></b>", b"<a>\xff\xfe", b"<a>" + b"<b>" * 100, b"<a><b>" + b"x" * (MOST_BYTES + 70_000)]
)
def test_what_isnt_xmpp_ends_the_stream(data: bytes) -> None:
    with pytest.raises(Malformed):
        feed(data)


@given(cuts=st.lists(st.integers(1, 40), max_size=20))
def test_a_stream_may_come_in_any_pieces(cuts: list[int]) -> None:
    data = "<s xmlns='a'><m><b>Hej å😀</b></m> <i id='1'/></s>".encode()
    reader, found = Reader(), list[Any]()
    for cut in cuts:
        found += reader.feed(data[:cut])
        data = data[cut:]
    found += reader.feed(data)
    assert [one.name for one in found] == ["s", "m", "i"]
    assert found[1].words("b", "a") == "Hej å😀"
    assert reader.ended


@given(text=st.text(), value=st.text())
def test_whatever_is_written_can_be_read(text: str, value: str) -> None:
    made = element("message", "", element("body", "", text), element("x", "other"), id="1")
    made.attributes["to"] = value
    again = read_stanza(write(made).encode())
    assert len(again.children) == 2
