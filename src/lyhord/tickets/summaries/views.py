"""What is read for a summary: the first words about the ticket, and the latest ones, within reach. Nothing of it is kept."""

from lyhord.conversations.model import AUTOMATIC, QUIET, Message
from lyhord.conversations.views import list_messages, messages_by_id, sees_message
from lyhord.kit.database import ReadTx
from lyhord.tickets.about import ticket_ids_of
from lyhord.tickets.model import Ticket
from lyhord.tickets.reasons import store as reason_store
from lyhord.tickets.summaries.model import Said, Summary, summarise
from lyhord.workspaces.reach import Reach

LATEST = 200
_MACHINES = QUIET | {AUTOMATIC, "unsupported"}


def read_summary(tx: ReadTx, reach: Reach, ticket: Ticket) -> Summary:
    """Of a ticket that the caller may see."""
    row = tx.one(reason_store.first_words, ids=[ticket.id])
    first = [one for one in row[5:] if one] if row else []
    said = {
        one.id: one for one in messages_by_id(tx, first) if sees_message(tx, reach, one.conversation_id, one.inbox_id)
    }
    said |= {one.id: one for one in list_messages(tx, reach, ticket.conversation_id, most=LATEST).items}
    about = ticket_ids_of(tx, said)
    own = [said[one] for one in sorted(said) if about.get(one) == ticket.id and _by_somebody(said[one])]
    return summarise([_said(one) for one in own])


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
