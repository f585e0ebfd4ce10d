"""All entities of a text, each character in one of them at most."""

import re
from collections.abc import Iterable, Sequence

from lyhord.hearing.entities.addresses import find_addresses
from lyhord.hearing.entities.amounts import find_amounts
from lyhord.hearing.entities.dates import find_dates
from lyhord.hearing.entities.model import (
    AMOUNT,
    CARD,
    CHINESE_ID,
    DATE,
    EMAIL,
    FODSELSNUMMER,
    HENKILOTUNNUS,
    IBAN,
    IP,
    PERSONNUMMER,
    PHONE,
    REFERENCE,
    SECRET,
    SSN,
    URL,
    Entity,
)
from lyhord.hearing.entities.numbers import find_numbers
from lyhord.hearing.entities.own import Names, Patterns
from lyhord.hearing.entities.phones import find_phones
from lyhord.hearing.entities.references import find_references
from lyhord.hearing.findings.model import ENTITY, Finding

_DIGIT = re.compile(r"\d", re.ASCII)
VERSION = "1"
"""Of all detectors together; docs/models/entities.md has their card."""
MOST_TEXT = 20_000
"""Characters in which entities are looked for as findings; `redact` looks at all."""
_ORDER = (
    EMAIL, URL, IBAN, CARD, CHINESE_ID, HENKILOTUNNUS, SSN, IP, DATE, AMOUNT, FODSELSNUMMER, PERSONNUMMER, REFERENCE, PHONE,
)  # fmt: skip
_RANK = {kind: at for at, kind in enumerate(_ORDER)}
_OWN = _RANK[REFERENCE] - 0.5
"""What a workspace calls its own is surer than what only looks like a number of an order or a phone; what identifies somebody stays so."""
NO_NAMES, NO_PATTERNS = Names({}), Patterns(())


def find_entities(
    text: str, language: str = "", names: Names = NO_NAMES, patterns: Patterns = NO_PATTERNS
) -> list[Entity]:
    """What a text names, in its order. `language` (`sv`; "" unknown) decides what looks alike.

    Names and patterns are the workspace's own.
    """
    found = list(find_addresses(text))
    if _DIGIT.search(text):
        found += find_numbers(text, language)
        found += find_references(text)
        found += find_phones(text, language)
    found += find_amounts(text, language)
    found += find_dates(text)
    found += patterns.find(text)
    found += names.find(text)
    return _apart(found)


def hear_entities(
    text: str, language: str, names: Names = NO_NAMES, patterns: Patterns = NO_PATTERNS
) -> Sequence[Finding]:
    """The same as findings. Of what identifies a person or an account the value has only the last four characters."""
    return [
        Finding(ENTITY, f"{one.kind}:{_shown(one)}", one.confidence, (one.start, one.end))
        for one in find_entities(text[:MOST_TEXT], language, names, patterns)
    ]


def _shown(one: Entity) -> str:
    return f"…{one.value[-4:]}" if one.kind in SECRET else one.value


def _apart(found: Iterable[Entity]) -> list[Entity]:
    """Of those that overlap the one whose kind is surer by its make, then the longer one."""
    kept: list[Entity] = []
    for one in sorted(found, key=lambda one: (_RANK.get(one.kind, _OWN), one.start - one.end, one.start)):
        if all(one.end <= other.start or one.start >= other.end for other in kept):
            kept.append(one)
    return sorted(kept, key=lambda one: one.start)
