"""The REST routes of routing. Whoever has the power `routing.manage` sets it; whoever sees a ticket sees why it is where it is."""

from typing import Annotated

from litestar import delete, get, post, put
from msgspec import Meta, Struct

from lyhord.kit.database import Database, ReadTx, Tx
from lyhord.kit.http import IdempotencyKey, Principal, once, requires
from lyhord.kit.problems import NotFound
from lyhord.tickets.routing import actions, replays, views
from lyhord.tickets.routing.board import QueueShown, list_queues
from lyhord.tickets.routing.comparing import Draft
from lyhord.tickets.routing.model import MOST_ROUTES, Intake, Route, RouteWords, Working
from lyhord.tickets.routing.replays import Replay
from lyhord.tickets.routing.views import Decided, Live, Settings
from lyhord.workspaces.reach import Reach

MANAGE, READ = "routing.manage", "conversations.read"


class RouteOrder(Struct, frozen=True, forbid_unknown_fields=True):
    """Every route, in the order in which they are tried."""

    route_ids: Annotated[tuple[Annotated[str, Meta(max_length=36)], ...], Meta(max_length=MOST_ROUTES)]


class Trial(Struct, frozen=True):
    """Where a ticket would go now; None where no route is for it."""

    decision: Decided | None


@get("/api/v1/routing", guards=[requires(MANAGE)], summary="Routes, and how agents and inboxes take part")
async def show_routing(database: Database, principal: Principal) -> Settings:
    """Without routes nothing is routed: tickets lie in the inbox until somebody takes them."""
    return await database.read(principal.workspace_id, views.show_settings)


@post("/api/v1/routing/routes", guards=[requires(MANAGE)], summary="Make a route")
async def make_route(data: RouteWords, database: Database, principal: Principal, key: IdempotencyKey = None) -> Route:
    """It is tried after those that are there."""

    def create(tx: Tx) -> str:
        return actions.create_route(tx, data)

    route_id = await database.write(principal.workspace_id, once(create, key, str), actor=principal.subject)
    return await _route(database, principal, route_id)


@put("/api/v1/routing/routes/{route_id:str}", guards=[requires(MANAGE)], summary="Change a route")
async def change_route(route_id: str, data: RouteWords, database: Database, principal: Principal) -> Route:
    """Replaces the whole of it; its place stays."""
    await database.write(principal.workspace_id, actions.change_route, route_id, data, actor=principal.subject)
    return await _route(database, principal, route_id)


@delete("/api/v1/routing/routes/{route_id:str}", guards=[requires(MANAGE)], summary="Remove a route")
async def remove_route(route_id: str, database: Database, principal: Principal) -> None:
    """Tickets that somebody has stay theirs. Those in its queue go by the other routes."""
    await database.write(principal.workspace_id, actions.remove_route, route_id, actor=principal.subject)


@put("/api/v1/routing/order", guards=[requires(MANAGE)], summary="Order the routes")
async def order_routes(data: RouteOrder, database: Database, principal: Principal) -> Settings:
    """The first that a ticket fits takes it."""
    await database.write(principal.workspace_id, actions.order_routes, data.route_ids, actor=principal.subject)
    return await database.read(principal.workspace_id, views.show_settings)


@put("/api/v1/routing/agents/{agent_id:str}", guards=[requires(MANAGE)], summary="Say how an agent takes tickets")
async def set_working(agent_id: str, data: Working, database: Database, principal: Principal) -> Settings:
    """Replaces all of it."""
    await database.write(principal.workspace_id, actions.set_working, agent_id, data, actor=principal.subject)
    return await database.read(principal.workspace_id, views.show_settings)


@put("/api/v1/routing/inboxes/{inbox_id:str}", guards=[requires(MANAGE)], summary="Say how an inbox hands tickets out")
async def set_intake(inbox_id: str, data: Intake, database: Database, principal: Principal) -> Settings:
    """Replaces all of it."""
    await database.write(principal.workspace_id, actions.set_intake, inbox_id, data, actor=principal.subject)
    return await database.read(principal.workspace_id, views.show_settings)


@get("/api/v1/tickets/{ticket_id:str}/routing", guards=[requires(READ)], summary="Why a ticket came to whoever has it")
async def list_decisions(ticket_id: str, database: Database, principal: Principal) -> list[Decided]:
    """What routing decided of it in the last 90 days, the latest first."""
    reach = Reach(principal.inbox_ids)
    return await database.read(principal.workspace_id, views.list_decisions, reach, principal.agent_id, ticket_id)


@get("/api/v1/tickets/{ticket_id:str}/routing/trial", guards=[requires(MANAGE)], summary="Where a ticket would go")
async def try_ticket(ticket_id: str, database: Database, principal: Principal, live_channels: Live) -> Trial:
    """As if it had come now and nobody had it. Nothing is changed."""
    reach = Reach(principal.inbox_ids)

    def view(tx: ReadTx) -> Decided | None:
        return views.try_ticket(tx, reach, principal.agent_id, ticket_id, live_channels)

    return Trial(await database.read(principal.workspace_id, view))


@get("/api/v1/routing/queues", guards=[requires("wallboard.read")], summary="Queues, and who takes from them")
async def list_queues_now(database: Database, principal: Principal, live_channels: Live) -> list[QueueShown]:
    """One for each route, in order: how many wait as far as the caller reaches, and who has how much room."""
    reach = Reach(principal.inbox_ids)

    def view(tx: ReadTx) -> list[QueueShown]:
        return list_queues(tx, reach, principal.agent_id, live_channels)

    return await database.read(principal.workspace_id, view)


@post("/api/v1/routing/replays", guards=[requires(MANAGE)], summary="Replay a day under other rules")
async def ask_replay(data: Draft, database: Database, principal: Principal, key: IdempotencyKey = None) -> Replay:
    """Begins in a moment and takes seconds; `routing.replayed` tells when it is done. Nothing else is changed by it."""

    def ask(tx: Tx) -> str:
        return actions.ask_replay(tx, data, principal.agent_id)

    replay_id = await database.write(principal.workspace_id, once(ask, key, str), actor=principal.subject)
    return await _replay(database, principal, replay_id)


@get("/api/v1/routing/replays", guards=[requires(MANAGE)], summary="Days that were replayed")
async def list_replays(database: Database, principal: Principal) -> list[Replay]:
    """The last 20, the latest first, without what came out of them. They are kept for 30 days."""
    return await database.read(principal.workspace_id, replays.list_replays)


@get("/api/v1/routing/replays/{replay_id:str}", guards=[requires(MANAGE)], summary="What came out of replaying a day")
async def show_replay(replay_id: str, database: Database, principal: Principal) -> Replay:
    """With examples as far as the caller reaches. Not done yet: without result and `done_at`."""
    return await _replay(database, principal, replay_id)


async def _replay(database: Database, principal: Principal, replay_id: str) -> Replay:
    reach = Reach(principal.inbox_ids)
    return await database.read(principal.workspace_id, replays.get_replay, reach, principal.agent_id, replay_id)


async def _route(database: Database, principal: Principal, route_id: str) -> Route:
    routes = await database.read(principal.workspace_id, views.list_routes)
    found = next((one for one in routes if one.id == route_id), None)
    if found is None:
        raise NotFound("There is no such route.")
    return found


routes = [
    show_routing,
    make_route,
    change_route,
    remove_route,
    order_routes,
    set_working,
    set_intake,
    list_decisions,
    try_ticket,
    list_queues_now,
    ask_replay,
    list_replays,
    show_replay,
]
