"""Every page without what hinders people whom axe-core doesn't know of: who reads in large or widely set letters or at 200 %, goes by
Tab, has colours of their own, or gets ill from motion."""

import pytest

from tests.journeys import test_inbox_pages, test_pages
from tests.journeys.barriers import cut_words, unseen, visit
from tests.journeys.desk import browser, desk, post_office
from tests.journeys.tour import Stop, Tour, tour

__all__ = ["browser", "desk", "post_office", "tour"]

DAILY = {"conversation-both", "settings-profile", "new"}
EVERY = [
    pytest.param(stop, id=stop.name, marks=() if stop.name in DAILY else pytest.mark.long)
    for stop in (*test_inbox_pages.STOPS, *test_pages.STOPS)
]


@pytest.mark.parametrize("stop", EVERY)
def test_no_words_are_cut_however_large_or_wide(tour: Tour, stop: Stop) -> None:
    visit(tour.page, tour.base, stop)
    assert cut_words(tour.page, stop) == []


@pytest.mark.parametrize("stop", EVERY)
def test_everything_is_seen_and_hit_and_nothing_moves(tour: Tour, stop: Stop) -> None:
    visit(tour.page, tour.base, stop)
    assert unseen(tour.page, stop) == []
