"""Add reasons, change them, take them out of use, and go back to a model that was there before."""

from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import UNSET
from msgspec.structs import replace

from lyhord.hearing.findings.model import COMPLAINT, REASON
from lyhord.hearing.reasons import store
from lyhord.hearing.reasons.events import ModelTrained, ReasonChanged
from lyhord.hearing.reasons.model import (
    LEAST_EXAMPLES,
    MOST_REASONS,
    NAME_LIMIT,
    NewReason,
    Reason,
    ReasonChange,
    Tree,
)
from lyhord.hearing.reasons.reading import get_reason, read_tree
from lyhord.kit.database import Tx
from lyhord.kit.database.jobs_table import enqueue
from lyhord.kit.problems import Invalid, NotFound, Taken
from lyhord.kit.text import clean_name
from lyhord.workspaces.actions.audit import record

JOBS = {REASON: "learn reasons", COMPLAINT: "learn complaints"}
"""By kind of findings the job by which a workspace's model learns to tell them."""
PAUSE = 5_000
"""Milliseconds after a change in which more may come, before a model learns from them together."""


def learn_soon(tx: Tx, of: str = REASON, *, forget: bool = False) -> None:
    """Let the workspace's model of a kind of findings learn from what is known now; once, however often this is asked for meanwhile.

    `forget`: it and those before it learned from words that nobody may know any more.
    """
    if forget or tx.one(store.waiting_job, kind=JOBS[of]) is None:
        enqueue(tx, JOBS[of], {"forget": int(forget)}, due_at=tx.now + PAUSE)


def forget_learned(tx: Tx, conversation_ids: Sequence[str]) -> None:
    """Let models forget what was learned from conversations that are erased."""
    ids = list(conversation_ids)
    for of in JOBS if ids else ():
        if tx.one(store.corrected_in, conversation_ids=ids, of=of) is not None:
            learn_soon(tx, of, forget=True)


def create_reason(tx: Tx, new: NewReason) -> Reason:
    """Add one behind its siblings. Raises `Invalid`, and `Taken` for a name that is there and past `MOST_REASONS`."""
    tree = read_tree(tx)
    if len(tree.all) >= MOST_REASONS:
        raise Taken("There are 300 reasons; rename one that nobody uses.", key="problem.too_many_reasons")
    place = sum(one.parent_id == new.parent_id for one in tree.all)
    fresh = Reason(
        tx.new_id(), new.parent_id, "", new.name, new.description.strip(), _cleaned(new.examples), place=place
    )
    reason = _checked(tree, fresh)
    tx.run(store.know_reason, key="", place=place, **_row(tx, reason))
    _tell(tx, "created", reason)
    learn_soon(tx)
    return reason


def change_reason(tx: Tx, reason_id: str, change: ReasonChange) -> Reason:
    """Call it something else, explain it, give it other examples, hang or place it elsewhere, archive or merge it, or take it up again.

    Tickets that have it keep it. Raises `NotFound`, `Invalid`, `Taken`.
    """
    before, tree = get_reason(tx, reason_id), read_tree(tx)
    names = ("name", "parent_id", "description", "examples", "archived", "merged_into")
    given = {name: value for name in names if (value := getattr(change, name)) is not UNSET}
    if change.examples is not UNSET:
        given["examples"] = _cleaned(change.examples)
    if change.merged_into is not UNSET:
        given["archived"] = change.merged_into is not None
    elif change.archived is not UNSET and not change.archived:
        given["merged_into"] = None
    after = _checked(tree, replace(before, **given), before)
    row = _row(tx, after)
    tx.run(store.write_reason, key=reason_id, **{name: row[name] for name in store.WRITTEN})
    if change.place is not UNSET:
        _place(tx, tree, after, change.place)
    if after != before or change.place is not UNSET:
        what = "changed" if after.archived == before.archived else "removed" if after.archived else "restored"
        _tell(tx, what, after)
    if [getattr(before, name) for name in _LEARNED] != [getattr(after, name) for name in _LEARNED]:
        learn_soon(tx)
    return get_reason(tx, reason_id)


_LEARNED = ("examples", "archived", "merged_into")
"""What changes what a model tells."""


def take_version(tx: Tx, version: int, of: str = REASON) -> None:
    """Let another version tell findings of a kind: one that was made earlier, or with 0 the one that came with the product.

    Raises `NotFound`.
    """
    known = {row[0] for row in tx.all(store.list_models, of=of)}
    if version and version not in known:
        raise NotFound("There is no such version any more.")
    tx.run(store.retire_model, of=of)
    if version:
        tx.run(store.take_model, of=of, chosen=version)
    record(tx, f"{of}s.rolled_back", f"model:{version}", name=str(version))
    tx.emit(ModelTrained(version=version, current=version, of=of))


def forget_model(tx: Tx, of: str) -> None:
    """Let what came with the product tell findings of a kind again, and keep no version."""
    tx.run(store.retire_model, of=of)
    tx.run(store.drop_other_models, of=of)
    tx.emit(ModelTrained(version=0, current=0, of=of))


def _row(tx: Tx, reason: Reason) -> dict[str, Any]:
    return {
        "id": reason.id,
        "parent_id": reason.parent_id,
        "name": reason.name,
        "description": reason.description,
        "examples": msgspec.json.encode(reason.examples).decode(),
        "merged_into": reason.merged_into,
        "archived_at": tx.now if reason.archived else None,
    }


def _cleaned(examples: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, (" ".join(one.split()) for one in examples))))


def _place(tx: Tx, tree: Tree, reason: Reason, place: int) -> None:
    order = [one.id for one in tree.all if one.parent_id == reason.parent_id and one.id != reason.id]
    order.insert(place, reason.id)
    tx.run_many(store.place_reason, [{"key": one, "place": at} for at, one in enumerate(order)])


def _checked(tree: Tree, reason: Reason, before: Reason | None = None) -> Reason:
    name = clean_name(reason.name, NAME_LIMIT)
    if not name and not reason.key:
        raise Invalid("Give the reason a name.", fields={"name": "field.missing"})
    if name and any(one.id != reason.id and one.name.lower() == name.lower() for one in tree.all):
        raise Taken("There is a reason of this name.", fields={"name": "field.taken"})
    few = not reason.key and len(reason.examples) < LEAST_EXAMPLES
    if few and (before is None or before.examples != reason.examples):
        raise Invalid(
            "Give at least three examples of what customers write.", fields={"examples": "problem.few_examples"}
        )
    _check_place(tree, reason)
    return replace(reason, name=name, description=reason.description.strip())


def _check_place(tree: Tree, reason: Reason) -> None:
    above = tree.by_id.get(reason.parent_id or "")
    if reason.parent_id is not None and (above is None or above.archived or reason.id in tree.above(above.id)):
        raise Invalid("It can't stand there.", fields={"parent_id": "field.invalid"})
    into = tree.by_id.get(reason.merged_into or "")
    if reason.merged_into is not None and (into is None or tree.stands_for(into.id) in (None, reason.id)):
        raise Invalid("It can't be merged into that one.", fields={"merged_into": "field.invalid"})


def _tell(tx: Tx, what: str, reason: Reason) -> None:
    record(tx, f"reason.{what}", f"reason:{reason.id}", name=reason.name or reason.id)
    tx.emit(ReasonChanged(reason_id=reason.id))
