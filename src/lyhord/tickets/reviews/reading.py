"""Score cards and reviews as they are stored."""

from typing import Any

import msgspec

from lyhord.kit.database import ReadTx
from lyhord.kit.problems import NotFound
from lyhord.tickets.reviews import store
from lyhord.tickets.reviews.model import Card, CardWords, Review, share_of

_words = msgspec.json.Decoder(CardWords)
_scores = msgspec.json.Decoder(dict[str, int | None])


def list_cards(tx: ReadTx) -> list[Card]:
    """Every score card, the oldest first, those that were removed among them."""
    return [_read_card(*row) for row in tx.all(store.list_cards)]


def get_card(tx: ReadTx, card_id: str) -> Card:
    """A card by which reviews are made. Raises `NotFound`, also for one that was removed."""
    found = next((one for one in list_cards(tx) if one.id == card_id and not one.removed), None)
    if found is None:
        raise NotFound("There is no such score card.")
    return found


def get_review(tx: ReadTx, review_id: str) -> Review:
    """Raises `NotFound`."""
    row = tx.one(store.by_id, key=review_id)
    if row is None:
        raise NotFound("There is no such review.")
    return read_review(row)


def read_review(row: tuple[Any, ...]) -> Review:
    """A review of its row (`store.COLUMNS`)."""
    found = dict(zip(store.COLUMNS, row, strict=True))
    scores = _scores.decode(found["scores"])
    share = share_of(_words.decode(found.pop("card")), scores)
    return Review(**{**found, "scores": scores, "share": share})


def _read_card(card_id: str, body: str, removed_at: int | None) -> Card:
    words = _words.decode(body)
    return Card(id=card_id, removed=removed_at is not None, name=words.name, criteria=words.criteria, steps=words.steps)
