"""What is heard behind the log: the language of messages, conversations and contacts, once each, through crashes and corrections."""

import pytest
from msgspec import UNSET

from lyhord.app.wiring import EVENTS
from lyhord.contacts.actions.edit import ContactChange, change_contact
from lyhord.contacts.actions.merge import merge_contacts, separate_contact
from lyhord.contacts.model import Contact
from lyhord.contacts.reading import get_contact
from lyhord.conversations.model import Message, Rendering, Translation
from lyhord.conversations.timeline import get_conversation
from lyhord.conversations.translation.actions import Made, keep_translations
from lyhord.hearing import actions, jobs
from lyhord.hearing.actions import JOB, hear_again, hear_messages
from lyhord.kit.events import Catalogue
from lyhord.kit.ids import id_time
from lyhord.kit.jobs import JobRunner, Work
from tests.hearing.conftest import Listener
from tests.hearing.ears import hear_all_again

SWEDISH = "Hej, var är mitt paket? Det skulle ha kommit i måndags."
FINNISH = "Missä pakettini on? Sen piti tulla maanantaina."
ENGLISH = "Where is my parcel? It should have come on Monday."


async def whose(listener: Listener, message: Message) -> Contact:
    """The contact who wrote it."""
    conversation = await listener.desk.read(get_conversation, message.conversation_id)
    contact: Contact = await listener.desk.read(get_contact, conversation.contact_id)
    return contact


async def language_of(listener: Listener, message: Message) -> str | None:
    translation = (await listener.desk.message(message.id)).translation
    return translation.language if translation else None


async def test_a_message_its_conversation_and_its_contact_have_the_language_of_what_was_said(
    listener: Listener,
) -> None:
    said = await listener.desk.say(SWEDISH)
    assert await language_of(listener, said) is None  # nobody waited for it
    listener.desk.kinds()
    await listener.work()
    assert await language_of(listener, said) == "sv"
    assert (await listener.desk.read(get_conversation, said.conversation_id)).language == "sv"
    contact = await whose(listener, said)
    assert (contact.language, contact.language_heard_in) == ("sv", said.id)
    assert contact.language_heard_at == id_time(said.id)
    assert sorted(listener.desk.kinds()) == ["contact.changed", "message.heard"]


async def test_what_nobody_can_tell_is_left_alone(listener: Listener) -> None:
    said = [await listener.desk.say(text) for text in ("ok", "👍", "4711")]
    listener.desk.kinds()
    await listener.work()
    assert [await language_of(listener, one) for one in said] == [None, None, None]
    assert (await whose(listener, said[0])).language is None
    assert listener.desk.kinds() == []


async def test_what_was_set_by_hand_stays_until_somebody_takes_it_back(listener: Listener) -> None:
    said = await listener.desk.say("Hello")
    contact = await whose(listener, said)
    await listener.desk.write(change_contact, contact.id, ContactChange(language="nb"))
    for _ in range(3):
        await listener.desk.say(SWEDISH)
    await listener.work()
    contact = await whose(listener, said)
    assert (contact.language, contact.language_heard_in, contact.language_heard_at) == ("nb", None, None)
    await listener.desk.write(change_contact, contact.id, ContactChange(language=None))
    await listener.desk.say(SWEDISH)
    await listener.work()
    assert (await whose(listener, said)).language == "sv"


async def test_another_change_leaves_what_was_heard_as_heard(listener: Listener) -> None:
    said = await listener.desk.say(SWEDISH)
    await listener.work()
    contact = await whose(listener, said)
    await listener.desk.write(change_contact, contact.id, ContactChange(name="Ann Berg", language=UNSET))
    assert (await whose(listener, said)).language_heard_in == said.id
    await listener.desk.write(change_contact, contact.id, ContactChange(language="sv"))
    assert (await whose(listener, said)).language_heard_in is None


async def test_one_message_in_another_language_changes_nobody_and_two_do(listener: Listener) -> None:
    first = await listener.desk.say(SWEDISH)
    await listener.work()
    await listener.desk.say(FINNISH)
    await listener.work()
    assert (await whose(listener, first)).language == "sv"
    third = await listener.desk.say(FINNISH)
    await listener.work()
    contact = await whose(listener, first)
    assert (contact.language, contact.language_heard_in) == ("fi", third.id)


async def test_a_batch_comes_to_the_same_as_one_by_one(listener: Listener) -> None:
    first = await listener.desk.say(SWEDISH)
    for text in (FINNISH, FINNISH, "ok"):
        await listener.desk.say(text)
    await listener.work()
    assert (await whose(listener, first)).language == "fi"


async def test_a_follower_that_dies_repeats_nothing(listener: Listener, monkeypatch: pytest.MonkeyPatch) -> None:
    first = await listener.desk.say(SWEDISH)
    await listener.work()
    second = await listener.desk.say(FINNISH)
    listener.desk.kinds()
    with monkeypatch.context() as broken:

        def die(*_: object) -> None:
            raise RuntimeError("the power went")

        broken.setattr(actions, "hear_languages", die)
        await listener.work()
    assert await language_of(listener, second) is None
    assert "message.heard" not in listener.desk.kinds()
    listener.follower = listener.anew()
    await listener.work()
    assert listener.desk.kinds() == ["message.heard"]
    assert [await language_of(listener, one) for one in (first, second)] == ["sv", "fi"]
    listener.follower = listener.anew()
    await listener.work()
    assert listener.desk.kinds() == []


async def test_hearing_twice_is_as_good_as_once(listener: Listener) -> None:
    said = await listener.desk.say(SWEDISH)
    await listener.work()
    before = await whose(listener, said)
    listener.desk.kinds()
    await listener.desk.write(hear_messages, [said.id])
    assert await whose(listener, said) == before
    assert listener.desk.kinds() == []


async def test_history_is_heard_and_nobody_is_told_of_each_message(listener: Listener) -> None:
    words = [listener.desk.words(SWEDISH, who="old"), listener.desk.words(ENGLISH, who="old")]
    receipt = await listener.desk.receive(*words, imported=True)
    listener.desk.kinds()
    await listener.work()
    said = [await listener.desk.message(str(one)) for one in receipt.message_ids]
    assert [await language_of(listener, one) for one in said] == ["sv", "en"]
    assert listener.desk.kinds().count("message.heard") == 1  # it told the contact's language


async def test_what_agents_write_is_heard_and_tells_nothing_of_the_customer(listener: Listener) -> None:
    said = await listener.desk.say("ok")
    answer = await listener.desk.answer(said.conversation_id, ENGLISH)
    await listener.work()
    assert await language_of(listener, answer) == "en"
    assert (await whose(listener, said)).language is None
    assert (await listener.desk.read(get_conversation, said.conversation_id)).language is None


async def test_what_a_translator_has_told_before_is_believed(listener: Listener) -> None:
    said = await listener.desk.say(SWEDISH)
    made = Made(said.id, "nb", {"en": "Where is my parcel?"})
    await listener.desk.write(keep_translations, [made])
    await listener.work()
    translation = (await listener.desk.message(said.id)).translation
    assert translation == Translation("nb", (Rendering("en", "Where is my parcel?"),))
    assert (await whose(listener, said)).language == "nb"


async def test_a_message_in_two_languages_says_both(listener: Listener) -> None:
    said = await listener.desk.say(f"{SWEDISH}\n{ENGLISH} Thank you very much for all the help.")
    await listener.work()
    translation = (await listener.desk.message(said.id)).translation
    assert translation == Translation("en", also=("sv",))


async def test_what_was_heard_goes_to_the_survivor_and_back(listener: Listener) -> None:
    heard = await listener.desk.say(SWEDISH, who="ann")
    other = await listener.desk.say("ok", who="ben")
    await listener.work()
    one, into = await whose(listener, heard), await whose(listener, other)
    await listener.desk.write(merge_contacts, one.id, into.id)
    survivor = await listener.desk.read(get_contact, into.id)
    assert (survivor.language, survivor.language_heard_in) == ("sv", heard.id)
    await listener.desk.write(separate_contact, one.id)
    survivor = await listener.desk.read(get_contact, into.id)
    assert (survivor.language, survivor.language_heard_in, survivor.language_heard_at) == (None, None, None)


async def test_what_a_merged_contact_writes_tells_the_survivors_language(listener: Listener) -> None:
    one = await whose(listener, await listener.desk.say("ok", who="ann"))
    into = await whose(listener, await listener.desk.say("ok", who="ben"))
    await listener.desk.write(merge_contacts, one.id, into.id)
    await listener.desk.say(FINNISH, who="ann")
    await listener.work()
    assert (await listener.desk.read(get_contact, into.id)).language == "fi"


async def test_everything_is_heard_again_in_chunks_when_the_operator_says_so(
    listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = [
        await listener.desk.say(text, who=who) for who, text in (("ann", SWEDISH), ("ben", FINNISH), ("cat", ENGLISH))
    ]
    monkeypatch.setattr(jobs, "AT_ONCE", 1)
    monkeypatch.setattr(jobs, "STRETCHES", 2)
    await listener.desk.write(hear_again)
    runner = JobRunner(listener.desk.database, Catalogue(EVENTS), {JOB: Work(jobs.hear_all, jobs.PATIENCE)})
    await runner.catch_up()
    assert [await language_of(listener, one) for one in said] == ["sv", "fi", "en"]
    assert [(await whose(listener, one)).language for one in said] == ["sv", "fi", "en"]


async def test_hearing_again_corrects_messages_and_leaves_what_is_known_of_contacts(listener: Listener) -> None:
    said = await listener.desk.say(SWEDISH)
    await listener.desk.write(keep_translations, [Made(said.id, "nb")])
    contact = await whose(listener, said)
    await listener.desk.write(change_contact, contact.id, ContactChange(language="fi"))
    await listener.desk.write(hear_all_again)
    assert await language_of(listener, said) == "sv"
    assert (await whose(listener, said)).language == "fi"
