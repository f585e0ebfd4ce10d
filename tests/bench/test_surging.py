"""A small surge: 3 agents, 60 people who write about one matter."""

from pathlib import Path

import pytest

from bench.surging import POLICIES, Plan, Policy, make_writers, quantile, run

SMALL = Plan(agents=3, more=2, contacts=60, usual=12)


def test_a_day_comes_again_as_it_was() -> None:
    first, again, other = make_writers(SMALL), make_writers(SMALL), make_writers(SMALL._replace(seed=2))
    assert first == again
    assert first != other
    assert sum(one.about_it for one in first) == 60


@pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: policy.name)
async def test_whoever_wrote_in_time_has_an_answer(policy: Policy, tmp_path: Path) -> None:
    outcome = await run(SMALL, policy, tmp_path)
    assert len(outcome.waits) + outcome.left == 60
    assert outcome.left == 0
    assert min(outcome.waits) >= 0
    if policy.surge:
        assert outcome.measures is not None
        assert outcome.measures.members == 60
        assert outcome.measures.told > 0
        assert 0 < outcome.measures.by_group <= 60
        usual = await run(SMALL, POLICIES[-1], tmp_path)
        assert quantile(outcome.waits, 0.95) < quantile(usual.waits, 0.95)
        assert outcome.by_hand < usual.by_hand
        assert quantile(outcome.others, 0.95) <= quantile(usual.others, 0.95)
