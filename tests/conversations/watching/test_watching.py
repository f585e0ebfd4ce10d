"""Following a conversation: whoever wants to, seen by all, for as long as they want."""

import pytest

from lyhord.contacts.actions import merge_contacts
from lyhord.conversations.actions.note import add_note
from lyhord.conversations.model import Note
from lyhord.conversations.timeline import get_conversation, timeline_ids
from lyhord.conversations.watching import actions
from lyhord.conversations.watching.actions import unwatch, watch
from lyhord.conversations.watching.views import watchers_of
from lyhord.kit.database import ReadTx
from lyhord.kit.problems import NotFound, Taken
from lyhord.tickets.filters import Filter, Whether
from lyhord.tickets.views import list_tickets
from lyhord.workspaces.actions.teams import create_team
from lyhord.workspaces.reach import EVERYTHING, Reach
from tests.conversations.desk import Desk


async def watchers(desk: Desk, conversation_id: str) -> set[str]:
    """Who follows a conversation, as its screen says."""

    def view(tx: ReadTx) -> set[str]:
        return set(watchers_of(tx, timeline_ids(tx, get_conversation(tx, conversation_id))))

    found: set[str] = await desk.read(view)
    return found


async def followed(desk: Desk, wanted: str | Filter = "watched", reach: Reach = EVERYTHING) -> list[str]:
    """The conversations in the list of those that the first agent follows."""
    rows, following = await desk.read(list_tickets, reach, desk.agent, wanted)
    assert following is None
    return [row.conversation_id for row in rows]


async def test_following_is_said_once_and_ends_once(desk: Desk) -> None:
    said = await desk.say()
    desk.events.clear()
    await desk.write(watch, desk.agent, said.conversation_id)
    await desk.write(watch, desk.agent, said.conversation_id)
    assert desk.kinds() == ["conversation.watched"]
    assert await watchers(desk, said.conversation_id) == {desk.agent}
    await desk.write(unwatch, desk.agent, said.conversation_id)
    await desk.write(unwatch, desk.agent, said.conversation_id)
    assert desk.kinds() == ["conversation.watched"]
    assert await watchers(desk, said.conversation_id) == set()
    with pytest.raises(NotFound):
        await desk.write(watch, desk.agent, "nothing")


async def test_what_i_follow_makes_up_a_list_and_a_condition(desk: Desk) -> None:
    ann, bob = await desk.say(), await desk.say(who="bob", inbox=desk.other_inbox)
    await desk.say(who="cleo")
    await desk.write(watch, desk.agent, ann.conversation_id)
    await desk.write(watch, desk.agent, bob.conversation_id)
    await desk.write(watch, desk.colleague, ann.conversation_id)
    both = [ann.conversation_id, bob.conversation_id]
    assert await followed(desk) == both
    assert await followed(desk, Filter((Whether("watched"),))) == both
    assert len(await followed(desk, Filter((Whether("watched", but=True),)))) == 1
    assert await followed(desk, reach=Reach(frozenset({desk.inbox}))) == [ann.conversation_id]


async def test_nobody_follows_more_than_a_list_holds(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "MOST_WATCHED", 1)
    ann, bob = await desk.say(), await desk.say(who="bob")
    await desk.write(watch, desk.agent, ann.conversation_id)
    with pytest.raises(Taken, match="500"):
        await desk.write(watch, desk.agent, bob.conversation_id)
    await desk.write(add_note, Note(conversation_id=bob.conversation_id, text="look", mentions=(desk.agent,)))
    assert await followed(desk) == [ann.conversation_id], "the note is stored all the same"


async def test_who_is_named_follows_and_the_members_of_a_named_team_do_not(desk: Desk) -> None:
    said = await desk.say()
    team = await desk.write(create_team, "Crew", [desk.colleague], [])
    note = Note(conversation_id=said.conversation_id, text="look", mentions=(desk.agent, team))
    await desk.write(add_note, note)
    assert await watchers(desk, said.conversation_id) == {desk.agent}


async def test_who_followed_one_of_two_who_are_one_follows_on(desk: Desk) -> None:
    ann, bob = await desk.say(), await desk.say(who="bob")
    await desk.write(watch, desk.agent, ann.conversation_id)
    contacts = [(await desk.ticket(one.conversation_id)).contact_id for one in (ann, bob)]
    await desk.write(merge_contacts, *contacts)
    assert await watchers(desk, bob.conversation_id) == {desk.agent}
    await desk.write(unwatch, desk.agent, ann.conversation_id)
    assert await watchers(desk, bob.conversation_id) == set(), "of the whole timeline"
