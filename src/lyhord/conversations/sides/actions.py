"""Ask a third party, close what was asked, and open it again."""

import msgspec
from msgspec import Struct

from lyhord.conversations import store as conversations
from lyhord.conversations.actions.reply import reply
from lyhord.conversations.beginning import new_conversation
from lyhord.conversations.exchange import Address
from lyhord.conversations.model import Reply, read_more
from lyhord.conversations.sides import store
from lyhord.conversations.sides.events import SideClosed
from lyhord.conversations.sides.placing import reopen_side
from lyhord.conversations.timeline import get_conversation
from lyhord.conversations.views import answered_by
from lyhord.kit.database import Tx
from lyhord.kit.problems import Invalid, NotFound


class Question(Struct, frozen=True, kw_only=True):
    """To whom the first words of a side conversation go. `about_id` is the message of the parent that they forward."""

    parent_id: str
    to: Address
    about_id: str | None = None


def start_side(tx: Tx, question: Question, words: Reply) -> str:
    """Write to a third party beside a conversation; the message's id. `words.conversation_id` is ignored.

    Raises `Invalid` when what is forwarded isn't there, or its sender lets it vanish, and as `reply` does.
    """
    parent = get_conversation(tx, question.parent_id)
    if parent.parent_id is not None:
        raise Invalid("A side conversation has none of its own.")
    about = answered_by(tx, parent.id, question.about_id)
    if question.about_id is not None and about is None:
        raise Invalid("What you forward isn't in this conversation.", fields={"about_id": "problem.not_found"})
    if about is not None and read_more(about["more"]).expires_at is not None:
        raise Invalid("What its sender lets vanish would stay there.", fields={"about_id": "problem.vanishes"})
    side = new_conversation(tx, parent_id=about["conversation_id"] if about else parent.id) | {
        "title": words.subject or (about["subject"] if about else None) or "",
        "about_id": question.about_id,
        "inbox_id": words.inbox_id,
        "scheme": question.to.scheme,
        "value": question.to.value,
    }
    tx.run_many(conversations.insert_conversation, [side])
    return reply(tx, msgspec.structs.replace(words, conversation_id=side["id"]))


def close_side(tx: Tx, side_id: str, closed: bool) -> None:
    """Nothing more is expected, or it goes on; whoever writes there later opens it again. Raises `NotFound`."""
    side = get_conversation(tx, side_id)
    if side.parent_id is None:
        raise NotFound("There is no such side conversation.")
    if not closed:
        reopen_side(tx, side)
    elif side.closed_at is None:
        tx.run(store.close, key=side_id, now=tx.now)
        tx.emit(SideClosed(conversation_id=side_id))
