"""What happens to timers."""

from lyhord.kit.events import Event


class TimerChanged(Event, frozen=True, kw_only=True, tag="timer.changed"):
    """What is said from now on in a chat of the conversation, through the inbox, vanishes after `seconds`; 0: it stays."""

    seconds: int


EVENTS = (TimerChanged,)
