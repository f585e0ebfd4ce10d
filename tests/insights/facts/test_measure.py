"""What is told of a ticket by what was said about it."""

from lyhord.insights.facts.model import MESSAGES, TICKETS, Spoken, measure, month_of
from lyhord.kit.clock import HOUR, MINUTE
from lyhord.tickets.routing.arrivals import USUAL_WORK


def said(minute: int, by: str, agent: str | None = None, *, mood: str | None = None) -> Spoken:
    return Spoken(minute * MINUTE, by, by == "out", agent, mood)


def test_each_answer_ends_one_waiting() -> None:
    told = measure(
        [said(0, "in"), said(3, "in"), said(10, "out", "a"), said(11, "out", "a"), said(60, "in"), said(65, "out", "a")]
    )
    assert (told.messages_in, told.answers, told.waits) == (3, 3, [10 * MINUTE, 5 * MINUTE])


def test_work_is_the_time_since_the_customers_words_or_the_agents_own() -> None:
    told = measure([said(0, "in"), said(4, "note", "a"), said(10, "out", "a"), said(20, "in"), said(22, "out", "b")])
    assert told.work == 6 * MINUTE + 2 * MINUTE


def test_a_pause_counts_as_a_usual_answer() -> None:
    assert measure([said(0, "in"), Spoken(3 * HOUR, "out", True, "a")]).work == USUAL_WORK
    assert measure([said(0, "in"), said(5, "out", None)]).work == USUAL_WORK


def test_what_a_machine_says_answers_nothing() -> None:
    told = measure([said(0, "in"), Spoken(MINUTE, "out", False, None), said(9, "out", "a")])
    assert (told.answers, told.waits) == (1, [9 * MINUTE])


def test_moods_are_those_of_the_customer_from_first_to_last() -> None:
    told = measure(
        [said(0, "in", mood="angry"), said(1, "out", "a", mood="happy"), said(2, "in"), said(3, "in", mood="neutral")]
    )
    assert told.moods == ["angry", "neutral"]


def test_nobody_who_waits_has_no_waits() -> None:
    assert measure([said(0, "in")]).waits == []
    assert measure([]).work == 0


def test_months_are_those_of_utc() -> None:
    assert month_of(1_772_323_200_000 - 1) == "2026-02"
    assert month_of(1_772_323_200_000) == "2026-03"


def test_every_column_has_a_type_and_ids_of_things_are_short() -> None:
    assert TICKETS.columns["conversation_id"] == "UUID"
    assert TICKETS.columns["waits"] == "BIGINT[]"
    assert TICKETS.columns["reasons"] == "VARCHAR[]"
    assert MESSAGES.columns["said_at"] == "BIGINT"
    assert "name" not in " ".join(TICKETS.columns)
