"""Contacts who may be one, found after the fact by what they are known by and what they wrote; an agent accepts or refuses."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

import msgspec
from msgspec import Struct

from lyhord.contacts import duplicate_store as store
from lyhord.contacts.events import DuplicatesChanged
from lyhord.contacts.likeness import COMMON, SIGNED, Clue, clues_of_contact, reasons_of
from lyhord.contacts.lineage import members_of, survivors
from lyhord.contacts.model import Contact
from lyhord.contacts.reading import contacts_by_id
from lyhord.kit.database import ReadTx, Tx
from lyhord.kit.ids import HIGHEST_ID
from lyhord.kit.problems import NotFound
from lyhord.kit.text import fold_email

MOST_CLUES_OF_ONE = 400
NEWEST: tuple[int, str, str] = (2**53, HIGHEST_ID, HIGHEST_ID)

_reasons = msgspec.json.Decoder(tuple[str, ...])


class Duplicate(Struct, frozen=True):
    """Two contacts who may be one, and why."""

    one: Contact
    other: Contact
    reasons: tuple[str, ...]
    found_at: int


def note_words(tx: Tx, clues: Iterable[tuple[str, Clue]]) -> set[str]:
    """Remember what contacts wrote; those who wrote something of use."""
    rows = [{"contact_id": one, "kind": kind, "value": value, "theirs": 0} for one, (kind, value) in clues]
    tx.run_many(store.note_clue, rows)
    return {str(row["contact_id"]) for row in rows}


def note_signed(tx: Tx, contact_id: str, email: str) -> None:
    """Remember that the company's site signed for an address that somebody else has; who that is, is suggested."""
    tx.run(store.put_clue, contact_id=contact_id, kind="email", value=fold_email(email), theirs=SIGNED)
    suggest_duplicates(tx, [contact_id])


def forget_contacts(tx: Tx, contact_ids: Collection[str]) -> None:
    """Drop everything by which these contacts could be found to be somebody, what they wrote included. Erasing them needs it."""
    ids = sorted(contact_ids)
    tx.run(store.drop_clues, contact_ids=ids)
    tx.run(store.drop_pairs, contact_ids=ids)


def note_contacts(tx: Tx, contact_ids: Collection[str]) -> None:
    """Remember what contacts are known by, as they are now."""
    tx.run(store.drop_own_clues, contact_ids=sorted(contact_ids))
    rows = [
        {"contact_id": one.id, "kind": kind, "value": value, "theirs": 1}
        for one in contacts_by_id(tx, contact_ids).values()
        for kind, value in _known_by(one)
    ]
    tx.run_many(store.put_clue, rows)


def suggest_duplicates(tx: Tx, contact_ids: Collection[str]) -> None:
    """Look anew for whoever may be one with these contacts, and tell of what changed."""
    told: set[str] = set()
    for contact_id in sorted(set(survivors(tx, contact_ids).values())):
        told |= _find(tx, contact_id)
    for contact_id in sorted(told):
        tx.emit(DuplicatesChanged(contact_id=contact_id))


def forget_merged(tx: Tx, contact_ids: Collection[str]) -> None:
    """Drop the suggestions about contacts who aren't by themselves any more; what was refused is kept."""
    for one, other, _, _, refused_at in _pairs(tx, contact_ids):
        if refused_at is None:
            tx.run(store.drop_pair, one=one, other=other)


def refuse_duplicate(tx: Tx, one_id: str, other_id: str) -> None:
    """They aren't one, and it is never suggested again."""
    one, other = sorted((one_id, other_id))
    if one == other or len(contacts_by_id(tx, [one, other])) < len({one, other}):
        raise NotFound("There is no such contact.")
    if not tx.run(store.refuse_pair, one=one, other=other, at=tx.now):
        _put(tx, one, other, (), tx.now)
    for contact_id in (one, other):
        tx.emit(DuplicatesChanged(contact_id=contact_id))


def allow_duplicate(tx: Tx, one_id: str, other_id: str) -> None:
    """Take a refusal back: they are looked at again."""
    one, other = sorted((one_id, other_id))
    tx.run(store.drop_pair, one=one, other=other)
    suggest_duplicates(tx, [one, other])


def is_refused(tx: ReadTx, one_id: str, other_id: str) -> bool:
    """Whether somebody said that two contacts aren't one."""
    return any({one_id, other_id} == {row[0], row[1]} and row[4] is not None for row in _pairs(tx, [one_id]))


def duplicates_of(tx: ReadTx, contact_id: str) -> list[Duplicate]:
    """Whoever may be one with a contact, who stands first in each pair."""
    pairs = [row for row in _pairs(tx, [contact_id]) if row[4] is None]
    turned = [row if row[0] == contact_id else (row[1], row[0], *row[2:]) for row in pairs]
    return read_pairs(tx, sorted(turned, key=lambda row: -row[3]))


def read_pairs(tx: ReadTx, rows: Sequence[tuple[Any, ...]]) -> list[Duplicate]:
    """Pairs from rows of the store, in their order; those of whom one was merged meanwhile are left out."""
    contacts = contacts_by_id(tx, {one for row in rows for one in row[:2]})
    pairs = [(contacts.get(row[0]), contacts.get(row[1]), row) for row in rows]
    return [
        Duplicate(one, other, _reasons.decode(row[2]), row[3])
        for one, other, row in pairs
        if one and other and one.merged_into is None and other.merged_into is None
    ]


def _known_by(contact: Contact) -> set[Clue]:
    own = [one for one in contact.identities if one.contact_id == contact.id]
    clues = clues_of_contact(contact.name, own)
    return clues | ({("organization", contact.organization_id)} if contact.organization_id else set())


def _find(tx: Tx, contact_id: str) -> set[str]:
    """The contacts about whom a suggestion came, went, or has other reasons."""
    mine = sorted(one for one, end in members_of(tx, [contact_id]).items() if end == contact_id)
    own = _clues(tx, mine)
    others = survivors(tx, _sharers(tx, own)).values()
    candidates = sorted(set(others) - {contact_id})
    belongs = members_of(tx, candidates)
    theirs = _clues(tx, sorted(belongs))
    before = {_other(row, mine): row for row in _pairs(tx, mine)}
    refused = survivors(tx, [one for one, row in before.items() if row[4] is not None]).values()
    told = set()
    for candidate in candidates:
        if candidate in refused:
            continue
        clues = [row[:3] for row in theirs if belongs[row[3]] == candidate]
        reasons = reasons_of((row[:3] for row in own), clues)
        known = before.get(candidate)
        if reasons != (_reasons.decode(known[2]) if known else ()):
            _suggest(tx, contact_id, candidate, reasons)
            told |= {contact_id, candidate}
    return told


def _suggest(tx: Tx, contact_id: str, candidate: str, reasons: tuple[str, ...]) -> None:
    one, other = sorted((contact_id, candidate))
    if reasons:
        _put(tx, one, other, reasons, None)
    else:
        tx.run(store.drop_pair, one=one, other=other)


def _put(tx: Tx, one: str, other: str, reasons: tuple[str, ...], refused_at: int | None) -> None:
    row = {"one_id": one, "other_id": other, "reasons": msgspec.json.encode(reasons).decode()}
    tx.run(store.put_pair, **row, found_at=tx.now, refused_at=refused_at)


def _clues(tx: ReadTx, contact_ids: Sequence[str]) -> list[tuple[Any, ...]]:
    return tx.all(store.clues_of, contact_ids=contact_ids, most=MOST_CLUES_OF_ONE) if contact_ids else []


def _sharers(tx: ReadTx, clues: Iterable[tuple[Any, ...]]) -> set[str]:
    """Who shares one of these clues with few others."""
    found: set[str] = set()
    for kind, value in {(row[0], row[1]) for row in clues if row[0] not in ("domain", "organization")}:
        rows = tx.all(store.sharers_of, of_kind=kind, of_value=value, most=COMMON + 1)
        if len(rows) <= COMMON:
            found |= {row[0] for row in rows}
    return found


def _pairs(tx: ReadTx, contact_ids: Collection[str]) -> list[tuple[Any, ...]]:
    ids = sorted(contact_ids)
    return [*tx.all(store.pairs_of_ones, contact_ids=ids), *tx.all(store.pairs_of_others, contact_ids=ids)]


def _other(row: tuple[Any, ...], mine: Collection[str]) -> str:
    return str(row[1] if row[0] in mine else row[0])
