"""What customers write who mean a reason that every workspace begins with: native phrases, for each language in a file of its own."""

import json
from functools import cache
from importlib.resources import files

from lyhord.hearing.reasons.model import DEFAULTS

LANGUAGES = ("en", "sv", "nb", "fi", "zh", "da", "de")


@cache
def read_seeds() -> tuple[tuple[str, str, str], ...]:
    """(text, key of the reason, language) of each phrase."""
    found: list[tuple[str, str, str]] = []
    for language in LANGUAGES:
        told = json.loads(files("lyhord.hearing.reasons").joinpath(f"seeds/{language}.json").read_bytes())
        found += [(text, key, language) for key, texts in told.items() for text in texts]
    return tuple(found)


def list_keys() -> list[str]:
    """The keys of all reasons that every workspace begins with."""
    return [*DEFAULTS, *(key for below in DEFAULTS.values() for key in below)]
