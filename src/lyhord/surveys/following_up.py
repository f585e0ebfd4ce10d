"""Whoever is unhappy has somebody who looks after it at once: a task with a date, of whoever the workspace named, else of its ladder."""

import structlog

from lyhord.kit.clock import MINUTE
from lyhord.kit.database import Tx
from lyhord.kit.problems import Problem
from lyhord.kit.text import preview
from lyhord.kit.words import say
from lyhord.surveys.model import SCALES, Asking, SurveyRules
from lyhord.surveys.reading import read_rules
from lyhord.tickets.actions import get_ticket
from lyhord.tickets.complaints.choosing import find_owner
from lyhord.tickets.complaints.reading import read_people
from lyhord.tickets.complaints.reading import read_settings as complaint_settings
from lyhord.tickets.tasks.actions import Wish, ask
from lyhord.workspaces.views import settings_of

_log = structlog.get_logger()


def follow_up(tx: Tx, asking: Asking, score: int, words: str) -> str | None:
    """Give a bad rating an owner; the task's id. None where nobody works here, or their conversation has too many tasks already."""
    rules, ticket = read_rules(tx), get_ticket(tx, asking.ticket_id)
    owner = _owner(tx, rules, asking)
    if owner is None:
        return None
    locale = settings_of(tx).locale
    said = f" “{preview(words, 300)}”" if words else ""
    text = say(locale, f"survey.follow.{asking.kind}", score=score, most=SCALES[asking.kind][1]) + said
    agent_id, team_id = owner
    wish = Wish(
        text=text,
        owner_agent_id=agent_id,
        owner_team_id=team_id,
        due_at=tx.now + rules.follow_minutes * MINUTE,
    )
    try:
        with tx.alone():
            return ask(tx, ticket, wish).id
    except Problem as problem:
        _log.warning("a bad rating has no task", ticket=ticket.id, why=problem.key)
        return None


def _owner(tx: Tx, rules: SurveyRules, asking: Asking) -> tuple[str | None, str | None] | None:
    """An agent, or a team. Whoever was named and isn't there any more gets nothing: then as where nobody was named."""
    people = read_people(tx)
    if rules.follow_agent_id in people.joined or rules.follow_team_id in people.teams:
        agent_id = rules.follow_agent_id if rules.follow_agent_id in people.joined else None
        return agent_id, rules.follow_team_id if rules.follow_team_id in people.teams else None
    ladder = complaint_settings(tx).rungs
    chosen = find_owner(ladder, people, asking.inbox_id, start=0, owner=asking.agent_id)
    return (chosen.agent_id, None) if chosen else None
