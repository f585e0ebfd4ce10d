"""A day that really was is read, replayed by the job, and shown; and nothing is changed by it."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest

from lyhord.app.wiring import EVENTS
from lyhord.kit.clock import DAY, MINUTE
from lyhord.kit.events import Catalogue
from lyhord.kit.jobs import JobRunner
from lyhord.kit.problems import Invalid, NotFound, Taken
from lyhord.tickets.routing import actions, following
from lyhord.tickets.routing.comparing import Draft, DraftHand
from lyhord.tickets.routing.jobs import make_replaying
from lyhord.tickets.routing.model import RouteWords
from lyhord.tickets.routing.past import read_past
from lyhord.tickets.routing.replays import Replay, get_replay, list_replays
from lyhord.workspaces.reach import EVERYTHING, Reach
from tests.tickets.levels.office import keep, promise
from tests.tickets.routing.conftest import Company

TODAY = date(2026, 3, 1)


async def a_day(company: Company) -> list[str]:
    """Three customers are answered after four minutes each, by whom routing gave them; the next day begins. Their tickets' ids."""
    await company.route()
    ids = []
    for who in ("ann", "ben", "cat"):
        ticket = await company.hear(who)
        company.desk.clock.move(4 * MINUTE)
        await company.desk.answer(ticket.conversation_id, agent=ticket.owner_agent_id)
        await company.follow()
        ids.append(ticket.id)
        company.desk.clock.move(MINUTE)
    company.desk.clock.move(DAY)
    return ids


def draft(company: Company, **more: Any) -> Draft:
    """The only route as it is."""
    route = RouteWords(name="Route", team_id=company.crew)
    return Draft(**{"day": TODAY, "routes": (route,), **more})


async def replayed(company: Company, wanted: Draft, reach: Reach = EVERYTHING) -> Replay:
    """Ask for it, and let the job be done."""
    replay_id = await company.desk.write(actions.ask_replay, wanted, company.desk.agent)
    await JobRunner(company.desk.database, Catalogue(EVENTS), make_replaying(frozenset())).catch_up()
    found: Replay = await company.desk.read(get_replay, reach, company.desk.agent, replay_id)
    return found


async def test_the_day_is_told_as_it_was(company: Company) -> None:
    ids = await a_day(company)
    past = await company.desk.read(read_past, draft(company), frozenset())
    assert sorted(past.facts) == sorted(ids)
    assert past.now_of.keys() == set(ids)
    assert past.draft_of == dict.fromkeys(ids, "000")
    assert {company.desk.agent, company.desk.colleague} == past.there.keys()
    assert [one.by for one in past.said] == ["in", "out"] * 3


async def test_a_promise_of_a_service_level_is_known_of_what_was_answered(company: Company) -> None:
    await promise(company.desk)
    await a_day(company)
    await keep(company.desk)
    past = await company.desk.read(read_past, draft(company), frozenset())
    assert [list(one.promised.values()) for one in past.facts.values()] == [[60 * MINUTE]] * 3
    asked = {one.at for one in past.said if one.by == "in"}
    assert {at for one in past.facts.values() for at in one.promised} == asked


async def test_a_replay_says_what_would_have_come_of_it(company: Company) -> None:
    await a_day(company)
    alone = draft(company, agents={company.desk.agent: DraftHand(there=())})
    found = await replayed(company, alone)
    assert found.done_at is not None
    assert found.result is not None
    assert (found.result.tickets, found.result.really.answers, found.result.really.p50) == (3, 3, 4 * MINUTE)
    assert found.result.draft.loads == {company.desk.colleague: 3}
    assert sorted(found.result.now.loads) == sorted([company.desk.agent, company.desk.colleague])
    assert {one.id for one in found.tickets} == {one.ticket_id for one in found.result.examples} != set()
    again = await replayed(company, alone)
    assert again.result == found.result
    assert [one.id for one in await company.desk.read(list_replays)] == [again.id, found.id]


async def test_nothing_is_changed_by_it(company: Company) -> None:
    ids = await a_day(company)
    before = [await company.desk.read(get_whole, ids), await company.why(await of(company, ids[0]))]
    company.desk.events.clear()
    await replayed(company, draft(company))
    assert [await company.desk.read(get_whole, ids), await company.why(await of(company, ids[0]))] == before
    assert company.desk.kinds() == ["routing.replayed"]


async def of(company: Company, ticket_id: str) -> Any:
    return (await company.desk.read(get_whole, [ticket_id]))[0]


def get_whole(tx: Any, ids: Sequence[str]) -> list[Any]:
    """Every ticket as it is."""
    from lyhord.tickets.views import rows_by_id

    return sorted(rows_by_id(tx, ids), key=lambda one: one.id)


async def test_examples_out_of_reach_are_counted_and_not_shown(company: Company) -> None:
    await a_day(company)
    alone = draft(company, agents={company.desk.agent: DraftHand(there=())})
    found = await replayed(company, alone, Reach(frozenset()))
    assert found.result is not None
    assert found.result.moved > 0
    assert (found.result.examples, found.tickets) == ([], [])


@pytest.mark.parametrize("day", [TODAY + timedelta(days=1), TODAY - timedelta(days=30)])
async def test_only_a_day_of_the_last_thirty_can_be_replayed(company: Company, day: date) -> None:
    company.desk.clock.move(DAY)
    with pytest.raises(Invalid) as problem:
        await company.desk.write(actions.ask_replay, draft(company, day=day), None)
    assert problem.value.fields == {"day": "field.past_day"}


async def test_rules_that_could_not_be_are_refused(company: Company) -> None:
    company.desk.clock.move(DAY)
    nowhere = RouteWords(name="Route", team_id="01900000-0000-7000-8000-000000000000")
    with pytest.raises(Invalid):
        await company.desk.write(actions.ask_replay, draft(company, routes=(nowhere,)), None)


async def test_five_at_once_are_enough(company: Company) -> None:
    company.desk.clock.move(DAY)
    for _ in range(actions.MOST_AT_ONCE):
        await company.desk.write(actions.ask_replay, draft(company), None)
    with pytest.raises(Taken):
        await company.desk.write(actions.ask_replay, draft(company), None)


async def test_replays_are_kept_for_thirty_days(company: Company) -> None:
    company.desk.clock.move(DAY)
    found = await replayed(company, draft(company))
    company.desk.clock.move(31 * DAY)
    await company.desk.write(following.forget_old)
    with pytest.raises(NotFound):
        await company.desk.read(get_replay, EVERYTHING, None, found.id)
