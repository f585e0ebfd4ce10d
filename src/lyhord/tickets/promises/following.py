"""The follower that tells whether what customers were told was kept. Its times are those of the events, so that no lag breaks a promise."""

from collections.abc import Sequence
from typing import Any

from lyhord.conversations.events import MessageChanged, MessageReceived, MessageRemoved, MessageReplied
from lyhord.conversations.timeline import find_conversation, timeline_ids
from lyhord.kit.database import Tx
from lyhord.kit.events import Logged
from lyhord.kit.followers import Follower
from lyhord.kit.ids import first_id_at, id_time
from lyhord.tickets.about import places, ticket_ids_of
from lyhord.tickets.events import TicketChanged, TicketDropped, TicketMessagesMoved, TicketRetold
from lyhord.tickets.levels.store import next_answer
from lyhord.tickets.promises import store
from lyhord.tickets.promises.views import Row
from lyhord.tickets.store import all_of
from lyhord.tickets.views import rows_by_id

_SPOKEN = (MessageReplied, MessageReceived, MessageChanged)
_AGAIN = (TicketChanged, TicketRetold)
_OF_TICKETS = (*_AGAIN, TicketMessagesMoved, TicketDropped)


def settle_promises(tx: Tx, logged: Sequence[Logged]) -> None:
    """End what was told on tickets of which nobody waits any more, let it go where its words go, and go on where an answer went away."""
    ledger = _Ledger(tx, logged)
    for one in logged:
        ledger.take(one)
    tx.run_many(store.write_told, ledger.changed)
    removed = [one.event for one in logged if isinstance(one.event, MessageRemoved) and not one.event.vanished]
    _take_back(tx, [one.message_id for one in removed])


def _is_answer(event: Any) -> bool:
    """Whether somebody was answered by a person: with words, by taking their call, or by words that were brought back."""
    if isinstance(event, MessageReplied):
        return not (event.automatic or event.imported)
    if isinstance(event, MessageReceived):
        return bool(event.answered and not event.imported)
    return isinstance(event, MessageChanged) and event.change == "restored"


class _Ledger:
    """What customers were told on the tickets that a batch of events is about, read together and changed in memory."""

    def __init__(self, tx: Tx, logged: Sequence[Logged]) -> None:
        self._tx = tx
        events: list[Any] = [one.event for one in logged]
        self._about = ticket_ids_of(tx, [one.message_id for one in events if _is_answer(one)])
        moves = {one.conversation_id for one in events if isinstance(one, TicketMessagesMoved)}
        self._beside = {talk: _tickets_of(tx, talk) | _named(events, talk) for talk in moves}
        whole = {one.ticket_id for one in events if isinstance(one, _AGAIN) and one.waiting_since is not None}
        whole |= {one.ticket_id for one in events if isinstance(one, TicketRetold) and one.lost_ids}
        ids = {one.ticket_id for one in events if isinstance(one, (*_AGAIN, TicketDropped))}
        ids = ids.union(self._about.values(), *self._beside.values())
        rows = tx.all(store.told_on, tickets=sorted(ids), whole=sorted(whole)) if ids else ()
        self._rows: list[Row] = [dict(zip(store.TOLD, row, strict=True)) for row in rows]
        self._changed: dict[str, Row] = {}

    @property
    def changed(self) -> list[Row]:
        """As `store.write_told` takes them."""
        names = ("ticket_id", "ended_at", "ended_by", "kept")
        return [{"key": key, **{name: row[name] for name in names}} for key, row in self._changed.items()]

    def take(self, logged: Logged) -> None:
        """One event after the other."""
        event: Any = logged.event
        if isinstance(event, _SPOKEN):
            if _is_answer(event):
                at = id_time(event.message_id)
                for row in self._open(self._about.get(event.message_id), at):
                    self._end(row, at, event.message_id, answered=True)
        elif isinstance(event, TicketMessagesMoved):
            self._move(event)
        elif isinstance(event, TicketRetold):
            if event.status is not None:
                self._retell(event, logged.at)
        elif isinstance(event, TicketChanged):
            self._turn(event, logged.at)
        elif isinstance(event, TicketDropped):
            for row in self._open(event.ticket_id, logged.at):
                self._end(row, logged.at, None, answered=False)

    def _on(self, ticket_id: str | None, at: int) -> list[Row]:
        """What was told on a ticket by a moment."""
        return [row for row in self._rows if row["ticket_id"] == ticket_id and id_time(row["id"]) <= at]

    def _open(self, ticket_id: str | None, at: int) -> list[Row]:
        return [row for row in self._on(ticket_id, at) if row["ended_at"] is None]

    def _turn(self, event: TicketChanged, at: int) -> None:
        for row in self._on(event.ticket_id, at):
            if event.waiting_since is None and row["ended_at"] is None:
                # Where the ticket isn't resolved, an answer to somebody who is one with the customer has ended it.
                self._end(row, at, None, answered=event.status != "resolved")
            elif row["ended_at"] is not None and row["ended_by"] is None and row["waits"] == event.waiting_since:
                self._go_on(row)  # it was called done without an answer, and isn't

    def _move(self, event: TicketMessagesMoved) -> None:
        """Who was told something because of words that are about another ticket now, waits there; what has ended stays."""
        times = {id_time(one) for one in event.message_ids}
        for row in self._rows:
            owed = row["ended_at"] is None and row["waits"] in times
            if owed and row["ticket_id"] in self._beside[event.conversation_id]:
                self._change(row, ticket_id=event.ticket_id)

    def _retell(self, event: TicketRetold, at: int) -> None:
        """What is owed was moved, or its answer was: the first one that is about the ticket now ends it."""
        for row in self._on(event.ticket_id, at):
            if row["ended_at"] is not None and row["ended_by"] not in event.lost_ids:
                continue
            answer = self._first_answer(event.ticket_id, id_time(row["id"]), at)
            if answer is not None:
                self._end(row, id_time(answer), answer, answered=True)
            elif event.waiting_since is not None:
                self._go_on(row)
            else:
                self._end(row, at, None, answered=False)

    def _first_answer(self, ticket_id: str, after: int, by: int) -> str | None:
        bounds = {"after": first_id_at(after + 1), "before": first_id_at(by + 1)}
        found = (self._tx.value(next_answer, ticket=ticket_id, **one, **bounds) for one in places(self._tx, ticket_id))
        return min(filter(None, found), default=None)

    def _end(self, row: Row, at: int, by: str | None, *, answered: bool) -> None:
        """Kept or not; what nobody waits for any more before its time is up is neither."""
        late = at > row["due_at"]
        self._change(row, ended_at=at, ended_by=by, kept=0 if late else 1 if answered else None)

    def _go_on(self, row: Row) -> None:
        """They have waited for it all the time."""
        self._change(row, ended_at=None, ended_by=None, kept=None)

    def _change(self, row: Row, **values: Any) -> None:
        row.update(values)
        self._changed[row["id"]] = row


def _named(events: Sequence[Any], conversation_id: str | None) -> set[str]:
    """Tickets of a conversation that these tell of; one may have been taken away since."""
    return {one.ticket_id for one in events if isinstance(one, _OF_TICKETS) and one.conversation_id == conversation_id}


def _tickets_of(tx: Tx, conversation_id: str | None) -> set[str]:
    """Between which tickets words may move: those of a timeline."""
    conversation = find_conversation(tx, conversation_id) if conversation_id else None
    return {row[0] for row in tx.all(all_of, ids=timeline_ids(tx, conversation))} if conversation else set()


def _take_back(tx: Tx, message_ids: Sequence[str]) -> None:
    """Who waits again because an answer was taken back has waited for the promise all the time."""
    rows = tx.all(store.answered_by, answers=sorted(message_ids)) if message_ids else []
    waits = {one.id: one.waiting_since for one in rows_by_id(tx, sorted({row[1] for row in rows}))} if rows else {}
    again = [row[:2] for row in rows if waits.get(row[1]) == row[2]]
    over = {"ended_at": None, "ended_by": None, "kept": None}
    tx.run_many(store.write_told, [{"key": key, "ticket_id": ticket_id, **over} for key, ticket_id in again])


FOLLOWER = Follower(
    name="promises",
    kinds=(*_SPOKEN, MessageRemoved, *_OF_TICKETS),
    handle=settle_promises,
)
