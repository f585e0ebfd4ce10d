"""How well languages are told, beside py3langid in the same run: macro-F1 over seven, F1 and number of texts of each, texts a second.

Sentences and pairs of words are those on odd lines of lingua's test data; lines between them helped to choose size and weights.
xSID's short requests helped nobody. The data isn't ours to hand out: it is looked for in `../shared/data`.
"""

import resource
import time
from collections.abc import Callable, Sequence
from functools import partial

from bench.hearing import DATA, need
from bench.record import Row, record
from lyhord.hearing.language import hear_language
from lyhord.hearing.letters import letters_of

SEVEN = ("da", "de", "en", "fi", "nb", "sv", "zh")
Texts = Sequence[tuple[str, str]]
"""(language, text)."""
Tell = Callable[[str], str]
TARGETS = {"a sentence": 0.98, "a word pair": 0.92, "a short request": None}
LEAST_SPEED = 2_000


def main() -> None:
    """Measure, print and record; says what is missing where data is."""
    need("lingua_testdata", "xsid")
    before = resident()
    letters_of("latin")
    print(f"the model of Latin letters takes {resident() - before:.0f} MB")
    own = partial(hear_known, among=SEVEN)
    others = open_baseline()
    sets = {
        "a sentence": read_lines("sentences"),
        "a word pair": read_lines("word-pairs"),
        "a short request": read_requests(),
    }
    for what, texts in sets.items():
        record(*rows_of(what, texts, own, others))
        print(f"  among all languages: {macro(scores(texts, hear_known)):.4f}")


def rows_of(what: str, texts: Texts, own: Tell, others: Tell) -> list[Row]:
    """The rows of one set, printed as they are made."""
    ours, own_speed = tell_all(texts, own)
    theirs, other_speed = tell_all(texts, others)
    spoken = sorted({language for language, _ in texts})
    own_scores, other_scores = scores_of(texts, ours, spoken), scores_of(texts, theirs, spoken)
    figure, ceiling, target = round(macro(own_scores), 4), round(macro(other_scores), 4), TARGETS[what]
    path = f"hearing, language of {what}"
    print(f"{path}: macro-F1 {figure:.4f} (py3langid {ceiling:.4f}), {own_speed:,.0f} texts/s ({other_speed:,.0f})")
    print("  " + ", ".join(f"{one} {own_scores[one]:.3f} ({other_scores[one]:.3f})" for one in spoken))
    counts = {one: sum(language == one for language, _ in texts) for one in spoken}
    return [
        Row(
            path,
            "py3langid beside",
            len(texts),
            figure,
            "macro-F1",
            ceiling,
            round(figure / ceiling, 3),
            f"at least {target}" if target else None,
            figure >= target if target else None,
        ),
        Row(
            f"{path}: speed",
            "py3langid beside",
            len(texts),
            round(own_speed),
            "texts/s",
            round(other_speed),
            round(own_speed / other_speed, 2),
            f"at least {LEAST_SPEED:,}",
            own_speed >= LEAST_SPEED,
        ),
        *(
            Row(
                f"{path}, {one}",
                "py3langid beside",
                counts[one],
                round(own_scores[one], 4),
                "F1",
                round(other_scores[one], 4),
                round(own_scores[one] / other_scores[one], 3),
                None,
                None,
            )
            for one in spoken
        ),
    ]


def hear_known(text: str, among: Sequence[str] = ()) -> str:
    """The language; where we say that we don't know, that counts as wrong."""
    return hear_language(text, among=among).language


def open_baseline() -> Tell:
    """py3langid, told that there are seven; it calls Bokmål `no`."""
    from py3langid import langid  # noqa: PLC0415 - what a bench needs alone

    langid.set_languages(["no" if one == "nb" else one for one in SEVEN])

    def tell(text: str) -> str:
        language = str(langid.classify(text)[0])
        return "nb" if language == "no" else language

    tell("warm up")
    return tell


def tell_all(texts: Texts, tell: Tell) -> tuple[list[str], float]:
    """What is told of each, and how many texts a second of one core's time."""
    start = time.process_time()
    told = [tell(text) for _, text in texts]
    return told, len(texts) / (time.process_time() - start)


def scores(texts: Texts, tell: Tell) -> dict[str, float]:
    """F1 by language."""
    return scores_of(texts, tell_all(texts, tell)[0], sorted({language for language, _ in texts}))


def scores_of(texts: Texts, told: Sequence[str], spoken: Sequence[str]) -> dict[str, float]:
    """F1 by language, of what was told of each text."""
    found = {}
    for one in spoken:
        right = sum(language == one == said for (language, _), said in zip(texts, told, strict=True))
        of_it = sum(language == one for language, _ in texts)
        found[one] = 2 * right / (of_it + sum(said == one for said in told)) if right else 0.0
    return found


def macro(by_language: dict[str, float]) -> float:
    """Each language counts the same."""
    return sum(by_language.values()) / len(by_language)


def read_lines(kind: str) -> Texts:
    """The odd lines of lingua's test data, 500 a language (369 Chinese sentences)."""
    return [
        (language, line)
        for language in SEVEN
        for line in (DATA / "lingua_testdata" / f"{kind}_{language}.txt").read_text().splitlines()[1::2]
    ]


def read_requests() -> Texts:
    """What people ask of assistants, in five of the languages; Norwegian in Bokmål, not in dialects."""
    found = []
    for path in sorted((DATA / "xsid").glob("*.valid.conll")):
        language = "nb" if path.name.startswith("no") else path.name[:2]
        for block in path.read_text().split("\n\n"):
            told = dict(
                line[2:].split(" = ", 1) for line in block.splitlines() if line.startswith("# ") and " = " in line
            )
            if told.get("text") and told.get("dialect", "B") == "B":
                found.append((language, told["text"]))
    return found


def resident() -> float:
    """Megabytes that this process holds at most so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
