"""Stretches of a text that are links or names: counted in bytes of UTF-8 (atproto.com, `app.bsky.richtext.facet`)."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

_LINK = re.compile(r"https?://[^\s<>\"]+[^\s<>\"'.,;:!?)\]}]")
_NAME = re.compile(r"(?<![\w@./])@((?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63})\b", re.IGNORECASE)
_FACET = "app.bsky.richtext.facet"


def names_in(text: str) -> list[str]:
    """The handles that are named in a text, in lower case."""
    return list(dict.fromkeys(found.group(1).lower() for found in _NAME.finditer(text)))


def to_facets(text: str, known: Mapping[str, str]) -> list[dict[str, Any]]:
    """The links in a text, and the names whose ids (DIDs) are `known`, in order."""
    found = [(one.span(), {"$type": f"{_FACET}#link", "uri": one.group()}) for one in _LINK.finditer(text)]
    for one in _NAME.finditer(text):
        did = known.get(one.group(1).lower())
        if did:
            found.append((one.span(), {"$type": f"{_FACET}#mention", "did": did}))
    return [
        {"index": {"byteStart": _bytes(text[:start]), "byteEnd": _bytes(text[:end])}, "features": [feature]}
        for (start, end), feature in sorted(found, key=lambda each: each[0])
    ]


def from_facets(text: str, facets: Sequence[Any]) -> str:
    """The text with the whole address where a link shows only part of it. What makes no sense is left as it stands."""
    raw = text.encode("utf-8", "replace")
    links = []
    for facet in facets:
        try:
            index = facet["index"]
            start, end = int(index["byteStart"]), int(index["byteEnd"])
            uri = next(str(one["uri"]) for one in facet["features"] if one.get("$type") == f"{_FACET}#link")
        except (KeyError, TypeError, ValueError, StopIteration, AttributeError):
            continue
        if 0 <= start < end <= len(raw):
            links.append((start, end, uri))
    for start, end, uri in sorted(links, reverse=True):
        shown = raw[start:end].decode("utf-8", "replace")
        if shown == uri or uri.removeprefix("https://").rstrip("/") == shown:
            continue
        cut = shown.rstrip(".…").removeprefix("https://")
        inside = uri.encode("utf-8", "replace")
        raw = raw[:start] + (inside if cut and cut in uri else raw[start:end] + b" (" + inside + b")") + raw[end:]
    return raw.decode("utf-8", "replace")


def _bytes(text: str) -> int:
    return len(text.encode("utf-8", "replace"))
