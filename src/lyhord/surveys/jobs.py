"""Asking, counting what was clicked, and telling what came of it: what needs a channel, or a while."""

import msgspec
import structlog
from msgspec import Struct

from lyhord.conversations import store as conversations
from lyhord.conversations.actions.reply import reply
from lyhord.conversations.model import Reply
from lyhord.conversations.outgoing import Channels, Words, reply_of
from lyhord.conversations.timeline import find_conversation
from lyhord.kit.database import ReadTx, Tx
from lyhord.kit.database.jobs_table import enqueue
from lyhord.kit.http import Principal
from lyhord.kit.jobs import Context, Handler, Work
from lyhord.kit.leases import Job
from lyhord.kit.problems import Problem
from lyhord.surveys import store
from lyhord.surveys.actions import ASK_JOB, CLICK_JOB, Order, take_rating, write_asking
from lyhord.surveys.asking import Allowed, may_ask
from lyhord.surveys.events import FeedbackTold, SurveyAsked
from lyhord.surveys.links import Links
from lyhord.surveys.model import Asking
from lyhord.surveys.reading import find_asking
from lyhord.surveys.telling import TELL_JOB, get_telling
from lyhord.surveys.telling import Order as TellOrder
from lyhord.surveys.wording import compose, is_shown, labels_of
from lyhord.tickets.surges.planning import Meant, Planned, Speaker, mean, plan

AT_ONCE = 25
"""Customers to whom one transaction tells something."""

_log = structlog.get_logger()


class _Ready(Struct, frozen=True):
    """What is to be asked, whether it may be, and through which channel."""

    asking: Asking
    allowed: Allowed
    channel: str


def make_ask(channels: Channels, links: Links) -> Handler:
    """The work of asking one customer: held against the channel as every reply is, and said once."""

    async def ask(context: Context, job: Job) -> None:
        ready = await context.database.read(context.workspace_id, _read, job.read(Order).asking_id)
        if ready is None:
            return
        said, why = None, ready.allowed.why
        if ready.allowed.survey is not None:
            try:
                said = await _plan(context, channels, links, ready)
            except Problem as problem:
                why = next(iter(problem.fields.values()), problem.key)

        def write(tx: Tx) -> None:
            job.complete(tx)
            _ask(tx, ready.asking, said, why)

        await context.database.write(context.workspace_id, write, bulk=True)

    return ask


def _read(tx: ReadTx, asking_id: str) -> _Ready | None:
    asking = find_asking(tx, asking_id)
    if asking is None or asking.state != "planned":
        return None
    conversation = find_conversation(tx, asking.conversation_id)
    row = (
        tx.one(conversations.active_inbox, id=conversation.inbox_id) if conversation and conversation.inbox_id else None
    )
    return _Ready(asking, may_ask(tx, asking) if row else Allowed(why="survey.why.gone"), row[1] if row else "")


async def _plan(context: Context, channels: Channels, links: Links, ready: _Ready) -> Reply:
    """By links where people write letters, by buttons where they are shown, else by number. Raises a `Problem` where none can leave."""
    survey, language, asking = ready.allowed.survey, ready.allowed.language, ready.asking
    assert survey is not None
    descriptor = channels.descriptor(ready.channel)
    nobody = Principal(context.workspace_id, "system", None, frozenset(), None, "en")

    async def hold(words: Words) -> Reply:
        return await reply_of(context.database, nobody, channels, asking.conversation_id, words)

    if descriptor.subject and not descriptor.button_limit:
        letter = compose(survey, language, "links", links.address(context.workspace_id, asking.id))
        return await hold(Words(text=letter.text, html=letter.html, public=False, ticket_id=asking.ticket_id))
    if descriptor.button_limit and labels_of(survey.kind):
        shown = compose(survey, language, "buttons")
        said = await hold(Words(text=shown.text, buttons=shown.buttons, public=False, ticket_id=asking.ticket_id))
        if is_shown(said):
            return said
    return await hold(Words(text=compose(survey, language, "number").text, public=False, ticket_id=asking.ticket_id))


def _ask(tx: Tx, before: Asking, said: Reply | None, why: str | None) -> None:
    """What may have changed while it was planned is looked at once more."""
    asking = find_asking(tx, before.id)
    if asking is None or asking.state != "planned":
        return
    allowed = may_ask(tx, asking)
    if allowed.later is not None:
        enqueue(tx, ASK_JOB, Order(asking.id), due_at=allowed.later)
    elif allowed.why or why or said is None:
        write_asking(tx, msgspec.structs.replace(asking, state="dropped", why=allowed.why or why or "survey.why.gone"))
    else:
        message_id = reply(tx, msgspec.structs.replace(said, automatic=True, undo_seconds=0))
        asked = msgspec.structs.replace(
            asking, state="asked", asked_at=tx.now, message_id=message_id, language=allowed.language
        )
        write_asking(tx, asked)
        tx.emit(SurveyAsked(conversation_id=asking.conversation_id, asking_id=asking.id, ticket_id=asking.ticket_id))


async def settle_click(context: Context, job: Job) -> None:
    """Let the score count that somebody chose by a link, if no other link was followed since."""

    def write(tx: Tx) -> None:
        job.complete(tx)
        asking = find_asking(tx, job.read(Order).asking_id)
        if asking is not None and asking.clicked is not None and asking.doubted_at is None:
            try:
                with tx.alone():
                    take_rating(tx, asking, asking.clicked)
            except Problem as problem:
                _log.info("a score came too late", asking=asking.id, why=problem.key)

    await context.database.write(context.workspace_id, write, bulk=True)


def make_tell(channels: Channels) -> Handler:
    """The work of telling customers what came of what they said. Each hears it once, however often the work is repeated."""

    async def tell(context: Context, job: Job) -> None:
        order = job.read(TellOrder)
        who, meant = await context.database.read(context.workspace_id, _next, order.telling_id)
        planned = [(asking_id, await plan(context.database, channels, who, one)) for asking_id, one in meant]

        def write(tx: Tx) -> None:
            job.complete(tx)
            for asking_id, one in planned:
                _tell(tx, order.telling_id, asking_id, one)
            if planned:
                enqueue(tx, TELL_JOB, order)
            tx.emit(FeedbackTold(telling_id=order.telling_id))

        await context.database.write(context.workspace_id, write, actor=who.actor, bulk=True)

    return tell


def _next(tx: ReadTx, telling_id: str) -> tuple[Speaker, list[tuple[str, Meant]]]:
    telling = get_telling(tx, telling_id)
    who = Speaker(tx.workspace_id, telling.by)
    found = []
    for talk, asking_id in tx.all(store.next_told, telling=telling_id, most=AT_ONCE):
        asking = find_asking(tx, asking_id)
        ticket_id = asking.ticket_id if asking else ""
        found.append((asking_id, mean(tx, telling.texts, who, talk, ticket_id)))
    return who, found


def _tell(tx: Tx, telling_id: str, asking_id: str, one: Planned) -> None:
    """One customer whom it can't be said to keeps nobody else from hearing it."""
    message_id, why = None, one.meant.why
    if one.reply is not None and why is None:
        try:
            with tx.alone():
                message_id = reply(tx, msgspec.structs.replace(one.reply, automatic=True, undo_seconds=0))
                tx.run(store.mark_told, key=asking_id, telling=telling_id, at=tx.now)
        except Problem as problem:
            message_id, why = None, next(iter(problem.fields.values()), problem.key)
    state = "said" if message_id else "left"
    talk = one.meant.conversation_id
    tx.run(store.settle_told, telling=telling_id, talk=talk, state=state, reason=why, said=message_id)


def list_work(channels: Channels, links: Links) -> dict[str, Work]:
    """The kinds of jobs of surveys, and how each is done."""
    return {
        ASK_JOB: Work(make_ask(channels, links)),
        CLICK_JOB: Work(settle_click),
        TELL_JOB: Work(make_tell(channels)),
    }
