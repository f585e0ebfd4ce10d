"""Routes of files: upload, download, and the formatted form of a message for a sandboxed frame."""

import io
import mimetypes
from collections.abc import AsyncIterator
from typing import Annotated, Any

from litestar import Request, Response, get, post
from litestar.enums import MediaType
from litestar.params import Parameter
from litestar.response import Stream
from msgspec.structs import replace

from lyhord.conversations import store
from lyhord.conversations.actions.attach import attach_file
from lyhord.conversations.exchange import Raw
from lyhord.conversations.model import Attached, Attachment, read_more
from lyhord.conversations.outgoing import Channels
from lyhord.conversations.sharing.model import draft_of_files
from lyhord.conversations.sharing.views import get_shared
from lyhord.conversations.signatures.model import is_kept_below
from lyhord.conversations.views import get_message, sees_message
from lyhord.kit.content import HEAD, UNKNOWN, sniff
from lyhord.kit.database import Database, ReadTx
from lyhord.kit.files import Files
from lyhord.kit.http import Principal, requires
from lyhord.kit.problems import Invalid, NotFound
from lyhord.kit.whereabouts import tells_place, without_place
from lyhord.web.downloads import download, stream
from lyhord.web.formatted import FRAME_POLICY, to_page
from lyhord.workspaces.reach import Reach

Name = Annotated[str, Parameter(min_length=1, max_length=1_000, description="the file's name")]


@post(
    "/api/v1/files",
    guards=[requires("conversations.reply", "replies.manage", "inboxes.manage")],
    tags=["conversations"],
    request_max_body_size=None,
    status_code=201,
)
async def upload_file(
    request: Request[Any, Any, Any],
    database: Database,
    files: Files,
    principal: Principal,
    upload_bytes: int,
    name: Name,
) -> Attachment:
    """Keep a file, sent as the raw body, for a message, a canned reply or a signature: whoever may write one of them may upload.

    It is its uploader's alone until it is taken there. Where a picture or film was made isn't kept. 413 past the limit, with nothing kept.
    """
    body = Body(request.stream())
    stored = await files.put(without_place(body.chunks(), upload_bytes), upload_bytes)
    if not stored.size:
        raise Invalid("The file is empty.", fields={"body": "problem.empty"})
    content_type = sniff(bytes(body.head), name, request.headers.get("content-type", ""))

    def attach(tx: Any) -> Attachment:
        return attach_file(tx, stored.sha256, name=name, content_type=content_type, size=stored.size)

    return await database.write(principal.workspace_id, attach, actor=principal.subject)


@get("/api/v1/attachments/{attachment_id:str}", guards=[requires("conversations.read")], tags=["conversations"])
async def get_attachment(database: Database, files: Files, principal: Principal, attachment_id: str) -> Stream:
    """The file itself; pictures can be shown in a page, everything else is a download."""
    file = await database.read(principal.workspace_id, find_file, principal, attachment_id)
    return download(files, file=file.file, name=file.name, content_type=file.type)


@post(
    "/api/v1/attachments/{attachment_id:str}/copy",
    guards=[requires("conversations.reply")],
    tags=["conversations"],
    status_code=201,
)
async def copy_attachment(
    database: Database, files: Files, principal: Principal, attachment_id: str, upload_bytes: int
) -> Attachment:
    """The same file once more, for a message that the caller writes elsewhere. Where a picture or film was made stays here."""
    file = await database.read(principal.workspace_id, find_file, principal, attachment_id)
    if tells_place(file.type):
        whole = await files.read(file.file)
        file = replace(file, file=(await files.put(without_place(_whole(whole), max(upload_bytes, file.size)))).sha256)

    def copy(tx: Any) -> Attachment:
        find_file(tx, principal, attachment_id)
        return attach_file(tx, file.file, name=file.name, content_type=file.type, size=file.size)

    return await database.write(principal.workspace_id, copy, actor=principal.subject)


@get(
    "/api/v1/messages/{message_id:str}/html",
    guards=[requires("conversations.read")],
    tags=["conversations"],
    media_type=MediaType.HTML,
)
async def get_formatted(database: Database, principal: Principal, message_id: str) -> Response[bytes]:
    """The message as it was formatted, as a page for a sandboxed frame: nothing in it acts or loads from elsewhere."""
    page = await database.read(principal.workspace_id, _formatted, Reach(principal.inbox_ids), message_id)
    headers = {
        "Content-Security-Policy": FRAME_POLICY,
        "X-Frame-Options": "SAMEORIGIN",
        "Cache-Control": "no-store",
    }
    return Response(page.encode("utf-8", "replace"), media_type=MediaType.HTML, headers=headers)


@get("/api/v1/messages/{message_id:str}/raw", guards=[requires("conversations.read")], tags=["conversations"])
async def get_original(
    database: Database, files: Files, principal: Principal, channels: Channels, message_id: str
) -> Stream:
    """What brought the message, byte for byte as it came, as a download. Kept for 30 days; 404 after them and for what we wrote."""
    channel, raw = await database.read(principal.workspace_id, _original, Reach(principal.inbox_ids), message_id)
    kind = channels.descriptor(channel).payload_type if channel else UNKNOWN
    source = files.open(raw.file) if raw.file else io.BytesIO(raw.body)
    return stream(source, name=f"{message_id}{mimetypes.guess_extension(kind) or ''}", content_type=kind)


async def _whole(content: bytes) -> AsyncIterator[bytes]:
    yield content


class Body:
    """A request's body that remembers how it began: `head` holds its first bytes once it was read."""

    def __init__(self, source: AsyncIterator[bytes]) -> None:
        self._source = source
        self.head = bytearray()

    async def chunks(self) -> AsyncIterator[bytes]:
        """The body, piece by piece."""
        async for chunk in self._source:
            if len(self.head) < HEAD:
                self.head += chunk[: HEAD - len(self.head)]
            yield chunk


def find_file(tx: ReadTx, principal: Principal, attachment_id: str) -> Attached:
    """The file behind an attachment that the caller may see: through its message or shared draft, below the company's mails, or because
    they uploaded it. Else `NotFound`.
    """
    row = tx.one(store.attachment_by_id, id=attachment_id)
    if row is None or not row[1]:
        raise NotFound("There is no such file.")
    message_id, uploaded_by = row[6], row[8]
    if message_id is not None:
        get_message(tx, Reach(principal.inbox_ids), message_id)
    elif draft_id := draft_of_files(uploaded_by):
        get_shared(tx, Reach(principal.inbox_ids), draft_id)
    elif uploaded_by != principal.subject and not is_kept_below(uploaded_by):
        raise NotFound("There is no such file.")
    return Attached(*row[:6])


def _formatted(tx: ReadTx, reach: Reach, message_id: str) -> str:
    """The page of a visible message."""
    row = tx.one(store.message_html, id=message_id)
    if row is None or row[0] is None or row[4] is not None:
        raise NotFound("There is no such message.")
    html, conversation_id, inbox_id, more, _ = row
    if not sees_message(tx, reach, conversation_id, inbox_id):
        raise NotFound("There is no such message.")
    return to_page(html, {file.inline_id: file.id for file in read_more(more).attachments if file.inline_id})


def _original(tx: ReadTx, reach: Reach, message_id: str) -> tuple[str | None, Raw]:
    """The channel and the payload of a visible message."""
    message = get_message(tx, reach, message_id)
    row = tx.one(store.raw_by_id, id=message_id)
    if row is None or message.removed_at is not None:
        raise NotFound("There is no original of this message any more.")
    body, file = row
    return message.channel, Raw(body or b"", file=file)


routes: list[Any] = [upload_file, get_attachment, copy_attachment, get_formatted, get_original]
