"""Tests wait for what is to come, not for a while: a pause that suits one machine is too short on another, and too long on the rest."""

import ast
from collections.abc import Iterator

import pytest

from tests.architecture.sources import ROOT, Source, functions, python_below

FOR_EVER = 3_600
TIME_ITSELF = {
    "tests/waiting.py": "gives the names under which tests wait",
    "tests/faults/": "crowds are at work for a while before something breaks, and bad servers take their time",
    "tests/app/test_litestream.py": "a writer writes for a while before everything is killed",
    "tests/journeys/test_cluster.py": "a crowd is at work for a while before somebody dies",
    "tests/journeys/test_upgrade.py": "a crowd is at work for a while beside each mixture of versions",
    "tests/journeys/test_bad_mail.py": "mail servers of others are given the time to send what must not come",
}
"""Where time passes on purpose. Elsewhere `tests.waiting` and `eventually` wait for something."""


def pauses(source: Source) -> Iterator[str]:
    """Every place of a file that goes on after a while, whatever happened: not to look again, nor only to let others go first."""
    for function in functions(source):
        loops = [node for node in ast.walk(function) if isinstance(node, ast.For | ast.AsyncFor | ast.While)]
        turns = {id(node) for loop in loops for node in ast.walk(loop)}
        for node in ast.walk(function):
            if isinstance(node, ast.Call) and is_pause(node) and (id(node) not in turns or is_of_a_page(node)):
                yield f"{source.name}:{node.lineno} {function.name}"


def is_pause(node: ast.Call) -> bool:
    match node:
        case ast.Call(func=ast.Attribute(attr="sleep"), args=[ast.Constant(value=int(seconds))]):
            return 0 < seconds < FOR_EVER
        case ast.Call(func=ast.Attribute(attr="sleep")):
            return True
    return is_of_a_page(node)


def is_of_a_page(node: ast.Call) -> bool:
    return isinstance(node.func, ast.Attribute) and node.func.attr == "wait_for_timeout"


def test_tests_wait_for_what_is_to_come() -> None:
    found = [place for source in python_below(ROOT / "tests") for place in pauses(source)]
    assert [place for place in found if not place.startswith(tuple(TIME_ITSELF))] == []
    assert [name for name in TIME_ITSELF if not any(place.startswith(name) for place in found)] == []


@pytest.mark.parametrize(
    ("line", "is_one"),
    [
        ("time.sleep(1)", True),
        ("await asyncio.sleep(0.1)", True),
        ("time.sleep(PATIENCE)", True),
        ("for _ in range(9): page.wait_for_timeout(50)", True),
        ("await asyncio.sleep(0)", False),
        ("await asyncio.sleep(3600)", False),
        ("while not ready(): time.sleep(0.1)", False),
    ],
)
def test_a_pause_is_told_from_looking_again(line: str, is_one: bool) -> None:
    text = f"async def test() -> None:\n    {line}\n"
    source = Source(ROOT / "tests" / "x.py", text)
    assert list(pauses(source)) == (["tests/x.py:2 test"] if is_one else [])
