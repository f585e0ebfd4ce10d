"""Who listens to each message of a customer, one a line. What a workspace's own model tells is asked beside them (`hearing.reasons`)."""

from functools import partial

from lyhord.hearing.entities.reading import read_own
from lyhord.hearing.findings.model import Detector
from lyhord.kit.database import ReadTx


def list_detectors(tx: ReadTx) -> tuple[Detector, ...]:
    """They are loaded with the first text: an idle server spares them. One of them knows what the workspace calls its own."""
    from lyhord.hearing.entities.detector import hear_entities  # noqa: PLC0415 - see above
    from lyhord.hearing.mood.detector import hear_mood  # noqa: PLC0415 - with its cues

    names, patterns = read_own(tx)
    return (partial(hear_entities, names=names, patterns=patterns), hear_mood)
