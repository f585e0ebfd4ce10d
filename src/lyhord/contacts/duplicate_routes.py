"""The REST routes of contacts who may be one. A pair is shown to whoever may see both."""

from collections.abc import Callable
from typing import Any

from litestar import get, post
from msgspec import Struct

from lyhord.contacts import duplicate_store as store
from lyhord.contacts.duplicates import (
    NEWEST,
    Duplicate,
    allow_duplicate,
    duplicates_of,
    read_pairs,
    refuse_duplicate,
)
from lyhord.contacts.listing import Asker, Timelines
from lyhord.kit.database import Database, ReadTx
from lyhord.kit.http import Cursor, Limit, Page, Principal, decode_cursor, page_of, requires
from lyhord.workspaces.reach import Reach

_READ: dict[str, Any] = {"guards": [requires("conversations.read")], "tags": ["contacts"]}
_EDIT: dict[str, Any] = {"guards": [requires("contacts.edit")], "tags": ["contacts"], "status_code": 204}


class Pair(Struct, forbid_unknown_fields=True):
    """Two contacts."""

    one: str
    other: str


@get("/api/v1/duplicates", **_READ)
async def list_duplicates(
    database: Database, principal: Principal, timelines: Timelines, cursor: Cursor = None, limit: Limit = 50
) -> Page[Duplicate]:
    """Pairs that nobody has settled, the latest first. A page may be short, and more follow."""
    at, one, other = decode_cursor(cursor, tuple[int, str, str]) if cursor else NEWEST

    def view(tx: ReadTx) -> Page[Duplicate]:
        rows = tx.all(store.open_pairs, before_at=at, before_one=one, before_other=other, most=limit + 1)
        page = page_of(rows, limit, lambda row: (row[3], row[0], row[1]))
        return Page(_seen(tx, principal, timelines, read_pairs(tx, page.items)), page.next)

    return await database.read(principal.workspace_id, view)


@get("/api/v1/contacts/{contact_id:str}/duplicates", **_READ)
async def list_duplicates_of(
    database: Database, principal: Principal, timelines: Timelines, contact_id: str
) -> list[Duplicate]:
    """Who may be one with a contact, and why."""

    def view(tx: ReadTx) -> list[Duplicate]:
        Asker(tx, Reach(principal.inbox_ids), timelines).one(contact_id)
        return _seen(tx, principal, timelines, duplicates_of(tx, contact_id))

    return await database.read(principal.workspace_id, view)


@post("/api/v1/duplicates/refuse", **_EDIT)
async def refuse(database: Database, principal: Principal, timelines: Timelines, data: Pair) -> None:
    """They aren't one; it is never suggested again."""
    await _settle(database, principal, timelines, refuse_duplicate, data)


@post("/api/v1/duplicates/allow", **_EDIT)
async def allow(database: Database, principal: Principal, timelines: Timelines, data: Pair) -> None:
    """Take a refusal back."""
    await _settle(database, principal, timelines, allow_duplicate, data)


def _seen(tx: ReadTx, principal: Principal, timelines: Timelines, pairs: list[Duplicate]) -> list[Duplicate]:
    ids = {one.id for pair in pairs for one in (pair.one, pair.other)}
    visible = timelines.visible(tx, Reach(principal.inbox_ids), ids) if ids else set()
    return [pair for pair in pairs if {pair.one.id, pair.other.id} <= visible]


async def _settle(
    database: Database, principal: Principal, timelines: Timelines, action: Callable[..., None], pair: Pair
) -> None:
    def look(tx: ReadTx) -> None:
        asker = Asker(tx, Reach(principal.inbox_ids), timelines)
        asker.one(pair.one)
        asker.one(pair.other)

    await database.read(principal.workspace_id, look)
    await database.write(principal.workspace_id, action, pair.one, pair.other, actor=principal.subject)


routes: list[Any] = [list_duplicates, list_duplicates_of, refuse, allow]
