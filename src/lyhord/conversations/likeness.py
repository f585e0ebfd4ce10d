"""The follower that looks, after the commit, for contacts who may be one: bounded work for each message, none on the write path."""

from collections.abc import Sequence
from typing import Any

from lyhord.contacts.duplicates import forget_merged, note_contacts, note_words, refuse_duplicate, suggest_duplicates
from lyhord.contacts.events import ContactChanged, ContactCreated, ContactMerged, ContactSeparated
from lyhord.contacts.likeness import clues_of_words
from lyhord.conversations import search_store
from lyhord.conversations.events import MessageReceived
from lyhord.kit.database import Tx
from lyhord.kit.events import Logged
from lyhord.kit.followers import Follower


def look_for_duplicates(tx: Tx, events: Sequence[Logged]) -> None:
    """Note what is new about contacts, and look again for each of them once. Whoever was separated by hand is refused."""
    known: set[str] = set()
    messages: set[str] = set()
    again: set[str] = set()
    for logged in events:
        event: Any = logged.event
        if isinstance(event, MessageReceived):
            messages.add(event.message_id)
        elif isinstance(event, ContactMerged):
            forget_merged(tx, [event.contact_id])
            again.add(event.into_id)
        elif isinstance(event, ContactSeparated):
            refuse_duplicate(tx, event.contact_id, event.from_id)
            known |= {event.contact_id, event.from_id}
        else:
            known.add(event.contact_id)
    if known:
        note_contacts(tx, known)
    rows = tx.all(search_store.words_and_writers, ids=sorted(messages)) if messages else []
    wrote = note_words(tx, [(owner, clue) for text, owner in rows for clue in clues_of_words(text)])
    suggest_duplicates(tx, known | again | wrote)


FOLLOWER = Follower(
    name="duplicates",
    kinds=(MessageReceived, ContactCreated, ContactChanged, ContactMerged, ContactSeparated),
    handle=look_for_duplicates,
    batch=50,
)
