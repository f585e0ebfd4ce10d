"""Public or private: which way an answer goes on a channel that has both, and what its plan must know of what it answers."""

from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from lyhord.conversations import publicity_store as store
from lyhord.conversations import store as conversations
from lyhord.conversations.exchange import Context, Place, Published
from lyhord.conversations.model import is_public, read_more, said_at
from lyhord.kit.database import ReadTx
from lyhord.kit.ids import HIGHEST_ID


class Way(Struct, frozen=True):
    """The way of an answer: public in `place`, or private. `answers` is the public message that it is an answer to, by our id.

    `lost`: it was to be public, and nothing public is there to answer.
    """

    place: Place | None = None
    answers: str | None = None
    published: Published | None = None
    last_private_at: int | None = None
    lost: bool = False

    def inform(self, context: Context) -> Context:
        """What a plan must know of it."""
        return replace(context, last_inbound_at=self.last_private_at, published=self.published)


def find_way(
    tx: ReadTx,
    conversation_id: str,
    inbox_id: str,
    chosen: dict[str, Any] | None,
    public: bool | None,
    *,
    before: str = HIGHEST_ID,
) -> Way:
    """The way of an answer through an inbox to the message `chosen` (a row by column name), else to the customer's last one there.

    `public`: the writer chose; None: the way of the message that is answered. Only what was said `before` a message counts.
    """
    through = {"id": conversation_id, "inbox_id": inbox_id, "before": before}
    answered: tuple[str, str] | None = None
    if chosen is not None and chosen["inbox_id"] == inbox_id:
        answered = (chosen["id"], chosen["more"])
    else:
        answered = tx.one(store.last_heard, **through)
        if public and (answered is None or not is_public(answered[1])):
            answered = tx.one(store.last_public, mark=store.PUBLIC, **through)
    last_private_at = last_private_from(tx, conversation_id, inbox_id, before=before)
    place = read_more(answered[1]).place if answered else None
    if answered is None or place is None:
        return Way(last_private_at=last_private_at, lost=bool(public))
    shown = place if public is not False else None
    return Way(shown, answered[0], _published(tx, answered[0], through), last_private_at)


def last_private_from(tx: ReadTx, conversation_id: str, inbox_id: str, *, before: str = HIGHEST_ID) -> int | None:
    """When (Unix milliseconds) the customer last said something through that inbox in private, before a message; None: never."""
    private = tx.one(store.last_private, mark=store.PUBLIC, id=conversation_id, inbox_id=inbox_id, before=before)
    return said_at(private[0]) if private else None


def inform(tx: ReadTx, context: Context, message_id: str) -> Context:
    """What the plan of a message that is there must know, when it is about to leave."""
    row = tx.one(conversations.message_row, id=message_id)
    if row is None:
        return context
    message = dict(zip(conversations.message_names, row, strict=True))
    answered = read_more(message["more"]).answers
    row = tx.one(conversations.message_row, id=answered) if answered else None
    chosen = dict(zip(conversations.message_names, row, strict=True)) if row else None
    way = find_way(tx, message["conversation_id"], message["inbox_id"], chosen, public=None, before=message_id)
    return (way if chosen else replace(way, published=None)).inform(context)


def _published(tx: ReadTx, message_id: str, through: dict[str, Any]) -> Published:
    count = tx.value(store.private_answers, mark=store.PUBLIC, answering=f'%"answers":"{message_id}"%', **through)
    return Published(said_at(message_id), int(count))
