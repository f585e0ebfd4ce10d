"""The REST routes of notifications: an agent's own list, preferences and browsers. A token without an agent has none."""

from typing import Annotated, Any
from urllib.parse import urlsplit

import msgspec
from litestar import Request, delete, get, patch, post
from litestar.params import Parameter
from msgspec import Meta, Struct

from lyhord.kit.database import Database, Tx
from lyhord.kit.database.jobs_table import enqueue
from lyhord.kit.http import Cursor, Limit, Page, Principal, decode_cursor, page_of, requires
from lyhord.kit.problems import NotFound
from lyhord.kit.push import Receiver, check_receiver
from lyhord.notifications import views
from lyhord.notifications.actions import change_preferences, mark_all_read, mark_read, subscribe, unsubscribe
from lyhord.notifications.desk import PushDesk
from lyhord.notifications.model import Device, Notification, Preferences
from lyhord.notifications.telling import PUSH_JOB
from lyhord.notifications.views import Summary
from lyhord.workspaces.reach import Reach
from lyhord.workspaces.routes.factors import owner_of

_guards = [requires("conversations.read")]
_AnyRequest = Request[Any, Any, Any]


class Reading(Struct, kw_only=True, forbid_unknown_fields=True):
    """What was read: these, those of a conversation, or all up to the notification `until`."""

    ids: Annotated[list[str], Meta(max_length=200)] = []
    conversation_id: str | None = None
    until: str | None = None


class Subscription(Struct, kw_only=True, forbid_unknown_fields=True):
    """What a browser's `PushSubscription` says."""

    endpoint: Annotated[str, Meta(max_length=2000)]
    p256dh: Annotated[str, Meta(max_length=200)]
    auth: Annotated[str, Meta(max_length=100)]


class Subscribed(Struct):
    """The browser's place in the list of those that get pushes."""

    id: str


class PushKey(Struct):
    """What browsers subscribe with (base64url)."""

    key: str


@get("/api/v1/notifications", guards=_guards, summary="What I was told")
async def list_notifications(
    database: Database, principal: Principal, cursor: Cursor = None, limit: Limit = 50
) -> Page[Notification]:
    """Newest first; at most the newest 500 are kept."""
    before = decode_cursor(cursor, tuple[str])[0] if cursor else None
    rows = await database.read(
        principal.workspace_id,
        views.list_notifications,
        Reach(principal.inbox_ids),
        owner_of(principal).agent_id,
        before=before,
        most=limit + 1,
    )
    return page_of(rows, limit, lambda one: (one.id,))


@get("/api/v1/notifications/summary", guards=_guards, summary="How much I haven't read")
async def get_summary(database: Database, principal: Principal) -> Summary:
    """What the bell shows, with the preferences by which the app rings."""
    reach = Reach(principal.inbox_ids)
    return await database.read(principal.workspace_id, views.get_summary, reach, owner_of(principal).agent_id)


@post("/api/v1/notifications/read", guards=_guards, status_code=204, summary="Mark as read")
async def read_notifications(database: Database, principal: Principal, data: Reading) -> None:
    """What is read already stays so."""
    agent_id = owner_of(principal).agent_id

    def read(tx: Tx) -> None:
        mark_read(tx, agent_id, ids=data.ids, conversation_id=data.conversation_id)
        if data.until is not None:
            mark_all_read(tx, agent_id, data.until)

    await database.write(principal.workspace_id, read, actor=principal.subject)


@patch("/api/v1/notifications/preferences", guards=_guards, summary="How I want to be told")
async def patch_preferences(database: Database, principal: Principal, data: dict[str, Any]) -> Preferences:
    """What is left out stays."""
    return await database.write(
        principal.workspace_id, change_preferences, owner_of(principal).agent_id, data, actor=principal.subject
    )


@get("/api/v1/push/key", guards=_guards, summary="The key for push subscriptions")
async def get_push_key(push_desk: PushDesk, principal: Principal) -> PushKey:
    """The same for everybody of this installation."""
    owner_of(principal)
    return PushKey(push_desk.pusher.public_key())


@get("/api/v1/push/devices", guards=_guards, summary="Browsers that get my pushes")
async def list_devices(database: Database, principal: Principal) -> list[Device]:
    """In the order in which they came."""
    return await database.read(principal.workspace_id, views.list_devices, owner_of(principal).agent_id)


@post("/api/v1/push/devices", guards=_guards, summary="Let this browser get my pushes")
async def add_device(
    request: _AnyRequest, database: Database, principal: Principal, push_desk: PushDesk, data: Subscription
) -> Subscribed:
    """As long as this session lasts. An address that isn't on the open internet is refused."""
    agent_id = owner_of(principal).agent_id
    receiver = Receiver(data.endpoint, data.p256dh, data.auth)
    check_receiver(receiver)
    parts = urlsplit(receiver.endpoint)
    await push_desk.check_address(parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80))
    sealed = push_desk.sealer.seal(msgspec.structs.asdict(receiver))
    client = request.headers.get("user-agent", "")
    device_id = await database.write(
        principal.workspace_id,
        subscribe,
        agent_id,
        principal.credential.token_hash,
        receiver.endpoint,
        sealed,
        client,
        actor=principal.subject,
    )
    return Subscribed(device_id)


@delete("/api/v1/push/devices/{device_id:str}", guards=_guards, summary="Tell a browser no more")
async def remove_device(device_id: str, database: Database, principal: Principal) -> None:
    """One of the caller's own."""
    await database.write(
        principal.workspace_id, unsubscribe, owner_of(principal).agent_id, device_id, actor=principal.subject
    )


@post("/api/v1/push/devices/{device_id:str}/trial", guards=_guards, status_code=202, summary="Push a few words to try")
async def try_device(
    device_id: Annotated[str, Parameter(max_length=60)], database: Database, principal: Principal
) -> None:
    """To one of the caller's own browsers."""
    devices = await database.read(principal.workspace_id, views.list_devices, owner_of(principal).agent_id)
    if device_id not in {one.id for one in devices}:
        raise NotFound("There is no such browser.")
    await database.write(principal.workspace_id, enqueue, PUSH_JOB, {"device_id": device_id}, actor=principal.subject)


routes = [
    list_notifications,
    get_summary,
    read_notifications,
    patch_preferences,
    get_push_key,
    list_devices,
    add_device,
    remove_device,
    try_device,
]
