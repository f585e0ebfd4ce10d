"""How far an outbound message has come: states that only rise, whatever order their tidings arrive in."""

from collections.abc import Sequence
from typing import Any, Literal

from sqlalchemy import BindParameter, bindparam, delete, select, update

from lyhord.contacts.actions import find_contacts
from lyhord.conversations.amending import note_amending
from lyhord.conversations.events import DeliveryChanged
from lyhord.conversations.exchange import InboundStatus
from lyhord.conversations.tables import conversation, delivery, early_status, message, message_part
from lyhord.kit.clock import DAY
from lyhord.kit.database import Statement, Tx, upsert, values_in
from lyhord.kit.events import Logged
from lyhord.kit.measures import measured

State = Literal["queued", "sending", "unknown", "sent", "failed", "delivered", "read"]

RISING: tuple[State, ...] = ("queued", "sending", "unknown", "sent", "failed", "delivered", "read")
"""Each state says more than those before it. That a message failed says more than that it left; that it arrived proves both wrong."""

_RANK: dict[str, int] = {state: rank for rank, state in enumerate(RISING)}
_SENT = _RANK["sent"]
_FURTHEST = 200
"""How many deliveries back in its conversation a status until a time is followed."""

W: BindParameter[Any] = bindparam("workspace_id")
_row = (
    delivery.c.message_id,
    delivery.c.conversation_id,
    delivery.c.inbox_id,
    delivery.c.state,
    delivery.c.lease,
    delivery.c.amends,
    delivery.c.reference,
)
_by_references = Statement(
    select(*_row).where(
        delivery.c.workspace_id == W,
        delivery.c.inbox_id == bindparam("inbox_id"),
        values_in(delivery.c.reference, "references"),
    )
)
_by_external_ids = Statement(
    select(*_row, message.c.external_id)
    .select_from(
        delivery.join(
            message,
            (message.c.workspace_id == delivery.c.workspace_id)
            & (message.c.conversation_id == delivery.c.conversation_id)
            & (message.c.id == delivery.c.message_id),
        )
    )
    .where(
        message.c.workspace_id == W,
        message.c.inbox_id == bindparam("inbox_id"),
        values_in(message.c.external_id, "references"),
    )
)
_by_parts = Statement(
    select(*_row, message_part.c.external_id)
    .select_from(
        delivery.join(
            message_part,
            (message_part.c.workspace_id == delivery.c.workspace_id)
            & (message_part.c.message_id == delivery.c.message_id),
        )
    )
    .where(
        message_part.c.workspace_id == W,
        message_part.c.inbox_id == bindparam("inbox_id"),
        values_in(message_part.c.external_id, "references"),
    )
)
_conversation_of = Statement(
    select(conversation.c.id, conversation.c.delivery_n).where(
        conversation.c.workspace_id == W, conversation.c.contact_id == bindparam("contact")
    )
)
_left_until = Statement(
    select(*_row)
    .select_from(
        delivery.join(
            message,
            (message.c.workspace_id == delivery.c.workspace_id)
            & (message.c.conversation_id == delivery.c.conversation_id)
            & (message.c.id == delivery.c.message_id),
        )
    )
    .where(
        delivery.c.workspace_id == W,
        delivery.c.conversation_id == bindparam("conversation"),
        delivery.c.n > bindparam("after"),
        delivery.c.inbox_id == bindparam("inbox_id"),
        values_in(delivery.c.state, "states"),
        message.c.scheme == bindparam("scheme"),
        message.c.value == bindparam("value"),
        message.c.created_at <= bindparam("until"),
    )
    .order_by(delivery.c.n)
)
_settle = Statement(
    update(delivery)
    .where(delivery.c.workspace_id == W, delivery.c.message_id == bindparam("id"))
    .values(state=bindparam("to"), error=bindparam("why"), due_at=None, changed_at=bindparam("at"))
)
_raise = Statement(
    update(delivery)
    .where(delivery.c.workspace_id == W, delivery.c.message_id == bindparam("id"))
    .values(state=bindparam("to"), error=bindparam("why"), changed_at=bindparam("at"))
)
_sending_now = Statement(
    select(delivery.c.message_id)
    .where(delivery.c.workspace_id == W, delivery.c.inbox_id == bindparam("inbox_id"), delivery.c.lease.isnot(None))
    .limit(1)
)
_keep_early = upsert(early_status, key=("workspace_id", "inbox_id", "reference"), update=("state", "error", "at"))
_find_early = Statement(
    select(early_status.c.state, early_status.c.error).where(
        early_status.c.workspace_id == W,
        early_status.c.inbox_id == bindparam("inbox"),
        early_status.c.reference == bindparam("ref"),
    )
)
_drop_early = Statement(
    delete(early_status).where(
        early_status.c.workspace_id == W,
        early_status.c.inbox_id == bindparam("inbox"),
        early_status.c.reference == bindparam("ref"),
    )
)
_drop_old_early = Statement(
    delete(early_status).where(early_status.c.workspace_id == W, early_status.c.at < bindparam("before"))
)


def merge(one: State, other: State) -> State:
    """What both together say. Order and repetition make no difference."""
    return max(one, other, key=_RANK.__getitem__)


def is_out(state: State) -> bool:
    """Whether the channel is known to have taken it, or to have refused it: nothing is left to do."""
    return _RANK[state] >= _SENT


def part_key(reference: str, part: int) -> str:
    """The key under which part 0, 1, 2 … of a delivery is given to the channel; the same at every attempt."""
    return reference if part == 0 else f"{reference}.{part}"


def apply_statuses(tx: Tx, inbox_id: str, statuses: Sequence[InboundStatus]) -> None:
    """Merge what a channel tells about deliveries, named by the key that we gave it or by its own id, of the whole or of any part.

    One that comes before the channel's answer to the sending itself is kept until that answer is there. What is about nothing of
    ours is dropped.
    """
    found = _find(tx, inbox_id, statuses)
    states: dict[str, State] = {}
    for status in statuses:
        rows = _left_before(tx, inbox_id, status)
        if status.reference in found:
            rows.append(found[status.reference])
        elif status.reference:
            _keep_for_later(tx, inbox_id, status)
        for row in rows:
            before = states.get(row[0], row[3])
            states[row[0]] = apply_status(tx, (*row[:3], before, *row[4:]), status.state, status.error)


def apply_status(tx: Tx, row: tuple[Any, ...], state: State, error: str = "") -> State:
    """Merge one state into the delivery `row` (message, conversation, inbox, state, lease, amends …); the state that now holds.

    A refusal of an earlier attempt doesn't stop one that somebody asked for since. While it is being sent the lease stays: whoever
    sends it finishes it.
    """
    before, lease = row[3:5]
    after = merge(before, state)
    if after == before or (state == "failed" and before == "queued"):
        return before  # type: ignore[no-any-return]
    why = error or "refused" if after == "failed" else None
    tx.run(_raise if lease else _settle, id=row[0], to=after, why=why, at=tx.now)
    tell(tx, row, after, why)
    return after


def take_early_status(tx: Tx, inbox_id: str, external_id: str) -> tuple[State, str] | None:
    """What was told about this id before we knew it, with the reason of a refusal; it is forgotten then."""
    row = tx.one(_find_early, inbox=inbox_id, ref=external_id)
    if row is None:
        return None
    tx.run(_drop_early, inbox=inbox_id, ref=external_id)
    return row[0], row[1] or ""


def sweep_early_statuses(tx: Tx) -> int:
    """Forget what was told a day ago about ids that never became ours; how many."""
    return tx.run(_drop_old_early, before=tx.now - DAY)


def tell(tx: Tx, row: tuple[Any, ...], state: str, why: str | None = None) -> None:
    """Say in the log that a delivery (`row` as for `apply_status`) stands at `state` now; an amendment, on its message too."""
    message_id, conversation_id, inbox_id, amends = *row[:3], row[5]
    if amends is None:
        tx.emit(DeliveryChanged(conversation_id=conversation_id, inbox_id=inbox_id, message_id=message_id, state=state))
    else:
        note_amending(tx, amends, message_id, state, why)


def _left_before(tx: Tx, inbox_id: str, status: InboundStatus) -> list[tuple[Any, ...]]:
    """What is known to have left for the status's peer until its time, and hasn't come so far yet.

    What is being sent just now isn't among it: the channel may speak of what was said before.
    """
    if status.peer is None or status.at is None:
        return []
    (found,) = find_contacts(tx, [(status.peer,)])
    where = tx.one(_conversation_of, contact=found.contact_id) if found else None
    if found is None or where is None:
        return []
    return tx.all(
        _left_until,
        conversation=where[0],
        after=where[1] - _FURTHEST,
        inbox_id=inbox_id,
        states=[state for state in RISING if _SENT <= _RANK[state] < _RANK[status.state] and state != "failed"],
        scheme=status.peer.scheme,
        value=found.value,
        until=status.at,
    )


def _find(tx: Tx, inbox_id: str, statuses: Sequence[InboundStatus]) -> dict[str, tuple[Any, ...]]:
    """The deliveries by the reference that the statuses use."""
    references = {status.reference for status in statuses if status.reference}
    found = {row[7]: row for row in tx.all(_by_external_ids, inbox_id=inbox_id, references=sorted(references))}
    keys = {reference: reference.partition(".")[0] for reference in references if reference not in found}
    if keys:
        rows = {row[6]: row for row in tx.all(_by_references, inbox_id=inbox_id, references=sorted(set(keys.values())))}
        found |= {reference: rows[key] for reference, key in keys.items() if key in rows}
    rest = references - found.keys()
    return (
        found | {row[7]: row for row in tx.all(_by_parts, inbox_id=inbox_id, references=sorted(rest))}
        if rest
        else found
    )


def _keep_for_later(tx: Tx, inbox_id: str, status: InboundStatus) -> None:
    if tx.value(_sending_now, inbox_id=inbox_id) is None:
        return
    early = tx.one(_find_early, inbox=inbox_id, ref=status.reference)
    state = merge(early[0], status.state) if early else status.state
    tx.run(_keep_early, inbox_id=inbox_id, reference=status.reference, state=state, error=status.error, at=tx.now)


def count_ends(_workspace_id: str, _epoch: int, events: Sequence[Logged]) -> None:
    """Count the deliveries that ended badly; fits `Database.listen`."""
    for logged in events:
        if isinstance(logged.event, DeliveryChanged):
            if logged.event.state == "unknown":
                measured.unknown += 1
            elif logged.event.state == "failed":
                measured.dead["delivery"] += 1
