"""What a surge was, measured: who came when, how long they waited for a person, what the group answer did, what it spared."""

import statistics
from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise

from msgspec import Struct

from lyhord.kit.clock import MINUTE, SECOND
from lyhord.kit.database import ReadTx
from lyhord.kit.ids import id_time
from lyhord.tickets.surges import store
from lyhord.tickets.surges.model import Surge
from lyhord.tickets.surges.reading import texts_of

STEP = 5 * MINUTE
WAIT_ENDS = (1, 5, 15, 30, 60, 120, 240, 480)
"""Minutes: first answers are counted up to each, and beyond the last."""
LEAST_PACE = 10
"""Pauses between answers from which one is estimated; from fewer nothing is."""
LONGEST_PACE = 15 * MINUTE
"""Whoever answered nothing for longer did something else meanwhile."""
MOST_ANSWERS = 20_000


class Came(Struct, frozen=True):
    """How many came in five minutes from `at` on (Unix milliseconds)."""

    at: int
    count: int


class Measures(Struct, frozen=True, kw_only=True):
    """A surge in numbers.

    `waits` counts first answers by persons, a group answer being one, by `wait_ends` (minutes), the last beyond all; medians are seconds.
    `told` heard the public update; `by_group` had their first answer with the whole group; `wrote_again` of those wrote once more.
    `spared` are answers that nobody had to write: members answered with the group who neither wrote again nor were answered by hand, less
    the one that was written for each group answer. `pace_seconds` is the median time between one agent's answers of the surge, which
    times `spared` is `spared_seconds`: None where there were too few to tell.
    """

    members: int
    came: tuple[Came, ...]
    wait_ends: tuple[int, ...]
    waits: tuple[int, ...]
    answered: int
    first_median: int | None
    first_p95: int | None
    told: int
    by_group: int
    wrote_again: int
    spared: int
    pace_seconds: int | None
    spared_seconds: int | None


def measure(tx: ReadTx, surge: Surge) -> Measures:
    """Of all who are members now."""
    began = {talk: str(message) for message, talk in tx.all(store.came_of, of=surge.id)}
    came = [id_time(one) for one in began.values()]
    firsts = {talk: str(answer) for talk, answer in tx.all(store.first_answers, of=surge.id)}
    waits = sorted(id_time(answer) - id_time(began[talk]) for talk, answer in firsts.items())
    answers = {one.id for one in texts_of(tx, surge.id) if one.version is None}
    said = tx.all(store.said_to, of=surge.id)
    told = {talk for talk, text_id, _ in said if text_id not in answers}
    grouped: dict[str, str] = {}
    for talk, text_id, message in said:
        if text_id in answers and message:
            grouped[talk] = min(str(message), grouped.get(talk, str(message)))
    heard = {talk: str(last) for talk, last in tx.all(store.last_heard, of=surge.id)}
    by_hand = _by_hand(tx, surge, {str(message) for _, text_id, message in said if text_id in answers})
    again = {talk for talk, message in grouped.items() if heard.get(talk, "") > message}
    by_group = {talk for talk, answer in firsts.items() if grouped.get(talk) == answer}
    spared = max(0, len(by_group - again - {talk for talk, _, _ in by_hand}) - len(answers)) if answers else 0
    pace = _pace(by_hand)
    return Measures(
        members=len(came),
        came=tuple(_by_five_minutes(came)),
        wait_ends=WAIT_ENDS,
        waits=_counted(waits),
        answered=len(waits),
        first_median=_quantile(waits, 0.5),
        first_p95=_quantile(waits, 0.95),
        told=len(told),
        by_group=len(by_group),
        wrote_again=len(again & by_group),
        spared=spared,
        pace_seconds=pace,
        spared_seconds=pace * spared if pace is not None else None,
    )


def _by_hand(tx: ReadTx, surge: Surge, grouped: set[str]) -> list[tuple[str, str, int]]:
    """(conversation, agent, when) of each answer that somebody wrote for one member, by agent and time."""
    rows = tx.all(store.answers_between, of=surge.id, most=MOST_ANSWERS)
    return [(talk, agent_id, id_time(key)) for talk, agent_id, key in rows if key not in grouped]


def _pace(answers: Sequence[tuple[str, str, int]]) -> int | None:
    """Seconds between one agent's answers, as they usually were."""
    pauses = [
        after[2] - before[2]
        for before, after in pairwise(answers)
        if before[1] == after[1] and after[2] - before[2] <= LONGEST_PACE
    ]
    return round(statistics.median(pauses) / SECOND) if len(pauses) >= LEAST_PACE else None


def _by_five_minutes(moments: Sequence[int]) -> list[Came]:
    """From the first to the last without gaps."""
    counts: Mapping[int, int] = Counter(one // STEP for one in moments)
    if not counts:
        return []
    return [Came(step * STEP, counts.get(step, 0)) for step in range(min(counts), max(counts) + 1)]


def _counted(waits: Sequence[int]) -> tuple[int, ...]:
    ends = [bisect_right(waits, end * MINUTE) for end in WAIT_ENDS]
    return tuple(after - before for before, after in zip([0, *ends], [*ends, len(waits)], strict=True))


def _quantile(values: Sequence[int], share: float) -> int | None:
    return round(values[int(share * (len(values) - 1))] / SECOND) if values else None
