"""What leaves: the parts that a room takes, and the events that carry them."""

import re
from typing import Any

from msgspec.structs import replace

from lyhord.channels.matrix.options import is_user
from lyhord.channels.matrix.payloads import read_place
from lyhord.conversations.channel import Descriptor
from lyhord.conversations.exchange import Context, Media, Outbound, Plan, Refusal
from lyhord.conversations.formatting import to_plain
from lyhord.conversations.plan import plan_by_descriptor

MOST_HTML = 32_000
"""Bytes of formatted words."""
_PICTURE = re.compile(r"<img\b[^>]*>", re.IGNORECASE)
_KINDS = {"image": "m.image", "audio": "m.audio", "video": "m.video"}


def plan_parts(descriptor: Descriptor, outbound: Outbound, context: Context) -> Plan | Refusal:
    """As the descriptor says, then each file in an event of its own, after the words."""
    if outbound.group_id is None and outbound.to.value and not is_user(outbound.to.value):
        return Refusal("channel.matrix.bad_user")
    dropped: tuple[str, ...] = ()
    if outbound.html is not None:
        html = _PICTURE.sub("", outbound.html)
        large = len(html.encode()) > MOST_HTML
        dropped = ("plan.formatting_dropped",) if large else ()
        outbound = replace(outbound, text=outbound.text or to_plain(html), html=None if large else html)
    planned = plan_by_descriptor(descriptor, outbound, context)
    if isinstance(planned, Refusal):
        return planned
    last = planned.parts[-1]
    words = (replace(last, media=()),) if last.text.strip() or last.html or last.buttons else ()
    files = (replace(last, text="", html=None, buttons=(), media=(file,)) for file in last.media)
    parts = [*planned.parts[:-1], *words, *files]
    chosen = outbound.quote or (outbound.group_id and outbound.to.value)
    first = parts[0] if chosen else replace(parts[0], answers=None)
    return Plan((first, *(replace(part, answers=None) for part in parts[1:])), (*planned.changes, *dropped))


def to_content(part: Outbound, address: str = "") -> dict[str, Any]:
    """The content of the event for one planned part; `address` is where the homeserver keeps its file."""
    content = _file(part.media[0], address) if part.media else _words(part)
    place = read_place(part.answers) if part.answers else None
    relation = _relation(place.event if place else "", part.topic.id if part.topic and part.group_id else "")
    if relation:
        content["m.relates_to"] = relation
    named = [part.to.value] if place is not None and part.to.value else []
    return {**content, "m.mentions": {"user_ids": named} if named else {}}


def _relation(answered: str, thread: str) -> dict[str, Any]:
    """What it answers, and in which thread; programs that know none see an answer to the thread's beginning."""
    replied = {"m.in_reply_to": {"event_id": answered or thread}} if answered or thread else {}
    return (
        {"rel_type": "m.thread", "event_id": thread, "is_falling_back": not answered, **replied} if thread else replied
    )


def to_edit(part: Outbound, event: str) -> dict[str, Any]:
    """The content of the event that puts other words in the place of an earlier one's."""
    new = _words(part)
    shown = {**new, "body": f"* {new['body']}"}
    if "formatted_body" in new:
        shown["formatted_body"] = f"* {new['formatted_body']}"
    return {
        **shown,
        "m.new_content": {**new, "m.mentions": {}},
        "m.relates_to": {"rel_type": "m.replace", "event_id": event},
        "m.mentions": {},
    }


def to_reaction(event: str, emoji: str) -> dict[str, Any]:
    """The content of the event that answers an earlier one with an emoji."""
    return {"m.relates_to": {"rel_type": "m.annotation", "event_id": event, "key": emoji}}


def _words(part: Outbound) -> dict[str, Any]:
    kind = "m.notice" if part.automatic else "m.text"
    content: dict[str, Any] = {"msgtype": kind, "body": part.text or to_plain(part.html or "")}
    if part.html:
        content |= {"format": "org.matrix.custom.html", "formatted_body": part.html}
    return content


def _file(media: Media, address: str) -> dict[str, Any]:
    return {
        "msgtype": _KINDS.get(media.type.partition("/")[0], "m.file"),
        "body": media.name,
        "filename": media.name,
        "url": address,
        "info": {"mimetype": media.type, "size": media.size},
    }
