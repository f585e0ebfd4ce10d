"""What customers say where everybody can read it: kept with its place, answered the same way or in private, hidden."""

import pytest

from lyhord.conversations import views
from lyhord.conversations.actions.amend import hide_message, remove_message
from lyhord.conversations.exchange import (
    Accepted,
    Context,
    Failed,
    InboundHiding,
    InboundRemoval,
    Outbound,
    Place,
    Published,
)
from lyhord.conversations.model import Message
from lyhord.conversations.publicity import Way, find_way, inform, last_private_from
from lyhord.conversations.search import FOLLOWER, index_events, search
from lyhord.conversations.sending import claim_due, finish
from lyhord.conversations.store import message_names, message_row
from lyhord.kit.clock import MINUTE
from lyhord.kit.database import ReadTx
from lyhord.kit.problems import Gone, Invalid
from lyhord.tickets.filters import Filter, Whether
from lyhord.tickets.views import list_tickets
from lyhord.workspaces.reach import EVERYTHING
from tests.conversations.desk import Desk

LAMP = Place("post-1", "https://social.example/1", "Our new lamp " + "is bright " * 20)
CHAIR = Place("post-2", "", "Our new chair")


async def way(desk: Desk, heard: Message, *, answers: str | None = None, public: bool | None = None) -> Way:
    def look(tx: ReadTx) -> Way:
        row = tx.one(message_row, id=answers) if answers else None
        chosen = dict(zip(message_names, row, strict=True)) if row else None
        return find_way(tx, heard.conversation_id, desk.inbox, chosen, public)

    found: Way = await desk.read(look)
    return found


async def outbound(desk: Desk, message_id: str) -> Outbound:
    found: tuple[Outbound, str] = await desk.read(views.outbound_of, message_id)
    return found[0]


async def leave(desk: Desk, *, works: bool = True) -> None:
    for claim in await desk.write(lambda tx: claim_due(tx, ["pigeon"], (), 10)):
        outcome = Accepted(f"their-{claim.message_id}") if works else Failed("no")
        await desk.write(lambda tx, claim=claim, outcome=outcome: finish(tx, claim, outcome, native=True))


async def test_what_was_said_in_public_opens_no_private_window(desk: Desk) -> None:
    said = await desk.say("By the way")
    desk.clock.now += MINUTE
    await desk.say("Bright!", place=LAMP)
    assert await desk.read(last_private_from, said.conversation_id, desk.inbox) == said.at


async def test_comments_under_several_posts_stand_in_one_conversation_each_with_its_place(desk: Desk) -> None:
    one = await desk.say("Bright!", place=LAMP)
    two = await desk.say("Soft!", place=CHAIR)
    own = await desk.say("By the way")
    assert {one.conversation_id, two.conversation_id} == {own.conversation_id}
    assert [message.place for message in (one, two, own)] == [LAMP, CHAIR, None]
    assert (await desk.ticket(own.conversation_id)).place is None


async def test_the_row_says_that_the_last_words_are_public_and_a_filter_finds_it(desk: Desk) -> None:
    await desk.say("Alone", who="bob")
    said = await desk.say("Bright!", place=LAMP)
    shown = (await desk.ticket(said.conversation_id)).place
    assert shown is not None
    assert (shown[:12], len(shown) <= 80) == ("Our new lamp", True)

    def found(tx: ReadTx, but: bool) -> list[str]:
        wanted = Filter((Whether("public", but),))
        return [row.preview for row in list_tickets(tx, EVERYTHING, desk.agent, wanted)[0]]

    assert await desk.read(found, False) == ["Bright!"]
    assert await desk.read(found, True) == ["Alone"]
    await desk.answer(said.conversation_id, "Here?")
    assert (await desk.ticket(said.conversation_id)).place is None
    await desk.answer(said.conversation_id, "Thanks", place=LAMP, answers=said.id)
    assert (await desk.ticket(said.conversation_id)).place == shown


async def test_last_words_taken_back_leave_the_row_as_public_as_those_before(desk: Desk) -> None:
    said = await desk.say("Bright!", place=LAMP)
    after = await desk.say("Also this", external_id="own")
    await desk.receive(InboundRemoval(message="own"))
    ticket = await desk.ticket(said.conversation_id)
    assert (ticket.preview, ticket.place is None) == ("Bright!", False)
    assert (await desk.message(after.id)).removed_by == "channel"


async def test_an_answer_goes_the_way_of_what_it_answers_unless_its_writer_says_otherwise(desk: Desk) -> None:
    one = await desk.say("Bright!", place=LAMP)
    two = await desk.say("Soft!", place=CHAIR)
    assert ((await way(desk, one)).place, (await way(desk, one)).answers) == (CHAIR, two.id)
    assert (await way(desk, one, answers=one.id)).place == LAMP
    private = await way(desk, one, public=False)
    assert (private.place, private.answers, private.published) == (None, two.id, Published(two.at))
    own = await desk.say("And in private?")
    assert await way(desk, own) == Way(last_private_at=own.at)
    assert (await way(desk, own, public=True)).place == CHAIR
    assert (await way(desk, own, answers=one.id)).place == LAMP
    assert (await way(desk, own, answers=own.id, public=True)).lost


async def test_where_nothing_is_public_nothing_can_be_answered_in_public(desk: Desk) -> None:
    own = await desk.say('He said "place":{"id":"x"} to me')
    assert (await way(desk, own, public=True)).lost
    assert (await way(desk, own)) == Way(last_private_at=own.at)


async def test_a_public_answer_names_its_comment_and_carries_no_signature_or_quote(desk: Desk) -> None:
    one = await desk.say("Bright!", place=LAMP, external_id="c1")
    await desk.say("And in private?", external_id="p1")
    said = await desk.answer(one.conversation_id, "Thank you", place=LAMP, answers=one.id)
    leaves = await outbound(desk, said.id)
    assert (leaves.place, leaves.answers, leaves.quote, leaves.signature) == (LAMP, "c1", "", None)
    assert leaves.references == ("c1",)
    own = await desk.answer(one.conversation_id, "In private then")
    leaves = await outbound(desk, own.id)
    assert (leaves.place, leaves.answers, leaves.references) == (None, "p1", ("p1",))


async def test_private_answers_to_a_comment_are_counted_those_refused_aside(desk: Desk) -> None:
    one = await desk.say("Bright!", place=LAMP)
    first = await desk.answer(one.conversation_id, "In private", answers=one.id)
    context = await desk.read(inform, Context(desk.clock.now), first.id)
    assert (context.published, context.last_inbound_at) == (Published(one.at), None)
    assert (await way(desk, one, public=False)).published == Published(one.at, 1)
    await leave(desk, works=False)
    assert (await way(desk, one, public=False)).published == Published(one.at)
    await desk.answer(one.conversation_id, "In public", answers=one.id, place=LAMP)
    assert (await way(desk, one, public=False)).published == Published(one.at)


async def test_a_comment_is_hidden_and_shown_again_at_the_channel(desk: Desk) -> None:
    one = await desk.say("You thieves", place=LAMP, external_id="c1")
    desk.kinds()
    by = f"agent:{desk.agent}"
    for _ in range(2):
        await desk.write(lambda tx: hide_message(tx, one.id, hidden=True), actor=by)
    assert desk.kinds() == ["message.changed"]
    now = await desk.message(one.id)
    assert (now.hidden_by, now.text, now.amending and now.amending.deed) == (by, "You thieves", "hide")
    (amendment,) = await desk.read(views.amendments_of, one.id, "hide")
    assert (amendment.deed, amendment.message, amendment.ours) == ("hide", "c1", False)
    await leave(desk)
    await desk.write(lambda tx: hide_message(tx, one.id, hidden=False), actor=by)
    assert (await desk.read(views.amendments_of, one.id, "show"))[0].message == "c1"
    assert await desk.read(views.amendments_of, one.id, "hide") == ()
    await leave(desk)
    now = await desk.message(one.id)
    assert (now.hidden_by, now.amending) == ("", None)


async def test_hiding_that_was_taken_back_in_time_never_leaves(desk: Desk) -> None:
    one = await desk.say("You thieves", place=LAMP)
    for hidden in (True, False):
        await desk.write(lambda tx, hidden=hidden: hide_message(tx, one.id, hidden=hidden), actor=f"agent:{desk.agent}")
    desk.clock.move(MINUTE)
    assert await desk.write(lambda tx: claim_due(tx, ["pigeon"], (), 10)) == []
    assert (await desk.message(one.id)).amending is None


async def test_what_was_hidden_or_removed_elsewhere_is_told(desk: Desk) -> None:
    one = await desk.say("You thieves", place=LAMP, external_id="c1")
    await desk.receive(InboundHiding(message="c1"))
    assert (await desk.message(one.id)).hidden_by == "channel"
    await desk.receive(InboundHiding(message="c1", hidden=False), InboundHiding(message="nothing"))
    assert (await desk.message(one.id)).hidden_by == ""
    await desk.receive(InboundRemoval(message="c1"))
    gone = await desk.message(one.id)
    assert (gone.text, gone.removed_by, gone.place) == ("", "channel", LAMP)
    with pytest.raises(Gone):
        await desk.write(lambda tx: hide_message(tx, one.id, hidden=True))


async def test_only_what_customers_said_in_public_can_be_hidden(desk: Desk) -> None:
    own = await desk.say("In private")
    ours = await desk.answer(own.conversation_id, "In public", place=LAMP)
    for message in (own, ours):
        with pytest.raises(Invalid):
            await desk.write(lambda tx, one=message: hide_message(tx, one.id, hidden=True))


async def test_a_public_answer_is_withdrawn_as_every_other(desk: Desk) -> None:
    one = await desk.say("Bright!", place=LAMP)
    said = await desk.answer(one.conversation_id, "Thank you", place=LAMP, answers=one.id)
    await leave(desk)
    await desk.write(remove_message, said.id, actor=f"agent:{desk.agent}")
    gone = await desk.message(said.id)
    assert (gone.text, gone.place) == ("", LAMP)


async def test_search_says_what_is_public(desk: Desk) -> None:
    await desk.say("A lighthouse", place=LAMP)
    await desk.say("My lighthouse")
    heard = [one for one in desk.events if isinstance(one.event, FOLLOWER.kinds or ())]
    for _ in ("the index is made", "and follows"):
        await desk.write(index_events, heard)

    def found(tx: ReadTx) -> dict[str, bool]:
        return {one.snippet: one.public for one in search(tx, EVERYTHING, "lighthouse").messages}

    assert await desk.read(found) == {"A lighthouse": True, "My lighthouse": False}
