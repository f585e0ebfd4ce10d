"""How many messages a second one core hears, all of it: language, reason, mood, entities, facts, and keeping what was heard.

Customers' turns of multidogo (CDLA-Permissive 1.0), of at most 60 words, looked for in `../shared/data`: each is stored as a customer's
message, and then the product's own follower hears them behind the log, on SQLite. Beside it, in the same run, what one classifier alone
says of the same texts: TF-IDF with LinearSVC, taught the same seeds. CPU and memory of this process, the writer's thread too, and of
the one that thinks; numpy on one thread.
"""

import asyncio
import csv
import os
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC
from threadpoolctl import threadpool_limits

from bench.hearing import DATA, need
from bench.processes import cpu_seconds, megabytes
from bench.record import Row, record
from bench.served import make_product
from lyhord.app.duties import make_ears
from lyhord.app.schema import prepare
from lyhord.conversations.actions.receive import receive_messages
from lyhord.conversations.exchange import Address, InboundMessage
from lyhord.conversations.model import Received
from lyhord.hearing.following import make_follower
from lyhord.hearing.reasons.seeding import read_seeds
from lyhord.hearing.thinkers import Thinkers
from lyhord.kit.followers import FollowerRunner
from lyhord.kit.ids import new_id

MOST_WORDS, MOST_TEXTS = 60, 8_000
TURNS = 6
"""Messages of one customer."""
BATCH = 50
LEAST, MOST_MEMORY = 2_000, 400
"""Messages a second; megabytes."""


def main() -> None:
    """Measure, print and record."""
    need("multidogo")
    texts = read_texts()
    with threadpool_limits(1):
        rate, memory = asyncio.run(hear(texts))
        beside = classify(texts)
    print(f"{len(texts)} texts: {rate:.0f}/s, {memory:.0f} MB; one classifier alone {beside:.0f}/s")
    record(
        Row(
            "hearing, all of it",
            "one classifier beside",
            len(texts),
            round(rate),
            "messages/s of a core",
            round(beside),
            round(rate / beside, 2),
            f"at least {LEAST}",
            rate >= LEAST,
        ),
        Row(
            "hearing, all of it, memory",
            "both processes",
            len(texts),
            round(memory),
            "MB",
            None,
            None,
            f"at most {MOST_MEMORY}",
            memory <= MOST_MEMORY,
        ),
    )


async def hear(texts: Sequence[str]) -> tuple[float, float]:
    """Messages a second of CPU, and the megabytes held then. The models are loaded before."""
    with tempfile.TemporaryDirectory() as name:
        product = make_product(Path(name))
        prepare(product.database.engine)
        await product.database.open()
        workspace_id, inbox_id = new_id(), new_id()
        thinkers = Thinkers(product.files)
        follower = FollowerRunner(product.database, product.catalogue, [make_follower(make_ears(thinkers))])
        for begin in range(0, len(texts), BATCH):
            received = [
                receive(inbox_id, begin + place, text) for place, text in enumerate(texts[begin : begin + BATCH])
            ]
            await asyncio.gather(*(product.database.write(workspace_id, receive_messages, one) for one in received))
            if begin == 0:
                await follower.catch_up(workspace_id)
        cpu = cpu_seconds(os.getpid())
        await follower.catch_up(workspace_id)
        cpu, memory = cpu_seconds(os.getpid()) - cpu, megabytes(os.getpid())
        await thinkers.close()
        await product.database.close()
    return (len(texts) - BATCH) / cpu, memory


def receive(inbox_id: str, place: int, text: str) -> Received:
    """A customer's message, as a channel brings it."""
    sender = Address("sandbox", f"customer {place // TURNS}", verified=True)
    message = InboundMessage(external_id=str(place), sender=(sender,), text=text)
    return Received(inbox_id=inbox_id, channel="sandbox", inbounds=(message,))


def classify(texts: Sequence[str]) -> float:
    """Texts a second of CPU that the baseline tells."""
    seeds = read_seeds()
    model = make_pipeline(TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True), LinearSVC())
    model.fit([one.text for one in seeds], [one.key for one in seeds])
    cpu = time.process_time()
    model.predict(texts)
    return len(texts) / (time.process_time() - cpu)


def read_texts() -> list[str]:
    """What customers said, each turn once, in the order of the files."""
    found: dict[str, None] = {}
    for path in sorted((DATA / "multidogo").glob("*.tsv")):
        with path.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
                text = (row["utterance"] or "").strip('" ')
                if text and len(text.split()) <= MOST_WORDS:
                    found[text] = None
    return list(found)[:MOST_TEXTS]
