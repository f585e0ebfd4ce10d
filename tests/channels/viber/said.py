"""A bot for tests, and the calls that Viber makes, written by hand from Viber's documentation."""

import hashlib
import hmac
import json
from pathlib import Path
from typing import Any

from lyhord.channels.viber.adapter import Viber
from lyhord.conversations.account import Account, Means
from lyhord.conversations.exchange import Inbound, Media, Raw
from lyhord.kit.egress import Egress
from lyhord.kit.files import Files

TOKEN = "445da6az1s345z78-dazcczb2542zv51a-e0vc5fva17480im9"
ANNA = "01234567890A="
BASE = "https://desk.example.com"
MESSAGE_TOKEN = 4_912_661_846_655_238_145
AT = 1_772_355_600_000


def call(event: str = "message", **more: Any) -> bytes:
    """A call."""
    return json.dumps({"event": event, "timestamp": AT, "message_token": MESSAGE_TOKEN, **more}).encode()


def said(kind: str = "text", **more: Any) -> bytes:
    """What Anna says."""
    sender = {
        "id": ANNA,
        "name": "Anna Öst",
        "avatar": "https://avatar.example.com/1",
        "country": "SE",
        "language": "sv",
    }
    return call(sender={**sender, "api_version": 10}, message={"type": kind, **more})


def signed(body: bytes, token: str = TOKEN) -> Raw:
    """The call as Viber makes it."""
    return Raw(body, {"x-viber-content-signature": hmac.new(token.encode(), body, hashlib.sha256).hexdigest()})


def account(name: str = "Shop", **settings: Any) -> Account:
    """The inbox."""
    return Account("workspace", "inbox", "key", name, settings, {"auth_token": TOKEN})


def read(body: bytes) -> list[Inbound]:
    """What is read in a call."""
    return Viber(account()).parse(Raw(body))


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
