"""Mbox and maildir: every mail once, in order, from any place on."""

from itertools import islice
from pathlib import Path

import pytest

from lyhord.kit.mime.archives import NoArchive, is_unwanted, read_maildir, read_mbox

LIMIT = 1_000_000
ONE, TWO, THREE = (
    f"Subject: {name}\n\n{text}\n".encode() for name, text in (("1", "a"), ("2", "From here\n>>From there"), ("3", ""))
)


def mbox(folder: Path, *mails: bytes) -> Path:
    path = folder / "all.mbox"
    escaped = [mail.replace(b"\n>>From ", b"\n>>>From ").replace(b"\nFrom ", b"\n>From ") for mail in mails]
    path.write_bytes(b"".join(b"From x@y Thu Jan  1 00:00:00 2026\n" + mail + b"\n" for mail in escaped))
    return path


def test_every_mail_of_an_mbox_comes_as_it_was(tmp_path: Path) -> None:
    found = list(read_mbox(mbox(tmp_path, ONE, TWO, THREE), "", LIMIT))
    assert [kept.content for kept in found] == [ONE, TWO, THREE]
    assert found[-1].done == 1.0
    assert [kept.done for kept in found] == sorted(kept.done for kept in found)


@pytest.mark.parametrize("stopped", [1, 2, 3])
def test_an_mbox_goes_on_from_where_it_stopped(tmp_path: Path, stopped: int) -> None:
    path = mbox(tmp_path, ONE, TWO, THREE)
    first = list(islice(read_mbox(path, "", LIMIT), stopped))
    rest = list(read_mbox(path, first[-1].place, LIMIT))
    assert [kept.content for kept in (*first, *rest)] == [ONE, TWO, THREE]


def test_lines_may_end_as_on_windows(tmp_path: Path) -> None:
    path = tmp_path / "w.mbox"
    path.write_bytes(b"".join(b"From x y\r\n" + mail.replace(b"\n", b"\r\n") + b"\r\n" for mail in (ONE, THREE)))
    assert [kept.content for kept in read_mbox(path, "", LIMIT)] == [
        mail.replace(b"\n", b"\r\n") for mail in (ONE, THREE)
    ]


def test_what_is_larger_than_the_limit_is_cut_and_says_so(tmp_path: Path) -> None:
    large = b"Subject: x\n\n" + b"line\n" * 10_000
    first, second = read_mbox(mbox(tmp_path, large, ONE), "", 100)
    assert (len(first.content), first.size > 50_000) == (100, True)
    assert second.content == ONE
    endless = b"Subject: x\n\n" + b"x" * 3_000_000 + b"\n"
    assert [kept.size > 3_000_000 for kept in read_mbox(mbox(tmp_path, endless), "", 100)] == [True]


def test_other_files_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_text("Subject: a lone mail\n\n")
    with pytest.raises(NoArchive, match="no mbox"):
        list(read_mbox(path, "", LIMIT))
    with pytest.raises(NoArchive, match="no maildir"):
        list(read_maildir(tmp_path, "", LIMIT))
    path.write_bytes(b"")
    assert list(read_mbox(path, "", LIMIT)) == []


@pytest.fixture
def maildir(tmp_path: Path) -> Path:
    for name, mail in {
        "cur/1.a:2,S": ONE,
        "cur/2.b:2,DS": b"a draft",
        "cur/3.c:2,T": b"thrown away",
        "new/4.d": TWO,
        ".Sent/cur/5.e:2,S": THREE,
        ".Trash/cur/6.f:2,S": b"in the trash",
        "tmp/7.g": b"half written",
        "cur/.hidden": b"no mail",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(mail)
    return tmp_path


def test_a_maildir_gives_what_was_sent_and_received(maildir: Path) -> None:
    found = list(read_maildir(maildir, "", LIMIT))
    assert sorted(kept.content for kept in found) == sorted([ONE, TWO, THREE])
    assert found[-1].done == 1.0


def test_a_maildir_goes_on_from_where_it_stopped(maildir: Path) -> None:
    first = list(islice(read_maildir(maildir, "", LIMIT), 1))
    rest = list(read_maildir(maildir, first[0].place, LIMIT))
    assert sorted(kept.content for kept in (*first, *rest)) == sorted([ONE, TWO, THREE])


@pytest.mark.parametrize(
    ("labels", "unwanted"),
    [
        (b"Inbox,Opened", False),
        (b"Drafts", True),
        (b'Opened,"Spam"', True),
        (b"Trash,Opened", True),
        (b"Draftsman", False),
    ],
)
def test_labels_tell_what_nobody_wanted(labels: bytes, unwanted: bool) -> None:
    assert is_unwanted(b"X-Gmail-Labels: " + labels + b"\r\nSubject: x\r\n\r\n") is unwanted
    assert not is_unwanted(ONE)
