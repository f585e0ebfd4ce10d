"""Every chart says what a slow and obvious count says, whatever is in the files already and whatever is too new for them."""

from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from lyhord.insights.pictures.queries import Tree, span_of
from lyhord.kit.clock import DAY, HOUR, MINUTE
from lyhord.kit.problems import Invalid
from lyhord.tickets.levels.model import Target
from lyhord.workspaces.actions.workspace import change_workspace
from lyhord.workspaces.reach import Reach
from tests.insights.pictures.company import Company, deciles, told
from tests.tickets.levels.office import promise

CHARTS = [
    *(("contacts", by) for by in ("channel", "inbox", "team", "kind", "language", "hour", "day", "wait")),
    *((measure, "team") for measure in ("complaints", "first_answer", "repeats", "solved_first")),
    *((measure, "team") for measure in ("promises", "unhappy", "reopened", "work")),
    *((measure, "channel") for measure in ("satisfied", "promoters", "detractors")),
    ("solved_first", "kind"),
    ("repeats", "hour"),
]
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["ask", "ask", "ask", "answer", "resolve", "give", "complain", "fume", "rate", "write"]),
        st.sampled_from(["ann", "ben", "cid"]),
        st.sampled_from([MINUTE, 40 * MINUTE, 5 * HOUR, 2 * DAY, 9 * DAY]),
        st.integers(0, 3),
    ),
    min_size=4,
    max_size=25,
)


async def live(company: Company, steps: list[tuple[str, str, int, int]]) -> None:
    """Let it happen."""
    desk, known = company.desk, set()
    for what, who, wait, which in steps:
        desk.clock.move(wait)
        if what == "ask":
            await company.ask(who, [desk.inbox, desk.other_inbox][which % 2])
            known.add(who)
        elif what == "write":
            await company.write()
        elif who in known:
            more = {"give": (which % 2,), "rate": (which,)}.get(what, ())
            with suppress(Invalid):  # a complaint always has an owner
                await getattr(company, what)(who, *more)


@settings(
    max_examples=6,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=STEPS, zone=st.sampled_from(["UTC", "Europe/Stockholm", "Asia/Kolkata"]))
async def test_a_chart_says_what_counting_says(company: Company, steps: Any, zone: str) -> None:
    await company.desk.write(change_workspace, None, {"time_zone": zone})
    await promise(company.desk, targets=(Target(clock="first_answer", minutes=60),))
    await live(company, steps)
    for measure, by in CHARTS:
        shown = await company.chart(measure, by)
        assert told(shown) == await company.obvious(measure, by, 28, zone), (measure, by)


async def test_a_chart_is_the_same_before_and_after_the_files_are_written(company: Company) -> None:
    for who in ("ann", "ben", "cid"):
        await company.ask(who)
        company.desk.clock.move(20 * MINUTE)
        await company.answer(who)
    fresh = told(await company.chart("contacts", "kind"))
    assert await company.write()
    assert told(await company.chart("contacts", "kind")) == fresh == {"question": (3, 3, 0, 0)}
    await company.complain("ann")
    assert told(await company.chart("contacts", "kind")) == {"question": (2, 2, 0, 0), "complaint": (1, 1, 0, 0)}
    assert await company.write()
    assert not await company.write()
    assert told(await company.chart("contacts", "kind")) == {"question": (2, 2, 0, 0), "complaint": (1, 1, 0, 0)}


async def test_a_promise_that_is_found_broken_while_nobody_says_anything_is_counted(company: Company) -> None:
    hour = (Target(clock="first_answer", minutes=60),)
    await promise(company.desk, targets=hour)
    await company.ask("ann")
    assert await company.write()
    company.desk.clock.move(2 * HOUR)
    await promise(company.desk, targets=hour)  # every clock is reckoned anew
    assert told(await company.chart("promises", "team")) == {"-": (0, 1, 0, 0)}


async def test_waiting_is_told_as_a_distribution(company: Company) -> None:
    waits = [minutes * MINUTE for minutes in (1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144)]
    for number, wait in enumerate(waits):
        await company.ask(f"c{number}")
        company.desk.clock.move(wait)
        await company.answer(f"c{number}")
    [row] = (await company.chart("first_answer", "channel")).rows
    assert row.spread is not None
    assert [row.spread[place] for place in (0, 2, 4)] == pytest.approx(deciles(waits), rel=1e-6)
    assert (row.part, row.whole, row.few) == (9, 11, True)


async def test_working_time_is_what_the_messages_tell(company: Company) -> None:
    """Answers one after the other, one after a pause, and one to somebody who wrote twice."""
    for who, wait in (("ann", 5 * MINUTE), ("ben", 2 * HOUR), ("ann", 7 * MINUTE)):
        await company.ask(who)
        company.desk.clock.move(MINUTE)
        await company.ask(who)
        company.desk.clock.move(wait)
        await company.answer(who)
    chart = await company.chart("work", "channel")
    assert sum(one.total or 0 for one in chart.rows) == await company.obvious_work() == (6 + 3 + 8) * MINUTE


async def test_working_time_comes_with_what_an_hour_costs(company: Company) -> None:
    assert (await company.chart("work", "reason")).hour_cost is None
    await company.desk.write(change_workspace, None, {"hour_cost": 4_500, "currency": "SEK"})
    priced, other = await company.chart("work", "reason"), await company.chart("contacts", "reason")
    assert (priced.hour_cost, priced.currency, other.hour_cost) == (4_500, "SEK", None)


async def test_a_rating_stands_where_its_ticket_does_until_it_is_another(company: Company) -> None:
    await company.ask("ann")
    await company.ask("ben")
    await company.rate("ann", 0)
    await company.rate("ben", 1)
    await company.write()
    [row] = (await company.chart("satisfied", "channel")).rows
    assert (row.part, row.whole, row.few, row.low, row.high) == (1, 2, True, 9.5, 90.5)
    assert await company.behind("satisfied") == [(await company.last("ben")).id], "who wasn't satisfied is looked at"
    await company.rate("ben", 3)
    assert told(await company.chart("satisfied", "channel")) == {"pigeon": (1, 1, 0, 0)}
    assert told(await company.chart("detractors", "channel")) == {"pigeon": (1, 1, 0, 0)}
    assert await company.behind("promoters") == await company.behind("detractors")


async def test_who_reaches_one_inbox_sees_its_tickets_alone(company: Company) -> None:
    await company.ask("ann")
    await company.ask("ben", company.desk.other_inbox)
    shown = await company.chart("contacts", "inbox", reach=Reach(frozenset({company.desk.inbox})))
    assert told(shown) == {company.desk.inbox: (1, 1, 0, 0)}
    assert shown.whole.whole == 1
    assert (await company.chart("contacts", "inbox", reach=Reach(frozenset()))).rows == []


async def test_behind_a_bar_stand_its_tickets_page_by_page(company: Company) -> None:
    ids = []
    for who in ("ann", "ben", "cid"):
        ids.append(await company.ask(who))
        company.desk.clock.move(HOUR)
    await company.complain("ben")
    await company.write()
    company.desk.clock.move(HOUR)
    assert await company.behind("contacts", kind="question") == [ids[2], ids[0]]
    assert await company.behind("complaints") == [ids[1]]
    first = await company.behind("contacts", most=1)
    assert first == [ids[2], ids[1]], "one more, which tells that others follow"
    last = (await company.pictures.read_live(company.desk.workspace_id)).head
    assert last.seq >= last.sure
    await company.answer("ann")
    assert await company.behind("first_answer") == [ids[0]], "those that waited for more than an hour"


async def test_the_whole_is_compared_whatever_it_is_told_by(company: Company) -> None:
    for number in range(27):
        await company.ask(f"c{number}")  # one a day: all at once would be one burst
        company.desk.clock.move(DAY)
    for by in ("day", "hour", "kind"):
        chart = await company.chart("contacts", by)
        assert [(one.text, one.key, one.now) for one in chart.sentences] == [("new", "", 27)], by


async def test_what_cant_be_told_is_refused(company: Company) -> None:
    with pytest.raises(Invalid):
        await company.chart("messages", "team")
    with pytest.raises(Invalid):
        await company.chart("contacts", "weather")
    with pytest.raises(Invalid):
        await company.chart("contacts", "kind", days=5)


async def test_messages_are_counted_by_hour_of_the_week(company: Company) -> None:
    await company.ask("ann")  # a Sunday at nine
    await company.ask("ann")
    await company.answer("ann")
    company.desk.clock.move(DAY + HOUR)
    await company.ask("ben")
    for _ in range(2):
        assert told(await company.chart("messages", "hour")) == {"10": (1, 1, 0, 0), str(6 * 24 + 9): (2, 2, 0, 0)}
        await company.write()


def test_a_reason_stands_under_the_part_that_is_asked_for() -> None:
    tree = Tree({"a": None, "b": "a", "c": "b", "d": "a", "e": None}, {})
    assert tree.under(None) == {"a": "a", "b": "a", "c": "a", "d": "a", "e": "e"}
    assert tree.under("a") == {"a": "a", "b": "b", "c": "b", "d": "d"}
    assert tree.under("b") == {"b": "b", "c": "c"}
    assert tree.under("e") == {"e": "e"}


def test_a_reason_that_was_put_below_itself_ends() -> None:
    assert set(Tree({"a": "b", "b": "a"}, {}).under(None)) == {"a", "b"}


def test_the_clock_on_the_wall_is_followed_when_it_is_changed() -> None:
    from zoneinfo import ZoneInfo

    zone = ZoneInfo("Europe/Stockholm")
    now = int(datetime(2026, 4, 1, 7, 30, tzinfo=UTC).timestamp() * 1000)
    span = span_of(now, 7, zone)
    walls = [datetime.fromtimestamp(at / 1000, zone) for at in (span.start, span.middle, span.end)]
    assert [(one.day, one.hour, one.minute) for one in walls] == [(18, 9, 30), (25, 9, 30), (1, 9, 30)]
    changed = int(datetime(2026, 3, 29, 1, tzinfo=UTC).timestamp() * 1000)
    assert span.local("at") == f"at + CASE WHEN at < {changed} THEN 3600000 ELSE 7200000 END"
