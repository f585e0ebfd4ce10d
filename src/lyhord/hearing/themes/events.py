"""What happens to themes."""

from lyhord.kit.events import Event


class ThemesChanged(Event, frozen=True, kw_only=True, tag="themes.changed"):
    """Others were found, or somebody made a reason of one or dismissed it."""


EVENTS = (ThemesChanged,)
