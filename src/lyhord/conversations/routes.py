"""The REST routes of conversations and messages."""

from typing import Any

import msgspec
from litestar import delete, get, post, put
from msgspec import Struct

from lyhord.contacts.model import Contact
from lyhord.contacts.views import contacts_by_id
from lyhord.conversations import views
from lyhord.conversations.abilities import Abilities, list_abilities
from lyhord.conversations.actions.note import add_note
from lyhord.conversations.actions.reading import discard_draft, mark_seen, mark_unseen, save_draft
from lyhord.conversations.actions.reply import reply, retry_delivery, start_conversation, undo_reply
from lyhord.conversations.answering import Answering
from lyhord.conversations.exchange import Address, Cost, Refusal
from lyhord.conversations.formatting import as_written
from lyhord.conversations.groups.model import GroupChange, Participant
from lyhord.conversations.groups.views import changes_of, count_participants, participants_of
from lyhord.conversations.model import Conversation, Draft, Message, Note
from lyhord.conversations.outgoing import Channels, Moment, Words, as_said, plan_words, reply_of
from lyhord.conversations.scheduled.model import Scheduled
from lyhord.conversations.scheduled.views import list_scheduled
from lyhord.conversations.sharing.model import SharedDraft
from lyhord.conversations.sharing.views import list_shared
from lyhord.conversations.sides.views import Side, list_sides
from lyhord.conversations.timeline import carriers_of, timeline_ids
from lyhord.conversations.watching.views import watchers_of
from lyhord.kit.database import Database, ReadTx
from lyhord.kit.http import Cursor, IdempotencyKey, Limit, Page, Principal, decode_cursor, encode_cursor, once, requires
from lyhord.kit.ids import HIGHEST_ID
from lyhord.kit.problems import Invalid
from lyhord.workspaces.reach import Reach


class NewConversation(Words, kw_only=True, forbid_unknown_fields=True):
    """The first words to a contact, or to an address."""

    contact_id: str | None = None
    to: Address | None = None


class Started(Struct):
    """Where the first words stand."""

    conversation_id: str
    message: Message


class Whole(Struct, kw_only=True):
    """A conversation with all that its screen shows beside the messages. `watcher_ids` are the agents who follow it.

    `participants` are those of a group, some hundreds at most, who left at the end; `participant_count` is how many are in it now.
    `changes` are the latest that happened to it.
    """

    conversation: Conversation
    contact: Contact | None
    participants: list[Participant]
    participant_count: int
    changes: list[GroupChange]
    draft: Draft | None
    read_id: str | None
    ways_out: list[views.WayOut]
    abilities: list[Abilities]
    scheduled: list[Scheduled]
    shared_drafts: list[SharedDraft]
    watcher_ids: list[str]
    sides: list[Side]


class Planned(Struct, kw_only=True):
    """How it will leave, or why it won't. `changes` and `refusal` are message keys, `segments` is how many SMS it will be.

    `buttons` are those that are shown as such; more of them stand in a list where `changes` say so. `public`: everybody will read it.
    `once`: it is the one private answer that a public message may have, not later than `until` (Unix milliseconds). `readers` is a
    message key that says who can read it, where that isn't plain. `instead` is another way to the customer, where nothing arrives on this.
    `life`: what is said there vanishes so many seconds after it left.
    """

    parts: list[str] = []
    buttons: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()
    segments: int = 0
    cost: Cost | None = None
    refusal: str | None = None
    allowed: tuple[str, ...] = ()
    public: bool = False
    once: bool = False
    until: int | None = None
    readers: str = ""
    instead: views.WayOut | None = None
    life: int | None = None


class PlannedWords(Words, kw_only=True, forbid_unknown_fields=True):
    """Words, and when they are to leave (Unix milliseconds); None: now."""

    due_at: int | None = None


class Read(Struct, forbid_unknown_fields=True):
    """Up to which message somebody has read; `unread` puts the position before it instead."""

    message_id: str
    unread: bool = False


@get("/api/v1/conversations", guards=[requires("conversations.read")], tags=["conversations"])
async def list_conversations(
    database: Database, principal: Principal, cursor: Cursor = None, limit: Limit = 50
) -> Page[Conversation]:
    """All conversations, the newest first."""
    before = decode_cursor(cursor, tuple[str])[0] if cursor else HIGHEST_ID
    page, following = await database.read(
        principal.workspace_id, views.list_conversations, Reach(principal.inbox_ids), before=before, most=limit
    )
    return Page(page, encode_cursor(following) if following else None)


@get("/api/v1/conversations/{conversation_id:str}", guards=[requires("conversations.read")], tags=["conversations"])
async def get_conversation(database: Database, principal: Principal, channels: Channels, conversation_id: str) -> Whole:
    """One conversation with its contact and the ways to answer."""
    return await database.read(principal.workspace_id, _whole, principal, channels, conversation_id)


@get(
    "/api/v1/conversations/{conversation_id:str}/messages",
    guards=[requires("conversations.read")],
    tags=["conversations"],
)
async def list_messages(
    database: Database,
    principal: Principal,
    conversation_id: str,
    before: str | None = None,
    after: str | None = None,
    limit: Limit = 50,
) -> views.Timeline:
    """The timeline, oldest first: its end, what stands before a message, or after one."""
    return await database.read(
        principal.workspace_id,
        views.list_messages,
        Reach(principal.inbox_ids),
        conversation_id,
        before=before,
        after=after,
        most=limit,
    )


@post("/api/v1/conversations", guards=[requires("conversations.reply")], tags=["conversations"])
async def begin_conversation(
    database: Database,
    principal: Principal,
    channels: Channels,
    answering: Answering,
    data: NewConversation,
    key: IdempotencyKey = None,
) -> Started:
    """Write to somebody first. Their one conversation is found or made."""
    words = await reply_of(database, principal, channels, "", data)
    message_id = await database.write(
        principal.workspace_id,
        once(start_conversation, key, str),
        data.contact_id,
        data.to,
        words,
        answering,
        actor=principal.subject,
    )
    message = await database.read(principal.workspace_id, views.get_message, Reach(principal.inbox_ids), message_id)
    return Started(message.conversation_id, message)


@post(
    "/api/v1/conversations/{conversation_id:str}/messages",
    guards=[requires("conversations.reply")],
    tags=["conversations"],
)
async def write_message(
    database: Database,
    principal: Principal,
    channels: Channels,
    answering: Answering,
    conversation_id: str,
    data: Words,
    key: IdempotencyKey = None,
) -> Message:
    """Answer the customer, or leave a note. Asked again with the same `Idempotency-Key` it says it once."""
    workspace_id = principal.workspace_id
    await database.read(workspace_id, views.get_visible, Reach(principal.inbox_ids), conversation_id)
    if data.kind == "note":
        data = as_said(data)
        note = Note(
            conversation_id=conversation_id,
            text=data.text,
            attachment_ids=data.attachment_ids,
            mentions=data.mentions,
            ticket_id=data.ticket_id,
        )
        message_id = await database.write(workspace_id, once(add_note, key, str), note, actor=principal.subject)
    else:
        words = await reply_of(database, principal, channels, conversation_id, data)
        message_id = await database.write(
            workspace_id, once(reply, key, str), words, answering, actor=principal.subject
        )
    return await database.read(workspace_id, views.get_message, Reach(), message_id)


@post(
    "/api/v1/conversations/{conversation_id:str}/plan",
    guards=[requires("conversations.reply")],
    tags=["conversations"],
    status_code=200,
)
async def plan_message(
    database: Database, principal: Principal, channels: Channels, conversation_id: str, data: PlannedWords
) -> Planned:
    """How these words would leave: split, degraded, or refused by a rule. Nothing is sent."""
    planned = await plan_words(
        database, principal, channels, conversation_id, as_said(data), moment=Moment(due_at=data.due_at)
    )
    if planned is None:
        return Planned()
    plan, public = planned.outcome, planned.way.place is not None
    if isinstance(plan, Refusal):
        return Planned(refusal=plan.rule, allowed=plan.allowed, public=public, instead=planned.instead)
    return Planned(
        parts=[part.text for part in plan.parts],
        buttons=next((part.buttons for part in plan.parts if part.buttons), ()),
        changes=plan.changes,
        segments=plan.segments,
        cost=plan.cost,
        public=public,
        once=plan.parts[0].private_answer,
        until=plan.until,
        readers=plan.readers,
        life=planned.life,
    )


@post(
    "/api/v1/messages/{message_id:str}/undo",
    guards=[requires("conversations.reply")],
    tags=["conversations"],
    status_code=200,
)
async def undo_message(database: Database, principal: Principal, message_id: str) -> Draft:
    """Take back a reply before it leaves; its words are the draft again."""
    await database.read(principal.workspace_id, views.get_message, Reach(principal.inbox_ids), message_id)
    return await database.write(principal.workspace_id, undo_reply, message_id, actor=principal.subject)


@post(
    "/api/v1/messages/{message_id:str}/retry",
    guards=[requires("conversations.reply")],
    tags=["conversations"],
    status_code=200,
)
async def retry_message(database: Database, principal: Principal, message_id: str) -> Message:
    """Send once more what failed, or what may not have arrived."""
    await database.read(principal.workspace_id, views.get_message, Reach(principal.inbox_ids), message_id)
    await database.write(principal.workspace_id, retry_delivery, message_id, actor=principal.subject)
    return await database.read(principal.workspace_id, views.get_message, Reach(principal.inbox_ids), message_id)


@put(
    "/api/v1/conversations/{conversation_id:str}/draft",
    guards=[requires("conversations.reply")],
    tags=["conversations"],
    status_code=204,
)
async def keep_draft(database: Database, principal: Principal, conversation_id: str, data: Draft) -> None:
    """Keep what the agent is writing, for all their devices."""
    agent_id = _agent(principal)
    await database.read(principal.workspace_id, views.get_visible, Reach(principal.inbox_ids), conversation_id)
    text, html = as_written(data.text, data.html)
    draft = msgspec.structs.replace(data, text=text, html=html)
    await database.write(principal.workspace_id, save_draft, agent_id, conversation_id, draft, actor=principal.subject)


@delete(
    "/api/v1/conversations/{conversation_id:str}/draft",
    guards=[requires("conversations.reply")],
    tags=["conversations"],
)
async def drop_draft(database: Database, principal: Principal, conversation_id: str) -> None:
    """Forget what the agent was writing."""
    agent_id = _agent(principal)
    await database.write(principal.workspace_id, discard_draft, agent_id, conversation_id, actor=principal.subject)


@post(
    "/api/v1/conversations/{conversation_id:str}/read",
    guards=[requires("conversations.read")],
    tags=["conversations"],
    status_code=204,
)
async def read_conversation(database: Database, principal: Principal, conversation_id: str, data: Read) -> None:
    """The agent has read up to a message, or wants it unread again."""
    agent_id = _agent(principal)
    await database.read(principal.workspace_id, views.get_visible, Reach(principal.inbox_ids), conversation_id)
    action: Any = mark_unseen if data.unread else mark_seen
    await database.write(
        principal.workspace_id, action, agent_id, conversation_id, data.message_id, actor=principal.subject
    )


def _agent(principal: Principal) -> str:
    if principal.agent_id is None:
        raise Invalid("Only an agent has drafts and read marks, a token has none.")
    return principal.agent_id


def _whole(tx: ReadTx, principal: Principal, channels: Channels, conversation_id: str) -> Whole:
    reach = Reach(principal.inbox_ids)
    conversation = views.get_visible(tx, reach, conversation_id)
    contacts = contacts_by_id(tx, [conversation.contact_id] if conversation.contact_id else [])
    contact = next(iter(contacts.values()), None)
    timeline = timeline_ids(tx, conversation)
    ways = views.list_ways_out(tx, reach, conversation, channels.descriptor)
    approving = {way.inbox_id for way in ways if channels.descriptor(way.channel).templates}
    shown = {*filter(reach.covers, carriers_of(tx, timeline)), *approving}
    group = conversation.kind == "group"
    return Whole(
        conversation=conversation,
        contact=contact,
        participants=participants_of(tx, conversation.id) if group else [],
        participant_count=count_participants(tx, conversation.id) if group else 0,
        changes=changes_of(tx, timeline),
        draft=views.find_draft(tx, principal.agent_id, conversation.id),
        read_id=views.find_position(tx, principal.agent_id, conversation.id),
        ways_out=ways,
        abilities=list_abilities(tx, channels, shown, timeline),
        scheduled=list_scheduled(tx, reach, timeline),
        shared_drafts=list_shared(tx, reach, timeline),
        watcher_ids=watchers_of(tx, timeline),
        sides=list_sides(tx, reach, principal.agent_id, timeline)[0],
    )


routes = [
    list_conversations,
    get_conversation,
    list_messages,
    begin_conversation,
    write_message,
    plan_message,
    undo_message,
    retry_message,
    keep_draft,
    drop_draft,
    read_conversation,
]
