"""Making teams, and which agents and inboxes belong to them."""

from collections.abc import Iterable, Sequence

from msgspec import UNSET, UnsetType

from lyhord.kit.database import Statement, Tx
from lyhord.kit.ids import new_id
from lyhord.kit.problems import Invalid, NotFound
from lyhord.workspaces.actions.audit import record
from lyhord.workspaces.events import TeamChanged
from lyhord.workspaces.model import check_name
from lyhord.workspaces.schedules.store import find_schedule
from lyhord.workspaces.store import (
    delete_team_agents,
    delete_team_inboxes,
    find_team,
    insert_team,
    insert_team_agents,
    insert_team_inboxes,
    list_known_agents,
    list_known_inboxes,
    update_team,
)


def create_team(
    tx: Tx,
    name: str,
    agent_ids: Sequence[str],
    inbox_ids: Sequence[str],
    owner_answers: bool | None = None,
    schedule_id: str | None = None,
) -> str:
    """A team with these members and inboxes; its id. The rest as in `Team`. Raises `Invalid` for ids that aren't there."""
    team_id = new_id()
    shown = check_name(name)
    tx.run(
        insert_team,
        id=team_id,
        name=shown,
        owner_answers=_stored(owner_answers),
        schedule_id=_known_schedule(tx, schedule_id),
        created_at=tx.now,
        removed_at=None,
        demo=0,
    )
    _set_agents(tx, team_id, agent_ids)
    _set_inboxes(tx, team_id, inbox_ids)
    given: dict[str, object] = {"agent_ids": agent_ids, "inbox_ids": inbox_ids, "owner_answers": owner_answers}
    given["schedule_id"] = schedule_id
    record(tx, "team.created", f"team:{team_id}", name=shown, **given)
    tx.emit(TeamChanged(team_id=team_id))
    return team_id


def change_team(
    tx: Tx,
    team_id: str,
    name: str | None,
    agent_ids: Sequence[str] | None,
    inbox_ids: Sequence[str] | None,
    owner_answers: bool | UnsetType | None = UNSET,
    schedule_id: str | UnsetType | None = UNSET,
) -> None:
    """Rename a team, replace its members, its inboxes, its rule, its hours; None stays, and so does a rule or schedule that is left out."""
    old_name, old_rule, old_schedule = _get(tx, team_id)
    shown = old_name if name is None else check_name(name)
    rule = old_rule if owner_answers is UNSET else _stored(owner_answers)
    hours = old_schedule if schedule_id is UNSET else _known_schedule(tx, schedule_id)
    tx.run(update_team, this=team_id, name=shown, owner_answers=rule, schedule_id=hours, removed_at=None)
    if agent_ids is not None:
        tx.run(delete_team_agents, this=team_id)
        _set_agents(tx, team_id, agent_ids)
    if inbox_ids is not None:
        tx.run(delete_team_inboxes, this=team_id)
        _set_inboxes(tx, team_id, inbox_ids)
    given = {"name": name and shown, "agent_ids": agent_ids, "inbox_ids": inbox_ids}
    told: dict[str, object] = {key: value for key, value in given.items() if value is not None}
    if owner_answers is not UNSET:
        told["owner_answers"] = owner_answers
    if schedule_id is not UNSET:
        told["schedule_id"] = schedule_id
    record(tx, "team.changed", f"team:{team_id}", **told)
    tx.emit(TeamChanged(team_id=team_id))


def remove_team(tx: Tx, team_id: str) -> None:
    """Remove a team; its row stays for the tickets that it owned."""
    name, rule, schedule_id = _get(tx, team_id)
    tx.run(update_team, this=team_id, name=name, owner_answers=rule, schedule_id=schedule_id, removed_at=tx.now)
    tx.run(delete_team_agents, this=team_id)
    tx.run(delete_team_inboxes, this=team_id)
    record(tx, "team.removed", f"team:{team_id}", name=name)
    tx.emit(TeamChanged(team_id=team_id))


def _stored(rule: bool | None) -> int | None:
    return None if rule is None else int(rule)


def _known_schedule(tx: Tx, schedule_id: str | None) -> str | None:
    if schedule_id is not None and tx.one(find_schedule, id=schedule_id) is None:
        raise Invalid("That schedule is not here any more.", fields={"schedule_id": "field.unknown_id"})
    return schedule_id


def _get(tx: Tx, team_id: str) -> tuple[str, int | None, str | None]:
    row = tx.one(find_team, id=team_id)
    if row is None:
        raise NotFound("There is no such team.")
    return str(row[1]), row[2], row[3]


def _set_agents(tx: Tx, team_id: str, agent_ids: Sequence[str]) -> None:
    known = _check_known(tx, list_known_agents, agent_ids, "agent_ids")
    tx.run_many(insert_team_agents, [{"team_id": team_id, "agent_id": agent_id} for agent_id in known])


def _set_inboxes(tx: Tx, team_id: str, inbox_ids: Sequence[str]) -> None:
    known = _check_known(tx, list_known_inboxes, inbox_ids, "inbox_ids")
    tx.run_many(insert_team_inboxes, [{"team_id": team_id, "inbox_id": inbox_id} for inbox_id in known])


def _check_known(tx: Tx, statement: Statement, ids: Iterable[str], field: str) -> list[str]:
    wanted = list(dict.fromkeys(ids))
    known = {row[0] for row in tx.all(statement, ids=wanted)}
    if known != set(wanted):
        raise Invalid("Some of these aren't there.", fields={field: "field.unknown_id"})
    return wanted
