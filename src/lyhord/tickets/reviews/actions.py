"""Making score cards, reviewing by them, and answering a review."""

from typing import Any

import msgspec

from lyhord.kit.database import Tx
from lyhord.kit.problems import Invalid, NotFound, Taken
from lyhord.kit.text import clean
from lyhord.tickets.model import Ticket
from lyhord.tickets.reviews import store
from lyhord.tickets.reviews.events import ReviewChanged, ScoreCardChanged
from lyhord.tickets.reviews.model import (
    MOST_CARDS,
    TEXT_LIMIT,
    CardWords,
    Review,
    ReviewWords,
    check_card,
    check_scores,
)
from lyhord.tickets.reviews.reading import get_card, get_review, list_cards
from lyhord.workspaces.actions.audit import record
from lyhord.workspaces.model import Power
from lyhord.workspaces.views import list_who_may

COACH: Power = "agents.coach"
"""The power to review what colleagues did."""


def create_card(tx: Tx, words: CardWords) -> str:
    """Make a score card; its id. Raises `Invalid` and `Taken`."""
    if sum(not one.removed for one in list_cards(tx)) >= MOST_CARDS:
        raise Taken("There are 50 score cards; remove some first.", key="problem.too_many_cards")
    card_id = tx.new_id()
    _write_card(tx, "created", card_id, check_card(words))
    return card_id


def change_card(tx: Tx, card_id: str, words: CardWords) -> None:
    """Replace the whole of it. Reviews that are there keep the card by which they were made. Raises `Invalid` and `NotFound`."""
    get_card(tx, card_id)
    _write_card(tx, "changed", card_id, check_card(words))


def remove_card(tx: Tx, card_id: str) -> None:
    """No new reviews are made by it. Raises `NotFound`."""
    card = get_card(tx, card_id)
    words = CardWords(name=card.name, criteria=card.criteria, steps=card.steps)
    _write_card(tx, "removed", card_id, words, removed_at=tx.now)


def review_ticket(tx: Tx, ticket: Ticket, card_id: str, words: ReviewWords, reviewer_id: str) -> str:
    """Review what the owner of a ticket did for it; the review's id. Who has reviewed it by this card already writes that one anew.

    Raises `NotFound` for the card, `Invalid` for scores that don't fit it, nobody's ticket, and one's own.
    """
    card = get_card(tx, card_id)
    if ticket.owner_agent_id is None:
        raise Invalid("Nobody answered for this ticket.", fields={"ticket_id": "review.nobodys"})
    if ticket.owner_agent_id == reviewer_id:
        raise Invalid("Have somebody else review your own work.", fields={"ticket_id": "review.own"})
    known = next(
        (
            one
            for one in (get_review(tx, row[0]) for row in tx.all(store.of_tickets, ids=[ticket.id]))
            if one.card_id == card_id and one.reviewer_id == reviewer_id
        ),
        None,
    )
    if known is not None:
        change_review(tx, known.id, words, reviewer_id)
        return known.id
    check_scores(card, words.scores)
    review_id = tx.new_id()
    by = CardWords(name=card.name, criteria=card.criteria, steps=card.steps)
    row = {
        "id": review_id,
        "card_id": card_id,
        "ticket_id": ticket.id,
        "conversation_id": ticket.conversation_id,
        "agent_id": ticket.owner_agent_id,
        "reviewer_id": reviewer_id,
        "scores": _encode(words.scores),
        "words": _clean(words.words),
        "card": _encode(by),
        "answer": "",
        "answered_at": None,
        "created_at": tx.now,
        "changed_at": tx.now,
    }
    tx.run(store.insert_review, **row)
    _tell(tx, get_review(tx, review_id), ticket.owner_agent_id)
    return review_id


def change_review(tx: Tx, review_id: str, words: ReviewWords, reviewer_id: str) -> None:
    """Write one's own review anew, by the card as it was. Raises `NotFound`, `Taken`, `Invalid`."""
    found = _own(tx, review_id, reviewer_id)
    row = tx.one(store.by_id, key=review_id)
    check_scores(msgspec.json.decode(row[8], type=CardWords) if row else get_card(tx, found.card_id), words.scores)
    scores = _encode(words.scores)
    tx.run(store.change_review, key=review_id, scores=scores, words=_clean(words.words), changed_at=tx.now)
    _tell(tx, found, found.agent_id)


def remove_review(tx: Tx, review_id: str, reviewer_id: str) -> None:
    """Take one's own review back. Raises `NotFound` and `Taken`."""
    found = _own(tx, review_id, reviewer_id)
    tx.run(store.delete_review, key=review_id)
    record(tx, "review.removed", f"review:{review_id}", agent_id=found.agent_id, ticket_id=found.ticket_id)
    _tell(tx, found)


def answer_review(tx: Tx, review_id: str, agent_id: str | None, text: str) -> None:
    """Say something to the review of one's own work; nothing takes it back. Raises `NotFound` for anybody else's."""
    found = get_review(tx, review_id)
    if agent_id is None or found.agent_id != agent_id:
        raise NotFound("There is no such review.")
    said = _clean(text)
    tx.run(store.answer_review, key=review_id, answer=said, answered_at=tx.now if said else None)
    _tell(tx, found, found.reviewer_id if said and said != found.answer else "")


def _own(tx: Tx, review_id: str, reviewer_id: str) -> Review:
    found = get_review(tx, review_id)
    if found.reviewer_id != reviewer_id:
        raise Taken("Only who wrote a review changes it.", key="review.of_others")
    return found


def _write_card(tx: Tx, what: str, card_id: str, words: CardWords, removed_at: int | None = None) -> None:
    tx.run(store.write_card, id=card_id, body=_encode(words), removed_at=removed_at)
    record(tx, f"score_card.{what}", f"score_card:{card_id}", name=words.name)
    tx.emit(ScoreCardChanged(card_id=card_id))


def _tell(tx: Tx, review: Review, new_for: str = "") -> None:
    told = {review.agent_id, review.reviewer_id, *list_who_may(tx, COACH)}
    tx.emit(
        ReviewChanged(
            conversation_id=review.conversation_id,
            review_id=review.id,
            ticket_id=review.ticket_id,
            agent_id=new_for,
            agent_ids=tuple(sorted(told)),
        )
    )


def _clean(text: str) -> str:
    return clean(text, TEXT_LIMIT).strip()


def _encode(value: Any) -> str:
    return msgspec.json.encode(value).decode()
