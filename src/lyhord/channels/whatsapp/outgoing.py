"""What leaves: the parts that WhatsApp takes, and the bodies that carry them (Cloud API, messages)."""

from html import escape
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from lyhord.channels.whatsapp.markup import to_marked
from lyhord.channels.whatsapp.people import PERSON, PHONE, is_person, to_number
from lyhord.channels.whatsapp.templates import template_body
from lyhord.conversations.channel import Descriptor
from lyhord.conversations.exchange import Address, Amendment, Context, Media, Outbound, Plan, Refusal
from lyhord.conversations.plan import BUTTONS_AS_LIST, BUTTONS_AS_TEXT, plan_by_descriptor, show_as_list, split_text

CAPTION = INTERACTIVE = 1024
"""The longest text below a file, and above buttons, in characters."""
BUTTONS, BUTTON, ROWS, ROW = 3, 20, 10, 24
"""How many buttons a message has and how long their labels may be, and the same for the rows of a list."""
_IMAGE, _SOUND, _DOCUMENT = 5_000_000, 16_000_000, 100_000_000


class Form(Struct, frozen=True):
    """How a file leaves: the kind of message, the type with which it is uploaded, and how many bytes it may have."""

    kind: str
    type: str
    limit: int
    captioned: bool = True


_DOCUMENTS = (
    "application/pdf",
    "application/msword",
    "application/vnd.ms-excel",
    "application/vnd.ms-powerpoint",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
)
_FORMS = {
    **{kind: Form("image", kind, _IMAGE) for kind in ("image/jpeg", "image/png")},
    **{kind: Form("video", kind, _SOUND) for kind in ("video/mp4", "video/3gpp")},
    **{kind: Form("audio", kind, _SOUND, captioned=False) for kind in ("audio/aac", "audio/amr", "audio/mpeg")},
    **{kind: Form("audio", kind, _SOUND, captioned=False) for kind in ("audio/mp4", "audio/ogg")},
    **{kind: Form("document", kind, _DOCUMENT) for kind in _DOCUMENTS},
}
"""What the Cloud API takes (media, supported types). Anything else is refused when it is uploaded."""


def form_of(file: Media) -> Form | None:
    """How a file leaves; None where WhatsApp takes none of its type. Pictures and films too large for that leave as documents."""
    kind = file.type.partition(";")[0].strip().lower()
    form = Form("document", "text/plain", _DOCUMENT) if kind.startswith("text/") else _FORMS.get(kind)
    if form is not None and file.size > form.limit and form.kind in ("image", "video"):
        return Form("document", form.type, _DOCUMENT)
    return form


def plan_parts(descriptor: Descriptor, outbound: Outbound, context: Context) -> Plan | Refusal:
    """As the descriptor says, each file in a message of its own: the words below the first where it can carry them, else before it."""
    if outbound.to.value and outbound.group_id is None and not _reachable(outbound.to):
        return Refusal("plan.bad_number")
    if outbound.template is not None:
        return _plan_template(descriptor, outbound, context)
    buttons = _buttons(descriptor, outbound)
    said = replace(outbound, buttons=()) if buttons else _numbered(outbound)
    limit = INTERACTIVE if buttons else descriptor.text_limit or 0
    kept = not said.html or len(words_of(said)) <= limit  # marks can't be opened in one message and closed in the next
    planned = plan_by_descriptor(descriptor if kept else replace(descriptor, markup="none"), said, context)
    if isinstance(planned, Refusal):
        return planned
    refusal = _refuse_file(outbound)
    if refusal is not None:
        return refusal
    parts = [*planned.parts[:-1], *_apart(planned.parts[-1], buttons)]
    chosen = outbound.quote or (outbound.group_id and outbound.to.value)
    answers = outbound.answers if chosen else None
    bare = [replace(part, answers=None) for part in parts[1:]]
    lost = BUTTONS_AS_TEXT if outbound.buttons and not buttons else ""
    listed = BUTTONS_AS_LIST if buttons and show_as_list(descriptor, buttons) else ""
    changes = (*planned.changes, *filter(None, (lost, listed)))
    return replace(planned, parts=(replace(parts[0], answers=answers), *bare), changes=changes)


def words_of(part: Outbound) -> str:
    """What it says, with WhatsApp's marks where it is formatted."""
    return to_marked(part.html) if part.html else part.text


def _numbered(outbound: Outbound) -> Outbound:
    """The same with numbered lines where its buttons were, in both forms of the words."""
    lines = [f"{number}. {label}" for number, label in enumerate(outbound.buttons, 1)]
    if not lines:
        return outbound
    html = outbound.html and outbound.html + "<p>" + "<br>".join(escape(line, quote=False) for line in lines) + "</p>"
    return replace(outbound, text="\n".join([*filter(None, [outbound.text]), *lines]), html=html, buttons=())


def _reachable(to: Address) -> bool:
    return bool(to_number(to.value)) if to.scheme == PHONE else to.scheme == PERSON and is_person(to.value)


def _plan_template(descriptor: Descriptor, outbound: Outbound, context: Context) -> Plan | Refusal:
    """A template leaves as it was approved, also where the customer hasn't written for long."""
    assert outbound.template is not None
    planned = plan_by_descriptor(descriptor, outbound, context)
    if isinstance(planned, Plan) and template_body(outbound.template, "0" if outbound.media else None) is None:
        return Refusal("channel.whatsapp.template_values")  # a place on top that is none
    return _refuse_file(outbound) or planned


def _refuse_file(outbound: Outbound) -> Refusal | None:
    for file in outbound.media:
        form = form_of(file)
        if form is None:
            return Refusal("plan.file_unsupported")
        if file.size > form.limit:
            return Refusal("plan.file_too_large")
    return None


def _buttons(descriptor: Descriptor, outbound: Outbound) -> tuple[str, ...]:
    """The buttons that leave as such: not in groups, not without words, and not where a label is too long or there are two of it."""
    labels = outbound.buttons
    fit = len(labels) <= descriptor.list_limit and all(len(one) <= (descriptor.row_length or 0) for one in labels)
    alone = len(set(labels)) == len(labels) and all(one.strip() for one in labels)
    return labels if fit and alone and words_of(outbound).strip() and outbound.group_id is None else ()


def _apart(part: Outbound, buttons: tuple[str, ...]) -> list[Outbound]:
    """Files first where buttons follow, since these must stand below the last words."""
    bare = [replace(part, text="", html=None, media=(file,)) for file in part.media]
    words = replace(part, media=())
    if buttons:
        texts = [part.text] if part.html or len(part.text) <= INTERACTIVE else split_text(part.text, INTERACTIVE)
        said = [replace(words, text=text) for text in texts]
        return [*bare, *said[:-1], replace(said[-1], buttons=buttons)]
    if not bare:
        return [part]
    form = form_of(part.media[0])
    caption = words_of(part)
    if caption and not (form and form.captioned and len(caption) <= CAPTION):
        return [words, *bare]
    return [replace(bare[0], text=part.text, html=part.html), *bare[1:]]


def to_body(part: Outbound, key: str, *, media_id: str | None = None, opens_list: str = "☰") -> dict[str, Any]:
    """The message that carries one planned part; `media_id` is Meta's of its file, `opens_list` stands on what opens a list."""
    body = {"messaging_product": "whatsapp", **_to(part), **_content(part, media_id, opens_list)}
    about = {"context": {"message_id": part.answers}} if part.answers else {}
    return {**body, **about, "biz_opaque_callback_data": key}


def to_reaction(amendment: Amendment) -> dict[str, Any]:
    """The message that puts our emoji to one of theirs, or takes it away."""
    return {
        "messaging_product": "whatsapp",
        **_to(amendment),
        "type": "reaction",
        "reaction": {"message_id": amendment.message, "emoji": amendment.emoji},
    }


def to_read(message: str, *, typing: bool) -> dict[str, Any]:
    """Says that their message was read, and for at most 25 seconds that somebody writes an answer."""
    shown = {"typing_indicator": {"type": "text"}} if typing else {}
    return {"messaging_product": "whatsapp", "status": "read", "message_id": message, **shown}


def _to(part: Outbound | Amendment) -> dict[str, Any]:
    if part.group_id is not None:
        return {"recipient_type": "group", "to": part.group_id}
    if part.to.scheme == PERSON:
        return {"recipient_type": "individual", "recipient": part.to.value}
    return {"recipient_type": "individual", "to": to_number(part.to.value)}


def _content(part: Outbound, media_id: str | None, opens_list: str) -> dict[str, Any]:
    if part.template is not None:
        return {"type": "template", "template": template_body(part.template, media_id)}
    if part.media:
        return _file(part.media[0], words_of(part), media_id)
    if part.buttons:
        return {"type": "interactive", "interactive": _interactive(part, opens_list)}
    text = words_of(part)
    return {"type": "text", "text": {"body": text, "preview_url": "://" in text}}


def _file(file: Media, caption: str, media_id: str | None) -> dict[str, Any]:
    form = form_of(file)
    kind = form.kind if form else "document"
    what: dict[str, Any] = {"id": media_id}
    if caption:
        what["caption"] = caption
    if kind == "document":
        what["filename"] = file.name
    if form and form.type == "audio/ogg":
        what["voice"] = True
    return {"type": kind, kind: what}


def _interactive(part: Outbound, opens_list: str) -> dict[str, Any]:
    """Up to three short labels are buttons, others a list. Each is known by its number, as the numbered lines elsewhere are."""
    body = {"text": words_of(part)}
    numbered = [(str(number), label) for number, label in enumerate(part.buttons, 1)]
    if len(numbered) <= BUTTONS and all(len(label) <= BUTTON for label in part.buttons):
        replies = [{"type": "reply", "reply": {"id": number, "title": label}} for number, label in numbered]
        return {"type": "button", "body": body, "action": {"buttons": replies}}
    rows = [{"id": number, "title": label} for number, label in numbered]
    return {"type": "list", "body": body, "action": {"button": opens_list, "sections": [{"rows": rows}]}}
