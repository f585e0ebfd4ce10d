"""Who is told that a promise is nearly due, or broken: once each, at the moment, and nobody where the answer has come already."""

from functools import partial

from msgspec import structs

from lyhord.kit.clock import HOUR, MINUTE
from lyhord.kit.database import Tx
from lyhord.tickets.actions import assign_ticket, set_status
from lyhord.tickets.levels.actions import ring_clocks
from lyhord.tickets.levels.events import ClockBroken, ClockWarned
from lyhord.tickets.levels.model import Target
from lyhord.workspaces.actions.agents import add_agent, get_agent, store_agent
from lyhord.workspaces.actions.teams import create_team
from tests.conversations.desk import Desk
from tests.tickets.levels.office import promise, ring

HOURLY = (Target(clock="first_answer", minutes=60),)


async def lead(desk: Desk, name: str) -> str:
    """Somebody who leads, and has joined."""
    agent = await desk.write(add_agent, f"{name}@firm.example", name, "lead", "en")

    def join(tx: Tx) -> None:
        store_agent(tx, structs.replace(get_agent(tx, agent.id), joined_at=tx.now))

    await desk.write(join)
    return str(agent.id)


async def test_the_owner_is_warned_before_and_the_lead_hears_of_it_after(desk: Desk) -> None:
    boss = await lead(desk, "Lea")
    await promise(desk, targets=HOURLY)
    asked = await desk.say()
    ticket = await desk.ticket(asked.conversation_id)
    await desk.write(partial(assign_ticket, ticket_id=ticket.id, agent_id=desk.agent, team_id=None))
    due = desk.clock.now + HOUR
    desk.clock.move(45 * MINUTE - 1)
    assert await ring(desk) == []
    desk.clock.move(1)
    about = {"conversation_id": asked.conversation_id, "inbox_id": desk.inbox, "ticket_id": ticket.id}
    assert await ring(desk) == [ClockWarned(clock="first_answer", due_at=due, agent_ids=(desk.agent,), **about)]
    assert await ring(desk) == [], "once"
    desk.clock.move(15 * MINUTE)
    assert await ring(desk) == [ClockBroken(clock="first_answer", due_at=due, agent_ids=(desk.agent, boss), **about)]
    assert await ring(desk) == []


async def test_what_nobody_owns_is_told_to_the_leads_of_its_team_or_to_all_leads(desk: Desk) -> None:
    near, far = await lead(desk, "Near"), await lead(desk, "Far")
    await promise(desk, targets=HOURLY)
    await desk.say()
    desk.clock.move(50 * MINUTE)
    [warned] = await ring(desk)
    assert set(warned.agent_ids) == {near, far}
    await desk.write(create_team, "Crew", [near], [desk.inbox])
    desk.clock.move(10 * MINUTE)
    [broken] = await ring(desk)
    assert broken.agent_ids == (near,)


async def test_nobody_is_told_of_what_was_answered_while_the_follower_is_behind(desk: Desk) -> None:
    await promise(desk, targets=HOURLY)
    asked = await desk.say()
    assert await ring(desk) == []
    desk.clock.move(50 * MINUTE)
    await desk.answer(asked.conversation_id)
    desk.events.clear()
    assert await desk.write(ring_clocks) == 1
    assert await desk.write(ring_clocks) == 0, "it is put off, not asked for over and over"
    assert desk.kinds() == []


async def test_a_clock_that_stands_still_does_not_ring(desk: Desk) -> None:
    await promise(desk, targets=(Target(clock="resolution", minutes=60),))
    asked = await desk.say()
    desk.clock.move(30 * MINUTE)
    await desk.answer(asked.conversation_id)
    desk.clock.move(10 * HOUR)
    assert await ring(desk) == []
    await desk.write(set_status, (await desk.ticket(asked.conversation_id)).id, "open")
    await ring(desk)
    desk.clock.move(15 * MINUTE)
    assert [type(one) for one in await ring(desk)] == [ClockWarned]
