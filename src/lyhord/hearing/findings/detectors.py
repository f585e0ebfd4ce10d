"""Who listens to each message of a customer, one a line. What a workspace's own model tells is asked beside them (`hearing.reasons`)."""

from functools import lru_cache, partial
from typing import TYPE_CHECKING

from lyhord.hearing.entities.book import decode_book
from lyhord.hearing.findings.model import Detector

if TYPE_CHECKING:
    from lyhord.hearing.mood.judging import Own


MOST_LOADED = 32
"""Workspaces whose names, patterns and answers stay in memory."""


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
    from lyhord.hearing.entities.own import make_own  # noqa: PLC0415 - with it

    names, patterns = make_own(decode_book(book))
    return partial(hear_entities, names=names, patterns=patterns)
