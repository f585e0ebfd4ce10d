"""Text from outside made safe to keep, to compare, to show on one line and to search. Pure, with a short way for plain ASCII."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import pairwise

NAME_LIMIT = 120
VALUE_LIMIT = 500
MOST_MARKS = 8
"""Combining marks on one base. No living script needs more than five; ten thousand draw a black column over a page."""
WORD_LIMIT = 64

_ASCII_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_UNUSUAL = re.compile(
    r"[^\t\n -~\u00a0-\u00ac\u00ae-\u02ff\u0400-\u0482\u048a-\u052f\u2010-\u2027\u20ac\u3001-\u3029\u3041-\u3096\u309b-\u30ff"
    r"\u4e00-\u9fff\uac00-\ud7a3\uff01-\uff60]"
)
"""What `clean` may have to change; the rest (most of what people write) needs no closer look."""
_REMOVED = re.compile(r"[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff\ufdd0-\ufdef]")
_REPLACED = re.compile(r"[\x00\ud800-\udfff]")
_LINE_ENDS = re.compile(r"\r\n?|\u2028|\u2029")
_JOINED = r"\u0600-\u0dff\u1780-\u18af\u2600-\u27bf\U0001f000-\U0001faff"
_JOINER = rf"(?<![{_JOINED}\ufe0f])[\u200c\u200d]|[\u200c\u200d](?![{_JOINED}])"
_INVISIBLE = re.compile(
    r"[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_LOOSE_JOINER = re.compile(_JOINER)
_BLANK = re.compile(r"[\u115f\u1160\u2800\u3164\uffa0]")
_ACCENTS = re.compile(r"[\u0300-\u036f]")
_ASCII_WORD = re.compile(r"[a-z0-9]+")
_UNSPACED = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
    r"\U00020000-\U0003ffff]+"
)


def clean(text: str, limit: int) -> str:
    """`text` as it may be stored: NFC, lines ended by LF, at most `limit` code points, cut between characters as people see them.

    NUL and lone surrogates become U+FFFD, other control characters but tab and line end go, and no base keeps more than
    `MOST_MARKS` combining marks. Cleaning twice changes nothing.
    """
    if text.isascii() and _ASCII_CONTROLS.search(text) is None:
        return text if len(text) <= limit else text[:limit]
    if _UNUSUAL.search(text) is None:
        return _cut(text, limit)
    text = _LINE_ENDS.sub("\n", text)
    text = _REPLACED.sub("\ufffd", text)
    text = _REMOVED.sub("", text)
    if not text.isascii():
        text = _few_marks(text)
        if not unicodedata.is_normalized("NFC", text):
            text = _few_marks(unicodedata.normalize("NFC", text))
    return _cut(text, limit)


def clean_name(text: str, limit: int = NAME_LIMIT) -> str:
    """`text` as the name of a person or thing: `clean`, on one line, without direction overrides and invisible characters."""
    if text.isascii() and text.isprintable() and len(text) <= limit:
        return " ".join(text.split())
    text = _INVISIBLE.sub("", clean(text[: 64 * limit], 64 * limit))
    text = _BLANK.sub(" ", _LOOSE_JOINER.sub("", text))
    return _cut(clean(" ".join(text.split()), 64 * limit), limit).rstrip()


def fold_email(value: str) -> str:
    """The e-mail address by which its owner is known: lower case, the domain as its ASCII form; plus tags stay.

    Letters aren't otherwise replaced by similar ones: what differs for a mail server must differ here, or one customer could
    pass for another.
    """
    if value.isascii() and value.isprintable() and len(value) <= VALUE_LIMIT:
        return value.strip().lower()
    # The Kelvin sign is a k for Unicode and a stranger for a mail server: it must not open somebody else's history.
    value = "".join(clean_name(value.replace("\u212a", "\ufffd"), VALUE_LIMIT).split())
    value = clean(value, VALUE_LIMIT)
    local, at, domain = value.rpartition("@")
    return unicodedata.normalize("NFC", local.lower()) + at + _fold_domain(domain)


def fold(scheme: str, value: str) -> str:
    """The value by which an identity of `scheme` is compared: `email` and `tel` have their own rules, others keep their case."""
    if scheme == "email":
        return fold_email(value)
    if scheme == "tel":
        digits = "".join(c for c in unicodedata.normalize("NFKC", value[:VALUE_LIMIT]) if c in "+0123456789")
        return digits[:1] + digits[1:].replace("+", "")
    if value.isascii() and value.isprintable() and len(value) <= VALUE_LIMIT:
        return value.strip()
    return clean_name(value, VALUE_LIMIT)


def preview(text: str, limit: int = 140) -> str:
    """The beginning of `text` on one line, at most `limit` code points, ended by … where more follows."""
    line = " ".join(text[: 4 * limit].split())
    if len(line) <= limit and len(text) <= 4 * limit:
        return line
    return _cut(line, limit - 1).rstrip() + "…"


def segment(text: str) -> list[str]:
    """The words of `text` as search compares them, in order: NFKC, case and accents folded.

    Scripts written without spaces (Chinese, Japanese, Korean, Thai and their like) come as pairs of neighbours and
    the last character alone, so that each character begins exactly one word.
    """
    if text.isascii():
        return [word[:WORD_LIMIT] for word in _ASCII_WORD.findall(text.lower())]
    folded, words = _split(text)
    if _UNSPACED.search(folded) is None:
        return [word[:WORD_LIMIT] for word in words]
    pairs: list[str] = []
    for run in _parts(words):
        if is_unspaced(run):
            pairs.extend(map("".join, pairwise(run)))
            pairs.append(run[-1])
        else:
            pairs.append(run[:WORD_LIMIT])
    return pairs


def is_unspaced(word: str) -> bool:
    """Whether a word of `split_words` or `segment` is of a script that is written without spaces."""
    return _UNSPACED.match(word) is not None


def split_words(text: str) -> list[str]:
    """The words and unspaced runs of `text`, folded like `segment` but with runs whole."""
    return [part if is_unspaced(part) else part[:WORD_LIMIT] for part in _parts(_split(text)[1])]


def fold_for_search(text: str) -> str:
    """`text` with what search doesn't tell apart made the same: NFKC, without case and accents."""
    return unicodedata.normalize("NFKC", _ACCENTS.sub("", unicodedata.normalize("NFKD", text))).casefold()


def _split(text: str) -> tuple[str, list[str]]:
    """`text` folded for search, and its words; those of unspaced scripts hang together with their neighbours."""
    if _UNUSUAL.search(text) is not None:
        text = _few_marks(text)
    text = fold_for_search(text)
    return text, (_ASCII_WORD if text.isascii() else _words()).findall(text.replace("_", " "))


def _parts(words: Iterable[str]) -> Iterator[str]:
    """The words, cut where an unspaced script begins or ends."""
    for word in words:
        at = 0
        for run in _UNSPACED.finditer(word):
            if at < run.start():
                yield word[at : run.start()]
            yield run.group()
            at = run.end()
        if at < len(word):
            yield word[at:]


def _fold_domain(domain: str) -> str:
    import idna  # noqa: PLC0415 - an idle server spares it

    try:
        return idna.encode(domain, uts46=True).decode().lower()
    except (idna.IDNAError, UnicodeError):
        return unicodedata.normalize("NFC", domain.lower())


def _cut(text: str, limit: int) -> str:
    """At most `limit` code points, without half a flag, a letter without its marks or a family without its children."""
    if len(text) <= limit:
        return text
    end = limit
    while end > 0 and limit - end < 2 * MOST_MARKS and _holds(text, end):
        end -= 1
    return text[: end if end > 0 and not _holds(text, end) else limit]


def _holds(text: str, at: int) -> bool:
    """Whether the characters on both sides of `at` belong together."""
    after, before = text[at], text[at - 1]
    if after in "\u200d\ufe0f" or before == "\u200d" or "\U0001f3fb" <= after <= "\U0001f3ff":
        return True
    if _is_flag_half(after) and _is_flag_half(before):
        start = at
        while start > 0 and _is_flag_half(text[start - 1]) and at - start < 2 * NAME_LIMIT:
            start -= 1
        return (at - start) % 2 == 1
    return unicodedata.category(after)[0] == "M" or "\u1160" <= after <= "\u11ff"


def _is_flag_half(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def _few_marks(text: str) -> str:
    return _too_many_marks().sub(r"\1", text)


@cache
def _marks(first: int, last: int) -> str:
    """The combining marks among these code points, as the inside of a character class."""
    ranges: list[list[int]] = []
    for point in range(first, last):
        if unicodedata.category(chr(point))[0] != "M":
            continue
        if ranges and ranges[-1][1] == point - 1:
            ranges[-1][1] = point
        else:
            ranges.append([point, point])
    return "".join(f"\\U{start:08x}-\\U{end:08x}" for start, end in ranges)


@cache
def _too_many_marks() -> re.Pattern[str]:
    every = _marks(0x300, 0x10000) + _marks(0x10000, 0x1F000) + _marks(0xE0100, 0xE01F0)
    return re.compile(f"([{every}]{{{MOST_MARKS}}})[{every}]+")


@cache
def _words() -> re.Pattern[str]:
    """Letters, digits and marks. Those beyond the first plane would make the class slow; words of rare scripts are cut at them."""
    return re.compile(rf"[\w{_marks(0x300, 0x10000)}]+")
