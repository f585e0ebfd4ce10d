"""What a customer was told goes where the words go because of which they were told it, and is ended by the answer to them."""

from lyhord.conversations.model import Message
from lyhord.insights.kept.views import ToldPart
from lyhord.kit.clock import HOUR, MINUTE
from lyhord.tickets.moving import Moved, NewTicket, drop_ticket, move_messages, open_ticket
from tests.conversations.desk import Desk
from tests.tickets.promises.office import choose, figures, follow, tell_of


class Talk:
    """Somebody wrote of two matters, and was told by when they have an answer to the first."""

    def __init__(self, desk: Desk, lamp: Message, bill: Message, first: str) -> None:
        self.desk, self.lamp, self.bill, self.first = desk, lamp, bill, first
        self.id = lamp.conversation_id

    async def further(self, *messages: Message) -> str:
        """A ticket with these messages beside it."""
        asked = NewTicket(message_ids=tuple(one.id for one in messages))
        moved: Moved = await self.desk.write(open_ticket, self.id, asked)
        return moved.ticket_id

    async def move(self, ticket: str, *messages: Message) -> None:
        await self.desk.write(move_messages, ticket, [one.id for one in messages])


async def talk_of_two(desk: Desk) -> Talk:
    await choose(desk, reply_promise_minutes=30)
    lamp = await desk.say("My lamp is broken")
    assert await tell_of(desk, lamp.conversation_id) is not None
    first = (await desk.ticket(lamp.conversation_id)).id
    desk.clock.move(MINUTE)
    bill = await desk.say("And the bill is wrong")
    return Talk(desk, lamp, bill, first)


async def now(desk: Desk) -> ToldPart:
    return (await figures(desk)).now


async def test_it_is_kept_by_an_answer_to_the_words_wherever_they_were_moved(desk: Desk) -> None:
    talk = await talk_of_two(desk)
    lamps = await talk.further(talk.lamp)
    await follow(desk)
    await desk.answer(talk.id, "About the bill", ticket_id=talk.first)
    assert await now(desk) == ToldPart(1, 0, 0), "nobody has said anything of the lamp"
    await desk.answer(talk.id, "About the lamp", ticket_id=lamps)
    assert await now(desk) == ToldPart(1, 1, 0)


async def test_it_is_broken_where_those_words_get_no_answer(desk: Desk) -> None:
    talk = await talk_of_two(desk)
    await talk.further(talk.lamp)
    await desk.answer(talk.id, "About the bill", ticket_id=talk.first)
    await follow(desk)
    desk.clock.move(HOUR)
    assert await now(desk) == ToldPart(1, 0, 1)


async def test_other_words_leave_it_where_it_is(desk: Desk) -> None:
    talk = await talk_of_two(desk)
    bills = await talk.further(talk.bill)
    await desk.answer(talk.id, "About the bill", ticket_id=bills)
    assert await now(desk) == ToldPart(1, 0, 0)
    await desk.answer(talk.id, "About the lamp", ticket_id=talk.first)
    assert await now(desk) == ToldPart(1, 1, 0)


async def test_a_move_that_is_undone_brings_it_back(desk: Desk) -> None:
    talk = await talk_of_two(desk)
    lamps = await talk.further(talk.lamp)
    await follow(desk)
    await talk.move(talk.first, talk.lamp)
    await desk.write(drop_ticket, lamps)
    assert await now(desk) == ToldPart(1, 0, 0)
    held = await tell_of(desk, talk.id)
    assert held is not None
    assert not held.fresh, "it holds as before"
    await desk.answer(talk.id, ticket_id=talk.first)
    assert await now(desk) == ToldPart(1, 1, 0)


async def test_an_undone_move_is_understood_however_late(desk: Desk) -> None:
    talk = await talk_of_two(desk)
    lamps = await talk.further(talk.lamp)
    await talk.move(talk.first, talk.lamp)
    await desk.write(drop_ticket, lamps)
    await desk.answer(talk.id, ticket_id=talk.first)
    assert await now(desk) == ToldPart(1, 1, 0)


async def test_an_answer_that_was_about_another_matter_kept_nothing(desk: Desk) -> None:
    talk = await talk_of_two(desk)
    bills = await talk.further(talk.bill)
    wrong = await desk.answer(talk.id, "About the bill", ticket_id=talk.first)
    assert await now(desk) == ToldPart(1, 1, 0)
    await talk.move(bills, wrong)
    assert await now(desk) == ToldPart(1, 0, 0)
    desk.clock.move(2 * MINUTE)
    await talk.move(talk.first, wrong)
    assert await now(desk) == ToldPart(1, 1, 0), "at the moment at which it was given"
