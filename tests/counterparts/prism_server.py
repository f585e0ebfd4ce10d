"""Prism on loopback: an owner's own description of an API as a server that takes only what fits it. Pinned with hashes."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.counterparts.node_packages import install
from tests.counterparts.ports import free_port
from tools.front_ends import node

FOLDER = Path(__file__).parent / "prism"


@contextmanager
def prism(description: Path) -> Iterator[str]:
    """The address of the server, once it answers; it takes some ten seconds to read a large description."""
    install(FOLDER)
    port = free_port()
    program = FOLDER / "node_modules/@stoplight/prism-cli/dist/index.js"
    command = [str(node()), str(program), "mock", "-h", "127.0.0.1", "-p", str(port), "--errors", str(description)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        assert process.stdout is not None
        try:
            if not any("is listening on" in line for line in process.stdout):
                raise AssertionError("Prism didn't start")
            yield f"http://127.0.0.1:{port}"
        finally:
            process.kill()
