"""How similar cases were solved, in a sentence of a language model with the messages that it rests on."""

from typing import Any

from lyhord.app.wiring import EVENTS
from lyhord.conversations.exchange import Address, InboundRemoval
from lyhord.conversations.search import FOLLOWER
from lyhord.kit.events import Catalogue
from lyhord.kit.followers import FollowerRunner
from lyhord.tickets.actions import set_status
from lyhord.tickets.model import Ticket
from lyhord.tickets.similar.model import SimilarCase
from lyhord.tickets.similar.views import read_similar, with_written
from lyhord.tickets.wordings.model import Order
from lyhord.workspaces.reach import EVERYTHING
from tests.counterparts.languagemodels import MODEL, LanguageModelServer
from tests.tickets.wordings.conftest import Writer

ASKED = "My espresso machine leaks water below the tank"
ANSWER = "The gasket of the tank is worn out and we are sending a new one."


async def similar(writer: Writer, ticket: Ticket) -> list[SimilarCase]:
    await FollowerRunner(writer.database, Catalogue(EVENTS), [FOLLOWER]).catch_up()
    desk = writer.desk

    def view(tx: Any) -> list[SimilarCase]:
        cases = read_similar(tx, EVERYTHING, desk.agent, ticket)
        return with_written(tx, cases, [Order("cases", one.ticket_id, "en", None) for one in cases])

    found: list[SimilarCase] = await desk.read(view)
    return found


async def solve(writer: Writer) -> tuple[Ticket, Ticket]:
    """A solved ticket, and one in front whose customer writes alike."""
    solved = await writer.talk(ASKED, "Does it drip all day?", "All day", ANSWER, who="bo")
    await writer.desk.write(set_status, solved.id, "resolved")
    front = await writer.talk("Water leaks from the espresso machine since yesterday", who="zoe")
    return solved, front


async def test_a_solved_case_says_in_a_sentence_how(writer: Writer, server: LanguageModelServer) -> None:
    solved, front = await solve(writer)
    [case] = await similar(writer, front)
    assert case.written is not None
    assert case.written.state == "none"
    server.says(("solved", "We sent a new gasket because that of the tank was worn out.", [4]))
    await writer.write(solved, "cases")
    [case] = await similar(writer, front)
    assert case.written is not None
    assert (case.written.state, case.written.model) == ("made", MODEL)
    [line] = case.written.lines
    assert (line.text, line.sources) == (
        "We sent a new gasket because that of the tank was worn out.",
        (case.answer.message_id,),
    )
    assert case.answer.text == ANSWER, "the answer itself stays"
    assert "solved" in server.asked[0].task


async def test_what_only_the_customer_said_solves_nothing(writer: Writer, server: LanguageModelServer) -> None:
    solved, front = await solve(writer)
    server.says(("solved", "We know that the espresso machine leaks water below the tank.", [1]))
    await writer.write(solved, "cases")
    [case] = await similar(writer, front)
    assert case.written is not None
    assert (case.written.state, case.written.problem) == ("failed", "problem.language_model_unfounded")


async def test_what_is_said_about_another_ticket_since_is_not_told(writer: Writer, server: LanguageModelServer) -> None:
    solved, _ = await solve(writer)
    await writer.write(solved, "cases")
    await writer.desk.say("Now the grinder is broken, too, what a pity", who="bo")
    assert "grinder" not in server.asked[0].words
    assert "tank is worn out" in server.asked[0].words


async def test_without_the_use_cases_are_as_before(writer: Writer) -> None:
    _, front = await solve(writer)
    await writer.connect(uses=("summaries",))
    [case] = await similar(writer, front)
    assert case.written is None


async def test_words_that_are_taken_back_take_the_sentence_along(writer: Writer) -> None:
    solved, front = await solve(writer)
    await writer.write(solved, "cases")
    [case] = await similar(writer, front)
    assert case.written is not None
    assert case.written.state == "made"
    sender = (Address("pigeon", "bo", "Bo", verified=True),)
    await writer.desk.receive(InboundRemoval(message="x2", sender=sender))
    [case] = await similar(writer, front)
    assert case.written is not None
    assert case.written.state == "none"
