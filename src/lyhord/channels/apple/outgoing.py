"""What leaves: the parts that Apple takes, and the message that stands for each."""

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from lyhord.channels.apple.reading import LIST, OURS, PLACEHOLDER, QUICK
from lyhord.conversations.channel import Descriptor
from lyhord.conversations.exchange import Context, Outbound, Peer, Plan, Refusal
from lyhord.conversations.plan import plan_by_descriptor
from lyhord.kit.text import preview

OPTED_OUT = "channel.apple.opted_out"
BUSINESS = (
    "com.apple.messages.MSMessageExtensionBalloonPlugin:0000000000:com.apple.icloud.apps.messages.business.extension"
)
"""Apple's own extension of Messages, which shows what is more than words."""
_TITLE = 80
"""Characters of a bubble's title, which is one line."""


def plan_parts(descriptor: Descriptor, outbound: Outbound, context: Context, name: str) -> Plan | Refusal:
    """As the descriptor says, as far as the customer's device goes with it. Buttons are a message of their own, below the words.

    Its own words are the end of those above, or `name`. A list is opened by a bubble, so that one short line needs nothing above it.
    """
    if context.opted_out:
        return Refusal(OPTED_OUT)
    plan = plan_by_descriptor(_narrowed(descriptor, context.peer), outbound, context)
    if isinstance(plan, Refusal) or not plan.parts[-1].buttons:
        return plan
    last = plan.parts[-1]
    lines = [line for line in last.text.splitlines() if line.strip()] or [name]
    title = preview(lines[-1], _TITLE)
    choice = replace(last, text=title, media=())
    above = replace(last, buttons=(), listed=False)
    said = bool(last.text.strip()) and not (last.listed and title == last.text.strip())
    return replace(plan, parts=(*plan.parts[:-1], *((above,) if said or last.media else ()), choice))


def _narrowed(descriptor: Descriptor, device: Peer | None) -> Descriptor:
    """What is left for the device from which the customer wrote last: all of it where nobody knows what that can show."""
    if device is None:
        return descriptor
    buttons = descriptor.button_limit if QUICK in device.features else 0
    return replace(descriptor, button_limit=buttons, list_limit=descriptor.list_limit if LIST in device.features else 0)


def to_content(part: Outbound, request: str, files: Sequence[Mapping[str, str]] = ()) -> dict[str, Any]:
    """What says one planned part. The customer's answer to buttons comes back with `request`; `files` lie at Apple already."""
    if part.buttons:
        return {"type": "interactive", "interactiveData": _choice(part, request)}
    words = part.text.replace(PLACEHOLDER, "")
    content: dict[str, Any] = {"type": "text", "body": words + PLACEHOLDER * len(files)}
    return {**content, "attachments": list(files)} if files else content


def _choice(part: Outbound, request: str) -> dict[str, Any]:
    common = {"version": "1.0", "mspVersion": "1.0", "requestIdentifier": request}
    items = [{"identifier": f"{OURS}{number}", "title": label} for number, label in enumerate(part.buttons, 1)]
    if not part.listed:
        return {"bid": BUSINESS, "data": {**common, "quick-reply": {"summaryText": part.text, "items": items}}}
    rows = [{**item, "order": order, "style": "default", "subtitle": ""} for order, item in enumerate(items)]
    section = {"title": part.text, "order": 0, "multipleSelection": False, "items": rows}
    bubble = {"title": part.text, "subtitle": "", "style": "small"}
    return {
        "bid": BUSINESS,
        "data": {**common, "listPicker": {"sections": [section]}},
        "receivedMessage": bubble,
        "replyMessage": bubble,
    }
