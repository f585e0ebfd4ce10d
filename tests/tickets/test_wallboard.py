"""The wallboard says who waits and who is on what, and no more than its reader may see."""

from functools import partial

from lyhord.kit.clock import HOUR
from lyhord.tickets.actions import assign_ticket, set_status
from lyhord.tickets.wallboard import Load, show_wallboard
from lyhord.workspaces.reach import EVERYTHING, Reach
from tests.conversations.desk import Desk


async def test_who_waits_longest_and_who_has_how_much(desk: Desk) -> None:
    asked = [await desk.say("Hello", who=who) for who in ("ann", "ben")]
    since = desk.clock.now
    desk.clock.move(HOUR)
    await desk.say("Hello", who="cid")
    mine, answered = [await desk.ticket(one.conversation_id) for one in asked]
    for ticket in (mine, answered):
        await desk.write(partial(assign_ticket, ticket_id=ticket.id, agent_id=desk.agent, team_id=None))
    await desk.write(set_status, answered.id, "resolved")
    board = await desk.read(show_wallboard, EVERYTHING)
    assert (board.waiting, board.unassigned, board.oldest) == (2, 1, since)
    assert Load(desk.agent, 1, 1, since) in board.agents
    assert board.agents[0].agent_id == desk.agent


async def test_what_is_out_of_reach_counts_nowhere(desk: Desk) -> None:
    asked = await desk.say("Hello")
    ticket = await desk.ticket(asked.conversation_id)
    await desk.write(partial(assign_ticket, ticket_id=ticket.id, agent_id=desk.agent, team_id=None))
    board = await desk.read(show_wallboard, Reach(frozenset()))
    assert (board.waiting, board.unassigned, board.oldest) == (0, 0, None)
    assert all((one.open, one.waiting, one.oldest) == (0, 0, None) for one in board.agents)
