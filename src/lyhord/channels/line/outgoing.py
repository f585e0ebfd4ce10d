"""What leaves: the parts that LINE takes, and the message that stands for each."""

from typing import Any

from msgspec.structs import replace

from lyhord.channels.line.reading import OURS, tokens_of
from lyhord.conversations.channel import Descriptor
from lyhord.conversations.exchange import Context, Media, Outbound, Plan, Refusal
from lyhord.conversations.plan import plan_by_descriptor

_TEXT = frozenset({"text"})
_LABEL, _SAID = 20, 300
"""Characters of a quick reply's label, and of what it says when it is pressed."""
_PICTURES, _LARGEST_PICTURE = frozenset({"image/jpeg", "image/png"}), 1_000_000
"""A larger picture would need a smaller one beside it as its preview."""
_FILMS = frozenset({"video/mp4"})


def plan_parts(descriptor: Descriptor, outbound: Outbound, context: Context) -> Plan | Refusal:
    """As the descriptor says, pictures and films that LINE shows each in a message of its own, all other files as links.

    Whatever leaves as a file needs an address that starts with https.
    """
    shown = tuple(item for item in outbound.media if _is_shown(item))
    others = tuple(item for item in outbound.media if item not in shown)
    says = bool(others or outbound.text.strip() or outbound.html or outbound.buttons or not shown)
    quoting = says and bool(tokens_of(outbound.handle)[0])
    descriptor = replace(descriptor, quotes=quoting)
    fitting, rest = (replace(descriptor, kinds_out=_TEXT), others) if says else (descriptor, shown)
    plan = plan_by_descriptor(fitting, replace(outbound, media=rest), context)
    if isinstance(plan, Refusal):
        return plan
    parts = tuple(
        replace(part, handle=outbound.handle if quoting and not n else "") for n, part in enumerate(plan.parts)
    )
    parts = parts if says else ()
    buttons = parts[-1].buttons if parts else ()
    bare = replace(outbound, text="", html=None, quote="", handle="", subject=None, media=(), buttons=())
    parts = (*(replace(part, buttons=()) for part in parts), *(replace(bare, media=(item,)) for item in shown))
    return Plan((*parts[:-1], replace(parts[-1], buttons=buttons)), plan.changes)


def to_message(part: Outbound, preview: str) -> dict[str, Any]:
    """The message that says one planned part; `preview` is the address of a picture that stands for a film."""
    return {**_content(part, preview), **_quick_replies(part)}


def _content(part: Outbound, preview: str) -> dict[str, Any]:
    if not part.media:
        token = tokens_of(part.handle)[0]
        return {"type": "text", "text": part.text, **({"quoteToken": token} if token else {})}
    item = part.media[0]
    if item.type in _FILMS:
        return {"type": "video", "originalContentUrl": item.url, "previewImageUrl": preview}
    return {"type": "image", "originalContentUrl": item.url, "previewImageUrl": item.url}


def _quick_replies(part: Outbound) -> dict[str, Any]:
    actions = [
        {
            "type": "postback",
            "label": label[:_LABEL],
            "data": f"{OURS}{number}:{label}"[:_SAID],
            "displayText": label[:_SAID],
        }
        for number, label in enumerate(part.buttons, 1)
    ]
    items = [{"type": "action", "action": action} for action in actions]
    return {"quickReply": {"items": items}} if items else {}


def _is_shown(item: Media) -> bool:
    picture = item.type in _PICTURES and item.size <= _LARGEST_PICTURE
    return bool(item.url and item.url.startswith("https://") and (picture or item.type in _FILMS))
