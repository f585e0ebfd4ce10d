"""Formatting both ways: Telegram's entities, counted in units of UTF-16, and the few HTML elements that Lyhord knows."""

import re
from collections.abc import Sequence
from html import escape
from html.parser import HTMLParser
from typing import Any

from typing_extensions import override

from lyhord.channels.telegram.payloads import Entity

_ELEMENTS = {
    "bold": "b",
    "italic": "i",
    "underline": "u",
    "strikethrough": "s",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "expandable_blockquote": "blockquote",
    "text_link": "a",
}
_TYPES = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "s": "strikethrough",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "a": "text_link",
    **{f"h{level}": "bold" for level in range(1, 7)},
}
_BLOCKS = frozenset(
    ["blockquote", "div", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "table", "tr", "ul"]
)
_APART = frozenset(["blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "p", "pre", "table"])
_VOID = frozenset({"br", "hr", "img"})
_LINK = re.compile(r"(?:https?|tg|tel|mailto):", re.IGNORECASE)
_BLANKS = re.compile(r"[ \t\r\n\f]+")


def measure(text: str) -> int:
    """Units of UTF-16."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def to_html(text: str, entities: Sequence[Entity]) -> tuple[str, str | None]:
    """The words as plain text, with addresses behind words that link, and as HTML, None where nothing is formatted."""
    known = [one for one in entities if one.type in _ELEMENTS and one.length > 0 and one.offset >= 0]
    if not known:
        return text, None
    units = text.encode("utf-16-le", "surrogatepass")
    known.sort(key=lambda one: (one.offset, -one.length))
    plain, html = _render(units, 0, len(units) // 2, known)
    return plain, html


def _render(units: bytes, start: int, end: int, entities: Sequence[Entity]) -> tuple[str, str]:
    """What stands from `start` to `end`; the entities inside are in order and nest, or are cut so that they do."""
    plain, html, at, rest = "", "", start, list(entities)
    while rest:
        one = rest.pop(0)
        begin, until = max(one.offset, at), min(one.offset + one.length, end)
        if begin >= until:
            continue
        inside = [other for other in rest if other.offset < until]
        rest = rest[len(inside) :]
        words = _decode(units, at, begin)
        said, shown = _render(units, begin, until, inside)
        element = _ELEMENTS[one.type]
        links = element == "a" and _LINK.match(one.url)
        opening = f'a href="{escape(one.url)}"' if links else element
        plain += words + said + (f" ({one.url})" if links and one.url != said else "")
        html += _shown(words) + (shown if element == "a" and not links else f"<{opening}>{shown}</{element}>")
        at = until
    words = _decode(units, at, end)
    return plain + words, html + _shown(words)


def _decode(units: bytes, start: int, end: int) -> str:
    return units[2 * start : 2 * end].decode("utf-16-le", "replace")


def _shown(words: str) -> str:
    return escape(words, quote=False).replace("\n", "<br>")


def to_entities(html: str) -> tuple[str, list[dict[str, Any]]]:
    """The words of HTML that `conversations.formatting` made, and their formatting. Lists become lines with a mark."""
    writer = _Writer()
    writer.feed(html)
    writer.close()
    text = "".join(writer.out).rstrip()
    end = measure(text)
    entities = [
        {**one, "length": min(one["length"], end - one["offset"])} for one in writer.entities if one["offset"] < end
    ]
    return text, sorted(entities, key=lambda one: (one["offset"], -one["length"]))


class _Writer(HTMLParser):
    """Writes lines as they come about. `owed` are line breaks that are written once more words come."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.out: list[str] = []
        self.entities: list[dict[str, Any]] = []
        self._open: list[tuple[str, int, str]] = []
        self._lists: list[int | None] = []
        self._length = 0
        self._owed = 0
        self._fresh = True

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "br":
            self._owed += 1
            self._fresh = True
        self._break(tag)
        if tag in {"ol", "ul"}:
            start = given.get("start") or ""
            self._lists.append((int(start) if start.isdecimal() else 1) if tag == "ol" else None)
        if tag == "li":
            self._mark()
        if tag in _TYPES:
            self._settle()
        if tag not in _VOID:
            self._open.append((tag, self._length, given.get("href") or ""))

    @override
    def handle_endtag(self, tag: str) -> None:
        while any(name == tag for name, _, _ in self._open):
            name, start, url = self._open.pop()
            self._note(name, start, url)
            if name in {"ol", "ul"}:
                self._lists.pop()
            if name == tag:
                break
        self._break(tag)

    @override
    def handle_data(self, data: str) -> None:
        if not any(name == "pre" for name, _, _ in self._open):
            data = _BLANKS.sub(" ", data.replace("\u200b", ""))
            data = data.lstrip(" ") if self._fresh else data
        if data:
            self._settle()
            self._write(data.replace("\u00a0", " "))

    def _settle(self) -> None:
        """Write the breaks that are owed, before words or what formats them."""
        if self._owed and self.out:
            self._write("\n" * self._owed)
        self._owed = 0

    def _break(self, tag: str) -> None:
        if tag in _BLOCKS:
            self._owed = max(self._owed, 2 if tag in _APART and not self._lists else 1)
            self._fresh = True

    def _mark(self) -> None:
        self._settle()
        depth, number = len(self._lists), self._lists[-1] if self._lists else None
        self._write("  " * (depth - 1) + (f"{number}. " if number is not None else "• "))
        if number is not None:
            self._lists[-1] = number + 1
        self._fresh = True

    def _note(self, tag: str, start: int, url: str) -> None:
        kind = _TYPES.get(tag)
        inside = {name for name, _, _ in self._open}
        nested = (tag == "code" and "pre" in inside) or (tag == "blockquote" and "blockquote" in inside)
        if kind and self._length > start and not nested and (kind != "text_link" or _LINK.match(url)):
            link = {"url": url} if kind == "text_link" else {}
            self.entities.append({"type": kind, "offset": start, "length": self._length - start, **link})

    def _write(self, words: str) -> None:
        self.out.append(words)
        self._length += measure(words)
        self._fresh = words.endswith(("\n", " "))
