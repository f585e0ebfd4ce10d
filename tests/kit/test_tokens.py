"""Tokens and keys name their workspace; what isn't ours is told apart without an error."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lyhord.kit.ids import new_id
from lyhord.kit.tokens import make_key, make_token, read_token, workspace_of_key


def test_a_token_leads_to_its_workspace_and_hash() -> None:
    workspace_id = new_id()
    text, token_hash = make_token(workspace_id)
    assert read_token(text) == (workspace_id, token_hash)
    assert token_hash not in text
    assert text not in token_hash


def test_a_token_holds_256_random_bits_and_fits_a_header() -> None:
    texts = {make_token(new_id())[0] for _ in range(100)}
    assert len({text.partition(".")[2] for text in texts}) == 100
    assert all(len(text.partition(".")[2]) == 43 for text in texts)
    assert all(text.isascii() and not {" ", ";", ",", '"'} & set(text) for text in texts)


def test_a_changed_token_has_another_hash() -> None:
    text, token_hash = make_token(new_id())
    other = text[:-1] + ("A" if text[-1] != "A" else "B")
    named = read_token(other)
    assert named is not None
    assert named[1] != token_hash


def test_a_key_leads_to_its_workspace() -> None:
    workspace_id = new_id()
    keys = {make_key(workspace_id) for _ in range(100)}
    assert len(keys) == 100
    assert {workspace_of_key(key) for key in keys} == {workspace_id}
    assert all(key.replace("-", "").replace("_", "").isalnum() for key in keys), "it stands in addresses as it is"


@pytest.mark.parametrize(
    "text", ["", ".", "a.b", "x" * 22, "x" * 22 + ".", "é" * 22 + "." + "x" * 43, "=" * 22 + "." + "x" * 43]
)
def test_what_is_not_ours_is_none(text: str) -> None:
    assert read_token(text) is None
    assert workspace_of_key(text[:22]) is None


@given(st.text(max_size=120))
def test_no_text_breaks_the_reader(text: str) -> None:
    read_token(text)
    workspace_of_key(text)
