"""Conclude why tickets are there, and keep what people say of it, which no model changes."""

from collections.abc import Collection, Mapping, Sequence

from lyhord.hearing.findings.actions import Row, correct, corrections_of, findings_of
from lyhord.hearing.findings.model import MOOD, PERHAPS, REASON
from lyhord.hearing.reasons.actions import learn_soon
from lyhord.hearing.reasons.reading import check_reasons, read_tree
from lyhord.kit.database import ReadTx, Tx
from lyhord.kit.problems import NotFound
from lyhord.tickets.about import ticket_ids_of
from lyhord.tickets.reasons import store
from lyhord.tickets.reasons.events import TicketReasonsChanged, TicketSignsChanged
from lyhord.tickets.reasons.model import AGENT, Heard, Stands, conclude, first_of
from lyhord.tickets.reasons.signs import FALLING, signs_of

LEAST_LETTERS = 8
"""Without so many a first message is a greeting, and the next one says what it is about."""
ONE_IN = 8
"""Of so many tickets one is asked about by chance."""


def conclude_messages(tx: Tx, message_ids: Collection[str], quiet: Collection[str]) -> None:
    """Conclude anew why those tickets are there that these messages are about; nothing is told where all of them are `quiet`."""
    about = ticket_ids_of(tx, message_ids)
    loud = {ticket_id for message_id, ticket_id in about.items() if message_id not in quiet}
    conclude_tickets(tx, set(about.values()), loud)


def conclude_tickets(tx: Tx, ticket_ids: Collection[str], loud: Collection[str]) -> None:
    """Conclude anew why these tickets are there, and in which mood their customers are, and tell it of those that are `loud`.

    What somebody said of a ticket stays.
    """
    if not ticket_ids:
        return
    tickets = tx.all(store.first_words, ids=sorted(ticket_ids))
    known = findings_of(tx, {one for row in tickets for one in row[4:] if one})
    before = reasons_of(tx, ticket_ids)
    written: dict[str, Sequence[Stands]] = {}
    rows = []
    for ticket_id, conversation_id, reason_id, mood, last_id, *first in tickets:
        had = before.get(ticket_id, ())
        after = had if _is_said(had) else conclude([_heard(known.get(one, ())) for one in first if one])
        felt = next((one.value for one in known.get(last_id or "", ()) if one.kind == MOOD), mood)
        if after == had and (first_of(after), felt) == (reason_id, mood):
            continue
        if after != had:
            written[ticket_id] = after
        rows.append({"key": ticket_id, "reason": first_of(after), "felt": felt})
        if ticket_id in loud:
            _tell(tx, conversation_id, ticket_id, after)
    _write(tx, written)
    tx.run_many(store.write_ticket, rows)
    _conclude_signs(tx, {ticket_id: [one for one in first if one] for ticket_id, _, _, _, _, *first in tickets}, loud)


def _conclude_signs(tx: Tx, first: Mapping[str, Sequence[str]], loud: Collection[str]) -> None:
    """Let the rows of tickets say what stands out in their customers' words; `first` has the first messages of each."""
    tickets = tx.all(store.signs_of, ids=sorted(first))
    latest = {ticket_id: [one for one in ids[::-1] if one] for ticket_id, _, _, *ids in tickets}
    known = findings_of(tx, {one for ids in (*first.values(), *latest.values()) for one in ids})
    rows = []
    for ticket_id, conversation_id, before, *_ in tickets:
        ids = dict.fromkeys((*first[ticket_id], *latest[ticket_id]))
        moods = [row.value for one in latest[ticket_id] for row in known.get(one, ()) if row.kind == MOOD]
        after = signs_of((row for one in ids for row in known.get(one, ())), moods)
        if " ".join(after) == before:
            continue
        rows.append({"key": ticket_id, "signs": " ".join(after)})
        if ticket_id in loud:
            rose = int(FALLING in after and FALLING not in before.split())
            tx.emit(TicketSignsChanged(conversation_id=conversation_id, ticket_id=ticket_id, rose=rose))
    tx.run_many(store.write_signs, rows)


def say_reasons(tx: Tx, ticket_id: str, reason_ids: Sequence[str] | None, agent_id: str) -> None:
    """Keep why somebody says that the ticket is there, for good, and let the model learn from it; None takes back what was said.

    Raises `NotFound`, and `Invalid` for a reason that isn't there.
    """
    rows = tx.all(store.first_words, ids=[ticket_id])
    if not rows:
        raise NotFound("There is no such ticket.")
    _, conversation_id, _, mood, _, *first = rows[0]
    check_reasons(read_tree(tx), tuple(reason_ids or ()))
    words = labelled_words(tx, [one for one in first if one])
    if words:
        correct(tx, words, REASON, reason_ids, agent_id, chance=by_chance(ticket_id))
    after = [Stands(one, 1_000, f"{AGENT}{agent_id}") for one in dict.fromkeys(reason_ids or ())]
    if reason_ids is not None and not after:
        after = [Stands("", 1_000, f"{AGENT}{agent_id}")]
    _write(tx, {ticket_id: after})
    tx.run_many(store.write_ticket, [{"key": ticket_id, "reason": first_of(after), "felt": mood}])
    if reason_ids is None:
        conclude_tickets(tx, [ticket_id], ())
        after = list(reasons_of(tx, [ticket_id]).get(ticket_id, ()))
    _tell(tx, conversation_id, ticket_id, after)
    if words:
        learn_soon(tx)


def label_tickets(
    tx: Tx, ticket_ids: Collection[str], message_ids: Collection[str], reason_id: str, agent_id: str
) -> None:
    """Keep that somebody says why those of these tickets are there of which one of these messages says so, for good."""
    stands = [Stands(reason_id, 1_000, f"{AGENT}{agent_id}")]
    rows = []
    for ticket_id, conversation_id, _, mood, _, *first in (
        tx.all(store.first_words, ids=sorted(ticket_ids)) if ticket_ids else ()
    ):
        if message_ids and set(labelled_words(tx, [one for one in first if one])) & set(message_ids):
            rows.append({"key": ticket_id, "reason": reason_id, "felt": mood})
            _tell(tx, conversation_id, ticket_id, stands)
    _write(tx, {str(row["key"]): stands for row in rows})
    tx.run_many(store.write_ticket, rows)


def reasons_of(tx: ReadTx, ticket_ids: Collection[str]) -> dict[str, tuple[Stands, ...]]:
    """By ticket its reasons, the first one first."""
    found: dict[str, tuple[Stands, ...]] = {}
    for ticket_id, *values in tx.all(store.reasons_of, ids=sorted(ticket_ids)) if ticket_ids else ():
        found[ticket_id] = (*found.get(ticket_id, ()), Stands(*values))
    return found


def labelled_words(tx: ReadTx, message_ids: Sequence[str]) -> list[str]:
    """Which of a ticket's first messages a label is about: the first one that is more than a greeting."""
    if not message_ids:
        return []
    texts = {row[0]: f"{row[1] or ''} {row[2]}" for row in tx.all(store.texts_of, ids=list(message_ids))}
    whole = (one for one in message_ids if sum(map(str.isalpha, texts.get(one, ""))) >= LEAST_LETTERS)
    return [next(whole, message_ids[0])]


def by_chance(ticket_id: str) -> bool:
    """Whether a ticket is one of those about which chance asks: one in eight, whatever a model thinks of it."""
    return int(ticket_id.replace("-", "")[-8:], 16) % ONE_IN == 0


def was_asked(tx: ReadTx, message_ids: Collection[str]) -> bool:
    """Whether somebody has said already what these messages mean."""
    return any(kind == REASON for _, kind in corrections_of(tx, message_ids))


def _is_said(reasons: Sequence[Stands]) -> bool:
    return any(one.by.startswith(AGENT) for one in reasons)


def _heard(findings: Sequence[Row]) -> Heard:
    return Heard(
        tuple((one.value, one.confidence) for one in findings if one.kind == REASON),
        tuple((one.value, one.confidence) for one in findings if one.kind == PERHAPS),
    )


def _write(tx: Tx, reasons: dict[str, Sequence[Stands]]) -> None:
    if reasons:
        tx.run(store.drop_reasons, ids=sorted(reasons))
    rows = [
        {
            "ticket_id": ticket_id,
            "place": place,
            "reason_id": one.reason_id,
            "confidence": one.confidence,
            "by": one.by,
        }
        for ticket_id, found in reasons.items()
        for place, one in enumerate(found)
    ]
    tx.run_many(store.insert_reason, rows)


def _tell(tx: Tx, conversation_id: str, ticket_id: str, reasons: Sequence[Stands]) -> None:
    tx.emit(TicketReasonsChanged(conversation_id=conversation_id, ticket_id=ticket_id, reason_id=first_of(reasons)))
