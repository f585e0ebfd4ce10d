"""An account of every channel, with what the conformance suite must know of it."""

import hashlib
import hmac
import importlib
import json
from base64 import b64encode
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode

from msgspec import Struct

from lyhord.conversations.account import Account
from lyhord.conversations.channel import Adapter
from lyhord.conversations.exchange import Raw

SIGNING_KEY = "key-of-the-sandbox-that-signs"
BOT_TOKEN = "110201543:token-of-the-bot"
AUTH_TOKEN = "token-of-the-number-that-signs"
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
    query: str = ""
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
        return Raw(self.body, self.signed(self.body), self.query)


def _sandbox_headers(body: bytes) -> Mapping[str, str]:
    return {"x-sandbox-signature": "sha256=" + hmac.new(SIGNING_KEY.encode(), body, hashlib.sha256).hexdigest()}


def _telegram_headers(_: bytes) -> Mapping[str, str]:
    secret = hmac.new(BOT_TOKEN.encode(), b"webhook:key", hashlib.sha256).hexdigest()
    return {"x-telegram-bot-api-secret-token": secret}


def _twilio_headers(body: bytes) -> Mapping[str, str]:
    form = "".join(name + value for name, value in sorted(parse_qsl(body.decode(), keep_blank_values=True)))
    signed = hmac.new(AUTH_TOKEN.encode(), f"https://help.example/in/key{form}".encode(), hashlib.sha1).digest()
    return {"x-twilio-signature": b64encode(signed).decode()}


def _kannel_headers(_body: bytes) -> Mapping[str, str]:
    return {"authorization": "Basic " + b64encode(b"kannel:the-password-for-calls").decode()}


def _matrix_headers(_: bytes) -> Mapping[str, str]:
    return {"authorization": "Bearer " + hmac.new(b"", b"matrix hs:key", hashlib.sha256).hexdigest()}


NUMBER = "+46701740605"
CUSTOMER = "+46701740606"
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
        name="sms",
        place="lyhord.channels.sms.adapter:Sms",
        customer=CUSTOMER,
        settings={"number": NUMBER, "account_sid": "AC1", "public_address": "https://help.example"},
        secrets={"auth_token": AUTH_TOKEN},
        body=urlencode({"MessageSid": "SM1", "From": CUSTOMER, "To": NUMBER, "Body": "Hej då"}).encode(),
        signed=_twilio_headers,
    ),
    Subject(
        name="sms",
        place="lyhord.channels.sms.adapter:Sms",
        customer=CUSTOMER,
        settings={"way": "kannel", "number": "71550"},
        secrets={"kannel_password": "the-password-of-sendsms", "call_password": "the-password-for-calls"},
        query=urlencode({"from": CUSTOMER, "to": "71550", "id": "1", "charset": "UTF-8", "text": "Hej då"}),
        signed=_kannel_headers,
        sealed=False,
    ),
    Subject(
        name="sms",
        place="lyhord.channels.sms.adapter:Sms",
        customer=CUSTOMER,
        settings={"way": "smpp", "number": "71550", "system_id": "firm"},
        secrets={"smpp_password": "the-password-of-the-bind"},
    ),
    Subject(
        name="matrix",
        place="lyhord.channels.matrix.adapter:Matrix",
        customer="@anna:matrix.test",
        settings={"homeserver": "https://matrix.test", "server_name": "matrix.test"},
        body=json.dumps(
            {
                "events": [
                    {
                        "type": "m.room.message",
                        "room_id": "!room:matrix.test",
                        "event_id": "$event",
                        "sender": "@anna:matrix.test",
                        "content": {"msgtype": "m.text", "body": "Hello"},
                    }
                ]
            }
        ).encode(),
        signed=_matrix_headers,
        sealed=False,
    ),
    Subject(
        name="xmpp",
        place="lyhord.channels.xmpp.adapter:Xmpp",
        customer="anna@xmpp.test",
        settings={"host": "127.0.0.1", "domain": "desk.xmpp.test"},
        secrets={"secret": "the-secret-of-the-component"},
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
