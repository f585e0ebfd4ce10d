"""Similar cases as values, and which words of a text are looked for."""

from collections.abc import Sequence

from msgspec import Struct

from lyhord.kit.text import is_unspaced, split_words
from lyhord.tickets.wordings.model import Written

MOST = 5
"""Cases that are shown."""
ASKED = 8
"""Words that are looked for, each for itself: what has one of them may be alike."""
SHORTEST = 4
LEAST_SHARE = 0.2
"""How like a case has to be (`kit.likeness.Ranking.shares`)."""


class Words(Struct, frozen=True):
    """A message, and what it says."""

    message_id: str
    text: str


class SimilarCase(Struct, frozen=True, kw_only=True):
    """A solved ticket: what its customer wrote, and the last answer, which solved it; `agent_id` gave it. `likeness` is from 0 to 1.

    `written`: how it was solved, as a language model puts it; null where the workspace has none for this.
    """

    ticket_id: str
    conversation_id: str
    title: str
    resolved_at: int
    reason_id: str | None
    asked: Words
    answer: Words
    agent_id: str | None
    likeness: float
    written: Written | None = None


def words_asked(texts: Sequence[str]) -> list[str]:
    """The words of a ticket by which others are looked for: the longest, as the rarest; of scripts without spaces pairs of signs."""
    found: dict[str, None] = {}
    for text in texts:
        for word in split_words(text[:2_000]):
            if is_unspaced(word):
                found |= dict.fromkeys(word[at : at + 2] for at in range(len(word) - 1))
            elif len(word) >= SHORTEST and not word.isdigit():
                found[word] = None
    return sorted(found, key=lambda word: (-len(word), word))[:ASKED]
