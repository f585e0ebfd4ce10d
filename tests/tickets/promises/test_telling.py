"""What a customer was told holds until its time is up, and whether it was kept is told by when they were answered."""

from functools import partial

from lyhord.conversations.actions.reply import undo_reply
from lyhord.insights.kept.views import Only, ToldPart, show_told
from lyhord.kit.clock import DAY, HOUR, MINUTE
from lyhord.tickets.actions import set_status
from lyhord.workspaces.reach import Reach
from tests.conversations.desk import Desk
from tests.tickets.promises.office import choose, figures, follow, tell_of


async def told(desk: Desk, *, minutes: int = 30, who: str = "ann") -> str:
    """Somebody wrote and was told by when they have an answer; the conversation."""
    await choose(desk, reply_promise_minutes=minutes)
    said = await desk.say(who=who)
    assert await tell_of(desk, said.conversation_id) is not None
    return said.conversation_id


async def test_what_was_told_holds_and_is_counted_once(desk: Desk) -> None:
    talk = await told(desk)
    first = await tell_of(desk, talk)
    desk.clock.move(20 * MINUTE)
    await desk.say("Anybody?")
    again = await tell_of(desk, talk)
    assert first is not None
    assert again is not None
    assert (again.promise.due_at, again.again) == (first.promise.due_at, False)
    assert (await figures(desk)).now == ToldPart(1, 0, 0)


async def test_whose_time_is_up_is_told_anew_and_the_first_was_broken(desk: Desk) -> None:
    talk = await told(desk)
    desk.clock.move(31 * MINUTE)
    later = await tell_of(desk, talk)
    assert later is not None
    assert (later.promise.due_at, later.again) == (desk.clock.now + 30 * MINUTE, True)
    assert (await figures(desk)).now == ToldPart(2, 0, 1), "broken before any answer came"
    desk.clock.move(5 * MINUTE)
    await desk.answer(talk)
    assert (await figures(desk)).now == ToldPart(2, 1, 1)


async def test_an_answer_in_time_keeps_it_and_a_late_one_does_not(desk: Desk) -> None:
    quick, slow = await told(desk), await told(desk, who="ben")
    desk.clock.move(30 * MINUTE)
    await desk.answer(quick)
    desk.clock.move(1)
    await desk.answer(slow)
    assert (await figures(desk)).now == ToldPart(2, 1, 1)


async def test_the_moment_of_the_answer_counts_not_that_of_the_follower(desk: Desk) -> None:
    talk = await told(desk)
    desk.clock.move(29 * MINUTE)
    await desk.answer(talk)
    desk.clock.move(5 * HOUR)
    assert (await figures(desk)).now == ToldPart(1, 1, 0)


async def test_who_is_told_nothing_waits_no_more_or_is_answered(desk: Desk) -> None:
    talk = await told(desk)
    await desk.answer(talk)
    assert await tell_of(desk, talk) is None
    desk.clock.move(MINUTE)
    await desk.say("One more thing")
    assert await tell_of(desk, talk) is not None, "they wait anew"
    assert (await figures(desk)).now == ToldPart(2, 1, 0)


async def test_an_answer_that_is_taken_back_was_none(desk: Desk) -> None:
    talk = await told(desk)
    answer = await desk.answer(talk, undo_seconds=60)
    assert (await figures(desk)).now == ToldPart(1, 1, 0)
    await desk.write(undo_reply, answer.id, actor=f"agent:{desk.agent}")
    assert (await figures(desk)).now == ToldPart(1, 0, 0)
    desk.clock.move(HOUR)
    assert (await figures(desk)).now == ToldPart(1, 0, 1)
    await desk.answer(talk)
    assert (await figures(desk)).now == ToldPart(1, 0, 1)


async def test_what_is_resolved_without_an_answer_was_neither_kept_nor_broken(desk: Desk) -> None:
    talk, late = await told(desk), await told(desk, who="ben")
    ticket, other = await desk.ticket(talk), await desk.ticket(late)
    await desk.write(partial(set_status, ticket_id=ticket.id, status="resolved"))
    desk.clock.move(HOUR)
    await desk.write(partial(set_status, ticket_id=other.id, status="resolved"))
    assert (await figures(desk)).now == ToldPart(2, 0, 1)


async def test_what_is_open_again_without_an_answer_holds_as_before(desk: Desk) -> None:
    talk = await told(desk)
    first = await tell_of(desk, talk)
    ticket = await desk.ticket(talk)
    for status in ("resolved", "open"):
        await desk.write(partial(set_status, ticket_id=ticket.id, status=status))
        await follow(desk)
    again = await tell_of(desk, talk)
    assert first is not None
    assert again is not None
    assert (again.promise.due_at, again.fresh) == (first.promise.due_at, False)
    await desk.answer(talk)
    assert (await figures(desk)).now == ToldPart(1, 1, 0)


async def test_putting_a_ticket_off_ends_no_promise(desk: Desk) -> None:
    talk = await told(desk)
    ticket = await desk.ticket(talk)
    await desk.write(partial(set_status, ticket_id=ticket.id, status="snoozed", snoozed_until=desk.clock.now + DAY))
    await follow(desk)
    desk.clock.move(HOUR)
    assert (await figures(desk)).now == ToldPart(1, 0, 1)


async def test_the_hour_is_that_at_which_it_was_told(desk: Desk) -> None:
    await choose(desk, time_zone="Europe/Helsinki")
    talk = await told(desk)
    shown = await figures(desk)
    sunday_at_eleven = 6 * 24 + 11
    assert [hour for hour, one in enumerate(shown.hours) if one.told] == [sunday_at_eleven]
    assert shown.ways == {"chat": ToldPart(1, 0, 0)}
    await desk.answer(talk)
    desk.clock.move(7 * DAY)
    later = await figures(desk)
    assert (later.now, later.before) == (ToldPart(), ToldPart(1, 1, 0))


async def test_what_is_out_of_reach_counts_nowhere(desk: Desk) -> None:
    await told(desk)
    for reach, count in ((Reach(frozenset({desk.inbox})), 1), (Reach(frozenset({desk.other_inbox})), 0)):
        assert (await desk.read(show_told, reach, 7, Only())).now.told == count
    assert (await figures(desk, channel="pigeon")).now.told == 1
    assert (await figures(desk, channel="owl")).now.told == 0
