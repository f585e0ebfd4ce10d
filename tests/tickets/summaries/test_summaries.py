"""A summary is made of sentences that were said, and says what who takes over has to know, in five languages."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from lyhord.tickets.summaries.model import MOST, MOST_FACTS, ORDER, Said, sentences, summarise
from lyhord.tickets.summaries.views import read_summary
from lyhord.workspaces.reach import EVERYTHING, Reach
from tests.conversations.desk import Desk


def talk(*said: tuple[str, str], language: str = "en") -> list[Said]:
    return [Said(f"m{at}", by == "we", text, language) for at, (by, text) in enumerate(said)]


def told(said: list[Said]) -> list[tuple[str, str, str]]:
    return [(one.kind, one.message_id, one.text) for one in summarise(said).lines]


def test_what_they_wanted_what_was_promised_and_what_is_open() -> None:
    said = talk(
        ("they", "Hello!\nMy order 4711-22 hasn't come. I need it by Friday. The weather is nice here."),
        ("we", "Thanks for writing. We will send a new one tomorrow. Which address should it go to?"),
        ("they", "To the office please. And can I get the shipping fee of 49 kr back?"),
    )
    assert told(said) == [
        ("wanted", "m0", "My order 4711-22 hasn't come."),
        ("wanted", "m0", "I need it by Friday."),
        ("promised", "m1", "We will send a new one tomorrow."),
        ("asked", "m1", "Which address should it go to?"),
        ("open", "m2", "And can I get the shipping fee of 49 kr back?"),
    ]
    assert ("amount", "m2", "49 kr") in [(one.kind, one.message_id, one.text) for one in summarise(said).facts]


@pytest.mark.parametrize(
    ("language", "asked", "promise", "again"),
    [
        ("sv", "Hej! Jag undrar var mitt paket är.", "Hej! Vi skickar ett nytt i morgon.", "Kan ni ringa mig också?"),
        ("nb", "Hei! Jeg lurer på hvor pakken min er.", "Hei! Vi sender en ny i morgen.", "Kan dere ringe meg også?"),
        ("fi", "Hei! Haluaisin tietää missä pakettini on.", "Hei! Lähetämme uuden huomenna.", "Voitteko myös soittaa?"),
        ("zh", "你好！我想知道我的包裹在哪里。", "您好！我们会明天重新寄出。", "可以给我打电话吗？"),
        ("en", "Hi! I would like to know where my parcel is.", "Hi! We will send a new one.", "Can you call me too?"),
    ],
)
def test_it_knows_each_language(language: str, asked: str, promise: str, again: str) -> None:
    found = told(talk(("they", asked), ("we", promise), ("they", again), language=language))
    assert [(kind, message_id) for kind, message_id, _ in found] == [
        ("wanted", "m0"),
        ("promised", "m1"),
        ("open", "m2"),
    ]
    assert "!" not in found[0][2]
    assert "！" not in found[0][2]


def test_an_answered_question_is_open_no_more_and_their_last_words_stand() -> None:
    said = talk(
        ("they", "Where is my parcel?"),
        ("we", "It is at the post office in town."),
        ("they", "I was there and they had nothing for me."),
    )
    assert told(said) == [
        ("wanted", "m0", "Where is my parcel?"),
        ("last", "m2", "I was there and they had nothing for me."),
    ]


def test_where_nothing_was_said_there_is_no_summary() -> None:
    assert summarise([]).lines == ()
    assert summarise(talk(("they", "Hi"), ("we", "Hello!"))).lines == ()


def test_numbers_do_not_end_a_sentence() -> None:
    assert sentences("It cost 12.50 euro. That is too much.") == ["It cost 12.50 euro.", "That is too much."]


@given(
    some.lists(
        some.builds(Said, some.integers(0, 99).map("m{:02}".format), some.booleans(), some.text(max_size=200)),
        max_size=12,
    )
)
def test_each_sentence_was_said_in_its_message(said: list[Said]) -> None:
    found = summarise(said)
    assert len(found.lines) <= MOST
    assert len(found.facts) <= MOST_FACTS
    assert [ORDER.index(one.kind) for one in found.lines] == sorted(ORDER.index(one.kind) for one in found.lines)
    words = {one.message_id: "" for one in said}
    for one in said:
        words[one.message_id] += " " + " ".join(one.text.split())
    for line in found.lines:
        assert line.text.rstrip("…") in words[line.message_id]
        assert any(
            one.ours == (line.kind in ("promised", "asked")) for one in said if one.message_id == line.message_id
        )


async def test_it_is_about_the_ticket_and_leaves_notes_and_machines_out(desk: Desk) -> None:
    said = await desk.say("My machine leaks, I need a new gasket. My order is 4711-22.")
    answer = await desk.answer(said.conversation_id, "We will send you one tomorrow.")
    ticket = await desk.ticket(said.conversation_id)
    found = await desk.read(read_summary, EVERYTHING, ticket)
    assert [(one.kind, one.message_id) for one in found.lines] == [
        ("wanted", said.id),
        ("wanted", said.id),
        ("promised", answer.id),
        ("last", said.id),
    ][: len(found.lines)]
    assert found.messages == 2


async def test_what_is_out_of_reach_is_in_no_summary(desk: Desk) -> None:
    said = await desk.say("I need a new gasket for the machine")
    await desk.say("The secret number of the safe is in here", inbox=desk.other_inbox)
    ticket = await desk.ticket(said.conversation_id)
    found = await desk.read(read_summary, Reach(frozenset([desk.inbox])), ticket)
    assert {one.message_id for one in found.lines} == {said.id}
