"""Themes grow where their share does, keep their ids, and communities are found that nobody counted."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as some

from lyhord.hearing.themes.clusters import Task, find_clusters
from lyhord.hearing.themes.community import communities_of
from lyhord.hearing.themes.jobs import found_of
from lyhord.hearing.themes.model import GROWING, NEW, STEADY, Found, Known, Member, chance_of, is_same, match, trends_of
from lyhord.hearing.themes.naming import key_words, words_in
from lyhord.hearing.themes.reading import Uncovered, first_id_after, says_something
from lyhord.kit.ids import new_id


def theme(*ids: str, words: Sequence[str] = ("vat",)) -> Found:
    return Found(tuple(words), tuple(Member(one, f"c{one}", 3) for one in ids))


def test_a_share_that_grows_is_believed_and_a_week_with_more_of_everything_is_not() -> None:
    looked_at = (100, 100, 100, 100)
    assert [one for one, _ in trends_of([(0, 0, 0, 8), (2, 1, 2, 14), (5, 6, 4, 6)], looked_at)] == [
        NEW,
        GROWING,
        STEADY,
    ]
    assert trends_of([(5, 5, 5, 20)], (100, 100, 100, 400))[0][0] == STEADY


def test_without_weeks_before_nothing_grows() -> None:
    assert trends_of([(0, 0, 0, 9)], (0, 0, 0, 30)) == [(STEADY, 1.0)]
    assert trends_of([], (0, 0, 0, 0)) == []


def test_the_chance_is_fishers() -> None:
    # As R's fisher.test(matrix(c(8, 2, 1, 5), 2, byrow = TRUE), alternative = "greater") has it.
    assert abs(chance_of(8, 10, 1, 6) - 0.02447552) < 1e-7


@given(some.integers(0, 40), some.integers(0, 40), some.integers(0, 60), some.integers(0, 60))
def test_a_chance_is_one_and_falls_with_what_is_said(part: int, before: int, rest: int, rest_before: int) -> None:
    whole, whole_before = part + rest, before + rest_before
    now = chance_of(part, whole, before, whole_before)
    assert 0 <= now <= 1
    if rest:
        assert chance_of(part + 1, whole, before, whole_before) <= now + 1e-9


def test_a_theme_stays_the_same_by_its_messages_or_by_its_words() -> None:
    known = Known("one", ("vat", "receipt", "tax"), frozenset("abcdef"))
    assert is_same(theme("a", "b", "c", "x", words=("other",)), known)
    assert not is_same(theme("a", "x", "y", "z", words=("other",)), known)
    assert is_same(theme("x", "y", "z", words=("vat", "receipt", "tax", "bill")), known)


def test_each_id_goes_to_the_theme_that_shares_most() -> None:
    known = [Known("one", (), frozenset("abcd"))]
    assert match([theme("a", "b", words=("p",)), theme("b", "c", "d", words=("q",))], known) == [None, "one"]


def test_two_cliques_are_two_communities() -> None:
    graph = [{other: 1.0 for other in range(8) if other != one and other // 4 == one // 4} for one in range(8)]
    graph[3][4] = graph[4][3] = 0.1
    assert communities_of(graph) == [0, 0, 0, 0, 1, 1, 1, 1]


@given(some.lists(some.tuples(some.integers(0, 9), some.integers(0, 9), some.floats(0.01, 3)), max_size=30))
def test_communities_are_never_larger_than_what_hangs_together(edges: list[tuple[int, int, float]]) -> None:
    graph: list[dict[int, float]] = [{} for _ in range(10)]
    for one, other, much in edges:
        if one != other:
            graph[one][other] = graph[other][one] = much
    found = communities_of(graph)
    assert found == communities_of(graph)
    for one in range(10):
        reached, wave = {one}, {one}
        while wave:
            wave = {other for each in wave for other in graph[each]} - reached
            reached |= wave
        assert {at for at in range(10) if found[at] == found[one]} <= reached


VAT = "I need a receipt with VAT for my company {}"
BIKE = "Does the bicycle rack fit the model with the towing hook {}"
PARCEL = "Where is the parcel that I ordered last week {}"
ENDS = ("please", "today", "again", "thanks so much", "for our books", "as we said", "by Friday")


def test_what_is_alike_is_found_and_named_by_words_of_several_customers() -> None:
    texts = [one.format(end) for one in (VAT, BIKE, PARCEL) for end in ENDS] + ["Zanzibar has a harbour of stone"]
    whose = tuple(f"c{at}" for at in range(len(texts)))
    found = find_clusters(Task(tuple(texts), whose, ("en",) * len(texts)))
    assert sorted(sorted(one.places) for one in found) == [list(range(7)), list(range(7, 14)), list(range(14, 21))]
    names = {min(one.places): set(one.words) for one in found}
    assert {"receipt", "vat"} & names[0]
    assert {"bicycle", "rack"} & names[7]
    assert all(len(one.medoids) == 3 and set(one.medoids) <= set(one.places) for one in found)


def test_one_customer_who_writes_often_is_no_theme() -> None:
    texts = tuple(VAT.format(end) for end in ENDS)
    assert find_clusters(Task(texts, ("c",) * len(texts), ("en",) * len(texts))) == []


def test_a_name_that_few_customers_use_is_no_name() -> None:
    texts = ["Ragnhild wants the yellow cable"] * 2 + ["the yellow cable is broken"] * 3 + ["where is it"] * 5
    [words] = key_words(texts, [str(at) for at in range(10)], [range(5)])
    assert "yellow" in words
    assert "ragnhild" not in words


def test_words_are_small_and_of_chinese_pairs_of_signs() -> None:
    assert words_in("My Invoice 2024, ok?") == {"invoice"}
    assert words_in("开发票") == {"开发", "发票"}


def test_greetings_say_nothing() -> None:
    assert not says_something("Hi there, thanks")
    assert not says_something("谢谢")
    assert says_something("I need a receipt with VAT")
    assert says_something("请问怎么开发票？")


def test_the_id_after_is_the_next_one() -> None:
    one = new_id()
    assert first_id_after(one) > one
    assert first_id_after("00000000-0000-0000-0000-0000000000ff") == "00000000-0000-0000-0000-000000000100"


def test_places_become_messages_in_order_of_time() -> None:
    from lyhord.hearing.themes.clusters import Cluster

    said = [Uncovered(one, f"c{one}", 3, "", "") for one in "cab"]
    found = found_of(Cluster((0, 1, 2), (2,), ("vat",)), said)
    assert [(one.message_id, one.example) for one in found.members] == [("a", None), ("b", 0), ("c", None)]
