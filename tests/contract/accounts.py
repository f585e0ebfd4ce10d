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
LINE_SECRET = "secret-of-the-channel-that-signs"
VIBER_TOKEN = "token-of-the-viber-bot-that-signs"
WECHAT_TOKEN = "tokenofthewechataccount"
AUTH_TOKEN = "token-of-the-number-that-signs"
Signed = Callable[[bytes], Mapping[str, str] | str]
APP_SECRET = "secret-of-the-app-that-signs"
X_SECRET = "consumer-secret-of-the-app-that-signs"


class Subject(Struct, frozen=True, kw_only=True):
    """One channel under test. `signed` makes the headers of a genuine call, or its query; None where nobody calls.

    `reachable`: whether `health` needs nobody on the other side. `sealed`: what is called with can't be altered unnoticed; where a
    secret alone proves who calls, it can. `customer` is an address of the first scheme. `in_group`: what comes where that customer
    speaks in a group whose channel calls it `group`; needed where the descriptor has `groups`.
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
    in_group: bytes = b""
    group: str = ""

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
        signed = self.signed(self.body)
        return Raw(self.body, {}, signed) if isinstance(signed, str) else Raw(self.body, signed, self.query)


def _sandbox_headers(body: bytes) -> Mapping[str, str]:
    return {"x-sandbox-signature": "sha256=" + hmac.new(SIGNING_KEY.encode(), body, hashlib.sha256).hexdigest()}


def _telegram_headers(_: bytes) -> Mapping[str, str]:
    secret = hmac.new(BOT_TOKEN.encode(), b"webhook:key", hashlib.sha256).hexdigest()
    return {"x-telegram-bot-api-secret-token": secret}


def _meta_headers(body: bytes) -> Mapping[str, str]:
    return {"x-hub-signature-256": "sha256=" + hmac.new(APP_SECRET.encode(), body, hashlib.sha256).hexdigest()}


def _twilio_headers(body: bytes) -> Mapping[str, str]:
    form = "".join(name + value for name, value in sorted(parse_qsl(body.decode(), keep_blank_values=True)))
    signed = hmac.new(AUTH_TOKEN.encode(), f"https://help.example/in/key{form}".encode(), hashlib.sha1).digest()
    return {"x-twilio-signature": b64encode(signed).decode()}


def _line_headers(body: bytes) -> Mapping[str, str]:
    return {"x-line-signature": b64encode(hmac.new(LINE_SECRET.encode(), body, hashlib.sha256).digest()).decode()}


def _viber_headers(body: bytes) -> Mapping[str, str]:
    return {"x-viber-content-signature": hmac.new(VIBER_TOKEN.encode(), body, hashlib.sha256).hexdigest()}


def _wechat_query(_: bytes) -> str:
    signature = hashlib.sha1("".join(sorted((WECHAT_TOKEN, "1772355600", "nonce"))).encode()).hexdigest()
    return urlencode({"timestamp": "1772355600", "nonce": "nonce", "signature": signature})


def _kannel_headers(_body: bytes) -> Mapping[str, str]:
    return {"authorization": "Basic " + b64encode(b"kannel:the-password-for-calls").decode()}


def _meta_call(kind: str, owner: str) -> bytes:
    said = {
        "sender": {"id": "5"},
        "recipient": {"id": owner},
        "timestamp": 1_772_355_600_000,
        "message": {"mid": "m_1", "text": "Hej"},
    }
    return json.dumps({"object": kind, "entry": [{"id": owner, "messaging": [said]}]}).encode()


def _x_headers(body: bytes) -> Mapping[str, str]:
    signed = b64encode(hmac.new(X_SECRET.encode(), body, hashlib.sha256).digest()).decode()
    return {"x-twitter-webhooks-signature": f"sha256={signed}"}


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
        in_group=json.dumps(
            {
                "update_id": 2,
                "message": {
                    "message_id": 3,
                    "from": {"id": 5},
                    "chat": {"id": -100, "type": "supergroup", "title": "Street"},
                    "text": "Hello all",
                },
            }
        ).encode(),
        group="-100",
    ),
    Subject(
        name="whatsapp",
        place="lyhord.channels.whatsapp.adapter:WhatsApp",
        customer=CUSTOMER,
        settings={"number_id": "1", "account_id": "2"},
        secrets={"token": "token-of-the-system-user", "app_secret": APP_SECRET},
        body=json.dumps(
            {
                "object": "whatsapp_business_account",
                "entry": [
                    {
                        "changes": [
                            {
                                "field": "messages",
                                "value": {
                                    "metadata": {"phone_number_id": "1"},
                                    "messages": [
                                        {
                                            "from": "46701740606",
                                            "id": "wamid.1",
                                            "type": "text",
                                            "text": {"body": "Hej"},
                                        }
                                    ],
                                },
                            }
                        ]
                    }
                ],
            }
        ).encode(),
        signed=_meta_headers,
    ),
    Subject(
        name="messenger",
        place="lyhord.channels.messenger.adapter:Messenger",
        customer="5",
        settings={"page_id": "110", "app_id": "42"},
        secrets={"token": "the-token-of-the-page", "app_secret": APP_SECRET},
        body=_meta_call("page", "110"),
        signed=_meta_headers,
    ),
    Subject(
        name="instagram",
        place="lyhord.channels.instagram.adapter:Instagram",
        customer="5",
        settings={"account_id": "17841", "app_id": "42"},
        secrets={"token": "the-token-of-the-account", "app_secret": APP_SECRET},
        body=_meta_call("instagram", "17841"),
        signed=_meta_headers,
    ),
    Subject(
        name="x",
        place="lyhord.channels.x.adapter:X",
        customer="2222222222222222222",
        settings={"consumer_key": "key-of-the-app"},
        secrets={
            "consumer_secret": X_SECRET,
            "access_token": "1111111111111111111-token-of-the-account",
            "access_secret": "secret-of-that-token",
        },
        body=json.dumps(
            {
                "data": {
                    "event_uuid": "2080765813578191303",
                    "filter": {"user_id": "1111111111111111111"},
                    "event_type": "post.mention.create",
                    "payload": {
                        "id": "2080765813578191303",
                        "conversation_id": "2080765813578191303",
                        "author_id": "2222222222222222222",
                        "text": "hey @ExampleUser",
                    },
                }
            }
        ).encode(),
        signed=_x_headers,
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
        name="line",
        place="lyhord.channels.line.adapter:Line",
        customer="U206d25c2ea6bd87c17655609a1c37cb8",
        secrets={"access_token": "token-of-the-official-account", "channel_secret": LINE_SECRET},
        body=json.dumps(
            {
                "destination": "U0",
                "events": [
                    {
                        "type": "message",
                        "webhookEventId": "01H",
                        "source": {"type": "user", "userId": "U206d25c2ea6bd87c17655609a1c37cb8"},
                        "message": {"id": "1", "type": "text", "text": "Hello"},
                    }
                ],
            }
        ).encode(),
        signed=_line_headers,
    ),
    Subject(
        name="viber",
        place="lyhord.channels.viber.adapter:Viber",
        customer="01234567890A=",
        secrets={"auth_token": VIBER_TOKEN},
        body=json.dumps(
            {
                "event": "message",
                "message_token": 4912661846655238145,
                "sender": {"id": "01234567890A=", "name": "Anna"},
                "message": {"type": "text", "text": "Hello"},
            }
        ).encode(),
        signed=_viber_headers,
    ),
    Subject(
        name="wechat",
        place="lyhord.channels.wechat.adapter:WeChat",
        customer="oABCD1234anna",
        settings={"app_id": "wx0123456789abcdef"},
        secrets={"app_secret": "secret-of-the-wechat-account", "token": WECHAT_TOKEN},
        body=(
            b"<xml><FromUserName>oABCD1234anna</FromUserName><CreateTime>1772355600</CreateTime>"
            b"<MsgType>text</MsgType><Content>Hello</Content><MsgId>1</MsgId></xml>"
        ),
        signed=_wechat_query,
        sealed=False,
    ),
    Subject(
        name="mastodon",
        place="lyhord.channels.mastodon.adapter:Mastodon",
        customer="anna@social.example",
        settings={"server": "https://social.example"},
        secrets={"token": "token-of-the-account"},
    ),
    Subject(
        name="bluesky",
        place="lyhord.channels.bluesky.adapter:Bluesky",
        customer="did:plc:anna",
        settings={"handle": "firm.bsky.social"},
        secrets={"password": "four-four-four-four"},
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
        in_group=json.dumps(
            {"events": [{"kind": "message", "id": "2", "sender": {"id": "anna"}, "text": "Hello", "group": "street"}]}
        ).encode(),
        group="street",
    ),
]
