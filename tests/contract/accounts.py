"""An account of every channel, with what the conformance suite must know of it."""

import hashlib
import hmac
import importlib
import json
from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct

from lyhord.conversations.channel import Account, Adapter
from lyhord.conversations.exchange import Raw

SIGNING_KEY = "key-of-the-sandbox-that-signs"
BOT_TOKEN = "110201543:token-of-the-bot"
Signed = Callable[[bytes], Mapping[str, str]]


class Subject(Struct, frozen=True, kw_only=True):
    """One channel under test. `signed` makes the headers of a genuine call; None where nobody calls.

    `reachable`: whether `health` needs nobody on the other side. `sealed`: what is called with can't be altered unnoticed; where a
    secret alone proves who calls, it can. `customer` is an address of the first scheme.
    """

    name: str
    place: str
    customer: str
    settings: Mapping[str, Any] = {}
    secrets: Mapping[str, str] = {}
    body: bytes = b""
    signed: Signed | None = None
    reachable: bool = False
    sealed: bool = True

    def account(self, **settings: object) -> Account:
        """The inbox as the adapter gets it."""
        return Account("workspace", "inbox", "key", "Name", {**self.settings, **settings}, self.secrets)

    def adapter(self, **settings: object) -> Adapter:
        """A fresh adapter on the account."""
        module, name = self.place.split(":")
        adapter: Adapter = getattr(importlib.import_module(module), name)(self.account(**settings))
        return adapter

    def payload(self) -> Raw:
        """A genuine call."""
        assert self.signed is not None
        return Raw(self.body, self.signed(self.body))


def _sandbox_headers(body: bytes) -> Mapping[str, str]:
    return {"x-sandbox-signature": "sha256=" + hmac.new(SIGNING_KEY.encode(), body, hashlib.sha256).hexdigest()}


def _telegram_headers(_: bytes) -> Mapping[str, str]:
    secret = hmac.new(BOT_TOKEN.encode(), b"webhook:key", hashlib.sha256).hexdigest()
    return {"x-telegram-bot-api-secret-token": secret}


CHANNELS = [
    Subject(
        name="mail",
        place="lyhord.channels.mail.adapter:Mail",
        customer="anna@customer.test",
        settings={"address": "desk@support.test", "smtp_host": "127.0.0.1"},
        secrets={"password": "the password of the mailbox"},
    ),
    Subject(
        name="webchat",
        place="lyhord.channels.webchat.adapter:WebChat",
        customer="visitor-1",
        secrets={"identity_secret": "the-secret-that-the-site-signs-with"},
        reachable=True,
    ),
    Subject(
        name="telegram",
        place="lyhord.channels.telegram.adapter:Telegram",
        customer="5",
        settings={"receive": "webhook"},
        secrets={"token": BOT_TOKEN},
        body=json.dumps(
            {
                "update_id": 1,
                "message": {"message_id": 2, "from": {"id": 5}, "chat": {"id": 5, "type": "private"}, "text": "Hello"},
            }
        ).encode(),
        signed=_telegram_headers,
        sealed=False,
    ),
    Subject(
        name="sandbox",
        place="lyhord.channels.sandbox.adapter:Sandbox",
        customer="anna",
        settings={"signing_key": SIGNING_KEY},
        body=json.dumps(
            {"events": [{"kind": "message", "id": "1", "sender": {"id": "anna", "name": "Anna"}, "text": "Hello"}]}
        ).encode(),
        signed=_sandbox_headers,
        reachable=True,
    ),
]
