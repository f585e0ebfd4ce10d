"""Words leave in order, once, and where nobody can know whether they left, that is what is said."""

import sqlite3
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import create_engine, insert, select, update

from lyhord.conversations import store
from lyhord.conversations.deliveries import apply_statuses, is_out
from lyhord.conversations.exchange import Accepted, Failed, InboundStatus, Outcome, Retry, Unknown
from lyhord.conversations.model import Message
from lyhord.conversations.sending import DIED, GIVE_UP, LEASE, Claim, claim_due, finish, list_next_due, note_part, renew
from lyhord.conversations.tables import delivery, message
from lyhord.kit.clock import HOUR, SECOND
from lyhord.kit.database import Statement, Tx, metadata
from lyhord.kit.database.sqlite import Sqlite
from lyhord.kit.ids import RisingIds
from lyhord.workspaces.tables import inbox
from tests.conversations.desk import Desk

_pause = Statement(update(inbox).values(paused_at=1))


async def claim(desk: Desk, *, native: bool = False, held: tuple[str, ...] = ()) -> list[Claim]:
    claims: list[Claim] = await desk.write(claim_due, ["pigeon"] if native else [], held, 10)
    return claims


async def end(desk: Desk, one: Claim, outcome: Outcome, *, native: bool = False) -> bool:
    return bool(await desk.write(lambda tx: finish(tx, one, outcome, native=native)))


async def stands(desk: Desk, one: Message) -> tuple[str, int | None, str | None]:
    found = (await desk.message(one.id)).delivery
    assert found is not None
    return found.state, found.due_at, found.error


async def replies(desk: Desk, *texts: str, who: str = "ann") -> list[Message]:
    asked = await desk.say(who=who)
    return [await desk.answer(asked.conversation_id, text) for text in texts]


async def test_only_the_head_of_each_conversation_is_claimed(desk: Desk) -> None:
    one, two = await replies(desk, "1", "2")
    (other,) = await replies(desk, "3", who="ben")
    claims = await claim(desk)
    assert {each.message_id for each in claims} == {one.id, other.id}
    assert await claim(desk) == []
    mine = next(each for each in claims if each.message_id == one.id)
    assert await end(desk, mine, Accepted("x"))
    assert [each.message_id for each in await claim(desk)] == [two.id]


async def test_a_claim_records_the_attempt_before_the_channel_is_called(desk: Desk) -> None:
    (one,) = await replies(desk, "1")
    desk.kinds()
    (mine,) = await claim(desk)
    state = (await desk.message(one.id)).delivery
    assert state is not None
    assert (state.state, state.attempts, mine.attempt) == ("sending", 1, 1)
    assert desk.kinds() == ["delivery.changed"]


async def test_undo_time_holds_what_comes_after_it_too(desk: Desk) -> None:
    asked = await desk.say()
    one = await desk.answer(asked.conversation_id, undo_seconds=10)
    await desk.answer(asked.conversation_id)
    assert await claim(desk) == []
    assert await desk.read(list_next_due, [], 10) == [(desk.workspace_id, 10 * SECOND)]
    desk.clock.move(10 * SECOND)
    assert [each.message_id for each in await claim(desk)] == [one.id]


async def test_accepted_is_sent_under_the_channels_id(desk: Desk) -> None:
    (one,) = await replies(desk, "1")
    (mine,) = await claim(desk)
    await end(desk, mine, Accepted("their-1", state="delivered"))
    assert await stands(desk, one) == ("delivered", None, None)
    known = await desk.read(lambda tx: tx.all(store.known_messages, inbox_id=desk.inbox, external_ids=["their-1"]))
    assert [row[1] for row in known] == [one.id]


async def test_an_id_that_another_message_has_already_is_left_to_it(desk: Desk) -> None:
    first = await desk.say(external_id="taken")
    answer = await desk.answer(first.conversation_id)
    (mine,) = await claim(desk)
    assert await end(desk, mine, Accepted("taken"))
    assert (await stands(desk, answer))[0] == "sent"


async def test_retry_waits_as_long_as_the_channel_says(desk: Desk) -> None:
    one, two = await replies(desk, "1", "2")
    (mine,) = await claim(desk)
    await end(desk, mine, Retry("busy", after_seconds=90))
    assert await stands(desk, one) == ("queued", desk.clock.now + 90 * SECOND, "busy")
    desk.clock.move(90 * SECOND - 1)
    assert await claim(desk) == []
    assert await desk.read(list_next_due, [], 10) == [(desk.workspace_id, 1)]
    desk.clock.move(1)
    (again,) = await claim(desk)
    assert (again.message_id, again.attempt, again.reference) == (one.id, 2, mine.reference)
    assert two.delivery is not None


async def test_retries_wait_longer_each_time_and_end_after_a_day(desk: Desk) -> None:
    (one,) = await replies(desk, "1")
    begun = desk.clock.now
    waits = []
    for _ in range(200):
        (mine,) = await claim(desk)
        await end(desk, mine, Retry("down"))
        state, due, error = await stands(desk, one)
        if state == "failed":
            break
        assert due is not None
        waits.append(due - desk.clock.now)
        assert waits[-1] <= min(HOUR, SECOND * 2 ** (mine.attempt - 1))
        desk.clock.now = due
    assert (state, due, error) == ("failed", None, "down")
    assert desk.clock.now - begun > GIVE_UP - HOUR
    assert max(waits) > 10 * SECOND


async def test_what_asks_for_more_than_a_day_fails_at_once(desk: Desk) -> None:
    (one,) = await replies(desk, "1")
    (mine,) = await claim(desk)
    await end(desk, mine, Retry("closed", after_seconds=GIVE_UP / SECOND + 1))
    assert await stands(desk, one) == ("failed", None, "closed")


async def test_after_a_failure_the_next_words_go_on(desk: Desk) -> None:
    one, two = await replies(desk, "1", "2")
    (mine,) = await claim(desk)
    await end(desk, mine, Failed("no such number"))
    assert await stands(desk, one) == ("failed", None, "no such number")
    assert [each.message_id for each in await claim(desk)] == [two.id]


async def test_unknown_is_repeated_only_where_the_channel_tells_duplicates(desk: Desk) -> None:
    (one,) = await replies(desk, "1")
    (mine,) = await claim(desk)
    await end(desk, mine, Unknown("no answer"), native=True)
    state, due, error = await stands(desk, one)
    assert (state, error) == ("queued", "no answer")
    assert due is not None
    desk.clock.now = due
    (mine,) = await claim(desk)
    await end(desk, mine, Unknown("no answer"))
    assert await stands(desk, one) == ("unknown", None, "no answer")


@pytest.mark.parametrize("native", [True, False])
async def test_when_a_sender_dies_nobody_pretends_to_know(desk: Desk, native: bool) -> None:
    one, two = await replies(desk, "1", "2")
    (lost,) = await claim(desk)
    desk.clock.move(LEASE - 1)
    assert await claim(desk, native=native) == []
    desk.clock.move(1)
    (again,) = [*(await claim(desk, native=native)), *([] if native else await claim(desk, native=native))]
    if native:
        assert (again.message_id, again.attempt, again.token != lost.token) == (one.id, 2, True)
    else:
        assert again.message_id == two.id
        assert await stands(desk, one) == ("unknown", None, DIED)


async def test_who_says_that_it_still_sends_keeps_its_leases(desk: Desk) -> None:
    one, _two = await replies(desk, "1", "2")
    (mine,) = await claim(desk)
    for _ in range(5):
        desk.clock.move(LEASE - 1)
        await desk.write(renew, [mine])
    desk.clock.move(LEASE - 1)
    assert await claim(desk) == []
    assert await stands(desk, one) == ("sending", desk.clock() + 1, None)
    desk.clock.move(1)
    assert await claim(desk) == []
    assert await stands(desk, one) == ("unknown", None, DIED)
    await desk.write(renew, [mine])
    assert await stands(desk, one) == ("unknown", None, DIED), "what was lost stays lost"


async def test_nobody_takes_over_from_themselves(desk: Desk) -> None:
    (one,) = await replies(desk, "1")
    (mine,) = await claim(desk)
    desk.clock.move(LEASE)
    assert await desk.write(claim_due, ["pigeon"], [], 10, [mine.token]) == []
    assert (await stands(desk, one))[0] == "sending"
    assert await end(desk, mine, Accepted("their-1"))


async def test_whoever_lost_the_lease_changes_nothing_but_what_proves_more(desk: Desk) -> None:
    (one,) = await replies(desk, "1")
    (lost,) = await claim(desk)
    desk.clock.move(LEASE)
    assert await claim(desk) == []
    for outcome in (Failed("late"), Retry("late"), Unknown("late")):
        assert not await end(desk, lost, outcome)
        assert await stands(desk, one) == ("unknown", None, DIED)
    assert not await end(desk, lost, Accepted("their-1"))
    assert await stands(desk, one) == ("sent", None, None)


async def test_a_late_answer_does_not_take_the_lease_from_whoever_has_it_now(desk: Desk) -> None:
    (one,) = await replies(desk, "1")
    (lost,) = await claim(desk)
    desk.clock.move(LEASE)
    (mine,) = await claim(desk, native=True)
    assert not await end(desk, lost, Accepted("their-1"))
    assert (await stands(desk, one))[0] == "sending"
    assert await end(desk, mine, Accepted("their-1"))
    assert (await stands(desk, one))[0] == "sent"


async def test_proof_of_arrival_ends_what_waits_for_its_next_attempt(desk: Desk) -> None:
    (one,) = await replies(desk, "1")
    (mine,) = await claim(desk)
    await end(desk, mine, Retry("busy", after_seconds=5))
    await desk.receive(InboundStatus(reference=one.id, state="delivered"))
    assert await stands(desk, one) == ("delivered", None, None)
    desk.clock.move(10 * SECOND)
    assert await claim(desk) == []


@pytest.mark.parametrize("outcome", [Retry("busy"), Unknown("no answer"), Failed("late")])
async def test_proof_of_arrival_outweighs_what_the_sender_thought(desk: Desk, outcome: Outcome) -> None:
    (one,) = await replies(desk, "1")
    (mine,) = await claim(desk)
    await desk.receive(InboundStatus(reference=one.id, state="delivered"))
    assert await end(desk, mine, outcome)
    assert await stands(desk, one) == ("delivered", None, None)


async def test_parts_that_left_are_not_sent_again(desk: Desk) -> None:
    await replies(desk, "1")
    (mine,) = await claim(desk)
    assert mine.parts_sent == 0
    assert await desk.write(note_part, mine, 1)
    await end(desk, mine, Retry("busy", after_seconds=1))
    desk.clock.move(SECOND)
    (again,) = await claim(desk)
    assert again.parts_sent == 1
    assert not await desk.write(note_part, mine, 2)


async def test_held_and_paused_inboxes_wait_without_an_attempt(desk: Desk) -> None:
    await replies(desk, "1")
    assert await claim(desk, held=(desk.inbox,)) == []
    assert await desk.read(list_next_due, [desk.inbox], 10) == []
    await desk.write(lambda tx: tx.run(_pause))
    assert await claim(desk) == []
    assert await desk.read(list_next_due, [], 10) == []


WORKSPACE, INBOX = "w", "i"
_states = Statement(
    select(delivery.c.message_id, delivery.c.conversation_id, delivery.c.n, delivery.c.state, delivery.c.due_at)
)


@cache
def _empty() -> bytes:
    """A database with the tables and nothing in them."""
    connection = sqlite3.connect(":memory:")
    metadata.create_all(create_engine("sqlite://", creator=lambda: connection))
    return connection.serialize()


class Wire(RuleBasedStateMachine):
    """Senders that die, answers that get lost, clocks that run, tidings that come late: against one real database."""

    def __init__(self) -> None:
        super().__init__()
        self.connection = sqlite3.connect(":memory:", isolation_level=None)
        self.connection.deserialize(_empty())
        self.now = 1_772_355_600_000
        self.ids = RisingIds()
        self.native = False
        self.queue: dict[str, list[str]] = {"a": [], "b": []}
        self.arrived: dict[str, int] = {}
        self.refused: set[str] = set()
        self.open: list[Claim] = []
        row = dict.fromkeys((column.name for column in inbox.c), None)
        given = {
            "id": INBOX,
            "key": "k",
            "channel": "pigeon",
            "name": "p",
            "settings": "{}",
            "created_at": 0,
            "demo": 0,
        }
        self.write(lambda tx: tx.run(Statement(insert(inbox)), **{**row, **given, "workspace_id": WORKSPACE}))

    def teardown(self) -> None:  # type: ignore[explicit-override]
        """However it went: in the end everything that was said has left, was refused, or is said to be unknown."""
        self.open.clear()
        for _ in range(1000):
            if not any(row[4] is not None for row in self.rows()):
                break
            self.now += LEASE
            for claim in self.claim():
                self.send(claim)
                self.write(lambda tx, claim=claim: finish(tx, claim, Accepted(""), native=self.native))
        for message_id, _, _, state, due in self.rows():
            assert due is None
            assert state in {"sent", "delivered", "failed", "unknown"}
            if state == "failed":
                assert message_id in self.refused
            if state in {"sent", "delivered"}:
                assert message_id in self.arrived
        assert len(self.rows()) == sum(map(len, self.queue.values()))
        self.nothing_arrives_twice()
        self.connection.close()

    def write(self, action: Any) -> Any:
        cursor = self.connection.cursor()
        cursor.execute("BEGIN IMMEDIATE")
        tx = Tx(cursor, Sqlite(Path(":memory:")), WORKSPACE, self.now, self.ids)
        result = action(tx)
        cursor.execute("COMMIT")
        return result

    def rows(self) -> list[tuple[Any, ...]]:
        rows: list[tuple[Any, ...]] = self.write(lambda tx: tx.all(_states))
        return rows

    def claim(self) -> list[Claim]:
        claims: list[Claim] = self.write(lambda tx: claim_due(tx, ["pigeon"] if self.native else [], [], 5))
        return claims

    def send(self, claim: Claim) -> None:
        """The channel gets it. One with keys shows it once."""
        seen = self.arrived.get(claim.message_id, 0)
        self.arrived[claim.message_id] = 1 if self.native else seen + 1

    @rule(conversation=st.sampled_from("ab"))
    def say(self, conversation: str) -> None:
        number = len(self.queue[conversation]) + 1
        message_id = f"{conversation}{number:03d}"
        self.queue[conversation].append(message_id)
        row = dict.fromkeys((column.name for column in message.c), None)
        words = {
            "conversation_id": conversation,
            "id": message_id,
            "direction": "out",
            "inbox_id": INBOX,
            "external_id": message_id,
            "text": "",
            "quoted": "",
            "more": "{}",
            "created_at": self.now,
        }
        self.write(lambda tx: tx.run(store.insert_message, **{**row, **words, "workspace_id": WORKSPACE}))
        self.write(
            lambda tx: tx.run(
                store.insert_delivery,
                message_id=message_id,
                conversation_id=conversation,
                n=number,
                amends=None,
                deed=None,
                inbox_id=INBOX,
                state="queued",
                queued_at=self.now,
                due_at=self.now,
                attempts=0,
                parts_sent=0,
                lease=None,
                lease_until=None,
                reference=message_id,
                error=None,
                trace=None,
                changed_at=self.now,
            )
        )

    @initialize(native=st.booleans())
    def choose_channel(self, native: bool) -> None:
        """It tells duplicates by key, or it doesn't."""
        self.native = native

    @rule()
    def start(self) -> None:
        unfinished = {(row[1], row[2]) for row in self.rows() if row[4] is not None}
        fresh = self.claim()
        for claim in fresh:
            number = int(claim.message_id[1:])
            finished_meanwhile = {(row[1], row[2]) for row in self.rows() if row[4] is None}
            earlier = {(conversation, n) for conversation, n in unfinished if conversation == claim.conversation_id}
            assert not {(c, n) for c, n in earlier - finished_meanwhile if n < number}
        self.open.extend(fresh)

    @rule(data=st.data(), outcome=st.sampled_from(["accepted", "lost answer", "never left", "retry", "failed"]))
    def answer(self, data: st.DataObject, outcome: str) -> None:
        """A sender, in time or far too late, calls the channel and writes down what it heard."""
        if not self.open:
            return
        claim = self.open.pop(data.draw(st.integers(0, len(self.open) - 1)))
        told: Outcome = Unknown("no answer")
        if outcome in {"accepted", "lost answer"}:
            self.send(claim)
        if outcome == "accepted":
            told = Accepted(f"x-{claim.message_id}")
        elif outcome == "retry":
            told = Retry("busy", after_seconds=30)
        elif outcome == "failed":
            told = Failed("refused")
            self.refused.add(claim.message_id)
        self.write(lambda tx: finish(tx, claim, told, native=self.native))

    @rule(data=st.data(), left=st.booleans())
    def die(self, data: st.DataObject, left: bool) -> None:
        """A sender is killed, before or after the channel got it."""
        if self.open:
            claim = self.open.pop(data.draw(st.integers(0, len(self.open) - 1)))
            if left:
                self.send(claim)

    @rule(data=st.data(), by_key=st.booleans(), state=st.sampled_from(["sent", "delivered"]))
    def tell(self, data: st.DataObject, by_key: bool, state: Any) -> None:
        if self.arrived:
            message_id = data.draw(st.sampled_from(sorted(self.arrived)))
            reference = message_id if by_key else f"x-{message_id}"
            status = InboundStatus(reference=reference, state=state)
            self.write(lambda tx: apply_statuses(tx, INBOX, [status]))

    @rule(seconds=st.sampled_from([1, 60, 200, 200]))
    def wait(self, seconds: int) -> None:
        self.now += seconds * SECOND

    @invariant()
    def nothing_arrives_twice(self) -> None:
        assert all(times == 1 for times in self.arrived.values())

    @invariant()
    def what_is_called_sent_has_arrived(self) -> None:
        for message_id, _, _, state, _ in self.rows():
            if is_out(state) and state != "failed":
                assert message_id in self.arrived


TestWire = Wire.TestCase
TestWire.settings = settings(
    max_examples=50, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
)
