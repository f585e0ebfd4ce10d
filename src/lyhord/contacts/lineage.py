"""Who became whom: merging sets `merged_into` and moves nothing, so that reading follows it, both ways."""

from collections.abc import Iterable

from lyhord.contacts import store
from lyhord.kit.database import ReadTx


def survivors(tx: ReadTx, contact_ids: Iterable[str]) -> dict[str, str]:
    """The surviving contact of each contact, itself where it was never merged. Unknown ids are left out."""
    wanted = set(contact_ids)
    into: dict[str, str | None] = {}
    fresh = wanted
    while fresh:
        rows = tx.all(store.merged_targets, ids=sorted(fresh))
        into.update((row[0], row[1]) for row in rows)
        fresh = {row[1] for row in rows if row[1] is not None} - into.keys()
    return {contact_id: _last(contact_id, into) for contact_id in wanted if contact_id in into}


def members(tx: ReadTx, contact_id: str) -> list[str]:
    """Everybody who is one with `contact_id` today: the survivor first, then all merged into it, directly or not. Empty if unknown."""
    survivor = survivors(tx, [contact_id]).get(contact_id)
    if survivor is None:
        return []
    return [survivor, *(one for one, _ in _merged(tx, [survivor]))]


def members_of(tx: ReadTx, survivor_ids: Iterable[str]) -> dict[str, str]:
    """For several survivors at once: everybody merged into one of them, and the survivors, each with its survivor."""
    ids = sorted(set(survivor_ids))
    belongs = {one: one for one in ids}
    for one, into in _merged(tx, ids):
        belongs[one] = belongs[into]
    return belongs


def _merged(tx: ReadTx, ids: list[str]) -> list[tuple[str, str]]:
    """(contact, what it was merged into) for all below `ids`, those nearer first."""
    found: list[tuple[str, str]] = []
    level = ids
    while level:
        rows = sorted((row[0], row[1]) for row in tx.all(store.merged_into, ids=level))
        found.extend(rows)
        level = [row[0] for row in rows]
    return found


def _last(contact_id: str, into: dict[str, str | None]) -> str:
    while (following := into.get(contact_id)) is not None:
        contact_id = following
    return contact_id
