"""What people answer to a survey, in five languages; and what is no answer."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lyhord.surveys.model import SCALES, mark_of
from lyhord.surveys.understanding import Understood, needs_person, parse, understand

CSAT: dict[str, tuple[int, str]] = {
    "5": (5, ""),
    " 5 ": (5, ""),
    "5️⃣": (5, ""),
    "５": (5, ""),
    "5!": (5, ""),
    "5.": (5, ""),
    "fem": (5, ""),
    "Fem!": (5, ""),
    "viisi": (5, ""),
    "fire": (4, ""),
    "五": (5, ""),
    "五分": (5, ""),
    "5分": (5, ""),
    "4/5": (4, ""),
    "4 / 5": (4, ""),
    "4 av 5": (4, ""),
    "fyra av fem": (4, ""),
    "4 out of 5": (4, ""),
    "8/10": (4, ""),
    "10/10": (5, ""),
    "0/10": (1, ""),
    "100%": (5, ""),
    "4-5": (4, ""),
    "4,5": (4, ""),
    "4 stars": (4, ""),
    "3 stjärnor": (3, ""),
    "I would give it a 4": (4, ""),
    "Jag ger er en fyra": (4, ""),
    "Betyg: 4": (4, ""),
    "⭐⭐⭐⭐": (4, ""),
    "★★★☆☆": (3, ""),
    "😀": (5, ""),
    "👍": (4, ""),
    "👍🏽": (4, ""),
    "👎👎": (2, ""),
    "❤️": (5, ""),
    "😡": (1, ""),
    "4 🙂": (4, ""),
    "1 😞": (1, ""),
    "very good": (5, ""),
    "Very good!!": (5, ""),
    "not good": (2, ""),
    "not bad": (4, ""),
    "dåligt": (2, ""),
    "mycket dåligt": (1, ""),
    "Inte nöjd": (2, ""),
    "bra": (4, ""),
    "veldig fornøyd": (5, ""),
    "ikke bra": (2, ""),
    "erittäin hyvä": (5, ""),
    "ei hyvä": (2, ""),
    "huono": (2, ""),
    "非常满意": (5, ""),
    "非常满意！": (5, ""),
    "满意": (4, ""),
    "不满意": (2, ""),
    "非常不满意": (1, ""),
    "一般": (3, ""),
    "ok": (3, ""),
    "Okej.": (3, ""),
    "5 thanks, Anna was great": (5, "thanks, Anna was great"),
    "5, tack för hjälpen": (5, "tack för hjälpen"),
    "1 because nobody answered": (1, "because nobody answered"),
    "dåligt, ingen svarade": (2, "ingen svarade"),
    "Very good! Anna helped me at once.": (5, "Anna helped me at once."),
    "2\nIt took three weeks": (2, "It took three weeks"),
    "非常满意，谢谢你们": (5, "谢谢你们"),
    "👍 quick answer": (4, "quick answer"),
    "4 🙂 good help": (4, "🙂 good help"),
}
NONE = (
    "",
    "Hello",
    "0",
    "6",
    "99",
    "5 parcels are missing",
    "10:30",
    "5:30 works for me",
    "10 minutes ago my lamp broke",
    "12.11.",
    "5 2312",
    "4711",
    "good morning",
    "Good question",
    "bra fråga",
    "badkar",
    "ok, but where is my parcel",
    "好的",
    "I have 5",
    "fem paket saknas",
    "five of my friends",
    "very easy",
    "满意度调查是什么",
    "5/0",
    "11/10",
    "x" * 1_001,
)


@pytest.mark.parametrize(("text", "meant"), CSAT.items())
def test_an_answer_is_understood(text: str, meant: tuple[int, str]) -> None:
    assert understand(text, "csat") == Understood(*meant)


@pytest.mark.parametrize("text", NONE)
def test_what_is_no_rating_is_an_ordinary_message(text: str) -> None:
    assert understand(text, "csat") is None


@pytest.mark.parametrize(
    ("text", "score"),
    [("10!", 10), ("0", 0), ("nio", 9), ("9/10", 9), ("3/5", 6), ("very good", 10), ("dåligt", 3), ("11", None)],
)
def test_how_likely_it_is(text: str, score: int | None) -> None:
    found = understand(text, "nps")
    assert (found.score if found else None) == score


@pytest.mark.parametrize(
    ("text", "score"),
    [
        ("very easy", 5),
        ("lätt", 4),
        ("Krångligt!", 2),
        ("erittäin vaikeaa", 1),
        ("很容易", 5),
        ("veldig vanskelig", 1),
        ("good", 4),
        ("2", 2),
    ],
)
def test_how_easy_it_was(text: str, score: int) -> None:
    assert understand(text, "effort") == Understood(score)


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=60))
def test_whatever_is_written_is_on_the_scale_or_no_rating(text: str) -> None:
    for kind, (least, most) in SCALES.items():
        found = understand(text, kind)
        assert found is None or least <= found.score <= most


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 5), st.sampled_from(["", "!", " ", ". ", " 🙂", "\n"]))
def test_a_score_alone_is_itself(score: int, behind: str) -> None:
    found = understand(f"{score}{behind}", "csat")
    assert found is not None
    assert found.score == score


@pytest.mark.parametrize(
    ("words", "mark", "wanted"),
    [
        ("", "bad", False),
        ("thanks", "good", False),
        ("Anna was great, quick and friendly all the way through", "good", False),
        ("when does it come?", "good", True),
        ("it still doesn't work", "good", True),
        ("fungerar inte", "middle", True),
        ("请联系我", "good", True),
        ("slow", "bad", False),
        ("nobody ever answered", "bad", True),
        ("等了三个星期才有人回复", "bad", True),
    ],
)
def test_words_that_want_an_answer(words: str, mark: str, wanted: bool) -> None:
    assert needs_person(words, mark) is wanted  # type: ignore[arg-type]


def test_what_scores_mean() -> None:
    assert [mark_of("csat", one) for one in (1, 2, 3, 4, 5)] == ["bad", "bad", "middle", "good", "good"]
    assert [mark_of("nps", one) for one in (0, 6, 7, 8, 9, 10)] == ["bad", "bad", "middle", "middle", "good", "good"]


def test_a_long_letter_costs_nothing() -> None:
    assert parse("5 " * 10_000) is None
