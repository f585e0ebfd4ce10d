"""Clocks of several tickets on one conversation: what is owed goes where the words go, at the moments at which it was said."""

from random import Random
from typing import Any

import pytest
from sqlalchemy import delete

from lyhord.app.wiring import EVENTS
from lyhord.conversations.model import Message
from lyhord.kit.clock import HOUR, MINUTE
from lyhord.kit.database import Statement, Tx
from lyhord.kit.events import Catalogue
from lyhord.kit.followers import Follower, FollowerRunner
from lyhord.kit.ids import id_time
from lyhord.tickets import store as ticket_store
from lyhord.tickets.about import ticket_ids_of
from lyhord.tickets.actions import set_status
from lyhord.tickets.levels import store
from lyhord.tickets.levels.clocks import KINDS
from lyhord.tickets.levels.following import FOLLOWER, keep_clocks
from lyhord.tickets.levels.tables import clock, ticket_course
from lyhord.tickets.levels.views import ClockShown, clocks_of
from lyhord.tickets.model import Ticket, read_ticket
from lyhord.tickets.moving import Moved, NewTicket, drop_ticket, move_messages, open_ticket
from tests.conversations.desk import Desk
from tests.tickets.levels.office import keep, promise

Told = tuple[str, int, int | None, bool | None]


async def clocks(desk: Desk, ticket_id: str, start: int = 0) -> list[Told]:
    """Kind, start and end in minutes since `start`, kept; once they are kept."""
    await keep(desk)
    found: list[ClockShown] = await desk.read(clocks_of, [ticket_id])

    def since(at: int) -> int:
        return (at - start) // MINUTE

    return [
        (one.kind, since(one.started_at), None if one.ended_at is None else since(one.ended_at), one.kept)
        for one in found
        if one.kind != "resolution"
    ]


async def further(desk: Desk, *messages: Message) -> str:
    """Open a ticket with these messages; its id."""
    asked = NewTicket(message_ids=tuple(one.id for one in messages))
    moved: Moved = await desk.write(open_ticket, messages[0].conversation_id, asked)
    return moved.ticket_id


async def test_words_that_are_moved_take_along_what_is_owed_since_they_were_said(desk: Desk) -> None:
    await promise(desk)
    start = desk.clock.now
    lamp = await desk.say("My lamp is broken")
    first = (await desk.ticket(lamp.conversation_id)).id
    desk.clock.move(10 * MINUTE)
    await desk.answer(lamp.conversation_id)
    desk.clock.move(10 * MINUTE)
    bill = await desk.say("And the bill is wrong")
    await keep(desk)
    desk.clock.move(5 * MINUTE)
    second = await further(desk, bill)
    assert await clocks(desk, first, start) == [("first_answer", 0, 10, True)], "nobody waits there any more"
    assert await clocks(desk, second, start) == [("first_answer", 20, None, None)], "nothing about it was answered yet"
    assert (await desk.ticket(lamp.conversation_id)).due_at == bill.at + HOUR
    desk.clock.move(5 * MINUTE)
    await desk.answer(lamp.conversation_id, ticket_id=first)
    assert await clocks(desk, second, start) == [("first_answer", 20, None, None)], "the answer was about the lamp"
    await desk.answer(lamp.conversation_id, ticket_id=second)
    assert await clocks(desk, second, start) == [("first_answer", 20, 30, True)]


async def test_an_answer_that_belongs_elsewhere_lets_the_clock_run_on_that_it_ended(desk: Desk) -> None:
    await promise(desk)
    start = desk.clock.now
    lamp = await desk.say("My lamp is broken")
    first = (await desk.ticket(lamp.conversation_id)).id
    desk.clock.move(10 * MINUTE)
    bill = await desk.say("And the bill is wrong")
    second = await further(desk, bill)
    desk.clock.move(10 * MINUTE)
    wrong = await desk.answer(lamp.conversation_id, "A new lamp is on its way")
    assert await clocks(desk, second, start) == [("first_answer", 10, 20, True)]
    await desk.write(move_messages, first, [wrong.id])
    assert await clocks(desk, second, start) == [("first_answer", 10, None, None)]
    assert await clocks(desk, first, start) == [("first_answer", 0, 20, True)], "it came when it was said"


async def test_an_answer_to_a_certain_message_waits_in_its_ticket(desk: Desk) -> None:
    await promise(desk)
    start = desk.clock.now
    lamp = await desk.say("My lamp is broken")
    first = (await desk.ticket(lamp.conversation_id)).id
    second = await further(desk, await desk.say("And the bill is wrong"))
    asked = await desk.answer(lamp.conversation_id, "Which lamp?", ticket_id=first)
    await desk.answer(lamp.conversation_id, "We look at the bill", ticket_id=second)
    desk.clock.move(10 * MINUTE)
    await desk.say("The tall one", answers=(asked.id,))
    assert [one for one in await clocks(desk, first, start) if one[2] is None] == [("next_answer", 10, None, None)]
    assert [one for one in await clocks(desk, second, start) if one[2] is None] == []


async def test_a_ticket_that_is_taken_away_owes_nothing(desk: Desk) -> None:
    await promise(desk)
    lamp = await desk.say("My lamp is broken")
    first = (await desk.ticket(lamp.conversation_id)).id
    second = await further(desk, lamp)
    assert await clocks(desk, second)
    await desk.write(move_messages, first, [lamp.id])
    await keep(desk)
    await desk.write(drop_ticket, second)
    await keep(desk)
    assert await desk.read(clocks_of, [second]) == []
    assert [one[0] for one in await clocks(desk, first)] == ["first_answer"]
    more = await desk.say("Hello?")
    desk.clock.move(MINUTE)
    await desk.answer(more.conversation_id)
    assert [one[3] for one in await clocks(desk, first)] == [True]


class Table:
    """Ann's conversation, with some tickets, at which anything may happen."""

    def __init__(self, desk: Desk, dice: Random) -> None:
        self.desk = desk
        self.dice = dice
        self.talk = ""
        self.said: list[Message] = []

    async def tickets(self) -> list[Ticket]:
        """All of them."""
        rows: list[Any] = await self.desk.read(lambda tx: tx.all(ticket_store.all_of, ids=[self.talk]))
        return sorted(map(read_ticket, rows), key=lambda one: one.id)

    async def happen(self) -> None:
        """One thing."""
        ticket = self.dice.choice(await self.tickets())
        what = self.dice.choice(
            ("says", "says", "quotes", "answers", "answers", "resolves", "opens", "moves", "drops", "puts")
        )
        if what == "says":
            self.said.append(await self.desk.say())
        elif what == "quotes":
            self.said.append(await self.desk.say(answers=(self.dice.choice(self.said).id,)))
        elif what in ("answers", "resolves"):
            about = ticket.id if self.dice.random() < 0.6 else None
            self.said.append(await self.desk.answer(self.talk, ticket_id=about, resolve=what == "resolves"))
        elif what == "puts":
            status = self.dice.choice(("open", "pending", "resolved"))
            if ticket.status != "resolved":
                await self.desk.write(set_status, ticket.id, status)
        elif what == "drops":
            await self.drop(ticket.id)
        else:
            chosen = [one.id for one in self.said if self.dice.random() < 0.3]
            if what == "opens":
                await self.desk.write(open_ticket, self.talk, NewTicket(message_ids=tuple(chosen)))
            elif chosen:
                await self.desk.write(move_messages, ticket.id, chosen)

    async def drop(self, ticket_id: str) -> None:
        """Take a ticket away, if nothing is about it and it isn't the only one."""
        about = await self.desk.read(ticket_ids_of, [one.id for one in self.said])
        if ticket_id not in about.values():
            await self.desk.write(drop_ticket, ticket_id)

    async def check(self, *, late: bool = False) -> None:
        """What runs is what the rows say is owed. What has ended, answers about the ticket have ended: of one that was moved twice before
        it was heard of nobody knows any more where it was in between.
        """
        about = await self.desk.read(ticket_ids_of, [one.id for one in self.said])
        for ticket in await self.tickets():
            answers = [one for one in self.said if one.direction == "out" and about.get(one.id) == ticket.id]
            rows = await self.rows(ticket.id)
            running = [row for row in rows if row["ended_at"] is None]
            since = ticket.waiting_since
            kind = "next_answer" if answers else "first_answer"
            assert [(row["kind"], row["started_at"]) for row in running] == ([] if since is None else [(kind, since)])
            for row in rows:
                if row["ended_by"] is not None and not late:
                    assert row["ended_by"] in [one.id for one in answers]
                    assert row["ended_at"] == id_time(row["ended_by"])

    async def rows(self, ticket_id: str) -> list[dict[str, Any]]:
        """The clocks of answers of a ticket."""
        found = await self.desk.read(lambda tx: tx.all(store.clocks_of, ids=[ticket_id]))
        rows = [dict(zip(store.CLOCK, row, strict=True)) for row in found]
        return [row for row in rows if KINDS[row["kind"]].ends == "answered"]


@pytest.mark.parametrize("seed", range(8))
async def test_what_is_owed_is_what_runs_whatever_is_moved_and_however_late_it_is_heard(desk: Desk, seed: int) -> None:
    await promise(desk)
    table = Table(desk, Random(seed))
    table.said.append(await desk.say())
    table.talk = table.said[0].conversation_id
    for _ in range(30):
        desk.clock.move(MINUTE)
        await table.happen()
        await keep(desk)
        await table.check()
    eager = {one.id: await clocks(desk, one.id) for one in await table.tickets()}
    await desk.write(forget)
    again = Follower(name="again", kinds=FOLLOWER.kinds, handle=keep_clocks, batch=1 + seed * 5)
    await FollowerRunner(desk.database, Catalogue(EVENTS), [again]).catch_up()
    await table.check(late=True)
    for ticket_id, told in eager.items():
        assert [one for one in await clocks(desk, ticket_id) if one[2] is None] == [
            one for one in told if one[2] is None
        ]


def forget(tx: Tx) -> None:
    """Every clock and course."""
    for table in (clock, ticket_course):
        tx.run(Statement(delete(table).where(table.c.workspace_id == store.W)))
