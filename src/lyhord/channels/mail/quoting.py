"""What is new in a mail, and what merely stood below it: found in text and in HTML, so that screens can fold the rest away."""

import re
from functools import cache

from mailparser_reply import EmailReplyParser
from mailparser_reply.constants import MAIL_LANGUAGES
from selectolax.lexbor import LexborHTMLParser, LexborNode

from lyhord.kit.markup import to_text

SEARCHED = 60_000
"""Characters in which a divider is looked for; above it would stand more than anybody writes in an answer."""
QUOTES_SEARCHED = 500
"""Quoted elements of an HTML mail among which the outermost is looked for; nobody answers an answer so often."""
LINE_LIMIT = 250
"""Characters of a line that the patterns see: their time grows with the square of it."""

_OWN_DIVIDER = re.compile(
    r"^\W{0,3}(?:(?:den|på|i) .{3,160}?skrev\b.{0,160}:?"
    r"|.{3,160} (?:skrev|wrote|schrieb|kirjoitti|napisał\(a\)|écrit|scrisse|escribió)(?: .{3,120})?:"
    r"|(?:ti|ma|ke|to|pe|la|su)\.? \d.{3,160} kirjoitti\b.{0,160}:?"
    r"|.{4,160}(?:写道|寫道|さんは書きました|님이 작성)\s?[::]"
    r"|[-_]{3,} ?(?:original message|ursprungligt meddelande|opprinnelig melding|oprindelig meddelelse|alkuperäinen viesti"
    r"|ursprüngliche nachricht|原始邮件|原始郵件) ?[-_]{3,})\s*$",
    re.IGNORECASE,
)
_FORWARD = re.compile(
    r"^\W*(?:[-_]{2,} ?(?:forwarded message|vidarebefordrat meddelande|videresendt melding|välitetty viesti|weitergeleitete nachricht"
    r"|转发的邮件|轉寄郵件)|begin forwarded message)",
    re.IGNORECASE | re.MULTILINE,
)
_QUOTED = re.compile(r"\s{0,3}>")
_QUOTE_BELOW = (
    "#divRplyFwdMsg",
    "#appendonsend",
    "#OLK_SRC_BODY_SECTION",
    ".OutlookMessageHeader",
    'div[style*="border-top:solid #E1E1E1"]',
    'div[style*="border-top:solid #B5C4DF"]',
)
"""Dividers: everything that follows them was there before."""
_QUOTE_INSIDE = (
    "div.gmail_quote",
    "div.gmail_quote_container",
    "blockquote.gmail_quote",
    "div.yahoo_quoted",
    "div.protonmail_quote",
    'blockquote[type="cite"]',
)
_QUOTE_LEAD = "div.moz-cite-prefix, div.gmail_attr, #reply-intro, div.moz-email-headers-table"


def fold_text(text: str) -> tuple[str, str]:
    """The new words and the quoted ones. Answers written between the quoted lines stay with them, and so do forwarded mails."""
    lines = text.split("\n")
    divider = _find_divider(lines)
    above = lines if divider is None else lines[:divider]
    if _FORWARD.search("\n".join(above[-40:])) and not any(map(_QUOTED.match, above)):
        return text.strip(), ""
    if divider is not None and not any(map(_QUOTED.match, lines[divider:])):
        return _parted(text, lines[:divider], lines[divider:])
    return _fold_marked(text, lines, divider)


def fold_html(html: str) -> tuple[str, str]:
    """The HTML without what was quoted, and the quoted words as text; unchanged and "" where nothing can be folded safely."""
    tree = LexborHTMLParser(html)
    body = tree.body
    if body is None:
        return html, ""
    removed = _below(tree) or _inside(tree)
    if not removed:
        return html, ""
    quoted = to_text("".join(node.html or "" for node in removed))
    if _FORWARD.search(quoted[:2_000]):
        return html, ""
    for node in removed:
        node.decompose()
    rest = body.html or ""
    return (rest, quoted) if to_text(rest) or "<img" in rest else (html, "")


def _find_divider(lines: list[str]) -> int | None:
    """The number of the line with which an earlier mail begins, by its divider."""
    seen: list[str] = []
    length = 0
    for line in lines:
        seen.append(line.strip()[:LINE_LIMIT])
        length += len(seen[-1]) + 1
        if length > SEARCHED:
            break
    candidates = [number for number, line in enumerate(seen) if _OWN_DIVIDER.match(line)][:1]
    found = _library_divider().search("\n".join(seen))
    if found is not None:
        lead = len(found[0]) - len(found[0].lstrip())
        candidates.append(found.string.count("\n", 0, found.start() + lead))
    return min(candidates, default=None)


@cache
def _library_divider() -> re.Pattern[str]:
    """How mail programs of thirteen languages introduce the mail that they answer. The library compiles it, once."""
    pattern: re.Pattern[str] = EmailReplyParser(languages=list(MAIL_LANGUAGES)).read("").HEADER_REGEX
    return pattern


def _fold_marked(text: str, lines: list[str], divider: int | None) -> tuple[str, str]:
    """Mail whose quoted lines begin with `>`: one block of them folds, together with the line that introduces it."""
    marks = [number for number, line in enumerate(lines) if _QUOTED.match(line)]
    if not marks:
        return text.strip(), ""
    first, last = marks[0], marks[-1]
    inside = [line for line in lines[first : last + 1] if line.strip() and not _QUOTED.match(line)]
    if inside and not _wrapped(lines[first : last + 1]):
        return text.strip(), ""
    start = divider if divider is not None and first - 6 <= divider <= first else first
    return _parted(text, lines[:start] + lines[last + 1 :], lines[start : last + 1])


def _wrapped(block: list[str]) -> bool:
    """Whether the unmarked lines are the ends of marked ones that a mailer broke: single, and short."""
    run = 0
    for line in block:
        run = 0 if _QUOTED.match(line) or not line.strip() else run + 1
        if run > 1 or (run == 1 and len(line) > 20):
            return False
    return True


def _parted(text: str, new: list[str], old: list[str]) -> tuple[str, str]:
    shown = "\n".join(new).strip()
    return (shown, "\n".join(old).strip()) if shown else (text.strip(), "")


def _below(tree: LexborHTMLParser) -> list[LexborNode]:
    """The first divider and all that follows it, at its own level and at those around it."""
    for selector in _QUOTE_BELOW:
        node = tree.css_first(selector)
        if node is None:
            continue
        removed = [node]
        while node is not None and node.tag not in {"body", "html"}:
            following = node.next
            while following is not None:
                removed.append(following)
                following = following.next
            node = node.parent
        return [found for found in removed if found.tag not in {"body", "html", "-doctype"}]
    return []


def _inside(tree: LexborHTMLParser) -> list[LexborNode]:
    """The one quoted element and the line that introduces it; nothing where several stand between new words."""
    for selector in _QUOTE_INSIDE:
        found = tree.css(selector)
        if len(found) > QUOTES_SEARCHED:
            return []
        outermost = [node for node in found if not _has_ancestor(node, selector)]
        if len(outermost) == 1:
            leads = [lead for lead in tree.css(_QUOTE_LEAD) if not _is_within(lead, outermost[0])]
            return [*leads[:1], outermost[0]]
        if outermost:
            return []
    return []


def _has_ancestor(node: LexborNode, selector: str) -> bool:
    parent = node.parent
    while parent is not None and parent.tag not in {"body", "html"}:
        if parent.css_matches(selector) and parent.tag == node.tag:
            return True
        parent = parent.parent
    return False


def _is_within(node: LexborNode, outer: LexborNode) -> bool:
    parent: LexborNode | None = node
    while parent is not None:
        if parent.mem_id == outer.mem_id:
            return True
        parent = parent.parent
    return False
