"""What channels tell about deliveries is merged by max: order, repetition and haste make no difference."""

from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lyhord.conversations.deliveries import RISING, State, is_out, merge, part_key, sweep_early_statuses
from lyhord.conversations.events import DeliveryChanged
from lyhord.conversations.exchange import Accepted, Address, InboundStatus
from lyhord.conversations.model import Message
from lyhord.conversations.sending import Claim, claim_due, finish
from lyhord.kit.clock import DAY
from tests.conversations.desk import Desk

STATES = st.sampled_from(RISING)


@given(STATES, STATES, STATES)
def test_states_are_a_lattice(one: State, two: State, three: State) -> None:
    assert merge(one, two) == merge(two, one)
    assert merge(merge(one, two), three) == merge(one, merge(two, three))
    assert merge(one, one) == one
    assert merge(one, two) in {one, two}


def test_what_is_known_of_a_message_only_grows() -> None:
    assert merge("sent", "delivered") == "delivered"
    assert merge("read", "delivered") == "read"
    assert merge("unknown", "sent") == "sent"
    assert merge("sent", "failed") == "failed"
    assert merge("failed", "delivered") == "delivered"
    assert [state for state in RISING if not is_out(state)] == ["queued", "sending", "unknown"]


async def sent(desk: Desk, external_id: str = "their-1") -> Message:
    """A reply that the channel has taken."""
    message = await queued(desk)
    claim = await claimed(desk)
    await finished(desk, claim, Accepted(external_id))
    return await desk.message(message.id)


async def queued(desk: Desk) -> Message:
    asked = await desk.say()
    return await desk.answer(asked.conversation_id)


async def claimed(desk: Desk) -> Claim:
    claims: list[Claim] = await desk.write(claim_due, [], [], 10)
    assert len(claims) == 1
    return claims[0]


async def finished(desk: Desk, claim: Claim, outcome: Any) -> bool:
    return bool(await desk.write(lambda tx: finish(tx, claim, outcome, native=False)))


async def told(desk: Desk, reference: str, state: str, *, error: str = "", inbox: str | None = None) -> None:
    status = InboundStatus(reference=reference, state=state, error=error)  # type: ignore[arg-type]
    await desk.receive(status, inbox=inbox)


async def state_of(desk: Desk, message: Message) -> tuple[str, str | None]:
    delivery = (await desk.message(message.id)).delivery
    assert delivery is not None
    return delivery.state, delivery.error


@pytest.mark.parametrize("by_key", [True, False])
async def test_tidings_find_their_delivery_by_our_key_and_by_the_channels_id(desk: Desk, by_key: bool) -> None:
    message = await sent(desk)
    desk.kinds()
    await told(desk, message.id if by_key else "their-1", "delivered")
    assert await state_of(desk, message) == ("delivered", None)
    assert desk.kinds() == ["delivery.changed"]


async def test_tidings_about_one_part_are_about_the_message(desk: Desk) -> None:
    message = await sent(desk)
    assert part_key(message.id, 0) == message.id
    await told(desk, part_key(message.id, 2), "failed", error="full")
    assert await state_of(desk, message) == ("failed", "full")


@pytest.mark.parametrize("order", list(permutations(["sent", "delivered", "read"])))
async def test_tidings_in_any_order_end_the_same(desk: Desk, order: tuple[str, ...]) -> None:
    message = await sent(desk)
    for state in (*order, *order):
        await told(desk, "their-1", state)
    assert await state_of(desk, message) == ("read", None)


async def test_what_says_nothing_new_makes_no_event(desk: Desk) -> None:
    await sent(desk)
    await told(desk, "their-1", "delivered")
    desk.kinds()
    await told(desk, "their-1", "delivered")
    await told(desk, "their-1", "sent")
    assert desk.kinds() == []


async def test_another_inbox_tells_nothing_about_ours(desk: Desk) -> None:
    message = await sent(desk)
    await told(desk, "their-1", "read", inbox=desk.other_inbox)
    await told(desk, message.id, "read", inbox=desk.other_inbox)
    assert await state_of(desk, message) == ("sent", None)


async def test_tidings_that_overtake_the_channels_answer_are_kept_for_it(desk: Desk) -> None:
    message = await queued(desk)
    claim = await claimed(desk)
    await told(desk, "their-9", "delivered")
    await told(desk, "their-9", "sent")
    assert await state_of(desk, message) == ("sending", None)
    assert await finished(desk, claim, Accepted("their-9"))
    assert await state_of(desk, message) == ("delivered", None)


async def test_a_refusal_that_overtakes_the_channels_answer_counts_with_its_reason(desk: Desk) -> None:
    message = await queued(desk)
    claim = await claimed(desk)
    await told(desk, "their-9", "failed", error="no such number")
    assert await finished(desk, claim, Accepted("their-9"))
    assert await state_of(desk, message) == ("failed", "no such number")


async def test_tidings_by_key_while_it_is_being_sent_stay_after_the_answer(desk: Desk) -> None:
    message = await queued(desk)
    claim = await claimed(desk)
    await told(desk, message.id, "read")
    assert await state_of(desk, message) == ("read", None)
    assert await finished(desk, claim, Accepted("their-9"))
    assert await state_of(desk, message) == ("read", None)
    assert await desk.write(claim_due, [], [], 10) == []


async def test_tidings_about_nothing_of_ours_are_not_kept(desk: Desk) -> None:
    await told(desk, "somebody-elses", "delivered")
    desk.clock.move(2 * DAY)
    assert await desk.write(sweep_early_statuses) == 0


async def test_what_was_kept_for_nothing_is_swept_after_a_day(desk: Desk) -> None:
    await queued(desk)
    await claimed(desk)
    await told(desk, "somebody-elses", "delivered")
    desk.clock.move(DAY - 1)
    assert await desk.write(sweep_early_statuses) == 0
    desk.clock.move(2)
    assert await desk.write(sweep_early_statuses) == 1


async def test_the_refusal_of_an_earlier_attempt_does_not_stop_a_new_one(desk: Desk) -> None:
    message = await queued(desk)
    await told(desk, message.id, "failed", error="earlier")
    assert await state_of(desk, message) == ("queued", None)
    desk.kinds()
    await claimed(desk)
    changed = [logged.event for logged in desk.events if isinstance(logged.event, DeliveryChanged)]
    assert [(event.message_id, event.state) for event in changed] == [(message.id, "sending")]


def until(at: int, state: str = "read", who: str = "ann", reference: str = "") -> InboundStatus:
    """All until then: a watermark, as several messengers tell it."""
    return InboundStatus(reference=reference, state=state, at=at, peer=Address("pigeon", who))  # type: ignore[arg-type]


async def test_a_status_until_a_time_is_about_all_that_left_before(desk: Desk) -> None:
    first, second = await sent(desk, "their-1"), await sent(desk, "their-2")
    desk.clock.move(1_000)
    watermark = desk.clock.now
    desk.clock.move(1_000)
    later = await sent(desk, "their-3")
    waiting = await queued(desk)
    desk.kinds()
    await desk.receive(until(watermark))
    assert [await state_of(desk, one) for one in (first, second)] == [("read", None)] * 2
    assert [await state_of(desk, one) for one in (later, waiting)] == [("sent", None), ("queued", None)]
    assert desk.kinds() == ["delivery.changed"] * 2
    await desk.receive(until(watermark, "delivered"))
    assert desk.kinds() == []


async def test_a_status_until_a_time_may_name_one_message_besides(desk: Desk) -> None:
    first = await sent(desk, "their-1")
    watermark = desk.clock.now
    desk.clock.move(1_000)
    named = await sent(desk, "their-2")
    await desk.receive(until(watermark, "delivered", reference="their-2"))
    assert [await state_of(desk, one) for one in (first, named)] == [("delivered", None)] * 2


async def test_a_status_until_a_time_is_about_nobody_else_and_no_other_inbox(desk: Desk) -> None:
    message = await sent(desk)
    at = desk.clock.now + 1
    await desk.receive(until(at, who="bob"))
    await desk.receive(until(at), inbox=desk.other_inbox)
    assert await state_of(desk, message) == ("sent", None)


async def test_what_failed_is_not_read_because_later_words_were(desk: Desk) -> None:
    message = await sent(desk)
    await told(desk, "their-1", "failed", error="refused")
    await desk.receive(until(desk.clock.now + 1))
    assert await state_of(desk, message) == ("failed", "refused")


async def test_a_status_until_a_time_is_about_one_identity_of_a_contact(desk: Desk) -> None:
    both = (Address("pigeon", "ann", verified=True), Address("pigeon", "ann2", verified=True))
    asked = await desk.say(sender=both)
    message = await desk.answer(asked.conversation_id)
    await finished(desk, await claimed(desk), Accepted("their-1"))
    at = desk.clock.now + 1
    await desk.receive(until(at, who="ann2"))
    assert await state_of(desk, message) == ("sent", None)
    await desk.receive(until(at, who="ann"))
    assert await state_of(desk, message) == ("read", None)
