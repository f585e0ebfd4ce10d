"""What happens to tasks. The words stand in the rows."""

from lyhord.kit.events import Event


class TaskAsked(Event, frozen=True, kw_only=True, tag="task.asked"):
    """A colleague or a team is asked to do or to approve something, or another one is now."""

    ticket_id: str
    task_id: str
    agent_id: str | None = None
    team_id: str | None = None


class TaskChanged(Event, frozen=True, kw_only=True, tag="task.changed"):
    """Its words, its date or its state are others. `ended` is the state where it came to its end just now, else "".

    `agent_id` is who asked, where it was an agent.
    """

    ticket_id: str
    task_id: str
    ended: str = ""
    agent_id: str | None = None


class TaskDue(Event, frozen=True, kw_only=True, tag="task.due"):
    """Its time has come, and it is still open."""

    ticket_id: str
    task_id: str
    agent_id: str | None = None
    team_id: str | None = None


EVENTS = (TaskAsked, TaskChanged, TaskDue)
