"""Which channel the sandbox plays: its settings turned into a descriptor."""

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from lyhord.conversations.channel import Descriptor, Field, Rate, Window, Within
from lyhord.conversations.exchange import Cost
from lyhord.kit.clock import DAY, SECOND

FIELDS = (
    Field("signing_key"),
    Field("text_limit", "number", required=False, more=True),
    Field("limit_unit", "choice", required=False, default="characters", choices=("characters", "bytes"), more=True),
    Field("overflow", "choice", required=False, default="split", choices=("split", "refuse"), more=True),
    Field("buttons", "number", required=False, default=10, more=True),
    Field("button_length", "number", required=False, more=True),
    Field("list_rows", "number", required=False, default=0, more=True),
    Field("files", "switch", required=False, default=True, more=True),
    Field("receipts", "choice", required=False, default="read", choices=("none", "delivered", "read"), more=True),
    Field("window_hours", "number", required=False, more=True),
    Field("window_seconds", "number", required=False, more=True),
    Field("after_window", "choice", required=False, default="nothing", choices=("nothing", "template"), more=True),
    Field("templates", "switch", required=False, default=False, more=True),
    Field("may_initiate", "switch", required=False, default=True, more=True),
    Field("change_minutes", "number", required=False, more=True),
    Field("undo_seconds", "number", required=False, default=0, more=True),
    Field("reactions", "switch", required=False, default=True, more=True),
    Field("per_minute", "number", required=False, more=True),
    Field("price", required=False, more=True),
    Field("public", "switch", required=False, default=True, more=True),
    Field("private_days", "number", required=False, default=7, more=True),
    Field("hide", "switch", required=False, default=True, more=True),
    Field(
        "trouble", "choice", required=False, default="none", choices=("none", "retry", "failed", "unknown"), more=True
    ),
)

_PRICE = re.compile(r"(\d{1,6}(?:\.\d{1,6})?) ([A-Z]{3})")


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
    changes["button_length"] = _number(settings, "button_length") or None
    changes["list_limit"] = min(_number(settings, "list_rows") or 0, descriptor.list_limit)
    changes["templates"] = settings.get("templates") is True
    if settings.get("files") is False:
        changes["kinds_out"] = frozenset({"text"})
    seconds = (_number(settings, "window_hours") or 0) * 3600 + (_number(settings, "window_seconds") or 0)
    if seconds:
        template = settings.get("after_window") == "template"
        changes["window"] = Window("inbound", seconds, "template" if template else "nothing")
    minutes = _number(settings, "change_minutes")
    if minutes is not None:
        changes["edit"] = changes["delete"] = Within(minutes * 60) if minutes else None
    changes["undo_seconds"] = _number(settings, "undo_seconds") or 0
    for name in ("reactions", "may_initiate"):
        if settings.get(name) is False:
            changes[name] = False
    changes |= _rates(settings) | _publicity(settings)
    return msgspec.structs.replace(descriptor, **changes, **_receipts(settings.get("receipts")))


def _publicity(settings: Mapping[str, object]) -> dict[str, Any]:
    if settings.get("public") is False:
        return {"public": False, "private_answer": None, "hide": False}
    days = _number(settings, "private_days")
    private = {} if days is None else {"private_answer": Within(days * DAY // SECOND) if days else None}
    return {**private, **({"hide": False} if settings.get("hide") is False else {})}


def _rates(settings: Mapping[str, object]) -> dict[str, Any]:
    most = _number(settings, "per_minute")
    return {"rates": (Rate("account", most, 60),)} if most else {}


def read_price(settings: Mapping[str, object]) -> Cost | None:
    """What a part costs by the setting `price` (`0.075 EUR`); None where it says nothing that is a price."""
    found = _PRICE.fullmatch(str(settings.get("price") or "").strip())
    return Cost(round(float(found[1]) * 1_000_000), found[2]) if found else None


def _receipts(wanted: object) -> dict[str, Any]:
    if wanted == "none":
        return {"delivered": "no", "read": "no", "read_model": "none"}
    return {"read": "no", "read_model": "none"} if wanted == "delivered" else {}


def _number(settings: Mapping[str, object], name: str) -> int | None:
    value = settings.get(name)
    if isinstance(value, str) and value.isascii() and value.isdigit():
        value = int(value[:9])
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None
