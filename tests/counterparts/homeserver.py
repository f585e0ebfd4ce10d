"""A real Synapse on loopback (the reference homeserver of Matrix, pinned with hashes), and people who have accounts there.

It lives in an environment of its own beside its lock, which the first use installs; that needs a network once.
"""

import hashlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx

from tests.counterparts.ports import free_ports

FOLDER = Path(__file__).parent / "synapse"
ROOT = Path(__file__).resolve().parents[2]
NAME = "matrix.test"
PATIENCE = 90.0
CLIENT = "/_matrix/client/v3"
_FAST = "{per_second: 1000, burst_count: 1000}"
_CONFIGURATION = """
server_name: "{name}"
pid_file: {folder}/homeserver.pid
listeners:
  - bind_addresses: [127.0.0.1]
    port: {port}
    type: http
    tls: false
    resources: [{{names: [client], compress: false}}]
database: {{name: sqlite3, args: {{database: "{folder}/homeserver.db"}}}}
log_config: "{folder}/log.yaml"
media_store_path: {folder}/media
signing_key_path: "{folder}/signing.key"
macaroon_secret_key: "only for tests"
report_stats: false
enable_registration: true
enable_registration_without_verification: true
rc_registration: {fast}
rc_message: {fast}
rc_login: {{address: {fast}, account: {fast}}}
rc_invites: {{per_room: {fast}, per_user: {fast}}}
rc_joins: {{local: {fast}, remote: {fast}}}
rc_room_creation: {fast}
trusted_key_servers: []
suppress_key_server_warning: true
app_service_config_files: [{registrations}]
"""
_LOG = """
version: 1
formatters: {{plain: {{format: "%(asctime)s %(levelname)s %(name)s %(message)s"}}}}
handlers: {{file: {{class: logging.FileHandler, filename: "{folder}/homeserver.log", formatter: plain}}}}
root: {{level: INFO, handlers: [file]}}
"""


def install() -> Path:
    """The Python that has Synapse: exactly what the lock says, unless that is there already."""
    lock, home = FOLDER / "requirements.txt", FOLDER / ".venv"
    python, done = home / "bin" / "python", home / ".installed"
    wanted = hashlib.sha256(lock.read_bytes()).hexdigest()
    if not (done.is_file() and done.read_text() == wanted):
        uv = [str(Path(sys.executable).with_name("uv"))]
        subprocess.run([*uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(home)], check=True)
        command = [*uv, "pip", "install", "--quiet", "--python", str(python), "--require-hashes", "-r", str(lock)]
        subprocess.run(command, check=True)
        done.write_text(wanted)
    return python


class Synapse:
    """The server. `address` is where clients and application services call it."""

    def __init__(self, port: int, folder: Path) -> None:
        self.address = f"http://127.0.0.1:{port}"
        self.folder = folder

    def person(self, name: str) -> "Person":
        """Somebody with a fresh account."""
        body = {"username": name, "password": "pw", "auth": {"type": "m.login.dummy"}}
        answer = httpx.post(f"{self.address}{CLIENT}/register", json=body, timeout=30).raise_for_status().json()
        return Person(self.address, str(answer["user_id"]), str(answer["access_token"]))


class Person:
    """A client of the homeserver, as an app would be one."""

    def __init__(self, address: str, user: str, token: str) -> None:
        self.user = user
        self._client = httpx.Client(base_url=address, headers={"authorization": f"Bearer {token}"}, timeout=30)
        self._since = ""
        self._number = 0

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """One call of the Client-Server API."""
        return self._client.request(method, path, json=body).raise_for_status().json()

    def create(self, *invited: str, direct: bool = False, name: str = "") -> str:
        """A room with those who are invited."""
        body: dict[str, Any] = {"preset": "private_chat", "invite": list(invited), "is_direct": direct}
        return str(self.call("POST", f"{CLIENT}/createRoom", body | ({"name": name} if name else {}))["room_id"])

    def join(self, room: str) -> None:
        """Accept an invitation."""
        self.call("POST", f"{CLIENT}/join/{quote(room)}", {})

    def send(self, room: str, content: Mapping[str, Any], kind: str = "m.room.message") -> str:
        """An event; its id."""
        self._number += 1
        path = f"{CLIENT}/rooms/{quote(room)}/send/{kind}/{self._number}"
        return str(self.call("PUT", path, content)["event_id"])

    def say(self, room: str, text: str, **more: Any) -> str:
        """Plain words; the event's id."""
        return self.send(room, {"msgtype": "m.text", "body": text, **more})

    def redact(self, room: str, event: str) -> str:
        """Take something back."""
        self._number += 1
        path = f"{CLIENT}/rooms/{quote(room)}/redact/{quote(event)}/{self._number}"
        return str(self.call("PUT", path, {})["event_id"])

    def read(self, room: str, event: str) -> None:
        """Say that everything up to an event was read."""
        self.call("POST", f"{CLIENT}/rooms/{quote(room)}/receipt/m.read/{quote(event)}", {})

    def type(self, room: str) -> None:
        """Begin to write."""
        path = f"{CLIENT}/rooms/{quote(room)}/typing/{quote(self.user)}"
        self.call("PUT", path, {"typing": True, "timeout": 5000})

    def upload(self, content: bytes, kind: str) -> str:
        """Put a file on the homeserver; its address."""
        answer = self._client.post("/_matrix/media/v3/upload", content=content, headers={"content-type": kind})
        return str(answer.raise_for_status().json()["content_uri"])

    def download(self, address: str) -> bytes:
        """The file behind an address."""
        path = f"/_matrix/client/v1/media/download/{address.removeprefix('mxc://')}"
        return self._client.get(path).raise_for_status().content

    def sync(self) -> dict[str, Any]:
        """What is new since the last time."""
        since = f"&since={self._since}" if self._since else ""
        found: dict[str, Any] = self.call("GET", f"{CLIENT}/sync?timeout=0{since}")
        self._since = str(found["next_batch"])
        return found

    def timeline(self, room: str) -> list[dict[str, Any]]:
        """The last events of a room, the newest first."""
        found = self.call("GET", f"{CLIENT}/rooms/{quote(room)}/messages?dir=b&limit=50")
        return list(found["chunk"])

    def close(self) -> None:
        """Hang up."""
        self._client.close()


@contextmanager
def serve(*registrations: str, port: int = 0) -> Iterator[Synapse]:
    """The server with these application services, as long as it is open."""
    python = install()
    port = port or free_ports(1)[0]
    with tempfile.TemporaryDirectory(prefix="synapse-") as name:
        folder = Path(name)
        paths = [folder / f"service-{number}.yaml" for number in range(len(registrations))]
        for path, text in zip(paths, registrations, strict=True):
            path.write_text(text)
        facts = {"name": NAME, "folder": folder, "port": port, "fast": _FAST}
        place = folder / "homeserver.yaml"
        place.write_text(_CONFIGURATION.format(**facts, registrations=", ".join(map(str, paths))))
        (folder / "log.yaml").write_text(_LOG.format(folder=folder))
        program = [str(python), "-m", "synapse.app.homeserver", "-c", str(place)]
        environment = {**os.environ, "PYTHONPATH": ""}
        subprocess.run([*program, "--generate-keys"], check=True, cwd=folder, env=environment, capture_output=True)
        process = subprocess.Popen(
            program, cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            server = Synapse(port, folder)
            _wait(server, process)
            yield server
        finally:
            process.kill()
            process.wait(PATIENCE)


def _wait(server: Synapse, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with suppress(httpx.HTTPError):
            if httpx.get(f"{server.address}/_matrix/client/versions").status_code == 200:
                return
        if process.poll() is not None:
            break
        time.sleep(0.1)
    log = server.folder / "homeserver.log"
    raise AssertionError(f"Synapse didn't answer: {log.read_text()[-2000:] if log.is_file() else 'no log'}")
