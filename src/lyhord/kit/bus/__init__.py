"""What was committed, told to whoever listens in this moment. Losing all of it loses nothing: the log is the truth.

Publishing is for the event loop's thread, never waits and never raises because of a listener. `LocalBus` is one process by itself;
`SharedBus` joins several, by the log alone or by a `Link` between them.
"""

from lyhord.kit.bus.local import LocalBus
from lyhord.kit.bus.subscriptions import CAP, Bus, Committed, Signal, Subscription

__all__ = ["CAP", "Bus", "Committed", "LocalBus", "Signal", "Subscription"]
