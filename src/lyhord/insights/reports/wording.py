"""A report in words and sheets: what the mail says, and each chart as CSV."""

from collections.abc import Sequence

from msgspec import Struct

from lyhord.insights.pictures.model import NONE, Chart, Row
from lyhord.insights.reports.model import Report
from lyhord.insights.reports.naming import Names, length, name_of, number
from lyhord.kit import sheets
from lyhord.kit.clock import HOUR
from lyhord.kit.words import say
from lyhord.tickets.complaints.model import places_of

COLUMNS = ("part", "whole", "part_before", "whole_before", "low", "high", "chance")


class Picture(Struct, frozen=True):
    """A chart with its title and its sentences, in one language. `bars`: its rows as (name, what it says, length now and before, few)."""

    title: str
    sentences: str
    chart: Chart
    bars: Sequence["Bar"]


class Bar(Struct, frozen=True):
    """A row: `now` and `before` are shares of the longest bar, None where there is none."""

    name: str
    says: str
    now: float | None
    before: float | None
    few: bool


def picture_of(locale: str, chart: Chart, names: Names) -> Picture:
    """A chart in a language."""
    title = say(locale, f"picture.measure.{chart.measure}") + " · " + say(locale, f"picture.by.{chart.by}")
    values = [(row, value(chart, row), value(chart, row, before=True)) for row in chart.rows]
    longest = max((one or 0.0 for _, now, before in values for one in (now, before)), default=0.0)
    full = 100.0 if chart.kind != "count" and chart.measure != "work" else max(longest, 1.0)
    bars = [
        Bar(
            name_of(locale, chart, row.key, names),
            _says(locale, chart, row),
            None if now is None else now / full,
            None if before is None else before / full,
            row.few,
        )
        for row, now, before in values
    ]
    return Picture(title, " ".join(_sentences(locale, chart, names)), chart, bars)


def is_blank(chart: Chart) -> bool:
    """Whether it says nothing: no rows, or of products where no ticket has one."""
    return not chart.rows or (len(chart.rows) == 1 and chart.rows[0].key == NONE and chart.by != "reason")


def value(chart: Chart, row: Row, *, before: bool = False) -> float | None:
    """What a bar shows: how many, of shares a hundredth, of work hours; None where nothing was counted."""
    part, whole, total = (
        (row.part_before, row.whole_before, row.total_before) if before else (row.part, row.whole, row.total)
    )
    if chart.kind == "count":
        return whole
    if chart.measure == "work":
        return (total or 0) / HOUR
    return 100 * part / whole if whole else None


def sheet_of(picture: Picture, head: str) -> str:
    """A chart as CSV, with the columns that the page's own file has."""
    rows = [
        (bar.name, *(sheets.cell(getattr(row, name)) for name in COLUMNS))
        for bar, row in zip(picture.bars, picture.chart.rows, strict=True)
    ]
    return sheets.MARK + sheets.lines([(head, *COLUMNS), *rows])


def letter_of(locale: str, report: Report, pictures: Sequence[Picture], workspace: str, link: str) -> tuple[str, str]:
    """(subject, text) of the mail: each chart's sentences, the way to the board, and to where one gets it no more."""
    told = "\n\n".join(f"{one.title}\n{one.sentences}" for one in pictures)
    subject = say(locale, "mail.report.subject", name=report.words.name, workspace=workspace)
    told = told or say(locale, "picture.said.nothing")
    return subject, say(locale, "mail.report.text", list=told, link=link, leave=f"{link}&mails=1")


def period_of(locale: str, chart: Chart) -> str:
    """Over which days it goes."""
    return say(locale, "mailed.period", days=str(chart.days), zone=chart.time_zone)


def _cost(chart: Chart, row: Row) -> str:
    """What the working time costs, as 437.50 EUR; nothing where nobody said what an hour costs."""
    if chart.hour_cost is None or not row.total:
        return ""
    places = places_of(chart.currency)
    return f"{row.total / HOUR * chart.hour_cost / 10**places:.{places}f} {chart.currency}"


def _says(locale: str, chart: Chart, row: Row) -> str:
    now, before = (_written(locale, chart, value(chart, row, before=one)) for one in (False, True))
    told = [now]
    if cost := _cost(chart, row):
        told.append(cost)
    if chart.kind != "count":
        told.append(say(locale, "picture.of", n=number(locale, row.whole)))
    if row.low is not None and row.high is not None and chart.kind == "share":
        told.append(say(locale, "picture.interval", low=number(locale, row.low), high=number(locale, row.high)))
    told.append(say(locale, "picture.was", was=before))
    if row.spread and chart.kind == "spread":
        told.append(say(locale, "picture.half", time=length(locale, row.spread[2]), most=length(locale, row.spread[4])))
    return " · ".join(told)


def _written(locale: str, chart: Chart, found: float | None) -> str:
    if found is None:
        return "–"
    unit = "" if chart.kind == "count" else " h" if chart.measure == "work" else " %"
    return f"{number(locale, found)}{unit}"


def _sentences(locale: str, chart: Chart, names: Names) -> list[str]:
    return [
        say(
            locale,
            f"picture.said.{one.text}",
            what=name_of(locale, chart, one.key, names) if one.key else say(locale, "picture.all"),
            percent=number(locale, one.percent),
            now=number(locale, one.now),
            before=number(locale, one.before),
            days=chart.days,
        )
        for one in chart.sentences
    ]
