"""Writing the files: as far as the log goes, months that changed alone; from the beginning where there are none.

A month's file is made beside the old one and takes its place; only then does the manifest say so. Whoever reads meanwhile takes
everything after the manifest from the tables, and that wins: so nothing is missed or counted twice at any moment.
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import msgspec
import structlog
from msgspec import Struct

from lyhord.insights.facts.desk import Desk
from lyhord.insights.facts.engine import Job, Run
from lyhord.insights.facts.folder import FactFolder, Manifest, clear_others
from lyhord.insights.facts.model import MESSAGES, TABLES, TICKETS, Table, month_of
from lyhord.insights.facts.reading import (
    START,
    Facts,
    Head,
    is_all_heard,
    page_of_conversations,
    page_of_messages,
    read_changes,
    read_facts,
    read_head_of,
)
from lyhord.insights.facts.rows import clause, list_of, paths, quoted, read_lines, rows_of
from lyhord.kit.clock import HOUR
from lyhord.kit.database import Busy, Database, ReadTx

SECONDS = 60
"""Between two looks at what changed."""
WORTH = 1_000
"""Events since the files were written that are worth writing them at once: fewer are read from the tables, and written within the hour."""
ANEW = 20_000
"""As many are read faster as all rows there are, than as changes that each have their months written."""
WRITE_SECONDS = 600.0
EVENTS = 2_000
TALKS, SAID = 50, 1_000
"""Rows that one read takes while everything is written anew."""

HOW = "COMPRESSION zstd, PARQUET_VERSION V2"
"""Version 2 writes times as their differences: the files are smaller, and read in half the time."""

Page = tuple[Sequence[Struct], str | None]
_log = structlog.get_logger()


class Written(Struct, frozen=True):
    """How much was written."""

    tickets: int = 0
    messages: int = 0


async def write_all(database: Database, desk: Desk) -> int:
    """Bring the files of every workspace up to date; how many had news."""
    workspaces = await database.list_workspaces(reachable=True)
    if not await database.list_away():
        await asyncio.to_thread(clear_others, desk.root, workspaces)
    done = 0
    for workspace_id in workspaces:
        try:
            done += await write_workspace(database, desk, workspace_id)
        except Busy as error:
            _log.warning("insights wait for the database", workspace_id=workspace_id, error=repr(error))
    return done


async def write_workspace(database: Database, desk: Desk, workspace_id: str, *, at_once: bool = False) -> bool:
    """Bring the files of one workspace as far as its log goes, `at_once` even where little is new; whether anything was written.

    Several processes may do so at the same time: each writes what is so.
    """
    folder = FactFolder(desk.root, workspace_id)
    manifest, head = folder.manifest(), await database.read(workspace_id, read_head_of)
    if manifest.epoch == head.epoch and await database.read(workspace_id, is_all_heard, manifest.seq, head.sure):
        await rebuild(database, desk, workspace_id)
        return True
    if not at_once and head.epoch == manifest.epoch and not _is_worth_it(manifest, head, database.clock()):
        return False
    begins = manifest.epoch != head.epoch or manifest.seq > head.seq
    if begins and (not head.sure or not (at_once or _is_worth_beginning(head))):
        return False
    if begins or head.sure - manifest.seq >= ANEW:
        await rebuild(database, desk, workspace_id)
        return True
    after = manifest.seq
    while after < head.sure:
        changes = await database.read(workspace_id, read_changes, after, head.sure, EVENTS)
        facts = await database.read(workspace_id, read_facts, changes)
        await _merge(desk, folder, TICKETS, facts)
        await _merge(desk, folder, MESSAGES, facts)
        after = changes.last
        await asyncio.to_thread(folder.write_manifest, Manifest(head.epoch, after, database.clock()))
    return manifest.seq < head.sure


def _is_worth_beginning(head: Head) -> bool:
    return (head.sure >= WORTH and _is_settled(head)) or head.sure >= ANEW


def _is_worth_it(manifest: Manifest, head: Head, now: int) -> bool:
    much = head.sure - manifest.seq >= WORTH and _is_settled(head)
    return much or (head.sure > manifest.seq and now - manifest.written_at >= HOUR)


def _is_settled(head: Head) -> bool:
    """Whether followers are near the end of the log: of a history that they read for an hour nothing is written again every minute."""
    return head.seq - head.sure < WORTH


async def rebuild(database: Database, desk: Desk, workspace_id: str) -> Written:
    """Throw the files of a workspace away and write them anew from the tables; what is said meanwhile comes with the next look."""
    folder = FactFolder(desk.root, workspace_id)
    head = await database.read(workspace_id, read_head_of)
    await asyncio.to_thread(folder.clear)
    counted = {table.name: 0 for table in TABLES}
    views: tuple[tuple[Table, Callable[[ReadTx, str, int], Page], int], ...] = (
        (TICKETS, page_of_conversations, TALKS),
        (MESSAGES, page_of_messages, SAID),
    )
    for table, view, most in views:
        after: str | None = START
        while after is not None:
            page, after = await database.read(workspace_id, view, after, most)
            await asyncio.to_thread(_put_aside, folder, table, page)
            counted[table.name] += len(page)
        for lines in sorted(folder.spool(table).glob("*.ndjson")):
            runs = [_copy(read_lines(lines, table), table, folder.spare(table, lines.stem))]
            await desk.ask(Job(runs), seconds=WRITE_SECONDS)
            await asyncio.to_thread(folder.take, table, lines.stem)
            lines.unlink()
    await asyncio.to_thread(folder.write_manifest, Manifest(head.epoch, head.sure, database.clock()))
    return Written(**counted)


def _put_aside(folder: FactFolder, table: Table, rows: Iterable[Struct]) -> None:
    """Add rows to the lines of their months, of which files are made at the end."""
    encode = msgspec.json.Encoder().encode
    months: dict[str, list[bytes]] = {}
    for row in rows:
        months.setdefault(month_of(getattr(row, table.at)), []).append(encode(row))
    for month, lines in months.items():
        with (folder.spool(table) / f"{month}.ndjson").open("ab") as file:
            file.write(b"\n".join(lines) + b"\n")


async def _merge(desk: Desk, folder: FactFolder, table: Table, facts: Facts) -> None:
    """Put rows in the place of those that they replace, in the months in which anything is another."""
    fresh = facts.tickets if table is TICKETS else facts.messages
    given = [
        *rows_of("fresh", table, fresh),
        *list_of("stale", facts.stale_of(table)),
        *list_of("gone", facts.gone_ids),
    ]
    months = [
        row[0] for row in (await desk.ask(Job([*given, _changed(folder, table)]), seconds=WRITE_SECONDS))[-1].rows
    ]
    if not months:
        return
    copies = [_copy(_rest(folder, table, month), table, folder.spare(table, month)) for month in months]
    await desk.ask(Job([*given, *copies]), seconds=WRITE_SECONDS)
    for month in months:
        await asyncio.to_thread(folder.take, table, month)


MONTH = "strftime(make_timestamp({at} * 1000), '%Y-%m')"


def _changed(folder: FactFolder, table: Table) -> Run:
    """The months in which what is to be replaced isn't what stands there already."""
    files, names = folder.files(table), ", ".join(table.columns)
    old = (
        f"SELECT {names} FROM read_parquet({paths(files)}) WHERE {clause(table)}"
        if files
        else f"SELECT {names} FROM fresh WHERE false"
    )
    new = f"SELECT {names} FROM fresh"
    other = f"(({old}) EXCEPT ({new})) UNION ALL (({new}) EXCEPT ({old}))"
    return Run(f"SELECT DISTINCT {MONTH.format(at=table.at)} FROM ({other})")


def _rest(folder: FactFolder, table: Table, month: str) -> str:
    """A month as it is from now on."""
    names, file = ", ".join(table.columns), folder.file(table, month)
    fresh = f"SELECT {names} FROM fresh WHERE {MONTH.format(at=table.at)} = '{month}'"
    if not file.exists():
        return fresh
    return f"SELECT {names} FROM read_parquet({paths([file])}) WHERE NOT ({clause(table)}) UNION ALL {fresh}"


def _copy(source: str, table: Table, target: Path) -> Run:
    return Run(
        f"COPY (SELECT * FROM ({source}) ORDER BY {table.order}) TO {quoted(target)} (FORMAT parquet, {HOW})",
        answers=False,
    )
