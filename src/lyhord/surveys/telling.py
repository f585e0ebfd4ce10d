"""Telling those who gave feedback what came of it, each once, in their channel. Here it is decided whom; `jobs.py` says it."""

from collections import Counter
from collections.abc import Sequence
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from lyhord.conversations.canned.model import CannedWords, Text, checked
from lyhord.kit.database import ReadTx, Tx
from lyhord.kit.database.jobs_table import enqueue
from lyhord.kit.problems import NotFound
from lyhord.surveys import store
from lyhord.surveys.events import FeedbackTold
from lyhord.surveys.model import Id
from lyhord.surveys.reading import asking_of
from lyhord.workspaces.actions.audit import record
from lyhord.workspaces.reach import Reach

TELL_JOB = "survey.tell"
MOST_TELLINGS = 50
_texts = msgspec.json.Decoder(tuple[Text, ...])


class Deed(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What was done, in one or more languages, with the variables of canned replies; and whose ratings named it."""

    texts: Annotated[tuple[Text, ...], Meta(min_length=1, max_length=30)]
    rating_ids: Annotated[tuple[Id, ...], Meta(min_length=1, max_length=1_000)]


class Telling(Struct, frozen=True):
    """A text that told customers what came of what they said: to how many it was said, to whom it is to be, and whom it couldn't be."""

    id: str
    texts: tuple[Text, ...]
    by: str
    at: int
    said: int = 0
    waiting: int = 0
    left: int = 0


class Order(Struct, frozen=True):
    """What a job does: tell the next customers."""

    telling_id: str


def tell(tx: Tx, reach: Reach, deed: Deed) -> str:
    """Have it told to everybody within reach who gave one of these ratings; the text's id. Raises `Invalid`, and `NotFound` for nobody."""
    texts = checked(CannedWords(name="deed", texts=deed.texts)).texts
    rows = tx.all(store.askings_by_ids, ids=list(dict.fromkeys(deed.rating_ids)))
    ratings = {
        one.conversation_id: one
        for one in sorted(map(asking_of, rows), key=lambda one: one.id)
        if one.state == "answered" and reach.covers(one.inbox_id or "")
    }
    if not ratings:
        raise NotFound("There are no such ratings.")
    telling_id = tx.new_id()
    tx.run(store.insert_telling, id=telling_id, texts=msgspec.json.encode(texts).decode(), by=tx.actor, at=tx.now)
    waiting = {"telling_id": telling_id, "state": "waiting", "why": None, "message_id": None}
    tx.run_many(
        store.insert_told,
        [{**waiting, "conversation_id": talk, "asking_id": one.id} for talk, one in sorted(ratings.items())],
    )
    enqueue(tx, TELL_JOB, Order(telling_id))
    record(tx, "survey.told", f"telling:{telling_id}", customers=len(ratings))
    tx.emit(FeedbackTold(telling_id=telling_id))
    return telling_id


def get_telling(tx: ReadTx, telling_id: str) -> Telling:
    """One of them, without its counts; raises `NotFound`."""
    row = tx.one(store.find_telling, key=telling_id)
    if row is None:
        raise NotFound("There is no such text.")
    return Telling(row[0], _texts.decode(row[1]), row[2], row[3])


def list_tellings(tx: ReadTx) -> list[Telling]:
    """The latest, newest first, with how far each is."""
    rows = tx.all(store.list_tellings, most=MOST_TELLINGS)
    counts = _counts(tx, [row[0] for row in rows])
    return [
        Telling(
            row[0], _texts.decode(row[1]), row[2], row[3], *(counts[row[0], one] for one in ("said", "waiting", "left"))
        )
        for row in rows
    ]


def _counts(tx: ReadTx, ids: Sequence[str]) -> Counter[tuple[str, str]]:
    return Counter((row[0], row[1]) for row in tx.all(store.tally_told, ids=list(ids))) if ids else Counter()
