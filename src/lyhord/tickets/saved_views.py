"""Saved views: filters with a name, for oneself, a team or everybody."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType, structs

from lyhord.kit.database import ReadTx, Tx
from lyhord.kit.problems import Forbidden, Invalid, NotFound
from lyhord.kit.text import clean_name
from lyhord.tickets import store
from lyhord.tickets.events import SavedViewChanged
from lyhord.tickets.filters import Filter, check_filter

MOST_VIEWS = 1_000
"""Saved views of a workspace."""
Name = Annotated[str, Meta(min_length=1, max_length=80)]
Audience = Literal["me", "team", "everyone"]


class SavedView(Struct, frozen=True):
    """A filter with a name. `agent_id` is whose it is; `team_id` the team that shares it when the audience is team."""

    id: str
    agent_id: str
    name: str
    filter: Filter
    audience: Audience
    team_id: str | None


class NewView(Struct, frozen=True, forbid_unknown_fields=True):
    """A saved view to make."""

    name: Name
    filter: Filter
    audience: Audience = "me"
    team_id: str | None = None


class ViewChange(Struct, frozen=True, forbid_unknown_fields=True):
    """What to change of a saved view; what is left out stays."""

    name: Name | UnsetType = UNSET
    filter: Filter | UnsetType = UNSET
    audience: Audience | UnsetType = UNSET
    team_id: str | UnsetType | None = UNSET


def list_saved_views(tx: ReadTx, agent_id: str | None, team_ids: Sequence[str]) -> list[SavedView]:
    """Those that somebody may use: their own, their teams' and everybody's, the oldest first."""
    return [_read(row) for row in tx.all(store.list_saved_views, viewer=agent_id, teams=list(team_ids))]


def find_saved_view(tx: ReadTx, agent_id: str | None, team_ids: Sequence[str], view_id: str) -> SavedView | None:
    """One that somebody may use, or None."""
    row = tx.one(store.find_saved_view, viewer=agent_id, teams=list(team_ids), id=view_id)
    return _read(row) if row else None


def create_saved_view(tx: Tx, agent_id: str, new: NewView) -> SavedView:
    """Make one; raises `Invalid` for a filter or a team that can't be."""
    if tx.value(store.count_saved_views) >= MOST_VIEWS:
        raise Invalid("There are too many saved views. Remove some that nobody uses.", key="problem.too_many_views")
    return _keep(tx, SavedView(tx.new_id(), agent_id, new.name, new.filter, new.audience, new.team_id))


def change_saved_view(
    tx: Tx, agent_id: str, team_ids: Sequence[str], view_id: str, change: ViewChange, *, lead: bool
) -> SavedView:
    """Change one's own; with `lead` also what others share."""
    before = _get_own(tx, agent_id, team_ids, view_id, lead=lead)
    given = {name: value for name, value in structs.asdict(change).items() if value is not UNSET}
    return _keep(tx, structs.replace(before, **given))


def remove_saved_view(tx: Tx, agent_id: str, team_ids: Sequence[str], view_id: str, *, lead: bool) -> None:
    """Remove one's own; with `lead` also what others share. Its tickets stay as they are."""
    _get_own(tx, agent_id, team_ids, view_id, lead=lead)
    tx.run(store.drop_saved_view, id=view_id)
    tx.emit(SavedViewChanged(view_id=view_id))


def _get_own(tx: Tx, agent_id: str, team_ids: Sequence[str], view_id: str, *, lead: bool) -> SavedView:
    view = find_saved_view(tx, agent_id, team_ids, view_id)
    if view is None:
        raise NotFound("There is no such saved view.")
    if view.agent_id != agent_id and not lead:
        raise Forbidden("Only whoever made this view, or an administrator, changes it.", key="problem.others_view")
    return view


def _keep(tx: Tx, view: SavedView) -> SavedView:
    check_filter(view.filter)
    team_id = view.team_id if view.audience == "team" else None
    if view.audience == "team" and (team_id is None or tx.one(store.find_team, id=team_id) is None):
        raise Invalid("That team is not here any more.", fields={"team_id": "problem.no_such_team"})
    name = clean_name(view.name)
    if not name:
        raise Invalid("A view needs a name.", fields={"name": "field.missing"})
    kept = structs.replace(view, name=name, team_id=team_id)
    values = {**structs.asdict(kept), "filter": msgspec.json.encode(kept.filter).decode()}
    tx.run(store.write_saved_view, created_at=tx.now, **values)
    tx.emit(SavedViewChanged(view_id=view.id))
    return kept


def _read(row: tuple[Any, ...]) -> SavedView:
    view_id, agent_id, name, kept, audience, team_id = row
    return SavedView(view_id, agent_id, name, msgspec.json.decode(kept, type=Filter), audience, team_id)
