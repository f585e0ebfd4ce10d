"""The rules by which things are kept, and which of them counts."""

from collections.abc import Collection, Iterable, Mapping
from typing import Annotated, Literal

from msgspec import Meta, Struct

from lyhord.kit.problems import Invalid

What = Literal["messages", "files", "payloads", "closed"]
"""Words of messages and notes with their files; files alone; payloads as they came; conversations whose work is done."""
FOR_EVER = 0
PAYLOAD_DAYS = 30
"""For so long payloads are kept where no rule says otherwise."""
MOST_COUNTED = 10_000
Days = Annotated[int, Meta(ge=FOR_EVER, le=36_500)]


class Rule(Struct, frozen=True, forbid_unknown_fields=True):
    """For how many days what came through an inbox is kept, `FOR_EVER` for 0. Without an inbox it is the workspace's rule."""

    what: What
    days: Days
    inbox_id: str | None = None


class Due(Struct, frozen=True):
    """What a rule would remove now: how many messages, files, payloads or conversations, `MOST_COUNTED` for that many or more."""

    what: What
    inbox_id: str | None
    count: int


class Keeping(Struct, frozen=True):
    """The rules, and what they removed so far, by what it was, with when that was last (Unix milliseconds)."""

    rules: list[Rule]
    removed: Mapping[str, tuple[int, int | None]]


class Span(Struct, frozen=True):
    """What a rule covers: the inbox `inbox_id`, or all but those of `others`, which have rules of their own."""

    inbox_id: str | None
    others: frozenset[str] = frozenset()

    def covers(self, inbox_id: str | None) -> bool:
        """Whether what came through this inbox is kept by the rule; notes came through none."""
        return inbox_id == self.inbox_id if self.inbox_id else inbox_id not in self.others


def check_rules(rules: Collection[Rule]) -> None:
    """Raise `Invalid` where two speak of the same, or one of an inbox's closed conversations, which may have gone through several."""
    if len({(one.what, one.inbox_id) for one in rules}) < len(rules):
        raise Invalid("Two rules speak of the same.", fields={"rules": "field.invalid"})
    if any(one.what == "closed" and one.inbox_id for one in rules):
        raise Invalid("Conversations are closed in the workspace, not in an inbox.", fields={"rules": "field.invalid"})


def span_of(rule: Rule, rules: Iterable[Rule]) -> Span:
    """What a rule covers beside the others."""
    if rule.inbox_id:
        return Span(rule.inbox_id)
    return Span(None, frozenset(one.inbox_id for one in rules if one.what == rule.what and one.inbox_id))
