"""The whole product as a process: it starts, is set up through its own link, does its work and stops when told."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from lyhord.app.demo.story import read_stories
from tests.counterparts.ports import free_port

PASSWORD = "correct horse battery staple"


class Running:
    """A server of its own, its address, and the set-up link that it printed."""

    def __init__(self, data: Path) -> None:
        environment = {**os.environ, "LYHORD_DATA_DIR": str(data), "LYHORD_PORT": "0"}
        command = [sys.executable, "-m", "lyhord", "serve"]
        self.process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.said = ""
        for line in self.process.stdout:
            self.said += line
            if "Ctrl+C" in line:
                break
        found = re.search(r"ready on (\S+)", self.said)
        assert found is not None, self.said
        self.address = found[1]

    def setup_token(self) -> str:
        """The secret of the set-up link."""
        found = re.search(r"#/setup\?token=(\S+)", self.said)
        assert found is not None, self.said
        return found[1]

    def client(self) -> httpx.Client:
        """A browser, as far as headers go."""
        return httpx.Client(base_url=self.address, headers={"origin": self.address}, timeout=30)

    def stop(self) -> int:
        """Tell it to stop; its exit status."""
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(30)
        finally:
            assert self.process.stdout is not None
            self.process.stdout.close()


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def running(data: Path) -> Iterator[Running]:
    server = Running(data)
    yield server
    if server.process.poll() is None:
        server.stop()


def set_up(running: Running, client: httpx.Client) -> dict[str, Any]:
    body = {"token": running.setup_token(), "name": "Ann", "email": "ann@example.com", "password": PASSWORD}
    answer = client.post("/api/v1/links/setup", json=body)
    assert answer.status_code == 200, answer.text
    me: dict[str, Any] = answer.json()
    return me


def test_from_the_first_start_to_a_removed_demo(running: Running) -> None:
    with running.client() as client:
        assert client.get("/ready").json() == {"ready": True, "problems": [], "degraded": []}
        me = set_up(running, client)
        assert me["agent"]["email"] == "ann@example.com"
        loaded = client.post("/api/v1/demo")
        assert loaded.json() == {"conversations": len(read_stories())}, loaded.text
        assert client.post("/api/v1/demo").status_code == 409
        tickets = client.get("/api/v1/tickets", params={"list": "all", "limit": 100}).json()["items"]
        waiting = [one["waiting_since"] for one in tickets if one["waiting_since"]]
        assert waiting == sorted(waiting)
        assert len(tickets) >= sum(story.status == "open" for story in read_stories())
        assert client.get("/api/v1/me").json()["workspace"]["demo"] is True
        assert client.delete("/api/v1/demo").status_code == 204
        assert client.get("/api/v1/tickets", params={"list": "all"}).json()["items"] == []


def test_strangers_load_no_demo(running: Running) -> None:
    with running.client() as client:
        assert client.post("/api/v1/demo").status_code == 401
        assert client.delete("/api/v1/demo").status_code == 401


def test_what_was_stored_is_there_after_a_stop_and_the_link_is_not(data: Path, running: Running) -> None:
    with running.client() as client:
        set_up(running, client)
        cookies = dict(client.cookies)
    assert running.stop() == 0
    again = Running(data)
    try:
        assert "setup" not in again.said
        with again.client() as client:
            client.cookies.update(cookies)
            assert client.get("/api/v1/me").json()["agent"]["name"] == "Ann"
    finally:
        again.stop()


SELDOM = (
    *(
        "alembic",
        "argon2",
        "attr._make",
        "click",
        "cryptography",
        "greenlet._greenlet",
        "httpx",
        "idna",
        "multiprocessing",
    ),
    *(
        "nh3",
        "psycopg",
        "puremagic",
        "pydantic.main",
        "re2",
        "rich.console",
        "selectolax",
        "webauthn",
        "anyio._backends._asyncio",
    ),
    *("sqlalchemy.dialects.postgresql", "concurrent.futures.process", "email.policy", "pdb", "yaml", "uvicorn.main"),
    *("lyhord.app.demo.actions", "lyhord.channels", "lyhord.hearing.language"),
    *("lyhord.hearing.reasons.mind", "numpy", "scipy", "sklearn"),
)
"""What few servers use, or only at times: together 20 MB."""


def test_a_server_that_nobody_asks_anything_has_loaded_nothing_that_few_use(data: Path, running: Running) -> None:
    running.stop()
    command = [sys.executable, "-X", "importtime", "-m", "lyhord", "serve", "--port", "0", "--data-dir", str(data)]
    told = data / "imports"
    with (
        told.open("w") as imports,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=imports, text=True) as server,
    ):
        assert server.stdout is not None
        assert any("Ctrl+C" in line for line in server.stdout)
        server.terminate()
    loaded = {
        line.rpartition("|")[2].strip() for line in told.read_text().splitlines() if line.startswith("import time:")
    }
    assert {"litestar", "sqlalchemy.dialects.sqlite", "lyhord.web.server"} <= loaded
    assert {
        name for name in loaded if any(name == seldom or name.startswith(f"{seldom}.") for seldom in SELDOM)
    } == set()


def test_a_second_server_on_the_same_data_is_refused(data: Path, running: Running) -> None:
    command = [sys.executable, "-m", "lyhord", "serve", "--port", "0", "--data-dir", str(data)]
    second = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert second.returncode == 1
    assert f"process {running.process.pid}" in second.stderr


def test_a_locked_out_administrator_gets_a_link_at_the_machine(data: Path, running: Running) -> None:
    with running.client() as client:
        set_up(running, client)
    command = [sys.executable, "-m", "lyhord", "sign-in-link", "--data-dir", str(data)]
    link = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout
    token = re.search(r"#/reset\?token=(\S+)", link)
    assert token is not None
    with running.client() as client:
        body = {"token": token[1], "password": "another good password"}
        assert client.post("/api/v1/links/reset", json=body).json()["agent"]["email"] == "ann@example.com"


def test_a_worker_answers_those_who_watch_it_and_nobody_else(data: Path, running: Running) -> None:
    """Beside a web of its own database, as in a large installation."""
    running.stop()
    port = str(free_port())
    environment = {
        **os.environ,
        "LYHORD_DATA_DIR": str(data),
        "LYHORD_WORKER_PORT": port,
        "LYHORD_METRICS_TOKEN": "a long word",
    }
    command = [sys.executable, "-m", "lyhord", "worker"]
    worker = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    try:
        assert worker.stdout is not None
        assert "at work" in worker.stdout.readline()
        with httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
            assert client.get("/health").json()["alive"] is True
            assert client.get("/ready").json()["ready"] is True
            assert client.get("/metrics").status_code == 401
            page, deadline = "", time.monotonic() + 20
            while "lyhord_workers 1.0" not in page:
                assert time.monotonic() < deadline, page
                page = client.get("/metrics", headers={"authorization": "Bearer a long word"}).text
            assert client.get("/api/v1/me").status_code == 404
    finally:
        worker.terminate()
        assert worker.wait(30) == 0
        assert worker.stdout is not None
        worker.stdout.close()
