"""What somebody typed, as phrases of words. Nothing of it reaches an engine as syntax."""

import re
from collections.abc import Iterator

from msgspec import Struct

from lyhord.kit.search.codes import join_codes, join_numbers
from lyhord.kit.text import is_unspaced, segment, split_words

QUERY_LIMIT = 400
MOST_PHRASES = 12
MOST_WORDS = 48

_CHUNK = re.compile(r'"([^"]*)"?|([^\s"]+)')


class Phrase(Struct, frozen=True):
    """Words that stand one after the other; with `open` the last one may go on."""

    words: tuple[str, ...]
    open: bool = False


class Query(Struct, frozen=True):
    """All phrases must be there, in any order, or all of one of `others`, in which codes and numbers are one word each.

    Without phrases it finds nothing.
    """

    phrases: tuple[Phrase, ...]
    others: tuple[tuple[Phrase, ...], ...] = ()

    @property
    def ways(self) -> tuple[tuple[Phrase, ...], ...]:
        """Phrases of which all must be there, once for each way to write what was asked."""
        return (self.phrases, *self.others)


def parse_query(text: str) -> Query:
    """The query behind `text`. What stands in double quotes, or is joined as in an address, stands together.

    Codes and numbers are found however they are written. The last word may be unfinished, since people see results as they type; one Latin
    letter alone is taken as it is.
    """
    text = text[:QUERY_LIMIT]
    phrases, bare = _asked(text), text.rstrip().lower()
    if not phrases or '"' in text:
        return Query(phrases)
    numbers = join_numbers(bare)
    others = [_asked(one) for one in (numbers, join_codes(numbers)) if one != bare]
    return Query(phrases, tuple(dict.fromkeys(others)))


def _asked(text: str) -> tuple[Phrase, ...]:
    phrases: list[Phrase] = []
    for quoted, bare in _CHUNK.findall(text):
        phrases.extend(_phrases(quoted or bare))
    if phrases and not text[-1:].isspace() and not text.endswith('"'):
        last = phrases[-1]
        if len(last.words) > 1 or len(last.words[0]) > 1 or not last.words[0].isascii():
            phrases[-1] = Phrase(last.words, open=True)
    return tuple(_few(phrases))


def _phrases(chunk: str) -> Iterator[Phrase]:
    """A phrase for neighbours in a spaced script, and one for each run of an unspaced one."""
    spaced: list[str] = []
    for run in split_words(chunk):
        if not is_unspaced(run):
            spaced.append(run)
            continue
        if spaced:
            yield Phrase(tuple(spaced))
            spaced = []
        # The last character alone is in the index only at the end of its run; here more may follow.
        yield Phrase(tuple(segment(run)[:-1])) if len(run) > 1 else Phrase((run,), open=True)
    if spaced:
        yield Phrase(tuple(spaced))


def _few(phrases: list[Phrase]) -> Iterator[Phrase]:
    words = 0
    for phrase in phrases[:MOST_PHRASES]:
        words += len(phrase.words)
        if words > MOST_WORDS:
            return
        yield phrase
