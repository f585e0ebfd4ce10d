"""Runs a product until it is told to stop: binds the port first, says where it is, and stops without losing a request."""

import asyncio
import errno
import os
import resource
import signal
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager, contextmanager, suppress
from typing import Any

import uvloop
from uvicorn.config import Config
from uvicorn.server import Server

from lyhord.app.refusals import PortUnusable
from lyhord.app.settings import Settings

STOP_SECONDS = 10
KEEP_ALIVE_SECONDS = 75
STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT)

Running = AbstractAsyncContextManager[Any]


class _Server(Server):
    """Ends open streams before it waits for requests to finish: they would never end by themselves. A told stop is no failure."""

    def __init__(self, config: Config, stop: Callable[[], None], ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._stop_streams = stop
        self._ready = ready

    @contextmanager
    def capture_signals(self) -> Iterator[None]:  # type: ignore[explicit-override]
        loop = asyncio.get_running_loop()
        for number in STOP_SIGNALS:
            loop.add_signal_handler(number, self.handle_exit, number, None)
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:  # type: ignore[explicit-override]
        await super().startup(sockets)
        if self.started:
            self._ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:  # type: ignore[explicit-override]
        self._stop_streams()
        await super().shutdown(sockets)


def bind(settings: Settings) -> socket.socket:
    """A socket that listens where the settings say. Raises `PortUnusable`."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((settings.host, settings.port))
        listening.listen(2_048)
    except (OSError, OverflowError) as error:
        listening.close()
        raise PortUnusable(_explain(settings, error)) from None
    listening.set_inheritable(False)
    return listening


def address_of(settings: Settings, listening: socket.socket) -> str:
    """The address under which people reach the product: the one that is set, else this machine and the port."""
    if settings.base_address:
        return settings.base_address.rstrip("/")
    host, port = listening.getsockname()[:2]
    local = host in {"127.0.0.1", "::1", "0.0.0.0", "::"}  # noqa: S104 - compared, not listened on
    shown = "localhost" if local else f"[{host}]" if ":" in host else host
    return f"http://{shown}:{port}"


def serve_web(app: Any, listening: socket.socket, *, stop: Callable[[], None], ready: Callable[[], None]) -> None:
    """Serve an ASGI app until SIGTERM or SIGINT; `ready` is called once requests are answered."""
    config = Config(
        app,
        http="httptools",
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=STOP_SECONDS,
        backlog=2_048,
    )
    server = _Server(config, stop, ready)
    _open_many()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(server.serve(sockets=[listening]))


def _open_many() -> None:
    """Let this process have as many files open as it may: each live stream is one, and shells begin with 1,024."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def run_until_told(running: Running, *, ready: Callable[[], None]) -> None:
    """Run what needs no port (the worker) until SIGTERM or SIGINT."""

    async def run() -> None:
        told = asyncio.Event()
        for number in STOP_SIGNALS:
            asyncio.get_running_loop().add_signal_handler(number, told.set)
        async with running:
            ready()
            await told.wait()

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(run())


def since_process_start() -> float:
    """Seconds since this process was started, imports included."""
    with open("/proc/self/stat", encoding="ascii") as stat:  # noqa: PTH123 - no file but the kernel's word
        ticks = int(stat.read().rpartition(")")[2].split()[19])
    return time.clock_gettime(time.CLOCK_BOOTTIME) - ticks / os.sysconf("SC_CLK_TCK")


def _explain(settings: Settings, error: Exception) -> str:
    where = f"{settings.host} port {settings.port}"
    number = error.errno if isinstance(error, OSError) else None
    if number == errno.EADDRINUSE:
        return f"Something else listens on {where} already. Stop it, or choose another port with --port or LYHORD_PORT."
    if number in {errno.EACCES, errno.EPERM}:
        return f"This account may not listen on {where}. Ports below 1024 need rights; choose another with --port."
    if number == errno.EADDRNOTAVAIL:
        return f"This machine has no address {settings.host}. 127.0.0.1 is itself, 0.0.0.0 all of its addresses."
    return f"Listening on {where} failed: {error}."
