"""Which parts of a mail are its words, and those words: text, HTML made safe, and what was quoted, apart."""

import re

from msgspec import Struct

from lyhord.channels.mail.quoting import fold_html, fold_text
from lyhord.kit.markup import SIZE_LIMIT, is_plain, sanitise, to_text
from lyhord.kit.mime.structure import Mail, Part
from lyhord.kit.text import clean

TEXT_LIMIT = 200_000
"""Characters of words that a message shows; the raw message keeps the rest."""

_PICTURE = re.compile(r"<(?:img|table)\b")
"""What text can't show: HTML with it is kept even where its quote couldn't be found."""
_ALTERNATIVE = "multipart/alternative"


class Body(Struct, frozen=True):
    """The words of a mail. `parts` are those that they stood in: all others are attachments. `cut`: there were more words."""

    text: str
    html: str | None
    quoted: str
    parts: tuple[Part, ...]
    cut: bool = False


def read_body(mail: Mail) -> Body:
    """The words with quotes folded away; `html` only where it says more than the text."""
    parts = _word_parts(mail)
    text, quoted = fold_text(clean(_text_of(parts, mail), 2 * TEXT_LIMIT))
    source = _html_of(parts, mail)
    html = sanitise(source) if source else None
    if html is None:
        return _body(text, quoted, None, parts)
    html, html_quoted = fold_html(html)
    if html_quoted and not quoted:
        text, quoted = to_text(html), html_quoted
    repeats = bool(quoted) and not html_quoted and not _PICTURE.search(html)
    shown = None if repeats or is_plain(html) else clean(html, SIZE_LIMIT)
    return _body(text, quoted, shown, parts)


def read_body_carefully(mail: Mail) -> Body:
    """The words by the shortest way, for a mail on which `read_body` took too long: nothing folded, no HTML."""
    parts = _word_parts(mail)
    return _body(_text_of(parts, mail)[: 2 * TEXT_LIMIT], "", None, parts)


def _body(text: str, quoted: str, html: str | None, parts: tuple[Part, ...]) -> Body:
    cut = max(len(text), len(quoted)) > TEXT_LIMIT or any(len(part.body) > SIZE_LIMIT for part in parts)
    return Body(clean(text, TEXT_LIMIT), html, clean(quoted, TEXT_LIMIT), parts, cut)


def _word_parts(mail: Mail) -> tuple[Part, ...]:
    """Text and HTML that aren't files; once both forms of an alternative are known, its other forms too, where they are words."""
    words = [
        part for part in mail.parts if part.type in {"text/plain", "text/html", "text/enriched"} and not _is_file(part)
    ]
    alternatives = {_alternative(part, mail) for part in words if part.type != "text/enriched"} - {None}
    kept = [part for part in words if part.type != "text/enriched" or _alternative(part, mail) in alternatives]
    return tuple(kept)


def _is_file(part: Part) -> bool:
    if part.disposition == "attachment":
        return True
    return (
        bool(part.name) and (part.disposition == "inline" or "name" in part.parameters) and part.type != "text/enriched"
    )


def _alternative(part: Part, mail: Mail) -> int | None:
    """The number of the innermost alternative that the part is a form of."""
    return next((number for number in reversed(part.parents) if mail.containers[number] == _ALTERNATIVE), None)


def _text_of(parts: tuple[Part, ...], mail: Mail) -> str:
    """Plain text where there is some, else the words of the HTML, in order."""
    told = {_alternative(part, mail) for part in parts if part.type == "text/plain" and bytes(part.body).strip()} - {
        None
    }
    words: list[str] = []
    for part in parts:
        if sum(map(len, words)) > 2 * TEXT_LIMIT:
            break
        if part.type == "text/plain":
            words.append(part.text())
        elif part.type == "text/html" and _alternative(part, mail) not in told:
            html = part.text()
            words.append(to_text(html if len(html) <= SIZE_LIMIT else html[:SIZE_LIMIT].rpartition("<")[0]))
    return "\n\n".join(text for text in words if text.strip())


def _html_of(parts: tuple[Part, ...], mail: Mail) -> str:
    """The HTML parts in order. Text beside them goes into paragraphs of its own; without any HTML the result is empty."""
    shown = {_alternative(part, mail) for part in parts if part.type == "text/html"} - {None}
    pieces: list[str] = []
    for part in parts:
        if sum(map(len, pieces)) > SIZE_LIMIT:
            break
        if part.type == "text/html":
            pieces.append(part.text())
        elif part.type == "text/plain" and _alternative(part, mail) not in shown and bytes(part.body).strip():
            escaped = part.text().replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
            pieces.append(f"<p>{escaped.strip()}</p>".replace("\n", "<br>"))
    return "".join(pieces) if any(part.type == "text/html" for part in parts) else ""
