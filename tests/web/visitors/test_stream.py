"""The visitor's live stream: their own conversation, as it happens, and nothing of the rest."""

from typing import Any

import pytest

from lyhord.kit.clock import HOUR
from tests.conftest import StoppedClock
from tests.waiting import until
from tests.web.site import Listener, Sent, Site
from tests.web.visitors.conftest import Chat
from tests.web.visitors.test_words import only_conversation


async def heard(stream: Listener, *names: str) -> list[Sent]:
    """The next events of these names, in this order; others are passed over."""
    found: list[Sent] = []
    while len(found) < len(names):
        sent = await stream.next(signals=False)
        if sent.event == names[len(found)]:
            found.append(sent)
    return found


async def test_words_arrive_as_they_are_said(chat: Chat) -> None:
    token = await chat.arrive()
    await chat.say(token, "Hello")
    conversation_id = await only_conversation(chat)
    async with chat.listen(token) as stream:
        assert stream.status == 200 or (await stream.next()).event == "reset"
        await chat.reply(conversation_id, "Between us", kind="note")
        await chat.reply(conversation_id, "Good morning")
        (message,) = await heard(stream, "message")
        assert (message.data["text"], message.data["author"]) == ("Good morning", "Agent")
        await chat.say(token, "Thanks")
        (mine,) = await heard(stream, "message")
        assert mine.data["text"] == "Thanks"
    assert b"Between us" not in stream.raw


async def test_the_first_words_find_the_stream_that_waited(chat: Chat) -> None:
    token = await chat.arrive()
    async with chat.listen(token) as stream:
        await heard(stream, "reset")
        await chat.say(token, "First")
        (message,) = await heard(stream, "message")
        assert message.data["text"] == "First"
        await chat.reply(await only_conversation(chat), "Second")
        (answer,) = await heard(stream, "message")
        assert answer.data["text"] == "Second"


async def test_what_was_said_while_the_bus_found_its_place_is_not_missed(
    chat: Chat, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = await chat.arrive()
    await chat.say(token, "Hello")
    conversation_id = await only_conversation(chat)
    async with chat.listen(token) as stream:
        await heard(stream, "reset", "seen")
        with monkeypatch.context() as patch:
            patch.setattr(site.bus, "deliver", lambda _: None)
            await chat.reply(conversation_id, "Untold")
        await site.say(chat.company.inbox, "Elsewhere")
        (message,) = await heard(stream, "message")
    assert message.data["text"] == "Untold"


async def test_a_page_that_comes_back_gets_what_it_missed(chat: Chat) -> None:
    token = await chat.arrive()
    await chat.say(token, "One")
    async with chat.listen(token) as stream:
        await heard(stream, "reset")
        await chat.say(token, "Two")
        _, last = await heard(stream, "message", "seen")
    await chat.reply(await only_conversation(chat), "Three")
    await chat.say(token, "Four")
    async with chat.listen(token, last.id) as stream:
        first, second = await heard(stream, "message", "message")
    assert [first.data["text"], second.data["text"]] == ["Three", "Four"]
    assert b"reset" not in stream.raw


async def test_too_much_missed_is_read_afresh(chat: Chat) -> None:
    from tests.web.visitors.test_words import _said

    token = await chat.arrive()
    await chat.say(token, "One")
    async with chat.listen(token) as stream:
        await heard(stream, "reset")
        await chat.say(token, "Two")
        _, last = await heard(stream, "message", "seen")
    for n in range(101):
        await chat.site.database.write(chat.company.id, _said, chat, token, f"{n}")
    async with chat.listen(token, last.id) as stream:
        await heard(stream, "reset")
    assert b"event: message" not in stream.raw


async def test_a_visitor_hears_nothing_of_another(chat: Chat, site: Site) -> None:
    one, other = await chat.arrive(), await chat.arrive()
    await chat.say(one, "Mine")
    async with chat.listen(one) as stream:
        await heard(stream, "reset", "seen")
        await chat.say(other, "Theirs")
        await site.say(chat.company.inbox, "Elsewhere")
        await chat.say(one, "Mine again")
        (message,) = await heard(stream, "message")
    assert message.data["text"] == "Mine again"
    assert b"Theirs" not in stream.raw
    assert stream.raw.count(b"event: seen") == 2


async def test_what_is_taken_back_disappears(chat: Chat) -> None:
    token = await chat.arrive()
    await chat.say(token, "Hello")
    async with chat.listen(token) as stream:
        await heard(stream, "reset")
        answer = await chat.reply(await only_conversation(chat), "Oops, wrong person")
        await heard(stream, "message")
        undone = await chat.site.call(chat.company.agent, "POST", f"/messages/{answer['id']}/undo")
        assert undone.status_code < 300, undone.text
        (removed,) = await heard(stream, "removed")
    assert removed.data == {"id": answer["id"]}
    assert await chat.read(token) == ["Hello"]


async def test_reading_and_typing_are_shown(chat: Chat) -> None:
    token = await chat.arrive()
    said = await chat.say(token, "Hello")
    conversation_id = await only_conversation(chat)
    async with chat.listen(token) as stream:
        await heard(stream, "reset", "seen")
        body = {"message_id": said["id"]}
        await chat.site.call(chat.company.agent, "POST", f"/conversations/{conversation_id}/read", body)
        (seen,) = await heard(stream, "seen")
        assert seen.data == body
        await chat.site.call(
            chat.company.agent, "POST", f"/conversations/{conversation_id}/signals", {"name": "typing"}
        )
        (typing,) = await heard(stream, "typing")
        assert typing.data["name"] == "Agent"


async def test_a_workspace_may_keep_both_to_itself(site: Site) -> None:
    from tests.web.visitors.conftest import add_chat

    chat = await add_chat(site, await site.add_company(read_marks_out=False, typing_out=False))
    token = await chat.arrive()
    said = await chat.say(token, "Hello")
    conversation_id = await only_conversation(chat)
    async with chat.listen(token) as stream:
        await heard(stream, "reset", "seen")
        path = f"/conversations/{conversation_id}"
        await site.call(chat.company.agent, "POST", f"{path}/read", {"message_id": said["id"]})
        await site.call(chat.company.agent, "POST", f"{path}/signals", {"name": "typing"})
        await chat.say(token, "Anybody?")
        await heard(stream, "message")
    assert b"typing" not in stream.raw
    assert f'"message_id":"{said["id"]}"'.encode() not in stream.raw
    assert (await chat.call("GET", "/messages", token)).json()["seen_id"] is None


async def test_an_agent_sees_the_visitor_type(chat: Chat, site: Site) -> None:
    token = await chat.arrive()
    await chat.say(token, "Hello")
    async with site.listen(chat.company.agent) as agent:
        await agent.next()
        assert (await chat.call("POST", "/typing", token)).status_code == 204
        while (signal := await agent.next_signal())["name"] != "typing":
            pass
    assert signal["contact"] is True
    assert signal["conversation_id"] == await only_conversation(chat)


async def test_a_stream_ends_with_its_token(chat: Chat) -> None:
    token = await chat.arrive()
    await chat.say(token, "Hello")
    async with chat.listen(token) as stream:
        await heard(stream, "reset", "seen")
        await chat.call("DELETE", "/sessions", token)
        await chat.reply(await only_conversation(chat), "Too late")
        await heard(stream, "ended")
        await stream.end()
    assert b"Too late" not in stream.raw


async def test_a_signed_visit_that_ran_out_hears_no_more(chat: Chat, clock: StoppedClock) -> None:
    token = await chat.arrive(signed=chat.sign(email="anna@shop.example"))
    await chat.say(token, "Hello")
    async with chat.listen(token) as stream:
        await heard(stream, "reset", "seen")
        clock.move(HOUR)
        await chat.reply(await only_conversation(chat), "Too late")
        await heard(stream, "ended")
    assert b"Too late" not in stream.raw


async def test_a_quiet_stream_ends_with_its_token_too(chat: Chat, clock: StoppedClock) -> None:
    signed = await chat.arrive(signed=chat.sign(email="anna@shop.example"))
    other = await chat.arrive()
    async with chat.listen(signed) as stream, chat.listen(other) as stays:
        await heard(stream, "reset", "seen")
        await heard(stays, "reset", "seen")
        clock.move(HOUR)
        await stream.end()
        await heard(stream, "ended")
        assert not stays.ended


async def test_what_a_page_has_taken_is_delivered_and_what_it_showed_is_read(chat: Chat) -> None:
    token = await chat.arrive()
    await chat.say(token, "Hello")
    conversation_id = await only_conversation(chat)
    answer = await chat.reply(conversation_id, "Good morning")
    await send_off(chat, answer["id"])
    assert await state_of(chat, conversation_id) == "sent"
    await chat.read(token)
    assert await state_of(chat, conversation_id) == "delivered"
    await chat.call("POST", "/read", token, json={"message_id": answer["id"]})
    assert await state_of(chat, conversation_id) == "read"


async def test_a_stream_that_is_open_counts_as_delivery(chat: Chat) -> None:
    token = await chat.arrive()
    await chat.say(token, "Hello")
    conversation_id = await only_conversation(chat)
    async with chat.listen(token) as stream:
        await heard(stream, "reset")
        answer = await chat.reply(conversation_id, "Good morning")
        await heard(stream, "message")
        await send_off(chat, answer["id"])
        await until(lambda: delivered(chat, conversation_id))


async def send_off(chat: Chat, message_id: str) -> None:
    """What the worker does once the channel has accepted a message."""
    from lyhord.conversations.actions.receive import receive_messages
    from lyhord.conversations.exchange import InboundStatus
    from lyhord.conversations.model import Received

    status = InboundStatus(reference=message_id, state="sent")
    received = Received(inbox_id=chat.inbox.id, channel="webchat", inbounds=(status,))
    await chat.site.database.write(chat.company.id, receive_messages, received)


async def delivered(chat: Chat, conversation_id: str) -> bool:
    return bool(await state_of(chat, conversation_id) == "delivered")


async def state_of(chat: Chat, conversation_id: str) -> Any:
    page = await chat.site.get(chat.company.agent, f"/conversations/{conversation_id}/messages")
    return page["items"][-1]["delivery"]["state"]


@pytest.mark.parametrize("cursor", ["nonsense", "x.1", "../..", "0" * 36 + ".-1", "9" * 400])
async def test_a_cursor_that_we_never_wrote_begins_afresh(chat: Chat, cursor: str) -> None:
    token = await chat.arrive()
    await chat.say(token, "Hello")
    async with chat.listen(token, cursor) as stream:
        await heard(stream, "reset")


async def test_a_server_that_stops_lets_pages_go_and_they_come_back(chat: Chat) -> None:
    token = await chat.arrive()
    async with chat.listen(token) as stream:
        await heard(stream, "reset")
        chat.site.app.stop()
        await stream.end()
    assert stream.ended
    assert b"event: ended" not in stream.raw
