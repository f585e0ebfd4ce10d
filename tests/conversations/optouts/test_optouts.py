"""Who asks for no more messages gets none but the one that says so, until they ask for messages again."""

import pytest

from lyhord.contacts.consents.actions import list_consents
from lyhord.conversations.exchange import Address
from lyhord.conversations.model import Message
from lyhord.conversations.optouts.model import find_wish
from lyhord.conversations.optouts.views import is_opted_out
from lyhord.conversations.timeline import find_timeline
from lyhord.kit.database import ReadTx
from lyhord.tickets.views import current_of_conversations
from tests.conversations.desk import Desk

OUT, IN = frozenset({"opt_out"}), frozenset({"opt_in"})


async def is_out(desk: Desk, inbox: str | None = None, message_id: str | None = None) -> bool:
    """Whether Ann may not be written to."""
    found: bool = await desk.read(is_opted_out, inbox or desk.inbox, Address("pigeon", "ann"), message_id)
    return found


async def answers_to(desk: Desk, said: Message) -> list[Message]:
    """What the company said in a conversation."""
    return [one for one in (await desk.timeline(said.conversation_id)).items if one.direction == "out"]


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        *(
            (word, "opt_out")
            for word in ("STOP", "stop.", " Stopp! ", "SLUTA", "Lopeta", "退订", "退订。", "ＳＴＯＰ", "Opt out")
        ),
        *((word, "opt_in") for word in ("START", "starta", "Aloita", "订阅")),
        *((word, None) for word in ("", "stop it", "Please stop the delivery", "Yes", "sto", "S T O P", "x" * 9_000)),
    ],
)
def test_only_a_word_alone_is_a_wish(text: str, wish: str | None) -> None:
    assert find_wish(text) == wish


async def test_who_asks_for_no_more_messages_is_confirmed_once_and_written_to_no_more(desk: Desk) -> None:
    said = await desk.say("STOP", flags=OUT)
    await desk.say("Stop", flags=OUT)
    (confirmation,) = await answers_to(desk, said)
    assert "Firm" in confirmation.text
    assert "START" in confirmation.text
    assert confirmation.flags == ("automatic",)
    assert await is_out(desk)
    assert not await is_out(desk, message_id=confirmation.id)
    assert not await is_out(desk, inbox=desk.other_inbox)


async def test_asking_again_opens_it_and_says_so(desk: Desk) -> None:
    said = await desk.say("LOPETA", flags=OUT)
    await desk.say("ALOITA", flags=IN)
    assert not await is_out(desk)
    stopped, begun = await answers_to(desk, said)
    assert "ALOITA" in stopped.text
    assert "LOPETA" in begun.text


async def test_start_without_a_stop_is_a_word_like_others(desk: Desk) -> None:
    said = await desk.say("Start", flags=IN)
    assert await answers_to(desk, said) == []
    assert (await desk.ticket(said.conversation_id)).status == "open"


async def test_what_the_channels_owner_confirmed_is_not_confirmed_again(desk: Desk) -> None:
    said = await desk.say("STOP", flags=OUT | {"opt_confirmed"})
    assert await answers_to(desk, said) == []
    assert await is_out(desk)


async def test_a_word_that_its_channel_did_not_mark_is_a_word(desk: Desk) -> None:
    said = await desk.say("STOP")
    assert not await is_out(desk)
    assert await answers_to(desk, said) == []


ENDED, BACK = OUT | {"opt_confirmed", "auto_reply"}, frozenset({"returned"})


async def test_whoever_the_owner_let_end_it_is_written_to_again_once_they_write(desk: Desk) -> None:
    said = await desk.say("Hej", flags=BACK)
    await desk.say("🔕", flags=ENDED)
    assert await is_out(desk)
    await desk.say("One moment", flags=frozenset({"auto_reply"}))
    assert await is_out(desk)
    await desk.say("I am back", flags=BACK)
    assert not await is_out(desk)
    assert await answers_to(desk, said) == []
    ticket = await desk.ticket(said.conversation_id)
    assert (ticket.status, ticket.preview) == ("open", "I am back")


async def test_writing_again_undoes_no_wish_that_was_written_out(desk: Desk) -> None:
    await desk.say("STOP", flags=OUT)
    await desk.say("🔕", flags=ENDED)
    await desk.say("By the way", flags=BACK)
    assert await is_out(desk)
    await desk.say("START", flags=IN)
    assert not await is_out(desk)


async def test_history_is_no_wish(desk: Desk) -> None:
    await desk.receive(desk.words("STOP", flags=OUT), imported=True)
    assert not await is_out(desk)


async def test_both_answers_are_kept_as_consents_with_the_words(desk: Desk) -> None:
    said = await desk.say("SLUTA", flags=OUT)
    desk.clock.move(1)
    await desk.say("START", flags=IN)

    def view(tx: ReadTx) -> list[tuple[str, str, str, str]]:
        timeline = find_timeline(tx, said.conversation_id)
        assert timeline is not None
        found = list_consents(tx, timeline[0].contact_id or "")
        return [(one.answer, one.channel, one.source, one.evidence) for one in found.answers]

    assert await desk.read(view) == [
        ("given", "pigeon", "first", "START"),
        ("withdrawn", "pigeon", "first", "SLUTA"),
    ]


async def test_a_wish_makes_no_work_and_ends_nobodys_waiting(desk: Desk) -> None:
    alone = await desk.say("STOP", flags=OUT)
    assert await desk.read(current_of_conversations, [alone.conversation_id]) == []
    asked = await desk.say("Where is it?", who="ben")
    waiting = (await desk.ticket(asked.conversation_id)).waiting_since
    await desk.say("STOP", who="ben", flags=OUT)
    ticket = await desk.ticket(asked.conversation_id)
    assert (ticket.status, ticket.waiting_since, ticket.preview_by) == ("open", waiting, "out")
