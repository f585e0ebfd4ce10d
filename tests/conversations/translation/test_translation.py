"""What customers write is there in what agents read: in batches, behind the log, through trouble; and what agents write in both."""

import pytest
from msgspec.structs import replace

from lyhord.conversations.actions.reply import undo_reply
from lyhord.conversations.model import Message, Rendering, Translation
from lyhord.conversations.search import search
from lyhord.conversations.timeline import get_conversation
from lyhord.conversations.translation.actions import (
    ask_for_translation,
    change_terms,
    connect_translator,
    find_translator,
    remove_translator,
)
from lyhord.conversations.translation.desk import translate_text
from lyhord.conversations.translation.model import MOST_TEXT, Settings, Term, TranslatorRefuses, Untranslatable
from lyhord.hearing.entities.redacting import find_private
from lyhord.kit.clock import HOUR
from lyhord.kit.egress import Egress, Refused
from lyhord.workspaces.reach import EVERYTHING
from tests.conversations.translation.conftest import Bureau
from tests.counterparts.translators import KEY, LANGUAGES

LAMP = "Guten Tag, wo bleibt meine Lampe?"
IN_ENGLISH = "Good day, where is my lamp?"


async def texts_of(bureau: Bureau, message: Message) -> dict[str, str]:
    """The message's words in other languages."""
    translation = (await bureau.desk.message(message.id)).translation
    return {one.language: one.text for one in translation.texts} if translation else {}


async def found(bureau: Bureau, typed: str) -> list[str]:
    results = await bureau.desk.read(search, EVERYTHING, typed)
    return [one.message_id for one in results.messages]


async def test_without_a_translator_nothing_is_asked_and_nothing_kept(bureau: Bureau) -> None:
    said = await bureau.desk.say(LAMP)
    await bureau.work()
    assert bureau.server.asked == []
    assert (await bureau.desk.message(said.id)).translation is None
    assert (await bureau.desk.read(get_conversation, said.conversation_id)).language is None


async def test_what_is_said_in_a_foreign_language_is_there_for_everybody_who_needs_it(bureau: Bureau) -> None:
    await bureau.connect()
    said = await bureau.desk.say(LAMP)
    bureau.desk.kinds()
    await bureau.work()
    assert await texts_of(bureau, said) == {"en": IN_ENGLISH, "sv": f"sv: {LAMP}"}
    assert (await bureau.desk.message(said.id)).text == LAMP
    assert bureau.desk.kinds() == ["message.translated"]
    assert (await bureau.desk.read(get_conversation, said.conversation_id)).language == "de"


async def test_what_everybody_reads_is_only_looked_at(bureau: Bureau) -> None:
    await bureau.connect()
    said = await bureau.desk.say("Hej, var är lampan")
    await bureau.work()
    assert await texts_of(bureau, said) == {}
    assert bureau.server.texts() == []
    assert (await bureau.desk.read(get_conversation, said.conversation_id)).language == "sv"


async def test_a_few_letters_are_in_the_language_of_what_was_said_before(bureau: Bureau) -> None:
    await bureau.connect()
    await bureau.desk.say(LAMP)
    await bureau.work()
    short = await bureau.desk.say("Ok")
    await bureau.work()
    translation = (await bureau.desk.message(short.id)).translation
    assert translation is not None
    assert translation.language == "de"


async def test_history_is_not_translated_by_itself_but_when_it_is_asked_for(bureau: Bureau) -> None:
    await bureau.connect()
    receipt = await bureau.desk.receive(bureau.desk.words(LAMP), imported=True)
    message = await bureau.desk.message(str(receipt.message_ids[0]))
    await bureau.work()
    assert await texts_of(bureau, message) == {}
    await bureau.desk.write(ask_for_translation, [message.id], "fi")
    await bureau.work()
    assert await texts_of(bureau, message) == {"fi": f"fi: {LAMP}"}


async def test_while_the_translator_is_away_the_messages_say_so_and_nothing_is_lost(bureau: Bureau) -> None:
    await bureau.connect()
    bureau.server.status = 503
    said = await bureau.desk.say(LAMP)
    bureau.desk.kinds()
    await bureau.work()
    assert (await bureau.desk.message(said.id)).translation == Translation(problem="problem.translator_away")
    assert bureau.desk.kinds() == ["message.translated"]
    bureau.desk.clock.move(2 * HOUR)
    await bureau.work()
    assert bureau.desk.kinds() == [], "told once"
    bureau.server.status = 200
    bureau.desk.clock.move(2 * HOUR)
    await bureau.work()
    assert (await texts_of(bureau, said))["en"] == IN_ENGLISH
    translation = (await bureau.desk.message(said.id)).translation
    assert translation is not None
    assert translation.problem == ""


async def test_a_key_that_is_refused_is_said_to_be(bureau: Bureau) -> None:
    await bureau.connect("another key")
    said = await bureau.desk.say(LAMP)
    await bureau.work()
    assert (await bureau.desk.message(said.id)).translation == Translation(problem="problem.translator_refuses")


async def test_what_cannot_be_translated_holds_up_nothing_else(bureau: Bureau) -> None:
    await bureau.connect()
    long = await bureau.desk.say(f"{LAMP} " * (MOST_TEXT // len(LAMP) + 1))
    said = await bureau.desk.say(LAMP)
    await bureau.work()
    assert (await bureau.desk.message(long.id)).translation == Translation(problem="problem.untranslatable")
    assert (await texts_of(bureau, said))["en"] == IN_ENGLISH


async def test_translated_words_are_found_and_gone_when_the_message_is(bureau: Bureau) -> None:
    await bureau.connect()
    said = await bureau.desk.say(LAMP)
    await bureau.work()
    assert await found(bureau, "where lamp") == await found(bureau, "wo Lampe") == [said.id]
    reply = await bureau.desk.answer(
        said.conversation_id,
        "Versand morgen.",
        translation=Translation("de", (Rendering("en", "It leaves tomorrow.", own=True),)),
        undo_seconds=60,
    )
    await bureau.work()
    assert await found(bureau, "leaves tomorrow") == await found(bureau, "Versand") == [reply.id]
    draft = await bureau.desk.write(undo_reply, reply.id, actor=f"agent:{bureau.desk.agent}")
    await bureau.work()
    assert draft.text == "It leaves tomorrow."
    assert await found(bureau, "leaves tomorrow") == []
    assert (await bureau.desk.message(reply.id)).translation is None


async def test_a_message_that_is_gone_when_its_translation_comes_stays_empty(bureau: Bureau) -> None:
    await bureau.connect()
    said = await bureau.desk.say(LAMP)
    reply = await bureau.desk.answer(said.conversation_id, "Danke", undo_seconds=60)
    await bureau.desk.write(ask_for_translation, [reply.id], "sv")
    await bureau.desk.write(undo_reply, reply.id)
    await bureau.work()
    assert (await bureau.desk.message(reply.id)).translation is None


async def test_the_companys_words_are_said_as_it_says_even_where_marks_are_lost(bureau: Bureau) -> None:
    await bureau.connect()
    await bureau.desk.write(change_terms, [Term("Lampe", {"en": "luminaire"}), Term("Norrsken")])
    stored = await bureau.desk.read(find_translator)
    speaker = bureau.translators.open(stored)
    text = "Die Lampe von Norrsken kam an"
    assert await translate_text(speaker, stored.settings, text, "de", "en") == "en: Die luminaire von Norrsken kam an"
    bureau.server.forgets = True
    assert (
        await translate_text(speaker, stored.settings, text, "de", "en")
        == "en: Die luminaire en: von Norrsken en: kam an"
    )


@pytest.mark.parametrize("forgets", [False, True])
async def test_what_identifies_somebody_stays_here_and_in_the_translation(bureau: Bureau, *, forgets: bool) -> None:
    await bureau.connect()
    bureau.server.forgets = forgets
    bureau.translators.private = find_private
    secrets = ("ann@example.org", "+46 70 174 06 05")
    words = f"Die Lampe kam an: {secrets[0]}, {secrets[1]}"
    stored = await bureau.desk.read(find_translator)
    open_hearted = (await bureau.desk.say(words)).id
    await bureau.work()
    assert any(secret in str(bureau.server.asked) for secret in secrets)  # nobody said that it shall hide anything
    bureau.server.asked.clear()
    settings = replace(stored.settings, hides=True)
    await bureau.desk.write(connect_translator, settings, stored.secrets)
    said = await bureau.desk.say(words, who="ben")
    await bureau.work()
    assert bureau.server.asked
    assert not any(secret in str(bureau.server.asked) for secret in secrets)
    for message_id in (open_hearted, said.id):
        kept = (await bureau.desk.message(message_id)).translation
        assert kept is not None
        english = next(one.text for one in kept.texts if one.language == "en")
        assert all(secret in english for secret in secrets)


async def test_a_translator_that_was_disconnected_is_asked_no_more(bureau: Bureau) -> None:
    await bureau.connect()
    said = await bureau.desk.say(LAMP)
    await bureau.followers.catch_up()
    await bureau.desk.write(remove_translator)
    await bureau.work()
    assert bureau.server.asked == []
    assert (await bureau.desk.message(said.id)).translation is None


@pytest.mark.parametrize("kind", ["libretranslate", "deepl"])
async def test_each_kind_of_translator_tells_languages_and_translates(bureau: Bureau, kind: str) -> None:
    await bureau.connect(kind=kind)
    stored = await bureau.desk.read(find_translator)
    speaker = bureau.translators.open(stored)
    assert await speaker.list_languages() == (LANGUAGES if kind == "libretranslate" else ("DE", "EN-GB", "EN-US", "SV"))
    assert await speaker.detect(LAMP) == "de"
    assert await translate_text(speaker, stored.settings, LAMP, "de", "en") == IN_ENGLISH
    with pytest.raises(Untranslatable):
        await translate_text(speaker, stored.settings, LAMP, "de", "ja")


@pytest.mark.parametrize("kind", ["libretranslate", "deepl"])
async def test_a_wrong_key_is_noticed_when_the_translator_is_tried(bureau: Bureau, kind: str) -> None:
    await bureau.connect("wrong", kind)
    with pytest.raises(TranslatorRefuses):
        await bureau.translators.open(await bureau.desk.read(find_translator)).list_languages()


async def test_an_address_inside_the_house_is_called_only_where_its_operator_allows_it(bureau: Bureau) -> None:
    await bureau.connect()
    desk = type(bureau.translators)(Egress().call, bureau.translators.sealer)
    with pytest.raises(Refused):
        await desk.open(await bureau.desk.read(find_translator)).list_languages()
    assert bureau.server.asked == []


async def test_the_key_is_sealed(bureau: Bureau) -> None:
    await bureau.connect()
    stored = await bureau.desk.read(find_translator)
    assert KEY not in stored.secrets
    assert isinstance(stored.settings, Settings)
    assert bureau.translators.key_of(stored) == KEY
