"""A company whose rows were written straight into the tables reads the same as one whose customers and agents did it all by actions."""

import re
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import text

from bench.company import AGENT, MENTIONED, SMALL, TEAM, WORKSPACE, Company
from bench.loading import INDEXES, load_postgres, load_sqlite
from bench.words import HALF, Language
from lyhord.contacts.listing import Asker
from lyhord.conversations.actions.receive import receive_messages
from lyhord.conversations.contact_timelines import ContactTimelines
from lyhord.conversations.exchange import Address, InboundMessage
from lyhord.conversations.model import Received
from lyhord.conversations.search import FOLLOWER, search
from lyhord.conversations.store import add_mention
from lyhord.conversations.views import list_conversations, list_messages
from lyhord.kit.clock import DAY
from lyhord.kit.database import Database, ReadTx, Statement, Tx, metadata
from lyhord.kit.database.engine import Engine
from lyhord.kit.database.log import read_events
from lyhord.kit.database.postgres import Postgres
from lyhord.kit.database.reactions import Reactions
from lyhord.kit.database.sqlite import Sqlite
from lyhord.kit.events import Catalogue
from lyhord.kit.ids import id_time
from lyhord.kit.text import segment
from lyhord.tickets.actions import assign_ticket, set_status
from lyhord.tickets.views import count_tickets, list_tickets
from lyhord.tickets.wiring import REACTIONS
from lyhord.workspaces.reach import EVERYTHING, Reach
from tests.conftest import ENGINE, StoppedClock

Reading = Callable[[ReadTx, Reach], Iterator[Any]]
MESSAGES = 500
COMPANY = Company(MESSAGES)
FURNITURE = ("workspace", "agent", "team", "inbox")
FEW = Reach(frozenset({SMALL}))
ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")


@pytest.fixture(scope="module")
def company() -> Company:
    return COMPANY


@pytest.fixture
def loaded(company: Company, tmp_path: Path, request: pytest.FixtureRequest) -> Engine:
    """A database that was filled before anything else runs: making its tables forks."""
    if ENGINE == "sqlite":
        load_sqlite(tmp_path / "loaded.db", company)
        return Sqlite(tmp_path / "loaded.db")
    address = request.getfixturevalue("cluster").create()
    load_postgres(address.replace("lyhord@", "postgres@"), company)
    return Postgres(address, writers=1)


@pytest.fixture
async def filled(loaded: Engine) -> AsyncIterator[Database]:
    database = Database(loaded)
    await database.open()
    yield database
    await database.close()


@pytest.fixture
async def lived(company: Company, loaded: Engine, engine: Engine, clock: StoppedClock) -> AsyncIterator[Database]:
    database = Database(engine, clock=clock, reactions=Reactions(REACTIONS))
    await database.open()
    await database.write(WORKSPACE, furnish, company)
    for number in range(company.messages):
        clock.now = company.at(number)
        await database.write(WORKSPACE, receive_messages, received(company, number))
    for number, ticket_id in enumerate(await database.read(WORKSPACE, tickets_in_order)):
        clock.now = company.sorted_at(number)
        await database.write(WORKSPACE, sort, ticket_id, company.fate(number))
    await database.write(WORKSPACE, mention_agent)
    await index(database)
    yield database
    await database.close()


def furnish(tx: Tx, company: Company) -> None:
    """The workspace, its agent, team and inboxes, which aren't what this is about."""
    rows = company.rows()
    for name in FURNITURE:
        table = metadata.tables[name]
        for row in rows[name]:
            names = [column.name for column in table.columns]
            tx.run(Statement(table.insert()), **dict(zip(names, row, strict=True)))


def received(company: Company, number: int) -> Received:
    one = company.owner(number)
    sender = (Address("sandbox", company.address(one), company.name(one), verified=True),)
    message = InboundMessage(external_id=f"m{number}", sender=sender, text=company.say(number).text)
    return Received(inbox_id=company.inbox_id(one), channel="sandbox", inbounds=(message,))


def tickets_in_order(tx: ReadTx) -> list[str]:
    statement = Statement(text("SELECT id FROM ticket WHERE workspace_id = :workspace_id ORDER BY id"))
    return [str(row[0]) for row in tx.all(statement)]


def mention_agent(tx: Tx) -> None:
    said = tx.all(
        Statement(
            text("SELECT last_message_id, conversation_id FROM ticket WHERE workspace_id = :workspace_id ORDER BY id")
        )
    )
    for message_id, conversation_id in said[::MENTIONED]:
        tx.run(add_mention, agent_id=AGENT, message_id=message_id, conversation_id=conversation_id)


def sort(tx: Tx, ticket_id: str, fate: tuple[str | None, str | None, Any]) -> None:
    agent_id, team_id, status = fate
    assign_ticket(tx, ticket_id, agent_id=agent_id, team_id=team_id)
    set_status(tx, ticket_id, status, snoozed_until=tx.now + DAY if status == "snoozed" else None)


async def index(database: Database) -> None:
    """Bring search up to date, as the worker does."""
    catalogue = Catalogue(FOLLOWER.kinds or ())

    def follow(tx: Tx, after: int) -> int:
        rows = tx.all(read_events, after=after, most=1_000)
        FOLLOWER.handle(tx, catalogue.decode([row for row in rows if row[1] in catalogue]))
        return int(rows[-1][0]) if rows else 0

    await database.write(WORKSPACE, FOLLOWER.handle, [])
    seen = await database.write(WORKSPACE, follow, 0)
    while seen:
        seen = await database.write(WORKSPACE, follow, seen)


def lists(tx: ReadTx, reach: Reach) -> Iterator[Any]:
    for name in ("mine", "unassigned", "all", "waiting", "snoozed", "resolved", "mentioned", f"team:{TEAM}"):
        page, place = list_tickets(tx, reach, AGENT, name, most=20)
        yield name, page
        if place:
            yield list_tickets(tx, reach, AGENT, name, after=place, most=20)[0]
    yield count_tickets(tx, reach, AGENT, [TEAM])


def conversations(tx: ReadTx, reach: Reach) -> Iterator[Any]:
    page, _ = list_conversations(tx, reach, most=100)
    yield page
    for one in page:
        yield list_messages(tx, reach, one.id, most=20)


def contacts(tx: ReadTx, reach: Reach) -> Iterator[Any]:
    asker = Asker(tx, reach, ContactTimelines())
    first = asker.by_name(None, 20)
    yield first.items
    yield asker.by_name(first.next, 20).items if first.next else None
    yield asker.matching("and", None, 20).items


def found(tx: ReadTx, reach: Reach) -> Iterator[Any]:
    for number in range(0, MESSAGES, 25):
        said = COMPANY.say(number).text
        for typed in (said[:4], said[10:18], " ".join(said.split()[-2:])):
            results = search(tx, reach, typed)
            yield typed, results.contacts, results.messages


def words(tx: ReadTx, _reach: Reach) -> Iterator[Any]:
    """What the engine has been given, except for the ids."""
    for table in INDEXES.values():
        sql = f"SELECT rowid, words FROM {table} ORDER BY 1"
        if tx.dialect == "postgresql":
            sql = f"SELECT at, n, CAST(words AS text) FROM {table} ORDER BY 1, 2"
        yield tx.all(Statement(text(sql)))


async def test_it_reads_the_same(lived: Database, filled: Database) -> None:
    for reading in (lists, conversations, contacts, found, words):
        for reach in (EVERYTHING, FEW):

            def view(tx: ReadTx, reading: Reading = reading, reach: Reach = reach) -> str:
                seen = msgspec.to_builtins(list(reading(tx, reach)))
                return ID.sub(lambda match: f"#{id_time(match.group())}", msgspec.json.encode(seen).decode())

            by_actions = await lived.read(WORKSPACE, view)
            assert len(by_actions) > 100, reading.__name__
            assert await filled.read(WORKSPACE, view) == by_actions, reading.__name__


@pytest.mark.parametrize("name", ["en", "sv", "fi", "zh"])
def test_pieces_know_their_words(name: str) -> None:
    language = Language(name)
    assert [piece.words for piece in language.halves] == [" ".join(segment(piece.text)) for piece in language.halves]
    assert {piece.words.count(" ") + 1 for piece in language.halves} == {HALF}
    assert len(set(language.words)) == len(language.words)


def test_words_are_as_uneven_as_in_a_language() -> None:
    company = Company(10_000)
    counts: dict[str, int] = {}
    for number in range(0, company.messages, 2):
        for word in set(company.say(number).words.split()):
            counts[word] = counts.get(word, 0) + 1
    most, *_, least = sorted(counts.values(), reverse=True)
    assert most > 200 * least
    assert len(counts) > 20_000
