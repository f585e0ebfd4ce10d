"""What happens to complaints. The words stand in the rows."""

from lyhord.kit.events import Event


class ComplaintsChanged(Event, frozen=True, kw_only=True, tag="complaints.changed"):
    """How the workspace treats complaints is otherwise now: the ladder, the promise, the limit."""


class ComplaintMoved(Event, frozen=True, kw_only=True, tag="complaint.moved"):
    """It became somebody's, went one step up, or both; or it is told again at the top. `why` is one of `model.Why`.

    `agent_ids` are those who are told beside the new owner.
    """

    ticket_id: str
    why: str
    step: int
    agent_id: str | None = None
    before: str | None = None
    agent_ids: tuple[str, ...] = ()


class ComplaintChanged(Event, frozen=True, kw_only=True, tag="complaint.changed"):
    """What is kept of it is otherwise: its clock, whether the customer was told, severity, cause, cost, or what was approved."""

    ticket_id: str


EVENTS = (ComplaintsChanged, ComplaintMoved, ComplaintChanged)
