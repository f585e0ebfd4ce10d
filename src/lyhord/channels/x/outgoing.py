"""What leaves: the parts that fit into posts or private messages, what they cost, and the bodies of the calls."""

from collections.abc import Sequence
from typing import Any

from msgspec.structs import replace

from lyhord.channels.x.options import DM_LIMIT, Options
from lyhord.channels.x.reading import PRIVATE
from lyhord.channels.x.weights import has_link, split_by_weight
from lyhord.conversations.channel import Descriptor
from lyhord.conversations.exchange import Context, Cost, Outbound, Plan, Refusal
from lyhord.conversations.plan import plan_by_descriptor

_TOGETHER = 4
"""Pictures that one post takes; a private message takes one."""
SUMMONED, WITH_LINK, DIRECT = 10_000, 200_000, 15_000
"""Millionths of a dollar for a reply to somebody who named or quoted the account, a post with a link, a private message (X API pricing,
August 2026).
"""


def plan_parts(options: Options, descriptor: Descriptor, outbound: Outbound, context: Context) -> Plan | Refusal:
    """As the descriptor says; posts are measured as X weighs them. With what X takes for it."""
    aloud = outbound.place is not None
    wanted = replace(descriptor, text_limit=None if aloud else DM_LIMIT)
    planned = plan_by_descriptor(wanted, outbound, context)
    if isinstance(planned, Refusal):
        return planned
    parts, changes = planned.parts, planned.changes
    if aloud:
        *first, last = split_by_weight(parts[0].text, options.post_limit)
        parts = (*(replace(parts[0], text=text, media=()) for text in first), replace(parts[0], text=last))
        changes = (*changes, "plan.text_split") if first else changes
    parts = (*parts[:-1], *_apart(parts[-1], _TOGETHER if aloud else 1))
    return replace(planned, parts=parts, changes=changes, cost=Cost(sum(map(price_of, parts)), "USD"))


def price_of(part: Outbound) -> int:
    """What X takes for one part, in millionths of a dollar."""
    if part.place is None:
        return DIRECT
    return WITH_LINK if has_link(part.text) else SUMMONED


def _apart(part: Outbound, together: int) -> list[Outbound]:
    groups = [part.media[at : at + together] for at in range(0, len(part.media), together)] or [()]
    return [replace(part, media=groups[0]), *(replace(part, text="", media=group) for group in groups[1:])]


def to_post(part: Outbound, media_ids: Sequence[str]) -> dict[str, Any]:
    """The body of `POST /2/tweets`: a reply, which names those who talk there by itself."""
    answers = part.answers if part.answers and not part.answers.startswith(PRIVATE) else None
    under = answers or (part.place.id if part.place else "")
    body: dict[str, Any] = {"reply": {"in_reply_to_tweet_id": under}}
    body |= {"text": part.text} if part.text else {}
    return body | ({"media": {"media_ids": list(media_ids)}} if media_ids else {})


def to_direct(part: Outbound, media_ids: Sequence[str]) -> dict[str, Any]:
    """The body of `POST /2/dm_conversations/with/:id/messages`."""
    body: dict[str, Any] = {"text": part.text} if part.text else {}
    return body | ({"attachments": [{"media_id": one} for one in media_ids]} if media_ids else {})
