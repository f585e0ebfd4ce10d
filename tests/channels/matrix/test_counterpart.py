"""The whole way to a homeserver that nobody here wrote (Synapse) and back: what customers say and do, what they get."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import pytest_asyncio

from lyhord.channels.matrix.adapter import Matrix
from lyhord.conversations.exchange import (
    Accepted,
    Address,
    Amendment,
    Context,
    Failed,
    InboundCall,
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
    Unsupported,
)
from lyhord.kit.egress import Egress
from lyhord.kit.problems import NotFound
from tests.channels.matrix.service import RecordingDoor, Service, account, listening, means
from tests.counterparts.homeserver import Person, Synapse, serve
from tests.counterparts.ports import free_ports
from tests.waiting import until

pytestmark = [pytest.mark.long, pytest.mark.proves("matrix", "Synapse"), pytest.mark.asyncio(loop_scope="module")]
US = "@support:matrix.test"
PNG = b"\x89PNG\r\n\x1a\n certainly a picture"
_names = count()


class Place(NamedTuple):
    """A homeserver that knows our service, and the port where it expects that."""

    server: Synapse
    port: int


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    ours, port = free_ports(2)
    egress = Egress()
    inbox = account(f"http://127.0.0.1:{port}")
    registration = Matrix(inbox, means(Path("unused"), egress, f"http://127.0.0.1:{ours}")).hand_out()
    with serve(registration.text, port=port) as server:
        yield Place(server, ours)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def listener(place: Place, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Service]:
    """Our side, called by the homeserver, and introduced. One for all: a homeserver that finds nobody comes again ever later."""
    egress = Egress(allow_private=["127.0.0.0/8"])
    lent = means(tmp_path_factory.mktemp("files"), egress, f"http://127.0.0.1:{place.port}")
    service = Service(Matrix(account(place.server.address, reads=True), lent))
    async with listening(service, place.port), running(service.adapter) as door:
        await until(lambda: door.healths)
        assert door.healths[0].who == US, door.healths
        yield service
        assert not service.refused
    await egress.close()


@pytest.fixture
def service(listener: Service) -> Service:
    """Nothing has come yet."""
    listener.inbounds.clear()
    return listener


@asynccontextmanager
async def running(adapter: Matrix) -> AsyncIterator[RecordingDoor]:
    door = RecordingDoor()
    task = asyncio.create_task(adapter.run(door))
    try:
        yield door
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


@pytest.fixture
def anna(place: Place) -> Iterator[Person]:
    person = place.server.person(f"anna{next(_names)}")
    yield person
    person.close()


@pytest.fixture
def ben(place: Place) -> Iterator[Person]:
    person = place.server.person(f"ben{next(_names)}")
    yield person
    person.close()


async def meet(service: Service, who: Person) -> str:
    """A room in which somebody talks with us."""
    room = who.create(US, direct=True)
    who.say(room, "Hello Ω")
    await until(lambda: [one for one in service.found(InboundMessage) if one.sender[0].value == who.user])
    return room


async def send(service: Service, to: str = "", **more: Any) -> str:
    """Plan and send all parts; the first one's external id."""
    plan = service.adapter.plan(Outbound(to=Address("matrix", to), **more), Context(2, 1))
    assert isinstance(plan, Plan)
    ids = []
    for part in plan.parts:
        outcome = await service.adapter.send(part, f"key-{next(_names)}")
        assert isinstance(outcome, Accepted), outcome
        ids.append(outcome.external_id)
    return ids[0]


def event_of(name: str) -> str:
    return "$" + name.rpartition("$")[2]


def content_of(who: Person, room: str, name: str) -> Any:
    return next(one["content"] for one in who.timeline(room) if one["event_id"] == event_of(name))


async def test_what_was_said_before_we_came_and_the_answer(service: Service, anna: Person) -> None:
    room = await meet(service, anna)
    (said,) = [one for one in service.found(InboundMessage) if one.sender[0].value == anna.user]
    assert (said.text, said.group_id, said.sender[0].verified) == ("Hello Ω", None, True)
    name = await send(service, anna.user, html="<b>On</b> its way", answers=said.external_id, quote="Hello")
    assert name.startswith(room)
    content = content_of(anna, room, name)
    assert (content["body"], content["formatted_body"]) == ("On its way", "<b>On</b> its way")
    assert content["m.relates_to"] == {"m.in_reply_to": {"event_id": event_of(said.external_id)}}
    profile = anna.call("GET", f"/_matrix/client/v3/profile/{US}")
    assert profile["displayname"] == "Shop"


async def test_one_key_is_one_message(service: Service, anna: Person) -> None:
    await meet(service, anna)
    part = Outbound(to=Address("matrix", anna.user), text="Once")
    first, second = [await service.adapter.send(part, "the-same-key") for _ in range(2)]
    assert isinstance(first, Accepted)
    assert first == second


async def test_read_marks_and_typing_both_ways(service: Service, anna: Person) -> None:
    room = await meet(service, anna)
    name = await send(service, anna.user, text="Read me")
    anna.sync()
    anna.read(room, event_of(name))
    anna.type(room)
    await until(lambda: service.found(InboundStatus) and service.found(InboundTyping))
    status = service.found(InboundStatus)[-1]
    assert (status.reference, status.state, status.peer.value) == (name, "read", anna.user)
    assert service.found(InboundTyping)[-1].sender[0].value == anna.user

    said = service.found(InboundMessage)[-1]
    await service.adapter.show_typing(said.sender[0])
    await service.adapter.show_read(said.sender[0], said.external_id)
    passing = anna.sync()["rooms"]["join"][room]["ephemeral"]["events"]
    typing = next(one for one in passing if one["type"] == "m.typing")
    assert US in typing["content"]["user_ids"]
    receipts = next(one for one in passing if one["type"] == "m.receipt")
    assert US in receipts["content"][event_of(said.external_id)]["m.read"]


async def test_edits_redactions_and_reactions_of_a_customer(service: Service, anna: Person) -> None:
    room = await meet(service, anna)
    event = anna.say(room, "On Sunday")
    relation = {"rel_type": "m.replace", "event_id": event}
    anna.say(room, "* Tuesday", **{"m.new_content": {"msgtype": "m.text", "body": "Tuesday"}, "m.relates_to": relation})
    about = {"rel_type": "m.annotation", "event_id": event, "key": "👍"}
    reaction = anna.send(room, {"m.relates_to": about}, "m.reaction")
    await until(lambda: service.found(InboundReaction))
    anna.redact(room, reaction)
    anna.redact(room, event)
    await until(lambda: len(service.found(InboundRemoval)) == 4)
    (edit,) = service.found(InboundEdit)
    assert (edit.message, edit.text) == (room + event, "Tuesday")
    (found,) = service.found(InboundReaction)
    assert (found.message, found.emoji, found.external_id) == (room + event, "👍", room + reaction)
    assert [one.message for one in service.found(InboundRemoval)] == [room + reaction] * 2 + [room + event] * 2


async def test_what_left_is_edited_answered_with_an_emoji_and_withdrawn(service: Service, anna: Person) -> None:
    room = await meet(service, anna)
    name, to = await send(service, anna.user, text="Tuesday"), Address("matrix", anna.user)
    edit = Amendment(deed="edit", message=name, to=to, outbound=Outbound(to=to, text="Monday"))
    assert await service.adapter.amend(edit, "edit") == Accepted("")
    assert anna.timeline(room)[0]["content"]["m.new_content"]["body"] == "Monday"

    said = service.found(InboundMessage)[-1]
    for emoji, shown in (("👍", {"👍"}), ("❤️", {"❤️"}), ("❤️", {"❤️"}), ("", set())):
        react = Amendment(deed="react", message=said.external_id, to=to, emoji=emoji, ours=False)
        assert await service.adapter.amend(react, f"react-{next(_names)}") == Accepted("")
        there = [one["content"] for one in anna.timeline(room) if one["type"] == "m.reaction" and one["content"]]
        assert {one["m.relates_to"]["key"] for one in there} == shown

    remove = Amendment(deed="remove", message=name, to=to)
    assert await service.adapter.amend(remove, "remove") == Accepted("")
    assert content_of(anna, room, name) == {}


async def test_files_both_ways(service: Service, anna: Person) -> None:
    room = await meet(service, anna)
    address = anna.upload(PNG, "image/png")
    info = {"mimetype": "image/png", "size": len(PNG)}
    anna.send(room, {"msgtype": "m.image", "body": "lamp.png", "url": address, "info": info})
    await until(lambda: service.found(InboundMessage)[-1].media)
    (picture,) = service.found(InboundMessage)[-1].media
    assert (picture.name, picture.type, picture.size) == ("lamp.png", "image/png", len(PNG))
    assert await service.adapter.fetch_media(picture) == PNG
    with pytest.raises(NotFound):
        await service.adapter.fetch_media(Media("x", "image/png", 1, url="mxc://matrix.test/nothing"))

    file = Media("å.pdf", "application/pdf", 8, content=b"%PDF-1.4")
    await send(service, anna.user, text="The manual", media=(file,))
    last, before, *_ = anna.timeline(room)
    assert before["content"]["body"] == "The manual"
    assert (last["content"]["msgtype"], last["content"]["body"]) == ("m.file", "å.pdf")
    assert anna.download(last["content"]["url"]) == b"%PDF-1.4"


async def test_somebody_who_never_wrote_is_invited(service: Service, anna: Person) -> None:
    name = await send(service, anna.user, text="Your lamp is here")
    await until(lambda: anna.sync()["rooms"].get("invite"))
    room = name.partition("$")[0]
    anna.join(room)
    assert content_of(anna, room, name)["body"] == "Your lamp is here"
    anna.say(room, "Thank you")
    await until(lambda: service.found(InboundMessage))
    (said,) = service.found(InboundMessage)
    assert (said.text, said.group_id) == ("Thank you", None)
    assert (await send(service, anna.user, text="Welcome")).startswith(room)


async def test_nobody_of_that_name(service: Service) -> None:
    outcome = await service.adapter.send(Outbound(to=Address("matrix", "@x:nowhere.invalid"), text="Hi"), "nowhere")
    assert not isinstance(outcome, Accepted)


async def test_a_room_of_several_is_a_group_and_stays_one(service: Service, anna: Person, ben: Person) -> None:
    room = anna.create(US, ben.user, name="Neighbours")
    ben.join(room)
    await until(lambda: [one for one in service.found(InboundGroup) if one.joined])
    anna.say(room, "Who has the key?")
    await until(lambda: service.found(InboundMessage))
    (said,) = service.found(InboundMessage)
    assert (said.group_id, said.group_name, said.sender[0].value) == (room, "Neighbours", anna.user)
    joined = {one.value for group in service.found(InboundGroup) for one in group.joined}
    assert joined == {anna.user, ben.user}

    name = await send(service, anna.user, group_id=room, text="The caretaker", answers=said.external_id, quote="Who")
    assert content_of(ben, room, name)["m.mentions"] == {"user_ids": [anna.user]}
    ben.call("POST", f"/_matrix/client/v3/rooms/{room}/leave", {})
    await until(lambda: [one for one in service.found(InboundGroup) if one.left])
    anna.say(room, "Thanks")
    await until(lambda: len(service.found(InboundMessage)) == 2)
    assert service.found(InboundMessage)[1].group_id == room
    alone = await send(service, anna.user, text="For you alone")
    assert not alone.startswith(room)
    anna.call("POST", f"/_matrix/client/v3/rooms/{room}/kick", {"user_id": US})
    await until(lambda: [one for one in service.found(InboundGroup) if one.ended])


async def test_encrypted_words_calls_and_what_nobody_knows(service: Service, anna: Person) -> None:
    room = await meet(service, anna)
    anna.send(room, {"algorithm": "m.megolm.v1.aes-sha2", "ciphertext": "…"}, "m.room.encrypted")
    anna.send(room, {"question": "?"}, "org.example.unheard")
    anna.send(room, {"call_id": "1", "version": "1", "lifetime": 1, "offer": {}}, "m.call.invite")
    anna.send(room, {"call_id": "1", "version": "1"}, "m.call.hangup")
    await until(lambda: len(service.found(InboundCall)) == 2)
    reasons = [one.reason for one in service.found(Unsupported)]
    assert reasons == ["channel.matrix.encrypted", "channel.matrix.unshown"]
    assert [one.state for one in service.found(InboundCall)] == ["ringing", "missed"]
    assert not isinstance(await service.adapter.send(Outbound(to=Address("matrix", anna.user), text="Hi"), "e"), Failed)


async def test_while_we_cant_store_the_homeserver_keeps_it(service: Service, anna: Person) -> None:
    room = await meet(service, anna)
    service.away = True
    anna.say(room, "Are you there?")
    await until(lambda: service.calls_while_away)
    assert "Are you there?" not in [one.text for one in service.found(InboundMessage)]
    service.away = False
    await until(lambda: "Are you there?" in [one.text for one in service.found(InboundMessage)])


async def test_a_service_that_isnt_registered_waits_for_it(place: Place, tmp_path: Path) -> None:
    egress = Egress(allow_private=["127.0.0.0/8"])
    lent = means(tmp_path, egress, "http://127.0.0.1:1")
    health = await Matrix(account(place.server.address, key="another"), lent).health()
    assert health.problems == (("", "channel.matrix.not_registered", ""),)
    assert (health.ok, health.waits) == (False, True)
    nowhere = await Matrix(account("http://127.0.0.1:1"), lent).health()
    assert (nowhere.waits, nowhere.problems[0][:2]) == (False, ("homeserver", "channel.matrix.unreachable"))
    renamed = await Matrix(account(place.server.address, server_name="other.test"), lent).health()
    assert renamed.problems == (("server_name", "channel.matrix.other_user", US),)
    await egress.close()
