"""The follower that tells whether what customers were told was kept. Its times are those of the events, so that no lag breaks a promise."""

from collections.abc import Sequence
from typing import Any

from lyhord.conversations.events import MessageChanged, MessageReceived, MessageRemoved, MessageReplied
from lyhord.kit.database import Tx
from lyhord.kit.events import Logged
from lyhord.kit.followers import Follower
from lyhord.kit.ids import id_time
from lyhord.tickets.about import ticket_ids_of
from lyhord.tickets.events import TicketChanged, TicketDropped, TicketRetold
from lyhord.tickets.promises import store
from lyhord.tickets.promises.views import Row
from lyhord.tickets.views import rows_by_id

_SPOKEN = (MessageReplied, MessageReceived, MessageChanged)


def settle_promises(tx: Tx, logged: Sequence[Logged]) -> None:
    """End what was told on tickets of which nobody waits any more, and begin it again where the answer was taken back."""
    events: list[Any] = [one.event for one in logged]
    about = ticket_ids_of(tx, [one.message_id for one in events if _is_answer(one)])
    tickets = {*about.values(), *(one.ticket_id for one in events if not isinstance(one, (*_SPOKEN, MessageRemoved)))}
    told: dict[str, list[Row]] = {}
    for row in tx.all(store.open_told, tickets=sorted(tickets)) if tickets else ():
        told.setdefault(row[1], []).append(dict(zip(store.TOLD, row, strict=True)))
    ended = [end for one in logged for end in _ends(one, about, told)]
    tx.run_many(store.end_told, ended)
    _take_back(tx, [one.message_id for one in events if isinstance(one, MessageRemoved) and not one.vanished])


def _is_answer(event: Any) -> bool:
    """Whether somebody was answered by a person: with words, by taking their call, or by words that were brought back."""
    if isinstance(event, MessageReplied):
        return not (event.automatic or event.imported)
    if isinstance(event, MessageReceived):
        return bool(event.answered and not event.imported)
    return isinstance(event, MessageChanged) and event.change == "restored"


def _ends(logged: Logged, about: dict[str, str], told: dict[str, list[Row]]) -> list[Row]:
    """What ends with an event; it is told of no more."""
    event: Any = logged.event
    if isinstance(event, _SPOKEN):
        if not _is_answer(event):
            return []
        at = id_time(event.message_id)
        return [
            _end(row, at, event.message_id, answered=True) for row in _before(told, about.get(event.message_id), at)
        ]
    if isinstance(event, MessageRemoved) or _goes_on(event):
        return []
    # Where the ticket isn't resolved, an answer to somebody who is one with the customer has ended it.
    answered = isinstance(event, TicketChanged) and event.status != "resolved"
    return [_end(row, logged.at, None, answered=answered) for row in _before(told, event.ticket_id, logged.at)]


def _goes_on(event: Any) -> bool:
    """Whether somebody waits on the ticket after an event, or nothing is said of that."""
    if isinstance(event, TicketRetold) and event.status is None:
        return True
    return isinstance(event, TicketChanged | TicketRetold) and event.waiting_since is not None


def _before(told: dict[str, list[Row]], ticket_id: str | None, at: int) -> list[Row]:
    """Take what was told on a ticket by a moment."""
    rows = told.get(ticket_id or "", [])
    found = [row for row in rows if id_time(row["id"]) <= at]
    rows[:] = [row for row in rows if row not in found]
    return found


def _end(row: Row, at: int, by: str | None, *, answered: bool) -> Row:
    """Kept or not; what nobody waits for any more before its time is up is neither."""
    late = at > row["due_at"]
    return {"key": row["id"], "ended_at": at, "ended_by": by, "kept": 0 if late else 1 if answered else None}


def _take_back(tx: Tx, message_ids: Sequence[str]) -> None:
    """Who waits again because an answer was taken back has waited for the promise all the time."""
    rows = tx.all(store.answered_by, answers=sorted(message_ids)) if message_ids else []
    waits = {one.id: one.waiting_since for one in rows_by_id(tx, sorted({row[1] for row in rows}))} if rows else {}
    again = [row[0] for row in rows if waits.get(row[1]) == row[2]]
    tx.run_many(store.end_told, [{"key": one, "ended_at": None, "ended_by": None, "kept": None} for one in again])


FOLLOWER = Follower(
    name="promises",
    kinds=(*_SPOKEN, MessageRemoved, TicketChanged, TicketRetold, TicketDropped),
    handle=settle_promises,
)
