"""The job by which a workspace's answers teach what it takes for a complaint, in a process that ends."""

import asyncio
import tempfile
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from lyhord.conversations.model import read_more
from lyhord.hearing.findings.actions import TAKEN_BACK
from lyhord.hearing.findings.model import COMPLAINT
from lyhord.hearing.mood.answers import Answered, Task
from lyhord.hearing.reasons import store as models
from lyhord.hearing.reasons.actions import forget_model
from lyhord.hearing.reasons.jobs import MOST_LEARNED, keep_version
from lyhord.hearing.reasons.trials import LEAST_HELD_OUT, Outcome
from lyhord.kit.children import run_module
from lyhord.kit.database import ReadTx, Tx
from lyhord.kit.files import Files
from lyhord.kit.jobs import Context, Handler
from lyhord.kit.leases import Job, Patience
from lyhord.tickets.hints import store
from lyhord.tickets.hints.views import MOST_WEEKS

PATIENCE = Patience(seconds=600, attempts=4)


def make_learn(files: Files) -> Handler:
    """The handler of the job."""

    async def learn(context: Context, job: Job) -> None:
        answered = await context.database.read(context.workspace_id, gather)
        if len({one.conversation_id for one in answered}) < LEAST_HELD_OUT:
            await context.database.write(context.workspace_id, partial(_leave, job=job), bulk=True)
            return
        made, outcome = await _train(answered)
        stored = await files.put(made)
        keep = partial(keep_version, job=job, file_id=stored.sha256, outcome=outcome, of=COMPLAINT)
        await context.database.write(context.workspace_id, keep, bulk=True)

    return learn


def gather(tx: ReadTx) -> tuple[Answered, ...]:
    """The latest answer about each message that has words.

    What chance chose stands for as many messages as there were for each that somebody looked at.
    """
    current = next((row for row in tx.all(models.list_models, of=COMPLAINT) if row[3] == "current"), None)
    since, stands_for = current[4] if current else 0, _stands_for(tx)
    found: dict[str, Answered | None] = {}
    for row in tx.all(models.corrected, of=COMPLAINT, most=MOST_LEARNED):
        if row[0] not in found:
            found[row[0]] = _answered(row, since, stands_for)
    return tuple(one for one in found.values() if one is not None)


def _answered(row: tuple[Any, ...], since: int, stands_for: float) -> Answered | None:
    _, at, value, random, conversation_id, _, text, more = row
    if value == TAKEN_BACK or not text.strip():
        return None
    translation = read_more(more).translation
    return Answered(
        text,
        (translation.language if translation else None) or "",
        value == COMPLAINT,
        conversation_id,
        fresh=at > since,
        weight=stands_for if random else 1.0,
        random=bool(random),
    )


def _stands_for(tx: ReadTx) -> float:
    weeks = [(said - heard, looked) for _, said, heard, _, looked, _ in tx.all(store.list_weeks, most=MOST_WEEKS)]
    others, looked = (sum(part) for part in zip(*weeks, strict=True)) if weeks else (0, 0)
    return max(others / looked, 1.0) if looked else 1.0


async def _train(answered: tuple[Answered, ...]) -> tuple[bytes, Outcome]:
    """In a process that ends: what it loads would stay in a server's memory."""
    with tempfile.TemporaryDirectory() as folder:
        task, made = Path(folder) / "task", Path(folder) / "model"
        await asyncio.to_thread(task.write_bytes, msgspec.json.encode(Task(answered)))
        said = await run_module("lyhord.hearing.mood.trials", str(task), str(made))
        return await asyncio.to_thread(made.read_bytes), msgspec.json.decode(said, type=Outcome)


def _leave(tx: Tx, job: Job) -> None:
    """There is too little to learn from; where something has to be forgotten, the product tells again."""
    if job.read(dict[str, int]).get("forget"):
        forget_model(tx, COMPLAINT)
    job.complete(tx)
