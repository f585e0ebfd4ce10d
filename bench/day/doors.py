"""The doors by which a day's customers come: old mail by `lyhord import mbox`, mail by SMTP and IMAP, the chat by its visitors' API."""

import os
import queue
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Sequence
from email.message import EmailMessage
from email.utils import formatdate
from pathlib import Path

import httpx

from bench.day.talks import BEFORE, Talk
from tests.counterparts.postoffice import PostOffice
from tests.journeys.desk import MAILBOX, mailbox
from tests.journeys.running import Office, eventually

YEAR = 365 * 86_400


class Doors:
    """Connected, with what each customer needs to write again: the mail that they answer, or the token of their chat."""

    def __init__(self, office: Office, post: PostOffice, talks: Sequence[Talk]) -> None:
        self.office = office
        self.post = post
        self.talks = talks
        self.base = office.running.base
        self.client = httpx.Client(base_url=f"{self.base}/visitor/v1", timeout=30)
        self._tokens: dict[str, str] = {}
        self._last_mail: dict[str, str] = {}
        self._said = dict.fromkeys((one.name for one in talks), 0)
        settings = {"company": "Norrsken", "allowed_origins": [self.base]}
        self.chat = office.post("/inboxes", {"channel": "webchat", "name": "Chat", "settings": settings})
        office.post("/inboxes", mailbox(post))

    def import_history(self, folder: Path) -> None:
        """A year ago some of them wrote as well."""
        archive = folder / "old.mbox"
        with archive.open("wb") as file:
            for talk in self.talks:
                for number, words in enumerate(talk.old):
                    mail = self._letter(talk, f"<old-{number}-{talk.address}>", words, "A year ago")
                    mail["Date"] = formatdate(time.time() - YEAR + number * 3_600)
                    file.write(b"From x Thu Jan  1 00:00:00 2024\n" + bytes(mail) + b"\n")
        command = [str(Path(sys.executable).with_name("lyhord")), "import", "mbox", str(archive)]
        environment = {**os.environ, "LYHORD_DATA_DIR": str(folder / "data")}
        subprocess.run(command, env=environment, check=True, capture_output=True)

    def open_day(self) -> None:
        """Each says what they say before anybody is at work; done once all of it can be read."""
        for number in range(BEFORE):
            for talk in self.talks:
                self.say(talk, number)
        eventually(lambda: len(everything(self.office)) >= len(self.talks), seconds=300)

    def say(self, talk: Talk, number: int) -> None:
        """One message of a talk, by its door."""
        words = talk.words[number]
        if talk.door == "chat":
            self._chat(talk, words)
            return
        subject = f"Re: {talk.words[1][:60]}" if number else talk.words[1][:60]
        mail = self._letter(talk, f"<{number}-{talk.address}>", words, subject)
        if number:
            mail["In-Reply-To"] = mail["References"] = f"<{number - 1}-{talk.address}>"
        self.post.post(mail, talk.address, MAILBOX)

    def _letter(self, talk: Talk, message_id: str, words: str, subject: str) -> EmailMessage:
        mail = EmailMessage()
        mail["From"] = f"{talk.name} <{talk.address}>"
        mail["To"] = MAILBOX
        mail["Subject"] = subject
        mail["Message-ID"] = message_id
        mail.set_content(words)
        return mail

    def _chat(self, talk: Talk, words: str) -> None:
        """From an address of their own, as a proxy in front of the server says it."""
        place = self.talks.index(talk)
        headers = {"origin": self.base, "x-forwarded-for": f"198.18.{place // 200}.{place % 200 + 1}"}
        if talk.name not in self._tokens:
            opened = self.client.post("/sessions", json={"inbox": self.chat["key"]}, headers=headers)
            self._tokens[talk.name] = opened.raise_for_status().json()["token"]
        headers["authorization"] = f"Bearer {self._tokens[talk.name]}"
        body = {"key": uuid.uuid4().hex, "text": words, "name": talk.name}
        self.client.post("/messages", json=body, headers=headers).raise_for_status()


class Rain:
    """What customers go on to say while people work: as many messages as are asked for, in a thread of its own."""

    def __init__(self, doors: Doors) -> None:
        self._doors = doors
        longest = max(len(one.words) for one in doors.talks)
        self.left = [(one, at) for at in range(BEFORE, longest) for one in doors.talks if at < len(one.words)]
        self.fallen = 0
        self.problems: list[str] = []
        self._asked: queue.SimpleQueue[tuple[Talk, int] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._fall)
        self._thread.start()

    def more(self, count: int) -> None:
        """Let so many come, soon."""
        for one in self.left[:count]:
            self._asked.put(one)
        del self.left[:count]

    def stop(self) -> None:
        """Once all that was asked for has come."""
        self._asked.put(None)
        self._thread.join()

    def _fall(self) -> None:
        while (one := self._asked.get()) is not None:
            try:
                self._doors.say(*one)
                self.fallen += 1
            except (OSError, httpx.HTTPError) as problem:
                self.problems.append(f"{one[0].name}: {problem}")


LISTS = ("all", "snoozed", "resolved")


def everything(office: Office) -> dict[str, dict[str, str]]:
    """The newest ticket of each customer by their name, with the list it stands in, by the server's own lists."""
    found: dict[str, dict[str, str]] = {}
    for name in LISTS:
        cursor = None
        while True:
            page = office.get("/tickets", list=name, limit=200, **({"cursor": cursor} if cursor else {}))
            for row in page["items"]:
                known = found.get(row["title"])
                if known is None or known["id"] < row["id"]:
                    found[row["title"]] = {**row, "list": name}
            cursor = page["next"]
            if not cursor:
                break
    return found
