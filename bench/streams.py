"""Agents' live streams on a real server on one core, beside streams on the same server that only pass bytes on.

    python -m bench.streams [--readers 1000] [--messages 200] [--steady 500] [--engine sqlite|postgresql]

Prints the memory of a connection, the CPU of a delivery (one message to one reader, with what it did to conversation and ticket),
and, with few readers, how long a message takes from the webhook's call to the reader at `--steady` a second. The server has core 0,
callers and readers core 1.
"""

import argparse
import asyncio
import os
import re
import resource
import tempfile
import time
from functools import partial
from pathlib import Path

import msgspec

from bench.engines import Place, choose_engine, each_place
from bench.http import CALLER_CORE, Connection, Target, percentiles, signed_call, start, stop
from bench.record import Row, record
from bench.served import prepare

FEW = 10
"""Readers while latency is measured."""
IDLE_SECONDS = 6.0
"""Twice as long as grants hold before they are asked for again."""
RESTING = 0.05
"""Seconds of CPU a second below which a server rests."""
STAMP = re.compile(rb"stamp (\d+)")
PATIENCE = 20.0


class Listener(asyncio.Protocol):
    """A reader that counts what it is told, and when."""

    def __init__(self, token: str) -> None:
        self.open = asyncio.get_running_loop().create_future()
        self.heard = 0
        self.size = 0
        self.latencies: list[float] = []
        self._token = token
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:  # type: ignore[explicit-override]
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        request = f"GET /api/v1/stream HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {self._token}\r\n\r\n"
        transport.write(request.encode())

    def data_received(self, data: bytes) -> None:  # type: ignore[explicit-override]
        self.size += len(data)
        if not self.open.done():
            if b"event: hello" in data:
                self.open.set_result(None)
            return
        stamps = {int(one) for one in STAMP.findall(data)}
        now = time.perf_counter_ns()
        self.heard += len(stamps)
        self.latencies.extend((now - one) / 1e9 for one in stamps)


async def listen(target: Target, tokens: list[str]) -> list[Listener]:
    """Open so many streams, a few at a time."""
    loop = asyncio.get_running_loop()
    listeners: list[Listener] = []
    for first in range(0, len(tokens), 50):
        pairs = [
            await loop.create_connection(partial(Listener, token), "127.0.0.1", target.port)
            for token in tokens[first : first + 50]
        ]
        await asyncio.gather(*(listener.open for _, listener in pairs))
        listeners += [listener for _, listener in pairs]
    return listeners


async def speak(target: Target, key: str | None, count: int, rate: float) -> None:
    """Say `count` messages at a fixed rate, stamped with the time; without a key to the streams that only pass on."""
    free = [await Connection().open(target.port) for _ in range(64)]
    running: set[asyncio.Task[None]] = set()

    async def one(number: int) -> None:
        connection = free.pop() if free else await Connection().open(target.port)
        assert await connection.call(request_for(key, number)) == 200
        free.append(connection)

    began = time.perf_counter()
    for number in range(count):
        if (wait := began + number / rate - time.perf_counter()) > 0:
            await asyncio.sleep(wait)
        task = asyncio.create_task(one(number))
        running.add(task)
        task.add_done_callback(running.discard)
    await asyncio.gather(*running)
    for connection in free:
        connection.close()


def request_for(key: str | None, number: int) -> bytes:
    """One call with one message that carries the time of calling."""
    stamp = time.perf_counter_ns()
    text = f"stamp {stamp} Where is my parcel, please? It should have been here a week ago."
    if key is None:
        body = f"id: 1:1\nevent: change\ndata: {text} {'x' * 1_960}\n\n".encode()
        return f"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
    sender = {"id": f"known{number % 500}", "name": "Customer"}
    message = {"kind": "message", "id": str(stamp), "sender": sender, "text": text}
    return signed_call(key, msgspec.json.encode({"events": [message]}))


async def take_turns(target: Target, key: str | None, listeners: list[Listener], messages: int) -> None:
    """Say one message after another, each once everybody has heard the one before: each commit then carries one, at any load."""
    connection = await Connection().open(target.port)
    heard = [one.heard for one in listeners]
    for number in range(messages):
        assert await connection.call(request_for(key, number)) == 200
        await until_heard(listeners, [before + number + 1 for before in heard])
    connection.close()


async def deliver(place: Place, target: Target, tokens: list[str], key: str | None, messages: int) -> dict[str, float]:
    """Memory of a connection and CPU of a delivery, with the CPU of the same messages without readers taken off."""
    await speak(target, key, 500, 500)
    place.settle()
    await rest(target)
    cpu = target.cpu()
    await take_turns(target, key, [], messages)
    alone = target.cpu() - cpu
    memory = target.memory()
    listeners = await listen(target, tokens)
    readers = len(listeners)
    each = (target.memory() - memory) * 1e6 / 1024 / readers
    idle = await idle_cpu(target)
    began, cpu, before = time.perf_counter(), target.cpu(), sum(one.size for one in listeners)
    await take_turns(target, key, listeners, messages)
    cpu = target.cpu() - cpu - idle * (time.perf_counter() - began)
    size = (sum(one.size for one in listeners) - before) / messages / readers
    await leave(listeners)
    deliveries = messages * readers
    return {
        "KB_each": each,
        "idle_us": idle / readers * 1e6,
        "delivery_us": (cpu - alone) / deliveries * 1e6,
        "bytes": size,
    }


async def rest(target: Target) -> None:
    """Wait until a server has done what messages left to do, such as search: else that counts as a cost of what follows."""
    deadline, before = time.perf_counter() + PATIENCE, -1.0
    while (now := target.cpu()) - before > RESTING and time.perf_counter() < deadline:
        before = now
        await asyncio.sleep(1)


async def idle_cpu(target: Target) -> float:
    """Seconds of CPU that a server with streams uses each second while nothing happens: it asks whether grants still hold."""
    await asyncio.sleep(1)
    began, cpu = time.perf_counter(), target.cpu()
    await asyncio.sleep(IDLE_SECONDS)
    return (target.cpu() - cpu) / (time.perf_counter() - began)


async def until_heard(listeners: list[Listener], wanted: list[int]) -> None:
    """Wait until each has heard so many."""
    deadline = time.perf_counter() + PATIENCE
    while any(one.heard < many for one, many in zip(listeners, wanted, strict=True)):
        if time.perf_counter() > deadline:
            raise SystemExit(f"heard {min(one.heard for one in listeners)} of {max(wanted)}")
        await asyncio.sleep(0.005)


async def leave(listeners: list[Listener]) -> None:
    """Close all streams, and let the loop do it before anything blocks."""
    for one in listeners:
        one.transport.abort()
    await asyncio.sleep(1)


async def latency(target: Target, tokens: list[str], key: str | None, rate: int) -> dict[str, float]:
    """From the webhook's call to a reader."""
    listeners = await listen(target, tokens[:FEW])
    await speak(target, key, rate * 6, rate)
    await until_heard(listeners, [rate * 6] * FEW)
    await leave(listeners)
    return percentiles([latency for one in listeners for latency in one.latencies])


async def measure(place: Place, options: argparse.Namespace) -> None:
    """The bare streams, then the product."""
    os.sched_setaffinity(0, {CALLER_CORE})
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(most, 65_536), most))
    found: dict[str, dict[str, float]] = {}
    with tempfile.TemporaryDirectory() as name:
        key, tokens = await prepare(Path(name), place.address, options.readers)
        for mode, door in (("stream", None), ("product", key)):
            target = start(Path(name), mode, place.address)
            try:
                found[mode] = await deliver(place, target, tokens, door, options.messages)
                found[mode] |= await latency(target, tokens, door, options.steady)
            finally:
                stop(target)
    for mode, figures in found.items():
        print(f"{place.engine:10} {mode:8}", "  ".join(f"{name} {value:8.2f}" for name, value in figures.items()))
    bare, ours = found["stream"], found["product"]
    print(f"a delivery costs {ours['delivery_us'] / bare['delivery_us']:.2f} of the bare streams' CPU", flush=True)
    keep(place.engine, options, bare, ours)


def keep(engine: str, options: argparse.Namespace, bare: dict[str, float], ours: dict[str, float]) -> None:
    """Record the run."""

    def row(path: str, size: int, name: str, unit: str, target: str | None, met: bool | None) -> Row:
        ratio = round(ours[name] / bare[name], 2)
        return Row(path, engine, size, round(ours[name], 2), unit, round(bare[name], 2), ratio, target, met)

    costs = ours["delivery_us"] / bare["delivery_us"] <= 1.5
    record(
        row("delivery to an open stream", options.readers, "delivery_us", "µs of CPU", "at most 1.5 times", costs),
        row("idle stream", options.readers, "KB_each", "KB", "at most 20 KB", ours["KB_each"] <= 20),
        row("idle stream, a second", options.readers, "idle_us", "µs of CPU", None, None),
        row("inbound to open page, p50", options.steady, "p50_ms", "ms", "at most 30 ms", ours["p50_ms"] <= 30),
        row("inbound to open page, p99", options.steady, "p99_ms", "ms", "at most 150 ms", ours["p99_ms"] <= 150),
    )


def main() -> None:
    """See the module."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--readers", type=int, default=1_000)
    parser.add_argument("--messages", type=int, default=200)
    parser.add_argument("--steady", type=int, default=500)
    choose_engine(parser)
    options = parser.parse_args()
    for place in each_place(options.engine):
        asyncio.run(measure(place, options))


if __name__ == "__main__":
    main()
