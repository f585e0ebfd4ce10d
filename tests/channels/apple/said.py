"""A business account for tests, and the calls that Apple makes, written by hand from its reference.

The pages are those of register.apple.com/resources/messages/msp-rest-api: `common-specs` (headers), `messages-received` (bodies),
`type-text` (attachments), `type-interactive` (answers). PyJWT makes the tokens, as in Apple's own tutorial.
"""

import gzip
import json
from base64 import b64decode, b64encode
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jwt

from lyhord.channels.apple.adapter import Apple
from lyhord.conversations.account import Account, Means
from lyhord.conversations.exchange import Inbound, Raw
from lyhord.kit.egress import Egress
from lyhord.kit.files import Files

MSP, BUSINESS = "2c9e2b44-msp", "a884eddf-0000-4000-8000-000000000000"
SECRET = b64encode(bytes(range(32))).decode()
ANNA = "urn:mbid:AQAAYyUbut6E4B3T9FLv5EbG/x+6hPeOuR0Bvb3JDbU24DLl="
EVERYTHING = "AUTH,LIST,TIME,FORM,QUICK,AUTH2"
BID = "com.apple.messages.MSMessageExtensionBalloonPlugin:0000000000:com.apple.icloud.apps.messages.business.extension"
REQUEST = "5b2c1c9e-2d3f-4a5b-8c6d-7e8f9a0b1c2d"


def token(secret: str = SECRET, **claims: Any) -> str:
    """A token as Apple makes it."""
    facts = {"aud": MSP, "iat": 1_772_355_600, **claims}
    return jwt.encode(facts, b64decode(secret), algorithm="HS256")


def body(kind: str = "text", **more: Any) -> dict[str, Any]:
    """What a call of Anna's says (messages-received)."""
    common = {"id": "0c316beb-0000-4000-8000-000000000001", "type": kind, "v": 1, "locale": "sv_SE"}
    return {**common, "sourceId": ANNA, "destinationId": BUSINESS, **more}


def call(said: Any, *, capabilities: str | None = EVERYTHING, **headers: str) -> Raw:
    """A call as Apple makes it, compressed (common-specs)."""
    named = {
        "authorization": f"Bearer {token()}",
        "id": "0c316beb-0000-4000-8000-000000000001",
        "source-id": ANNA,
        "destination-id": BUSINESS,
        "device-agent": "iPhone OS",
        "content-encoding": "gzip",
        **({} if capabilities is None else {"capability-list": capabilities}),
        **headers,
    }
    return Raw(gzip.compress(json.dumps(said).encode()), named)


def chosen(data: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """An interactive answer (type-interactive)."""
    facts = {"version": "1.0", "mspVersion": "1.0", "requestIdentifier": REQUEST, **data}
    return body("interactive", interactiveData={"bid": BID, "data": facts, "sessionIdentifier": "s", **more})


def account(**settings: Any) -> Account:
    """The inbox."""
    given = {"business_id": BUSINESS, "msp_id": MSP, **settings}
    secret = given.pop("api_secret", SECRET)
    return Account("workspace", "inbox", "key", "Shop", given, {"api_secret": secret})


def read(raw: Raw) -> list[Inbound]:
    """What is read in a call."""
    return Apple(account()).parse(raw)


async def _nothing(*_: Any) -> None:
    """Nothing is to be kept."""


def means(folder: Path) -> Means:
    """What the process lends: the real way out, which may go to loopback here."""
    egress = Egress(allow_private=["127.0.0.0/8"])
    return Means(
        files=Files(folder),
        call=egress.call,
        base_address="https://desk.example.com",
        key=b"k" * 32,
        keep_secrets=_nothing,
        close=egress.close,
    )
