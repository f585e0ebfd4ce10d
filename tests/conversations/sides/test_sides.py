"""Side conversations: what a third party answers stays beside the customer's conversation, and no customer ever sees it."""

from typing import Any

import pytest

from lyhord.app.wiring import EVENTS
from lyhord.contacts.actions import block_identity, merge_contacts, separate_contact
from lyhord.contacts.store import identity_by_key
from lyhord.conversations import search, views
from lyhord.conversations.actions.note import add_note
from lyhord.conversations.actions.reply import reply, retry_delivery, undo_reply
from lyhord.conversations.exchange import Address, Failed, Unsupported
from lyhord.conversations.model import Message, Note, Reply
from lyhord.conversations.scheduled.actions import schedule_reply
from lyhord.conversations.scheduled.views import list_scheduled
from lyhord.conversations.sending import claim_due, finish
from lyhord.conversations.sides.actions import Question, close_side, start_side
from lyhord.conversations.sides.views import Side, list_sides
from lyhord.conversations.timeline import find_conversation
from lyhord.kit.clock import HOUR
from lyhord.kit.database import Tx
from lyhord.kit.events import Catalogue
from lyhord.kit.followers import FollowerRunner
from lyhord.kit.ids import new_id
from lyhord.kit.problems import Invalid, NotFound
from lyhord.tickets.views import current_of_conversations
from lyhord.workspaces.reach import EVERYTHING, Reach
from tests.conversations.desk import Desk, texts

SUPPLIER = Address("pigeon", "supplier", "Mill & Sons")


async def ask(desk: Desk, parent_id: str, text: str = "Is it in stock?", **more: Any) -> Message:
    """Anna asks the supplier about a conversation."""
    to, about = more.pop("to", SUPPLIER), more.pop("about_id", None)
    given = {"scheme": to.scheme, "value": to.value, "inbox_id": desk.inbox, "subject": "Lamp 7", **more}
    words = Reply(conversation_id="", text=text, **given)
    question = Question(parent_id=parent_id, to=to, about_id=about)
    return await desk.message(await desk.write(start_side, question, words, actor=f"agent:{desk.agent}"))


async def answer(desk: Desk, asked: Message, text: str = "Twelve left", **more: Any) -> Message:
    """The supplier answers; their program refers to what it answers, as mail does."""
    return await desk.say(text, **{"who": "supplier", "answers": (asked.id,), **more})


async def sides(desk: Desk, parent_id: str, reach: Reach = EVERYTHING, agent: str | None = None) -> list[Side]:
    """Those that the parent's screen shows."""
    found: list[Side] = (await desk.read(list_sides, reach, agent or desk.agent, [parent_id]))[0]
    return found


async def test_an_answer_lands_beside_the_conversation_and_nowhere_else(desk: Desk) -> None:
    parent = (await desk.say("Do you have lamp 7?")).conversation_id
    ticket = await desk.ticket(parent)
    asked = await ask(desk, parent)
    desk.kinds()
    answered = await answer(desk, asked)
    assert desk.kinds() == ["side.answered"]
    assert answered.conversation_id == asked.conversation_id != parent
    assert (answered.sender, answered.answers) == ("Supplier", asked.id)
    assert texts((await desk.timeline(parent)).items) == ["Do you have lamp 7?"]
    assert texts((await desk.timeline(asked.conversation_id)).items) == ["Is it in stock?", "Twelve left"]
    assert await desk.ticket(parent) == ticket
    assert await desk.read(current_of_conversations, [asked.conversation_id]) == []
    assert await desk.read(lambda tx: tx.one(identity_by_key, scheme="pigeon", value="supplier")) is None


async def test_the_row_says_whether_it_waits_or_is_answered(desk: Desk) -> None:
    parent = (await desk.say()).conversation_id
    asked = await ask(desk, parent)
    [waits] = await sides(desk, parent)
    assert (waits.conversation.kind, waits.conversation.parent_id, waits.conversation.title) == (
        "side",
        parent,
        "Lamp 7",
    )
    assert (waits.conversation.last_message_id, waits.conversation.last_inbound_id) == (asked.id, None)
    assert (waits.state, waits.conversation.responder) == ("queued", f"agent:{desk.agent}")
    answered = await answer(desk, asked)
    [told] = await sides(desk, parent)
    assert told.conversation.last_message_id == told.conversation.last_inbound_id == answered.id
    await desk.answer(asked.conversation_id, "Two, please")
    [again] = await sides(desk, parent)
    assert again.conversation.last_message_id != again.conversation.last_inbound_id


async def test_a_colleague_of_theirs_may_answer_from_another_address(desk: Desk) -> None:
    asked = await ask(desk, (await desk.say()).conversation_id)
    answered = await answer(desk, asked, "He is away, ask me", who="apprentice")
    assert answered.conversation_id == asked.conversation_id
    more = await desk.answer(asked.conversation_id, "Then: is it in stock?")
    assert more.value == "apprentice"
    by_address = await desk.say("Yes", who="stranger", thread=asked.conversation_id)
    assert by_address.conversation_id == asked.conversation_id


async def test_what_a_third_party_writes_of_their_own_accord_is_theirs(desk: Desk) -> None:
    asked = await ask(desk, (await desk.say()).conversation_id)
    await answer(desk, asked)
    fresh = await desk.say("Our new catalogue", who="supplier")
    assert fresh.conversation_id != asked.conversation_id
    assert (await desk.ticket(fresh.conversation_id)).title == "Supplier"
    later = await answer(desk, asked, "Eleven now")
    assert later.conversation_id == asked.conversation_id


async def test_the_customers_own_words_never_land_there(desk: Desk) -> None:
    parent = (await desk.say()).conversation_id
    asked = await ask(desk, parent)
    forwarded = await desk.say(
        "They told me all about it", who="ann", answers=(asked.id,), thread=asked.conversation_id
    )
    assert forwarded.conversation_id == parent


async def test_the_customer_cannot_be_asked_aside(desk: Desk) -> None:
    parent = (await desk.say()).conversation_id
    ann = Address("pigeon", "ann")
    with pytest.raises(Invalid) as refused:
        await ask(desk, parent, to=ann)
    assert refused.value.fields == {"to": "problem.side_to_customer"}
    with pytest.raises(Invalid):
        await ask(desk, parent, copies=(ann,))
    side = (await ask(desk, parent)).conversation_id
    for more in ({"blind_copies": (ann,)}, {"value": "ann"}):
        with pytest.raises(Invalid):
            await desk.write(reply, Reply(conversation_id=side, text="Hi", **more), actor=f"agent:{desk.agent}")
    assert len(await sides(desk, parent)) == 1


async def test_a_machine_or_somebody_blocked_answers_nothing(desk: Desk) -> None:
    parent = (await desk.say()).conversation_id
    asked = await ask(desk, parent)
    await answer(desk, asked, "I am on holiday", flags=frozenset({"auto_reply"}))
    known = (await desk.say("Hello", who="supplier")).conversation_id
    contact_id = (await desk.ticket(known)).contact_id
    await desk.write(block_identity, contact_id, SUPPLIER, True)
    blocked = await answer(desk, asked, "Buy now")
    [row] = await sides(desk, parent)
    assert (row.conversation.last_message_id, row.conversation.last_inbound_id) == (asked.id, None)
    assert (blocked.conversation_id, blocked.flags) == (asked.conversation_id, ("blocked",))
    quiet = [logged.event.quiet for logged in desk.events if logged.kind == "side.answered"]  # type: ignore[attr-defined]
    assert quiet == [1, 1]


async def test_what_could_not_be_read_stands_where_it_belongs(desk: Desk) -> None:
    asked = await ask(desk, (await desk.say()).conversation_id)
    large = Unsupported(external_id="big", reason="problem.mail.too_large", sender=(SUPPLIER,), answers=(asked.id,))
    receipt = await desk.receive(large)
    assert (await desk.message(str(receipt.message_ids[0]))).conversation_id == asked.conversation_id


async def test_closed_it_opens_again_when_either_side_writes(desk: Desk) -> None:
    parent = (await desk.say()).conversation_id
    asked = await ask(desk, parent)
    side = asked.conversation_id

    async def closed() -> bool:
        return (await sides(desk, parent))[0].conversation.closed_at is not None

    desk.kinds()
    for _ in range(2):
        await desk.write(close_side, side, True)
    assert desk.kinds() == ["side.closed"]
    await answer(desk, asked, "Away", flags=frozenset({"auto_reply"}))
    assert await closed()
    await answer(desk, asked)
    assert not await closed()
    await desk.write(close_side, side, True)
    await desk.answer(side, "One more thing")
    assert not await closed()
    await desk.write(close_side, side, True)
    await desk.write(close_side, side, False)
    assert not await closed()
    assert desk.kinds().count("side.reopened") == 3
    with pytest.raises(NotFound):
        await desk.write(close_side, parent, True)


async def test_who_reads_the_parent_reads_what_is_said_aside(desk: Desk) -> None:
    parent = (await desk.say(inbox=desk.inbox)).conversation_id
    asked = await ask(desk, parent, inbox_id=desk.other_inbox)
    answered = await answer(desk, asked, inbox=desk.other_inbox)
    near, far = Reach(frozenset({desk.inbox})), Reach(frozenset({desk.other_inbox}))
    assert [one.conversation.id for one in await sides(desk, parent, near)] == [asked.conversation_id]
    assert texts((await desk.timeline(asked.conversation_id, near)).items) == ["Is it in stock?", "Twelve left"]
    assert (await desk.read(views.get_message, near, answered.id)).text == "Twelve left"
    assert await sides(desk, parent, far) == []
    with pytest.raises(NotFound):
        await desk.timeline(asked.conversation_id, far)
    with pytest.raises(NotFound):
        await desk.read(views.get_message, far, answered.id)
    listed, _ = await desk.read(views.list_conversations, EVERYTHING)
    assert [one.id for one in listed] == [parent]


async def test_search_finds_what_was_said_for_those_who_may_read_it(desk: Desk) -> None:
    parent = (await desk.say("Do you have lamp 7?", inbox=desk.inbox)).conversation_id
    await answer(desk, await ask(desk, parent, inbox_id=desk.other_inbox), "Twelve left", inbox=desk.other_inbox)
    await FollowerRunner(desk.database, Catalogue(EVENTS), [search.FOLLOWER]).catch_up(desk.workspace_id)
    near, far = Reach(frozenset({desk.inbox})), Reach(frozenset({desk.other_inbox}))
    for reach, count in ((EVERYTHING, 1), (near, 1), (far, 0)):
        found = (await desk.read(search.search, reach, "twelve")).messages
        assert [one.title for one in found] == ["Ann · Lamp 7"] * count


async def test_it_is_sent_in_its_own_order_and_threaded(desk: Desk) -> None:
    parent = (await desk.say()).conversation_id
    await desk.answer(parent, "I ask")
    asked = await ask(desk, parent)
    got = await answer(desk, asked)
    second = await desk.answer(asked.conversation_id, "Two, please")
    outbound, inbox_id = await desk.read(views.outbound_of, second.id)
    assert (outbound.conversation_id, inbox_id) == (asked.conversation_id, desk.inbox)
    assert outbound.references == (asked.id, (await desk.read(views.outbound_of, second.id))[0].answers)
    assert outbound.subject == "Lamp 7"
    assert outbound.to.value == got.value == "supplier"

    def fail(tx: Tx) -> list[str]:
        claims = claim_due(tx, (), (), 10)
        for claim in claims:
            finish(tx, claim, Failed("no such mailbox"), native=False)
        return [claim.message_id for claim in claims]

    assert asked.id in await desk.write(fail)
    assert (await sides(desk, parent))[0].state == "queued"
    await desk.write(fail)
    assert (await sides(desk, parent))[0].state == "failed"
    await desk.write(retry_delivery, second.id)
    assert (await sides(desk, parent))[0].state == "queued"


async def test_the_first_words_can_be_taken_back(desk: Desk) -> None:
    parent = (await desk.say()).conversation_id
    asked = await ask(desk, parent, undo_seconds=10)
    draft = await desk.write(undo_reply, asked.id, actor=f"agent:{desk.agent}")
    assert (draft.text, draft.value) == ("Is it in stock?", "supplier")
    [row] = await sides(desk, parent)
    assert (row.conversation.last_message_id, row.state) == (None, None)
    assert await desk.read(views.find_draft, desk.agent, asked.conversation_id) == draft


async def test_a_reply_that_leaves_later_is_held_when_they_write_first(desk: Desk) -> None:
    asked = await ask(desk, (await desk.say()).conversation_id)
    words = Reply(conversation_id=asked.conversation_id, text="Any news?")
    await desk.write(schedule_reply, words, desk.clock.now + HOUR, "hold", actor=f"agent:{desk.agent}")

    async def state() -> str:
        [one] = await desk.read(list_scheduled, EVERYTHING, [asked.conversation_id])
        return str(one.state)

    await answer(desk, asked, "Away", flags=frozenset({"auto_reply"}))
    assert await state() == "waiting"
    await answer(desk, asked)
    assert await state() == "held"


async def test_it_stays_with_its_parent_through_merging_and_separating(desk: Desk) -> None:
    ann, bob = await desk.say(), await desk.say("A bill", who="bob")
    of_ann = await ask(desk, ann.conversation_id)
    ids = [(await desk.ticket(one.conversation_id)).contact_id for one in (ann, bob)]
    await desk.write(merge_contacts, ids[1], ids[0])
    theirs = await desk.say("Another bill", who="bob")
    assert theirs.conversation_id == ann.conversation_id
    of_bill = await ask(desk, ann.conversation_id, about_id=theirs.id, subject=None)
    assert await desk.read(find_conversation, of_ann.conversation_id) is not None
    with pytest.raises(Invalid):
        await ask(desk, ann.conversation_id, to=Address("pigeon", "bob"))
    await desk.write(separate_contact, ids[1])
    assert [one.conversation.id for one in await sides(desk, ann.conversation_id)] == [of_ann.conversation_id]
    assert [one.conversation.id for one in await sides(desk, bob.conversation_id)] == [of_bill.conversation_id]


async def test_what_is_forwarded_must_stand_in_the_conversation(desk: Desk) -> None:
    ann, bob = await desk.say(), await desk.say(who="bob")
    asked = await ask(desk, ann.conversation_id, about_id=ann.id)
    assert (await sides(desk, ann.conversation_id))[0].conversation.about_id == ann.id
    for wrong in (bob.id, new_id(), asked.id):
        with pytest.raises(Invalid):
            await ask(desk, ann.conversation_id, about_id=wrong)


async def test_what_its_sender_lets_vanish_is_not_forwarded(desk: Desk) -> None:
    fleeting = await desk.say("My code is 1234", expires_at=desk.clock() + HOUR)
    with pytest.raises(Invalid) as refused:
        await ask(desk, fleeting.conversation_id, about_id=fleeting.id)
    assert refused.value.fields == {"about_id": "problem.vanishes"}
    assert await sides(desk, fleeting.conversation_id) == []


async def test_nothing_stands_beside_what_stands_beside(desk: Desk) -> None:
    asked = await ask(desk, (await desk.say()).conversation_id)
    with pytest.raises(Invalid):
        await ask(desk, asked.conversation_id)
    with pytest.raises(Invalid):
        await desk.write(add_note, Note(conversation_id=asked.conversation_id, text="Hm"))


async def test_there_are_pages_of_them(desk: Desk) -> None:
    parent = (await desk.say()).conversation_id
    made = [(await ask(desk, parent, subject=f"No {n}")).conversation_id for n in range(3)]
    first, following = await desk.read(list_sides, EVERYTHING, desk.agent, [parent], most=2)
    rest, end = await desk.read(list_sides, EVERYTHING, desk.agent, [parent], before=following, most=2)
    assert [one.conversation.id for one in (*first, *rest)] == made[::-1]
    assert end is None
