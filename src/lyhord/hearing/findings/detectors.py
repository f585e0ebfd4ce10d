"""Who listens to each message of a customer, one a line. What a workspace's own model tells is asked beside them (`hearing.reasons`)."""

from functools import lru_cache, partial
from typing import TYPE_CHECKING

from lyhord.hearing.entities.reading import MOST_LOADED, decode_book, make_own
from lyhord.hearing.findings.model import Detector

if TYPE_CHECKING:
    from lyhord.hearing.mood.judging import Own


def list_detectors(book: str, own: "Own | None" = None) -> tuple[Detector, ...]:
    """They are loaded with the first text: a server spares them. One of them knows what the workspace calls its own (`book`, as it is
    stored), and one what its answers have taught of complaints (`own`). They are the same ones again until that changes.
    """
    return (_naming(book), _feeling(own))


@lru_cache(MOST_LOADED)
def _feeling(own: "Own | None") -> Detector:
    from lyhord.hearing.mood.detector import hear_mood  # noqa: PLC0415 - see above, with its cues

    return partial(hear_mood, own=own)


@lru_cache(MOST_LOADED)
def _naming(book: str) -> Detector:
    from lyhord.hearing.entities.detector import hear_entities  # noqa: PLC0415 - see above

    names, patterns = make_own(decode_book(book))
    return partial(hear_entities, names=names, patterns=patterns)
