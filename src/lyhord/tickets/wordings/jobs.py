"""The job that has a language model write about a ticket. Nobody waits for it: what was said is on the screen until it is done."""

from msgspec import Struct

from lyhord.hearing.language_model.actions import Stored, find_language_model
from lyhord.hearing.language_model.desk import LanguageModelDesk, NotNow, hiding
from lyhord.hearing.language_model.model import LanguageModelAway, Unusable
from lyhord.kit.clock import SECOND
from lyhord.kit.database import ReadTx, Tx
from lyhord.kit.database.jobs_table import enqueue
from lyhord.kit.jobs import Context, Handler, Work
from lyhord.kit.leases import Job, Later, Patience
from lyhord.kit.problems import NotFound, Problem
from lyhord.tickets.model import Ticket
from lyhord.tickets.summaries.model import Said
from lyhord.tickets.summaries.reading import read_case, read_said
from lyhord.tickets.views import rows_by_id
from lyhord.tickets.wordings.actions import JOB, keep_wording
from lyhord.tickets.wordings.asking import Answer, believe, pick, question
from lyhord.tickets.wordings.model import LOST_AFTER, Body, Order, stamp_of
from lyhord.tickets.wordings.reading import Kept, find_kept, read_body, stamp_of_case
from lyhord.workspaces.reach import Reach

ATTEMPTS = 2
"""One call, and one more where it may help."""
PATIENCE = Patience(attempts=ATTEMPTS + 1, seconds=120)
RETRY_SECONDS = 5.0
ROOM_SECONDS = 3


class _Task(Struct, frozen=True):
    model: Stored
    ticket: Ticket
    said: list[Said]
    stamp: str
    kept: Kept


def make_write(desk: LanguageModelDesk) -> Handler:
    """The work of a job, whose body is an `Order`."""

    async def write(context: Context, job: Job) -> None:
        order = job.read(Order)
        task = await context.database.read(context.workspace_id, _find_task, order)
        if task is None:
            return
        try:
            body = await _write(desk, context, order, task)
        except NotNow:
            await context.database.write(context.workspace_id, _put_off, job, order, task)
            return
        except (LanguageModelAway, Unusable) as problem:
            if job.attempt < ATTEMPTS:
                seconds = problem.seconds if isinstance(problem, LanguageModelAway) else 0
                raise Later(seconds or RETRY_SECONDS, problem.detail) from problem
            await _fail(context, order, task, problem.key)
        except Problem as problem:
            await _fail(context, order, task, problem.key)
        else:
            await context.database.write(context.workspace_id, keep_wording, order, task.ticket, task.stamp, body)

    return write


def list_work(desk: LanguageModelDesk) -> dict[str, Work]:
    """How the job is done."""
    return {JOB: Work(make_write(desk), PATIENCE)}


async def _write(desk: LanguageModelDesk, context: Context, order: Order, task: _Task) -> Body:
    if task.kept.body and task.kept.stamp == task.stamp:
        return read_body(task.kept.body)
    sent = pick(task.said, hiding(task.model.settings))
    lines = await desk.ask(
        context.database,
        context.workspace_id,
        task.model,
        question(order.use, sent, order.locale),
        Answer,
        lambda answer: believe(order.use, answer, sent, order.locale),
    )
    return Body(lines, task.model.settings.model)


async def _fail(context: Context, order: Order, task: _Task, problem: str) -> None:
    await context.database.write(context.workspace_id, keep_wording, order, task.ticket, task.stamp, None, problem)


def _put_off(tx: Tx, job: Job, order: Order, task: _Task) -> None:
    """Begin anew a little later, and leave others' jobs their turn; not for ever."""
    job.complete(tx)
    if tx.now - task.kept.changed_at < LOST_AFTER:
        enqueue(tx, JOB, order, due_at=tx.now + ROOM_SECONDS * SECOND)
    else:
        keep_wording(tx, order, task.ticket, task.stamp, None, LanguageModelAway.key)


def _find_task(tx: ReadTx, order: Order) -> _Task | None:
    """None where nobody wants it any more, or there is nothing to write about."""
    model, kept = find_language_model(tx, order.use), find_kept(tx, order)
    tickets = rows_by_id(tx, [order.ticket_id])
    if model is None or kept is None or kept.state != "asked" or not tickets:
        return None
    [ticket] = tickets
    try:
        said, stamp = _read(tx, model, order, ticket)
    except NotFound:
        return None
    return _Task(model, ticket, said, stamp, kept) if said else None


def _read(tx: ReadTx, model: Stored, order: Order, ticket: Ticket) -> tuple[list[Said], str]:
    """What was said about it within the order's reach, and by what it is known again."""
    reach = Reach(None if order.inbox_ids is None else frozenset(order.inbox_ids))
    if order.use == "cases":
        return read_case(tx, reach, ticket), stamp_of_case(model, ticket)
    said = read_said(tx, reach, ticket)
    return said, stamp_of(model.settings, [(one.message_id, one.text) for one in said])
