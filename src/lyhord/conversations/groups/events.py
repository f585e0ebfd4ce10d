"""What happens to groups."""

from lyhord.kit.events import Event


class GroupChanged(Event, frozen=True, kw_only=True, tag="group.changed"):
    """A group has another name or other people, or we aren't in it any more, or are again. `changes` as `model.Change`, and `spoke`
    where somebody is in it who wasn't known to be.
    """

    changes: tuple[str, ...] = ()


EVENTS = (GroupChanged,)
