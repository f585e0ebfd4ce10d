"""Calls that Meta makes: the challenge with which a callback address is set up, and the signature that all later ones carry."""

import hashlib
import hmac
from urllib.parse import parse_qs

from lyhord.conversations.adapting import judge
from lyhord.conversations.exchange import Raw, Reply, Verdict

SIGNATURE = "x-hub-signature-256"


def sign(secret: str, body: bytes) -> str:
    """The signature of a call: HMAC-SHA256 over the raw bytes, with the app secret as key."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def verify(secret: str, raw: Raw) -> Verdict:
    """Whether Meta sent it to the app whose secret this is; without a secret nothing is believed."""
    if not secret:
        return Verdict(ok=False, reason="no app secret to verify with")
    return judge(sign(secret, raw.body), raw.headers.get(SIGNATURE, ""), "signature doesn't fit the body")


def answer_challenge(raw: Raw, token: str) -> Reply | None:
    """The answer to `hub.mode=subscribe`: its challenge, or 403 for another verify token. None for an ordinary call."""
    asked = parse_qs(raw.query)
    if asked.get("hub.mode") != ["subscribe"] or "hub.challenge" not in asked:
        return None
    given = asked.get("hub.verify_token", [""])[0]
    if not (token and judge(token, given, "").ok):
        return Reply(403, b"Another verify token")
    return Reply(body=asked["hub.challenge"][0].encode("utf-8", "replace"))
