"""The languages of contacts as they are heard in what they write, when nobody set them by hand."""

from collections.abc import Iterable, Mapping, Sequence

from lyhord.contacts import store
from lyhord.contacts.events import ContactChanged
from lyhord.contacts.model import Known
from lyhord.kit.database import ReadTx, Tx


def languages_of(tx: ReadTx, contact_ids: Iterable[str]) -> dict[str, Known]:
    """What is known of the languages of contacts, by id. Unknown ids are left out."""
    rows = tx.all(store.languages_of, ids=sorted(set(contact_ids)))
    return {row[0]: Known(row[1], row[1] is not None and row[2] is None) for row in rows}


def hear_languages(tx: Tx, heard: Mapping[str, tuple[str, str]]) -> None:
    """Write languages that messages told: (language, message) by contact. Whoever calls has left out what was set by hand."""
    rows: Sequence[Mapping[str, object]] = [
        {"key": contact_id, "spoken": language, "heard_in": message_id, "heard_at": tx.now}
        for contact_id, (language, message_id) in heard.items()
    ]
    tx.run_many(store.hear_language, rows)
    for contact_id in heard:
        tx.emit(ContactChanged(contact_id=contact_id))
