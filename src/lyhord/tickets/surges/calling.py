"""The queue of a surge, and the people called in to it. All by the means of routing: a team, a route before the others, more room."""

from collections.abc import Iterable, Sequence

from msgspec import structs

from lyhord.kit.database import Tx
from lyhord.kit.problems import Invalid, NotFound, Taken
from lyhord.tickets.actions import write_changes
from lyhord.tickets.filters import Filter, OneOf
from lyhord.tickets.owners import check_worker
from lyhord.tickets.routing.actions import change_route, create_route, order_routes, remove_route, set_working
from lyhord.tickets.routing.model import RouteWords, Working
from lyhord.tickets.routing.views import list_routes, list_working
from lyhord.tickets.surges import store
from lyhord.tickets.surges.events import SurgeCalled
from lyhord.tickets.surges.model import Call, Surge
from lyhord.tickets.surges.reading import calls_of
from lyhord.tickets.views import rows_by_id
from lyhord.workspaces.actions.teams import change_team, create_team, remove_team
from lyhord.workspaces.model import Team
from lyhord.workspaces.store import list_known_agents
from lyhord.workspaces.views import list_agents, list_teams

HANDED_BACK = 200
"""Tickets that one transaction hands back."""


def open_queue(tx: Tx, surge: Surge) -> Surge:
    """The surge with a queue of its own, if it names a team; one that has its queue keeps it, for that team. Raises `Invalid`."""
    if surge.team_id is None:
        return close_queue(tx, surge)
    usual = _find_team(tx, surge.team_id)
    if usual is None:
        raise Invalid("That team is not here any more.", fields={"team_id": "field.unknown_id"})
    own_id = surge.own_team_id
    if own_id is None or _find_team(tx, own_id) is None:
        own_id = create_team(tx, surge.name, [], usual.inbox_ids)
        come = [one.agent_id for one in calls_of(tx, surge.id) if one.state == "accepted"]
        change_team(tx, own_id, None, come, None)
    route = _route(surge, own_id)
    others = [one.id for one in list_routes(tx)]
    if surge.route_id in others:
        change_route(tx, surge.route_id, route)
        return structs.replace(surge, own_team_id=own_id)
    route_id = create_route(tx, route)
    order_routes(tx, (route_id, *others))
    return structs.replace(surge, own_team_id=own_id, route_id=route_id)


def close_queue(tx: Tx, surge: Surge) -> Surge:
    """The surge without its queue; what somebody removed already is gone. `hand_back` gives its tickets to other queues."""
    if surge.route_id in [one.id for one in list_routes(tx)]:
        remove_route(tx, surge.route_id or "")
    if surge.own_team_id and _find_team(tx, surge.own_team_id):
        remove_team(tx, surge.own_team_id)
    return structs.replace(surge, own_team_id=None, route_id=None)


def hand_back(tx: Tx, team_id: str) -> int:
    """Take the next unresolved tickets from the team of those called in and its members; how many. Routing gives them to others."""
    ids = [
        row[0]
        for shelf in ("active", "snoozed")
        for row in tx.all(store.held_by_team, team=team_id, shelf=shelf, most=HANDED_BACK)
    ]
    before = rows_by_id(tx, ids[:HANDED_BACK])
    write_changes(tx, before, [structs.replace(one, owner_agent_id=None, owner_team_id=None) for one in before])
    return len(before)


def call_in(tx: Tx, surge: Surge, agent_ids: Iterable[str], team_ids: Iterable[str]) -> list[str]:
    """Ask agents, and those of teams, to come; who is asked now. Who comes already isn't asked again.

    Raises `Invalid` for somebody who isn't there or doesn't work on tickets, and `Taken` where the surge has no queue. Of a team those are
    asked who do.
    """
    if surge.own_team_id is None:
        raise Taken("Choose the team whose queue it is first.", key="problem.surge_no_queue")
    teams = {team.id: team.agent_ids for team in list_teams(tx)}
    named = set(agent_ids)
    for one in sorted(named):
        check_worker(tx, one, "agent_ids")
    able = {one.id for one in list_agents(tx) if one.works}
    wanted = named.union(agent for one in team_ids for agent in teams.get(one, ()) if agent in able)
    come = {one.agent_id for one in calls_of(tx, surge.id) if one.state == "accepted"}
    asked = sorted(wanted - come)
    for agent_id in asked:
        _write(tx, surge.id, Call(agent_id=agent_id, state="called", at=tx.now))
    if asked:
        tx.emit(SurgeCalled(surge_id=surge.id, agent_ids=tuple(asked), asked=1))
    return asked


def answer_call(tx: Tx, surge: Surge, agent_id: str, *, comes: bool) -> None:
    """An agent comes, or doesn't, or goes again. Raises `NotFound` for whoever wasn't called."""
    before = next((one for one in calls_of(tx, surge.id) if one.agent_id == agent_id), None)
    if before is None:
        raise NotFound("You weren't called in.")
    if before.state == ("accepted" if comes else "declined"):
        return
    after = structs.replace(before, state="accepted" if comes else "declined", at=tx.now)
    if comes:
        after = _raise_capacity(tx, surge, after)
    else:
        _lower_capacity(tx, before)
        after = structs.replace(after, capacity_before=None, capacity_given=None)
    _write(tx, surge.id, after)
    _set_crew(tx, surge)
    tx.emit(SurgeCalled(surge_id=surge.id, agent_ids=(agent_id,)))


def send_home(tx: Tx, surge: Surge) -> None:
    """Everybody who came takes as much as before."""
    for one in calls_of(tx, surge.id):
        _lower_capacity(tx, one)


def _route(surge: Surge, own_id: str) -> RouteWords:
    return RouteWords(
        name=surge.name,
        team_id=own_id,
        filter=Filter((OneOf("tag", (surge.tag,)),)),
        promise_minutes=surge.promise_minutes,
        overflow_team_id=surge.team_id,
        passing=True,
    )


def _find_team(tx: Tx, team_id: str) -> Team | None:
    return next((team for team in list_teams(tx) if team.id == team_id), None)


def _set_crew(tx: Tx, surge: Surge) -> None:
    come: Sequence[str] = [one.agent_id for one in calls_of(tx, surge.id) if one.state == "accepted"]
    known = {row[0] for row in tx.all(list_known_agents, ids=sorted(come))} if come else set()
    if surge.own_team_id and _find_team(tx, surge.own_team_id):
        change_team(tx, surge.own_team_id, None, [one for one in come if one in known], None)


def _raise_capacity(tx: Tx, surge: Surge, call: Call) -> Call:
    working, _ = list_working(tx).get(call.agent_id, (Working(), 0))
    if surge.capacity is None or working.capacity >= surge.capacity:
        return call
    set_working(tx, call.agent_id, structs.replace(working, capacity=surge.capacity))
    return structs.replace(call, capacity_before=working.capacity, capacity_given=surge.capacity)


def _lower_capacity(tx: Tx, call: Call) -> None:
    """As it was, unless somebody set it otherwise meanwhile, or the agent works here no more."""
    if call.state != "accepted" or call.capacity_before is None:
        return
    working, _ = list_working(tx).get(call.agent_id, (Working(), 0))
    here = tx.all(list_known_agents, ids=[call.agent_id])
    if here and working.capacity == call.capacity_given:
        set_working(tx, call.agent_id, structs.replace(working, capacity=call.capacity_before))


def _write(tx: Tx, surge_id: str, call: Call) -> None:
    tx.run(store.write_call, surge_id=surge_id, **structs.asdict(call))
