"""What agents format: safe whoever sent it, carried where the channel can, and never without its plain form."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lyhord.conversations.formatting import SIZE_LIMIT, as_written, check_pictures, pictures_in, to_plain
from lyhord.kit.problems import Invalid

CASES = json.loads((Path(__file__).parent / "plain_forms.json").read_text("utf-8"))
WORDS = st.text(st.characters(categories=["Lu", "Ll", "Nd"]), min_size=1, max_size=8)


def _inline(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    tags = st.sampled_from(["b", "i", "u", "code"])
    return st.builds(
        lambda tag, parts: f"<{tag}>{' '.join(parts)}</{tag}>", tags, st.lists(inner, min_size=1, max_size=3)
    )


INLINE = st.recursive(WORDS, _inline, max_leaves=4)
LINES = st.lists(INLINE, min_size=1, max_size=3).map(" ".join)
BLOCKS = st.recursive(
    st.builds(lambda tag, line: f"<{tag}>{line}</{tag}>", st.sampled_from(["div", "p", "h2", "pre"]), LINES),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda all_: f"<blockquote>{''.join(all_)}</blockquote>"),
        st.builds(
            lambda tag, items: f"<{tag}>{''.join(f'<li>{item}</li>' for item in items)}</{tag}>",
            st.sampled_from(["ul", "ol"]),
            st.lists(inner, min_size=1, max_size=3),
        ),
    ),
    max_leaves=5,
)
LETTERS = st.lists(BLOCKS, min_size=1, max_size=4).map("".join)


@pytest.mark.parametrize(("html", "text"), CASES)
def test_the_plain_form_is_what_one_would_type(html: str, text: str) -> None:
    assert to_plain(html) == text


@given(LETTERS)
def test_the_plain_form_says_every_word_once_in_order_and_no_markup(html: str) -> None:
    said = re.findall(r"\w+", re.sub(r"<[^>]*>", " ", html))
    plain = to_plain(html)
    unmarked = re.sub(r"(?m)^(?:> |- |\d+\. |  +)*", "", plain)
    assert re.findall(r"\w+", unmarked) == said
    assert "<" not in plain
    assert not any(line.endswith(" ") for line in plain.split("\n"))


@given(LETTERS)
def test_what_is_safe_stays_as_it_is(html: str) -> None:
    text, kept = as_written("", html)
    assert text == to_plain(html)
    if kept is not None:
        assert as_written("", kept) == (text, kept)


@given(st.text(alphabet="<>/=\"' abceilmopr:tx!-&;#", max_size=200))
def test_nothing_acts_whatever_is_sent(soup: str) -> None:
    _, html = as_written("x", f'<b onclick="a()">{soup}</b><script>{soup}</script>')
    assert html is None or not re.search(r"<(?!/?(?:a|b|br|code|div|em|hr|i|li|ol|p|pre|td|th|tr|img|u|ul)\b)", html)
    assert " on" not in re.sub(r">[^<]*<", "><", html or "")


@pytest.mark.parametrize(
    ("bad", "good"),
    [
        ('<a href="javascript:alert(1)">x</a> <b>y</b>', "<a>x</a> <b>y</b>"),
        ('<a href="/app/settings">x</a><b>y</b>', "<a>x</a><b>y</b>"),
        ('<b style="position:fixed" class="x" id="y">y</b>', "<b>y</b>"),
        ('<b>y</b><style>b{color:red}</style><iframe src="https://x.example">z</iframe>', "<b>y</b>"),
        ('<ol start="3" onload="x"><li>y</li></ol>', '<ol start="3"><li>y</li></ol>'),
    ],
)
def test_only_the_few_elements_stay(bad: str, good: str) -> None:
    assert as_written("", bad)[1] == good


def test_html_that_says_no_more_than_text_is_left_out() -> None:
    assert as_written("", "<div>One</div><div><br></div><div>two</div>") == ("One\n\ntwo", None)
    assert as_written("Own words", "<b>One</b>") == ("Own words", "<b>One</b>")
    assert as_written("Hello", None) == ("Hello", None)


@pytest.mark.parametrize("large", ["<b>" + "x" * SIZE_LIMIT, "<div><b>" * 400])
def test_too_long_or_too_deep_is_said(large: str) -> None:
    with pytest.raises(Invalid) as refused:
        as_written("", large)
    assert refused.value.fields == {"html": "problem.html_too_large"}


def test_pictures_are_attachments() -> None:
    _, html = as_written("", '<div><img src="cid:one" alt="a" onerror="x()"></div>')
    assert html == '<div><img src="cid:one" alt="a"></div>'
    assert pictures_in(html) == {"one"}
    check_pictures(html, ["one", "two"])
    for other in ("<b>x</b><img src='https://tracker.example/p.gif'>", "<img src='cid:two'>"):
        with pytest.raises(Invalid) as refused:
            check_pictures(as_written("", other)[1], ["one"])
        assert refused.value.fields == {"html": "problem.picture_missing"}
