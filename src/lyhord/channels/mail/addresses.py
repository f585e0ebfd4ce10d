"""Lists of addresses as mailers write them: names, comments, groups, and much that no standard allows."""

import re

from lyhord.conversations.exchange import Address
from lyhord.kit.mime.decoding import decode_words
from lyhord.kit.text import clean_name, fold_email

ADDRESS_LIMIT = 200
"""Addresses read of one field: a mail to more is a mailing, and the raw message keeps them all."""

_TOKEN = re.compile(
    r'"(?:[^"\\]|\\.){0,600}+"|\((?:[^()\\]|\\.){0,600}+\)|<[^<>]{0,1000}+>|[,;:]|[^"(<,;:]+|.', re.DOTALL
)
"""Quotes and brackets that nobody closed are given up after a while, or a field of nothing else would be read to its end from each."""
_ADDRESS = re.compile(r"[^\s@<>()\[\]\\,;:\"\x00-\x1f\x7f]+@(?:[^\s@<>()\[\]\\,;:\"\x00-\x1f\x7f]+|\[[0-9a-fA-F:.]+\])")
_QUOTED_LOCAL = re.compile(r'"(?:[^"\\\r\n\x00]){1,64}"@[^\s@<>()\[\]\\,;:"\x00-\x1f\x7f]+')


def read_addresses(value: str, limit: int = ADDRESS_LIMIT) -> tuple[Address, ...]:
    """The addresses of a field, in order, each once, values folded for comparison, at most `limit`."""
    found: dict[str, Address] = {}
    entry: list[str] = []
    for piece in _TOKEN.findall(value):
        if piece in ",;":
            _add(found, entry)
            entry = []
        elif piece == ":":  # the name of a group stands before it
            entry = [] if not any(part.startswith("<") for part in entry) else entry
        else:
            entry.append(piece)
        if len(found) >= limit:
            return tuple(found.values())
    _add(found, entry)
    return tuple(found.values())


def is_address(value: str) -> bool:
    """Whether mail can be sent to `value`: local part, one @, domain, nothing that could end a header or a command."""
    return len(value) <= 320 and (_ADDRESS.fullmatch(value) or _QUOTED_LOCAL.fullmatch(value)) is not None


def _add(found: dict[str, Address], entry: list[str]) -> None:
    angle = next((part for part in entry if part.startswith("<")), "")
    comment = next((part[1:-1] for part in entry if part.startswith("(")), "")
    words = [part for part in entry if not part.startswith(("<", "("))]
    value = angle[1:-1].strip() if angle else ""
    name = "".join(words if not angle else words[: entry.index(angle)])
    if not is_address(value):
        value, name = _bare_address(words, value)
    if value:
        value = fold_email(value)
        found.setdefault(
            value, Address("email", value, clean_name(decode_words(_plain(name)) or decode_words(comment)))
        )


def _bare_address(words: list[str], angle: str) -> tuple[str, str]:
    """The first thing that looks like an address where no usable one stands in angle brackets, and what stands before it."""
    text = "".join(words)[:2_000]
    quoted = _QUOTED_LOCAL.search(text)
    for source in (angle[:2_000], text):
        match = _ADDRESS.search(source)
        if match is not None and is_address(match[0]):
            return match[0], text[: match.start()] if source is text else text
    return (quoted[0], "") if quoted is not None and is_address(quoted[0]) else ("", "")


def _plain(name: str) -> str:
    name = name.strip()
    if '"' in name:
        name = re.sub(r'"((?:[^"\\]|\\.)*)"', lambda found: re.sub(r"\\(.)", r"\1", found[1]), name)
    return name.strip().strip("'").strip()
