"""Add kinds of tickets, change them, and take them out of use."""

from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import UNSET
from msgspec.structs import replace

from lyhord.contacts.actions.attributes import list_attributes
from lyhord.kit.database import Tx
from lyhord.kit.problems import Invalid, Taken
from lyhord.kit.text import clean_name
from lyhord.tickets.kinds import store
from lyhord.tickets.kinds.events import KindChanged
from lyhord.tickets.kinds.model import MOST_KINDS, NAME_LIMIT, QUESTION, Kind, KindAttribute, KindChange, NewKind, Stage
from lyhord.tickets.kinds.reading import get_kind, list_kinds
from lyhord.workspaces.actions.audit import record


def create_kind(tx: Tx, new: NewKind) -> Kind:
    """Add one behind the others. Raises `Invalid`, and `Taken` for a name that is there and past `MOST_KINDS`."""
    kinds = list_kinds(tx)
    if len(kinds) >= MOST_KINDS:
        raise Taken("There are 100 kinds; rename one that nobody uses.", key="problem.too_many_kinds")
    kind = _checked(tx, kinds, Kind(_short_id(tx), new.name, new.attributes, new.stages))
    tx.run(store.know_kind, place=len(kinds), **_row(tx, kind))
    _tell(tx, "created", kind)
    return kind


def change_kind(tx: Tx, kind_id: str, change: KindChange) -> Kind:
    """Call it something else, give it other attributes or stages, place, remove it or take it up again.

    Tickets that are of it stay so; what stands on a stage that goes, stands on the first of its status.
    Raises `NotFound`, `Invalid`, `Taken`.
    """
    before, kinds = get_kind(tx, kind_id), list_kinds(tx)
    given = {name: getattr(change, name) for name in ("name", "attributes", "stages", "removed")}
    after = replace(before, **{name: value for name, value in given.items() if value is not UNSET})
    if after.removed and kind_id == QUESTION:
        raise Invalid("New tickets begin as this kind: it stays.", fields={"removed": "problem.kind_begins"})
    if after != before:
        after = _checked(tx, kinds, after, before)
        tx.run(store.write_kind, key=kind_id, **{name: _row(tx, after)[name] for name in _WRITTEN})
    if change.place is not UNSET:
        _place(tx, kinds, after, change.place)
    if after.removed != before.removed:
        _tell(tx, "removed" if after.removed else "restored", after)
    elif after != before or change.place is not UNSET:
        _tell(tx, "changed", after)
    return after


_WRITTEN = ("name", "attributes", "stages", "removed_at")


def _row(tx: Tx, kind: Kind) -> dict[str, Any]:
    return {
        "id": kind.id,
        "name": kind.name,
        "attributes": msgspec.json.encode(kind.attributes).decode(),
        "stages": msgspec.json.encode(kind.stages).decode(),
        "removed_at": tx.now if kind.removed else None,
    }


def _place(tx: Tx, kinds: Sequence[Kind], kind: Kind, place: int) -> None:
    order = [one.id for one in kinds if one.id != kind.id]
    order.insert(place, kind.id)
    tx.run_many(store.place_kind, [{"key": one, "place": at} for at, one in enumerate(order)])


def _checked(tx: Tx, kinds: Sequence[Kind], kind: Kind, before: Kind | None = None) -> Kind:
    name = clean_name(kind.name, NAME_LIMIT)
    if not name and (before is None or before.name):
        raise Invalid("Give the kind a name.", fields={"name": "field.missing"})
    if name and any(one.id != kind.id and one.name.lower() == name.lower() for one in kinds):
        raise Taken("There is a kind of this name.", fields={"name": "field.taken"})
    _check_attributes(tx, kind.attributes)
    return replace(kind, name=name, stages=_stages(tx, kind.stages, before.stages if before else ()))


def _check_attributes(tx: Tx, attributes: Sequence[KindAttribute]) -> None:
    keys = [one.key for one in attributes]
    if len(set(keys)) < len(keys):
        raise Invalid("Each attribute once.", fields={"attributes": "field.invalid"})
    if keys and not {one.key for one in list_attributes(tx) if one.subject == "ticket"}.issuperset(keys):
        raise Invalid("There is no such attribute of tickets.", fields={"attributes": "problem.no_such_attribute"})


def _stages(tx: Tx, stages: Sequence[Stage], before: Sequence[Stage]) -> tuple[Stage, ...]:
    cleaned = [replace(one, name=clean_name(one.name, NAME_LIMIT)) for one in stages]
    names = [one.name.lower() for one in cleaned]
    if not all(names):
        raise Invalid("Give each stage a name.", fields={"stages": "field.missing"})
    if len(set(names)) < len(names):
        raise Invalid("Two stages have one name.", fields={"stages": "field.taken"})
    known, given = {one.id for one in before}, [one.id for one in stages if one.id]
    if len(set(given)) < len(given) or not known.issuperset(given):
        raise Invalid("A stage has an id that it wasn't given.", fields={"stages": "field.invalid"})
    return tuple(one if one.id else replace(one, id=_short_id(tx)) for one in cleaned)


def _short_id(tx: Tx) -> str:
    """16 hexadecimal digits, for what is few in a workspace: the random end of an id."""
    return tx.new_id().replace("-", "")[-16:]


def _tell(tx: Tx, what: str, kind: Kind) -> None:
    record(tx, f"kind.{what}", f"kind:{kind.id}", name=kind.name or kind.id)
    tx.emit(KindChanged(ticket_kind=kind.id))
