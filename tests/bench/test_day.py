"""What a tried day is made of, and how its customers are accounted for."""

from pathlib import Path

import pytest

from bench.day.desk import high, middle
from bench.day.talks import BEFORE, FILES, MOST, NoData, talks

HEAD = "conversationId\tturnNumber\tutteranceId\tutterance\tslot-labels\tintent\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Dialogues of five turns each, one of which is said in two sentences, and short ones."""
    for name in FILES:
        rows = [
            f"{name}-{number}\t{turn}\tu\t{words}\tO\ti\n"
            for number in range(30)
            for turn, words in [
                (0, "hi"),
                (2, '"my lamp'),
                (2, "is broken"),
                (3, "yes"),
                (5, "ok"),
                (6, f"bye {number}"),
            ]
        ]
        short = [f"{name}-short\t{turn}\tu\thello\tO\ti\n" for turn in range(2)]
        (tmp_path / f"{name}.tsv").write_text(HEAD + "".join(rows + short))
    return tmp_path


def test_a_talk_has_its_turns_in_order_and_some_left_for_the_day(folder: Path) -> None:
    made = talks(40, folder)
    assert len({one.name for one in made}) == 40
    assert {one.words[:4] for one in made} == {("hi", "my lamp is broken", "yes", "ok")}
    assert all(BEFORE < len(one.words) <= MOST for one in made)
    assert talks(40, folder) == made


def test_some_write_by_two_doors(folder: Path) -> None:
    made = talks(40, folder)
    names = {one.name: one for one in made}
    twice = [one for one in made if one.same_as]
    assert [(one.door, names[one.same_as or ""].door) for one in twice] == [("chat", "mail")] * 2
    assert [one.door for one in made if one.old] == ["mail"] * 10


def test_what_is_missing_is_said(folder: Path) -> None:
    with pytest.raises(NoData, match="for 60 conversations"):
        talks(100, folder)
    (folder / f"{FILES[-1]}.tsv").unlink()
    with pytest.raises(NoData, match="beside the project"):
        talks(4, folder)


def test_times_are_said_by_their_middle_and_their_high_end() -> None:
    times = [float(one) for one in range(1, 101)]
    assert (middle(times), high(times)) == (50.5, 96.0)
