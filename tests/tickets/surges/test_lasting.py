"""What a surge changes while it lasts, and that all of it is given back."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lyhord.conversations.canned.model import Text
from lyhord.kit.clock import MINUTE
from lyhord.kit.problems import Invalid, NotFound, Taken
from lyhord.tickets.actions import set_kind, set_status
from lyhord.tickets.kinds.actions import change_kind
from lyhord.tickets.kinds.model import KindAttribute, KindChange
from lyhord.tickets.levels.actions import create_level
from lyhord.tickets.levels.book import list_levels, list_promising
from lyhord.tickets.levels.model import LevelWords, Target
from lyhord.tickets.routing.actions import remove_route, set_working
from lyhord.tickets.routing.model import Working
from lyhord.tickets.routing.views import list_routes, list_working
from lyhord.tickets.rules.following import ask_of_time
from lyhord.tickets.rules.matching import list_working as working_rules
from lyhord.tickets.surges import calling, saying
from lyhord.tickets.surges.measuring import WAIT_ENDS, _counted, measure
from lyhord.tickets.surges.model import Answer
from lyhord.tickets.surges.reading import get_running, get_surge
from lyhord.workspaces.actions.agents import add_agent
from lyhord.workspaces.actions.teams import create_team, remove_team
from lyhord.workspaces.views import list_teams
from tests.tickets.rules.office import make, rule_of, switch, tag
from tests.tickets.surges.conftest import Railway


async def call(railway: Railway, surge_id: str, *agents: str) -> None:
    await railway.desk.write(lambda tx: calling.call_in(tx, get_running(tx, surge_id), agents, ()), actor=railway.lead)


async def come(railway: Railway, surge_id: str, agent: str, comes: bool = True) -> None:
    def action(tx: Any) -> None:
        calling.answer_call(tx, get_running(tx, surge_id), agent, comes=comes)

    await railway.desk.write(action, actor=f"agent:{agent}")
    await railway.follow()


async def capacity(railway: Railway, agent: str) -> int:
    found = await railway.desk.read(list_working)
    return int(found.get(agent, (Working(), 0))[0].capacity)


async def test_only_who_works_on_tickets_is_called_in(railway: Railway) -> None:
    desk = railway.desk
    director = (await desk.write(add_agent, "d@firm.example", "Dan", "director", "en")).id
    board = await desk.write(create_team, "Board", [director, desk.colleague], [])
    surge_id = await railway.begin(team_id=railway.crew, tells=False)
    with pytest.raises(Invalid) as caught:
        await call(railway, surge_id, director)
    assert caught.value.fields == {"agent_ids": "problem.no_worker"}
    asked = await desk.write(lambda tx: calling.call_in(tx, get_running(tx, surge_id), (), [board]), actor=railway.lead)
    assert asked == [desk.colleague]


async def test_who_comes_gets_tickets_of_the_surge_and_no_others(railway: Railway) -> None:
    desk = railway.desk
    await railway.company.route(team_id=railway.crew)
    await desk.write(set_working, desk.agent, Working(capacity=1))
    surge_id = await railway.begin(team_id=railway.crew, tells=False)
    await call(railway, surge_id, desk.colleague)
    assert [one.state for one in (await railway.view(surge_id)).calls] == ["called"]
    first = await railway.hear("ann")
    assert first.owner_agent_id == desk.agent, "the usual team has the surge's tickets, too"
    waits = await railway.hear("ben")
    assert waits.owner_agent_id is None
    await come(railway, surge_id, desk.colleague)
    assert (await desk.ticket(waits.conversation_id)).owner_agent_id == desk.colleague
    usual = await railway.hear("cat", "Where is my invoice?")
    assert usual.owner_agent_id is None, "who was called in is here for the surge alone"


async def test_the_usual_team_of_other_tickets_stays_what_it_is(railway: Railway) -> None:
    await railway.begin(team_id=railway.crew)
    other = await railway.hear("ann", "Where is my invoice?")
    assert (other.owner_agent_id, other.owner_team_id) == (None, None)


async def test_at_the_end_unresolved_tickets_go_back_to_their_queues(railway: Railway) -> None:
    desk = railway.desk
    usual_id = await railway.company.route(team_id=railway.crew)
    surge_id = await railway.begin(team_id=railway.crew, tells=False)
    await desk.write(set_working, desk.agent, Working(capacity=0))
    await call(railway, surge_id, desk.colleague)
    await come(railway, surge_id, desk.colleague)
    ann, done = await railway.hear("ann"), await railway.hear("ben")
    assert ann.owner_agent_id == desk.colleague
    await desk.write(set_status, done.id, "resolved")
    await desk.write(set_working, desk.agent, Working(capacity=9))
    await railway.end(surge_id)
    back = await desk.ticket(ann.conversation_id)
    assert (back.owner_agent_id, back.owner_team_id) == (desk.agent, railway.crew)
    assert (await desk.ticket(done.conversation_id)).owner_agent_id == desk.colleague
    assert [one.id for one in await desk.read(list_routes)] == [usual_id]
    assert [one.id for one in await desk.read(list_teams)] == [railway.crew]


async def test_more_room_is_given_back_unless_somebody_set_another(railway: Railway) -> None:
    desk = railway.desk
    await desk.write(set_working, desk.colleague, Working(capacity=3))
    surge_id = await railway.begin(team_id=railway.crew, capacity=8)
    await call(railway, surge_id, desk.agent, desk.colleague)
    for one in (desk.agent, desk.colleague):
        await come(railway, surge_id, one)
    assert [await capacity(railway, one) for one in (desk.agent, desk.colleague)] == [8, 8]
    await desk.write(set_working, desk.agent, Working(capacity=5))
    await railway.end(surge_id)
    assert [await capacity(railway, one) for one in (desk.agent, desk.colleague)] == [5, 3]


async def test_who_came_may_go_again_and_who_was_not_called_may_not_come(railway: Railway) -> None:
    desk = railway.desk
    surge_id = await railway.begin(team_id=railway.crew, capacity=8)
    await call(railway, surge_id, desk.colleague)
    await come(railway, surge_id, desk.colleague)
    await come(railway, surge_id, desk.colleague, comes=False)
    assert await capacity(railway, desk.colleague) == 6
    own = (await railway.view(surge_id)).surge.own_team_id
    assert [team.agent_ids for team in await desk.read(list_teams) if team.id == own] == [[]]
    with pytest.raises(NotFound):
        await come(railway, surge_id, desk.agent)
    bare = await railway.begin(name="Bare")
    with pytest.raises(Taken):
        await call(railway, bare, desk.colleague)


async def test_what_somebody_removed_meanwhile_is_gone(railway: Railway) -> None:
    surge_id = await railway.begin(team_id=railway.crew)
    surge = await railway.desk.read(get_surge, surge_id)
    await railway.desk.write(remove_route, surge.route_id)
    await railway.desk.write(remove_team, surge.own_team_id)
    await railway.end(surge_id)
    assert (await railway.desk.read(get_surge, surge_id)).ended_at is not None


async def test_rules_rest_while_it_lasts(railway: Railway) -> None:
    desk = railway.desk
    resting, other = await make(desk, "customer_wrote", tag("a")), await make(desk, "customer_wrote", tag("b"))
    off = await make(desk, "customer_wrote", tag("c"), on=False)
    surge_id = await railway.begin(rules_off=(resting, off))
    assert [one.id for one in await desk.read(working_rules)] == [other]
    assert (await rule_of(desk, resting)).rests_for == surge_id
    await railway.end(surge_id)
    assert {one.id for one in await desk.read(working_rules)} == {resting, other}
    assert (await rule_of(desk, off)).on_at is None


async def test_a_rule_that_somebody_switches_meanwhile_is_as_they_left_it(railway: Railway) -> None:
    desk = railway.desk
    first, second = await make(desk, "customer_wrote", tag("a")), await make(desk, "customer_wrote", tag("b"))
    surge_id = await railway.begin(rules_off=(first, second))
    await switch(desk, first)
    await switch(desk, second, on=False)
    assert [one.id for one in await desk.read(working_rules)] == [first]
    await railway.end(surge_id)
    assert [one.id for one in await desk.read(working_rules)] == [first]


async def test_a_rule_that_waits_for_time_leaves_alone_what_waited_meanwhile(railway: Railway) -> None:
    desk = railway.desk
    rule_id = await make(desk, "nobody_answered", tag("late"), minutes=10)
    surge_id = await railway.begin(rules_off=(rule_id,), tells=False)
    await railway.hear("ann")
    desk.clock.move(60 * MINUTE)
    await railway.end(surge_id)
    assert await desk.write(ask_of_time) == 0


async def test_levels_rest_while_it_lasts(railway: Railway) -> None:
    desk = railway.desk
    level_id = await desk.write(
        create_level, LevelWords(name="Fast", targets=(Target(clock="first_answer", minutes=60),))
    )
    surge_id = await railway.begin(levels_off=(level_id,))
    assert [one.id for one in await desk.read(list_promising)] == []
    assert [(one.id, one.rests_for) for one in await desk.read(list_levels)] == [(level_id, surge_id)]
    await railway.change(surge_id)
    assert [(one.id, one.rests_for) for one in await desk.read(list_promising)] == [(level_id, None)]


async def test_its_tickets_are_resolved_without_what_is_needed_else(railway: Railway) -> None:
    desk = railway.desk
    await desk.write(change_kind, "fault", KindChange(attributes=(KindAttribute("product", True),)))
    surge_id = await railway.begin(needed_off=("product",))
    ann, ben, other = [
        await desk.write(set_kind, (await railway.hear(who, text)).id, "fault")
        for who, text in (("ann", "cancelled"), ("ben", "cancelled"), ("cat", "Hello"))
    ]
    assert (await desk.write(set_status, ann.id, "resolved")).status == "resolved"
    with pytest.raises(Invalid):
        await desk.write(set_status, other.id, "resolved")
    await railway.end(surge_id)
    with pytest.raises(Invalid):
        await desk.write(set_status, ben.id, "resolved")


@settings(max_examples=8, deadline=None)
@given(waits=st.lists(st.integers(0, 20 * 60 * MINUTE)))
def test_each_wait_is_counted_once(waits: list[int]) -> None:
    counted = _counted(sorted(waits))
    assert sum(counted) == len(waits)
    assert len(counted) == len(WAIT_ENDS) + 1
    assert counted[0] == sum(one <= MINUTE for one in waits)


async def test_it_is_measured(railway: Railway) -> None:
    desk = railway.desk
    surge_id = await railway.begin()
    tickets = []
    for number in range(4):
        tickets.append(await railway.hear(f"c{number}"))
        desk.clock.move(2 * MINUTE)
    await desk.answer(tickets[0].conversation_id, "By hand")
    desk.clock.move(MINUTE)
    texts = (Text("en", "Hello"),)
    await desk.write(saying.answer_all, surge_id, Answer(texts=texts, waiting_only=True), actor=railway.lead)
    await railway.follow()
    desk.clock.move(MINUTE)
    await railway.hear("c1", "And my money?")
    found = await desk.read(lambda tx: measure(tx, get_surge(tx, surge_id)))
    assert (found.members, found.answered, found.told) == (4, 4, 4)
    assert sum(one.count for one in found.came) == 4
    assert (found.by_group, found.wrote_again, found.spared) == (3, 1, 1)
    assert (found.pace_seconds, found.spared_seconds) == (None, None)
    assert found.first_median == 5 * 60
    assert sum(found.waits) == 4
