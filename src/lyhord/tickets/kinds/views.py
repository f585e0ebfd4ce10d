"""Kinds as screens read them."""

from lyhord.kit.database import ReadTx
from lyhord.kit.problems import Invalid
from lyhord.tickets.kinds import store
from lyhord.tickets.kinds.model import Kind


def list_kinds(tx: ReadTx) -> list[Kind]:
    """All that a ticket can become, in their order."""
    return [Kind(*row) for row in tx.all(store.list_kinds)]


def check_kind(tx: ReadTx, kind: str, field: str = "kind") -> None:
    """Raise `Invalid` for a kind that isn't there."""
    if tx.one(store.find_kind, id=kind) is None:
        raise Invalid("There is no such kind of ticket.", fields={field: "problem.no_such_kind"})
