"""What somebody states about themselves in a text. It rather misses a statement than makes one up."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib import import_module
from typing import NamedTuple

from lyhord.hearing.facts.model import Rule, Rules, Stated
from lyhord.hearing.facts.sensitive import DENIED, OF_ONESELF, SENSITIVE, touched_by

VERSION = "1"
"""Of all rules together; docs/models/facts.md has their card."""
LANGUAGES = ("en", "sv", "nb", "fi", "zh")
MOST_TEXT = 4_000
MOST_FACTS = 8
"""Of one message."""
LONGEST_SENTENCE = 300
MOST_ABOUT = 60
"""Characters of what a statement is about."""
SURE_OF_SENSITIVE = 0.8

_SENTENCE = re.compile(r"(?:[^\n.!?。！？]|[.](?=\d)|(?<=\d)[.](?=\s?[a-zåäöøæ\d]))+[.!?。！？]*")
_CITED = re.compile(r"(?m)^\s*>.*$|[\"“”«»„「『][^\"“”«»„」』\n]{1,200}[\"“”«»」』]")
_WORD = re.compile(r"\w+")
_LITTLE = frozenset(
    [
        "a",
        "an",
        "the",
        "my",
        "our",
        "some",
        "your",
        "en",
        "ett",
        "den",
        "det",
        "de",
        "min",
        "mitt",
        "vår",
        "vårt",
        "et",
        "ei",
        "ein",
        "mi",
        "minun",
        "mun",
        "meidän",
        "的",
        "了",
        "一",
    ]
)


class _Sentence(NamedTuple):
    text: str
    start: int


@cache
def _rules_of(language: str) -> Rules:
    """Those of a language are read with its first text."""
    rules: Rules = import_module(f"lyhord.hearing.facts.rules.{language}").RULES
    return rules


def find_facts(text: str, language: str) -> Sequence[Stated]:
    """What the writer states of themselves, in the order of the text. Nothing in languages without rules.

    Questions, suppositions, citations and what others say or are state nothing. What touches a protected kind is of that kind.
    """
    if language not in LANGUAGES:
        return ()
    rules = _rules_of(language)
    found: dict[str, Stated] = {}
    for sentence in _sentences(text, rules):
        for one in (*_stated(sentence, rules, language), *_sensitive(sentence, language)):
            found.setdefault(f"{one.topic} {one.start}", one)
    return sorted(found.values(), key=lambda one: one.start)[:MOST_FACTS]


def _sentences(text: str, rules: Rules) -> Iterator[_Sentence]:
    """Those that can state something."""
    text = _CITED.sub(lambda cited: " " * len(cited[0]), text[:MOST_TEXT])
    for found in _SENTENCE.finditer(text):
        words = found[0].strip()
        if not 4 <= len(words) <= LONGEST_SENTENCE or not rules.mine.search(words):
            continue
        if not (rules.asks.search(words) or rules.supposes.search(words) or rules.reports.search(words)):
            yield _Sentence(words, found.start() + found[0].index(words))


def _stated(sentence: _Sentence, rules: Rules, language: str) -> Iterator[Stated]:
    """One of each kind and place: the first rule that holds there."""
    taken: list[tuple[int, int]] = []
    for rule in rules.rules:
        for found in rule.pattern.finditer(sentence.text):
            if any(start < found.end() and found.start() < end for start, end in taken):
                continue
            one = _statement(sentence, rule, found, rules, language)
            if one is not None:
                taken.append((one.start - sentence.start, one.end - sentence.start))
                yield one


def _statement(sentence: _Sentence, rule: Rule, found: "re.Match[str]", rules: Rules, language: str) -> Stated | None:
    parts = found.groupdict()
    about = next((parts[name] for name in ("o", "o2", "o3") if parts.get(name)), None)
    end = found.end()
    cut = rules.ends.search(sentence.text, found.start() + 1, end)
    place = next((found.start(name) for name in ("o", "o2", "o3") if parts.get(name)), found.start())
    if cut and cut.start() > place:
        end = cut.start()
        about = about[: max(0, end - place)] if about else None
    if "{o}" in rule.topic and (
        about is None or not (about := about.strip(" .!?。！？,，")) or rules.empty.search(about)
    ):
        return None
    said = sentence.text[found.start() : end].strip(" .!?。！？,，")
    topic = rule.topic.format(o=_topic(about or "", language), verb=(parts.get("verb") or "").lower())
    denied = any(parts.get(name) for name in ("n", "n2"))
    kind = touched_by(sentence.text, language) or rule.kind
    start = sentence.start + found.start()
    if denied and rule.keeps_denied:
        topic = f"not {topic}"
    return Stated(
        kind,
        said[0].upper() + said[1:],
        sentence.text,
        rule.confidence,
        topic,
        start,
        sentence.start + end,
        holds=not denied or rule.keeps_denied,
    )


def _sensitive(sentence: _Sentence, language: str) -> Iterator[Stated]:
    """A statement of a protected kind about oneself: *I'm allergic to nuts*."""
    oneself = OF_ONESELF[language].search(sentence.text)
    if oneself is None:
        return
    for kind, pattern in SENSITIVE[language].items():
        found = pattern.search(sentence.text, oneself.start())
        if found is None or found.start() > oneself.end() + 30:
            continue
        between = sentence.text[oneself.start() : found.end()]
        if DENIED[language].search(between) or "," in between:
            continue
        cut = _rules_of(language).ends.search(sentence.text, found.end())
        said = sentence.text[oneself.start() : cut.start() if cut else None].strip(" .!?。！？,，")
        start = sentence.start + oneself.start()
        yield Stated(
            kind,
            said[0].upper() + said[1:],
            sentence.text,
            SURE_OF_SENSITIVE,
            f"{kind}:{found[0].casefold()}",
            start,
            start + len(said),
        )


def _topic(about: str, language: str) -> str:
    """What it is about without little words, so that *the apples* and *apples* are one."""
    if language == "zh":
        return about.casefold().strip("的了 ")[:MOST_ABOUT]
    return " ".join(word for word in _WORD.findall(about.casefold()) if word not in _LITTLE)[:MOST_ABOUT]


OPPOSITES: Mapping[str, str] = {"not like:": "like:", "like:": "not like:"}


def opposite_of(topic: str) -> str:
    """The topic with which another can't both hold, "" for none: what somebody likes they don't dislike."""
    return next((other + topic[len(one) :] for one, other in OPPOSITES.items() if topic.startswith(one)), "")
