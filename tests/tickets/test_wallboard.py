"""The wallboard says who waits, who waits too long and who is on what, and no more than its reader may see."""

from functools import partial

from lyhord.kit.clock import HOUR, MINUTE
from lyhord.tickets.actions import assign_ticket, set_status
from lyhord.tickets.wallboard import Load, Wallboard, show_wallboard
from lyhord.workspaces.actions.agents import AgentChange, add_agent, change_agent
from lyhord.workspaces.actions.teams import create_team
from lyhord.workspaces.actions.workspace import change_workspace
from lyhord.workspaces.reach import EVERYTHING, Reach
from tests.conversations.desk import Desk
from tests.tickets.levels.office import keep


async def assign(desk: Desk, ticket_id: str, *, agent_id: str | None = None, team_id: str | None = None) -> None:
    """Somebody answers for it from now on."""
    await desk.write(partial(assign_ticket, ticket_id=ticket_id, agent_id=agent_id, team_id=team_id))


async def test_who_waits_longest_and_who_has_how_much(desk: Desk) -> None:
    asked = [await desk.say("Hello", who=who) for who in ("ann", "ben")]
    since = desk.clock.now
    desk.clock.move(HOUR)
    await desk.say("Hello", who="cid")
    mine, answered = [await desk.ticket(one.conversation_id) for one in asked]
    for ticket in (mine, answered):
        await assign(desk, ticket.id, agent_id=desk.agent)
    await desk.write(set_status, answered.id, "resolved")
    board = await desk.read(show_wallboard, EVERYTHING)
    assert (board.waiting, board.unassigned, board.oldest) == (2, 1, since)
    assert Load(desk.agent, 1, 1, since, 0) in board.agents
    assert board.agents[0].id == desk.agent


async def test_what_waits_longer_than_promised_counts_for_its_agent_and_its_team(desk: Desk) -> None:
    team_id = await desk.write(create_team, "Crew", [], [])
    for who, owner in (("ann", {"agent_id": desk.agent}), ("ben", {"team_id": team_id}), ("cid", {})):
        asked = await desk.say("Hello", who=who)
        await assign(desk, (await desk.ticket(asked.conversation_id)).id, **owner)
    nothing: Wallboard = await desk.read(show_wallboard, EVERYTHING)
    assert (nothing.late, nothing.at_risk) == (None, None)
    await desk.write(change_workspace, None, {"reply_promise_minutes": 30})
    await keep(desk)
    desk.clock.move(29 * MINUTE)
    soon: Wallboard = await desk.read(show_wallboard, EVERYTHING)
    assert (soon.late, soon.at_risk) == (0, 3)
    desk.clock.move(MINUTE)
    await desk.say("Hello", who="dan")
    await keep(desk)
    board: Wallboard = await desk.read(show_wallboard, EVERYTHING)
    assert (board.waiting, board.late, board.at_risk) == (4, 3, 0)
    assert [(one.open, one.waiting, one.late) for one in board.teams] == [(1, 1, 1)]
    assert {one.id: one.late for one in board.agents} == {desk.agent: 1, desk.colleague: 0}


async def test_who_works_on_no_tickets_stands_there_only_as_long_as_they_have_some(desk: Desk) -> None:
    made = await desk.write(add_agent, "d@firm.example", "Dan", "agent", "en")
    asked = await desk.say("Hello")
    await assign(desk, (await desk.ticket(asked.conversation_id)).id, agent_id=made.id)
    await desk.write(change_agent, made.id, AgentChange(role="director"))

    async def names() -> set[str]:
        board: Wallboard = await desk.read(show_wallboard, EVERYTHING)
        return {one.id for one in board.agents}

    assert await names() == {desk.agent, desk.colleague, made.id}
    await assign(desk, (await desk.ticket(asked.conversation_id)).id, agent_id=desk.agent)
    assert await names() == {desk.agent, desk.colleague}


async def test_what_is_out_of_reach_counts_nowhere(desk: Desk) -> None:
    asked = await desk.say("Hello")
    await assign(desk, (await desk.ticket(asked.conversation_id)).id, agent_id=desk.agent)
    await desk.write(change_workspace, None, {"reply_promise_minutes": 1})
    desk.clock.move(HOUR)
    board = await desk.read(show_wallboard, Reach(frozenset()))
    assert (board.waiting, board.unassigned, board.oldest, board.late) == (0, 0, None, 0)
    assert all((one.open, one.waiting, one.oldest, one.late) == (0, 0, None, 0) for one in board.agents)
