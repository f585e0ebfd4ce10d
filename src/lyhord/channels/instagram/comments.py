"""What happens below what an account posts, where everybody can read it. Never raises."""

import msgspec
from msgspec import Struct, field

from lyhord.channels.meta.events import Event, Id, known
from lyhord.conversations.exchange import Address, Inbound, InboundMessage, Place, Unsupported

SCHEME = "instagram"
UNSHOWN, MENTIONED = "channel.instagram.unshown", "channel.instagram.mentioned"
COMMENT = "comment:"
"""What stands before the id of a comment whose author Instagram doesn't tell: through it alone they can be answered."""
_COMPANYS = frozenset({"story_insights"})
"""Figures, for whoever posted."""


class _Author(Struct, frozen=True):
    id: Id = ""
    username: str | None = ""


class _Media(Struct, frozen=True):
    id: Id = ""
    ad_title: str | None = ""


class _Value(Struct, frozen=True, kw_only=True):
    id: Id = ""
    text: str | None = ""
    author: _Author | None = field(default=None, name="from")
    media: _Media | None = None
    parent_id: Id = ""
    comment_id: Id = ""
    media_id: Id = ""


class _Change(Struct, frozen=True):
    field: str = ""
    value: _Value = _Value()


_changes = msgspec.json.Decoder(_Change)


def read_change(event: Event) -> list[Inbound]:
    """What one event of `changes` says."""
    try:
        change = _changes.decode(event.body)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return [Unsupported(external_id=event.name, reason=UNSHOWN)]
    if change.field in {"comments", "live_comments"}:
        return _read_comment(event, change.value)
    if change.field == "mentions":  # Instagram tells neither who it was nor what they said
        about = known(change.value.comment_id) or known(change.value.media_id)
        return [Unsupported(external_id=f"mention:{about}" if about else event.name, reason=MENTIONED)]
    return [] if change.field in _COMPANYS else [Unsupported(external_id=event.name, reason=UNSHOWN)]


def _read_comment(event: Event, value: _Value) -> list[Inbound]:
    """The same comment is told twice where the post is an advertisement, too; its id says so."""
    name, author = known(value.id), value.author or _Author()
    sender = Address(SCHEME, COMMENT + name)
    if known(author.id):
        sender = Address(SCHEME, known(author.id), author.username or "", verified=True)
    own = known(author.id) == event.owner
    if own and not value.text:
        return []
    if not (name and value.text):
        return [Unsupported(external_id=name or event.name, reason=UNSHOWN, sender=(sender,) if name else ())]
    media = value.media or _Media()
    parent = known(value.parent_id)
    return [
        InboundMessage(
            external_id=name,
            sender=() if own else (sender,),
            text=value.text,
            at=event.at,
            answers=(parent,) if parent else (),
            ours=own,
            place=Place(known(media.id), text=media.ad_title or ""),
        )
    ]
