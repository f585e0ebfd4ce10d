"""Several contacts in one conversation: who is in it, what it is called, into which one answers go, and what is left alone."""

from typing import Any

import pytest
from sqlalchemy import bindparam, select

from lyhord.app.wiring import EVENTS
from lyhord.contacts.reading import contacts_by_id
from lyhord.conversations import views
from lyhord.conversations.contact_timelines import visible_contacts
from lyhord.conversations.exchange import (
    Address,
    InboundEdit,
    InboundGroup,
    InboundReaction,
    Outbound,
    Raw,
    Topic,
    Unsupported,
)
from lyhord.conversations.groups.events import GroupChanged
from lyhord.conversations.groups.model import GroupChange
from lyhord.conversations.groups.views import changes_of, count_participants, participants_of
from lyhord.conversations.model import Conversation
from lyhord.conversations.search import FOLLOWER, search
from lyhord.conversations.tables import raw_payload
from lyhord.kit.clock import HOUR
from lyhord.kit.database import ReadTx, Statement
from lyhord.kit.events import Catalogue
from lyhord.kit.followers import FollowerRunner
from lyhord.kit.problems import Invalid
from lyhord.workspaces.actions.inboxes import InboxChange, change_inbox
from lyhord.workspaces.reach import EVERYTHING, Reach
from tests.conversations.desk import Desk, texts

_payloads = Statement(select(raw_payload.c.id).where(raw_payload.c.workspace_id == bindparam("workspace_id")))


def people(*names: str) -> tuple[Address, ...]:
    """Identities of the desk's customers."""
    return tuple(Address("pigeon", name, name.title(), verified=True) for name in names)


class Street:
    """A group of neighbours at the desk's first inbox."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    async def say(self, text: str = "Hello", who: str = "ann", **more: Any) -> Any:
        """Somebody says something in it."""
        return await self.desk.say(text, who=who, **{"group_id": "g", "group_name": "Street", **more})

    async def tell(self, **more: Any) -> None:
        """The channel tells of the group."""
        await self.desk.receive(InboundGroup(**{"group_id": "g", **more}))

    async def conversation(self, conversation_id: str) -> Conversation:
        """As it is now."""
        (found,) = await self.desk.read(views.conversations_by_id, [conversation_id])
        assert isinstance(found, Conversation)
        return found

    async def present(self, conversation_id: str) -> list[str]:
        """The names of who is in it, and with a minus of who was."""
        found = await self.desk.read(participants_of, conversation_id)
        return [f"{'' if one.left_at is None else '-'}{one.name}" for one in found]

    async def lines(self, conversation_id: str) -> list[tuple[str, str]]:
        """What happened to it, with names."""
        found: list[GroupChange] = await self.desk.read(changes_of, [conversation_id])
        return [(one.change, one.name) for one in found]

    async def outbound(self, message_id: str) -> Outbound:
        """What an adapter gets."""
        outbound, _ = await self.desk.read(views.outbound_of, message_id)
        assert isinstance(outbound, Outbound)
        return outbound


@pytest.fixture
def street(desk: Desk) -> Street:
    return Street(desk)


async def test_a_group_has_a_name_and_people_with_contacts(desk: Desk, street: Street) -> None:
    said = await street.say("Who has a ladder?")
    await street.say("Me", who="bea")
    found = await desk.read(participants_of, said.conversation_id)
    assert [(one.value, one.name) for one in found] == [("ann", "Ann"), ("bea", "Bea")]
    contacts = await desk.read(contacts_by_id, [one.contact_id for one in found])
    assert sorted(one.name for one in contacts.values()) == ["Ann", "Bea"]
    conversation = await street.conversation(said.conversation_id)
    assert (conversation.title, conversation.contact_id, conversation.closed_at) == ("Street", None, None)
    assert texts((await desk.timeline(said.conversation_id)).items) == ["Who has a ladder?", "Me"]
    ticket = await desk.ticket(said.conversation_id)
    assert (ticket.title, ticket.preview, ticket.contact_id) == ("Street", "Bea: Me", None)


async def test_what_somebody_says_in_a_group_is_not_in_their_own_conversation(desk: Desk, street: Street) -> None:
    alone = await desk.say("Only for you", who="ann")
    together = await street.say("For all", who="ann")
    assert alone.conversation_id != together.conversation_id
    assert texts((await desk.timeline(alone.conversation_id)).items) == ["Only for you"]
    (one,) = await desk.read(participants_of, together.conversation_id)
    talks = await desk.read(views.conversation_of_contacts, [one.contact_id])
    assert talks == {one.contact_id: alone.conversation_id}


async def test_people_come_and_go_and_the_timeline_tells(desk: Desk, street: Street) -> None:
    said = await street.say()
    await street.tell(joined=people("bea", "cid"))
    await street.tell(left=people("bea"))
    await street.tell(name="Our street")
    assert await street.present(said.conversation_id) == ["Ann", "Cid", "-Bea"]
    assert await desk.read(count_participants, said.conversation_id) == 2
    assert await street.lines(said.conversation_id) == [
        ("joined", "Bea"),
        ("joined", "Cid"),
        ("left", "Bea"),
        ("renamed", "Our street"),
    ]
    assert (await desk.ticket(said.conversation_id)).title == "Our street"


async def test_told_twice_it_happened_once(desk: Desk, street: Street) -> None:
    said = await street.say()
    changes: list[Any] = [{"joined": people("bea")}, {"left": people("ann")}, {"name": "New"}, {"ended": True}]
    for change in changes:
        await street.tell(**change)
        desk.events.clear()
        await street.tell(**change)
        assert desk.kinds() == []
    assert [line for line, _ in await street.lines(said.conversation_id)] == ["joined", "left", "renamed", "removed"]


async def test_who_comes_back_is_in_it_again(desk: Desk, street: Street) -> None:
    said = await street.say()
    await street.tell(left=people("ann"))
    assert await street.present(said.conversation_id) == ["-Ann"]
    await street.say("Back!", who="ann")
    assert await street.present(said.conversation_id) == ["Ann"]


async def test_one_call_may_bring_words_and_the_leaving_of_who_said_them(desk: Desk, street: Street) -> None:
    said = await street.say()
    farewell = desk.words("Bye", who="bea", group_id="g")
    await desk.receive(
        farewell, InboundGroup(group_id="g", joined=people("bea")), InboundGroup(group_id="g", left=people("bea"))
    )
    assert await street.present(said.conversation_id) == ["Ann", "-Bea"]


async def test_of_a_group_that_nobody_knew_its_end_is_no_news(desk: Desk, street: Street) -> None:
    await street.tell(ended=True)
    await street.tell(left=people("ann"))
    assert desk.kinds() == []


async def test_the_events_say_that_people_are_others(desk: Desk, street: Street) -> None:
    await street.say()
    desk.events.clear()
    await street.say("Me too", who="bea")
    (changed,) = [one.event for one in desk.events if isinstance(one.event, GroupChanged)]
    assert changed.changes == ("spoke",)
    desk.events.clear()
    await street.say("And me", who="bea")
    assert "group.changed" not in desk.kinds()


async def test_a_whole_batch_needs_no_more_statements_than_one(desk: Desk) -> None:
    said = [desk.words(f"{n}", who=f"p{n % 7}", group_id=f"g{n % 3}", group_name=f"G{n % 3}") for n in range(60)]
    receipt = await desk.receive(*said)
    messages = [await desk.message(str(one)) for one in receipt.message_ids]
    assert len({one.conversation_id for one in messages}) == 3
    for n, one in enumerate(messages):
        assert one.conversation_id == messages[n % 3].conversation_id
    assert await desk.read(count_participants, messages[0].conversation_id) == 7


async def test_an_answer_goes_to_the_group_and_to_nobody_in_particular(desk: Desk, street: Street) -> None:
    said = await street.say("Who has a ladder?", who="ann")
    await street.say("Not me", who="bea")
    reply = await desk.answer(said.conversation_id, "We rent them out")
    outbound = await street.outbound(reply.id)
    assert (outbound.group_id, outbound.to.value, outbound.quote) == ("g", "", "")
    assert reply.inbox_id == desk.inbox


async def test_an_answer_to_one_message_is_for_who_said_it(desk: Desk, street: Street) -> None:
    said = await street.say("Who has a ladder?", who="ann")
    await street.say("Not me", who="bea")
    reply = await desk.answer(said.conversation_id, "We do", answers=said.id)
    outbound = await street.outbound(reply.id)
    assert (outbound.group_id, outbound.to.value, outbound.to.name) == ("g", "ann", "Ann")
    assert (outbound.quote, outbound.answers) == ("Who has a ladder?", "x1")


async def test_an_answer_leaves_by_the_inbox_that_is_in_the_group(desk: Desk, street: Street) -> None:
    said = await street.say()
    await desk.say("Privately", who="ann", inbox=desk.other_inbox)
    with pytest.raises(Invalid):
        await desk.answer(said.conversation_id, inbox_id=desk.other_inbox)
    assert (await desk.answer(said.conversation_id, scheme="pigeon", value="bea")).value is None


async def test_an_answer_stays_in_the_topic_of_what_it_answers(desk: Desk, street: Street) -> None:
    lamps, chairs = Topic("7", "Lamps"), Topic("8", "Chairs")
    about_lamps = await street.say("Which lamp?", topic=lamps)
    await street.say("Which chair?", who="bea", topic=chairs)
    assert about_lamps.topic == lamps
    first = await desk.answer(about_lamps.conversation_id, "Any", answers=about_lamps.id)
    assert (await street.outbound(first.id)).topic == lamps
    second = await desk.answer(about_lamps.conversation_id, "Sit down")
    assert (await street.outbound(second.id)).topic == chairs


async def test_who_was_removed_from_a_group_says_nothing_there(desk: Desk, street: Street) -> None:
    said = await street.say()
    await street.tell(ended=True)
    with pytest.raises(Invalid) as refused:
        await desk.answer(said.conversation_id)
    assert refused.value.key == "plan.removed_from_group"
    assert (await street.conversation(said.conversation_id)).closed_at is not None
    await street.tell(name="Street")
    await desk.answer(said.conversation_id)
    assert [line for line, _ in await street.lines(said.conversation_id)] == ["removed", "back"]


async def test_words_from_before_the_removal_open_nothing(desk: Desk, street: Street) -> None:
    said = await street.say()
    await street.tell(ended=True)
    await street.say("Late", at=desk.clock.now - HOUR)
    assert (await street.conversation(said.conversation_id)).closed_at is not None


async def test_a_group_that_gets_another_id_keeps_its_conversation(desk: Desk, street: Street) -> None:
    said = await street.say()
    await street.tell(moved_to="g2", name="Street")
    await street.tell(moved_to="g2", name="Street")
    again = await desk.say("Still here", who="bea", group_id="g2")
    assert again.conversation_id == said.conversation_id
    reply = await desk.answer(said.conversation_id)
    assert (await street.outbound(reply.id)).group_id == "g2"


async def test_edits_and_reactions_reach_words_in_groups(desk: Desk, street: Street) -> None:
    said = await street.say("Ladr")
    await desk.receive(InboundEdit(message="x1", sender=people("bea"), text="Not mine", group_id="g"))
    await desk.receive(InboundEdit(message="x1", sender=people("ann"), text="Ladder", group_id="g"))
    await desk.receive(InboundReaction(message="x1", sender=people("bea"), emoji="👍", group_id="g"))
    now = await desk.message(said.id)
    assert (now.text, [(one.by, one.emoji) for one in now.reactions]) == ("Ladder", [("pigeon:bea", "👍")])
    (amendment,) = await desk.read(views.amendments_of, said.id, "react")
    assert amendment.group_id == "g"
    assert (await desk.ticket(said.conversation_id)).preview == "Ann: Ladder"


async def test_what_is_not_understood_stands_in_the_group(desk: Desk, street: Street) -> None:
    said = await street.say()
    receipt = await desk.receive(Unsupported(external_id="u", reason="a.key", sender=people("ann"), group_id="g"))
    odd = await desk.message(str(receipt.message_ids[0]))
    assert odd.conversation_id == said.conversation_id
    assert (await desk.ticket(said.conversation_id)).preview == "a.key"


async def test_an_inbox_that_leaves_groups_alone_keeps_nothing_of_them(desk: Desk, street: Street) -> None:
    await desk.write(change_inbox, desk.inbox, InboxChange(settings={"groups": False}))
    desk.events.clear()
    raw = Raw(b"What neighbours say among themselves")
    one = desk.words("Who has a ladder?", group_id="g")
    edit = InboundEdit(message="x9", sender=people("ann"), text="Other words", group_id="g")
    receipt = await desk.receive(one, InboundGroup(group_id="g", joined=people("bea")), edit, raw=raw)
    assert receipt.message_ids == ()
    assert desk.kinds() == []
    assert await desk.read(lambda tx: tx.all(_payloads)) == []
    assert (await desk.say("Privately", who="ann")).text == "Privately"
    assert (await desk.say("Here", who="bea", inbox=desk.other_inbox, group_id="g")).text == "Here"


async def test_who_reads_other_inboxes_sees_neither_the_group_nor_its_people(desk: Desk, street: Street) -> None:
    said = await street.say()
    await desk.receive(InboundGroup(group_id="empty", name="Silent"))
    elsewhere = Reach(frozenset({desk.other_inbox}))

    def seen(tx: ReadTx, reach: Reach) -> tuple[int, int]:
        (one,) = participants_of(tx, said.conversation_id)
        talks, _ = views.list_conversations(tx, reach)
        return len(talks), len(visible_contacts(tx, reach, [one.contact_id or ""]))

    assert await desk.read(seen, EVERYTHING) == (2, 1)
    assert await desk.read(seen, elsewhere) == (0, 0)


async def test_words_in_groups_are_found_under_the_name_of_the_group(desk: Desk, street: Street) -> None:
    await street.say("Who has a ladder?")
    await FollowerRunner(desk.database, Catalogue(EVENTS), [FOLLOWER]).catch_up()
    found = await desk.read(search, EVERYTHING, "ladder")
    assert [(one.title, one.snippet) for one in found.messages] == [("Street", "Who has a ladder?")]
