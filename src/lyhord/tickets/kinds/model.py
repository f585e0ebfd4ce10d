"""Kinds of tickets as values: what they are called, which attributes and stages theirs have."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from msgspec import UNSET, Meta, Struct, UnsetType

from lyhord.tickets.model import Status

QUESTION = "question"
"""What a ticket is until somebody says otherwise."""
COMPLAINT = "complaint"
DEFAULTS: Mapping[str, tuple[str, ...]] = {
    QUESTION: (),
    COMPLAINT: ("severity", "cause", "remedy", "cost"),
    "order": ("order_number",),
    "fault": ("product",),
    "information": (),
    "praise": (),
    "call_back": ("call_number", "call_at"),
}
"""What every workspace begins with, in this order, and the attributes of each."""
BUILT_IN: Mapping[str, tuple[str, ...]] = {
    "severity": ("low", "medium", "high", "critical"),
    "cause": ("product", "delivery", "price", "service", "information", "other"),
    "remedy": (),
    "cost": (),
    "order_number": (),
    "product": (),
    "call_number": (),
    "call_at": (),
}
"""The attributes that every workspace begins with: a text, or one of these choices. Screens say `attribute.<key>`."""
NUMBERS = frozenset({"cost"})
"""Those of them that are numbers."""

MOST_KINDS = 100
MOST_STAGES = 20
MOST_ATTRIBUTES = 50
NAME_LIMIT = 60


class KindAttribute(Struct, frozen=True, forbid_unknown_fields=True):
    """An attribute that tickets of a kind have, by the key of its definition. `required`: nothing is resolved without."""

    key: Annotated[str, Meta(min_length=1, max_length=200)]
    required: bool = False


class Stage(Struct, frozen=True, forbid_unknown_fields=True):
    """How far the work on tickets of a kind is: a part of its flow, which stands for a status. A new one has no `id` yet."""

    name: Annotated[str, Meta(max_length=200)]
    status: Status
    id: Annotated[str, Meta(max_length=20)] = ""


Attributes = Annotated[tuple[KindAttribute, ...], Meta(max_length=MOST_ATTRIBUTES)]
Stages = Annotated[tuple[Stage, ...], Meta(max_length=MOST_STAGES)]


class Kind(Struct, frozen=True):
    """A kind of ticket. `id` is what tickets refer to. `name` is empty for those built in: screens say `kind.<id>`.

    `removed`: no ticket becomes one any more; those that are one stay it.
    """

    id: str
    name: str
    attributes: tuple[KindAttribute, ...] = ()
    stages: tuple[Stage, ...] = ()
    removed: bool = False


class NewKind(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A kind to add, behind the others."""

    name: Annotated[str, Meta(max_length=200)]
    attributes: Attributes = ()
    stages: Stages = ()


class KindChange(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to change of a kind; what is left out stays. `place` is where it stands in the list, from 0. Attributes and stages are all of
    them, in their order; a stage that has its `id` stays what it was.
    """

    name: Annotated[str, Meta(max_length=200)] | UnsetType = UNSET
    attributes: Attributes | UnsetType = UNSET
    stages: Stages | UnsetType = UNSET
    place: Annotated[int, Meta(ge=0, le=MOST_KINDS)] | UnsetType = UNSET
    removed: bool | UnsetType = UNSET


def stage_of(stages: Sequence[Stage], chosen: str | None, status: str) -> Stage | None:
    """The stage on which a ticket of this status stands: the one chosen last, where that stands for the status, else its first one.

    Where none stands for the status, the work is as far as it was: whoever waits for the customer's answer has mended nothing.
    """
    last = next((one for one in stages if one.id == chosen), None)
    here = [one for one in stages if one.status == status]
    return last if last in here or not here else here[0]


def stands(kinds: Sequence[Kind], kind_id: str, stage_id: str) -> tuple[list[str], list[str], list[str]]:
    """Which tickets stand on a stage, as `stage_of` has it, in words that a database compares: see `list_store`.

    (kind:chosen:status of which each does; kind:status of which each does unless its kind:chosen:status is of the third).
    """
    stages = next((one.stages for one in kinds if one.id == kind_id), ())
    stage = next((one for one in stages if one.id == stage_id), None)
    if stage is None:
        return [], [], []
    here = [one.id for one in stages if one.status == stage.status]
    free = {"open", "pending", "snoozed", "resolved"} - {one.status for one in stages}
    chosen = [f"{kind_id}:{stage_id}:{status}" for status in sorted({stage.status, *free})]
    if here[0] != stage_id:
        return chosen, [], []
    others = [f"{kind_id}:{one}:{stage.status}" for one in here if one != stage_id]
    return chosen, [f"{kind_id}:{stage.status}"], others


def read_kind(row: tuple[Any, ...], attributes: Any, stages: Any) -> Kind:
    """A row of `store.list_kinds`, and how to decode its lists."""
    kind_id, name, kept, flow, removed_at = row
    return Kind(kind_id, name, attributes(kept), stages(flow), removed_at is not None)
