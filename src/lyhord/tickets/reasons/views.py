"""Why a ticket is there, as the agent before it reads it."""

from collections.abc import Sequence

from lyhord.conversations.views import carriers_of_conversations
from lyhord.hearing.findings.actions import THOUSAND, Row, findings_of, told_of
from lyhord.hearing.findings.model import PERHAPS, REASON
from lyhord.hearing.reasons.model import TOP, Tree
from lyhord.hearing.reasons.reading import read_tree
from lyhord.kit.database import ReadTx
from lyhord.tickets.reasons import store
from lyhord.tickets.reasons.actions import by_chance, reasons_of
from lyhord.tickets.reasons.model import AGENT, UNSURE, Alike, Stands, TicketReasons, Told
from lyhord.workspaces.reach import Reach

MOST_MESSAGES = 300
"""The latest messages of a conversation, whose own reasons are told."""
LOOKED_AT = 200
"""Of the latest corrections, those that may be alike."""
MOST_ALIKE = 3
MOST_TEXT = 200


def read_reasons(tx: ReadTx, reach: Reach, ticket_id: str) -> TicketReasons:
    """Everything of one ticket, which the caller may see."""
    row = tx.one(store.first_words, ids=[ticket_id])
    if row is None:
        return TicketReasons()
    conversation_id, first = row[1], [one for one in row[5:] if one]
    tree, stands = read_tree(tx), reasons_of(tx, [ticket_id]).get(ticket_id, ())
    told = [one for rows in told_of(tx, first).values() for one in rows if one.kind in (REASON, PERHAPS)]
    asked = bool(stands) and not stands[0].by.startswith(AGENT)
    return TicketReasons(
        reasons=tuple(_told(one, told) for one in stands if one.by != UNSURE and one.reason_id),
        likely=_likely(tree, told),
        messages=_messages(tx, conversation_id),
        alike=_alike(tx, reach, tree, conversation_id, stands, first),
        ask=asked and (stands[0].by == UNSURE or by_chance(ticket_id)),
    )


def _told(one: Stands, told: Sequence[Row]) -> Told:
    why = next((row.why for row in told if row.value == one.reason_id and row.why), "")
    return Told(one.reason_id, one.confidence / THOUSAND, one.by, why if not one.by.startswith(AGENT) else "")


def _likely(tree: Tree, told: Sequence[Row]) -> tuple[Told, ...]:
    best: dict[str, int] = {}
    for row in told:
        reason_id = tree.stands_for(row.value)
        if reason_id is not None:
            best[reason_id] = max(best.get(reason_id, 0), row.confidence)
    ranked = sorted(best, key=lambda one: (-best[one], one))[:TOP]
    return tuple(Told(one, best[one] / THOUSAND, UNSURE) for one in ranked)


def _messages(tx: ReadTx, conversation_id: str) -> dict[str, str]:
    rows = tx.all(store.reasons_in, of=conversation_id, kind=REASON, most=MOST_MESSAGES)
    told = {message_id: value for message_id, value, _ in rows}
    return {
        message_id: row.value
        for message_id, found in findings_of(tx, told).items()
        for row in found[::-1]
        if row.kind == REASON
    }


def _alike(
    tx: ReadTx, reach: Reach, tree: Tree, conversation_id: str, stands: Sequence[Stands], first: Sequence[str]
) -> tuple[Alike, ...]:
    """Messages of others of which somebody said the same reason, those first that share most words with the ticket's."""
    wanted = tree.within([stands[0].reason_id]) if stands and stands[0].reason_id else []
    if not wanted or not first:
        return ()
    rows = tx.all(store.said_alike, kind=REASON, reasons=wanted, besides=conversation_id, most=LOOKED_AT)
    carriers = carriers_of_conversations(tx, sorted({row[0] for row in rows})) if reach.inbox_ids is not None else {}
    seen = [row for row in rows if reach.inbox_ids is None or reach.covers_any(carriers.get(row[0], frozenset()))]
    own = _words(" ".join(row[2] for row in tx.all(store.texts_of, ids=list(first))))
    ranked = sorted({row[1]: row for row in seen}.values(), key=lambda row: -len(own & _words(row[2])))
    return tuple(Alike(row[0], row[1], row[2][:MOST_TEXT]) for row in ranked[:MOST_ALIKE])


def _words(text: str) -> set[str]:
    """Words in small letters; of scripts without spaces the pairs of signs."""
    small = text.lower()
    return {one for one in small.split() if len(one) > 2} | {
        small[at : at + 2] for at in range(len(small) - 1) if "㐀" <= small[at] <= "鿿"
    }
