"""Templates: as Meta tells of them, and as they leave with their places filled (Cloud API, templates)."""

import re
from typing import Any, Literal, cast

from msgspec import Struct

from lyhord.channels.whatsapp.payloads import Id
from lyhord.conversations.exchange import FilledTemplate, Template

_PLACE = re.compile(r"\{\{\s*([^{}]+?)\s*\}\}")
_STATES = {
    "APPROVED": "approved",
    "PENDING": "pending",
    "IN_APPEAL": "pending",
    "PENDING_DELETION": "paused",
    "REJECTED": "rejected",
    "DELETED": "rejected",
    "LIMIT_EXCEEDED": "rejected",
    "ARCHIVED": "paused",
    "PAUSED": "paused",
    "DISABLED": "paused",
}
_HEADERS = {"TEXT": "text", "IMAGE": "image", "VIDEO": "video", "DOCUMENT": "document", "LOCATION": "location"}
CODE, FORM, ONE_TIME = "code:{{1}}", "form:", "otp:{{1}}"
"""What stands for an address where a button copies a code, opens a form, or has a password that is good once."""
State = Literal["approved", "pending", "rejected", "paused"]
Header = Literal["", "text", "image", "video", "document", "location"]


class Button(Struct, frozen=True):
    """A button of a template. A code to copy, a form and a link with a place need something when it is sent."""

    type: str = ""
    text: str = ""
    url: str = ""
    phone_number: str = ""


class Component(Struct, frozen=True):
    """A piece of a template."""

    type: str = ""
    format: str = ""
    text: str = ""
    buttons: list[Button] = []


class Told(Struct, frozen=True):
    """A template as Meta tells of it."""

    id: Id = ""
    name: str = ""
    language: str = ""
    category: str = ""
    status: str = ""
    components: list[Component] = []


class Cursors(Struct, frozen=True):
    """Where the next page begins."""

    after: str = ""


class Paging(Struct, frozen=True):
    """Whether there is a next page."""

    cursors: Cursors = Cursors()
    next: str = ""


class Page(Struct, frozen=True):
    """A page of templates."""

    data: list[Told] = []
    paging: Paging = Paging()


def read_template(told: Told) -> Template:
    """The same as the contract has it. A code to copy and a form's button count among the links: they need a value, too."""
    pieces = {piece.type.upper(): piece for piece in told.components}
    header, body = pieces.get("HEADER", Component()), pieces.get("BODY", Component())
    kind = cast("Header", _HEADERS.get(header.format.upper(), ""))
    top = header.text if kind == "text" else ""
    buttons = pieces.get("BUTTONS", Component()).buttons
    above = [f"header {name}" if name.isdecimal() else name for name in _PLACE.findall(top)]
    return Template(
        id=str(told.id),
        name=told.name,
        language=told.language,
        category=told.category.lower(),
        state=cast("State", _STATES.get(told.status.upper(), "pending")),
        header_kind=kind,
        header=top,
        text=body.text,
        footer=pieces.get("FOOTER", Component()).text,
        buttons=tuple(button.text or button.type.capitalize().replace("_", " ") for button in buttons),
        links={number: link for number, button in enumerate(buttons, 1) if (link := _link(button))},
        values=tuple(dict.fromkeys([*above, *_PLACE.findall(body.text)])),
    )


def _link(button: Button) -> str:
    """What it opens; nothing where it is an answer, which alone comes back."""
    kind = button.type.upper()
    if kind == "QUICK_REPLY":
        return ""
    called = {"COPY_CODE": CODE, "FLOW": FORM, "OTP": ONE_TIME, "PHONE_NUMBER": f"tel:{button.phone_number}"}
    return button.url or called.get(kind, f"{kind.lower()}:")


def template_body(filled: FilledTemplate, media_id: str | None) -> dict[str, Any] | None:
    """The template with its values; `media_id` is Meta's of the file on top. None where something is missing."""
    template = filled.template
    try:
        components = [*_header(filled, media_id), *_body(filled), *_buttons(filled)]
    except (KeyError, ValueError):
        return None
    language = {"code": template.language}
    pieces = {"components": components} if components else {}
    return {"name": template.name, "language": language, **pieces}


def _header(filled: FilledTemplate, media_id: str | None) -> list[dict[str, Any]]:
    template = filled.template
    kind = template.header_kind
    if kind == "text":
        found = [_parameter(name, filled, "header ") for name in _PLACE.findall(template.header)]
        return [{"type": "header", "parameters": found}] if found else []
    if kind == "location":
        return [{"type": "header", "parameters": [{"type": kind, kind: _location(_value(filled, "header"))}]}]
    if not kind:
        return []
    if media_id is None:
        raise KeyError("header")
    name = {"filename": filled.values["header"]} if kind == "document" and filled.values.get("header") else {}
    return [{"type": "header", "parameters": [{"type": kind, kind: {"id": media_id, **name}}]}]


def _body(filled: FilledTemplate) -> list[dict[str, Any]]:
    names = list(dict.fromkeys(_PLACE.findall(filled.template.text)))
    names.sort(key=lambda name: int(name) if name.isdecimal() else 0)
    found = [_parameter(name, filled) for name in names]
    return [{"type": "body", "parameters": found}] if found else []


def _buttons(filled: FilledTemplate) -> list[dict[str, Any]]:
    """What the buttons need, by their number from 0. Quick replies need nothing: they come back by their labels."""
    links = filled.template.links
    found: list[dict[str, Any]] = []
    for number, _ in enumerate(filled.template.buttons, 1):
        link = links.get(number)
        if link == FORM:
            found.append(_button(number, "flow", {"type": "action", "action": {"flow_token": f"button {number}"}}))
        elif link == CODE:
            code = {"type": "coupon_code", "coupon_code": _value(filled, f"button {number}")}
            found.append(_button(number, "copy_code", code))
        elif link and _PLACE.search(link):
            found.append(_button(number, "url", {"type": "text", "text": _value(filled, f"button {number}")}))
    return found


def _button(number: int, kind: str, parameter: dict[str, Any]) -> dict[str, Any]:
    return {"type": "button", "sub_type": kind, "index": number - 1, "parameters": [parameter]}


def _parameter(name: str, filled: FilledTemplate, before: str = "") -> dict[str, Any]:
    """A numbered place is known by its order, a named one by its name."""
    if name.isdecimal():
        own = f"{before}{name}"
        return {"type": "text", "text": _value(filled, own if own in filled.values else name)}
    return {"type": "text", "parameter_name": name, "text": _value(filled, name)}


def _value(filled: FilledTemplate, name: str) -> str:
    value = filled.values[name].strip()
    if not value:
        raise KeyError(name)
    return value


def _location(value: str) -> dict[str, Any]:
    """A place from `latitude,longitude` and, after a space, what it is called."""
    where, _, name = value.partition(" ")
    latitude, longitude = (float(one) for one in where.split(","))
    called = {"name": name.strip(), "address": name.strip()} if name.strip() else {}
    return {"latitude": latitude, "longitude": longitude, **called}
