"""Whatever happens in whatever order: each open complaint has an owner who could act, and a clock that runs as it says.

Beside the product stands a plain model: who is here, who is away, who is in which team, and what the ladder is.
"""

import asyncio
import contextlib
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import bindparam, select
from typing_extensions import override

from lyhord.contacts.actions import merge_contacts
from lyhord.kit.clock import HOUR, MINUTE
from lyhord.kit.database import Statement, Tx
from lyhord.kit.database.engine import Engine
from lyhord.kit.problems import Problem
from lyhord.tickets.actions import set_kind, set_status
from lyhord.tickets.complaints.model import Rung
from lyhord.tickets.model import Ticket, read_ticket
from lyhord.tickets.moving import NewTicket, drop_ticket, move_messages, open_ticket
from lyhord.tickets.store import ticket_columns
from lyhord.tickets.tables import ticket as table
from lyhord.workspaces.actions.agents import AgentChange, change_agent
from lyhord.workspaces.actions.away import come_and_go, set_away
from lyhord.workspaces.actions.teams import create_team, remove_team
from tests.conftest import StoppedClock
from tests.conversations.desk import Desk, make_database
from tests.tickets.complaints.office import Office

CUSTOMERS = ("ann", "bob", "cleo")
someone = st.integers(0, 4)
anybody = st.sampled_from(CUSTOMERS)
pick = st.integers(0, 20)


class Days(RuleBasedStateMachine):
    """Days of an office with three agents, two administrators, two teams and three customers."""

    runner: asyncio.Runner
    engine: Engine

    def do(self, what: Any) -> Any:
        return self.runner.run(what)

    def attempt(self, action: Any, *args: Any) -> Any:
        """Do it, unless the product says why not."""
        try:
            return self.do(self.desk.write(action, *args))
        except Problem:
            return None

    @initialize()
    def open(self) -> None:
        self.clock = StoppedClock()
        self.database = make_database(self.engine, self.clock)
        self.do(self.database.open())
        self.desk = self.do(Desk(self.database, self.clock).open())
        self.office = self.do(Office(self.desk).open())
        second = self.do(self.office.hire("second", "administrator"))
        third = self.do(self.office.hire("third"))
        self.agents = [self.desk.agent, self.desk.colleague, third, self.office.boss, second]
        self.admins = {self.office.boss, second}
        self.away: dict[str, int] = {}
        self.disabled: set[str] = set()
        self.teams: dict[str, set[str]] = {}
        self.ladder: list[Rung] = []
        self.opened: list[str] = []
        for name, members in (("one", self.agents[:2]), ("two", self.agents[1:3])):
            self.teams[str(self.do(self.desk.write(create_team, name, members, [])))] = set(members)
        for name in CUSTOMERS:
            self.a_customer_writes(name)

    @override
    def teardown(self) -> None:
        self.do(self.database.close())

    def tickets(self) -> list[Ticket]:
        return list(self.do(self.desk.read(_everything)))

    def one(self, number: int) -> Ticket:
        found = self.tickets()
        return found[number % len(found)]

    def can(self, agent: str) -> bool:
        """What the model knows of who can act."""
        return agent not in self.disabled and self.away.get(agent, 0) <= self.clock.now

    @rule(who=anybody)
    def a_customer_writes(self, who: str) -> None:
        self.do(self.desk.say("It broke", who=who))

    @rule(number=pick, kind=st.sampled_from(("complaint", "complaint", "question")))
    def it_is_sorted(self, number: int, kind: str) -> None:
        self.attempt(set_kind, self.one(number).id, kind)

    @rule(number=pick)
    def one_is_opened_as_a_complaint(self, number: int) -> None:
        talk = self.one(number).conversation_id
        self.attempt(open_ticket, talk, NewTicket(kind="complaint"))

    @rule(number=pick, agent=st.none() | someone, team=st.none() | st.integers(0, 1))
    def it_is_handed_over(self, number: int, agent: int | None, team: int | None) -> None:
        teams = sorted(self.teams)
        given = teams[team % len(teams)] if team is not None and teams else None
        with contextlib.suppress(Problem):
            self.do(self.office.give(self.one(number).id, None if agent is None else self.agents[agent], given))

    @rule(number=pick, status=st.sampled_from(("open", "pending", "resolved")))
    def its_status_changes(self, number: int, status: str) -> None:
        self.attempt(set_status, self.one(number).id, status)

    @rule(number=pick)
    def an_agent_answers(self, number: int) -> None:
        self.do(self.desk.answer(self.one(number).conversation_id))

    @rule(number=pick, other=pick)
    def words_are_moved(self, number: int, other: int) -> None:
        source, into = self.one(number), self.one(other)
        if source.conversation_id == into.conversation_id:
            self.attempt(move_messages, into.id, [source.last_message_id])

    @rule(number=pick)
    def an_empty_ticket_is_taken_away(self, number: int) -> None:
        self.attempt(drop_ticket, self.one(number).id)

    @rule(first=pick, second=pick)
    def customers_turn_out_to_be_one(self, first: int, second: int) -> None:
        one, other = self.one(first).contact_id, self.one(second).contact_id
        if one and other and one != other:
            self.attempt(merge_contacts, one, other)

    @rule(agent=someone, hours=st.integers(0, 30))
    def somebody_goes_or_comes(self, agent: int, hours: int) -> None:
        until = self.clock.now + hours * HOUR if hours else None
        if self.agents[agent] not in self.disabled:
            self.do(self.desk.write(set_away, self.agents[agent], until, ""))
            self.away[self.agents[agent]] = until or 0

    @rule(agent=someone, disabled=st.booleans())
    def somebody_leaves_or_returns(self, agent: int, disabled: bool) -> None:
        who = self.agents[agent]
        if self.attempt(change_agent, who, AgentChange(disabled=disabled)) is not None:
            (self.disabled.add if disabled else self.disabled.discard)(who)

    @rule(team=st.integers(0, 1))
    def a_team_is_removed(self, team: int) -> None:
        if self.teams:
            gone = sorted(self.teams)[team % len(self.teams)]
            self.do(self.desk.write(remove_team, gone))
            del self.teams[gone]

    @rule(rungs=st.lists(st.tuples(st.booleans(), someone, st.integers(1, 300)), max_size=3))
    def the_ladder_is_another(self, rungs: list[tuple[bool, int, int]]) -> None:
        teams = sorted(self.teams)
        ladder = [
            Rung(team_id=teams[who % len(teams)], minutes=minutes)
            if team and teams
            else Rung(agent_id=self.agents[who], minutes=minutes)
            for team, who, minutes in rungs
            if team or self.agents[who] not in self.disabled
        ]
        try:
            self.do(self.office.ladder(*ladder))
        except Problem:
            return
        self.ladder = ladder

    @rule(minutes=st.integers(1, 2_000))
    def time_passes(self, minutes: int) -> None:
        self.clock.move(minutes * MINUTE)

    @invariant()
    def nobody_is_forgotten(self) -> None:
        """Before anything follows there is an owner; once it has, one who could act, wherever anybody can."""
        if not hasattr(self, "office"):
            return
        complaints = [one for one in self.tickets() if one.kind == "complaint" and one.status != "resolved"]
        for one in complaints:
            assert one.owner_agent_id is not None
        self.do(self.desk.write(come_and_go))
        self.do(self.office.ring())
        responsible = set(self.admins)
        for rung in self.ladder:
            responsible |= {rung.agent_id} if rung.agent_id else self.teams.get(rung.team_id or "", set())
        for one in [one for one in self.tickets() if one.kind == "complaint" and one.status != "resolved"]:
            owner = one.owner_agent_id
            assert owner is not None
            assert owner not in self.disabled
            assert self.can(owner) or not any(map(self.can, responsible - {None}))
            kept = self.do(self.office.kept(one.id))
            assert kept.ended_at is None
            assert kept.left_at is None
            assert (kept.running_since is not None) == (one.status == "open")
            assert kept.running_since is None or (kept.alarm_at is not None and kept.alarm_at > self.clock.now)
            assert kept.told_at is not None or kept.missed_at is not None or kept.alarm_at is not None


_all = Statement(select(*ticket_columns).where(table.c.workspace_id == bindparam("workspace_id")).order_by(table.c.id))


def _everything(tx: Tx) -> list[Ticket]:
    return [read_ticket(row) for row in tx.all(_all)]


@pytest.fixture
def walk(engine: Engine) -> Iterator[type[Days]]:
    with asyncio.Runner() as runner:
        yield type("Days", (Days,), {"runner": runner, "engine": engine})


def test_each_open_complaint_has_an_owner_and_a_clock(walk: type[Days]) -> None:
    run_state_machine_as_test(walk, settings=settings(max_examples=20, stateful_step_count=20, deadline=None))
