"""What turns texts into points whose nearness is nearness of meaning: an option, that never has to be there."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Embedder(Protocol):
    """A model for sentences. Runs in a child of the worker: it is slow, and takes hundreds of megabytes."""

    @property
    def id(self) -> str:
        """Name and version: points of different ids can't be compared."""

    @property
    def dimension(self) -> int:
        """Numbers of a point."""

    def embed(self, texts: Sequence[str]) -> "NDArray[np.float32]":
        """A row a text, of length 1; of an empty text whatever the model says, never NaN."""
