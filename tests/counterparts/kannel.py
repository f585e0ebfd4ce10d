"""A real Kannel gateway on loopback, from Debian: bearerbox bound to an SMS centre, smsbox calling an address that a test gives."""

import contextlib
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.counterparts.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
USER, PASSWORD, ADMIN = "firm", "sendsms-password", "admin"
PATIENCE = 20.0

_CONFIGURATION = """
group = core
admin-port = {admin}
admin-interface = 127.0.0.1
admin-password = {admin_password}
smsbox-port = {box}
smsbox-interface = 127.0.0.1
log-file = {folder}/bearerbox.log
log-level = 1
box-deny-ip = "*.*.*.*"
box-allow-ip = "127.0.0.1"
dlr-storage = internal
store-type = file
store-location = {folder}/store

group = smsc
smsc = smpp
smsc-id = centre
host = 127.0.0.1
port = {centre}
transceiver-mode = true
smsc-username = kannel
smsc-password = {centre_password}
system-type = ""
source-addr-autodetect = true

group = smsbox
bearerbox-host = 127.0.0.1
sendsms-port = {send}
sendsms-interface = 127.0.0.1
log-file = {folder}/smsbox.log
log-level = 1

group = sendsms-user
username = {user}
password = {password}
max-messages = 24
concatenation = true

group = sms-service
keyword = default
catch-all = true
max-messages = 0
omit-empty = true
get-url = "{calls}?from=%p&to=%P&id=%I&at=%T&coding=%c&charset=%C&text=%b"
"""


@contextmanager
def kannel(*, centre: int, centre_password: str, calls: str) -> Iterator[str]:
    """The address of `sendsms`, while the gateway runs. `calls` is the address that it calls with what comes."""
    subprocess.run(["bash", str(ROOT / "tools/debian.sh"), "kannel"], check=True)
    bearerbox, smsbox = shutil.which("bearerbox", path="/usr/sbin"), shutil.which("smsbox", path="/usr/sbin")
    assert bearerbox, "these tests need the Debian package kannel"
    assert smsbox
    admin, box, send = free_port(), free_port(), free_port()
    with tempfile.TemporaryDirectory(prefix="kannel-") as folder, contextlib.ExitStack() as running:
        place = Path(folder, "kannel.conf")
        place.write_text(
            _CONFIGURATION.format(
                admin=admin,
                admin_password=ADMIN,
                box=box,
                send=send,
                folder=folder,
                centre=centre,
                centre_password=centre_password,
                user=USER,
                password=PASSWORD,
                calls=calls,
            )
        )
        running.enter_context(_running(bearerbox, place))
        _wait(lambda: "online" in httpx.get(f"http://127.0.0.1:{admin}/status.txt?password={ADMIN}").text)
        running.enter_context(_running(smsbox, place))
        address = f"http://127.0.0.1:{send}/cgi-bin/sendsms"
        _wait(lambda: httpx.get(address).status_code == 403)
        yield address


@contextmanager
def _running(program: str, configuration: Path) -> Iterator[None]:
    quiet = subprocess.DEVNULL
    process = subprocess.Popen([program, str(configuration)], stdout=quiet, stderr=quiet)
    try:
        yield
    finally:
        process.kill()
        process.wait(PATIENCE)


def _wait(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with contextlib.suppress(httpx.HTTPError):
            if holds():
                return
        time.sleep(0.05)
    raise AssertionError("Kannel didn't answer")
