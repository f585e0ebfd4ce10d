"""A day under other rules beside those of now: figures that can be trusted, and nothing different where nothing was changed."""

from datetime import date
from math import ceil
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as some
from msgspec.structs import replace

from lyhord.kit.clock import DAY, HOUR, MINUTE
from lyhord.tickets.routing.arrivals import Facts, Said
from lyhord.tickets.routing.comparing import Comparison, Draft, DraftHand, Past, compare, quantile, thinned
from lyhord.tickets.routing.model import Member, Route, RouteWords

PLAIN = RouteWords(name="R", team_id="crew")
DRAFT = Draft(day=date(2026, 3, 1), routes=(PLAIN,))


def past(**more: Any) -> Past:
    """Ten customers at noon, five minutes apart, answered by Ann after three each; Bo is there, too."""
    said = []
    for number in range(10):
        at, ticket = 12 * HOUR + number * 5 * MINUTE, f"t{number}"
        said += [Said(at, ticket, "in", None, "mail"), Said(at + 3 * MINUTE, ticket, "out", "ann", "mail")]
    route = Route(id="now", name="R", team_id="crew")
    ids = [f"t{number}" for number in range(10)]
    known: dict[str, Any] = {
        "start": 0,
        "end": DAY,
        "said": said,
        "facts": {one: Facts() for one in ids},
        "members": {one: Member(id=one, present=False) for one in ("ann", "bo")},
        "there": {"ann": ((9 * HOUR, 17 * HOUR),), "bo": ((9 * HOUR, 17 * HOUR),)},
        "teams": {"crew": ("ann", "bo")},
        "now": {"now": route},
        "now_of": dict.fromkeys(ids, "now"),
        "draft": {"000": replace(route, id="000")},
        "draft_of": dict.fromkeys(ids, "000"),
    }
    return Past(**{**known, **more})


def test_the_same_rules_make_the_same_day() -> None:
    told = compare(past(), DRAFT)
    assert told.now == told.draft
    assert (told.tickets, told.moved, told.examples) == (10, 0, [])
    assert (told.really.answers, told.really.p50, told.really.loads) == (10, 3 * MINUTE, {"ann": 10})
    assert (told.now.loads, told.now.promised, told.now.kept) == ({"ann": 5, "bo": 5}, 10, 10)


def test_who_is_not_there_has_nothing_and_others_have_it() -> None:
    told = compare(past(), replace(DRAFT, agents={"ann": DraftHand(there=())}))
    assert told.draft.loads == {"bo": 10}
    assert told.moved == 5
    assert [(one.now_agent, one.draft_agent) for one in told.examples] == [("ann", "bo")] * 5


def test_other_hours_leave_customers_without_an_answer() -> None:
    gone = {one: DraftHand(there=((9 * 60, 12 * 60 + 1),)) for one in ("ann", "bo")}
    told = compare(past(), replace(DRAFT, agents=gone))
    assert (told.draft.answers, told.draft.left) == (1, 9)
    assert (told.draft.promised, told.draft.kept) == (1, 1)


def test_capacity_and_skills_of_a_draft_count() -> None:
    nothing = compare(past(), replace(DRAFT, agents={"ann": DraftHand(capacity=0)}))
    assert nothing.draft.loads == {"bo": 10}
    asking = past(draft={"000": Route(id="000", name="R", team_id="crew", skills=("boats",))})
    assert compare(asking, DRAFT).draft.answers == 0
    able = compare(asking, replace(DRAFT, agents={"bo": DraftHand(skills=("boats",))}))
    assert able.draft.loads == {"bo": 10}


def test_what_no_route_fits_is_told_and_counted_on_no_side() -> None:
    told = compare(past(draft_of={}), DRAFT)
    assert (told.unrouted_now, told.unrouted_draft, told.draft.answers, told.draft.p50) == (0, 10, 0, None)


def test_a_day_on_which_nothing_happened() -> None:
    told: Comparison = compare(past(said=[], facts={}, now_of={}, draft_of={}), DRAFT)
    assert (told.tickets, told.really.answers, told.really.p95, told.now.waits) == (0, 0, None, [])


def test_a_service_levels_promise_counts_before_the_routes() -> None:
    strict = {f"t{number}": Facts(promised={12 * HOUR + number * 5 * MINUTE: MINUTE}) for number in range(10)}
    told = compare(past(facts=strict), DRAFT)
    assert (told.really.promised, told.really.kept) == (10, 0)


@settings(deadline=None)
@given(some.lists(some.integers(0, 10**9), min_size=1), some.floats(0.01, 1))
def test_a_quantile_keeps_just_that_share_within(values: list[int], share: float) -> None:
    found = quantile(sorted(values), share)
    assert found is not None
    assert sum(one <= found for one in values) >= ceil(share * len(values) - 1e-9)
    assert sum(one < found for one in values) <= share * len(values)


@settings(deadline=None)
@given(some.lists(some.integers(), max_size=400), some.integers(2, 101))
def test_thinning_keeps_the_ends_and_the_order(values: list[int], most: int) -> None:
    whole = sorted(values)
    found = thinned(whole, most)
    assert len(found) == min(len(whole), most)
    assert found == sorted(found)
    assert found[:1] == whole[:1]
    assert found[-1:] == whole[-1:]
