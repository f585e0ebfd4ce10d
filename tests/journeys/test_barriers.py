"""Every page without what hinders people whom axe-core doesn't know of: who reads in large or widely set letters or at 200 %, goes by
Tab, has colours of their own, or gets ill from motion."""

from collections.abc import Iterator

import pytest

from tests.journeys import test_inbox_pages, test_pages
from tests.journeys.barriers import cut_large, cut_words, unseen, visit
from tests.journeys.desk import Desk, desk
from tests.journeys.tour import Stop, Tour, tour

__all__ = ["desk", "tour"]

pytestmark = pytest.mark.long
EVERY = [pytest.param(stop, id=stop.name) for stop in (*test_inbox_pages.STOPS, *test_pages.STOPS)]


@pytest.mark.parametrize("stop", EVERY)
def test_no_words_are_cut_however_large_or_wide(tour: Tour, stop: Stop) -> None:
    visit(tour.page, tour.base, stop)
    wrong = cut_words(tour.page, stop)
    assert not wrong, "\n".join(wrong)


@pytest.fixture
def large(tour: Tour, desk: Desk) -> Iterator[Tour]:
    """The same window for somebody who likes large letters."""
    desk.office.patch("/me", {"text_size": "large"})
    yield tour
    desk.office.patch("/me", {"text_size": "normal"})


@pytest.mark.parametrize("stop", EVERY)
def test_no_words_are_cut_where_letters_are_large(large: Tour, stop: Stop) -> None:
    visit(large.page, large.base, stop)
    wrong = cut_large(large.page, stop)
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("stop", EVERY)
def test_everything_is_seen_and_hit_and_nothing_moves(tour: Tour, stop: Stop) -> None:
    visit(tour.page, tour.base, stop)
    wrong = unseen(tour.page, stop)
    assert not wrong, "\n".join(wrong)
