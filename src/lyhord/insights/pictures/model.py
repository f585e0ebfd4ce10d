"""What can be asked of facts and how the answer looks: measures, what they are told by, rows. The words for them are `picture.…`."""

from collections.abc import Mapping
from typing import Literal, NamedTuple, get_args

from msgspec import Struct

from lyhord.insights.model import WAITS
from lyhord.kit.clock import DAY, HOUR

REPEAT_DAYS = 7
"""A contact who opens a ticket within so many days after one was resolved comes again about something that wasn't solved, mostly."""
QUICK = HOUR
"""Whether first answers became quicker or slower is told by how many come within this."""
LENGTHS = (7, 28, 91, 364)
"""Days that can be asked for: whole weeks, so that both stretches have the same weekdays."""
MOST_ROWS = 50
Measure = Literal[
    "contacts",
    "complaints",
    "unhappy",
    "promises",
    "first_answer",
    "solved_first",
    "repeats",
    "reopened",
    "work",
    "messages",
    "satisfied",
    "easy",
    "promoters",
    "detractors",
]
By = Literal[
    "reason",
    "channel",
    "inbox",
    "team",
    "agent",
    "language",
    "kind",
    "tag",
    "contact_tag",
    "organization",
    "segment",
    "place",
    "product",
    "mood",
    "wait",
    "day",
    "hour",
]
MEASURES: tuple[str, ...] = get_args(Measure)
DIMENSIONS: tuple[str, ...] = get_args(By)


class Sum(NamedTuple):
    """How a measure is counted: of `whole` (a row's weight in what it is told of) `part`; over `values` it is a distribution.

    `behind`: which stand behind a bar, those that need looking at; empty: the part. `$ripe` is the moment before which it is known whether
    somebody came again.
    """

    part: str
    whole: str
    kind: Literal["count", "share", "spread"]
    values: str = ""
    behind: str = ""


_RIPE = "(resolved_at IS NOT NULL AND resolved_at < $ripe)"
_AGAIN = f"coalesce(next_at >= resolved_at AND next_at < resolved_at + {REPEAT_DAYS * DAY}, false)"
_FIRST = f"reopened = 0 AND len(waits) <= 1 AND NOT {_AGAIN}"


def _rated(survey: str, mark: str) -> Sum:
    """Of the tickets whose customer answered a survey last, those with a mark; behind it stand the bad ones always."""
    answered = f"coalesce(rating_survey = '{survey}', false)"
    part, bad = (f"CAST({answered} AND rating = '{one}' AS BIGINT)" for one in (mark, "bad"))
    return Sum(part, f"CAST({answered} AS BIGINT)", "share", behind=bad)


SUMS: Mapping[str, Sum] = {
    "contacts": Sum("1", "1", "count"),
    "messages": Sum("1", "1", "count"),
    "complaints": Sum("complaint", "1", "share"),
    "unhappy": Sum("CAST(mood_end IN ('angry', 'unhappy') AS BIGINT)", "CAST(mood_end IS NOT NULL AS BIGINT)", "share"),
    "promises": Sum("promises_kept", "promises_kept + promises_broken", "share", behind="promises_broken"),
    "first_answer": Sum(
        f"CAST(first_wait <= {QUICK} AS BIGINT)",
        "CAST(first_wait IS NOT NULL AS BIGINT)",
        "spread",
        "first_wait",
        f"CAST(first_wait > {QUICK} AS BIGINT)",
    ),
    "solved_first": Sum(
        f"CAST({_RIPE} AND {_FIRST} AS BIGINT)",
        f"CAST({_RIPE} AS BIGINT)",
        "share",
        behind=f"CAST({_RIPE} AND NOT ({_FIRST}) AS BIGINT)",
    ),
    "repeats": Sum(f"CAST({_RIPE} AND {_AGAIN} AS BIGINT)", f"CAST({_RIPE} AS BIGINT)", "share"),
    "reopened": Sum(
        "CAST(resolved_at IS NOT NULL AND reopened > 0 AS BIGINT)", "CAST(resolved_at IS NOT NULL AS BIGINT)", "share"
    ),
    "satisfied": _rated("csat", "good"),
    "easy": _rated("effort", "good"),
    "promoters": _rated("nps", "good"),
    "detractors": _rated("nps", "bad"),
    "work": Sum("CAST(work > 0 AS BIGINT)", "CAST(work > 0 AS BIGINT)", "spread", "nullif(work, 0)"),
}

_CLASSES = " ".join(f"WHEN first_wait <= {end} THEN '{n}'" for n, end in enumerate(WAITS))
KEYS: Mapping[str, str] = {
    "reason": "reason_id",
    "channel": "channel",
    "inbox": "inbox_id",
    "team": "team_id",
    "agent": "agent_id",
    "language": "language",
    "kind": "kind",
    "tag": "tag",
    "contact_tag": "contact_tag",
    "organization": "organization_id",
    "segment": "segment",
    "place": "place",
    "product": "product",
    "mood": "mood_end",
    "wait": f"CASE WHEN first_wait IS NULL THEN NULL {_CLASSES} ELSE '{len(WAITS)}' END",
    "day": "({local}) // 86400000",
    "hour": "(({local}) // 3600000 + 72) % 168",
}
"""What a row is told by, as SQL over a ticket. Hours are those of the week from Monday's first on; day 0 was 1 January 1970, a Thursday."""
LISTS: Mapping[str, str] = {"tag": "tags", "contact_tag": "contact_tags"}
"""Of what a ticket may have several, the column with all of them: it stands under each."""
OF_MESSAGES: Mapping[str, str] = {
    "reason": "reason_id",
    "channel": "channel",
    "inbox": "inbox_id",
    "agent": "agent_id",
    "language": "language",
    "mood": "mood",
    "day": KEYS["day"],
    "hour": KEYS["hour"],
}
"""The same of a message: it has less."""
NONE = "-"
"""The key of what has none."""


class Question(Struct, frozen=True, kw_only=True):
    """A measure by something, over the last `days` and as many before. `only`: key by what it is told by; all of them must hold."""

    measure: str
    by: str
    days: int
    only: Mapping[str, str] = {}


class Row(Struct, frozen=True, kw_only=True):
    """One bar. Of a share `part` of `whole`; of a count both are it; of a spread `part` of `whole` are at most an hour.

    Of a share `low` and `high` are its 95 % interval now (Wilson), in hundredths.
    `spread` has, for now and before, what 10, 25, 50, 75 and 90 of 100 stayed below (ms), and `total` the sum; of a chart's whole they are
    None. `chance`: how probable so
    great a change is if nothing changed; None where nothing is compared. `sure`: it is more than noise. `few`: fewer than 30.
    """

    key: str
    part: int
    whole: int
    part_before: int
    whole_before: int
    chance: float | None = None
    sure: bool = False
    few: bool = False
    low: float | None = None
    high: float | None = None
    spread: list[float] | None = None
    spread_before: list[float] | None = None
    total: int | None = None
    total_before: int | None = None


class Sentence(Struct, frozen=True, kw_only=True):
    """What can be said in words: `picture.said.<text>`, of a row by its key. `percent` is the change, `now` and `before` what changed."""

    text: Literal["more", "fewer", "higher", "lower", "calm", "nothing", "new"]
    key: str = ""
    percent: int = 0
    now: float = 0
    before: float = 0


class Chart(Struct, frozen=True, kw_only=True):
    """An answer. `since` and `until` are Unix milliseconds, `before` is when the stretch before began. `rows` come with the most first, but
    days, hours and waits in their order; `others` are as many more, which are left out. `names` are those of reasons and organizations,
    and `up` is the reason of which the rows are parts.

    `hour_cost`: of working time what an hour costs, in minor units of `currency`; None where nobody said so.
    `counted_until`: what happened later isn't in it yet, None: everything is. `dispersion`: see `noise`.
    """

    measure: str
    by: str
    kind: str
    days: int
    before: int
    since: int
    until: int
    time_zone: str
    rows: list[Row]
    whole: Row
    others: int
    sentences: list[Sentence]
    names: dict[str, str] = {}
    up: str | None = None
    hour_cost: int | None = None
    currency: str = ""
    dispersion: float = 1.0
    counted_until: int | None = None
    few: int = 30
