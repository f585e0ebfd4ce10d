"""Approval of remedies that cost more than may be given without: a task that asks for a yes or a no."""

from msgspec.structs import replace

from lyhord.kit.database import Tx
from lyhord.kit.problems import Invalid, NotFound
from lyhord.kit.words import say
from lyhord.tickets.complaints.approvers import approvers, may_have
from lyhord.tickets.complaints.choosing import People
from lyhord.tickets.complaints.model import REMEDY, Complaint, ComplaintSettings, needs_approval, places_of
from lyhord.tickets.model import Ticket
from lyhord.tickets.tasks.actions import Wish, ask, change_task, get_task
from lyhord.tickets.tasks.model import TEXT_LIMIT, Task, TaskChange
from lyhord.workspaces.model import agent_named
from lyhord.workspaces.views import settings_of


def ask_for_approval(tx: Tx, ticket: Ticket, one: Complaint, settings: ComplaintSettings, people: People) -> Complaint:
    """Heed what was answered, and ask for the yes that a remedy needs, once for each cost; what is asked for another one is taken back.

    After a no, or once it was withdrawn, the same cost isn't asked for again by itself; of somebody else it is where whoever was asked
    may not say yes any more.
    """
    task = _find(tx, one.task_id)
    if task is not None and task.state == "approved":
        one = replace(one, approved=max(one.approved, one.asked))
    needed = needs_approval(one.cost, one.approved, settings)
    stands = task is None or task.state != "open" or _may_have(task, one, settings, people)
    if (needed and one.cost == one.asked and stands) or (not needed and one.task_id is None):
        return one
    if task is not None and task.state == "open":
        change_task(tx, task.id, TaskChange(state="withdrawn"))
    wish = _approver(tx, one, settings, people) if needed else None
    if wish is None:
        return replace(one, task_id=None, asked=0)
    try:
        asked = ask(tx, ticket, replace(wish, text=_text(tx, ticket, one, settings)))
    except Invalid:  # too many tasks stand open here: it can't be resolved all the same
        return replace(one, task_id=None, asked=0)
    return replace(one, task_id=asked.id, asked=one.cost)


def _find(tx: Tx, task_id: str | None) -> Task | None:
    try:
        return get_task(tx, task_id) if task_id is not None else None
    except NotFound:
        return None


def _may_have(task: Task, one: Complaint, settings: ComplaintSettings, people: People) -> bool:
    but = one.cost_by, agent_named(task.asked_by)
    return may_have(task.owner_agent_id, task.owner_team_id, settings, people, but)


def _approver(tx: Tx, one: Complaint, settings: ComplaintSettings, people: People) -> Wish | None:
    """Whom to ask, as a wish without words: those of the settings, else an administrator; never who wrote the cost, or is asking."""
    but = one.cost_by, agent_named(tx.actor)
    if settings.approver_agent_id and may_have(settings.approver_agent_id, None, settings, people, but):
        return Wish(asks="approve", text="", owner_agent_id=settings.approver_agent_id)
    if settings.approver_team_id and may_have(None, settings.approver_team_id, settings, people, but):
        return Wish(asks="approve", text="", owner_team_id=settings.approver_team_id)
    others = sorted(
        approvers(settings, people, but), key=lambda one: (one not in people.able, one not in people.present, one)
    )
    return Wish(asks="approve", text="", owner_agent_id=others[0]) if others else None


def _text(tx: Tx, ticket: Ticket, one: Complaint, settings: ComplaintSettings) -> str:
    places = places_of(settings.currency)
    cost = f"{one.cost / 10**places:.{places}f} {settings.currency}"
    remedy = str(ticket.attributes.get(REMEDY, ""))[:500]
    text = say(settings_of(tx).locale, "complaint.approve", cost=cost, remedy=remedy)
    return text.strip()[:TEXT_LIMIT]
