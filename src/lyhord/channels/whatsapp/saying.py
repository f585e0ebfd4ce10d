"""What a message of WhatsApp says: its words and its files. Places, cards, orders and forms become lines of text."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import msgspec
from msgspec import Struct

from lyhord.channels.whatsapp.payloads import Card, File, Form, Location, Message, Order
from lyhord.conversations.exchange import Media

SCHEME = "whatsapp"
_FILES: tuple[tuple[str, str, str], ...] = (
    ("image", "photo.jpg", "image/jpeg"),
    ("video", "video.mp4", "video/mp4"),
    ("audio", "audio.ogg", "audio/ogg"),
    ("document", "file", "application/octet-stream"),
    ("sticker", "sticker.webp", "image/webp"),
)
"""Field of a message, then name and type of its file where WhatsApp tells none."""
_ENDINGS = {
    "image/png": "png",
    "image/webp": "webp",
    "video/3gpp": "3gp",
    "audio/mpeg": "mp3",
    "audio/mp4": "m4a",
    "audio/aac": "aac",
    "audio/amr": "amr",
    "application/pdf": "pdf",
    "text/plain": "txt",
}


class Said(Struct, frozen=True):
    """The words, the files, and what the customer chose where it was a button; `below` stood smaller below the words."""

    text: str = ""
    media: tuple[Media, ...] = ()
    chosen: str | None = None
    below: str = ""


def read_said(message: Message) -> Said | None:
    """What it says; None where it says nothing that is read here."""
    media = tuple(_media(message))
    if media:
        return Said("\n".join(_captions(message)), media)
    if message.text is not None:
        return Said(message.text.body) if message.text.body else None
    if message.button is not None:
        return Said(message.button.text or message.button.payload, chosen=message.button.payload or None)
    if message.interactive is not None:
        return _read_interactive(message)
    text = "\n".join(_lines(message))
    return Said(text) if text else None


def _read_interactive(message: Message) -> Said | None:
    assert message.interactive is not None
    chosen = message.interactive.button_reply or message.interactive.list_reply
    if chosen is not None:
        text = chosen.title or str(chosen.id)
        return Said(text, chosen=str(chosen.id) or None, below=chosen.description) if text else None
    form = message.interactive.nfm_reply
    text = "\n".join(_form(form)) if form else ""
    return Said(text) if text else None


def _captions(message: Message) -> Iterator[str]:
    for name, *_ in _FILES:
        file: File | None = getattr(message, name)
        if file is not None and file.caption:
            yield file.caption


def _media(message: Message) -> Iterator[Media]:
    """Each file with Meta's id, and the digest that it must have, in the place of an address."""
    for field, shown, usual in _FILES:
        file: File | None = getattr(message, field)
        if file is None or not file.id:
            continue
        kind = file.mime_type.partition(";")[0].strip().lower() or usual
        ending = _ENDINGS.get(kind)
        name = f"{'voice' if file.voice else shown.partition('.')[0]}.{ending}" if ending and kind != usual else shown
        if file.voice and kind == usual:
            name = "voice.ogg"
        yield Media(file.filename or name, kind, 0, url=f"{SCHEME}:{file.id}?{quote(file.sha256, safe='')}")


def _lines(message: Message) -> Iterator[str]:
    if message.location is not None:
        yield from _place(message.location)
    for number, card in enumerate(message.contacts):
        yield from ([""] if number else [])
        yield from _card(card)
    if message.order is not None:
        yield from _order(message.order)


def _place(place: Location) -> Iterator[str]:
    yield from filter(None, (place.name, place.address))
    yield f"📍 {place.latitude:.5f}, {place.longitude:.5f}"
    yield f"https://www.openstreetmap.org/?mlat={place.latitude:.5f}&mlon={place.longitude:.5f}"
    if place.url:
        yield place.url


def _card(card: Card) -> Iterator[str]:
    yield f"👤 {card.name.formatted_name}".strip()
    yield from filter(None, (card.org.company, *(line.phone for line in card.phones)))
    yield from filter(None, (line.email or line.url for line in (*card.emails, *card.urls)))


def _order(order: Order) -> Iterator[str]:
    if order.text:
        yield order.text
    for item in order.product_items:
        yield f"🛒 {_amount(item.quantity)} × {item.product_retailer_id} ({_amount(item.item_price)} {item.currency})"


def _amount(number: float | str) -> str:
    return f"{number:g}" if isinstance(number, float | int) else number


def _form(form: Form) -> Iterator[str]:
    """The answers of a form, a line each; what only machines read is left out."""
    if form.body and form.body != "Sent":
        yield form.body
    try:
        answers: Any = msgspec.json.decode(form.response_json)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        answers = {}
    for name, value in answers.items() if isinstance(answers, dict) else ():
        if name != "flow_token" and isinstance(value, str | int | float | bool):
            yield f"{name}: {value}"
