"""Being away: colleagues see until when and why, and at that moment the agent is back by itself."""

from msgspec import structs

from lyhord.kit.clock import DAY
from lyhord.kit.database import Tx
from lyhord.kit.problems import Invalid
from lyhord.kit.text import clean_name
from lyhord.workspaces.actions.agents import StoredAgent, get_agent, store_agent
from lyhord.workspaces.events import AgentChanged
from lyhord.workspaces.store import list_returning

LONGEST = 400 * DAY
MOST_NOTE = 200


def set_away(tx: Tx, agent_id: str, until: int | None, note: str) -> StoredAgent:
    """Be away until a moment (Unix milliseconds), with a note for colleagues; None: be back. Tickets keep their owner."""
    if until is not None and not tx.now < until <= tx.now + LONGEST:
        raise Invalid("Choose a moment in the next year.", fields={"until": "field.moment"})
    before = get_agent(tx, agent_id)
    shown = clean_name(note, MOST_NOTE) if until is not None else ""
    after = structs.replace(before, away_until=until, away_note=shown or None)
    if after != before:
        store_agent(tx, after)
        tx.emit(AgentChanged(agent_id=agent_id))
    return after


def return_agents(tx: Tx) -> int:
    """Let those be back whose time away is over; how many."""
    due = [row[0] for row in tx.all(list_returning, now=tx.now)]
    for agent_id in due:
        set_away(tx, agent_id, None, "")
    return len(due)
