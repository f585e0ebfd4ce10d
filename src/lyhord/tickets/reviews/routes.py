"""The REST routes of score cards and reviews. Whoever has the power `agents.coach` reviews; an agent sees what is about their own work."""

from datetime import date
from typing import Annotated, Any

from litestar import delete, get, post, put
from litestar.params import QueryParameter
from msgspec import Struct

from lyhord.kit.database import Database, ReadTx, Tx
from lyhord.kit.http import IdempotencyKey, Principal, once, requires
from lyhord.kit.problems import Forbidden
from lyhord.tickets.reviews import actions, views
from lyhord.tickets.reviews.actions import COACH
from lyhord.tickets.reviews.model import PER_AGENT, Card, CardWords, Key, Review, ReviewWords, Text
from lyhord.tickets.reviews.reading import get_card, list_cards
from lyhord.tickets.reviews.views import Figures, Sample
from lyhord.tickets.views import get_row
from lyhord.workspaces.reach import Reach

READ = "conversations.read"
CardId = Annotated[str, QueryParameter(max_length=36, description="by which score card")]
Week = Annotated[date, QueryParameter(description="the Monday on which it began, as 2026-03-02")]
Most = Annotated[int, QueryParameter(ge=1, le=20, description="how many of each agent's")]
Days = Annotated[int, QueryParameter(ge=1, le=366, description="how many days, today included")]
AgentId = Annotated[str | None, QueryParameter(max_length=36, description="whose work; without it one's own")]


class NewReview(ReviewWords, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A review to write: of which ticket, by which card."""

    card_id: Key
    ticket_id: Key


class ReviewAnswer(Struct, frozen=True, forbid_unknown_fields=True):
    """What an agent says to a review; empty takes it back."""

    text: Text


@get("/api/v1/score-cards", guards=[requires(READ)], summary="Score cards")
async def get_cards(database: Database, principal: Principal) -> list[Card]:
    """Those that were removed among them, since reviews were made by them."""
    return await database.read(principal.workspace_id, list_cards)


@post("/api/v1/score-cards", guards=[requires(COACH)], summary="Make a score card")
async def make_card(data: CardWords, database: Database, principal: Principal, key: IdempotencyKey = None) -> Card:
    """Criteria with weights, each scored from 1 to `steps`."""

    def create(tx: Tx) -> str:
        return actions.create_card(tx, data)

    card_id = await database.write(principal.workspace_id, once(create, key, str), actor=principal.subject)
    return await database.read(principal.workspace_id, get_card, card_id)


@put("/api/v1/score-cards/{card_id:str}", guards=[requires(COACH)], summary="Change a score card")
async def change_card(card_id: str, data: CardWords, database: Database, principal: Principal) -> Card:
    """Replaces the whole of it. Reviews keep the card by which they were made."""
    await database.write(principal.workspace_id, actions.change_card, card_id, data, actor=principal.subject)
    return await database.read(principal.workspace_id, get_card, card_id)


@delete("/api/v1/score-cards/{card_id:str}", guards=[requires(COACH)], summary="Remove a score card")
async def remove_card(card_id: str, database: Database, principal: Principal) -> None:
    """Its reviews stay."""
    await database.write(principal.workspace_id, actions.remove_card, card_id, actor=principal.subject)


@get("/api/v1/reviews/sample", guards=[requires(COACH)], summary="A fair sample of what agents finished in a week")
async def get_sample(
    database: Database, principal: Principal, card_id: CardId, week: Week, most: Most = PER_AGENT
) -> list[Sample]:
    """Drawn by lot, the same for everybody as often as it is asked for; of what the caller reaches."""
    reach = Reach(principal.inbox_ids)
    return await database.read(principal.workspace_id, views.draw_sample, reach, card_id, week, most)


@get("/api/v1/reviews/figures", guards=[requires(COACH)], summary="How work was scored, and how reviewers agree")
async def get_figures(database: Database, principal: Principal, card_id: CardId, days: Days = 91) -> Figures:
    """Distributions, never averages of a person."""
    return await database.read(principal.workspace_id, views.show_figures, card_id, days)


@get("/api/v1/reviews", guards=[requires(READ)], summary="Reviews of an agent's work")
async def get_reviews(database: Database, principal: Principal, agent_id: AgentId = None) -> list[Review]:
    """One's own, or whose one likes for who coaches; the last 100."""
    wanted = agent_id or principal.agent_id
    if wanted != principal.agent_id and COACH not in principal.powers:
        raise Forbidden("Reviews of others are for who coaches them.")
    return await database.read(principal.workspace_id, views.list_reviews, wanted) if wanted else []


@get("/api/v1/tickets/{ticket_id:str}/reviews", guards=[requires(READ)], summary="Reviews of a ticket")
async def get_reviews_of(ticket_id: str, database: Database, principal: Principal) -> list[Review]:
    """Those that the caller may see: all for who coaches, else those of their own work."""

    def view(tx: ReadTx) -> list[Review]:
        get_row(tx, Reach(principal.inbox_ids), principal.agent_id, ticket_id)
        coaches = COACH in principal.powers
        return views.list_reviews_of(tx, ticket_id, principal.agent_id, coaches=coaches)

    return await database.read(principal.workspace_id, view)


@post("/api/v1/reviews", guards=[requires(COACH)], summary="Review what was done for a ticket")
async def write_review(data: NewReview, database: Database, principal: Principal, key: IdempotencyKey = None) -> Review:
    """Of whoever owns it; not of oneself. Whoever reviewed it by this card before writes that review anew."""

    def create(tx: Tx) -> str:
        row = get_row(tx, Reach(principal.inbox_ids), principal.agent_id, data.ticket_id)
        return actions.review_ticket(tx, row, data.card_id, _words(data), _me(principal))

    review_id = await database.write(principal.workspace_id, once(create, key, str), actor=principal.subject)
    return await _shown(database, principal, review_id)


@put("/api/v1/reviews/{review_id:str}", guards=[requires(COACH)], summary="Write one's own review anew")
async def change_review(review_id: str, data: ReviewWords, database: Database, principal: Principal) -> Review:
    """By the card as it was."""
    me = _me(principal)
    await database.write(principal.workspace_id, actions.change_review, review_id, data, me, actor=principal.subject)
    return await _shown(database, principal, review_id)


@delete("/api/v1/reviews/{review_id:str}", guards=[requires(COACH)], summary="Take one's own review back")
async def remove_review(review_id: str, database: Database, principal: Principal) -> None:
    """With what was said to it."""
    me = _me(principal)
    await database.write(principal.workspace_id, actions.remove_review, review_id, me, actor=principal.subject)


@put("/api/v1/reviews/{review_id:str}/answer", guards=[requires(READ)], summary="Answer the review of one's own work")
async def answer_review(review_id: str, data: ReviewAnswer, database: Database, principal: Principal) -> Review:
    """Whoever coaches reads it."""
    args = (review_id, principal.agent_id, data.text)
    await database.write(principal.workspace_id, actions.answer_review, *args, actor=principal.subject)
    return await _shown(database, principal, review_id)


def _words(data: NewReview) -> ReviewWords:
    return ReviewWords(scores=data.scores, words=data.words)


def _me(principal: Principal) -> str:
    if principal.agent_id is None:
        raise Forbidden("A person reviews, not a program.")
    return principal.agent_id


async def _shown(database: Database, principal: Principal, review_id: str) -> Review:
    def view(tx: ReadTx) -> Review:
        return views.show_review(tx, review_id, principal.agent_id, coaches=COACH in principal.powers)

    return await database.read(principal.workspace_id, view)


routes: list[Any] = [
    get_cards,
    make_card,
    change_card,
    remove_card,
    get_sample,
    get_figures,
    get_reviews,
    get_reviews_of,
    write_review,
    change_review,
    remove_review,
    answer_review,
]
