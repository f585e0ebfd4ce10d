"""What leaves: the parts that Viber takes, and the message that stands for each."""

from typing import Any

from msgspec.structs import replace

from lyhord.channels.viber.options import Options
from lyhord.channels.viber.reading import ASKED, TRACKED
from lyhord.conversations.channel import Descriptor
from lyhord.conversations.exchange import Context, Media, Outbound, Plan, Refusal
from lyhord.conversations.plan import plan_by_descriptor

_LABEL, _FILE_NAME = 250, 256
_PICTURES, _LARGEST_PICTURE = frozenset({"image/jpeg", "image/png"}), 1_000_000
_LARGEST_FILM = 26_000_000


def plan_parts(descriptor: Descriptor, outbound: Outbound, context: Context) -> Plan | Refusal:
    """As the descriptor says, each file in a message of its own. A file needs an address that starts with https."""
    if any(item.url is None or not item.url.startswith("https://") for item in outbound.media):
        return Refusal("plan.file_unsupported")
    plan = plan_by_descriptor(descriptor, outbound, context)
    if isinstance(plan, Refusal):
        return plan
    last = plan.parts[-1]
    bare = replace(last, text="", html=None, media=(), buttons=())
    said = (*plan.parts[:-1], *((replace(last, media=(), buttons=()),) if last.text.strip() or not last.media else ()))
    parts = (*said, *(replace(bare, media=(item,)) for item in last.media))
    return Plan((*parts[:-1], replace(parts[-1], buttons=last.buttons)), plan.changes)


def to_message(part: Outbound, key: str, options: Options) -> dict[str, Any]:
    """The body that sends one planned part. Its key comes back with what the customer answers."""
    return {
        "receiver": part.to.value,
        "min_api_version": 1,
        "sender": {"name": options.sender_name},
        "tracking_data": f"{ASKED if part.buttons else TRACKED}{key}",
        **(_file(part.media[0]) if part.media else {"type": "text", "text": part.text}),
        **_keyboard(part),
    }


def _file(item: Media) -> dict[str, Any]:
    if item.type in _PICTURES and item.size <= _LARGEST_PICTURE:
        return {"type": "picture", "text": "", "media": item.url}
    if item.type == "video/mp4" and item.size <= _LARGEST_FILM:
        return {"type": "video", "media": item.url, "size": item.size}
    return {"type": "file", "media": item.url, "size": item.size, "file_name": item.name[-_FILE_NAME:]}


def _keyboard(part: Outbound) -> dict[str, Any]:
    buttons = [
        {"Columns": 6, "Rows": 1, "ActionType": "reply", "ActionBody": label[:_LABEL], "Text": label[:_LABEL]}
        for label in part.buttons
    ]
    return {"keyboard": {"Type": "keyboard", "DefaultHeight": False, "Buttons": buttons}} if buttons else {}
