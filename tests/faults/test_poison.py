"""Payloads that are meant to hurt cost little, and nobody else waits for them.

Others of the kind stand with what they hurt: how events are set aside (tests/kit/test_followers.py), mails that kill their parser
(tests/channels/mail/test_parsers.py, tests/journeys/test_bad_mail.py), readers that never read (tests/web/test_stream_grants.py).
"""

import asyncio
import gzip
import hashlib
import hmac
import statistics
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import msgspec
import pytest

from bench.filling import said, store
from lyhord.app.engines import prepare_all
from lyhord.app.folder import data_folder, prepare_folder
from lyhord.app.logs import configure_logs
from lyhord.app.settings import Settings
from lyhord.app.wiring import build_product, open_product
from lyhord.conversations import search
from lyhord.kit.cursors import list_set_aside
from lyhord.kit.database import Database, Tx
from lyhord.kit.events import Logged
from lyhord.kit.followers import ATTEMPTS, Follower, FollowerRunner
from lyhord.kit.ids import new_id
from tests.conftest import log_plainly
from tests.faults.rig import SIGNING_KEY, Scene, cpu_seconds, slowness
from tests.waiting import until

DEEP = 200_000
POISON = {
    "large": b'{"events":[],"rest":"' + b"y" * 2_900_000 + b'"}',
    "too large": b" " * 4_000_000,
    "deep lists": b"[" * DEEP + b"]" * DEEP,
    "deep objects": b'{"a":' * DEEP + b"1" + b"}" * DEEP,
    "deep and open": b'{"events":' + b"[" * 1_000_000,
    "a gzip bomb": gzip.compress(bytes(100_000_000), 9, mtime=0),
    "a number without end": b'{"events":[{"kind":"message","id":' + b"9" * 1_000_000 + b"}]}",
    "many events": b'{"events":[' + b",".join([b'{"kind":"none"}'] * 100_000) + b"]}",
}
DEAR = 2.0
"""Seconds of CPU for one call, what the crowd says meanwhile included."""
SLOWEST = 3.0
"""Seconds that somebody else may wait for an answer, on a machine of its own."""


@pytest.mark.parametrize("scene", ["sqlite"], indirect=True)
def test_poison_costs_little_and_slows_nobody(scene: Scene, record_property: Callable[[str, object], None]) -> None:
    scene.wait_for_acks(50)
    before = scene.running.memory_megabytes()
    scene.crowd.slowest = 0.0
    cost: dict[str, float] = {}
    with httpx.Client(base_url=scene.running.base, timeout=60) as client:
        for name, body in POISON.items():
            signature = hmac.new(SIGNING_KEY.encode(), body, hashlib.sha256).hexdigest()
            headers = {"x-sandbox-signature": f"sha256={signature}"}
            if "gzip" in name:
                headers["content-encoding"] = "gzip"
            doors: tuple[tuple[str, dict[str, str]], ...] = (
                (f"/in/{scene.inbox['key']}", headers),
                ("/api/v1/sign-in", {}),
                ("/api/v1/contacts", {"cookie": scene.watcher.cookie, "origin": scene.running.base}),
            )
            for path, more in doors:
                used = cpu_seconds(scene.running.pid)
                answer = client.post(path, content=body, headers={**more, "content-type": "application/json"})
                cost[f"{name} at {path[:15]}"] = cpu_seconds(scene.running.pid) - used
                assert answer.status_code in {200, 400, 401, 403, 413, 415, 422}, (name, path, answer.status_code)
                assert client.get("/health").status_code == 200
    record_property("cpu", {name: round(used, 2) for name, used in cost.items() if used > 0.1})
    assert statistics.median(cost.values()) < DEAR / 4, cost
    assert max(cost.values()) < DEAR, cost
    assert scene.running.memory_megabytes() - before < 120
    assert scene.crowd.slowest < SLOWEST * slowness()
    scene.wait_for_acks(50)


OTHERS = 4
ROUNDS = 6
SAID = 400
"""Messages to each workspace in a round."""
EVERY = 100
"""One message of about so many of the ailing workspace is poison: far more than anybody meets."""
TENTH = 1.1


class Ward:
    """A workspace at some of whose messages the search index chokes, beside others in good health."""

    def __init__(self, database: Database) -> None:
        self.ailing, *self.others = (new_id() for _ in range(1 + OTHERS))
        self.poisoned = False
        self.tried: Counter[int] = Counter()
        """How often each poison event was handled by itself."""
        self.indexed: Counter[str] = Counter()
        """Messages by workspace."""
        self.database = database
        self._said = 0

    def choking(self, follower: Follower) -> Follower:
        """The same follower, which can't bear what is poison."""

        def handle(tx: Tx, events: Sequence[Logged]) -> None:
            follower.handle(tx, events)
            messages = [logged.seq for logged in events if logged.kind == "message.received"]
            poison = [seq for seq in messages if self.poisoned and tx.workspace_id == self.ailing and seq % EVERY == 0]
            if poison:
                self.tried.update(poison if len(events) == 1 else ())
                raise ValueError(f"can't bear {poison}")
            self.indexed[tx.workspace_id] += len(messages)

        return msgspec.structs.replace(follower, handle=handle)

    async def round(self, runner: FollowerRunner, *, poisoned: bool) -> float:
        """Everybody is told the same; seconds of CPU until the others' messages are indexed. Returns once the ailing one's are, too."""
        self.poisoned = poisoned
        numbers = range(self._said, self._said + SAID)
        self._said += SAID
        inbox_id = new_id()
        items = [
            said(inbox_id, f"m{n}", f"c{n % 50}", "Ann", f"Where is my parcel number {n}, please?") for n in numbers
        ]
        for workspace_id in (self.ailing, *self.others):
            await store(self.database, workspace_id, items)
        began = time.process_time()
        for workspace_id in (self.ailing, *self.others):
            runner.poke(workspace_id)
        await until(lambda: all(self.indexed[one] >= self._said for one in self.others), 120)
        used = time.process_time() - began
        await until(lambda: self.indexed[self.ailing] + self.aside() >= self._said, 120)
        return used

    def aside(self) -> int:
        """How many events were tried as often as they are."""
        return sum(times >= ATTEMPTS for times in self.tried.values())


@asynccontextmanager
async def ward(folder: Path) -> AsyncIterator[tuple[Ward, FollowerRunner]]:
    """The product's own follower at work, on an empty database."""
    settings = Settings(data_dir=str(folder))
    product = build_product(settings, data_folder(settings), "http://localhost")
    prepare_folder(product.folder)
    prepare_all(settings, product.folder)
    configure_logs(settings)  # what went wrong is told as the product tells it, which has its price
    async with open_product(product):
        ward = Ward(product.database)
        runner = FollowerRunner(
            product.database, product.catalogue, [ward.choking(search.FOLLOWER)], patience_seconds=0.01
        )
        following = asyncio.create_task(runner.run())
        yield ward, runner
        following.cancel()
    log_plainly()


@pytest.mark.long
async def test_what_a_follower_chokes_on_is_set_aside_and_slows_others_by_less_than_a_tenth(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    costs: dict[bool, list[float]] = {False: [], True: []}
    async with ward(tmp_path / "data") as (there, runner):
        await there.round(runner, poisoned=False)
        for number in range(2 * ROUNDS):
            poisoned = number % 4 in (1, 2)  # in turn, and each as often first as second
            costs[poisoned].append(await there.round(runner, poisoned=poisoned))
        found = await there.database.read(there.ailing, list_set_aside)
    ratio = statistics.median(costs[True]) / statistics.median(costs[False])
    record_property("poison", f"{len(found)} events set aside; others cost {ratio:.3f} of what they cost without")
    assert len(found) >= ROUNDS
    assert {one.seq for one in found} == set(there.tried)
    assert set(there.tried.values()) == {ATTEMPTS}
    assert ratio < TENTH
