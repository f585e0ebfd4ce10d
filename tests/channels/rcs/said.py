"""An agent for tests, and the calls that Google makes, written by hand from developers.google.com/business-communications:
guides/integrate/webhooks, guides/build/events/receive-events and the references UserMessage, UserEvent and ServerEvent, as of 2026.
"""

import hashlib
import hmac
import json
from base64 import b64encode
from functools import cache
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from lyhord.channels.rcs.adapter import Rcs
from lyhord.conversations.account import Account, Means
from lyhord.conversations.exchange import Inbound, Media, Raw
from lyhord.kit.egress import Egress
from lyhord.kit.files import Files

CLIENT_TOKEN = "client-token-of-the-lamps"
ANNA = "+46701740606"
BASE = "https://desk.example.com"
AT = 1_772_355_600_123
MAIL = "desk@lamps.iam.example.com"


@cache
def private_key() -> str:
    """The key of the service account (PKCS 8, as Google gives it out)."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    coding, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    return key.private_bytes(coding, form, serialization.NoEncryption()).decode()


def service_account(token_uri: str = "https://oauth2.googleapis.com/token", **more: Any) -> str:
    """The file that Google gives out with a key."""
    return json.dumps(
        {
            "type": "service_account",
            "project_id": "lamps",
            "private_key_id": "key-1",
            "private_key": private_key(),
            "client_email": MAIL,
            "client_id": "1",
            "token_uri": token_uri,
            **more,
        },
        indent=2,
    )


def call(event: dict[str, Any] | bytes, **attributes: str) -> bytes:
    """A call that carries an event."""
    data = event if isinstance(event, bytes) else json.dumps(event).encode()
    given = {"business_id": "lamps@rbm.goog", "product": "RBM", "type": "message", **attributes}
    message = {"data": b64encode(data).decode(), "attributes": given, "messageId": "9", "publishTime": "2026-03-01T"}
    return json.dumps({"message": message, "subscription": "projects/rbm/subscriptions/lamps"}).encode()


def said(**more: Any) -> bytes:
    """What Anna says."""
    known = {"senderPhoneNumber": ANNA, "messageId": "Ms1", "agentId": "lamps@rbm.goog"}
    return call({**known, "sendTime": "2026-03-01T09:00:00.123456789Z", **more})


def happened(kind: str, **more: Any) -> bytes:
    """What happened on Anna's phone."""
    known = {"senderPhoneNumber": ANNA, "eventType": kind, "eventId": "Ev1", "agentId": "lamps@rbm.goog"}
    return call({**known, "sendTime": "2026-03-01T09:00:00.123Z", **more}, type="event")


def signed(body: bytes, data: bytes, token: str = CLIENT_TOKEN) -> Raw:
    """The call as Google makes it: signed over what it carries."""
    return Raw(body, {"x-goog-signature": b64encode(hmac.digest(token.encode(), data, hashlib.sha512)).decode()})


def account(token_uri: str = "https://oauth2.googleapis.com/token", **settings: Any) -> Account:
    """The inbox."""
    secrets = {"service_account": service_account(token_uri), "client_token": CLIENT_TOKEN}
    return Account("workspace", "inbox", "key", "Lamps", {"agent_id": "lamps@rbm.goog", **settings}, secrets)


def read(body: bytes) -> list[Inbound]:
    """What is read in a call."""
    return Rcs(account()).parse(Raw(body))


async def _nothing(*_: Any) -> None:
    """Nothing is to be kept."""


def lend(media: Media, until: int) -> str:
    """The address of a file."""
    return f"{BASE}/file/{media.name}?lent={media.file}" if media.file else ""


def means(folder: Path, base_address: str = BASE) -> Means:
    """What the process lends: the real way out, which may go to loopback here."""
    egress = Egress(allow_private=["127.0.0.0/8"])
    return Means(
        files=Files(folder),
        call=egress.call,
        base_address=base_address,
        key=b"k" * 32,
        keep_secrets=_nothing,
        close=egress.close,
        address_of=lend,
    )
