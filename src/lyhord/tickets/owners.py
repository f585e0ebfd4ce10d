"""Whether whoever is named as an owner is here, and can be one."""

from lyhord.kit.database import ReadTx
from lyhord.kit.problems import Invalid
from lyhord.tickets import store
from lyhord.workspaces.views import WORK, powers_of_agent


def check_agent(tx: ReadTx, agent_id: str | None, field: str = "owner_agent_id") -> None:
    """Raise `Invalid`, naming `field`, for an agent who isn't there any more; None is nobody, and fine."""
    if agent_id is not None and tx.one(store.find_agent, id=agent_id) is None:
        raise Invalid("That agent is not here any more.", fields={field: "problem.no_such_agent"})


def check_worker(tx: ReadTx, agent_id: str | None, field: str = "owner_agent_id") -> None:
    """The same, and for one whose role doesn't work on tickets."""
    check_agent(tx, agent_id, field)
    if agent_id is not None and WORK not in powers_of_agent(tx, agent_id):
        raise Invalid("That agent doesn't work on tickets.", fields={field: "problem.no_worker"})


def check_team(tx: ReadTx, team_id: str | None, field: str = "owner_team_id") -> None:
    """As `check_agent`, of a team."""
    if team_id is not None and tx.one(store.find_team, id=team_id) is None:
        raise Invalid("That team is not here any more.", fields={field: "problem.no_such_team"})
