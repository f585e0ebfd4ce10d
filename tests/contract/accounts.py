"""An account of every channel, with what the conformance suite must know of it."""

import hashlib
import hmac
import importlib
import json
from base64 import b64decode, b64encode, urlsafe_b64encode
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode

from msgspec import Struct

from lyhord.conversations.account import Account, Means
from lyhord.conversations.besides import Asking
from lyhord.conversations.channel import Adapter
from lyhord.conversations.exchange import Inbound, Raw
from lyhord.kit.egress import Answer, Call
from lyhord.kit.files import Files

SIGNING_KEY = "key-of-the-sandbox-that-signs"
BOT_TOKEN = "110201543:token-of-the-bot"
NUMBER, CUSTOMER = "+46701740605", "+46701740606"
LINE_CUSTOMER, LINE_GROUP = "U206d25c2ea6bd87c17655609a1c37cb8", "Ca56f94637cc4347f90a25382909b24b9"
MATRIX_CUSTOMER, MATRIX_ROOM = "@anna:matrix.test", "!street:matrix.test"
XMPP_ROOM = "street@rooms.xmpp.test"
LINE_SECRET = "secret-of-the-channel-that-signs"
VIBER_TOKEN = "token-of-the-viber-bot-that-signs"
WECHAT_TOKEN = "tokenofthewechataccount"
AUTH_TOKEN = "token-of-the-number-that-signs"
Signed = Callable[[bytes], Mapping[str, str] | str]
RCS_TOKEN = "token-of-the-agent-that-signs"
APP_SECRET = "secret-of-the-app-that-signs"
X_SECRET = "consumer-secret-of-the-app-that-signs"
APPLE_SECRET = b64encode(b"secret of the provider at Apple!").decode()


class Subject(Struct, frozen=True, kw_only=True):
    """One channel under test. `signed` makes the headers of a genuine call, or its query; None where nobody calls.

    `reachable`: whether `health` needs nobody on the other side. `sealed`: what is called with can't be altered unnoticed; where a
    secret alone proves who calls, it can. `customer` is an address of the first scheme. `in_group`: what comes where that customer
    speaks in a group whose channel calls it `group`; needed where the descriptor has `groups`. `answer` is what the other side says to an
    adapter that asks before it reads (`besides.Asking`). `lives`: what comes where the customer lets all that is said in the chat, then in
    the group, vanish after a day, and last what ends that in the chat; needed where the descriptor has `expires`.
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
    answer: Callable[[Call], Awaitable[Answer]] | None = None
    lives: Sequence[bytes] = ()

    def account(self, **settings: object) -> Account:
        """The inbox as the adapter gets it."""
        return Account("workspace", "inbox", "key", "Name", {**self.settings, **settings}, self.secrets)

    def adapter(self, **settings: object) -> Adapter:
        """A fresh adapter on the account."""
        module, name = self.place.split(":")
        adapter: Adapter = getattr(importlib.import_module(module), name)(self.account(**settings))
        return adapter

    async def hear_in_group(self) -> list[Inbound]:
        """What is read of `in_group`, as the core reads: an adapter that must ask the other side first is let do so."""
        raw = Raw(self.in_group)
        if self.answer is None:
            return self.adapter().parse(raw)
        means = Means(
            files=Files(Path("nowhere")),
            call=self.answer,
            base_address="https://help.example",
            key=b"",
            keep_secrets=_nothing,
            close=_nothing,
        )
        module, name = self.place.split(":")
        adapter: Adapter = getattr(importlib.import_module(module), name)(self.account(), means)
        assert isinstance(adapter, Asking)
        await adapter.look_up(raw)
        return adapter.parse(raw)

    def payload(self) -> Raw:
        """A genuine call."""
        assert self.signed is not None
        signed = self.signed(self.body)
        return Raw(self.body, {}, signed) if isinstance(signed, str) else Raw(self.body, signed, self.query)


async def _nothing(*_: object) -> None:
    """Nothing to keep or close."""


def _sandbox_headers(body: bytes) -> Mapping[str, str]:
    return {"x-sandbox-signature": "sha256=" + hmac.new(SIGNING_KEY.encode(), body, hashlib.sha256).hexdigest()}


def _telegram_life(seconds: int, chat: Mapping[str, Any]) -> bytes:
    said = {
        "message_id": 4,
        "from": {"id": 5},
        "chat": chat,
        "date": 1_772_355_600,
        "message_auto_delete_timer_changed": {"message_auto_delete_time": seconds},
    }
    return json.dumps({"update_id": 3, "message": said}).encode()


_TELEGRAM_LIVES = (
    _telegram_life(86_400, {"id": 5, "type": "private"}),
    _telegram_life(86_400, {"id": -100, "type": "supergroup", "title": "Street"}),
    _telegram_life(0, {"id": 5, "type": "private"}),
)
_SANDBOX_LIVES = tuple(
    json.dumps({"events": [{"kind": "timer", **told}]}).encode()
    for told in (
        {"sender": {"id": "anna"}, "seconds": 86_400},
        {"group": "street", "seconds": 86_400},
        {"sender": {"id": "anna"}, "seconds": 0},
    )
)


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


def _apple_headers(_: bytes) -> Mapping[str, str]:
    head, claims = (
        urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=")
        for part in ({"alg": "HS256"}, {"aud": "msp", "iat": 1_772_355_600})
    )
    signed = hmac.new(b64decode(APPLE_SECRET), head + b"." + claims, hashlib.sha256).digest()
    token = b".".join([head, claims, urlsafe_b64encode(signed).rstrip(b"=")]).decode()
    return {"authorization": f"Bearer {token}", "destination-id": "business"}


def _viber_headers(body: bytes) -> Mapping[str, str]:
    return {"x-viber-content-signature": hmac.new(VIBER_TOKEN.encode(), body, hashlib.sha256).hexdigest()}


def _rcs_headers(body: bytes) -> Mapping[str, str]:
    data = b64decode(json.loads(body)["message"]["data"])
    return {"x-goog-signature": b64encode(hmac.new(RCS_TOKEN.encode(), data, hashlib.sha512).digest()).decode()}


def _rcs_call() -> bytes:
    said = {"senderPhoneNumber": CUSTOMER, "messageId": "1", "agentId": "lamps@rbm.goog", "text": "Hello to you!"}
    data = json.dumps(said, separators=(",", ":")).encode()
    return json.dumps({"message": {"data": b64encode(data).decode()}}, separators=(",", ":")).encode()


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


def _whatsapp_call(**more: str) -> bytes:
    said = {"from": "46701740606", "id": "wamid.1", "type": "text", "text": {"body": "Hej"}, **more}
    value = {"metadata": {"phone_number_id": "1"}, "messages": [said]}
    entry = {"changes": [{"field": "messages", "value": value}]}
    return json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()


def _line_call(source: str, **group: str) -> bytes:
    event = {
        "type": "message",
        "webhookEventId": "01H",
        "source": {"type": source, "userId": LINE_CUSTOMER, **group},
        "message": {"id": "1", "type": "text", "text": "Hello"},
    }
    return json.dumps({"destination": "U0", "events": [event]}).encode()


def _matrix_call(room: str) -> bytes:
    event = {
        "type": "m.room.message",
        "room_id": room,
        "event_id": "$event",
        "sender": MATRIX_CUSTOMER,
        "content": {"msgtype": "m.text", "body": "Hello"},
    }
    return json.dumps({"events": [event]}).encode()


async def _homeserver(call: Call) -> Answer:
    """A homeserver that knows one room, in which two people talk with us."""
    path = unquote(call.url)
    if "/members" in path and MATRIX_ROOM in path:
        people = (MATRIX_CUSTOMER, "@ben:matrix.test", "@support:matrix.test")
        told: object = {"chunk": [{"state_key": one, "content": {"membership": "join"}} for one in people]}
    elif path.endswith("/state/m.room.name") and MATRIX_ROOM in path:
        told = {"name": "Street"}
    elif call.method == "PUT":
        told = {}
    else:
        return Answer(404, {}, b'{"errcode":"M_NOT_FOUND"}', "")
    return Answer(200, {}, json.dumps(told).encode(), "")


def _x_headers(body: bytes) -> Mapping[str, str]:
    signed = b64encode(hmac.new(X_SECRET.encode(), body, hashlib.sha256).digest()).decode()
    return {"x-twitter-webhooks-signature": f"sha256={signed}"}


def _matrix_headers(_: bytes) -> Mapping[str, str]:
    return {"authorization": "Bearer " + hmac.new(b"", b"matrix hs:key", hashlib.sha256).hexdigest()}


_IN_STREET = {"kind": "message", "id": "2", "sender": {"id": "anna"}, "text": "Hello", "group": "street"}
_SANDBOX_GROUP = json.dumps({"events": [_IN_STREET]}).encode()
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
        lives=_TELEGRAM_LIVES,
    ),
    Subject(
        name="whatsapp",
        place="lyhord.channels.whatsapp.adapter:WhatsApp",
        customer=CUSTOMER,
        settings={"number_id": "1", "account_id": "2"},
        secrets={"token": "token-of-the-system-user", "app_secret": APP_SECRET},
        body=_whatsapp_call(),
        signed=_meta_headers,
        in_group=_whatsapp_call(group_id="Y2FwaV9ncm91cA"),
        group="Y2FwaV9ncm91cA",
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
        name="apple",
        place="lyhord.channels.apple.adapter:Apple",
        customer="urn:mbid:AQAAYanna",
        settings={"business_id": "business", "msp_id": "msp"},
        secrets={"api_secret": APPLE_SECRET},
        body=json.dumps({"id": "1", "type": "text", "sourceId": "urn:mbid:AQAAYanna", "body": "Hello"}).encode(),
        signed=_apple_headers,
        sealed=False,
    ),
    Subject(
        name="line",
        place="lyhord.channels.line.adapter:Line",
        customer=LINE_CUSTOMER,
        secrets={"access_token": "token-of-the-official-account", "channel_secret": LINE_SECRET},
        body=_line_call("user"),
        signed=_line_headers,
        in_group=_line_call("group", groupId=LINE_GROUP),
        group=LINE_GROUP,
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
        name="rcs",
        place="lyhord.channels.rcs.adapter:Rcs",
        customer=CUSTOMER,
        settings={"agent_id": "lamps", "region": "europe"},
        secrets={"service_account": "{}-the-file-with-the-key", "client_token": RCS_TOKEN},
        body=_rcs_call(),
        signed=_rcs_headers,
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
        customer=MATRIX_CUSTOMER,
        settings={"homeserver": "https://matrix.test", "server_name": "matrix.test"},
        body=_matrix_call("!room:matrix.test"),
        signed=_matrix_headers,
        sealed=False,
        in_group=_matrix_call(MATRIX_ROOM),
        group=MATRIX_ROOM,
        answer=_homeserver,
    ),
    Subject(
        name="xmpp",
        place="lyhord.channels.xmpp.adapter:Xmpp",
        customer="anna@xmpp.test",
        settings={"host": "127.0.0.1", "domain": "desk.xmpp.test", "rooms": [XMPP_ROOM]},
        secrets={"secret": "the-secret-of-the-component"},
        in_group=(
            f"<message type='groupchat' from='{XMPP_ROOM}/Anna' to='support@desk.xmpp.test' id='1'><body>Hello</body>"
            "<note xmlns='urn:lyhord:note' by='anna@xmpp.test' room='Street'/></message>"
        ).encode(),
        group=XMPP_ROOM,
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
        in_group=_SANDBOX_GROUP,
        group="street",
        lives=_SANDBOX_LIVES,
    ),
    Subject(
        name="sandbox",
        place="lyhord.channels.sandbox.adapter:Sandbox",
        customer="anna",
        settings={
            "signing_key": SIGNING_KEY,
            "templates": True,
            "window_hours": 24,
            "after_window": "template",
            "buttons": 3,
            "list_rows": 10,
        },
        body=json.dumps(
            {"events": [{"kind": "message", "id": "1", "sender": {"id": "anna", "name": "Anna"}, "text": "Hello"}]}
        ).encode(),
        signed=_sandbox_headers,
        reachable=True,
        in_group=_SANDBOX_GROUP,
        group="street",
        lives=_SANDBOX_LIVES,
    ),
]
