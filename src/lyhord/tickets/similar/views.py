"""Finds similar cases while somebody waits: bounded candidates of the search index, ranked by what their customers wrote."""

from collections import Counter
from collections.abc import Sequence

from msgspec.structs import replace

from lyhord.conversations.search import message_index
from lyhord.conversations.views import messages_by_id, sees_message
from lyhord.hearing.language_model.actions import find_language_model
from lyhord.kit.database import ReadTx
from lyhord.kit.likeness import Ranking
from lyhord.kit.search import Query
from lyhord.kit.search.query import Phrase
from lyhord.kit.text import is_unspaced, preview
from lyhord.tickets.about import last_answer, ticket_ids_of
from lyhord.tickets.model import Ticket
from lyhord.tickets.reasons import store as reason_store
from lyhord.tickets.similar.model import LEAST_SHARE, MOST, SimilarCase, Words, words_asked
from lyhord.tickets.views import find_row, rows_by_id
from lyhord.tickets.wordings.model import Order
from lyhord.tickets.wordings.reading import read_written, stamp_of_case
from lyhord.workspaces.reach import Reach

AT_ONCE = 40
"""Messages that are looked at for each word, the latest."""
RANKED = 60
"""Tickets whose words are compared: those that have most of the words."""
MOST_TRIED = 20
MOST_TEXT = 400


def read_similar(tx: ReadTx, reach: Reach, agent_id: str | None, ticket: Ticket) -> list[SimilarCase]:
    """Cases within reach, the most like first; none where the ticket says nothing, or nothing is like it."""
    own = _first_words(tx, [ticket.id]).get(ticket.id, {})
    asked = "\n".join(own.values())
    others = [one for one in _candidates(tx, ticket, asked) if _solved(one, ticket)]
    words = _first_words(tx, [one.id for one in others])
    cases = [one for one in others if words.get(one.id)]
    shares = Ranking(["\n".join(words[one.id].values()) for one in cases]).shares(asked)
    ranked = sorted(zip(shares, cases, strict=True), key=lambda pair: (-pair[0], pair[1].id))
    found: list[SimilarCase] = []
    for share, one in [pair for pair in ranked if pair[0] >= LEAST_SHARE][:MOST_TRIED]:
        case = _case(tx, reach, agent_id, one, words[one.id], share)
        if case is not None:
            found.append(case)
        if len(found) == MOST:
            break
    return found


def with_written(tx: ReadTx, cases: list[SimilarCase], orders: Sequence[Order]) -> list[SimilarCase]:
    """The cases with what a language model wrote about each for such readers, where the workspace has one for that."""
    model = find_language_model(tx, "cases") if cases else None
    if model is None:
        return cases
    tickets = {one.id: one for one in rows_by_id(tx, [one.ticket_id for one in cases])}
    return [
        replace(one, written=read_written(tx, order, stamp_of_case(model, tickets[one.ticket_id])))
        for one, order in zip(cases, orders, strict=True)
    ]


def _candidates(tx: ReadTx, ticket: Ticket, asked: str) -> list[Ticket]:
    hits: Counter[str] = Counter()
    for word in words_asked([asked]):
        query = Query((Phrase((word,), open=not is_unspaced(word)),))
        hits.update({hit.ref for hit in message_index.find(tx, query, most=AT_ONCE)})
    about = ticket_ids_of(tx, hits)
    tickets: Counter[str] = Counter()
    for message_id, ticket_id in about.items():
        tickets[ticket_id] = max(tickets[ticket_id], hits[message_id])
    del tickets[ticket.id]
    best = sorted(tickets, key=lambda one: (-tickets[one], one))[:RANKED]
    return rows_by_id(tx, best)


def _solved(one: Ticket, ticket: Ticket) -> bool:
    return one.status == "resolved" and one.resolved_at is not None and one.spam_at is None and one.id != ticket.id


def _first_words(tx: ReadTx, ticket_ids: list[str]) -> dict[str, dict[str, str]]:
    """By ticket the first messages of its customer with their texts, in order."""
    rows = tx.all(reason_store.first_words, ids=sorted(ticket_ids)) if ticket_ids else []
    ids = sorted({one for row in rows for one in row[5:] if one})
    texts = (
        {row[0]: f"{row[1] or ''}\n{row[2]}".strip() for row in tx.all(reason_store.texts_of, ids=ids)} if ids else {}
    )
    return {row[0]: {one: texts[one] for one in row[5:] if one in texts} for row in rows}


def _case(
    tx: ReadTx, reach: Reach, agent_id: str | None, one: Ticket, words: dict[str, str], share: float
) -> SimilarCase | None:
    """None where it has no answer, or not all of it is within reach."""
    row, answer_id = find_row(tx, reach, agent_id, one.id), last_answer(tx, one)
    if row is None or answer_id is None or one.resolved_at is None:
        return None
    first = next(iter(words))
    said = {each.id: each for each in messages_by_id(tx, [first, answer_id])}
    if any(not sees_message(tx, reach, each.conversation_id, each.inbox_id) for each in said.values()):
        return None
    answer = said.get(answer_id)
    if answer is None or not answer.text.strip():
        return None
    return SimilarCase(
        ticket_id=one.id,
        conversation_id=row.conversation_id,
        title=row.title,
        resolved_at=one.resolved_at,
        reason_id=row.reason_id,
        asked=Words(first, preview(words[first], MOST_TEXT)),
        answer=Words(answer_id, preview(answer.text, MOST_TEXT)),
        agent_id=answer.agent_id,
        likeness=round(share, 3),
    )
