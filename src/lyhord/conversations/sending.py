"""Who sends what when: each conversation's words leave in order, and no crash hides that something may have left twice.

A delivery is claimed with a lease that ends by the transaction's clock, and the attempt is recorded before the channel is called.
Whoever lost the lease changes nothing any more. A sender renews its leases while it sends; when one runs out its sender died, and
nobody knows what the channel got.
"""

import secrets
from collections.abc import Collection, Container, Iterable
from typing import Any

from msgspec import Struct
from sqlalchemy import BindParameter, ColumnElement, bindparam, exists, func, select, update

from lyhord.conversations.deliveries import State, apply_status, is_out, merge, take_early_status, tell
from lyhord.conversations.exchange import Accepted, Deed, Failed, Outcome, Retry, Unknown
from lyhord.conversations.parts import name_part
from lyhord.conversations.tables import conversation, delivery, message
from lyhord.conversations.timers.actions import begin_life
from lyhord.kit.clock import DAY, HOUR, SECOND
from lyhord.kit.database import ReadTx, Statement, Tx, values_in
from lyhord.kit.database.log import is_here
from lyhord.kit.pacing import full_jitter
from lyhord.workspaces.actions.inboxes import hold_inbox
from lyhord.workspaces.tables import inbox

LEASE = 15 * SECOND
"""How long the next words of a conversation wait for those whose sender died."""
GIVE_UP = DAY
"""How long after it was last asked for a delivery is tried again."""

LONGEST_HOLD = HOUR
"""After which time an inbox's other words are tried, whatever its channel said."""

DIED = "delivery.sender_died"
GAVE_UP = "delivery.gave_up"
"""Message keys that stand where no channel gave a reason."""

W: BindParameter[Any] = bindparam("workspace_id")
_earlier = delivery.alias()


def _heads(*columns: ColumnElement[Any]) -> Any:
    """Unfinished deliveries with nothing unfinished before them in their conversation, in the order in which they are due.

    Those of paused inboxes wait, those of the inboxes `held`, and those whose channel wants to hear nothing yet.
    """
    before = exists().where(
        _earlier.c.workspace_id == delivery.c.workspace_id,
        _earlier.c.conversation_id == delivery.c.conversation_id,
        _earlier.c.n < delivery.c.n,
        _earlier.c.due_at.isnot(None),
    )
    return (
        select(*columns)
        .select_from(
            delivery.join(
                inbox, (inbox.c.workspace_id == delivery.c.workspace_id) & (inbox.c.id == delivery.c.inbox_id)
            )
        )
        .where(
            delivery.c.due_at.isnot(None),
            inbox.c.paused_at.is_(None) | inbox.c.removed_at.isnot(None),
            inbox.c.held_until.is_(None)
            | (inbox.c.held_until <= bindparam("now"))
            | (inbox.c.held_until <= delivery.c.due_at),
            ~values_in(delivery.c.inbox_id, "held"),
            ~before,
        )
        .order_by(delivery.c.due_at)
        .limit(bindparam("most"))
    )


_due = Statement(
    _heads(
        delivery.c.message_id,
        delivery.c.conversation_id,
        delivery.c.inbox_id,
        delivery.c.state,
        delivery.c.lease,
        delivery.c.amends,
        delivery.c.deed,
        delivery.c.reference,
        delivery.c.attempts,
        delivery.c.parts_sent,
        delivery.c.error,
        delivery.c.trace,
        inbox.c.channel,
    ).where(delivery.c.workspace_id == W, delivery.c.due_at <= bindparam("now"))
)
_next_due = Statement(_heads(delivery.c.workspace_id, delivery.c.due_at).where(is_here(delivery.c.workspace_id)))
_lease = Statement(
    update(delivery)
    .where(delivery.c.workspace_id == W, delivery.c.message_id == bindparam("id"))
    .values(
        state="sending",
        attempts=delivery.c.attempts + 1,
        lease=bindparam("token"),
        lease_until=bindparam("until"),
        due_at=bindparam("until"),
        changed_at=bindparam("at"),
    )
)
_renew = Statement(
    update(delivery)
    .where(
        delivery.c.workspace_id == W, delivery.c.message_id == bindparam("id"), delivery.c.lease == bindparam("token")
    )
    .values(lease_until=bindparam("until"), due_at=bindparam("until"))
)
_end = Statement(
    update(delivery)
    .where(delivery.c.workspace_id == W, delivery.c.message_id == bindparam("id"))
    .values(
        state=bindparam("to"),
        due_at=bindparam("due"),
        error=bindparam("why"),
        lease=None,
        lease_until=None,
        changed_at=bindparam("at"),
    )
)
_claimed = Statement(
    select(
        delivery.c.message_id,
        delivery.c.conversation_id,
        delivery.c.inbox_id,
        delivery.c.state,
        delivery.c.lease,
        delivery.c.amends,
        delivery.c.error,
        delivery.c.attempts,
        delivery.c.queued_at,
        delivery.c.parts_sent,
        select(conversation.c.timers)
        .where(conversation.c.workspace_id == W, conversation.c.id == delivery.c.conversation_id)
        .scalar_subquery(),
    ).where(delivery.c.workspace_id == W, delivery.c.message_id == bindparam("id"))
)
_count_part = Statement(
    update(delivery)
    .where(
        delivery.c.workspace_id == W, delivery.c.message_id == bindparam("id"), delivery.c.lease == bindparam("token")
    )
    .values(parts_sent=bindparam("parts"))
)
_other = message.alias()
_set_external_id = Statement(
    update(message)
    .where(
        message.c.workspace_id == W,
        message.c.conversation_id == bindparam("conversation"),
        message.c.id == bindparam("key"),
        ~exists().where(
            _other.c.workspace_id == W,
            _other.c.inbox_id == bindparam("inbox"),
            _other.c.external_id == bindparam("external"),
        ),
    )
    .values(external_id=bindparam("external"))
)


_waiting = Statement(
    select(inbox.c.channel, func.min(delivery.c.queued_at), func.count())
    .select_from(
        delivery.join(inbox, (inbox.c.workspace_id == delivery.c.workspace_id) & (inbox.c.id == delivery.c.inbox_id))
    )
    .where(
        delivery.c.due_at.isnot(None),
        inbox.c.paused_at.is_(None),
        inbox.c.removed_at.is_(None),
        is_here(delivery.c.workspace_id),
    )
    .group_by(inbox.c.channel)
)


class Claim(Struct, frozen=True):
    """The right to make attempt `attempt` at one delivery, until the lease ends. `parts_sent` parts have left already.

    `trace` is the span that queued it (`traceparent`), where one was recorded. `amends` and `deed`: it isn't the message
    `message_id` that leaves, but what was done with an earlier one.
    """

    message_id: str
    conversation_id: str
    inbox_id: str
    channel: str
    reference: str
    attempt: int
    parts_sent: int
    token: str
    trace: str | None
    amends: str | None = None
    deed: Deed | None = None


def claim_due(
    tx: Tx, native: Container[str], held: Collection[str], most: int, under_way: Collection[str] = ()
) -> list[Claim]:
    """At most `most` deliveries whose turn it is, each its conversation's head; the attempts stand in the log when this returns.

    `native` are the channels that tell duplicates by key: only there is an attempt repeated whose sender died; elsewhere it becomes
    `unknown`. Inboxes in `held` are left alone, and so is what we are sending ourselves under the tokens `under_way`.
    """
    rows = tx.all(_due, now=tx.now, held=list(held), most=most)
    claims: list[Claim] = []
    for row in rows:
        message_id, conversation_id, inbox_id, state, lease, amends, deed = row[:7]
        reference, attempts, parts_sent, error, trace, channel = row[7:]
        if lease in under_way:
            continue
        if lease is None or (channel in native and not is_out(state)):
            token = secrets.token_hex(16)
            tx.run(_lease, id=message_id, token=token, until=tx.now + LEASE, at=tx.now)
            claims.append(
                Claim(
                    message_id,
                    conversation_id,
                    inbox_id,
                    channel,
                    reference,
                    attempts + 1,
                    parts_sent,
                    token,
                    trace,
                    amends,
                    deed,
                )
            )
            if state != "sending":
                tell(tx, row, "sending")
        else:
            if amends is None:
                begin_life(tx, message_id)
            _finish(tx, row, merge(state, "unknown"), why=error if is_out(state) else DIED)
    return claims


def renew(tx: Tx, claims: Iterable[Claim]) -> None:
    """These are still being sent. A lease that was lost stays lost."""
    tx.run_many(_renew, [{"id": claim.message_id, "token": claim.token, "until": tx.now + LEASE} for claim in claims])


def list_next_due(tx: ReadTx, held: Collection[str], most: int) -> list[tuple[str, int]]:
    """The next heads of all workspaces, as (workspace, in how many milliseconds it is due), earliest first."""
    return [(row[0], row[1] - tx.now) for row in tx.all(_next_due, now=tx.now, held=list(held), most=most)]


def list_waiting(tx: ReadTx) -> list[tuple[str, int, int]]:
    """What every workspace's deliveries wait for, as (channel, when the oldest was asked for, how many); paused inboxes aside."""
    return [(row[0], row[1], row[2]) for row in tx.all(_waiting)]


def note_part(tx: Tx, claim: Claim, parts_sent: int, external_id: str = "") -> bool:
    """The channel took another part, under `external_id`; a later attempt goes on behind it. False: the lease was lost."""
    if external_id and claim.amends is None:
        _name_part(tx, claim, parts_sent - 1, external_id)
        early, row = take_early_status(tx, claim.inbox_id, external_id), tx.one(_claimed, id=claim.message_id)
        if early and row:
            apply_status(tx, row, *early)
    return bool(tx.run(_count_part, id=claim.message_id, token=claim.token, parts=parts_sent))


def finish(tx: Tx, claim: Claim, outcome: Outcome, *, native: bool) -> bool:
    """Write down what became of an attempt; False when the lease was lost, and then only what proves more counts.

    Accepted: sent, under the channel's own id of all of it or of the last part. Retry: due again when the channel said so, else later
    each time, and failed once a day has passed; with an account's limit the inbox's other words wait as long. Failed: failed. Unknown:
    due again where `native` keys tell duplicates, else unknown until somebody knows.
    """
    row = tx.one(_claimed, id=claim.message_id)
    if row is None:
        return False
    mine: bool = row[4] == claim.token
    out = isinstance(outcome, Accepted) or (isinstance(outcome, Unknown) and not native)
    if out and row[10] is not None and claim.amends is None:
        begin_life(tx, claim.message_id)
    if isinstance(outcome, Accepted):
        _accept(tx, claim, row, outcome, mine=mine)
    elif mine and is_out(row[3]):
        _finish(tx, row, row[3], why=row[6])
    elif mine:
        _refuse(tx, row, outcome, native=native)
    return mine


def _accept(tx: Tx, claim: Claim, row: tuple[Any, ...], outcome: Accepted, *, mine: bool) -> None:
    early = take_early_status(tx, claim.inbox_id, outcome.external_id) if outcome.external_id else None
    if outcome.external_id and claim.amends is None:
        if row[9]:
            _name_part(tx, claim, row[9], outcome.external_id)
        else:
            _name(tx, claim, outcome.external_id)
    proven = merge(outcome.state, early[0]) if early else outcome.state
    if mine:
        state = merge(row[3], proven)
        _finish(tx, row, state, why=(early[1] if early else row[6]) if state == "failed" else None)
    elif row[4] is None:
        apply_status(tx, row, proven, early[1] if early else "")


def _name(tx: Tx, claim: Claim, external_id: str) -> None:
    """Call the message as the channel does, unless something else is called so already."""
    tx.run(
        _set_external_id,
        conversation=claim.conversation_id,
        key=claim.message_id,
        inbox=claim.inbox_id,
        external=external_id,
    )


def _name_part(tx: Tx, claim: Claim, number: int, external_id: str) -> None:
    """Call one of several parts as the channel does, and the message as the first."""
    if number == 0:
        _name(tx, claim, external_id)
    name_part(tx, claim.inbox_id, claim.message_id, number, external_id)


def _refuse(tx: Tx, row: tuple[Any, ...], outcome: Outcome, *, native: bool) -> None:
    assert not isinstance(outcome, Accepted)
    if isinstance(outcome, Failed):
        _finish(tx, row, "failed", why=outcome.reason)
    elif isinstance(outcome, Retry) or native:
        after = outcome.after_seconds if isinstance(outcome, Retry) else None
        wait = full_jitter(row[7]) if after is None else int(max(after, 0) * SECOND)
        due = tx.now + wait
        if isinstance(outcome, Retry) and outcome.limit == "account":
            hold_inbox(tx, row[2], min(due, tx.now + LONGEST_HOLD))
        if due > row[8] + GIVE_UP:
            _finish(tx, row, "failed", why=outcome.reason or GAVE_UP)
        else:
            _finish(tx, row, "queued", due=due, why=outcome.reason)
    else:
        _finish(tx, row, "unknown", why=outcome.reason)


def _finish(tx: Tx, row: tuple[Any, ...], state: State, *, due: int | None = None, why: str | None = None) -> None:
    """Give the lease back."""
    tx.run(_end, id=row[0], to=state, due=due, why=why, at=tx.now)
    if state != row[3]:
        tell(tx, row, state, why)
