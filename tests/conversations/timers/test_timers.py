"""A chat's timer gives a life to what either side says there, from when it was set until it ends; then it is nowhere."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import bindparam, func, select

from lyhord.contacts.actions import merge_contacts, separate_contact
from lyhord.conversations.account import Account
from lyhord.conversations.actions.vanish import JOB, TIME
from lyhord.conversations.channel import Adapter, Descriptor
from lyhord.conversations.events import ConversationStarted
from lyhord.conversations.exchange import Accepted, Address, InboundGroup, InboundTimer, Outcome, Raw, Unknown
from lyhord.conversations.groups.views import changes_of
from lyhord.conversations.jobs import TO_THE_END, vanish_due
from lyhord.conversations.model import Message
from lyhord.conversations.outgoing import Foreseen, Words, plan_words
from lyhord.conversations.sending import LEASE, claim_due, finish
from lyhord.conversations.tables import raw_payload
from lyhord.conversations.timers.events import TimerChanged
from lyhord.conversations.timers.model import MOST_SECONDS, Timer, end_of, heard, joined
from lyhord.conversations.views import conversation_of_contacts, messages_by_id
from lyhord.kit.clock import DAY, HOUR, MINUTE, SECOND
from lyhord.kit.database import Statement
from lyhord.kit.events import Catalogue
from lyhord.kit.http import Principal
from lyhord.kit.jobs import JobRunner, Work
from tests.conversations.desk import Desk
from tests.worker.pigeon import DESCRIPTOR, Loft, Pigeon

NOW = 1_772_355_600_000
DAYS = DAY // SECOND
ANN = (Address("pigeon", "ann", "Ann", verified=True),)
_payloads = Statement(
    select(func.count()).select_from(raw_payload).where(raw_payload.c.workspace_id == bindparam("workspace_id"))
)
moments = st.integers(NOW - DAY, NOW + DAY)
lives = st.sampled_from([0, 60, DAYS])


def timer(seconds: int = DAYS, **more: Any) -> InboundTimer:
    """Ann's chat, or a group, has a timer now."""
    return InboundTimer(**{"seconds": seconds, "sender": ANN, **more})


async def run(desk: Desk) -> None:
    """As a worker that has just started."""
    await JobRunner(desk.database, Catalogue(()), {JOB: Work(vanish_due, TO_THE_END)}).catch_up()


async def sent(desk: Desk, one: Message, outcome: Outcome | None = None) -> Message:
    """The answer as it stands once the channel has said what became of it."""
    (claim,) = [each for each in await desk.write(claim_due, [], (), 10) if each.message_id == one.id]
    await desk.write(lambda tx: finish(tx, claim, outcome or Accepted(""), native=False))
    return await desk.message(one.id)


async def told(desk: Desk, conversation_id: str) -> list[str]:
    """What the timeline says of timers, in seconds."""
    return [one.name for one in await desk.read(changes_of, [conversation_id]) if one.change == "timer"]


async def test_what_a_customer_says_after_it_was_set_lives_so_long_and_then_is_gone(desk: Desk) -> None:
    before = await desk.say("Before")
    await desk.receive(timer())
    desk.clock.move(MINUTE)
    said = await desk.say("My code")
    assert (before.expires_at, said.expires_at) == (None, desk.clock.now + DAY)
    desk.clock.move(DAY - 1)
    await run(desk)
    assert (await desk.message(said.id)).text == "My code"
    desk.clock.move(1)
    await run(desk)
    gone = await desk.message(said.id)
    assert (gone.text, gone.removed_by) == ("", TIME)
    assert (await desk.message(before.id)).text == "Before"


async def test_their_payload_is_kept_nowhere(desk: Desk) -> None:
    await desk.receive(timer())
    await desk.receive(desk.words("My code"), raw=Raw(b"My code"))
    assert await desk.read(lambda tx: tx.value(_payloads)) == 0


async def test_our_answer_lives_from_when_it_left(desk: Desk) -> None:
    said = await desk.say()
    await desk.receive(timer())
    answer = await desk.answer(said.conversation_id, "Your code is 7")
    assert answer.expires_at is None
    desk.clock.move(HOUR)
    left = await sent(desk, answer)
    assert left.expires_at == desk.clock.now + DAY
    desk.clock.move(DAY)
    await run(desk)
    gone = await desk.message(answer.id)
    assert (gone.text, gone.removed_by) == ("", TIME)
    assert gone.delivery is not None
    assert gone.delivery.state == "sent"


@pytest.mark.parametrize("died", [False, True])
async def test_an_answer_that_may_have_left_lives_no_longer(desk: Desk, died: bool) -> None:
    said = await desk.say()
    await desk.receive(timer())
    answer = await desk.answer(said.conversation_id)
    if died:
        await desk.write(claim_due, [], (), 10)
        desk.clock.move(LEASE)
        await desk.write(claim_due, [], (), 10)
    else:
        await sent(desk, answer, Unknown("no answer"))
    assert (await desk.message(answer.id)).expires_at == desk.clock.now + DAY


async def test_ended_words_stay_and_what_was_said_meanwhile_does_not(desk: Desk) -> None:
    await desk.receive(timer(at=desk.clock.now))
    desk.clock.move(MINUTE)
    fleeting = await desk.say()
    desk.clock.move(MINUTE)
    await desk.receive(timer(0, at=desk.clock.now))
    late = await desk.say("Late", at=desk.clock.now - SECOND)
    stays = await desk.say("Stays")
    answer = await sent(desk, await desk.answer(stays.conversation_id))
    assert fleeting.expires_at is not None
    assert late.expires_at == desk.clock.now - SECOND + DAY
    assert (stays.expires_at, answer.expires_at) == (None, None)


async def test_it_is_of_one_chat_and_no_other(desk: Desk) -> None:
    await desk.receive(timer())
    ben, elsewhere = await desk.say(who="ben"), await desk.say(inbox=desk.other_inbox)
    street = await desk.say(group_id="g", group_name="Street")
    assert [one.expires_at for one in (ben, elsewhere, street)] == [None, None, None]


async def test_a_group_has_its_own_also_under_another_id(desk: Desk) -> None:
    await desk.receive(timer(sender=(), group_id="g", group_name="Street"))
    said = await desk.say(group_id="g", group_name="Street")
    assert said.expires_at == desk.clock.now + DAY
    assert (await sent(desk, await desk.answer(said.conversation_id))).expires_at == desk.clock.now + DAY
    await desk.receive(InboundGroup(group_id="g", moved_to="h"))
    assert (await desk.say(group_id="h")).expires_at == desk.clock.now + DAY
    assert (await desk.say()).expires_at is None
    assert await told(desk, said.conversation_id) == [str(DAYS)]


async def test_the_timeline_and_the_log_say_when_it_was_set_and_ended_once(desk: Desk) -> None:
    said = await desk.say()
    await desk.receive(timer(at=desk.clock.now), timer(at=desk.clock.now))
    desk.clock.move(MINUTE)
    await desk.receive(timer(0, at=desk.clock.now), timer(at=desk.clock.now - MINUTE))
    assert await told(desk, said.conversation_id) == [str(DAYS), "0"]
    events = [one.event for one in desk.events if isinstance(one.event, TimerChanged)]
    assert [(one.inbox_id, one.seconds) for one in events] == [(desk.inbox, DAYS), (desk.inbox, 0)]


async def test_with_the_words_that_it_comes_with_its_moment_counts(desk: Desk) -> None:
    at = desk.clock.now - MINUTE
    receipt = await desk.receive(desk.words("Before", at=at - SECOND), timer(at=at), desk.words("After", at=at))
    ids = [one for one in receipt.message_ids if one]
    before, after = await desk.read(messages_by_id, ids)
    assert (before.expires_at, after.expires_at) == (None, at + DAY)


async def test_a_nearer_end_of_the_senders_own_counts(desk: Desk) -> None:
    await desk.receive(timer())
    near = await desk.say(expires_at=desk.clock.now + MINUTE)
    far = await desk.say(expires_at=desk.clock.now + 2 * DAY)
    assert (near.expires_at, far.expires_at) == (desk.clock.now + MINUTE, desk.clock.now + DAY)


async def test_merged_and_separated_contacts_keep_the_timers_of_their_chats(desk: Desk) -> None:
    ben, ann = await desk.say(who="ben"), await desk.say(who="ann")
    await desk.receive(timer())
    begun = [one.event for one in desk.events if isinstance(one.event, ConversationStarted)]
    contacts = {event.conversation_id: event.contact_id for event in begun}
    hers, his = contacts[ann.conversation_id], contacts[ben.conversation_id]
    await desk.write(merge_contacts, hers, his)
    both = await desk.say(who="ann")
    assert both.expires_at == desk.clock.now + DAY
    assert (await desk.say(who="ben")).expires_at is None
    desk.clock.move(MINUTE)
    await desk.receive(timer(60))
    await desk.write(separate_contact, hers)
    alone = await desk.say(who="ann")
    assert alone.expires_at == desk.clock.now + MINUTE
    assert await told(desk, alone.conversation_id) == [str(DAYS), "60"]
    assert await told(desk, ben.conversation_id) == []
    assert (await desk.read(conversation_of_contacts, [hers]))[hers] == alone.conversation_id


class Lofts:
    """The registry: all inboxes are of one channel."""

    def __init__(self, descriptor: Descriptor) -> None:
        self.can = descriptor

    def descriptor(self, channel: str) -> Descriptor:
        return self.can

    def open(self, channel: str, account: Account) -> Adapter:
        loft = Loft()
        loft.descriptor = self.can
        return Pigeon(loft, account)


async def planned(desk: Desk, conversation_id: str) -> int | None:
    """How long an answer would live."""
    agent = Principal(desk.workspace_id, f"agent:{desk.agent}", desk.agent, frozenset(), None, "en")
    can = msgspec.structs.replace(DESCRIPTOR, expires=True)
    found = await plan_words(desk.database, agent, Lofts(can), conversation_id, Words(text="Hi"))
    assert isinstance(found, Foreseen)
    return found.life


async def test_who_answers_sees_how_long_it_will_live(desk: Desk) -> None:
    said, street = await desk.say(), await desk.say(group_id="g", group_name="Street")
    assert await planned(desk, said.conversation_id) is None
    await desk.receive(timer(), timer(60, sender=(), group_id="g"))
    assert await planned(desk, said.conversation_id) == DAYS
    assert await planned(desk, street.conversation_id) == 60
    desk.clock.move(MINUTE)
    await desk.receive(timer(0))
    assert await planned(desk, said.conversation_id) is None


@given(told=st.lists(st.tuples(lives, moments), max_size=5))
def test_the_latest_that_was_told_counts_in_whatever_order_it_comes(told: list[tuple[int, int]]) -> None:
    now: Timer | None = None
    for seconds, at in told:
        now = heard(now, seconds, at) or now
        assert heard(now, seconds, at) is None


@given(seconds=lives, before=lives, since=moments, said=moments)
def test_words_live_as_long_as_was_set_when_they_were_said_and_never_from_the_future(
    seconds: int, before: int, since: int, said: int
) -> None:
    end = end_of(Timer(seconds, since, before), said, NOW)
    wanted = seconds if min(said, NOW) >= since else before
    assert end == (min(said, NOW) + wanted * SECOND if wanted else None)


@given(one=st.dictionaries(st.sampled_from("abc"), st.builds(Timer, lives, moments)), at=moments)
def test_joining_keeps_what_was_told_later_and_says_the_same_twice(one: dict[str, Timer], at: int) -> None:
    other = {"a": Timer(5, at)}
    both = joined(one, other)
    assert both["a"] == (one["a"] if "a" in one and one["a"].since >= at else other["a"])
    assert joined(both, other) == both == joined(both, one)


def test_no_timer_is_longer_than_people_live_with_a_company() -> None:
    assert heard(None, 10**12, NOW) == Timer(MOST_SECONDS, NOW)
    assert heard(None, -5, NOW) is None
