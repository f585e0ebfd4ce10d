"""What leaves: the parts that Messenger and the Page take, and the calls of the Graph API that carry them."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import msgspec
from msgspec.structs import replace

from lyhord.channels.messenger.feed import COMMENT, POST
from lyhord.channels.messenger.options import LONGEST_COMMENT, Options
from lyhord.channels.meta.sending import WINDOW, buttons_fit, in_private, kind_of, mark, quick_replies
from lyhord.conversations.channel import Descriptor, Window
from lyhord.conversations.exchange import Address, Amendment, Context, Media, Outbound, Plan, Refusal
from lyhord.conversations.plan import plan_by_descriptor

LIKES = frozenset({"👍", "❤️", "❤"})
"""To a comment a Page can say only that it likes it."""


class Request(NamedTuple):
    """One call: `body` is None to delete. A `media` travels in the form's `field`, where the values of `body` are JSON."""

    path: str
    body: Mapping[str, Any] | None
    media: Media | None = None
    field: str = ""


def plan_parts(options: Options, descriptor: Descriptor, outbound: Outbound, context: Context) -> Plan | Refusal:
    """As the descriptor says, in private: words, then each file in a message of its own; in public: each picture below the words."""
    if outbound.place is not None:
        return _plan_public(descriptor, outbound, context)
    if outbound.automatic and options.human_agent:
        descriptor = replace(descriptor, window=Window("inbound", WINDOW))
    if not buttons_fit(outbound):
        descriptor = replace(descriptor, button_limit=0)
    planned = plan_by_descriptor(descriptor, outbound, context)
    if isinstance(planned, Refusal):
        return planned
    return in_private(planned, quoting=bool(outbound.quote), once=answers_post(planned.parts[0]))


def _plan_public(descriptor: Descriptor, outbound: Outbound, context: Context) -> Plan | Refusal:
    wider = replace(
        descriptor,
        kinds_out=frozenset({"text", "image"}),
        text_limit=LONGEST_COMMENT,
        button_limit=0,
    )
    planned = plan_by_descriptor(wider, outbound, context)
    if isinstance(planned, Refusal):
        return planned
    last = planned.parts[-1]
    more = (replace(last, text="", media=(file,)) for file in last.media[1:])
    return replace(planned, parts=(*planned.parts[:-1], replace(last, media=last.media[:1]), *more))


def answers_post(outbound: Outbound) -> bool:
    """Whether it is the one private answer that something public may have."""
    return outbound.private_answer or outbound.to.value.startswith((COMMENT, POST))


def to_request(options: Options, part: Outbound, key: str) -> Request:
    """The call that sends one planned part."""
    media = part.media[0] if part.media else None
    if part.place is not None:
        return Request(f"{part.answers or part.place.id}/comments", _message(part), media, "source")
    body = {**_envelope(options, part), **_quoted(part)}
    if media is None:
        return Request(f"{options.page_id}/messages", {**body, "message": {"text": part.text, **_along(part, key)}})
    attachment = {"type": kind_of(media), "payload": {"is_reusable": False}}
    message = {"attachment": attachment, **_along(part, key)}
    return Request(f"{options.page_id}/messages", {**body, "message": message}, media, "filedata")


def to_amending(options: Options, amendment: Amendment) -> Request | str:
    """The call that changes what is there, or the message key that says why there is none."""
    name, deed = amendment.message, amendment.deed
    if deed == "react":
        return _to_reaction(options, amendment)
    if not is_public(name):
        return "amend.private"
    if deed in {"hide", "show"}:
        return Request(name, {"is_hidden": deed == "hide"})
    if deed == "remove":
        return Request(name, None)
    if deed == "edit" and amendment.outbound is not None:
        return Request(name, {"message": amendment.outbound.text})
    return "amend.not_here"


def _to_reaction(options: Options, amendment: Amendment) -> Request | str:
    if is_public(amendment.message):
        if amendment.emoji and amendment.emoji not in LIKES:
            return "channel.messenger.only_likes"
        return Request(f"{amendment.message}/likes", {} if amendment.emoji else None)
    payload = {"message_id": amendment.message, **({"reaction": amendment.emoji} if amendment.emoji else {})}
    action = "react" if amendment.emoji else "unreact"
    body = {"recipient": {"id": amendment.to.value}, "sender_action": action, "payload": payload}
    return Request(f"{options.page_id}/messages", body)


def to_action(options: Options, to: Address, action: str) -> Request:
    """The call that shows for some seconds that somebody writes (`typing_on`), or that what was said was seen (`mark_seen`)."""
    return Request(f"{options.page_id}/messages", {"recipient": {"id": to.value}, "sender_action": action})


def is_public(name: str) -> bool:
    """Whether an external id is that of a post, comment or review: numbers, where a message's is made of letters."""
    return name.replace("_", "").isdecimal()


def form_values(body: Mapping[str, Any]) -> dict[str, str]:
    """The values of a call as those of a form."""
    return {name: one if isinstance(one, str) else msgspec.json.encode(one).decode() for name, one in body.items()}


def _message(part: Outbound) -> dict[str, Any]:
    return {"message": part.text} if part.text else {}


def _envelope(options: Options, part: Outbound) -> dict[str, Any]:
    """To whom, and on what ground: an answer within 24 hours, or one by a person within seven days."""
    ground: dict[str, Any] = {"messaging_type": "RESPONSE"}
    if options.human_agent and not part.automatic and not answers_post(part):
        ground = {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"}
    return {"recipient": _recipient(options, part), **ground}


def _recipient(options: Options, part: Outbound) -> dict[str, str]:
    """A person, or whoever wrote something public: that one message may follow it."""
    value = part.to.value
    for start, field in ((COMMENT, "comment_id"), (POST, "post_id")):
        if value.startswith(start):
            return {field: value.removeprefix(start)}
    if not (answers_post(part) and part.answers):
        return {"id": value}
    return {"post_id" if part.answers.startswith(f"{options.page_id}_") else "comment_id": part.answers}


def _quoted(part: Outbound) -> dict[str, Any]:
    if part.answers is None or answers_post(part) or is_public(part.answers):
        return {}
    return {"reply_to": {"mid": part.answers}}


def _along(part: Outbound, key: str) -> dict[str, Any]:
    return {**quick_replies(part.buttons), **mark(key)}
