"""What happens to notifications."""

from lyhord.kit.events import Event


class NotificationChanged(Event, frozen=True, kw_only=True, tag="notification.changed"):
    """These agents were told something, or have read it, or want to be told otherwise. Told to them alone."""

    agent_ids: tuple[str, ...]


EVENTS = (NotificationChanged,)
