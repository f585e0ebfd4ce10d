"""What leaves: the parts that a chat takes, and the stanzas that carry them."""

from msgspec.structs import replace

from lyhord.channels.xmpp.options import Options, is_address
from lyhord.channels.xmpp.reading import (
    CORRECT,
    IDS,
    MARKERS,
    OOB,
    REACTIONS,
    RECEIPTS,
    REPLY,
    RETRACT,
    STATES,
    id_of,
)
from lyhord.channels.xmpp.stanzas import Element, element
from lyhord.conversations.channel import Descriptor
from lyhord.conversations.exchange import Amendment, Context, Outbound, Plan, Refusal
from lyhord.conversations.plan import plan_by_descriptor

HINTS = "urn:xmpp:hints"


def plan_parts(descriptor: Descriptor, outbound: Outbound, context: Context) -> Plan | Refusal:
    """As the descriptor says, then each file in a message of its own, after the words."""
    if outbound.group_id is None and outbound.to.value and not is_address(outbound.to.value):
        return Refusal("channel.xmpp.bad_address")
    planned = plan_by_descriptor(descriptor, outbound, context)
    if isinstance(planned, Refusal):
        return planned
    last = planned.parts[-1]
    words = (replace(last, media=()),) if last.text.strip() else ()
    files = (replace(last, text="", media=(file,)) for file in last.media)
    parts = [*planned.parts[:-1], *words, *files]
    chosen = outbound.quote or (outbound.group_id and outbound.to.value)
    first = parts[0] if chosen else replace(parts[0], answers=None)
    return Plan((first, *(replace(part, answers=None) for part in parts[1:])), planned.changes)


def to_message(part: Outbound, key: str, options: Options, url: str = "") -> Element:
    """One planned part; `url` is where its file lies."""
    made = _envelope(part.group_id or part.to.value, options, group=part.group_id is not None, key=key)
    made.children += [element("body", "", url or part.text), element("origin-id", IDS, id=key)]
    if url:
        made.children.append(element("x", OOB, element("url", "", url)))
    if part.answers:
        reply = element("reply", REPLY, id=id_of(part.answers))
        made.children.append(reply)
        if part.to.value and (part.group_id is None or part.to.value.startswith(f"{part.group_id}/")):
            reply.attributes["to"] = part.to.value  # in a room not all may know whose address it is
    if part.group_id is None:
        made.children += [element("request", RECEIPTS), element("active", STATES)]
    made.children.append(element("markable", MARKERS))
    return made


def to_change(amendment: Amendment, key: str, options: Options, origin: str = "") -> Element | None:
    """The message that changes an earlier one, which we called `origin`; None where it can't be said."""
    about = id_of(amendment.message)
    group = amendment.group_id
    made = _envelope(group or amendment.to.value, options, group=group is not None, key=key)
    if amendment.deed == "react":
        signs = [element("reaction", "", emoji) for emoji in [amendment.emoji] if emoji]
        made.children.append(element("reactions", REACTIONS, *signs, id=about))
    elif amendment.deed == "remove":
        made.children.append(element("retract", RETRACT, id=about))
    elif amendment.outbound is not None:
        made.children += [element("body", "", amendment.outbound.text), element("replace", CORRECT, id=origin or about)]
    if not about or not made.children:
        return None
    made.children.append(element("store", HINTS))
    return made


def to_state(to: str, state: str, options: Options, *, group: bool = False) -> Element:
    """That somebody writes, or no longer does. Nobody keeps it."""
    made = _envelope(to, options, group=group)
    made.children += [element(state, STATES), element("no-store", HINTS)]
    return made


def to_receipt(stanza: Element, options: Options) -> Element:
    """That a message has arrived and is safe, to the program that sent it."""
    made = element("message", "", element("received", RECEIPTS, id=stanza.get("id")), type=stanza.get("type"))
    made.attributes |= {"from": options.address, "to": stanza.get("from")}
    made.children.append(element("store", HINTS))
    return made


def to_read(to: str, message: str, options: Options, *, group: bool = False) -> Element:
    """That the company has read up to a message."""
    made = _envelope(to, options, group=group)
    made.children += [element("displayed", MARKERS, id=id_of(message)), element("store", HINTS)]
    return made


def _envelope(to: str, options: Options, *, group: bool, key: str = "") -> Element:
    made = element("message", "", type="groupchat" if group else "chat", id=key)
    made.attributes |= {"from": f"{options.address}/lyhord" if group else options.address, "to": to}
    return made
