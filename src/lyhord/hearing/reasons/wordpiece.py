"""Pieces of words as BERT's uncased English vocabulary numbers them."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache

MOST_LETTERS = 100
"""Of a word: a longer one is none."""
_FIRST, _LAST, _UNKNOWN = "[CLS]", "[SEP]", "[UNK]"
_SIGNS = re.compile("[㐀-䶿一-鿿豈-\ufaff\U00020000-\U0002a6df\U0002a700-\U0002ceaf\U0002f800-\U0002fa1f]")


def numbered(lines: Sequence[str]) -> dict[str, int]:
    """The vocabulary: a line a piece."""
    return {line: at for at, line in enumerate(lines)}


def pieces(text: str, vocabulary: Mapping[str, int], most: int) -> list[int]:
    """The numbers of a text's pieces between those of beginning and end, at most `most` in all."""
    found = [vocabulary[_FIRST]]
    for word in _words(text):
        found.extend(_split(word, vocabulary))
        if len(found) >= most - 1:
            break
    return [*found[: most - 1], vocabulary[_LAST]]


def _words(text: str) -> list[str]:
    """Small letters without accents; marks and Chinese signs stand alone."""
    return "".join(map(_apart, unicodedata.normalize("NFD", " ".join(text.split()).lower()))).split()


@lru_cache(4096)
def _apart(letter: str) -> str:
    kind = unicodedata.category(letter)
    if kind == "Mn" or (kind in ("Cc", "Cf", "Cs", "Co") and letter != " ") or letter == "\ufffd":
        return ""
    alone = (
        kind.startswith("P") or (letter.isascii() and not letter.isalnum() and letter != " ") or _SIGNS.match(letter)
    )
    return f" {letter} " if alone else letter


def _split(word: str, vocabulary: Mapping[str, int]) -> list[int]:
    """From the left the longest piece that is known each time; the number of the unknown where that doesn't work out."""
    if len(word) > MOST_LETTERS:
        return [vocabulary[_UNKNOWN]]
    found, start = [], 0
    while start < len(word):
        for end in range(len(word), start, -1):
            number = vocabulary.get(word[start:end] if start == 0 else f"##{word[start:end]}")
            if number is not None:
                found.append(number)
                start = end
                break
        else:
            return [vocabulary[_UNKNOWN]]
    return found
