"""What can go wrong with storing; see `lyhord.kit.storing`."""

from lyhord.kit.storing import Busy, Conflict, StorageFull

__all__ = ["Busy", "Conflict", "StorageFull"]
