"""`lyhord import mbox` beside a running server: mails per second, and what people who work meanwhile notice of it.

    python -m bench.mail_import [--mails 5000]

Prints the speed of the import, and the latency of a list and of a written note before it and during it.
"""

import argparse
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from email.message import EmailMessage
from email.utils import formatdate
from pathlib import Path
from typing import Any

from lyhord.app.first_run import with_product
from lyhord.app.settings import Settings
from lyhord.app.wiring import Product
from lyhord.kit.database.database import NOWHERE
from lyhord.kit.ids import new_id
from lyhord.kit.tokens import make_key
from lyhord.workspaces.actions.inboxes import StoredInbox, connect_inbox
from lyhord.workspaces.views import list_workspace_ids
from tests.journeys.running import Office, Running

DESK = "desk@firm.example"
WORDS = ["where", "order", "lamp", "parcel", "late", "refund", "thanks", "blue", "broken", "invoice", "help", "week"]


def write_mbox(path: Path, count: int) -> None:
    """Conversations of a few mails each: questions with quotes, answers, a tenth of it HTML, a tenth with a file."""
    dice = random.Random(7)
    with path.open("wb") as file:
        for number in range(count):
            who = f"customer{number // 4}@shop.example"
            mail = EmailMessage()
            mail["From"], mail["To"] = (DESK, who) if number % 4 == 1 else (who, DESK)
            mail["Subject"], mail["Message-ID"] = f"Order {number // 4}", f"<{number}@shop.example>"
            mail["Date"] = formatdate(1_700_000_000 + number * 600)
            text = "\n".join(" ".join(dice.choices(WORDS, k=12)) for _ in range(dice.randint(2, 30)))
            mail.set_content(f"{text}\n\nOn Monday, somebody wrote:\n> {text.splitlines()[0]}\n")
            if number % 10 == 0:
                mail.add_alternative(f"<p>{text}</p><table><tr><td>{number}</td></tr></table>", subtype="html")
            if number % 10 == 5:
                mail.add_attachment(dice.randbytes(30_000), "image", "png", filename="photo.png")
            file.write(b"From x Thu Jan  1 00:00:00 2024\n" + bytes(mail) + b"\n")


async def connect(product: Product) -> None:
    """An inbox to import into; it neither fetches nor sends."""
    (workspace_id,) = await product.database.read(NOWHERE, list_workspace_ids)
    settings: dict[str, object] = {"address": DESK, "receive": "none"}
    inbox = StoredInbox(new_id(), make_key(workspace_id), "mail", "Desk", settings, None, None, None, 0)
    await product.database.write(workspace_id, connect_inbox, inbox)


def after(seconds: float) -> Callable[[], bool]:
    end = time.monotonic() + seconds
    return lambda: time.monotonic() > end


def time_calls(*calls: Callable[[], Any], until: Callable[[], bool]) -> list[list[float]]:
    """Milliseconds of each call, one after another, ten rounds a second, until `until` is true."""
    taken: list[list[float]] = [[] for _ in calls]
    while not until():
        for call, found in zip(calls, taken, strict=True):
            began = time.perf_counter()
            call()
            found.append((time.perf_counter() - began) * 1_000)
        time.sleep(0.1)
    return taken


def describe(name: str, taken: list[float]) -> str:
    ranked = sorted(taken)
    p95, worst = ranked[int(len(ranked) * 0.95)], ranked[-1]
    return f"{name:<24} median {statistics.median(ranked):6.1f} ms   p95 {p95:6.1f} ms   worst {worst:6.1f} ms   ({len(ranked)} calls)"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mails", type=int, default=5_000)
    mails = parser.parse_args().mails
    with tempfile.TemporaryDirectory() as folder, Running(Path(folder)) as running:
        office = Office(running)
        office.set_up()
        with_product(Settings(data_dir=str(running.folder / "data")), connect)
        mbox = Path(folder) / "old.mbox"
        write_mbox(mbox, mails)

        def read() -> None:
            office.get("/tickets", list="all")

        def write() -> None:
            office.patch("/me", {"name": "Boss"})

        before = time_calls(read, write, until=after(5))
        command = [str(Path(sys.executable).with_name("lyhord")), "import", "mbox", str(mbox)]
        environment = {**os.environ, "LYHORD_DATA_DIR": str(running.folder / "data")}
        began = time.perf_counter()
        importing = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
        during = time_calls(read, write, until=lambda: importing.poll() is not None)
        seconds = time.perf_counter() - began
        said, _ = importing.communicate()
        print(said.strip())
        print(f"{mails} mails of {mbox.stat().st_size / 1e6:.1f} MB in {seconds:.1f} s: {mails / seconds:.0f} a second")
        for name, alone, beside in zip(("a list", "a write"), before, during, strict=True):
            print(describe(f"{name} alone", alone))
            print(describe(f"{name} during the import", beside))
        began = time.perf_counter()
        again = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        print(f"once more in {time.perf_counter() - began:.1f} s: {again.stdout.strip()}")


if __name__ == "__main__":
    main()
