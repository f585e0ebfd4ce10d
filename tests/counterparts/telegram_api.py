"""A Telegram on loopback that nobody here wrote (telegram-test-api, pinned with hashes), and its customers.

It knows text, edits, deletions, buttons, polling and webhooks; it sends no secret token and has no files. The first use installs it by
its lock, which needs a network once.
"""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.counterparts.node_packages import install
from tests.counterparts.ports import free_ports
from tools.front_ends import node

FOLDER = Path(__file__).parent / "telegram"
TOKEN = "110201543:token"


class Telegram:
    """The server, and what its customers do. `address` is what a bot calls."""

    def __init__(self, port: int) -> None:
        self.address = f"http://127.0.0.1:{port}"
        self._client = httpx.Client(base_url=self.address, timeout=10)
        self._dates = 1_772_355_600

    def say(self, text: str, who: int = 5) -> None:
        """A customer writes to the bot."""
        self._post("/sendMessage", {**self._told(who), "text": text})

    def press(self, data: str, message: Any, who: int = 5) -> None:
        """A customer presses a button below a message of the bot."""
        self._post("/sendCallback", {**self._told(who), "data": data, "message": message, "callbackId": 1})

    def seen(self, who: int = 5) -> list[Any]:
        """What the bot said to a customer and they haven't looked at yet."""
        found = self._post("/getUpdates", {"token": TOKEN, "chatId": who})
        return list(found["result"])

    def history(self) -> list[Any]:
        """Everything that was said, by the bot and to it, as it stands now."""
        found = self._post("/getUpdatesHistory", {"token": TOKEN})
        return list(found["result"])

    def close(self) -> None:
        """Hang up."""
        self._client.close()

    def _told(self, who: int) -> dict[str, Any]:
        self._dates += 1
        person = {"id": who, "first_name": "Anna", "username": "anna"}
        return {
            "botToken": TOKEN,
            "from": {**person, "is_bot": False},
            "chat": {**person, "type": "private"},
            "date": self._dates,
        }

    def _post(self, path: str, body: Any) -> Any:
        return self._client.post(path, json=body).raise_for_status().json()


@contextmanager
def serve() -> Iterator[Telegram]:
    """The server, as long as it is open."""
    install(FOLDER)
    (port,) = free_ports(1)
    process = subprocess.Popen(
        [str(node()), "server.js", str(port)], cwd=FOLDER, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert process.stdout is not None
    try:
        assert process.stdout.readline().strip() == "ready"
        telegram = Telegram(port)
        yield telegram
        telegram.close()
    finally:
        process.terminate()
        process.wait(10)
        process.stdout.close()


@pytest.fixture(scope="module")
def telegram() -> Iterator[Telegram]:
    """One Telegram for the tests of a module."""
    with serve() as server:
        yield server
