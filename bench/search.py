"""Search over many messages through the whole view: look-up, reach, rows, titles and snippets.

    python -m bench.search [--messages 200000]

Messages are made of a vocabulary in which words are as uneven as in a language (Zipf), 12 % of them in unspaced Chinese. Prints what
indexing costs per message on the writer, and the latency of queries by kind, as people type them (the last word unfinished).
"""

import argparse
import asyncio
import bisect
import itertools
import random
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bench.ingest import open_database
from lyhord.conversations.actions.receive import receive_messages
from lyhord.conversations.events import EVENTS, MessageReceived
from lyhord.conversations.exchange import Address, InboundMessage
from lyhord.conversations.model import Received
from lyhord.conversations.search import FOLLOWER, search
from lyhord.kit.database import Database, ReadTx, Tx
from lyhord.kit.database.log import read_events
from lyhord.kit.events import Catalogue
from lyhord.kit.ids import new_id
from lyhord.workspaces.reach import EVERYTHING, Reach

CONTACTS = 5_000
CHUNK = 200
SYLLABLES = "ka ri to me sa lu pe no vi ge ha dö tå mu sta ing er en"
FEW = 0.02
"""Share of the messages that come through an inbox of their own: what somebody with little reach may see."""


class Language:
    """Words and sentences, uneven as people's."""

    def __init__(self, seed: int) -> None:
        self._dice = random.Random(seed)
        syllables = SYLLABLES.split()
        self.words = ["".join(self._dice.choices(syllables, k=self._dice.randint(1, 4))) for _ in range(30_000)]
        self._weights = list(itertools.accumulate(1 / rank for rank in range(1, len(self.words) + 1)))
        self._signs = [chr(0x4E00 + n) for n in range(3_000)]

    def word(self) -> str:
        """A word, common ones more often."""
        return self.words[bisect.bisect(self._weights, self._dice.random() * self._weights[-1])]

    def rare(self) -> str:
        """Any word as likely as another."""
        return self._dice.choice(self.words)

    def signs(self, count: int) -> str:
        """Unspaced Chinese."""
        return "".join(self._signs[int(self._dice.random() ** 3 * len(self._signs))] for _ in range(count))

    def sentence(self) -> str:
        """A message."""
        if self._dice.random() < 0.12:
            return self.signs(self._dice.randint(10, 60))
        return " ".join(self.word() for _ in range(self._dice.randint(5, 40)))


async def fill(database: Database, workspace_id: str, count: int, language: Language) -> tuple[str, float]:
    """Receive and index `count` messages; the inbox of the few, and the writer's CPU seconds for indexing."""
    inbox, few = new_id(), new_id()
    catalogue = Catalogue(EVENTS)
    spent, seen = 0.0, 0

    def index(tx: Tx, after: int) -> tuple[int, float]:
        rows = tx.all(read_events, after=after, most=10_000)
        events = catalogue.decode([row for row in rows if row[1] == "message.received"])
        start = time.thread_time()
        FOLLOWER.handle(tx, events)
        again = all(isinstance(one.event, MessageReceived) for one in events)
        assert again
        return rows[-1][0], time.thread_time() - start

    await database.write(workspace_id, FOLLOWER.handle, [])
    for first in range(0, count, CHUNK):
        items = [
            Received(
                inbox_id=few if number % int(1 / FEW) == 0 else inbox,
                channel="sandbox",
                inbounds=(
                    InboundMessage(
                        external_id=str(number),
                        sender=(Address("sandbox", f"c{number % CONTACTS}", f"C {number % CONTACTS}", verified=True),),
                        text=language.sentence(),
                    ),
                ),
            )
            for number in range(first, min(first + CHUNK, count))
        ]
        await asyncio.gather(*(database.write(workspace_id, receive_messages, item) for item in items))
        seen, seconds = await database.write(workspace_id, index, seen)
        spent += seconds
    return few, spent


async def measure(
    database: Database, workspace_id: str, name: str, typed: Callable[[], str], reach: Reach, most: int
) -> None:
    """Print the latency of one kind of query, and the reader's CPU time, which other load on the machine doesn't change."""
    taken: list[float] = []
    spent: list[float] = []
    found = 0

    def view(tx: ReadTx, text: str) -> int:
        start = time.thread_time()
        results = search(tx, reach, text, most=most)
        spent.append((time.thread_time() - start) * 1e3)
        return len(results.messages)

    for _ in range(100):
        start = time.perf_counter()
        found += await database.read(workspace_id, view, typed())
        taken.append((time.perf_counter() - start) * 1e3)
    wall, cpu = ([sorted(times)[at] for at in (49, 94)] for times in (taken, spent))
    print(
        f"{name:26} p50 {wall[0]:6.1f} ms  p95 {wall[1]:6.1f} ms   "
        f"CPU p50 {cpu[0]:5.1f}  p95 {cpu[1]:5.1f} ms  ({found / 100:.0f} found)"
    )


async def main() -> None:
    """Fill, then ask."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=200_000)
    count = parser.parse_args().messages
    language = Language(1)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "search.db"
        database = await open_database(path)
        workspace_id = new_id()
        few, spent = await fill(database, workspace_id, count, language)
        size = path.stat().st_size / 1e6
        print(f"{count:,} messages, {size:.0f} MB, indexing {spent / count * 1e6:.0f} µs of CPU each on the writer")
        kinds: list[tuple[str, Callable[[], str]]] = [
            ("a word as it comes", language.word),
            ("a rare word", language.rare),
            ("two letters", lambda: language.rare()[:2]),
            ("two words", lambda: f"{language.word()} {language.word()}"),
            ("three rare words", lambda: f"{language.rare()} {language.rare()} {language.rare()}"),
            ("two Chinese characters", lambda: language.signs(2)),
            ("one Chinese character", lambda: language.signs(1)),
            ("a name", lambda: f"C {language.rare()[:1]}"),
        ]
        for name, typed in kinds:
            await measure(database, workspace_id, name, typed, EVERYTHING, 30)
        await measure(database, workspace_id, "a word, 2 % within reach", language.word, Reach(frozenset({few})), 30)
        await database.close()


if __name__ == "__main__":
    asyncio.run(main())
