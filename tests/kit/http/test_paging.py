"""Cursors carry values there and back, and nothing else is one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lyhord.kit.http.paging import decode_cursor, encode_cursor, page_of
from lyhord.kit.problems import Invalid


@given(st.text(), st.integers(-(2**62), 2**62), st.none() | st.text())
def test_a_cursor_brings_its_values_back(text: str, number: int, maybe: str | None) -> None:
    cursor = encode_cursor(text, number, maybe)
    assert decode_cursor(cursor, tuple[str, int, str | None]) == (text, number, maybe)
    assert cursor.replace("-", "").replace("_", "").isalnum(), "it stands in addresses as it is"


@pytest.mark.parametrize(
    "cursor", ["", "x", "é", "!!!!", "bnVsbA", encode_cursor(1), encode_cursor("a", "b"), "\ud800"]
)
def test_anything_else_is_refused(cursor: str) -> None:
    with pytest.raises(Invalid) as refused:
        decode_cursor(cursor, tuple[str])
    assert refused.value.fields == {"cursor": "field.invalid"}


def test_pages_join_to_the_whole() -> None:
    rows = list(range(10))
    seen: list[int] = []
    after = -1
    while True:
        page = page_of([row for row in rows if row > after][:4], 3, lambda row: (row,))
        seen += page.items
        if page.next is None:
            break
        (after,) = decode_cursor(page.next, tuple[int])
    assert seen == rows


@pytest.mark.parametrize("count", [0, 2, 3])
def test_the_last_page_has_no_next(count: int) -> None:
    assert page_of(list(range(count)), 3, lambda row: (row,)).next is None
