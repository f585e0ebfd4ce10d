"""Several tickets are open on one conversation, and each message is about the one that it belongs to."""

from random import Random
from typing import Any

import pytest

from lyhord.contacts.actions.merge import merge_contacts, separate_contact
from lyhord.conversations.actions.note import add_note
from lyhord.conversations.exchange import Address, InboundRemoval
from lyhord.conversations.model import Message, Note
from lyhord.kit.clock import DAY, MINUTE, SECOND
from lyhord.kit.problems import Invalid, Taken
from lyhord.tickets.about import in_talk, ticket_ids_of
from lyhord.tickets.actions import get_ticket, set_status
from lyhord.tickets.export import read_page
from lyhord.tickets.model import Ticket
from lyhord.tickets.moving import Moved, NewTicket, drop_ticket, move_messages, open_ticket, put_matter
from lyhord.tickets.views import FIRST, list_tickets, tickets_of
from lyhord.workspaces.reach import EVERYTHING
from tests.conversations.desk import Desk


async def further(desk: Desk, conversation_id: str, *messages: Message, **asked: Any) -> Ticket:
    """Open a further ticket, with these messages."""
    asked["message_ids"] = tuple(one.id for one in messages)
    moved: Moved = await desk.write(open_ticket, conversation_id, NewTicket(**asked), actor=f"agent:{desk.agent}")
    return await now(desk, moved.ticket_id)


async def now(desk: Desk, ticket_id: str) -> Ticket:
    """A ticket as it is."""
    ticket: Ticket = await desk.write(get_ticket, ticket_id)
    return ticket


async def about(desk: Desk, *messages: Message) -> list[str | None]:
    """The tickets that messages are about."""
    found = await desk.read(ticket_ids_of, [one.id for one in messages])
    return [found.get(one.id) for one in messages]


async def test_another_matter_waits_in_a_ticket_of_its_own(desk: Desk) -> None:
    lamp = await desk.say("My lamp is broken")
    desk.clock.move(MINUTE)
    bill = await desk.say("And the bill is wrong")
    first = await desk.ticket(lamp.conversation_id)
    second = await further(desk, lamp.conversation_id, bill, kind="complaint", matter="The bill")
    first = await now(desk, first.id)
    assert (first.preview, first.status, first.waiting_since) == ("My lamp is broken", "open", lamp.at)
    assert (second.preview, second.status, second.waiting_since) == ("And the bill is wrong", "open", bill.at)
    assert (second.kind, second.matter, second.title) == ("complaint", "The bill", "Ann")
    assert await about(desk, lamp, bill) == [first.id, second.id]
    rows, _ = await desk.read(list_tickets, EVERYTHING, desk.agent, "waiting")
    assert [row.id for row in rows] == [first.id, second.id]


async def test_the_conversation_goes_on_with_the_ticket_of_its_last_words(desk: Desk) -> None:
    lamp = await desk.say("My lamp is broken")
    bill = await desk.say("And the bill is wrong")
    second = await further(desk, lamp.conversation_id, bill)
    more = await desk.say("It says 300")
    assert await about(desk, more) == [second.id]
    assert (await now(desk, second.id)).preview == "It says 300"


async def test_a_reply_is_about_the_ticket_that_the_agent_has_before_them_and_so_is_what_follows(desk: Desk) -> None:
    lamp = await desk.say("My lamp is broken")
    bill = await desk.say("And the bill is wrong")
    first = await desk.ticket(lamp.conversation_id)
    second = await further(desk, lamp.conversation_id, bill)
    desk.events.clear()
    answer = await desk.answer(lamp.conversation_id, "Which lamp?", ticket_id=first.id)
    assert desk.kinds() == ["message.replied", "ticket.taken_up", "ticket.changed"]
    assert ((await now(desk, first.id)).status, (await now(desk, second.id)).status) == ("pending", "open")
    then = await desk.say("The tall one")
    assert await about(desk, answer, then) == [first.id, first.id]
    await desk.answer(lamp.conversation_id, "Sorry for the bill", ticket_id=second.id, resolve=True)
    assert ((await now(desk, first.id)).status, (await now(desk, second.id)).status) == ("open", "resolved")


async def test_an_answer_to_a_certain_message_is_about_its_ticket(desk: Desk) -> None:
    lamp = await desk.say("My lamp is broken")
    bill = await desk.say("And the bill is wrong")
    first = await desk.ticket(lamp.conversation_id)
    second = await further(desk, lamp.conversation_id, bill)
    asked = await desk.answer(lamp.conversation_id, "Which lamp?", ticket_id=first.id)
    await desk.answer(lamp.conversation_id, "We look at the bill", ticket_id=second.id)
    desk.events.clear()
    tall = await desk.say("The tall one", answers=(asked.id,))
    assert desk.kinds() == ["message.received", "ticket.messages_moved"]
    plain = await desk.say("Thank you")
    assert await about(desk, tall, plain) == [first.id, second.id]
    assert ((await now(desk, first.id)).preview, (await now(desk, first.id)).status) == ("The tall one", "open")
    assert (await now(desk, second.id)).waiting_since == plain.at


async def test_what_is_said_after_the_current_ticket_is_over_is_about_another_that_is_not(desk: Desk) -> None:
    lamp = await desk.say("My lamp is broken")
    bill = await desk.say("And the bill is wrong")
    first = await desk.ticket(lamp.conversation_id)
    second = await further(desk, lamp.conversation_id, bill)
    await desk.write(set_status, second.id, "resolved")
    soon = await desk.say("Thanks for the bill")
    assert await about(desk, soon) == [second.id]
    await desk.write(set_status, second.id, "resolved")
    desk.clock.move(8 * DAY)
    late = await desk.say("Any news?")
    assert await about(desk, late) == [first.id]
    assert (await desk.ticket(lamp.conversation_id)).id == first.id


async def test_moving_an_answer_lets_who_was_owed_it_wait_again(desk: Desk) -> None:
    lamp = await desk.say("My lamp is broken")
    bill = await desk.say("And the bill is wrong")
    first = await desk.ticket(lamp.conversation_id)
    second = await further(desk, lamp.conversation_id, bill)
    wrong = await desk.answer(lamp.conversation_id, "A new lamp is on its way")
    assert (await now(desk, second.id)).waiting_since is None
    await desk.write(move_messages, first.id, [wrong.id])
    one, other = await now(desk, first.id), await now(desk, second.id)
    assert (one.waiting_since, one.status, one.preview_by) == (None, "pending", "out")
    assert (other.waiting_since, other.status, other.preview) == (bill.at, "open", "And the bill is wrong")


async def test_what_was_answered_already_waits_nowhere(desk: Desk) -> None:
    lamp = await desk.say("My lamp is broken, and the bill is wrong")
    await desk.answer(lamp.conversation_id, "Both will be put right")
    second = await further(desk, lamp.conversation_id, lamp)
    assert second.waiting_since is None


async def test_words_that_wait_open_a_resolved_ticket_again(desk: Desk) -> None:
    lamp = await desk.say("My lamp is broken")
    first = await desk.ticket(lamp.conversation_id)
    second = await further(desk, lamp.conversation_id)
    await desk.write(set_status, second.id, "resolved")
    await desk.write(move_messages, second.id, [lamp.id])
    assert ((await now(desk, second.id)).status, (await now(desk, second.id)).waiting_since) == ("open", lamp.at)
    assert ((await now(desk, first.id)).preview, (await now(desk, first.id)).waiting_since) == ("", None)


async def test_moving_back_puts_everything_as_it_was(desk: Desk) -> None:
    lamp = await desk.say("My lamp is broken")
    desk.clock.move(SECOND)
    bill = await desk.say("And the bill is wrong")
    before = await desk.ticket(lamp.conversation_id)
    second = await further(desk, lamp.conversation_id, bill)
    moved = await desk.write(move_messages, before.id, [bill.id])
    assert moved == Moved(before.id, {second.id: [bill.id]})
    assert await now(desk, before.id) == before
    await desk.write(drop_ticket, second.id)
    assert [one.id for one in await desk.read(tickets_of, [lamp.conversation_id], EVERYTHING)] == [before.id]
    assert await about(desk, lamp, bill) == [before.id, before.id]


async def test_all_that_a_ticket_began_with_may_go_to_another(desk: Desk) -> None:
    lamp = await desk.say("My lamp is broken")
    first = await desk.ticket(lamp.conversation_id)
    second = await further(desk, lamp.conversation_id, lamp)
    then = await desk.say("Hello?")
    assert await about(desk, lamp, then) == [second.id, second.id]
    assert ((await now(desk, first.id)).begins_id, (await now(desk, first.id)).waiting_since) == (None, None)
    await desk.write(drop_ticket, first.id)
    assert await about(desk, lamp, then) == [second.id, second.id]


async def test_a_ticket_with_words_is_not_dropped(desk: Desk) -> None:
    lamp = await desk.say("My lamp is broken")
    ticket = await desk.ticket(lamp.conversation_id)
    with pytest.raises(Taken):
        await desk.write(drop_ticket, ticket.id)


async def test_nothing_of_another_customer_is_moved(desk: Desk) -> None:
    lamp, other = await desk.say("My lamp is broken"), await desk.say("Hello", who="bea")
    ticket = await desk.ticket(lamp.conversation_id)
    with pytest.raises(Invalid):
        await desk.write(move_messages, ticket.id, [lamp.id, other.id])


async def test_a_note_is_about_the_ticket_before_its_writer_and_nobody_takes_a_turn_by_it(desk: Desk) -> None:
    lamp = await desk.say("My lamp is broken")
    bill = await desk.say("And the bill is wrong")
    first = await desk.ticket(lamp.conversation_id)
    second = await further(desk, lamp.conversation_id, bill)
    words = Note(conversation_id=lamp.conversation_id, text="The tall one again", ticket_id=first.id)
    note = await desk.message(await desk.write(add_note, words, actor=f"agent:{desk.agent}"))
    assert await about(desk, note, await desk.say("Hello?")) == [first.id, second.id]


async def test_words_taken_back_change_the_ticket_that_they_were_about_and_no_other(desk: Desk) -> None:
    lamp = await desk.say("My lamp is broken")
    bill = await desk.say("And the bill is wrong")
    first = await desk.ticket(lamp.conversation_id)
    second = await further(desk, lamp.conversation_id, bill)
    before = await now(desk, second.id)
    await desk.receive(InboundRemoval(message="x1", sender=(Address("pigeon", "ann"),)))
    assert ((await now(desk, first.id)).preview, await now(desk, second.id)) == ("", before)
    assert desk.kinds()[-1] == "ticket.retold"


async def test_the_timeline_tells_which_messages_are_about_each(desk: Desk) -> None:
    lamp = await desk.say("My lamp is broken")
    bill = await desk.say("And the bill is wrong")
    first = await desk.ticket(lamp.conversation_id)
    second = await further(desk, lamp.conversation_id, bill)
    answer = await desk.answer(lamp.conversation_id, "Which lamp?", ticket_id=first.id)

    def view(tx: Any) -> Any:
        return in_talk(tx, tickets_of(tx, [lamp.conversation_id], EVERYTHING))

    told = {one.id: one for one in await desk.read(view)}
    assert [turn.from_id for turn in told[first.id].turns] == [lamp.id, answer.id]
    assert [turn.from_id for turn in told[second.id].turns] == [bill.id]
    assert (told[first.id].moved, told[second.id].moved) == ((), (bill.id,))


async def test_an_export_counts_what_is_about_each(desk: Desk) -> None:
    lamp = await desk.say("My lamp is broken")
    bill = await desk.say("And the bill is wrong")
    first = await desk.ticket(lamp.conversation_id)
    second = await further(desk, lamp.conversation_id, bill)
    desk.clock.move(MINUTE)
    answer = await desk.answer(lamp.conversation_id, "Which lamp?", ticket_id=first.id)
    page, _ = await desk.read(read_page, EVERYTHING, desk.agent, "all", FIRST)
    told = {row.id: one for row, one in page}
    assert (told[first.id].messages, told[first.id].answered_at) == (2, answer.at)
    assert (told[second.id].messages, told[second.id].answered_at) == (1, None)


async def test_a_ticket_gets_a_matter_of_its_own_that_words_leave_alone(desk: Desk) -> None:
    lamp = await desk.say("My lamp is broken", subject="Hello")
    ticket = await desk.ticket(lamp.conversation_id)
    await desk.write(put_matter, ticket.id, " The  lamp ")
    await desk.say("Again", subject="Re: Hello")
    assert ((await now(desk, ticket.id)).matter, (await now(desk, ticket.id)).subject) == ("The lamp", "Re: Hello")
    await desk.write(put_matter, ticket.id, "")
    assert (await now(desk, ticket.id)).matter is None


async def test_after_merging_each_ticket_is_worked_in_and_separating_gives_each_their_own(desk: Desk) -> None:
    ann, bea = await desk.say("My lamp"), await desk.say("My bill", who="bea")
    hers = await desk.ticket(bea.conversation_id)
    anns = await desk.ticket(ann.conversation_id)
    await desk.write(merge_contacts, hers.contact_id, anns.contact_id, actor=f"agent:{desk.agent}")
    answer = await desk.answer(ann.conversation_id, "About the bill", ticket_id=hers.id)
    assert await about(desk, ann, bea, answer) == [anns.id, hers.id, hers.id]
    assert ((await now(desk, hers.id)).conversation_id, (await now(desk, hers.id)).status) == (
        ann.conversation_id,
        "pending",
    )
    assert (await now(desk, anns.id)).waiting_since == ann.at
    await desk.write(separate_contact, hers.contact_id, actor=f"agent:{desk.agent}")
    alone = await desk.say("Mine again", who="bea")
    assert await about(desk, ann) == [anns.id]
    assert (await about(desk, alone))[0] != anns.id
    assert (await desk.ticket(ann.conversation_id)).title == "Ann"


@pytest.mark.parametrize("seed", range(6))
async def test_whatever_is_said_and_moved_every_message_is_about_one_ticket_and_nobody_waits_unseen(
    desk: Desk, seed: int
) -> None:
    """Against a plain model: a dictionary of messages, in which each is about the ticket that the rules say."""
    dice = Random(seed)
    first = await desk.say("0")
    talk = first.conversation_id
    current = (await desk.ticket(talk)).id
    model, said, tickets = {first.id: current}, [first], [current]
    for number in range(1, 25):
        desk.clock.move(SECOND)
        match dice.randrange(4):
            case 0:
                said.append(await desk.say(str(number)))
                model[said[-1].id] = current
            case 1:
                current = dice.choice(tickets)
                said.append(await desk.answer(talk, str(number), ticket_id=current))
                model[said[-1].id] = current
            case 2 if len(tickets) < 4:
                tickets.append((await further(desk, talk)).id)
            case _:
                some, into = dice.sample(said, min(2, len(said))), dice.choice(tickets)
                await desk.write(move_messages, into, [one.id for one in some])
                going = {one.id for one in some if model[one.id] != into}
                model |= dict.fromkeys((one.id for one in some), into)
                current = into if said[-1].id in going else current
    assert dict(zip((one.id for one in said), await about(desk, *said), strict=True)) == model
    assert (await desk.ticket(talk)).id == current
    for ticket_id in tickets:
        ticket, mine = await now(desk, ticket_id), [one for one in said if model[one.id] == ticket_id]
        assert ticket.preview == (mine[-1].text if mine else "")
        assert ticket.waiting_since is None or (ticket.status == "open" and any(one.direction == "in" for one in mine))
