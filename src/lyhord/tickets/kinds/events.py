"""What happens to kinds."""

from lyhord.kit.events import Event


class KindChanged(Event, frozen=True, kw_only=True, tag="kind.changed"):
    """A kind of ticket was added, changed, placed elsewhere, removed or taken up again."""

    ticket_kind: str


EVENTS = (KindChanged,)
