"""What stands beside the words of a message: files to fetch, and things shared that are put into words."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

from msgspec import Struct

from lyhord.channels.meta.events import Attachment
from lyhord.conversations.exchange import Media

THUMBS = frozenset({"369239263222822", "369239343222814", "369239383222810"})
"""Messenger's own thumb in three sizes (Messenger Platform, `messages` event)."""
_FILES = {
    "image": ("image.jpg", "image/jpeg"),
    "audio": ("audio.mp4", "audio/mp4"),
    "video": ("video.mp4", "video/mp4"),
    "file": ("file", "application/octet-stream"),
    "share": ("shared.jpg", "image/jpeg"),
    "story_mention": ("story", "application/octet-stream"),
    "reel": ("reel.mp4", "video/mp4"),
    "ig_reel": ("reel.mp4", "video/mp4"),
    "post": ("post.jpg", "image/jpeg"),
    "ig_post": ("post.jpg", "image/jpeg"),
    "ig_story": ("story", "application/octet-stream"),
    "media": ("shared.jpg", "image/jpeg"),
}
"""Kind of an attachment, then name and type of its file until it is fetched and looked at."""
_PAGES = ("facebook.com", "instagram.com", "messenger.com", "fb.com", "m.me")
"""Where an address shows a page instead of a file."""


class Shown(Struct, frozen=True):
    """What a message shows: its words, and its files."""

    text: str
    media: tuple[Media, ...] = ()


def show(attachments: Iterable[Attachment], text: str) -> Shown:
    """The words of a message with what is attached, each thing once."""
    lines, media = [text] if text else [], list[Media]()
    for one in attachments:
        payload: Mapping[str, Any] = one.payload if isinstance(one.payload, dict) else {}
        file = _file(one, payload)
        if file is not None:
            media.append(file)
        lines += [line for line in _lines(one, payload, file) if line and line.rstrip("/") not in "\n".join(lines)]
    return Shown("\n".join(lines), tuple(media))


def _file(one: Attachment, payload: Mapping[str, Any]) -> Media | None:
    url = _text(payload, "url")
    if one.type not in _FILES or not url or str(payload.get("sticker_id") or "") in THUMBS or is_page(url):
        return None
    name, kind = _FILES[one.type]
    if payload.get("sticker_id"):
        name, kind = "sticker.png", "image/png"
    if one.type == "file":
        name = urlsplit(url).path.rpartition("/")[2] or name
    return Media(name, kind, 0, url=url)


def is_page(url: str) -> bool:
    """Whether an address of Meta's shows a page, which is told as a link."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return False
    return any(host == page or host.endswith(f".{page}") for page in _PAGES)


def _direct(url: str) -> str:
    """Where a link leads that goes by way of Facebook's own counter."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    counted = parts.hostname in {"l.facebook.com", "l.messenger.com", "l.instagram.com"}
    return parse_qs(parts.query).get("u", [url])[0] if counted else url


def _lines(one: Attachment, payload: Mapping[str, Any], file: Media | None) -> Iterator[str]:
    if one.type == "location":
        yield from _place(one, payload)
    elif one.type == "fallback":
        yield one.title or _text(payload, "title")
        yield _direct(one.url or _text(payload, "url"))
    elif one.type == "template":
        yield from _template(payload)
    elif one.type in _FILES:
        if str(payload.get("sticker_id") or "") in THUMBS:
            yield "👍"
            return
        yield _text(payload, "title")
        if file is None:
            yield _text(payload, "url")


def _place(one: Attachment, payload: Mapping[str, Any]) -> Iterator[str]:
    found = payload.get("coordinates")
    spot: Mapping[str, Any] = found if isinstance(found, dict) else {}
    try:
        latitude, longitude = float(spot["lat"]), float(spot["long"])
    except (KeyError, TypeError, ValueError):
        return
    yield one.title or ""
    yield f"📍 {latitude:.5f}, {longitude:.5f}"
    yield f"https://www.openstreetmap.org/?mlat={latitude:.5f}&mlon={longitude:.5f}"


def _template(payload: Mapping[str, Any]) -> Iterator[str]:
    """What a card says, whoever made it: its titles and texts, then its buttons."""
    yield from (_text(payload, name) for name in ("intro_message", "title", "text"))
    found = payload.get("product")
    product: Mapping[str, Any] = found if isinstance(found, dict) else payload
    elements = product.get("elements")
    for element in elements if isinstance(elements, list) else []:
        if isinstance(element, dict):
            yield " · ".join(filter(None, (_text(element, "title"), _text(element, "subtitle"))))
    buttons = payload.get("buttons")
    for button in buttons if isinstance(buttons, list) else []:
        if isinstance(button, dict):
            yield f"[{_text(button, 'title')}]"


def _text(fields: Mapping[str, Any], name: str) -> str:
    value = fields.get(name)
    return value if isinstance(value, str) else ""
