"""What leaves: the parts that Instagram takes, and the calls that carry them."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from lyhord.channels.instagram.comments import COMMENT
from lyhord.channels.instagram.options import LONGEST_COMMENT, Options
from lyhord.channels.meta.sending import WINDOW, buttons_fit, in_private, quick_replies
from lyhord.conversations.channel import Descriptor, Window
from lyhord.conversations.exchange import Address, Amendment, Context, Media, Outbound, Plan, Refusal
from lyhord.conversations.plan import plan_by_descriptor

LARGEST_IMAGE = 8_000_000
_TAKEN = frozenset(
    {
        "image/png", "image/jpeg", "image/gif", "audio/aac", "audio/mp4", "audio/x-m4a", "audio/wav", "audio/x-wav",
        "video/mp4", "video/ogg", "video/x-msvideo", "video/quicktime", "video/webm", "application/pdf",
    }
)  # fmt: skip
"""Types of files that Instagram takes (Instagram messaging, upload media)."""
_HEARTS = frozenset({"❤", "❤️"})


class Request(Struct, frozen=True):
    """One call: `body` is None to delete."""

    path: str
    body: Mapping[str, Any] | None


def plan_parts(options: Options, descriptor: Descriptor, outbound: Outbound, context: Context) -> Plan | Refusal:
    """As the descriptor says: words, then each file in a message of its own. In public words alone, and not in pieces."""
    if outbound.place is not None:
        wider = replace(
            descriptor,
            kinds_out=frozenset({"text"}),
            text_limit=LONGEST_COMMENT,
            limit_unit="characters",
            overflow="refuse",
            button_limit=0,
        )
        return plan_by_descriptor(wider, outbound, context)
    if any(media.type.startswith("image/") and media.size > LARGEST_IMAGE for media in outbound.media):
        return Refusal("plan.file_too_large")
    if options.by_page and any(media.type not in _TAKEN for media in outbound.media):
        return Refusal("plan.file_unsupported")
    if outbound.automatic and options.human_agent:
        descriptor = replace(descriptor, window=Window("inbound", WINDOW))
    if outbound.media or not buttons_fit(outbound):
        descriptor = replace(descriptor, button_limit=0)
    planned = plan_by_descriptor(descriptor, outbound, context)
    if isinstance(planned, Refusal):
        return planned
    return in_private(planned, quoting=False, once=answers_comment(planned.parts[0]))


def answers_comment(outbound: Outbound) -> bool:
    """Whether it is the one private answer that a comment may have."""
    return outbound.private_answer or outbound.to.value.startswith(COMMENT)


def to_request(options: Options, part: Outbound, attachment: Mapping[str, Any] | None = None) -> Request:
    """The call that sends one planned part; `attachment` stands for its file, which is there already."""
    if part.place is not None:
        path = f"{part.answers}/replies" if part.answers else f"{part.place.id}/comments"
        return Request(path, {"message": part.text})
    message = {"attachment": attachment} if attachment else {"text": part.text, **quick_replies(part.buttons)}
    ground: dict[str, Any] = {}
    if options.human_agent and not part.automatic and not answers_comment(part):
        ground = {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"}
    return Request("me/messages", {"recipient": _recipient(part), **ground, "message": message})


def to_amending(amendment: Amendment) -> Request | str:
    """The call that changes what is there, or the message key that says why there is none."""
    name, deed = amendment.message, amendment.deed
    if deed == "react":
        return _to_reaction(amendment)
    if deed not in {"hide", "show", "remove"}:
        return "amend.no_edit" if deed == "edit" else "amend.not_here"
    if not is_public(name):
        return "amend.private"
    return Request(name, None) if deed == "remove" else Request(name, {"hide": deed == "hide"})


def _to_reaction(amendment: Amendment) -> Request | str:
    """Instagram's API knows one reaction, and none to comments."""
    if is_public(amendment.message):
        return "amend.no_react"
    if amendment.emoji and amendment.emoji not in _HEARTS:
        return "channel.instagram.only_hearts"
    payload = {"message_id": amendment.message, **({"reaction": "love"} if amendment.emoji else {})}
    action = "react" if amendment.emoji else "unreact"
    return Request(
        "me/messages", {"recipient": {"id": amendment.to.value}, "sender_action": action, "payload": payload}
    )


def to_action(to: Address, action: str) -> Request:
    """The call that shows for some seconds that somebody writes (`typing_on`), or that what was said was seen (`mark_seen`)."""
    return Request("me/messages", {"recipient": {"id": to.value}, "sender_action": action})


def is_public(name: str) -> bool:
    """Whether an external id is that of a comment: a number, where a message's is made of letters."""
    return name.isdecimal()


def plain_name(media: Media) -> str:
    """A file's name as Instagram takes it: it has no other letters than those of ASCII."""
    return "".join(one if one.isascii() and (one.isalnum() or one in "._-") else "_" for one in media.name) or "file"


def _recipient(part: Outbound) -> dict[str, str]:
    if part.to.value.startswith(COMMENT):
        return {"comment_id": part.to.value.removeprefix(COMMENT)}
    return {"comment_id": part.answers} if answers_comment(part) and part.answers else {"id": part.to.value}
