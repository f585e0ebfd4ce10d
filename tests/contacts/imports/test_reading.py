"""Whatever program wrote the file: its encoding and separator are found, and its cells come out as they went in."""

import csv
import io
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lyhord.contacts.imports.model import Options
from lyhord.contacts.imports.reading import MOST_LINE, guess_options, read_lines

ROWS = [["Name", "E-mail"], ["Åsa Öberg", "asa@shop.example"], ["Bo, junior", "bo@shop.example"]]
CELLS = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufeff", include_characters='\n",;\t|'),
    max_size=20,
)


def write(rows: list[list[str]], separator: str = ",", encoding: str = "utf-8") -> io.BytesIO:
    """A file as a spreadsheet would write it."""
    text = io.StringIO()
    csv.writer(text, delimiter=separator).writerows(rows)
    return io.BytesIO(text.getvalue().encode(encoding))


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_encoding_and_separator_are_found(separator: str, encoding: str) -> None:
    source = write(ROWS, separator, encoding)
    options = guess_options(source)
    assert (options.separator, options.header) == (separator, True)
    source.seek(0)
    assert [line.cells for line in read_lines(source, options)] == ROWS[1:]


@pytest.mark.parametrize(
    ("first", "is_head"),
    [("Name,Mail", True), ("Anna,anna@shop.example", False), ("Anna,+46 70 1", False), ("a,", False)],
)
def test_a_head_is_made_of_words(first: str, is_head: bool) -> None:
    assert guess_options(io.BytesIO(f"{first}\r\nBo,b@x.example\r\n".encode())).header is is_head


@given(
    st.lists(st.lists(CELLS, min_size=2, max_size=4), max_size=8),
    st.sampled_from(",;\t|"),
    st.sampled_from(["utf-8", "utf-16", "utf-16-le", "utf-16-be"]),
)
def test_cells_come_out_as_they_went_in(rows: list[list[str]], separator: str, encoding: str) -> None:
    options = Options(encoding=encoding, separator=separator, header=False)  # type: ignore[arg-type]
    lines = list(read_lines(write(rows, separator, encoding), options))
    assert [line.cells for line in lines] == [row for row in rows if any(cell.strip() for cell in row)]
    assert [line.number for line in lines] == sorted({line.number for line in lines})


@given(st.binary(max_size=400))
def test_no_bytes_are_too_strange(content: bytes) -> None:
    source = io.BytesIO(content)
    options = guess_options(source)
    source.seek(0)
    for line in read_lines(source, options):
        assert line.cells is None or all(isinstance(cell, str) for cell in line.cells)


def test_line_numbers_are_those_of_an_editor() -> None:
    source = io.BytesIO(b'name,about\r\n\r\nAnna,"two\r\nlines"\r\nBo,one\r\n')
    assert [(line.number, line.cells) for line in read_lines(source, Options())] == [
        (3, ["Anna", "two\r\nlines"]),
        (5, ["Bo", "one"]),
    ]


def test_an_open_quote_swallows_no_more_than_one_cell_may_hold() -> None:
    lines = [b"name,about", b'Anna,"open', *(b"Bo,%d" % n for n in range(40_000))]
    found = list(read_lines(io.BytesIO(b"\n".join(lines)), Options()))
    assert found[0].number == 2
    assert found[0].cells is None
    assert found[-1].cells == ["Bo", "39999"]


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    with path.open("wb") as file:
        file.write(b"name,email\n" + b"x" * 3 * MOST_LINE + b"\n")
        for n in range(100_000):
            file.write(b"Customer %d,c%d@shop.example\n" % (n, n))
    tracemalloc.start()
    with path.open("rb") as file:
        options = guess_options(file)
        file.seek(0)
        assert sum(1 for _ in read_lines(file, options)) > 100_000
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 3_000_000
