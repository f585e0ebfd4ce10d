"""Noise is called noise, and a change a change: as often as promised."""

import random
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lyhord.insights.pictures.model import Row
from lyhord.insights.pictures.noise import count_changed, dispersion, share_changed, sure
from lyhord.insights.pictures.saying import sentences_of


def test_counts_are_compared_by_the_exact_binomial() -> None:
    assert count_changed(8, 2) == pytest.approx(2 * sum(comb(10, k) for k in range(3)) / 1024)
    assert count_changed(5, 5) == 1.0
    assert count_changed(0, 0) == 1.0
    assert count_changed(10, 0) == pytest.approx(2 / 1024)


@given(st.integers(0, 400), st.integers(0, 400))
def test_what_is_now_and_what_was_before_may_be_exchanged(now: int, before: int) -> None:
    assert count_changed(now, before) == pytest.approx(count_changed(before, now))


def test_large_counts_are_approximated_and_go_on_where_small_ones_end() -> None:
    assert count_changed(1_060, 940) == pytest.approx(count_changed(1_061, 941), rel=0.05)


def test_varied_days_make_a_change_less_sure() -> None:
    assert count_changed(160, 120) < 0.05 < count_changed(160, 120, 4.0)


def test_days_that_vary_as_chance_has_it_have_a_dispersion_of_one_and_bursts_have_more() -> None:
    chance = random.Random(7)
    calm = [sum(chance.random() < 0.02 for _ in range(1_000)) for _ in range(56)]
    assert dispersion(calm[:28], calm[28:]) < 1.6
    bursts = [one * (6 if day % 9 == 0 else 1) for day, one in enumerate(calm)]
    assert dispersion(bursts[:28], bursts[28:]) > 10
    weekly = [(40, 38, 41, 40, 39, 5, 4)[day % 7] for day in range(56)]
    assert dispersion(weekly[:28], weekly[28:]) == 1.0, "a week has its shape: that is no burst"
    assert dispersion([], []) == 1.0


def test_shares_are_compared_by_fishers_exact_test() -> None:
    assert share_changed(3, 4, 1, 4) == pytest.approx(0.485714, abs=1e-5)  # the lady who tasted tea, two-sided
    assert share_changed(0, 0, 5, 9) == 1.0
    assert share_changed(5, 5, 7, 7) == 1.0


def test_of_findings_among_noise_few_are_false() -> None:
    chance = random.Random(11)
    false = found = 0
    for _ in range(60):
        rates = [30.0] * 30 + [90.0] * 5
        before = [sum(chance.random() < 0.03 for _ in range(1_000)) for _ in rates]
        now = [sum(chance.random() < rate / 1_000 for _ in range(1_000)) for rate in rates]
        held = sure([count_changed(one, other) for one, other in zip(now, before, strict=True)])
        false += sum(held[:30])
        found += sum(held)
    assert found >= 5 * 60 * 0.95, "what trebled is found"
    assert false / found <= 0.07


def test_nothing_is_sure_of_nothing() -> None:
    assert sure([]) == []
    assert sure([0.9, 0.5]) == [False, False]
    assert sure([0.001, 0.9]) == [True, False]


def row(key: str, now: int, before: int, *, held: bool) -> Row:
    return Row(key=key, part=now, whole=now, part_before=before, whole_before=before, chance=0.001, sure=held)


def test_the_greatest_sure_changes_are_said() -> None:
    rows = [row("a", 50, 40, held=False), row("b", 30, 90, held=True), row("c", 12, 0, held=True)]
    said = sentences_of("count", row("", 92, 130, held=True), rows)
    assert [(one.text, one.key, one.percent) for one in said] == [
        ("fewer", "", 29),
        ("fewer", "b", 67),
        ("new", "c", 0),
    ]


def test_where_there_was_nothing_before_that_is_said_once() -> None:
    said = sentences_of("count", row("", 90, 0, held=True), [row("a", 60, 0, held=True), row("b", 30, 0, held=True)])
    assert [(one.text, one.key, one.now) for one in said] == [("new", "", 90)]


def test_where_nothing_is_sure_that_is_said() -> None:
    assert sentences_of("count", row("", 5, 6, held=False), [row("a", 5, 6, held=False)])[0].text == "calm"
    assert sentences_of("count", row("", 0, 0, held=False), [])[0].text == "nothing"


def test_shares_are_told_in_percent() -> None:
    worse = Row(key="x", part=10, whole=100, part_before=30, whole_before=100, chance=0.001, sure=True)
    said = sentences_of("share", worse, [])
    assert [(one.text, one.now, one.before) for one in said] == [("lower", 10.0, 30.0)]
