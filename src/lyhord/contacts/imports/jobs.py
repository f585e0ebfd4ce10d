"""The job that takes a file in, a chunk of rows after the other. It may die at any moment, and goes on where it was."""

import asyncio
import time
from collections.abc import Iterator
from itertools import islice

from lyhord.contacts.actions.attributes import list_attributes
from lyhord.contacts.imports.actions import CHUNK, JOB, fail_import, get_import, import_rows
from lyhord.contacts.imports.model import Options, Refusal, Row, read_row
from lyhord.contacts.imports.reading import Line, read_lines
from lyhord.contacts.model import Definition
from lyhord.kit.database import Tx
from lyhord.kit.database.jobs_table import enqueue
from lyhord.kit.files import Files
from lyhord.kit.jobs import Context, Handler
from lyhord.kit.leases import GiveUp, Job, Patience
from lyhord.kit.problems import NotFound

PATIENCE = Patience(attempts=6)
STRETCH = 20.0
"""Seconds after which another job goes on, well within the lease of this one."""


def make_import(files: Files) -> Handler:
    """The work of an import."""

    async def take_in(context: Context, job: Job) -> None:
        import_id = job.read(dict[str, str])["id"]
        try:
            await _take_in(context, job, files, import_id)
        except Exception as error:
            lost = isinstance(error, NotFound)
            if lost or job.attempt >= PATIENCE.attempts:
                problem = "imports.file_gone" if lost else "imports.failed"
                await context.database.write(context.workspace_id, fail_import, import_id, problem)
            if lost:
                raise GiveUp("the file isn't there any more") from error
            raise

    return take_in


async def _take_in(context: Context, job: Job, files: Files, import_id: str) -> None:
    database, workspace_id = context.database, context.workspace_id
    found, file = await database.read(workspace_id, get_import, import_id)
    if found.status != "running" or file is None:
        return
    definitions = definitions_by_key(await database.read(workspace_id, list_attributes))
    place, until = found.counts.rows, time.monotonic() + STRETCH
    with files.open(file) as source:
        lines = read_lines(source, found.options)
        await asyncio.to_thread(_pass_over, lines, place)
        more = True
        while more:
            chunk = await asyncio.to_thread(read_chunk, lines, found.options, definitions, CHUNK)
            pause = time.monotonic() > until

            def write(
                tx: Tx, at: int = place, rows: list[tuple[int, Row | Refusal]] = chunk, ends: bool = pause
            ) -> bool:
                more = import_rows(tx, import_id, at, rows, last=len(rows) < CHUNK)
                if more and ends:
                    job.complete(tx)
                    enqueue(tx, JOB, {"id": import_id})
                return more and not ends

            more = await database.write(workspace_id, write, actor=found.made_by, bulk=True)
            place += len(chunk)


def _pass_over(lines: Iterator[Line], many: int) -> None:
    for _ in islice(lines, many):
        pass


def definitions_by_key(definitions: list[Definition]) -> dict[str, Definition]:
    """The fields of contacts by their key."""
    return {one.key: one for one in definitions if one.subject == "contact"}


def read_chunk(
    lines: Iterator[Line], options: Options, definitions: dict[str, Definition], most: int
) -> list[tuple[int, Row | Refusal]]:
    """The next rows of a file with the numbers of their lines; fewer than `most` at its end."""
    unreadable = Refusal("imports.refused_unreadable")
    return [
        (number, unreadable if cells is None else read_row(cells, options.fields, definitions, options.tags))
        for number, cells in islice(lines, most)
    ]
