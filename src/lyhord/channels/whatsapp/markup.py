"""Formatting as WhatsApp writes it: marks around words. `*bold*`, `_italic_`, `~struck~`, `` `code` ``, and three of these for blocks."""

import re
from html import escape
from html.parser import HTMLParser

from typing_extensions import override

from lyhord.conversations.formatting import to_plain

_MARKS = {
    "b": "*",
    "strong": "*",
    "i": "_",
    "em": "_",
    "s": "~",
    "code": "`",
    "pre": "```",
    "th": "*",
    **{f"h{level}": "*" for level in range(1, 7)},
}
_EDGES = re.compile(r"(\s*)(.*?)(\s*)", re.DOTALL)


def to_marked(html: str) -> str:
    """The words of HTML that `conversations.formatting` made, with WhatsApp's marks; lists, quotes and links as in plain text."""
    writer = _Marker()
    writer.feed(html)
    writer.close()
    return to_plain("".join(writer.out))


class _Marker(HTMLParser):
    """Writes the same HTML with the marks among its words. A mark must touch the words that it is for, on each line anew."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.out: list[str] = []
        self._open: list[str] = []

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _MARKS:
            self._open.append(tag)
        self.out.append(self.get_starttag_text() or "")

    @override
    def handle_endtag(self, tag: str) -> None:
        if tag in self._open:
            del self._open[len(self._open) - 1 - self._open[::-1].index(tag)]
        self.out.append(f"</{tag}>")

    @override
    def handle_data(self, data: str) -> None:
        found = _EDGES.fullmatch(data)
        if found is None or not found[2]:
            self.out.append(escape(data, quote=False))
            return
        marks = list(dict.fromkeys(_MARKS[tag] for tag in self._open))
        last = next((mark for mark in ("```", "`") if mark in marks), "")
        marks = [last] if last else marks
        around = "".join(marks)
        words = f"{found[1]}{around}{found[2]}{''.join(reversed(marks))}{found[3]}"
        self.out.append(escape(words, quote=False))
