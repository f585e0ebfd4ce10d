"""Whom a ticket could be handed to: what each has, and who had this customer before."""

from msgspec import Struct

from lyhord.conversations.timeline import timeline_ids
from lyhord.conversations.views import get_visible
from lyhord.kit.database import ReadTx
from lyhord.tickets.views import count_list, tickets_of
from lyhord.workspaces.reach import Reach
from lyhord.workspaces.views import list_agents, list_teams


class Candidate(Struct, frozen=True):
    """An agent (`agent:<id>`) or team (`team:<id>`): how many open tickets they have, up to 1,000, and when they had a ticket of this
    customer last (Unix milliseconds, by its last words); None for never.
    """

    who: str
    open: int
    had_at: int | None


def list_candidates(tx: ReadTx, reach: Reach, conversation_id: str | None) -> list[Candidate]:
    """Everybody who works on tickets and every team; who had the customer of the conversation last first, then who has least."""
    agents = [f"agent:{one.id}" for one in list_agents(tx) if one.works]
    teams = [f"team:{one.id}" for one in list_teams(tx)]
    had = _had(tx, reach, conversation_id) if conversation_id else {}
    found = [Candidate(who, count_list(tx, reach, None, who).count, had.get(who)) for who in (*agents, *teams)]
    return sorted(found, key=lambda one: (-(one.had_at or 0), one.open))


def _had(tx: ReadTx, reach: Reach, conversation_id: str) -> dict[str, int]:
    """When each owner of a ticket of the timeline had one last."""
    conversation = get_visible(tx, reach, conversation_id)
    had: dict[str, int] = {}
    for ticket in tickets_of(tx, timeline_ids(tx, conversation), reach):
        for kind, owner_id in (("agent", ticket.owner_agent_id), ("team", ticket.owner_team_id)):
            if owner_id is not None:
                who = f"{kind}:{owner_id}"
                had[who] = max(had.get(who, 0), ticket.last_activity_at)
    return had
