"""Reviews as leads and agents meet them: samples, who may see and change what, and what erasing leaves."""

from datetime import UTC, date, datetime
from functools import partial

import pytest
from msgspec import structs

from lyhord.app.wiring import EVENTS
from lyhord.kit.clock import DAY, HOUR
from lyhord.kit.database import Tx
from lyhord.kit.events import Catalogue
from lyhord.kit.followers import FollowerRunner
from lyhord.kit.problems import Invalid, NotFound, Taken
from lyhord.notifications.model import Notification
from lyhord.notifications.telling import FOLLOWER
from lyhord.notifications.views import list_notifications
from lyhord.tickets.actions import assign_ticket, get_ticket, set_status
from lyhord.tickets.reviews.actions import (
    answer_review,
    change_card,
    change_review,
    create_card,
    remove_card,
    remove_review,
    review_ticket,
)
from lyhord.tickets.reviews.model import CardWords, Criterion, Review, ReviewWords
from lyhord.tickets.reviews.reading import get_card, get_review, list_cards
from lyhord.tickets.reviews.views import draw_sample, list_reviews, list_reviews_of, show_figures, show_review
from lyhord.workspaces.actions.agents import get_agent, store_agent
from lyhord.workspaces.reach import EVERYTHING, Reach
from tests.conversations.desk import Desk

WORDS = CardWords(name="Warmth", criteria=(Criterion(key="warm", name="Warm"),))
GOOD, POOR = ReviewWords(scores={"warm": 5}, words="Kind."), ReviewWords(scores={"warm": 1})
WEEK = date(2026, 3, 2)


async def finish(desk: Desk, who: str, agent: str) -> str:
    """A customer's ticket that an agent resolved; its id."""
    ticket = await desk.ticket((await desk.say(who=who)).conversation_id)
    await desk.write(partial(assign_ticket, ticket_id=ticket.id, agent_id=agent, team_id=None))
    await desk.write(set_status, ticket.id, "resolved")
    return ticket.id


async def a_week(desk: Desk, count: int = 6) -> list[str]:
    """So many tickets that Anna finished on a Tuesday; it is the Monday after."""
    desk.clock.move(2 * DAY)
    ids = [await finish(desk, f"c{number}", desk.agent) for number in range(count)]
    desk.clock.move(6 * DAY)
    return ids


async def write_one(desk: Desk, ticket_id: str, card_id: str, words: ReviewWords, by: str) -> str:
    def write(tx: object) -> str:
        return review_ticket(tx, get_ticket(tx, ticket_id), card_id, words, by)  # type: ignore[arg-type]

    return str(await desk.write(write, actor=f"agent:{by}"))


def join(tx: Tx, agent_id: str) -> None:
    """They accepted their invitation."""
    store_agent(tx, structs.replace(get_agent(tx, agent_id), joined_at=tx.now))


async def read_one(desk: Desk, review_id: str) -> Review:
    found: Review = await desk.read(get_review, review_id)
    return found


async def test_a_sample_is_drawn_by_lot_and_stays_the_same(desk: Desk) -> None:
    card = await desk.write(create_card, WORDS)
    ids = await a_week(desk)
    assert datetime.fromtimestamp(desk.clock.now / 1000, UTC).weekday() == 0
    [sample] = await desk.read(draw_sample, EVERYTHING, card, WEEK, 3)
    assert (sample.agent_id, sample.finished, len(sample.drawn)) == (desk.agent, 6, 3)
    assert {one.ticket.id for one in sample.drawn} < set(ids)
    assert await desk.read(draw_sample, EVERYTHING, card, WEEK, 3) == [sample]
    await finish(desk, "later", desk.agent)
    assert await desk.read(draw_sample, EVERYTHING, card, WEEK, 3) == [sample]
    first = sample.drawn[0].ticket.id
    await write_one(desk, first, card, GOOD, desk.colleague)
    [again] = await desk.read(draw_sample, EVERYTHING, card, WEEK, 3)
    assert [one.ticket.id for one in again.drawn] == [one.ticket.id for one in sample.drawn]
    assert again.drawn[0].reviewer_ids == [desk.colleague]


async def test_what_was_reviewed_before_or_is_out_of_reach_is_not_drawn(desk: Desk) -> None:
    card = await desk.write(create_card, WORDS)
    desk.clock.move(2 * DAY)
    ids = [await finish(desk, f"c{number}", desk.agent) for number in range(2)]
    await write_one(desk, ids[0], card, GOOD, desk.colleague)
    desk.clock.move(6 * DAY)
    [sample] = await desk.read(draw_sample, EVERYTHING, card, WEEK, 3)
    assert [one.ticket.id for one in sample.drawn] == [ids[1]]
    assert await desk.read(draw_sample, Reach(frozenset()), card, WEEK, 3) == []


@pytest.mark.parametrize("week", [date(2026, 3, 9), date(2026, 3, 3), date(2025, 11, 3)])
async def test_only_a_whole_week_of_the_last_twelve(desk: Desk, week: date) -> None:
    card = await desk.write(create_card, WORDS)
    desk.clock.move(8 * DAY)
    with pytest.raises(Invalid):
        await desk.read(draw_sample, EVERYTHING, card, week, 3)


async def test_a_review_is_of_the_owners_work_and_written_once_by_each(desk: Desk) -> None:
    card = await desk.write(create_card, WORDS)
    ticket_id = await finish(desk, "ann", desk.agent)
    first = await write_one(desk, ticket_id, card, GOOD, desk.colleague)
    again = await write_one(desk, ticket_id, card, POOR, desk.colleague)
    assert first == again
    found = await read_one(desk, first)
    assert (found.agent_id, found.scores, found.words, found.share) == (desk.agent, {"warm": 1}, "", 0)
    with pytest.raises(Invalid):
        await write_one(desk, ticket_id, card, GOOD, desk.agent)
    await desk.write(partial(assign_ticket, ticket_id=ticket_id, agent_id=None, team_id=None))
    with pytest.raises(Invalid):
        await write_one(desk, ticket_id, card, GOOD, desk.colleague)


async def test_a_review_is_told_to_whose_work_it_was_and_the_answer_to_who_wrote_it(desk: Desk) -> None:
    for agent in (desk.agent, desk.colleague):
        await desk.write(join, agent)
    card = await desk.write(create_card, WORDS)
    ticket_id = await finish(desk, "ann", desk.agent)
    runner = FollowerRunner(desk.database, Catalogue(EVENTS), [FOLLOWER])

    async def told(agent: str) -> list[Notification]:
        await runner.catch_up(desk.workspace_id)
        found: list[Notification] = await desk.read(list_notifications, EVERYTHING, agent)
        return [one for one in found if one.kind == "coached"]

    await runner.catch_up(desk.workspace_id)
    review_id = await write_one(desk, ticket_id, card, GOOD, desk.colleague)
    [one] = await told(desk.agent)
    ticket = await desk.read(get_ticket, ticket_id)
    assert (one.conversation_id, one.agent_id) == (ticket.conversation_id, desk.colleague)
    assert await told(desk.colleague) == []
    for text in ("", "Thank you", "Thank you"):
        await desk.write(answer_review, review_id, desk.agent, text, actor=f"agent:{desk.agent}")
    [one] = await told(desk.colleague)
    assert one.agent_id == desk.agent
    await desk.write(remove_review, review_id, desk.colleague, actor=f"agent:{desk.colleague}")
    assert len(await told(desk.agent)) == 1, "what is taken back says nothing new"


async def test_an_agent_sees_and_answers_what_is_about_their_own_work_alone(desk: Desk) -> None:
    card = await desk.write(create_card, WORDS)
    ticket_id = await finish(desk, "ann", desk.agent)
    review_id = await write_one(desk, ticket_id, card, GOOD, desk.colleague)
    desk.events.clear()
    await desk.write(answer_review, review_id, desk.agent, " Thank you ")
    assert (await read_one(desk, review_id)).answer == "Thank you"
    [told] = desk.events
    assert set(told.event.agent_ids) == {desk.agent, desk.colleague}  # type: ignore[attr-defined]
    assert [one.id for one in await desk.read(list_reviews, desk.agent)] == [review_id]
    for coaches, viewer, seen in ((False, desk.agent, 1), (False, desk.colleague, 0), (True, desk.colleague, 1)):
        found = await desk.read(partial(list_reviews_of, coaches=coaches), ticket_id, viewer)
        assert len(found) == seen
    with pytest.raises(NotFound):
        await desk.read(partial(show_review, coaches=False), review_id, desk.colleague)
    with pytest.raises(NotFound):
        await desk.write(answer_review, review_id, desk.colleague, "Mine")


async def test_only_who_wrote_it_changes_it_or_takes_it_back(desk: Desk) -> None:
    card = await desk.write(create_card, WORDS)
    review_id = await write_one(desk, await finish(desk, "ann", desk.agent), card, GOOD, desk.colleague)
    for change in (partial(change_review, words=POOR), remove_review):
        with pytest.raises(Taken):
            await desk.write(partial(change, review_id=review_id, reviewer_id=desk.agent))
    await desk.write(remove_review, review_id, desk.colleague)
    with pytest.raises(NotFound):
        await read_one(desk, review_id)


async def test_a_review_keeps_the_card_by_which_it_was_made(desk: Desk) -> None:
    card = await desk.write(create_card, WORDS)
    review_id = await write_one(desk, await finish(desk, "ann", desk.agent), card, POOR, desk.colleague)
    wider = CardWords(name="Warmth", criteria=(*WORDS.criteria, Criterion(key="right", name="Right")), steps=3)
    await desk.write(change_card, card, wider)
    await desk.write(change_review, review_id, GOOD, desk.colleague)
    assert (await read_one(desk, review_id)).share == 1
    await desk.write(remove_card, card)
    assert [one.removed for one in await desk.read(list_cards)] == [True]
    assert (await read_one(desk, review_id)).share == 1
    with pytest.raises(NotFound):
        await desk.read(get_card, card)


async def test_figures_are_distributions_with_how_many(desk: Desk) -> None:
    card = await desk.write(create_card, WORDS)
    for who, words in (("ann", GOOD), ("ben", GOOD), ("cat", POOR)):
        await write_one(desk, await finish(desk, who, desk.agent), card, words, desk.colleague)
    told = await desk.read(show_figures, card, 30)
    assert (told.reviews, told.counts) == (3, {desk.agent: 3})
    assert [(one.counts, one.n) for one in told.all] == [([1, 0, 0, 0, 2], 3)]
    assert told.agreement.n == 0
    desk.clock.move(31 * DAY + HOUR)
    assert (await desk.read(show_figures, card, 30)).reviews == 0
