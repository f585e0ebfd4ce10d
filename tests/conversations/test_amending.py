"""Messages that are there: said otherwise, withdrawn and brought back, answered with an emoji, by us and by customers."""

import pytest

from lyhord.conversations import views
from lyhord.conversations.actions.amend import UNDO_SECONDS, edit_message, react, remove_message, restore_message
from lyhord.conversations.actions.note import add_note
from lyhord.conversations.actions.reply import retry_delivery
from lyhord.conversations.exchange import (
    Accepted,
    Address,
    Failed,
    InboundEdit,
    InboundReaction,
    InboundRemoval,
    Outcome,
)
from lyhord.conversations.model import Message, Note
from lyhord.conversations.search import FOLLOWER, index_events, search
from lyhord.conversations.sending import Claim, claim_due, finish
from lyhord.kit.clock import MINUTE, SECOND
from lyhord.kit.database import ReadTx
from lyhord.kit.problems import Forbidden, Gone, Invalid, Taken
from lyhord.workspaces.reach import EVERYTHING
from tests.conversations.desk import Desk


def ann(name: str = "ann") -> tuple[Address, ...]:
    return (Address("pigeon", name, name.title(), verified=True),)


async def send(desk: Desk, outcome: Outcome | None = None) -> list[Claim]:
    """The sender's work on what is due."""
    claims: list[Claim] = await desk.write(lambda tx: claim_due(tx, ["pigeon"], (), 10))
    for claim in claims:
        said = outcome or Accepted(f"their-{claim.reference}")
        await desk.write(lambda tx, claim=claim, said=said: finish(tx, claim, said, native=True))
    return claims


async def answered(desk: Desk, text: str = "It comes on Monday") -> Message:
    """A reply that has left."""
    asked = await desk.say("When?")
    message = await desk.answer(asked.conversation_id, text)
    await send(desk)
    return message


def by(desk: Desk) -> str:
    return f"agent:{desk.agent}"


async def earlier(desk: Desk, message_id: str) -> list[str]:
    found = await desk.read(views.list_earlier, message_id)
    return [one.text for one in found]


async def test_an_edited_reply_is_edited_there_and_its_earlier_words_are_kept(desk: Desk) -> None:
    message = await answered(desk)
    desk.kinds()
    await desk.write(edit_message, message.id, "It comes on Tuesday", actor=by(desk))
    assert desk.kinds() == ["message.changed"]
    now = await desk.message(message.id)
    assert (now.text, now.edited_at, now.amending and now.amending.state) == (
        "It comes on Tuesday",
        desk.clock.now,
        "queued",
    )
    assert await earlier(desk, message.id) == ["It comes on Monday"]
    assert (await desk.ticket(message.conversation_id)).preview == "It comes on Tuesday"
    [claim] = await send(desk)
    assert (claim.amends, claim.deed) == (message.id, "edit")
    assert (await desk.message(message.id)).amending is None
    (amendment,) = await desk.read(views.amendments_of, message.id, "edit")
    assert amendment.message == f"their-{message.id}"


async def test_the_same_words_change_nothing_and_no_words_are_refused(desk: Desk) -> None:
    message = await answered(desk)
    desk.kinds()
    await desk.write(edit_message, message.id, message.text, actor=by(desk))
    assert desk.kinds() == []
    with pytest.raises(Invalid):
        await desk.write(edit_message, message.id, "  ", actor=by(desk))


async def test_what_has_not_left_leaves_as_it_was_edited(desk: Desk) -> None:
    asked = await desk.say()
    message = await desk.answer(asked.conversation_id, "Wrong", undo_seconds=10)
    await desk.write(edit_message, message.id, "Right", actor=by(desk))
    desk.clock.move(11 * SECOND)
    [claim] = await send(desk)
    assert (claim.message_id, claim.amends) == (message.id, None)
    later = await desk.answer(asked.conversation_id, "Not yet", undo_seconds=10)
    with pytest.raises(Taken):
        await desk.write(remove_message, later.id, actor=by(desk))


async def test_two_edits_that_wait_leave_as_one(desk: Desk) -> None:
    message = await answered(desk)
    for text in ("One", "Two"):
        await desk.write(edit_message, message.id, text, actor=by(desk))
    assert len(await send(desk)) == 1


async def test_a_withdrawn_reply_comes_back_while_nobody_was_told(desk: Desk) -> None:
    message = await answered(desk)
    await desk.write(remove_message, message.id, actor=by(desk))
    gone = await desk.message(message.id)
    assert (gone.text, gone.removed_by, gone.amending and gone.amending.deed) == ("", by(desk), "remove")
    ticket = await desk.ticket(message.conversation_id)
    assert (ticket.preview, ticket.status, ticket.waiting_since is None) == ("When?", "open", False)
    assert await send(desk) == []
    await desk.write(restore_message, message.id, actor=by(desk))
    back = await desk.message(message.id)
    assert (back.text, back.removed_at, back.amending) == ("It comes on Monday", None, None)
    ticket = await desk.ticket(message.conversation_id)
    assert (ticket.preview, ticket.waiting_since) == ("It comes on Monday", None)
    desk.clock.move(MINUTE)
    assert await send(desk) == []
    assert await earlier(desk, message.id) == []


async def test_once_withdrawn_elsewhere_it_stays_so(desk: Desk) -> None:
    message = await answered(desk)
    await desk.write(remove_message, message.id, actor=by(desk))
    desk.clock.move(UNDO_SECONDS * SECOND)
    [claim] = await send(desk)
    assert claim.deed == "remove"
    with pytest.raises(Gone):
        await desk.write(restore_message, message.id, actor=by(desk))
    with pytest.raises(Gone):
        await desk.write(edit_message, message.id, "Other", actor=by(desk))


async def test_words_after_a_withdrawal_wait_for_it(desk: Desk) -> None:
    message = await answered(desk)
    await desk.write(remove_message, message.id, actor=by(desk))
    after = await desk.answer(message.conversation_id, "What I meant")
    assert await send(desk) == []
    desk.clock.move(UNDO_SECONDS * SECOND)
    assert [claim.deed for claim in await send(desk)] == ["remove"]
    assert [claim.message_id for claim in await send(desk)] == [after.id]


async def test_a_change_that_was_refused_stands_there_and_is_tried_again(desk: Desk) -> None:
    message = await answered(desk)
    await desk.write(edit_message, message.id, "Tuesday", actor=by(desk))
    await send(desk, Failed("too late there"))
    stuck = (await desk.message(message.id)).amending
    assert stuck is not None
    assert (stuck.state, stuck.error) == ("failed", "too late there")
    await desk.write(retry_delivery, message.id, actor=by(desk))
    await send(desk)
    assert (await desk.message(message.id)).amending is None


async def test_a_note_is_its_writers(desk: Desk) -> None:
    asked = await desk.say()
    note_id = await desk.write(add_note, Note(conversation_id=asked.conversation_id, text="Angry"), actor=by(desk))
    colleague = f"agent:{desk.colleague}"
    for action, more in ((edit_message, ("Calm",)), (remove_message, ())):
        with pytest.raises(Forbidden):
            await desk.write(action, note_id, *more, actor=colleague)
    await desk.write(edit_message, note_id, "Calm", actor=by(desk))
    await desk.write(remove_message, note_id, actor=by(desk))
    await desk.write(restore_message, note_id, actor=by(desk))
    assert (await desk.message(note_id)).text == "Calm"
    assert await send(desk) == []


async def test_what_customers_said_is_theirs(desk: Desk) -> None:
    asked = await desk.say()
    with pytest.raises(Invalid):
        await desk.write(edit_message, asked.id, "Never", actor=by(desk))


async def test_an_agents_emoji_takes_the_place_of_the_one_before_and_goes_out(desk: Desk) -> None:
    asked = await desk.say()
    for emoji in ("👍", "❤️"):
        await desk.write(react, asked.id, emoji, actor=by(desk))
    assert [(one.by, one.emoji) for one in (await desk.message(asked.id)).reactions] == [(by(desk), "❤️")]
    [claim] = await send(desk)
    (amendment,) = await desk.read(views.amendments_of, asked.id, claim.deed)
    assert (amendment.deed, amendment.emoji, amendment.ours, amendment.message) == ("react", "❤️", False, "x1")
    await desk.write(react, asked.id, "", actor=by(desk))
    assert (await desk.message(asked.id)).reactions == ()
    assert [one.emoji for one in await desk.read(views.amendments_of, asked.id, "react")] == [""]


@pytest.mark.parametrize("word", ["no", "ok", "1", " ", "né", "👍" * 40])
async def test_a_word_is_no_emoji(desk: Desk, word: str) -> None:
    asked = await desk.say()
    with pytest.raises(Invalid):
        await desk.write(react, asked.id, word, actor=by(desk))


async def test_a_customers_reaction_stands_on_the_message_once(desk: Desk) -> None:
    message = await answered(desk)
    told = InboundReaction(message=f"their-{message.id}", sender=ann(), emoji="🎉")
    desk.kinds()
    await desk.receive(told)
    await desk.receive(told)
    assert desk.kinds() == ["message.changed"]
    now = await desk.message(message.id)
    assert [(one.by, one.emoji, one.name) for one in now.reactions] == [("pigeon:ann", "🎉", "Ann")]
    await desk.receive(InboundReaction(message=told.message, sender=ann(), removed=True))
    assert (await desk.message(message.id)).reactions == ()


async def test_where_people_have_several_reactions_each_comes_and_goes(desk: Desk) -> None:
    message = await answered(desk)
    name = f"their-{message.id}"
    for emoji, key in (("🎉", "r1"), ("👍", "r2")):
        await desk.receive(
            InboundReaction(message=name, sender=ann(), emoji=emoji, alone=False, external_id=key),
        )
    assert {one.emoji for one in (await desk.message(message.id)).reactions} == {"🎉", "👍"}
    await desk.receive(InboundRemoval(message="r1"))
    assert [one.emoji for one in (await desk.message(message.id)).reactions] == ["👍"]
    await desk.receive(InboundReaction(message=name, sender=ann(), emoji="👍", removed=True, alone=False))
    assert (await desk.message(message.id)).reactions == ()


async def test_customers_edit_and_remove_their_own_words_and_nobody_elses(desk: Desk) -> None:
    asked = await desk.say("I want two")
    for sender in (ann("eve"), ann("bob")):
        await desk.receive(InboundEdit(message="x1", sender=sender, text="I want nothing"))
        await desk.receive(InboundRemoval(message="x1", sender=sender))
    assert (await desk.message(asked.id)).text == "I want two"
    edit = InboundEdit(message="x1", sender=ann(), text="I want three")
    desk.kinds()
    await desk.receive(edit)
    await desk.receive(edit)
    assert desk.kinds() == ["message.changed"]
    assert await earlier(desk, asked.id) == ["I want two"]
    assert (await desk.ticket(asked.conversation_id)).preview == "I want three"
    await desk.receive(InboundRemoval(message="x1", sender=ann()))
    gone = await desk.message(asked.id)
    assert (gone.text, gone.removed_by) == ("", "contact")
    assert await earlier(desk, asked.id) == ["I want three", "I want two"]
    await desk.receive(InboundEdit(message="x1", sender=ann(), text="Too late"))
    assert (await desk.message(asked.id)).text == ""


async def test_what_is_about_nothing_of_ours_is_dropped(desk: Desk) -> None:
    desk.kinds()
    await desk.receive(
        InboundEdit(message="nothing", sender=ann(), text="?"),
        InboundRemoval(message="nothing"),
        InboundReaction(message="nothing", sender=ann(), emoji="👍"),
    )
    assert desk.kinds() == []


async def test_search_finds_the_words_that_stand_there(desk: Desk) -> None:
    message = await answered(desk, "A lighthouse")
    await desk.write(edit_message, message.id, "A windmill", actor=by(desk))

    heard = [one for one in desk.events if isinstance(one.event, FOLLOWER.kinds or ())]
    for _ in ("the index is made", "and follows"):
        await desk.write(index_events, heard)

    def found(tx: ReadTx, typed: str) -> list[str]:
        return [one.message_id for one in search(tx, EVERYTHING, typed).messages]

    assert await desk.read(found, "windmill") == [message.id]
    assert await desk.read(found, "lighthouse") == []


async def test_a_change_of_what_was_refused_goes_nowhere(desk: Desk) -> None:
    asked = await desk.say()
    message = await desk.answer(asked.conversation_id, "Hi")
    await send(desk, Failed("nobody there"))
    await desk.write(edit_message, message.id, "Hello", actor=by(desk))
    assert (await desk.message(message.id)).amending is None
    assert await send(desk) == []
