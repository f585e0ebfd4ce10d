"""A report as PDF: A4 upright, the sentence first, then bars, days or hours. Drawn by reportlab, which is loaded when one is drawn.

No font is put into the file: what Windows-1252 has is Helvetica, everything else, Chinese above all, is set in STSong-Light, one of
the fonts by name for which every PDF reader has its own (ISO 32000-1, 9.7.5.2). A reader without a Chinese font shows blanks there;
the mail's text and the sheets say the same in words.
"""

from collections.abc import Sequence
from io import BytesIO
from typing import Any

from lyhord.insights.reports.naming import weekday
from lyhord.insights.reports.wording import Picture

WIDTH, HEIGHT, EDGE = 595, 842, 48
MOST_BARS = 12
ACCENT, INK, GREY, PALE = (0.05, 0.35, 0.42), (0.1, 0.1, 0.12), (0.42, 0.42, 0.45), (0.9, 0.9, 0.92)
_CHINESE = "STSong-Light"


def print_report(title: str, under: str, pictures: Sequence[Picture], locale: str) -> bytes:
    """The file. `under` stands below the title."""
    from reportlab.pdfbase import pdfmetrics  # noqa: PLC0415 - most processes never draw one
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont  # noqa: PLC0415 - most processes never draw one
    from reportlab.pdfgen.canvas import Canvas  # noqa: PLC0415 - most processes never draw one

    pdfmetrics.registerFont(UnicodeCIDFont(_CHINESE))
    into = BytesIO()
    sheet = _Sheet(Canvas(into, pagesize=(WIDTH, HEIGHT), lang=locale), locale)
    sheet.canvas.setTitle(title)
    sheet.canvas.setCreator("Lyhord")
    sheet.write(title, 18, bold=True)
    sheet.write(under, 9, colour=GREY)
    for one in pictures:
        sheet.draw(one)
    sheet.end()
    return into.getvalue()


class _Sheet:
    """Writes from the top of a page down, and goes on on the next one."""

    def __init__(self, canvas: Any, locale: str) -> None:
        self.canvas = canvas
        self.locale = locale
        self.at: float = HEIGHT - EDGE
        self.page = 1

    def draw(self, one: Picture) -> None:
        """A chart with what is said about it, and what it needs to stand together."""
        self.room(120)
        self.at -= 14
        self._line()
        self.write(one.title, 9, colour=GREY)
        self.write(one.sentences, 11, bold=True)
        if one.chart.by == "day":
            self._days(one)
        elif one.chart.by == "hour":
            self._hours(one)
        else:
            self._bars(one)

    def write(self, text: str, size: float, *, bold: bool = False, colour: tuple[float, ...] = INK) -> None:
        """Lines as wide as the page."""
        font = _font(text, bold=bold)
        for line in wrap(text, font, size, WIDTH - 2 * EDGE):
            self.room(size * 1.4)
            self.at -= size * 1.4
            self._text(EDGE, self.at, line, font, size, colour)

    def room(self, needed: float) -> None:
        """Begin another page where so much isn't left."""
        if self.at - needed < EDGE:
            self._end_page()
            self.at = HEIGHT - EDGE

    def end(self) -> None:
        """No more comes."""
        self._end_page()
        self.canvas.save()

    def _end_page(self) -> None:
        self._text(WIDTH / 2, EDGE / 2, str(self.page), "Helvetica", 8, GREY)
        self.canvas.showPage()
        self.page += 1

    def _bars(self, one: Picture) -> None:
        left, right = EDGE + 130, WIDTH - EDGE - 190
        for bar in one.bars[:MOST_BARS]:
            self.room(16)
            self.at -= 16
            self._fitted(EDGE, bar.name, 124)
            self._box(left, right - left, PALE)
            if bar.now is not None:
                self._box(left, (right - left) * min(bar.now, 1.0), GREY if bar.few else ACCENT)
            if bar.before is not None:
                self.canvas.setFillColorRGB(*INK)
                self.canvas.rect(left + (right - left) * min(bar.before, 1.0) - 0.75, self.at - 3, 1.5, 14, 0, 1)
            self._fitted(right + 8, bar.says, 184)
        self.at -= 4

    def _box(self, left: float, width: float, colour: tuple[float, ...]) -> None:
        self.canvas.setFillColorRGB(*colour)
        self.canvas.rect(left, self.at - 1, width, 10, 0, 1)

    def _days(self, one: Picture) -> None:
        """Columns, of now alone, with the highest named; without the days on which nothing was."""
        rows = [(int(row.key), bar.now) for row, bar in zip(one.chart.rows, one.bars, strict=True) if row.whole]
        if not rows:
            return
        self.room(80)
        first, count = rows[0][0], rows[-1][0] - rows[0][0] + 1
        top, step = max(now or 0.0 for _, now in rows) or 1.0, (WIDTH - 2 * EDGE) / count
        bottom = self.at - 64
        self.canvas.setFillColorRGB(*ACCENT)
        for day, now in rows:
            self.canvas.rect(EDGE + (day - first) * step, bottom, max(step - 1, 0.5), 56 * (now or 0.0) / top, 0, 1)
        names = {int(row.key): bar.name for row, bar in zip(one.chart.rows, one.bars, strict=True)}
        self.at = bottom - 12
        self._text(EDGE, self.at, names[first], "Helvetica", 8, GREY)
        last = names[rows[-1][0]]
        self._text(WIDTH - EDGE - _width(last, "Helvetica", 8), self.at, last, "Helvetica", 8, GREY)

    def _hours(self, one: Picture) -> None:
        """A week as a grid, the darker the more."""
        self.room(7 * 12 + 20)
        found = {
            int(row.key): bar.now or 0.0 for row, bar in zip(one.chart.rows, one.bars, strict=True) if row.key != "-"
        }
        top, step = max(found.values(), default=0.0) or 1.0, (WIDTH - 2 * EDGE - 40) / 24
        for day in range(7):
            self.at -= 12
            self._fitted(EDGE, weekday(self.locale, day), 36)
            for hour in range(24):
                share = found.get(24 * day + hour, 0.0) / top
                self.canvas.setFillColorRGB(
                    *(pale + (dark - pale) * share for pale, dark in zip(PALE, ACCENT, strict=True))
                )
                self.canvas.rect(EDGE + 40 + hour * step, self.at - 2, step - 1, 11, 0, 1)
        self.at -= 12
        for hour in (0, 6, 12, 18):
            self._text(EDGE + 40 + hour * step, self.at, f"{hour:02}", "Helvetica", 8, GREY)

    def _fitted(self, left: float, text: str, width: float) -> None:
        font = _font(text)
        size = 9.0
        while size > 6 and _width(text, font, size) > width:
            size -= 0.5
        while _width(text, font, size) > width:
            text = text[:-2] + "…"
        self._text(left, self.at, text, font, size, INK)

    def _line(self) -> None:
        self.canvas.setStrokeColorRGB(*PALE)
        self.canvas.line(EDGE, self.at, WIDTH - EDGE, self.at)

    def _text(self, left: float, at: float, text: str, font: str, size: float, colour: tuple[float, ...]) -> None:
        self.canvas.setFillColorRGB(*colour)
        self.canvas.setFont(font, size)
        self.canvas.drawString(left, at, text)


def wrap(text: str, font: str, size: float, width: float) -> list[str]:
    """Lines that are no wider, broken at spaces, or anywhere in what has none, as Chinese is written."""
    lines, line = [], ""
    for piece in text.replace("\n", " ").split(" "):
        tried = f"{line} {piece}" if line else piece
        if _width(tried, font, size) <= width:
            line = tried
            continue
        if line:
            lines.append(line)
        line = ""
        for letter in piece:
            if line and _width(line + letter, font, size) > width:
                lines.append(line)
                line = ""
            line += letter
    return [*lines, line] if line or not lines else lines


def _font(text: str, *, bold: bool = False) -> str:
    try:
        text.encode("cp1252")
    except UnicodeEncodeError:
        return _CHINESE
    return "Helvetica-Bold" if bold else "Helvetica"


def _width(text: str, font: str, size: float) -> float:
    from reportlab.pdfbase.pdfmetrics import stringWidth  # noqa: PLC0415 - most processes never draw one

    return float(stringWidth(text, font, size))
