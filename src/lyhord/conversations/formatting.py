"""How agents format what they write: a short list of elements, made safe here whoever sent it, and the same words as plain text."""

import re
from collections.abc import Collection
from typing import TYPE_CHECKING

from lyhord.kit.markup import DEPTH_LIMIT, is_plain, measure_depth
from lyhord.kit.problems import Invalid

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

SIZE_LIMIT = 500_000
"""Characters of HTML that an agent may write."""


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


_BLOCKS = _names("blockquote div h1 h2 h3 h4 h5 h6 hr li ol p pre table tbody thead tr ul")
_APART = _names("h1 h2 h3 h4 h5 h6 p pre table")
"""Blocks with an empty line before and after them."""
_TAGS = _BLOCKS | _names("a b br code em i img s strong td th u")
_DROPPED_CONTENT = _names("script style title template noscript xml svg math object iframe select textarea")
_ATTRIBUTES = {"a": {"href"}, "img": {"src", "alt", "width", "height"}, "ol": {"start"}}
_PICTURE = "cid:"
_LINK = re.compile(r"(?:https?://|mailto:|tel:)", re.IGNORECASE)
_NUMBER = re.compile(r"\d{1,6}", re.ASCII)
_BLANKS = re.compile(r"[ \t\r\n\f]+")
_FIXED, _NOTHING = "\u00a0", "\u200b"
"""The space that stays where it is, and what editors put where the caret needs something to stand on."""


def as_written(text: str, html: str | None) -> tuple[str, str | None]:
    """The words and their formatted form, fit to be kept and sent.

    Text that is missing is made from the HTML. HTML that says no more than text is left out. Raises `Invalid` where it is too much.
    """
    if not html:
        return text, None
    _check_size(html)
    import nh3  # noqa: PLC0415 - an idle server spares it

    clean = nh3.clean(
        html,
        tags=set(_TAGS),
        clean_content_tags=set(_DROPPED_CONTENT),
        attributes={tag: set(names) for tag, names in _ATTRIBUTES.items()},
        attribute_filter=_filter_attribute,
        url_schemes={"http", "https", "mailto", "tel", "cid"},
        link_rel=None,
    ).strip()
    _check_size(clean)
    return text or to_plain(clean), None if is_plain(clean) else clean


def _check_size(html: str) -> None:
    """Looked at twice: what nobody closed may nest deeper once it is closed."""
    if len(html) > SIZE_LIMIT or measure_depth(html) > DEPTH_LIMIT:
        raise Invalid("The HTML is too long or too deep.", fields={"html": "problem.html_too_large"})


def check_pictures(html: str | None, attachment_ids: Collection[str]) -> None:
    """Raises `Invalid` unless each picture in what `as_written` made is one of these attachments."""
    shown = pictures_in(html)
    if not shown <= set(attachment_ids):
        raise Invalid(
            "A picture isn't attached: upload it, name it in attachment_ids and show it as cid:<its id>.",
            fields={"html": "problem.picture_missing"},
        )


def pictures_in(html: str | None) -> set[str]:
    """The attachments that are shown among the words; "" for a picture from elsewhere."""
    if not html or "<img" not in html:
        return set()
    from selectolax.lexbor import LexborHTMLParser  # noqa: PLC0415 - an idle server spares it

    return {(one.attributes.get("src") or "").removeprefix(_PICTURE) for one in LexborHTMLParser(html).css("img")}


def to_plain(html: str) -> str:
    """The same words as text: a line for each block, "- " or a number before items, "> " before quotes, addresses behind links.

    The agents' app does the same in `talk/formatting.ts`; both are tried by the same cases.
    """
    from selectolax.lexbor import LexborHTMLParser  # noqa: PLC0415 - as above

    body = LexborHTMLParser(html).body
    lines = _lines_of(body) if body is not None else []
    return "\n".join(line.rstrip() for line in lines).strip("\n").replace(_FIXED, " ")


class _Lines:
    """Lines as they come about. A line is open while more words may join it."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self._open = False
        self._gap = False

    def say(self, words: str, *, pre: bool = False) -> None:
        """More words of the line; white space at its begin shows nowhere."""
        if not pre and (not self._open or self.done[-1].endswith(" ")):
            words = words.lstrip(" ")
        if words:
            if not self._open:
                self.put("")
                self._open = True
            self.done[-1] += words

    def put(self, line: str) -> None:
        """A whole line."""
        if self._gap and self.done:
            self.done.append("")
        self.done.append(line)
        self._open = self._gap = False

    def end(self, *, apart: bool = False) -> None:
        """What comes now stands below; `apart`: with an empty line between."""
        self._open = False
        self._gap = self._gap or apart

    def broken(self) -> None:
        """A line break: it ends a line, or is an empty one."""
        if not self._open:
            self.put("")
        self._open = False


def _lines_of(node: "LexborNode") -> list[str]:
    lines = _Lines()
    _read(node, lines, pre=node.tag == "pre")
    return lines.done


def _read(node: "LexborNode", lines: _Lines, *, pre: bool) -> None:
    number = _start(node)
    for child in node.iter(include_text=True):
        tag = child.tag or ""
        if tag == "-text":
            _say(child.text_content or "", lines, pre=pre)
        elif tag == "br":
            lines.broken()
        elif tag == "img":
            lines.say(f"[{child.attributes.get('alt') or ''}]".replace("[]", ""))
        elif tag == "a":
            lines.say(_link(" ".join(_lines_of(child)).strip(), child.attributes.get("href") or ""))
        elif tag in _BLOCKS:
            lines.end(apart=tag in _APART)
            _read_block(child, lines, item=f"{number}. " if node.tag == "ol" else "- ", pre=pre)
            lines.end(apart=tag in _APART)
            number += tag == "li"
        elif tag not in _DROPPED_CONTENT:
            _read(child, lines, pre=pre)
            lines.say(" " if tag in {"td", "th"} else "")


def _read_block(node: "LexborNode", lines: _Lines, *, item: str, pre: bool) -> None:
    """What stands on lines of its own; `item` is the mark if it is one of a list."""
    if node.tag == "li":
        _mark(lines, node, item)
    elif node.tag == "blockquote":
        _mark(lines, node, "> ", again=True)
    else:
        _read(node, lines, pre=pre or node.tag == "pre")


def _say(text: str, lines: _Lines, *, pre: bool) -> None:
    text = text.replace(_NOTHING, "")
    if not pre:
        lines.say(_BLANKS.sub(" ", text))
        return
    for at, line in enumerate(text.split("\n")):
        if at:
            lines.broken()
        lines.say(line, pre=True)


def _mark(lines: _Lines, node: "LexborNode", mark: str, *, again: bool = False) -> None:
    """The lines of an item or a quote, marked: the first, or all of them."""
    for at, line in enumerate(_lines_of(node)):
        lines.put((mark if again or not at else " " * len(mark)) + line)


def _start(items: "LexborNode") -> int:
    start = items.attributes.get("start") or ""
    return int(start) if _NUMBER.fullmatch(start) else 1


def _link(words: str, address: str) -> str:
    target = address.removeprefix("mailto:").removeprefix("tel:")
    if not target or words in (address, target, target.removeprefix("https://").removeprefix("http://").rstrip("/")):
        return words
    return f"{words} ({target})" if words else target


def _filter_attribute(element: str, attribute: str, value: str) -> str | None:
    if attribute == "href":
        return value if _LINK.match(value) else None
    if attribute == "src":
        return value if value.startswith(_PICTURE) else None
    if attribute in {"width", "height", "start"}:
        return value if _NUMBER.fullmatch(value) else None
    return value if element == "img" else None
