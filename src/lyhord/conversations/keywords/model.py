"""The keywords of an inbox, as they stand in its setting `keywords`, a line each: `LINK | subscribe | spring | Here it is: …`."""

from collections.abc import Mapping
from typing import Literal, cast

from msgspec import Struct

from lyhord.contacts.model import clean_tag
from lyhord.conversations.optouts.model import find_wish, only_word
from lyhord.kit.problems import Invalid

Does = Literal["answer", "subscribe", "callback"]
"""Only the answer; a consent to offers, too; or a note that somebody is to call, for which the customer waits."""

SETTING = "keywords"
MOST = 100
LONGEST_ANSWER = 1_000
_DOES = ("answer", "subscribe", "callback")


class Keyword(Struct, frozen=True):
    """What happens to whoever sends a word. Without a tag none is put on the contact, without an answer none is given."""

    does: Does
    tag: str = ""
    answer: str = ""


def read_keywords(settings: Mapping[str, object]) -> tuple[dict[str, Keyword], list[str]]:
    """The keywords by their word, and the lines that make no sense: no word, a word of opt-outs or one that is there, no such doing."""
    lines = settings.get(SETTING)
    found: dict[str, Keyword] = {}
    wrong: list[str] = []
    for line in lines if isinstance(lines, (list, tuple)) else str(lines or "").splitlines():
        read = _read_line(str(line))
        if read is None or read[0] in found or len(found) >= MOST:
            wrong.append(str(line)[:100])
        else:
            found[read[0]] = read[1]
    return found, wrong


def _read_line(line: str) -> tuple[str, Keyword] | None:
    word, does, tag, answer = (part.strip() for part in (*line.split("|", 3), "", "", "")[:4])
    key, doing = only_word(word), does.casefold()
    if not key or find_wish(word) is not None or doing not in _DOES or len(answer) > LONGEST_ANSWER:
        return None
    if not (answer or tag) and doing == "answer":
        return None
    try:
        return key, Keyword(cast("Does", doing), clean_tag(tag) if tag else "", answer)
    except Invalid:
        return None
