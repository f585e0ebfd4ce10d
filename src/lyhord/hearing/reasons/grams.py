"""What a text is made of, the same when learning and when telling: its words and groups of letters."""

import re
import unicodedata
from collections.abc import Iterator

MOST_LETTERS = 2_000
"""Of a text: what comes after changes nothing."""
SHORTEST, LONGEST = 2, 5
"""Letters of a group. A group doesn't reach over the edge of a word, and knows where that edge is."""
LONGEST_SIGNS = 4
"""Of Chinese and Japanese, which have no edges: a sign says as much as several letters."""

_SIGNS = "々〇぀-ヿㇰ-ㇿ㐀-䶿一-鿿豈-﫿𠀀-𪛟"
_PIECE = re.compile(f"[{_SIGNS}]+|[^\\W_{_SIGNS}]+|[?!]")
_IS_SIGN = re.compile(f"[{_SIGNS}]")
_DIGIT = re.compile(r"\d")


def plain(text: str) -> str:
    """The text in one form of letters, all small, each digit 0: which number somebody has is no reason."""
    return _DIGIT.sub("0", unicodedata.normalize("NFKC", text[:MOST_LETTERS]).casefold())


def pieces_of(text: str) -> list[str]:
    """The words of a text in order, small as in `plain`; Chinese and Japanese signs stand together as they are written."""
    return _PIECE.findall(plain(text))


def is_signs(piece: str) -> bool:
    """Whether a piece is of signs that are written without spaces."""
    return _IS_SIGN.match(piece) is not None


def words_of(pieces: list[str]) -> list[str]:
    """The words whose company counts; each sign is one."""
    found: list[str] = []
    for piece in pieces:
        if is_signs(piece):
            found.extend(piece)
        else:
            found.append(piece)
    return found


def letters_of(piece: str) -> Iterator[str]:
    """The groups of letters of one piece, the edges of a word included as spaces."""
    if is_signs(piece):
        edged, sizes = piece, range(SHORTEST, LONGEST_SIGNS + 1)
    elif piece in "?!":
        return
    else:
        edged, sizes = f" {piece} ", range(SHORTEST, LONGEST + 1)
    for size in sizes:
        for at in range(len(edged) - size + 1):
            yield edged[at : at + size]
