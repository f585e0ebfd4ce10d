"""Hints, moods and looks as screens read them."""

from lyhord.contacts.facts import store as facts
from lyhord.contacts.facts.model import Fact
from lyhord.hearing.findings.actions import THOUSAND, Row, findings_of, told_of
from lyhord.hearing.findings.model import COMPLAINT, ENTITY, FACT, MOOD, THANKS, THREAT, URGENCY
from lyhord.kit.database import ReadTx
from lyhord.tickets.hints import store
from lyhord.tickets.hints.model import Felt, Hint, Look, Looks, TicketFelt, Week, likely_share
from lyhord.tickets.model import Ticket
from lyhord.tickets.reasons.signs import LIKELY
from lyhord.workspaces.reach import Reach

MOST_MESSAGES = 300
MOST_LOOKS = 100
MOST_WEEKS = 12
MOST_TEXT = 1_000
_SHOWN = frozenset({MOOD, COMPLAINT, URGENCY, THREAT, THANKS, ENTITY})


def read_felt(tx: ReadTx, reach: Reach, ticket: Ticket) -> TicketFelt:
    """How a ticket's customer feels, by the messages that the caller may read."""
    rows = tx.all(store.felt_in, of=ticket.conversation_id, most=MOST_MESSAGES)
    ids = [row[0] for row in rows if row[1] is None or reach.covers(row[1])]
    known = findings_of(tx, ids)
    felt = [_felt(one) for key in ids for one in known.get(key, ()) if _tells(one)]
    return TicketFelt(_hint(tx, ticket, ids), (*felt, *_stated(tx, ids)))


def _stated(tx: ReadTx, message_ids: list[str]) -> list[Felt]:
    """What holds of what was stated in these messages."""
    stated = [Fact(*row) for row in tx.all(facts.stated_in, message_ids=message_ids)] if message_ids else []
    return [
        Felt(
            one.message_id or "",
            FACT,
            f"{one.kind}:{one.text}",
            one.confidence or 1.0,
            None,
            None,
            "",
            one.changed_by or "",
        )
        for one in stated
    ]


def _tells(one: Row) -> bool:
    if one.kind == COMPLAINT and one.confidence < LIKELY:
        return False
    return one.kind in _SHOWN and (one.value != "neutral" or one.model != "")


def _felt(one: Row) -> Felt:
    by = one.model if one.model.startswith("agent:") else ""
    return Felt(one.message_id, one.kind, one.value, one.confidence / THOUSAND, one.start, one.end, one.why, by)


def _hint(tx: ReadTx, ticket: Ticket, ids: list[str]) -> Hint | None:
    row = tx.one(store.hints_of, ids=[ticket.id])
    if row is None or row[1] not in ids:
        return None
    told = next((one for one in told_of(tx, [row[1]]).get(row[1], ()) if one.kind == COMPLAINT), None)
    if told is None:
        return None
    asks = row[2] is None and row[3] is None and ticket.kind != COMPLAINT and ticket.status != "resolved"
    return Hint(row[1], told.confidence / THOUSAND, told.start, told.end, told.why, asks)


def read_looks(tx: ReadTx, reach: Reach) -> Looks:
    """What the caller is to look at, and what the looks have found in the latest twelve weeks."""
    limited = reach.inbox_ids is not None
    rows = tx.all(store.list_looks[limited], most=MOST_LOOKS, reach=reach.inbox_ids or ())
    seen = (row for row in rows if row[3] is None or reach.covers(row[3]))
    weeks = tuple(Week(*row) for row in tx.all(store.list_weeks, most=MOST_WEEKS))
    looked, missed = sum(one.looked for one in weeks), sum(one.missed for one in weeks)
    least, most = likely_share(missed, looked) or (None, None)
    return Looks(
        tuple(Look(row[0], row[1], row[2][:MOST_TEXT]) for row in seen),
        weeks,
        looked,
        missed,
        missed / looked if looked else None,
        least,
        most,
    )
