"""What a rule may ask of a message and of the time, beside what a filter asks of a ticket. Pure."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from msgspec import Meta, Struct

from lyhord.conversations.model import Message
from lyhord.kit.problems import Invalid
from lyhord.tickets.filters import Condition, Filter, OneOf, Value, Whether, check_filter
from lyhord.workspaces.hours import Schedule, opens_at

MOST_TEXT = 50_000
"""Characters of a message that are looked through."""
MOST_MEMORY = 1 << 20
"""Bytes that a pattern may take once it is compiled."""
DAY_MINUTES = 24 * 60
Minute = Annotated[int, Meta(ge=0, le=DAY_MINUTES)]
Word = Annotated[str, Meta(min_length=1, max_length=100)]


class _Asked(Struct, frozen=True, tag_field="type", forbid_unknown_fields=True):
    """One thing that a rule asks besides."""


class Says(_Asked, frozen=True, tag="says"):
    """The message or its subject has one of the words, or with `but` none of them.

    Whole words whatever their case; one that ends with `*` is the beginning of a word. In scripts that are written without spaces the
    characters are looked for wherever they stand.
    """

    values: Annotated[tuple[Word, ...], Meta(min_length=1, max_length=100)]
    but: bool = False


class Matches(_Asked, frozen=True, tag="matches"):
    """The message or its subject has something that the pattern (of RE2) matches, or with `but` nothing."""

    pattern: Annotated[str, Meta(min_length=1, max_length=500)]
    but: bool = False


class Through(_Asked, frozen=True, tag="message"):
    """The message was said by the customer or by us (`direction`: in or out), on one of these channels, or through one of these inboxes."""

    field: Literal["direction", "channel", "inbox"]
    values: Annotated[tuple[Value, ...], Meta(min_length=1, max_length=100)]
    but: bool = False


class Attached(_Asked, frozen=True, tag="attached"):
    """The message has a file, or with `but` none."""

    but: bool = False


class Opened(_Asked, frozen=True, tag="open"):
    """It is within the workspace's opening hours, or with `but` outside of them. Who says no hours is always open."""

    but: bool = False


class Weekly(_Asked, frozen=True, tag="weekly"):
    """It is one of these days (1 is Monday) and between these minutes of the day in the workspace's time zone, or with `but` not so.

    An `end` that isn't after `start` is one of the next day.
    """

    days: Annotated[tuple[Annotated[int, Meta(ge=1, le=7)], ...], Meta(min_length=1, max_length=7)]
    start: Minute = 0
    end: Minute = DAY_MINUTES
    but: bool = False


Besides = Says | Matches | Through | Attached | Opened | Weekly
RuleCondition = Condition | Says | Matches | Through | Attached | Opened | Weekly


class Scene(Struct, frozen=True):
    """In what a rule is asked: the message, where there is one; when it was (Unix milliseconds); the workspace's own hours."""

    message: Message | None
    at: int
    schedule: Schedule


def filter_in(conditions: Sequence[RuleCondition], match: Literal["all", "any"]) -> Filter:
    """Those conditions that a filter asks of tickets."""
    return Filter(tuple(one for one in conditions if not isinstance(one, Besides)), match)


def besides_in(conditions: Sequence[RuleCondition]) -> tuple[Besides, ...]:
    """The other ones."""
    return tuple(one for one in conditions if isinstance(one, Besides))


def check_conditions(conditions: Sequence[RuleCondition], match: Literal["all", "any"]) -> None:
    """Raise `Invalid` for what can't be asked: of whoever looks, since nobody does; and for a pattern that is none."""
    check_filter(filter_in(conditions, match))
    for one in conditions:
        if isinstance(one, Whether) and one.field in ("unread", "draft", "watched"):
            raise Invalid("Nobody looks when a rule runs.", fields={"conditions": "problem.rule_nobody_looks"})
        if isinstance(one, OneOf) and {"me", "mine"} & set(one.values) and one.field in ("owner", "team"):
            raise Invalid("Nobody looks when a rule runs.", fields={"conditions": "problem.rule_nobody_looks"})
        if isinstance(one, Matches):
            _check_pattern(one.pattern)
        if isinstance(one, Says) and not all(value.rstrip("*").split() for value in one.values):
            raise Invalid("Write a word.", fields={"conditions": "problem.rule_word"})


def holds(one: Besides, scene: Scene) -> bool:
    """Whether a condition holds. What is asked of a message doesn't hold where there is none, whichever way it is asked."""
    if isinstance(one, Opened):
        return (opens_at(scene.schedule, scene.at) is None) != one.but
    if isinstance(one, Weekly):
        return _within(one, scene) != one.but
    return scene.message is not None and _asked(one, scene.message) != one.but


def is_said(words: tuple[str, ...], message: Message) -> bool:
    """Whether the message or its subject has one of the words, as `Says` has them."""
    return _looking_for(words).search(_text(message)) is not None


def _asked(one: Says | Matches | Through | Attached, message: Message) -> bool:
    match one:
        case Says():
            return is_said(one.values, message)
        case Matches():
            return _compiled(one.pattern).search(_text(message)) is not None
        case Attached():
            return bool(message.attachments)
        case Through():
            said = {"direction": message.direction, "channel": message.channel, "inbox": message.inbox_id}
            return said[one.field] in one.values


def _within(one: Weekly, scene: Scene) -> bool:
    there = datetime.fromtimestamp(scene.at / 1000, ZoneInfo(scene.schedule.time_zone))
    minute = there.hour * 60 + there.minute
    today, yesterday = there.isoweekday() in one.days, (there.isoweekday() - 2) % 7 + 1 in one.days
    if one.start < one.end:
        return today and one.start <= minute < one.end
    return (today and minute >= one.start) or (yesterday and minute < one.end)


def _text(message: Message) -> str:
    return f"{message.subject or ''}\n{message.text}"[:MOST_TEXT]


def _check_pattern(pattern: str) -> None:
    try:
        _compiled(pattern)
    except _re2().error as error:
        raise Invalid(
            "The pattern can't be read; it is one of RE2, without references and looking around.",
            fields={"conditions": "problem.rule_pattern"},
        ) from error


def _re2() -> Any:
    import re2  # noqa: PLC0415 - 3 MB that a server without rules of words spares

    return re2


@lru_cache(maxsize=1_000)
def _compiled(pattern: str) -> Any:
    options = _re2().Options()
    options.case_sensitive, options.max_mem, options.log_errors = False, MOST_MEMORY, False
    return _re2().compile(pattern, options)


@lru_cache(maxsize=1_000)
def _looking_for(words: tuple[str, ...]) -> Any:
    return _compiled("|".join(map(_word, words)))


_UNSPACED = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
_EDGE = rf"[^\p{{L}}\p{{N}}]|[{_UNSPACED}]"


def _word(word: str) -> str:
    """A pattern for a word. Between characters of scripts without spaces there is an edge everywhere."""
    bare = " ".join(word.rstrip("*").split())
    text = r"\s+".join(_re2().escape(part) for part in bare.split(" "))
    if _re2().search(f"[{_UNSPACED}]", bare):
        return text
    begins, ends = bare[0].isalnum(), bare[-1].isalnum() and not word.endswith("*")
    return f"{f'(?:^|{_EDGE})' if begins else ''}{text}{f'(?:$|{_EDGE})' if ends else ''}"
