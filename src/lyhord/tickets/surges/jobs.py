"""Say to members what is to be said, a few at a time and never faster than it leaves; hand tickets back when a surge is over."""

import msgspec
import structlog
from msgspec import Struct

from lyhord.conversations import store as conversations
from lyhord.conversations.actions.reply import agent_of, reply
from lyhord.conversations.outgoing import Channels
from lyhord.conversations.timeline import get_conversation
from lyhord.kit.clock import MINUTE, SECOND
from lyhord.kit.database import ReadTx, Tx
from lyhord.kit.database.jobs_table import enqueue
from lyhord.kit.jobs import Context, Handler, Work
from lyhord.kit.leases import Job
from lyhord.kit.problems import Invalid, Problem
from lyhord.tickets.actions import assign_ticket, get_ticket, set_status
from lyhord.tickets.changing import check_ready
from lyhord.tickets.reactions import ticket_outbound
from lyhord.tickets.surges import calling, store
from lyhord.tickets.surges.actions import HAND_BACK_JOB, Back
from lyhord.tickets.surges.events import SurgeSaid
from lyhord.tickets.surges.model import Said
from lyhord.tickets.surges.planning import Meant, Planned, Speaker, mean, plan
from lyhord.tickets.surges.reading import get_surge, get_text
from lyhord.tickets.surges.saying import SAY_JOB, Order

AT_ONCE = 25
"""Members to whom one transaction says something."""
MOST_UNDER_WAY = 100
"""Messages of one text that wait for their channels; with more the next members wait: others' replies must not stand behind them."""
PAUSE = 5 * SECOND
OVER, NOT_READY, MERGED, FAILED = "surge.why.over", "surge.why.not_resolved", "surge.why.merged", "surge.why.failed"

_log = structlog.get_logger()


class _Batch(Struct, frozen=True):
    """What is next. `full`: too much is under way; `over`: it is to be said to nobody any more."""

    text: Said
    meant: tuple[Meant, ...] = ()
    full: bool = False
    over: bool = False


def make_say(channels: Channels) -> Handler:
    """The work of saying a text to members. A member hears it once, however often the work is repeated."""

    async def say_it(context: Context, job: Job) -> None:
        order = job.read(Order)
        batch = await context.database.read(context.workspace_id, _next, order.text_id)
        who = _speaker(context.workspace_id, batch.text)
        planned = [await plan(context.database, channels, who, one) for one in batch.meant]

        def write(tx: Tx) -> None:
            job.complete(tx)
            if batch.over:
                tx.run(store.leave_all, text=order.text_id, why_not=OVER)
            for one in planned:
                _say(tx, batch.text, one)
            if batch.full or planned:
                enqueue(tx, SAY_JOB, order, due_at=tx.now + (PAUSE if batch.full else 0))
            if planned or batch.over:
                tx.emit(SurgeSaid(surge_id=batch.text.surge_id, text_id=order.text_id))

        await context.database.write(context.workspace_id, write, actor=who.actor, bulk=True)

    return say_it


def _next(tx: ReadTx, text_id: str) -> _Batch:
    text = get_text(tx, text_id)
    if text.stopped_at is not None:
        return _Batch(text)
    if text.version is not None and get_surge(tx, text.surge_id).ended_at is not None:
        return _Batch(text, over=True)
    if (tx.value(store.under_way, text=text_id) or 0) >= MOST_UNDER_WAY:
        return _Batch(text, full=True)
    who = _speaker(tx.workspace_id, text)
    rows = tx.all(store.next_sayings, of=text.surge_id, text=text_id, most=AT_ONCE)
    return _Batch(text, tuple(mean(tx, text.texts, who, talk, ticket_id) for talk, ticket_id in rows))


def _speaker(workspace_id: str, text: Said) -> Speaker:
    """An answer is that of who gave it, the public update nobody's."""
    return Speaker(workspace_id, text.by if text.version is None else "system")


def _say(tx: Tx, text: Said, one: Planned) -> None:
    """One member whom it can't be said to keeps nobody else from hearing it."""
    why = one.meant.why
    if why is None:
        try:
            with tx.alone():
                _said(tx, text, one)
        except Problem as problem:
            why = next(iter(problem.fields.values()), problem.key)
        except Exception:
            if not tx.goes_on:
                raise
            _log.exception("nothing could be said to a member", text=text.id, conversation=one.meant.conversation_id)
            why = FAILED
    if why is not None:
        _settle(tx, text, one.meant, "left", why)


def _said(tx: Tx, text: Said, one: Planned) -> None:
    talk, ticket_id = one.meant.conversation_id, one.meant.ticket_id
    if get_text(tx, text.id).stopped_at is not None:
        return
    timeline = get_conversation(tx, talk).id
    if timeline != talk and tx.all(store.told_among, text=text.id, ids=[timeline]):
        _settle(tx, text, one.meant, "left", MERGED)
        return
    if one.reply is None or not _settle(tx, text, one.meant, "said", None):
        return
    ready, why = _is_ready(tx, text, one.meant)
    words = msgspec.structs.replace(
        one.reply, automatic=text.version is not None, resolve=text.after == "resolve" and ready
    )
    before, draft, mark = get_ticket(tx, ticket_id), _find_draft(tx, timeline), len(tx.logged)
    message_id = reply(tx, words)
    ticket_outbound(tx, tx.logged[mark:])  # before what becomes of the ticket, which has the last word
    if before.owner_agent_id is None and get_ticket(tx, ticket_id).owner_agent_id is not None:
        assign_ticket(tx, ticket_id, agent_id=None, team_id=before.owner_team_id)  # who answers all doesn't take all
    if text.after == "snooze":
        set_status(tx, ticket_id, "snoozed", snoozed_until=tx.now + (text.snooze_minutes or 0) * MINUTE)
    if draft is not None:  # an answer takes the place of what its writer had begun, but this wasn't it
        tx.run(
            conversations.write_draft, agent_id=agent_of(tx), conversation_id=timeline, body=draft, changed_at=tx.now
        )
    tx.run(store.note_message, text=text.id, talk=talk, said=message_id, reason=why)


def _find_draft(tx: Tx, conversation_id: str) -> str | None:
    agent_id = agent_of(tx)
    body: str | None = tx.value(conversations.find_draft, agent=agent_id, id=conversation_id) if agent_id else None
    return body


def _is_ready(tx: Tx, text: Said, meant: Meant) -> tuple[bool, str | None]:
    """Whether the ticket can be resolved; it is answered all the same, and a person looks after it."""
    if text.after != "resolve":
        return True, None
    try:
        check_ready(tx, get_ticket(tx, meant.ticket_id))
    except Invalid:
        return False, NOT_READY
    return True, None


def _settle(tx: Tx, text: Said, meant: Meant, state: str, why: str | None) -> bool:
    """Whether it was still to be said."""
    return bool(
        tx.run(
            store.settle_saying,
            text=text.id,
            talk=meant.conversation_id,
            state=state,
            why=why,
            message_id=None,
            at=tx.now,
        )
    )


def make_hand_back() -> Handler:
    """The work of handing back what those called in had."""

    async def hand_back(context: Context, job: Job) -> None:
        back = job.read(Back)

        def write(tx: Tx) -> None:
            job.complete(tx)
            if calling.hand_back(tx, back.team_id):
                enqueue(tx, HAND_BACK_JOB, back)

        await context.database.write(context.workspace_id, write, bulk=True)

    return hand_back


def list_work(channels: Channels) -> dict[str, Work]:
    """The kinds of jobs of surges, and how each is done."""
    return {SAY_JOB: Work(make_say(channels)), HAND_BACK_JOB: Work(make_hand_back())}
