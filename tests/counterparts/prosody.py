"""A real Prosody on loopback, from Debian, with a component for the desk, rooms, and an upload service, on free ports."""

import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.counterparts.ports import free_ports

ROOT = Path(__file__).resolve().parents[2]
DOMAIN, DESK, ROOMS = "xmpp.test", "desk.xmpp.test", "rooms.xmpp.test"
SECRET, PASSWORD = "secret of the component", "pw"
PATIENCE = 20.0
_CONFIGURATION = """
pidfile = "{folder}/prosody.pid"
daemonize = false
run_as_root = true
data_path = "{folder}/data"
interfaces = {{ "127.0.0.1" }}
c2s_ports = {{ {clients} }}
c2s_direct_tls_ports = {{ }}
s2s_ports = {{ }}
component_ports = {{ {components} }}
component_interfaces = {{ "127.0.0.1" }}
http_ports = {{ {http} }}
http_interfaces = {{ "127.0.0.1" }}
https_ports = {{ }}
modules_enabled = {{ "roster", "saslauth", "disco", "ping", "vcard_legacy", "pep", "smacks", "offline", "posix" }}
modules_disabled = {{ "s2s", "tls" }}
c2s_require_encryption = false
allow_unencrypted_plain_auth = true
authentication = "internal_hashed"
storage = "internal"
log = {{ info = "{folder}/prosody.log" }}
VirtualHost "{domain}"
  disco_items = {{ {{ "upload.{domain}", "files" }} }}
Component "{desk}"
  component_secret = "{secret}"
Component "{rooms}" "muc"
  modules_enabled = {{ "muc_mam" }}
  muc_room_default_public_jids = true
  muc_room_locking = false
Component "upload.{domain}" "http_file_share"
  http_host = "127.0.0.1"
  http_external_url = "http://127.0.0.1:{http}"
  http_file_share_access = {{ "{desk}" }}
"""


class Prosody:
    """The server; people connect to `clients`, components to `components`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clients, self.components, self.http = free_ports(3)
        self._process: subprocess.Popen[bytes] | None = None
        facts = {"domain": DOMAIN, "desk": DESK, "rooms": ROOMS, "secret": SECRET, "folder": folder}
        ports = {"clients": self.clients, "components": self.components, "http": self.http}
        self._configuration = folder / "prosody.cfg.lua"
        self._configuration.write_text(_CONFIGURATION.format(**facts, **ports))

    def add(self, name: str) -> str:
        """Somebody with an account; their address."""
        command = ["prosodyctl", "--config", str(self._configuration), "register", name, DOMAIN, PASSWORD]
        subprocess.run(command, check=True, capture_output=True)
        return f"{name}@{DOMAIN}"

    def start(self) -> None:
        """Start it and wait until it listens."""
        program = shutil.which("prosody")
        assert program, "these tests need the Debian package prosody"
        quiet = subprocess.DEVNULL
        self._process = subprocess.Popen([program, "--config", str(self._configuration)], stdout=quiet, stderr=quiet)
        deadline = time.monotonic() + PATIENCE
        for port in (self.components, self.clients, self.http):
            while True:
                with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                    break
                assert time.monotonic() < deadline, self.log()
                time.sleep(0.05)

    def stop(self) -> None:
        """End it, as a power cut would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(PATIENCE)
            self._process = None

    def log(self) -> str:
        """What it says of itself."""
        path = self.folder / "prosody.log"
        return path.read_text()[-3000:] if path.is_file() else "no log"


@contextmanager
def serve() -> Iterator[Prosody]:
    """The server, as long as it is open."""
    subprocess.run(["bash", str(ROOT / "tools/debian.sh"), "prosody", "lua-event"], check=True)
    with tempfile.TemporaryDirectory(prefix="prosody-") as folder:
        server = Prosody(Path(folder))
        server.start()
        try:
            yield server
        finally:
            server.stop()
