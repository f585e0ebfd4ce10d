"""The demo, loaded through the product's own actions and removed without a trace."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from lyhord.app.demo.actions import Cast, open_shop, remove_demo, settle_story, tell_line
from lyhord.app.demo.story import Story, read_shop, read_stories
from lyhord.app.duties import FOLLOWERS
from lyhord.app.invariants import list_broken
from lyhord.app.schema import prepare
from lyhord.app.wiring import EVENTS
from lyhord.conversations.actions.amend import edit_message, react
from lyhord.conversations.actions.note import add_note
from lyhord.conversations.actions.receive import receive_messages
from lyhord.conversations.exchange import Address, InboundMessage
from lyhord.conversations.model import Note, Received, Reply
from lyhord.conversations.scheduled.actions import schedule_reply
from lyhord.conversations.search import search
from lyhord.conversations.sides.actions import Question, start_side
from lyhord.kit.clock import DAY
from lyhord.kit.database import Database, Tx
from lyhord.kit.database.log import read_events
from lyhord.kit.database.reactions import Reactions
from lyhord.kit.database.sqlite import Sqlite
from lyhord.kit.database.tx import ReadTx
from lyhord.kit.events import Catalogue
from lyhord.kit.followers import FollowerRunner
from lyhord.kit.ids import id_time, new_id
from lyhord.kit.problems import NotFound, Taken
from lyhord.tickets.wiring import REACTIONS
from lyhord.workspaces.actions.agents import add_agent
from lyhord.workspaces.actions.workspace import create_workspace
from lyhord.workspaces.model import WorkspaceSettings
from lyhord.workspaces.reach import Reach
from tests.conftest import StoppedClock

WORKSPACE = new_id()
KEPT = {"event", "log", "audit", "alembic_version", "job"}
"""Tables that remember: the log keeps its numbers, the audit who did what."""


@pytest.fixture
async def shop(tmp_path: Path, clock: StoppedClock) -> AsyncIterator[Database]:
    prepare(Sqlite(tmp_path / "lyhord.db"))
    database = Database(Sqlite(tmp_path / "lyhord.db"), clock=clock, reactions=Reactions(REACTIONS))
    await database.open()
    await database.write(WORKSPACE, create_workspace, "Shop", WorkspaceSettings())
    yield database
    await database.close()


async def load(database: Database, stories: tuple[Story, ...], reader: str | None = None) -> Cast:
    cast = await database.write(WORKSPACE, open_shop, read_shop())
    for story in stories:
        conversation_id = None
        for number in range(len(story.lines)):
            conversation_id = await database.write(WORKSPACE, tell_line, cast, story, number, conversation_id)
        await database.write(WORKSPACE, settle_story, cast, story, conversation_id, reader)
    return cast


def rows(database: Database, sql: str) -> list[tuple[Any, ...]]:
    assert isinstance(database.engine, Sqlite)
    with closing(sqlite3.connect(database.engine.path)) as connection:
        return connection.execute(sql).fetchall()


def contents(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    tables = [str(row[0]) for row in rows(database, "SELECT name FROM sqlite_master WHERE type = 'table'")]
    return {
        table: sorted(rows(database, f"SELECT * FROM {table}"), key=repr)
        for table in tables
        if table not in KEPT and not table.startswith("sqlite_")
    }


async def test_every_ticket_ends_in_the_state_that_its_story_tells(shop: Database) -> None:
    stories = read_stories()
    await load(shop, stories)
    states = dict(rows(shop, "SELECT contact.name, ticket.status FROM ticket JOIN contact ON contact.id = contact_id"))
    assert states == {story.name: story.status for story in stories}


async def test_waiting_counts_from_the_customers_first_unanswered_words(shop: Database, clock: StoppedClock) -> None:
    story = next(story for story in read_stories() if story.name == "Tom Okafor")
    await load(shop, (story,))
    ((waiting, opened),) = rows(shop, "SELECT waiting_since, opened_at FROM ticket")
    assert waiting == opened == clock.now - story.lines[0].ago


async def test_messages_stand_where_they_were_said_and_nothing_waits_to_be_sent(
    shop: Database, clock: StoppedClock
) -> None:
    story = next(story for story in read_stories() if story.name == "Priya Raman")
    await load(shop, (story,))
    told = rows(shop, "SELECT id, text, direction FROM message ORDER BY id")
    assert [text for _, text, _ in told] == [line.text for line in story.lines]
    assert [id_time(str(one)) for one, _, _ in told] == [clock.now - line.ago for line in story.lines]
    assert rows(shop, "SELECT DISTINCT state, due_at FROM delivery") == [("delivered", None)]


async def test_mail_and_chat_of_one_customer_are_one_conversation(shop: Database) -> None:
    story = next(story for story in read_stories() if story.name == "George Papas")
    assert {line.by for line in story.lines if line.by_customer} == {"mail", "chat"}
    await load(shop, (story,))
    assert rows(shop, "SELECT count(*) FROM conversation") == [(1,)]
    assert rows(shop, "SELECT scheme FROM identity ORDER BY scheme") == [("email",), ("webchat",)]


async def test_nobody_can_sign_in_as_an_agent_of_the_demo(shop: Database) -> None:
    await load(shop, ())
    assert rows(shop, "SELECT DISTINCT password_hash, demo FROM agent") == [(None, 1)]


async def test_what_is_not_open_is_read_for_whoever_loaded_it(shop: Database) -> None:
    stories = read_stories()
    reader = (await shop.write(WORKSPACE, add_agent, "ann@example.com", "Ann", "administrator", "en")).id
    await load(shop, stories, reader)
    ((read,),) = rows(shop, f"SELECT count(*) FROM read_position WHERE agent_id = '{reader}'")
    assert read == sum(story.status != "open" for story in stories)


async def test_it_can_be_loaded_once(shop: Database) -> None:
    await load(shop, ())
    with pytest.raises(Taken):
        await load(shop, ())


async def test_removing_leaves_everything_as_it_was_before(shop: Database, tmp_path: Path) -> None:
    cast = await load(shop, ())
    await shop.write(WORKSPACE, remove_demo)
    real = Received(
        inbox_id=new_id(),
        channel="mail",
        inbounds=(InboundMessage(external_id="1", sender=(Address("email", "real@example.com"),), text="I am real"),),
    )
    await shop.write(WORKSPACE, receive_messages, real)
    before = contents(shop)
    assert cast.agents
    await load(shop, read_stories())
    assert contents(shop) != before
    await work_on(shop)
    await shop.write(WORKSPACE, remove_demo)
    assert contents(shop) == before
    assert list_broken(shop.engine, tmp_path) == []


async def work_on(shop: Database) -> None:
    """What people do with a demo: notes changed and liked, replies for later, somebody asked aside."""
    ((agent_id,),) = rows(shop, "SELECT min(id) FROM agent WHERE demo = 1")
    ((conversation_id, inbox_id),) = rows(
        shop,
        "SELECT min(conversation.id), inbox_id FROM conversation JOIN contact ON contact.id = contact_id WHERE demo AND scheme = 'email'",
    )
    words = Reply(conversation_id=conversation_id, text="In stock?", subject="Lamp")
    aside = replace(words, conversation_id="", inbox_id=inbox_id, scheme="email", value="store@example.com")

    def work(tx: Tx) -> None:
        note = add_note(tx, Note(conversation_id=conversation_id, text="Look"))
        edit_message(tx, note, "Look again")
        react(tx, note, "👍")
        schedule_reply(tx, words, tx.now + DAY, "hold")
        start_side(tx, Question(parent_id=conversation_id, to=Address("email", "store@example.com")), aside)

    await shop.write(WORKSPACE, work, actor=f"agent:{agent_id}")


async def test_removed_words_are_not_found_any_more(shop: Database) -> None:
    await load(shop, read_stories()[:4])
    await FollowerRunner(shop, Catalogue(EVENTS), FOLLOWERS).catch_up()
    found = await shop.read(WORKSPACE, search, Reach(), "verdigris")
    assert len(found.messages) > 1
    await shop.write(WORKSPACE, remove_demo)
    await FollowerRunner(shop, Catalogue(EVENTS), FOLLOWERS).catch_up()
    gone = await shop.read(WORKSPACE, search, Reach(), "verdigris")
    assert (gone.messages, gone.contacts) == ([], [])
    ((left,),) = rows(shop, "SELECT count(*) FROM sqlite_master WHERE name LIKE 'search%message_place'")
    assert left == 1


async def test_a_real_customers_words_through_a_demo_inbox_stay(shop: Database) -> None:
    cast = await load(shop, read_stories()[:2])
    real = Received(
        inbox_id=cast.inboxes["chat"],
        channel="webchat",
        inbounds=(InboundMessage(external_id="1", sender=(Address("webchat", "v1", "Real"),), text="Hello?"),),
    )
    await shop.write(WORKSPACE, receive_messages, real)
    await shop.write(WORKSPACE, remove_demo)
    assert rows(shop, "SELECT text FROM message") == [("Hello?",)]
    ((inbox, removed_at),) = rows(shop, "SELECT id, removed_at FROM inbox")
    assert inbox == cast.inboxes["chat"]
    assert removed_at is not None


async def test_without_a_demo_there_is_nothing_to_remove(shop: Database) -> None:
    with pytest.raises(NotFound):
        await shop.write(WORKSPACE, remove_demo)


async def test_every_event_of_the_demo_is_in_the_catalogue(shop: Database) -> None:
    await load(shop, read_stories()[:3])

    def read(tx: ReadTx) -> int:
        return len(Catalogue(EVENTS).decode(tx.all(read_events, after=0, most=1_000)))

    assert await shop.read(WORKSPACE, read) > 20
