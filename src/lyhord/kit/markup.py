"""HTML mail made harmless and readable: measured before it is parsed, sanitised by an allow-list, remote pictures held back."""

import html as entities
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser

DEPTH_LIMIT = 256
"""Elements inside one another. The sanitiser's time grows with the square of it."""
SIZE_LIMIT = 2_000_000
"""Characters of HTML that are sanitised; a longer mail is shown as its text."""

_ATTRIBUTE = r"""[^\s/>][^\s/>=]*+(?:\s*+=\s*+(?:"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z)|[^\s>"'][^\s>]*+)?+)?+"""
_TOKEN = re.compile(
    rf"<!--(?:-?>|.*?(?:--!?>|\Z))|<[!?][^>]*+>?|<(/?)([a-zA-Z][^\s/>]*+)((?:[\s/]++|{_ATTRIBUTE})*+)>?|[^<]++|<+(?=<)|<",
    re.DOTALL,
)
"""Comments, tags and words as browsers tell them apart. Every branch moves on for good, so that time grows with the length only."""


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


_VOID = _names("area base br col embed hr img input link meta param source track wbr")
_CLOSES = {
    "p": _names("p"),
    "li": _names("li p"),
    "dt": _names("dt dd p"),
    "dd": _names("dt dd p"),
    "td": _names("td th p"),
    "th": _names("td th p"),
    "tr": _names("tr td th p"),
    "option": _names("option"),
}
"""What an opening tag ends where nobody wrote the closing one."""
_FORMATTING = _names("a b big code em font i nobr s small strike strong tt u")
_SILENT = _names("script style head title template noscript xml svg math object iframe select textarea")
_BLOCK = _names(
    "address article aside blockquote body center dd div dl dt fieldset figure footer form h1 h2 h3 h4 h5 h6 header hr html"
    " li main nav ol p pre section table tr ul"
)
_APART = _names("p h1 h2 h3 h4 h5 h6 blockquote ul ol table pre")
_HIDDEN = re.compile(r"display\s*:\s*none|mso-hide\s*:\s*all", re.IGNORECASE)
_BLANKS = re.compile(r"[ \t\r\n\f]+")
_MANY_LINES = re.compile(r"\n{3,}")
_INVISIBLE = re.compile("[\u00ad\u034f\u200b-\u200f\u2007\u2060-\u2064\ufeff]+")

_TAGS = _names(
    "a abbr b bdi bdo big blockquote br caption center cite code col colgroup dd del dfn div dl dt em figcaption figure font h1 h2"
    " h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q rp rt ruby s samp small span strike strong sub sup table tbody td tfoot th"
    " thead tr tt u ul var wbr"
)
_ATTRIBUTES = {
    "*": {"style", "dir", "lang", "title", "align"},
    "a": {"href"},
    "img": {"src", "data-src", "alt", "width", "height"},
    "font": {"color", "size", "face"},
    "td": {"colspan", "rowspan", "width", "height", "valign", "bgcolor"},
    "th": {"colspan", "rowspan", "width", "height", "valign", "bgcolor"},
    "tr": {"valign", "bgcolor"},
    "table": {"width", "border", "cellpadding", "cellspacing", "bgcolor"},
    "col": {"width", "span"},
    "ol": {"start", "type"},
    "blockquote": {"type"},
}
_STYLES = _names(
    "color background-color font-family font-size font-style font-weight line-height letter-spacing text-align text-decoration"
    " text-indent text-transform vertical-align white-space direction display border border-top border-right border-bottom border-left"
    " border-collapse border-color border-radius border-spacing border-style border-width margin margin-top margin-right margin-bottom"
    " margin-left padding padding-top padding-right padding-bottom padding-left width max-width min-width height max-height"
    " list-style-type"
)
_DROPPED_CONTENT = _names("script style title template noscript xml svg math object iframe select textarea")
_RISKY_STYLE = re.compile(
    r"url|image|expression|@|\\|javascript|/\*|var\(|attr\(|-\s*binding|behaviou?r", re.IGNORECASE
)
_REMOTE = re.compile(r"(?:https?:)?//", re.IGNORECASE)
_PLAIN_TAG = re.compile(r"</?(?:div|p|br|span|html|body|wbr)(?:\s+(?:dir|lang)=\"[^\"]*\")*\s*/?>")


def measure_depth(html: str) -> int:
    """About how deep a browser would nest this, in one pass and without building a tree: a first look before a real parser's.

    Unclosed formatting counts, since browsers reopen it in every paragraph.
    """
    stack: list[str] = []
    open_count: dict[str, int] = {}
    leaked: dict[str, int] = {}
    leaks = deepest = 0
    for closing, name in ((found[1], found[2].lower()) for found in _TOKEN.finditer(html) if found[2]):
        if name in _VOID:
            continue
        if not closing:
            ended = _CLOSES.get(name, frozenset())
            while stack and stack[-1] in ended:
                open_count[stack.pop()] -= 1
            stack.append(name)
            open_count[name] = open_count.get(name, 0) + 1
            deepest = max(deepest, len(stack) + leaks)
        elif open_count.get(name):
            while True:
                top = stack.pop()
                open_count[top] -= 1
                if top == name:
                    break
                if top in _FORMATTING:
                    leaked[top] = leaked.get(top, 0) + 1
                    leaks += 1
        elif leaked.get(name):
            leaked[name] -= 1
            leaks -= 1
    return deepest


def sanitise(html: str) -> str | None:
    """The same mail with nothing in it that acts or loads by itself, or None where it is too large or too deep.

    Pictures of the mail itself keep `src="cid:…"`. Remote ones lose `src` and keep their address in `data-src`, for a reader who
    asks for them.
    """
    if len(html) > SIZE_LIMIT or measure_depth(html) > DEPTH_LIMIT:
        return None
    import nh3  # noqa: PLC0415 - an idle server spares it
    from selectolax.lexbor import LexborHTMLParser  # noqa: PLC0415 - as above

    tree = LexborHTMLParser(html)
    if _tree_depth(tree) > DEPTH_LIMIT:
        return None
    for image in tree.css("img"):
        source = (image.attributes.get("src") or "").strip()
        if "src" in image.attributes:
            del image.attrs["src"]
        if "data-src" in image.attributes:
            del image.attrs["data-src"]
        if source[:4].lower() == "cid:":
            image.attrs["src"] = source
        elif _REMOTE.match(source):
            image.attrs["data-src"] = source if source[:1] != "/" else f"https:{source}"
    body = tree.body
    clean = nh3.clean(
        body.html if body is not None and body.html is not None else "",
        tags=set(_TAGS),
        clean_content_tags=set(_DROPPED_CONTENT),
        attributes={tag: set(names) for tag, names in _ATTRIBUTES.items()},
        attribute_filter=_filter_attribute,
        filter_style_properties=set(_STYLES),
        url_schemes={"http", "https", "mailto", "tel", "cid"},
        link_rel="noopener noreferrer nofollow",
    )
    return clean.strip()


def is_plain(html: str) -> bool:
    """Whether sanitised HTML says nothing that its text doesn't: paragraphs and line breaks only."""
    return "<" not in _PLAIN_TAG.sub("", html)


def to_text(html: str) -> str:
    """The words of an HTML mail as a reader sees them, one block a line, in one pass and without building a tree."""
    out: list[str] = []
    silent, silent_depth, pre = "", 0, 0
    for found in _TOKEN.finditer(html):
        name = (found[2] or "").lower()
        if silent:
            silent_depth += (-1 if found[1] else 1) if name == silent else 0
            silent = silent if silent_depth > 0 else ""
        elif not name:
            _add_words(out, found[0], pre > 0)
        elif not found[1] and name not in _VOID and (name in _SILENT or _HIDDEN.search(found[3][:2_000])):
            silent, silent_depth = ("", 0) if name == "body" else (name, 1)
        else:
            pre = max(0, pre + (-1 if found[1] else 1)) if name == "pre" else pre
            _add_break(out, name, closing=bool(found[1]))
    text = _INVISIBLE.sub("", "".join(out)).replace("\u00a0", " ")
    lines = "\n".join(line.rstrip() if line[:1] != " " else line.strip() for line in text.split("\n"))
    return _MANY_LINES.sub("\n\n", lines).strip()


def _add_words(out: list[str], token: str, pre: bool) -> None:
    if token.startswith(("<!", "<?")):
        return
    words = entities.unescape(token)
    if not pre:
        words = _BLANKS.sub(" ", words)
        if not out or out[-1].endswith(("\n", " ")):
            words = words.lstrip(" ")
    if words:
        out.append(words)


def _add_break(out: list[str], name: str, *, closing: bool) -> None:
    if name == "br":
        out.append("\n")
    elif name in {"td", "th"} and closing:
        out.append(" ")
    elif name in _BLOCK and out:
        text = out[-1]
        if not text.endswith("\n"):
            out.append("\n")
        if name in _APART and closing and not text.endswith("\n\n"):
            out.append("\n")
    if name == "li" and not closing:
        out.append("- ")


def _tree_depth(tree: "LexborHTMLParser") -> int:
    """How deep the tree is, by walking it without recursion; stops looking past the limit."""
    node, depth, deepest = tree.root, 1, 1
    while node is not None and deepest <= DEPTH_LIMIT:
        if node.first_child is not None:
            node, depth = node.first_child, depth + 1
            deepest = max(deepest, depth)
            continue
        while node is not None and node.next is None:
            node, depth = node.parent, depth - 1
        node = node.next if node is not None else None
    return deepest


def _filter_attribute(_element: str, attribute: str, value: str) -> str | None:
    """What nh3 asks for each attribute that the list allows."""
    if attribute == "style":
        return None if _RISKY_STYLE.search(value) else value
    if attribute == "data-src":
        return value if _REMOTE.match(value) else None
    if attribute == "href" and value[:4].lower() == "cid:":
        return None
    return value
