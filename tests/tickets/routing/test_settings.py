"""What leads change of routing, and what they can't."""

from typing import Any

import pytest

from lyhord.kit.problems import Invalid, NotFound, Problem
from lyhord.tickets.filters import Filter, OneOf
from lyhord.tickets.routing import actions
from lyhord.tickets.routing.model import Intake, RouteWords, Working
from lyhord.tickets.routing.views import Settings, show_settings
from lyhord.workspaces.actions.teams import remove_team
from tests.tickets.routing.conftest import Company

NOBODY = "0190a0a0-0000-7000-8000-000000000000"


async def shown(company: Company) -> Settings:
    found: Settings = await company.desk.read(show_settings)
    return found


async def test_routes_stand_in_the_order_that_somebody_chose(company: Company) -> None:
    made = [await company.route(name=name) for name in ("One", "Two", "Three")]
    assert [one.name for one in (await shown(company)).routes] == ["One", "Two", "Three"]
    await company.desk.write(actions.order_routes, (made[2], made[0], made[1]))
    await company.desk.write(actions.remove_route, made[2])
    await company.route(name="Last")
    assert [one.name for one in (await shown(company)).routes] == ["One", "Two", "Last"]
    with pytest.raises(Invalid) as told:
        await company.desk.write(actions.order_routes, (made[0], made[0], made[1]))
    assert told.value.fields == {"route_ids": "problem.other_routes"}


async def test_a_route_is_changed_whole(company: Company) -> None:
    route = await company.route(name="One", words=("  BIG   Bill", "big bill"), skills=("Cars",))
    [found] = (await shown(company)).routes
    assert (found.words, found.skills) == (("big bill",), ("cars",))
    await company.desk.write(actions.change_route, route, RouteWords(name="Two", team_id=company.crew, way="turn"))
    [found] = (await shown(company)).routes
    assert (found.id, found.name, found.words, found.way) == (route, "Two", (), "turn")
    assert company.desk.kinds().count("routing.changed") == 2


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ({"name": " "}, "name"),
        ({"team_id": NOBODY}, "team_id"),
        ({"overflow_team_id": NOBODY}, "overflow_team_id"),
        ({"filter": Filter((OneOf("status", ("lost",)),))}, "filter"),
    ],
)
async def test_a_route_that_cannot_be_is_refused(company: Company, words: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as told:
        await company.route(**words)
    assert set(told.value.fields or {}) == {field}


async def test_a_team_does_not_help_itself_out(company: Company) -> None:
    with pytest.raises(Invalid):
        await company.route(overflow_team_id=company.crew)


@pytest.mark.parametrize(
    ("action", "value"),
    [
        (actions.change_route, RouteWords(name="One", team_id=NOBODY)),
        (actions.remove_route, None),
        (actions.set_working, Working()),
        (actions.set_intake, Intake()),
    ],
)
async def test_what_is_not_there_cannot_be_set(company: Company, action: Any, value: Any) -> None:
    if isinstance(value, RouteWords):
        value = RouteWords(name="One", team_id=company.crew)
    with pytest.raises(NotFound):
        await company.desk.write(action, NOBODY, *([] if value is None else [value]))


async def test_how_agents_and_inboxes_take_part_is_kept(company: Company) -> None:
    await company.working(company.desk.agent, capacity=3, skills=("Cars", "cars"), languages=("sv", "sv"))
    await company.desk.write(actions.set_intake, company.desk.inbox, Intake(team_id=company.crew, weight=4))
    found = await shown(company)
    assert found.agents == {company.desk.agent: Working(capacity=3, skills=("cars",), languages=("sv",))}
    assert found.inboxes == {company.desk.inbox: Intake(team_id=company.crew, weight=4)}
    with pytest.raises(Problem):
        await company.desk.write(actions.set_intake, company.desk.inbox, Intake(team_id=NOBODY))


async def test_an_inbox_says_what_its_tickets_weigh(company: Company) -> None:
    await company.route()
    await company.working(company.desk.colleague, capacity=0)
    await company.desk.write(actions.set_intake, company.desk.inbox, Intake(weight=4))
    first, second = await company.hear("ann"), await company.hear("ben")
    assert (first.owner_agent_id, second.owner_agent_id) == (company.desk.agent, None), "8 are more than 6"
    lighter = await company.hear("cat", inbox=company.desk.other_inbox)
    assert lighter.owner_agent_id == company.desk.agent


async def test_a_route_whose_team_is_gone_routes_nothing(company: Company) -> None:
    other = await company.team("Other", company.desk.agent)
    await company.route(team_id=other)
    await company.desk.write(remove_team, other)
    ticket = await company.hear()
    assert (ticket.owner_agent_id, ticket.owner_team_id) == (None, None)
    assert len((await shown(company)).routes) == 1, "it is shown, so that somebody gives it another team"


async def test_settings_keep_whose_turn_it_is(company: Company) -> None:
    await company.route(way="turn")
    first = await company.hear("ann")
    await company.working(str(first.owner_agent_id), capacity=9)
    second = await company.hear("ben")
    assert second.owner_agent_id != first.owner_agent_id
