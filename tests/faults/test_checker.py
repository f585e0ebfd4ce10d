"""The checker sees each kind of violation, on journals that were made up, and says nothing of a good one."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.faults.checker import SENT, STORED, STREAMED, Holdings, Journal, check

EVERYTHING = (*STORED, *STREAMED, *SENT)


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    """Two customers were heard, an agent answered each twice, and a reader saw it all, with one interruption."""
    journal = Journal(tmp_path / "journal.jsonl")
    for one in ("a", "b"):
        journal.note("posted", id=one)
        journal.note("posted", id=one)
        journal.note("acked", id=one)
    journal.note("began", reader="r", epoch=1, seq=0)
    journal.note("saw", reader="r", epoch=1, first=1, last=1)
    journal.note("saw", reader="r", epoch=1, first=2, last=3)
    journal.note("began", reader="r", epoch=1, seq=3)
    journal.note("saw", reader="r", epoch=1, first=4, last=4)
    for op in ("asked", "received"):
        for reply in ("1", "2", "3"):
            journal.note(op, id=reply, conversation="c")
    yield journal
    journal.close()


def good() -> Holdings:
    return Holdings(
        received=[("a", "m1"), ("b", "m2")], announced=["m1", "m2"], numbers=[1, 2, 3, 4], last=4, unknown=set()
    )


def test_a_good_end_is_found_good(journal: Journal) -> None:
    assert check(journal, good(), EVERYTHING) == []


def lose(held: Holdings) -> None:
    held.received.pop()
    held.announced.pop()


def double(held: Holdings) -> None:
    held.received.append(("b", "m3"))
    held.announced.append("m3")


def invent(held: Holdings) -> None:
    held.received.append(("z", "m3"))
    held.announced.append("m3")


def tell_twice(held: Holdings) -> None:
    held.announced.append("m1")


def tell_of_nothing(held: Holdings) -> None:
    held.announced.append("m9")


def forget_to_tell(held: Holdings) -> None:
    held.announced.pop()


def leave_a_hole(held: Holdings) -> None:
    held.numbers.remove(2)


def count_past_the_head(held: Holdings) -> None:
    held.last = 3


@pytest.mark.parametrize(
    ("break_it", "said"),
    [
        (lose, "lost: b"),
        (double, "doubled: b"),
        (invent, "invented: z"),
        (tell_twice, "m1 has 2 events"),
        (tell_of_nothing, "m9 is told of"),
        (forget_to_tell, "m2 has 0 events"),
        (leave_a_hole, "3 at place 2 where 2"),
        (count_past_the_head, "4 where 3"),
    ],
)
def test_what_is_wrong_with_the_rows_is_seen(journal: Journal, break_it: Callable[[Holdings], None], said: str) -> None:
    held = good()
    break_it(held)
    assert said in "\n".join(check(journal, held, STORED))


@pytest.mark.parametrize(
    ("notes", "said"),
    [
        ([("saw", {"epoch": 1, "first": 6, "last": 6})], "stood at 1:4 and was told of 1:6"),
        ([("saw", {"epoch": 1, "first": 4, "last": 4})], "stood at 1:4 and was told of 1:4"),
        ([("began", {"epoch": 1, "seq": 2})], "was put at 1:2"),
        ([("began", {"epoch": 1, "seq": 3, "reset": True})], "ended at 3 of 4"),
        ([("saw", {"epoch": 1, "first": 5, "last": 5})], "told of 5, the log ends at 4"),
    ],
)
def test_what_is_wrong_with_a_stream_is_seen(
    journal: Journal, notes: list[tuple[str, dict[str, int]]], said: str
) -> None:
    for op, facts in notes:
        journal.note(op, reader="r", **facts)
    assert said in "\n".join(check(journal, good(), STREAMED))


def test_replies_that_were_lost_doubled_or_reordered_are_seen(journal: Journal) -> None:
    journal.note("asked", id="4", conversation="c")
    assert "4 never arrived" in check(journal, good(), SENT)[0]
    journal.note("received", id="4", conversation="c")
    journal.note("received", id="4", conversation="c")
    assert "4 arrived 2 times" in check(journal, good(), SENT)[0]
    held = good()
    held.unknown.add("4")
    assert check(journal, held, SENT) == []
    for op in ({"op": "asked", "id": "5"}, {"op": "asked", "id": "6"}, {"op": "received", "id": "6"}):
        journal.note(op["op"], id=op["id"], conversation="c")
    journal.note("received", id="5", conversation="c")
    assert check(journal, held, SENT) == ["order: c got 6 at place 5 where 5 should be"]


def test_the_journal_is_a_json_line_for_each_operation(journal: Journal, tmp_path: Path) -> None:
    lines = (tmp_path / "journal.jsonl").read_text().splitlines()
    assert len(lines) == len(journal.operations)
    assert lines[0].startswith('{"op": "posted", "id": "a", "at": ')
