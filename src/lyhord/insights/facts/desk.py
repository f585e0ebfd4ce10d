"""Where questions about facts are asked: a few processes with DuckDB, started for a question and ended when none came for a minute."""

import asyncio
from pathlib import Path

import msgspec
import structlog

from lyhord.insights.facts.engine import Answer, Done, Job
from lyhord.kit.children import IDLE_SECONDS, ChildDied, Pool
from lyhord.kit.pipes import frame
from lyhord.kit.problems import Invalid, Problem

PROCESSES = 2
ASK_SECONDS = 30.0
MEGABYTES = 1_024

_log = structlog.get_logger()
_decode = msgspec.json.Decoder(Done).decode


class AskedTooMuch(Problem):
    """Ask for a shorter time, or more simply."""

    status = 422
    key = "problem.asked_too_much"


class NoFigures(Problem):
    """DuckDB failed, and it wasn't the caller's fault: try again."""

    status = 503
    key = "problem.no_figures"


class Desk:
    """Asks DuckDB over the files below `root`. One for each process of the product; its children come and go."""

    def __init__(self, root: Path, *, idle_seconds: float = IDLE_SECONDS, megabytes: int = MEGABYTES) -> None:
        self.root = root
        self.pool = _pool(root, megabytes, PROCESSES, idle_seconds)
        self._alone = asyncio.Semaphore(PROCESSES)

    async def ask(self, job: Job, *, seconds: float = ASK_SECONDS) -> list[Answer]:
        """The answers of the statements that answer. Raises `AskedTooMuch` when it takes longer, `NoFigures` for a fault of ours."""
        done = await _hear(self.pool, job, seconds)
        if done.error:
            _log.warning("insights.failed", error=done.error[:500])
            raise NoFigures("The figures can't be read just now. Try again in a moment.")
        return done.answers

    async def ask_guarded(self, folder: Path, job: Job, *, seconds: float, megabytes: int) -> list[Answer]:
        """The same of what a person wrote, in a process of its own that sees one workspace's files. Raises `Invalid` in DuckDB's words."""
        async with self._alone:
            pool = _pool(folder, megabytes, 1)
            try:
                done = await _hear(pool, job, seconds)
            finally:
                await pool.close()
        if done.error:
            raise Invalid(done.error[:1_000], fields={"sql": "field.invalid"})
        return done.answers

    async def close(self) -> None:
        """End the children."""
        await self.pool.close()


def _pool(folder: Path, megabytes: int, processes: int, idle_seconds: float = IDLE_SECONDS) -> Pool:
    given = (str(folder), str(megabytes))
    return Pool("lyhord.insights.facts.engine", *given, processes=processes, idle_seconds=idle_seconds)


async def _hear(pool: Pool, job: Job, seconds: float) -> Done:
    try:
        return _decode(await pool.ask(frame(msgspec.json.encode(job)), seconds=seconds))
    except TimeoutError:
        raise AskedTooMuch("That took too long. Ask for a shorter time, or more simply.") from None
    except (OSError, ChildDied):
        raise NoFigures("The figures can't be read just now. Try again in a moment.") from None
