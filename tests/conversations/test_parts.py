"""What left in several parts is one message, whichever part is spoken of."""

from typing import Any

import pytest

from lyhord.conversations import amending_store, views
from lyhord.conversations.actions.amend import edit_message, react, remove_message
from lyhord.conversations.actions.reply import undo_reply
from lyhord.conversations.exchange import (
    Accepted,
    Address,
    InboundEdit,
    InboundMessage,
    InboundReaction,
    InboundRemoval,
    InboundStatus,
    Retry,
)
from lyhord.conversations.model import Message
from lyhord.conversations.parts import find_named, parts_of
from lyhord.conversations.sending import Claim, claim_due, finish, note_part
from lyhord.kit.problems import Gone, Taken
from tests.conversations.desk import Desk, texts

PARTS = ["p0", "p1", "p2"]
ANN = (Address("pigeon", "ann", "Ann", verified=True),)


async def on_its_way(desk: Desk, **more: Any) -> tuple[Message, Claim]:
    asked = await desk.say()
    message = await desk.answer(asked.conversation_id, "One. Two. Three.", **more)
    (claim,) = await desk.write(claim_due, [], [], 10)
    return message, claim


async def take(desk: Desk, claim: Claim, number: int) -> None:
    """The channel takes a part that others follow."""
    assert await desk.write(lambda tx: note_part(tx, claim, number + 1, PARTS[number]))


async def left(desk: Desk, **more: Any) -> Message:
    message, claim = await on_its_way(desk, **more)
    await take(desk, claim, 0)
    await take(desk, claim, 1)
    assert await desk.write(lambda tx: finish(tx, claim, Accepted("p2"), native=False))
    return await desk.message(message.id)


async def state_of(desk: Desk, message: Message) -> str:
    delivery = (await desk.message(message.id)).delivery
    assert delivery is not None
    return delivery.state


async def test_the_message_is_found_by_each_of_its_parts_in_its_own_inbox_alone(desk: Desk) -> None:
    message = await left(desk)
    found = await desk.read(find_named, desk.inbox, [*PARTS, "other"])
    assert found == dict.fromkeys(PARTS, (message.id, message.conversation_id))
    assert await desk.read(find_named, desk.other_inbox, PARTS) == {}


async def test_what_left_as_one_has_no_parts(desk: Desk) -> None:
    message, claim = await on_its_way(desk)
    await desk.write(lambda tx: finish(tx, claim, Accepted("p0"), native=False))
    assert await desk.read(parts_of, message.id) == []
    assert (await desk.read(find_named, desk.inbox, ["p0"]))["p0"][0] == message.id


async def test_parts_of_a_later_attempt_join_the_earlier_ones(desk: Desk) -> None:
    message, claim = await on_its_way(desk)
    await take(desk, claim, 0)
    await desk.write(lambda tx: finish(tx, claim, Retry("busy", after_seconds=0), native=False))
    (again,) = await desk.write(claim_due, [], [], 10)
    await take(desk, again, 1)
    await desk.write(lambda tx: finish(tx, again, Accepted("p2"), native=False))
    assert await desk.read(parts_of, message.id) == PARTS


@pytest.mark.parametrize("part", PARTS)
async def test_an_echo_of_any_part_says_nothing_new(desk: Desk, part: str) -> None:
    message = await left(desk)
    receipt = await desk.receive(InboundMessage(external_id=part, sender=ANN, text="Two.", ours=True))
    assert (receipt.message_ids, receipt.duplicates) == ((message.id,), 1)
    assert len((await desk.timeline(message.conversation_id)).items) == 2


@pytest.mark.parametrize("part", PARTS)
async def test_a_status_of_any_part_is_the_messages(desk: Desk, part: str) -> None:
    message = await left(desk)
    await desk.receive(InboundStatus(reference=part, state="read"))
    assert await state_of(desk, message) == "read"


@pytest.mark.parametrize("part", [0, 1, 2])
async def test_a_status_that_overtakes_the_channels_answer_waits_for_its_part(desk: Desk, part: int) -> None:
    message, claim = await on_its_way(desk)
    await desk.receive(InboundStatus(reference=PARTS[part], state="delivered"))
    await take(desk, claim, 0)
    await take(desk, claim, 1)
    await desk.write(lambda tx: finish(tx, claim, Accepted("p2"), native=False))
    assert await state_of(desk, message) == "delivered"


@pytest.mark.parametrize("part", PARTS)
async def test_who_quotes_any_part_answers_the_message(desk: Desk, part: str) -> None:
    message = await left(desk)
    assert (await desk.say("Why?", answers=(part,))).answers == message.id


async def test_a_button_below_the_last_part_is_one_of_the_message(desk: Desk) -> None:
    message = await left(desk, buttons=("Yes", "No"))
    await desk.answer(message.conversation_id, "Or else?", buttons=("Maybe", "No"))
    pressed = await desk.say("No", answers=("p2",), chosen="No")
    assert pressed.answers == message.id


@pytest.mark.parametrize("part", PARTS)
async def test_a_reaction_to_any_part_stands_on_the_message(desk: Desk, part: str) -> None:
    message = await left(desk)
    await desk.receive(InboundReaction(message=part, sender=ANN, emoji="👍"))
    assert [one.emoji for one in (await desk.message(message.id)).reactions] == ["👍"]


async def test_an_echo_that_answers_a_later_part_is_to_whoever_got_that(desk: Desk) -> None:
    message = await left(desk)
    receipt = await desk.receive(InboundMessage(external_id="e", sender=(), text="And", ours=True, answers=("p1",)))
    said = await desk.message(str(receipt.message_ids[0]))
    assert (said.conversation_id, said.value) == (message.conversation_id, "ann")


async def test_withdrawn_elsewhere_part_by_part_it_stands_until_the_last(desk: Desk) -> None:
    message = await left(desk)
    for part in ("p1", "p0", "p0"):
        await desk.receive(InboundRemoval(message=part, sender=ANN, ours=True))
        assert (await desk.message(message.id)).text == "One. Two. Three."
    await desk.receive(InboundRemoval(message="p2", sender=ANN, ours=True))
    assert (await desk.message(message.id)).removed_at is not None


async def test_other_words_of_one_part_take_nothing_from_the_others(desk: Desk) -> None:
    message = await left(desk)
    await desk.receive(InboundEdit(message="p1", sender=ANN, text="2.", ours=True))
    assert (await desk.message(message.id)).text == "One. Two. Three."


async def test_customers_take_nothing_of_ours_back(desk: Desk) -> None:
    message = await left(desk)
    await desk.receive(*(InboundRemoval(message=part, sender=ANN) for part in PARTS))
    assert texts([await desk.message(message.id)]) == ["One. Two. Three."]
    assert await desk.read(parts_of, message.id) == PARTS


async def test_withdrawing_takes_back_each_part_and_a_reaction_goes_to_the_first(desk: Desk) -> None:
    message = await left(desk)
    agent = f"agent:{desk.agent}"
    await desk.write(react, message.id, "🎉", actor=agent)
    assert [one.message for one in await desk.read(views.amendments_of, message.id, "react")] == ["p0"]
    with pytest.raises(Taken):
        await desk.write(edit_message, message.id, "Other", actor=agent)
    assert (await desk.message(message.id)).text == "One. Two. Three."
    await desk.write(remove_message, message.id, actor=agent)
    assert [one.message for one in await desk.read(views.amendments_of, message.id, "remove")] == PARTS


async def test_what_left_in_part_is_withdrawn_not_undone(desk: Desk) -> None:
    message, claim = await on_its_way(desk)
    await take(desk, claim, 0)
    await desk.write(lambda tx: finish(tx, claim, Retry("busy", after_seconds=60), native=False))
    with pytest.raises(Gone):
        await desk.write(undo_reply, message.id, actor=f"agent:{desk.agent}")
    await desk.write(remove_message, message.id, actor=f"agent:{desk.agent}")
    assert await desk.read(lambda tx: tx.value(amending_store.waiting_amendment, of=message.id, what="remove"))
    assert [one.message for one in await desk.read(views.amendments_of, message.id, "remove")] == ["p0"]
