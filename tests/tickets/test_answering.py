"""Where only who owns a conversation answers it: whoever asks, by whichever way."""

from typing import Any

import pytest

from lyhord.conversations.actions.note import add_note
from lyhord.conversations.actions.reply import reply, start_conversation
from lyhord.conversations.model import Note, Reply
from lyhord.conversations.scheduled.actions import schedule_reply, send_due
from lyhord.conversations.scheduled.store import of_conversations
from lyhord.kit.clock import HOUR
from lyhord.kit.database import Tx
from lyhord.kit.problems import Taken
from lyhord.tickets.actions import assign_ticket, set_status
from lyhord.tickets.answering import OwnersAnswer
from lyhord.workspaces.actions.agents import AgentChange, change_agent
from lyhord.workspaces.actions.teams import change_team, create_team
from lyhord.workspaces.actions.workspace import change_workspace
from lyhord.workspaces.model import POWERS
from tests.conversations.desk import Desk

ANSWERING = OwnersAnswer()


async def own(desk: Desk, conversation_id: str, agent: str | None, team: str | None = None) -> None:
    """Make somebody the owner."""
    ticket = await desk.ticket(conversation_id)

    def assign(tx: Tx) -> None:
        assign_ticket(tx, ticket.id, agent_id=agent, team_id=team)

    await desk.write(assign)


async def answer(desk: Desk, conversation_id: str, actor: str | None = None) -> Any:
    """The first agent answers, or whoever is named."""
    words = Reply(conversation_id=conversation_id, text="Hi")
    return await desk.write(reply, words, ANSWERING, actor=actor or f"agent:{desk.agent}")


@pytest.fixture
async def locked(desk: Desk) -> Desk:
    """A company with the rule."""
    await desk.write(change_workspace, None, {"owner_answers": True})
    return desk


async def test_without_the_rule_everybody_answers(desk: Desk) -> None:
    said = await desk.say()
    await own(desk, said.conversation_id, desk.colleague)
    assert await answer(desk, said.conversation_id)


async def test_only_the_owner_answers_and_everybody_leaves_notes(locked: Desk) -> None:
    said = await locked.say()
    await own(locked, said.conversation_id, locked.colleague)
    with pytest.raises(Taken) as refused:
        await answer(locked, said.conversation_id)
    assert refused.value.key == "problem.owner_answers"
    assert await answer(locked, said.conversation_id, f"agent:{locked.colleague}")
    note = Note(conversation_id=said.conversation_id, text="Mine is quicker")
    assert await locked.write(add_note, note, actor=f"agent:{locked.agent}")
    await own(locked, said.conversation_id, locked.agent)
    assert await answer(locked, said.conversation_id), "who takes it over answers"


async def test_what_nobody_has_is_whose_who_answers_first(locked: Desk) -> None:
    said = await locked.say()
    await answer(locked, said.conversation_id)
    with pytest.raises(Taken):
        await answer(locked, said.conversation_id, f"agent:{locked.colleague}")


async def test_what_a_team_has_its_members_answer(locked: Desk) -> None:
    said = await locked.say()
    team = await locked.write(create_team, "Crew", [locked.colleague], [])
    await own(locked, said.conversation_id, None, team)
    with pytest.raises(Taken):
        await answer(locked, said.conversation_id)
    assert await answer(locked, said.conversation_id, f"agent:{locked.colleague}")


async def test_a_team_has_a_rule_of_its_own(desk: Desk) -> None:
    said = await desk.say()
    team = await desk.write(create_team, "Crew", [desk.colleague], [], True)
    await own(desk, said.conversation_id, desk.colleague, team)
    with pytest.raises(Taken):
        await answer(desk, said.conversation_id)
    await desk.write(change_team, team, None, None, None, None)
    assert await answer(desk, said.conversation_id), "as the workspace says, which locks nothing"
    await desk.write(change_team, team, "Crew north", None, None)
    await desk.write(change_workspace, None, {"owner_answers": True})
    with pytest.raises(Taken):
        await answer(desk, said.conversation_id)
    await desk.write(change_team, team, None, None, None, False)
    assert await answer(desk, said.conversation_id)


async def test_an_agent_of_one_team_is_under_its_rule(locked: Desk) -> None:
    said = await locked.say()
    await locked.write(create_team, "Crew", [locked.colleague], [], False)
    await own(locked, said.conversation_id, locked.colleague)
    assert await answer(locked, said.conversation_id)
    await locked.write(create_team, "Second", [locked.colleague], [], False)
    with pytest.raises(Taken):
        await answer(locked, said.conversation_id)


async def test_what_is_done_is_nobodys_alone(locked: Desk) -> None:
    said = await locked.say()
    await own(locked, said.conversation_id, locked.colleague)
    await locked.write(set_status, (await locked.ticket(said.conversation_id)).id, "resolved")
    assert await answer(locked, said.conversation_id)


async def test_leads_and_programs_answer_everything(locked: Desk) -> None:
    said = await locked.say()
    await own(locked, said.conversation_id, locked.colleague)
    assert await answer(locked, said.conversation_id, "token:one")
    await locked.write(change_agent, locked.agent, AgentChange(role="lead"), POWERS)
    assert await answer(locked, said.conversation_id)


async def test_writing_first_is_no_way_around(locked: Desk) -> None:
    said = await locked.say()
    await own(locked, said.conversation_id, locked.colleague)
    contact = (await locked.ticket(said.conversation_id)).contact_id
    words = Reply(conversation_id="", text="Hi")
    with pytest.raises(Taken):
        await locked.write(start_conversation, contact, None, words, ANSWERING, actor=f"agent:{locked.agent}")


async def test_what_was_to_leave_later_fails_visibly(locked: Desk) -> None:
    said = await locked.say()
    words = Reply(conversation_id=said.conversation_id, text="Tomorrow")
    due_at, mine = locked.clock.now + HOUR, f"agent:{locked.agent}"
    key = await locked.write(schedule_reply, words, due_at, "send", ANSWERING, actor=mine)
    await own(locked, said.conversation_id, locked.colleague)
    with pytest.raises(Taken):
        await locked.write(schedule_reply, words, due_at, "send", ANSWERING, actor=mine)
    await locked.write(send_due, key, due_at, ANSWERING, actor=mine)
    [row] = await locked.read(lambda tx: tx.all(of_conversations, ids=[said.conversation_id]))
    assert (row[6], row[8]) == ("failed", "problem.owner_answers")
    assert len((await locked.timeline(said.conversation_id)).items) == 1
