"""A chat keeps its timer whoever is found to be its contact: timers and what the timeline says of them go along."""

from collections.abc import Sequence

from lyhord.contacts.events import ContactMerged, ContactSeparated
from lyhord.contacts.lineage import members
from lyhord.conversations import store as conversations
from lyhord.conversations.beginning import conversation_with
from lyhord.conversations.timers import store
from lyhord.conversations.timers.model import Timers, joined, read_timers, write_timers
from lyhord.kit.database import Tx
from lyhord.kit.events import Logged


def carry_timers(tx: Tx, logged: Sequence[Logged]) -> None:
    """Where contacts are merged or separated the one with whom an identity's words stand from now on gets its timers."""
    for event in (one.event for one in logged):
        if isinstance(event, ContactMerged):
            _carry(tx, members(tx, event.into_id), event.into_id)
        elif isinstance(event, ContactSeparated):
            _carry(tx, members(tx, event.from_id), event.contact_id)
            _give_changes_back(tx, event)


def _carry(tx: Tx, from_ids: Sequence[str], to_id: str) -> None:
    rows = tx.all(conversations.conversations_by_contacts, contact_ids=list(from_ids))
    carried: Timers = {}
    for row in rows:
        carried = joined(carried, read_timers(tx.value(store.timers_of, id=row[0])))
    if carried:
        target = conversation_with(tx, to_id)
        there = joined(carried, read_timers(tx.value(store.timers_of, id=target)))
        tx.run(store.set_timers, key=target, timers=write_timers(there))


def _give_changes_back(tx: Tx, event: ContactSeparated) -> None:
    identities = tx.all(conversations.identities_of, contact_ids=members(tx, event.contact_id))
    for row in tx.all(conversations.conversations_by_contacts, contact_ids=list(members(tx, event.from_id))):
        if tx.value(store.timers_of, id=row[0]):
            target = conversation_with(tx, event.contact_id)
            for scheme, value in identities:
                tx.run(store.move_changes, conversation=row[0], scheme_of=scheme, value_of=value, target=target)
