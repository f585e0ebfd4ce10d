"""What leaves: the parts that fit into posts, and the posts themselves, as public as what they answer."""

from collections.abc import Sequence
from typing import Any

from msgspec.structs import replace

from lyhord.channels.mastodon.reading import DIRECT
from lyhord.conversations.channel import Descriptor
from lyhord.conversations.exchange import Context, Media, Outbound, Plan, Refusal
from lyhord.conversations.plan import plan_by_descriptor

READERS = "channel.mastodon.readers"
_TOGETHER = 4
"""Pictures that one post takes; of sound and film it takes one."""


def plan_parts(descriptor: Descriptor, outbound: Outbound, context: Context) -> Plan | Refusal:
    """As the descriptor says, with room for the name of whom it is to, and as many files in a post as one takes."""
    room = (descriptor.text_limit or 0) - len(_name(outbound)) - len(outbound.subject or "")
    planned = plan_by_descriptor(replace(descriptor, text_limit=max(4, room)), outbound, context)
    if isinstance(planned, Refusal):
        return planned
    last = planned.parts[-1]
    parts = (*planned.parts[:-1], *_apart(last))
    return replace(planned, parts=parts, readers="" if outbound.place else READERS)


def _apart(part: Outbound) -> list[Outbound]:
    groups: list[list[Media]] = []
    for file in part.media:
        still = file.type.startswith("image/")
        fits = groups and still and len(groups[-1]) < _TOGETHER and groups[-1][0].type.startswith("image/")
        if fits:
            groups[-1].append(file)
        else:
            groups.append([file])
    if not groups:
        return [part]
    first = replace(part, media=tuple(groups[0]))
    return [first, *(replace(part, text="", media=tuple(group)) for group in groups[1:])]


def to_post(part: Outbound, media_ids: Sequence[str]) -> dict[str, Any]:
    """The body of `POST /api/v1/statuses`."""
    body: dict[str, Any] = {"status": to_words(part), "visibility": visibility_of(part)}
    if part.answers:
        body["in_reply_to_id"] = part.answers
    if part.subject:
        body["spoiler_text"] = part.subject
    if media_ids:
        body["media_ids"] = list(media_ids)
    return body


def to_words(part: Outbound) -> str:
    """The words, after the name of whom they are to: without it nobody would be told, and in private nobody could read them."""
    name = _name(part)
    return part.text if name.strip().lower() in part.text.lower() else f"{name}{part.text}".strip()


def visibility_of(part: Outbound) -> str:
    """As public as what is answered; in private, direct."""
    return part.place.id.partition(":")[0] if part.place else DIRECT


def _name(outbound: Outbound) -> str:
    return f"@{outbound.to.value.lstrip('@')} "
