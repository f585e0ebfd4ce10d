"""Who is told what: only what concerns them, once, and never their own doing or what they may not see."""

from functools import partial

import pytest

from lyhord.conversations.exchange import Accepted, Address, Failed, InboundMessage
from lyhord.conversations.model import Draft, Reply
from lyhord.conversations.sending import claim_due, finish
from lyhord.conversations.sharing.actions import share_draft, take_shared
from lyhord.conversations.sides.actions import Question, start_side
from lyhord.conversations.watching.actions import watch
from lyhord.kit.clock import MINUTE, SECOND
from lyhord.kit.database import Tx
from lyhord.kit.problems import Invalid
from lyhord.notifications.actions import change_preferences, mark_all_read, mark_read, subscribe
from lyhord.notifications.telling import PUSH_JOB
from lyhord.notifications.views import get_summary
from lyhord.tickets.actions import assign_ticket, set_status
from lyhord.tickets.bulk import BulkChange, Who, change_chunk
from lyhord.tickets.moving import NewTicket, open_ticket
from lyhord.tickets.views import FIRST, list_tickets
from lyhord.workspaces.actions.workspace import change_workspace
from lyhord.workspaces.reach import EVERYTHING, Reach
from tests.notifications.office import Office


async def test_a_new_customer_is_told_to_the_team_that_reads_the_inbox(office: Office) -> None:
    said = await office.say("Where is my parcel?")
    [one] = await office.told()
    assert (one.kind, one.title, one.words, one.agent_id) == ("unassigned", "Ann", "Where is my parcel?", None)
    assert one.conversation_id == said.conversation_id
    assert await office.kinds_told(office.colleague) == ["unassigned"]


async def test_an_inbox_of_no_team_of_mine_tells_me_nothing(office: Office) -> None:
    await office.say(inbox=office.other_inbox)
    assert await office.told() == []


async def test_what_becomes_mine_is_told_to_me_and_not_to_who_took_it(office: Office) -> None:
    said = await office.say(inbox=office.other_inbox)
    await office.give(said.conversation_id, office.agent)
    [one] = await office.told()
    assert (one.kind, one.agent_id) == ("assigned", office.colleague)
    await office.give(said.conversation_id, office.colleague, by=office.colleague)
    assert await office.told(office.colleague) == []


async def test_what_was_said_before_it_became_mine_is_not_told_where_a_batch_ends_between(office: Office) -> None:
    office.follow_by(1)
    said = await office.say(inbox=office.other_inbox)
    await office.give(said.conversation_id, office.agent)
    assert await office.kinds_told() == ["assigned"]


async def test_what_is_about_another_ticket_than_the_one_that_opens_names_it(office: Office) -> None:
    said, bill = await office.say("My lamp is broken"), await office.say("And the bill is wrong")
    first = await office.ticket(said.conversation_id)
    further = NewTicket(message_ids=(bill.id,))
    second = (await office.write(open_ticket, said.conversation_id, further)).ticket_id
    for ticket_id, named in ((first.id, first.id), (second, None)):
        await office.write(partial(assign_ticket, ticket_id=ticket_id, agent_id=office.agent, team_id=None))
        assert (await office.told())[0].ticket_id == named
    await office.say("It says 300")
    newest = (await office.told())[0]
    assert (newest.kind, newest.ticket_id) == ("message", None)


async def test_what_is_given_to_a_team_is_told_to_its_others(office: Office) -> None:
    said = await office.say(inbox=office.other_inbox)
    await office.give(said.conversation_id, None, team=office.team)
    assert await office.kinds_told() == ["unassigned"]
    assert await office.told(office.colleague) == []


async def test_a_message_in_mine_is_told_to_me_alone_and_five_are_told_once(office: Office) -> None:
    said = await office.say(inbox=office.other_inbox)
    await office.give(said.conversation_id, office.agent, by=office.agent)
    for number in range(5):
        await office.say(f"Hello {number}", inbox=office.other_inbox)
        await office.follow()
    [one] = await office.told()
    assert (one.kind, one.words) == ("message", "Hello 4")
    assert await office.told(office.colleague) == []


async def test_a_note_is_told_to_who_is_named_and_to_the_owner(office: Office) -> None:
    said = await office.say(inbox=office.other_inbox)
    await office.note(said.conversation_id, office.agent)
    [one] = await office.told()
    assert (one.kind, one.words, one.agent_id) == ("mention", "Look", office.colleague)
    await office.give(said.conversation_id, office.agent, by=office.agent)
    await office.note(said.conversation_id)
    assert sorted(await office.kinds_told()) == ["mention", "message"]


async def test_a_named_team_is_told_its_author_aside(office: Office) -> None:
    said = await office.say(inbox=office.other_inbox)
    await office.note(said.conversation_id, office.team)
    assert await office.kinds_told() == ["mention"]
    assert await office.told(office.colleague) == []


async def test_a_named_team_stands_in_the_list_of_each_member_who_reaches_it(office: Office) -> None:
    said = await office.say(inbox=office.other_inbox)
    await office.note(said.conversation_id, office.team)
    for reach, count in ((EVERYTHING, 1), (Reach(frozenset({office.inbox})), 0)):
        rows, _ = await office.read(list_tickets, reach, office.agent, "mentioned")
        assert len(rows) == count
    rows, _ = await office.read(list_tickets, EVERYTHING, office.colleague, "mentioned")
    assert rows == [], "who names a team isn't named"
    await office.write(change_preferences, office.agent, {"mention": []})
    await office.note(said.conversation_id, office.team, text="Again")
    assert await office.told() == [], "each is told as they chose"
    with pytest.raises(Invalid):
        await office.note(said.conversation_id, "nobody")


async def test_who_follows_is_told_of_everything_said_but_their_own(office: Office) -> None:
    said = await office.say(inbox=office.other_inbox)
    await office.follow()
    await office.write(watch, office.agent, said.conversation_id)
    await office.say("More", inbox=office.other_inbox)
    [one] = await office.told()
    assert (one.kind, one.words, one.agent_id) == ("watched", "More", None)
    await office.answer(said.conversation_id, "Coming", agent=office.colleague)
    [one] = await office.told()
    assert (one.words, one.agent_id) == ("Coming", office.colleague)
    await office.look(said.conversation_id)
    await office.answer(said.conversation_id, "Mine")
    await office.note(said.conversation_id, text="Note")
    [one] = await office.told()
    assert one.words == "Note"
    await office.write(change_preferences, office.agent, {"watched": []})
    await office.look(said.conversation_id)
    await office.note(said.conversation_id, text="Another")
    assert await office.told() == []


async def test_who_owns_what_they_follow_is_told_once(office: Office) -> None:
    said = await office.say(inbox=office.other_inbox)
    await office.give(said.conversation_id, office.agent, by=office.agent)
    await office.write(watch, office.agent, said.conversation_id)
    await office.say("More", inbox=office.other_inbox)
    assert await office.kinds_told() == ["message"]


async def test_who_follows_out_of_reach_is_told_nothing(office: Office) -> None:
    said = await office.say(inbox=office.other_inbox)
    await office.write(watch, office.agent, said.conversation_id)
    await office.write(change_workspace, None, {"restricted_reach": True})
    await office.say("More", inbox=office.other_inbox)
    assert await office.told() == []


async def test_what_is_handed_over_is_told_with_the_words_of_its_note(office: Office) -> None:
    said = await office.say(inbox=office.other_inbox)
    ticket = await office.ticket(said.conversation_id)
    who = Who(f"agent:{office.colleague}", office.colleague, EVERYTHING)
    change = BulkChange(ids=(ticket.id,), owner_agent_id=office.agent, note="She is yours")
    await office.write(change_chunk, who, change, FIRST, actor=who.actor)
    [one] = await office.told()
    assert (one.kind, one.words, one.agent_id) == ("assigned", "She is yours", office.colleague)
    back = BulkChange(ids=(ticket.id,), owner_agent_id=None, owner_team_id=office.team, note="For all of you")
    await office.write(change_chunk, who, back, FIRST, actor=who.actor)
    newest = (await office.told())[0]
    assert (newest.kind, newest.words) == ("unassigned", "For all of you")


async def test_machines_and_history_are_told_to_nobody(office: Office) -> None:
    said = await office.say(inbox=office.other_inbox)
    await office.give(said.conversation_id, office.agent, by=office.agent)
    await office.say("I am away", inbox=office.other_inbox, flags=frozenset({"auto_reply"}))
    old: InboundMessage = office.words("Long ago", who="old")
    await office.receive(old, imported=True)
    assert await office.told() == []


async def test_what_was_read_before_it_could_be_told_is_not(office: Office) -> None:
    said = await office.say(inbox=office.other_inbox)
    await office.give(said.conversation_id, office.agent, by=office.agent)
    await office.say("More", inbox=office.other_inbox)
    await office.look(said.conversation_id)
    assert await office.told() == []


async def test_reading_on_makes_it_read_everywhere(office: Office) -> None:
    said = await office.say()
    assert len(await office.told()) == 1
    office.events.clear()
    await office.look(said.conversation_id)
    assert await office.told() == []
    assert office.kinds() == ["conversation.seen", "notification.changed"]
    assert await office.kinds_told(office.colleague) == ["unassigned"], "of each agent by themselves"


async def test_a_batch_is_told_by_one_event_that_names_everybody(office: Office) -> None:
    for who in ("ann", "bob", "cleo"):
        await office.say(who=who)
    office.events.clear()
    await office.follow()
    [event] = [logged.event for logged in office.events]
    assert getattr(event, "agent_ids", ()) == tuple(sorted([office.agent, office.colleague]))


async def test_an_inbox_out_of_reach_is_neither_told_nor_shown_later(office: Office) -> None:
    said = await office.say(inbox=office.other_inbox)
    await office.give(said.conversation_id, office.agent)
    assert await office.kinds_told() == ["assigned"]
    assert await office.told(reach=Reach(frozenset({office.inbox}))) == [], "the list asks with today's reach"
    summary = await office.read(get_summary, Reach(frozenset({office.inbox})), office.agent)
    assert (summary.unread, summary.conversation_ids) == (0, [])
    await office.write(change_workspace, None, {"restricted_reach": True})
    bob = await office.say(who="bob", inbox=office.other_inbox)
    await office.give(bob.conversation_id, office.agent)
    assert len(await office.told()) == 1, "not told any more"


async def test_what_an_agent_does_not_want_is_not_told(office: Office) -> None:
    await office.write(change_preferences, office.agent, {"unassigned": []})
    await office.say()
    assert await office.told() == []
    with pytest.raises(Invalid):
        await office.write(change_preferences, office.agent, {"unassigned": ["pigeon"]})


async def test_pushes_wait_a_moment_and_not_at_all_in_quiet(office: Office) -> None:
    device = await office.write(subscribe, office.agent, "hash", "https://push.example/1", "sealed", "Firefox")
    said = await office.say(inbox=office.other_inbox)
    await office.give(said.conversation_id, office.agent)
    [one] = await office.told()
    assert await office.jobs(PUSH_JOB) == [({"device_id": device, "id": one.id}, office.clock.now + 4 * SECOND)]
    await office.write(change_preferences, office.agent, {"paused_until": office.clock.now + MINUTE})
    await office.say("More", inbox=office.other_inbox)
    assert sorted(await office.kinds_told()) == ["assigned", "message"]
    assert len(await office.jobs(PUSH_JOB)) == 1


async def test_all_up_to_one_are_read_and_those_after_it_are_not(office: Office) -> None:
    await office.say()
    [first] = await office.told()
    await office.say(who="bob")
    await office.follow()
    assert await office.write(mark_all_read, office.agent, first.id) == 1
    [left] = await office.told()
    assert left.title == "Bob"

    def read(tx: Tx) -> int:
        return mark_read(tx, office.agent, ids=[left.id, first.id])

    assert await office.write(read) == 1
    assert await office.told() == []


async def test_a_resolved_ticket_is_nobodys_news(office: Office) -> None:
    said = await office.say()
    await office.write(set_status, (await office.ticket(said.conversation_id)).id, "resolved")
    assert await office.told() == []
    assert (await office.read(get_summary, EVERYTHING, office.agent)).unread == 0


async def ask_aside(office: Office, conversation_id: str, inbox_id: str) -> tuple[str, str]:
    """The second agent asks the mill; the side conversation and its first message."""
    to = Address("pigeon", "mill")
    words = Reply(
        conversation_id="", text="In stock?", subject="Lamp 7", inbox_id=inbox_id, scheme="pigeon", value="mill"
    )
    question = Question(parent_id=conversation_id, to=to)
    asked = await office.message(await office.write(start_side, question, words, actor=f"agent:{office.colleague}"))
    return asked.conversation_id, asked.id


async def test_an_answer_aside_is_told_to_who_asked_and_to_who_answers_for_the_ticket(office: Office) -> None:
    said = await office.say()
    await office.give(said.conversation_id, office.agent)
    await office.told()
    side, asked = await ask_aside(office, said.conversation_id, office.inbox)
    await office.say("I am away", who="mill", answers=(asked,), flags=frozenset({"auto_reply"}))
    assert "side" not in await office.kinds_told() + await office.kinds_told(office.colleague)
    await office.say("Twelve", who="mill", answers=(asked,))
    for agent in (office.agent, office.colleague):
        one = (await office.told(agent))[0]
        assert (one.kind, one.title, one.words, one.conversation_id) == ("side", "Lamp 7", "Twelve", side)
    await office.look(side, office.colleague)
    assert "side" not in await office.kinds_told(office.colleague)


async def test_an_answer_aside_is_shown_to_who_reads_the_parent(office: Office) -> None:
    said = await office.say()
    _, asked = await ask_aside(office, said.conversation_id, office.other_inbox)
    await office.say("Twelve", who="mill", answers=(asked,), inbox=office.other_inbox)
    near, far = Reach(frozenset({office.inbox})), Reach(frozenset({office.other_inbox}))
    assert [one.words for one in await office.told(office.colleague, near) if one.kind == "side"] == ["Twelve"]
    assert await office.told(office.colleague, far) == []


async def fail(office: Office, message_id: str) -> None:
    """The channel refuses a message for good."""

    def refuse(tx: Tx) -> None:
        for claim in claim_due(tx, (), (), 10):
            if claim.message_id == message_id:
                finish(tx, claim, Failed("no such mailbox"), native=False)

    await office.write(refuse)


async def test_what_could_not_be_delivered_is_told_to_who_wrote_it_even_if_they_looked(office: Office) -> None:
    said = await office.say(inbox=office.other_inbox)
    await office.give(said.conversation_id, office.agent, by=office.agent)
    answer = await office.answer(said.conversation_id, "Here you are", agent=office.agent)
    await office.look(said.conversation_id)
    assert await office.told() == []
    await fail(office, answer.id)
    [one] = await office.told()
    assert (one.kind, one.words, one.agent_id, one.message_id) == ("failed", "Here you are", None, answer.id)
    assert await office.told(office.colleague) == []


async def test_a_question_aside_that_failed_is_told_to_who_asked(office: Office) -> None:
    said = await office.say()
    await office.told()
    side, asked = await ask_aside(office, said.conversation_id, office.other_inbox)
    await fail(office, asked)
    near = Reach(frozenset({office.inbox}))
    [one] = [one for one in await office.told(office.colleague, near) if one.kind == "failed"]
    assert (one.title, one.words, one.conversation_id) == ("Lamp 7", "In stock?", side)
    assert "failed" not in await office.kinds_told()


async def test_only_a_failure_is_told_of_all_that_happens_to_a_delivery(office: Office) -> None:
    said = await office.say(inbox=office.other_inbox)
    await office.answer(said.conversation_id, agent=office.agent)
    await office.told()

    def send(tx: Tx) -> None:
        for claim in claim_due(tx, (), (), 10):
            finish(tx, claim, Accepted("x1"), native=False)

    await office.write(send)
    assert "failed" not in await office.kinds_told() + await office.kinds_told(office.colleague)


async def test_whose_draft_a_colleague_goes_on_with_is_told_and_nobody_else(office: Office) -> None:
    talk = (await office.say()).conversation_id
    draft_id = await office.write(share_draft, talk, Draft(text="Dear Ann"), actor=f"agent:{office.agent}")
    await office.write(take_shared, draft_id, actor=f"agent:{office.colleague}")
    assert [(one.kind, one.agent_id) for one in await office.told() if one.kind == "draft"] == [
        ("draft", office.colleague)
    ]
    assert "draft" not in await office.kinds_told(office.colleague)
