"""Hiding what is personal in a text before it leaves: for exports, and for language models that others run."""

from collections.abc import Collection

from lyhord.hearing.entities.model import PERSONAL


def find_private(text: str, language: str = "") -> list[str]:
    """The words of a text that `redact` would hide."""
    from lyhord.hearing.entities.detector import find_entities  # noqa: PLC0415 - an idle server spares it

    return [text[one.start : one.end] for one in find_entities(text, language) if one.kind in PERSONAL]


def redact(text: str, language: str = "", kinds: Collection[str] = PERSONAL) -> str:
    """The text with `[card]`, `[phone]` and so on in place of what is personal. What has no form of its own stays, names above all."""
    from lyhord.hearing.entities.detector import find_entities  # noqa: PLC0415 - an idle server spares it

    parts: list[str] = []
    done = 0
    for one in find_entities(text, language):
        if one.kind in kinds:
            parts += (text[done : one.start], f"[{one.kind}]")
            done = one.end
    return "".join((*parts, text[done:]))
