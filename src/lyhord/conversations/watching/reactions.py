"""What must be true at once: who watched one of two customers who are one now, watches the conversation that goes on."""

from collections.abc import Sequence

from lyhord.contacts.events import ContactMerged
from lyhord.conversations.views import conversation_of_contacts
from lyhord.conversations.watching.actions import watch_if_room
from lyhord.conversations.watching.views import watchers_of
from lyhord.kit.database import Tx
from lyhord.kit.events import Logged


def watch_on(tx: Tx, logged: Sequence[Logged]) -> None:
    """For each merged contact."""
    for event in (one.event for one in logged):
        if not isinstance(event, ContactMerged):
            continue
        theirs = conversation_of_contacts(tx, [event.contact_id, event.into_id])
        if len(theirs) == 2:
            for agent_id in watchers_of(tx, [theirs[event.contact_id]]):
                watch_if_room(tx, agent_id, theirs[event.into_id])
