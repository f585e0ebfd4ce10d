"""Recording what a contact said yes or no to."""

import msgspec
from msgspec import Struct

from lyhord.contacts.consents import store
from lyhord.contacts.consents.model import (
    CHANNEL_LIMIT,
    EVIDENCE_LIMIT,
    PURPOSE_LIMIT,
    SOURCE_LIMIT,
    Answer,
    Consent,
    Consents,
    stand_of,
)
from lyhord.contacts.events import ConsentsChanged
from lyhord.contacts.facts.heard import forget_withdrawn
from lyhord.contacts.lineage import members, survivors
from lyhord.kit.clock import MINUTE
from lyhord.kit.database import ReadTx, Tx
from lyhord.kit.problems import Invalid, NotFound
from lyhord.kit.text import clean, clean_name


class Answered(Struct, frozen=True, kw_only=True):
    """An answer to record. `at` is when it was given (Unix milliseconds), now if left out."""

    purpose: str
    answer: Answer
    source: str
    channel: str = ""
    at: int | None = None
    evidence: str = ""


def list_consents(tx: ReadTx, contact_id: str) -> Consents:
    """What a contact, and everybody who is one with them, said yes or no to."""
    ids = members(tx, contact_id)
    return stand_of(Consent(*row) for row in tx.all(store.of_contacts, contact_ids=ids))


def record_consent(tx: Tx, contact_id: str, answered: Answered) -> Consent:
    """Add an answer. Raises `NotFound`, and `Invalid` without a purpose or source, or for an answer of the future.

    What is kept only with a consent that holds no more is taken away at once.
    """
    survivor = survivors(tx, [contact_id]).get(contact_id)
    if survivor is None:
        raise NotFound("There is no such contact.")
    at = tx.now if answered.at is None else answered.at
    purpose, source = clean_name(answered.purpose, PURPOSE_LIMIT), clean_name(answered.source, SOURCE_LIMIT)
    missing = {name: "field.missing" for name, text in (("purpose", purpose), ("source", source)) if not text}
    if missing:
        raise Invalid("Say for what the consent is, and where it was given.", fields=missing)
    if not 0 <= at <= tx.now + MINUTE:
        raise Invalid("Nobody has answered in the future.", fields={"at": "field.invalid"})
    recorded = Consent(
        id=tx.new_id(),
        contact_id=survivor,
        purpose=purpose,
        channel=clean_name(answered.channel, CHANNEL_LIMIT),
        answer=answered.answer,
        at=at,
        source=source,
        evidence=clean(answered.evidence, EVIDENCE_LIMIT).strip(),
        recorded_by=tx.actor,
        recorded_at=tx.now,
    )
    tx.run_many(store.insert_consent, [msgspec.structs.asdict(recorded)])
    forget_withdrawn(tx, survivor)
    tx.emit(ConsentsChanged(contact_id=survivor))
    return recorded
