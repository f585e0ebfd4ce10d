"""SQL of questions, built of the fixed pieces in `model`: what callers say is a key of those, or a parameter."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from msgspec import Struct

from lyhord.insights.facts.engine import Run
from lyhord.insights.facts.folder import FactFolder
from lyhord.insights.facts.model import MESSAGES, TICKETS, Table, month_of
from lyhord.insights.facts.reading import Facts
from lyhord.insights.facts.rows import clause, list_of, paths, rows_of
from lyhord.insights.pictures.model import (
    DIMENSIONS,
    KEYS,
    LENGTHS,
    LISTS,
    NONE,
    OF_MESSAGES,
    REPEAT_DAYS,
    SUMS,
    Question,
    Sum,
)
from lyhord.kit.clock import DAY, HOUR, MINUTE
from lyhord.kit.ids import id_time
from lyhord.kit.problems import Invalid

MOST_ANSWERS = 100_000
PIECE = 15 * MINUTE
QUANTILES = "[0.1, 0.25, 0.5, 0.75, 0.9]"


class Tree(Struct, frozen=True):
    """Reasons: by id what each is a part of, its name (empty for those built in), and as which others some count."""

    parents: Mapping[str, str | None] = {}
    names: Mapping[str, str] = {}
    merged: Mapping[str, str] = {}

    def under(self, top: str | None) -> dict[str, str]:
        """By reason the part of `top` (None: of all) below which it stands, itself where it is one. `top` is its own."""
        found = {}
        for one in self.parents:
            path = self._path(one)
            if top is None:
                found[one] = path[-1]
            elif top in path:
                found[one] = path[path.index(top) - 1] if path.index(top) else top
        return found

    def _path(self, reason_id: str) -> list[str]:
        """What a reason counts as, and everything above that."""
        counts_as = reason_id
        while counts_as in self.merged and self.merged[counts_as] != reason_id:
            counts_as = self.merged[counts_as]
        at: str | None = counts_as
        path: list[str] = []
        while at is not None and at in self.parents and at not in path:
            path.append(at)
            at = self.parents[at]
        return path


class Span(NamedTuple):
    """From `start` until `middle` lasted what was before, from there until `end` what is now (Unix ms); `zone` says what days are."""

    start: int
    middle: int
    end: int
    zone: ZoneInfo

    def local(self, at: str) -> str:
        """SQL of a moment as the clock on the wall shows it, as milliseconds since 1970."""
        steps = _offsets(self.zone, self.start, self.end)
        cases = " ".join(f"WHEN {at} < {until} THEN {offset}" for until, offset in steps[:-1])
        return f"{at} + CASE {cases} ELSE {steps[-1][1]} END" if cases else f"{at} + {steps[-1][1]}"


def span_of(now: int, days: int, zone: ZoneInfo) -> Span:
    """The last `days` days up to now and as many before, each beginning at this time of the day on the wall."""
    wall = datetime.fromtimestamp(now / 1000, zone).replace(tzinfo=None)
    middle, start = (_moment(wall - timedelta(days=back), zone) for back in (days, 2 * days))
    return Span(start, middle, now + 1, zone)


def _moment(wall: datetime, zone: ZoneInfo) -> int:
    return round(wall.replace(tzinfo=zone).timestamp() * 1000)


def _offsets(zone: ZoneInfo, start: int, end: int) -> list[tuple[int, int]]:
    """Until when (Unix ms) which offset from UTC holds, in the order of time; the last without end. To the hour, as clocks change."""
    steps: list[tuple[int, int]] = []
    at = start - start % HOUR
    offset = _offset(zone, at)
    while at <= end:
        ahead = _offset(zone, at + DAY)
        if ahead != offset:
            change = next(one for one in range(at, at + DAY + 1, HOUR // 4) if _offset(zone, one) != offset)
            steps.append((change, offset))
            offset = ahead
        at += DAY
    return [*steps, (end, offset)]


def _offset(zone: ZoneInfo, at: int) -> int:
    found = datetime.fromtimestamp(at / 1000, UTC).astimezone(zone).utcoffset()
    return int(found.total_seconds() * 1000) if found else 0


class Asking(NamedTuple):
    """What is asked, of which rows."""

    question: Question
    span: Span
    tree: Tree
    inboxes: Sequence[str] | None

    @property
    def table(self) -> Table:
        """What the measure counts."""
        return MESSAGES if self.question.measure == "messages" else TICKETS

    @property
    def sum(self) -> Sum:
        """How it is counted."""
        return SUMS[self.question.measure]

    @property
    def keys(self) -> Mapping[str, str]:
        """What its rows can be told by."""
        return KEYS if self.table is TICKETS else OF_MESSAGES

    @property
    def top(self) -> str | None:
        """The reason of which parts are asked for."""
        found = self.question.only.get("reason")
        return None if found == NONE else found

    def key(self, name: str) -> str:
        """SQL of what a row is told by; null where it has none."""
        if name == "reason":
            return "reason_top.top"
        return self.keys[name].format(local=self.span.local(self.table.at))


def check_question(question: Question, *, listed: bool = False) -> None:
    """Raise `Invalid` for what can't be asked. One day alone can be `listed`, but not compared."""
    if question.measure not in SUMS or question.by not in DIMENSIONS or question.days not in LENGTHS:
        raise Invalid("There is no such figure.", fields={"measure": "field.invalid"})
    keys = OF_MESSAGES if question.measure == "messages" else KEYS
    for name in (question.by, *question.only):
        if name not in keys or (name == "day" and name in question.only and not listed):
            raise Invalid(f"{question.measure} can't be told by {name}.", fields={"by": "field.invalid"})


def source(folder: FactFolder, table: Table, live: Facts, version: str, span: Span) -> list[Run]:
    """Make a view `rows` of a table's rows: those of the files that cover the span, and those that are newer; `version` is of these."""
    names = ", ".join(table.columns)
    months = month_of(span.start), month_of(span.end)
    files = folder.files(table, *months)
    fresh = live.tickets if table is TICKETS else live.messages
    kind = f"_{table.name}"
    runs = [
        *rows_of(f"fresh{kind}", table, fresh, version),
        *list_of(f"stale{kind}", live.stale_of(table), version),
        *list_of(f"gone{kind}", live.gone_ids, version),
    ]
    parts = [f"SELECT {names} FROM fresh{kind}"]
    if files:
        read = f"SELECT {names} FROM read_parquet({paths(files)})"
        parts = [f"{read}{where}" for where in _kept(table, live)] + parts
    return [*runs, Run(f"CREATE OR REPLACE TEMP VIEW rows AS {' UNION ALL '.join(parts)}", answers=False)]


def _kept(table: Table, live: Facts) -> list[str]:
    """Which rows of the files still hold, in parts that don't overlap. A message's id has its time: ids, which are most of what there is to
    be read, are compared from the first one that changed on.
    """
    stale = live.stale_of(table)
    if not stale and not live.gone_ids:
        return [""]
    if table is TICKETS or live.gone_ids:
        return [f" WHERE NOT ({clause(table, f'_{table.name}')})"]
    first = min(map(id_time, stale))
    return [f" WHERE {table.at} < {first}", f" WHERE {table.at} >= {first} AND NOT ({clause(table, f'_{table.name}')})"]


def reasons(asking: Asking) -> list[Run]:
    """Make a table that says of each reason below which of those it stands that are told."""
    under = asking.tree.under(asking.top)
    params = {"ids": list(under), "tops": list(under.values())}
    sql = "SELECT unnest(CAST($ids AS VARCHAR[])) AS id, unnest(CAST($tops AS VARCHAR[])) AS top"
    return [Run(f"CREATE OR REPLACE TEMP TABLE reason_top AS {sql}", params, answers=False)]


def chosen(asking: Asking, *, told: bool = True, now_only: bool = False, of: str = "") -> tuple[str, dict[str, Any]]:
    """FROM and WHERE of the rows that a question is about, and their parameters. `told`: with what they are told by; `of`: only those for
    which this holds, too.
    """
    joins, at = ["rows"], asking.table.at
    start = asking.span.middle if now_only else asking.span.start
    params: dict[str, Any] = {"start": start, "end": asking.span.end}
    where = [f"{at} >= $start", f"{at} < $end"]
    names = {*asking.question.only, *([asking.question.by] if told else [])}
    for name in sorted(names & set(LISTS)):
        each = f"unnest(CASE WHEN len({LISTS[name]}) = 0 THEN [NULL] ELSE {LISTS[name]} END) AS {name}"
        joins = [f"(SELECT *, {each} FROM {joins[0]}) AS rows"]
    if "reason" in names:
        joins.append("LEFT JOIN reason_top ON reason_top.id = rows.reason_id")
    if asking.inboxes is not None:
        where.append("list_contains($inboxes, inbox_id)")
        params["inboxes"] = sorted(asking.inboxes)
    if asking.table is MESSAGES:
        where.append("direction = 'in'")
    for number, (name, value) in enumerate(asking.question.only.items()):
        if name == "reason" and value != NONE:
            where.append("reason_top.top IS NOT NULL")
        elif value == NONE:
            where.append(f"{asking.key(name)} IS NULL")
        else:
            where.append(f"CAST({asking.key(name)} AS VARCHAR) = $only_{number}")
            params[f"only_{number}"] = value
    if of:
        where.append(of)
    return f"FROM {' '.join(joins)} WHERE {' AND '.join(where)}", params


def figures(asking: Asking, *, whole: bool = False) -> Run:
    """Key, whether it is of now, part, whole, and of spreads the quantiles and the sum. `whole`: of all rows together.

    Of a count it goes by 24 hours too, back from the end (a fifth column): one look at the rows tells everything.
    """
    told, params = chosen(asking, told=not whole)
    counted, at = asking.sum, asking.table.at
    key = "''" if whole else asking.key(asking.question.by)
    params |= {"middle": asking.span.middle}
    if counted.kind == "count":
        back = f"greatest($end - 2 - {at}, 0) // {DAY}"
        rows, each = told, "count(*)"
        if asking.question.by in ("day", "hour") and not whole:
            rows, each = f"FROM ({_pieces(asking, told)})", "sum(c)"
        picked = f"SELECT {key} AS key, {at} >= $middle AS is_now, {back} AS back, {each} AS c {rows} GROUP BY ALL"
        sql = (
            f"WITH counted AS MATERIALIZED ({picked}) "
            "SELECT CAST(key AS VARCHAR), is_now, sum(c)::BIGINT, sum(c)::BIGINT, NULL FROM counted GROUP BY key, is_now "
            "UNION ALL SELECT NULL, NULL, 0, sum(c)::BIGINT, back FROM counted GROUP BY back"
        )
        return Run(sql, params, most=MOST_ANSWERS)
    if "$ripe" in counted.part + counted.whole:
        params["ripe"] = asking.span.end - REPEAT_DAYS * DAY
    sums = "sum(p)::BIGINT, sum(w)::BIGINT"
    values, groups = "", "key, is_now"
    if counted.values:
        values, sums = f", {counted.values} AS v", f"{sums}, quantile_cont(v, {QUANTILES}), sum(v)::BIGINT"
    picked = f"SELECT {key} AS key, {at} >= $middle AS is_now, {counted.part} AS p, {counted.whole} AS w{values} {told}"
    sql = f"SELECT CAST(key AS VARCHAR), is_now, {sums} FROM ({picked}) GROUP BY {groups} HAVING sum(w) > 0"
    return Run(sql, params, most=MOST_ANSWERS)


def _pieces(asking: Asking, told: str) -> str:
    """How many there were by the quarter of an hour, cut once more at this minute: all that is told by time is the same within a piece, and
    a year has few of them. Clocks on walls differ by whole quarters, and change at them.
    """
    at, cut = asking.table.at, (asking.span.end - 1) % PIECE
    piece = f"2 * ({at} // {PIECE}) + CAST({at} % {PIECE} >= {cut} AS BIGINT)"
    counted = f"SELECT {piece} AS piece, count(*) AS c {told} GROUP BY piece"
    return f"SELECT piece // 2 * {PIECE} + piece % 2 * {cut} AS {at}, c FROM ({counted})"


def listed(asking: Asking, after: tuple[int, str] | None, most: int) -> Run:
    """The tickets, or messages, behind a bar, as `model.Sum.behind` says which: id, conversation and time, the latest first."""
    of = f"({asking.sum.behind or asking.sum.part}) > 0"
    told, params = chosen(asking, told=False, now_only=True, of=of)
    if "$ripe" in of:
        params["ripe"] = asking.span.end - REPEAT_DAYS * DAY
    key, at = asking.table.key, asking.table.at
    if after is not None:
        told += f" AND ({at} < $at OR ({at} = $at AND {key} < CAST($id AS UUID)))"
        params |= {"at": after[0], "id": after[1]}
    sql = f"SELECT DISTINCT {key}, conversation_id, {at} {told} ORDER BY {at} DESC, {key} DESC"
    return Run(f"{sql} LIMIT {most + 1}", params, most=most + 1)
