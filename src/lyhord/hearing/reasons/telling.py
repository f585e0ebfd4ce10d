"""Tells the reasons of messages by the model of their workspace: the one that it trained, else the one that came with the product."""

from collections import OrderedDict
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

import structlog

from lyhord.hearing.findings.model import PERHAPS, REASON, Finding
from lyhord.hearing.reasons import store
from lyhord.hearing.reasons.embedders import Found
from lyhord.hearing.reasons.learner import LEAST_KNOWN, Classifier
from lyhord.hearing.reasons.model import Tree, weigh
from lyhord.hearing.reasons.reading import read_tree
from lyhord.kit.database import ReadTx
from lyhord.kit.files import Files

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
_log = structlog.get_logger()


@cache
def seed_model() -> Classifier:
    """The model that came with the product. `tools/seed_model.py` makes it."""
    return Classifier.load(files("lyhord.hearing.reasons").joinpath("models/seed.model").read_bytes())


class Models:
    """Implements `hearing.actions.Teller`. One for a process; it reads a model's file when its workspace first has words."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self._loaded: OrderedDict[str, Classifier] = OrderedDict()

    def tell(
        self, tx: ReadTx, texts: Sequence[str], languages: Sequence[str], points: Found | None = None
    ) -> list[list[tuple[Finding, str]]]:
        """For each text its reason, as far as the model is sure, and what else it may be; with the points of all texts by their meaning,
        too.
        """
        tree = read_tree(tx)
        said = {place: text[:MOST_TEXT] for place, text in enumerate(texts) if _says_something(text)}
        found: list[list[tuple[Finding, str]]] = [[] for _ in texts]
        if not said or not tree.all:
            return found
        version, model = self.of(tx)
        if points is not None:
            model = model.using(points)
        asked, spoken = list(said.values()), [languages[place] for place in said]
        all_told, all_known = model.tell(asked, spoken), model.known(asked, spoken)
        for (place, text), told, known in zip(said.items(), all_told, all_known, strict=True):
            sure = known >= LEAST_KNOWN  # what is foreign to all reasons is told by none, however much it is like one
            found[place] = [(one, f"{REASON} {version}") for one in find_reasons(model, tree, text, told, sure=sure)]
        return found

    def of(self, tx: ReadTx) -> tuple[int, Classifier]:
        """The model in use and its version, 0 for the one that came with the product."""
        row = tx.one(store.current_model, of=REASON)
        if row is None:
            return 0, seed_model()
        version, file_id = row
        if file_id not in self._loaded:
            try:
                self._loaded[file_id] = self._read(file_id)
            except (OSError, ValueError) as error:
                _log.error(
                    "a model of reasons can't be read; the one that came with the product tells", error=repr(error)
                )
                return 0, seed_model()
            if len(self._loaded) > MOST_LOADED:
                self._loaded.popitem(last=False)
        self._loaded.move_to_end(file_id)
        return version, self._loaded[file_id]

    def _read(self, file_id: str) -> Classifier:
        return Classifier.load(self._files.path(file_id).read_bytes())


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
