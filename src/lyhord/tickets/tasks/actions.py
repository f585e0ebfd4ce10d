"""Asking colleagues to do or to approve something, and what they make of it."""

from typing import TypeVar

from msgspec import Struct, structs

from lyhord.kit.database import ReadTx, Tx
from lyhord.kit.problems import Invalid, NotFound, Taken
from lyhord.kit.text import clean
from lyhord.tickets.complaints.guard import check_approver
from lyhord.tickets.model import Ticket
from lyhord.tickets.owners import check_agent, check_team, check_worker
from lyhord.tickets.tasks import store
from lyhord.tickets.tasks.events import TaskAsked, TaskChanged, TaskDue
from lyhord.tickets.tasks.model import (
    FARTHEST,
    MOST_TASKS,
    TEXT_LIMIT,
    Asks,
    Task,
    TaskChange,
    answered,
    changed,
    stands_at,
)
from lyhord.workspaces.model import agent_named
from lyhord.workspaces.views import list_team_ids

E = TypeVar("E", TaskAsked, TaskDue)


class Wish(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to ask, and of whom: an agent, a team, or both. `due_at` is Unix milliseconds."""

    asks: Asks = "do"
    text: str
    owner_agent_id: str | None = None
    owner_team_id: str | None = None
    due_at: int | None = None


def ask(tx: Tx, ticket: Ticket, wish: Wish, *, rule: str = "") -> Task:
    """Ask for something, where a `rule` does under its name.

    Raises `Invalid` for nothing said, nobody asked, or a date that makes no sense, and past `MOST_TASKS`.
    """
    if (tx.value(store.count_open, of=ticket.conversation_id) or 0) >= MOST_TASKS:
        raise Invalid("Settle some of the open tasks first.", fields={"text": "problem.too_many_tasks"})
    asked = Task(
        tx.new_id(),
        ticket.id,
        ticket.conversation_id,
        wish.asks,
        _words(wish.text),
        wish.owner_agent_id,
        wish.owner_team_id,
        wish.due_at,
        tx.actor,
        tx.now,
        "open",
        "",
        None,
        None,
        rule,
    )
    _check_owner(tx, asked)
    _check_date(tx, asked)
    row = {**structs.asdict(asked), "stands_at": stands_at(asked), "reminded_at": None}
    tx.run_many(store.insert_task, [row])
    tx.emit(_told(TaskAsked, asked))
    return asked


def change_task(tx: Tx, task_id: str, change: TaskChange) -> Task:
    """Change its words, date or owner, call it done, withdraw it or open it again. Raises `NotFound`, `Invalid`."""
    before = get_task(tx, task_id)
    after = changed(before, change, tx.actor, tx.now)
    if after == before:
        return before
    after = structs.replace(after, text=_words(after.text))
    if _owner(after) != _owner(before):
        _check_owner(tx, after)
        check_approver(tx, before, *_owner(after))
    if after.due_at != before.due_at:
        _check_date(tx, after)
    _write(tx, before, after)
    return after


def answer_task(tx: Tx, task_id: str, agent_id: str | None, yes: bool, words: str = "") -> Task:
    """Approve or refuse. Raises `Taken` for whoever it wasn't asked of, `Invalid` for a no without a reason, and for the yes to a remedy by
    somebody who may not say it.
    """
    before = get_task(tx, task_id)
    said = clean(words, TEXT_LIMIT).strip()
    teams = list_team_ids(tx, agent_id) if agent_id else []
    if agent_id is None or (agent_id != before.owner_agent_id and before.owner_team_id not in teams):
        raise Taken("This wasn't asked of you.", key="problem.task_of_others")
    if not yes and not said:
        raise Invalid("Say why not.", fields={"words": "field.missing"})
    after = answered(before, yes, said, tx.actor, tx.now)
    if yes:
        check_approver(tx, before, agent_id, None)
    _write(tx, before, after)
    return after


def get_task(tx: ReadTx, task_id: str) -> Task:
    """The task; raises `NotFound`."""
    row = tx.one(store.by_id, id=task_id)
    if row is None:
        raise NotFound("There is no such task.")
    return Task(*row)


def remind_of_tasks(tx: Tx) -> int:
    """Tell of the tasks of a workspace whose time has come, once each, at most `store.MOST_REMINDED` of them; how many."""
    due = [Task(*row) for row in tx.all(store.to_remind, now=tx.now)]
    if due:
        tx.run(store.mark_reminded, ids=[one.id for one in due], at=tx.now)
    for one in due:
        tx.emit(_told(TaskDue, one))
    return len(due)


def _write(tx: Tx, before: Task, after: Task) -> None:
    moved = after.due_at != before.due_at
    reminded = None if moved or after.due_at is None or after.due_at > tx.now else tx.now
    tx.run(
        store.change_task,
        key=after.id,
        stands_at=stands_at(after),
        reminded_at=reminded,
        **{name: getattr(after, name) for name in store.CHANGING},
    )
    if _owner(after) != _owner(before):
        tx.emit(_told(TaskAsked, after))
    if structs.replace(after, owner_agent_id=None, owner_team_id=None) != structs.replace(
        before, owner_agent_id=None, owner_team_id=None
    ):
        tx.emit(
            TaskChanged(
                conversation_id=after.conversation_id,
                ticket_id=after.ticket_id,
                task_id=after.id,
                ended=after.state if after.state not in ("open", before.state) else "",
                agent_id=agent_named(after.asked_by),
            )
        )


def _told(kind: type[E], task: Task) -> E:
    return kind(
        conversation_id=task.conversation_id,
        ticket_id=task.ticket_id,
        task_id=task.id,
        agent_id=task.owner_agent_id,
        team_id=task.owner_team_id,
    )


def _owner(task: Task) -> tuple[str | None, str | None]:
    return task.owner_agent_id, task.owner_team_id


def _words(text: str) -> str:
    text = clean(text, TEXT_LIMIT).strip()
    if not text:
        raise Invalid("Write what is asked.", fields={"text": "field.missing"})
    return text


def _check_owner(tx: Tx, task: Task) -> None:
    if task.owner_agent_id is None and task.owner_team_id is None:
        raise Invalid("Say whom it is asked of.", fields={"owner_agent_id": "field.missing"})
    check = check_worker if task.asks == "do" else check_agent  # a yes may be that of a director, who works on none
    check(tx, task.owner_agent_id or None)
    check_team(tx, task.owner_team_id or None)


def _check_date(tx: Tx, task: Task) -> None:
    if task.due_at is not None and not tx.now < task.due_at <= tx.now + FARTHEST:
        raise Invalid("Choose a moment in the next three years.", fields={"due_at": "problem.moment"})
