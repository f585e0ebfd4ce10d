"""Sealed secrets open with the right key only, and not at all once changed."""

import stat
from base64 import b64decode, b64encode
from pathlib import Path

import pytest

from lyhord.kit.secrets import Sealer, Unreadable, load_key

KEY, OTHER = b"a" * 32, b"b" * 32
VALUES = {"password": "hunter två", "token": "x" * 5000}


def test_what_was_sealed_opens_again() -> None:
    assert Sealer(KEY).open(Sealer(KEY).seal(VALUES)) == VALUES


def test_the_text_shows_nothing_and_never_repeats() -> None:
    sealed = {Sealer(KEY).seal(VALUES) for _ in range(50)}
    assert len(sealed) == 50
    assert not any("hunter" in text or b"hunter" in b64decode(text.partition(".")[2]) for text in sealed)


def test_another_key_opens_nothing_and_an_older_one_still_does() -> None:
    text = Sealer(KEY).seal(VALUES)
    with pytest.raises(Unreadable):
        Sealer(OTHER).open(text)
    assert Sealer(OTHER, KEY).open(text) == VALUES
    assert Sealer(OTHER, KEY).seal(VALUES).partition(".")[0] == Sealer(OTHER).seal(VALUES).partition(".")[0]


def test_a_changed_text_opens_nothing() -> None:
    key_id, _, encoded = Sealer(KEY).seal(VALUES).partition(".")
    data = b64decode(encoded)
    for position in (0, 11, 12, len(data) - 1):
        changed = bytearray(data)
        changed[position] ^= 1
        with pytest.raises(Unreadable):
            Sealer(KEY).open(f"{key_id}.{b64encode(changed).decode()}")


@pytest.mark.parametrize("text", ["", ".", "abc", "abc.def"])
def test_what_was_never_sealed_is_unreadable(text: str) -> None:
    key_id = Sealer(KEY).seal({}).partition(".")[0]
    for candidate in (text, f"{key_id}.{text}", f"{key_id}.é"):
        with pytest.raises(Unreadable):
            Sealer(KEY).open(candidate)


def test_a_key_file_is_made_once_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    path = tmp_path / "data" / "secret.key"
    first = load_key("", path)
    assert len(first) == 32
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert load_key("", path) == first
    assert [each.name for each in path.parent.iterdir()] == ["secret.key"]
    assert load_key("", tmp_path / "elsewhere.key") != first


def test_a_configured_key_needs_no_file_and_must_be_long(tmp_path: Path) -> None:
    path = tmp_path / "secret.key"
    assert load_key("k" * 32, path) == load_key("k" * 32, path)
    assert not path.exists()
    with pytest.raises(ValueError, match="32"):
        load_key("k" * 31, path)


def test_a_spoilt_key_file_is_refused_not_replaced(tmp_path: Path) -> None:
    path = tmp_path / "secret.key"
    path.write_text("")
    with pytest.raises(ValueError, match="32"):
        load_key("", path)
    assert path.read_text() == ""
