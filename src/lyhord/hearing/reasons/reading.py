"""Reasons as they are read."""

import msgspec

from lyhord.hearing.findings.model import COMPLAINT, REASON
from lyhord.hearing.reasons import store
from lyhord.hearing.reasons.model import Reason, Tree
from lyhord.hearing.thinking import Means
from lyhord.kit.database import ReadTx
from lyhord.kit.problems import Invalid, NotFound

_examples = msgspec.json.Decoder(tuple[str, ...]).decode


def list_reasons(tx: ReadTx) -> list[Reason]:
    """All of them, siblings in their order; those that were archived last."""
    found = []
    for reason_id, parent_id, key, name, description, examples, place, merged_into, archived_at in tx.all(
        store.list_reasons
    ):
        words = (key or "", name, description, _examples(examples))
        found.append(Reason(reason_id, parent_id, *words, place, merged_into, archived_at is not None))
    return sorted(found, key=lambda one: one.archived)


def read_tree(tx: ReadTx) -> Tree:
    """The same as a tree."""
    return Tree(list_reasons(tx))


def get_reason(tx: ReadTx, reason_id: str) -> Reason:
    """One, archived or not; raises `NotFound`."""
    found = read_tree(tx).by_id.get(reason_id)
    if found is None:
        raise NotFound("There is no such reason.")
    return found


def check_reasons(tree: Tree, reason_ids: tuple[str, ...]) -> None:
    """Raise `Invalid` for one that isn't there, or was archived."""
    if not all(one in tree.by_id and not tree.by_id[one].archived for one in reason_ids):
        raise Invalid("There is no such reason any more.", fields={"reason_ids": "problem.no_such_reason"})


def read_means(tx: ReadTx) -> Means:
    """Reasons, as far as they count for what is told, and models as they are now."""
    reasons = tuple(
        Reason(one.id, one.parent_id, one.key, place=one.place, merged_into=one.merged_into, archived=one.archived)
        for one in list_reasons(tx)
    )
    return Means(reasons, _model(tx, REASON), _model(tx, COMPLAINT))


def _model(tx: ReadTx, of: str) -> tuple[int, str] | None:
    row = tx.one(store.current_model, of=of)
    return (row[0], row[1]) if row else None
