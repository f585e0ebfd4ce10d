"""Trains a candidate and measures it beside what is in use, in a process of its own that ends: `python -m lyhord.hearing.reasons.trials`.

Held out are whole conversations, so that no model is asked about words of which it has seen the answer's other half.
"""

import sys
import time
import zlib
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from lyhord.hearing.reasons.embedders import open_embedder
from lyhord.hearing.reasons.learner import LEAST_JUDGES, Classifier, Example, train
from lyhord.hearing.reasons.points import EMBEDDER, Remembering

if TYPE_CHECKING:
    from lyhord.hearing.reasons.embedders import Embedder

OWN_WEIGHT = 20.0
"""How much a correction, or an example of the workspace's own, counts beside a phrase that came with the product …"""
OWN_VOICE = 2
"""They say how sure a model is, before all phrases that came with the product."""
HALF = 200
"""… and after so many of them twice that: the more there are, the less is the product's word."""
FOLDS = 3
LEAST_HELD_OUT = 9
"""Conversations with corrections, below which none can be spared for measuring."""


class Phrase(Struct, frozen=True):
    """What somebody may write who means the reason. `own`: an example of the workspace, else a seed that came with the product, and
    `group` says who wrote it. `voice` as in `learner.Example`.
    """

    text: str
    label: str
    language: str = ""
    group: str = ""
    weight: float = 1.0
    voice: int = 0
    own: bool = False


class Labelled(Struct, frozen=True):
    """A message of which somebody said the reason. `fresh`: since the model in use was made; `random`: chance asked for it."""

    text: str
    label: str
    conversation_id: str
    fresh: bool = False
    random: bool = False


class Task(Struct, frozen=True):
    """What to learn from, and the file of the model in use. `tops`: of each label what stands at the top of the tree above it.

    `points`: the file in which the points of phrases are kept, "" where nothing is learnt of meaning.
    """

    phrases: tuple[Phrase, ...]
    labelled: tuple[Labelled, ...]
    model: str
    tops: Mapping[str, str] = {}
    points: str = ""


class Figures(Struct, frozen=True):
    """How a version was measured: the share of corrected messages that it told right, and that what was in use before told right.

    `held_out`: they were kept from it; else there were too few, and it was asked what it had learned. `sure`: the share of which it was
    sure enough to say. `random`: its share of those alone that chance chose, None where there are none.
    """

    corrections: int
    conversations: int
    right: float | None = None
    before: float | None = None
    held_out: bool = False
    sure: float | None = None
    random: float | None = None
    randoms: int = 0
    phrases: int = 0
    seconds: float = 0.0


class Outcome(Struct, frozen=True):
    """A candidate's figures, and whether it is as good as what is in use or better."""

    figures: Figures
    good: bool


Told = Sequence[Sequence[tuple[str, float]]]
Tell = Callable[[list[str]], Told]


def fold_of(conversation_id: str) -> int:
    """In which part a conversation is held out: always the same."""
    return zlib.crc32(conversation_id.encode()) % FOLDS


def train_and_measure(task: Task, current: Tell, embedder: "Embedder | None" = None) -> tuple[bytes, Outcome]:
    """A candidate from all that is known, and how it compares."""
    began = time.perf_counter()
    made = _train(task, task.labelled, embedder)
    model = Classifier.load(made, embedder)
    talks = {one.conversation_id for one in task.labelled}
    held_out = len(talks) >= LEAST_HELD_OUT
    now: Told
    before: Told
    if held_out:
        now, before = _hold_out(task, embedder, made)
    else:
        texts = [one.text for one in task.labelled]
        now, before = (model.tell(texts), current(texts)) if texts else ([], [])
    sure = partial(is_sure, tops=task.tops, threshold=model.threshold)
    figures = _figures(task.labelled, now, before, sure, held_out=held_out)
    good = figures.right is None or figures.before is None or figures.right >= figures.before
    whole = msgspec.structs.replace(
        figures, phrases=len(task.phrases), seconds=round(time.perf_counter() - began, 1), conversations=len(talks)
    )
    return made, Outcome(whole, good)


def _train(task: Task, labelled: Sequence[Labelled], embedder: "Embedder | None", like: bytes | None = None) -> bytes:
    own = len(labelled) + sum(one.own for one in task.phrases)
    seed_weight = HALF / (HALF + own)
    seeds = [
        Example(
            one.text,
            one.label,
            one.language,
            one.weight * seed_weight,
            one.group if own < LEAST_JUDGES else "",  # who isn't measured needn't be kept together
            one.voice,
        )
        for one in task.phrases
        if not one.own
    ]
    examples = [Example(one.text, one.label, weight=OWN_WEIGHT, voice=OWN_VOICE) for one in task.phrases if one.own]
    said = [Example(one.text, one.label, "", OWN_WEIGHT, one.conversation_id, OWN_VOICE) for one in labelled]
    return train([*seeds, *examples, *said], embedder, tops=task.tops, like=like)


def _hold_out(task: Task, embedder: "Embedder | None", like: bytes) -> tuple[Told, Told]:
    """What is told of each correction by a model that hasn't seen its conversation: with all others, and with those of before alone.

    As sure as the one with all of them, `like`, may be.
    """
    now: list[Sequence[tuple[str, float]]] = [()] * len(task.labelled)
    before = list(now)
    for fold in range(FOLDS):
        places = [at for at, one in enumerate(task.labelled) if fold_of(one.conversation_id) == fold]
        others = [one for one in task.labelled if fold_of(one.conversation_id) != fold]
        texts = [task.labelled[at].text for at in places]
        known = [one for one in others if not one.fresh]
        for kept, learned in ((now, others), (before, known)):
            told = Classifier.load(_train(task, learned, embedder, like), embedder).tell(texts) if texts else ()
            for at, one in zip(places, told, strict=True):
                kept[at] = one
    return now, before


def is_sure(told: Sequence[tuple[str, float]], tops: Mapping[str, str], threshold: float) -> bool:
    """Whether what is told of a text reaches the threshold at the top of the tree, where that of a model is true."""
    of_top: dict[str, float] = {}
    for label, share in told:
        of_top[tops.get(label, label)] = of_top.get(tops.get(label, label), 0.0) + share
    return max(of_top.values(), default=0.0) >= threshold


def _figures(
    labelled: Sequence[Labelled],
    now: Told,
    before: Told,
    told_surely: Callable[[Sequence[tuple[str, float]]], bool],
    *,
    held_out: bool,
) -> Figures:
    if not labelled:
        return Figures(0, 0)
    right = [_hits(one, told) for one, told in zip(labelled, now, strict=True)]
    old = [_hits(one, told) for one, told in zip(labelled, before, strict=True)]
    chance = [hit for one, hit in zip(labelled, right, strict=True) if one.random]
    sure = [told_surely(told) for told in now]
    return Figures(
        corrections=len(labelled),
        conversations=0,
        right=_share(right),
        before=_share(old),
        held_out=held_out,
        sure=_share(sure),
        random=_share(chance) if chance else None,
        randoms=len(chance),
    )


def _hits(one: Labelled, told: Sequence[tuple[str, float]]) -> bool:
    return bool(told) and told[0][0] == one.label


def _share(found: Sequence[bool]) -> float:
    return round(sum(found) / len(found), 4)


def _open(task: Task) -> "Embedder | None":
    """The embedder by which reasons are told. What came with the product is asked of it once an installation."""
    asked = open_embedder(EMBEDDER) if task.points else None
    return asked and Remembering(asked, Path(task.points), [one.text for one in task.phrases if not one.own])


def main() -> None:
    """Reads a `Task` from a file, writes the model to a second one, and its `Outcome` to the standard output."""
    given, made = Path(sys.argv[1]), Path(sys.argv[2])
    task = msgspec.json.decode(given.read_bytes(), type=Task)
    embedder = _open(task)
    current = Classifier.load(Path(task.model).read_bytes(), embedder)
    model, outcome = train_and_measure(task, current.tell, embedder)
    made.write_bytes(model)
    sys.stdout.buffer.write(msgspec.json.encode(outcome))


if __name__ == "__main__":
    main()
