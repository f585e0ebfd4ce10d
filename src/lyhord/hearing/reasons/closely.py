"""Thinking by meaning, where an embedder is installed: it tells what words and letters don't."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

from lyhord.hearing.findings.model import Finding
from lyhord.hearing.reasons.embedders import Embedder, Found, bounded
from lyhord.hearing.reasons.telling import Models
from lyhord.hearing.thinking import Answer, Means, Reading, think

if TYPE_CHECKING:
    from lyhord.hearing.mood.judging import Own


class NothingCloser(Exception):
    """The workspace's model knows nothing of the points of this embedder."""


class Closer:
    """Thinks with an embedder, by the id of which models know it, and which is opened when there is something to think about."""

    def __init__(self, models: Models, name: str, open_it: Callable[[], Embedder]) -> None:
        self._models = models
        self._name = name
        self._open = open_it
        self._embedder: Embedder | None = None

    def think(self, reading: Reading) -> dict[str, Answer]:
        """As `thinking.think`; each text is looked at once. Raises `NothingCloser`."""
        if self._models.telling(reading.means).model.wants != self._name:
            raise NothingCloser
        if self._embedder is None:
            self._embedder = self._open()
        texts = list(dict.fromkeys(bounded(one.words) for one in reading.said if one.theirs))
        return think(reading, _ByPoints(self._models, Found(self._name, texts, self._embedder.embed(texts))))


class _ByPoints:
    """Implements `hearing.thinking.Teller` for texts whose points are known."""

    def __init__(self, models: Models, points: Found) -> None:
        self._models, self._points = models, points
        self.means = models.means
        self.complaints: Callable[[Means], Own | None] = models.complaints

    def tell(self, means: Means, texts: Sequence[str], languages: Sequence[str]) -> list[list[tuple[Finding, str]]]:
        """As `Models.tell`, by meaning."""
        telling = self._models.telling(means)
        return replace(telling, model=telling.model.using(self._points))(texts, languages)
