"""Coaching notes as screens read them."""

from lyhord.conversations.views import get_visible
from lyhord.kit.database import ReadTx
from lyhord.kit.problems import NotFound
from lyhord.tickets.coaching import store
from lyhord.tickets.coaching.actions import get_note, read_row
from lyhord.tickets.coaching.model import CoachingNote
from lyhord.workspaces.reach import Reach


def list_notes(
    tx: ReadTx, reach: Reach, conversation_id: str, viewer: str | None, *, coaches: bool
) -> list[CoachingNote]:
    """Those about a conversation that the viewer may see: all for who coaches, else those to them. Raises `NotFound` out of reach."""
    get_visible(tx, reach, conversation_id)
    found = [read_row(row) for row in tx.all(store.of_conversation, of=conversation_id)]
    return [one for one in found if coaches or viewer in (one.agent_id, one.author_id)]


def list_own_notes(tx: ReadTx, reach: Reach, agent_id: str) -> list[CoachingNote]:
    """The last 100 to an agent, the latest first."""
    limited = reach.inbox_ids is not None
    rows = tx.all(store.of_agent[limited], agent=agent_id, reach=reach.inbox_ids or ())
    return [read_row(row) for row in rows]


def show_note(tx: ReadTx, reach: Reach, note_id: str, viewer: str | None, *, coaches: bool) -> CoachingNote:
    """One of them. Raises `NotFound` where the viewer may not see it."""
    note = get_note(tx, note_id)
    get_visible(tx, reach, note.conversation_id)
    if not coaches and viewer not in (note.agent_id, note.author_id):
        raise NotFound("There is no such note.")
    return note
