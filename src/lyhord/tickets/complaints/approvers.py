"""Who may say yes to a remedy that costs more than may be given without. Pure."""

from collections.abc import Collection

from lyhord.tickets.complaints.choosing import People
from lyhord.tickets.complaints.model import ComplaintSettings


def approvers(settings: ComplaintSettings, people: People, but: Collection[str | None]) -> frozenset[str]:
    """Whom the settings name, also as members of a team, and the administrators, as far as they work here; never one of `but`.

    Those are who wrote the cost, and who asks.
    """
    team = people.teams.get(settings.approver_team_id or "", ())
    return people.joined.intersection((settings.approver_agent_id, *team, *people.administrators)).difference(but)


def may_have(
    agent_id: str | None, team_id: str | None, settings: ComplaintSettings, people: People, but: Collection[str | None]
) -> bool:
    """Whether the yes may be asked of an agent, of a team, or of both: of a team only of the one that the settings name."""
    able = approvers(settings, people, but)
    if team_id is not None and (team_id != settings.approver_team_id or able.isdisjoint(people.teams.get(team_id, ()))):
        return False
    return agent_id in able if agent_id is not None else team_id is not None
