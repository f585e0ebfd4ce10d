"""The job by which a workspace's model learns: from the phrases of its reasons and from corrections, in a process that ends."""

import asyncio
import tempfile
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from lyhord.hearing.findings.actions import TAKEN_BACK
from lyhord.hearing.findings.model import REASON
from lyhord.hearing.reasons import store
from lyhord.hearing.reasons.events import ModelTrained
from lyhord.hearing.reasons.model import Tree
from lyhord.hearing.reasons.points import EMBEDDER
from lyhord.hearing.reasons.reading import read_tree
from lyhord.hearing.reasons.seeding import read_seeds
from lyhord.hearing.reasons.trials import Labelled, Outcome, Phrase, Task
from lyhord.kit.children import run_module
from lyhord.kit.database import ReadTx, Tx
from lyhord.kit.files import Files
from lyhord.kit.jobs import Context, Handler
from lyhord.kit.leases import Job, Patience

PATIENCE = Patience(seconds=1_800, attempts=4)
MOST_LEARNED = 20_000
"""Corrections, the latest: so many are learned from."""
SEED_MODEL = Path(__file__).parent / "models/seed.model"
KEPT = 5
"""Versions that can be gone back to."""


class Given(Struct, frozen=True):
    """What a workspace's model learns from, and the file of the one in use ("" for the product's own)."""

    phrases: tuple[Phrase, ...]
    labelled: tuple[Labelled, ...]
    tops: Mapping[str, str]
    file_id: str = ""


def make_learn(files: Files, *, closely: bool = False) -> Handler:
    """The handler of the job. One model is trained at a time: it takes a core. `closely`: by meaning, too, with the embedder that is
    installed.
    """
    alone = asyncio.Semaphore(1)

    async def learn(context: Context, job: Job) -> None:
        async with alone:
            given = await context.database.read(context.workspace_id, gather)
            made, outcome = await _train(files, given, closely=closely)
            stored = await files.put(made)
        keep = partial(keep_version, job=job, file_id=stored.sha256, outcome=outcome)
        await context.database.write(context.workspace_id, keep, bulk=True)

    return learn


def gather(tx: ReadTx) -> Given:
    """What there is to learn from. Of what was archived counts what it stands for; what stands for nothing is left out."""
    tree = read_tree(tx)
    models = tx.all(store.list_models, of=REASON)
    current = next((row for row in models if row[3] == "current"), None)
    return Given(
        tuple(_phrases(tree)),
        tuple(_labelled(tx, tree, current[4] if current else 0)),
        {one.id: tree.above(one.id)[-1] for one in tree.all},
        current[1] if current else "",
    )


def _phrases(tree: Tree) -> list[Phrase]:
    built_in = {one.key: one.id for one in tree.all if one.key}
    seeds = [
        Phrase(one.text, built_in[one.key], one.language, one.hand, one.weight, one.voice)
        for one in read_seeds()
        if one.key in built_in
    ]
    own = [Phrase(text, one.id, own=True) for one in tree.all for text in one.examples]
    found = [replace(one, label=tree.stands_for(one.label) or "") for one in (*seeds, *own)]
    return [one for one in found if one.label]


def _labelled(tx: ReadTx, tree: Tree, since: int) -> list[Labelled]:
    """The latest word on each message, where it is one reason: of several nobody knows which words mean which."""
    latest: dict[str, list[Any]] = {}
    for message_id, at, value, random, conversation_id, subject, text, _ in tx.all(
        store.corrected, of=REASON, most=MOST_LEARNED
    ):
        one = latest.setdefault(
            message_id, [at, conversation_id, f"{subject}\n{text}" if subject else text, random, []]
        )
        if one[0] == at:
            one[4].append(value)
    found = []
    for at, conversation_id, text, random, values in latest.values():
        label = tree.stands_for(values[0]) if len(values) == 1 and values[0] not in ("", TAKEN_BACK) else None
        if label and text.strip():
            found.append(Labelled(text, label, conversation_id, fresh=at > since, random=bool(random)))
    return found


async def _train(files: Files, given: Given, *, closely: bool) -> tuple[bytes, Outcome]:
    """In a process that ends: what it loads would stay in a server's memory, and it would take the server's time."""
    path = files.path(given.file_id) if given.file_id else SEED_MODEL
    model = str(path if path.is_file() else SEED_MODEL)
    with tempfile.TemporaryDirectory() as folder:
        task, made = Path(folder) / "task", Path(folder) / "model"
        points = str(files.root / "points" / f"{EMBEDDER}.npz") if closely else ""
        whole = Task(given.phrases, given.labelled, model, given.tops, points)
        await asyncio.to_thread(task.write_bytes, msgspec.json.encode(whole))
        said = await run_module("lyhord.hearing.reasons.trials", str(task), str(made))
        return await asyncio.to_thread(made.read_bytes), msgspec.json.decode(said, type=Outcome)


def keep_version(tx: Tx, job: Job, file_id: str, outcome: Outcome, of: str = REASON) -> None:
    """Keep a candidate of a kind with its figures, let it tell from now on unless it is worse, and end the job.

    Where words have to be forgotten it replaces all others, whatever it is.
    """
    forget = bool(job.read(dict[str, int]).get("forget"))
    models = tx.all(store.list_models, of=of)
    version = (models[0][0] if models else 0) + 1
    taken = outcome.good or forget
    if taken:
        tx.run(store.retire_model, of=of)
    row = {
        "kind": of,
        "version": version,
        "file_id": file_id,
        "figures": msgspec.json.encode(outcome.figures).decode(),
        "state": "current" if taken else "worse",
        "made_at": tx.now,
    }
    tx.run_many(store.insert_model, [row])
    if forget:
        tx.run(store.drop_other_models, of=of)
    else:
        tx.run(store.drop_models, of=of, before=version - KEPT + 1)
    used = next((one[0] for one in models if one[3] == "current"), 0)
    tx.emit(ModelTrained(version=version, current=version if taken else used, of=of))
    job.complete(tx)
