"""A fact about a contact."""

from collections.abc import Sequence

from msgspec import Struct

TEXT_LIMIT = 500
MOST_FACTS = 200
HEARING = "hearing"
"""Who noted a fact that was heard in a message."""
SENSITIVE = ("health", "belief", "union", "sexuality", "ethnicity", "politics")
"""Kinds that are kept with a consent for exactly that kind, and not at all without."""


def purpose_of(kind: str) -> str:
    """For what a consent is that lets a sensitive kind of facts be kept."""
    return f"facts_{kind}"


class Fact(Struct, frozen=True):
    """Something that a contact stated about themselves. `quote` are their own words, where somebody kept them.

    `contact_id` is whom it was noted about, merged or not; `noted_by` and `changed_by` are actors such as `agent:<id>`. What was heard in
    `message_id` was noted by `hearing` when it was said; it has a `kind`, and a confidence from 0 to 1.
    """

    id: str
    contact_id: str
    text: str
    quote: str
    noted_by: str
    noted_at: int
    changed_by: str | None = None
    changed_at: int | None = None
    removed_at: int | None = None
    kind: str = ""
    confidence: float | None = None
    message_id: str | None = None


class Told(Struct, frozen=True):
    """A statement in a message. `opposite` is the topic with which it can't both hold, beside its own; "" for none.

    `holds` is false where somebody says that something is so no more.
    """

    kind: str
    text: str
    quote: str
    confidence: float
    topic: str
    opposite: str = ""
    holds: bool = True


class Saying(Struct, frozen=True):
    """What a contact, merged or not, states in a message: nothing, too."""

    message_id: str
    contact_id: str
    told: Sequence[Told]
