"""The embedders that are installed here. Each text is asked once a machine: a run of the bench asks about the same ten thousand again."""

import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lyhord.hearing.reasons.embedders import EMBEDDERS, Embedder, NoEmbedderError, open_embedder


class Remembered:
    """An embedder that remembers what it was asked, in this run and the next; `speed` is in texts a second of a core."""

    def __init__(self, asked: Embedder) -> None:
        self.id, self.dimension, self._asked = asked.id, asked.dimension, asked
        self._path = Path(tempfile.gettempdir()) / f"lyhord-{asked.id.replace(' ', '-')}.npz"
        self._points: dict[str, NDArray[np.float32]] = {}
        self.speed = 0.0
        if self._path.exists():
            with np.load(self._path) as kept:
                self._points = dict(zip(kept["texts"].tolist(), kept["points"], strict=True))

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """As `Embedder` promises."""
        new = [text for text in dict.fromkeys(texts) if text not in self._points]
        if new:
            start = time.process_time()
            self._points.update(zip(new, self._asked.embed(new), strict=True))
            self.speed = len(new) / (time.process_time() - start)
        return np.stack([self._points[text] for text in texts]) if texts else np.empty((0, self.dimension), np.float32)

    def keep(self) -> None:
        """Write down what was asked, for the next run."""
        np.savez(self._path, texts=np.array(list(self._points)), points=np.stack(list(self._points.values())))


def installed() -> dict[str, Remembered]:
    """By name; says which are not there."""
    found = {}
    for name in EMBEDDERS:
        try:
            embedder = open_embedder(name)
        except NoEmbedderError as error:
            print(f"Not measured: {name}. {error}")
        else:
            if embedder is not None:
                found[name] = Remembered(embedder)
    return found
