"""Signed webhooks over loopback into a real server on one core, beside what the same calls and rows cost at least.

    python -m bench.http [--messages 12000] [--connections 64] [--listeners 1] [--engine sqlite|postgresql]

Prints requests per second and CPU per request with all connections busy, and the latency of acknowledgements at 500 a second (open
loop). The ceiling, in the same run: an app on the same server that only checks signatures and decodes, and after it raw `executemany`,
or COPY, of the rows that the product left; both on the one core, so their times add up. The server has core 0, the callers core 1.
"""

import argparse
import asyncio
import hashlib
import hmac
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple, Self

import msgspec

from bench.engines import Place, choose_engine, each_place
from bench.ingest import ceiling
from bench.processes import tree
from bench.record import Row, record
from bench.served import SECRET, prepare

BODY = "Hello, my order has not arrived yet and I would like to know where it is. Could you have a look, please? "
KNOWN = 2_000
SERVER_CORE, CALLER_CORE = 0, 1


class Target(NamedTuple):
    """A running server: where it listens, and whose CPU to count."""

    port: int
    process: subprocess.Popen[bytes]

    def cpu(self) -> float:
        """Seconds of CPU that it has used."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory(self) -> float:
        """Megabytes that it and the processes that it started hold."""
        pages = sum(int(Path(f"/proc/{one}/statm").read_text().split()[1]) for one in tree(self.process.pid))
        return pages * os.sysconf("SC_PAGESIZE") / 1e6


def requests_for(key: str, count: int, seed: int) -> Iterator[bytes]:
    """Signed calls with one message each: 2,000 known customers, 5 % new ones, 2 % delivered twice."""
    dice = random.Random(seed)
    earlier: list[bytes] = []
    for number in range(count):
        if earlier and dice.random() < 0.02:
            yield dice.choice(earlier)
            continue
        who = f"new{seed}-{number}" if dice.random() < 0.05 else f"known{dice.randrange(KNOWN)}"
        sender = {"id": who, "name": f"Customer {who}"}
        message = {"kind": "message", "id": f"{seed}-{number}", "sender": sender, "text": f"{BODY}{number}"}
        call = signed_call(key, msgspec.json.encode({"events": [message]}))
        earlier = [*earlier[-199:], call]
        yield call


def signed_call(key: str, body: bytes) -> bytes:
    """A webhook call as the sandbox's door wants it."""
    signature = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    return (
        f"POST /in/{key} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        f"X-Sandbox-Signature: sha256={signature}\r\nContent-Length: {len(body)}\r\n\r\n"
    ).encode() + body


class Connection:
    """One kept-alive connection. A call returns when the whole answer is here: head and body come in separate packets."""

    async def open(self, port: int) -> Self:
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", port)
        return self

    async def call(self, request: bytes) -> int:
        """The status of the answer."""
        self._writer.write(request)
        head = await self._reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n", 1)[0])
        await self._reader.readexactly(length)
        return int(head[9:12])

    def close(self) -> None:
        self._writer.close()


async def closed_loop(target: Target, calls: Sequence[bytes], connections: int) -> dict[str, float]:
    """Keep every connection busy until all calls are answered."""
    opened = [await Connection().open(target.port) for _ in range(connections)]
    queue = iter(calls)
    latencies: list[float] = []
    statuses: dict[int, int] = {}

    async def caller(connection: Connection) -> None:
        for request in queue:
            began = time.perf_counter()
            status = await connection.call(request)
            latencies.append(time.perf_counter() - began)
            statuses[status] = statuses.get(status, 0) + 1

    cpu, wall = target.cpu(), time.perf_counter()
    await asyncio.gather(*map(caller, opened))
    wall, cpu = time.perf_counter() - wall, target.cpu() - cpu
    for connection in opened:
        connection.close()
    if set(statuses) != {200}:
        raise SystemExit(f"answers other than 200: {statuses}")
    return {"per_second": len(calls) / wall, "cpu_us": cpu / len(calls) * 1e6, **percentiles(latencies)}


async def open_loop(target: Target, calls: Sequence[bytes], rate: float) -> dict[str, float]:
    """Send at a fixed rate, however long answers take; latency counts from when the call was due."""
    free = [await Connection().open(target.port) for _ in range(64)]
    latencies: list[float] = []
    running: set[asyncio.Task[None]] = set()

    async def one(request: bytes, due: float) -> None:
        connection = free.pop() if free else await Connection().open(target.port)
        await connection.call(request)
        latencies.append(time.perf_counter() - due)
        free.append(connection)

    began, cpu = time.perf_counter(), target.cpu()
    for number, request in enumerate(calls):
        due = began + number / rate
        if (wait := due - time.perf_counter()) > 0:
            await asyncio.sleep(wait)
        task = asyncio.create_task(one(request, due))
        running.add(task)
        task.add_done_callback(running.discard)
    await asyncio.gather(*running)
    cpu = target.cpu() - cpu
    for connection in free:
        connection.close()
    return {"cpu_us": cpu / len(calls) * 1e6, **percentiles(latencies)}


def percentiles(latencies: list[float]) -> dict[str, float]:
    """Of seconds, in milliseconds."""
    latencies.sort()
    return {
        "p50_ms": latencies[len(latencies) // 2] * 1e3,
        "p99_ms": latencies[int(len(latencies) * 0.99)] * 1e3,
        "max_ms": latencies[-1] * 1e3,
    }


async def listen(target: Target, tokens: Sequence[str]) -> list[asyncio.Task[int]]:
    """Open agents' streams that read everything and keep nothing; each task ends with the bytes that it got."""

    async def follow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> int:
        total = 0
        while data := await reader.read(1 << 16):
            total += len(data)
        writer.close()
        return total

    tasks = []
    for token in tokens:
        reader, writer = await asyncio.open_connection("127.0.0.1", target.port)
        writer.write(
            f"GET /api/v1/stream HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\r\n".encode()
        )
        head = await reader.readuntil(b"event: hello")
        if not head.startswith(b"HTTP/1.1 200"):
            raise SystemExit(head.decode())
        tasks.append(asyncio.create_task(follow(reader, writer)))
    return tasks


def start(folder: Path, mode: str, address: str = "") -> Target:
    """A server on core 0, in a process of its own; returns once it answers."""
    began = time.perf_counter()
    command = ["taskset", "-c", str(SERVER_CORE), sys.executable, "-m", "bench.served", str(folder), mode, address]
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    if process.stdout is None:
        raise RuntimeError("no output to read the port from")
    port = int(process.stdout.readline())
    print(f"{mode:8} ready after {time.perf_counter() - began:.2f} s")
    return Target(port, process)


def stop(target: Target) -> None:
    """End a server that `start` began."""
    target.process.terminate()
    target.process.wait(30)


async def measure(place: Place, options: argparse.Namespace) -> None:
    """One run: what only decodes, then the product, then its rows once more."""
    os.sched_setaffinity(0, {CALLER_CORE})
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        key, tokens = await prepare(folder, place.address, options.listeners)
        calls = list(requests_for(key, options.messages, seed=1))
        bare = start(folder, "decode")
        try:
            decoding = await closed_loop(bare, calls, options.connections)
        finally:
            stop(bare)
        target = start(folder, "product", place.address)
        try:
            await closed_loop(target, list(requests_for(key, KNOWN, seed=0)), options.connections)
            place.settle()
            readers = await listen(target, tokens)
            busy = await closed_loop(target, calls, options.connections)
            steady = await open_loop(target, list(requests_for(key, options.steady * 10, seed=2)), options.steady)
            memory = target.memory()
        finally:
            stop(target)
        heard = sum([await reader for reader in readers])
        os.sched_setaffinity(0, {SERVER_CORE})
        inserted, _ = ceiling(place, folder / "lyhord.db", folder / "ceiling.db", options.connections)
    top = 1 / (1 / decoding["per_second"] + 1 / inserted)
    for title, figures in (("decode", decoding), ("product", busy), (f"{options.steady}/s", steady)):
        print(f"{place.engine:10} {title:8}", "  ".join(f"{name} {value:9.2f}" for name, value in figures.items()))
    ratio = busy["per_second"] / top
    print(
        f"inserting {inserted:.0f}/s, ceiling {top:.0f}/s, ratio {ratio:.3f}, {memory:.0f} MB, heard {heard / 1e6:.1f} MB",
        flush=True,
    )
    keep(place.engine, options, busy["per_second"], top, steady["p99_ms"], memory)


def keep(engine: str, options: argparse.Namespace, rate: float, top: float, p99: float, memory: float) -> None:
    """Record the run."""
    whole, ratio = "webhook to durable acknowledgement", round(rate / top, 2)
    at_rate = f"at {options.steady}/s"
    rows = [
        Row(
            whole,
            engine,
            options.messages,
            round(rate),
            "messages/s",
            round(top),
            ratio,
            "at least 35 %",
            ratio >= 0.35,
        ),
        Row(
            f"{whole} {at_rate}, p99",
            engine,
            options.steady,
            round(p99, 1),
            "ms",
            None,
            None,
            "at most 25 ms",
            p99 <= 25,
        ),
        Row(
            f"memory {at_rate}",
            engine,
            options.steady,
            round(memory),
            "MB",
            None,
            None,
            "at most 250 MB",
            memory <= 250,
        ),
    ]
    if engine == "sqlite":
        rows.append(
            Row(
                f"{whole}, one core",
                engine,
                options.messages,
                round(rate),
                "messages/s",
                None,
                None,
                "3,500/s",
                rate >= 3_500,
            )
        )
    record(*rows)


def main() -> None:
    """See the module."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, default=12_000)
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--listeners", type=int, default=1)
    parser.add_argument("--steady", type=int, default=500)
    choose_engine(parser)
    options = parser.parse_args()
    for place in each_place(options.engine):
        asyncio.run(measure(place, options))


if __name__ == "__main__":
    main()
