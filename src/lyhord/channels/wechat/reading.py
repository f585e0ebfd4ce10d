"""From a call of WeChat, opened, to what happened in the conversation. Never raises: what isn't understood becomes `Unsupported`."""

from collections.abc import Callable, Iterator, Mapping

from lyhord.channels.wechat.options import SCHEME
from lyhord.conversations.exchange import Address, Inbound, InboundMessage, InboundStatus, Media, Unsupported, unread_id
from lyhord.conversations.optouts.model import CONFIRMED, find_wish
from lyhord.kit.clock import SECOND

UNSHOWN = "channel.wechat.unshown"
FOLLOWED, LEFT, SCANNED, OPENED = "🔔", "🔕", "🔳", "🔗"
"""What stands for the customer's following, leaving, scanning one of our codes, and opening a link of the menu."""
_UNTOLD = (
    "location",
    "location_select",
    "pic_",
    "kf_",
    "masssendjobfinish",
    "card_",
    "user_",
    "poi_",
    "wxa_",
    "view_mini",
)
"""How events begin that say nothing to agents: where a phone is, what a message of its own tells, cards, shops, broadcasts."""
_NAMES = {
    "image": ("photo.jpg", "image/jpeg"),
    "voice": ("voice.amr", "audio/amr"),
    "video": ("video.mp4", "video/mp4"),
    "shortvideo": ("video.mp4", "video/mp4"),
}

Told = Mapping[str, str]


def read_message(told: Told, body: bytes) -> list[Inbound]:
    """What one call says: nothing, where it is only for the company's own eyes."""
    kind, event = told.get("MsgType", "").lower(), told.get("Event", "").lower()
    if kind != "event":
        return _said(kind, told) or not_understood(body, told)
    if event in _EVENTS:
        return _EVENTS[event](told) or not_understood(body, told)
    return [] if event.startswith(_UNTOLD) else not_understood(body, told)


def not_understood(body: bytes, told: Told | None = None) -> list[Inbound]:
    """What stands for a call in which nothing was found."""
    told = told or {}
    name = _event_id(told) if told.get("FromUserName") else unread_id(body)
    return [Unsupported(external_id=told.get("MsgId") or name, reason=UNSHOWN, sender=_sender(told))]


def _sender(told: Told) -> tuple[Address, ...]:
    value = told.get("FromUserName", "")
    return (Address(SCHEME, value, verified=True),) if value else ()


def _event_id(told: Told) -> str:
    """Events have no id: who, when and what name one."""
    names = ("FromUserName", "CreateTime", "Event", "EventKey")
    return ":".join(told.get(name, "") for name in names)[:200]


def _at(told: Told) -> int | None:
    seconds = told.get("CreateTime", "")
    return int(seconds) * SECOND if seconds.isascii() and seconds.isdigit() and len(seconds) < 12 else None


def _said(kind: str, told: Told) -> list[Inbound]:
    sender, number = _sender(told), told.get("MsgId", "")
    text, media = "\n".join(filter(None, _words(kind, told))), _media(kind, told)
    if not (sender and number and (text or media)):
        return []
    wish = find_wish(text) if kind == "text" else None
    return [
        InboundMessage(
            external_id=number,
            sender=sender,
            text=text,
            at=_at(told),
            media=media,
            chosen=told.get("bizmsgmenuid") or None,
            flags=frozenset({wish}) if wish else frozenset(),
        )
    ]


def _words(kind: str, told: Told) -> Iterator[str]:
    if kind == "text":
        yield told.get("Content", "")
    elif kind == "voice":
        yield told.get("Recognition", "")
    elif kind == "location":
        yield told.get("Label", "")
        yield from _place(told.get("Location_X", ""), told.get("Location_Y", ""))
    elif kind == "link":
        yield from (told.get(name, "") for name in ("Title", "Description", "Url"))


def _place(latitude: str, longitude: str) -> Iterator[str]:
    try:
        x, y = float(latitude), float(longitude)
    except ValueError:
        return
    yield f"📍 {x:.5f}, {y:.5f}"
    yield f"https://www.openstreetmap.org/?mlat={x:.5f}&mlon={y:.5f}"


def _media(kind: str, told: Told) -> tuple[Media, ...]:
    """The file, by WeChat's id of it, which holds for three days."""
    if kind not in _NAMES or not told.get("MediaId"):
        return ()
    name, media_type = _NAMES[kind]
    if kind == "voice" and told.get("Format", "").lower() == "mp3":
        name, media_type = "voice.mp3", "audio/mpeg"
    return (Media(name, media_type, 0, url=f"{SCHEME}:{told['MediaId']}"),)


def _done(sign: str, told_by: str, *flags: str) -> Callable[[Told], list[Inbound]]:
    """What a customer did without a word: shown by `sign` and what `told_by` says of it. With flags nobody waits for an answer."""

    def read(told: Told) -> list[Inbound]:
        sender, about = _sender(told), told.get(told_by, "")
        text = " ".join(filter(None, [sign, about]))
        if not (sender and text):
            return []
        return [
            InboundMessage(
                external_id=_event_id(told),
                sender=sender,
                text=text,
                at=_at(told),
                flags=frozenset(flags),
            )
        ]

    return read


def _template_ended(told: Told) -> list[Inbound]:
    number, status = told.get("MsgID") or told.get("MsgId", ""), told.get("Status", "")
    if not (number and status):
        return []
    well = status == "success"
    return [
        InboundStatus(
            reference=number, state="delivered" if well else "failed", at=_at(told), error="" if well else status
        )
    ]


_EVENTS: dict[str, Callable[[Told], list[Inbound]]] = {
    "subscribe": _done(FOLLOWED, "EventKey", "opt_in", CONFIRMED, "auto_reply"),
    "unsubscribe": _done(LEFT, "EventKey", "opt_out", CONFIRMED, "auto_reply"),
    "scan": _done(SCANNED, "EventKey", "auto_reply"),
    "view": _done(OPENED, "EventKey", "auto_reply"),
    "click": _done("", "EventKey"),
    "scancode_push": _done(SCANNED, "ScanCodeInfo.ScanResult", "auto_reply"),
    "scancode_waitmsg": _done(SCANNED, "ScanCodeInfo.ScanResult"),
    "templatesendjobfinish": _template_ended,
}
