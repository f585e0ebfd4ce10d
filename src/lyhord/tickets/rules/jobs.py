"""What rules do that can't be done in a transaction: say something through a channel, and tell other systems."""

import hashlib
import hmac
import secrets
from base64 import b64decode, b64encode
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct

from lyhord.conversations.outgoing import Channels, Words, reply_of
from lyhord.conversations.views import messages_by_id
from lyhord.kit.clock import MINUTE, SECOND
from lyhord.kit.database import ReadTx, Tx
from lyhord.kit.http import Principal
from lyhord.kit.ids import id_time
from lyhord.kit.jobs import Context, Handler, Work
from lyhord.kit.leases import GiveUp, Job, Patience
from lyhord.kit.problems import Problem
from lyhord.kit.secrets import Sealer
from lyhord.tickets.macros.actions import run_macro
from lyhord.tickets.macros.model import ReplyStep, Saying
from lyhord.tickets.macros.views import say
from lyhord.tickets.model import Ticket
from lyhord.tickets.promises.actions import note_told
from lyhord.tickets.promises.model import say_promise
from lyhord.tickets.promises.views import Told, told_or_now
from lyhord.tickets.rules import store
from lyhord.tickets.rules.actions import EVERYBODY, note_failure
from lyhord.tickets.rules.firing import REPLY_JOB, WEBHOOK_JOB, Order, actor_of, as_macro
from lyhord.tickets.rules.matching import read_rule
from lyhord.tickets.rules.model import Rule, WebhookStep
from lyhord.tickets.views import rows_by_id
from lyhord.workspaces.views import settings_of

if TYPE_CHECKING:
    from lyhord.kit.egress import Answer, Call

PATIENCE = Patience(attempts=9, base=5 * SECOND, cap=30 * MINUTE)
"""Another system may be away for an hour or so."""
PREFIX = "whsec_"
"""Before every secret, as Standard Webhooks have it."""
UNHEARD = "problem.rule_unheard"

Post = Callable[["Call"], Awaitable["Answer"]]
_json = msgspec.json.Encoder()


class Unwanted(Exception):
    """The other system answered that it didn't take it."""


def make_secret() -> str:
    """What a rule's webhooks are signed with."""
    return PREFIX + b64encode(secrets.token_bytes(24)).decode()


def sign(secret: str, message_id: str, seconds: int, body: bytes) -> dict[str, str]:
    """The headers with which a webhook leaves: its id, the moment (Unix seconds), and HMAC-SHA256 over both and the body.

    As https://www.standardwebhooks.com has it, so that what receives it is there for most languages.
    """
    key = b64decode(secret.removeprefix(PREFIX))
    signed = hmac.new(key, f"{message_id}.{seconds}.".encode() + body, hashlib.sha256).digest()
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(seconds),
        "webhook-signature": f"v1,{b64encode(signed).decode()}",
    }


def make_reply(channels: Channels) -> Handler:
    """The work of saying something: planned as every reply is, and said once."""

    async def say_it(context: Context, job: Job) -> None:
        order = job.read(Order)
        step = order.step
        assert isinstance(step, ReplyStep)
        try:
            worded = await context.database.read(context.workspace_id, _word, order, step)
            if worded is None or worded.saying.reply is None:
                return
            await _say(context, channels, job, order, worded)
        except Problem as problem:
            why = next(iter(problem.fields.values()), problem.key)
            await _note_undone(context, job, order, why, counts=False)

    return say_it


class _Worded(Struct):
    """What is said, and what it tells of when an answer comes, if it does."""

    saying: Saying
    told: Told | None


def _word(tx: ReadTx, order: Order, step: ReplyStep) -> _Worded | None:
    """None where the rule is gone, or it was to be said to somebody who doesn't wait any more."""
    rule, ticket = _find(tx, order), _find_ticket(tx, order)
    if rule is None or _is_answered(order, ticket):
        return None
    told: list[Told] = []

    def promised(language: str | None) -> str:
        found = told_or_now(tx, ticket) if ticket is not None else None
        if found is None:
            return ""
        told.append(found)
        settings = settings_of(tx)
        return say_promise(found.promise, language or settings.locale, settings.time_zone, tx.now)

    saying = say(tx, EVERYBODY, as_macro(rule, (step,)), order.conversation_id, order.ticket_id, promised)
    return _Worded(saying, told[0] if told else None)


def _find_ticket(tx: ReadTx, order: Order) -> Ticket | None:
    return next(iter(rows_by_id(tx, [order.ticket_id])), None)


def _is_answered(order: Order, ticket: Ticket | None) -> bool:
    """Whether words that only go to somebody who waits come too late: that waiting is over, though another may have begun."""
    if order.when != "customer_waits":
        return False
    return ticket is None or order.message_id is None or ticket.waiting_since != id_time(order.message_id)


async def _say(context: Context, channels: Channels, job: Job, order: Order, worded: _Worded) -> None:
    actor, saying = actor_of(order.rule_id), worded.saying
    nobody = Principal(context.workspace_id, actor, None, frozenset(), None, "en")
    words = Words(
        text=saying.reply or "",
        attachment_ids=saying.files,
        buttons=saying.buttons,
        public=False,
        ticket_id=order.ticket_id,
    )
    said = await reply_of(context.database, nobody, channels, order.conversation_id, words)
    said = msgspec.structs.replace(said, automatic=True, undo_seconds=0)

    def send(tx: Tx) -> None:
        job.complete(tx)
        ticket = _find_ticket(tx, order)
        if _is_answered(order, ticket):
            return
        run_macro(tx, EVERYBODY, saying, order.conversation_id, said)
        if worded.told is not None and ticket is not None:
            note_told(tx, ticket, worded.told, "reply")
        tx.run(store.set_failures, key=order.rule_id, failures=0, paused_at=None, why=None)

    await context.database.write(context.workspace_id, send, actor=actor)


class _Told(Struct, frozen=True):
    """What a webhook tells, and the sealed secret that signs it."""

    body: bytes
    secret: str


def make_webhook(post: Post, sealer: Sealer) -> Handler:
    """The work of telling another system. What it never takes counts as a failure of the rule."""

    async def tell(context: Context, job: Job) -> None:
        from lyhord.kit.egress import Refused, Unreachable  # noqa: PLC0415 - an idle server spares the HTTP client

        order = job.read(Order)
        told = await context.database.read(context.workspace_id, _tell_of, order)
        if told is None:
            return
        try:
            await _post(post, order, told, sealer)
        except (Refused, Unreachable, Unwanted) as problem:
            if not isinstance(problem, Refused) and job.attempt < PATIENCE.attempts:
                raise
            why = problem.key if isinstance(problem, Refused) else UNHEARD
            await _note_undone(context, None, order, why, counts=True)
            raise GiveUp(str(problem)) from problem

        def well(tx: Tx) -> None:
            tx.run(store.set_failures, key=order.rule_id, failures=0, paused_at=None, why=None)

        await context.database.write(context.workspace_id, well, bulk=True)

    return tell


async def _post(post: Post, order: Order, told: _Told, sealer: Sealer) -> None:
    from lyhord.kit.egress import Call  # noqa: PLC0415 - as above

    assert isinstance(order.step, WebhookStep)
    secret = sealer.open(told.secret)["key"]
    signature = sign(secret, order.firing_id, order.at // SECOND, told.body)
    headers = {"content-type": "application/json", "user-agent": "Lyhord", **signature}
    answer = await post(Call(url=order.step.url, method="POST", headers=headers, body=told.body, size=100_000))
    if not 200 <= answer.status < 300:
        raise Unwanted(f"answered {answer.status}")


def _tell_of(tx: ReadTx, order: Order) -> _Told | None:
    """What is said there and how the ticket is now: words that were erased meanwhile aren't told any more."""
    row = tx.one(store.find_any, key=order.rule_id)
    tickets = rows_by_id(tx, [order.ticket_id])
    if row is None or not tickets:
        return None
    messages = messages_by_id(tx, [order.message_id]) if order.message_id else []
    told: dict[str, Any] = {
        "type": f"rule.{order.when}",
        "rule": {"id": order.rule_id, "name": read_rule(row).name},
        "event": order.event,
        "at": order.at,
        "ticket": tickets[0],
        "message": messages[0] if messages else None,
    }
    return _Told(_json.encode(told), row[7])


def _find(tx: ReadTx, order: Order) -> Rule | None:
    row = tx.one(store.find_any, key=order.rule_id)
    return read_rule(row) if row else None


async def _note_undone(context: Context, job: Job | None, order: Order, why: str, *, counts: bool) -> None:
    """Say in the log of firings that it wasn't done. What a channel can't carry to one customer is no fault of the rule."""

    def note(tx: Tx) -> None:
        if job is not None:
            job.complete(tx)
        tx.run(store.set_outcome, key=order.firing_id, why=why)
        if counts:
            note_failure(tx, order.rule_id, order.ticket_id, order.conversation_id, why)

    await context.database.write(context.workspace_id, note)


class RuleDesk(Struct, frozen=True):
    """What the jobs of rules work with; `app` makes it."""

    channels: Channels
    post: Post
    sealer: Sealer

    def work(self) -> dict[str, Work]:
        """Their kinds, and how each is done."""
        return {
            REPLY_JOB: Work(make_reply(self.channels)),
            WEBHOOK_JOB: Work(make_webhook(self.post, self.sealer), PATIENCE),
        }
