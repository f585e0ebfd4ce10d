"""What leads change of routing, and what they ask about it."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from lyhord.kit.clock import HOUR, SECOND
from lyhord.kit.database import Tx
from lyhord.kit.database.jobs_table import enqueue
from lyhord.kit.ids import first_id_at
from lyhord.kit.problems import Invalid, NotFound, Taken
from lyhord.tickets import store as tickets
from lyhord.tickets.owners import check_team
from lyhord.tickets.routing import store
from lyhord.tickets.routing.comparing import DAYS_BACK, Comparison, Draft
from lyhord.tickets.routing.events import RoutingChanged, RoutingReplayed
from lyhord.tickets.routing.model import MOST_ROUTES, Intake, RouteWords, Working, checked, folded
from lyhord.workspaces.actions.audit import record
from lyhord.workspaces.store import list_known_inboxes
from lyhord.workspaces.views import settings_of

REPLAY_JOB = "replay"
MOST_AT_ONCE = 5
"""Replays of one workspace that wait or are under way."""


def create_route(tx: Tx, words: RouteWords) -> str:
    """Make a route, which is tried after the others; its id. Raises `Invalid`, and `Taken` past `MOST_ROUTES`."""
    words = _checked(tx, words)
    [(count, last)] = tx.all(store.count_routes)
    if count >= MOST_ROUTES:
        raise Taken("There are 100 routes; remove some first.", key="problem.too_many_routes")
    route_id = tx.new_id()
    tx.run(store.insert_route, id=route_id, place=0 if last is None else last + 1, words=_encode(words))
    _tell(tx, "route.created", f"route:{route_id}", name=words.name)
    return route_id


def change_route(tx: Tx, route_id: str, words: RouteWords) -> None:
    """Write it anew. Raises `Invalid` and `NotFound`."""
    words = _checked(tx, words)
    if not tx.run(store.write_route, key=route_id, words=_encode(words)):
        raise NotFound("There is no such route.")
    _tell(tx, "route.changed", f"route:{route_id}", name=words.name)


def order_routes(tx: Tx, route_ids: tuple[str, ...]) -> None:
    """Try routes in this order. Raises `Invalid` unless all of them are named, each once."""
    if sorted(route_ids) != sorted(_names(tx)):
        raise Invalid("Name every route once.", fields={"route_ids": "problem.other_routes"})
    tx.run_many(store.place_route, [{"key": one, "place": place} for place, one in enumerate(route_ids)])
    _tell(tx, "route.ordered", "routes")


def remove_route(tx: Tx, route_id: str) -> None:
    """Take a route away. What waited by it is looked at anew. Raises `NotFound`."""
    names = _names(tx)
    if not tx.run(store.delete_route, key=route_id):
        raise NotFound("There is no such route.")
    _tell(tx, "route.removed", f"route:{route_id}", name=names[route_id])


def set_working(tx: Tx, agent_id: str, working: Working) -> None:
    """Say how an agent takes tickets. Raises `NotFound` for somebody who doesn't work here."""
    if tx.one(tickets.find_agent, id=agent_id) is None:
        raise NotFound("There is no such agent.")
    working = msgspec.structs.replace(
        working, skills=folded(working.skills), languages=tuple(dict.fromkeys(working.languages))
    )
    tx.run(store.write_working, agent_id=agent_id, working=_encode(working), given_at=0)
    _tell(tx, "routing.agent", f"agent:{agent_id}", **msgspec.to_builtins(working))


def set_intake(tx: Tx, inbox_id: str, intake: Intake) -> None:
    """Say how an inbox hands its tickets out. Raises `NotFound`, and `Invalid` for a team that isn't there."""
    if not tx.all(list_known_inboxes, ids=[inbox_id]):
        raise NotFound("There is no such inbox.")
    check_team(tx, intake.team_id, "team_id")
    tx.run(store.write_intake, inbox_id=inbox_id, team_id=intake.team_id, weight=intake.weight)
    _tell(tx, "routing.inbox", f"inbox:{inbox_id}", **msgspec.to_builtins(intake))


def ask_replay(tx: Tx, draft: Draft, agent_id: str | None) -> str:
    """Have a day replayed under other rules, which changes nothing else; the replay's id.

    Raises `Invalid` for a day that isn't one of the last 30, or for rules that couldn't be, and `Taken` while too many are under way.
    """
    today = datetime.fromtimestamp(tx.now / SECOND, ZoneInfo(settings_of(tx).time_zone)).date()
    _check_day(draft.day, today)
    draft = msgspec.structs.replace(draft, routes=tuple(_checked(tx, one) for one in draft.routes))
    if tx.value(store.count_open_replays, first=first_id_at(tx.now - HOUR)) >= MOST_AT_ONCE:
        raise Taken("Wait until one of the days that are being replayed is done.", key="problem.too_many_replays")
    replay_id = tx.new_id()
    body = _encode(draft)
    tx.run(store.insert_replay, id=replay_id, agent_id=agent_id, draft=body, done_at=None, result=None)
    enqueue(tx, REPLAY_JOB, replay_id)
    return replay_id


def end_replay(tx: Tx, replay_id: str, result: Comparison | None) -> None:
    """Keep what came out of it; None: it can't be done. Done twice, it is the same."""
    tx.run(store.end_replay, key=replay_id, done_at=tx.now, result=_encode(result) if result else None)
    tx.emit(RoutingReplayed(replay_id=replay_id))


def _check_day(day: date, today: date) -> None:
    if not today - timedelta(days=DAYS_BACK) <= day < today:
        raise Invalid("Choose one of the last 30 days.", fields={"day": "field.past_day"})


def _names(tx: Tx) -> dict[str, str]:
    return {row[0]: msgspec.json.decode(row[1], type=RouteWords).name for row in tx.all(store.list_routes)}


def _checked(tx: Tx, words: RouteWords) -> RouteWords:
    words = checked(words)
    check_team(tx, words.team_id, "team_id")
    check_team(tx, words.overflow_team_id, "overflow_team_id")
    return words


def _encode(value: msgspec.Struct) -> str:
    return msgspec.json.encode(value).decode()


def _tell(tx: Tx, what: str, target: str, **detail: Any) -> None:
    record(tx, what, target, **detail)
    tx.emit(RoutingChanged())
