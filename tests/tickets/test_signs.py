"""What stands out in a customer's words stands in the ticket's row: lists, rules, routing and exports know of it."""

from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as some

from lyhord.app.wiring import EVENTS
from lyhord.hearing.actions import Ears, hear_messages
from lyhord.hearing.entities.actions import change_book
from lyhord.hearing.entities.book import Book, OwnPattern
from lyhord.hearing.following import make_follower
from lyhord.hearing.reasons.events import ModelTrained
from lyhord.kit.database import Tx
from lyhord.kit.events import Catalogue
from lyhord.kit.followers import FollowerRunner
from lyhord.kit.jobs import JobRunner, Work
from lyhord.tickets import views
from lyhord.tickets.actions import set_status
from lyhord.tickets.filters import Filter, OneOf, check_filter
from lyhord.tickets.hints.actions import say_mood
from lyhord.tickets.reasons.actions import conclude_messages, say_reasons
from lyhord.tickets.reasons.following import FOLLOWER
from lyhord.tickets.reasons.signs import LEAST, STEPS, falls
from lyhord.tickets.reasons.telling import JOB, make_telling
from lyhord.tickets.rules.following import FOLLOWER as RULES
from lyhord.tickets.views import FIRST, Count, count_list, find_tickets, list_tickets
from lyhord.workspaces.reach import EVERYTHING
from tests.conversations.conftest import desk
from tests.conversations.desk import Desk
from tests.hearing.ears import Told
from tests.tickets.rules.office import make, tag

__all__ = ["desk"]

CALM = "Hello, what are your opening hours on Saturday?"
SAD = "I am disappointed, this is really sad and not what I had hoped for."
ANGRY = "This is outrageous, your service is a disgrace!"
EARS = Ears(Told(), conclude_messages)
MOODS = some.lists(some.sampled_from(tuple(STEPS)), max_size=8)


async def listen(desk: Desk, ears: Ears = EARS) -> None:
    followers = [make_follower(ears), FOLLOWER, RULES]
    await FollowerRunner(desk.database, Catalogue(EVENTS), followers).catch_up(desk.workspace_id)


async def found(desk: Desk, *values: str, field: str = "heard", but: bool = False) -> list[str]:
    wanted = Filter((OneOf(field=field, values=values, but=but),))  # type: ignore[arg-type]
    rows, _ = await desk.read(list_tickets, EVERYTHING, desk.agent, wanted)
    return [one.id for one in rows]


@given(MOODS)
def test_anger_rises_over_several_messages_from_something_better(moods: list[str]) -> None:
    if falls(moods):
        steps = [STEPS[one] for one in moods]
        assert len(steps) >= LEAST
        assert steps[-1] <= steps[-2] < 0
        assert max(steps[:-2]) > steps[-1]
        assert not falls([*moods, "neutral"])


@pytest.mark.parametrize(
    ("moods", "rises"),
    [
        (("neutral", "unhappy", "angry"), True),
        (("neutral", "angry", "angry"), True),
        (("happy", "unhappy", "unhappy"), True),
        (("unhappy", "unhappy", "angry"), True),
        (("neutral", "neutral", "angry"), False),
        (("angry", "angry", "angry"), False),
        (("neutral", "unhappy", "unhappy"), False),
        (("neutral", "angry", "unhappy"), False),
        (("neutral", "angry"), False),
    ],
)
def test_when_anger_rises(moods: tuple[str, ...], *, rises: bool) -> None:
    assert falls(moods) == rises


async def test_anger_that_rises_marks_the_ticket_and_sets_off_a_rule_once(desk: Desk) -> None:
    await listen(desk)
    await make(desk, "anger_rises", tag("raised"))
    for text in (CALM, ANGRY):
        said = await desk.say(text)
        await listen(desk)
    assert "falling" not in (await desk.ticket(said.conversation_id)).signs
    desk.kinds()
    said = await desk.say(ANGRY)
    await listen(desk)
    ticket = await desk.ticket(said.conversation_id)
    assert "falling" in ticket.signs
    await listen(desk)
    assert (await desk.ticket(said.conversation_id)).tags == ("raised",)
    assert await found(desk, "falling") == [ticket.id]
    assert await found(desk, "falling", but=True) == []
    # Somebody knows better: then it doesn't rise, and what was heard stays for the measure.
    await desk.write(say_mood, EVERYTHING, ticket.id, said.id, "neutral", desk.agent)
    assert "falling" not in (await desk.ticket(said.conversation_id)).signs


async def test_threats_and_haste_are_found_and_rules_ask_for_them(desk: Desk) -> None:
    await listen(desk)
    await make(desk, "signs_changed", tag("hurry"), asked=[OneOf(field="heard", values=("urgent",))])
    calm = await desk.say(CALM, who="bo")
    said = await desk.say("This is urgent, I need it today, or my lawyer will sue you.")
    await listen(desk)
    await listen(desk)
    ticket, other = await desk.ticket(said.conversation_id), await desk.ticket(calm.conversation_id)
    assert {"urgent", "legal"} <= set(ticket.signs)
    assert ticket.tags == ("hurry",)
    assert other.signs == ()
    assert await found(desk, "urgent", "churn") == [ticket.id]
    assert await found(desk, "none") == [other.id]


async def test_a_rule_asks_for_a_reason_once_it_is_known(desk: Desk) -> None:
    await listen(desk)
    await make(desk, "reasons_changed", tag("parcels"), asked=[OneOf(field="reason", values=("delivery",))])
    said, other = await desk.say("Where is my parcel?"), await desk.say("My money is gone", who="bo")
    await listen(desk)
    await listen(desk)
    assert (await desk.ticket(said.conversation_id)).tags == ("parcels",)
    assert (await desk.ticket(other.conversation_id)).tags == ()


async def test_what_a_workspace_calls_its_own_is_heard_and_found(desk: Desk) -> None:
    first = await desk.say("The nordlys lamp is broken")
    await listen(desk)
    assert await found(desk, "product:Nordlys Lamp", field="entity") == []
    book = Book(products=("Nordlys Lamp",), patterns=(OwnPattern("Contract", r"\bKX-\d+"),))
    await desk.write(change_book, book)
    await desk.write(partial(hear_messages, message_ids=[first.id], ears=EARS))
    said = await desk.say("It is about KX-17", who="bo")
    await listen(desk)
    lamp, contract = await desk.ticket(first.conversation_id), await desk.ticket(said.conversation_id)
    assert await found(desk, "product:Nordlys Lamp", field="entity") == [lamp.id]
    assert await found(desk, "Contract:KX-17", field="entity") == [contract.id]
    assert await found(desk, "none", field="entity") == []


@pytest.mark.parametrize("most", [1_000, 0])
async def test_a_number_is_found_however_it_was_written_whether_few_or_many_have_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(views, "MOST_NAMED", most)
    said = {
        who: await desk.say(text, who=who)
        for who, text in {
            "ann": "My order A-1234 is late",
            "bo": "Order number A 1234, please",
            "cat": "It is about order a1234",
            "dan": "It is about order A-12345, call me on +46 (0)70-123 45 67",
            "eve": "My phone number is 070 123 45 67, write to Eve.Berg@firm.example",
        }.items()
    }
    await listen(desk)
    ticket = {who: (await desk.ticket(one.conversation_id)).id for who, one in said.items()}
    for spelled in ("A-1234", "A 1234", "a1234"):
        assert set(await found(desk, f"reference:{spelled}", field="entity")) == {
            ticket[one] for one in ("ann", "bo", "cat")
        }
    for spelled in ("+46701234567", "070-123 45 67"):
        assert set(await found(desk, f"phone:{spelled}", field="entity")) == {ticket["dan"], ticket["eve"]}
    assert await found(desk, "email:eve.berg@FIRM.example", field="entity") == [ticket["eve"]]
    assert len(await found(desk, "reference:A-1234", field="entity", but=True)) == 2
    await desk.write(set_status, ticket["ann"], "resolved")
    open_ones = Filter((OneOf(field="status", values=("open",)), OneOf(field="entity", values=("reference:a1234",))))
    rows, _ = await desk.read(list_tickets, EVERYTHING, desk.agent, open_ones)
    assert {one.id for one in rows} == {ticket["bo"], ticket["cat"]}
    assert (await desk.read(count_list, EVERYTHING, desk.agent, open_ones)) == Count(2, exact=True)
    pages, after = [], FIRST
    for _ in range(5):
        page, end = await desk.read(
            list_tickets,
            EVERYTHING,
            desk.agent,
            Filter((OneOf(field="entity", values=("reference:a1234",)),)),
            after=after,
            most=1,
        )
        pages += [one.id for one in page]
        if end is None:
            break
        after = end
    assert sorted(pages) == sorted(ticket[one] for one in ("ann", "bo", "cat"))
    assert len(await desk.read(find_tickets, EVERYTHING, desk.agent, open_ones, [said["bo"].conversation_id])) == 1


async def test_a_model_that_has_learned_tells_the_open_tickets_of_which_nobody_knew(desk: Desk) -> None:
    said = await desk.say("Qwertyuiop asdf")
    theirs = await desk.say("Zxcvbnm qwertyuiop", who="bo")
    await listen(desk)
    ticket, answered = await desk.ticket(said.conversation_id), await desk.ticket(theirs.conversation_id)
    assert ticket.reason_id is None
    await desk.write(say_reasons, answered.id, [], desk.agent)

    def trained(tx: Tx) -> None:
        tx.emit(ModelTrained(version=2, current=2))

    await desk.write(trained)
    await listen(desk)
    wiser = Ears(Told({"wertyuiop": "order"}), conclude_messages)
    await JobRunner(desk.database, Catalogue(EVENTS), {JOB: Work(make_telling(wiser))}).catch_up()
    assert (await desk.ticket(said.conversation_id)).reason_id == "order"
    assert (await desk.ticket(theirs.conversation_id)).reason_id is None


def test_a_sign_that_there_is_not_is_refused() -> None:
    with pytest.raises(Exception, match="heard"):
        check_filter(Filter((OneOf(field="heard", values=("loud",)),)))
