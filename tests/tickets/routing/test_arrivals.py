"""What a day is told from: turns, how long answers took, and who was there."""

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as some

from lyhord.kit.clock import HOUR, MINUTE
from lyhord.tickets.routing.arrivals import (
    LONGEST_WORK,
    SEEN_FOR,
    USUAL_WORK,
    Facts,
    Said,
    of_day,
    stretches,
    talks_of,
    turns_of,
    usual_work,
)

END = 24 * HOUR


def said(minute: int, by: str, agent: str | None = None, ticket: str | None = "t") -> Said:
    return Said(minute * MINUTE, ticket, by, agent, "mail")  # type: ignore[arg-type]


def test_a_turn_goes_from_the_first_words_to_the_answer() -> None:
    [first, second] = turns_of([said(0, "in"), said(2, "in"), said(5, "out", "a"), said(6, "out", "a"), said(9, "in")])[
        "t"
    ]
    assert (first.asked_at, first.answered_at, first.agent_id) == (0, 5 * MINUTE, "a")
    assert (second.asked_at, second.answered_at) == (9 * MINUTE, None)


def test_an_answer_takes_since_the_agents_last_words_or_the_customers() -> None:
    turns = turns_of(
        [
            said(0, "in"),
            said(1, "in", ticket="u"),
            said(4, "out", "a"),
            said(6, "note", "a", None),
            said(7, "out", "a", "u"),
            said(10, "in", ticket="v"),
            said(60, "out", "a", "v"),
        ]
    )
    assert turns["t"][0].work == 4 * MINUTE
    assert turns["u"][0].work == MINUTE
    assert turns["v"][0].work is None, "that was a pause"


def test_what_could_not_be_measured_takes_as_long_as_the_middle_one() -> None:
    measured = turns_of([said(0, "in"), said(4, "out", "a"), said(5, "in", ticket="u"), said(7, "out", "b", "u")])
    assert usual_work(one for its in measured.values() for one in its) == {"": 3 * MINUTE, "mail": 3 * MINUTE}
    assert usual_work([]) == {"": USUAL_WORK}
    later = talks_of({**measured, "v": turns_of([said(9, "in", ticket="v")])["v"]}, {"v": Facts(waits=True)}, 0, END)
    assert later[0].answers == (3 * MINUTE,)


def test_a_day_has_what_had_to_be_answered_on_it() -> None:
    turns = turns_of([said(-90, "in"), said(-60, "out", "a"), said(-10, "in"), said(5, "out", "b"), said(50, "in")])[
        "t"
    ]
    assert [one.asked_at // MINUTE for one in of_day(turns, 0, END, waits=True)] == [-10, 50]
    assert [one.asked_at // MINUTE for one in of_day(turns, 0, END, waits=False)] == [-10]
    [talk] = talks_of({"t": turns}, {"t": Facts(waits=True, promised={-10 * MINUTE: HOUR})}, 0, END)
    assert (talk.comes_at, talk.waits_since, talk.owner, talk.promised) == (0, -10 * MINUTE, "a", HOUR)
    assert talk.gaps == (0, 45 * MINUTE)


def test_who_was_seen_twice_was_there_in_between_and_not_after_they_went() -> None:
    seen = [(HOUR, True), (HOUR + 40 * MINUTE, True), (2 * HOUR, False), (5 * HOUR, True)]
    assert stretches(seen, 0, END) == (
        (HOUR - SEEN_FOR, HOUR + 50 * MINUTE),
        (5 * HOUR - SEEN_FOR, 5 * HOUR + SEEN_FOR),
    )
    assert stretches([(HOUR, True), (HOUR + MINUTE, False)], 0, END) == ((HOUR - SEEN_FOR, HOUR + MINUTE),)


@settings(deadline=None)
@given(some.lists(some.tuples(some.integers(0, END), some.booleans()), max_size=20))
def test_stretches_are_in_order_apart_and_within_the_day(seen: list[tuple[int, bool]]) -> None:
    found = stretches(seen, 0, END)
    assert all(0 <= begins < ends <= END for begins, ends in found)
    assert all(before[1] < after[0] for before, after in pairwise(found))
    assert len(found) <= sum(there for _, there in seen)
    away = {at for at, there in seen if not there}
    for at, there in seen:
        if there and 0 < at < END and at not in away:
            assert any(begins <= at <= ends for begins, ends in found)


@settings(deadline=None)
@given(
    some.lists(some.tuples(some.integers(0, 500), some.sampled_from(["in", "out", "note"]), some.sampled_from("ab")))
)
def test_work_is_never_longer_than_the_wait_or_than_it_can_be(words: list[tuple[int, str, str]]) -> None:
    log = [said(minute, by, None if by == "in" else agent) for minute, by, agent in sorted(words)]
    for one in turns_of(log).get("t", []):
        assert one.answered_at is None or one.answered_at >= one.asked_at
        assert one.work is None or 0 < one.work <= min(LONGEST_WORK, (one.answered_at or 0) - one.asked_at)
