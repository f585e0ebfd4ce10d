"""Reasons as values: the tree with which a workspace begins, and the pure rules by which a model's words become findings."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType
from typing_extensions import override

DEFAULTS: Mapping[str, tuple[str, ...]] = {
    "order": (),
    "complaint": (),
    "broken": (),
    "information": (),
    "question": (),
    "change": ("cancel", "return"),
    "delivery": ("late", "damaged"),
    "payment": ("invoice", "refund"),
    "praise": (),
    "other": (),
}
"""What every workspace begins with, in this order, and what stands below each. Screens say `reason.<key>`."""
MOST_REASONS = 300
MOST_EXAMPLES = 200
LEAST_EXAMPLES = 3
"""So many a reason of one's own needs, before a model can tell it."""
NAME_LIMIT = 60
TOP = 3
"""So many are offered where a model isn't sure."""
LEAST_TOLD = 0.03
"""Below this a reason isn't even offered."""

ReasonId = Annotated[str, Meta(min_length=1, max_length=40)]
Examples = Annotated[tuple[Annotated[str, Meta(max_length=1000)], ...], Meta(max_length=MOST_EXAMPLES)]


class Reason(Struct, frozen=True):
    """Why customers write. `name` is empty for those built in: screens say `reason.<key>`. `key` is empty for the workspace's own.

    `parent_id`: above it in the tree. `archived`: nothing is told to be it any more; it counts as `merged_into` where that is set.
    """

    id: str
    parent_id: str | None = None
    key: str = ""
    name: str = ""
    description: str = ""
    examples: tuple[str, ...] = ()
    place: int = 0
    merged_into: str | None = None
    archived: bool = False


class NewReason(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A reason to add, behind its siblings. At least three examples: what customers write who mean it."""

    name: Annotated[str, Meta(max_length=200)]
    parent_id: ReasonId | None = None
    description: Annotated[str, Meta(max_length=2000)] = ""
    examples: Examples = ()


class ReasonChange(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to change of a reason; what is left out stays. `place` is among its siblings, from 0. Examples are all of them.

    `merged_into`: it is archived, and counts as that one from now on; null takes it back.
    """

    name: Annotated[str, Meta(max_length=200)] | UnsetType = UNSET
    parent_id: ReasonId | UnsetType | None = UNSET
    description: Annotated[str, Meta(max_length=2000)] | UnsetType = UNSET
    examples: Examples | UnsetType = UNSET
    place: Annotated[int, Meta(ge=0, le=MOST_REASONS)] | UnsetType = UNSET
    archived: bool | UnsetType = UNSET
    merged_into: ReasonId | UnsetType | None = UNSET


class Tree:
    """The reasons of a workspace, and how they hang together."""

    def __init__(self, reasons: Iterable[Reason]) -> None:
        self.all = tuple(reasons)
        self.by_id = {one.id: one for one in self.all}

    @override
    def __eq__(self, other: object) -> bool:
        """Whether it has the same reasons."""
        return isinstance(other, Tree) and self.all == other.all

    @override
    def __hash__(self) -> int:
        """By the ids alone: examples are many."""
        return hash(tuple(self.by_id))

    def stands_for(self, reason_id: str) -> str | None:
        """As which reason one counts: itself, what it was merged into, or what stands above an archived one; None for none."""
        seen: set[str] = set()
        one = self.by_id.get(reason_id)
        while one is not None and one.archived and one.id not in seen:
            seen.add(one.id)
            one = self.by_id.get(one.merged_into or one.parent_id or "")
        return one.id if one is not None and not one.archived else None

    def above(self, reason_id: str) -> list[str]:
        """The reason and those above it, itself first."""
        found: list[str] = []
        one = self.by_id.get(reason_id)
        while one is not None and one.id not in found:
            found.append(one.id)
            one = self.by_id.get(one.parent_id or "")
        return found

    def within(self, reason_ids: Iterable[str]) -> list[str]:
        """These reasons, those below them, and those that were merged into one of these: what somebody means who asks for them."""
        wanted = set(reason_ids)
        grown = True
        while grown:
            more = {one.id for one in self.all if (one.merged_into in wanted or one.parent_id in wanted)} - wanted
            wanted |= more
            grown = bool(more)
        return sorted(wanted)


class Guess(Struct, frozen=True):
    """What a model says of one text: the reason of which it is sure, if of any, and the likeliest others, each with its probability."""

    sure: tuple[str, float] | None
    perhaps: tuple[tuple[str, float], ...]


def weigh(told: Sequence[tuple[str, float]], tree: Tree, threshold: float) -> Guess:
    """What the probabilities of a model mean in a tree: a reason is as likely as it and all below it together.

    The deepest reason that reaches `threshold` is sure. Of what was archived counts what it stands for.
    """
    own: dict[str, float] = {}
    for label, share in told:
        reason_id = tree.stands_for(label)
        if reason_id is not None:
            own[reason_id] = own.get(reason_id, 0.0) + share
    whole: dict[str, float] = {}
    for reason_id, share in own.items():
        for one in tree.above(reason_id):
            if not tree.by_id[one].archived:
                whole[one] = whole.get(one, 0.0) + share
    depth = {one: len(tree.above(one)) for one in whole}
    sure = max(
        (one for one in whole if whole[one] >= threshold), key=lambda one: (depth[one], whole[one]), default=None
    )
    ranked = sorted(own, key=lambda one: (-own[one], one))
    rest = [(one, own[one]) for one in ranked if one != sure and own[one] >= LEAST_TOLD][:TOP]
    return Guess((sure, min(whole[sure], 1.0)) if sure else None, tuple(rest))
