"""Facts as they are kept: once, of whoever said them, the later in place of the earlier, sensitive ones with a consent alone."""

from typing import Any

from msgspec import UNSET

from lyhord.contacts.actions.merge import merge_contacts, separate_contact
from lyhord.contacts.consents.actions import Answered, record_consent
from lyhord.contacts.facts import store
from lyhord.contacts.facts.actions import FactChange, change_fact, facts_of, list_facts, note_fact
from lyhord.contacts.facts.model import HEARING, Fact
from lyhord.conversations.exchange import Address, InboundEdit
from lyhord.conversations.model import Message
from lyhord.conversations.timeline import get_conversation
from lyhord.hearing.actions import forget_messages, hear_messages
from lyhord.kit.database import ReadTx, Tx
from lyhord.kit.ids import id_time
from lyhord.privacy.store import drop_words
from tests.hearing.conftest import Listener


async def who(listener: Listener, message: Message) -> str:
    """The contact who wrote it."""
    conversation = await listener.desk.read(get_conversation, message.conversation_id)
    return str(conversation.contact_id)


async def facts(listener: Listener, contact_id: str) -> list[Fact]:
    """What is known of a contact."""
    found: list[Fact] = await listener.desk.read(list_facts, contact_id)
    return found


async def texts(listener: Listener, contact_id: str) -> list[str]:
    return [one.text for one in await facts(listener, contact_id)]


async def say(listener: Listener, text: str) -> Message:
    """Say it, and let it be heard."""
    said = await listener.desk.say(text)
    await listener.work()
    return said


async def answer(listener: Listener, contact_id: str, answer: str, channel: str = "") -> None:
    """Record what the contact said to keeping what touches health."""
    listener.desk.clock.move(1_000)
    given = Answered(purpose="facts_health", answer=answer, source="phone", channel=channel)  # type: ignore[arg-type]
    await listener.desk.write(record_consent, contact_id, given)


async def test_a_fact_has_its_quote_its_kind_and_the_time_at_which_it_was_said(listener: Listener) -> None:
    said = await say(
        listener, "Hello and thanks for the call. We are moving in May, so my invoices go to a new address."
    )
    anna = await who(listener, said)
    [fact] = await facts(listener, anna)
    assert (fact.kind, fact.text, fact.noted_by) == ("plan", "We are moving in May", HEARING)
    assert fact.quote == "We are moving in May, so my invoices go to a new address."
    assert (fact.message_id, fact.noted_at, fact.contact_id) == (said.id, id_time(said.id), anna)
    assert 0.5 < (fact.confidence or 0) < 1
    assert "contact.facts" in listener.desk.kinds()


async def test_what_colleagues_write_is_no_statement_of_the_customer(listener: Listener) -> None:
    said = await say(listener, "Where is my parcel? It should have come on Monday.")
    await listener.desk.answer(said.conversation_id, "I prefer apples, and we are moving in May.")
    await listener.work()
    assert await facts(listener, await who(listener, said)) == []


async def test_hearing_twice_is_as_good_as_once(listener: Listener) -> None:
    said = await say(listener, "I prefer apples to pears, as you know. I don't like onions at all.")
    before = await facts(listener, await who(listener, said))
    assert len(before) == 2
    listener.desk.kinds()
    await listener.desk.write(hear_messages, [said.id])
    assert await facts(listener, await who(listener, said)) == before
    assert "contact.facts" not in listener.desk.kinds()


async def test_the_same_statement_again_is_no_second_fact(listener: Listener) -> None:
    said = await say(listener, "Good morning, I prefer apples.")
    await say(listener, "As I wrote before, I prefer the apples.")
    assert await texts(listener, await who(listener, said)) == ["I prefer apples"]


async def test_a_later_statement_retires_the_earlier_one_and_comes_back_when_it_is_gone(listener: Listener) -> None:
    said = await say(listener, "We are moving in May to another town.")
    later = await say(listener, "It took longer than planned, we are moving in July.")
    anna = await who(listener, said)
    assert await texts(listener, anna) == ["We are moving in July"]
    await listener.desk.write(forget_messages, [later.id])
    assert await texts(listener, anna) == ["We are moving in May to another town"]


async def test_who_says_that_it_is_so_no_more_leaves_nothing(listener: Listener) -> None:
    said = await say(listener, "My router keeps crashing in the evenings.")
    anna = await who(listener, said)
    assert len(await facts(listener, anna)) == 1
    await say(listener, "Many thanks for the help, my router works again.")
    assert await facts(listener, anna) == []


async def test_what_is_liked_and_disliked_is_what_was_said_last_in_whatever_order_it_is_heard(
    listener: Listener,
) -> None:
    first = await listener.desk.say("Hello there, I like coriander.")
    second = await listener.desk.say("I have changed my mind, I don't like coriander.")
    await listener.desk.write(hear_messages, [second.id])
    await listener.desk.write(hear_messages, [first.id])
    assert await texts(listener, await who(listener, first)) == ["I don't like coriander"]


async def test_a_removed_fact_is_not_heard_again_and_a_corrected_one_stays_corrected(listener: Listener) -> None:
    said = await say(listener, "I prefer apples to pears. I don't like onions.")
    anna = await who(listener, said)
    onions, apples = await facts(listener, anna)
    await listener.desk.write(change_fact, onions.id, FactChange(removed=True))
    await listener.desk.write(change_fact, apples.id, FactChange(text="Prefers green apples", quote=UNSET))
    await listener.desk.write(hear_messages, [said.id])
    assert await texts(listener, anna) == ["Prefers green apples"]


async def test_a_sensitive_fact_is_kept_with_a_consent_for_exactly_that_kind_and_deleted_when_it_is_withdrawn(
    listener: Listener,
) -> None:
    said = await say(listener, "Please remember that I'm allergic to nuts.")
    anna = await who(listener, said)

    def kept(tx: ReadTx) -> list[Any]:
        return list(tx.all(store.kept_of, contact_ids=[anna]))

    assert await listener.desk.read(kept) == []
    await answer(listener, anna, "given", channel="phone")
    await listener.desk.write(hear_messages, [said.id])
    assert await listener.desk.read(kept) == []
    await answer(listener, anna, "given")
    await listener.desk.write(hear_messages, [said.id])
    [fact] = await facts(listener, anna)
    assert (fact.kind, fact.text) == ("health", "I'm allergic to nuts")
    assert await listener.desk.read(facts_of, [anna]) == {}  # it doesn't go into files
    await say(listener, "And by the way, I'm a member of the union.")
    assert await texts(listener, anna) == ["I'm allergic to nuts"]
    await answer(listener, anna, "withdrawn")
    assert await listener.desk.read(kept) == []


async def test_merging_takes_away_what_a_consent_kept_that_the_other_has_withdrawn_since(listener: Listener) -> None:
    said = await listener.desk.say("Please remember that I'm allergic to nuts.")
    anna = await who(listener, said)
    await answer(listener, anna, "given")
    await listener.work()
    assert await texts(listener, anna) == ["I'm allergic to nuts"]
    other = await who(listener, await listener.desk.say("Hello there", who="ben"))
    await answer(listener, other, "withdrawn")
    await listener.desk.write(merge_contacts, other, anna)

    def kept(tx: ReadTx) -> list[Any]:
        return list(tx.all(store.kept_of, contact_ids=[anna]))

    assert await listener.desk.read(kept) == []


async def test_what_an_edited_message_no_longer_says_goes(listener: Listener) -> None:
    said = await say(listener, "I prefer apples to pears, thank you.")
    anna = await who(listener, said)
    edit = InboundEdit(
        message="x1", sender=(Address("pigeon", "ann", "Ann", verified=True),), text="I prefer plums to pears."
    )
    await listener.desk.receive(edit)
    await listener.work()
    assert await texts(listener, anna) == ["I prefer plums to pears"]


async def test_facts_of_who_is_one_hold_together_and_part_with_them(listener: Listener) -> None:
    said = await say(listener, "We are moving in May to another town.")
    other = await listener.desk.say("We are moving in July, no earlier.", who="bo")
    anna, ann = await who(listener, said), await who(listener, other)
    await listener.desk.write(merge_contacts, ann, anna)
    await listener.work()
    assert await texts(listener, anna) == ["We are moving in July"]
    await listener.desk.write(separate_contact, ann)
    assert await texts(listener, ann) == ["We are moving in July"]


async def test_what_an_agent_noted_is_never_retired(listener: Listener) -> None:
    said = await say(listener, "Where is my parcel? It should have come on Monday.")
    anna = await who(listener, said)
    await listener.desk.write(note_fact, anna, "Likes coriander")
    await say(listener, "For the next time: I don't like coriander.")
    assert await texts(listener, anna) == ["I don't like coriander", "Likes coriander"]


async def test_facts_go_with_the_words_in_which_they_were_heard(listener: Listener) -> None:
    said = await say(listener, "We are moving in May to another town.")
    anna = await who(listener, said)
    await listener.desk.write(note_fact, anna, "Has a dog")

    def empty(tx: Tx) -> None:
        for statement in drop_words:
            tx.run(statement, message_ids=[said.id])

    await listener.desk.write(empty)
    assert await texts(listener, anna) == ["Has a dog"]


async def test_what_a_later_message_ended_holds_again_when_that_is_taken_back(listener: Listener) -> None:
    said = await say(listener, "We are moving in May to another town.")
    over = await say(listener, "Plans have changed, we're not moving after all.")
    anna = await who(listener, said)
    assert await texts(listener, anna) == []
    await listener.desk.write(forget_messages, [over.id])
    assert await texts(listener, anna) == ["We are moving in May to another town"]
