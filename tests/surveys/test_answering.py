"""What customers answer: kept with their words, followed up, and no work for anybody unless it wants some."""

import pytest
from msgspec.structs import replace

from lyhord.app.wiring import EVENTS
from lyhord.conversations.model import RATING
from lyhord.kit.clock import DAY, HOUR, MINUTE
from lyhord.kit.database import Tx
from lyhord.kit.events import Catalogue
from lyhord.kit.followers import FollowerRunner
from lyhord.kit.problems import Gone, Invalid
from lyhord.surveys import actions
from lyhord.surveys.model import Asking
from lyhord.surveys.reading import get_asking
from lyhord.tickets.complaints.actions import change_settings
from lyhord.tickets.complaints.model import ComplaintSettings, Rung
from lyhord.tickets.filters import Filter, OneOf
from lyhord.tickets.macros.model import TagStep
from lyhord.tickets.rules.actions import create_rule, switch_rule
from lyhord.tickets.rules.following import FOLLOWER as RULES
from lyhord.tickets.rules.model import RuleWords, checked_rule
from lyhord.tickets.tasks.actions import get_task
from lyhord.tickets.tasks.model import Task
from lyhord.tickets.views import list_tickets
from lyhord.workspaces.actions.teams import create_team
from lyhord.workspaces.reach import EVERYTHING
from tests.surveys.conftest import Shop


async def asked(shop: Shop, kind: str = "csat", **more: object) -> str:
    """A customer who was just asked; their conversation."""
    await shop.survey(kind, **more)
    said = await shop.hear()
    await shop.resolve(said.conversation_id)
    return said.conversation_id


async def task_of(shop: Shop, asking: Asking) -> Task:
    assert asking.task_id is not None
    found: Task = await shop.read(get_task, asking.task_id)
    return found


async def test_a_button_is_a_rating_and_opens_nothing(shop: Shop) -> None:
    talk = await asked(shop)
    question = await shop.last_said(talk)
    shop.kinds()
    said = await shop.hear("4 😊", chosen="4", answers=(question.id,))
    rated = await shop.asking(talk)
    assert (rated.state, rated.score, rated.mark, rated.words, rated.answer_id) == ("answered", 4, "good", "", said.id)
    ticket = await shop.ticket(talk)
    assert (ticket.status, ticket.waiting_since, ticket.rating) == ("resolved", None, "good")
    assert RATING in (await shop.message(said.id)).flags
    assert rated.task_id is None
    assert [one for one in shop.kinds() if one.startswith("ticket")] == ["ticket.rated"]


@pytest.mark.parametrize("words", ["5", "非常满意", "👍", "mycket bra", "5, thank you so much"])
async def test_words_are_a_rating_where_they_answer_the_question(shop: Shop, words: str) -> None:
    talk = await asked(shop)
    await shop.hear(words)
    assert (await shop.asking(talk)).mark == "good"
    assert (await shop.ticket(talk)).status == "resolved"


async def test_a_rating_with_a_question_is_both(shop: Shop) -> None:
    talk = await asked(shop)
    said = await shop.hear("5! But when does the invoice come?")
    rated, ticket = await shop.asking(talk), await shop.ticket(talk)
    assert (rated.score, rated.words) == (5, "But when does the invoice come?")
    assert RATING not in (await shop.message(said.id)).flags
    assert (ticket.status, ticket.rating) == ("open", "good")
    assert ticket.waiting_since is not None


async def test_what_is_no_rating_is_a_message_as_ever(shop: Shop) -> None:
    talk = await asked(shop)
    await shop.hear("Hello again")
    assert (await shop.asking(talk)).state == "asked"
    assert (await shop.ticket(talk)).status == "open"


async def test_a_number_that_answers_something_else_is_no_rating(shop: Shop) -> None:
    talk = await asked(shop)
    await shop.hear("I want some lamps")
    await shop.answer(talk, "How many?")
    await shop.hear("5")
    assert (await shop.asking(talk)).state == "asked"
    assert (await shop.ticket(talk)).waiting_since is not None


async def test_nobody_was_asked_and_a_number_is_a_message(shop: Shop) -> None:
    said = await shop.hear("5")
    assert (await shop.ticket(said.conversation_id)).status == "open"


async def test_who_thinks_better_of_it_gives_another_score_for_a_while(shop: Shop) -> None:
    talk = await asked(shop)
    await shop.hear("2")
    task = await task_of(shop, await shop.asking(talk))
    await shop.hear("4")
    assert ((await shop.asking(talk)).score, (await shop.ticket(talk)).rating) == (4, "good")
    assert (await shop.asking(talk)).task_id == task.id
    shop.clock.move(11 * MINUTE)
    await shop.hear("1")
    assert (await shop.asking(talk)).score == 4
    assert (await shop.ticket(talk)).status == "open"


async def test_after_a_week_nothing_counts(shop: Shop) -> None:
    talk = await asked(shop)
    shop.clock.move(8 * DAY)
    await shop.hear("5")
    assert (await shop.asking(talk)).state == "asked"
    with pytest.raises(Gone):
        await shop.write(actions.click, (await shop.asking(talk)).id, 5)


@pytest.mark.parametrize(("kind", "words"), [("csat", "2"), ("nps", "6"), ("effort", "very hard")])
async def test_who_is_unhappy_gets_somebody_with_a_date(shop: Shop, kind: str, words: str) -> None:
    await shop.write(change_settings, ComplaintSettings(ladder=(Rung(agent_id=shop.colleague),)))
    talk = await asked(shop, kind)
    await shop.hear(words)
    task = await task_of(shop, await shop.asking(talk))
    assert task.owner_agent_id == shop.colleague, "who has complaints first"
    assert task.due_at == shop.clock.now + DAY
    assert task.state == "open"
    assert (await shop.ticket(talk)).status == "resolved"


async def test_whom_the_workspace_named_looks_after_it(shop: Shop) -> None:
    team = await shop.write(create_team, "Care", (shop.colleague,), ())
    await shop.rules(follow_team_id=team, follow_minutes=120)
    talk = await asked(shop)
    await shop.hear("1 nobody")
    assert (await shop.asking(talk)).state == "asked", "that isn't one"
    await shop.hear("1, slow")
    task = await task_of(shop, await shop.asking(talk))
    assert (task.owner_team_id, task.owner_agent_id) == (team, None)
    assert task.due_at == shop.clock.now + 2 * HOUR
    assert "slow" in task.text


async def test_a_rule_hears_of_ratings_and_a_list_has_them(shop: Shop) -> None:
    words = RuleWords(
        name="Unhappy",
        when="rating_given",
        conditions=(OneOf(field="rating", values=("bad",)),),
        steps=(TagStep(add=("unhappy",)),),
    )
    rule_id = await shop.write(create_rule, checked_rule(words), "secret")
    await shop.write(lambda tx: switch_rule(tx, rule_id, on=True))
    rules = FollowerRunner(shop.database, Catalogue(EVENTS), [RULES], patience_seconds=0.001)
    await rules.catch_up(shop.workspace_id)
    talk = await asked(shop)
    await shop.hear("2")
    await rules.catch_up(shop.workspace_id)
    assert (await shop.ticket(talk)).tags == ("unhappy",)
    for value, found in (("bad", 1), ("good", 0)):
        wanted = Filter((OneOf(field="rating", values=(value,)),))
        rows, _ = await shop.read(list_tickets, EVERYTHING, None, wanted)
        assert len(rows) == found
    with pytest.raises(Invalid):
        checked_rule(replace(words, conditions=(OneOf(field="rating", values=("5",)),)))


async def test_a_link_counts_after_a_minute_and_several_at_once_are_a_machines(shop: Shop) -> None:
    await shop.survey()
    talk = (await shop.hear_mail()).conversation_id
    await shop.resolve(talk)
    asking_id = (await shop.asking(talk)).id
    await shop.write(actions.click, asking_id, 4)
    assert (await shop.asking(talk)).score is None
    shop.clock.move(MINUTE)
    await shop.follow()
    assert (await shop.asking(talk)).score == 4
    other = (await shop.hear_mail(who="bo")).conversation_id
    await shop.resolve(other)
    for score in (1, 2, 3, 4, 5):
        await shop.write(actions.click, (await shop.asking(other)).id, score)
    shop.clock.move(MINUTE)
    await shop.follow()
    doubted = await shop.asking(other)
    assert (doubted.score, doubted.task_id) == (None, None)
    assert doubted.doubted_at is not None


async def test_a_score_off_the_scale_is_refused(shop: Shop) -> None:
    talk = await asked(shop)
    asking_id = (await shop.asking(talk)).id

    def give(tx: Tx) -> None:
        actions.take_rating(tx, get_asking(tx, asking_id), 6)

    with pytest.raises(Invalid):
        await shop.write(give)
    with pytest.raises(Invalid):
        await shop.write(actions.click, asking_id, 0)


async def test_a_reply_to_the_letter_is_a_rating(shop: Shop) -> None:
    await shop.survey()
    talk = (await shop.hear_mail()).conversation_id
    await shop.resolve(talk)
    await shop.hear_mail("4\n\nBest regards\nAnn", subject="Re: Lamp")
    rated = await shop.asking(talk)
    assert (rated.score, rated.state) == (4, "answered")
    assert (await shop.ticket(talk)).status == "resolved"


async def test_what_was_said_is_forgotten_with_the_conversation(shop: Shop) -> None:
    talk = await asked(shop)
    await shop.hear("2, slow")
    await shop.write(actions.forget_conversations, [talk])
    assert await shop.askings(talk) == []
