"""Answer buttons: shown as such, as a list or as numbered lines; and which one is meant by what comes back."""

from html import unescape

import msgspec
import pytest

from lyhord.conversations.buttons import clean_buttons
from lyhord.conversations.exchange import Context, Outbound, Place
from lyhord.conversations.model import Message
from lyhord.conversations.plan import show_as_list
from lyhord.conversations.views import outbound_of
from lyhord.kit.problems import Invalid
from tests.conversations.desk import Desk
from tests.conversations.test_plan import TO, planned, with_

THREE = ("Today", "Tomorrow", "Another day")
FEW = with_(button_limit=3, button_length=20, list_limit=10, row_length=24)


def test_few_short_labels_stand_below_the_message() -> None:
    plan = planned(FEW, Outbound(to=TO, text="When?", buttons=THREE))
    assert (plan.parts[0].buttons, plan.changes) == (THREE, ())
    assert not show_as_list(FEW, THREE)


@pytest.mark.parametrize("labels", [(*THREE, "Never"), ("Today", "a" * 21)])
def test_more_or_longer_ones_stand_in_a_list_where_there_are_lists(labels: tuple[str, ...]) -> None:
    plan = planned(FEW, Outbound(to=TO, text="When?", buttons=labels))
    assert (plan.parts[0].buttons, plan.changes) == (labels, ("plan.buttons_as_list",))
    assert show_as_list(FEW, labels)


@pytest.mark.parametrize("labels", [tuple(map(str, range(11))), ("Yes", "a" * 25)])
def test_too_many_or_too_long_for_a_list_leave_as_numbered_lines(labels: tuple[str, ...]) -> None:
    plan = planned(FEW, Outbound(to=TO, text="When?", buttons=labels))
    assert (plan.parts[0].buttons, plan.changes) == ((), ("plan.buttons_as_text",))
    assert plan.parts[0].text == "\n".join(["When?", *(f"{n}. {label}" for n, label in enumerate(labels, 1))])


def test_below_what_everybody_reads_buttons_are_numbered_lines() -> None:
    social = msgspec.structs.replace(FEW, public=True)
    plan = planned(social, Outbound(to=TO, text="When?", buttons=THREE, place=Place("post")))
    assert (plan.parts[0].buttons, plan.changes) == ((), ("plan.buttons_as_text",))
    assert plan.parts[0].text == "When?\n1. Today\n2. Tomorrow\n3. Another day"


def test_formatted_words_have_the_lines_too() -> None:
    plan = planned(with_(markup="html"), Outbound(to=TO, text="When?", html="<b>When?</b>", buttons=("A<b>", "C")))
    html = plan.parts[0].html or ""
    assert html.startswith("<b>When?</b>")
    assert "1. A<b><br>2. C" in unescape(html)
    assert "A<b>" not in html


def test_labels_are_few_short_and_each_once() -> None:
    assert clean_buttons([" Yes ", "", "No"]) == ("Yes", "No")
    for wrong in (["Yes", "yes"], list(map(str, range(11))), ["x" * 61]):
        with pytest.raises(Invalid):
            clean_buttons(wrong)


async def ask(desk: Desk, *, numbered: bool = True) -> Message:
    asked = await desk.say("I want a new time")
    return await desk.answer(asked.conversation_id, "When?", buttons=THREE, numbered=numbered)


async def meant(desk: Desk, text: str, **more: object) -> tuple[str | None, int | None]:
    said = await desk.say(text, **more)  # type: ignore[arg-type]
    assert said.text == text
    return said.answers, said.chosen


async def test_buttons_stand_with_their_message_and_leave_with_it(desk: Desk) -> None:
    question = await ask(desk)
    assert question.buttons == THREE
    outbound, _ = await desk.read(outbound_of, question.id)
    assert outbound.buttons == THREE
    assert planned(FEW, outbound, Context(desk.clock.now, desk.clock.now)).parts[0].buttons == THREE


@pytest.mark.parametrize("text", ["2", " 2. ", "2)", "2️⃣", "２"])
async def test_a_number_is_the_button_that_had_it(desk: Desk, text: str) -> None:
    question = await ask(desk)
    assert await meant(desk, text) == (question.id, 2)


@pytest.mark.parametrize("text", ["4", "0", "12", "2 persons", "No. 2", "", "-1", "2.5"])
async def test_other_words_and_numbers_are_no_button(desk: Desk, text: str) -> None:
    await ask(desk)
    assert await meant(desk, text) == (None, None)


async def test_a_number_says_nothing_where_there_were_no_numbers(desk: Desk) -> None:
    await ask(desk, numbered=False)
    assert await meant(desk, "2") == (None, None)


async def test_a_number_answers_what_was_said_last(desk: Desk) -> None:
    question = await ask(desk)
    await desk.answer(question.conversation_id, "How many of you are there?")
    assert await meant(desk, "2") == (None, None)
    assert await meant(desk, "3", answers=(question.id,)) == (question.id, 3)


async def test_somebody_elses_number_is_theirs(desk: Desk) -> None:
    await ask(desk)
    assert await meant(desk, "2", who="bea") == (None, None)


@pytest.mark.parametrize("chosen", ["3", "Another day"])
async def test_a_pressed_button_is_known_by_label_or_number(desk: Desk, chosen: str) -> None:
    question = await ask(desk, numbered=False)
    await desk.answer(question.conversation_id, "And where?")
    assert await meant(desk, "Another day", answers=(question.id,), chosen=chosen) == (question.id, 3)


async def test_labels_that_are_numbers_go_before_numbers(desk: Desk) -> None:
    asked = await desk.say("We want a table")
    question = await desk.answer(asked.conversation_id, "For how many?", buttons=("4", "2"))
    assert await meant(desk, "2", answers=(question.id,), chosen="2") == (question.id, 2)
    assert await meant(desk, "4", answers=(question.id,), chosen="1") == (question.id, 1)


async def test_what_the_company_says_elsewhere_presses_nothing(desk: Desk) -> None:
    await ask(desk)
    assert await meant(desk, "2", ours=True) == (None, None)


async def test_a_button_of_nothing_is_only_words(desk: Desk) -> None:
    assert await meant(desk, "Yes", chosen="1") == (None, None)
