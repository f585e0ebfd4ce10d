"""Whom to ask for."""

from msgspec import Struct

JOB = "name"


class Nameless(Struct, frozen=True):
    """An identity whose contact is called like the identity itself; `inbox_id` is where somebody wrote from it.

    With `group`, a group without a name, whose id there is `value`.
    """

    inbox_id: str
    scheme: str
    value: str
    group: bool = False
