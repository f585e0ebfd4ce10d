"""How a message leaves on a channel: split and degraded openly as its descriptor demands, or refused by a named rule."""

import unicodedata
from collections.abc import Callable, Sequence
from html import escape
from itertools import islice
from typing import Literal

import msgspec

from lyhord.conversations.channel import Descriptor
from lyhord.conversations.exchange import Context, FilledTemplate, Media, Outbound, Plan, Refusal, Template
from lyhord.conversations.formatting import to_plain
from lyhord.kit.clock import DAY
from lyhord.kit.text import preview

Unit = Literal["characters", "bytes", "utf16", "graphemes"]

BUTTONS_AS_TEXT, BUTTONS_AS_LIST = "plan.buttons_as_text", "plan.buttons_as_list"
UNREACHABLE = "plan.unreachable"
_JOINER = "\u200d"
_LEAST = 4
LENT_DAYS = 30
_QUOTE_LINES, _QUOTE_LINE = 3, 100


def plan_by_descriptor(descriptor: Descriptor, outbound: Outbound, context: Context) -> Plan | Refusal:
    """The parts in which `outbound` leaves a channel that is nothing more than its descriptor, or a refusal.

    Joined, the texts of the parts are the degraded text, whole. Files and buttons go with the last part. What was lost
    on the way stands in `changes` (message keys `plan.*`), so that an agent sees it before sending.
    """
    refusal = _refusal(descriptor, outbound, context)
    if refusal is not None:
        return refusal
    if outbound.template is not None:
        return Plan((_bare(outbound),))
    once = _is_private_answer(descriptor, outbound, context)
    fitted, changes = _degrade(descriptor, msgspec.structs.replace(outbound, private_answer=once))
    limit = descriptor.text_limit
    if limit is None or measure(fitted.text, descriptor.limit_unit) <= limit:
        return Plan((fitted,), tuple(changes), until=_until(descriptor, context) if once else None)
    if descriptor.overflow == "refuse":
        return Refusal("plan.text_too_long")
    if once:
        return Refusal("plan.private_single", ("public",))
    return Plan(_parts(fitted, split_text(fitted.text, limit, descriptor.limit_unit)), (*changes, "plan.text_split"))


def show_as_list(descriptor: Descriptor, labels: Sequence[str]) -> bool:
    """Whether buttons with these labels, which the channel can show, stand in a list that opens rather than below the message."""
    return len(labels) > descriptor.button_limit or not _fit(labels, descriptor.button_length)


def with_addresses(outbound: Outbound, context: Context, address_of: Callable[[Media, int], str]) -> Outbound:
    """The same with an address at each file (`Means.address_of`), for channels whose owner fetches them, or whose customers do by a link.

    The addresses hold for 30 to 31 days, and are the same all day, so that what is shown before sending is what leaves.
    """
    until = (context.now // DAY + LENT_DAYS + 1) * DAY
    media = tuple(
        msgspec.structs.replace(item, url=item.url or address_of(item, until) or None) for item in outbound.media
    )
    return msgspec.structs.replace(outbound, media=media)


def is_out_of_reach(context: Context) -> bool:
    """Whether it was told that nothing arrives there, and nothing has come from there since."""
    peer = context.peer
    return peer is not None and not peer.reachable and (context.last_inbound_at or 0) <= peer.at


def measure(text: str, unit: Unit) -> int:
    """The length of `text` in code points, in bytes of UTF-8 (a lone surrogate counts three), in units of UTF-16, or in characters as
    people see them (graphemes).
    """
    if unit == "graphemes":
        return sum(not _joined(text, at) for at in range(len(text)))
    return len(text) if unit == "characters" else sum(map(_SIZES[unit], text))


def split_text(text: str, limit: int, unit: Unit = "characters") -> list[str]:
    """Cut `text` into pieces of at most `limit` units that give it back when joined.

    Cuts fall after a blank line, a line, a sentence or a word where the second half of a piece has one; otherwise
    between two characters as people see them; inside one only when it alone is too long. A limit under 4 counts as 4.
    """
    pieces: list[str] = []
    start = 0
    while start < len(text):
        end = _reach(text, start, max(limit, _LEAST), unit)
        cut = end if end == len(text) else _cut(text, start, end)
        pieces.append(text[start:cut])
        start = cut
    return pieces


def _refusal(descriptor: Descriptor, outbound: Outbound, context: Context) -> Refusal | None:
    if context.opted_out:
        return Refusal("plan.opted_out")
    if outbound.group_id is not None and (context.removed or not descriptor.groups):
        return Refusal("plan.removed_from_group" if context.removed else "plan.no_groups")
    if not (outbound.text.strip() or outbound.html or outbound.media or outbound.buttons or outbound.template):
        return Refusal("plan.empty")
    if is_out_of_reach(context):
        return Refusal(UNREACHABLE)
    refusal = _refusal_of_way(descriptor, outbound, context)
    if refusal is not None:
        return refusal
    if outbound.template is not None and (lacks := _lack(descriptor, outbound, outbound.template)):
        return Refusal(lacks)
    if any(item.size > descriptor.media_limit and not _as_link(descriptor, item) for item in outbound.media):
        return Refusal("plan.file_too_large")
    if any(not _carries(descriptor, item) and item.url is None for item in outbound.media):
        return Refusal("plan.file_unsupported")
    return None


def _refusal_of_way(descriptor: Descriptor, outbound: Outbound, context: Context) -> Refusal | None:
    """Public answers are always open; private ones, where a private conversation is, or as the one answer to a public message."""
    if outbound.place is not None:
        return None if descriptor.public else Refusal("plan.no_place")
    closed = _closed(descriptor, outbound, context)
    if closed is None or context.published is None or outbound.template is not None:
        return closed
    allowed = (*closed.allowed, "public")
    if descriptor.private_answer is None:
        return Refusal("plan.not_private" if closed.rule == "plan.not_first" else closed.rule, allowed)
    if context.published.answers:
        return Refusal("plan.private_answered", allowed)
    until = _until(descriptor, context)
    return Refusal("plan.private_too_late", allowed) if until is not None and context.now >= until else None


def _closed(descriptor: Descriptor, outbound: Outbound, context: Context) -> Refusal | None:
    """The rule that forbids to say something in private by ourselves, if one does."""
    if context.last_inbound_at is None and not descriptor.may_initiate:
        return Refusal("plan.not_first")
    window = descriptor.window
    if window is not None and not (outbound.template and window.after == "template"):
        closes = None if context.last_inbound_at is None else context.last_inbound_at + window.seconds * 1000
        if closes is None or context.now >= closes:
            return Refusal("plan.window_closed", ("template",) if window.after == "template" else ())
    return None


def _lack(descriptor: Descriptor, outbound: Outbound, filled: FilledTemplate) -> str:
    """Why a template can't leave so, as a message key, or ""."""
    template = filled.template
    if not descriptor.templates:
        return "plan.no_templates"
    if template.state != "approved":
        return "plan.template_not_approved"
    if any(not filled.values.get(name, "").strip() for name in places_of(template)):
        return "plan.template_values"
    media = template.header_kind if template.header_kind in ("image", "video", "document") else ""
    kinds = [item.type.partition("/")[0] for item in outbound.media]
    if len(kinds) != bool(media) or (media in ("image", "video") and kinds != [media]):
        return f"plan.template_{media or 'no_file'}"
    return ""


def places_of(template: Template) -> tuple[str, ...]:
    """The names of all values that a template needs before it can leave, a file of its header aside."""
    place = ("header",) if template.header_kind == "location" else ()
    links = (f"button {number}" for number, link in sorted(template.links.items()) if "{{" in link)
    return (*place, *template.values, *links)


def _bare(outbound: Outbound) -> Outbound:
    """A template leaves as it was approved: nothing beside it."""
    return msgspec.structs.replace(
        outbound, html=None, subject=None, quote="", buttons=(), copies=(), blind_copies=(), answers=None
    )


def _fit(labels: Sequence[str], length: int | None) -> bool:
    return length is None or all(len(label) <= length for label in labels)


def _is_private_answer(descriptor: Descriptor, outbound: Outbound, context: Context) -> bool:
    return (
        outbound.place is None and context.published is not None and _closed(descriptor, outbound, context) is not None
    )


def _until(descriptor: Descriptor, context: Context) -> int | None:
    """Until when (Unix milliseconds) what is answered may be answered in private."""
    within = descriptor.private_answer
    if within is None or within.seconds is None or context.published is None:
        return None
    return context.published.at + within.seconds * 1000


def _carries(descriptor: Descriptor, item: Media) -> bool:
    kind = item.type.partition("/")[0]
    return "file" in descriptor.kinds_out or kind in descriptor.kinds_out


def _as_link(descriptor: Descriptor, item: Media) -> bool:
    return item.url is not None and not (_carries(descriptor, item) and item.size <= descriptor.media_limit)


def _degrade(descriptor: Descriptor, outbound: Outbound) -> tuple[Outbound, list[str]]:
    changes: list[str] = []
    text, html, buttons = outbound.text, outbound.html, outbound.buttons
    if html is not None and descriptor.markup != "html":
        text, html = text or to_plain(html), None
        changes.append("plan.formatting_dropped")
    if outbound.quote and not descriptor.quotes:
        text = "\n\n".join([quoted(outbound.quote), *filter(None, [text])])
        changes.append("plan.quote_as_text")
    links = [item for item in outbound.media if _as_link(descriptor, item)]
    if links:
        text, html = _with_lines(text, html, [f"{item.name}: {item.url}" for item in links])
        changes.append("plan.file_as_link")
    public = outbound.place is not None
    listed = False
    if buttons and (public or show_as_list(descriptor, buttons)):
        listed = not public and len(buttons) <= descriptor.list_limit and _fit(buttons, descriptor.row_length)
        if listed:
            changes.append(BUTTONS_AS_LIST)
        else:
            text, html = _with_lines(text, html, [f"{n}. {label}" for n, label in enumerate(buttons, 1)])
            buttons = ()
            changes.append(BUTTONS_AS_TEXT)
    subject, copies, blind = outbound.subject, outbound.copies, outbound.blind_copies
    if subject and not descriptor.subject:
        subject = None
        changes.append("plan.subject_dropped")
    if (copies or blind) and not descriptor.copies:
        copies = blind = ()
        changes.append("plan.copies_dropped")
    fitted = msgspec.structs.replace(
        outbound,
        text=text,
        html=html,
        buttons=buttons,
        listed=listed,
        subject=subject,
        quote="",
        copies=copies,
        blind_copies=blind,
        media=tuple(item for item in outbound.media if item not in links),
    )
    return fitted, changes


def _with_lines(text: str, html: str | None, lines: Sequence[str]) -> tuple[str, str | None]:
    """The words with these lines below, in both forms."""
    formed = html and html + "<p>" + "<br>".join(escape(line, quote=False) for line in lines) + "</p>"
    return "\n".join([*filter(None, [text]), *lines]), formed


def quoted(text: str) -> str:
    """The beginning of what is answered, as plain words mark what somebody else said."""
    lines = [line for line in text.splitlines() if line.strip()][:_QUOTE_LINES]
    return "\n".join(f"> {preview(line, _QUOTE_LINE)}" for line in lines)


def _parts(outbound: Outbound, texts: list[str]) -> tuple[Outbound, ...]:
    first = [
        msgspec.structs.replace(outbound, text=text, html=None, media=(), buttons=(), listed=False)
        for text in texts[:-1]
    ]
    return (*first, msgspec.structs.replace(outbound, text=texts[-1], html=None))


def _reach(text: str, start: int, limit: int, unit: Unit) -> int:
    if unit == "characters":
        return min(start + limit, len(text))
    if unit == "graphemes":
        begins = (at for at in range(start + 1, len(text)) if not _joined(text, at))
        return next(islice(begins, limit - 1, None), len(text))
    used, end, size = 0, start, _SIZES[unit]
    while end < len(text) and (used := used + size(text[end])) <= limit:
        end += 1
    return end


def _bytes(character: str) -> int:
    code = ord(character)
    return 1 if code < 0x80 else 2 if code < 0x800 else 3 if code < 0x10000 else 4


def _utf16(character: str) -> int:
    return 1 if character < "\U00010000" else 2


_SIZES = {"bytes": _bytes, "utf16": _utf16}


def _cut(text: str, start: int, end: int) -> int:
    least = start + (end - start) // 2
    for mark in ("\n\n", "\n", ". ", "。", " "):
        found = text.rfind(mark, least, end)
        if found >= 0 and not _joined(text, found + len(mark)):
            return found + len(mark)
    cut = end
    while cut > start and _joined(text, cut):
        cut -= 1
    return cut if cut > start else end


def _joined(text: str, at: int) -> bool:
    """Whether what stands before and after `at` is one character as people see it."""
    if at <= 0 or at >= len(text):
        return False
    before, after = text[at - 1], text[at]
    if (before, after) == ("\r", "\n") or _JOINER in (before, after):
        return True
    if unicodedata.category(after) in ("Mn", "Me", "Mc") or "\U0001f3fb" <= after <= "\U0001f3ff":
        return True
    if "\U000e0020" <= after <= "\U000e007f" or "\u1160" <= after <= "\u11ff":
        return True
    return _flag(after) and _flag(before) and _flags_before(text, at) % 2 == 1


def _flag(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def _flags_before(text: str, at: int) -> int:
    count = 0
    while at - count > 0 and _flag(text[at - count - 1]):
        count += 1
    return count
