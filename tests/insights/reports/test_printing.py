"""The PDF has what the mail says, on as many pages as that takes, in any language."""

import re
import zlib
from base64 import a85decode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from lyhord.insights.pictures.model import Chart, Row, Sentence
from lyhord.insights.reports.naming import Names, length, number
from lyhord.insights.reports.printing import print_report, wrap
from lyhord.insights.reports.wording import Picture, is_blank, picture_of, sheet_of
from lyhord.kit.clock import DAY, HOUR, MINUTE
from lyhord.kit.words import LOCALES

NAMES = Names({"team": {"t1": "Crew", "t2": "客服团队"}})


def chart(
    measure: str = "satisfied", by: str = "team", kind: str = "share", keys: tuple[str, ...] = ("t1", "t2")
) -> Chart:
    """Some rows, of which one says more than chance."""
    rows = [
        Row(
            key=key, part=10 + n, whole=40, part_before=20, whole_before=40, sure=not n, low=14.2, high=40.0, total=HOUR
        )
        for n, key in enumerate(keys)
    ]
    told = Sentence(text="lower", key=keys[0], now=25, before=50)
    whole = Row(key="", part=0, whole=0, part_before=0, whole_before=0)
    return Chart(
        measure=measure, by=by, kind=kind, days=28, before=0, since=1, until=2, time_zone="UTC",
        rows=rows, whole=whole, others=0, sentences=[told],
    )  # fmt: skip


def drawn(pdf: bytes) -> bytes:
    """What is written on the pages."""
    found = re.findall(rb"stream\r?\n(.*?)endstream", pdf, re.DOTALL)
    return b"\n".join(zlib.decompress(a85decode(one.strip().removesuffix(b"~>"))) for one in found)


def unescaped(text: bytes) -> bytes:
    """Strings as they are, without PDF's ways of writing bytes."""
    octal = re.sub(rb"\\([0-7]{3})", lambda one: bytes([int(one[1], 8)]), text)
    return re.sub(rb"\\([()\\])", rb"\1", octal)


def picture(locale: str = "en", **more: object) -> Picture:
    return picture_of(locale, chart(**more), NAMES)  # type: ignore[arg-type]


def test_it_says_the_sentence_and_each_row() -> None:
    pdf = print_report("Morning", "Firm", [picture()], "en")
    assert pdf.startswith(b"%PDF-")
    text = drawn(pdf)
    for one in (b"Morning", b"Satisfied customers", b"Crew: down from 50 % to 25 %", b"25 %"):
        assert one in text, one


def test_chinese_is_set_in_a_font_that_every_reader_has() -> None:
    pdf = print_report("Morning", "Firm", [picture()], "en")
    assert b"STSong-Light" in pdf
    assert b"FontFile" not in pdf, "no font is put into it"
    assert "客服团队".encode("utf-16-be") in unescaped(drawn(pdf))


@pytest.mark.parametrize("locale", LOCALES)
def test_every_kind_of_chart_is_drawn_in_every_language(locale: str) -> None:
    days = tuple(str(20_000 + n) for n in range(60))
    hours = tuple(str(n) for n in range(168))
    told = [
        picture(locale),
        picture(locale, measure="contacts", by="day", kind="count", keys=days),
        picture(locale, measure="contacts", by="hour", kind="count", keys=hours),
        picture(locale, measure="contacts", by="wait", kind="count", keys=("0", "5", "-")),
        picture(locale, measure="work", by="kind", kind="spread", keys=("question", "-")),
    ]
    pdf = print_report("Morgen", "Firm", told * 4, locale)
    assert pdf.count(b"/Type /Page\n") > 2
    assert not any("." in bar.name and "_" in bar.name for one in told for bar in one.bars), "no key is shown"


def test_a_sheet_runs_nothing_in_a_spreadsheet() -> None:
    names = Names({"team": {"t1": "=1+1", "t2": "Crew"}})
    lines = sheet_of(picture_of("en", chart(), names), "by team").splitlines()
    assert lines[0] == "\ufeffby team,part,whole,part_before,whole_before,low,high,chance"
    assert lines[1].startswith("'=1+1,10,40,20,40,14.2,40.0,")


def test_what_nobody_has_is_left_out() -> None:
    assert is_blank(chart(by="product", keys=("-",)))
    assert not is_blank(chart(by="reason", keys=("-",)))


def test_numbers_are_written_as_people_write_them() -> None:
    assert [number(one, 1234.5) for one in ("en", "sv", "zh-CN")] == ["1,234.5", "1\u00a0234,5", "1,234.5"]
    assert [number("en", one) for one in (0, 12, 99.96)] == ["0", "12", "100"]
    assert length("en", 90 * MINUTE) == "1 h"
    assert length("en", 3 * DAY) == "3 d"


@settings(max_examples=40, deadline=None)
@given(text=st.text(st.sampled_from("ab c 中文"), max_size=60), width=st.integers(30, 200))
def test_no_letter_is_lost_and_no_line_too_wide(text: str, width: int) -> None:
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfbase.pdfmetrics import registerFont, stringWidth

    registerFont(UnicodeCIDFont("STSong-Light"))
    lines = wrap(text, "STSong-Light", 11, width)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(stringWidth(one, "STSong-Light", 11) <= width for one in lines)


def test_working_time_says_what_it_costs_where_somebody_said_what_an_hour_costs() -> None:
    hours = chart(measure="work", by="kind", kind="spread", keys=("question", "order"))
    for price, currency, says in ((None, "", "1 h"), (4_550, "EUR", "1 h · 45.50 EUR"), (900, "JPY", "1 h · 900 JPY")):
        told = picture_of("en", replace(hours, hour_cost=price, currency=currency), NAMES)
        assert told.bars[0].says.startswith(f"{says} · of 40"), told.bars[0].says
