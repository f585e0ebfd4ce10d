"""Tasks as screens read them."""

from collections.abc import Sequence
from heapq import merge
from itertools import islice
from typing import Any, Literal, NamedTuple

from msgspec import Struct

from lyhord.kit.database import ReadTx
from lyhord.kit.ids import LOWEST_ID
from lyhord.tickets.tasks import store
from lyhord.tickets.tasks.model import Task
from lyhord.workspaces.reach import Reach
from lyhord.workspaces.views import list_team_ids

Whose = Literal["mine", "asked"]
"""Asked of me or of one of my teams; or asked by me, of somebody else."""


class TaskRow(Struct, frozen=True):
    """An open task as a list shows it, with whom its ticket is about."""

    task: Task
    title: str


class Place(NamedTuple):
    """Where a page ends: `stands_at` and the id of its last task."""

    at: int
    id: str


FIRST = Place(-1, LOWEST_ID)


def tasks_of(tx: ReadTx, conversation_ids: Sequence[str]) -> list[Task]:
    """All tasks of a timeline, in the order in which they were asked."""
    rows = tx.all(store.of_conversations, ids=list(conversation_ids))
    return sorted((Task(*row) for row in rows), key=lambda one: one.id)


def list_tasks(
    tx: ReadTx, reach: Reach, agent_id: str, whose: Whose, after: Place = FIRST, most: int = 50
) -> tuple[list[TaskRow], Place | None]:
    """Open tasks of an agent: what is due first, then what has no date in the order of asking. The place is None at the end."""
    names = [("asked", f"agent:{agent_id}")]
    if whose == "mine":
        names = [("agent", agent_id), *(("team", team_id) for team_id in list_team_ids(tx, agent_id))]
    limited = reach.inbox_ids is not None
    bound: dict[str, Any] = {
        "me": agent_id,
        "after_at": after.at,
        "after_id": after.id,
        "most": most + 1,
        "reach": reach.inbox_ids or (),
    }
    ranges = [tx.all(store.pages[kind, limited], whose=one, **bound) for kind, one in names]
    rows = {row[2]: row for row in merge(*ranges, key=lambda row: (row[0], row[2]))}
    page = list(islice(rows.values(), most))
    last = Place(page[-1][0], page[-1][2]) if len(rows) > most else None
    return [TaskRow(Task(*row[2:]), row[1]) for row in page], last
