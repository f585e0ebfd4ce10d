"""`lyhord import`: old mail becomes contacts, conversations and messages where they were said; twice is once."""

import io
import itertools
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import bindparam, func, select

from lyhord.app import archive
from lyhord.app.archive import Bar, Import, Tally, import_archive, say
from lyhord.app.first_run import with_product
from lyhord.app.refusals import CommandRefused
from lyhord.app.settings import Settings
from lyhord.app.wiring import Product
from lyhord.conversations.exchange import Inbound
from lyhord.conversations.tables import message
from lyhord.kit.database import ReadTx, Statement, StorageFull, Tx
from lyhord.kit.ids import id_time, new_id
from lyhord.kit.mime.archives import Kept
from lyhord.tickets.tables import ticket
from lyhord.workspaces.actions.inboxes import StoredInbox, connect_inbox
from lyhord.workspaces.actions.workspace import create_workspace
from lyhord.workspaces.model import WorkspaceSettings

_rows = Statement(
    select(message.c.direction, message.c.text, message.c.value, message.c.id, message.c.external_id)
    .where(message.c.workspace_id == bindparam("workspace_id"))
    .order_by(message.c.id)
)
_tickets = Statement(select(func.count()).where(ticket.c.workspace_id == bindparam("workspace_id")))
WORKSPACE = new_id()
DAY = 86_400_000


def mail(
    number: int, text: str, *, sender: str = "anna@customer.test", to: str = "desk@shop.test", **fields: str
) -> bytes:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = sender, to, f"Mail {number}"
    made["Date"] = f"Mon, {number:02} Jan 2024 10:00:00 +0000"
    made["Message-ID"] = f"<{number}@x.test>"
    for name, value in fields.items():
        made[name.replace("_", "-")] = value
    made.set_content(text)
    return bytes(made)


MAILS = [
    mail(1, "Where is it?"),
    mail(2, "On its way.", sender="desk@shop.test", to="anna@customer.test", In_Reply_To="<1@x.test>"),
    mail(3, "Thanks!", In_Reply_To="<2@x.test>"),
    mail(4, "Me too", sender="Ben <ben@customer.test>"),
    mail(5, "To ourselves", sender="desk@shop.test"),
]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    made = Settings(data_dir=str(tmp_path / "data"))

    def found(tx: Tx) -> None:
        create_workspace(tx, "Shop", WorkspaceSettings())
        inbox = StoredInbox("inbox-1", new_id(), "mail", "Desk", {"address": "desk@shop.test"}, None, None, None, 0)
        connect_inbox(tx, inbox)

    async def write(product: Product) -> None:
        await product.database.write(WORKSPACE, found)

    with_product(made, write)
    return made


@pytest.fixture
def mbox(tmp_path: Path) -> Path:
    path = tmp_path / "old.mbox"
    path.write_bytes(b"".join(b"From x@y Thu Jan  1 00:00:00 2024\n" + one + b"\n" for one in MAILS))
    return path


def read(settings: Settings, view: Callable[[ReadTx], Any]) -> Any:
    async def use(product: Product) -> Any:
        return await product.database.read(WORKSPACE, view)

    return with_product(settings, use)


def rows(settings: Settings) -> list[tuple[Any, ...]]:
    found: list[tuple[Any, ...]] = read(settings, lambda tx: tx.all(_rows))
    return found


def bring_in(settings: Settings, source: Path, kind: str = "mbox", inbox: str | None = None) -> None:
    import_archive(settings, kind, source, workspace=None, inbox=inbox)


def test_an_mbox_becomes_conversations_as_they_were(
    settings: Settings, mbox: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bring_in(settings, mbox)
    found = rows(settings)
    assert [row[:3] for row in found] == [
        ("in", "Where is it?", "anna@customer.test"),
        ("out", "On its way.", "anna@customer.test"),
        ("in", "Thanks!", "anna@customer.test"),
        ("in", "Me too", "ben@customer.test"),
    ]
    times = [id_time(row[3]) for row in found]
    assert [(after - before) // DAY for before, after in itertools.pairwise(times)] == [1, 1, 1]
    assert read(settings, lambda tx: tx.value(_tickets)) == 0
    assert capsys.readouterr().out == "4 mails are new, 1 drafts, reports and unwanted ones were left out.\n"


def test_a_second_time_nothing_comes_twice(settings: Settings, mbox: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bring_in(settings, mbox)
    before = rows(settings)
    capsys.readouterr()
    bring_in(settings, mbox)
    assert rows(settings) == before
    assert capsys.readouterr().out.startswith("0 mails are new, 4 were there already")


def test_stopped_in_the_middle_it_goes_on_where_it_was(
    settings: Settings, mbox: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(archive, "BATCH", 1)
    draw = Bar.draw

    def stop(self: Bar, done: float, tally: Tally) -> None:
        if tally.met == 2:
            raise KeyboardInterrupt
        draw(self, done, tally)

    monkeypatch.setattr(Bar, "draw", stop)
    with pytest.raises(CommandRefused, match="goes on where it was"):
        bring_in(settings, mbox)
    assert len(rows(settings)) == 2
    monkeypatch.setattr(Bar, "draw", draw)
    bring_in(settings, mbox)
    assert len(rows(settings)) == 4
    assert capsys.readouterr().out.startswith("2 mails are new, 1 drafts")
    assert not list((Path(settings.data_dir) / "imports").iterdir())


def test_a_full_disk_stops_it_with_words_and_it_goes_on_afterwards(
    settings: Settings, mbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Import._store

    async def refuse(self: Import, inbound: Inbound, kept: Kept) -> None:
        if b"Me too" in kept.content:
            raise StorageFull("no room")
        await store(self, inbound, kept)

    monkeypatch.setattr(Import, "_store", refuse)
    with pytest.raises(CommandRefused, match="disk is full"):
        bring_in(settings, mbox)
    monkeypatch.setattr(Import, "_store", store)
    bring_in(settings, mbox)
    assert [row[1] for row in rows(settings)] == ["Where is it?", "On its way.", "Thanks!", "Me too"]


def test_a_maildir_too(settings: Settings, tmp_path: Path) -> None:
    for number, one in enumerate(MAILS[:3]):
        path = tmp_path / "dir" / ("cur" if number else "new") / f"{number}.host:2,S"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(one)
    bring_in(settings, tmp_path / "dir", "maildir")
    assert [row[1] for row in rows(settings)] == ["Where is it?", "On its way.", "Thanks!"]


def test_what_cant_be_read_is_shown_and_kept(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "bad.mbox"
    path.write_bytes(b"From x\n\xff\xfe no fields at all\n\nFrom y\n" + MAILS[0])
    bring_in(settings, path)
    assert "couldn't be read" in capsys.readouterr().out
    assert sorted(row[1] for row in rows(settings)) == ["Where is it?", "problem.mail.no_sender"]


def test_what_a_person_can_put_right_is_said(settings: Settings, tmp_path: Path, mbox: Path) -> None:
    (tmp_path / "letter").write_text("Dear Sir")
    for source, kind, inbox, words in [
        (tmp_path / "letter", "mbox", None, "is no mbox"),
        (tmp_path / "none", "mbox", None, "can't be read: No such file"),
        (tmp_path, "maildir", None, "is no maildir"),
        (mbox, "mbox", "another", "no such mail inbox"),
    ]:
        with pytest.raises(CommandRefused, match=words):
            bring_in(settings, source, kind, inbox)


def test_several_inboxes_must_be_told_apart(settings: Settings, mbox: Path) -> None:
    async def add(product: Product) -> None:
        inbox = StoredInbox("inbox-2", new_id(), "mail", "Sales", {"address": "sales@shop.test"}, None, None, None, 0)
        await product.database.write(WORKSPACE, connect_inbox, inbox)

    with_product(settings, add)
    with pytest.raises(CommandRefused, match=r"inbox-1 \(Desk\)"):
        bring_in(settings, mbox)
    bring_in(settings, mbox, inbox="inbox-2")
    assert {row[0] for row in rows(settings)} == {"in"}


def test_the_bar_is_drawn_for_people_only(monkeypatch: pytest.MonkeyPatch) -> None:
    seen, unseen = io.StringIO(), io.StringIO()
    monkeypatch.setattr(seen, "isatty", lambda: True, raising=False)
    for screen in (seen, unseen):
        bar = Bar(screen)
        bar.draw(0.5, Tally(taken=1_200, known=34))
        bar.draw(1.0, Tally(taken=2_400, known=68))
        bar.end()
    assert "50%  1,234 mails, 1,200 new" in seen.getvalue()
    assert "100%" in seen.getvalue()
    assert unseen.getvalue() == ""
    assert say(Tally(taken=1)) == "One mail is new."
