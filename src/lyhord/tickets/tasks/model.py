"""A task, and the rules of what becomes of it."""

from typing import Literal

from msgspec import UNSET, Struct, UnsetType, structs

from lyhord.kit.clock import DAY
from lyhord.kit.problems import Invalid, Taken
from lyhord.tickets.model import FAR

TEXT_LIMIT = 1_000
MOST_TASKS = 100
"""Open ones of one conversation."""

FARTHEST = 3 * 365 * DAY

Asks = Literal["do", "approve"]
State = Literal["open", "done", "withdrawn", "approved", "refused"]


class Task(Struct, frozen=True):
    """What `asked_by` (an actor such as `agent:<id>`) asks an agent or a team for a ticket. In the order of `store.task_columns`.

    It `asks` to do something, which ends as done, or to approve something, which ends as approved or refused, with `answer` for the
    reason; either is withdrawn by those who work on the ticket. `due_at` is Unix milliseconds. `rule`: the rule asked that had this name
    then; "" where none did.
    """

    id: str
    ticket_id: str
    conversation_id: str
    asks: Asks
    text: str
    owner_agent_id: str | None
    owner_team_id: str | None
    due_at: int | None
    asked_by: str
    asked_at: int
    state: State
    answer: str
    ended_by: str | None
    ended_at: int | None
    rule: str = ""


class TaskChange(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to change of a task; what is left out stays. `state`: done, withdrawn, or open again."""

    text: str | UnsetType = UNSET
    owner_agent_id: str | UnsetType | None = UNSET
    owner_team_id: str | UnsetType | None = UNSET
    due_at: int | UnsetType | None = UNSET
    state: Literal["open", "done", "withdrawn"] | UnsetType = UNSET


def changed(task: Task, change: TaskChange, actor: str, now: int) -> Task:
    """The task after the change. Raises `Invalid` where one that asks for an approval is called done."""
    if change.state == "done" and task.asks == "approve":
        raise Invalid("This asks for a yes or a no.", fields={"state": "problem.task_asks"})
    given = {name: value for name in structs.asdict(change) if (value := getattr(change, name)) is not UNSET}
    after = structs.replace(task, **given)
    if after.state == task.state:
        return after
    return ended(after, after.state, "" if after.state == "open" else task.answer, actor, now)


def answered(task: Task, yes: bool, words: str, actor: str, now: int) -> Task:
    """The task after its owner said yes or no. Raises `Taken` where nothing is asked, any more, or of whoever asked it themselves."""
    if task.asks != "approve" or task.state != "open":
        raise Taken("Nobody asks for an approval here any more.", key="problem.task_settled")
    if actor == task.asked_by:
        raise Taken("Somebody else has to approve this.", key="problem.task_own")
    return ended(task, "approved" if yes else "refused", words, actor, now)


def ended(task: Task, state: State, answer: str, actor: str, now: int) -> Task:
    """The task in another state, by whom and when."""
    over = state != "open"
    return structs.replace(
        task, state=state, answer=answer, ended_by=actor if over else None, ended_at=now if over else None
    )


def stands_at(task: Task) -> int:
    """The place of a task in its list, ascending: what is due first, then what has no date by when it was asked."""
    return task.due_at if task.due_at is not None else FAR + task.asked_at // 1_000
