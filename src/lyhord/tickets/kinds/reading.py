"""Kinds as they are read, for screens and for whoever changes tickets."""

import msgspec

from lyhord.kit.database import ReadTx
from lyhord.kit.problems import Invalid, NotFound
from lyhord.tickets.kinds import store
from lyhord.tickets.kinds.model import Kind, KindAttribute, Stage, read_kind

_attributes = msgspec.json.Decoder(tuple[KindAttribute, ...]).decode
_stages = msgspec.json.Decoder(tuple[Stage, ...]).decode


def list_kinds(tx: ReadTx) -> list[Kind]:
    """All that a ticket can become, in their order; those that were removed last."""
    kinds = [read_kind(row, _attributes, _stages) for row in tx.all(store.list_kinds)]
    return sorted(kinds, key=lambda one: one.removed)


def get_kind(tx: ReadTx, kind_id: str) -> Kind:
    """One kind, removed or not; raises `NotFound`."""
    for one in list_kinds(tx):
        if one.id == kind_id:
            return one
    raise NotFound("There is no such kind of ticket.")


def check_kind(tx: ReadTx, kind: str, field: str = "kind") -> None:
    """Raise `Invalid` for a kind that isn't there any more."""
    if tx.one(store.find_kind, id=kind) is None:
        raise Invalid("There is no such kind of ticket.", fields={field: "problem.no_such_kind"})
