"""What is read to sum a ticket up: the first words about it and the latest ones, or those up to its answer, within reach."""

from collections.abc import Iterable

from lyhord.conversations.model import AUTOMATIC, QUIET, Message
from lyhord.conversations.views import list_messages, messages_by_id, sees_message
from lyhord.kit.database import ReadTx
from lyhord.tickets.about import last_answer, ticket_ids_of
from lyhord.tickets.model import Ticket
from lyhord.tickets.reasons import store as reason_store
from lyhord.tickets.summaries.model import Said
from lyhord.workspaces.reach import Reach

LATEST = 200
_MACHINES = QUIET | {AUTOMATIC, "unsupported"}


def read_said(tx: ReadTx, reach: Reach, ticket: Ticket) -> list[Said]:
    """What was said about a ticket that the caller may see, in order of time: no notes, and nothing of machines."""
    said = _first(tx, reach, ticket)
    said |= {one.id: one for one in list_messages(tx, reach, ticket.conversation_id, most=LATEST).items}
    return _about(tx, ticket, said.values())


def read_case(tx: ReadTx, reach: Reach, ticket: Ticket) -> list[Said]:
    """The same up to its last answer, however much was said since about others; nothing where it has none within reach."""
    answer_id = last_answer(tx, ticket)
    answers = _visible(tx, reach, [answer_id] if answer_id else [])
    if not answers:
        return []
    before = list_messages(tx, reach, ticket.conversation_id, before=answer_id, most=LATEST).items
    said = _first(tx, reach, ticket) | answers | {one.id: one for one in before}
    return [one for one in _about(tx, ticket, said.values()) if one.message_id <= max(answers)]


def _first(tx: ReadTx, reach: Reach, ticket: Ticket) -> dict[str, Message]:
    row = tx.one(reason_store.first_words, ids=[ticket.id])
    return _visible(tx, reach, [one for one in row[5:] if one] if row else [])


def _visible(tx: ReadTx, reach: Reach, message_ids: list[str]) -> dict[str, Message]:
    found = messages_by_id(tx, message_ids)
    return {one.id: one for one in found if sees_message(tx, reach, one.conversation_id, one.inbox_id)}


def _about(tx: ReadTx, ticket: Ticket, messages: Iterable[Message]) -> list[Said]:
    said = {one.id: one for one in messages}
    about = ticket_ids_of(tx, said)
    return [_said(said[one]) for one in sorted(said) if about.get(one) == ticket.id and _by_somebody(said[one])]


def _by_somebody(one: Message) -> bool:
    return (
        one.direction != "note"
        and one.removed_at is None
        and one.call is None
        and bool(one.text.strip())
        and _MACHINES.isdisjoint(one.flags)
    )


def _said(one: Message) -> Said:
    language = (one.translation.language or "") if one.translation else ""
    return Said(one.id, one.direction == "out", one.text, language.split("-")[0])
