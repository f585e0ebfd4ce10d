"""Tells the reasons of messages by the model of their workspace: the one that it trained, else the one that came with the product."""

from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, TypeVar

import msgspec
import structlog
from msgspec import Struct
from msgspec.structs import replace

from lyhord.hearing.findings.model import PERHAPS, REASON, Finding
from lyhord.hearing.reasons.learner import LEAST_KNOWN, Classifier
from lyhord.hearing.reasons.model import Tree, weigh
from lyhord.hearing.thinking import Means
from lyhord.kit.files import Files

if TYPE_CHECKING:
    from lyhord.hearing.mood.judging import Own
    from lyhord.kit.database import ReadTx

MOST_TEXT = 4_000
"""Characters of a message that are looked at."""
LEAST_LETTERS = 3
"""Who writes fewer says nothing."""
MOST_WORDS = 5
"""That are named as what spoke for a reason."""
NEVER = 2.0
"""More than any probability."""
MOST_LOADED = 8
"""Models of workspaces that stay in memory."""
T = TypeVar("T")
_log = structlog.get_logger()


@cache
def seed_model() -> Classifier:
    """The model that came with the product. `tools/seed_model.py` makes it."""
    return Classifier.load(files("lyhord.hearing.reasons").joinpath("models/seed.model").read_bytes())


class Telling(Struct, frozen=True):
    """A model of a version, and the reasons that it may tell."""

    tree: Tree
    version: int
    model: Classifier

    def __call__(self, texts: Sequence[str], languages: Sequence[str]) -> list[list[tuple[Finding, str]]]:
        """For each text its reason, as far as the model is sure, and what else it may be."""
        said = {place: text[:MOST_TEXT] for place, text in enumerate(texts) if _says_something(text)}
        found: list[list[tuple[Finding, str]]] = [[] for _ in texts]
        if not said or not self.tree.all:
            return found
        asked, spoken, model = list(said.values()), [languages[place] for place in said], self.model
        all_told, all_known = model.tell(asked, spoken), model.known(asked, spoken)
        for (place, text), told, known in zip(said.items(), all_told, all_known, strict=True):
            sure = known >= LEAST_KNOWN  # what is foreign to all reasons is told by none, however much it is like one
            heard = find_reasons(model, self.tree, text, told, sure=sure)
            found[place] = [(one, f"{REASON} {self.version}") for one in heard]
        return found


class Models:
    """Implements `hearing.thinking.Teller`. One for a process; it reads a model's file when its workspace first has words."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self._loaded: dict[str, Classifier] = {}
        self._owns: dict[str, Own] = {}

    def means(self, tx: "ReadTx") -> Means:
        """The workspace's reasons, as far as they count, and its models as they are now."""
        from lyhord.hearing.reasons.reading import read_means  # noqa: PLC0415 - whoever only tells has no database

        return read_means(tx)

    def tell(self, means: Means, texts: Sequence[str], languages: Sequence[str]) -> list[list[tuple[Finding, str]]]:
        """As `Telling` tells."""
        return self.telling(means)(texts, languages)

    def telling(self, means: Means) -> Telling:
        """The model of these means, with their reasons."""
        return Telling(Tree(means.reasons), *self._of(means))

    def complaints(self, means: Means) -> "Own | None":
        """What answers have taught of complaints; None for nothing, also where it can't be read."""
        if means.of_complaints is None:
            return None
        version, file_id = means.of_complaints
        own = self._owns.get(file_id)
        if own is None:
            try:
                own = self._read_own(file_id)
            except (OSError, ValueError) as error:
                _log.error("what was learned of complaints can't be read", error=repr(error))
                return None
            _keep(self._owns, file_id, own)
        return replace(own, version=version)

    def _of(self, means: Means) -> tuple[int, Classifier]:
        """The model in use and its version, 0 for the one that came with the product."""
        if means.of_reasons is None:
            return 0, seed_model()
        version, file_id = means.of_reasons
        model = self._loaded.get(file_id)
        if model is None:
            try:
                model = self._read(file_id)
            except (OSError, ValueError) as error:
                _log.error(
                    "a model of reasons can't be read; the one that came with the product tells", error=repr(error)
                )
                return 0, seed_model()
            _keep(self._loaded, file_id, model)
        return version, model

    def _read_own(self, file_id: str) -> "Own":
        from lyhord.hearing.mood.judging import Own  # noqa: PLC0415 - an idle server spares it

        return msgspec.json.decode(self._files.path(file_id).read_bytes(), type=Own)

    def _read(self, file_id: str) -> Classifier:
        return Classifier.load(self._files.path(file_id).read_bytes())


def _keep(loaded: dict[str, T], file_id: str, model: T) -> None:
    """Keep the models that were read last. Several threads ask: another may have made room meanwhile."""
    loaded[file_id] = model
    for oldest in list(loaded)[:-MOST_LOADED]:
        loaded.pop(oldest, None)


def find_reasons(
    model: Classifier, tree: Tree, text: str, told: Sequence[tuple[str, float]], *, sure: bool
) -> list[Finding]:
    """What the probabilities of a text mean in a tree, with the words that spoke for it; `sure`: whether one may be sure at all."""
    guess = weigh(told, tree, model.threshold if sure else NEVER)
    found = [Finding(PERHAPS, reason_id, share) for reason_id, share in guess.perhaps]
    if guess.sure is None:
        return found
    reason_id, share = guess.sure
    below = set(tree.within([reason_id]))
    label = next((one for one, _ in told if one in below or tree.stands_for(one) in below), reason_id)
    why = ", ".join(model.why(text, label)[:MOST_WORDS])
    return [Finding(REASON, reason_id, share, why=why), *found]


def _says_something(text: str) -> bool:
    return sum(one.isalpha() for one in text[:MOST_TEXT]) >= LEAST_LETTERS or any("㐀" <= one <= "鿿" for one in text)
