"""Whose message is it? On the inbound path, so a whole batch at once: one select per scheme, one insert per table."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from lyhord.contacts import store
from lyhord.contacts.events import ContactChanged, ContactCreated
from lyhord.contacts.lineage import survivors
from lyhord.contacts.model import Address, Found, Sender, key_of, name_of, verification_of
from lyhord.kit.database import ReadTx, Tx
from lyhord.kit.text import clean_name

Key = tuple[str, str]


class Known(NamedTuple):
    """An identity that somebody has. `claim` is 1 where it is only claimed by a contact that is known better by another identity."""

    contact_id: str
    verification: str
    shown: str
    name: str
    survivor_id: str
    blocked: bool
    claim: int = 0


class _Changes(NamedTuple):
    """What the batch adds and changes, in the order in which it is written."""

    contacts: list[dict[str, Any]]
    identities: list[dict[str, Any]]
    moves: list[dict[str, Any]]
    verifications: list[dict[str, Any]]
    names: list[dict[str, Any]]

    def write(self, tx: Tx) -> None:
        """One statement per table and kind of change."""
        tx.run_many(store.insert_contact, self.contacts)
        tx.run_many(store.insert_identity, self.identities)
        tx.run_many(store.move_identity, self.moves)
        tx.run_many(store.verify_identity, self.verifications)
        tx.run_many(store.fill_name, self.names)


def find_or_make_contacts(tx: Tx, senders: Sequence[Sender]) -> list[Found]:
    """The contact of each sender, made where nobody has any of its identities; one `contact.created` each.

    The first identity of a sender decides; another one counts only when it is verified, so that writing somebody's address into
    a form opens nothing. Identities that nobody has are added to the contact. Two contacts are never merged here. An address
    that a contact merely claims yields to whoever writes from it.
    """
    keys = [[key_of(address) for address in sender] for sender in senders]
    known = look_up(tx, keys)
    changes = _Changes([], [], [], [], [])
    found = [_settle(tx, sender, own, known, changes) for sender, own in zip(senders, keys, strict=True)]
    changes.write(tx)
    return found


def find_contacts(tx: ReadTx, senders: Sequence[Sender]) -> list[Found | None]:
    """Who has the first identity of each sender, None where nobody has; nothing is made or learnt."""
    keys = [key_of(sender[0]) for sender in senders]
    known = look_up(tx, [[key] for key in keys])
    return [
        Found(one.survivor_id, one.name, key[1], blocked=one.blocked) if (one := known.get(key)) else None
        for key in keys
    ]


def look_up(tx: ReadTx, keys: Sequence[Sequence[Key]]) -> dict[Key, Known]:
    """Those of these identities that somebody has."""
    by_scheme: dict[str, set[str]] = {}
    for own in keys:
        for scheme, value in own:
            by_scheme.setdefault(scheme, set()).add(value)
    known: dict[Key, Known] = {}
    merged: list[Key] = []
    for scheme, values in by_scheme.items():
        for value, contact_id, verification, shown, name, into, blocked_at, itself_at, claim in tx.all(
            store.known_identities, scheme=scheme, values=values
        ):
            if into is not None:
                merged.append((scheme, value))
            blocked = blocked_at is not None or itself_at is not None
            known[scheme, value] = Known(contact_id, verification, shown, name, contact_id, blocked, claim)
    if merged:
        _follow(tx, known, merged)
    return known


def _follow(tx: ReadTx, known: dict[Key, Known], merged: Sequence[Key]) -> None:
    """Put the survivor's id, name and block in the place of those of contacts that were merged."""
    ends = survivors(tx, {known[key].contact_id for key in merged})
    rows = {row[0]: row for row in tx.all(store.merged_targets, ids=set(ends.values()))}
    for key in merged:
        one = known[key]
        row = rows[ends[one.contact_id]]
        blocked = one.blocked or row[3] is not None
        known[key] = one._replace(survivor_id=row[0], name=row[2], blocked=blocked)


def _settle(tx: Tx, sender: Sender, keys: Sequence[Key], known: dict[Key, Known], changes: _Changes) -> Found:
    owner = _owner(sender, keys, known)
    first = keys[0]
    if owner is None:
        owner = _make_contact(tx, sender, keys, known, changes)
        return Found(owner.contact_id, owner.name, first[1], created=True)
    if len(keys) > 1 or first not in known:
        _add_identities(tx, owner, sender, keys, known, changes)
    for address, key in zip(sender, keys, strict=True):
        if address.verified or (address.name and key == first):
            owner = _learn(tx, owner, address, key, known, changes)
    return Found(owner.survivor_id, owner.name, first[1], blocked=owner.blocked)


def _owner(sender: Sender, keys: Sequence[Key], known: Mapping[Key, Known]) -> Known | None:
    """Who has the first identity, else any verified one; a mere claim doesn't count against whoever writes from the address."""
    one = known.get(keys[0])
    if one is not None and not one.claim:
        return one
    for address, key in zip(sender[1:], keys[1:], strict=True):
        if address.verified and key in known and not known[key].claim:
            return known[key]
    return None


def _make_contact(tx: Tx, sender: Sender, keys: Sequence[Key], known: dict[Key, Known], changes: _Changes) -> Known:
    contact_id = tx.new_id()
    name = name_of(sender)
    changes.contacts.append(contact_row(contact_id, name, tx.now))
    owner = Known(contact_id, "claimed", clean_name(sender[0].value), name, contact_id, blocked=False)
    _add_identities(tx, owner, sender, keys, known, changes)
    tx.emit(ContactCreated(contact_id=contact_id), actor=f"contact:{contact_id}")
    return owner


def _add_identities(
    tx: Tx, owner: Known, sender: Sender, keys: Sequence[Key], known: dict[Key, Known], changes: _Changes
) -> None:
    """Those that nobody has. A claim beside an unverified sender is left out: later nobody could tell the two apart."""
    vouched = any(address.verified for address in sender)
    for index, (address, key) in enumerate(zip(sender, keys, strict=True)):
        taken = known.get(key)
        proven = index == 0 or address.verified
        if taken is None and (proven or vouched):
            row = identity_row(owner.contact_id, address, key, tx.now)
            changes.identities.append(row)
            known[key] = owner._replace(
                verification=row["verification"], shown=row["shown"], claim=int(vouched and not address.verified)
            )
        elif taken is not None and taken.claim and proven and taken.contact_id != owner.contact_id:
            _take_over(tx, owner, address, key, known, changes)


def _take_over(tx: Tx, owner: Known, address: Address, key: Key, known: dict[Key, Known], changes: _Changes) -> None:
    """Give an identity that was only claimed to whoever proves to have it."""
    tx.emit(ContactChanged(contact_id=known[key].survivor_id))
    verification = verification_of(address)
    known[key] = owner._replace(verification=verification, shown=clean_name(address.value))
    changes.moves.append({"key": key[0], "folded": key[1], "contact_id": owner.contact_id})
    _verify(tx, key, verification, changes)


def _learn(tx: Tx, owner: Known, address: Address, key: Key, known: dict[Key, Known], changes: _Changes) -> Known:
    """Take a real name where there was only an address, and the channel's word where there was only a claim."""
    one = known[key]
    if one.contact_id != owner.contact_id:
        return owner
    changed = False
    if address.verified and one.verification == "claimed":
        _verify(tx, key, "channel", changes)
        one, changed = one._replace(verification="channel", claim=0), True
    if address.name and owner.survivor_id == owner.contact_id and owner.name in ("", owner.shown, one.shown):
        name = clean_name(address.name)
        if name and name != owner.name:
            changes.names.append({"key": owner.contact_id, "name": name, "changed_at": tx.now})
            owner, one, changed = owner._replace(name=name), one._replace(name=name), True
    if changed:
        known[key] = one
        tx.emit(ContactChanged(contact_id=owner.survivor_id), actor=f"contact:{owner.survivor_id}")
    return owner


def _verify(tx: Tx, key: Key, verification: str, changes: _Changes) -> None:
    changes.verifications.append({"key": key[0], "folded": key[1], "verification": verification, "verified_at": tx.now})


def contact_row(contact_id: str, name: str, now: int) -> dict[str, Any]:
    """The row of a contact of whom only the name is known."""
    return {
        "id": contact_id,
        "name": name,
        "language": None,
        "language_heard_in": None,
        "about": "",
        "attributes": "{}",
        "tags": "",
        "merged_into": None,
        "merged_at": None,
        "merged_by": None,
        "lent": None,
        "blocked_at": None,
        "barred_at": None,
        "organization_id": None,
        "created_at": now,
        "changed_at": now,
        "demo": 0,
    }


def identity_row(contact_id: str, address: Address, key: Key, now: int) -> dict[str, Any]:
    """The row of an identity as it came on the wire."""
    return {
        "scheme": key[0],
        "value": key[1],
        "contact_id": contact_id,
        "shown": clean_name(address.value),
        "name": clean_name(address.name) if address.name else "",
        "verification": "channel" if address.verified else "claimed",
        "verified_at": now if address.verified else None,
        "blocked_at": None,
        "created_at": now,
    }
