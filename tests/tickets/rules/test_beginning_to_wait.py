"""A customer begins to wait: once, with the first words that nobody has answered, and never by what a machine said."""

from functools import partial

import pytest

from lyhord.kit.clock import HOUR, MINUTE
from lyhord.tickets.actions import set_status
from tests.conversations.desk import Desk
from tests.tickets.rules.office import Follows, firings, follow, make, tag


async def begin(desk: Desk) -> tuple[Follows, str]:
    follows = await follow(desk)
    return follows, await make(desk, "customer_waits", tag("waits"))


async def test_more_words_of_who_waits_already_are_nothing_new(desk: Desk) -> None:
    follows, rule = await begin(desk)
    first = await desk.say()
    clock = desk.clock
    clock.move(MINUTE)
    await desk.say("Anybody?")
    await follows.catch_up()
    clock.move(MINUTE)
    await desk.say("Hello?")
    await follows.catch_up()
    assert [one.message_id for one in await firings(desk, rule)] == [first.id]


async def test_who_was_answered_and_writes_again_begins_anew(desk: Desk) -> None:
    follows, rule = await begin(desk)
    first = await desk.say()
    await follows.catch_up()
    desk.clock.move(MINUTE)
    await desk.answer(first.conversation_id)
    desk.clock.move(HOUR)
    pending = await desk.say("One more thing")
    await follows.catch_up()
    desk.clock.move(MINUTE)
    await desk.answer(first.conversation_id)
    ticket = await desk.ticket(first.conversation_id)
    await desk.write(partial(set_status, ticket_id=ticket.id, status="resolved"))
    desk.clock.move(HOUR)
    again = await desk.say("It broke")
    await follows.catch_up()
    assert [one.message_id for one in await firings(desk, rule)] == [first.id, pending.id, again.id]


async def test_who_was_answered_before_the_rule_looks_does_not_wait(desk: Desk) -> None:
    follows, rule = await begin(desk)
    asked = await desk.say()
    await desk.answer(asked.conversation_id)
    await follows.catch_up()
    assert await firings(desk, rule) == []


@pytest.mark.parametrize("flag", ["auto_reply", "loop", "automatic", "bulk", "opt_out"])
async def test_machines_begin_no_waiting(desk: Desk, flag: str) -> None:
    follows, rule = await begin(desk)
    await desk.say("I am away until Monday", flags=frozenset({flag}))
    await follows.catch_up()
    assert await firings(desk, rule) == []


async def test_history_begins_no_waiting(desk: Desk) -> None:
    follows, rule = await begin(desk)
    await desk.receive(desk.words("Years ago"), imported=True)
    await follows.catch_up()
    assert await firings(desk, rule) == []


async def test_both_rules_of_words_that_come_are_asked_of_the_same_words(desk: Desk) -> None:
    follows, rule = await begin(desk)
    wrote = await make(desk, "customer_wrote", tag("wrote"))
    said = await desk.say()
    await follows.catch_up()
    for one in (rule, wrote):
        assert [fired.message_id for fired in await firings(desk, one)] == [said.id]
