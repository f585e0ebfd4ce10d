"""The product under fire: a crowd that posts and never gives up, a reader of the stream, and the product's rows in the end."""

import base64
import hashlib
import hmac
import http.client
import json
import os
import random
import sqlite3
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

import psycopg

from tests.faults.checker import STORED, STREAMED, Holdings, Invariant, Journal, check
from tests.faults.watcher import TROUBLE, Watcher
from tests.journeys.running import Office, Running, eventually

FULL = os.environ.get("FAULTS") == "full"
SIGNING_KEY = "a key that signs what customers say"
DUPLICATES = 0.2
WITH_FILE = 0.05
WAITING = 40
"""As many calls wait to be posted, so that they leave in another order than they were written."""


def times(subset: int, full: int) -> int:
    """How often to do it: a few times in `make test`, many times in `make faults`."""
    return full if FULL else subset


def cpu_seconds(pid: int) -> float:
    """What a process has used so far, to a hundredth."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def slowness() -> float:
    """How many seconds of the clock a second of CPU takes now: others may have the machine."""
    began, used = time.monotonic(), time.process_time()
    while time.process_time() - used < 0.2:
        pass
    return max((time.monotonic() - began) / 0.2, 1.0)


class Call:
    """One webhook call of a vendor, with one message or several."""

    def __init__(self, ids: list[str], dice: random.Random) -> None:
        self.ids = ids
        events = [
            {
                "kind": "message",
                "id": one,
                "sender": {"id": f"c{dice.randrange(25)}"},
                "text": f"Hello, I am {one}",
                "files": [_file(one)] if dice.random() < WITH_FILE else [],
            }
            for one in ids
        ]
        self.body = json.dumps({"events": events}).encode()


def _file(message: str) -> dict[str, str]:
    content = f"The file of {message}. ".encode() * 20
    return {"name": "a.txt", "type": "text/plain", "content": base64.b64encode(content).decode()}


class Crowd:
    """Vendors that post from several threads, shuffled, a fifth of it twice, and again until each is acknowledged."""

    def __init__(self, running: Running, key: str, journal: Journal, *, threads: int = 4, pause: float = 0.003) -> None:
        self.answers: Counter[int] = Counter()
        self.without_retry_after = 0
        self.slowest = 0.0
        """The longest time in seconds between two acknowledgements."""
        self._running, self._key, self._journal, self._pause = running, key, journal, pause
        self._dice = random.Random(7)
        self._lock = threading.Lock()
        self._waiting: list[Call] = []
        self._done: list[Call] = []
        self._under_way = 0
        self._made = 0
        self._more = True
        self._heard = time.monotonic()
        self._threads = [threading.Thread(target=self._post_all, daemon=True) for _ in range(threads)]

    def start(self) -> None:
        """Begin to post."""
        self._heard = time.monotonic()
        for thread in self._threads:
            thread.start()

    @property
    def acked(self) -> int:
        """How many calls were acknowledged."""
        return self.answers[200]

    def finish(self, seconds: float = 60) -> None:
        """Say nothing new, and return once all is acknowledged."""
        self._more, self._pause = False, 0.0
        deadline = time.monotonic() + seconds
        for thread in self._threads:
            thread.join(max(deadline - time.monotonic(), 0))
        assert not any(thread.is_alive() for thread in self._threads), (
            f"not acknowledged in {seconds} s: {self.answers}"
        )

    def abandon(self) -> None:
        """Say nothing more at all."""
        with self._lock:
            self._more = False
            self._waiting.clear()

    def _next(self) -> Call | None:
        with self._lock:
            while self._more and len(self._waiting) < WAITING:
                count = self._dice.choice((1, 1, 1, 3))
                self._waiting.append(Call([f"m{self._made + one}" for one in range(count)], self._dice))
                self._made += count
            if self._more and self._done and self._dice.random() < DUPLICATES:
                return self._dice.choice(self._done[-200:])
            if self._waiting:
                self._under_way += 1
                return self._waiting.pop(self._dice.randrange(len(self._waiting)))
            return None

    def _post_all(self) -> None:
        line = http.client.HTTPConnection("localhost", self._running.port, timeout=15)
        while (call := self._next()) or self._under_way:
            if call is None:
                time.sleep(0.01)
                continue
            for one in call.ids:
                self._journal.note("posted", id=one)
            status = self._post(line, call)
            self._settle(call, status)
            time.sleep(self._pause if status == 200 else 0.05)
        line.close()

    def _post(self, line: http.client.HTTPConnection, call: Call) -> int:
        """The status; 0 when no answer came."""
        signature = hmac.new(SIGNING_KEY.encode(), call.body, hashlib.sha256).hexdigest()
        try:
            line.request("POST", f"/in/{self._key}", call.body, {"x-sandbox-signature": f"sha256={signature}"})
            answer = line.getresponse()
            answer.read()
        except TROUBLE:
            line.close()
            return 0
        if answer.status == 503 and not answer.headers.get("retry-after", "").isdigit():
            self.without_retry_after += 1
        return answer.status

    def _settle(self, call: Call, status: int) -> None:
        if status == 200:
            for one in call.ids:
                self._journal.note("acked", id=one)
        with self._lock:
            self.answers[status] += 1
            if status == 200:
                now = time.monotonic()
                self.slowest, self._heard = max(self.slowest, now - self._heard), now
            if call in self._done:
                return
            self._under_way -= 1
            (self._done if status == 200 else self._waiting).append(call)


class Scene:
    """The product with a sandbox inbox, the crowd, and a screen. `database` is the setting; empty: SQLite in the folder."""

    def __init__(self, folder: Path, database: str = "", *, journal: Path | None = None, **settings: str) -> None:
        self.folder = folder
        self.database = database
        self.running = Running(folder, **({"database": database} if database else {}), **settings)
        self.journal = Journal(journal or folder.parent / f"{folder.name}.jsonl")

    def prepare(self, **crowd: Any) -> None:
        """Start the product, set it up, and let crowd and screen begin."""
        self.running.start()
        self.office = Office(self.running)
        self.office.set_up()
        self.office.post("/workspace/ready")
        self.office.patch("/workspace", {"settings": {"undo_seconds": 0}})
        settings = {"signing_key": SIGNING_KEY}
        self.inbox = self.office.post("/inboxes", {"channel": "sandbox", "name": "Texts", "settings": settings})
        self.crowd = Crowd(self.running, self.inbox["key"], self.journal, **crowd)
        self.watcher = Watcher(self.office, self.journal)
        self.watcher.start()
        eventually(lambda: self.watcher.connected)
        self.crowd.start()

    def wait_for_acks(self, count: int, seconds: float = 30) -> None:
        """Return once so many more calls were acknowledged."""
        wanted = self.crowd.acked + count
        eventually(lambda: self.crowd.acked >= wanted, seconds=seconds)

    def settle(self) -> Holdings:
        """Let the crowd finish and the screen catch up; what the product holds then."""
        self.crowd.finish()
        eventually(self._is_told)
        self.watcher.stop()
        return self.holdings()

    def _is_told(self) -> bool:
        """Whether everything that was said has been heard, which adds to the log, and the screen knows of it."""
        held = self.holdings()
        return not held.unheard and self.watcher.place[1] == held.last

    def verify(self, invariants: tuple[Invariant, ...] = (*STORED, *STREAMED)) -> Holdings:
        """Settle and check; the screen that only heard must show what a fresh one does."""
        held = self.settle()
        wrong = check(self.journal, held, invariants)
        assert not wrong, wrong[:10]
        assert self.crowd.without_retry_after == 0
        assert set(self.crowd.answers) <= {0, 200, 503}
        assert missing_files(self.folder, held.files) == []
        assert self.office.get("/tickets", list="all")["items"]
        self.watcher.check_lists()
        return held

    def figures(self) -> str:
        """What the outside saw, counted."""
        counted = Counter(op["op"] for op in self.journal.until_now().operations)
        answers = ", ".join(
            f"{count} x {status or 'no answer'}" for status, count in sorted(self.crowd.answers.items())
        )
        return f"{counted.total()} operations, {counted['posted']} posted, {counted['acked']} acknowledged; calls: {answers}"

    def holdings(self) -> Holdings:
        """What the rows say now."""
        if self.database:
            return holdings_of_postgres(self.database)
        return holdings_of_sqlite(self.folder / "data" / "lyhord.db")

    def close(self) -> None:
        """End everything."""
        if hasattr(self, "crowd"):
            self.crowd.abandon()
            self.watcher.stop()
            self.office.client.close()
        self.running.stop()
        self.journal.close()


QUERIES = (
    "SELECT external_id, id FROM message WHERE direction = 'in'",
    "SELECT seq, kind, body FROM event ORDER BY seq",
    "SELECT last_seq FROM log ORDER BY last_seq DESC LIMIT 1",
    "SELECT id, text FROM message WHERE direction = 'out'",
    "SELECT DISTINCT file FROM attachment",
    (
        "SELECT count(*) FROM event LEFT JOIN cursor ON cursor.workspace_id = event.workspace_id AND cursor.name = 'hearing' "
        "WHERE event.seq > coalesce(cursor.seq, 0) AND event.kind IN ('message.received', 'message.replied', 'message.changed')"
    ),
)


def holdings_of_sqlite(path: Path) -> Holdings:
    """Read from the file itself, which must be sound."""
    connection = sqlite3.connect(path)
    try:
        return _holdings([connection.execute(query).fetchall() for query in QUERIES])
    finally:
        connection.close()


def holdings_of_postgres(address: str) -> Holdings:
    """Read as the superuser, whom no policy keeps from rows."""
    with psycopg.connect(address.replace("//lyhord@", "//postgres@"), autocommit=True) as connection:
        connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        return _holdings([connection.execute(query).fetchall() for query in QUERIES])


def missing_files(folder: Path, named: list[str]) -> list[str]:
    """Files that rows name and that aren't in the store as they should be."""
    store = folder / "data" / "files"

    def is_whole(sha256: str) -> bool:
        path = store / sha256[:2] / sha256
        return path.exists() and hashlib.sha256(path.read_bytes()).hexdigest() == sha256

    return [one for one in named if not is_whole(one)]


def is_sound(path: Path) -> bool:
    """What SQLite itself says of the file."""
    connection = sqlite3.connect(path)
    try:
        return bool(connection.execute("PRAGMA integrity_check").fetchone() == ("ok",))
    finally:
        connection.close()


def _holdings(found: list[list[Any]]) -> Holdings:
    received, events, head, out, files, unheard = found
    texts = {str(message_id): text for message_id, text in out}
    bodies = [(kind, body if isinstance(body, dict) else json.loads(body)) for _, kind, body in events]
    doubted = {
        texts[body["message_id"]] for kind, body in bodies if kind == "delivery.changed" and body["state"] == "unknown"
    }
    return Holdings(
        received=[(external, str(message_id)) for external, message_id in received],
        announced=[body["message_id"] for kind, body in bodies if kind == "message.received"],
        numbers=[seq for seq, _, _ in events],
        last=head[0][0] if head else 0,
        unknown=doubted,
        files=[sha256 for (sha256,) in files],
        unheard=unheard[0][0],
    )
