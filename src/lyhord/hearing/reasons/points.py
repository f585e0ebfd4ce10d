"""The points of texts, by the embedder with which reasons are told, kept where they are of texts that came with the product."""

import os
from collections.abc import Sequence
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lyhord.hearing.reasons.embedders import E5, Embedder, bounded

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

EMBEDDER = "multilingual"
"""The one by which reasons are told where it is installed: the model that came with the product knows its points."""
POINTS_OF = E5.id
AT_ONCE = 2_000
"""Texts whose points are found before they are written down: who is stopped goes on from there."""


class Remembering:
    """An embedder that asks another one about each text once, and keeps in a file what it said of those that came with the product.

    What customers wrote is in no file.
    """

    def __init__(self, asked: Embedder, path: Path, kept: Sequence[str]) -> None:
        self.id, self.dimension, self._asked, self._path = asked.id, asked.dimension, asked, path
        self._kept = {_name(text) for text in kept}
        self._points: dict[str, Any] = _kept_in(path)

    def embed(self, texts: Sequence[str]) -> "NDArray[np.float32]":
        """As `Embedder` promises."""
        import numpy as np  # noqa: PLC0415 - an idle server spares it

        names = [_name(text) for text in texts]
        new = {name: text for name, text in zip(names, texts, strict=True) if name not in self._points}
        missing = list(new)
        for at in range(0, len(missing), AT_ONCE):
            some = missing[at : at + AT_ONCE]
            self._points.update(zip(some, self._asked.embed([new[name] for name in some]), strict=True))
            if not self._kept.isdisjoint(some):
                self._keep()
        found = [self._points[name] for name in names]
        return np.array(found, np.float32) if found else np.empty((0, self.dimension), np.float32)

    def _keep(self) -> None:
        import numpy as np  # noqa: PLC0415 - an idle server spares it

        names = sorted(self._kept & self._points.keys())
        self._path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._path.with_suffix(f".{os.getpid()}")
        with fresh.open("wb") as file:
            np.savez(file, names=np.array(names), points=np.array([self._points[one] for one in names], np.float16))
        fresh.replace(self._path)


def _name(text: str) -> str:
    return blake2b(bounded(text).encode(), digest_size=12).hexdigest()


def _kept_in(path: Path) -> dict[str, Any]:
    """By name; none where there is no such file, or it isn't whole: then they are found again."""
    import numpy as np  # noqa: PLC0415 - an idle server spares it

    try:
        with np.load(path) as kept:
            return dict(zip(kept["names"].tolist(), kept["points"].astype(np.float32), strict=True))
    except (OSError, ValueError, KeyError):
        return {}
