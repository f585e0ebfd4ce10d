"""Mails into a running server, from the socket to the row: through its own SMTP receiver, and fetched from Dovecot by IMAP.

    python -m bench.mail [--mails 1500] [--connections 20] [--engine sqlite|postgresql]

Prints mails a second until all are stored and visible, the CPU of a mail with parsing children counted (and of Dovecot beside it), and
the ceiling of the same run: the standard library's parser over the same mails in one process, which stores nothing. Half of the mails come
from people who wrote before, a quarter is multipart with HTML, all have two paragraphs.
"""

import argparse
import asyncio
import email
import email.policy
import os
import random
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from email.message import EmailMessage
from email.utils import formatdate
from pathlib import Path
from typing import Any, NamedTuple

from bench.engines import Place, choose_engine, each_place
from bench.processes import cpu_seconds
from bench.record import Row, record
from tests.counterparts.ports import free_port
from tests.counterparts.postoffice import PASSWORD, PostOffice, open_post_office
from tests.journeys.running import Office, Running

DESK = "desk@support.test"
WORDS = (
    "where",
    "order",
    "lamp",
    "parcel",
    "late",
    "refund",
    "thanks",
    "blue",
    "broken",
    "invoice",
    "help",
    "week",
    "the",
    "of",
    "and",
)
PATIENCE = 120.0


class Found(NamedTuple):
    """Mails a second; milliseconds of CPU a mail, the product's and the mail server's."""

    per_second: float
    cpu_ms: float
    server_ms: float


def make_mails(count: int, seed: int) -> list[bytes]:
    """See the module."""
    dice = random.Random(seed)
    return [_mail(number, f"{seed}.{number}", dice) for number in range(count)]


def _mail(number: int, name: str, dice: random.Random) -> bytes:
    who = f"known{number % 100}" if number % 2 else f"new{name}"
    mail = EmailMessage(email.policy.SMTP)
    mail["From"], mail["To"] = f"Customer {who} <{who}@customer.test>", DESK
    mail["Subject"], mail["Message-ID"], mail["Date"] = f"Order {name}", f"<{name}@customer.test>", formatdate()
    text = "\n\n".join(" ".join(dice.choices(WORDS, k=dice.randint(25, 45))) for _ in range(2))
    mail.set_content(text)
    if number % 4 == 0:
        mail.add_alternative("".join(f"<p>{part}</p>" for part in text.split("\n\n")), subtype="html")
    return bytes(mail)


class Rows:
    """How many messages a database holds, asked past the product."""

    def __init__(self, folder: Path, place: Place) -> None:
        self._file, self._place = folder / "data" / "lyhord.db", place

    def count(self) -> int:
        query = "SELECT count(*) FROM message"
        if self._place.cluster:
            with self._place.cluster.administer(self._place.address.rpartition("/")[2]) as connection:
                return int(str((connection.execute(query).fetchone() or (0,))[0]))
        with closing(sqlite3.connect(f"file:{self._file}?mode=ro", uri=True)) as connection:
            return int(connection.execute(query).fetchone()[0])

    def settle(self) -> None:
        """See `Place.settle`."""
        self._place.settle()

    def wait(self, wanted: int) -> None:
        """Until there are `wanted`."""
        end = time.monotonic() + PATIENCE
        while (found := self.count()) < wanted:
            if time.monotonic() > end:
                raise SystemExit(f"{found} of {wanted} mails came")
            time.sleep(0.02)


async def post(port: int, mails: Sequence[bytes], connections: int) -> None:
    """Hand all mails over, each connection one after another; every one must be taken."""
    queue = iter(mails)

    async def sender() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)

        async def say(line: bytes, expected: bytes) -> None:
            writer.write(line)
            while (answer := await reader.readline())[3:4] == b"-":
                pass
            if not answer.startswith(expected):
                raise SystemExit(answer.decode())

        await say(b"", b"220")
        await say(b"EHLO bench\r\n", b"250")
        for mail in queue:
            await say(b"MAIL FROM:<bench@customer.test>\r\n", b"250")
            await say(f"RCPT TO:<{DESK}>\r\n".encode(), b"250")
            await say(b"DATA\r\n", b"354")
            await say(mail + b".\r\n", b"250")
        writer.close()

    await asyncio.gather(*(sender() for _ in range(connections)))


def by_smtp(running: Running, rows: Rows, port: int, mails: Sequence[bytes], connections: int) -> Found:
    """As a company's own mail server would forward them, several at a time."""
    before, began, cpu = rows.count(), time.perf_counter(), cpu_seconds(running.pid)
    asyncio.run(post(port, mails, connections))
    rows.wait(before + len(mails))
    seconds = time.perf_counter() - began
    return Found(len(mails) / seconds, (cpu_seconds(running.pid) - cpu) / len(mails) * 1e3, 0.0)


def by_imap(running: Running, rows: Rows, post_office: PostOffice, office: Office, mails: Sequence[bytes]) -> Found:
    """From a folder in which they lie unread when the inbox is connected."""
    lay(post_office, mails)
    master = int((post_office.root / "run" / "master.pid").read_text())
    before, began = rows.count(), time.perf_counter()
    cpu, theirs = cpu_seconds(running.pid), cpu_seconds(master)
    connect(
        office, post_office, receive="imap", imap_host="127.0.0.1", imap_port=post_office.imap, imap_security="plain"
    )
    rows.wait(before + len(mails))
    seconds = time.perf_counter() - began
    ours = (cpu_seconds(running.pid) - cpu) / len(mails) * 1e3
    return Found(len(mails) / seconds, ours, (cpu_seconds(master) - theirs) / len(mails) * 1e3)


def lay(post_office: PostOffice, mails: Sequence[bytes]) -> None:
    """Put mails into the desk's folder, as if they had come while nobody fetched."""
    folder = post_office.root / "mail" / "support.test" / "desk" / "new"
    folder.mkdir(parents=True, exist_ok=True)
    for number, mail in enumerate(mails):
        (folder / f"{int(time.time())}.{number:06}.bench").write_bytes(mail)
    for path in [folder, *folder.parents[:3], *folder.iterdir()]:
        shutil.chown(path, "dovecot", "dovecot")


def connect(office: Office, post_office: PostOffice, **settings: Any) -> None:
    """A mail inbox that sends through the post office."""
    sending = {"smtp_host": "127.0.0.1", "smtp_port": post_office.submission, "smtp_security": "starttls"}
    chosen = {"address": DESK, **sending, **settings}
    office.post("/inboxes", {"channel": "mail", "name": "Desk", "settings": chosen, "secrets": {"password": PASSWORD}})


def ceiling(mails: Sequence[bytes]) -> float:
    """Milliseconds of CPU of one mail in the standard library's parser, its text read."""
    cpu = time.process_time()
    for mail in mails:
        body = email.message_from_bytes(mail, policy=email.policy.default).get_body(("plain",))
        assert body is not None
        body.get_content()
    return (time.process_time() - cpu) / len(mails) * 1e3


@contextmanager
def opened() -> Iterator[PostOffice]:
    """A post office whose certificate the product trusts."""
    with open_post_office() as post_office:
        os.environ["SSL_CERT_FILE"] = str(post_office.root / "server.pem")
        yield post_office


@contextmanager
def product(folder: Path, place: Place) -> Iterator[tuple[Running, Office, Rows]]:
    """A server on a fresh database, with somebody signed in."""
    fresh = place._replace(address=place.cluster.create()) if place.cluster else place
    with Running(folder, **fresh.settings) as running:
        office = Office(running)
        office.set_up()
        yield running, office, Rows(folder, fresh)


def measure(place: Place, folder: Path, options: argparse.Namespace) -> list[Row]:
    """Both ways in, on one engine."""
    engine, count = place.engine, options.mails
    floor = ceiling(make_mails(300, 9))
    found: dict[str, Found] = {}
    with opened() as post_office, product(folder / "smtp", place) as (running, office, rows):
        port = free_port()
        connect(office, post_office, receive="smtp", listen_host="127.0.0.1", listen_port=port)
        wait_for_port(port)
        by_smtp(running, rows, port, make_mails(200, 1), options.connections)
        rows.settle()
        found["smtp"] = by_smtp(running, rows, port, make_mails(count, 2), options.connections)
    with opened() as post_office, product(folder / "imap", place) as (running, office, rows):
        found["imap"] = by_imap(running, rows, post_office, office, make_mails(count, 3))
    result = []
    for way, one in found.items():
        print(
            f"{engine:10} {way}  {one.per_second:6.0f} mails/s   {one.cpu_ms:5.2f} ms of CPU a mail (the mail server {one.server_ms:.2f})"
            f"   ceiling {floor:.2f} ms   ratio {one.cpu_ms / floor:.2f}",
            flush=True,
        )
        rate, target = one.per_second, "at least 300 mails/s"
        result += [
            Row(f"mails by {way}", engine, count, round(rate, 1), "mails/s", None, None, target, rate >= 300),
            Row(
                f"mails by {way}",
                engine,
                count,
                round(one.cpu_ms, 2),
                "ms of CPU",
                round(floor, 2),
                round(one.cpu_ms / floor, 2),
                "at most 5 ms",
                one.cpu_ms <= 5,
            ),
        ]
    return result


def wait_for_port(port: int) -> None:
    """Until somebody listens."""

    async def look() -> None:
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except ConnectionRefusedError:
                await asyncio.sleep(0.05)
            else:
                writer.close()
                return

    asyncio.run(asyncio.wait_for(look(), PATIENCE))


def main() -> None:
    """Measure, print and record."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mails", type=int, default=1_500)
    parser.add_argument("--connections", type=int, default=20)
    choose_engine(parser)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        for place in each_place(options.engine):
            record(*measure(place, Path(name) / place.engine, options))


if __name__ == "__main__":
    main()
