"""What was heard, as values, and the rule by which a contact's language follows from what they write."""

from msgspec import Struct


class Span(Struct, frozen=True):
    """Characters `start` to `end` of a text are in this language (`sv`)."""

    language: str
    start: int
    end: int


class Heard(Struct, frozen=True):
    """The language of a text ("": nobody can tell) and how sure that is, from 0 to 1.

    `spans` has the sentences by language where there are several languages, and is empty else.
    """

    language: str = ""
    confidence: float = 0.0
    spans: tuple[Span, ...] = ()


UNKNOWN = Heard()


SURE_OF_FIRST = 0.9
"""How sure the first message must be that tells a contact's language."""


def language_of_contact(now: str | None, before: str | None, said: Heard, *, by_hand: bool) -> str | None:
    """The language of a contact who wrote `before` in one and now `said` something; None where nobody knows.

    What was set by hand stays. A first message counts at once where it is sure; who is known to write in one language must write in
    another twice.
    """
    language = said.language
    if by_hand or not language or (now and now.split("-")[0] == language):
        return now
    if now is None:
        return language if said.confidence >= SURE_OF_FIRST or before == language else None
    return language if before == language else now
