"""A working day on which, for an hour, a thousand people more than usual write about one matter: the simulation behind `bench/surge.py`.

Everything that the product does is done by its own functions on an SQLite database: messages are received, tickets opened, routed and
answered, conversations join the surge, texts are said to members. What people do follows from a seed: when they write, how long an
answer takes, and who of those answered with the group writes again. The clock is moved by hand.
"""

import random
import statistics
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import bindparam, select, update

from lyhord.app.channels import Channels
from lyhord.app.schema import prepare
from lyhord.app.wiring import EVENTS
from lyhord.conversations.actions.receive import receive_messages
from lyhord.conversations.actions.reply import reply
from lyhord.conversations.canned.model import Text
from lyhord.conversations.exchange import Address, InboundMessage
from lyhord.conversations.model import Received, Reply
from lyhord.conversations.tables import delivery
from lyhord.conversations.views import messages_by_id
from lyhord.kit.clock import HOUR, MINUTE, SECOND
from lyhord.kit.database import Database, ReadTx, Statement, Tx, values_in
from lyhord.kit.database.reactions import Reactions
from lyhord.kit.database.sqlite import Sqlite
from lyhord.kit.events import Catalogue
from lyhord.kit.followers import FollowerRunner
from lyhord.kit.ids import new_id
from lyhord.kit.jobs import JobRunner
from lyhord.kit.problems import Taken
from lyhord.tickets.routing import following as routing
from lyhord.tickets.routing.actions import create_route
from lyhord.tickets.routing.model import RouteWords
from lyhord.tickets.surges import calling, following
from lyhord.tickets.surges.actions import begin_surge, end_surge
from lyhord.tickets.surges.jobs import list_work
from lyhord.tickets.surges.measuring import Measures, measure
from lyhord.tickets.surges.model import Answer, SurgeWords
from lyhord.tickets.surges.reading import get_running, get_surge
from lyhord.tickets.surges.saying import answer_all
from lyhord.tickets.tables import ticket
from lyhord.tickets.wiring import REACTIONS
from lyhord.workspaces.actions.agents import add_agent, get_agent, store_agent
from lyhord.workspaces.actions.inboxes import StoredInbox, connect_inbox
from lyhord.workspaces.actions.teams import change_team, create_team
from lyhord.workspaces.actions.workspace import create_workspace
from lyhord.workspaces.model import WorkspaceSettings
from lyhord.workspaces.store import insert_session

START = 1_772_355_600_000
TICK = 30 * SECOND
STRIKES, LASTS = 30 * MINUTE, HOUR
"""When what everybody writes about happens, and for how long they go on to."""
NOTICED, COME, ANSWERED, ENDS = 10 * MINUTE, 15 * MINUTE, 20 * MINUTE, 3 * HOUR
"""After that: a lead begins the surge; those called in come; the group is answered, and again as often; it is over."""
ANSWERINGS = 4
HANDLING, ABOUT_IT = 150 * SECOND, 120 * SECOND
"""What an answer takes on average: to anything, and about the matter, which is always the same."""
AGAIN = 0.25
"""Of those answered with the group, who write again: they need an answer of their own."""
A_SECOND = 10
"""Messages that the channel takes."""
WORDS = (
    "My train to the coast is cancelled",
    "cancelled, what now?",
    "Is the 9:40 train cancelled?",
    "train cancelled",
)
OTHERS = ("Where is my invoice?", "I want to change my address", "Can I bring a bicycle?", "My card was declined")

_W: Any = bindparam("workspace_id")
_held = Statement(
    select(ticket.c.id, ticket.c.conversation_id, ticket.c.owner_agent_id, ticket.c.waiting_since)
    .where(
        ticket.c.workspace_id == _W,
        values_in(ticket.c.owner_agent_id, "agents"),
        ticket.c.shelf == "active",
        ticket.c.waiting_since.isnot(None),
    )
    .order_by(ticket.c.waiting_since, ticket.c.id)
)
_resolved = Statement(
    select(ticket.c.conversation_id).where(
        ticket.c.workspace_id == _W, ticket.c.shelf == "resolved", values_in(ticket.c.conversation_id, "talks")
    )
)
_queued = Statement(
    select(delivery.c.message_id)
    .where(delivery.c.workspace_id == _W, delivery.c.state == "queued", delivery.c.due_at <= bindparam("now"))
    .order_by(delivery.c.due_at, delivery.c.message_id)
    .limit(bindparam("most"))
)
_leave = Statement(
    update(delivery)
    .where(delivery.c.workspace_id == _W, values_in(delivery.c.message_id, "ids"))
    .values(state="sent", due_at=None)
)


class Plan(NamedTuple):
    """How much happens, and with how many agents."""

    agents: int = 10
    more: int = 5
    contacts: int = 1_000
    usual: int = 160
    """Others who write, an hour."""
    hours: int = 8
    seed: int = 1

    @property
    def length(self) -> int:
        """Of the day, in milliseconds."""
        return self.hours * HOUR


class Policy(NamedTuple):
    """With surge mode or without, and whether those called in come."""

    name: str
    surge: bool
    more: bool


POLICIES = (
    Policy("surge mode", surge=True, more=True),
    Policy("five more", surge=False, more=True),
    Policy("as usual", surge=False, more=False),
)


class Writer(Struct):
    """A customer: when they write, how long their answer takes, and when they were answered (milliseconds from the start)."""

    name: str
    about_it: bool
    comes_at: int
    takes: int
    again: bool
    again_after: int
    talk: str = ""
    answered_at: int | None = None


class Outcome(NamedTuple):
    """How a day went. Waits for the first answer of a person in milliseconds; `told` those for any word, the public update too."""

    waits: list[int]
    others: list[int]
    left: int
    others_left: int
    by_hand: int
    in_vain: int
    measures: Measures | None
    waiting: list[tuple[int, int]]
    """By time how many customers waited."""


class Clock:
    """Time as the simulation says."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> int:
        return self.now


def make_writers(plan: Plan) -> list[Writer]:
    """Who writes on the day, in that order."""
    dice = random.Random(plan.seed)
    struck = [STRIKES + int(dice.triangular(0, LASTS, LASTS / 4)) for _ in range(plan.contacts)]
    usual = [dice.randrange(plan.length) for _ in range(plan.usual * plan.hours)]
    writers = [
        Writer(
            name="",
            about_it=about_it,
            comes_at=comes_at,
            takes=int(dice.gammavariate(4, (ABOUT_IT if about_it else HANDLING) / 4)),
            again=about_it and dice.random() < AGAIN,
            again_after=int(dice.expovariate(1 / (20 * MINUTE))),
        )
        for about_it, moments in ((True, struck), (False, usual))
        for comes_at in moments
    ]
    writers.sort(key=lambda one: one.comes_at)
    return [replace(one, name=f"c{number:05}") for number, one in enumerate(writers)]


async def run(plan: Plan, policy: Policy, folder: Path) -> Outcome:
    """Let the day pass under a policy, in a database in this folder."""
    engine = Sqlite(folder / f"{policy.name.replace(' ', '-')}.db")
    prepare(engine)
    clock = Clock()
    database = Database(engine, clock=clock, reactions=Reactions(REACTIONS))
    await database.open()
    try:
        day = _Day(plan, policy, database, clock)
        await day.open()
        return await day.run()
    finally:
        await database.close()


class _Day:
    def __init__(self, plan: Plan, policy: Policy, database: Database, clock: Clock) -> None:
        self.plan, self.policy, self.database, self.clock = plan, policy, database, clock
        self.workspace_id = new_id()
        self.dice = random.Random(plan.seed + 1)
        self.coming = make_writers(plan)
        self.by_talk: dict[str, Writer] = {}
        self.busy: dict[str, tuple[int, str, str]] = {}
        self.later: list[tuple[int, Writer]] = []
        self.surge_id = ""
        self.by_hand = self.in_vain = self.count = self.answerings = 0
        self.waiting: list[tuple[int, int]] = []
        catalogue = Catalogue(EVENTS)
        followers = [routing.make_follower(frozenset()), following.FOLLOWER]
        self.followers = FollowerRunner(database, catalogue, followers)
        self.jobs = JobRunner(database, catalogue, list_work(Channels()))

    async def write(self, action: Any, *args: Any, actor: str = "system") -> Any:
        return await self.database.write(self.workspace_id, action, *args, actor=actor)

    async def open(self) -> None:
        """A company that routes, with everybody at work."""
        await self.write(create_workspace, "Railway", WorkspaceSettings())
        inbox = StoredInbox(new_id(), new_id(), "sandbox", "Door", {}, None, None, None, 0)
        self.inbox = str((await self.write(connect_inbox, inbox)).id)
        await self.followers.catch_up(self.workspace_id)
        crew = [await self._agent(f"agent{number}") for number in range(self.plan.agents)]
        self.reserve = [await self._agent(f"more{number}") for number in range(self.plan.more)]
        self.team = str(await self.write(create_team, "Crew", crew, []))
        self.crew = crew
        await self.write(create_route, RouteWords(name="All", team_id=self.team, return_minutes=None))

    async def _agent(self, name: str) -> str:
        agent = await self.write(add_agent, f"{name}@railway.example", name, "lead", "en")
        await self.write(lambda tx: store_agent(tx, replace(get_agent(tx, agent.id), joined_at=START)))
        seen = {
            "created_at": START,
            "seen_at": START + 48 * HOUR,
            "confirmed_at": START,
            "expires_at": START + 48 * HOUR,
        }
        row = {"agent_id": agent.id, "address": "", "client": "", **seen}
        await self.write(lambda tx: tx.run(insert_session, token_hash=tx.new_id(), **row))
        return str(agent.id)

    async def run(self) -> Outcome:
        writers = list(self.coming)
        while self.clock.now - START < self.plan.length:
            self.clock.now += TICK
            now = self.clock.now - START
            await self._come(now)
            await self._lead(now)
            await self.followers.catch_up(self.workspace_id)
            await self.jobs.catch_up()
            await self.database.write(self.workspace_id, _send, A_SECOND * TICK // SECOND)
            await self._answer(now)
        measures = None
        if self.surge_id:
            measures = await self.database.read(self.workspace_id, lambda tx: measure(tx, get_surge(tx, self.surge_id)))
        about, others = ([one for one in writers if one.about_it is which] for which in (True, False))
        return Outcome(
            waits=[one.answered_at - one.comes_at for one in about if one.answered_at is not None],
            others=[one.answered_at - one.comes_at for one in others if one.answered_at is not None],
            left=sum(one.answered_at is None for one in about),
            others_left=sum(one.answered_at is None for one in others),
            by_hand=self.by_hand,
            in_vain=self.in_vain,
            measures=measures,
            waiting=self.waiting,
        )

    async def _come(self, now: int) -> None:
        """Whoever writes by now, for the first time or again."""
        again = [one for at, one in self.later if at <= now]
        self.later = [(at, one) for at, one in self.later if at > now]
        while self.coming and self.coming[0].comes_at <= now:
            writer = self.coming.pop(0)
            await self._say(writer, self.dice.choice(WORDS if writer.about_it else OTHERS))
        for writer in again:
            await self._say(writer, "Thank you, and what about my ticket?")

    async def _say(self, writer: Writer, text: str) -> None:
        self.count += 1
        said = InboundMessage(
            external_id=str(self.count),
            sender=(Address("sandbox", writer.name, writer.name, verified=True),),
            text=text,
        )
        receipt = await self.write(receive_messages, Received(inbox_id=self.inbox, channel="sandbox", inbounds=(said,)))
        if not writer.talk:
            writer.talk = await self.database.read(self.workspace_id, _talk_of, receipt.message_ids[0])
            self.by_talk[writer.talk] = writer

    async def _lead(self, now: int) -> None:
        """What whoever leads does when it is time."""
        since = now - STRIKES
        if self.policy.more and not self.policy.surge and COME <= since < COME + TICK:
            await self.write(change_team, self.team, None, [*self.crew, *self.reserve], None)
        if not self.policy.surge or since < NOTICED:
            return
        lead = f"agent:{self.crew[0]}"
        if not self.surge_id:
            said = Text("en", "No trains to the coast today. Tickets are valid tomorrow, or paid back.")
            words = SurgeWords(name="No trains", words=("cancelled",), texts=(said,), team_id=self.team, capacity=8)
            self.surge_id = await self.write(begin_surge, words, actor=lead)
            await self.write(_call, self.surge_id, self.reserve, actor=lead)
        if COME <= since < COME + TICK:
            for one in self.reserve:
                await self.write(_accept, self.surge_id, one, actor=f"agent:{one}")
        if self.answerings < ANSWERINGS and since >= ANSWERED * (self.answerings + 1):
            self.answerings += 1
            texts = (
                Text("en", "Hello {{contact.first_name|there}}, your ticket is valid tomorrow, or we pay it back."),
            )
            given = Answer(texts=texts, after="resolve", waiting_only=True)
            with suppress(Taken):  # nobody waits for a first answer
                await self.write(answer_all, self.surge_id, given, actor=lead)
        if ENDS <= since < ENDS + TICK:
            await self.write(end_surge, self.surge_id, actor=lead)

    async def _answer(self, now: int) -> None:
        """Who is done answers; who is free takes what has waited longest; and who was answered with all is seen to be."""
        await self._see_grouped(now)
        everybody = [*self.crew, *self.reserve]
        held = await self.database.read(self.workspace_id, _held_by, everybody)
        waiting = {ticket_id: owner for ticket_id, _, owner, _ in held}
        for agent_id, (until, ticket_id, talk) in sorted(self.busy.items(), key=lambda one: (one[1][0], one[0])):
            if until > now:
                continue
            del self.busy[agent_id]
            if waiting.get(ticket_id) != agent_id:
                self.in_vain += 1
                continue
            del waiting[ticket_id]
            words = Reply(conversation_id=talk, text="Here is how we help you.", ticket_id=ticket_id, resolve=True)
            await self.write(reply, words, actor=f"agent:{agent_id}")
            self.by_hand += 1
            self._note(talk, now)
        taken = {ticket_id for _, ticket_id, _ in self.busy.values()}
        for ticket_id, talk, owner, _ in held:
            if owner not in self.busy and ticket_id in waiting and ticket_id not in taken:
                self.busy[owner] = (now + self.by_talk[talk].takes, ticket_id, talk)
        self.waiting.append((now, sum(one.answered_at is None for one in self.by_talk.values())))

    async def _see_grouped(self, now: int) -> None:
        open_talks = [talk for talk, one in self.by_talk.items() if one.about_it and one.answered_at is None]
        if not self.answerings or not open_talks:
            return
        for talk in await self.database.read(self.workspace_id, _resolved_among, open_talks):
            writer = self.by_talk[talk]
            self._note(talk, now)
            if writer.again:
                self.later.append((now + writer.again_after, writer))

    def _note(self, talk: str, now: int) -> None:
        writer = self.by_talk[talk]
        if writer.answered_at is None:
            writer.answered_at = now


def quantile(values: Sequence[int], share: float) -> int:
    """The value below which that share lies."""
    return sorted(values)[int(share * (len(values) - 1))] if values else 0


def mean(values: Sequence[int]) -> float:
    """Their mean; 0 of none."""
    return statistics.fmean(values) if values else 0.0


def _talk_of(tx: ReadTx, message_id: str) -> str:
    return messages_by_id(tx, [message_id])[0].conversation_id


def _held_by(tx: ReadTx, agents: list[str]) -> list[tuple[str, str, str, int]]:
    return [(row[0], row[1], row[2], row[3]) for row in tx.all(_held, agents=agents)]


def _resolved_among(tx: ReadTx, talks: list[str]) -> list[str]:
    return [row[0] for row in tx.all(_resolved, talks=talks)]


def _send(tx: Tx, most: int) -> None:
    """What the channel takes of what waits to leave."""
    ids = [row[0] for row in tx.all(_queued, now=tx.now, most=most)]
    if ids:
        tx.run(_leave, ids=ids)


def _call(tx: Tx, surge_id: str, agents: list[str]) -> None:
    calling.call_in(tx, get_running(tx, surge_id), agents, ())


def _accept(tx: Tx, surge_id: str, agent_id: str) -> None:
    calling.answer_call(tx, get_running(tx, surge_id), agent_id, comes=True)
