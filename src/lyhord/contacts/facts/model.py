"""A fact about a contact."""

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
