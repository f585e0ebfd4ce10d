"""Mails that nobody here wrote, and beside each what a person expects to see of it, written by hand."""

import sys
import tomllib
import warnings
from pathlib import Path
from typing import Any

import pytest

from tests.channels.mail.letters import FIXTURES, read_message

GOLDEN = Path(__file__).parent / "golden"
NAMES = sorted(path.stem for path in GOLDEN.glob("*.toml"))
ABSENT = f"THE RECORDED MAILS ARE ABSENT: {FIXTURES} is not there, so {len(NAMES)} golden files were not checked."


@pytest.fixture(autouse=True)
def _recorded() -> None:
    if not FIXTURES.is_dir():
        with warnings.catch_warnings():
            warnings.simplefilter("always")
            warnings.warn(ABSENT, stacklevel=1)
        sys.stderr.write(f"\n{ABSENT}\n")
        pytest.skip(ABSENT)


def test_every_recorded_mail_has_its_golden_file() -> None:
    assert sorted(path.stem for path in FIXTURES.glob("*.eml")) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_mail_is_shown_as_expected(name: str) -> None:
    expected = tomllib.loads((GOLDEN / f"{name}.toml").read_text(encoding="utf-8"))
    message = read_message((FIXTURES / f"{name}.eml").read_bytes(), authserv_id=expected.get("trusted", ""))
    (sender,) = message.sender
    assert (sender.value, sender.verified) == (expected["sender"], expected.get("verified", False))
    assert sender.name == expected.get("name", "")
    assert [address.value for address in message.recipients] == expected["recipients"]
    assert message.subject == expected["subject"]
    assert message.at == (int(expected["at"].timestamp()) * 1000 if "at" in expected else None)
    assert message.external_id.rpartition("#")[0] == expected["message_id"]
    assert list(message.answers) == expected.get("answers", [])
    assert message.thread is None
    assert message.flags == set(expected.get("flags", []))
    assert [shown(media) for media in message.media] == expected.get("attachments", [])
    check_words(message.text, message.quoted, message.html, expected)


def check_words(text: str, quoted: str, html: str | None, expected: dict[str, Any]) -> None:
    if "text" in expected:
        assert text == expected["text"].strip()
    else:
        assert text.startswith(expected["text_begins"])
        assert text.endswith(expected["text_ends"])
    assert quoted == expected.get("quoted", "").strip()
    if "html_has" not in expected:
        assert html is None
        return
    assert html is not None
    assert [words for words in expected["html_has"] if words not in html] == []
    assert [words for words in expected.get("html_lacks", []) if words in html] == []


def shown(media: Any) -> dict[str, Any]:
    facts = {"name": media.name, "type": media.type, "size": media.size}
    return facts | ({"inline_id": media.inline_id} if media.inline_id else {})
