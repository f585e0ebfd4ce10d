"""What is known at a moment: how a workspace treats complaints, who could act, and what is kept of each complaint."""

from collections.abc import Collection
from typing import Any

import msgspec

from lyhord.kit.database import ReadTx
from lyhord.tickets.complaints import store
from lyhord.tickets.complaints.choosing import People
from lyhord.tickets.complaints.model import (
    DEFAULTS,
    Complaint,
    ComplaintSettings,
    decode_moves,
    decode_runs,
)
from lyhord.tickets.routing.presence import list_presence
from lyhord.workspaces.hours import Schedule
from lyhord.workspaces.model import ADMINISTRATOR
from lyhord.workspaces.schedules.views import all_schedules
from lyhord.workspaces.views import WORK, list_agents, list_reaches, list_teams

_settings = msgspec.json.Decoder(ComplaintSettings)


def read_settings(tx: ReadTx) -> ComplaintSettings:
    """Those of the workspace, or ours."""
    row = tx.one(store.find_settings)
    return _settings.decode(row[0]) if row else DEFAULTS


def read_schedule(tx: ReadTx, settings: ComplaintSettings) -> Schedule:
    """The hours that count; the workspace's own where the chosen ones are gone."""
    schedules = all_schedules(tx)
    return schedules.get(settings.schedule_id) or schedules[None]


def read_people(tx: ReadTx) -> People:
    """Who works here, who is away, who has the app open, and how many complaints each has."""
    presence, reaches = list_presence(tx), list_reaches(tx)
    here = frozenset(list_reaches(tx, WORK))
    able = {one: reaches[one].inbox_ids for one in here if one not in presence or presence[one].back_at is None}
    return People(
        able=able,
        here=here,
        present=frozenset(one for one in able if one in presence and presence[one].present),
        teams={team.id: tuple(team.agent_ids) for team in list_teams(tx)},
        administrators=tuple(one.id for one in list_agents(tx) if one.role == ADMINISTRATOR),
        loads=dict(tx.all(store.count_open)),
        joined=frozenset(reaches),
    )


def read_complaints(tx: ReadTx, ticket_ids: Collection[str]) -> dict[str, Complaint]:
    """What is kept of these tickets, by id, of those that are or were complaints."""
    rows = tx.all(store.by_ids, ids=sorted(ticket_ids)) if ticket_ids else ()
    return {row[0]: read_complaint(row) for row in rows}


def read_complaint(row: tuple[Any, ...]) -> Complaint:
    """A row of `store.COLUMNS`."""
    values = dict(zip(store.COLUMNS, row, strict=True))
    return Complaint(**{**values, "runs": decode_runs(values["runs"]), "moves": decode_moves(values["moves"])})
