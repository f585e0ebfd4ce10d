"""Parts of long messages: in any order, over a restart, and shown with a gap when one never comes."""

from itertools import permutations
from typing import Any

import msgspec
import pytest

from lyhord.channels.sms.joining import MOST, PATIENCE, Held, Joiner, Part

NOW = 1_772_355_600_000


def part(number: int, octets: bytes = b"", *, total: int = 3, reference: int = 7, source: str = "4670") -> Part:
    """A part of somebody's message."""
    return Part(source, 1, "71550", reference, number, total, 0, octets or f"{number}".encode())


def again(joiner: Joiner) -> Joiner:
    """What a process finds that begins after this one ended."""
    stored: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(joiner.state()))
    return Joiner(stored)


@pytest.mark.parametrize("order", list(permutations((1, 2, 3))))
def test_parts_come_in_any_order_and_over_restarts(order: tuple[int, ...]) -> None:
    joiner = Joiner()
    ready: list[Held] = []
    for number in order:
        assert ready == []
        joiner = again(joiner)
        ready = joiner.add(part(number), NOW)
    assert [one.pieces() for one in ready] == [[b"123"]]
    joiner.drop(ready[0])
    assert again(joiner).next_due() is None


def test_a_part_that_comes_again_changes_nothing() -> None:
    joiner = Joiner()
    joiner.add(part(1), NOW)
    assert joiner.add(part(1), NOW) == []
    joiner.add(part(2), NOW)
    (first,) = joiner.add(part(3), NOW)
    (repeated,) = again(joiner).add(part(3), NOW + 5)
    assert repeated.external_id == first.external_id


def test_what_is_missing_is_waited_for_and_then_left_open() -> None:
    joiner = Joiner()
    joiner.add(part(2, total=4), NOW)
    joiner.add(part(4, total=4), NOW + 10)
    assert joiner.next_due() == NOW + PATIENCE
    assert joiner.overdue(NOW + PATIENCE - 1) == []
    (late,) = again(joiner).overdue(NOW + PATIENCE)
    assert late.pieces() == [None, b"2", None, b"4"]


def test_another_message_under_the_same_number_is_another_message() -> None:
    joiner = Joiner()
    joiner.add(part(1, b"old"), NOW)
    (unfinished,) = joiner.add(part(1, b"new"), NOW + 1_000)
    assert unfinished.pieces() == [b"old", None]
    joiner.drop(unfinished)
    joiner.add(part(2), NOW + 1_000)
    (whole,) = joiner.add(part(3), NOW + 1_000)
    assert whole.pieces() == [b"new23"]
    assert whole.external_id != unfinished.external_id


def test_senders_and_references_dont_mix() -> None:
    joiner = Joiner()
    for one in (part(1, total=2), part(2, total=2, reference=8), part(2, total=2, source="4671")):
        assert joiner.add(one, NOW) == []
    assert len(joiner.add(part(2, total=2), NOW)) == 1


def test_only_so_many_are_kept_and_the_oldest_goes_first() -> None:
    joiner = Joiner()
    for number in range(MOST):
        assert joiner.add(part(1, source=str(number)), NOW + number) == []
    (oldest,) = joiner.add(part(1, source="one more"), NOW + MOST)
    assert oldest.source == "0"


@pytest.mark.parametrize("state", [{}, {"held": None}, {"held": "x"}, {"held": [{"source": 1}]}, {"cursor": 3}])
def test_a_state_of_another_version_is_none(state: dict[str, object]) -> None:
    assert Joiner(state).next_due() is None
