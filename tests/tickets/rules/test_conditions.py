"""What rules ask of messages and of the time, held against a plainer telling of the same."""

import re
from datetime import datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lyhord.conversations.model import Attachment, Message
from lyhord.kit.ids import new_id
from lyhord.kit.problems import Invalid
from lyhord.tickets.filters import Filter, OneOf, Whether
from lyhord.tickets.macros.model import AssignStep, NoteStep, TagStep
from lyhord.tickets.model import Ticket
from lyhord.tickets.rules.conditions import Attached, Besides, Matches, Opened, Says, Scene, Through, Weekly, holds
from lyhord.tickets.rules.matching import Occurrence, means, tickets_meant
from lyhord.tickets.rules.model import AskStep, NotifyStep, RuleWords, WebhookStep, checked_rule
from lyhord.workspaces.hours import Schedule
from lyhord.workspaces.model import Opening
from tests.conversations.desk import Desk
from tests.tickets.filters import Viewer, random_filter
from tests.tickets.filters import means as filter_means
from tests.tickets.test_filters import furnish

NOW = 1_772_355_600_000
YEAR = (datetime.fromisoformat("2026-01-01"), datetime.fromisoformat("2027-01-01"))
HELSINKI = ZoneInfo("Europe/Helsinki")
WORDS = ["late", "parcel", "order", "Étage", "tilaus", "7"]
DONE = TagStep(add=("a",))


def message(text: str = "", **more: Any) -> Message:
    said = {
        "id": new_id(),
        "conversation_id": new_id(),
        "direction": "in",
        "inbox_id": "first",
        "channel": "pigeon",
        "scheme": None,
        "value": None,
        "agent_id": None,
        "html": False,
        "quoted": "",
        "subject": None,
        "at": NOW,
    }
    return Message(**{**said, "text": text, **more})


def asked(one: Besides, text: str = "", *, at: int = NOW, **more: Any) -> bool:
    return holds(one, Scene(message(text, **more), at, Schedule("Europe/Helsinki")))


@given(st.lists(st.sampled_from(WORDS), max_size=6), st.sampled_from(WORDS), st.booleans(), st.sampled_from(" .,-!\n"))
def test_words_are_whole_words_whatever_their_case(said: list[str], word: str, but: bool, between: str) -> None:
    text = between.join(said).upper()
    assert asked(Says(values=(word.lower(),), but=but), text) == ((word in said) != but)
    assert not asked(Says(values=(word[:-1] or "x",)), text), "a part of a word is another word"
    assert asked(Says(values=(word[:1] + "*",)), text) == any(one.startswith(word[:1]) for one in said)


@pytest.mark.parametrize(
    ("word", "text", "found"),
    [
        ("退款", "我要退款。", True),
        ("退款", "我要退货。", False),
        ("lasku*", "Laskussani on virhe", True),
        ("not  working", "It is not\nworking", True),
        ("c++", "I write C++", True),
        ("a.b", "axb", False),
        ("order", "我的order呢", True),
    ],
)
def test_words_of_any_script_are_found(word: str, text: str, found: bool) -> None:
    assert asked(Says(values=("nothing", word)), text) == found
    assert asked(Says(values=(word,)), "", subject=text) == found


@given(st.text(max_size=40))
def test_no_text_and_no_word_throws(text: str) -> None:
    asked(Says(values=("late*", "a.b", "(", "退")), text)
    if text.rstrip("*").split():
        asked(Says(values=(text,)), text)


def test_a_pattern_is_one_of_re2_and_takes_no_time() -> None:
    assert asked(Matches(pattern=r"order\s+#?\d{4}"), "My ORDER 1234")
    assert not asked(Matches(pattern=r"order\s+\d{4}", but=True), "order 1234")
    assert not asked(Matches(pattern=r"(a+)+$"), "a" * 40_000 + "b")


@pytest.mark.parametrize("pattern", ["(", r"(a)\1", "(?=a)", "a{1001}"])
def test_a_pattern_that_can_not_be_read_is_refused(pattern: str) -> None:
    with pytest.raises(Invalid) as refused:
        checked_rule(RuleWords(name="a", when="customer_wrote", conditions=(Matches(pattern=pattern),), steps=(DONE,)))
    assert refused.value.fields == {"conditions": "problem.rule_pattern"}


def test_a_message_is_asked_for_its_way_and_its_files() -> None:
    assert asked(Through(field="channel", values=("owl", "pigeon")))
    assert not asked(Through(field="channel", values=("pigeon",), but=True))
    assert asked(Through(field="direction", values=("in",)))
    assert asked(Through(field="inbox", values=("first",)))
    assert asked(Attached(), attachments=(Attachment(new_id(), "a.png", "image/png", 1),))
    assert asked(Attached(but=True))
    nothing = Scene(None, NOW, Schedule())
    assert not holds(Attached(), nothing)
    assert not holds(Attached(but=True), nothing), "where nobody said anything nothing is known of it"


@given(
    st.datetimes(YEAR[0], YEAR[1]),
    st.sets(st.integers(1, 7), min_size=1),
    st.integers(0, 1440),
    st.integers(0, 1440),
)
def test_days_and_hours_are_those_of_the_clock_on_the_wall(at: datetime, days: set[int], start: int, end: int) -> None:
    """Also where that clock is changed, and over midnight."""
    moment = int(at.replace(tzinfo=HELSINKI).timestamp() * 1000)
    there = datetime.fromtimestamp(moment / 1000, HELSINKI)
    minute = there.hour * 60 + there.minute
    begun = [there] if start < end else [there, there - timedelta(days=1)]
    spans = [(day.isoweekday(), start, end if start < end else end + 1440, shift) for shift, day in enumerate(begun)]
    plain = any(day in days and first <= minute + 1440 * shift < last for day, first, last, shift in spans)
    assert asked(Weekly(days=tuple(days), start=start, end=end), at=moment) == plain
    assert asked(Weekly(days=tuple(days), start=start, end=end, but=True), at=moment) != plain


def test_opening_hours_are_those_of_the_workspace() -> None:
    schedule = Schedule("UTC", (Opening(6, 8 * 60, 10 * 60),))
    sunday = NOW  # 2026-03-01 09:00
    assert holds(Opened(), Scene(None, sunday, schedule))
    assert holds(Opened(but=True), Scene(None, sunday + 2 * 3_600_000, schedule))
    assert holds(Opened(), Scene(None, sunday + 2 * 3_600_000, Schedule())), "who says no hours is always open"


@pytest.mark.parametrize("seed", range(3))
async def test_a_rule_means_what_its_conditions_mean(desk: Desk, seed: int) -> None:
    """Those on the ticket as a filter does, all or any, together with those on the message."""
    random = Random(seed)
    choices, known, _ = await furnish(desk, random)
    viewer = Viewer(desk.agent, [], desk.clock.now)
    besides: list[Besides] = [Says(values=("late",)), Attached(but=True), Through(field="direction", values=("out",))]
    for _ in range(60):
        plain = random_filter(random, choices)
        if any(_looks(one) for one in plain.conditions):
            continue
        extra = tuple(random.sample(besides, random.randint(0, 3)))
        words = RuleWords(
            name="a",
            when="ticket_tagged",
            match=plain.match,
            conditions=tuple(random.sample((*plain.conditions, *extra), len(plain.conditions) + len(extra))),
            steps=(DONE,),
        )
        said = message(random.choice(["late", "early"]))
        found = await desk.read(_meant, words, [one.ticket for one in known], said)
        held = [holds(one, Scene(said, NOW, Schedule())) for one in extra]
        for one in known:
            each = [filter_means(Filter((condition,)), one, viewer) for condition in plain.conditions] + held
            assert (one.ticket.id in found) == (not each or (all(each) if plain.match == "all" else any(each)))


def _looks(one: Any) -> bool:
    return (isinstance(one, Whether) and one.field in ("unread", "draft", "watched")) or (
        isinstance(one, OneOf) and not {"me", "mine"}.isdisjoint(one.values)
    )


def _meant(tx: Any, words: RuleWords, tickets: list[Ticket], said: Message) -> set[str]:
    on_ticket = tickets_meant(tx, words, [one.id for one in tickets])
    return {
        one.id
        for one in tickets
        if means(words, Occurrence("ticket_tagged", 1, NOW, "system", one, said), one.id in on_ticket, Schedule())
    }


@pytest.mark.parametrize(
    "more",
    [
        {"name": " "},
        {"steps": ()},
        {"when": "nobody_answered"},
        {"minutes": 5},
        {"steps": (AssignStep(me=True),)},
        {"steps": (DONE, DONE)},
        {"steps": (WebhookStep(url="ftp://a.example/"),)},
        {"steps": (WebhookStep(url="https://a b/"),)},
        {"steps": (WebhookStep(url="https://me:it@a.example/"),)},
        {"steps": (NotifyStep(mentions=("x",), text=" "),)},
        {"steps": (AskStep(text="Look", agent_id=None),)},
        {"steps": (AskStep(text=" ", agent_id="x"),)},
        {"conditions": (Whether(field="unread"),)},
        {"conditions": (OneOf(field="owner", values=("me",)),)},
        {"conditions": (Says(values=("*",)),)},
    ],
)
def test_what_no_rule_can_be_is_refused(more: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        checked_rule(RuleWords(**{"name": "a", "when": "customer_wrote", "steps": (DONE,), **more}))


def test_steps_stay_in_their_order() -> None:
    steps = (
        WebhookStep(url="https://a.example/x?y=1"),
        NoteStep(text=" a "),
        NotifyStep(mentions=("x", "x"), text="b"),
    )
    kept = checked_rule(RuleWords(name="a", when="customer_wrote", steps=steps))
    assert kept.steps == (steps[0], NoteStep(text="a"), NotifyStep(mentions=("x",), text="b"))
    assert msgspec.json.decode(msgspec.json.encode(kept), type=RuleWords) == kept
    assert re.search("webhook", msgspec.json.encode(kept).decode())
