"""Noting facts about a contact, correcting them, and taking them away."""

from collections.abc import Collection

import msgspec
from msgspec import UNSET, Struct, UnsetType

from lyhord.contacts.events import FactsChanged
from lyhord.contacts.facts import store
from lyhord.contacts.facts.model import MOST_FACTS, SENSITIVE, TEXT_LIMIT, Fact
from lyhord.contacts.lineage import members, members_of, survivors
from lyhord.kit.database import ReadTx, Tx
from lyhord.kit.problems import Invalid, NotFound
from lyhord.kit.text import clean


class FactChange(Struct, frozen=True, kw_only=True):
    """What to change; what is left out stays. `removed` takes it away, or puts it back."""

    text: str | UnsetType = UNSET
    quote: str | UnsetType = UNSET
    removed: bool | UnsetType = UNSET


def list_facts(tx: ReadTx, contact_id: str) -> list[Fact]:
    """What is noted about a contact and about everybody who is one with them, the latest first."""
    ids = members(tx, contact_id)
    rows = tx.all(store.of_contacts, contact_ids=ids) if ids else []
    return sorted((Fact(*row) for row in rows), key=lambda one: one.id, reverse=True)


def facts_of(tx: ReadTx, contact_ids: Collection[str]) -> dict[str, list[str]]:
    """For files: the words of the same by contact, of several who all survived, the latest first.

    Not those of a sensitive kind: who let us keep them didn't let them leave.
    """
    belongs = members_of(tx, contact_ids) if contact_ids else {}
    rows = tx.all(store.of_contacts, contact_ids=sorted(belongs)) if belongs else []
    found: dict[str, list[str]] = {}
    for one in sorted((Fact(*row) for row in rows), key=lambda one: one.id, reverse=True):
        if one.kind not in SENSITIVE:
            found.setdefault(belongs[one.contact_id], []).append(one.text)
    return found


def note_fact(tx: Tx, contact_id: str, text: str, quote: str = "") -> Fact:
    """Note something about a contact. Raises `NotFound`, `Invalid` for nothing and for more than `MOST_FACTS`."""
    survivor = survivors(tx, [contact_id]).get(contact_id)
    if survivor is None:
        raise NotFound("There is no such contact.")
    if len(list_facts(tx, survivor)) >= MOST_FACTS:
        raise Invalid("Nobody can have more facts.", fields={"text": "field.invalid"})
    noted = Fact(tx.new_id(), survivor, _words(text), clean(quote, TEXT_LIMIT).strip(), tx.actor, tx.now)
    tx.run_many(store.insert_fact, [store.row_of(noted)])
    tx.emit(FactsChanged(contact_id=survivor))
    return noted


def change_fact(tx: Tx, fact_id: str, change: FactChange) -> Fact:
    """Correct a fact, take it away or put it back. Raises `NotFound`, `Invalid`."""
    before = get_fact(tx, fact_id)
    after = msgspec.structs.replace(
        before,
        text=before.text if change.text is UNSET else _words(change.text),
        quote=before.quote if change.quote is UNSET else clean(change.quote, TEXT_LIMIT).strip(),
        removed_at=before.removed_at if change.removed is UNSET else tx.now if change.removed else None,
    )
    if after == before:
        return before
    if (after.text, after.quote) != (before.text, before.quote):
        after = msgspec.structs.replace(after, changed_by=tx.actor, changed_at=tx.now)
    tx.run(store.change_fact, key=fact_id, **{name: getattr(after, name) for name in store.CHANGING})
    tx.emit(FactsChanged(contact_id=survivors(tx, [before.contact_id])[before.contact_id]))
    return after


def get_fact(tx: ReadTx, fact_id: str) -> Fact:
    """A fact, also one that was taken away; raises `NotFound`."""
    row = tx.one(store.by_id, id=fact_id)
    if row is None:
        raise NotFound("There is no such fact.")
    return Fact(*row)


def _words(text: str) -> str:
    text = clean(text, TEXT_LIMIT).strip()
    if not text:
        raise Invalid("Write what is to be noted.", fields={"text": "field.missing"})
    return text
