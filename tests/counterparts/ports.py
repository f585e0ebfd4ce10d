"""Ports of loopback for servers of tests: of those that the system gives nobody who connects."""

import random
import socket
from contextlib import suppress

_FIRST, _LAST = 10_000, 32_767
"""Below where Linux takes ports for outgoing connections (`ip_local_port_range`: 32768 and more): between asking for one and listening
on it, a connection of another test could take it."""


def free_port() -> int:
    """A port that nobody listens on now."""
    return free_ports(1)[0]


def free_ports(count: int) -> list[int]:
    """Different ports that nobody listens on now."""
    found: set[int] = set()
    while len(found) < count:
        port = random.SystemRandom().randint(_FIRST, _LAST)  # tests seed the other one, and would meet
        with suppress(OSError), socket.socket() as one:
            one.bind(("127.0.0.1", port))
            found.add(port)
    return list(found)
