"""The order of a queue is fair: total, by what was promised, and nobody waits in it for ever."""

from functools import partial
from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as some

from lyhord.kit.clock import MINUTE
from lyhord.tickets.actions import tag_ticket
from lyhord.tickets.filters import OneOf
from lyhord.tickets.levels.model import Target
from lyhord.tickets.routing.deciding import due_of, order
from lyhord.tickets.routing.model import Queued
from lyhord.tickets.routing.views import list_routes, read_queue
from tests.tickets.levels.office import keep, promise
from tests.tickets.routing.conftest import Company


class Came(NamedTuple):
    """A customer in a queue: since when they wait (minutes), and how many minutes were promised them."""

    since: int
    promise: int


CAME = some.builds(Came, some.integers(0, 500), some.integers(1, 300))


def queued(number: int, one: Came, level: int | None = None) -> Queued:
    """As routing sees them."""
    due = due_of(one.since * MINUTE, one.promise, level)
    return Queued(ticket_id=f"t{number:04}", route_id="r", due_at=due, queued_at=one.since * MINUTE)


def plain(came: list[Came]) -> list[int]:
    """The slow model: minute after minute, whoever has by now waited the whole of their promise steps up, the older ticket first."""
    stepped: list[int] = []
    for now in range(900):
        stepped += [
            number for number, one in enumerate(came) if number not in stepped and now - one.since >= one.promise
        ]
    return stepped


@settings(deadline=None)
@given(some.lists(CAME, max_size=30))
def test_the_order_is_that_in_which_promises_are_used_up(came: list[Came]) -> None:
    queue = [queued(number, one) for number, one in enumerate(came)]
    assert [int(one.ticket_id[1:]) for one in sorted(queue, key=order)] == plain(came)


@settings(deadline=None)
@given(CAME, CAME)
def test_no_two_tickets_stand_in_one_place(first: Came, second: Came) -> None:
    one, other = queued(1, first), queued(2, second)
    assert (order(one) < order(other)) != (order(other) < order(one))


@settings(deadline=None)
@given(some.integers(0, 500), some.integers(1, 300), some.integers(1, 300))
def test_of_equal_age_the_sooner_promise_goes_first_and_of_equal_promise_the_older(
    at: int, less: int, more: int
) -> None:
    sooner, later = sorted((less, more))
    assert order(queued(1, Came(at, sooner))) < order(queued(2, Came(at, later)))
    assert order(queued(1, Came(at, less))) < order(queued(2, Came(at + 1, less)))


@settings(deadline=None)
@given(CAME, some.lists(CAME, max_size=60), some.integers(1, 10))
def test_nobody_starves_however_short_the_promises_of_those_who_come(one: Came, others: list[Came], pace: int) -> None:
    """One server takes somebody every `pace` minutes; ever more come who were promised less. Who was due goes before all who come after."""
    due = one.since + one.promise
    flood = [*others, *(Came(minute, 1) for minute in range(one.since, due + 200))]
    ahead = [other for other in flood if other.since <= due]
    waiting = [queued(0, one)]
    coming = sorted(enumerate(flood, 1), key=lambda pair: pair[1].since)
    served, now = 0, one.since
    while waiting:
        while coming and coming[0][1].since <= now:
            waiting.append(queued(*coming.pop(0)))
        next_one = min(waiting, key=order)
        if next_one.ticket_id == "t0000":
            break
        waiting.remove(next_one)
        served += 1
        now += pace
    assert served <= len(ahead)


def test_the_sooner_of_route_and_service_level_counts() -> None:
    assert due_of(0, 60, None) == 60 * MINUTE
    assert due_of(0, 60, 15 * MINUTE) == 15 * MINUTE
    assert due_of(0, 60, 90 * MINUTE) == 60 * MINUTE


async def test_a_level_that_promises_sooner_lets_its_tickets_pass(company: Company) -> None:
    desk = company.desk
    await promise(desk, "Urgent", OneOf("tag", ("urgent",)), targets=(Target(clock="first_answer", minutes=15),))
    await promise(desk, targets=(Target(clock="first_answer", minutes=200),))
    await company.route(promise_minutes=240)
    for agent in (desk.agent, desk.colleague):
        await company.working(agent, capacity=0)
    first, second = await company.hear("ann"), await company.hear("ben")
    await keep(desk)
    assert [one.ticket_id for one in await heads(company)] == [first.id, second.id]
    await desk.write(partial(tag_ticket, ticket_id=second.id, add=("urgent",)))
    await keep(desk)
    await company.follow()
    assert [one.ticket_id for one in await heads(company)] == [second.id, first.id]
    await desk.write(partial(tag_ticket, ticket_id=second.id, remove=("urgent",)))
    await keep(desk)
    await company.follow()
    assert [one.ticket_id for one in await heads(company)] == [first.id, second.id]


async def heads(company: Company) -> list[Queued]:
    """Who waits in the only queue, in its order."""
    [route] = await company.desk.read(list_routes)
    return list(await company.desk.read(read_queue, [route.id], frozenset(), 10))
