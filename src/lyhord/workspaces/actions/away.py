"""Being away: colleagues see from when, until when and why, and at these moments the agent is away and back by themselves."""

from msgspec import structs

from lyhord.kit.clock import DAY
from lyhord.kit.database import Tx
from lyhord.kit.problems import Invalid
from lyhord.kit.text import clean_name
from lyhord.workspaces.actions.agents import StoredAgent, get_agent, read_agent, store_agent
from lyhord.workspaces.events import AgentChanged
from lyhord.workspaces.store import list_coming_and_going

LONGEST = 400 * DAY
MOST_NOTE = 200


def set_away(tx: Tx, agent_id: str, until: int | None, note: str, begins: int | None = None) -> StoredAgent:
    """Be away until a moment (Unix milliseconds), with a note for colleagues; None: be back. Tickets keep their owner.

    `begins` is a later moment from which on; else it is now.
    """
    if until is not None and not tx.now < until <= tx.now + LONGEST:
        raise Invalid("Choose a moment in the next year.", fields={"until": "field.moment"})
    if until is not None and begins is not None and begins >= until:
        raise Invalid("It ends before it begins.", fields={"until": "field.ends_first"})
    later = begins if until is not None and begins is not None and begins > tx.now else None
    shown = clean_name(note, MOST_NOTE) if until is not None else ""
    before = get_agent(tx, agent_id)
    return _change(tx, before, structs.replace(before, away_until=until, away_from=later, away_note=shown or None))


def come_and_go(tx: Tx) -> int:
    """Let those be away whose time away has begun, and those be back for whom it is over; how many."""
    due = [read_agent(row) for row in tx.all(list_coming_and_going, now=tx.now)]
    for agent in due:
        if agent.away_until is not None and agent.away_until <= tx.now:
            _change(tx, agent, structs.replace(agent, away_until=None, away_from=None, away_note=None))
        else:
            _change(tx, agent, structs.replace(agent, away_from=None))
    return len(due)


def _change(tx: Tx, before: StoredAgent, after: StoredAgent) -> StoredAgent:
    if after != before:
        store_agent(tx, after)
        tx.emit(AgentChanged(agent_id=after.id))
    return after
