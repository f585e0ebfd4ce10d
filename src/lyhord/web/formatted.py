"""A sanitised formatted message as a page for a sandboxed frame: own pictures shown, remote ones left out, quotes folded."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

FRAME_POLICY = (
    "default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'; sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox"
)
"""No scripts, no forms, nothing from elsewhere. `allow-same-origin` lets our page measure the frame; without scripts that gives
nobody inside anything."""
_STYLE = (
    "html{color-scheme:light;background:#fff;color:#1a1a1a}"
    "body{margin:0;font:15px/1.5 system-ui,sans-serif;overflow-wrap:anywhere}"
    "img{max-width:100%;height:auto}table{max-width:100%}pre{white-space:pre-wrap}"
    "blockquote{margin:.5em 0 .5em .25em;padding-left:.75em;border-left:3px solid #ccc;color:#555}"
    "summary{cursor:pointer;color:#555;list-style:none;display:inline-block;padding:0 .5em;border:1px solid #ccc;border-radius:1em}"
)


def to_page(html: str, pictures: Mapping[str, str]) -> str:
    """The page for `html`. `pictures` maps the names by which it calls its own pictures (Content-ID) to attachment ids."""
    from selectolax.lexbor import LexborHTMLParser  # noqa: PLC0415 - an idle server spares it

    tree = LexborHTMLParser(html)
    for image in tree.css("img"):
        source = image.attributes.get("src") or ""
        if source[:4].lower() == "cid:":
            attachment_id = pictures.get(unquote(source[4:]).strip("<>"))
            image.attrs["src"] = f"/api/v1/attachments/{attachment_id}" if attachment_id else "data:,"
    body = tree.body
    content = _fold(body) if body is not None else ""
    return (
        '<!doctype html><html><head><meta charset="utf-8"><meta name="referrer" content="no-referrer">'
        f'<base target="_blank"><style>{_STYLE}</style></head><body>{content}</body></html>'
    )


def _fold(body: Any) -> str:
    """The body's content; a quote that ends the message is folded away, one among new words stays."""
    quotes = [quote for quote in body.css("blockquote") if not _inside_quote(quote)]
    last = quotes[-1] if quotes else None
    words = body.text(deep=True).strip()
    ends = last is not None and words.endswith(last.text(deep=True).strip()) and words != last.text(deep=True).strip()
    inner = _inner(body)
    if not ends or last is None:
        return inner
    quote = last.html
    before, found, after = inner.rpartition(quote)
    return f"{before}<details><summary>…</summary>{quote}</details>{after}" if found else inner


def _inside_quote(node: Any) -> bool:
    parent = node.parent
    while parent is not None:
        if parent.tag == "blockquote":
            return True
        parent = parent.parent
    return False


def _inner(body: Any) -> str:
    html = body.html or ""
    start = html.find(">") + 1
    return html[start : html.rfind("</body>")]
