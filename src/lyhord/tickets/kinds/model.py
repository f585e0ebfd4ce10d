"""Kinds of tickets as values."""

from msgspec import Struct

QUESTION = "question"
"""What a ticket is until somebody says otherwise."""
COMPLAINT = "complaint"
DEFAULTS = (QUESTION, COMPLAINT, "order", "fault", "information", "praise", "call_back")
"""What every workspace begins with, in this order."""


class Kind(Struct, frozen=True):
    """A kind of ticket. `id` is what tickets refer to. `name` is empty for those built in: screens say `kind.<id>`."""

    id: str
    name: str
