"""What journeys look for by its words can stand on a screen: most of them run seldom, and words change on any day."""

import ast
import json
import re
from collections.abc import Iterator
from functools import cache

from tests.architecture.sources import PACKAGE, ROOT, python_below

BY_WORDS = {"get_by_label", "get_by_placeholder", "get_by_text", "get_by_title"}
APART = re.compile(r" (?=[A-Z{])| ?[,:·()“] ?")
"""Between texts that stand in one name: "Withdraw News and offers"."""
LONG = 12
"""Letters from which on a part of a text is nothing else by chance."""
ELSEWHERE = {
    ":smile:",
    ":thumbsup:",
    "/app/#/invitation?token=",
    "{{contact.first_name}}?",
    "finnish",
    "swedish",
    "receipt",
    "vat",
}
ELSEWHERE |= {
    "15 hours",
    "försvinner efter 1 d",
    "ida strand answered",
    "done by ida strand",
    "image.png",
    "€0.15",
    "+asked +lamp",
}
"""What browsers name, and what is filled into texts."""


def test_what_journeys_look_for_can_stand_on_a_screen() -> None:
    sought, _ = said()
    assert len(sought) > 1_000
    assert [f"{at}: {words}" for at, words in sought if not stands(words)] == []


def test_words_that_no_screen_has_are_noticed() -> None:
    assert stands("Write a reply")
    assert stands("Change the key: Write a note")
    assert not stands("Write the reply")
    assert not stands("Change a key: Write a note")


def stands(words: str) -> bool:
    """Whether words are part of a text that people read or that a journey typed, or are made of several such."""
    texts = catalogues()[0] | said()[1]
    return any(words.casefold() in text for text in texts) or joined(words)


def joined(words: str) -> bool:
    """Whether words are whole texts, one after another."""
    return whole(words.strip()) or any(
        whole(words[: gap.start()]) and joined(words[gap.end() :]) for gap in APART.finditer(words)
    )


@cache
def whole(words: str) -> bool:
    """Whether words are all of a text, whatever is filled in being one too, or much of a text."""
    (texts, filled), words = catalogues(), words.casefold()
    if not words or (len(words) < 6 and re.search(r"\d", words)) or words in texts or words in said()[1]:
        return True
    if len(words) >= LONG and any(words in text for text in texts):
        return True
    found = (one for one in (pattern.fullmatch(words) for pattern in filled) if one)
    return any(len(words) - len("".join(one.groups())) > LONG or all(map(whole, one.groups())) for one in found)


@cache
def catalogues() -> tuple[frozenset[str], tuple[re.Pattern[str], ...]]:
    """What stands in the catalogues, whole and in clauses; and what matches those that something is filled into."""
    files = (PACKAGE / "kit/catalogues").glob("*.json")
    texts = {text.casefold() for file in files for text in json.loads(file.read_text()).values()}
    texts |= {clause.strip(" .:") for text in texts for clause in re.split("[,;(]", text)}
    parts = (re.split(r"\{.*?\}", text) for text in texts if "{" in text)
    return frozenset(texts), tuple(
        re.compile("(.+)".join(map(re.escape, one))) for one in parts if len("".join(one)) > 3
    )


@cache
def said() -> tuple[tuple[tuple[str, str], ...], frozenset[str]]:
    """What journeys look for, and where; and everything else that stands in them: data, and what customers and agents write."""
    sought: list[tuple[str, str]] = []
    typed = set(ELSEWHERE)
    for source in python_below(ROOT / "tests/journeys"):
        names = [name for call in ast.walk(source.tree) if isinstance(call, ast.Call) for name in looked_for(call)]
        sought += [
            (f"{source.name}:{name.lineno}", words) for name in names for words in pieces(name) if len(words) > 2
        ]
        theirs = {node for name in names for node in ast.walk(name)}
        others = (node.value for node in ast.walk(source.tree) if isinstance(node, ast.Constant) and node not in theirs)
        typed |= {value.casefold() for value in others if isinstance(value, str)}
    return tuple(sought), frozenset(typed)


def looked_for(call: ast.Call) -> list[ast.expr]:
    """The words by which a call looks for something."""
    method = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    if method == "get_by_role":
        return [keyword.value for keyword in call.keywords if keyword.arg == "name"]
    return call.args[:1] if method in BY_WORDS else []


def pieces(node: ast.AST) -> Iterator[str]:
    """The words of a text, a formatted text or an expression, as far as they stand there."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        yield from (text.strip(" :,.") for part in node.values for text in pieces(part))
    elif isinstance(node, ast.Call) and ast.unparse(node.func) == "re.compile":
        yield from (run.strip() for text in pieces(node.args[0]) for run in re.split(r"\\.|[^\w ,'…’]+", text))
