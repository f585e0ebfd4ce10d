"""A Page as its adapter sees it, and what Meta would tell about it, written by hand from its documentation."""

import json
from pathlib import Path
from typing import Any

from lyhord.channels.messenger.adapter import Messenger
from lyhord.conversations.account import Account
from lyhord.conversations.exchange import Address, Inbound, Raw
from tests.channels.meta.graphs import Script, means

PAGE, APP, ANNA = "110", "42", "5"
SENDER = (Address("messenger", ANNA, verified=True),)
SECRETS = {"token": "the-token-of-the-page", "app_secret": "the-secret"}


def account(**settings: Any) -> Account:
    """The inbox of the Page."""
    return Account("workspace", "inbox", "key", "Shop", {"page_id": PAGE, "app_id": APP, **settings}, SECRETS)


def page(script: Script, folder: Path, **settings: Any) -> Messenger:
    """An adapter whose other side is `script`."""
    return Messenger(account(**settings), means(script, folder))


def parse(body: bytes, **settings: Any) -> list[Inbound]:
    """What an inbox understands of a call."""
    return Messenger(account(**settings)).parse(Raw(body))


def call(**entry: Any) -> bytes:
    """One call about the Page."""
    return json.dumps({"object": "page", "entry": [{"id": PAGE, "time": 1_772_355_600_500, **entry}]}).encode()


def talk(kind: str = "messaging", **event: Any) -> bytes:
    """What Anna says or does in private."""
    about = {"sender": {"id": ANNA}, "recipient": {"id": PAGE}, "timestamp": 1_772_355_600_000}
    return call(**{kind: [{**about, **event}]})


def said(**message: Any) -> bytes:
    """A message of Anna's."""
    return talk(message={"mid": "m_1", **message})


def echo(**message: Any) -> bytes:
    """A message that the company sends Anna, however it does."""
    about = {"sender": {"id": PAGE}, "recipient": {"id": ANNA}, "timestamp": 1_772_355_600_000}
    return call(messaging=[{**about, "message": {"mid": "m_2", "is_echo": True, **message}}])


def change(field: str = "feed", author: str = ANNA, **value: Any) -> bytes:
    """Something that happens on the Page; by Anna, unless somebody else is named."""
    return call(changes=[{"field": field, "value": {"from": {"id": author, "name": "Anna Öst"}, **value}}])
