"""The signals of the silent unhappy, each alone; and that neither who speaks nor who is new or gone is listed."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from lyhord.kit.clock import DAY, HOUR, MINUTE
from lyhord.kit.shares import wilson
from lyhord.surveys.silent.model import (
    LISTED,
    WEIGHTS,
    Approach,
    History,
    Said,
    Spoken,
    approaches_of,
    hold_against,
    signals_of,
    weigh,
)
from lyhord.surveys.silent.reading import outcome_of

START = 1_700_000_000_000


def came(day: float, **more: object) -> Approach:
    at = START + int(day * DAY)
    return replace(Approach(at, at + HOUR, HOUR, 200), **more)


USUAL = [came(day) for day in (0, 20, 40, 60, 80)]


def names(approaches: list[Approach], day: float, said: tuple[Said, ...] = ()) -> dict[str, int]:
    found = signals_of(History(approaches, said), START + int(day * DAY))
    assert all(one.weight == WEIGHTS[one.name] for one in found)
    return {one.name: one.n for one in found}


def test_who_comes_as_ever_shows_nothing() -> None:
    assert names(USUAL, 95) == {}


def test_a_silence_longer_than_any_before() -> None:
    assert names(USUAL, 145) == {"longer_gap": 3}
    varied = [came(day) for day in (0, 10, 20, 100, 110)]
    assert names(varied, 150) == {}, "they were silent for longer before"


def test_what_was_not_answered_and_came_late() -> None:
    last = [*USUAL[:-1], came(80, waited=None)]
    assert names(last, 80.1) == {}, "there is time yet"
    assert names(last, 82) == {"unanswered": 1}
    assert names([*USUAL[:-1], came(80, waited=10 * HOUR)], 82) == {"slower_answer": 10}
    assert names([*USUAL[:-1], came(80, late=True)], 82) == {"broken_promise": 1}
    old = [came(0, waited=None), *USUAL[1:]]
    assert names(old, 82) == {}, "that is long ago"


def test_who_comes_back_about_the_same() -> None:
    back = [*USUAL[:3], came(60), came(61), came(62.5)]
    assert names(back, 65) == {"came_back": 2}
    often = [came(day) for day in range(10)]
    assert names(often, 11) == {}, "who comes every day doesn't come back"
    same = [came(day, reason="delivery") for day in (0, 20, 40, 60)]
    assert names(same, 62) == {"repeated_reason": 4}


def test_a_mood_that_falls_and_words_that_grow_fewer() -> None:
    moods = [
        came(20 * place, mood=mood) for place, mood in enumerate(("happy", "neutral", "happy", "unhappy", "angry"))
    ]
    assert names(moods, 82) == {"falling_mood": 1}
    quiet = [*USUAL[:3], came(60, words=40), came(80, words=50)]
    assert names(quiet, 82) == {"fewer_words": 1}


def test_ratings() -> None:
    bad = Said(START + 70 * DAY, "bad")
    assert names(USUAL, 82, (bad,)) == {"low_rating": 1}
    assert names(USUAL, 82, (replace(bad, words=True),)) == {}, "they said why"
    assert names(USUAL, 82, (bad, Said(START + 81 * DAY, "good"))) == {}
    asked = tuple(Said(START + day * DAY, mark) for day, mark in ((1, "good"), (21, "good"), (41, None), (61, None)))
    assert names(USUAL, 82, asked) == {"stopped_rating": 2}
    assert names(USUAL, 82, asked[1:]) == {}, "they never used to"


def test_who_speaks_is_new_or_gone_is_not_listed() -> None:
    unhappy = [*USUAL[:-1], came(80, waited=None)]
    now = START + 145 * DAY
    assert weigh(signals_of(History(unhappy), now)) >= LISTED
    assert signals_of(History(unhappy, complained_at=now - 30 * DAY), now) == []
    assert signals_of(History(unhappy[:2]), now) == []
    assert signals_of(History(unhappy), now + 200 * DAY) == []


def test_no_signal_alone_lists_anybody() -> None:
    assert max(WEIGHTS.values()) < LISTED


def test_approaches_begin_after_a_pause() -> None:
    spoken = [
        Spoken(START, inbound=False, length=10),
        Spoken(START + MINUTE, inbound=True, length=5),
        Spoken(START + 2 * MINUTE, inbound=True, length=7),
        Spoken(START + 3 * MINUTE, inbound=False, length=9, person=False),
        Spoken(START + HOUR, inbound=False, length=9),
        Spoken(START + 2 * DAY, inbound=True, length=3),
    ]
    first, second = approaches_of(spoken)
    assert (first.at, first.waited, first.words) == (START + MINUTE, HOUR - MINUTE, 12)
    assert (second.at, second.waited) == (START + 2 * DAY, None)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 400), st.booleans(), st.integers(0, 500)), max_size=30))
def test_whatever_was_said_gives_signals_that_add_up(timeline: list[tuple[int, bool, int]]) -> None:
    spoken = [Spoken(START + hours * HOUR, one, length) for hours, one, length in sorted(timeline)]
    approaches = approaches_of(spoken)
    assert [one.at for one in approaches] == sorted(one.at for one in approaches)
    found = signals_of(History(approaches), START + 500 * HOUR)
    assert weigh(found) == sum(WEIGHTS[one.name] for one in found)
    assert len({one.name for one in found}) == len(found)


def test_a_list_is_held_against_what_came() -> None:
    outcomes = [(True, True)] * 6 + [(True, False)] * 4 + [(False, True)] * 14 + [(False, False)] * 76
    found = hold_against(START, outcomes)
    assert (found.customers, found.left, found.listed, found.listed_left) == (100, 20, 10, 6)
    assert found.lift == pytest.approx(3.0)
    assert found.low is not None
    assert found.high is not None
    assert found.low < 3.0 < found.high
    assert hold_against(START, [(False, False)]).lift is None
    assert wilson(0, 0) == (0.0, 1.0)


def test_who_came_again_has_not_left_and_who_is_too_new_does_not_count() -> None:
    at = START + 82 * DAY
    now = at + 200 * DAY
    assert outcome_of(History(USUAL), [at + 10 * DAY], at, now) == (False, False)
    assert outcome_of(History(USUAL), [at + 150 * DAY], at, now) == (False, True)
    assert outcome_of(History(USUAL[:2]), [], at, now) is None
    assert outcome_of(History(USUAL), [], at, at + 80 * DAY) is None, "nobody knows yet"
