"""The REST route of search."""

from typing import Annotated, Any

from litestar import get
from litestar.params import Parameter
from msgspec import Struct

from lyhord.contacts.model import Contact
from lyhord.conversations.search import FoundMessage, search
from lyhord.kit.database import Database
from lyhord.kit.http import Cursor, Limit, Principal, decode_cursor, encode_cursor, requires
from lyhord.workspaces.reach import Reach

Typed = Annotated[str, Parameter(max_length=400, description="what was typed so far; the last word may be unfinished")]


class Found(Struct, kw_only=True):
    """What matches: messages newest first, and on the first page the contacts that fit best."""

    contacts: list[Contact]
    messages: list[FoundMessage]
    next: str | None


@get("/api/v1/search", guards=[requires("conversations.read")], tags=["search"])
async def search_everything(
    database: Database, principal: Principal, q: Typed = "", cursor: Cursor = None, limit: Limit = 30
) -> Found:
    """Messages, notes and contacts that contain all the words, in any language. Words in double quotes stand together."""
    before = decode_cursor(cursor, tuple[int])[0] if cursor else None
    results = await database.read(
        principal.workspace_id, search, Reach(principal.inbox_ids), q, before=before, most=limit
    )
    following = None if results.next is None else encode_cursor(results.next)
    return Found(contacts=results.contacts, messages=results.messages, next=following)


routes: list[Any] = [search_everything]
