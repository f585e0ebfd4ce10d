"""What nobody may do to a complaint: leave it to nobody, call it done before its remedy is approved, or let just anybody approve it."""

from msgspec.structs import replace

from lyhord.kit.database import ReadTx
from lyhord.kit.problems import Invalid
from lyhord.tickets.complaints.approvers import may_have
from lyhord.tickets.complaints.model import COST, minor_units, needs_approval
from lyhord.tickets.complaints.reading import read_complaints, read_people, read_settings
from lyhord.tickets.kinds.model import COMPLAINT
from lyhord.tickets.model import Ticket
from lyhord.tickets.tasks.model import Task
from lyhord.workspaces.model import agent_named

OWNED = "problem.complaint_owner"
UNAPPROVED = "problem.remedy_unapproved"
APPROVER = "problem.remedy_approver"


def keep_owned(tx: ReadTx, before: Ticket, after: Ticket) -> Ticket:
    """A complaint that was handed to a team becomes one of its members'; whoever has it keeps it where none of them could act."""
    team_id = after.owner_team_id
    if after.kind != COMPLAINT or after.owner_agent_id is not None or before.owner_agent_id is None:
        return after
    if team_id is None or team_id == before.owner_team_id:
        return after
    people = read_people(tx)
    able = [one for one in people.teams.get(team_id, ()) if people.can(one, after.inbox_id)]
    able.sort(key=lambda one: (one not in people.present, people.loads.get(one, 0), one))
    return replace(after, owner_agent_id=able[0] if able else before.owner_agent_id)


def refusal(tx: ReadTx, before: Ticket, after: Ticket) -> Invalid | None:
    """Why a complaint can't be changed so, if it can't."""
    if after.kind != COMPLAINT:
        return None
    if before.owner_agent_id is not None and after.owner_agent_id is None:
        return Invalid(
            "A complaint always has an owner: say who has it now.", key=OWNED, fields={"owner_agent_id": OWNED}
        )
    if after.status != "resolved" or before.status == "resolved" or COST not in after.attributes:
        return None
    settings = read_settings(tx)
    kept = read_complaints(tx, [after.id]).get(after.id)
    cost = minor_units(after.attributes[COST], settings.currency)
    if not needs_approval(cost, kept.approved if kept else 0, settings):
        return None
    return Invalid(
        "The remedy costs more than may be given without approval. Wait for it, or lower the cost.",
        key=UNAPPROVED,
        fields={f"attributes.{COST}": UNAPPROVED},
    )


def check_approver(tx: ReadTx, task: Task, agent_id: str | None, team_id: str | None) -> None:
    """Raise `Invalid` where a task asks for the yes to a remedy, and it would be said by an agent, or a team, that may not say it."""
    if task.asks != "approve":
        return
    kept = read_complaints(tx, [task.ticket_id]).get(task.ticket_id)
    if kept is None or kept.task_id != task.id:
        return
    but = kept.cost_by, agent_named(task.asked_by)
    if not may_have(agent_id, team_id, read_settings(tx), read_people(tx), but):
        raise Invalid(
            "Only who approves remedies may be asked for this, and never who wrote the cost.",
            key=APPROVER,
            fields={"owner_agent_id" if agent_id else "owner_team_id": APPROVER},
        )
