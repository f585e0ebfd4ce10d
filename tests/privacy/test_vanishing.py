"""Words that their sender lets vanish are nowhere once their time is up: every table and the file store are walked for them."""

from pathlib import Path
from typing import Any

import pytest

from lyhord.app.backup import make_backup
from lyhord.app.folder import DataFolder
from lyhord.app.restore import restore_backup
from lyhord.app.wiring import EVENTS
from lyhord.conversations.actions.vanish import JOB, TIME
from lyhord.conversations.exchange import InboundEdit, InboundMessage, InboundReaction, InboundRemoval, Media
from lyhord.conversations.jobs import TO_THE_END, vanish_due
from lyhord.conversations.model import Message
from lyhord.conversations.retention import referenced_files
from lyhord.insights import store as numbers
from lyhord.kit.clock import DAY, HOUR, MINUTE
from lyhord.kit.database import ReadTx
from lyhord.kit.database.engine import Engine
from lyhord.kit.database.sqlite import Sqlite
from lyhord.kit.events import Catalogue
from lyhord.kit.files import Files
from lyhord.kit.jobs import JobRunner, Work
from lyhord.tickets.reactions import VANISHED
from lyhord.worker.timers import sweep_files
from tests.conversations.desk import Desk, make_database
from tests.privacy.test_erasing import MARK, House, found_in_files, found_in_rows


@pytest.fixture
def house(desk: Desk, tmp_path: Path) -> House:
    return House(desk, Files(tmp_path / "files"))


def runner(desk: Desk) -> JobRunner:
    """As a worker that has just started."""
    return JobRunner(desk.database, Catalogue(EVENTS), {JOB: Work(vanish_due, TO_THE_END)})


def fleeting(desk: Desk, **more: Any) -> InboundMessage:
    """Her words for an hour, from an address that the walk doesn't look for."""
    return desk.words(f"My {MARK} is broken", expires_at=desk.clock.now + HOUR, **more)


async def come(house: House, *inbounds: Any, raw: bytes | None = None) -> list[Message]:
    ids = await house.come(*inbounds, raw=raw)
    return [await house.desk.message(one) for one in ids if one]


async def test_until_their_time_is_up_they_stand_there_and_then_nowhere(house: House, engine: Engine) -> None:
    desk = house.desk
    picture = Media(f"{MARK}.jpg", "image/jpeg", 9, content=f"JPEG {MARK}".encode())
    words = fleeting(
        desk, html=f"<p>{MARK}</p>", quoted=MARK, subject=f"The {MARK}", media=(picture,), external_id="v1"
    )
    [said] = await come(house, words, raw=f"{MARK} {'x' * 70_000}".encode())
    ann = words.sender
    edit = InboundEdit(message="v1", sender=ann, text=f"The {MARK} was broken")
    await come(house, edit, raw=f"{MARK} once more".encode())
    await come(house, InboundReaction(message="v1", sender=ann, emoji="👍"))
    await house.followers.catch_up()
    desk.clock.move(HOUR - 1)
    await runner(desk).catch_up()
    before = found_in_rows(engine, desk.workspace_id)
    searched = {name for name in before if name.startswith("search")}
    assert searched
    assert before.keys() - searched == {"attachment", "earlier_words", "message", "ticket"}
    assert (await desk.message(said.id)).expires_at == desk.clock.now + 1
    desk.clock.move(1)
    await runner(desk).catch_up()
    assert found_in_rows(engine, desk.workspace_id) == {}
    await sweep_files(desk.database, house.files, referenced_files, seconds=-1)
    assert found_in_files(house.files) == []
    gone = await desk.message(said.id)
    assert (gone.removed_by, gone.removed_at, gone.expires_at) == (TIME, desk.clock.now, desk.clock.now)
    assert (gone.text, gone.attachments, gone.reactions) == ("", (), ())
    await house.followers.catch_up()
    assert found_in_rows(engine, desk.workspace_id) == {}


async def test_who_said_them_waits_all_the_same(house: House) -> None:
    desk = house.desk
    [said] = await come(house, fleeting(desk))
    desk.clock.move(HOUR)
    await runner(desk).catch_up()
    ticket = await desk.ticket(said.conversation_id)
    assert (ticket.status, ticket.waiting_since, ticket.preview) == ("open", said.at, VANISHED)
    assert ticket.last_message_id == said.id


async def test_the_row_of_later_words_stays_as_it_is(house: House) -> None:
    desk = house.desk
    [said] = await come(house, fleeting(desk))
    await desk.say("Are you there?")
    before = await desk.ticket(said.conversation_id)
    desk.clock.move(HOUR)
    await runner(desk).catch_up()
    assert await desk.ticket(said.conversation_id) == before


async def test_an_answer_that_vanished_was_an_answer(house: House) -> None:
    desk = house.desk
    await desk.say()
    await come(house, fleeting(desk, ours=True))
    desk.clock.move(HOUR)
    await runner(desk).catch_up()
    await house.followers.catch_up()

    def answers(tx: ReadTx) -> int:
        rows = tx.all(numbers.hours[False][False, False], start=0, end=desk.clock.now + DAY)
        return sum(row[2] for row in rows)

    assert await desk.read(answers) == 1


async def test_what_was_taken_back_before_loses_its_earlier_words(house: House, engine: Engine) -> None:
    desk = house.desk
    words = fleeting(desk, external_id="v1")
    [said] = await come(house, words)
    await come(house, InboundRemoval(message="v1", sender=words.sender))
    assert "earlier_words" in found_in_rows(engine, desk.workspace_id)
    desk.clock.move(HOUR)
    await runner(desk).catch_up()
    assert found_in_rows(engine, desk.workspace_id) == {}
    assert (await desk.message(said.id)).removed_by == "contact"


async def test_what_is_told_of_them_later_is_kept_nowhere(house: House, engine: Engine) -> None:
    desk = house.desk
    words = fleeting(desk, external_id="v1")
    await come(house, words)
    desk.clock.move(HOUR)
    await runner(desk).catch_up()
    late = InboundEdit(message="v1", sender=words.sender, text=f"The {MARK}")
    await come(house, late, words, raw=f"{MARK} again".encode())
    assert found_in_rows(engine, desk.workspace_id) == {}


async def test_several_go_each_when_it_is_time(house: House) -> None:
    desk = house.desk
    first, second = await come(house, fleeting(desk), desk.words("Later", expires_at=desk.clock.now + 2 * HOUR))
    together = await come(house, fleeting(desk), fleeting(desk))
    desk.clock.move(HOUR + MINUTE)
    await runner(desk).catch_up()
    gone = [(await desk.message(one.id)).removed_by for one in (first, second, *together)]
    assert gone == [TIME, "", TIME, TIME]


async def test_a_backup_that_comes_back_keeps_nothing_longer(house: House, engine: Engine, tmp_path: Path) -> None:
    """The job is a row as the words are: what brings them back brings it back, and it is due."""
    if not isinstance(engine, Sqlite):
        pytest.skip("restored by name of file; a dump has all tables, too")
    desk, live = house.desk, DataFolder(tmp_path, engine.path)
    [said] = await come(house, fleeting(desk))
    make_backup(live, tmp_path / "backup")
    desk.clock.move(HOUR)
    await runner(desk).catch_up()
    await desk.database.close()
    back = DataFolder(tmp_path / "back", tmp_path / "back" / "lyhord.db")
    restore_backup(back, tmp_path / "backup")
    restored = Sqlite(back.database)
    assert "message" in found_in_rows(restored, desk.workspace_id)
    desk.database = make_database(restored, desk.clock)
    await desk.database.open()
    desk.clock.move(DAY)
    await runner(desk).catch_up()
    assert (await desk.message(said.id)).removed_by == TIME
    assert found_in_rows(restored, desk.workspace_id) == {}
    await desk.database.close()
    desk.database = make_database(engine, desk.clock)
    await desk.database.open()
