"""The process in which DuckDB lives, so that a server that nobody asks is small, and a question that takes too long can be killed:
`python -m lyhord.insights.facts.engine FOLDER MEGABYTES`.

On standard input come frames (four bytes of length, then JSON of `Job`), on standard output one frame of JSON of `Done` answers each,
behind an empty one that says that it is ready.
"""

import contextlib
import resource
import sys
from typing import Any

import msgspec
from msgspec import Struct

from lyhord.kit.pipes import read_frame, write_frame

MEMORY_BYTES = 8 << 30
"""Of addresses, in which little is: DuckDB keeps to its own limit, this one holds whatever passes that."""


class Run(Struct, frozen=True):
    """One statement; of one that `answers`, at most `most` rows go back.

    What makes a thing says which, and which `version` of it: a process that has this one needn't make it again.
    """

    sql: str
    params: dict[str, Any] = {}
    answers: bool = True
    most: int = 10_000
    makes: str = ""
    version: str = ""


class Job(Struct, frozen=True):
    """Statements to be run in order. `guarded`: the last one was written by a person, and may read tables that are there, no more."""

    runs: list[Run]
    guarded: bool = False


class Answer(Struct, frozen=True):
    """What one statement says; `more` rows follow where it would say more."""

    columns: list[str]
    rows: list[list[Any]]
    more: bool = False


class Done(Struct, frozen=True):
    """The answers, or what DuckDB said instead; `refused`: because of what was asked."""

    answers: list[Answer] = []
    error: str = ""
    refused: bool = False


class NotOneSelect(Exception):
    """What a person wrote is more, or other, than one question."""


def run_job(connection: Any, job: Job, folder: str, made: dict[str, str]) -> Done:
    """Run what of it isn't `made` yet in its version; a fault is told."""
    import duckdb  # noqa: PLC0415 - only this process ever has it

    answers = []
    try:
        for number, run in enumerate(job.runs, 1):
            if job.guarded and number == len(job.runs):
                _shut_in(connection, run.sql, folder)
            if run.version and made.get(run.makes) == run.version:
                continue
            result = connection.execute(run.sql, run.params or None)
            if run.version:
                made[run.makes] = run.version
            if run.answers:
                columns = [one[0] for one in result.description or ()]
                rows = result.fetchmany(run.most + 1)
                answers.append(Answer(columns, [list(row) for row in rows[: run.most]], len(rows) > run.most))
    except NotOneSelect as error:
        return Done(error=str(error), refused=True)
    except (duckdb.Error, MemoryError) as error:
        return Done(error=str(error), refused=job.guarded)
    return Done(answers)


def _shut_in(connection: Any, sql: str, folder: str) -> None:
    """From here on only files below `folder` are read, none is written, no setting changes. Raises `NotOneSelect`."""
    import duckdb  # noqa: PLC0415 - only this process ever has it

    asked = duckdb.extract_statements(sql)
    if len(asked) != 1 or asked[0].type != duckdb.StatementType.SELECT:
        raise NotOneSelect("Ask one question: a single SELECT.")
    connection.execute(f"SET allowed_directories = ['{folder}/']")
    for setting in ("enable_external_access = false", "lock_configuration = true"):
        connection.execute(f"SET {setting}")
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def open_connection(megabytes: int) -> Any:
    """A database in memory that fetches nothing from anywhere and puts nothing on the disk by itself."""
    import duckdb  # noqa: PLC0415 - only this process ever has it

    config: dict[str, Any] = {
        "memory_limit": f"{megabytes}MB",
        "threads": 2,
        "temp_directory": "",
        "autoinstall_known_extensions": False,
    }
    return duckdb.connect(":memory:", config=config)


def main() -> None:
    """Answer until standard input ends."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    folder, megabytes = sys.argv[1], int(sys.argv[2])
    connection, made = open_connection(megabytes), dict[str, str]()
    decoder = msgspec.json.Decoder(Job)
    write_frame(sys.stdout.buffer, b"")
    with contextlib.suppress(BrokenPipeError, KeyboardInterrupt):
        while (frame := read_frame(sys.stdin.buffer)) is not None:
            done = run_job(connection, decoder.decode(frame), folder, made)
            if done.error:  # nobody knows what is left in there
                connection.close()
                connection, made = open_connection(megabytes), {}
            write_frame(sys.stdout.buffer, msgspec.json.encode(done, enc_hook=str))


if __name__ == "__main__":
    main()
