"""The REST routes of side conversations. What is said in one is read and answered as in every conversation."""

from litestar import get, patch, post
from msgspec import Struct

from lyhord.conversations import views as conversations
from lyhord.conversations.exchange import Address
from lyhord.conversations.model import Conversation, Message
from lyhord.conversations.outgoing import Channels, Words, reply_of
from lyhord.conversations.sides.actions import Question, close_side, start_side
from lyhord.conversations.sides.views import Side, list_sides
from lyhord.conversations.timeline import timeline_ids
from lyhord.kit.database import Database, ReadTx
from lyhord.kit.http import Cursor, IdempotencyKey, Limit, Page, Principal, decode_cursor, encode_cursor, once, requires
from lyhord.kit.ids import HIGHEST_ID
from lyhord.kit.problems import Invalid
from lyhord.workspaces.reach import Reach


class FirstWords(Words, kw_only=True, forbid_unknown_fields=True):
    """What a third party is asked, or what is forwarded to them: `about_id` is the message of the customer's conversation."""

    to: Address
    about_id: str | None = None


class StartedSide(Struct):
    """Where the first words stand."""

    conversation: Conversation
    message: Message


class SideChange(Struct, kw_only=True, forbid_unknown_fields=True):
    """Whether anything more is expected."""

    closed: bool


@get("/api/v1/conversations/{conversation_id:str}/sides", guards=[requires("conversations.read")])
async def get_sides(
    database: Database, principal: Principal, conversation_id: str, cursor: Cursor = None, limit: Limit = 50
) -> Page[Side]:
    """The side conversations of a conversation, the newest first."""
    before = decode_cursor(cursor, tuple[str])[0] if cursor else HIGHEST_ID

    def look(tx: ReadTx) -> tuple[list[Side], str | None]:
        reach = Reach(principal.inbox_ids)
        timeline = timeline_ids(tx, conversations.get_visible(tx, reach, conversation_id))
        return list_sides(tx, reach, principal.agent_id, timeline, before=before, most=limit)

    page, following = await database.read(principal.workspace_id, look)
    return Page(page, encode_cursor(following) if following else None)


@post(
    "/api/v1/conversations/{conversation_id:str}/sides",
    guards=[requires("conversations.reply")],
    summary="Ask a third party",
)
async def ask_aside(
    database: Database,
    principal: Principal,
    channels: Channels,
    conversation_id: str,
    data: FirstWords,
    key: IdempotencyKey = None,
) -> StartedSide:
    """Write to somebody else about a customer's conversation. The customer sees neither this nor what is answered."""
    workspace_id, reach = principal.workspace_id, Reach(principal.inbox_ids)

    def look(tx: ReadTx) -> None:
        conversations.get_visible(tx, reach, conversation_id)
        if data.about_id is not None:
            conversations.get_message(tx, reach, data.about_id)

    await database.read(workspace_id, look)
    if data.kind != "reply" or data.inbox_id is None:
        raise Invalid("Say through which inbox it leaves.", fields={"inbox_id": "problem.required"})
    words = Words(
        text=data.text,
        html=data.html,
        attachment_ids=data.attachment_ids,
        inbox_id=data.inbox_id,
        scheme=data.to.scheme,
        value=data.to.value,
        subject=data.subject,
        copies=data.copies,
        blind_copies=data.blind_copies,
    )
    planned = await reply_of(database, principal, channels, "", words, aside=True)
    question = Question(parent_id=conversation_id, to=data.to, about_id=data.about_id)
    message_id = await database.write(
        workspace_id, once(start_side, key, str), question, planned, actor=principal.subject
    )

    def show(tx: ReadTx) -> StartedSide:
        message = conversations.get_message(tx, Reach(), message_id)
        return StartedSide(conversations.get_visible(tx, Reach(), message.conversation_id), message)

    return await database.read(workspace_id, show)


@patch("/api/v1/sides/{side_id:str}", guards=[requires("conversations.reply")], summary="Close or reopen it")
async def change_side(database: Database, principal: Principal, side_id: str, data: SideChange) -> Conversation:
    """A closed one asks for nobody's attention, and opens again when somebody writes there."""
    reach = Reach(principal.inbox_ids)
    await database.read(principal.workspace_id, conversations.get_visible, reach, side_id)
    await database.write(principal.workspace_id, close_side, side_id, data.closed, actor=principal.subject)
    return await database.read(principal.workspace_id, conversations.get_visible, reach, side_id)


routes = [get_sides, ask_aside, change_side]
