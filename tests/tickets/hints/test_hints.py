"""A message that is heard as a complaint raises its ticket as a question to the agent, once; a weekly look counts what was missed."""

from collections import Counter
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from lyhord.app.wiring import EVENTS
from lyhord.hearing.actions import Ears
from lyhord.hearing.findings.model import COMPLAINT, MOOD
from lyhord.hearing.following import make_follower
from lyhord.kit.events import Catalogue
from lyhord.kit.followers import FollowerRunner
from lyhord.kit.jobs import JobRunner, Work
from lyhord.kit.problems import NotFound
from lyhord.privacy.actions import erase_contact
from lyhord.tickets.actions import set_kind
from lyhord.tickets.complaints.actions import change_settings
from lyhord.tickets.complaints.reading import read_settings
from lyhord.tickets.hints.actions import JOB, answer_hint, draw_weekly, look_at, say_mood
from lyhord.tickets.hints.following import FOLLOWER
from lyhord.tickets.hints.jobs import draw_looks
from lyhord.tickets.hints.model import DRAWN, WEEK, Looks, TicketFelt, draw, likely_share, week_before
from lyhord.tickets.hints.views import read_felt, read_looks
from lyhord.tickets.model import Ticket
from lyhord.tickets.reasons.actions import conclude_messages
from lyhord.workspaces.reach import EVERYTHING, Reach
from tests.conversations.conftest import desk
from tests.conversations.desk import Desk
from tests.hearing.ears import hear_all_again

__all__ = ["desk"]

ANGRY = "This is the third time I write, your service is a disgrace and I want my money back!"
CALM = "Hello, what are your opening hours on Saturday?"


class Listening:
    """A desk where messages are heard, and hints follow."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        ears = Ears(conclude=conclude_messages)
        self.runner = FollowerRunner(desk.database, Catalogue(EVENTS), [make_follower(ears), FOLLOWER])

    async def follow(self) -> None:
        await self.runner.catch_up(self.desk.workspace_id)

    async def say(self, text: str, who: str = "ann") -> Ticket:
        said = await self.desk.say(text, who=who)
        await self.follow()
        ticket: Ticket = await self.desk.ticket(said.conversation_id)
        return ticket

    async def felt(self, ticket: Ticket, reach: Reach = EVERYTHING) -> TicketFelt:
        fresh = await self.desk.ticket(ticket.conversation_id)
        found: TicketFelt = await self.desk.read(read_felt, reach, fresh)
        return found

    async def answer(self, ticket: Ticket, *, is_complaint: bool) -> None:
        said = partial(answer_hint, is_complaint=is_complaint, agent_id=self.desk.agent)
        await self.desk.write(said, ticket.id)

    async def heard(self, how: str) -> None:
        before = await self.desk.read(read_settings)
        await self.desk.write(change_settings, replace(before, heard=how))


@pytest.fixture
async def room(desk: Desk) -> Listening:
    made = Listening(desk)
    await made.follow()  # from here on
    return made


async def test_a_complaint_is_hinted_at_and_nothing_changes_until_somebody_says_so(room: Listening) -> None:
    ticket = await room.say(ANGRY)
    hint = (await room.felt(ticket)).hint
    assert hint is not None
    assert hint.asks
    assert ANGRY[hint.start : hint.end] in ANGRY
    assert hint.why
    assert ticket.kind == "question"
    assert ticket.mood == "angry"
    await room.answer(ticket, is_complaint=True)
    assert (await room.desk.ticket(ticket.conversation_id)).kind == "complaint"
    assert not (await room.felt(ticket)).hint.asks  # type: ignore[union-attr]


async def test_who_says_no_isnt_asked_again_and_what_was_heard_is_wrong_from_then_on(room: Listening) -> None:
    ticket = await room.say(ANGRY)
    await room.answer(ticket, is_complaint=False)
    again = await room.say(ANGRY)
    assert again.id == ticket.id
    felt = await room.felt(ticket)
    assert felt.hint is not None
    assert not felt.hint.asks
    assert again.kind == "question"
    assert [one.kind for one in felt.messages if one.message_id == felt.hint.message_id and one.kind == COMPLAINT] == []


async def test_a_question_is_no_complaint_and_nothing_can_be_answered(room: Listening) -> None:
    ticket = await room.say(CALM)
    felt = await room.felt(ticket)
    assert felt.hint is None
    assert {one.kind for one in felt.messages} == {"entity"}  # a Saturday is named
    with pytest.raises(NotFound):
        await room.answer(ticket, is_complaint=True)


async def test_a_workspace_may_have_them_open_by_themselves_or_hear_nothing_of_it(room: Listening) -> None:
    await room.heard("open")
    opened = await room.say(ANGRY)
    assert (await room.desk.ticket(opened.conversation_id)).kind == "complaint"
    assert not (await room.felt(opened)).hint.asks  # type: ignore[union-attr]
    await room.desk.write(set_kind, opened.id, "question")
    await room.say(ANGRY)
    assert (await room.desk.ticket(opened.conversation_id)).kind == "question", "somebody sorted it otherwise"
    await room.heard("nothing")
    ticket = await room.say(ANGRY, who="bob")
    assert (await room.felt(ticket)).hint is None


async def test_heard_again_tells_nothing_anew(room: Listening) -> None:
    ticket = await room.say(ANGRY)
    before = await room.felt(ticket)
    await room.desk.write(hear_all_again, Ears(conclude=conclude_messages))
    await room.follow()
    assert await room.felt(ticket) == before


async def test_an_agent_says_how_somebody_feels_and_takes_it_back(room: Listening) -> None:
    ticket = await room.say(ANGRY)
    message_id = ticket.last_inbound_id
    assert message_id is not None
    await room.desk.write(say_mood, EVERYTHING, ticket.id, message_id, "neutral", room.desk.agent)
    assert (await room.desk.ticket(ticket.conversation_id)).mood == "neutral"
    [mood] = [one for one in (await room.felt(ticket)).messages if one.kind == MOOD]
    assert (mood.value, mood.by) == ("neutral", f"agent:{room.desk.agent}")
    room.desk.clock.move(1)
    await room.desk.write(say_mood, EVERYTHING, ticket.id, message_id, None, room.desk.agent)
    assert (await room.desk.ticket(ticket.conversation_id)).mood == "angry"
    other = await room.say(CALM, who="bob")
    with pytest.raises(NotFound):
        await room.desk.write(say_mood, EVERYTHING, other.id, message_id, "happy", room.desk.agent)


async def test_who_cannot_read_the_inbox_reads_no_mood_in_it(room: Listening) -> None:
    ticket = await room.say(ANGRY)
    nothing = Reach(frozenset({"01890000-0000-7000-8000-000000000000"}))
    assert await room.felt(ticket, nothing) == TicketFelt()
    with pytest.raises(NotFound):
        await room.desk.write(say_mood, nothing, ticket.id, ticket.last_inbound_id, "happy", room.desk.agent)


async def drawn(room: Listening) -> Looks:
    """The look at last week, a week later."""
    room.desk.clock.move(WEEK)
    await room.desk.write(draw_weekly)
    await room.desk.write(draw_weekly)
    await JobRunner(room.desk.database, Catalogue(EVENTS), {JOB: Work(draw_looks)}).catch_up()
    found: Looks = await room.desk.read(read_looks, EVERYTHING)
    return found


async def test_each_week_some_that_were_not_heard_as_complaints_are_looked_at_and_misses_are_counted(
    room: Listening,
) -> None:
    heard = await room.say(ANGRY)
    calm = await room.say(CALM, who="bob")
    await room.say("Can I pay by invoice?", who="eve")
    looks = await drawn(room)
    assert {one.message_id for one in looks.open} & {heard.last_inbound_id} == set()
    assert calm.last_inbound_id in {one.message_id for one in looks.open}
    [week] = looks.weeks
    assert (week.said, week.heard, week.drawn, week.looked, week.missed) == (3, 1, 2, 0, 0)
    assert looks.share is None
    for one in looks.open:
        missed = one.message_id == calm.last_inbound_id
        look = partial(look_at, missed=missed, agent_id=room.desk.agent)
        await room.desk.write(look, EVERYTHING, one.message_id)
    after: Looks = await room.desk.read(read_looks, EVERYTHING)
    assert (after.open, after.looked, after.missed, after.share) == ((), 2, 1, 0.5)
    assert (await room.desk.ticket(calm.conversation_id)).kind == "complaint"
    with pytest.raises(NotFound):
        await room.desk.write(
            partial(look_at, missed=False, agent_id=room.desk.agent), EVERYTHING, calm.last_inbound_id
        )


async def test_who_cannot_read_a_conversation_is_not_asked_about_it(room: Listening) -> None:
    await room.say(CALM)
    await drawn(room)
    nothing = Reach(frozenset({"01890000-0000-7000-8000-000000000000"}))
    assert (await room.desk.read(read_looks, nothing)).open == ()


async def test_a_person_who_is_erased_leaves_neither_hint_nor_look(room: Listening) -> None:
    ticket = await room.say(CALM)
    await room.say(ANGRY, who="bob")
    assert len((await drawn(room)).open) == 1
    await room.desk.write(erase_contact, ticket.contact_id)
    assert (await room.desk.read(read_looks, EVERYTHING)).open == ()


@given(st.integers(0, 10**13))
def test_the_week_before_is_whole_and_over(now: int) -> None:
    since = week_before(now)
    assert since + WEEK <= now < since + 2 * WEEK
    assert (since // 86_400_000 + 3) % 7 == 0, "a Monday"


def test_lots_are_the_same_whenever_and_fair_to_each() -> None:
    ids = [f"{place:04}" for place in range(200)]
    assert draw(1, ids) == draw(1, reversed(ids))
    assert len(draw(1, ids)) == DRAWN
    often = Counter(one for week in range(400) for one in draw(week, ids))
    assert min(often.values()) > 15
    assert max(often.values()) < 75


@given(st.integers(0, 500), st.integers(0, 500))
def test_the_likely_share_holds_the_one_that_was_seen(missed: int, more: int) -> None:
    looked = missed + more
    found = likely_share(missed, looked)
    assert (found is None) == (looked == 0)
    if found is not None:
        assert 0 <= found[0] <= missed / looked + 1e-9
        assert missed / looked - 1e-9 <= found[1] <= 1
