"""Learning why people write, and telling it."""

import subprocess
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace

from lyhord.hearing.reasons.bundle import DamagedModelError, pack, unpack
from lyhord.hearing.reasons.learner import (
    LEAST_JUDGES,
    Classifier,
    Example,
    UntrainableError,
    decision_of,
    train,
)
from lyhord.hearing.reasons.training import FOLDS, folds_of
from tests.hearing.reasons.talk import REASONS, Meanings, examples, said

FORBIDDEN = ("sklearn", "scipy")


@pytest.fixture(scope="module")
def stored() -> bytes:
    return train(examples())


@pytest.fixture(scope="module")
def classifier(stored: bytes) -> Classifier:
    return Classifier.load(stored)


@pytest.mark.parametrize("label", REASONS)
def test_what_was_not_seen_is_told_by_what_was(classifier: Classifier, label: str) -> None:
    texts = said(label, 20, seed=7)
    told = classifier.tell(texts)
    assert [first[0][0] for first in told] == [label] * len(texts)


def test_all_labels_are_told_the_most_probable_first_and_add_up_to_1(classifier: Classifier) -> None:
    for text in ("my parcel", "", "xyzzy", "\ud800", "我的包裹", "a" * 10_000):
        told = classifier.tell([text])[0]
        assert sorted(label for label, _ in told) == sorted(REASONS)
        assert sum(share for _, share in told) == pytest.approx(1, abs=1e-4)
        assert [share for _, share in told] == sorted((share for _, share in told), reverse=True)


def test_nothing_is_told_of_no_text(classifier: Classifier) -> None:
    assert classifier.tell([]) == []
    assert classifier.known([]) == []
    assert classifier.decide([]) == []


def test_many_texts_are_told_as_each_alone(classifier: Classifier) -> None:
    texts = [*said("fault", 3), "", "hello"]
    together = classifier.tell(texts)
    assert together == [classifier.tell([text])[0] for text in texts]


def test_the_same_examples_make_the_same_bytes_and_these_tell_the_same(stored: bytes, classifier: Classifier) -> None:
    assert train(examples()) == stored
    assert Classifier.load(stored).tell(["my parcel is broken"]) == classifier.tell(["my parcel is broken"])


def test_the_words_that_spoke_for_a_label_are_named(classifier: Classifier) -> None:
    assert classifier.why("Hello, please, the PARCEL from Monday", "delivery")[0] == "parcel"
    assert "包裹" in "".join(classifier.why("请问我的包裹在哪里", "delivery"))
    assert classifier.why("ыъ ώψ", "delivery") == []
    assert classifier.why("", "delivery") == []
    assert classifier.why("my parcel", "no such label") == []


def test_words_that_spoke_against_a_label_are_not_named(classifier: Classifier) -> None:
    assert "parcel" not in classifier.why("my parcel and the invoice", "payment")
    assert "invoice" in classifier.why("my parcel and the invoice", "payment")


def test_similar_texts_are_found(classifier: Classifier) -> None:
    others = ["the invoice is wrong", "xyzzy", "where is the parcel", "the parcel never came"]
    found = classifier.nearest("where is my parcel", others, most=2)
    assert [at for at, _ in found] == [2, 3]
    assert all(0 < like <= 1 for _, like in found)
    assert classifier.nearest("xyzzy", others) == [] or classifier.nearest("xyzzy", others)[0][0] == 1


def test_a_sure_answer_is_given_and_a_foreign_text_is_unclear(classifier: Classifier) -> None:
    sure, foreign = classifier.decide(["my parcel hasn't arrived", "Quarterly astronomy zwölf"])
    assert (sure.verdict, [label for label, _ in sure.labels]) == ("sure", ["delivery"])
    assert (foreign.verdict, foreign.labels) == ("unclear", [])
    assert foreign.known < 0.05 < sure.known


@pytest.mark.parametrize(
    ("confidence", "known", "verdict", "offered"),
    [
        (0.9, 0.5, "sure", 1),
        (0.8, 0.5, "sure", 1),
        (0.7, 0.5, "choose", 3),
        (0.3, 0.5, "unclear", 0),
        (0.9, 0.04, "unclear", 0),
    ],
)
def test_between_sure_and_unclear_three_are_offered(
    confidence: float, known: float, verdict: str, offered: int
) -> None:
    told = [("a", confidence), ("b", 0.1), ("c", 0.05), ("d", 0.0)]
    decision = decision_of(told, known, threshold=0.8, hint=0.4)
    assert (decision.verdict, decision.labels, decision.known) == (verdict, told[:offered], known)


def test_own_labels_outweigh_seeds() -> None:
    seeds = [Example("my parcel is late", "delivery", weight=0.05) for _ in range(5)] + [
        Example("the invoice is wrong", "payment", weight=0.05) for _ in range(5)
    ]
    own = [
        Example("my parcel is late", "payment"),
        Example("the bill is wrong", "payment"),
        Example("come here", "delivery"),
    ]
    assert Classifier.load(train(seeds)).tell(["my parcel is late"])[0][0][0] == "delivery"
    assert Classifier.load(train(seeds + own)).tell(["my parcel is late"])[0][0][0] == "payment"


@pytest.mark.parametrize(
    ("wrong", "said_why"),
    [
        ([], "two labels"),
        ([Example("a", "x"), Example("b", "x")], "two labels"),
        ([Example("a", "x", weight=0), Example("b", "y")], "weight above 0"),
        ([Example("a", "x", weight=float("nan")), Example("b", "y")], "weight above 0"),
    ],
)
def test_what_cannot_be_learnt_says_what_is_missing(wrong: list[Example], said_why: str) -> None:
    with pytest.raises(UntrainableError, match=said_why):
        train(wrong)


def test_a_model_like_another_is_as_sure_as_that_one_and_learns_what_it_is_given() -> None:
    whole = train(examples(), Meanings())
    other = [replace(one, label="delivery") if one.label == "fault" else one for one in examples()]
    made = train(other, Meanings(), like=whole)
    for embedder in (None, Meanings()):
        one, like = Classifier.load(made, embedder), Classifier.load(whole, embedder)
        assert (one.threshold, one.hint, one.wants) == (like.threshold, like.hint, like.wants)
        assert "fault" not in one.labels
        assert "fault" in like.labels


@pytest.mark.parametrize("texts", [["a", "b"], ["", ""], ["?", "!"]])
def test_one_example_a_label_is_enough_to_begin_but_never_to_be_sure(texts: list[str]) -> None:
    classifier = Classifier.load(train([Example(texts[0], "x"), Example(texts[1], "y")]))
    assert len(classifier.tell(["a b"])[0]) == 2
    assert classifier.threshold > 1
    assert classifier.decide([texts[0]])[0].verdict != "sure"


def test_what_was_said_in_one_conversation_is_held_out_together_and_labels_are_spread() -> None:
    talk = [Example(f"text {at}", "xy"[at % 2], group=f"c{at // 4}") for at in range(80)]
    alone = [Example(f"more {at}", "xy"[at % 2]) for at in range(50)]
    folds = folds_of(talk).tolist()
    assert all(len({folds[at] for at in range(start, start + 4)}) == 1 for start in range(0, 80, 4))
    assert set(folds) == set(range(FOLDS))
    assert set(Counter(zip(folds_of(alone).tolist(), "xy" * 25, strict=True)).values()) == {5}


def test_with_an_embedder_words_are_told_that_were_never_seen() -> None:
    meant = Meanings()
    stored = train([example for example in examples() if example.text.isascii()], meant)
    with_it, without = Classifier.load(stored, meant), Classifier.load(stored)
    assert (with_it.embedder, without.embedder, with_it.wants, without.wants) == (
        "meanings 1",
        "",
        "meanings 1",
        "meanings 1",
    )
    assert with_it.tell(["kaput"])[0][0][0] == "fault"
    assert with_it.tell(["kaput"])[0][0][1] > without.tell(["kaput"])[0][0][1]
    assert without.tell(["where is the parcel"])[0][0][0] == "delivery"


def test_points_of_another_embedder_are_not_used() -> None:
    class Others(Meanings):
        id = "others 1"

    stored = train(examples(), Meanings())
    other = Classifier.load(stored, Others())
    assert other.embedder == ""
    assert other.tell(["my parcel"]) == Classifier.load(stored).tell(["my parcel"])


def test_a_model_that_was_trained_without_an_embedder_needs_none(stored: bytes, classifier: Classifier) -> None:
    assert Classifier.load(stored, Meanings()).tell(["parcel"]) == classifier.tell(["parcel"])
    assert classifier.wants == ""


@pytest.mark.parametrize("missing", ["weights", "step", "bias", "rarity", "steps"])
def test_a_model_without_a_part_is_refused(stored: bytes, missing: str) -> None:
    told, arrays = unpack(stored)
    del arrays[missing]
    with pytest.raises(DamagedModelError):
        Classifier.load(pack(told, arrays))


def test_a_model_whose_parts_do_not_fit_is_refused(stored: bytes) -> None:
    told, arrays = unpack(stored)
    for wrong in (
        {"weights": arrays["weights"][:-1]},
        {"bias": arrays["bias"][:-1]},
        {"step": np.full_like(arrays["step"], np.nan)},
    ):
        with pytest.raises(DamagedModelError):
            Classifier.load(pack(told, {**arrays, **wrong}))
    with pytest.raises(DamagedModelError):
        Classifier.load(pack({**told, "labels": ["only one"]}, arrays))
    with pytest.raises(DamagedModelError):
        Classifier.load(b"not a model")


def test_who_tells_imports_numpy_alone_and_who_only_names_imports_not_even_that(stored: bytes, tmp_path: Path) -> None:
    model = tmp_path / "model"
    model.write_bytes(stored)
    code = (
        "import sys, pathlib; from lyhord.hearing.reasons.learner import Classifier; assert 'numpy' not in sys.modules;"
        f"c = Classifier.load(pathlib.Path({str(model)!r}).read_bytes()); c.tell(['my parcel']); c.why('my parcel', 'delivery');"
        "c.decide(['x']); c.nearest('a', ['b']);"
        f"print([n for n in {FORBIDDEN!r} if n in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_groups_that_span_labels_are_spread_over_the_folds() -> None:
    """Else what was written at one time would all be held out at once."""
    parts = [Example(f"text {at}", "xyz"[at % 3], group=str(at % FOLDS)) for at in range(60)]
    assert set(Counter(folds_of(parts).tolist()).values()) == {12}


def test_those_with_the_loudest_voice_say_how_sure_a_model_is_where_they_are_enough() -> None:
    """Key words are easy: a model that were measured on them would be surer than it may be."""
    easy = [Example(f"{word} {word} {at}", word) for word in ("parcel", "invoice") for at in range(60)]
    hard = [Example(f"something {at} else", "parcel" if at % 2 else "invoice", voice=1) for at in range(60)]
    by_all = Classifier.load(train([*easy, *(replace(one, voice=0) for one in hard)]))
    by_hard = Classifier.load(train([*easy, *hard]))
    few = Classifier.load(train([*easy, *hard[: LEAST_JUDGES - 1]]))
    assert by_hard.threshold > 1 > by_all.threshold
    assert few.threshold < 1
