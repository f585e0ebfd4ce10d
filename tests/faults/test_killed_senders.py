"""The process that sends is killed while replies leave: none is lost, none reordered, and none doubled but where that is said."""

import asyncio
import random
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from lyhord.conversations.sending import LEASE
from lyhord.kit.clock import SECOND
from lyhord.worker.senders import RENEW_SECONDS
from tests.counterparts.postgres import Cluster
from tests.faults.checker import SENT, Journal, check, numbers_without_holes
from tests.faults.rig import holdings_of_postgres, holdings_of_sqlite, slowness, times
from tests.faults.smtp_in_trouble import TroubledServer, moody
from tests.journeys.running import Office, Running, eventually

CUSTOMERS = 6
KILLS = times(5, 60)
MOODS = ("good", "slow", "slow", "answers late", "answers late")
LEASES_END = "UPDATE delivery SET lease_until = 0, due_at = 0 WHERE lease IS NOT NULL"
"""A quarter of a minute later."""
SOON = LEASE / SECOND + 5
"""Seconds from a sender's death until the conversation's next words leave, the start of another included, on a machine of its own."""
WAITING = "SELECT count(*) FROM delivery WHERE due_at IS NOT NULL"


class MailServer:
    """The customers' mail server, on a thread of its own."""

    def __init__(self, journal: Journal, choose: Callable[[], str]) -> None:
        self._loop = asyncio.new_event_loop()
        self._server = TroubledServer(journal, choose)
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()
        self.port = self._run(self._server.start())

    def stop(self) -> None:
        """Hang up and end."""
        self._run(self._server.stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _run(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(10)


class Agents:
    """Answer every customer in turn, again with the same key until the product has taken it."""

    def __init__(self, office: Office, inbox_id: str, journal: Journal) -> None:
        self._office, self._inbox_id, self._journal = office, inbox_id, journal
        self._count = 0
        self._more = True
        self._conversations = {name: self._begin(name) for name in (f"c{n}@customer.test" for n in range(CUSTOMERS))}
        self._thread = threading.Thread(target=self._answer_all, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Nothing more is said."""
        self._more = False
        self._thread.join(60)
        assert not self._thread.is_alive()

    def _begin(self, name: str) -> str:
        return str(self._say("/conversations", name, to={"scheme": "email", "value": name})["conversation_id"])

    def _answer_all(self) -> None:
        while self._more:
            for name, conversation_id in self._conversations.items():
                self._say(f"/conversations/{conversation_id}/messages", name)
                time.sleep(0.05)

    def _say(self, path: str, name: str, **more: Any) -> dict[str, Any]:
        text = f"reply-{self._count}"
        self._count += 1
        body = {"text": text, "subject": "About it", "inbox_id": self._inbox_id, **more}
        while True:
            try:
                answer = self._office.client.post(path, json=body, headers={"idempotency-key": text})
            except httpx.TransportError:
                time.sleep(0.05)
                continue
            if answer.is_success:
                self._journal.note("asked", id=text, conversation=name)
                said: dict[str, Any] = answer.json()
                return said
            assert answer.status_code == 503, answer.text
            time.sleep(0.05)


class House:
    """The product that is spoken to, the process that sends, and their database."""

    def __init__(self, folder: Path, cluster: Cluster | None) -> None:
        """On SQLite one process does both; on PostgreSQL the sender is its own."""
        self.address = cluster.create() if cluster else ""
        self.file = folder / "data" / "lyhord.db"
        shared = {"data_dir": str(folder / "data"), "database": self.address}
        self.web = Running(folder / "web", "web", **shared) if cluster else Running(folder)
        self.sender = Running(folder / "worker", "worker", **shared) if cluster else self.web

    def start(self) -> None:
        """Both."""
        self.web.start()
        if self.sender is not self.web:
            self.sender.start()

    def stop(self) -> None:
        """Both."""
        self.sender.stop()
        self.web.stop()

    def ask(self, query: str) -> int:
        """Run a statement on the rows themselves: how many rows it changed, or the number that it found."""
        if self.address:
            with psycopg.connect(self.address.replace("//lyhord@", "//postgres@"), autocommit=True) as connection:
                return _result(connection.execute(query))
        with closing(sqlite3.connect(self.file, isolation_level=None)) as file:
            return _result(file.execute(query))


def _result(cursor: Any) -> int:
    return int(cursor.fetchone()[0]) if cursor.description else int(cursor.rowcount)


@pytest.fixture
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    house = House(tmp_path / "house", request.getfixturevalue("durable") if request.param == "postgresql" else None)
    try:
        house.start()
        yield house
    finally:
        house.stop()


def move_in(house: House, server: MailServer) -> tuple[Office, dict[str, Any]]:
    """An office with an inbox that sends through that server."""
    office = Office(house.web)
    office.set_up()
    office.post("/workspace/ready")
    office.patch("/workspace", {"settings": {"undo_seconds": 0}})
    settings = {
        "address": "desk@support.test",
        "smtp_host": "127.0.0.1",
        "smtp_port": server.port,
        "smtp_security": "plain",
        "auth": "none",
        "receive": "none",
    }
    return office, office.post("/inboxes", {"channel": "mail", "name": "Desk", "settings": settings})


@pytest.mark.parametrize("house", ["sqlite", pytest.param("postgresql", marks=pytest.mark.long)], indirect=True)
def test_the_next_words_soon_follow_those_whose_sender_was_killed(
    house: House, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    journal, moods = Journal(tmp_path / "journal.jsonl"), ["takes it and says nothing"]
    server = MailServer(journal, lambda: moods[0])
    office, inbox = move_in(house, server)

    def taken() -> list[str]:
        return [op["id"] for op in journal.of("received")]

    try:
        body = {"text": "reply-0", "subject": "About it", "inbox_id": inbox["id"]}
        said = office.post("/conversations", {**body, "to": {"scheme": "email", "value": "ann@customer.test"}})
        eventually(lambda: taken() == ["reply-0"])
        time.sleep(RENEW_SECONDS + 1)
        path = f"/conversations/{said['conversation_id']}/messages"
        office.post(path, {**body, "text": "reply-1"})
        moods[0] = "good"
        slow, killed = slowness(), time.monotonic()
        house.sender.kill()
        house.sender.start()
        eventually(lambda: taken() == ["reply-0", "reply-1"])
        took = time.monotonic() - killed
        states = {one["text"]: one["delivery"]["state"] for one in office.get(path)["items"]}
        record_property("next words", f"left {took:.1f} s after the kill")
    finally:
        office.client.close()
        server.stop()
        journal.close()
    assert states == {"reply-0": "unknown", "reply-1": "sent"}
    assert took < SOON * max(slow, slowness())


@pytest.mark.parametrize("house", ["sqlite", pytest.param("postgresql", marks=pytest.mark.long)], indirect=True)
def test_killing_who_sends_loses_and_reorders_no_reply(
    house: House, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    journal = Journal(tmp_path / "journal.jsonl")
    server = MailServer(journal, moody(8, MOODS))
    office, inbox = move_in(house, server)
    agents = Agents(office, inbox["id"], journal)
    dice = random.Random(9)
    cut_short = 0
    try:
        for _ in range(KILLS):
            wanted = sum(1 for _ in journal.of("received")) + dice.randrange(5, 25)
            eventually(lambda wanted=wanted: sum(1 for _ in journal.of("received")) >= wanted)
            time.sleep(dice.random() / 5)
            house.sender.kill()
            cut_short += house.ask(LEASES_END)
            house.sender.start()
        agents.stop()
        eventually(lambda: not house.ask(WAITING), seconds=120)
    finally:
        agents.stop()
        office.client.close()
        server.stop()
    held = holdings_of_postgres(house.address) if house.address else holdings_of_sqlite(house.file)
    taken = [op["id"] for op in journal.of("received")]
    asked = sum(1 for _ in journal.of("asked"))
    figures = f"{asked} asked for, {len(set(taken))} arrived, {len(held.unknown)} unknown, {len(taken) - len(set(taken))} twice"
    record_property("replies", f"{KILLS} kills with {cut_short} under way; {figures}")
    assert cut_short
    assert check(journal, held, (*SENT, numbers_without_holes)) == []
    journal.close()
