"""The REST routes of scheduled replies."""

from litestar import patch, post
from msgspec import Struct

from lyhord.conversations import views as conversations
from lyhord.conversations.answering import Answering
from lyhord.conversations.model import Draft, Message
from lyhord.conversations.outgoing import Channels, Words, reply_of
from lyhord.conversations.scheduled import actions, views
from lyhord.conversations.scheduled.model import IfTheyWrite, Scheduled
from lyhord.kit.database import Database
from lyhord.kit.http import IdempotencyKey, Principal, once, requires
from lyhord.workspaces.reach import Reach


class LaterWords(Words, kw_only=True, forbid_unknown_fields=True):
    """A reply and when it leaves (Unix milliseconds)."""

    due_at: int
    if_they_write: IfTheyWrite = "hold"


class Time(Struct, kw_only=True, forbid_unknown_fields=True):
    """When a reply leaves instead (Unix milliseconds)."""

    due_at: int
    if_they_write: IfTheyWrite = "hold"


@post(
    "/api/v1/conversations/{conversation_id:str}/scheduled",
    guards=[requires("conversations.reply")],
    summary="Send a reply later",
)
async def schedule(
    database: Database,
    principal: Principal,
    channels: Channels,
    answering: Answering,
    conversation_id: str,
    data: LaterWords,
    key: IdempotencyKey = None,
) -> Scheduled:
    """It waits on the server, through restarts. If the customer writes first it is held until somebody decides, unless told otherwise."""
    workspace_id, reach = principal.workspace_id, Reach(principal.inbox_ids)
    await database.read(workspace_id, conversations.get_visible, reach, conversation_id)
    words = await reply_of(database, principal, channels, conversation_id, data)
    scheduled_id = await database.write(
        workspace_id,
        once(actions.schedule_reply, key, str),
        words,
        data.due_at,
        data.if_they_write,
        answering,
        actor=principal.subject,
    )
    return await database.read(workspace_id, views.get_scheduled, reach, scheduled_id)


@patch(
    "/api/v1/scheduled/{scheduled_id:str}", guards=[requires("conversations.reply")], summary="Send it at another time"
)
async def change_time(database: Database, principal: Principal, scheduled_id: str, data: Time) -> Scheduled:
    """One that was held, or couldn't be sent, waits again."""
    reach = Reach(principal.inbox_ids)
    await database.read(principal.workspace_id, views.get_scheduled, reach, scheduled_id)
    await database.write(
        principal.workspace_id,
        actions.reschedule,
        scheduled_id,
        data.due_at,
        data.if_they_write,
        actor=principal.subject,
    )
    return await database.read(principal.workspace_id, views.get_scheduled, reach, scheduled_id)


@post(
    "/api/v1/scheduled/{scheduled_id:str}/send",
    guards=[requires("conversations.reply")],
    status_code=200,
    summary="Send it now",
)
async def send_scheduled_now(
    database: Database, principal: Principal, channels: Channels, answering: Answering, scheduled_id: str
) -> Message:
    """As every reply leaves, with its time to take it back."""
    workspace_id, reach = principal.workspace_id, Reach(principal.inbox_ids)
    scheduled = await database.read(workspace_id, views.get_scheduled, reach, scheduled_id)
    files = tuple(file.id for file in scheduled.attachments)
    words = Words(
        text=scheduled.text,
        attachment_ids=files,
        inbox_id=scheduled.inbox_id,
        value=scheduled.value,
        buttons=() if scheduled.filling else scheduled.buttons,
        template=scheduled.filling,
        public=scheduled.place is not None,
    )
    planned = await reply_of(database, principal, channels, scheduled.conversation_id, words)
    message_id = await database.write(
        workspace_id, actions.send_now, scheduled_id, planned.undo_seconds, answering, actor=principal.subject
    )
    return await database.read(workspace_id, conversations.get_message, reach, message_id)


@post(
    "/api/v1/scheduled/{scheduled_id:str}/cancel",
    guards=[requires("conversations.reply")],
    status_code=200,
    summary="Take it back",
)
async def take_scheduled_back(database: Database, principal: Principal, scheduled_id: str) -> Draft:
    """Its words are the caller's draft again."""
    await database.read(principal.workspace_id, views.get_scheduled, Reach(principal.inbox_ids), scheduled_id)
    return await database.write(principal.workspace_id, actions.take_back, scheduled_id, actor=principal.subject)


routes = [schedule, change_time, send_scheduled_now, take_scheduled_back]
