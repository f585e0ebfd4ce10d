"""What receiving and replying must know of side conversations: which one a mail belongs to, and who must not be in it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from msgspec import Struct

from lyhord.contacts.actions import find_contacts
from lyhord.contacts.lineage import survivors
from lyhord.contacts.model import Found, Sender
from lyhord.conversations.exchange import Address
from lyhord.conversations.model import Conversation
from lyhord.conversations.sides import store
from lyhord.conversations.sides.events import SideReopened
from lyhord.conversations.timeline import get_conversation
from lyhord.kit.database import Tx
from lyhord.kit.problems import Invalid
from lyhord.kit.text import fold

SIDE = "side"


class Placed(Struct, frozen=True):
    """Words that belong to a side conversation: its row in the order of `model.Conversation`, and whose they are.

    Nobody becomes a contact by being asked something: `sender` has the id of one only where one was known already.
    """

    side: tuple[Any, ...]
    sender: Found


def find_sides(tx: Tx, mails: Mapping[int, tuple[Sender, Sequence[str]]]) -> dict[int, Placed]:
    """The side conversation of each mail that answers in one. A mail is its sender and the conversations that it refers to, nearest first.

    Only who was written to knows what to refer to: our reply address or message id. What the customer themselves says is never placed
    there.
    """
    named = {one for _, conversations in mails.values() for one in conversations}
    rows = {row[0]: row for row in tx.all(store.sides_by_ids, ids=sorted(named))} if named else {}
    placed = {
        key: (sender, next(rows[one] for one in conversations if one in rows))
        for key, (sender, conversations) in mails.items()
        if not rows.keys().isdisjoint(conversations)
    }
    if not placed:
        return {}
    known = find_contacts(tx, [sender for sender, _ in placed.values()])
    customers = survivors(tx, {row[-1] for _, row in placed.values() if row[-1]})
    found = {}
    for (key, (sender, row)), contact in zip(placed.items(), known, strict=True):
        if contact is None or contact.contact_id != customers.get(row[-1]):
            found[key] = Placed(row[:-1], _speaker(sender, contact))
    return found


def reopen_side(tx: Tx, side: Conversation) -> None:
    """It goes on, if it was closed."""
    if side.closed_at is not None and tx.run(store.reopen, key=side.id, now=tx.now):
        tx.emit(SideReopened(conversation_id=side.id))


def check_strangers(tx: Tx, parent_id: str, addresses: Iterable[Address]) -> None:
    """Raise `Invalid` when the customer of the conversation `parent_id` is among those written to."""
    customer = get_conversation(tx, parent_id).contact_id
    if customer is not None and customer in _known(tx, addresses):
        raise Invalid(
            "The customer is among them; answer in the conversation.", fields={"to": "problem.side_to_customer"}
        )


def _known(tx: Tx, addresses: Iterable[Address]) -> Collection[str]:
    return {one.contact_id for one in find_contacts(tx, [(address,) for address in addresses]) if one}


def _speaker(sender: Sender, contact: Found | None) -> Found:
    """Without a name, so that the message carries the one that came with it."""
    first = sender[0]
    value = fold(first.scheme, first.value)
    return Found(contact.contact_id, "", value, blocked=contact.blocked) if contact else Found("", "", value)
