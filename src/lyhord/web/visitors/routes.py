"""The routes of the visitor API."""

from typing import Annotated, Any, Literal, NamedTuple, Protocol, runtime_checkable

from litestar import Response, Router, delete, get, post, put, route
from litestar.di import Provide
from litestar.params import Parameter
from litestar.response import Stream
from litestar.types import ASGIApp
from msgspec import Meta, Struct

from lyhord.conversations.actions.reading import mark_contact_read
from lyhord.conversations.exchange import Address, Media
from lyhord.conversations.model import Attachment
from lyhord.conversations.outgoing import Channels
from lyhord.conversations.pushes.actions import is_behind, is_told, note_seen
from lyhord.conversations.visitor_views import VisitorMessage, VisitorPage, find_file, find_visible, list_visible
from lyhord.conversations.visitors import (
    Opening,
    Said,
    Visitor,
    add_upload,
    answer_with_emoji,
    end_visit,
    find_conversation_ids,
    open_visit,
    say,
    tells_of_answers,
)
from lyhord.kit.bus import Bus
from lyhord.kit.clock import SECOND
from lyhord.kit.content import sniff
from lyhord.kit.database import Database, ReadTx
from lyhord.kit.files import Files
from lyhord.kit.problems import Invalid, NotFound
from lyhord.kit.text import clean, clean_name
from lyhord.kit.tokens import make_token, read_token
from lyhord.tickets.complaints.visitors import complain
from lyhord.tickets.promises.model import Promise
from lyhord.tickets.promises.views import promise_for
from lyhord.tickets.surges.model import PublicText
from lyhord.tickets.surges.reading import list_updates
from lyhord.web.attachments import Body
from lyhord.web.doors import Door, Doors
from lyhord.web.downloads import download
from lyhord.web.visitors import access, promises, pushes, updates
from lyhord.web.visitors.access import AnyRequest
from lyhord.web.visitors.arrivals import settle
from lyhord.web.visitors.stream import open_stream
from lyhord.workspaces.actions.workspace import get_workspace
from lyhord.workspaces.hours import opens_at
from lyhord.workspaces.schedules.views import own_schedule
from lyhord.workspaces.views import settings_of

EMOJI = ("👍", "❤️", "😂", "😮", "😢", "🙏")
"""What the panel offers to answer a message with."""
TYPING_LASTS = 6 * SECOND
_PATHS = [
    "/sessions",
    "/messages",
    "/messages/{message_id:str}/reaction",
    "/files",
    "/attachments/{attachment_id:str}",
    "/read",
    "/typing",
    "/complaint",
    "/stream",
    *pushes.PATHS,
    *promises.PATHS,
    *updates.PATHS,
]


@runtime_checkable
class Vouching(Protocol):
    """An adapter whose visitors may be vouched for by the company's own site."""

    def vouch(self, statement: str, now: int) -> tuple[Address, ...]:
        """The identities that a statement is signed for, the channel's own first; raises `NotSignedIn`."""


class Arrival(Struct, kw_only=True, forbid_unknown_fields=True):
    """A panel that opens: the inbox's public key, what the site signed, and the token that the browser had."""

    inbox: Annotated[str, Meta(max_length=200)]
    signed: Annotated[str, Meta(max_length=4_000)] | None = None
    token: Annotated[str, Meta(max_length=200)] | None = None


class Config(Struct, kw_only=True):
    """How the panel looks and what it may do. Limits are bytes of a file and characters of a message.

    `promise`: by when an answer comes to who writes now. `opens_at` (Unix milliseconds): nobody is there before.
    `complaints`: a visitor can say that it is a complaint. `updates` are what the company says to everybody now.
    """

    company: str
    accent: str
    logo: str
    locale: str
    promise: Promise | None
    opens_at: int | None
    pre_chat: list[str]
    complaints: bool
    read_marks: bool
    typing: bool
    upload_limit: int
    text_limit: int
    emoji: tuple[str, ...]
    updates: list[PublicText]


Telling = Literal["on", "off", "never"]


class Visit(Struct, kw_only=True):
    """A visit that has begun. `push`: whether this browser is told of answers, may be, or can't be."""

    token: str
    signed: bool
    push: Telling
    config: Config


class Words(Struct, kw_only=True, forbid_unknown_fields=True):
    """What the visitor says. `key` is the same on every retry; name and e-mail are claims.

    `answers` is the message whose button they pressed, `text` what stood on it.
    """

    key: Annotated[str, Meta(min_length=8, max_length=100)]
    text: Annotated[str, Meta(max_length=20_000)] = ""
    attachment_ids: Annotated[tuple[str, ...], Meta(max_length=10)] = ()
    name: Annotated[str, Meta(max_length=200)] = ""
    email: Annotated[str, Meta(max_length=254)] = ""
    answers: str | None = None


class Sign(Struct, forbid_unknown_fields=True):
    """The emoji with which a visitor answers a message."""

    emoji: Annotated[str, Meta(max_length=64)]


class Position(Struct, forbid_unknown_fields=True):
    """How far the visitor has read."""

    message_id: str


@post("/sessions", status_code=200)
async def open_session(request: AnyRequest, database: Database, doors: Doors, data: Arrival) -> Visit:
    """Begin or go on with a visit."""
    door = await doors.find(data.inbox)
    if door is None or door.adapter.descriptor.ingress != "visitor":
        raise NotFound("There is no such chat.")
    access.check_origin(request, door.account.settings, signed=bool(data.signed))
    access.take(request, access.VISITS)
    workspace_id = door.account.workspace_id
    text, token_hash = make_token(workspace_id)
    earlier = read_token(data.token) if data.token else None
    opening = Opening(
        inbox_id=door.account.inbox_id,
        scheme=door.adapter.descriptor.schemes[0],
        token_hash=token_hash,
        earlier=earlier[1] if earlier and earlier[0] == workspace_id else None,
        addresses=_vouched(door, data.signed, database.clock()),
    )
    held = await database.write(workspace_id, open_visit, opening)
    config, push = await database.read(workspace_id, _greet, door, held.token_hash)
    token = text if held.token_hash == token_hash else data.token or text
    return Visit(token=token, signed=held.signed, push=push, config=config)


@delete("/sessions", status_code=204)
async def close_session(database: Database, visitor: Visitor) -> None:
    """End the visit: the token holds no longer."""
    await database.write(visitor.workspace_id, end_visit, visitor)


@get("/messages")
async def list_visitor_messages(database: Database, visitor: Visitor, before: str | None = None) -> VisitorPage:
    """The conversation as this visitor may see it, newest part first, oldest message of a part first."""
    page = await database.read(visitor.workspace_id, list_visible, visitor, before)
    if page.items and before is None:
        await settle(database, visitor, page.items[-1].id, "delivered")
    return page


@post("/messages", status_code=201)
async def send_visitor_message(
    request: AnyRequest, database: Database, visitor: Visitor, data: Words
) -> VisitorMessage:
    """Say something. The same key again changes nothing and is answered the same."""
    access.take(request, access.WORDS, visitor.token_hash)
    access.take(request, access.WORDS_OF_ADDRESS)
    said = Said(
        visitor=visitor,
        key=data.key,
        text=clean(data.text, 20_000),
        attachment_ids=data.attachment_ids,
        name=clean_name(data.name),
        email=_claimed(data.email),
        answers=data.answers,
    )
    if said.answers and not await database.read(visitor.workspace_id, find_visible, visitor, [said.answers]):
        raise NotFound("There is no such message.")
    message_id = await database.write(visitor.workspace_id, say, said)
    found = await database.read(visitor.workspace_id, find_visible, visitor, [message_id])
    if not found:
        raise NotFound("The message was removed.")
    return found[0]


@put("/messages/{message_id:str}/reaction", status_code=200)
async def react_as_visitor(
    request: AnyRequest, database: Database, channels: Channels, visitor: Visitor, message_id: str, data: Sign
) -> VisitorMessage:
    """Answer a message with an emoji, in place of one's own before it; an empty one takes it back."""
    access.take(request, access.SIGNS, visitor.token_hash)
    if data.emoji and (data.emoji not in EMOJI or not channels.descriptor(visitor.channel).reactions):
        raise Invalid("Choose one of the emoji on offer.", fields={"emoji": "problem.no_emoji"})
    if await database.read(visitor.workspace_id, find_visible, visitor, [message_id]):
        await database.write(visitor.workspace_id, answer_with_emoji, visitor, message_id, data.emoji)
    found = await database.read(visitor.workspace_id, find_visible, visitor, [message_id])
    if not found:
        raise NotFound("There is no such message.")
    return found[0]


@post("/files", status_code=201, request_max_body_size=None)
async def upload_visitor_file(
    request: AnyRequest,
    database: Database,
    files: Files,
    channels: Channels,
    visitor: Visitor,
    name: Annotated[str, Parameter(min_length=1, max_length=1_000)],
) -> Attachment:
    """Keep a file, sent as the raw body, for the next message."""
    access.take(request, access.UPLOADS, visitor.token_hash)
    body = Body(request.stream())
    stored = await files.put(body.chunks(), channels.descriptor(visitor.channel).media_limit)
    if not stored.size:
        raise Invalid("The file is empty.", fields={"body": "problem.empty"})
    shown = clean_name(name) or "file"
    kind = sniff(bytes(body.head), shown, request.headers.get("content-type", ""))
    media = Media(shown, kind, stored.size, file=stored.sha256)
    upload_id = await database.write(visitor.workspace_id, add_upload, visitor, media)
    return Attachment(upload_id, shown, kind, stored.size)


@get("/attachments/{attachment_id:str}")
async def get_visitor_attachment(database: Database, files: Files, visitor: Visitor, attachment_id: str) -> Stream:
    """A file of a message that this visitor may see."""
    file = await database.read(visitor.workspace_id, find_file, visitor, attachment_id)
    if file is None:
        raise NotFound("There is no such file.")
    return download(files, file=file.file, name=file.name, content_type=file.type)


@post("/read", status_code=204)
async def mark_visitor_read(request: AnyRequest, database: Database, visitor: Visitor, data: Position) -> None:
    """The visitor has seen everything up to a message. Agents hear of it only where the workspace wants to know."""
    access.take(request, access.SIGNS, visitor.token_hash)
    conversation_id, behind = await database.read(visitor.workspace_id, _to_mark, visitor, data.message_id)
    if behind:
        await database.write(visitor.workspace_id, note_seen, visitor, data.message_id)
    if conversation_id is not None:
        await database.write(visitor.workspace_id, mark_contact_read, conversation_id, data.message_id)
        await settle(database, visitor, data.message_id, "read")


@post("/typing", status_code=204)
async def tell_typing(request: AnyRequest, database: Database, bus: Bus, visitor: Visitor) -> None:
    """The visitor is writing."""
    access.take(request, access.SIGNS, visitor.token_hash)
    conversation_id = await database.read(visitor.workspace_id, _typing_into, visitor)
    if conversation_id is not None:
        facts = {"conversation_id": conversation_id, "contact": True, "until": database.clock() + TYPING_LASTS}
        bus.signal(visitor.workspace_id, "typing", facts)


@post("/complaint", status_code=204)
async def complain_as_visitor(request: AnyRequest, database: Database, visitor: Visitor) -> None:
    """What the visitor waits for is a complaint, they say: where the inbox offers that, and they have written something."""
    access.take(request, access.SIGNS, visitor.token_hash)
    if not visitor.settings.get("complaints"):
        raise NotFound("Complaints aren't taken here.")
    await database.write(visitor.workspace_id, complain, visitor, actor="visitor")


@get("/stream", include_in_schema=False)
async def follow_conversation(request: AnyRequest, database: Database, bus: Bus, visitor: Visitor) -> ASGIApp:
    """The visitor's live stream: Server-Sent Events, numbered within the conversation."""
    access.take(request, access.STREAMS, visitor.token_hash)
    return open_stream(request, database, bus, visitor)


@route(_PATHS, http_method="OPTIONS", include_in_schema=False)
async def answer_preflight() -> Response[None]:
    """What a browser asks before the call itself; each call is then judged by its token and origin."""
    return Response(None, status_code=204)


def _vouched(door: Door, statement: str | None, now: int) -> tuple[Address, ...]:
    if not statement:
        return ()
    if not isinstance(door.adapter, Vouching):
        raise NotFound("Nobody can be signed in here.")
    return door.adapter.vouch(statement, now)


def _greet(tx: ReadTx, door: Door, token_hash: str) -> tuple[Config, Telling]:
    push: Telling = "on" if is_told(tx, token_hash) else "off"
    return _configure(tx, door), push if tells_of_answers(door.account.settings) else "never"


def _configure(tx: ReadTx, door: Door) -> Config:
    account, workspace = door.account.settings, get_workspace(tx)
    settings = workspace.settings
    asked = {"name": ["name"], "name_email": ["name", "email"]}
    return Config(
        company=str(account.get("company") or workspace.name),
        accent=str(account.get("accent") or ""),
        logo=str(account.get("logo") or ""),
        locale=settings.locale,
        promise=promise_for(tx, door.account.inbox_id),
        opens_at=opens_at(own_schedule(tx), tx.now),
        pre_chat=asked.get(str(account.get("pre_chat")), []),
        complaints=bool(account.get("complaints")),
        read_marks=settings.read_marks_out,
        typing=settings.typing_in,
        upload_limit=door.adapter.descriptor.media_limit,
        text_limit=door.adapter.descriptor.text_limit or 20_000,
        emoji=EMOJI if door.adapter.descriptor.reactions else (),
        updates=list_updates(tx),
    )


class _Reading(NamedTuple):
    """The conversation whose read position moves, None where nobody wants to know; and whether a push was held for it."""

    conversation_id: str | None = None
    behind: bool = False


def _to_mark(tx: ReadTx, who: Visitor, message_id: str) -> _Reading:
    """Nothing for what the visitor can't see."""
    if not find_visible(tx, who, [message_id]):
        return _Reading()
    wanted = settings_of(tx).read_marks_in
    return _Reading(find_conversation_ids(tx, who)[0] if wanted else None, is_behind(tx, who, message_id))


def _typing_into(tx: ReadTx, who: Visitor) -> str | None:
    conversations = find_conversation_ids(tx, who)
    return conversations[0] if conversations and settings_of(tx).typing_in else None


def _claimed(email: str) -> str:
    """A claimed address, or nothing where it can't be one: a claim is never a reason to refuse words."""
    local, at, domain = clean_name(email, 254).rpartition("@")
    return f"{local}@{domain}" if at and local and "." in domain and " " not in local + domain else ""


routes: list[Any] = [
    Router(
        path="/visitor/v1",
        route_handlers=[
            open_session,
            close_session,
            list_visitor_messages,
            send_visitor_message,
            react_as_visitor,
            upload_visitor_file,
            get_visitor_attachment,
            mark_visitor_read,
            tell_typing,
            complain_as_visitor,
            follow_conversation,
            *updates.handlers,
            *pushes.handlers,
            *promises.handlers,
            answer_preflight,
        ],
        dependencies={"visitor": Provide(access.provide_visitor)},
        middleware=[access.cross_origin],
        tags=["visitors"],
        security=[{"visitor": []}],
    )
]
