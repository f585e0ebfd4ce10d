"""The product as its own process, and callers from outside."""

import contextlib
import os
import re
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx

from tests.counterparts.ports import free_port

PASSWORD = "seven quiet lamps at dusk"
PATIENCE = 90.0
"""Seconds before what doesn't come is given up: other programs may have the machine."""
_SETUP = re.compile(r"#/setup\?token=(\S+)")
loopback = partial(httpx.Client, verify=False)
"""A client for servers of this machine: reading whom TLS trusts takes longer than many calls."""


class Running:
    """`lyhord serve` on a data folder, or `lyhord web` or `lyhord worker`; killed and started again as a test likes, ended by its id.

    Several that share what `data_dir` and `database` name have a folder each, for their log.
    """

    def __init__(self, folder: Path, command: str = "serve", **settings: str) -> None:
        self.folder = folder
        self._command = command
        self.port = free_port()
        self.base = f"http://localhost:{self.port}"
        if command == "web":
            settings.setdefault("base_address", self.base)
        self._settings = {f"LYHORD_{name.upper()}": value for name, value in settings.items()}
        self.code: Path | None = None
        """Where the sources lie that it runs from its next start on, when they aren't those under test."""
        self._process: subprocess.Popen[str] | None = None
        self._said_before = 0
        self.output = ""
        self.ready_seconds = 0.0

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:  # nobody else would end it
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def pid(self) -> int:
        """The server's process id."""
        assert self._process is not None
        return self._process.pid

    def start(self, patience: float = PATIENCE) -> None:
        """Start the server and wait until it is ready, so many seconds; the log goes to `server.log` in the data folder."""
        self.folder.mkdir(parents=True, exist_ok=True)
        outside = {name: value for name, value in os.environ.items() if not name.startswith("LYHORD_")}
        environment = {**outside, "LYHORD_DATA_DIR": str(self.folder / "data"), **self._settings}
        environment["LYHORD_PORT"] = str(self.port)
        if self.code is not None:
            environment["PYTHONPATH"] = str(self.code)
        command = [str(Path(sys.executable).with_name("lyhord")), self._command]
        log = (self.folder / "server.log").open("a")
        self._said_before = log.tell()
        began = time.monotonic()
        self._process = subprocess.Popen(command, stdout=log, stderr=log, text=True, env=environment)
        log.close()
        with loopback(base_url=self.base, timeout=2) as client:
            while time.monotonic() - began < patience:
                if self._is_ready(client):
                    self.ready_seconds = time.monotonic() - began
                    self.output = (self.folder / "server.log").read_text()
                    return
                assert self._process.poll() is None, (self.folder / "server.log").read_text()
                time.sleep(0.02)
        raise AssertionError(f"not ready in {patience} s: {(self.folder / 'server.log').read_text()}")

    def _is_ready(self, client: httpx.Client) -> bool:
        if self._command == "worker":
            return "is at work" in (self.folder / "server.log").read_text()[self._said_before :]
        with contextlib.suppress(httpx.TransportError):
            return client.get("/ready").status_code == 200
        return False

    def stop(self) -> None:
        """Ask it to stop, and wait until it has."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """Kill it as a power cut would."""
        self._end(signal.SIGKILL)

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(how)
            try:
                self._process.wait(PATIENCE)
            finally:
                self._process.kill()  # whoever doesn't end by itself fails the test, and mustn't live on beside others
                self._process = None

    def setup_token(self) -> str:
        """The token of the one-time link that the first start printed."""
        found = _SETUP.search(self.output)
        assert found, self.output
        return found[1]

    def memory_megabytes(self) -> float:
        """Resident memory of the server."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        found = re.search(r"VmRSS:\s+(\d+) kB", status)
        assert found
        return int(found[1]) / 1024


class Office:
    """The administrator's program: signed in by the set-up link, calling the same API as the app."""

    def __init__(self, running: Running) -> None:
        self.running = running
        self.client = loopback(base_url=f"{running.base}/api/v1", headers={"origin": running.base}, timeout=20)

    def set_up(self, email: str = "boss@firm.example", name: str = "Boss") -> dict[str, Any]:
        """Accept the printed link as the first administrator."""
        body = {"token": self.running.setup_token(), "name": name, "email": email, "password": PASSWORD}
        me: dict[str, Any] = self.post("/links/setup", body)
        return me

    def sign_in(self, email: str, password: str = PASSWORD) -> dict[str, Any]:
        """Sign in by password."""
        me: dict[str, Any] = self.post("/sign-in", {"email": email, "password": password})
        return me

    def get(self, path: str, **params: Any) -> Any:
        """The JSON of an address; the call must succeed."""
        return self._answer(self.client.get(path, params=params))

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        """The JSON that a POST answers; the call must succeed."""
        return self._answer(self.client.post(path, json=body, headers=headers))

    def patch(self, path: str, body: Any) -> Any:
        """The JSON that a PATCH answers; the call must succeed."""
        return self._answer(self.client.patch(path, json=body))

    def _answer(self, answer: httpx.Response) -> Any:
        assert answer.is_success, f"{answer.request.method} {answer.request.url}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None


def eventually(look: Any, *, seconds: float = PATIENCE) -> Any:
    """What `look` returns once it is true; fails with its last answer after `seconds`."""
    deadline = time.monotonic() + seconds
    while True:
        found = look()
        if found:
            return found
        assert time.monotonic() < deadline, f"not in {seconds} s: {found!r}"
        time.sleep(0.05)
