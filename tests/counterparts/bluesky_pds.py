"""A server of the AT Protocol for accounts (PDS, with its directory) on loopback that nobody here wrote, and people on it.

It knows sessions, records, blobs and names; who was named and private messages are other services', which nobody can have here. The
first use installs it by its lock and compiles its database, which needs a network and some minutes once.
"""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
import pytest

from lyhord.kit.ids import new_id
from tests.counterparts.node_packages import install
from tests.counterparts.ports import free_ports
from tools.front_ends import node

FOLDER = Path(__file__).parent / "bluesky"
PASSWORD = "the password of an account"
STARTS = 4


class Person:
    """Somebody with an account."""

    def __init__(self, client: httpx.Client, handle: str) -> None:
        self._client = client
        body = {"handle": handle, "email": f"{handle}@mail.test", "password": PASSWORD}
        made = self.call("POST", "com.atproto.server.createAccount", json=body)
        self.handle, self.did = str(made["handle"]), str(made["did"])
        self._token = str(made["accessJwt"])

    def post(self, text: str, **more: Any) -> dict[str, Any]:
        """Say something; its address and hash."""
        record = {"$type": "app.bsky.feed.post", "text": text, "createdAt": "2026-03-01T09:00:00.000Z", **more}
        body = {"repo": self.did, "collection": "app.bsky.feed.post", "record": record}
        made = self.call("POST", "com.atproto.repo.createRecord", json=body)
        return {"uri": made["uri"], "cid": made["cid"]}

    def app_password(self) -> str:
        """One for a program."""
        return str(
            self.call("POST", "com.atproto.server.createAppPassword", json={"name": f"desk {new_id()}"})["password"]
        )

    def records(self, collection: str = "app.bsky.feed.post") -> list[Any]:
        """What they have of a kind, the newest first."""
        found = self.call("GET", "com.atproto.repo.listRecords", params={"repo": self.did, "collection": collection})
        return list(found["records"])

    def call(self, method: str, name: str, **more: Any) -> Any:
        """As their own program would."""
        headers = {"authorization": f"Bearer {self._token}"} if hasattr(self, "_token") else {}
        answer = self._client.request(method, f"/xrpc/{name}", headers=headers, **more)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None


class Pds:
    """The server."""

    def __init__(self, port: int) -> None:
        self.address = f"http://127.0.0.1:{port}"
        self._client = httpx.Client(base_url=self.address, timeout=30)

    def register(self, name: str) -> Person:
        """Somebody new."""
        return Person(self._client, f"{name}.pds.test")

    def close(self) -> None:
        """Hang up."""
        self._client.close()


@contextmanager
def serve() -> Iterator[Pds]:
    """The server, as long as it is open."""
    install(FOLDER, built=("better-sqlite3",))
    with TemporaryDirectory() as folder:
        process, port = _start(folder)
        try:
            server = Pds(port)
            yield server
            server.close()
        finally:
            process.terminate()
            process.wait(20)
            if process.stdout is not None:
                process.stdout.close()


def _start(folder: str) -> tuple["subprocess.Popen[str]", int]:
    """The process, once it answers, and its port. Where it aborts as it opens its database, which happens, it is started afresh."""
    for attempt in range(STARTS):
        ports = free_ports(2)
        process = subprocess.Popen(
            [str(node()), "server.mjs", *map(str, ports), f"{folder}/{attempt}"],
            cwd=FOLDER,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert process.stdout is not None
        if any(line.strip() == "ready" for line in process.stdout):
            return process, ports[0]
        process.stdout.close()
        process.wait(20)
    raise AssertionError(f"the server ended {STARTS} times before it answered")


@pytest.fixture(scope="module")
def pds() -> Iterator[Pds]:
    """One server for the tests of a module."""
    with serve() as server:
        yield server
