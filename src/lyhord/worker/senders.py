"""Sends what is queued: claims it, calls the channel, writes down what the channel said."""

import asyncio
from collections.abc import Callable, Container, Sequence
from functools import partial
from typing import NamedTuple, Protocol

import structlog
from msgspec.structs import replace
from typing_extensions import override

from lyhord.conversations.besides import Probing
from lyhord.conversations.channel import Adapter
from lyhord.conversations.deliveries import part_key
from lyhord.conversations.exchange import (
    Accepted,
    Address,
    Amendment,
    Context,
    Failed,
    Outbound,
    Outcome,
    Refusal,
    Retry,
    Unknown,
)
from lyhord.conversations.groups.placing import group_of
from lyhord.conversations.optouts.views import is_opted_out
from lyhord.conversations.peers.actions import keep_peers
from lyhord.conversations.peers.model import is_old
from lyhord.conversations.peers.views import find_peer
from lyhord.conversations.publicity import inform
from lyhord.conversations.sending import Claim, claim_due, finish, list_next_due, note_part, renew
from lyhord.conversations.views import amendments_of, last_from, outbound_of
from lyhord.kit.clock import SECOND
from lyhord.kit.database import Busy, Database, ReadTx, StorageFull, Tx
from lyhord.kit.due import DueRunner
from lyhord.kit.problems import NotFound
from lyhord.kit.tracing import Span, span
from lyhord.worker.breakers import Breakers
from lyhord.worker.budgets import Budgets

SEND_SECONDS = 150.0
"""How long one attempt may take."""
RENEW_SECONDS = 4.0
"""How often leases are renewed: twice they may fail to be before they run out."""
SETTLE_SECONDS = 180.0
"""How long an outcome waits for the database."""
GRACE_SECONDS = 8.0
PROBE_SECONDS = 10.0
"""How long a sending waits to hear what the customer's device can do."""
OUR_FAULT_SECONDS = 60.0
PAUSE_SECONDS = 1.0
LINGER = SECOND
"""How long a call waits for its place among those under way; for a later one it is queued again, so that others go on (milliseconds)."""
REMOVED = "delivery.inbox_removed"
OWN_FAULT = "delivery.own_fault"
RESTING = "delivery.channel_resting"
NO_ANSWER = "delivery.no_answer"
PACED = "delivery.paced"
IN_PARTS = "amend.in_parts"
"""Message keys that stand where no channel gave a reason."""

_log = structlog.get_logger()


class Adapters(Protocol):
    """Where adapters come from; `worker.accounts` has them."""

    def native(self) -> Container[str]:
        """The channels that tell duplicates by key."""

    async def adapter(self, workspace_id: str, inbox_id: str) -> Adapter:
        """The adapter of an inbox; raises `NotFound` where it was removed."""


class _Ready(NamedTuple):
    """What is left to do is to call the channel."""

    adapter: Adapter
    parts: Sequence[Outbound | Amendment]


class Sender(DueRunner[Claim]):
    """Sends for every workspace, each conversation in its order. What is under way when it is stopped has a few seconds to end."""

    def __init__(
        self,
        database: Database,
        adapters: Adapters,
        *,
        at_once: int = 16,
        poll_seconds: float = 2.0,
        send_seconds: float = SEND_SECONDS,
        workers: Callable[[], int] = lambda: 1,
    ) -> None:
        super().__init__(database, at_once=at_once, poll_seconds=poll_seconds, grace_seconds=GRACE_SECONDS)
        self._adapters = adapters
        self._send_seconds = send_seconds
        self._breakers = Breakers(database.clock)
        self._budgets = Budgets(database.clock, workers)
        self._under_way: dict[str, tuple[str, Claim]] = {}
        """By token, with the workspace."""

    @override
    async def run(self) -> None:
        renewing = asyncio.create_task(self._renew_all())
        try:
            await super().run()
        finally:
            renewing.cancel()

    @override
    async def _find(self, most: int) -> Sequence[Sequence[tuple[str, int]]]:
        return await self._database.read_reachable(list_next_due, self._breakers.held(), most)

    @override
    async def _claim(self, workspace_id: str, most: int) -> Sequence[Claim]:
        native, held = self._adapters.native(), self._breakers.held()
        return await self._database.write(workspace_id, claim_due, native, held, most, frozenset(self._under_way))

    @override
    async def _do(self, workspace_id: str, claim: Claim) -> None:
        self._under_way[claim.token] = (workspace_id, claim)
        try:
            with span("delivery", claim.trace, "client", channel=claim.channel, attempt=claim.attempt) as mine:
                if mine.parent:
                    mine.note(workspace_id=workspace_id, message_id=claim.message_id, inbox_id=claim.inbox_id)
                await self._send_once(workspace_id, claim, mine)
        finally:
            del self._under_way[claim.token]

    async def _renew_all(self) -> None:
        """Keep the leases of what is under way, so that only a dead sender's run out."""
        while True:
            await asyncio.sleep(RENEW_SECONDS)
            claims: dict[str, list[Claim]] = {}
            for workspace_id, claim in self._under_way.values():
                claims.setdefault(workspace_id, []).append(claim)
            await asyncio.gather(*(self._renew(workspace_id, theirs) for workspace_id, theirs in claims.items()))

    async def _renew(self, workspace_id: str, claims: Sequence[Claim]) -> None:
        try:
            async with asyncio.timeout(RENEW_SECONDS):
                await self._database.write(workspace_id, renew, claims)
        except Exception as error:  # noqa: BLE001 - tried again in a moment; whoever takes a lease over meanwhile has it
            _log.warning("leases couldn't be renewed", workspace_id=workspace_id, error=repr(error))

    async def _send_once(self, workspace_id: str, claim: Claim, mine: Span) -> None:
        ready = await self._prepare(workspace_id, claim)
        outcome = await self._attempt(workspace_id, claim, ready) if isinstance(ready, _Ready) else ready
        if outcome is not None:
            mine.note(outcome=type(outcome).__name__.lower())
            native = claim.channel in self._adapters.native()

            def end(tx: Tx) -> bool:
                if isinstance(outcome, Failed) and outcome.peer and isinstance(ready, _Ready):
                    keep_peers(tx, [(claim.inbox_id, ready.parts[0].to, outcome.peer)])
                return finish(tx, claim, outcome, native=native)

            await self._settle(workspace_id, end)

    async def _prepare(self, workspace_id: str, claim: Claim) -> _Ready | Outcome:
        """Everything before the channel is called: what goes wrong here says nothing of the channel."""
        try:
            adapter = await self._adapters.adapter(workspace_id, claim.inbox_id)
            public = adapter.descriptor.public
            outbound, context, amendments = await self._database.read(
                workspace_id, _words, claim, public, adapter.descriptor.peers
            )
            if outbound is None:
                return _Ready(adapter, amendments) if amendments else Accepted("")
            if isinstance(adapter, Probing) and adapter.descriptor.peers and is_old(context.peer, context.now):
                context = await self._probe(workspace_id, claim, adapter, outbound.to, context)
            plan = adapter.plan(outbound, context)
        except NotFound:
            return Failed(REMOVED)
        except Busy:
            return Retry(OWN_FAULT, after_seconds=self._poll_seconds)
        except Exception:  # noqa: BLE001 - nothing has left; the delivery's row says so and it is tried again
            _log.exception("couldn't prepare a delivery", message_id=claim.message_id)
            return Retry(OWN_FAULT, after_seconds=OUR_FAULT_SECONDS)
        if isinstance(plan, Refusal):
            return Failed(plan.rule)
        if not amendments:
            return _Ready(adapter, plan.parts)
        if len(plan.parts) > 1:
            return Failed(IN_PARTS)
        return _Ready(adapter, (replace(amendments[0], outbound=plan.parts[0]),))

    async def _probe(self, workspace_id: str, claim: Claim, adapter: Probing, to: Address, context: Context) -> Context:
        """The same with what is known now of the customer's device. Where nobody says, the sending itself will tell."""
        try:
            async with asyncio.timeout(PROBE_SECONDS):
                peer = await adapter.find_peer(to)
        except Exception as error:  # noqa: BLE001 - an adapter may raise what it likes here: nothing has left
            _log.info("nobody says what a customer can be sent", inbox_id=claim.inbox_id, reason=type(error).__name__)
            return context
        await self._database.write(workspace_id, keep_peers, [(claim.inbox_id, to, peer)])
        return replace(context, peer=replace(peer, at=context.now))

    async def _attempt(self, workspace_id: str, claim: Claim, ready: _Ready) -> Outcome | None:
        """Call the channel, unless its breaker says no: what it said, or None when the lease was lost between two parts."""
        wait = self._breakers.admit(claim.inbox_id)
        if wait:
            return Retry(RESTING, after_seconds=wait / SECOND)
        outcome: Outcome | None
        try:
            async with asyncio.timeout(self._send_seconds):
                outcome = await self._send_parts(workspace_id, claim, ready)
        except TimeoutError:
            outcome = Unknown(NO_ANSWER)
        except Exception:  # noqa: BLE001 - an adapter that broke its word: what left is unknown, and that is what is shown
            _log.exception("adapter raised while sending", channel=claim.channel, message_id=claim.message_id)
            self._breakers.excuse(claim.inbox_id)
            return Unknown(OWN_FAULT)
        if isinstance(outcome, Retry) and (outcome.ours or outcome.limit):
            self._breakers.excuse(claim.inbox_id)
        else:
            self._breakers.note(claim.inbox_id, works=not isinstance(outcome, (Retry, Unknown)))
        return outcome

    async def _send_parts(self, workspace_id: str, claim: Claim, ready: _Ready) -> Outcome | None:
        """Send the parts that haven't left, in order; the first outcome other than Accepted ends it."""
        outcome: Outcome = Accepted("")
        delivered = True
        for number in range(claim.parts_sent, len(ready.parts)):
            part, key = ready.parts[number], part_key(claim.reference, number)
            outcome = await self._wait_for_place(ready.adapter, claim.inbox_id, part, key) or self._judge(
                await _call(ready.adapter, part, key), ready.adapter, claim.inbox_id, part
            )
            if not isinstance(outcome, Accepted):
                return outcome
            delivered = delivered and outcome.state == "delivered"
            if number + 1 < len(ready.parts):
                note = partial(note_part, claim=claim, parts_sent=number + 1, external_id=outcome.external_id)
                if not await self._settle(workspace_id, note):
                    return None
        return replace(outcome, state="delivered" if delivered else "sent")

    async def _wait_for_place(
        self, adapter: Adapter, inbox_id: str, part: Outbound | Amendment, key: str
    ) -> Retry | None:
        """None when it is this part's turn, at once or in a moment; else when it will be."""
        rates = adapter.descriptor.rates
        group_id = part.group_id if isinstance(part, Outbound) else None
        while rates and (wait := self._budgets.take(inbox_id, rates, part.to.value, group_id, key)):
            if wait > LINGER:
                return Retry(PACED, after_seconds=wait / SECOND, ours=True)
            await asyncio.sleep(wait / SECOND)
        return None

    def _judge(self, outcome: Outcome, adapter: Adapter, inbox_id: str, part: Outbound | Amendment) -> Outcome:
        """The same, with a limit of which the channel doesn't say whose it is held against the account where it must be."""
        if not isinstance(outcome, Retry) or outcome.limit != "either":
            return outcome
        group_id, seconds = part.group_id, outcome.after_seconds or 1
        whom, rates = group_id or part.to.value, adapter.descriptor.rates
        if self._budgets.is_of_account(inbox_id, rates, whom, in_group=group_id is not None, seconds=seconds):
            return replace(outcome, limit="account")
        return outcome

    async def _settle(self, workspace_id: str, action: Callable[..., bool]) -> bool:
        """Write what the channel said, patiently: losing it would make an unknown of what is known."""
        deadline = asyncio.get_running_loop().time() + SETTLE_SECONDS
        while True:
            try:
                return await self._database.write(workspace_id, action)
            except (Busy, StorageFull) as error:
                if asyncio.get_running_loop().time() > deadline:
                    _log.error("an outcome couldn't be written", error=repr(error))
                    return False
                await asyncio.sleep(PAUSE_SECONDS)


async def _call(adapter: Adapter, part: Outbound | Amendment, key: str) -> Outcome:
    return await (adapter.amend(part, key) if isinstance(part, Amendment) else adapter.send(part, key))


def _words(
    tx: ReadTx, claim: Claim, public: bool, peers: bool
) -> tuple[Outbound | None, Context, tuple[Amendment, ...]]:
    """The words to send and what their plan must know; of an amendment what it is, with words only where it brings other ones."""
    amendments = amendments_of(tx, claim.amends, claim.deed) if claim.amends and claim.deed else ()
    edited = claim.amends if amendments and claim.deed == "edit" else None
    words = claim.message_id if claim.amends is None else edited
    outbound = outbound_of(tx, words)[0] if words else None
    last = last_from(tx, claim.conversation_id, claim.inbox_id)
    if outbound is not None and outbound.group_id is not None:
        group = group_of(tx, claim.conversation_id)
        return outbound, Context(tx.now, last, removed=group is None or group.removed_at is not None), amendments
    opted_out = outbound is not None and is_opted_out(tx, claim.inbox_id, outbound.to, claim.message_id)
    peer = find_peer(tx, claim.inbox_id, outbound.to) if peers and outbound else None
    context = Context(tx.now, last, opted_out, peer=peer)
    return outbound, inform(tx, context, words) if public and words else context, amendments
