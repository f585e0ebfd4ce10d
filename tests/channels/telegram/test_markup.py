"""Formatting in and out: the same words, marked in the same places, counted as Telegram counts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lyhord.channels.telegram.markup import measure, to_entities, to_html
from lyhord.channels.telegram.payloads import Entity
from lyhord.conversations.formatting import as_written

TYPES = ["bold", "italic", "underline", "strikethrough", "code", "pre", "blockquote", "text_link", "spoiler", "mention"]


def marked(html: str) -> tuple[str, list[tuple[str, str]]]:
    """The words, and each entity's type with the words that it covers."""
    text, entities = to_entities(html)
    units = text.encode("utf-16-le")
    covered = [units[2 * one["offset"] : 2 * (one["offset"] + one["length"])].decode("utf-16-le") for one in entities]
    return text, [(one["type"], words) for one, words in zip(entities, covered, strict=True)]


@pytest.mark.parametrize(
    ("html", "text", "entities"),
    [
        ("<b>Hi</b> you", "Hi you", [("bold", "Hi")]),
        ("😀 <i>a<b>b</b></i>", "😀 ab", [("italic", "ab"), ("bold", "b")]),
        ('<a href="https://a.b/?x=1&amp;y=2">here</a>', "here", [("text_link", "here")]),
        ('<a href="javascript:x">here</a>', "here", []),
        ("<p>One</p><p>Two</p>", "One\n\nTwo", []),
        ("<div>One</div><div>Two</div>", "One\nTwo", []),
        ("One<br><br>Two", "One\n\nTwo", []),
        ("<ul><li>a</li><li>b</li></ul>", "• a\n• b", []),
        ("<p>x</p><ol start='3'><li>a</li><li>b<ul><li>c</li></ul></li></ol>", "x\n\n3. a\n4. b\n  • c", []),
        ("<h2>Head</h2><p>Text</p>", "Head\n\nText", [("bold", "Head")]),
        ("<p>a</p><blockquote>said</blockquote><p>b</p>", "a\n\nsaid\n\nb", [("blockquote", "said")]),
        ("<blockquote>a<blockquote>b</blockquote></blockquote>", "a\n\nb", [("blockquote", "a\n\nb")]),
        ("<pre>a  b\n c</pre>", "a  b\n c", [("pre", "a  b\n c")]),
        ("<pre><code>x</code></pre>", "x", [("pre", "x")]),
        ("<p>a   <b> b</b></p>", "a b", [("bold", "b")]),
        ("<table><tr><td>a</td></tr><tr><td>b</td></tr></table>", "a\nb", []),
        ("Yes,\u00a0<b>three</b>", "Yes, three", [("bold", "three")]),
        ("<b>open", "open", []),
        ("a &lt; b", "a < b", []),
    ],
)
def test_html_leaves_as_words_with_entities(html: str, text: str, entities: list[tuple[str, str]]) -> None:
    assert marked(html) == (text, entities)


@pytest.mark.parametrize(
    ("text", "entities", "html"),
    [
        ("Hi you", [Entity("bold", 0, 2)], "<b>Hi</b> you"),
        ("😀😀 x", [Entity("italic", 2, 2)], "😀<i>😀</i> x"),
        ("abc", [Entity("bold", 0, 3), Entity("italic", 1, 1)], "<b>a<i>b</i>c</b>"),
        ("a<b", [Entity("code", 0, 3)], "<code>a&lt;b</code>"),
        ("a\nb", [Entity("bold", 0, 1)], "<b>a</b><br>b"),
        ("x", [Entity("text_link", 0, 1, 'https://a.b/"')], '<a href="https://a.b/&quot;">x</a>'),
        ("x", [Entity("text_link", 0, 1, "javascript:x")], "x"),
        ("@anna #tag", [Entity("mention", 0, 5), Entity("hashtag", 6, 4)], None),
        ("abcd", [Entity("bold", 0, 3), Entity("italic", 2, 2)], "<b>ab<i>c</i></b>d"),
        ("ab", [Entity("bold", 1, 99)], "a<b>b</b>"),
        ("ab", [Entity("bold", -1, 1)], None),
    ],
)
def test_entities_come_as_html(text: str, entities: list[Entity], html: str | None) -> None:
    assert to_html(text, entities)[1] == html


entity = st.builds(
    Entity,
    st.sampled_from(TYPES),
    st.integers(-2, 12),
    st.integers(-1, 12),
    st.sampled_from(["https://a.b", "x:y", ""]),
)


@given(st.text(max_size=10), st.lists(entity, max_size=5))
def test_no_entities_lose_words_or_make_markup(text: str, entities: list[Entity]) -> None:
    plain, html = to_html(text, entities)
    assert plain.replace(" (https://a.b)", "").replace("\ufffd", "") == text.replace("\ufffd", "") or "\ufffd" in plain
    if html is not None:
        assert as_written("", html)[0] is not None
        assert "<script" not in html.lower().replace("&lt;", "")


@given(st.text(alphabet="ab😀 <>&/\"'=bipreulo", max_size=40))
def test_whatever_the_html_entities_cover_words_that_are_there(html: str) -> None:
    text, entities = to_entities(html)
    for one in entities:
        assert 0 <= one["offset"] < one["offset"] + one["length"] <= measure(text)
