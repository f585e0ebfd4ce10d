"""Templates as values, and how one reads with its places filled."""

import re
from collections.abc import Mapping

from msgspec import Struct

from lyhord.conversations.exchange import Template

_PLACE = re.compile(r"\{\{\s*([^{}]+?)\s*\}\}")
_SPACES = re.compile(r"[ \t\r\n]+")


class TemplateList(Struct, frozen=True, kw_only=True):
    """The templates of one inbox, by name and language. Not `offered`: its channel has none, or nobody has asked it yet.

    `fetched_at` is when they came last, `asked_at` when somebody asked for them last (Unix milliseconds), `problem` a message key: why
    they didn't come.
    """

    offered: bool
    items: tuple[Template, ...] = ()
    fetched_at: int | None = None
    asked_at: int | None = None
    problem: str = ""


def read_as(template: Template, values: Mapping[str, str]) -> str:
    """How it reads: header, text and footer with `values` in their places. A place without a value stays as it is."""
    header = _filled(template.header, values, "header ") if template.header_kind == "text" else ""
    parts = (header, _filled(template.text, values), template.footer)
    return "\n\n".join(part for part in parts if part.strip())


def clean_value(value: str) -> str:
    """A value on one line: owners of channels refuse templates with line breaks in their places."""
    return _SPACES.sub(" ", value).strip()


def pressable(template: Template) -> tuple[str, ...]:
    """The labels of the buttons that answer; those that open a page aside."""
    return tuple(label for number, label in enumerate(template.buttons, 1) if number not in template.links)


def _filled(text: str, values: Mapping[str, str], before: str = "") -> str:
    """A numbered place of a header goes before one of the text that has the same number."""
    return _PLACE.sub(lambda found: values.get(before + found[1]) or values.get(found[1]) or found[0], text)
