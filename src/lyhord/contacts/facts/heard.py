"""Keeping what contacts state about themselves in messages, beside what colleagues note.

Hearing a message again changes nothing: what was taken away stays so, and what an edited message no longer says goes. The later of two
statements that can't both hold retires the earlier one, in whatever order they are heard.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from msgspec import Struct

from lyhord.contacts.consents import store as consents
from lyhord.contacts.consents.model import Consent, stand_of
from lyhord.contacts.events import FactsChanged
from lyhord.contacts.facts import store
from lyhord.contacts.facts.model import HEARING, MOST_FACTS, SENSITIVE, TEXT_LIMIT, Fact, Saying, Told, purpose_of
from lyhord.contacts.lineage import members, members_of, survivors
from lyhord.kit.database import ReadTx, Tx
from lyhord.kit.ids import id_time
from lyhord.kit.text import clean


class _Row(Struct):
    """What stands of a fact. Those that an agent noted have no topic, and nothing retires them."""

    id: str
    contact_id: str
    kind: str
    topic: str | None
    message_id: str | None
    retired_by: str | None
    removed_at: int | None
    changed_at: int | None


class _Known:
    """The facts of one person, and what changes of them."""

    def __init__(self, rows: Iterable[_Row], allowed: Collection[str]) -> None:
        self.rows = list(rows)
        self.retired = {row.id: row.retired_by for row in self.rows}
        self.allowed = allowed
        self.new: dict[str, tuple[Fact, str]] = {}
        self.gone: set[str] = set()

    def hear(self, tx: Tx, saying: Saying) -> None:
        """Let this be what the message states."""
        mine = {row.topic: row for row in self.rows if row.message_id == saying.message_id}
        for row in self.rows:
            if row.retired_by == saying.message_id:
                row.retired_by = None
        said = {one.topic for one in saying.told if one.holds}
        untouched = [row for row in mine.values() if row.topic not in said and not (row.changed_at or row.removed_at)]
        self.gone.update(row.id for row in untouched)
        self.rows = [row for row in self.rows if row.id not in self.gone]
        for one in saying.told:
            if one.kind not in SENSITIVE or one.kind in self.allowed:
                self._take(tx, saying, one, again=one.topic in mine)

    def _take(self, tx: Tx, saying: Saying, one: Told, *, again: bool) -> None:
        rivals = [row for row in self.rows if row.topic in (one.topic, one.opposite) and row.topic]
        rivals = [row for row in rivals if row.message_id != saying.message_id]
        repeats = one.holds and ":" in one.topic and not one.topic.startswith("plan:")
        later = [row for row in rivals if (row.message_id or "") > saying.message_id]
        holding = [
            row for row in rivals if not row.retired_by and row.message_id and row.message_id < saying.message_id
        ]
        if repeats and not again and any(row.topic == one.topic for row in holding):
            return
        for row in holding:
            if not (repeats and row.topic == one.topic):
                row.retired_by = saying.message_id
        if one.holds and not again and sum(not (row.removed_at or row.retired_by) for row in self.rows) < MOST_FACTS:
            self._add(tx, saying, one, retired_by=min((row.message_id or "" for row in later), default=None))

    def _add(self, tx: Tx, saying: Saying, one: Told, *, retired_by: str | None) -> None:
        fact = Fact(
            tx.new_id(),
            saying.contact_id,
            clean(one.text, TEXT_LIMIT).strip(),
            clean(one.quote, TEXT_LIMIT).strip(),
            HEARING,
            id_time(saying.message_id),
            kind=one.kind,
            confidence=one.confidence,
            message_id=saying.message_id,
        )
        self.new[fact.id] = (fact, one.topic)
        self.retired[fact.id] = None
        self.rows.append(_Row(fact.id, fact.contact_id, one.kind, one.topic, saying.message_id, retired_by, None, None))

    @property
    def retirements(self) -> list[dict[str, str | None]]:
        """Those that another message retires, or doesn't any more."""
        return [
            {"key": row.id, "by": row.retired_by} for row in self.rows if self.retired.get(row.id) != row.retired_by
        ]


def keep_told(tx: Tx, sayings: Sequence[Saying], quiet: Collection[str] = ()) -> None:
    """Let these be what these messages state, the earliest first. Nothing is told of contacts whose messages are all `quiet`: history."""
    before = tx.all(store.heard_in, message_ids=sorted({one.message_id for one in sayings})) if sayings else ()
    speaking = {row[1] for row in before} | {one.contact_id for one in sayings if one.told}
    if not speaking:
        return
    last = survivors(tx, speaking)
    known = _known(tx, set(last.values()), {each.kind for one in sayings for each in one.told})
    changed: set[str] = set()
    for one in sayings:
        survivor = last.get(one.contact_id)
        if survivor is not None:
            known[survivor].hear(tx, one)
            changed |= set() if one.message_id in quiet else {survivor}
    _write(tx, known, changed)


def forget_told(tx: Tx, message_ids: Collection[str]) -> None:
    """Take away what was heard in messages whose words are gone; what they retired holds again."""
    ids = sorted(message_ids)
    gone = [_Row(*row) for row in tx.all(store.heard_in, message_ids=ids)] if ids else []
    back = [_Row(*row) for row in tx.all(store.retired_by, message_ids=ids)] if ids else []
    tx.run_many(store.retire_fact, [{"key": row.id, "by": None} for row in back])
    _drop(tx, gone)
    _tell(tx, [row for row in back if row.message_id not in ids])


def forget_withdrawn(tx: Tx, contact_id: str) -> None:
    """Take away sensitive facts that were heard and for which no consent holds any more; they are deleted, not only hidden."""
    ids = members(tx, contact_id)
    rows = [_Row(*row) for row in tx.all(store.kept_of, contact_ids=ids)] if ids else []
    sensitive = [row for row in rows if row.kind in SENSITIVE]
    if sensitive:
        allowed = _allowed(tx, dict.fromkeys(ids, contact_id)).get(contact_id, ())
        _drop(tx, [row for row in sensitive if row.kind not in allowed])


def _drop(tx: Tx, rows: Sequence[_Row]) -> None:
    if not rows:
        return
    tx.run(store.drop_facts, ids=[row.id for row in rows])
    _tell(tx, rows)


def _tell(tx: Tx, rows: Sequence[_Row]) -> None:
    for survivor in sorted(set(survivors(tx, {row.contact_id for row in rows}).values())):
        tx.emit(FactsChanged(contact_id=survivor))


def _known(tx: Tx, survivor_ids: Collection[str], kinds: Collection[str]) -> dict[str, _Known]:
    belongs = members_of(tx, survivor_ids)
    rows: dict[str, list[_Row]] = defaultdict(list)
    for row in tx.all(store.kept_of, contact_ids=sorted(belongs)):
        rows[belongs[row[1]]].append(_Row(*row))
    allowed = _allowed(tx, belongs) if any(one in SENSITIVE for one in kinds) else {}
    return {one: _Known(rows[one], allowed.get(one, ())) for one in survivor_ids}


def _allowed(tx: ReadTx, belongs: Mapping[str, str]) -> dict[str, set[str]]:
    """By survivor the sensitive kinds that they let us keep. A consent for one channel alone lets nothing be kept."""
    answers: dict[str, list[Consent]] = defaultdict(list)
    for row in tx.all(consents.of_contacts, contact_ids=sorted(belongs)):
        answers[belongs[row[1]]].append(Consent(*row))
    return {
        survivor: {
            kind
            for kind in SENSITIVE
            for one in stand_of(given).current
            if one.purpose.casefold() == purpose_of(kind) and not one.channel and one.answer == "given"
        }
        for survivor, given in answers.items()
    }


def _write(tx: Tx, known: Mapping[str, _Known], changed: Collection[str]) -> None:
    new = [store.row_of(*one) for each in known.values() for one in each.new.values()]
    retirements = [one for each in known.values() for one in each.retirements]
    gone = sorted(set().union(*(each.gone for each in known.values())))
    if gone:
        tx.run(store.drop_facts, ids=gone)
    tx.run_many(store.insert_fact, new)
    tx.run_many(store.retire_fact, retirements)
    for survivor, each in sorted(known.items()):
        if survivor in changed and (each.new or each.gone or each.retirements):
            tx.emit(FactsChanged(contact_id=survivor))
