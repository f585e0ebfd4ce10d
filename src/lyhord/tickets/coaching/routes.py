"""The REST routes of coaching notes. Whoever has the power `agents.coach` writes them; the agent to whom one is reads and answers it."""

from typing import Any

from litestar import delete, get, post, put
from msgspec import Struct

from lyhord.conversations.views import get_visible
from lyhord.kit.database import Database, ReadTx, Tx
from lyhord.kit.http import IdempotencyKey, Principal, once, requires
from lyhord.kit.problems import Forbidden
from lyhord.tickets.coaching import actions, views
from lyhord.tickets.coaching.actions import COACH
from lyhord.tickets.coaching.model import CoachingNote, CoachingWords, Text
from lyhord.workspaces.reach import Reach

READ = "conversations.read"


class CoachingAnswer(Struct, frozen=True, forbid_unknown_fields=True):
    """What the agent answers."""

    text: Text


@get("/api/v1/conversations/{conversation_id:str}/coaching-notes", guards=[requires(READ)], summary="Coaching notes")
async def get_notes(conversation_id: str, database: Database, principal: Principal) -> list[CoachingNote]:
    """Those about a conversation that the caller may see: all for who coaches, else those to them."""

    def view(tx: ReadTx) -> list[CoachingNote]:
        reach = Reach(principal.inbox_ids)
        return views.list_notes(tx, reach, conversation_id, principal.agent_id, coaches=principal.may(COACH))

    return await database.read(principal.workspace_id, view)


@post(
    "/api/v1/conversations/{conversation_id:str}/coaching-notes",
    guards=[requires(COACH)],
    summary="Write a coaching note to an agent",
)
async def write_note(
    conversation_id: str, data: CoachingWords, database: Database, principal: Principal, key: IdempotencyKey = None
) -> CoachingNote:
    """Seen by the agent and by who coaches, and never by customers."""
    me = _me(principal)

    def write(tx: Tx) -> str:
        get_visible(tx, Reach(principal.inbox_ids), conversation_id)
        return actions.write_note(tx, conversation_id, data, me)

    note_id = await database.write(principal.workspace_id, once(write, key, str), actor=principal.subject)
    return await _shown(database, principal, note_id)


@get("/api/v1/coaching-notes", guards=[requires(READ)], summary="Coaching notes to oneself")
async def get_own_notes(database: Database, principal: Principal) -> list[CoachingNote]:
    """The last 100, the latest first."""
    if principal.agent_id is None:
        return []
    reach = Reach(principal.inbox_ids)
    return await database.read(principal.workspace_id, views.list_own_notes, reach, principal.agent_id)


@put("/api/v1/coaching-notes/{note_id:str}/read", guards=[requires(READ)], summary="Mark a note to oneself as read")
async def read_note(note_id: str, database: Database, principal: Principal) -> CoachingNote:
    """Whoever coaches sees that."""
    args = (note_id, principal.agent_id)
    await database.write(principal.workspace_id, actions.read_note, *args, actor=principal.subject)
    return await _shown(database, principal, note_id)


@put("/api/v1/coaching-notes/{note_id:str}/answer", guards=[requires(READ)], summary="Answer a note to oneself")
async def answer_note(note_id: str, data: CoachingAnswer, database: Database, principal: Principal) -> CoachingNote:
    """Whoever wrote it is told."""
    args = (note_id, principal.agent_id, data.text)
    await database.write(principal.workspace_id, actions.answer_note, *args, actor=principal.subject)
    return await _shown(database, principal, note_id)


@delete("/api/v1/coaching-notes/{note_id:str}", guards=[requires(COACH)], summary="Take one's own note back")
async def remove_note(note_id: str, database: Database, principal: Principal) -> None:
    """With its answer."""
    await database.write(principal.workspace_id, actions.remove_note, note_id, _me(principal), actor=principal.subject)


def _me(principal: Principal) -> str:
    if principal.agent_id is None:
        raise Forbidden("A person coaches, not a program.")
    return principal.agent_id


async def _shown(database: Database, principal: Principal, note_id: str) -> CoachingNote:
    def view(tx: ReadTx) -> CoachingNote:
        reach = Reach(principal.inbox_ids)
        return views.show_note(tx, reach, note_id, principal.agent_id, coaches=principal.may(COACH))

    return await database.read(principal.workspace_id, view)


routes: list[Any] = [get_notes, write_note, get_own_notes, read_note, answer_note, remove_note]
