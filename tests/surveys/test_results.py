"""What ratings come to: distributions, how sure the figures are, parts, steps, the file, and who sees what."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lyhord.kit.clock import DAY
from lyhord.surveys import export, views
from lyhord.surveys.results import Counted, net_interval, parts_of, spread_of, steps_of
from lyhord.surveys.views import FIRST, Only, Place, RatingRow, Results, Wanted
from lyhord.workspaces.reach import EVERYTHING, Reach
from tests.surveys.conftest import Shop

ALL = Wanted()


def row(score: int | None, **more: object) -> Counted:
    given: dict[str, object] = dict.fromkeys(Counted._fields)
    given |= {"asked_at": 0, "kind": "csat", "about": "answer", "tags": (), "score": score, **more}
    return Counted(**given)  # type: ignore[arg-type]


def test_how_many_said_what_stands_beside_the_share() -> None:
    found = spread_of("csat", [row(one) for one in (1, 2, 3, 4, 5, 5, None, None)])
    assert (found.counts, found.n, found.asked) == ([1, 1, 1, 1, 2], 6, 8)
    assert found.figure == 50.0
    assert found.low == pytest.approx(18.8, abs=0.1)
    assert found.high == pytest.approx(81.2, abs=0.1)
    assert found.small


def test_nobody_is_no_figure() -> None:
    found = spread_of("nps", [row(None)])
    assert (found.figure, found.low, found.n, found.asked) == (None, None, 0, 1)


def test_a_net_score_has_its_interval() -> None:
    rows = [row(9)] * 50 + [row(7)] * 30 + [row(2)] * 20
    found = spread_of("nps", rows)
    assert found.figure == 30.0
    assert not found.small
    low, high = net_interval(50, 30, 20)
    assert (found.low, found.high) == (low, high)
    assert low < 30 < high
    assert high - low == pytest.approx(30.4, abs=0.5)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(0, 10), min_size=1, max_size=80))
def test_a_figure_lies_within_its_interval(scores: list[int]) -> None:
    for kind, rows in (("nps", scores), ("csat", [1 + one % 5 for one in scores])):
        found = spread_of(kind, [row(one) for one in rows])
        assert found.figure is not None
        assert found.low is not None
        assert found.high is not None
        assert sum(found.counts) == len(scores) == found.n
        if kind == "csat":
            assert found.low - 1e-9 <= found.figure <= found.high + 1e-9
        assert -100 <= found.low <= found.high <= 100


def test_parts_and_steps_hold_all_of_it() -> None:
    rows = [row(5, agent_id="a", tags=("vip", "new"), asked_at=0), row(1, agent_id="b", asked_at=DAY), row(None)]
    assert [(one.id, one.spread.n, one.spread.asked) for one in parts_of("csat", rows, "agent_id")] == [
        ("a", 1, 1),
        ("b", 1, 1),
        (None, 0, 1),
    ]
    assert {one.id for one in parts_of("csat", rows, "tags")} == {"vip", "new", None}
    steps = steps_of("csat", rows, {"1": 0, "2": DAY})
    assert [one.spread.asked for one in steps] == [2, 1]


async def _rated(shop: Shop, who: str, words: str) -> str:
    said = await shop.hear(who=who)
    await shop.resolve(said.conversation_id)
    await shop.hear(words, who=who)
    return said.conversation_id


async def _results(shop: Shop, reach: Reach = EVERYTHING, **only: str) -> Results:
    found: Results = await shop.read(views.show_results, reach, "csat", 28, Only(**only))
    return found


async def test_what_was_asked_and_answered_is_counted_within_reach(shop: Shop) -> None:
    await shop.survey()
    await _rated(shop, "ann", "5")
    await _rated(shop, "bo", "2, slow")
    said = await shop.hear(who="cat")
    await shop.resolve(said.conversation_id)
    found = await _results(shop)
    assert (found.now.counts, found.now.asked) == ([0, 1, 0, 0, 1], 3)
    assert [(one.id, one.spread.n) for one in found.agents] == [(shop.agent, 2)]
    assert [one.id for one in found.inboxes] == [shop.chat]
    assert sum(one.spread.n for one in found.steps) == 2
    assert found.before.asked == 0
    assert (await _results(shop, agent_id=shop.colleague)).now.asked == 0
    assert (await _results(shop, about="attitude")).now.asked == 0
    assert (await _results(shop, Reach(frozenset({shop.mail})))).now.asked == 0
    shop.clock.move(28 * DAY)
    later = await _results(shop)
    assert (later.now.n, later.before.n) == (0, 2)


async def _listed(
    shop: Shop, wanted: Wanted = ALL, reach: Reach = EVERYTHING, before: Place | None = None, most: int = 10
) -> tuple[list[RatingRow], Place | None]:
    found: tuple[list[RatingRow], Place | None] = await shop.read(
        views.list_ratings, reach, wanted, before or FIRST, most
    )
    return found


async def test_a_list_has_them_by_mark_and_words_and_goes_on(shop: Shop) -> None:
    await shop.survey()
    for who, words in (("ann", "5"), ("bo", "2, slow"), ("cat", "4, quick")):
        await _rated(shop, who, words)
        shop.clock.move(1_000)

    rows, more = await _listed(shop)
    assert [one.title for one in rows] == ["Cat", "Bo", "Ann"]
    assert more is None
    assert [one.rating.words for one in (await _listed(shop, Wanted(said=True)))[0]] == ["quick", "slow"]
    [bad], _ = await _listed(shop, Wanted(mark="bad"))
    assert (bad.title, bad.task) == ("Bo", "open")
    first, place = await _listed(shop, most=2)
    rest, _ = await _listed(shop, before=place, most=2)
    assert [one.title for one in (*first, *rest)] == ["Cat", "Bo", "Ann"]
    assert (await _listed(shop, reach=Reach(frozenset())))[0] == []
    names = await shop.read(export.read_names)
    text = export.header() + export.lines(rows, names)
    assert len(text.strip().splitlines()) == 4
    assert "slow" in text
    assert "Anna" in text


async def test_a_formula_in_a_rating_is_words_in_the_file(shop: Shop) -> None:
    await shop.survey()
    await _rated(shop, "ann", "5! =HYPERLINK(1)")
    rows, _ = await shop.read(views.list_ratings, EVERYTHING, Wanted(), FIRST, 10)
    assert "'=HYPERLINK(1)" in export.lines(rows, await shop.read(export.read_names))


async def test_a_contact_has_all_of_theirs(shop: Shop) -> None:
    await shop.survey()
    talk = await _rated(shop, "ann", "5")
    contact_id = (await shop.ticket(talk)).contact_id
    assert [one.rating.score for one in await shop.read(views.of_contact, EVERYTHING, contact_id)] == [5]
    assert await shop.read(views.of_contact, Reach(frozenset({shop.mail})), contact_id) == []
