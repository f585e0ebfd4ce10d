"""The REST routes of tasks. Who may see a conversation sees what is asked for it."""

from typing import Annotated, Any

from litestar import get, patch, post
from litestar.params import QueryParameter
from msgspec import Struct

from lyhord.conversations.timeline import timeline_ids
from lyhord.conversations.views import get_visible
from lyhord.kit.database import Database, ReadTx, Tx
from lyhord.kit.http import Cursor, IdempotencyKey, Limit, Page, Principal, decode_cursor, encode_cursor, once, requires
from lyhord.tickets.actions import get_ticket
from lyhord.tickets.tasks import actions
from lyhord.tickets.tasks.actions import Wish
from lyhord.tickets.tasks.model import Task, TaskChange
from lyhord.tickets.tasks.views import FIRST, Place, TaskRow, Whose, list_tasks, tasks_of
from lyhord.tickets.views import get_row
from lyhord.workspaces.reach import Reach

_READ: dict[str, Any] = {"guards": [requires("conversations.read")], "tags": ["tasks"]}
_WORK: dict[str, Any] = {"guards": [requires("tickets.work")], "tags": ["tasks"]}
Of = Annotated[Whose, QueryParameter(name="of", description="asked of me and my teams, or asked by me")]


class Answer(Struct, kw_only=True, forbid_unknown_fields=True):
    """A yes or a no; a no says why."""

    approved: bool
    words: str = ""


@get("/api/v1/tasks", **_READ, summary="Open tasks of mine")
async def get_tasks(
    database: Database, principal: Principal, of: Of = "mine", cursor: Cursor = None, limit: Limit = 50
) -> Page[TaskRow]:
    """What is due first, then what has no date. A token that is nobody's has none."""
    if principal.agent_id is None:
        return Page([], None)
    after = Place(*decode_cursor(cursor, tuple[int, str])) if cursor else FIRST
    rows, place = await database.read(
        principal.workspace_id, list_tasks, Reach(principal.inbox_ids), principal.agent_id, of, after, limit
    )
    return Page(rows, encode_cursor(*place) if place else None)


@get("/api/v1/conversations/{conversation_id:str}/tasks", **_READ, summary="Tasks of a timeline")
async def get_tasks_of_conversation(database: Database, principal: Principal, conversation_id: str) -> list[Task]:
    """Open and ended ones, in the order in which they were asked."""

    def view(tx: ReadTx) -> list[Task]:
        conversation = get_visible(tx, Reach(principal.inbox_ids), conversation_id)
        return tasks_of(tx, timeline_ids(tx, conversation))

    return await database.read(principal.workspace_id, view)


@post("/api/v1/tickets/{ticket_id:str}/tasks", **_WORK, summary="Ask a colleague or a team")
async def ask_for_task(
    database: Database, principal: Principal, ticket_id: str, data: Wish, key: IdempotencyKey = None
) -> Task:
    """To do something for a ticket, or to approve something. Whoever is asked is told."""
    reach = Reach(principal.inbox_ids)
    await database.read(principal.workspace_id, get_row, reach, principal.agent_id, ticket_id)
    return await database.write(principal.workspace_id, once(_ask, key, Task), ticket_id, data, actor=principal.subject)


@patch("/api/v1/tasks/{task_id:str}", **_WORK, summary="Change a task, or call it done")
async def change_task(database: Database, principal: Principal, task_id: str, data: TaskChange) -> Task:
    """Its words, date and owner; done, withdrawn, or open again."""
    await _look(database, principal, task_id)
    return await database.write(principal.workspace_id, actions.change_task, task_id, data, actor=principal.subject)


@post("/api/v1/tasks/{task_id:str}/answer", **_READ, status_code=200, summary="Approve or refuse")
async def answer_task(database: Database, principal: Principal, task_id: str, data: Answer) -> Task:
    """Only whom it was asked of, or somebody of the team, and never who asked it."""
    await _look(database, principal, task_id)
    return await database.write(
        principal.workspace_id,
        actions.answer_task,
        task_id,
        principal.agent_id,
        data.approved,
        data.words,
        actor=principal.subject,
    )


def _ask(tx: Tx, ticket_id: str, wish: Wish) -> Task:
    return actions.ask(tx, get_ticket(tx, ticket_id), wish)


async def _look(database: Database, principal: Principal, task_id: str) -> None:
    def view(tx: ReadTx) -> None:
        get_visible(tx, Reach(principal.inbox_ids), actions.get_task(tx, task_id).conversation_id)

    await database.read(principal.workspace_id, view)


routes: list[Any] = [get_tasks, get_tasks_of_conversation, ask_for_task, change_task, answer_task]
