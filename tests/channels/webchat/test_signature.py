"""Whom the company's site vouches for: one algorithm, a short life, this inbox's secret, and nothing on trust."""

import base64
import json

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey

from lyhord.channels.webchat.adapter import WebChat
from lyhord.conversations.account import Account
from lyhord.conversations.exchange import Address
from lyhord.kit.problems import NotSignedIn

SECRET = "a-secret-of-the-company's-own-site"
NOW = 1_772_355_600_000
SECONDS = NOW // 1000
CHAT = WebChat(Account("w", "inbox-1", "KEY", "Chat", {}, {"identity_secret": SECRET}))


def signed(secret: str = SECRET, algorithm: str = "HS256", **claims: object) -> str:
    times = {"iat": SECONDS, "exp": SECONDS + 600}
    key = OctKey.import_key(secret.encode())
    return jwt.encode({"alg": algorithm}, {**times, **claims}, key, algorithms=[algorithm])


def test_an_address_becomes_two_identities_ours_first() -> None:
    ours, email = CHAT.vouch(signed(email=" Anna@Example.com ", name="Anna"), NOW)
    assert email == Address("email", "anna@example.com", "Anna", verified=True)
    assert (ours.scheme, ours.name, ours.verified) == ("webchat", "Anna", True)
    assert ours.value.startswith("inbox-1:")
    assert "anna" not in ours.value


def test_the_same_person_keeps_the_same_identity_on_every_device() -> None:
    upper, lower = (CHAT.vouch(signed(email=email), NOW) for email in ("ANNA@example.com", "anna@example.com"))
    assert upper[0].value == lower[0].value
    first, second = (CHAT.vouch(signed(sub="42", email=email), NOW) for email in ("a@example.com", "b@example.com"))
    assert first[0].value == second[0].value
    assert CHAT.vouch(signed(sub="43"), NOW)[0].value != first[0].value


def test_a_letter_that_only_looks_like_another_is_another_person() -> None:
    kelvin, k = (CHAT.vouch(signed(email=email), NOW)[1].value for email in ("\u212aim@example.com", "kim@example.com"))
    assert kelvin != k


def test_a_subject_and_an_address_of_the_same_letters_differ() -> None:
    subject, email = CHAT.vouch(signed(sub="a@b.example"), NOW), CHAT.vouch(signed(email="a@b.example"), NOW)
    assert subject[0].value != email[0].value


@pytest.mark.parametrize(
    "statement",
    [
        signed("another secret of thirty-two bytes and more", email="a@example.com"),
        signed(algorithm="HS512", email="a@example.com"),
        signed(email="a@example.com", exp=SECONDS),
        signed(email="a@example.com", exp=SECONDS + 15 * 60 + 1),
        signed(email="a@example.com", iat=SECONDS + 61, exp=SECONDS + 120),
        signed(email="a@example.com", exp=None),
        signed(email="a@example.com", exp=str(SECONDS + 600)),
        signed(email="a@example.com", exp=SECONDS + 600.5),
        signed(email="a@example.com", iat=True),
        signed(email="a@example.com", aud="OTHER-INBOX"),
        signed(name="Nobody"),
        signed(email="not an address"),
        signed(email="a@example.com", email_verified=False),
        signed(email=["a@example.com"]),
        "",
        "a.b.c",
        "x" * 5000,
    ],
)
def test_everything_else_is_refused(statement: str) -> None:
    with pytest.raises(NotSignedIn):
        CHAT.vouch(statement, NOW)


def test_a_statement_without_signature_is_refused() -> None:
    def part(value: object) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    claims = part({"email": "a@example.com", "iat": SECONDS, "exp": SECONDS + 60})
    for head in ({"alg": "none"}, {"alg": "None"}, {"alg": "HS256"}):
        with pytest.raises(NotSignedIn):
            CHAT.vouch(f"{part(head)}.{claims}.", NOW)


def test_an_altered_claim_is_refused() -> None:
    head, claims, signature = signed(email="a@example.com").split(".")
    other = base64.urlsafe_b64decode(claims + "==").replace(b"a@example", b"b@example")
    with pytest.raises(NotSignedIn):
        CHAT.vouch(f"{head}.{base64.urlsafe_b64encode(other).rstrip(b'=').decode()}.{signature}", NOW)


@pytest.mark.parametrize("secret", ["", "of twenty characters"])
def test_without_a_proper_secret_nobody_is_vouched_for(secret: str) -> None:
    chat = WebChat(Account("w", "inbox-1", "KEY", "Chat", {}, {"identity_secret": secret}))
    with pytest.raises(NotSignedIn):
        chat.vouch(signed(secret or SECRET, email="a@example.com"), NOW)


def test_the_statement_of_fifteen_minutes_is_taken_to_its_last_second() -> None:
    statement = signed(email="a@example.com", exp=SECONDS + 15 * 60, aud="KEY")
    assert CHAT.vouch(statement, NOW + 15 * 60_000 - 1_000)
    with pytest.raises(NotSignedIn):
        CHAT.vouch(statement, NOW + 15 * 60_000)
