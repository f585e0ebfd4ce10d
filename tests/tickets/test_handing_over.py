"""Handing over: another owner and a note that says why, in one step; the customer notices nothing, and it can be undone."""

from typing import Any

import pytest

from lyhord.conversations.model import Message
from lyhord.kit.database import ReadTx, Tx
from lyhord.kit.problems import Invalid, NotFound
from lyhord.tickets.actions import assign_ticket
from lyhord.tickets.bulk import BulkChange, Chunk, Who, change_chunk, undo_chunk
from lyhord.tickets.views import FIRST, list_tickets
from lyhord.workspaces.actions.teams import create_team
from lyhord.workspaces.reach import EVERYTHING
from tests.conversations.desk import Desk


async def hand_over(desk: Desk, *said: Message, **change: Any) -> Chunk:
    """The first agent hands tickets over."""
    ids = tuple([(await desk.ticket(one.conversation_id)).id for one in said])
    who = Who(f"agent:{desk.agent}", desk.agent, EVERYTHING)
    asked = BulkChange(ids=ids, **change)
    done: Chunk = await desk.write(change_chunk, who, asked, FIRST, actor=who.actor)
    return done


async def undo(desk: Desk, run: Chunk) -> Chunk:
    """They put it back."""
    who = Who(f"agent:{desk.agent}", desk.agent, EVERYTHING)
    done: Chunk = await desk.write(undo_chunk, who, run.run_id, actor=who.actor)
    return done


async def test_the_owner_changes_and_the_note_says_why(desk: Desk) -> None:
    said = await desk.say()
    desk.events.clear()
    run = await hand_over(desk, said, owner_agent_id=desk.colleague, note="You know her")
    assert run.changed == 1
    note = (await desk.timeline(said.conversation_id)).items[-1]
    assert (note.direction, note.text, note.agent_id) == ("note", "You know her", desk.agent)
    ticket = await desk.ticket(said.conversation_id)
    assert (ticket.owner_agent_id, ticket.status, ticket.preview) == (desk.colleague, "open", "Hello")
    [assigned] = [one.event for one in desk.events if one.kind == "ticket.assigned"]
    assert getattr(assigned, "message_id", None) == note.id
    assert desk.kinds() == ["note.added", "ticket.assigned"], "nothing that a customer is told"


async def test_it_is_undone_whole(desk: Desk) -> None:
    said = await desk.say()
    team = await desk.write(create_team, "Crew", [desk.colleague], [])
    before = await desk.ticket(said.conversation_id)
    run = await hand_over(
        desk, said, owner_team_id=team, owner_agent_id=None, note="For you", mentions=(desk.colleague,)
    )
    assert (await desk.ticket(said.conversation_id)).owner_team_id == team
    await undo(desk, run)
    assert await desk.ticket(said.conversation_id) == before
    note = (await desk.timeline(said.conversation_id)).items[-1]
    assert (note.text, note.removed_at) == ("", desk.clock.now)
    named, _ = await desk.read(list_tickets, EVERYTHING, desk.colleague, "mentioned")
    assert named == [], "nobody is named by it any more"
    with pytest.raises(NotFound):
        await undo(desk, run)


async def test_what_somebody_changed_since_keeps_its_note(desk: Desk) -> None:
    said = await desk.say()
    run = await hand_over(desk, said, owner_agent_id=desk.colleague, note="For you")
    ticket = await desk.ticket(said.conversation_id)

    def back(tx: Tx) -> None:
        assign_ticket(tx, ticket.id, agent_id=None, team_id=None)

    await desk.write(back)
    done = await undo(desk, run)
    assert (done.changed, done.left) == (0, 1)
    assert (await desk.timeline(said.conversation_id)).items[-1].text == "For you"


async def test_many_are_handed_over_at_once_each_with_the_note(desk: Desk) -> None:
    talks = [await desk.say(who=who) for who in ("ann", "bob", "cleo")]
    run = await hand_over(desk, *talks, owner_agent_id=desk.colleague, note="Until Monday")
    assert run.changed == 3

    def last_words(tx: ReadTx) -> int:
        rows, _ = list_tickets(tx, EVERYTHING, desk.colleague, "mine")
        return len(rows)

    assert await desk.read(last_words) == 3
    for one in talks:
        assert (await desk.timeline(one.conversation_id)).items[-1].text == "Until Monday"
    assert (await undo(desk, run)).changed == 3


async def test_a_note_without_words_or_for_nobody_changes_nothing(desk: Desk) -> None:
    said = await desk.say()
    for change in ({"note": "  "}, {"note": "For you", "mentions": ("x" * 36,)}):
        with pytest.raises(Invalid):
            await hand_over(desk, said, owner_agent_id=desk.colleague, **change)
    assert (await desk.ticket(said.conversation_id)).owner_agent_id is None
    assert len((await desk.timeline(said.conversation_id)).items) == 1
