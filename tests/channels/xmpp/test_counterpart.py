"""The whole way to a server that nobody here wrote (Prosody), to a client library that nobody here wrote (slixmpp), and back."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from slixmpp import JID

from lyhord.channels.xmpp.adapter import Xmpp
from lyhord.conversations.account import Means
from lyhord.conversations.exchange import (
    Accepted,
    Address,
    Amendment,
    Context,
    Failed,
    InboundEdit,
    InboundGroup,
    InboundMessage,
    InboundReaction,
    InboundRemoval,
    InboundStatus,
    InboundTyping,
    Media,
    Outbound,
    Plan,
    Retry,
    Unsupported,
)
from lyhord.kit.egress import Egress
from lyhord.kit.files import Files
from tests.channels.xmpp.people import ROOM, US, OpenDoor, Person, desk
from tests.counterparts.prosody import DOMAIN, Prosody, serve
from tests.waiting import until

pytestmark = [
    pytest.mark.long,
    pytest.mark.proves("xmpp", "Prosody"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning:slixmpp"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
_names = count()


@pytest.fixture(scope="module")
def server() -> Iterator[Prosody]:
    with serve() as server:
        yield server


@pytest.fixture
async def means(tmp_path: Path) -> AsyncIterator[Means]:
    """The real way out, which may go to loopback here."""
    egress = Egress(allow_private=["127.0.0.0/8"])

    async def keep(*_: Any) -> None:
        raise AssertionError("XMPP replaces no secrets")

    yield Means(
        files=Files(tmp_path), call=egress.call, base_address="", key=b"k", keep_secrets=keep, close=egress.close
    )
    await egress.close()


@pytest.fixture
async def anna(server: Prosody) -> AsyncIterator[Person]:
    person = Person(server.add(f"anna{next(_names)}"))
    await person.come(server)
    yield person
    await person.go()


@asynccontextmanager
async def serving(adapter: Xmpp, door: OpenDoor) -> AsyncIterator[None]:
    """The door is open, and its stream up."""
    before = len([one for one in door.reports if one.ok])
    task = asyncio.create_task(adapter.run(door))
    await until(lambda: len([one for one in door.reports if one.ok]) > before)
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def send(adapter: Xmpp, to: str, **more: Any) -> str:
    """Plan and send all parts; the first one's external id."""
    plan = adapter.plan(Outbound(to=Address("xmpp", to), **more), Context(2, 1))
    assert isinstance(plan, Plan)
    ids = []
    for part in plan.parts:
        outcome = await adapter.send(part, f"key-{next(_names)}")
        assert isinstance(outcome, Accepted), outcome
        ids.append(outcome.external_id)
    return ids[0]


async def test_the_check_connects_for_real(server: Prosody, means: Means) -> None:
    good = await desk(server, means).health()
    assert (good.ok, good.who) == (True, US)
    wrong = await desk(server, means, "wrong").health()
    assert wrong.problems == (("secret", "channel.xmpp.bad_secret", ""),)
    unknown = await desk(server, means, domain="other.test").health()
    assert unknown.problems == (("domain", "channel.xmpp.bad_domain", ""),)
    nobody = await desk(server, means, port=1).health()
    assert nobody.problems == (("host", "channel.xmpp.unreachable", ""),)


async def test_what_a_customer_says_is_confirmed_when_it_is_stored(server: Prosody, means: Means, anna: Person) -> None:
    await anna.plugin["xep_0054"].publish_vcard(_card(anna, "Anna Öst"))
    adapter, door = desk(server, means), OpenDoor()
    async with serving(adapter, door):
        assert (await adapter.health()).ok  # connected already
    door.reports.clear()
    async with serving(adapter, door):
        name = anna.say("помогите & <b>😀")
        await until(lambda: name in anna.receipts)
        (said,) = door.found(InboundMessage)
        assert (said.text, said.external_id) == ("помогите & <b>😀", f"{anna.boundjid.bare} {name}")
        assert said.sender == (Address("xmpp", anna.boundjid.bare, "Anna Öst", verified=True),)
        (again,) = adapter.parse(door.raws[-1])
        assert isinstance(again, InboundMessage)
        assert (again.text, again.external_id) == (said.text, said.external_id)


def _card(person: Person, name: str) -> Any:
    card = person.plugin["xep_0054"].make_vcard()
    card["FN"] = name
    return card


async def test_what_cant_be_stored_isnt_confirmed_and_waits(
    server: Prosody, means: Means, anna: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lyhord.channels.xmpp.talk.FULL_SECONDS", 0.05)
    door = OpenDoor()
    async with serving(desk(server, means), door):
        door.full = True
        first, second = anna.say("One"), anna.say("Two")
        await until(lambda: door.refused)
        assert anna.receipts == []
        door.full = False
        await until(lambda: second in anna.receipts)
        assert anna.receipts == [first, second]
    assert [one.text for one in door.found(InboundMessage)] == ["One", "Two"]


async def test_an_answer_arrives_is_confirmed_and_read(server: Prosody, means: Means, anna: Person) -> None:
    adapter, door = desk(server, means, reads=True), OpenDoor()
    async with serving(adapter, door):
        asked = anna.say("Where is my lamp?")
        await until(lambda: door.received)
        external_id = door.found(InboundMessage)[0].external_id
        name = await send(adapter, anna.boundjid.bare, text="On its way", answers=external_id, quote="Where")
        await until(lambda: door.found(InboundStatus))
        answer = next(one for one in anna.heard if one["body"])
        assert (answer["body"], str(answer["from"]), answer["reply"]["id"]) == ("On its way", US, asked)
        assert answer["origin_id"]["id"] == answer["id"]
        delivered = door.found(InboundStatus)[0]
        assert (delivered.reference, delivered.state) == (name, "delivered")

        anna.plugin["xep_0333"].send_marker(answer["from"], answer["id"], "displayed")
        await until(lambda: len(door.found(InboundStatus)) == 2)
        read = door.found(InboundStatus)[1]
        assert (read.reference, read.state, read.peer.value) == (name, "read", anna.boundjid.bare)

        await adapter.show_typing(Address("xmpp", anna.boundjid.bare))
        await adapter.show_read(Address("xmpp", anna.boundjid.bare), external_id)
        await until(lambda: [one for one in anna.heard if one["displayed"]["id"] == asked])
        assert [one for one in anna.heard if one["chat_state"] == "composing"]


async def test_what_a_customer_does_with_their_words(server: Prosody, means: Means, anna: Person) -> None:
    door = OpenDoor()
    async with serving(desk(server, means), door):
        name = anna.say("On Sunday")
        correction = anna.plugin["xep_0308"].build_correction(name, JID(US), mbody="Tuesday", mtype="chat")
        correction.send()
        anna.plugin["xep_0444"].send_reactions(JID(US), name, ["👍", "🎉"])
        anna.plugin["xep_0444"].send_reactions(JID(US), name, [])
        anna.plugin["xep_0424"].send_retraction(JID(US), name)
        state = anna.make_message(mto=US, mtype="chat")
        state["chat_state"] = "composing"
        state.send()
        await until(lambda: door.found(InboundTyping))
    about = f"{anna.boundjid.bare} {name}"
    (edit,) = door.found(InboundEdit)
    assert (edit.message, edit.text) == (about, "Tuesday")
    reactions = [(one.emoji, one.alone, one.removed) for one in door.found(InboundReaction)]
    assert reactions == [("👍", True, False), ("🎉", False, False), ("", True, True)]
    (removal,) = door.found(InboundRemoval)
    assert (removal.message, removal.sender[0].value) == (about, anna.boundjid.bare)


async def test_what_left_is_corrected_answered_with_an_emoji_and_retracted(
    server: Prosody, means: Means, anna: Person
) -> None:
    adapter, door = desk(server, means), OpenDoor()
    async with serving(adapter, door):
        to = Address("xmpp", anna.boundjid.bare)
        asked = anna.say("When?")
        name = await send(adapter, to.value, text="Tuesday")
        ours = name.partition(" ")[2]
        edit = Amendment(deed="edit", message=name, to=to, outbound=Outbound(to=to, text="Monday"))
        assert await adapter.amend(edit, "edit") == Accepted("")
        react = Amendment(deed="react", message=f"{to.value} {asked}", to=to, emoji="👍", ours=False)
        assert await adapter.amend(react, "react") == Accepted("")
        assert await adapter.amend(Amendment(deed="remove", message=name, to=to), "remove") == Accepted("")
        await until(lambda: [one for one in anna.heard if one["retract"]["id"] == ours])
    assert [one["body"] for one in anna.heard if one["replace"]["id"] == ours] == ["Monday"]
    (reaction,) = [one for one in anna.heard if one["reactions"]["id"] == asked]
    assert reaction["reactions"]["values"] == {"👍"}


async def test_files_both_ways(server: Prosody, means: Means, anna: Person) -> None:
    adapter, door = desk(server, means), OpenDoor()
    async with serving(adapter, door):
        file = Media("å b.pdf", "application/pdf", 8, content=b"%PDF-1.4")
        await send(adapter, anna.boundjid.bare, text="The manual", media=(file,))
        await until(lambda: len(anna.words) == 2)
        words, url = anna.words
        assert words == "The manual"
        assert [one["oob"]["url"] for one in anna.heard if one["oob"]["url"]] == [url]

        anna.say(url, xml=[f"<x xmlns='jabber:x:oob'><url>{url}</url></x>"])
        await until(lambda: door.found(InboundMessage))
        (said,) = door.found(InboundMessage)
        assert (said.text, [one.name for one in said.media]) == ("", ["å b.pdf"])
        assert await adapter.fetch_media(said.media[0]) == b"%PDF-1.4"


async def test_what_cant_arrive_says_why(server: Prosody, means: Means) -> None:
    adapter, door = desk(server, means), OpenDoor()
    async with serving(adapter, door):
        nobody = await adapter.send(Outbound(to=Address("xmpp", f"nobody@{DOMAIN}"), text="Hi"), "nobody")
        assert nobody == Failed("channel.xmpp.not_there")
        nowhere = await adapter.send(Outbound(to=Address("xmpp", "x@elsewhere.test"), text="Hi"), "nowhere")
        assert isinstance(nowhere, Failed)
    closed = await adapter.send(Outbound(to=Address("xmpp", f"nobody@{DOMAIN}"), text="Hi"), "closed")
    assert closed == Retry("channel.xmpp.not_connected", 2.0, ours=True)


async def test_programs_are_told_who_we_are(server: Prosody, means: Means, anna: Person) -> None:
    async with serving(desk(server, means), OpenDoor()):
        info = await anna.plugin["xep_0030"].get_info(jid=JID(US))
        assert {"urn:xmpp:receipts", "urn:xmpp:chat-markers:0"} <= info["disco_info"]["features"]
        card = await anna.plugin["xep_0054"].get_vcard(JID(US))
        assert card["vcard_temp"]["FN"] == "Shop"
        assert await anna.plugin["xep_0199"].ping(JID(US)) < 10
        granted: list[Any] = []
        anna.add_event_handler("presence_subscribed", granted.append)
        anna.send_presence_subscription(pto=JID(US))
        await until(lambda: granted)
        assert granted[0]["from"].bare == US


async def test_words_to_other_names_and_secret_ones(server: Prosody, means: Means, anna: Person) -> None:
    door = OpenDoor()
    async with serving(desk(server, means), door):
        anna.say("Hello?", to=US.replace("support", "sales"))
        await until(lambda: [one for one in anna.heard if one["type"] == "error"])
        anna.say("[OMEMO]", xml=["<encrypted xmlns='eu.siacs.conversations.axolotl'><header sid='1'/></encrypted>"])
        await until(lambda: door.found(Unsupported))
    assert [one.reason for one in door.found(Unsupported)] == ["channel.xmpp.encrypted"]
    assert door.found(InboundMessage) == []


async def test_a_room_is_a_group(server: Prosody, means: Means, anna: Person) -> None:
    await anna.plugin["xep_0045"].join_muc_wait(JID(ROOM), "Anna", maxstanzas=0)
    adapter, door = desk(server, means, rooms=[ROOM]), OpenDoor()
    async with serving(adapter, door):
        await until(lambda: door.found(InboundGroup))
        (group,) = door.found(InboundGroup)
        assert (group.group_id, [one.value for one in group.joined]) == (ROOM, [anna.boundjid.bare])
        anna.say("Who has the key?", to=ROOM, kind="groupchat")
        await until(lambda: door.found(InboundMessage))
        (said,) = door.found(InboundMessage)
        assert (said.group_id, said.sender[0]) == (ROOM, Address("xmpp", anna.boundjid.bare, "Anna", verified=True))

        name = await send(
            adapter, anna.boundjid.bare, group_id=ROOM, text="The caretaker", answers=said.external_id, quote="Who"
        )
        await until(lambda: "The caretaker" in anna.words)
        answer = next(one for one in anna.heard if one["body"] == "The caretaker")
        assert name == f"{ROOM} {answer['stanza_id']['id']}"
        assert said.external_id == f"{ROOM} {answer['reply']['id']}"
        assert len(door.found(InboundMessage)) == 1  # our own words aren't somebody else's

        asked = next(one["id"] for one in anna.heard if one["body"] == "Who has the key?")
        anna.plugin["xep_0308"].build_correction(asked, JID(ROOM), mbody="And the lamp?", mtype="groupchat").send()
        await until(lambda: door.found(InboundEdit))
        (edit,) = door.found(InboundEdit)
        assert (edit.message, edit.text, edit.group_id) == (said.external_id, "And the lamp?", ROOM)
        new = Outbound(to=Address("xmpp", ""), text="Ben", group_id=ROOM)
        change = Amendment(deed="edit", message=name, to=new.to, group_id=ROOM, outbound=new)
        assert await adapter.amend(change, "k2") == Accepted("")
        await until(lambda: "Ben" in anna.words)
        assert next(one["replace"]["id"] for one in anna.heard if one["body"] == "Ben") == answer["id"]
    anna.say("Thanks", to=ROOM, kind="groupchat")
    async with serving(adapter, door):
        await until(lambda: "Thanks" in [one.text for one in door.found(InboundMessage)])
        ids = [one.external_id for one in door.found(InboundMessage) if one.text == "Who has the key?"]
        assert len(set(ids)) == 1  # told again, under the same name


async def test_the_stream_comes_back_when_the_server_does(server: Prosody, means: Means) -> None:
    adapter, door = desk(server, means), OpenDoor()
    async with serving(adapter, door):
        server.stop()
        await until(lambda: [one for one in door.reports if not one.ok])
        assert not (await adapter.health()).ok
        server.start()
        await until(lambda: door.reports[-1].ok)
        assert isinstance(await adapter.send(Outbound(to=Address("xmpp", f"x@{DOMAIN}"), text="Hi"), "k"), Failed)
