"""A reader of the live stream beside the crowd, and the screens that it keeps by what it hears."""

import contextlib
import http.client
import json
import threading
import time
from typing import Any

from tests.faults.checker import Journal
from tests.journeys.running import Office
from tests.web.screens import LISTS, Screens, differences
from tests.web.site import Sent

TROUBLE = (OSError, http.client.HTTPException)
SHOWN = ("tickets", "conversations")


class Watcher:
    """An agent's screen: reads the stream, goes on from its place whenever it breaks, and shows what it heard."""

    def __init__(self, office: Office, journal: Journal, name: str = "screen") -> None:
        self.place = (0, 0)
        self.connected = 0
        self._office = office
        self.screens = read_lists(office)
        self._port = office.running.port
        self.cookie = "; ".join(f"{one.name}={one.value}" for one in office.client.cookies.jar)
        self._journal, self._name = journal, name
        self._more = True
        self._line: http.client.HTTPConnection | None = None
        self._thread = threading.Thread(target=self._read_on, daemon=True)

    def start(self) -> None:
        """Connect, and stay connected."""
        self._thread.start()

    def stop(self) -> None:
        """Hang up."""
        self._more = False
        self.hang_up()
        self._thread.join(20)

    def hang_up(self) -> None:
        """Break the connection, which is then made anew."""
        line = self._line
        if line is not None and line.sock is not None:
            with contextlib.suppress(OSError):
                line.sock.shutdown(2)

    def _read_on(self) -> None:
        while self._more:
            with contextlib.suppress(*TROUBLE):
                self._read()
            time.sleep(0.05)

    def _read(self) -> None:
        self._line = line = http.client.HTTPConnection("localhost", self._port, timeout=30)
        headers = {"cookie": self.cookie, "origin": f"http://localhost:{self._port}"}
        if self.connected:
            headers["last-event-id"] = "{}:{}".format(*self.place)
        try:
            line.request("GET", "/api/v1/stream", headers=headers)
            answer = line.getresponse()
            if answer.status != 200:
                return
            frame: dict[str, str] = {}
            for raw in answer:
                name, _, value = raw.decode().rstrip("\n").partition(": ")
                if name:
                    frame[name] = value
                elif frame:
                    self._take(frame)
                    frame = {}
        finally:
            line.close()

    def _take(self, frame: dict[str, str]) -> None:
        if "id" not in frame:
            return
        epoch, seq = map(int, frame["id"].split(":"))
        kind = frame["event"]
        if kind in ("hello", "reset"):
            self.connected += kind == "hello"
            self._journal.note("began", reader=self._name, epoch=epoch, seq=seq, reset=kind == "reset")
            if kind == "reset":
                self.screens = read_lists(self._office)
        else:
            data = json.loads(frame["data"])
            self.screens.apply([Sent(kind, frame["id"], data)])
            first = data["from"] if kind == "skip" else seq
            self._journal.note("saw", reader=self._name, epoch=epoch, first=first, last=seq)
        self.place = (epoch, seq)

    def check_lists(self) -> None:
        """What it shows is what it would show after a reload."""
        assert differences(self.screens, read_lists(self._office), SHOWN) == []


def read_lists(office: Office) -> Screens:
    """The inbox lists and the conversations as they are now."""
    screens = Screens()
    for name in LISTS:
        for row in _all(office, "/tickets", list=name):
            row.pop("read_id")
            screens.rows["tickets"][row["id"]] = row
    screens.rows["conversations"] = {row["id"]: row for row in _all(office, "/conversations")}
    return screens


def _all(office: Office, path: str, **asked: str) -> list[Any]:
    page = office.get(path, limit=200, **asked)
    assert page["next"] is None
    items: list[Any] = page["items"]
    return items
