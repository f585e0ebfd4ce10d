"""Every list that screens page through, in a small company and in one a hundred times as large: what grows?

    python -m bench.lists [--small 1000] [--large 100000]

Prints the reader's CPU time of each list's first and 50th page (its last full one where it has fewer) at both sizes, and how much
dearer the large company is. A list that is one range of one index costs the same in both: the small company is the ceiling, 1.0
the aim.
"""

import argparse
import asyncio
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from bench.filling import said, store
from bench.ingest import open_database
from lyhord.contacts.listing import Asker
from lyhord.conversations.contact_timelines import ContactTimelines
from lyhord.conversations.search import FOLLOWER, search
from lyhord.conversations.timeline import get_conversation
from lyhord.conversations.views import list_conversations, list_messages
from lyhord.kit.database import Database, ReadTx, Tx
from lyhord.kit.database.log import read_events
from lyhord.kit.database.sqlite import Sqlite
from lyhord.kit.events import Catalogue
from lyhord.kit.ids import HIGHEST_ID, LOWEST_ID, new_id
from lyhord.tickets.views import count_tickets, list_tickets
from lyhord.workspaces.reach import EVERYTHING, Reach

PAGE, DEEP, REPEATS = 20, 50, 40
THREAD = 1_100
"""Messages of the one long conversation, the same in both companies."""
NEW_INBOX = 30
"""Conversations that went through an inbox which is new, whatever the size of the company."""
SHARE = 50
"""One conversation in so many went through the inbox of a small team."""
MENTIONS = 1_000
"""Times that the agent was mentioned, the same in both companies."""
WORDS = "Hello, my parcel number {} has not arrived yet. Could you have a look, please?"

Pager = Callable[[ReadTx, Any], Any]
"""Reads the page behind a place (None: the first) and gives the place of the next, None at the end."""


class Company(NamedTuple):
    """A filled workspace and who looks at it."""

    database: Database
    workspace_id: str
    agent_id: str
    team_id: str
    conversation_id: str
    small: Reach
    fresh: Reach


async def found(path: Path, conversations: int) -> Company:
    """A company with so many customers."""
    database = await open_database(path)
    workspace_id, agent_id, team_id = new_id(), new_id(), new_id()
    main, small, fresh = new_id(), new_id(), new_id()
    dice = random.Random(1)
    new = set(dice.sample(range(conversations), NEW_INBOX))
    items = []
    for number in range(conversations):
        inbox = fresh if number in new else small if number % SHARE == 0 else main
        name = f"{dice.choice('ABCDEFGHIKLMNOPRSTUV')}ustomer {number}"
        items.append(said(inbox, f"c{number}", f"c{number}", name, WORDS.format(number)))
    items += [said(main, f"m{number}", "talker", "Tove", WORDS.format(number)) for number in range(THREAD)]
    await store(database, workspace_id, items)
    await index(database, workspace_id)
    talker = spread(path, agent_id, team_id, dice)
    return Company(
        database, workspace_id, agent_id, team_id, talker, Reach(frozenset({small})), Reach(frozenset({fresh}))
    )


async def index(database: Database, workspace_id: str) -> None:
    """Bring search up to date, as the worker does."""
    catalogue = Catalogue(FOLLOWER.kinds or ())

    def follow(tx: Tx, after: int) -> int:
        rows = tx.all(read_events, after=after, most=2_000)
        FOLLOWER.handle(tx, catalogue.decode([row for row in rows if row[1] in catalogue]))
        return rows[-1][0] if rows else 0

    await database.write(workspace_id, FOLLOWER.handle, [])
    seen = await database.write(workspace_id, follow, 0)
    while seen:
        seen = await database.write(workspace_id, follow, seen)


def spread(path: Path, agent_id: str, team_id: str, dice: random.Random) -> str:
    """Give tickets owners and shelves as work would leave them, and mentions to the agent; the long conversation's id."""
    connection = Sqlite(path).connect(write=True)
    connection.execute("BEGIN IMMEDIATE")
    tickets = connection.execute("SELECT workspace_id, id FROM ticket ORDER BY id").fetchall()
    states = [
        (None, None, "active", "open"),
        (agent_id, None, "active", "open"),
        (None, team_id, "active", "open"),
        (None, None, "snoozed", "snoozed"),
        (None, None, "resolved", "resolved"),
    ]
    connection.executemany(
        "UPDATE ticket SET owner_agent_id = ?, owner_team_id = ?, shelf = ?, status = ? WHERE workspace_id = ? AND id = ?",
        [(*dice.choice(states), *one) for one in tickets],
    )
    connection.execute(
        "INSERT INTO mention SELECT workspace_id, ?, last_message_id, conversation_id FROM ticket ORDER BY random() LIMIT ?",
        (agent_id, MENTIONS),
    )
    talker = connection.execute("SELECT conversation_id FROM ticket WHERE title = 'Tove'").fetchone()[0]
    connection.execute("COMMIT")
    connection.close()
    return str(talker)


def pagers(company: Company) -> dict[str, Pager]:
    """Every list by a name to print."""

    def tickets(name: str, reach: Reach = EVERYTHING) -> Pager:
        return lambda tx, place: list_tickets(
            tx, reach, company.agent_id, name, after=place or (0, LOWEST_ID), most=PAGE
        )[1]

    def messages(tx: ReadTx, place: Any) -> Any:
        conversation = get_conversation(tx, company.conversation_id)
        return list_messages(tx, EVERYTHING, conversation, before=place, most=PAGE).next

    def conversations(tx: ReadTx, place: Any) -> Any:
        return list_conversations(tx, EVERYTHING, before=place or HIGHEST_ID, most=PAGE)[1]

    def contacts(reach: Reach, query: str | None = None) -> Pager:
        def page(tx: ReadTx, place: Any) -> Any:
            asker = Asker(tx, reach, ContactTimelines())
            return (asker.matching(query, place, PAGE) if query else asker.by_name(place, PAGE)).next

        return page

    def found_by(query: str, reach: Reach = EVERYTHING) -> Pager:
        return lambda tx, place: search(tx, reach, query, before=place, most=PAGE).next

    names = ("mine", "unassigned", "all", "waiting", "snoozed", "resolved", "mentioned", f"team:{company.team_id}")
    return {
        **{f"tickets, {name.partition(':')[0]}": tickets(name) for name in names},
        "tickets, all, 2 % within reach": tickets("all", company.small),
        "tickets, all, a new inbox": tickets("all", company.fresh),
        "conversations": conversations,
        "messages of a conversation": messages,
        "contacts": contacts(EVERYTHING),
        "contacts, 2 % within reach": contacts(company.small),
        "contacts, a new inbox": contacts(company.fresh),
        "contacts by part of a name": contacts(EVERYTHING, "ustomer"),
        "search, a word of every message": found_by("parcel"),
        "search, a rare name": found_by("tove"),
        "search, 2 % within reach": found_by("parcel", company.small),
        "counts": lambda tx, _: count_tickets(tx, EVERYTHING, company.agent_id, [company.team_id]) and None,
    }


async def measure(company: Company, pager: Pager) -> tuple[float, float]:
    """Microseconds of CPU that the first and the 50th page take."""

    def deep(tx: ReadTx) -> Any:
        place = None
        for _ in range(DEEP - 1):
            following = pager(tx, place)
            if following is None or pager(tx, following) is None:
                break
            place = following
        return place

    def timed(tx: ReadTx, place: Any) -> float:
        start = time.thread_time_ns()
        pager(tx, place)
        return (time.thread_time_ns() - start) / 1e3

    read = company.database.read
    far = await read(company.workspace_id, deep)
    first = [await read(company.workspace_id, timed, None) for _ in range(REPEATS)]
    last = [await read(company.workspace_id, timed, far) for _ in range(REPEATS)]
    return statistics.median(first), statistics.median(last)


async def main() -> None:
    """Found both companies, read, compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--small", type=int, default=1_000)
    parser.add_argument("--large", type=int, default=100_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        small = await found(Path(folder) / "small.db", options.small)
        large = await found(Path(folder) / "large.db", options.large)
        print(f"filled in {time.perf_counter() - started:.0f} s")
        print(f"{'µs of CPU a page of ' + str(PAGE):32} {'first page':>22} {'ratio':>6} {'50th page':>24} {'ratio':>6}")
        for (name, in_small), in_large in zip(pagers(small).items(), pagers(large).values(), strict=True):
            before, after = await measure(small, in_small), await measure(large, in_large)
            shown = (f"{was:9,.0f} to {now:9,.0f} {now / was:6.2f}" for was, now in zip(before, after, strict=True))
            print(f"{name:32} {'   '.join(shown)}")
        await small.database.close()
        await large.database.close()


if __name__ == "__main__":
    asyncio.run(main())
