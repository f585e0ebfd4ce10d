"""What agents say leaves in order, as often as needed and no oftener, whatever the channel does."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from msgspec.structs import replace

from lyhord.conversations import store
from lyhord.conversations.actions.amend import UNDO_SECONDS, edit_message, react, remove_message
from lyhord.conversations.channel import Rate
from lyhord.conversations.exchange import Accepted, Failed, Outcome, Refusal, Retry, Unknown
from lyhord.conversations.model import Message
from lyhord.conversations.sending import DIED, LEASE, LONGEST_HOLD, list_next_due
from lyhord.kit.clock import SECOND
from lyhord.kit.database import Busy
from lyhord.worker import senders
from lyhord.worker.accounts import Accounts
from lyhord.worker.breakers import FAILURES, FIRST_REST
from lyhord.worker.senders import IN_PARTS, NO_ANSWER, OWN_FAULT, REMOVED, Sender
from lyhord.workspaces.actions.inboxes import InboxChange, change_inbox, get_inbox, remove_inbox
from tests.conversations.desk import Desk
from tests.waiting import grace, until
from tests.worker.pigeon import Loft


@pytest.fixture
def sender(desk: Desk, accounts: Accounts) -> Sender:
    return Sender(desk.database, accounts)


async def replies(desk: Desk, *texts: str, who: str = "ann") -> list[Message]:
    asked = await desk.say(who=who)
    return [await desk.answer(asked.conversation_id, text) for text in texts]


async def all_at_once(loft: Loft, sender: Sender, number: int) -> None:
    """Send everything, the first `number` of them at the same time."""
    loft.gate = asyncio.Event()
    sending = asyncio.ensure_future(sender.catch_up())
    await until(lambda: loft.under_way == number)
    loft.gate.set()
    await sending


async def stands(desk: Desk, one: Message) -> tuple[str, int | None, str | None]:
    found = (await desk.message(one.id)).delivery
    assert found is not None
    return found.state, found.due_at, found.error


async def until_stands(desk: Desk, one: Message, wanted: tuple[str, int | None, str | None]) -> None:
    async def stand() -> bool:
        return await stands(desk, one) == wanted

    await until(stand)


async def test_each_conversation_leaves_in_order_and_conversations_side_by_side(
    desk: Desk, loft: Loft, sender: Sender
) -> None:
    first = await replies(desk, "1", "2", "3")
    second = await replies(desk, "4", "5", who="ben")
    await all_at_once(loft, sender, 2)
    texts = [text for text, _ in loft.sent]
    assert [text for text in texts if text in "123"] == ["1", "2", "3"]
    assert [text for text in texts if text in "45"] == ["4", "5"]
    assert loft.most_under_way == 2
    for one in (*first, *second):
        assert (await stands(desk, one))[0] == "sent"
    assert [key for _, key in loft.sent if key in {one.id for one in first}] == [one.id for one in first]


async def test_no_more_than_allowed_leave_at_once(desk: Desk, loft: Loft, accounts: Accounts) -> None:
    for number in range(6):
        await replies(desk, "hi", who=f"c{number}")
    await all_at_once(loft, Sender(desk.database, accounts, at_once=2), 2)
    assert (loft.most_under_way, len(loft.sent)) == (2, 6)


@pytest.mark.parametrize(
    ("told", "state", "error"),
    [
        (Failed("no such number"), "failed", "no such number"),
        (Unknown("cut off"), "unknown", "cut off"),
        (Retry("busy", after_seconds=30), "queued", "busy"),
        (ValueError("broke its word"), "unknown", OWN_FAULT),
        (TimeoutError(), "unknown", NO_ANSWER),
    ],
)
async def test_what_the_channel_says_is_written_down(
    desk: Desk, loft: Loft, sender: Sender, told: Outcome | Exception, state: str, error: str
) -> None:
    (one,) = await replies(desk, "1")
    loft.script = [told]
    await sender.catch_up()
    assert (await stands(desk, one))[::2] == (state, error)
    assert loft.sent == []


async def test_a_retry_goes_out_under_the_same_key_when_its_time_has_come(
    desk: Desk, loft: Loft, sender: Sender
) -> None:
    one, _two = await replies(desk, "1", "2")
    loft.script = [Retry("busy", after_seconds=30)]
    await sender.catch_up()
    assert loft.sent == []
    desk.clock.move(30 * SECOND)
    await sender.catch_up()
    assert loft.sent[0] == ("1", one.id)
    assert [text for text, _ in loft.sent] == ["1", "2"]


async def test_a_slow_channel_keeps_its_lease_and_a_dead_sender_loses_it(
    desk: Desk, loft: Loft, accounts: Accounts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(senders, "RENEW_SECONDS", 0.2)
    monkeypatch.setattr(senders, "GRACE_SECONDS", 0)
    one, two = await replies(desk, "1", "2")
    loft.gate = asyncio.Event()
    slow = asyncio.create_task(Sender(desk.database, accounts).run())
    await until(lambda: loft.under_way == 1)
    other = Sender(desk.database, accounts)
    for _ in range(4):
        desk.clock.move(LEASE - 1)
        due = desk.clock() + LEASE
        await until_stands(desk, one, ("sending", due, None))
        await other.catch_up()
    slow.cancel()
    await asyncio.gather(slow, return_exceptions=True)
    loft.gate = None
    desk.clock.move(LEASE)
    await other.catch_up()
    assert await stands(desk, one) == ("unknown", None, DIED)
    await other.catch_up()
    assert (await stands(desk, two))[0] == "sent"


async def test_a_refused_plan_sends_nothing_and_names_the_rule(desk: Desk, loft: Loft, sender: Sender) -> None:
    (one,) = await replies(desk, "1")
    loft.refusal = Refusal("plan.window_closed")
    await sender.catch_up()
    assert await stands(desk, one) == ("failed", None, "plan.window_closed")
    assert loft.sent == []


async def test_parts_leave_in_order_and_those_that_left_stay_away_from_the_retry(
    desk: Desk, loft: Loft, sender: Sender
) -> None:
    (one,) = await replies(desk, "a|b|c")
    loft.script = [Accepted("their-a"), Retry("busy", after_seconds=5)]
    await sender.catch_up()
    assert (await stands(desk, one))[0] == "queued"
    desk.clock.move(5 * SECOND)
    loft.script = [Accepted("their-b", state="delivered"), Accepted("their-c")]
    await sender.catch_up()
    assert loft.sent == [("a", one.id), ("b", f"{one.id}.1"), ("c", f"{one.id}.2")]
    assert (await stands(desk, one))[0] == "sent"
    known = await desk.read(lambda tx: tx.all(store.known_messages, inbox_id=desk.inbox, external_ids=["their-a"]))
    assert [row[1] for row in known] == [one.id]


async def test_what_cannot_be_opened_waits_and_nothing_left(desk: Desk, loft: Loft, sender: Sender) -> None:
    (one,) = await replies(desk, "1")
    loft.open_failure = ValueError("bad settings")
    await sender.catch_up()
    state, due, error = await stands(desk, one)
    assert (state, error) == ("queued", OWN_FAULT)
    assert due is not None
    loft.open_failure = None
    desk.clock.now = due
    await sender.catch_up()
    assert [text for text, _ in loft.sent] == ["1"]


async def test_a_removed_inbox_fails_what_waited_for_it_and_a_paused_one_keeps_it(
    desk: Desk, loft: Loft, sender: Sender
) -> None:
    (one,) = await replies(desk, "1")
    await desk.write(change_inbox, desk.inbox, InboxChange(paused=True))
    await sender.catch_up()
    assert (await stands(desk, one))[0] == "queued"
    await desk.write(remove_inbox, desk.inbox)
    await sender.catch_up()
    assert await stands(desk, one) == ("failed", None, REMOVED)
    assert loft.sent == []


async def test_a_channel_that_is_down_is_left_alone_then_asked_once(desk: Desk, loft: Loft, sender: Sender) -> None:
    for number in range(FAILURES + 5):
        await replies(desk, "hi", who=f"c{number}")
    loft.script = [Retry("down", after_seconds=1) for _ in range(100)]
    slow = Sender(desk.database, sender._adapters, at_once=1)
    await slow.catch_up()
    asked = 100 - len(loft.script)
    assert asked == FAILURES
    desk.clock.move(FIRST_REST - 1)
    await slow.catch_up()
    assert 100 - len(loft.script) == asked
    desk.clock.move(1)
    await slow.catch_up()
    assert 100 - len(loft.script) == asked + 1
    loft.script.clear()
    for _ in range(50):
        desk.clock.move(FIRST_REST)
        await slow.catch_up()
    assert len(loft.sent) == FAILURES + 5


@pytest.mark.parametrize("where", ["opening", "planning", "sending", "asking"])
async def test_our_own_faults_do_not_make_a_channel_rest(desk: Desk, loft: Loft, sender: Sender, where: str) -> None:
    told: dict[str, Outcome | Exception] = {"sending": ValueError("ours"), "asking": Retry("ours", 3600, ours=True)}
    loft.open_failure = ValueError("ours") if where == "opening" else None
    loft.plan_failure = ValueError("ours") if where == "planning" else None
    loft.script = [told[where] for _ in range(2 * FAILURES)] if where in told else []
    for number in range(2 * FAILURES):
        await replies(desk, "hi", who=f"c{number}")
    await sender.catch_up()
    assert loft.sent == []
    loft.open_failure = loft.plan_failure = None
    await replies(desk, "now", who="zoe")
    await sender.catch_up()
    assert "now" in [text for text, _ in loft.sent]


async def test_what_no_call_showed_does_not_wake_a_resting_channel(desk: Desk, loft: Loft, sender: Sender) -> None:
    loft.script = [Retry("down", after_seconds=3600) for _ in range(FAILURES)]
    for number in range(FAILURES - 1):
        await replies(desk, "hi", who=f"c{number}")
    await sender.catch_up()
    loft.refusal = Refusal("plan.window_closed")
    await replies(desk, "refused", who="ann")
    await sender.catch_up()
    loft.refusal = None
    await replies(desk, "hi", who="ben")
    await sender.catch_up()
    assert loft.script == []
    await replies(desk, "waits", who="zoe")
    await sender.catch_up()
    assert loft.sent == []


async def test_one_inbox_in_trouble_does_not_hold_up_another(desk: Desk, loft: Loft, sender: Sender) -> None:
    loft.script = [Retry("down") for _ in range(FAILURES)]
    for number in range(FAILURES):
        await replies(desk, "hi", who=f"c{number}")
    await sender.catch_up()
    asked = await desk.say(who="zoe", inbox=desk.other_inbox)
    await desk.answer(asked.conversation_id, "through the other")
    await sender.catch_up()
    assert [text for text, _ in loft.sent] == ["through the other"]


async def test_a_channel_that_never_answers_ends_as_unknown(desk: Desk, loft: Loft, accounts: Accounts) -> None:
    (one,) = await replies(desk, "1")
    loft.gate = asyncio.Event()
    await Sender(desk.database, accounts, send_seconds=0.05).catch_up()
    assert await stands(desk, one) == ("unknown", None, NO_ANSWER)


async def test_an_outcome_is_written_even_when_the_database_is_busy_at_first(
    desk: Desk, loft: Loft, sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    (one,) = await replies(desk, "1")
    real, refused = desk.database.write, 0

    async def write(workspace_id: str, action: Callable[..., object], *args: object, **more: Any) -> object:
        nonlocal refused
        if loft.sent and refused < 2:
            refused += 1
            raise Busy
        return await real(workspace_id, action, *args, **more)

    monkeypatch.setattr(desk.database, "write", write)
    monkeypatch.setattr(senders, "PAUSE_SECONDS", 0)
    await sender.catch_up()
    assert refused == 2
    assert (await stands(desk, one))[0] == "sent"


async def test_stopping_lets_what_is_under_way_end(desk: Desk, loft: Loft, sender: Sender) -> None:
    (one,) = await replies(desk, "1")
    loft.gate = asyncio.Event()
    task = asyncio.ensure_future(sender.run())
    await until(lambda: loft.under_way)
    task.cancel()
    await grace(0.01)
    loft.gate.set()
    await asyncio.gather(task, return_exceptions=True)
    assert (await stands(desk, one))[0] == "sent"


async def test_running_it_sends_when_poked(desk: Desk, loft: Loft, accounts: Accounts) -> None:
    sender = Sender(desk.database, accounts, poll_seconds=3600)
    task = asyncio.ensure_future(sender.run())
    try:
        await grace()
        await replies(desk, "1")
        sender.poke()
        await until(lambda: loft.sent)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_what_was_done_with_a_message_leaves_behind_it_as_it_stands_now(
    desk: Desk, loft: Loft, sender: Sender
) -> None:
    asked = await desk.say()
    message = await desk.answer(asked.conversation_id, "Monday")
    await sender.catch_up()
    agent = f"agent:{desk.agent}"
    await desk.write(edit_message, message.id, "Tuesday", actor=agent)
    await desk.write(react, asked.id, "👍", actor=agent)
    await desk.write(edit_message, message.id, "Wednesday", actor=agent)
    loft.script = [Retry("busy", after_seconds=30)]
    await sender.catch_up()
    assert [text for text, _ in loft.sent] == ["Monday"]
    desk.clock.move(30 * SECOND)
    await sender.catch_up()
    theirs = f"their-{message.id}"
    assert [text for text, _ in loft.sent[1:]] == [f"edit {theirs} Wednesday", "react x1 👍"]
    await desk.write(remove_message, message.id, actor=agent)
    desk.clock.move(UNDO_SECONDS * SECOND)
    await sender.catch_up()
    assert loft.sent[-1][0] == f"remove {theirs}"
    assert (await desk.message(message.id)).amending is None


async def test_all_parts_are_taken_back_and_none_twice(desk: Desk, loft: Loft, sender: Sender) -> None:
    (message,) = await replies(desk, "a|b|c")
    await sender.catch_up()
    await desk.write(remove_message, message.id, actor=f"agent:{desk.agent}")
    desk.clock.move(UNDO_SECONDS * SECOND)
    loft.script = [Accepted(""), Retry("busy", after_seconds=5)]
    await sender.catch_up()
    desk.clock.move(5 * SECOND)
    await sender.catch_up()
    theirs = f"their-{message.id}"
    assert [text for text, _ in loft.sent[3:]] == [f"remove {theirs}", f"remove {theirs}.1", f"remove {theirs}.2"]
    assert (await desk.message(message.id)).amending is None


async def test_an_edit_that_would_leave_in_parts_is_refused(desk: Desk, loft: Loft, sender: Sender) -> None:
    (message,) = await replies(desk, "Monday")
    await sender.catch_up()
    await desk.write(edit_message, message.id, "Tues|day", actor=f"agent:{desk.agent}")
    await sender.catch_up()
    amending = (await desk.message(message.id)).amending
    assert amending is not None
    assert (amending.state, amending.error) == ("failed", IN_PARTS)
    assert len(loft.sent) == 1


async def test_to_who_opted_out_only_the_confirmation_leaves(desk: Desk, loft: Loft, sender: Sender) -> None:
    (waiting,) = await replies(desk, "About your order")
    stop = await desk.say("STOP", flags=frozenset({"opt_out"}))
    await sender.catch_up()
    assert await stands(desk, waiting) == ("failed", None, "plan.opted_out")
    ((confirmation, _),) = loft.sent
    assert "START" in confirmation
    await desk.say("START", flags=frozenset({"opt_in"}))
    begun = await desk.answer(stop.conversation_id, "Welcome back")
    await sender.catch_up()
    assert (await stands(desk, begun))[0] == "sent"


LIMITED = Retry("too fast", after_seconds=60, limit="account")


async def in_each(desk: Desk, *who: str) -> list[Message]:
    """One answer to each, in conversations of their own."""
    return [one for each in who for one in await replies(desk, f"to {each}", who=each)]


async def test_too_many_calls_hold_back_the_inboxs_other_words_until_the_channel_wants_more(
    desk: Desk, loft: Loft, accounts: Accounts
) -> None:
    one, two = Sender(desk.database, accounts, at_once=1), Sender(desk.database, accounts, at_once=1)
    waiting = await in_each(desk, "ann", "ben", "cat")
    other = await desk.say(who="dan", inbox=desk.other_inbox)
    await desk.answer(other.conversation_id, "elsewhere")
    loft.script = [LIMITED]
    await one.catch_up()
    await two.catch_up()
    assert [text for text, _ in loft.sent] == ["elsewhere"]
    assert [(await stands(desk, each))[0] for each in waiting] == ["queued"] * 3
    desk.clock.move(60 * SECOND - 1)
    await two.catch_up()
    assert len(loft.sent) == 1
    desk.clock.move(1)
    await two.catch_up()
    assert sorted(text for text, _ in loft.sent[1:]) == ["to ann", "to ben", "to cat"]


async def test_the_order_of_a_conversation_stays_behind_a_limit(desk: Desk, loft: Loft, sender: Sender) -> None:
    await replies(desk, "1", "2", "3")
    loft.script = [Accepted("a"), LIMITED]
    await sender.catch_up()
    desk.clock.move(60 * SECOND)
    await sender.catch_up()
    assert [text for text, _ in loft.sent] == ["1", "2", "3"]


async def test_a_sender_wakes_when_a_limit_is_over(desk: Desk, loft: Loft, sender: Sender) -> None:
    await in_each(desk, "ann", "ben")
    loft.script = [LIMITED, LIMITED]
    await sender.catch_up()
    assert await desk.read(list_next_due, [], 10) == [(desk.workspace_id, 60 * SECOND)] * 2


async def test_a_limit_shows_on_the_inbox_once_and_says_that_the_channel_works(
    desk: Desk, loft: Loft, accounts: Accounts
) -> None:
    sender = Sender(desk.database, accounts, at_once=1)
    await in_each(desk, *(f"c{number}" for number in range(FAILURES + 1)))
    desk.kinds()
    started = desk.clock.now
    for _ in range(FAILURES):
        loft.script = [LIMITED]
        await sender.catch_up()
        desk.clock.move(60 * SECOND)
    found = await desk.read(get_inbox, desk.inbox)
    assert found.held_until == started + FAILURES * 60 * SECOND
    assert desk.kinds().count("inbox.changed") == FAILURES
    await sender.catch_up()
    assert len(loft.sent) == FAILURES + 1


async def test_no_channel_silences_an_inbox_for_ever(desk: Desk, loft: Loft, accounts: Accounts) -> None:
    sender = Sender(desk.database, accounts, at_once=1)
    await in_each(desk, "ann", "ben")
    loft.script = [replace(LIMITED, after_seconds=1e9)]
    await sender.catch_up()
    assert loft.sent == []
    desk.clock.move(LONGEST_HOLD)
    await sender.catch_up()
    assert len(loft.sent) == 1


async def test_where_one_peer_may_have_had_too_much_only_a_second_one_tells_of_the_account(
    desk: Desk, loft: Loft, accounts: Accounts
) -> None:
    loft.descriptor = replace(loft.descriptor, rates=(Rate("account", 100, 1), Rate("peer", 10, 1)))
    sender = Sender(desk.database, accounts, at_once=1)
    await in_each(desk, "ann", "ben")
    loft.script = [replace(LIMITED, limit="either")]
    await sender.catch_up()
    assert [text for text, _ in loft.sent] == ["to ben"]
    await in_each(desk, "cat", "dan")
    loft.script = [replace(LIMITED, limit="either")]
    await sender.catch_up()
    assert len(loft.sent) == 1
    desk.clock.move(60 * SECOND)
    await sender.catch_up()
    assert len(loft.sent) == 4


async def test_an_account_alone_is_meant_where_no_peer_has_a_rate(desk: Desk, loft: Loft, accounts: Accounts) -> None:
    await in_each(desk, "ann", "ben")
    loft.script = [replace(LIMITED, limit="either")]
    await Sender(desk.database, accounts, at_once=1).catch_up()
    assert loft.sent == []
