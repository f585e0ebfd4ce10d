"""A small surge: 3 agents, 60 people who write about one matter."""

from pathlib import Path

from bench.surging import POLICIES, Plan, make_writers, quantile, run

SMALL = Plan(agents=3, more=2, contacts=60, usual=12, hours=4)


def test_a_day_comes_again_as_it_was() -> None:
    first, again, other = make_writers(SMALL), make_writers(SMALL), make_writers(SMALL._replace(seed=2))
    assert first == again
    assert first != other
    assert sum(one.about_it for one in first) == 60


async def test_surge_mode_answers_everybody_sooner_and_with_fewer_hands(tmp_path: Path) -> None:
    mode, _, usual = POLICIES
    led, left = await run(SMALL, mode, tmp_path), await run(SMALL, usual, tmp_path)
    for outcome in (led, left):
        assert (len(outcome.waits), outcome.left) == (60, 0)
        assert min(outcome.waits) >= 0
    assert led.measures is not None
    assert 40 < led.measures.members <= 60, "who was answered before it began isn't in it"
    assert 0 < led.measures.by_group < led.measures.members
    assert led.measures.told > 0
    assert quantile(led.waits, 0.95) < quantile(left.waits, 0.95)
    assert led.by_hand < left.by_hand
    assert quantile(led.others, 0.95) <= quantile(left.others, 0.95)
