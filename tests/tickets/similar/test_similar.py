"""Solved tickets whose customers wrote alike are found, with the answer that solved them, as far as somebody may see them."""

from lyhord.app.wiring import EVENTS
from lyhord.conversations.search import FOLLOWER
from lyhord.kit.events import Catalogue
from lyhord.kit.followers import FollowerRunner
from lyhord.tickets.actions import set_status
from lyhord.tickets.model import Ticket
from lyhord.tickets.similar.model import SimilarCase, words_asked
from lyhord.tickets.similar.views import read_similar
from lyhord.workspaces.reach import EVERYTHING, Reach
from tests.conversations.desk import Desk

ASKED = "My espresso machine leaks water below the tank"
ANSWER = "The gasket of the tank is worn out: we are sending a new one."


async def solve(desk: Desk, who: str, asked: str, answer: str | None = ANSWER, inbox: str | None = None) -> Ticket:
    said = await desk.say(asked, who=who, inbox=inbox)
    if answer:
        await desk.answer(said.conversation_id, answer)
    ticket = await desk.ticket(said.conversation_id)
    await desk.write(set_status, ticket.id, "resolved")
    return ticket


async def similar(desk: Desk, ticket: Ticket, reach: Reach = EVERYTHING) -> list[SimilarCase]:
    await FollowerRunner(desk.database, Catalogue(EVENTS), [FOLLOWER]).catch_up()
    found: list[SimilarCase] = await desk.read(read_similar, reach, desk.agent, ticket)
    return found


async def front(desk: Desk) -> Ticket:
    said = await desk.say("Water leaks from the espresso machine since yesterday", who="zoe")
    return await desk.ticket(said.conversation_id)


async def test_a_solved_case_comes_with_what_solved_it(desk: Desk) -> None:
    solved = await solve(desk, "bo", ASKED)
    await solve(desk, "cleo", "Where is my parcel?", "It is on its way.")
    [one] = await similar(desk, await front(desk))
    assert (one.ticket_id, one.asked.text, one.answer.text) == (solved.id, ASKED, ANSWER)
    assert one.agent_id == desk.agent
    assert 0 < one.likeness <= 1


async def test_what_is_open_or_was_never_answered_solves_nothing(desk: Desk) -> None:
    await solve(desk, "bo", ASKED, answer=None)
    said = await desk.say(ASKED, who="cleo")
    await desk.answer(said.conversation_id, ANSWER)
    assert await similar(desk, await front(desk)) == []


async def test_only_what_is_within_reach_is_shown(desk: Desk) -> None:
    await solve(desk, "bo", ASKED, inbox=desk.other_inbox)
    ticket = await front(desk)
    assert await similar(desk, ticket, Reach(frozenset([desk.inbox]))) == []
    assert len(await similar(desk, ticket, Reach(frozenset([desk.inbox, desk.other_inbox])))) == 1


async def test_the_most_like_comes_first(desk: Desk) -> None:
    await solve(desk, "bo", "The espresso machine makes a strange noise in the morning and stops")
    most = await solve(desk, "cleo", "Water leaks from the espresso machine")
    assert [one.ticket_id for one in await similar(desk, await front(desk))][:1] == [most.id]


async def test_a_ticket_without_words_is_like_nothing(desk: Desk) -> None:
    await solve(desk, "bo", ASKED)
    said = await desk.say("Hi", who="zoe")
    assert await similar(desk, await desk.ticket(said.conversation_id)) == []


def test_the_longest_words_are_asked_for_and_numbers_are_not() -> None:
    assert words_asked(["The espresso machine 20251101 leaks"]) == ["espresso", "machine", "leaks"]
    assert words_asked(["发票呢"]) == ["发票", "票呢"]
