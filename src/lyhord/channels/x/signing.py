"""Signatures: of what we ask X for (OAuth 1.0a, RFC 5849), and of what X brings (webhooks of the API's version 2)."""

import hashlib
import hmac
import re
from base64 import b64encode
from urllib.parse import parse_qs, parse_qsl, quote, urlsplit

import msgspec

from lyhord.channels.x.options import Options
from lyhord.conversations.adapting import judge
from lyhord.conversations.exchange import Raw, Reply, Verdict

LEGACY, MODERN = "x-twitter-webhooks-signature", "x-twitter-webhooks-signature-oauth2"
"""Where the signature with the consumer secret stands, and that with the client secret of OAuth 2.0."""
_CRC = re.compile(r"[A-Za-z0-9+/=_.-]{1,200}")


def authorize(options: Options, method: str, url: str, nonce: str, seconds: int) -> str:
    """The header that says who asks, over the method, the address and its query; a JSON body isn't signed (RFC 5849, 3.4.1.3)."""
    own = {
        "oauth_consumer_key": options.consumer_key,
        "oauth_nonce": nonce,
        "oauth_signature_method": "HMAC-SHA1",
        "oauth_timestamp": str(seconds),
        "oauth_token": options.access_token,
        "oauth_version": "1.0",
    }
    where = urlsplit(url)
    pairs = [*own.items(), *parse_qsl(where.query, keep_blank_values=True)]
    said = "&".join(
        f"{name}={value}" for name, value in sorted((_escape(name), _escape(value)) for name, value in pairs)
    )
    base = "&".join(map(_escape, (method.upper(), f"{where.scheme}://{where.netloc.lower()}{where.path}", said)))
    key = f"{_escape(options.consumer_secret)}&{_escape(options.access_secret)}"
    own["oauth_signature"] = b64encode(hmac.new(key.encode(), base.encode(), hashlib.sha1).digest()).decode()
    return "OAuth " + ", ".join(f'{name}="{_escape(value)}"' for name, value in sorted(own.items()))


def sign(secret: str, content: bytes) -> str:
    """The signature of a call, and the answer to a challenge: HMAC-SHA256, in base64."""
    return "sha256=" + b64encode(hmac.new(secret.encode(), content, hashlib.sha256).digest()).decode()


def verify(options: Options, raw: Raw) -> Verdict:
    """Whether X sent it to this app; without a secret nothing is believed.

    A call is a JSON object: challenges are answered with the very same signature, so that what could be a challenge proves nothing.
    """
    header, secret = LEGACY, options.consumer_secret
    if options.client_secret and MODERN in raw.headers:
        header, secret = MODERN, options.client_secret
    if not secret:
        return Verdict(ok=False, reason="no consumer secret to verify with")
    if not raw.body.startswith(b"{"):
        return Verdict(ok=False, reason="no JSON object")
    return judge(sign(secret, raw.body), raw.headers.get(header, ""), "signature doesn't fit the body")


def answer_challenge(options: Options, raw: Raw) -> Reply | None:
    """The answer to `crc_token`; None for an ordinary call. A token that could be the body of a call is refused: see `verify`."""
    token = parse_qs(raw.query).get("crc_token", [""])[0]
    if not token or raw.body:
        return None
    secret = options.client_secret or options.consumer_secret
    if not secret or _CRC.fullmatch(token) is None:
        return Reply(400, b"No challenge")
    body = msgspec.json.encode({"response_token": sign(secret, token.encode())})
    return Reply(body=body, content_type="application/json")


def _escape(text: str) -> str:
    return quote(text, safe="-._~")
