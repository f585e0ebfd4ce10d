"""Whom a ticket could be handed to."""

import pytest

from lyhord.kit.clock import HOUR
from lyhord.kit.problems import Invalid
from lyhord.tickets.actions import assign_ticket, set_status
from lyhord.tickets.candidates import Candidate, list_candidates
from lyhord.tickets.macros.actions import check_steps
from lyhord.tickets.macros.model import AssignStep, MacroWords
from lyhord.tickets.rules.actions import EVERYBODY, check_words
from lyhord.tickets.rules.model import AskStep, RuleWords
from lyhord.tickets.tasks.actions import Wish, ask
from lyhord.workspaces.actions.agents import AgentChange, add_agent, change_agent
from lyhord.workspaces.actions.roles import change_role, create_role
from lyhord.workspaces.actions.teams import create_team
from lyhord.workspaces.model import POWERS
from lyhord.workspaces.reach import EVERYTHING, Reach
from tests.conversations.desk import Desk


async def have(desk: Desk, who: str, agent: str | None, team: str | None = None) -> str:
    """Somebody has a customer's ticket; the conversation."""
    said = await desk.say(who=who)
    ticket = await desk.ticket(said.conversation_id)
    await desk.write(lambda tx: assign_ticket(tx, ticket.id, agent_id=agent, team_id=team))
    return str(said.conversation_id)


async def suggest(desk: Desk, conversation_id: str | None, reach: Reach = EVERYTHING) -> list[Candidate]:
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
    found = await suggest(desk, conversation_id)
    assert [(one.who, one.open) for one in found] == [
        (f"team:{crew}", 1),
        (f"agent:{desk.agent}", 1),
        (f"agent:{desk.colleague}", 0),
    ]
    assert [one.had_at for one in found] == [at, at - 30 * 24 * HOUR, None]
    unasked = await suggest(desk, None)
    assert unasked[0].who == f"agent:{desk.colleague}"
    assert {one.had_at for one in unasked} == {None}


async def test_nobody_is_told_of_what_they_cannot_see(desk: Desk) -> None:
    await have(desk, "ann", desk.agent)
    found = await suggest(desk, None, Reach(frozenset({desk.other_inbox})))
    assert {one.open for one in found} == {0}


async def test_what_is_given_goes_to_those_alone_who_work_on_tickets(desk: Desk) -> None:
    """A director, somebody disabled, and somebody whose own role lost the power: neither the list names them, nor can they be given any."""
    conversation_id = await have(desk, "ann", desk.agent)
    ticket = await desk.ticket(conversation_id)
    director = (await desk.write(add_agent, "d@firm.example", "Dan", "director", "en")).id
    role = (await desk.write(create_role, "Stock", ["conversations.read", "tickets.work"], POWERS)).id
    keeper = (await desk.write(add_agent, "k@firm.example", "Kim", role, "en")).id
    gone = (await desk.write(add_agent, "g@firm.example", "Gus", "agent", "en")).id
    await desk.write(change_agent, gone, AgentChange(disabled=True))
    await desk.write(lambda tx: assign_ticket(tx, ticket.id, agent_id=keeper, team_id=None))
    await desk.write(change_role, role, None, ["conversations.read"], POWERS)
    named = {one.who for one in await suggest(desk, conversation_id)}
    assert named == {f"agent:{desk.agent}", f"agent:{desk.colleague}"}
    for who, why in ((director, "no_worker"), (keeper, "no_worker"), (gone, "no_such_agent")):
        step = MacroWords(name="x", steps=(AssignStep(agent_id=who),))
        rule = RuleWords(name="x", when="customer_wrote", steps=(AskStep(text="Look", agent_id=who),))
        for refused in (
            lambda tx, who=who: assign_ticket(tx, ticket.id, agent_id=who, team_id=None),
            lambda tx, who=who: ask(tx, ticket, Wish(text="Look", owner_agent_id=who)),
            lambda tx, step=step: check_steps(tx, EVERYBODY, step),
            lambda tx, rule=rule: check_words(tx, rule),
        ):
            with pytest.raises(Invalid) as caught:
                await desk.write(refused)
            assert list(caught.value.fields.values()) == [f"problem.{why}"]
    approval = Wish(asks="approve", text="May we?", owner_agent_id=director)
    assert (await desk.write(lambda tx: ask(tx, ticket, approval))).owner_agent_id == director
