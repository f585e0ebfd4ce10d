"""What happens to canned replies."""

from lyhord.kit.events import Event


class CannedReplyChanged(Event, frozen=True, kw_only=True, tag="canned_reply.changed"):
    """A canned reply was made, changed, removed or put back. How often it is used is told to nobody."""

    canned_reply_id: str


EVENTS = (CannedReplyChanged,)
