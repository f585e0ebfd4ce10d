"""The REST routes of imports. A file may speak of anybody, so only who reads every inbox takes one in."""

import asyncio
from collections.abc import AsyncIterator
from itertools import islice
from typing import Annotated, Any, BinaryIO

from litestar import Request, get, post
from litestar.params import Parameter
from litestar.response import Stream
from msgspec import Struct

from lyhord.contacts.actions.attributes import list_attributes
from lyhord.contacts.imports import actions, store, views
from lyhord.contacts.imports.jobs import definitions_by_key, read_chunk
from lyhord.contacts.imports.model import Import, Options, guess_fields
from lyhord.contacts.imports.reading import guess_options, read_lines
from lyhord.kit.database import Database
from lyhord.kit.files import Files
from lyhord.kit.http import Cursor, Limit, Page, Principal, decode_cursor, page_of, requires
from lyhord.kit.problems import Forbidden, Invalid

SHOWN = 20
"""Rows of a preview."""
STEP = 1_000
MOST_ROWS = 1_000_000
_MAY: dict[str, Any] = {"guards": [requires("contacts.import")], "tags": ["imports"]}
Name = Annotated[str, Parameter(min_length=1, max_length=1_000, description="the file's name")]


class Preview(Struct):
    """A file as it is read with some options: its heads, its first rows as they are written, and what would become of them."""

    heads: list[str]
    cells: list[list[str]]
    foreseen: list[views.Foreseen]


class Prepared(Struct):
    """A file that was taken, how it is likely to be read, and what that would do."""

    made: Import
    preview: Preview


@post("/api/v1/contact-imports", request_max_body_size=None, status_code=201, **_MAY)
async def prepare(
    request: Request[Any, Any, Any],
    database: Database,
    files: Files,
    principal: Principal,
    upload_bytes: int,
    name: Name,
) -> Prepared:
    """Take a CSV file, sent as the raw body, and guess how it is to be read. Nothing is imported yet."""
    _check_reach(principal)
    stored = await files.put(request.stream(), upload_bytes)
    if not stored.size:
        raise Invalid("The file is empty.", fields={"body": "problem.empty"})
    definitions = await database.read(principal.workspace_id, list_attributes)

    def look() -> tuple[Options, int]:
        with files.open(stored.sha256) as source:
            options = guess_options(source)
            fields = guess_fields(_heads(source, options), definitions)
            options = Options(
                encoding=options.encoding, separator=options.separator, header=options.header, fields=fields
            )
            return options, _count(source, options)

    options, rows = await asyncio.to_thread(look)
    made = await database.write(
        principal.workspace_id, actions.prepare_import, name, stored.sha256, options, rows, actor=principal.subject
    )
    return Prepared(made, await _preview(database, files, principal, stored.sha256, options))


@get("/api/v1/contact-imports", **_MAY)
async def list_imports(
    database: Database, principal: Principal, cursor: Cursor = None, limit: Limit = 50
) -> Page[Import]:
    """Imports, the latest first."""
    before = decode_cursor(cursor, tuple[str])[0] if cursor else None
    found = await database.read(principal.workspace_id, views.list_imports, before, limit + 1)
    return page_of(found, limit, lambda one: (one.id,))


@get("/api/v1/contact-imports/{import_id:str}", **_MAY)
async def get_import(database: Database, principal: Principal, import_id: str) -> Import:
    """One import, and how far it is."""
    return (await database.read(principal.workspace_id, actions.get_import, import_id))[0]


@post("/api/v1/contact-imports/{import_id:str}/preview", status_code=200, **_MAY)
async def preview(database: Database, files: Files, principal: Principal, import_id: str, data: Options) -> Preview:
    """What the first rows would become with these options."""
    _check_reach(principal)
    file = await _file(database, principal, import_id)
    return await _preview(database, files, principal, file, data)


@post("/api/v1/contact-imports/{import_id:str}/start", status_code=200, **_MAY)
async def start(database: Database, files: Files, principal: Principal, import_id: str, data: Options) -> Import:
    """Take the file in, in the background, behind whatever agents and customers do at the moment."""
    _check_reach(principal)
    file = await _file(database, principal, import_id)

    def count() -> int:
        with files.open(file) as source:
            return _count(source, data)

    rows = await asyncio.to_thread(count)
    if rows > MOST_ROWS:
        raise Invalid("The file has too many rows; cut it into several.", key="imports.too_many_rows")
    return await database.write(
        principal.workspace_id, actions.start_import, import_id, data, rows, actor=principal.subject
    )


@post("/api/v1/contact-imports/{import_id:str}/cancel", status_code=200, **_MAY)
async def cancel(database: Database, principal: Principal, import_id: str) -> Import:
    """Take in no further row. Those that were stay, and a list of contacts shows who they are."""
    return await database.write(principal.workspace_id, actions.cancel_import, import_id, actor=principal.subject)


@get("/api/v1/contact-imports/{import_id:str}/report", **_MAY)
async def get_report(database: Database, principal: Principal, import_id: str) -> Stream:
    """What became of each row, as CSV."""
    await database.read(principal.workspace_id, actions.get_import, import_id)

    async def content() -> AsyncIterator[str]:
        yield "\ufeff" + ",".join(views.COLUMNS) + "\r\n"
        after = 0
        while True:
            rows = await database.read(
                principal.workspace_id,
                lambda tx, line: tx.all(store.rows_after, of=import_id, after=line, most=STEP),
                after,
            )
            yield views.report_lines(rows, principal.locale)
            if len(rows) < STEP:
                return
            after = rows[-1][0]

    headers = {"content-disposition": 'attachment; filename="import-report.csv"'}
    return Stream(content(), media_type="text/csv", headers=headers)


async def _file(database: Database, principal: Principal, import_id: str) -> str:
    _, file = await database.read(principal.workspace_id, actions.get_import, import_id)
    if file is None:
        raise Invalid("The import has ended; upload the file again.", key="imports.file_gone")
    return file


async def _preview(database: Database, files: Files, principal: Principal, file: str, options: Options) -> Preview:
    definitions = definitions_by_key(await database.read(principal.workspace_id, list_attributes))

    def look() -> tuple[list[str], list[list[str]], list[Any]]:
        with files.open(file) as source:
            heads = _heads(source, options)
            source.seek(0)
            cells = [line.cells or [] for line in islice(read_lines(source, options), SHOWN)]
        with files.open(file) as source:
            return heads, cells, read_chunk(read_lines(source, options), options, definitions, SHOWN)

    heads, cells, rows = await asyncio.to_thread(look)
    return Preview(heads, cells, await database.read(principal.workspace_id, views.foresee, rows, options))


def _heads(source: BinaryIO, options: Options) -> list[str]:
    """The cells of the first row, which may be no head."""
    source.seek(0)
    plain = Options(encoding=options.encoding, separator=options.separator, header=False)
    first = next(read_lines(source, plain), None)
    return list(first.cells or ()) if first else []


def _count(source: BinaryIO, options: Options) -> int:
    source.seek(0)
    return sum(1 for _ in read_lines(source, options))


def _check_reach(principal: Principal) -> None:
    if principal.inbox_ids is not None:
        raise Forbidden("Only who reads all inboxes can import customers.", key="imports.whole_reach")


routes: list[Any] = [prepare, list_imports, get_import, preview, start, cancel, get_report]
