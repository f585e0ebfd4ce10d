"""A day replayed: the same each time, nobody answered twice or by two at once, and by the rules that decide every day."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as some

from lyhord.kit.clock import HOUR, MINUTE
from lyhord.tickets.routing.model import Member, Route
from lyhord.tickets.routing.replay import Hand, Rules, Talk, replay


def talk(key: str, comes_at: int, *answers: int, **more: Any) -> Talk:
    """A customer who writes as soon as they are answered, as often as there are answers; minutes."""
    took = tuple(one * MINUTE for one in answers or (1,))
    return Talk(**{"id": key, "comes_at": comes_at * MINUTE, "answers": took, "gaps": (0,) * len(took), **more})


def hand(key: str, *there: tuple[int, int], **more: Any) -> Hand:
    return Hand(
        Member(id=key, present=False, **more),
        tuple((begins * MINUTE, ends * MINUTE) for begins, ends in there or ((0, 600),)),
    )


def rules(*hands: Hand, helpers: tuple[Hand, ...] = (), talks: tuple[str, ...] = ("t",), **more: Any) -> Rules:
    teams = {"crew": tuple(one.member.id for one in hands), "help": tuple(one.member.id for one in helpers)}
    return Rules(
        routes={"r": Route(**{"id": "r", "name": "R", "team_id": "crew", **more})},
        route_of=dict.fromkeys(talks, "r"),
        teams=teams,
        hands={one.member.id: one for one in (*hands, *helpers)},
    )


def test_who_comes_while_somebody_is_free_waits_as_long_as_the_answer_takes() -> None:
    outcome = replay([talk("t", 5, 2)], rules(hand("a")))
    assert [(one.agent_id, one.waited) for one in outcome.answers] == [("a", 2 * MINUTE)]
    assert outcome.left == {}


def test_who_writes_again_comes_to_the_same_agent_while_they_are_there() -> None:
    outcome = replay([talk("t", 5, 2, 3)], rules(hand("a"), hand("b")))
    assert [(one.agent_id, one.n) for one in outcome.answers] == [("a", 0), ("a", 1)]


def test_who_knows_the_customer_gets_them_and_it_is_counted() -> None:
    outcome = replay([talk("t", 5, known_id="b")], rules(hand("a"), hand("b")))
    assert (outcome.owners, outcome.known, outcome.knowable) == ({"t": "b"}, 1, 1)
    absent = replay([talk("t", 5, known_id="b")], rules(hand("a"), hand("b", (300, 600))))
    assert (absent.owners, absent.known, absent.knowable) == ({"t": "a"}, 0, 0)


def test_who_is_full_gets_the_next_when_free_in_the_order_of_what_was_promised() -> None:
    later, sooner = talk("slow", 6), talk("soon", 7, promised=5 * MINUTE)
    outcome = replay(
        [talk("first", 5, 10), later, sooner], rules(hand("a", capacity=1), talks=("first", "slow", "soon"))
    )
    assert [one.talk_id for one in outcome.answers] == ["first", "soon", "slow"]


def test_another_team_helps_out_after_the_minutes_that_the_route_says() -> None:
    busy = rules(
        hand("a", capacity=1),
        helpers=(hand("h"),),
        talks=("first", "t"),
        overflow_team_id="help",
        overflow_minutes=10,
    )
    outcome = replay([talk("first", 0, 60), talk("t", 5)], busy)
    assert [(one.talk_id, one.agent_id, one.waited) for one in outcome.answers if one.talk_id == "t"] == [
        ("t", "h", 11 * MINUTE)
    ]


def test_who_waits_for_somebody_gone_goes_to_another_when_the_route_says() -> None:
    ends = rules(hand("a", (0, 10)), hand("b", (5, 600)), return_minutes=30)
    outcome = replay([talk("t", 0, 1, 1, gaps=(0, 15 * MINUTE))], ends)
    assert [(one.agent_id, one.waited) for one in outcome.answers] == [("a", MINUTE), ("b", 31 * MINUTE)]
    never = rules(hand("a", (0, 10)), hand("b", (5, 600)), return_minutes=None)
    assert list(replay([talk("t", 0, 1, 1, gaps=(0, 15 * MINUTE))], never).left) == ["t"]


def test_what_came_before_the_day_is_waited_for_since_then() -> None:
    outcome = replay([talk("t", 0, 1, waits_since=-5 * HOUR)], rules(hand("a")))
    assert [one.waited for one in outcome.answers] == [5 * HOUR + MINUTE]


def test_what_no_route_fits_is_left_out() -> None:
    outcome = replay([talk("other", 5)], rules(hand("a")))
    assert (outcome.answers, outcome.left) == ([], {})


@some.composite
def days(draw: some.DrawFn) -> tuple[list[Talk], Rules]:
    """A few agents in two teams, a few customers, two routes."""
    keys = [f"a{number}" for number in range(draw(some.integers(1, 4)))]
    hands = {}
    for key in keys:
        begins = draw(some.integers(0, 300))
        there = ((begins * MINUTE, (begins + draw(some.integers(1, 300))) * MINUTE),)
        member = Member(id=key, present=False, capacity=draw(some.integers(0, 4)), languages=frozenset({"en"}))
        hands[key] = Hand(member, there)
    talks = [
        Talk(
            id=f"t{number:02}",
            comes_at=draw(some.integers(0, 500)) * MINUTE,
            answers=tuple(draw(some.lists(some.integers(1, 20 * MINUTE), min_size=1, max_size=3))),
            gaps=(0, MINUTE, 20 * MINUTE),
            weight=draw(some.integers(1, 3)),
            known_id=draw(some.sampled_from([*keys, None])),
            owner=draw(some.sampled_from([*keys, None])),
        )
        for number in range(draw(some.integers(0, 12)))
    ]
    routes = {
        key: Route(
            id=key,
            name=key,
            team_id=team,
            way=draw(some.sampled_from(["least", "turn"])),
            overflow_team_id=draw(some.sampled_from([other, None])),
            overflow_minutes=draw(some.sampled_from([0, 10])),
            return_minutes=draw(some.sampled_from([None, 5])),
        )
        for key, team, other in (("r0", "x", "y"), ("r1", "y", "x"))
    }
    teams = {"x": tuple(keys[: len(keys) // 2 + 1]), "y": tuple(keys[len(keys) // 2 :])}
    route_of = {one.id: draw(some.sampled_from(["r0", "r1"])) for one in talks}
    return talks, Rules(routes=routes, route_of=route_of, teams=teams, hands=hands)


@settings(deadline=None)
@given(days())
def test_every_day_goes_alike_each_time_and_by_the_rules(day: tuple[list[Talk], Rules]) -> None:
    talks, by = day
    outcome = replay(talks, by)
    assert replay(list(reversed(talks)), by) == outcome
    assert outcome.over == 0
    known = {one.id: one for one in talks}
    numbers: dict[str, list[int]] = {}
    for one in outcome.answers:
        numbers.setdefault(one.talk_id, []).append(one.n)
        assert one.waited >= known[one.talk_id].answers[one.n]
        team = by.routes[by.route_of[one.talk_id]]
        near = {*by.teams[team.team_id], *by.teams.get(team.overflow_team_id or "", ()), known[one.talk_id].owner}
        assert one.agent_id in near
    assert all(its == list(range(len(its))) for its in numbers.values())
    done = {key for key, its in numbers.items() if len(its) == len(known[key].answers)}
    assert done.isdisjoint(outcome.left)
    assert done | outcome.left.keys() == known.keys()


@settings(deadline=None)
@given(days())
def test_nobody_answers_two_at_once(day: tuple[list[Talk], Rules]) -> None:
    talks, by = day
    known = {one.id: one for one in talks}
    for key, hand_ in by.hands.items():
        its = [one for one in replay(talks, by).answers if one.agent_id == key]
        busy = sum(known[one.talk_id].answers[one.n] for one in its)
        there = sum(ends - begins for begins, ends in hand_.there)
        assert busy <= there + max((known[one.talk_id].answers[one.n] for one in its), default=0)
