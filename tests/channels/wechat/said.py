"""An official account for tests, and the calls that WeChat makes, written by hand from its documentation."""

import hashlib
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from lyhord.channels.wechat.adapter import WeChat
from lyhord.channels.wechat.api import Tools
from lyhord.conversations.account import Account, Means
from lyhord.conversations.exchange import Inbound, Media, Raw
from lyhord.kit.egress import Egress
from lyhord.kit.files import Files

APP_ID, SECRET, TOKEN = "wx0123456789abcdef", "secret-of-the-account", "tokenofthecalls"
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
ANNA = "oABCD1234anna"
BASE = "https://desk.example.com"
WHEN, AT = "1772355600", 1_772_355_600_000


def xml(**fields: str) -> bytes:
    """A document with these fields; a value that begins with `<` stands as it is."""
    parts = (
        f"<{name}>{value if value.startswith('<') else f'<![CDATA[{value}]]>'}</{name}>"
        for name, value in fields.items()
    )
    return f"<xml>{''.join(parts)}</xml>".encode()


def said(kind: str = "text", **more: str) -> bytes:
    """What Anna says."""
    facts = {"ToUserName": "gh_1", "FromUserName": ANNA, "CreateTime": WHEN, "MsgType": kind}
    return xml(**{**facts, "MsgId": "23456789012345678", **more})


def event(name: str, **more: str) -> bytes:
    """What Anna does."""
    return xml(ToUserName="gh_1", FromUserName=ANNA, CreateTime=WHEN, MsgType="event", Event=name, **more)


def query(token: str = TOKEN, **more: str) -> str:
    """What stands behind our address when WeChat calls it."""
    signature = hashlib.sha1("".join(sorted([token, WHEN, "nonce"])).encode()).hexdigest()
    return urlencode({"signature": signature, "timestamp": WHEN, "nonce": "nonce", "openid": ANNA, **more})


def account(*, sealed: bool = False, **settings: Any) -> Account:
    """The inbox; `sealed` in the mode in which calls are encrypted."""
    secrets = {"app_secret": SECRET, "token": TOKEN, **({"aes_key": AES_KEY} if sealed else {})}
    return Account("workspace", "inbox", "key", "Shop", {"app_id": APP_ID, **settings}, secrets)


def read(body: bytes) -> list[Inbound]:
    """What is read in a call."""
    return WeChat(account()).parse(Raw(body))


async def _nothing(*_: Any) -> None:
    """Nothing is to be kept."""


def lend(media: Media, until: int) -> str:
    """The address of a file."""
    return f"{BASE}/file/{media.name}?lent={media.file}" if media.file else ""


def tools(folder: Path) -> Tools:
    """What a process shares, made of the real way out, which may go to loopback here."""
    egress = Egress(allow_private=["127.0.0.0/8"])
    return Tools(
        Means(
            files=Files(folder),
            call=egress.call,
            base_address=BASE,
            key=b"k" * 32,
            keep_secrets=_nothing,
            close=egress.close,
            address_of=lend,
        )
    )
