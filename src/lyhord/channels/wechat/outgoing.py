"""What leaves: the parts that WeChat takes, and the customer service message that stands for each."""

from typing import Any

from msgspec.structs import replace

from lyhord.conversations.channel import Descriptor
from lyhord.conversations.exchange import Context, Media, Outbound, Plan, Refusal
from lyhord.conversations.plan import plan_by_descriptor

_TEXT = frozenset({"text"})
_KINDS = {
    "image/jpeg": ("image", 10_000_000),
    "image/png": ("image", 10_000_000),
    "image/gif": ("image", 10_000_000),
    "audio/amr": ("voice", 2_000_000),
    "audio/mpeg": ("voice", 2_000_000),
    "video/mp4": ("video", 10_000_000),
}
"""Types of files that WeChat takes, as what, and up to how many bytes."""


def plan_parts(descriptor: Descriptor, outbound: Outbound, context: Context) -> Plan | Refusal:
    """As the descriptor says, files that WeChat takes each in a message of its own, all others as links. Buttons need words above them."""
    shown = tuple(item for item in outbound.media if kind_of(item))
    others = tuple(item for item in outbound.media if item not in shown)
    says = bool(others or outbound.text.strip() or outbound.html or outbound.buttons or not shown)
    fitting, rest = (replace(descriptor, kinds_out=_TEXT), others) if says else (descriptor, shown)
    plan = plan_by_descriptor(fitting, replace(outbound, media=rest), context)
    if isinstance(plan, Refusal):
        return plan
    bare = replace(outbound, text="", html=None, quote="", subject=None, media=(), buttons=())
    files = tuple(replace(bare, media=(item,)) for item in shown)
    return Plan((*files, *(plan.parts if says else ())), plan.changes)


def kind_of(item: Media) -> str:
    """As what WeChat takes a file; "" where it doesn't."""
    kind, largest = _KINDS.get(item.type, ("", 0))
    return kind if item.size <= largest else ""


def to_message(part: Outbound, media_id: str = "") -> dict[str, Any]:
    """The body that sends one planned part; `media_id` is WeChat's name of the file that was uploaded for it."""
    if part.media:
        kind = kind_of(part.media[0])
        title = {"title": part.media[0].name[:60]} if kind == "video" else {}
        return _to(part, kind, {"media_id": media_id, **title})
    if part.buttons:
        items = [{"id": str(number), "content": label} for number, label in enumerate(part.buttons, 1)]
        return _to(part, "msgmenu", {"head_content": part.text, "list": items, "tail_content": ""})
    return _to(part, "text", {"content": part.text})


def _to(part: Outbound, kind: str, content: dict[str, Any]) -> dict[str, Any]:
    return {"touser": part.to.value, "msgtype": kind, kind: content}
