"""What must be true at once: where a workspace has routes, a ticket is somebody's from its first moment on."""

from collections.abc import Sequence

from msgspec import structs

from lyhord.kit.database import Tx
from lyhord.kit.events import Logged
from lyhord.tickets.actions import write_changes
from lyhord.tickets.events import TicketOpened
from lyhord.tickets.routing.views import default_team, list_active_routes, list_intakes
from lyhord.tickets.views import rows_by_id


def own_at_once(tx: Tx, logged: Sequence[Logged]) -> None:
    """Make a team the owner of each new ticket that has none; without routes nothing is done."""
    routes = list_active_routes(tx)
    if not routes:
        return
    ids = sorted({one.event.ticket_id for one in logged if isinstance(one.event, TicketOpened)})
    before = [one for one in rows_by_id(tx, ids) if one.owner_agent_id is None and one.owner_team_id is None]
    intakes = list_intakes(tx)
    usual = {inbox_id: default_team(tx, routes, intakes, inbox_id) for inbox_id in {one.inbox_id for one in before}}
    write_changes(tx, before, [structs.replace(one, owner_team_id=usual[one.inbox_id]) for one in before])
