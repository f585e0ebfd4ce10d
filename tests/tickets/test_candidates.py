"""Whom a ticket could be handed to."""

from lyhord.kit.clock import HOUR
from lyhord.tickets.actions import assign_ticket, set_status
from lyhord.tickets.candidates import Candidate, list_candidates
from lyhord.workspaces.actions.teams import create_team
from lyhord.workspaces.reach import EVERYTHING, Reach
from tests.conversations.desk import Desk


async def have(desk: Desk, who: str, agent: str | None, team: str | None = None) -> str:
    """Somebody has a customer's ticket; the conversation."""
    said = await desk.say(who=who)
    ticket = await desk.ticket(said.conversation_id)
    await desk.write(lambda tx: assign_ticket(tx, ticket.id, agent_id=agent, team_id=team))
    return str(said.conversation_id)


async def ask(desk: Desk, conversation_id: str | None, reach: Reach = EVERYTHING) -> list[Candidate]:
    """What the dialog is told."""
    found: list[Candidate] = await desk.read(list_candidates, reach, conversation_id)
    return found


async def test_who_had_the_customer_comes_first_then_who_has_least(desk: Desk) -> None:
    crew = await desk.write(create_team, "Crew", [desk.agent], [])
    conversation_id = await have(desk, "ann", desk.agent)
    await desk.write(set_status, (await desk.ticket(conversation_id)).id, "resolved")
    desk.clock.move(30 * 24 * HOUR)
    at = desk.clock.now
    assert await have(desk, "ann", None, crew) == conversation_id
    await have(desk, "ben", desk.agent)
    found = await ask(desk, conversation_id)
    assert [(one.who, one.open) for one in found] == [
        (f"team:{crew}", 1),
        (f"agent:{desk.agent}", 1),
        (f"agent:{desk.colleague}", 0),
    ]
    assert [one.had_at for one in found] == [at, at - 30 * 24 * HOUR, None]
    unasked = await ask(desk, None)
    assert unasked[0].who == f"agent:{desk.colleague}"
    assert {one.had_at for one in unasked} == {None}


async def test_nobody_is_told_of_what_they_cannot_see(desk: Desk) -> None:
    await have(desk, "ann", desk.agent)
    found = await ask(desk, None, Reach(frozenset({desk.other_inbox})))
    assert {one.open for one in found} == {0}
