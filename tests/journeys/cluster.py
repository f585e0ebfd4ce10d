"""An installation of several processes, the screens of its agents, and a crowd that keeps it busy."""

import contextlib
import hashlib
import hmac
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx

from tests.counterparts.nats import NatsServer
from tests.counterparts.ports import free_port
from tests.journeys.running import PASSWORD, Office, Running, eventually, loopback
from tests.journeys.several import newest_link, start_together

SIGNING_KEY = "a key that signs what customers say"


class Screen:
    """An agent's screen as the app keeps it: a stream, taken up again at the other web when it breaks, with the place it had."""

    def __init__(self, *offices: Office) -> None:
        self._offices = offices
        self.seqs: list[int] = []
        self.kinds: list[str] = []
        self.signals: list[dict[str, Any]] = []
        self.present: list[str] = []
        self.connections = 0
        self._last = ""
        self._closed = False
        self._socket: socket.socket | None = None
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()
        eventually(lambda: self.connections)

    def close(self) -> None:
        """Go away."""
        self._closed = True
        if self._socket is not None:
            with contextlib.suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)
        self._thread.join(30)
        assert not self._thread.is_alive()

    def _watch(self) -> None:
        turn = 0
        while not self._closed:
            office = self._offices[turn % len(self._offices)]
            with contextlib.suppress(httpx.TransportError):
                self._follow(office)
            turn += 1
            time.sleep(0.05)

    def _follow(self, office: Office) -> None:
        headers = {"last-event-id": self._last} if self._last else {}
        timeout = httpx.Timeout(10, read=30)
        with (
            loopback(base_url=office.running.base, cookies=office.client.cookies, timeout=timeout) as client,
            client.stream("GET", "/api/v1/stream", headers=headers) as answer,
        ):
            assert answer.status_code == 200, answer.status_code
            self._socket = answer.extensions["network_stream"].get_extra_info("socket")
            self._read(answer)

    def _read(self, answer: httpx.Response) -> None:
        event = ""
        for line in _lines(answer, lambda: self._closed):
            name, _, value = line.partition(": ")
            if name == "id":
                self._last = value
            elif name == "event":
                event = value
            elif name == "data":
                self._see(event, json.loads(value))

    def _see(self, event: str, data: dict[str, Any]) -> None:
        if event == "hello":
            self.present = data["present"]
            self.connections += 1
        elif event == "change":
            self.seqs.append(data["seq"])
            self.kinds.append(data["kind"])
        elif event == "skip":
            self.seqs += range(data["from"], data["to"] + 1)
        elif event == "signal":
            self.signals.append(data)
        else:
            raise AssertionError(f"{event}: the screen had to be read afresh")

    def check(self) -> None:
        """Every number once, in order."""
        assert self.seqs == list(range(self.seqs[0], self.seqs[0] + len(self.seqs)))


def _lines(answer: httpx.Response, closed: Any) -> Iterator[str]:
    """Lines as they come; ends when the connection does."""
    rest = b""
    chunks = answer.iter_raw()
    while not closed():
        try:
            rest += next(chunks)
        except StopIteration:
            return
        *lines, rest = rest.split(b"\n")
        yield from (line.decode() for line in lines)


class Installation:
    """The whole of it."""

    def __init__(self, root: Path, database: str, nats: NatsServer) -> None:
        address = f"http://localhost:{free_port()}"
        shared = {"data_dir": str(root / "data"), "database": database, "bus": nats.address, "base_address": address}
        self.database = database.rpartition("/")[2]
        self.nats = nats
        self.webs = [Running(root / f"web{number}", "web", **shared) for number in (1, 2)]
        self.workers = [Running(root / f"worker{number}", "worker", **shared) for number in (1, 2)]
        self.offices: list[Office] = []
        self.inbox: dict[str, Any] = {}
        self._said = 0

    def start(self) -> None:
        """All at the same moment, on an empty database; then set up, past the first run."""
        start_together(*self.webs, *self.workers)
        boss, there = self.offices = [Office(web) for web in self.webs]
        self.webs[0].output = newest_link(self.webs)
        boss.set_up()
        boss.post("/workspace/ready")
        there.client.cookies = boss.client.cookies
        settings = {"signing_key": SIGNING_KEY}
        self.inbox = boss.post("/inboxes", {"channel": "sandbox", "name": "Texts", "settings": settings})

    def stop(self) -> None:
        """Everything."""
        for office in self.offices:
            office.client.close()
        for one in (*self.webs, *self.workers):
            one.stop()

    def hire(self, email: str, name: str) -> Office:
        """A colleague who followed their invitation, signed in at the second web."""
        boss = self.offices[0]
        made = boss.post("/agents", {"email": email, "role": "agent"})
        link = boss.post(f"/agents/{made['id']}/invitation")["link"]
        colleague = Office(self.webs[1])
        body = {"token": link.partition("token=")[2], "name": name, "password": PASSWORD}
        colleague.post("/links/invitation", body)
        return colleague

    def connected_to(self, port: int) -> Running:
        """The worker that has a connection to a port of the loopback."""
        return next(worker for worker in self.workers if port in _ports_of(worker.pid))

    def customer_writes(
        self, web: int, name: str, text: str, key: str = SIGNING_KEY, *, number: int | None = None
    ) -> int:
        """A webhook to one of the webs; the status of its answer. With the same number it is the same message."""
        self._said += 1
        name_of_it = f"m{self._said}" if number is None else f"n{number}"
        said = {"kind": "message", "id": name_of_it, "sender": {"id": name.lower(), "name": name}, "text": text}
        body = json.dumps({"events": [said]}).encode()
        signature = hmac.new(key.encode(), body, hashlib.sha256).hexdigest()
        headers = {"x-sandbox-signature": f"sha256={signature}"}
        address = f"{self.webs[web].base}/in/{self.inbox['key']}"
        with loopback(timeout=20) as client:
            return client.post(address, content=body, headers=headers).status_code

    def conversation_of(self, office: Office, name: str) -> str:
        """The conversation with a customer."""
        found = [row for row in office.get("/tickets", list="all", limit=100)["items"] if row["title"] == name]
        return str(found[0]["conversation_id"])

    def answer(self, office: Office, conversation_id: str, text: str) -> str:
        """The id of an answer."""
        body = {"text": text, "inbox_id": self.inbox["id"]}
        made = office.post(f"/conversations/{conversation_id}/messages", body, **{"idempotency-key": text})
        return str(made["id"])

    def messages_of(self, conversation_id: str) -> list[dict[str, Any]]:
        """Everything that was said there."""
        address = f"/conversations/{conversation_id}/messages"
        page = self.offices[1].get(address, limit=100)
        found: list[dict[str, Any]] = page["items"]
        while page["next"]:
            page = self.offices[1].get(address, limit=100, before=page["next"])
            found = page["items"] + found
        return found

    def texts_of(self, conversation_id: str) -> list[str]:
        """The words of it."""
        return [one["text"].strip() for one in self.messages_of(conversation_id)]

    def deliveries_of(self, conversation_id: str) -> dict[str, tuple[str, int]]:
        """What was answered there: how far it has come, and after how many attempts."""
        out = [one for one in self.messages_of(conversation_id) if one["direction"] == "out"]
        return {one["text"]: (one["delivery"]["state"], one["delivery"]["attempts"]) for one in out}


class Crowd:
    """Customers who write and agents who answer, at whichever web takes it, until told to stop."""

    def __init__(self, installation: Installation, conversation_id: str) -> None:
        self._installation = installation
        self._conversation_id = conversation_id
        self._stopped = False
        self.refused: list[str] = []
        """What a web answered instead of yes."""
        self._said: list[str] = []
        self._answered: list[str] = []
        self._threads = [threading.Thread(target=one, daemon=True) for one in (self._say, self._answer)]
        for thread in self._threads:
            thread.start()

    def stop(self) -> tuple[list[str], list[str]]:
        """What was acknowledged: said by the customer, answered by the agents."""
        self._stopped = True
        for thread in self._threads:
            thread.join(60)
        return self._said, self._answered

    def _say(self) -> None:
        number = 0
        while not self._stopped:
            number += 1
            text = f"said {number}"
            self._until_taken(lambda web: self._write(web, text, number))  # noqa: B023
            self._said.append(text)
            time.sleep(0.05)

    def _answer(self) -> None:
        number = 0
        while not self._stopped:
            number += 1
            text = f"answered {number}"
            self._until_taken(lambda web: self._reply(web, text))  # noqa: B023
            self._answered.append(text)
            time.sleep(0.1)

    def _write(self, web: int, text: str, number: int) -> bool | int:
        status = self._installation.customer_writes(web, "Elin", text, number=number)
        return status == 200 or status

    def _reply(self, web: int, text: str) -> bool:
        return bool(self._installation.answer(self._installation.offices[web], self._conversation_id, text))

    def _until_taken(self, attempt: Callable[[int], bool | int]) -> None:
        """As senders do: again, under the same name, at the other web, until somebody says yes."""
        for turn in range(1_000):
            with contextlib.suppress(httpx.TransportError):
                answer: object
                try:
                    answer = attempt(turn % 2)
                except AssertionError as error:
                    answer = error
                if answer is True:
                    return
                self.refused.append(f"web {turn % 2}: {answer}")
            time.sleep(0.05)
        raise AssertionError("nobody took it")


def _ports_of(pid: int) -> set[int]:
    """The remote ports of a process's connections."""
    links = [str(path.readlink()) for path in Path(f"/proc/{pid}/fd").iterdir()]
    inodes = {link.removeprefix("socket:[").rstrip("]") for link in links if link.startswith("socket:")}
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return {int(row[2].rpartition(":")[2], 16) for row in rows if row[9] in inodes}
