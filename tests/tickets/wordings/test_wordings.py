"""A language model writes summaries beside those of plain sentences: with sources, for who may read these, until the words change."""

from collections.abc import Callable

import pytest

from lyhord.app.erasures import OTHERS
from lyhord.conversations.actions.note import add_note
from lyhord.conversations.model import Note
from lyhord.hearing.language_model.actions import remove_language_model
from lyhord.hearing.language_model.model import NoLanguageModel
from lyhord.kit.clock import DAY, HOUR, MINUTE
from lyhord.kit.database import Statement
from lyhord.privacy.actions import erase_contact
from lyhord.tickets.wordings.model import LOST_AFTER, Order
from lyhord.tickets.wordings.tables import wording
from tests.counterparts.languagemodels import MODEL, LanguageModelServer
from tests.tickets.wordings.conftest import LEAKS, PROMISE, Writer

rows = Statement(wording.select())


async def test_better_words_come_with_their_sources_and_the_model_that_wrote_them(
    writer: Writer, server: LanguageModelServer
) -> None:
    ticket = await writer.talk(LEAKS, PROMISE)
    before = await writer.summary(ticket)
    assert before.written is not None
    assert (before.written.state, len(server.asked)) == ("none", 0)
    await writer.ask(Order("summaries", ticket.id, "en", None))
    assert (await writer.written(ticket)).state == "asked"
    await writer.work()
    found = await writer.summary(ticket)
    assert found.lines == before.lines
    written = found.written
    assert written is not None
    assert (written.state, written.model) == ("made", MODEL)
    first, last = (await writer.desk.timeline(ticket.conversation_id)).items
    assert [(one.kind, one.text, one.sources) for one in written.lines] == [
        ("wanted", "The customer wrote: My machine leaks and I need a new gasket.", (first.id,)),
        ("promised", "We wrote: We will send you a new gasket tomorrow.", (last.id,)),
    ]
    assert "ticket.worded" in writer.desk.kinds()


async def test_without_a_language_model_or_this_use_of_it_nothing_is_asked(
    writer: Writer, server: LanguageModelServer
) -> None:
    ticket = await writer.talk(LEAKS)
    await writer.connect(uses=("cases",))
    assert (await writer.summary(ticket)).written is None
    with pytest.raises(NoLanguageModel):
        await writer.ask(Order("summaries", ticket.id, "en", None))
    await writer.desk.write(remove_language_model)
    assert (await writer.summary(ticket)).written is None
    assert server.asked == []


async def test_what_identifies_somebody_and_notes_stay_in_the_house(
    writer: Writer, server: LanguageModelServer
) -> None:
    ticket = await writer.talk(LEAKS, PROMISE)
    note = Note(conversation_id=ticket.conversation_id, text="The customer is a pain")
    await writer.desk.write(add_note, note, actor=f"agent:{writer.desk.agent}")
    await writer.write(ticket)
    [asked] = server.asked
    assert "[phone]" in asked.words
    assert "123 45 67" not in asked.words
    assert "pain" not in asked.words
    await writer.connect(hides=False)
    await writer.write(ticket)
    assert "+46 70 123 45 67" in server.asked[-1].words


async def test_it_is_kept_until_the_conversation_goes_on(writer: Writer, server: LanguageModelServer) -> None:
    ticket = await writer.talk(LEAKS, PROMISE)
    await writer.write(ticket)
    await writer.write(ticket)
    assert len(server.asked) == 1, "the words are the same"
    await writer.desk.say("Thanks, when does it arrive?")
    assert (await writer.written(ticket)).state == "none"
    await writer.write(ticket)
    assert len(server.asked) == 2
    assert any("when does it arrive" in one.text for one in (await writer.written(ticket)).lines)


async def test_who_asks_while_it_is_written_or_just_was_makes_no_second_call(
    writer: Writer, server: LanguageModelServer
) -> None:
    ticket = await writer.talk(LEAKS)
    order = Order("summaries", ticket.id, "en", None)
    await writer.ask(order)
    await writer.ask(order)
    await writer.jobs.catch_up()
    assert len(server.asked) == 1
    await writer.desk.say("One thing more about the gasket")
    await writer.ask(order)
    await writer.jobs.catch_up()
    assert len(server.asked) == 1, "not twice in a minute"
    writer.desk.clock.move(MINUTE)
    await writer.jobs.catch_up()
    assert len(server.asked) == 2


async def test_readers_of_fewer_messages_have_words_of_their_own(writer: Writer, server: LanguageModelServer) -> None:
    desk = writer.desk
    ticket = await writer.talk("My machine leaks and I need a new gasket.")
    await desk.say("The code of the safe is in the cellar", inbox=desk.other_inbox)
    await writer.write(ticket)
    assert "cellar" in server.asked[0].words
    mine = (desk.inbox,)
    assert (await writer.written(ticket, inbox_ids=mine)).state == "none"
    await writer.ask(Order("summaries", ticket.id, "en", mine))
    await writer.work()
    assert "cellar" not in server.asked[1].words
    written = await writer.written(ticket, inbox_ids=mine)
    assert written.state == "made"
    assert all("cellar" not in one.text for one in written.lines)


async def test_readers_of_another_language_have_words_of_their_own(writer: Writer, server: LanguageModelServer) -> None:
    ticket = await writer.talk("Min maskin läcker och jag behöver en ny packning.")
    server.says(("wanted", "Kunden har en maskin som läcker och behöver en ny packning.", [1]))
    await writer.write(ticket, locale="sv")
    assert "Swedish" in server.asked[0].task
    assert (await writer.written(ticket, locale="sv")).state == "made"
    assert (await writer.written(ticket)).state == "none"


async def test_words_that_change_or_go_take_what_was_written_with_them(writer: Writer) -> None:
    desk = writer.desk
    ticket = await writer.talk(LEAKS, PROMISE)
    await writer.write(ticket)
    assert len(await desk.read(lambda tx: tx.all(rows))) == 1
    await desk.write(erase_contact, ticket.contact_id, OTHERS)
    assert await desk.read(lambda tx: tx.all(rows)) == []


async def test_what_was_asked_for_before_somebody_was_erased_is_not_kept(
    writer: Writer, server: LanguageModelServer
) -> None:
    desk = writer.desk
    ticket = await writer.talk(LEAKS, PROMISE)
    await writer.ask(Order("summaries", ticket.id, "en", None))
    await desk.write(erase_contact, ticket.contact_id, OTHERS)
    await writer.work()
    assert server.asked == []
    assert await desk.read(lambda tx: tx.all(rows)) == []


async def test_what_got_lost_may_be_asked_for_again(writer: Writer) -> None:
    ticket = await writer.talk(LEAKS)
    await writer.ask(Order("summaries", ticket.id, "en", None))
    assert (await writer.written(ticket)).state == "asked"
    writer.desk.clock.move(LOST_AFTER)
    assert (await writer.written(ticket)).state == "none"


async def test_a_day_has_so_many_calls_and_no_more(writer: Writer, server: LanguageModelServer) -> None:
    await writer.connect(most_a_day=2)
    tickets = [await writer.talk(LEAKS, who=f"asker{at}") for at in range(3)]
    for one in tickets:
        await writer.write(one)
    assert len(server.asked) == 2
    last = await writer.written(tickets[2])
    assert (last.state, last.problem) == ("failed", "problem.language_model_used_up")
    today = await writer.today()
    assert (today.calls, today.tokens, today.failed) == (2, 84, 0)
    writer.desk.clock.move(DAY)
    assert (await writer.written(tickets[2])).state == "none"
    await writer.write(tickets[2])
    assert (await writer.written(tickets[2])).state == "made"
    assert (await writer.today()).calls == 1


FAILURES: dict[str, tuple[Callable[[LanguageModelServer], object], int, str]] = {
    "a wrong key": (lambda server: setattr(server, "key", "another"), 0, "problem.language_model_refuses"),
    "no sense": (
        lambda server: setattr(server, "answers", lambda *_: "I think so"),
        2,
        "problem.language_model_unusable",
    ),
    "another protocol": (lambda server: setattr(server, "raw", b"<html>"), 2, "problem.language_model_unusable"),
    "cut off": (lambda server: setattr(server, "finish", "length"), 2, "problem.language_model_unusable"),
    "a server at fault": (
        lambda server: server.statuses.extend([(500, {}), (500, {})]),
        2,
        "problem.language_model_away",
    ),
    "too many calls": (
        lambda server: server.statuses.extend([(429, {"retry-after": "9"}), (429, {})]),
        2,
        "problem.language_model_busy",
    ),
}


@pytest.mark.parametrize("kind", FAILURES)
async def test_what_fails_leaves_the_plain_summary_and_says_why(
    writer: Writer, server: LanguageModelServer, kind: str
) -> None:
    breaks, calls, problem = FAILURES[kind]
    ticket = await writer.talk(LEAKS, PROMISE)
    plain = (await writer.summary(ticket)).lines
    breaks(server)
    await writer.write(ticket)
    found = await writer.summary(ticket)
    assert found.written is not None
    assert (found.written.state, found.written.problem, found.written.lines) == ("failed", problem, ())
    assert found.lines == plain
    assert len(server.asked) == calls, "one more attempt at most, and none where only a person can help"
    assert (await writer.today()).problem == problem
    writer.desk.clock.move(HOUR)
    assert (await writer.written(ticket)).state == "none", "it may be asked again"


async def test_who_wants_to_be_asked_later_is_asked_later(writer: Writer, server: LanguageModelServer) -> None:
    ticket = await writer.talk(LEAKS, PROMISE)
    server.statuses = [(429, {"retry-after": "9"})]
    await writer.ask(Order("summaries", ticket.id, "en", None))
    await writer.jobs.catch_up()
    writer.desk.clock.move(8_000)
    await writer.jobs.catch_up()
    assert len(server.asked) == 1
    writer.desk.clock.move(1_000)
    await writer.jobs.catch_up()
    assert (await writer.written(ticket)).state == "made"
    today = await writer.today()
    assert (today.calls, today.failed, today.problem) == (2, 1, "problem.language_model_busy"), "both count"


async def test_one_that_is_too_slow_has_failed(writer: Writer, server: LanguageModelServer) -> None:
    writer.models.seconds = 0.2
    ticket = await writer.talk(LEAKS, PROMISE)
    server.hold.clear()
    await writer.write(ticket)
    server.hold.set()
    written = await writer.written(ticket)
    assert (written.state, written.problem) == ("failed", "problem.language_model_away")


async def test_many_at_once_are_asked_two_at_a_time(writer: Writer, server: LanguageModelServer) -> None:
    tickets = [await writer.talk(LEAKS, who=f"asker{at}") for at in range(5)]
    for one in tickets:
        await writer.ask(Order("summaries", one.id, "en", None))
    for _ in range(5):
        await writer.work()
    assert [(await writer.written(one)).state for one in tickets] == ["made"] * 5
    assert len(server.asked) == 5
