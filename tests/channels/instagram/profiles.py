"""An account as its adapter sees it, and what Meta would tell about it, written by hand from its documentation."""

import json
from pathlib import Path
from typing import Any

from lyhord.channels.instagram.adapter import Instagram
from lyhord.conversations.account import Account
from lyhord.conversations.exchange import Address, Inbound, Raw
from tests.channels.meta.graphs import Script, means

OWN, ANNA = "17841", "5"
SENDER = (Address("instagram", ANNA, verified=True),)
SECRETS = {"token": "the-token-of-the-page", "app_secret": "the-secret"}


def account(**settings: Any) -> Account:
    """The inbox of the account."""
    return Account("workspace", "inbox", "key", "Shop", {"account_id": OWN, "app_id": "42", **settings}, SECRETS)


def profile(script: Script, folder: Path, **settings: Any) -> Instagram:
    """An adapter whose other side is `script`."""
    return Instagram(account(**settings), means(script, folder))


def parse(body: bytes, **settings: Any) -> list[Inbound]:
    """What an inbox understands of a call."""
    return Instagram(account(**settings)).parse(Raw(body))


def call(**entry: Any) -> bytes:
    """One call about the account."""
    return json.dumps({"object": "instagram", "entry": [{"id": OWN, "time": 1_772_355_600, **entry}]}).encode()


def talk(**event: Any) -> bytes:
    """What Anna says or does in private."""
    about = {"sender": {"id": ANNA}, "recipient": {"id": OWN}, "timestamp": 1_772_355_600_000}
    return call(messaging=[{**about, **event}])


def said(**message: Any) -> bytes:
    """A message of Anna's."""
    return talk(message={"mid": "aWdf1", **message})


def comment(field: str = "comments", author: str = ANNA, **value: Any) -> bytes:
    """A comment of Anna's, unless somebody else is named."""
    about = {
        "id": "1789",
        "from": {"id": author, "username": "anna"},
        "media": {"id": "99", "media_product_type": "FEED"},
    }
    return call(changes=[{"field": field, "value": {**about, "text": "How much?", **value}}])
