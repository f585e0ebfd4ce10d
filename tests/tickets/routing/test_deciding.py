"""Who gets a ticket: the pure rules, against a plain slow model."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from msgspec import structs

from lyhord.kit.clock import MINUTE
from lyhord.tickets.routing.deciding import deal, decide, find_route, has_word, is_left, order
from lyhord.tickets.routing.model import Decision, Member, Queued, Route, World

NOW = 1_000 * MINUTE
TEAM, OTHER = "crew", "help"
SKILLS, LANGUAGES, INBOXES = ("cars", "boats"), ("en", "sv"), ("in", "out")


def route(**more: Any) -> Route:
    return Route(**{"id": "r", "name": "R", "team_id": TEAM, **more})


def waits(ticket_id: str = "t", **more: Any) -> Queued:
    return Queued(**{"ticket_id": ticket_id, "route_id": "r", "due_at": NOW, "queued_at": NOW, **more})


def there(agent_id: str, **more: Any) -> Member:
    return Member(**{"id": agent_id, "present": True, **more})


def world(*members: Member, by: Route | None = None, others: tuple[Member, ...] = ()) -> World:
    teams = {TEAM: tuple(one.id for one in members), OTHER: tuple(one.id for one in others)}
    return World({"r": by or route()}, {one.id: one for one in (*members, *others)}, teams)


def who(*members: Member, one: Queued | None = None, by: Route | None = None) -> str | None:
    return decide(world(*members, by=by), one or waits(), NOW).agent_id


def test_who_has_least_of_what_they_can_carry_gets_it() -> None:
    assert who(there("a", load=2), there("b", load=1)) == "b"
    assert who(there("a", load=2, capacity=10), there("b", load=1, capacity=2)) == "a"


def test_in_turn_the_one_who_got_nothing_for_longest_gets_it() -> None:
    assert who(there("a", given_at=5), there("b", given_at=4, load=5), by=route(way="turn")) == "b"


def test_everybody_has_their_turn() -> None:
    queue = [waits(f"t{number}") for number in range(6)]
    given_to = [one.agent_id for one in deal(world(*map(there, "abc"), by=route(way="turn")), queue, NOW)]
    assert given_to == ["a", "b", "c", "a", "b", "c"]


def test_who_had_the_customer_last_gets_them_again_while_there_is_room() -> None:
    known = waits(known_id="b")
    assert decide(world(there("a"), there("b", load=5)), known, NOW).outcome == "known"
    assert who(there("a"), there("b", load=5), one=known) == "b"
    assert who(there("a"), there("b", load=6), one=known) == "a"
    assert who(there("a"), there("b", present=False), one=known) == "a"
    assert who(there("a"), there("b", load=5), one=known, by=route(known=False)) == "a"


def test_each_is_told_why_not_they() -> None:
    members = (
        there("away", present=False, skills=frozenset({"cars"})),
        there("full", load=6, skills=frozenset({"cars"})),
        there("unskilled"),
        there("blind", inbox_ids=frozenset({"out"}), skills=frozenset({"cars"})),
    )
    told = decide(world(*members, by=route(skills=("cars",))), waits(inbox_id="in"), NOW)
    assert told.agent_id is None
    assert told.outcome == "queued"
    assert {one.agent_id: one.no for one in told.considered} == {
        "away": "absent",
        "full": "full",
        "unskilled": "skills",
        "blind": "reach",
    }


def test_a_language_that_nobody_answers_in_keeps_nobody_waiting() -> None:
    by, one = route(by_language=True), waits(language="fi")
    assert who(there("a", languages=frozenset({"sv"})), one=one, by=by) == "a"
    assert who(there("a", languages=frozenset({"sv"})), there("b", languages=frozenset({"fi"})), one=one, by=by) == "b"
    away = there("b", languages=frozenset({"fi"}), present=False)
    assert who(there("a", languages=frozenset({"sv"})), away, one=one, by=by) is None


def test_another_team_helps_out_after_a_while() -> None:
    by = route(overflow_team_id=OTHER, overflow_minutes=10)
    full, helper = there("a", load=6), there("z")
    early = decide(world(full, by=by, others=(helper,)), waits(queued_at=NOW - 10 * MINUTE + 1), NOW)
    late = decide(world(full, by=by, others=(helper,)), waits(queued_at=NOW - 10 * MINUTE), NOW)
    assert (early.agent_id, early.team_id, early.outcome) == (None, TEAM, "queued")
    assert (late.agent_id, late.team_id, late.outcome) == ("z", OTHER, "overflow")
    assert decide(world(there("a"), by=by, others=(helper,)), waits(queued_at=0), NOW).agent_id == "a"


def test_what_weighs_more_than_somebody_can_carry_is_all_that_they_carry() -> None:
    assert who(there("a", capacity=1), one=waits(weight=5)) == "a"
    assert who(there("a", capacity=1, load=1), one=waits(weight=5)) is None
    assert who(there("a", capacity=0), one=waits()) is None


def test_who_was_promised_an_answer_sooner_comes_first() -> None:
    queue = [waits("late", due_at=NOW + 2), waits("b", due_at=NOW + 1), waits("a", due_at=NOW + 1)]
    dealt = deal(world(there("x", capacity=2)), queue, NOW)
    assert [(one.ticket_id, one.agent_id) for one in dealt] == [("a", "x"), ("b", "x"), ("late", None)]


def test_the_first_route_that_fits_takes_it() -> None:
    routes = [route(id="words", words=("invoice",)), route(id="filter"), route(id="rest")]
    filtered = {"words": {"t"}, "filter": {"u"}, "rest": {"t", "u"}}
    assert [found.id for text in ("My INVOICE!", "Hi") if (found := find_route(routes, "t", filtered, text))] == [
        "words",
        "rest",
    ]
    assert find_route(routes[:1], "u", filtered, "invoice") is None


@pytest.mark.parametrize(
    ("words", "text", "found"),
    [
        (("bill",), "The  Bill, please", True),
        (("bill",), "billing", False),
        (("no luck",), "I had no\nluck", True),
        (("över",), "överallt", False),
        (("över",), "Det är ÖVER nu", True),
        (("退款",), "我要退款了", True),
        (("a+",), "aaa", False),
    ],
)
def test_a_word_is_found_whole(words: tuple[str, ...], text: str, *, found: bool) -> None:
    assert has_word(words, text) == found


def test_a_customer_goes_back_who_waited_long_for_somebody_absent() -> None:
    by = route(return_minutes=30)
    waiting, gone = NOW - 40 * MINUTE, NOW - 30 * MINUTE
    assert is_left(waiting, gone, None, NOW, by)
    assert not is_left(waiting, gone + 1, None, NOW, by)
    assert not is_left(NOW - MINUTE, 0, None, NOW, by)
    assert not is_left(None, 0, None, NOW, by)
    assert not is_left(waiting, gone, NOW + 29 * MINUTE, NOW, by)
    assert is_left(waiting, gone, NOW + 30 * MINUTE, NOW, by)
    assert not is_left(waiting, gone, None, NOW, route(return_minutes=None))


_members = some.builds(
    Member,
    id=some.just(""),
    present=some.booleans(),
    capacity=some.integers(0, 6),
    load=some.integers(0, 8),
    skills=some.frozensets(some.sampled_from(SKILLS)),
    languages=some.frozensets(some.sampled_from(LANGUAGES)),
    given_at=some.integers(0, 3),
    inbox_ids=some.none() | some.frozensets(some.sampled_from(INBOXES)),
)
_routes = some.builds(
    Route,
    id=some.just(""),
    name=some.just("R"),
    team_id=some.just(TEAM),
    skills=some.sampled_from([(), ("cars",), SKILLS]),
    by_language=some.booleans(),
    known=some.booleans(),
    way=some.sampled_from(["least", "turn"]),
    overflow_team_id=some.sampled_from([None, OTHER]),
    overflow_minutes=some.integers(0, 2),
)


@some.composite
def scenes(draw: some.DrawFn) -> tuple[World, list[Queued]]:
    """A few agents in two teams that may share some, a few routes, and a queue."""
    ids = [f"agent{number}" for number in range(draw(some.integers(1, 6)))]
    members = {one: structs.replace(draw(_members), id=one) for one in ids}
    routes = {one: structs.replace(draw(_routes), id=one) for one in ("r0", "r1")}
    teams = {team: tuple(sorted(draw(some.sets(some.sampled_from(ids))))) for team in (TEAM, OTHER)}
    queue = [
        Queued(
            ticket_id=f"t{number}",
            route_id=draw(some.sampled_from(sorted(routes))),
            due_at=draw(some.integers(0, 4)),
            queued_at=NOW - draw(some.integers(0, 3)) * MINUTE,
            weight=draw(some.integers(1, 4)),
            inbox_id=draw(some.sampled_from([None, *INBOXES])),
            language=draw(some.sampled_from([None, "en", "sv", "fi"])),
            known_id=draw(some.sampled_from([None, *ids])),
        )
        for number in range(draw(some.integers(0, 8)))
    ]
    return World(routes, members, teams), queue


def may_have(found: World, one: Queued, agent_id: str, team: str, load: int) -> bool:
    """Whether somebody may have a ticket, said as plainly as can be."""
    by, agent = found.routes[one.route_id], found.members[agent_id]
    speakers = [other for other in found.teams[team] if one.language in found.members[other].languages]
    return (
        agent.present
        and agent.capacity >= 1
        and load + min(one.weight, agent.capacity) <= agent.capacity
        and all(skill in agent.skills for skill in by.skills)
        and (not by.by_language or not speakers or agent_id in speakers)
        and (agent.inbox_ids is None or one.inbox_id is None or one.inbox_id in agent.inbox_ids)
    )


def slow(found: World, queue: list[Queued]) -> list[tuple[str, str | None, str]]:
    """Ticket, agent and team, one ticket after another, each time looking at everybody anew."""
    loads = {one: member.load for one, member in found.members.items()}
    turns = sorted(found.members, key=lambda one: (found.members[one].given_at, one))
    dealt = []
    for one in sorted(queue, key=lambda one: (one.due_at, one.ticket_id)):
        by = found.routes[one.route_id]
        late = NOW - one.queued_at >= by.overflow_minutes * MINUTE
        teams = [TEAM, OTHER] if by.overflow_team_id and late else [TEAM]
        got, from_team = None, TEAM
        for team in teams:
            pool = [
                other
                for other in found.teams[team]
                if may_have(found, one, other, team, loads[other]) and (team == TEAM or other not in found.teams[TEAM])
            ]
            if not pool:
                continue
            from_team = team
            if by.known and one.known_id in pool:
                got = one.known_id
            elif by.way == "turn":
                got = min(pool, key=turns.index)
            else:
                got = min(pool, key=lambda other: (loads[other] / found.members[other].capacity, turns.index(other)))
            break
        if got is not None:
            loads[got] += min(one.weight, found.members[got].capacity)
            turns.remove(got)
            turns.append(got)
        dealt.append((one.ticket_id, got, from_team))
    return dealt


@settings(deadline=None)
@given(scenes())
def test_it_decides_as_the_plain_model_does(scene: tuple[World, list[Queued]]) -> None:
    found, queue = scene
    ours = [(one.ticket_id, one.agent_id, one.team_id) for one in deal(found, queue, NOW)]
    assert ours == slow_with_language(found, queue)


def slow_with_language(found: World, queue: list[Queued]) -> list[tuple[str, str | None, str]]:
    """The model; helpers who are in both teams are asked in their own alone, also for what they speak."""
    helpers = tuple(one for one in found.teams[OTHER] if one not in found.teams[TEAM])
    return slow(structs.replace(found, teams={**found.teams, OTHER: helpers}), queue)


@settings(deadline=None)
@given(scenes())
def test_nobody_gets_what_they_cannot_do(scene: tuple[World, list[Queued]]) -> None:
    found, queue = scene
    got = deal(found, queue, NOW)
    by_ticket = {one.ticket_id: one for one in queue}
    loads = {one: member.load for one, member in found.members.items()}
    for one in got:
        if one.agent_id is not None:
            agent, by = found.members[one.agent_id], found.routes[one.route_id]
            loads[agent.id] += one.weight
            assert agent.present
            assert loads[agent.id] <= agent.capacity
            assert agent.skills.issuperset(by.skills)
            assert agent.inbox_ids is None or by_ticket[one.ticket_id].inbox_id in {None, *agent.inbox_ids}


@settings(deadline=None)
@given(scenes(), some.randoms())
def test_the_order_in_which_it_hears_of_tickets_changes_nothing(scene: tuple[World, list[Queued]], dice: Any) -> None:
    found, queue = scene
    shuffled = list(queue)
    dice.shuffle(shuffled)
    turned = structs.replace(found, members=dict(reversed(list(found.members.items()))))
    assert deal(turned, shuffled, NOW) == deal(found, queue, NOW)


@settings(deadline=None)
@given(scenes())
def test_every_ticket_has_a_team_and_none_passes_another_that_asks_the_same(scene: tuple[World, list[Queued]]) -> None:
    found, queue = scene
    alike = [
        structs.replace(one, inbox_id=None, language=None, weight=1, queued_at=NOW, route_id="r0") for one in queue
    ]
    dealt: list[Decision] = deal(found, alike, NOW)
    assert all(one.team_id for one in dealt)
    assert [one.ticket_id for one in dealt] == [one.ticket_id for one in sorted(alike, key=order)]
    given_to = [one.agent_id is not None for one in dealt]
    assert given_to == sorted(given_to, reverse=True)
