"""A small day of routing: 5 agents, 300 messages."""

import pytest

from bench.queueing import CLOSES, OPENS, POLICIES, Policy, make_day, run
from lyhord.kit.clock import HOUR


@pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: policy.name)
def test_everybody_is_answered_once_for_each_message(policy: Policy) -> None:
    day = make_day(5, 300)
    outcome = run(day, policy)
    assert sum(len(talk.answers) for talk in day.talks) == 300
    assert len({(one.talk_id, one.n) for one in outcome.answers}) == len(outcome.answers)
    assert len(outcome.answers) + len(outcome.left) <= 300
    assert min(one.waited for one in outcome.answers) > 0
    assert outcome.over == 0
    late = [talk for talk in day.talks if talk.comes_at > CLOSES - 2 * HOUR]
    assert len(outcome.left) <= len(late), "who wrote before the last hours has an answer"


def test_a_day_comes_again_as_it_was() -> None:
    first, again = (run(make_day(5, 300), POLICIES[0]) for _ in range(2))
    assert first == again
    assert run(make_day(5, 300, seed=2), POLICIES[0]).answers != first.answers


def test_who_is_known_comes_to_who_knows_them_more_often_than_by_chance() -> None:
    day = make_day(20, 1_200)
    routed, taken = run(day, POLICIES[0]), run(day, POLICIES[2])
    assert routed.known / routed.knowable > 2 * taken.known / taken.knowable
    assert all(OPENS <= talk.comes_at < CLOSES for talk in day.talks)
