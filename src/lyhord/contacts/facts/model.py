"""A fact about a contact."""

from msgspec import Struct

TEXT_LIMIT = 500
MOST_FACTS = 200


class Fact(Struct, frozen=True):
    """Something that a contact stated about themselves. `quote` are their own words, where somebody kept them.

    `contact_id` is whom it was noted about, merged or not; `noted_by` and `changed_by` are actors such as `agent:<id>`.
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
