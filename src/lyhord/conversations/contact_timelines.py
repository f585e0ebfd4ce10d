"""What contacts' own pages must know about conversations: `contacts.listing.Timelines`, which lies below and can't ask."""

from collections.abc import Collection, Mapping, Sequence

from lyhord.contacts.lineage import members_of, survivors
from lyhord.contacts.model import Contact
from lyhord.conversations import store
from lyhord.conversations.groups import store as groups
from lyhord.conversations.views import carriers_of_conversations, conversation_of_contacts
from lyhord.kit.database import ReadTx
from lyhord.workspaces.reach import Reach


class ContactTimelines:
    """Implements `contacts.listing.Timelines`; `app` offers it to the routes as `timelines`."""

    def conversations(self, tx: ReadTx, contacts: Sequence[Contact]) -> Mapping[str, str]:
        """The direct conversation of each contact that has one; for a merged contact that of its survivor."""
        ends = {one.id: one.id for one in contacts if one.merged_into is None}
        if len(ends) < len(contacts):
            ends |= survivors(tx, [one.id for one in contacts if one.merged_into is not None])
        found = conversation_of_contacts(tx, sorted(set(ends.values())))
        return {contact_id: found[end] for contact_id, end in ends.items() if end in found}

    def visible(self, tx: ReadTx, reach: Reach, contact_ids: Collection[str]) -> set[str]:
        """See `visible_contacts`."""
        return visible_contacts(tx, reach, contact_ids)


def visible_contacts(tx: ReadTx, reach: Reach, contact_ids: Collection[str]) -> set[str]:
    """Those whose direct conversation, or a group of theirs, or that of whoever they are one with, is within reach, or who have none."""
    if reach.inbox_ids is None:
        return set(contact_ids)
    return {one for one, inboxes in carriers_of_contacts(tx, contact_ids).items() if reach.covers_any(inboxes)}


def carriers_of_contacts(tx: ReadTx, contact_ids: Collection[str]) -> dict[str, frozenset[str]]:
    """The inboxes that ever carried direct messages of each contact, or of a group of theirs, or of whoever it is one with.

    Unknown ids are left out.
    """
    ends = survivors(tx, contact_ids)
    belongs = members_of(tx, ends.values())
    owners = {row[0]: belongs[row[2]] for row in tx.all(store.conversations_by_contacts, contact_ids=sorted(belongs))}
    inboxes: dict[str, set[str]] = {}
    for conversation_id, carriers in carriers_of_conversations(tx, list(owners)).items():
        inboxes.setdefault(owners[conversation_id], set()).update(carriers)
    for contact_id, inbox_id in tx.all(groups.inboxes_of_participants, contact_ids=sorted(belongs)):
        inboxes.setdefault(belongs[contact_id], set()).add(inbox_id)
    return {contact_id: frozenset(inboxes.get(end, ())) for contact_id, end in ends.items()}
