"""What a visitor hears of messages that are there: other words, a withdrawal, emoji of both sides, and nothing of the rest."""

from typing import Any

from lyhord.conversations.exchange import Accepted
from lyhord.conversations.sending import claim_due, finish
from lyhord.kit.clock import SECOND
from lyhord.kit.database import Tx
from tests.conftest import StoppedClock
from tests.web.visitors.conftest import Chat
from tests.web.visitors.test_stream import heard
from tests.web.visitors.test_words import only_conversation, quotes


async def answered(chat: Chat, token: str) -> Any:
    """A reply that the visitor has."""
    await chat.say(token, "When?")
    message = await chat.reply(await only_conversation(chat), "On Monday")

    def send(tx: Tx) -> None:
        for claim in claim_due(tx, ["webchat"], (), 10):
            finish(tx, claim, Accepted(claim.reference), native=True)

    await chat.site.database.write(chat.company.id, send)
    return message


async def act(chat: Chat, method: str, path: str, body: Any = None) -> Any:
    """What an agent does with a message."""
    answer = await chat.site.call(chat.company.agent, method, f"/messages/{path}", body)
    assert answer.is_success, answer.text
    return answer.json()


async def react(chat: Chat, token: str, message_id: str, emoji: str) -> Any:
    """A visitor answers with an emoji."""
    return await chat.call("PUT", f"/messages/{message_id}/reaction", token, json={"emoji": emoji})


async def test_each_change_is_heard_as_it_happens(chat: Chat) -> None:
    token = await chat.arrive()
    message = await answered(chat, token)
    async with chat.listen(token) as stream:
        await heard(stream, "reset")
        await act(chat, "PATCH", message["id"], {"text": "On Tuesday"})
        (edited,) = await heard(stream, "message")
        assert (edited.data["text"], edited.data["edited"]) == ("On Tuesday", True)
        await act(chat, "DELETE", message["id"])
        (removed,) = await heard(stream, "removed")
        assert removed.data["id"] == message["id"]
        await act(chat, "POST", f"{message['id']}/restore")
        (back,) = await heard(stream, "message")
        assert back.data["text"] == "On Tuesday"


async def test_a_page_that_comes_back_has_the_words_that_stand_there(chat: Chat, clock: StoppedClock) -> None:
    token = await chat.arrive()
    message = await answered(chat, token)
    async with chat.listen(token) as stream:
        await heard(stream, "reset")
        await chat.say(token, "Hello?")
        _, last = await heard(stream, "message", "seen")
    clock.move(SECOND)
    await act(chat, "PATCH", message["id"], {"text": "On Tuesday"})
    async with chat.listen(token, last.id) as stream:
        (edited,) = await heard(stream, "message")
    assert (edited.data["id"], edited.data["text"]) == (message["id"], "On Tuesday")
    assert b"On Monday" not in stream.raw


async def test_a_visitors_emoji_is_theirs_alone(chat: Chat) -> None:
    token, stranger = await chat.arrive(), await chat.arrive()
    message = await answered(chat, token)
    assert (await react(chat, token, message["id"], "👍")).json()["mine"] == "👍"
    assert (await react(chat, token, message["id"], "🙏")).json()["mine"] == "🙏"
    assert (await react(chat, stranger, message["id"], "😢")).status_code == 404
    assert (await react(chat, token, message["id"], "no emoji")).status_code == 422
    timeline = await chat.site.get(chat.company.agent, f"/conversations/{message['conversation_id']}/messages")
    assert [one["emoji"] for one in timeline["items"][-1]["reactions"]] == ["🙏"]
    assert (await react(chat, token, message["id"], "")).json()["mine"] == ""


async def test_a_note_can_be_answered_by_no_visitor(chat: Chat) -> None:
    token = await chat.arrive()
    message = await answered(chat, token)
    note = await chat.reply(message["conversation_id"], "Angry", kind="note")
    assert (await react(chat, token, note["id"], "👍")).status_code == 404


async def test_an_agents_emoji_reaches_the_visitor(chat: Chat) -> None:
    token = await chat.arrive()
    said = await chat.say(token, "Thanks")
    async with chat.listen(token) as stream:
        await heard(stream, "reset")
        await act(chat, "PUT", f"{said['id']}/reaction", {"emoji": "❤️"})
        (message,) = await heard(stream, "message")
    assert (message.data["reactions"], message.data["mine"]) == (["❤️"], "")


async def test_what_was_taken_back_is_quoted_no_longer(chat: Chat) -> None:
    token = await chat.arrive()
    message = await answered(chat, token)
    await chat.reply(await only_conversation(chat), "But not before noon", answers=message["id"])
    await act(chat, "PATCH", message["id"], {"text": "On Tuesday"})
    assert [one and one["text"] for one in await quotes(chat, token)] == [None, None, "On Tuesday"]
    await act(chat, "DELETE", message["id"])
    assert await quotes(chat, token) == [None, None]
