"""Answering questions: what is in the files, and what is too new for them, as one."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from lyhord.insights.facts.desk import Desk
from lyhord.insights.facts.engine import Answer, Job, Run
from lyhord.insights.facts.folder import FactFolder, Manifest
from lyhord.insights.facts.reading import Facts, Head, read_changes, read_facts, read_head_of
from lyhord.insights.pictures import noise
from lyhord.insights.pictures.model import DIMENSIONS, LENGTHS, MOST_ROWS, NONE, SUMS, Chart, Question, Row
from lyhord.insights.pictures.queries import Asking, Span, Tree, by_day, figures, listed, reasons, source, span_of
from lyhord.insights.pictures.saying import sentences_of
from lyhord.insights.pictures.store import names_of_organizations, read_tree
from lyhord.kit.database import Database, ReadTx
from lyhord.kit.problems import Invalid
from lyhord.workspaces.reach import Reach
from lyhord.workspaces.views import settings_of

LIVE_EVENTS = 20_000
"""Of so many events at most it is read what they changed; where more came since the files were written, the answer says until when it goes."""
IN_ORDER = ("day", "hour", "wait")
MOST_IN_ORDER = 400
NO_FACTS = Facts([], [])


class Live(NamedTuple):
    """What is too new for the files; `until` where it was too much to be read."""

    head: Head
    manifest: Manifest
    facts: Facts
    until: int | None = None


class Frame(NamedTuple):
    """What a workspace says to every question."""

    now: int
    zone: ZoneInfo
    tree: Tree


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

    def folder(self, workspace_id: str) -> FactFolder:
        """A workspace's files."""
        return FactFolder(self.desk.root, workspace_id)

    async def draw(self, workspace_id: str, reach: Reach, question: Question) -> Chart:
        """The figures of a question, within reach. Raises `Invalid` for what can't be asked, `AskedTooMuch`, `NoFigures`."""
        asking, live, made = await self._begin(workspace_id, reach, question)
        runs = [figures(asking), figures(asking, whole=True), by_day(asking)]
        rows, whole, days = await self.desk.ask(Job([*made, *runs]))
        chart = chart_of(asking, rows, whole, days)
        named = [one.key for one in chart.rows if one.key != NONE]
        names = {key: asking.tree.names.get(key, "") for key in named if question.by == "reason"}
        if question.by == "organization":
            names = await self._database.read(workspace_id, names_of_organizations, named)
        return replace(chart, names=names, counted_until=live.until)

    async def behind(
        self, workspace_id: str, reach: Reach, question: Question, after: tuple[int, str] | None, most: int
    ) -> list[Behind]:
        """What stands behind a bar, the latest first: up to `most` and one more, which tells that others follow."""
        asking, _, made = await self._begin(workspace_id, reach, question)
        [answer] = await self.desk.ask(Job([*made, listed(asking, after, most)]))
        return [Behind(str(row[0]), str(row[1]), int(row[2])) for row in answer.rows]

    async def _begin(self, workspace_id: str, reach: Reach, question: Question) -> tuple[Asking, Live, list[Run]]:
        if question.measure not in SUMS or question.by not in DIMENSIONS or question.days not in LENGTHS:
            raise Invalid("There is no such figure.", fields={"measure": "field.invalid"})
        live = await self.read_live(workspace_id)
        frame = await self._database.read(workspace_id, read_frame)
        span = span_of(frame.now, question.days, frame.zone)
        inboxes = None if reach.inbox_ids is None else sorted(reach.inbox_ids)
        asking = Asking(question, span, frame.tree, inboxes)
        asking.check()
        made = [*source(self.folder(workspace_id), asking.table, live.facts, span), *reasons(asking)]
        return asking, live, made

    async def read_live(self, workspace_id: str) -> Live:
        """What is too new for the files, as of now."""
        manifest, head = self.folder(workspace_id).manifest(), await self._database.read(workspace_id, read_head_of)
        known = self._live.get(workspace_id)
        if known is not None and known.head == head and known.manifest == manifest:
            return known
        after = manifest.seq if manifest.epoch == head.epoch else 0
        if head.seq - after > LIVE_EVENTS:
            return Live(head, manifest, NO_FACTS, manifest.written_at)
        changes = await self._database.read(workspace_id, read_changes, after, head.seq, LIVE_EVENTS)
        facts = await self._database.read(workspace_id, read_facts, changes)
        self._live[workspace_id] = Live(head, manifest, facts)
        return self._live[workspace_id]


def read_frame(tx: ReadTx) -> Frame:
    """What a workspace says to every question."""
    return Frame(tx.now, ZoneInfo(settings_of(tx).time_zone), read_tree(tx))


def chart_of(asking: Asking, rows: Answer, whole: Answer, days: Answer) -> Chart:
    """The chart of what DuckDB said."""
    question, span = asking.question, asking.span
    spread = spread_of_days(days, question.days) if asking.sum.kind == "count" else 1.0
    told = [_row(row, asking, spread) for row in rows.rows]
    in_order = question.by in IN_ORDER
    if in_order:
        told.sort(key=lambda one: -1 if one.key == NONE else int(one.key))
    most = MOST_IN_ORDER if in_order else MOST_ROWS
    compared = [one for one in told if one.chance is not None]
    held = noise.sure([one.chance or 0.0 for one in compared])
    found = dict(zip((one.key for one in compared), held, strict=True))
    told = [replace(one, sure=found.get(one.key, False)) for one in told]
    nothing = Row(key="", part=0, whole=0, part_before=0, whole_before=0)
    everything = _row(whole.rows[0], asking, spread) if whole.rows else nothing
    everything = replace(everything, sure=everything.chance is not None and everything.chance <= noise.FALSE_SHARE)
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


def spread_of_days(days: Answer, length: int) -> float:
    """The dispersion of daily counts."""
    counts: Mapping[int, int] = {int(row[0]): int(row[1]) for row in days.rows}
    series = [counts.get(back, 0) for back in reversed(range(2 * length))]
    return noise.dispersion(series[:length], series[length:])


def _row(found: Sequence[object], asking: Asking, spread: float) -> Row:
    key, part, whole, part_before, whole_before, *rest = found
    counts = [int(str(one)) for one in (part, whole, part_before, whole_before)]
    lists = [one if isinstance(one, list) else None for one in rest[:2]] or [None, None]
    totals = [None if one is None else int(str(one)) for one in rest[2:]] or [None, None]
    if asking.question.by == "day":
        chance = None
    elif asking.sum.kind == "count":
        chance = noise.count_changed(counts[1], counts[3], spread)
    else:
        chance = noise.share_changed(*counts)
    return Row(
        key=NONE if key is None else str(key),
        part=counts[0],
        whole=counts[1],
        part_before=counts[2],
        whole_before=counts[3],
        chance=None if chance is None else round(chance, 6),
        few=max(counts[1], counts[3]) < noise.FEW,
        spread=lists[0],
        spread_before=lists[1],
        total=totals[0],
        total_before=totals[1],
    )
