"""Questions of one's own, in SQL over the files of a workspace, and everything as one file to take away."""

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Literal
from uuid import uuid4

from msgspec import Struct

from lyhord.insights.facts.engine import Job, Run
from lyhord.insights.facts.folder import FactFolder
from lyhord.insights.facts.model import TABLES, Table
from lyhord.insights.facts.rows import paths, quoted
from lyhord.insights.facts.writing import WRITE_SECONDS, write_workspace
from lyhord.insights.pictures.asking import Pictures
from lyhord.kit.database import Database

SECONDS = 20.0
MEGABYTES = 512
MOST = 5_000
BLOCK = 1 << 18
Format = Literal["csv", "parquet"]


class Told(Struct, frozen=True):
    """What a question says: at most 5,000 rows, `more` where there would be others. `until`: up to when the files go (Unix ms)."""

    columns: list[str]
    rows: list[list[Any]]
    more: bool
    until: int


async def ask(database: Database, pictures: Pictures, workspace_id: str, sql: str) -> Told:
    """Answer one SELECT over `tickets` and `messages`. Raises `Invalid` with DuckDB's words, `AskedTooMuch` after 20 s."""
    folder = await _written(database, pictures, workspace_id)
    made = [_named(folder, table) for table in TABLES]
    job = Job([*made, Run(sql, most=MOST)], guarded=True)
    answers = await pictures.desk.ask_guarded(folder.path, job, seconds=SECONDS, megabytes=MEGABYTES)
    answer = answers[-1]
    return Told(answer.columns, answer.rows, answer.more, folder.manifest().written_at)


async def export(
    database: Database, pictures: Pictures, workspace_id: str, table: Table, how: Format
) -> AsyncIterator[bytes]:
    """Every row of a table as one file, piece by piece."""
    folder = await _written(database, pictures, workspace_id)
    target = folder.path / f"taken-{uuid4().hex}"
    options = "FORMAT parquet, COMPRESSION zstd" if how == "parquet" else "FORMAT csv, HEADER"
    columns = ", ".join(_plain(name, kind) for name, kind in table.columns.items()) if how == "csv" else "*"
    copy = Run(f"COPY (SELECT {columns} FROM {table.name}) TO {quoted(target)} ({options})", answers=False)
    await pictures.desk.ask(Job([_named(folder, table), copy]), seconds=WRITE_SECONDS)
    return _read(target)


async def _written(database: Database, pictures: Pictures, workspace_id: str) -> FactFolder:
    await write_workspace(database, pictures.desk, workspace_id, at_once=True)
    folder = pictures.folder(workspace_id)
    await asyncio.to_thread(folder.path.mkdir, parents=True, exist_ok=True)
    return folder


def _named(folder: FactFolder, table: Table) -> Run:
    """A view by the table's name; an empty table where there is no file."""
    files = folder.files(table)
    if files:
        return Run(
            f"CREATE OR REPLACE TEMP VIEW {table.name} AS SELECT * FROM read_parquet({paths(files)})", answers=False
        )
    columns = ", ".join(f"{name} {kind}" for name, kind in table.columns.items())
    return Run(f"CREATE OR REPLACE TEMP TABLE {table.name} ({columns})", answers=False)


def _plain(name: str, kind: str) -> str:
    """A column as a spreadsheet takes it: lists as words, and nothing that it would run."""
    text = f"array_to_string({name}, ' ')" if kind.endswith("[]") else name
    if kind not in ("VARCHAR", "VARCHAR[]"):
        return f"{text} AS {name}"
    return f"CASE WHEN regexp_matches({text}, '^ *[=+@\\t\\r\\n-]') THEN '''' || {text} ELSE {text} END AS {name}"


async def _read(path: Path) -> AsyncIterator[bytes]:
    file = await asyncio.to_thread(path.open, "rb")
    try:
        while block := await asyncio.to_thread(file.read, BLOCK):
            yield block
    finally:
        file.close()
        await asyncio.to_thread(os.unlink, path)
