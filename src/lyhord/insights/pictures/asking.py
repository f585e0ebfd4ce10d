"""Answering questions: what is in the files, and what is too new for them, as one."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from lyhord.insights.facts.desk import Desk
from lyhord.insights.facts.engine import Answer, Job, Run
from lyhord.insights.facts.folder import FactFolder, Manifest
from lyhord.insights.facts.reading import Facts, Head, read_changes, read_facts, read_head_of
from lyhord.insights.pictures import noise
from lyhord.insights.pictures.model import LISTS, MOST_ROWS, NONE, Chart, Question, Row
from lyhord.insights.pictures.queries import Asking, Tree, check_question, figures, listed, reasons, source, span_of
from lyhord.insights.pictures.saying import sentences_of
from lyhord.insights.pictures.store import names_of_organizations, read_tree
from lyhord.kit.database import Database, ReadTx
from lyhord.kit.ids import new_id
from lyhord.kit.shares import wilson
from lyhord.workspaces.reach import Reach
from lyhord.workspaces.views import settings_of

LIVE_EVENTS = 20_000
"""Of so many events at most it is read what they changed; where more came since, the answer says until when it goes."""
IN_ORDER = ("day", "hour", "wait")
MOST_IN_ORDER = 400
NO_FACTS = Facts([], [])


class Live(NamedTuple):
    """What is too new for the files; `until` where it was too much to be read. `version` is of its facts."""

    head: Head
    manifest: Manifest
    facts: Facts
    until: int | None = None
    version: str = ""


class Frame(NamedTuple):
    """What a workspace says to every question."""

    now: int
    zone: ZoneInfo
    tree: Tree
    hour_cost: int | None
    currency: str


class Behind(NamedTuple):
    """A row behind a bar."""

    id: str
    conversation_id: str
    at: int


class Pictures:
    """Answers questions of a process's callers; remembers what is too new for the files as long as nothing comes after it."""

    def __init__(self, database: Database, desk: Desk) -> None:
        self.desk = desk
        self._database = database
        self._live: dict[str, Live] = {}
        self._reading: dict[str, asyncio.Lock] = {}

    def folder(self, workspace_id: str) -> FactFolder:
        """A workspace's files."""
        return FactFolder(self.desk.root, workspace_id)

    async def draw(self, workspace_id: str, reach: Reach, question: Question) -> Chart:
        """The figures of a question, within reach. Raises `Invalid` for what can't be asked, `AskedTooMuch`, `NoFigures`."""
        asking, live, frame, made = await self._begin(workspace_id, reach, question)
        runs = [figures(asking), *([figures(asking, whole=True)] if question.by in LISTS else [])]
        chart = chart_of(asking, await self.desk.ask(Job([*made, *runs])))
        named = [one.key for one in chart.rows if one.key != NONE]
        names = {key: asking.tree.names.get(key, "") for key in named if question.by == "reason"}
        if question.by == "organization":
            names = await self._database.read(workspace_id, names_of_organizations, named)
        if question.measure == "work":
            chart = replace(chart, hour_cost=frame.hour_cost, currency=frame.currency)
        return replace(chart, names=names, counted_until=live.until)

    async def behind(
        self, workspace_id: str, reach: Reach, question: Question, after: tuple[int, str] | None, most: int
    ) -> list[Behind]:
        """What stands behind a bar, the latest first: up to `most` and one more, which tells that others follow."""
        asking, _, _, made = await self._begin(workspace_id, reach, question, listed=True)
        [answer] = await self.desk.ask(Job([*made, listed(asking, after, most)]))
        return [Behind(str(row[0]), str(row[1]), int(row[2])) for row in answer.rows]

    async def _begin(
        self, workspace_id: str, reach: Reach, question: Question, *, listed: bool = False
    ) -> tuple[Asking, Live, Frame, list[Run]]:
        check_question(question, listed=listed)
        live = await self.read_live(workspace_id)
        frame = await self._database.read(workspace_id, read_frame)
        span = span_of(frame.now, question.days, frame.zone)
        inboxes = None if reach.inbox_ids is None else sorted(reach.inbox_ids)
        asking = Asking(question, span, frame.tree, inboxes)
        made = source(self.folder(workspace_id), asking.table, live.facts, live.version, span)
        if "reason" in (question.by, *question.only):
            made += reasons(asking)
        return asking, live, frame, made

    async def read_live(self, workspace_id: str) -> Live:
        """What is too new for the files, as of now. Charts that ask at the same time are answered by one reading."""
        async with self._reading.setdefault(workspace_id, asyncio.Lock()):
            return await self._read_live(workspace_id)

    async def _read_live(self, workspace_id: str) -> Live:
        manifest, head = self.folder(workspace_id).manifest(), await self._database.read(workspace_id, read_head_of)
        known = self._live.get(workspace_id)
        if known is not None and known.head == head and known.manifest == manifest:
            return known
        after, facts = manifest.seq if manifest.epoch == head.epoch else 0, NO_FACTS
        if head.seq - after > LIVE_EVENTS:
            return Live(head, manifest, NO_FACTS, manifest.written_at, "none")
        if known is not None and known.manifest == manifest and known.head.epoch == head.epoch:
            after, facts = max(after, known.head.sure), known.facts
        changes = await self._database.read(workspace_id, read_changes, after, head.seq, LIVE_EVENTS)
        facts = facts.with_newer(await self._database.read(workspace_id, read_facts, changes))
        self._live[workspace_id] = Live(head, manifest, facts, version=new_id())
        return self._live[workspace_id]


def read_frame(tx: ReadTx) -> Frame:
    """What a workspace says to every question."""
    settings = settings_of(tx)
    return Frame(tx.now, ZoneInfo(settings.time_zone), read_tree(tx), settings.hour_cost, settings.currency)


def chart_of(asking: Asking, answers: Sequence[Answer]) -> Chart:
    """The chart of what DuckDB said: the rows, and where they don't add up to it, since a ticket has several tags, the whole."""
    question, span = asking.question, asking.span
    found, days = _pairs(answers[0])
    whole, own_days = _pairs(answers[1]) if len(answers) > 1 else ({"": _sum_of(found.values())}, days)
    spread = spread_of_days(own_days, question.days) if asking.sum.kind == "count" else 1.0
    told = [_row(key, pair, asking, spread) for key, pair in found.items()]
    in_order = question.by in IN_ORDER
    if in_order:
        told.sort(key=lambda one: -1 if one.key == NONE else int(one.key))
    else:
        longest = question.measure == "work"  # its bars are hours
        told.sort(key=lambda one: (-(one.total or 0) if longest else 0, -one.whole, -one.whole_before, one.key))
    told = _held(told)
    everything = _row("", whole.get("", Pair()), asking, spread)
    everything = replace(everything, sure=everything.chance is not None and everything.chance <= noise.FALSE_SHARE)
    most = MOST_IN_ORDER if in_order else MOST_ROWS
    return Chart(
        measure=question.measure,
        by=question.by,
        kind=asking.sum.kind,
        days=question.days,
        before=span.start,
        since=span.middle,
        until=span.end,
        time_zone=str(span.zone),
        rows=told[:most],
        whole=everything,
        others=max(len(told) - most, 0),
        sentences=sentences_of(asking.sum.kind, everything, [] if in_order else told),
        up=asking.top,
        dispersion=round(spread, 2),
        few=noise.FEW,
    )


class Half(NamedTuple):
    """Of now, or of before: part and whole, and of a spread the quantiles and the sum."""

    part: int = 0
    whole: int = 0
    spread: list[float] | None = None
    total: int | None = None


class Pair(NamedTuple):
    """Both of a row."""

    now: Half = Half()
    before: Half = Half()


def _pairs(answer: Answer) -> tuple[dict[str, Pair], dict[int, int]]:
    """By key what is told of it; and by how many times 24 hours ago how many there were."""
    pairs: dict[str, Pair] = {}
    days: dict[int, int] = {}
    for key, is_now, part, whole, *rest in answer.rows:
        if is_now is None:
            days[int(rest[0])] = int(whole)
            continue
        half = Half(int(part or 0), int(whole or 0), *(rest if len(rest) > 1 else ()))
        name = NONE if key is None else str(key)
        pairs[name] = pairs.get(name, Pair())._replace(**{"now" if is_now else "before": half})
    return pairs, days


def _sum_of(pairs: Iterable[Pair]) -> Pair:
    parts = [*pairs]
    now, before = (
        Half(sum(getattr(one, name).part for one in parts), sum(getattr(one, name).whole for one in parts))
        for name in ("now", "before")
    )
    return Pair(now, before)


def _held(rows: list[Row]) -> list[Row]:
    """The rows, with which of their changes are more than noise."""
    compared = [one for one in rows if one.chance is not None]
    held = noise.sure([one.chance or 0.0 for one in compared])
    found = {one.key for one, yes in zip(compared, held, strict=True) if yes}
    return [replace(one, sure=one.key in found) for one in rows]


def spread_of_days(counts: Mapping[int, int], length: int) -> float:
    """The dispersion of daily counts."""
    series = [counts.get(back, 0) for back in reversed(range(2 * length))]
    return noise.dispersion(series[:length], series[length:])


def _row(key: str, pair: Pair, asking: Asking, spread: float) -> Row:
    now, before = pair
    if asking.question.by == "day" and key:
        chance = None
    elif asking.sum.kind == "count":
        chance = noise.count_changed(now.whole, before.whole, spread)
    else:
        chance = noise.share_changed(now.part, now.whole, before.part, before.whole)
    low, high = wilson(now.part, now.whole) if asking.sum.kind == "share" and now.whole else (None, None)
    return Row(
        key=key,
        part=now.part,
        whole=now.whole,
        part_before=before.part,
        whole_before=before.whole,
        chance=None if chance is None else round(chance, 6),
        few=max(now.whole, before.whole) < noise.FEW,
        low=None if low is None else round(100 * low, 1),
        high=None if high is None else round(100 * high, 1),
        spread=now.spread,
        spread_before=before.spread,
        total=now.total,
        total_before=before.total,
    )
