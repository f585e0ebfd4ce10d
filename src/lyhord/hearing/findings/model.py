"""What a detector heard in a message."""

from collections.abc import Callable, Sequence

from msgspec import Struct


class Finding(Struct, frozen=True):
    """One thing that a message says. `confidence` is from 0 to 1; `span` has the first character of the words that show it, and the one
    after them; `why` says in those words, or in others, what spoke for it.
    """

    kind: str
    value: str
    confidence: float
    span: tuple[int, int] | None = None
    why: str = ""


REASON, PERHAPS = "reason", "perhaps"
"""Why somebody writes, and what else that may be: reasons of which the model isn't sure."""
COMPLAINT, MOOD, URGENCY, THREAT, THANKS, ENTITY = "complaint", "mood", "urgency", "threat", "thanks", "entity"
LANGUAGE, FACT = "language", "fact"
"""What is heard, too, and stands elsewhere: with the message and its contact, and with the contact."""

Detector = Callable[[str, str], Sequence[Finding]]
"""Says what is heard in a text of a language (`sv`; "" where that is unknown). It is pure, and never raises."""
