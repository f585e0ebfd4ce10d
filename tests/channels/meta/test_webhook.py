"""Calls of Meta: whom another library of its webhooks believes, we believe, and the other way round."""

import pytest
from pywa.utils import webhook_updates_validator

from lyhord.channels.meta.webhook import answer_challenge, sign, verify
from lyhord.conversations.exchange import Raw, Reply

SECRET = "secret-of-the-app"
BODIES = [b"", b"{}", '{"text":"Hej då 😀"}'.encode(), b"\x00\xff", b'{"a": "\\u00e5"}']


@pytest.mark.parametrize("body", BODIES)
def test_what_we_sign_is_believed_by_others(body: bytes) -> None:
    assert webhook_updates_validator(SECRET, body, sign(SECRET, body))
    assert not webhook_updates_validator(SECRET, body + b" ", sign(SECRET, body))


@pytest.mark.parametrize("body", BODIES)
def test_a_signature_is_over_the_bytes_as_they_came(body: bytes) -> None:
    raw = Raw(body, {"x-hub-signature-256": sign(SECRET, body)})
    assert verify(SECRET, raw).ok
    assert not verify(SECRET, Raw(body + b" ", raw.headers)).ok
    assert not verify("another secret", raw).ok
    assert not verify(SECRET, Raw(body, {"x-hub-signature-256": sign(SECRET, body).removeprefix("sha256=")})).ok
    assert not verify(SECRET, Raw(body, {"x-hub-signature": sign(SECRET, body)})).ok
    assert not verify(SECRET, Raw(body, {"x-hub-signature-256": "sha256=å"})).ok


def test_without_a_secret_nobody_is_believed() -> None:
    assert not verify("", Raw(b"{}", {"x-hub-signature-256": sign("", b"{}")})).ok


@pytest.mark.parametrize(
    ("query", "reply"),
    [
        ("hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=key", Reply(body=b"1158201444")),
        ("hub.verify_token=key&hub.challenge=a%20b&hub.mode=subscribe", Reply(body=b"a b")),
        ("hub.mode=subscribe&hub.challenge=1&hub.verify_token=other", Reply(403, b"Another verify token")),
        ("hub.mode=subscribe&hub.challenge=1", Reply(403, b"Another verify token")),
        ("hub.mode=unsubscribe&hub.challenge=1&hub.verify_token=key", None),
        ("hub.mode=subscribe&hub.verify_token=key", None),
        ("", None),
    ],
)
def test_a_challenge_is_answered_to_who_knows_the_token(query: str, reply: Reply | None) -> None:
    assert answer_challenge(Raw(b"", query=query), "key") == reply


def test_without_a_token_no_challenge_is_answered() -> None:
    found = answer_challenge(Raw(b"", query="hub.mode=subscribe&hub.challenge=1&hub.verify_token="), "")
    assert found is not None
    assert found.status == 403
