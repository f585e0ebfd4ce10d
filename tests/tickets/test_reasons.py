"""Why a ticket is there follows from its customer's first words, until somebody says it; lists, frames and erasure know of it."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as some

from lyhord.app.wiring import EVENTS
from lyhord.hearing.actions import Ears
from lyhord.hearing.findings.actions import corrections_of, told_of, write_findings
from lyhord.hearing.findings.model import MOOD, REASON, Finding
from lyhord.hearing.following import make_follower
from lyhord.hearing.reasons import store as learning
from lyhord.hearing.reasons.actions import JOBS
from lyhord.kit.database import ReadTx, Tx
from lyhord.kit.events import Catalogue
from lyhord.kit.followers import FollowerRunner
from lyhord.kit.problems import Invalid, NotFound
from lyhord.privacy.actions import erase_contact
from lyhord.tickets.filters import Filter, OneOf
from lyhord.tickets.reasons.actions import conclude_messages, conclude_tickets, reasons_of, say_reasons
from lyhord.tickets.reasons.following import FOLLOWER
from lyhord.tickets.reasons.model import MODEL, MOST, UNSURE, Heard, Stands, conclude, first_of
from lyhord.tickets.reasons.views import read_reasons
from lyhord.tickets.views import list_tickets
from lyhord.workspaces.reach import EVERYTHING, Reach
from tests.conversations.desk import Desk
from tests.hearing.ears import Told, hear_all_again

EARS = Ears(Told(), conclude_messages)


async def listen(desk: Desk) -> None:
    await FollowerRunner(desk.database, Catalogue(EVENTS), [make_follower(EARS), FOLLOWER]).catch_up()


async def why(desk: Desk, ticket_id: str) -> list[tuple[str, str]]:
    found = await desk.read(reasons_of, [ticket_id])
    return [(one.reason_id, one.by) for one in found.get(ticket_id, ())]


@given(
    some.lists(
        some.builds(
            Heard,
            some.lists(some.tuples(some.sampled_from("abcd"), some.integers(1, 1000)), max_size=2).map(tuple),
            some.lists(some.tuples(some.sampled_from("abcd"), some.integers(1, 1000)), max_size=3).map(tuple),
        ),
        max_size=5,
    )
)
def test_a_ticket_has_few_reasons_all_sure_or_all_questions(words: Sequence[Heard]) -> None:
    found = conclude(words)
    assert len(found) <= MOST
    assert len({one.by for one in found}) <= 1
    heard = {reason for one in words for reason, _ in one.sure + one.perhaps}
    assert {one.reason_id for one in found} <= heard
    assert (first_of(found) is None) == (not found or found[0].by == UNSURE)


def test_the_first_words_count_most_and_a_later_reason_that_is_as_sure_comes_behind() -> None:
    first, second, third = (Heard(((one, 960),)) for one in ("delivery", "payment", "praise"))
    assert conclude([first, second, third]) == (Stands("delivery", 960, MODEL), Stands("payment", 960, MODEL))
    assert conclude([Heard(), second]) == (Stands("payment", 960, MODEL),)


async def test_a_ticket_is_there_for_what_its_customer_wrote(desk: Desk) -> None:
    said = await desk.say("Where is my parcel?")
    await listen(desk)
    ticket = await desk.ticket(said.conversation_id)
    assert ticket.reason_id == "delivery"
    assert await why(desk, ticket.id) == [("delivery", MODEL)]
    await desk.say("thanks")
    await desk.say("thanks")
    await listen(desk)
    assert (await desk.ticket(said.conversation_id)).reason_id == "delivery"


async def test_where_nobody_is_sure_it_is_a_question(desk: Desk) -> None:
    said = await desk.say("the parcel broke")
    await listen(desk)
    ticket = await desk.ticket(said.conversation_id)
    assert ticket.reason_id is None
    assert await why(desk, ticket.id) == [("broken", UNSURE), ("delivery", UNSURE)]
    told = await desk.read(read_reasons, EVERYTHING, ticket.id)
    assert told.ask
    assert told.reasons == ()
    assert [(one.reason_id, one.confidence) for one in told.likely] == [("broken", 0.4), ("delivery", 0.4)]


async def test_the_first_words_are_offered_first(desk: Desk) -> None:
    said = await desk.say("the parcel broke")
    await desk.say("My money is gone")
    await listen(desk)
    ticket = await desk.ticket(said.conversation_id)
    told = await desk.read(read_reasons, EVERYTHING, ticket.id)
    assert [(one.reason_id, one.confidence) for one in told.likely] == [
        ("payment", 0.96),  # half of that is still more than what the first message may be
        ("broken", 0.4),
        ("delivery", 0.4),
    ]


async def test_changes_are_told_once_and_history_is_not_told(desk: Desk) -> None:
    said = await desk.say("Where is my parcel?")
    await listen(desk)
    assert desk.kinds().count("ticket.reasons_changed") == 1
    await desk.write(hear_all_again, EARS)
    assert "ticket.reasons_changed" not in desk.kinds()
    assert (await desk.ticket(said.conversation_id)).reason_id == "delivery"


async def test_what_somebody_says_stays_and_is_learned_from(desk: Desk) -> None:
    said = await desk.say("Where is my parcel?")
    await listen(desk)
    ticket = await desk.ticket(said.conversation_id)
    desk.kinds()
    await desk.write(say_reasons, ticket.id, ["payment", "order", "payment"], desk.agent)
    assert desk.kinds() == ["ticket.reasons_changed"]
    by = f"agent:{desk.agent}"
    assert await why(desk, ticket.id) == [("payment", by), ("order", by)]
    assert (await desk.ticket(said.conversation_id)).reason_id == "payment"
    assert set((await desk.read(corrections_of, [said.id]))[said.id, REASON].values) == {"payment", "order"}
    await desk.write(hear_all_again, EARS)
    assert (await desk.ticket(said.conversation_id)).reason_id == "payment"

    def waiting(tx: ReadTx) -> bool:
        return tx.one(learning.waiting_job, kind=JOBS["reason"]) is not None

    assert await desk.read(waiting)


async def test_what_was_said_is_taken_back(desk: Desk) -> None:
    said = await desk.say("Where is my parcel?")
    await listen(desk)
    ticket = await desk.ticket(said.conversation_id)
    await desk.write(say_reasons, ticket.id, ["payment"], desk.agent)
    desk.clock.move(10)
    await desk.write(say_reasons, ticket.id, None, desk.agent)
    assert await why(desk, ticket.id) == [("delivery", MODEL)]
    assert (await desk.ticket(said.conversation_id)).reason_id == "delivery"
    assert await desk.read(corrections_of, [said.id]) == {}


async def test_none_of_the_reasons_is_an_answer_too(desk: Desk) -> None:
    said = await desk.say("the parcel broke")
    await listen(desk)
    ticket = await desk.ticket(said.conversation_id)
    await desk.write(say_reasons, ticket.id, [], desk.agent)
    told = await desk.read(read_reasons, EVERYTHING, ticket.id)
    assert (told.reasons, told.ask) == ((), False)
    assert (await desk.ticket(said.conversation_id)).reason_id is None


async def test_a_greeting_is_not_what_a_label_is_about(desk: Desk) -> None:
    hello = await desk.say("Hi!")
    said = await desk.say("my thing doesn't do what it should")
    ticket = await desk.ticket(said.conversation_id)
    await desk.write(say_reasons, ticket.id, ["broken"], desk.agent)
    assert set(await desk.read(corrections_of, [hello.id, said.id])) == {(said.id, REASON)}


async def test_a_reason_that_is_not_there_is_refused(desk: Desk) -> None:
    ticket = await desk.ticket((await desk.say()).conversation_id)
    with pytest.raises(Invalid) as refused:
        await desk.write(say_reasons, ticket.id, ["gossip"], desk.agent)
    assert refused.value.fields == {"reason_ids": "problem.no_such_reason"}
    with pytest.raises(NotFound):
        await desk.write(say_reasons, desk.agent, ["order"], desk.agent)


async def test_the_mood_is_the_last_one_that_was_heard(desk: Desk) -> None:
    said = await desk.say("Where is my parcel?")
    await listen(desk)
    ticket = await desk.ticket(said.conversation_id)

    def feel(tx: Tx) -> None:
        write_findings(tx, {said.id: [(Finding(MOOD, "angry", 0.8), ""), (Finding(REASON, "delivery", 0.96), "")]})
        conclude_tickets(tx, [ticket.id], [ticket.id])

    await desk.write(feel)
    assert (await desk.ticket(said.conversation_id)).mood == "angry"
    await desk.say("ok")
    await listen(desk)
    assert (await desk.ticket(said.conversation_id)).mood == "angry"  # it says nothing of it


async def test_lists_ask_for_a_reason_with_what_is_below_it(desk: Desk) -> None:
    texts = {"ann": "Where is my parcel?", "ben": "My money is gone", "cid": "the parcel broke"}
    tickets = {}
    for who, text in texts.items():
        tickets[who] = (await desk.ticket((await desk.say(text, who=who)).conversation_id)).id
    await listen(desk)
    await desk.write(say_reasons, tickets["ben"], ["order", "late"], desk.agent)

    async def found(*values: str, but: bool = False) -> set[str]:
        wanted = Filter((OneOf("reason", values, but),))
        page = await desk.read(list_rows, wanted)
        return {who for who, ticket_id in tickets.items() if ticket_id in page}

    assert await found("delivery") == {"ann", "ben"}
    assert await found("late") == {"ben"}
    assert await found("none") == {"cid"}
    assert await found("order", "none") == {"ben", "cid"}
    assert await found("delivery", but=True) == {"cid"}


def list_rows(tx: ReadTx, wanted: Filter) -> set[str]:
    return {row.id for row in list_tickets(tx, EVERYTHING, None, wanted)[0]}


async def test_others_of_whom_the_same_was_said_are_shown_as_far_as_they_may_be_seen(desk: Desk) -> None:
    seen = await desk.say("Where is my parcel with the red lamp?", who="ben")
    hidden = await desk.say("Where is my red parcel, please?", who="cid", inbox=desk.other_inbox)
    for one in (seen, hidden):
        await desk.write(say_reasons, (await desk.ticket(one.conversation_id)).id, ["delivery"], desk.agent)
    said = await desk.say("Where is my parcel?")
    await listen(desk)
    ticket = await desk.ticket(said.conversation_id)
    told = await desk.read(read_reasons, EVERYTHING, ticket.id)
    assert {one.message_id for one in told.alike} == {seen.id, hidden.id}
    assert told.reasons[0].why == "parcel"
    limited = await desk.read(read_reasons, Reach(frozenset({desk.inbox})), ticket.id)
    assert [one.message_id for one in limited.alike] == [seen.id]


async def test_nothing_is_left_of_what_was_heard_of_somebody_who_is_erased(desk: Desk) -> None:
    said = await desk.say("Where is my parcel?")
    await listen(desk)
    ticket = await desk.ticket(said.conversation_id)
    await desk.write(erase_contact, ticket.contact_id)
    assert await desk.read(told_of, [said.id]) == {}
    assert await why(desk, ticket.id) == []
