"""Looking for the silent unhappy: what the database knows of customers, kept once a day, and forgotten with them."""

import pytest

from lyhord.kit.clock import DAY, HOUR
from lyhord.kit.ids import LOWEST_ID
from lyhord.kit.problems import NotFound
from lyhord.surveys.silent.looking import (
    FIRST,
    Silent,
    find_of_conversation,
    forget_silent,
    keep_look,
    list_silent,
    look_for_silent,
    next_look,
    settle_silent,
)
from lyhord.surveys.silent.reading import backtest, histories_of, page_of
from lyhord.tickets.actions import set_kind
from lyhord.workspaces.reach import EVERYTHING, Reach
from tests.surveys.conftest import Shop


async def regular(shop: Shop, who: str = "ann", *, last_answered: bool = True) -> str:
    """A customer who came every 20 days; their conversation."""
    talk = ""
    for place in range(5):
        said = await shop.hear(who=who)
        talk = said.conversation_id
        shop.clock.move(HOUR)
        if place < 4 or last_answered:
            await shop.answer(talk)
        shop.clock.move(20 * DAY)
    return talk


async def look(shop: Shop) -> list[Silent]:
    """A day's round."""
    await look_for_silent(shop.database)
    rows, _ = await shop.read(lambda tx: list_silent(tx, EVERYTHING, before=FIRST, most=10))
    return list(rows)


async def test_who_went_quiet_after_no_answer_is_found_with_why(shop: Shop) -> None:
    ann = await regular(shop, last_answered=False)
    shop.clock.move(45 * DAY)
    [found] = await look(shop)
    assert (found.conversation_id, found.title, found.score) == (ann, "Ann", 5)
    assert {one.name for one in found.signals} == {"longer_gap", "unanswered"}
    shown = await shop.read(find_of_conversation, EVERYTHING, [ann])
    assert shown == found
    assert await shop.read(find_of_conversation, Reach(frozenset({shop.mail})), [ann]) is None


async def test_it_is_looked_once_a_day_and_who_came_again_is_taken_off(shop: Shop) -> None:
    await regular(shop, last_answered=False)
    shop.clock.move(45 * DAY)
    assert len(await look(shop)) == 1
    assert await shop.read(next_look) is None
    said = await shop.hear()
    await shop.answer(said.conversation_id)
    assert len(await look(shop)) == 1
    shop.clock.move(DAY + 1)
    assert await look(shop) == []


async def test_whom_somebody_looks_after_stays_so_until_something_else_speaks_for_it(shop: Shop) -> None:
    ann = await regular(shop, last_answered=False)
    shop.clock.move(45 * DAY)
    await look(shop)
    await shop.write(settle_silent, ann, True, actor=f"agent:{shop.agent}")
    shop.clock.move(2 * DAY)
    [found] = await look(shop)
    assert found.settled_by == f"agent:{shop.agent}"
    with pytest.raises(NotFound):
        await shop.write(settle_silent, shop.inbox, True)


async def test_who_complained_is_heard_already(shop: Shop) -> None:
    ann = await regular(shop, last_answered=False)
    await shop.write(set_kind, (await shop.ticket(ann)).id, "complaint")
    shop.clock.move(DAY)
    [customer] = await shop.read(page_of, LOWEST_ID, 10)
    history = (await shop.read(histories_of, [customer], shop.clock.now))[ann]
    assert history.complained_at is not None
    assert len(history.approaches) == 5
    assert history.approaches[0].reason == "complaint", "the ticket was opened with the first"


async def test_they_are_forgotten_with_their_conversation(shop: Shop) -> None:
    ann = await regular(shop, last_answered=False)
    shop.clock.move(45 * DAY)
    await look(shop)
    await shop.write(forget_silent, [ann])
    assert await shop.read(find_of_conversation, EVERYTHING, [ann]) is None


async def test_a_list_of_the_past_is_held_against_what_came_after(shop: Shop) -> None:
    begin = shop.clock.now
    await regular(shop, "ann", last_answered=False)
    shop.clock.now = begin
    await regular(shop, "bo")
    at = shop.clock.now + 45 * DAY
    for _ in range(8):
        shop.clock.move(20 * DAY)
        said = await shop.hear(who="bo")
        await shop.answer(said.conversation_id)
    shop.clock.move(200 * DAY)
    found = await shop.read(backtest, at)
    assert (found.customers, found.left, found.listed, found.listed_left) == (2, 1, 1, 1)
    assert found.lift == 2.0


async def test_a_round_goes_on_where_it_stopped(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lyhord.surveys.silent.looking.AT_ONCE", 1)
    for who in ("ann", "bo"):
        await shop.hear(who=who)
    looked = []
    while (found := await shop.read(next_look)) is not None:
        looked += [one.conversation_id for one in found.customers]
        await shop.write(keep_look, found)
    assert len(looked) == 2 == len(set(looked))
