"""The board of queues: how many wait, what is due next, who has room, as far as its reader reaches."""

from lyhord.kit.clock import DAY, MINUTE
from lyhord.tickets.routing.board import QueueShown, list_queues
from lyhord.workspaces.actions.away import set_away
from lyhord.workspaces.reach import EVERYTHING, Reach
from tests.tickets.routing.conftest import Company


async def board(company: Company, reach: Reach = EVERYTHING) -> list[QueueShown]:
    return list(await company.desk.read(list_queues, reach, company.desk.agent, frozenset()))


async def test_a_queue_says_how_many_wait_since_when_and_what_is_due(company: Company) -> None:
    await company.route(name="All", promise_minutes=30)
    await company.working(company.desk.agent, capacity=1)
    await company.working(company.desk.colleague, capacity=0)
    await company.hear("ann")
    since = company.desk.clock.now
    second = await company.hear("ben")
    company.desk.clock.move(5 * MINUTE)
    third = await company.hear("cat")
    [queue] = await board(company)
    assert (queue.name, queue.waiting, queue.oldest, queue.next_due) == ("All", 2, since, since + 30 * MINUTE)
    assert [one.id for one in queue.tickets] == [second.id, third.id]
    assert queue.room == 0
    assert {one.agent_id: (one.load, one.capacity, one.no) for one in queue.takers} == {
        company.desk.agent: (1, 1, "full"),
        company.desk.colleague: (0, 0, "full"),
    }


async def test_who_has_most_room_comes_first_and_helpers_after_them(company: Company) -> None:
    third = await company.team("Helpers", company.desk.colleague)
    only = await company.team("Only", company.desk.agent)
    await company.route(team_id=only, overflow_team_id=third)
    [queue] = await board(company)
    assert [(one.agent_id, one.helps, one.no) for one in queue.takers] == [
        (company.desk.agent, False, ""),
        (company.desk.colleague, True, ""),
    ]
    assert queue.room == 12
    await company.desk.write(set_away, company.desk.agent, company.desk.clock.now + DAY, "")
    [queue] = await board(company)
    assert [(one.agent_id, one.no) for one in queue.takers] == [
        (company.desk.colleague, ""),
        (company.desk.agent, "absent"),
    ]
    assert queue.room == 6


async def test_what_is_out_of_reach_is_neither_counted_nor_shown(company: Company) -> None:
    await company.route()
    for agent in (company.desk.agent, company.desk.colleague):
        await company.working(agent, capacity=0)
    await company.hear()
    [queue] = await board(company, Reach(frozenset()))
    assert (queue.waiting, queue.oldest, queue.next_due, queue.tickets) == (0, None, None, [])
    assert (await board(company))[0].waiting == 1


async def test_without_routes_there_are_no_queues(company: Company) -> None:
    assert await board(company) == []
