"""Clocks run for what a customer is owed, pause honestly, and count the hours of their schedule.

Random courses are driven against the plainest model there is: a minute hand that goes round and looks at the facts each time.
"""

from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from lyhord.kit.clock import HOUR, MINUTE
from lyhord.tickets.levels.clocks import KINDS, Clock, Course, advance, answer, due_at, hear, is_kept, turn, used
from lyhord.workspaces.hours import ALWAYS, Schedule
from lyhord.workspaces.model import Opening
from tests.workspaces.test_hours import cases, shows_open

START = int(datetime(2026, 3, 2, 12, tzinfo=UTC).timestamp()) * 1000
NINE_TO_FIVE = Schedule("UTC", tuple(Opening(day, 9 * 60, 17 * 60) for day in range(5)))


class Story:
    """A ticket's course told step by step, with its clocks."""

    def __init__(self, start: int = START) -> None:
        self.now = start
        self.course = hear(Course(status="open", opened_at=start), start)
        self.clocks = advance([], self.course, start)
        self.answers = 0

    def later(self, minutes: int) -> "Story":
        """Time passes."""
        self.now += minutes * MINUTE
        return self

    def writes(self) -> "Story":
        """The customer says something; if the work was done, it is opened again."""
        return self._take(hear(self.course, self.now))

    def answered(self, *, resolve: bool = False) -> "Story":
        """We answer."""
        self.answers += 1
        return self._take(answer(self.course, self.now, resolve=resolve), f"m{self.answers}")

    def becomes(self, status: str) -> "Story":
        """Somebody sets the status."""
        return self._take(turn(self.course, status, self.now))

    def _take(self, course: Course, by: str | None = None) -> "Story":
        self.course = course
        self.clocks = advance(self.clocks, course, self.now, by)
        return self

    def of(self, kind: str) -> list[Clock]:
        """The clocks of a kind in the order in which they started."""
        return [one for one in self.clocks if one.kind == kind]


def minutes(story: Story, kind: str, schedule: Schedule = ALWAYS) -> list[int]:
    """How long each clock of a kind has run by now."""
    return [used(one, schedule, story.now) // MINUTE for one in story.of(kind)]


def test_the_first_answer_ends_the_first_clock_and_the_next_question_starts_another() -> None:
    story = Story().later(10).writes().later(5).answered().later(60).writes().later(7).answered()
    assert minutes(story, "first_answer") == [15]
    assert minutes(story, "next_answer") == [7]
    assert [one.ended_by for one in story.clocks if one.kind != "resolution"] == ["m1", "m2"]


def test_an_answer_is_owed_however_the_ticket_is_put_off() -> None:
    story = Story().later(10).becomes("snoozed").later(50).becomes("pending").later(5).answered()
    assert minutes(story, "first_answer") == [65]


def test_the_work_rests_while_the_customer_is_asked_and_while_it_is_put_off() -> None:
    story = Story().later(10).answered().later(100).writes().later(20).becomes("snoozed").later(200).becomes("open")
    story.later(3).becomes("resolved").later(500)
    assert minutes(story, "resolution") == [33]
    story.writes().later(4).answered(resolve=True)
    assert minutes(story, "resolution") == [37], "what is taken up again goes on where it stood"
    assert len(story.of("resolution")) == 1


def test_who_is_not_answered_any_more_was_promised_nothing_unless_it_was_late() -> None:
    story = Story().later(10).becomes("resolved")
    [clock] = story.of("first_answer")
    assert (clock.dropped, is_kept(clock, 30, ALWAYS), is_kept(clock, 9, ALWAYS)) == (True, None, False)


def test_an_answer_at_the_last_moment_is_in_time() -> None:
    [clock] = Story().later(30).answered().of("first_answer")
    assert (is_kept(clock, 30, ALWAYS), is_kept(clock, 29, ALWAYS)) == (True, False)


def test_a_clock_that_stands_still_is_due_at_no_time_until_it_goes_on() -> None:
    story = Story().later(10).answered()
    [clock] = story.of("resolution")
    assert due_at(clock, HOUR, ALWAYS) is None
    assert due_at(clock, 5 * MINUTE, ALWAYS) == START + 5 * MINUTE, "its time was up before"
    story.later(100).writes()
    assert due_at(story.of("resolution")[0], HOUR, ALWAYS) == story.now + 50 * MINUTE


def test_a_promise_in_opening_hours_goes_on_in_the_morning() -> None:
    story = Story(START + 4 * HOUR + 30 * MINUTE)
    assert due_at(story.of("first_answer")[0], HOUR, NINE_TO_FIVE) == START + 21 * HOUR + 30 * MINUTE


def test_words_that_crossed_our_answer_wait_for_the_next_one() -> None:
    story = Story().later(10)
    story._take(hear(story.course, story.now))
    story.later(-2).answered()  # sent before the last words came, told after them
    assert minutes(story, "first_answer") == [8]
    [crossed] = story.of("next_answer")
    assert (crossed.started_at, story.course.status) == (START + 10 * MINUTE, "open")


def test_something_earlier_that_comes_later_was_waited_for_all_the_time() -> None:
    story = Story().later(-20).writes()
    [clock] = story.of("first_answer")
    assert (clock.started_at, clock.running_since) == (START - 20 * MINUTE, START - 20 * MINUTE)


def test_every_kind_of_clock_ends() -> None:
    for resolve in (False, True):
        story = Story().later(1).answered(resolve=resolve).later(1).becomes("resolved")
        assert all(one.ended_at is not None for one in story.clocks)
    assert {one.kind for one in story.clocks} <= KINDS.keys()


step = st.tuples(
    st.integers(0, 700),
    st.sampled_from(("writes", "writes", "answered", "answered", "resolve", "open", "pending", "snoozed", "resolved")),
)


def hand(steps: list[tuple[int, str]], schedule: Schedule, start: int, end: int) -> tuple[list[int], list[int], int]:
    """The minute hand: how long each wait for a first and for a next answer was, and the work, in minutes of the schedule."""
    waits: dict[bool, list[int]] = {True: [], False: []}
    work, now, status, waiting, answered = 0, start, "open", True, False
    waits[True].append(0)
    todo = []
    moment = start
    for pause, what in steps:
        moment += pause * MINUTE
        todo.append((moment, what))
    while now <= end:
        while todo and todo[0][0] == now:
            _, what = todo.pop(0)
            if what == "writes":
                if not waiting:
                    waits[not answered].append(0)
                waiting, status = True, "open"
            elif what in ("answered", "resolve"):
                waiting, answered = False, True
                status = "pending" if what == "answered" else "resolved"
            else:
                status = what
                waiting = waiting and what != "resolved"
        if now < end and shows_open(schedule, now):
            work += status == "open"
            if waiting:
                waits[not answered][-1] += 1
        now += MINUTE
    return waits[True], waits[False], work


@settings(deadline=None, max_examples=60)  # it goes round minute by minute
@given(cases(), st.lists(step, max_size=12), st.integers(0, 600), st.integers(1, 900))
def test_clocks_show_what_a_minute_hand_shows(
    case: tuple[Schedule, int], steps: list[tuple[int, str]], rest: int, promised: int
) -> None:
    schedule, start = case
    story = Story(start)
    for pause, what in steps:
        story.later(pause)
        if what == "writes":
            story.writes()
        elif what in ("answered", "resolve"):
            story.answered(resolve=what == "resolve")
        else:
            story.becomes(what)
    story.later(rest)
    first, following, work = hand(steps, schedule, start, story.now)
    assert minutes(story, "first_answer", schedule) == first
    assert minutes(story, "next_answer", schedule) == following
    assert minutes(story, "resolution", schedule) == [work]
    for clock in story.clocks:
        check_due(clock, schedule, promised, story.now)


def check_due(clock: Clock, schedule: Schedule, promised: int, now: int) -> None:
    """Due is the moment at which so much is used up, no earlier and no later; kept is whoever ended by then."""
    due = due_at(clock, promised * MINUTE, schedule)
    spent = used(clock, schedule, now)
    if clock.ended_at is not None:
        broken = is_kept(clock, promised, schedule) is False
        assert broken == (spent > promised * MINUTE)
        return
    if due is not None and due <= now:
        assert spent >= promised * MINUTE
    if clock.running_since is not None and due is not None and due > now:
        assert used(clock, schedule, due) == promised * MINUTE
        assert used(clock, schedule, due - MINUTE) < promised * MINUTE
