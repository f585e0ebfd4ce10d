"""Work is opened by whoever writes, ends the waiting when answered, and stands where agents look for it."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import msgspec
import pytest
from sqlalchemy import delete

from lyhord.contacts.actions import change_contact
from lyhord.contacts.actions.edit import ContactChange
from lyhord.conversations.actions.note import add_note
from lyhord.conversations.actions.reading import mark_seen
from lyhord.conversations.actions.receive import receive_messages
from lyhord.conversations.exchange import InboundMessage
from lyhord.conversations.model import Note, Received
from lyhord.conversations.tables import conversation_inbox
from lyhord.kit.clock import DAY, HOUR, MINUTE, SECOND
from lyhord.kit.database import Statement, Tx
from lyhord.kit.ids import new_id
from lyhord.kit.problems import Invalid, NotFound
from lyhord.tickets import reactions, store, views
from lyhord.tickets.actions import assign_ticket, mark_spam, set_status, tag_ticket, wake_tickets
from lyhord.tickets.model import Ticket, TicketRow, waits_at
from lyhord.tickets.views import TagUse, count_tags, count_tickets, list_tags, list_tickets
from lyhord.workspaces.reach import EVERYTHING, Reach
from tests.conversations.desk import Desk


async def rows(desk: Desk, name: str, reach: Reach = EVERYTHING, agent: str | None = None) -> list[TicketRow]:
    """All pages of a list, read two rows at a time."""
    found: list[TicketRow] = []
    after: dict[str, views.Place] = {}
    while True:
        page, place = await desk.read(list_tickets, reach, agent or desk.agent, name, most=2, **after)
        found += page
        if place is None:
            return found
        after = {"after": place}


async def test_a_first_message_opens_a_ticket_that_says_who_waits_since_when(desk: Desk) -> None:
    asked = await desk.say("Where is\n my   order?", subject="Order 7")
    ticket = await desk.ticket(asked.conversation_id)
    assert (ticket.status, ticket.title, ticket.preview) == ("open", "Ann", "Where is my order?")
    assert (ticket.subject, ticket.channel, ticket.inbox_id) == ("Order 7", "pigeon", desk.inbox)
    assert ticket.waiting_since == desk.clock.now
    assert desk.kinds() == ["contact.created", "conversation.started", "message.received", "ticket.opened"]


async def test_more_words_keep_the_place_in_the_queue(desk: Desk) -> None:
    asked = await desk.say("one")
    since = desk.clock.now
    desk.clock.move(HOUR)
    await desk.say("two")
    ticket = await desk.ticket(asked.conversation_id)
    assert (ticket.waiting_since, ticket.preview, ticket.last_activity_at) == (since, "two", since + HOUR)
    assert [row.id for row in await rows(desk, "waiting")] == [ticket.id]


async def test_an_answer_ends_the_waiting_and_makes_an_owner(desk: Desk) -> None:
    asked = await desk.say()
    await desk.answer(asked.conversation_id, "on its way")
    ticket = await desk.ticket(asked.conversation_id)
    assert (ticket.status, ticket.waiting_since, ticket.owner_agent_id) == ("pending", None, desk.agent)
    await desk.answer(asked.conversation_id, agent=desk.colleague)
    assert (await desk.ticket(asked.conversation_id)).owner_agent_id == desk.agent


async def test_reply_and_resolve_is_one_step(desk: Desk) -> None:
    asked = await desk.say()
    await desk.answer(asked.conversation_id, resolve=True)
    ticket = await desk.ticket(asked.conversation_id)
    assert (ticket.status, ticket.resolved_at) == ("resolved", desk.clock.now)


async def test_who_was_resolved_too_early_waits_as_before(desk: Desk) -> None:
    asked = await desk.say()
    desk.clock.move(SECOND)
    await desk.say("hello?")
    before = await desk.ticket(asked.conversation_id)
    await desk.write(set_status, before.id, "resolved")
    desk.clock.move(SECOND)
    assert await desk.write(set_status, before.id, "open") == before


async def test_who_was_answered_waits_for_nothing_when_it_is_opened_again(desk: Desk) -> None:
    asked = await desk.say()
    desk.clock.move(SECOND)
    await desk.answer(asked.conversation_id, resolve=True)
    ticket = await desk.ticket(asked.conversation_id)
    assert (await desk.write(set_status, ticket.id, "open")).waiting_since is None


async def test_an_answer_soon_after_reopens_and_later_opens_anew(desk: Desk) -> None:
    asked = await desk.say()
    first = await desk.ticket(asked.conversation_id)
    await desk.write(set_status, first.id, "resolved")
    desk.clock.move(DAY)
    await desk.say("still broken")
    reopened = await desk.ticket(asked.conversation_id)
    assert (reopened.id, reopened.status, reopened.resolved_at) == (first.id, "open", None)
    await desk.write(set_status, first.id, "resolved")
    desk.clock.move(8 * DAY)
    await desk.say("something else")
    second = await desk.ticket(asked.conversation_id)
    assert second.id != first.id
    assert [row.id for row in await rows(desk, "resolved")] == [first.id]


async def test_two_messages_in_one_batch_open_one_ticket(desk: Desk) -> None:
    await desk.receive(desk.words("one"), desk.words("two"), desk.words("three", who="bea"))
    assert {row.preview for row in await rows(desk, "all")} == {"two", "three"}


async def test_lists_put_who_waits_longest_first_then_the_latest_activity(desk: Desk) -> None:
    names = ["ann", "bea", "cid", "dan"]
    conversations = []
    for name in names:
        conversations.append((await desk.say(who=name)).conversation_id)
        desk.clock.move(MINUTE)
    await desk.answer(conversations[0])
    desk.clock.move(MINUTE)
    await desk.answer(conversations[2])
    assert [row.title for row in await rows(desk, "all")] == ["Bea", "Dan", "Cid", "Ann"]
    assert [row.title for row in await rows(desk, "waiting")] == ["Bea", "Dan"]
    assert [row.title for row in await rows(desk, "mine")] == ["Cid", "Ann"]
    assert [row.title for row in await rows(desk, "unassigned")] == ["Bea", "Dan"]
    counts = await desk.read(count_tickets, EVERYTHING, desk.agent, [])
    assert (counts["all"], counts["waiting"], counts["mine"], counts["unassigned"]) == (4, 2, 2, 2)


async def test_snoozed_tickets_sleep_until_their_moment_and_wake_when_the_customer_writes(desk: Desk) -> None:
    asked = await desk.say()
    ticket = await desk.ticket(asked.conversation_id)
    until = desk.clock.now + HOUR
    await desk.write(lambda tx: set_status(tx, ticket.id, "snoozed", snoozed_until=until))
    assert await rows(desk, "all") == []
    assert [row.snoozed_until for row in await rows(desk, "snoozed")] == [until]
    assert await desk.write(wake_tickets) == 0
    desk.clock.move(HOUR)
    assert await desk.write(wake_tickets) == 1
    assert (await desk.ticket(asked.conversation_id)).status == "open"
    await desk.write(lambda tx: set_status(tx, ticket.id, "snoozed", snoozed_until=until + DAY))
    await desk.say("now")
    assert (await desk.ticket(asked.conversation_id)).status == "open"
    assert await rows(desk, "snoozed") == []


@pytest.mark.parametrize("until", [None, 0, -HOUR, 4 * 365 * DAY])
async def test_a_moment_that_makes_no_sense_is_refused(desk: Desk, until: int | None) -> None:
    ticket = await desk.ticket((await desk.say()).conversation_id)
    moment = None if until is None else desk.clock.now + until
    with pytest.raises(Invalid):
        await desk.write(lambda tx: set_status(tx, ticket.id, "snoozed", snoozed_until=moment))


async def test_only_people_who_are_here_own_tickets(desk: Desk) -> None:
    ticket = await desk.ticket((await desk.say()).conversation_id)
    for stranger in ({"agent_id": new_id(), "team_id": None}, {"agent_id": None, "team_id": new_id()}):
        with pytest.raises(Invalid):
            await desk.write(lambda tx, one=stranger: assign_ticket(tx, ticket.id, **one))
    with pytest.raises(NotFound):
        await desk.write(lambda tx: assign_ticket(tx, new_id(), agent_id=desk.agent, team_id=None))


async def test_a_mention_brings_the_conversation_to_the_colleague(desk: Desk) -> None:
    asked = await desk.say()
    await desk.say(who="bea")
    await desk.write(add_note, Note(conversation_id=asked.conversation_id, text="look", mentions=(desk.colleague,)))
    found = await rows(desk, "mentioned", agent=desk.colleague)
    assert [row.conversation_id for row in found] == [asked.conversation_id]
    assert await rows(desk, "mentioned") == []


async def test_a_row_knows_how_far_its_agent_has_read(desk: Desk) -> None:
    asked = await desk.say()
    await desk.write(mark_seen, desk.agent, asked.conversation_id, asked.id)
    assert [row.read_id for row in await rows(desk, "all")] == [asked.id]
    assert [row.read_id for row in await rows(desk, "all", agent=desk.colleague)] == [None]


async def test_a_new_name_stands_on_the_ticket(desk: Desk) -> None:
    asked = await desk.say()
    ticket = await desk.ticket(asked.conversation_id)
    await desk.write(change_contact, ticket.contact_id, ContactChange(name="Ann Ström"))
    assert (await desk.ticket(asked.conversation_id)).title == "Ann Ström"


async def test_who_reaches_one_inbox_sees_the_conversation_but_not_the_others_words(desk: Desk) -> None:
    asked = await desk.say("to the first", subject="S")
    await desk.say("to the second", inbox=desk.other_inbox)
    await desk.say("elsewhere", who="bea", inbox=desk.other_inbox)
    reach = Reach(frozenset({desk.inbox}))
    found = await rows(desk, "all", reach)
    assert [(row.conversation_id, row.preview, row.subject) for row in found] == [(asked.conversation_id, "", None)]
    counts = await desk.read(count_tickets, reach, desk.agent, [])
    assert counts["all"] == 1


async def test_a_ticket_whose_conversation_went_through_no_inbox_is_in_everyones_lists(desk: Desk) -> None:
    asked = await desk.say()
    await desk.write(lambda tx: tx.run(Statement(delete(conversation_inbox))))
    for reach in (EVERYTHING, Reach(frozenset({desk.other_inbox})), Reach(frozenset())):
        assert [row.conversation_id for row in await rows(desk, "all", reach)] == [asked.conversation_id]
        assert (await desk.read(count_tickets, reach, desk.agent, []))["all"] == 1


async def test_pages_together_are_all_that_is_within_reach(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "MOST_LOOKED_AT", 3)
    said = []
    for n in range(8):
        said.append(await desk.say(who=f"a{n}", inbox=desk.inbox if n in (0, 6, 7) else desk.other_inbox))
        desk.clock.move(SECOND)
    reach = Reach(frozenset({desk.inbox}))
    found, sizes = [], []
    place: views.Place | None = views.FIRST
    while place:
        page, place = await desk.read(list_tickets, reach, desk.agent, "all", after=place, most=2)
        found += [row.conversation_id for row in page]
        sizes.append(len(page))
    assert found == [said[n].conversation_id for n in (0, 6, 7)]
    assert 0 in sizes


async def test_counts_go_to_a_limit(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "MOST_COUNTED", 2)
    for n in range(4):
        await desk.say(who=f"a{n}")
    for reach in (EVERYTHING, Reach(frozenset({desk.inbox}))):
        assert (await desk.read(count_tickets, reach, desk.agent, []))["all"] == 2


async def test_the_latest_mentions_make_up_their_list(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "MOST_MENTIONS", 2)
    asked = [await desk.say(who=f"a{n}") for n in range(3)]
    for one in asked:
        note = Note(conversation_id=one.conversation_id, text="look", mentions=(desk.agent,))
        await desk.write(add_note, note)
    found = {row.conversation_id for row in await rows(desk, "mentioned")}
    assert found == {one.conversation_id for one in asked[1:]}


async def test_a_failing_reaction_loses_no_message_and_leaves_a_job(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> Ticket:
        raise RuntimeError("a bug of ours")

    monkeypatch.setattr(reactions, "opened_ticket", broken)
    asked = await desk.say()
    assert asked.text == "Hello"
    assert desk.kinds() == ["contact.created", "conversation.started", "message.received"]

    def jobs(tx: Tx) -> list[tuple[str, str]]:
        return [(row[0], row[1]) for row in tx._cursor.execute("SELECT kind, body FROM job").fetchall()]

    (body,) = [body for kind, body in await desk.read(jobs) if kind == "reaction.ticket_inbound"]
    assert msgspec.json.decode(body)["seqs"]


def test_the_place_in_a_list_is_one_number() -> None:
    base: dict[str, Any] = dict.fromkeys(Ticket.__struct_fields__)
    base |= {"status": "open", "last_activity_at": 5}
    waiting = Ticket(**{**base, "waiting_since": 10})
    idle, busy = Ticket(**base), Ticket(**{**base, "last_activity_at": 6})
    assert waits_at(waiting) < waits_at(busy) < waits_at(idle)


@pytest.mark.parametrize("flag", ["auto_reply", "loop"])
async def test_what_a_machine_answers_is_shown_and_wakes_nothing(desk: Desk, flag: str) -> None:
    asked = await desk.say("Where is it?")
    await desk.answer(asked.conversation_id, "On its way")
    desk.clock.move(MINUTE)
    away = await desk.say("I am away", flags=frozenset({flag}))
    ticket = await desk.ticket(asked.conversation_id)
    assert (ticket.status, ticket.waiting_since, ticket.preview) == ("pending", None, "I am away")
    assert ticket.last_inbound_id == away.id
    assert (await rows(desk, "all"))[0].last_activity_at == desk.clock.now
    await desk.write(set_status, ticket.id, "resolved")
    desk.clock.move(400 * DAY)
    await desk.say("Still away", flags=frozenset({flag}))
    later = await desk.ticket(asked.conversation_id)
    assert (later.id, later.status, later.preview) == (ticket.id, "resolved", "Still away")
    await desk.say("Thank you")
    assert (await desk.ticket(asked.conversation_id)).status == "open"


async def test_a_machine_that_writes_first_is_seen_and_so_is_one_behind_which_a_person_waits(desk: Desk) -> None:
    alarm = await desk.say("The tank is empty", flags=frozenset({"auto_reply"}))
    assert (await desk.ticket(alarm.conversation_id)).status == "open"
    asked = await desk.say("Ticket 9", who="bea", flags=frozenset({"automatic"}))
    await desk.answer(asked.conversation_id, "Done", resolve=True)
    await desk.say("Not quite", who="bea", flags=frozenset({"automatic"}))
    assert (await desk.ticket(asked.conversation_id)).status == "open"


async def test_what_is_carried_to_a_ticket_is_what_the_rows_say(desk: Desk) -> None:
    carried: dict[str, object] = {}

    def receive(tx: Tx, *inbounds: InboundMessage) -> list[str]:
        item = Received(inbox_id=desk.inbox, channel="pigeon", inbounds=inbounds)
        ids = [str(one) for one in receive_messages(tx, [item])[0].message_ids]
        carried.update(tx.carried)
        return ids

    words = [
        desk.words("one", subject="S"),
        desk.words("two", who="Bea B"),
        desk.words("three", group_id="g"),
        desk.words("four", flags=frozenset({"auto_reply", "bulk"})),
    ]
    ids = await desk.write(receive, *words)
    rows = await desk.read(lambda tx: [reactions.said_of(row) for row in tx.all(store.words_of, ids=ids)])
    assert {one.id: one for one in rows} == carried


async def test_tags_are_words_on_a_ticket_that_others_find_again(desk: Desk) -> None:
    ticket = await desk.ticket((await desk.say()).conversation_id)
    desk.kinds()

    def tag(*add: str, remove: Sequence[str] = ()) -> Any:
        return desk.write(lambda tx: tag_ticket(tx, ticket.id, add=add, remove=remove))

    await tag("Broken Lamp", "#VIP", "vip")
    assert (await desk.ticket(ticket.conversation_id)).tags == ("broken-lamp", "vip")
    await tag("vip")
    await tag("brass", remove=["vip", "nothing"])
    assert (await desk.ticket(ticket.conversation_id)).tags == ("broken-lamp", "brass")
    assert desk.kinds() == ["ticket.tagged"] * 2
    with pytest.raises(Invalid):
        await tag("  ")
    with pytest.raises(Invalid):
        await tag(*(f"t{number}" for number in range(20)))
    assert await desk.read(list_tags, "b", most=1) == (["brass"], "brass")
    assert await desk.read(list_tags, "b", after="brass") == (["broken-lamp"], None)
    assert (await desk.read(list_tags, ""))[0] == ["brass", "broken-lamp", "vip"]


async def test_tags_stay_when_the_ticket_moves_on(desk: Desk) -> None:
    asked = await desk.say()
    ticket = await desk.ticket(asked.conversation_id)
    await desk.write(lambda tx: tag_ticket(tx, ticket.id, add=["lamp"]))
    await desk.say("more")
    await desk.answer(asked.conversation_id)
    await desk.write(set_status, ticket.id, "resolved")
    assert [row.tags for row in await rows(desk, "resolved")] == [("lamp",)]


async def test_tags_are_counted_over_what_the_reader_reaches(desk: Desk) -> None:
    for who, inbox, tags in (("ann", desk.inbox, ["lamp"]), ("ben", desk.other_inbox, ["lamp", "late"])):
        asked = await desk.say("Hello", who=who, inbox=inbox)
        ticket = await desk.ticket(asked.conversation_id)
        await desk.write(partial(tag_ticket, add=tags), ticket.id)
    assert await desk.read(count_tags, EVERYTHING) == [TagUse("lamp", 2), TagUse("late", 1)]
    assert await desk.read(count_tags, Reach(frozenset({desk.inbox}))) == [TagUse("lamp", 1)]


async def test_spam_is_a_list(desk: Desk) -> None:
    asked = [await desk.say("Hello", who=who) for who in ("ann", "ben")]
    spam, answered = [await desk.ticket(one.conversation_id) for one in asked]
    await desk.write(mark_spam, spam.id)
    await desk.write(set_status, answered.id, "resolved")
    assert [row.title for row in await rows(desk, "spam")] == ["Ann"]
    assert await rows(desk, "spam", Reach(frozenset())) == []
