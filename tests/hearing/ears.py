"""A model for tests: it tells the reason whose word stands in a text, and isn't sure where two do."""

from collections.abc import Mapping, Sequence

from lyhord.hearing import store
from lyhord.hearing.actions import DEAF, Ears, hear_messages
from lyhord.hearing.findings.model import PERHAPS, REASON, Finding
from lyhord.hearing.thinking import Means
from lyhord.kit.database import ReadTx, Tx
from lyhord.kit.ids import LOWEST_ID

WORDS: Mapping[str, str] = {"parcel": "delivery", "money": "payment", "broke": "broken", "thanks": "praise"}


class Told:
    """See `hearing.thinking.Teller`."""

    def __init__(self, words: Mapping[str, str] = WORDS) -> None:
        self.words = dict(words)

    def means(self, _tx: ReadTx) -> Means:
        return Means()

    def complaints(self, _means: Means) -> None:
        return None

    def tell(self, _means: Means, texts: Sequence[str], languages: Sequence[str]) -> list[list[tuple[Finding, str]]]:
        return [[(one, "reason 1") for one in self._of(text)] for text in texts]

    def _of(self, text: str) -> list[Finding]:
        found = [(word, reason) for word, reason in self.words.items() if word in text]
        if len(found) == 1:
            word, reason = found[0]
            return [Finding(REASON, reason, 0.96, why=word), Finding(PERHAPS, "question", 0.03)]
        return [Finding(PERHAPS, reason, 0.4) for _, reason in found]


def hear_all_again(tx: Tx, ears: Ears = DEAF) -> None:
    """Hear all messages as the job does, and tell nobody of any."""
    ids = [row[0] for row in tx.all(store.messages_after, after=LOWEST_ID, most=1_000)]
    hear_messages(tx, ids, ids, again=True, ears=ears)
