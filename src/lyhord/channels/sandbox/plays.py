"""Which channel the sandbox plays: its settings turned into a descriptor."""

from collections.abc import Mapping
from typing import Any

import msgspec

from lyhord.conversations.channel import Descriptor, Field, Window, Within
from lyhord.kit.clock import DAY, SECOND

FIELDS = (
    Field("signing_key"),
    Field("text_limit", "number", required=False, more=True),
    Field("limit_unit", "choice", required=False, default="characters", choices=("characters", "bytes"), more=True),
    Field("overflow", "choice", required=False, default="split", choices=("split", "refuse"), more=True),
    Field("buttons", "number", required=False, default=10, more=True),
    Field("files", "switch", required=False, default=True, more=True),
    Field("receipts", "choice", required=False, default="read", choices=("none", "delivered", "read"), more=True),
    Field("window_hours", "number", required=False, more=True),
    Field("after_window", "choice", required=False, default="nothing", choices=("nothing", "template"), more=True),
    Field("may_initiate", "switch", required=False, default=True, more=True),
    Field("change_minutes", "number", required=False, more=True),
    Field("reactions", "switch", required=False, default=True, more=True),
    Field("public", "switch", required=False, default=True, more=True),
    Field("private_days", "number", required=False, default=7, more=True),
    Field("hide", "switch", required=False, default=True, more=True),
    Field(
        "trouble", "choice", required=False, default="none", choices=("none", "retry", "failed", "unknown"), more=True
    ),
)


def played(descriptor: Descriptor, settings: Mapping[str, object]) -> Descriptor:
    """`descriptor` narrowed by the settings of `FIELDS`; what is missing or makes no sense changes nothing."""
    changes: dict[str, Any] = {}
    limit = _number(settings, "text_limit")
    if limit:
        changes["text_limit"] = limit
    for name, allowed in (("limit_unit", ("characters", "bytes")), ("overflow", ("split", "refuse"))):
        if settings.get(name) in allowed:
            changes[name] = settings[name]
    buttons = _number(settings, "buttons")
    if buttons is not None:
        changes["button_limit"] = min(buttons, descriptor.button_limit)
    if settings.get("files") is False:
        changes["kinds_out"] = frozenset({"text"})
    hours = _number(settings, "window_hours")
    if hours:
        template = settings.get("after_window") == "template"
        changes["window"] = Window("inbound", hours * 3600, "template" if template else "nothing")
    minutes = _number(settings, "change_minutes")
    if minutes is not None:
        changes["edit"] = changes["delete"] = Within(minutes * 60) if minutes else None
    for name in ("reactions", "may_initiate"):
        if settings.get(name) is False:
            changes[name] = False
    return msgspec.structs.replace(descriptor, **changes, **_receipts(settings.get("receipts")), **_publicity(settings))


def _publicity(settings: Mapping[str, object]) -> dict[str, Any]:
    if settings.get("public") is False:
        return {"public": False, "private_answer": None, "hide": False}
    days = _number(settings, "private_days")
    private = {} if days is None else {"private_answer": Within(days * DAY // SECOND) if days else None}
    return {**private, **({"hide": False} if settings.get("hide") is False else {})}


def _receipts(wanted: object) -> dict[str, Any]:
    if wanted == "none":
        return {"delivered": "no", "read": "no", "read_model": "none"}
    return {"read": "no", "read_model": "none"} if wanted == "delivered" else {}


def _number(settings: Mapping[str, object], name: str) -> int | None:
    value = settings.get(name)
    if isinstance(value, str) and value.isascii() and value.isdigit():
        value = int(value[:9])
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None
