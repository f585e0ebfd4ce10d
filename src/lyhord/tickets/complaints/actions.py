"""What people do with complaints as such: say how the workspace treats them, and raise one."""

from typing import Any

import msgspec

from lyhord.kit.database import Tx
from lyhord.kit.problems import Invalid, NotFound
from lyhord.tickets.actions import get_ticket
from lyhord.tickets.complaints import store
from lyhord.tickets.complaints.events import ComplaintsChanged
from lyhord.tickets.complaints.keeping import Keeping
from lyhord.tickets.complaints.model import ComplaintSettings, checked
from lyhord.tickets.complaints.reading import read_complaints, read_settings
from lyhord.tickets.kinds.model import COMPLAINT
from lyhord.tickets.owners import check_agent, check_team, check_worker
from lyhord.workspaces.actions.audit import record
from lyhord.workspaces.schedules.store import find_schedule


def change_settings(tx: Tx, settings: ComplaintSettings) -> ComplaintSettings:
    """Replace the whole of it; as it is then. Open complaints are reckoned anew. Raises `Invalid` for whoever isn't here any more."""
    before, after = read_settings(tx), checked(settings)
    for one in after.ladder:
        check_worker(tx, one.agent_id, "ladder")
        check_team(tx, one.team_id, "ladder")
    check_agent(tx, after.approver_agent_id, "approver_agent_id")
    check_team(tx, after.approver_team_id, "approver_team_id")
    if after.schedule_id is not None and tx.one(find_schedule, id=after.schedule_id) is None:
        raise Invalid("That schedule is not here any more.", fields={"schedule_id": "field.unknown_id"})
    if after == before:
        return after
    tx.run(store.write_settings, body=msgspec.json.encode(after).decode())
    record(tx, "complaints.changed", "complaints", **_changes(before, after))
    tx.emit(ComplaintsChanged())
    return after


def raise_complaint(tx: Tx, ticket_id: str) -> None:
    """Hand it one step up the ladder now. Raises `NotFound` for no open complaint, `Taken` at the top."""
    ticket, before = get_ticket(tx, ticket_id), read_complaints(tx, [ticket_id]).get(ticket_id)
    if before is None or ticket.kind != COMPLAINT or ticket.status == "resolved":
        raise NotFound("This ticket is no open complaint.")
    Keeping(tx).raise_up(ticket, before)


def _changes(before: ComplaintSettings, after: ComplaintSettings) -> dict[str, Any]:
    old, new = msgspec.to_builtins(before), msgspec.to_builtins(after)
    return {name: [old[name], new[name]] for name in new if old[name] != new[name]}
