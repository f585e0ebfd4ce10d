"""What happens to macros. What one did is told by the events of its steps."""

from lyhord.kit.events import Event


class MacroChanged(Event, frozen=True, kw_only=True, tag="macro.changed"):
    """A macro was made, changed, removed or put back."""

    macro_id: str


EVENTS = (MacroChanged,)
