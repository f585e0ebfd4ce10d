"""What happens on a Page, where everybody can read it: posts by visitors, comments, reviews, mentions and reactions to them.

What the company posts itself is no conversation; what it comments is an answer. Never raises.
"""

from collections.abc import Callable
from typing import Any

import msgspec
from msgspec import Struct, field

from lyhord.channels.meta.events import Event, Id, known
from lyhord.channels.meta.talk import NAMED
from lyhord.conversations.exchange import (
    Address,
    Inbound,
    InboundEdit,
    InboundHiding,
    InboundMessage,
    InboundReaction,
    InboundRemoval,
    Media,
    Place,
    Unsupported,
)

SCHEME = "messenger"
UNSHOWN, MENTIONED = "channel.messenger.unshown", "channel.messenger.mentioned"
COMMENT, POST = "comment:", "post:"
"""What stands before the id of a comment or post whose author Facebook doesn't tell: through it alone they can be answered."""
_POSTS = frozenset({"post", "status", "photo", "video", "share", "note", "link"})
_COMPANYS = frozenset({"album", "event", "milestone", "coupon", "life_event", "offer"})
"""What only a Page itself adds to its feed."""
_RIGHTS = frozenset({"block", "unblock", "mute", "unmute", "follow"})
"""What Facebook does with a video because of somebody's rights: for those who posted it."""
_EDITED = frozenset({"edited", "edit", "update"})
_GONE = frozenset({"remove", "delete"})


class _Author(Struct, frozen=True):
    id: Id = ""
    name: str | None = ""


class _Post(Struct, frozen=True):
    permalink_url: str | None = ""
    message: str | None = ""


class Value(Struct, frozen=True, kw_only=True):
    """What changed. Older calls tell the author as `sender_id`, newer ones as `from`."""

    item: str = ""
    verb: str = ""
    post_id: Id = ""
    comment_id: Id = ""
    parent_id: Id = ""
    author: _Author | None = field(default=None, name="from")
    sender_id: Id = ""
    sender_name: str | None = ""
    message: str | None = ""
    photo: str | None = ""
    video: str | None = ""
    photos: tuple[str, ...] | None = ()
    link: str | None = ""
    created_time: int | None = None
    reaction_type: str | None = "like"
    post: _Post | None = None
    open_graph_story_id: Id = ""
    reviewer_id: Id = ""
    reviewer_name: str | None = ""
    rating: int | None = None
    review_text: str | None = ""
    recommendation_type: str | None = ""

    @property
    def at(self) -> int | None:
        """When, in Unix milliseconds."""
        return self.created_time * 1000 if self.created_time else None

    @property
    def who(self) -> tuple[str, str]:
        """Id and name of the author, as far as they are told."""
        author = self.author or _Author()
        name = author.name or self.sender_name or self.reviewer_name or ""
        return known(author.id) or known(self.sender_id) or known(self.reviewer_id), name


class _Change(Struct, frozen=True):
    field: str = ""
    value: Value = Value()


_changes = msgspec.json.Decoder(_Change)


def read_change(event: Event) -> list[Inbound]:
    """What one event of `changes` says."""
    try:
        change = _changes.decode(event.body)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return [Unsupported(external_id=event.name, reason=UNSHOWN)]
    value = change.value if change.field != "ratings" else _of_review(change.value)
    if change.field == "mention":
        return _read_mention(event, value)
    if change.field not in {"feed", "ratings"}:
        return [Unsupported(external_id=event.name, reason=UNSHOWN)]
    if value.item in _COMPANYS or value.verb in _RIGHTS:
        return []
    read = _READERS.get("post" if value.item in _POSTS else value.item)
    if read is None:
        return [Unsupported(external_id=event.name, reason=UNSHOWN, sender=_sender(value, ""))]
    return read(event, value)


def _of_review(value: Value) -> Value:
    """A review is called by its story alone; what is done to it names its writer before that, as if it were a post."""
    story = known(value.open_graph_story_id)
    review, parent = (known(name).rpartition("_")[2] for name in (value.post_id, value.parent_id))
    return msgspec.structs.replace(value, post_id=review or story, parent_id=parent)


def _sender(value: Value, instead: str) -> tuple[Address, ...]:
    """Who it was; where Facebook doesn't say, whoever is behind `instead`."""
    name, shown = value.who
    if name:
        return (Address(SCHEME, name, shown, verified=True),)
    return (Address(SCHEME, instead),) if instead else ()


def place_of(value: Value) -> Place:
    """The post under which it stands."""
    post_id = known(value.post_id)
    post = value.post or _Post()
    link = post.permalink_url or (f"https://www.facebook.com/{post_id}" if post_id else "")
    return Place(post_id, link, (post.message or "")[:200])


def _read_comment(event: Event, value: Value) -> list[Inbound]:
    name, own = known(value.comment_id), value.who[0] == event.owner
    if not name:
        return [Unsupported(external_id=event.name, reason=UNSHOWN, sender=_sender(value, ""))]
    sender = () if own else _sender(value, COMMENT + name)
    if value.verb != "add":
        return _read_amendment(event, value, name, sender)
    parent = known(value.parent_id) or known(value.post_id)
    media = _media(value)
    if not (value.message or media):
        return [] if own else [Unsupported(external_id=name, reason=UNSHOWN, sender=sender)]
    return [
        InboundMessage(
            external_id=name,
            sender=sender,
            text=value.message or "",
            at=value.at,
            media=media,
            answers=(parent,) if parent else (),
            ours=own,
            place=place_of(value),
        )
    ]


def _read_post(event: Event, value: Value) -> list[Inbound]:
    name = known(value.post_id)
    if value.who[0] == event.owner:
        return []
    if not name:
        return [Unsupported(external_id=event.name, reason=UNSHOWN, sender=_sender(value, ""))]
    sender = _sender(value, POST + name)
    if value.verb != "add":
        return _read_amendment(event, value, name, sender)
    place, media = place_of(value), _media(value)
    shared = value.link or "" if value.item in {"share", "link", "video"} else ""
    text = "\n".join(filter(None, (value.message, shared)))
    if not (text or media):
        return [Unsupported(external_id=name, reason=UNSHOWN, sender=sender)]
    place = msgspec.structs.replace(place, text=place.text or (value.message or "")[:200])
    return [InboundMessage(external_id=name, sender=sender, text=text, at=value.at, media=media, place=place)]


def _read_amendment(event: Event, value: Value, name: str, sender: tuple[Address, ...]) -> list[Inbound]:
    """Whoever takes words away, the author or the Page, they are gone for everybody; so the channel itself says it."""
    if value.verb in _EDITED:
        ours = value.who[0] == event.owner
        return [InboundEdit(message=name, sender=sender, text=value.message, ours=ours)] if value.message else []
    if value.verb in _GONE:
        return [InboundRemoval(message=name)]
    if value.verb in {"hide", "unhide"}:
        return [InboundHiding(message=name, hidden=value.verb == "hide")]
    return [Unsupported(external_id=event.name, reason=UNSHOWN, sender=sender)]


def _read_rating(event: Event, value: Value) -> list[Inbound]:
    """A review of the Page; its comments come as comments. Stars were given until 2018, since then it is recommended or not."""
    name = known(value.open_graph_story_id)
    sender = _sender(value, "")
    if not (name and sender):
        return [Unsupported(external_id=event.name, reason=UNSHOWN, sender=sender)]
    stars = "★" * min(value.rating or 0, 5)
    thumb = {"positive": "👍", "negative": "👎"}.get((value.recommendation_type or "").lower(), "")
    text = "\n".join(filter(None, (" ".join(filter(None, (stars, thumb))), value.review_text)))
    if value.verb in _EDITED:
        return [InboundEdit(message=name, sender=sender, text=text)]
    if value.verb in _GONE:
        return [InboundRemoval(message=name)]
    place = Place(name, f"https://www.facebook.com/{name}")
    return [InboundMessage(external_id=name, sender=sender, text=text or "★", at=value.at, place=place)]


def _read_mention(event: Event, value: Value) -> list[Inbound]:
    """Somebody named the Page in words of their own. Who it was Facebook tells only of some."""
    name = known(value.comment_id) or known(value.post_id)
    kind = COMMENT if value.comment_id else POST
    if not (name and value.message) or value.verb not in {"", "add"} or value.who[0] == event.owner:
        return [Unsupported(external_id=name or event.name, reason=MENTIONED, sender=_sender(value, ""))]
    sender = _sender(value, kind + name)
    return [
        InboundMessage(external_id=name, sender=sender, text=value.message or "", at=value.at, place=place_of(value))
    ]


def _read_reaction(event: Event, value: Value) -> list[Inbound]:
    """To a comment or a visitor's post. That somebody likes the Page, or what it posted, is no conversation."""
    name, sender = known(value.comment_id) or known(value.post_id), _sender(value, "")
    if not (name and sender) or value.who[0] == event.owner:
        return []
    gone = value.verb in _GONE
    emoji = "" if gone else NAMED.get(value.reaction_type or "like", NAMED["like"])
    return [InboundReaction(message=name, sender=sender, emoji=emoji, removed=gone)]


def _media(value: Value) -> tuple[Media, ...]:
    photos = [value.photo, *(value.photos or ())]
    if value.item == "photo" and not any(photos):
        photos = [value.link]
    found = [Media("photo.jpg", "image/jpeg", 0, url=url) for url in photos if url]
    return (*found, Media("video.mp4", "video/mp4", 0, url=value.video)) if value.video else tuple(found)


_READERS: dict[str, Callable[[Event, Any], list[Inbound]]] = {
    "comment": _read_comment,
    "post": _read_post,
    "rating": _read_rating,
    "reaction": _read_reaction,
    "like": _read_reaction,
}
