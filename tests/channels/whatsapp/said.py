"""What WhatsApp would tell, written by hand from its webhooks reference; and a number of ours whose other side is on loopback."""

import json
from pathlib import Path
from typing import Any

from lyhord.channels.whatsapp.adapter import WhatsApp
from lyhord.channels.whatsapp.reading import read_payload
from lyhord.conversations.account import Account, Means
from lyhord.conversations.exchange import Address, Inbound
from lyhord.kit.egress import Egress
from lyhord.kit.files import Files

NUMBER, ACCOUNT, PHONE, PERSON = "106540352242922", "102290129340398", "46701740606", "SE.13491208655302741918"
TOKEN, SECRET = "token-of-a-system-user", "secret-of-the-app"
CONTACT = {"profile": {"name": "Anna Öst"}, "wa_id": PHONE, "user_id": PERSON}
ANNA = (
    Address("tel", "+46701740606", "Anna Öst", verified=True),
    Address("whatsapp", PERSON, "Anna Öst", verified=True),
)


def call(value: Any, field: str = "messages", number: str = NUMBER) -> bytes:
    """One call, with one change."""
    return json.dumps(
        {
            "object": "whatsapp_business_account",
            "entry": [{"id": ACCOUNT, "changes": [{"field": field, "value": about(number) | value}]}],
        }
    ).encode()


def about(number: str = NUMBER) -> dict[str, Any]:
    """What stands in every change."""
    return {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "15550783881", "phone_number_id": number},
    }


def message(**more: Any) -> dict[str, Any]:
    """What Anna says."""
    return {"from": PHONE, "from_user_id": PERSON, "id": "wamid.1", "timestamp": "1772355600", **more}


def read(body: bytes) -> list[Inbound]:
    """What our number is told by it."""
    return read_payload(body, NUMBER)


def read_message(*, contacts: Any = (CONTACT,), **more: Any) -> Inbound:
    """The one thing that a message of Anna's says."""
    (found,) = read(call({"contacts": list(contacts), "messages": [message(**more)]}))
    return found


async def _nothing(*_: Any) -> None:
    """Nothing to close or keep."""


def number(egress: Egress, folder: Path, server: str, base: str = "https://desk.example.com", **more: Any) -> WhatsApp:
    """An adapter whose other side is `server`."""
    settings = {"number_id": NUMBER, "account_id": ACCOUNT, "server": server, **more}
    account = Account("workspace", "inbox", "key", "Shop", settings, {"token": TOKEN, "app_secret": SECRET})
    means = Means(
        files=Files(folder),
        call=egress.call,
        base_address=base,
        key=b"k" * 32,
        keep_secrets=_nothing,
        close=_nothing,
    )
    return WhatsApp(account, means)
