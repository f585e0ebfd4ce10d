"""Mails that break programs reach the running product through a real post office: each has a clear outcome, its original can be had as
it came, and whoever writes next is heard at once. Then what comes back to our own mails, and a disk that is full."""

import contextlib
import smtplib
import statistics
import subprocess
import time
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.channels.mail.bad_mails import BAD_MAILS, large
from tests.counterparts.ports import free_port
from tests.counterparts.postoffice import PASSWORD as MAIL_PASSWORD
from tests.counterparts.postoffice import PostOffice
from tests.faults.rig import slowness
from tests.journeys.running import Office, Running, eventually
from tests.journeys.several import product

pytestmark = pytest.mark.long

DESK = "desk@support.test"
SALES = "sales@support.test"
"""Seconds in which a good mail behind a bad one must be there: a margin for a machine that others use too."""


class Company:
    """The product with a mailbox that it fetches from, and an inbox to which mail is forwarded."""

    def __init__(self, running: Running, post: PostOffice, desk: str = DESK, sales: str = SALES) -> None:
        self.running = running
        self.post = post
        self.office = Office(running)
        self.port = free_port()
        self.desk, self.sales = desk, sales
        self.office.set_up()
        self.office.post("/workspace/ready")
        self.office.patch("/workspace", {"settings": {"undo_seconds": 0}})
        out = {"smtp_host": "127.0.0.1", "smtp_port": post.submission, "smtp_security": "plain"}
        fetched = {"imap_host": "127.0.0.1", "imap_port": post.imap, "imap_security": "plain", "username": desk}
        secrets = {"password": MAIL_PASSWORD}
        for address, ways in (
            (desk, {"receive": "imap", **fetched}),
            (sales, {"receive": "smtp", "listen_port": self.port, "username": sales}),
        ):
            settings = {"address": address, **out, **ways}
            self.office.post("/inboxes", {"channel": "mail", "name": address, "settings": settings, "secrets": secrets})

    def said_by(self, sender: str) -> list[dict[str, Any]]:
        """The messages of the conversation with that address."""
        rows = self.office.get("/conversations", limit=200)["items"]
        found = [row["id"] for row in rows if row["value"] == sender]
        return self.office.get(f"/conversations/{found[0]}/messages")["items"] if found else []

    def hear(self, sender: str) -> dict[str, Any]:
        """The first message of that address, once it is there."""
        message: dict[str, Any] = eventually(lambda: self.said_by(sender))[0]
        return message

    def original(self, message_id: str) -> httpx.Response:
        """What brought the message, as a download."""
        answer = self.office.client.get(f"/messages/{message_id}/raw")
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-disposition"].startswith(f'attachment; filename="{message_id}.eml"')
        return answer

    def tickets(self, name: str = "all") -> list[dict[str, Any]]:
        """The rows of an inbox list."""
        rows: list[dict[str, Any]] = self.office.get("/tickets", list=name, limit=200)["items"]
        return rows

    def ticket(self, conversation_id: str) -> dict[str, Any]:
        """The conversation's ticket as the list shows it."""
        rows = [row for name in ("all", "resolved") for row in self.tickets(name)]
        return next(row for row in rows if row["conversation_id"] == conversation_id)

    def forward(self, sender: str, content: bytes) -> None:
        """The company's own server passes a mail on to the SMTP receiver."""
        with smtplib.SMTP("127.0.0.1", self.port, timeout=60) as server:
            server.sendmail(sender, [self.sales], content)


def plain(sender: str, text: str, to: str = DESK, **fields: str) -> EmailMessage:
    """A mail without any trap."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, to, "Hello"
    mail["Message-ID"] = f"<{time.monotonic_ns()}@customer.test>"
    for name, value in fields.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    return mail


def kept(post: PostOffice, subject_id: str) -> bytes:
    """The mail with that message id as it lies in the mailbox, byte for byte."""
    with post.mailbox(DESK) as box:
        (numbers,) = box.search(None, "HEADER", "Message-ID", f"<{subject_id}>")[1]
        answer = box.fetch(numbers.split()[-1].decode(), "(BODY.PEEK[])")[1][0]
        assert isinstance(answer, tuple)
        return answer[1]


@pytest.fixture(scope="module")
def company(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, post_office: PostOffice
) -> Iterator[Company]:
    """One running product for all mails of this file."""
    with product(request, tmp_path_factory.mktemp("company")) as running:
        company = Company(running, post_office)
        eventually(lambda: all(inbox["health"]["ok"] for inbox in company.office.get("/inboxes")))
        yield company
        company.office.client.close()


@pytest.mark.parametrize("name", [name for name in BAD_MAILS if name != "no-sender"])  # Postfix gives that one a sender
def test_a_bad_mail_has_its_outcome_and_holds_up_nobody(company: Company, name: str) -> None:
    sender, good = f"{name}@bad.test", f"after-{name}@customer.test"
    company.post.post(BAD_MAILS[name].make(sender), "someone@bad.test", DESK)
    company.post.post(plain(good, "Are you there?"), good, DESK)
    assert company.hear(good)["text"].strip() == "Are you there?"

    shown = company.hear(sender)
    assert shown["text"].startswith(BAD_MAILS[name].text)
    assert set(shown["flags"]) == BAD_MAILS[name].flags
    assert tuple(file["type"] for file in shown["attachments"]) == BAD_MAILS[name].types
    assert company.original(shown["id"]).content == kept(company.post, sender)
    for file in shown["attachments"]:
        answer = company.office.client.get(f"/attachments/{file['id']}")
        assert answer.headers["content-disposition"].startswith("attachment;")
        assert "sandbox" in answer.headers["content-security-policy"]


@pytest.mark.parametrize(
    "name",
    [
        "a-header-of-a-megabyte",
        "a-subject-of-a-megabyte",
        "mixed-and-wrong-charsets",
        "nul-and-lone-surrogates",
        "an-svg",
    ],
)
def test_a_forwarded_mail_is_kept_as_it_was_sent(company: Company, name: str) -> None:
    sender = f"forwarded-{name}@bad.test"
    content = BAD_MAILS[name].make(sender)
    company.forward(sender, content)
    shown = company.hear(sender)
    assert shown["text"].startswith(BAD_MAILS[name].text)
    assert set(shown["flags"]) == BAD_MAILS[name].flags
    assert company.original(shown["id"]).content.removesuffix(b"\r\n") == content.removesuffix(b"\r\n")


def test_a_mail_without_a_sender_is_shown_as_such(company: Company) -> None:
    company.forward("", BAD_MAILS["no-sender"].make("no-sender-at-all"))
    shown = company.hear("")
    assert (shown["text"], shown["flags"]) == ("problem.mail.no_sender", ["unsupported"])
    assert b"no-sender-at-all" in company.original(shown["id"]).content


def test_sixty_megabytes_arrive_and_one_over_the_limit_is_told(
    company: Company, record_property: Callable[[str, object], None]
) -> None:
    company.post.post(large("sixty@bad.test", 59.5), "sixty@bad.test", DESK)
    company.post.post(large("over@bad.test", 61), "over@bad.test", DESK)
    began = time.monotonic()
    company.post.post(plain("after@customer.test", "Still there?"), "after@customer.test", DESK)
    assert company.hear("after@customer.test")["text"].strip() == "Still there?"
    record_property("seconds_behind_121_megabytes", round(time.monotonic() - began, 2))

    shown = company.hear("sixty@bad.test")
    (film,) = shown["attachments"]
    assert film["size"] > 43_000_000
    assert company.original(shown["id"]).content == kept(company.post, "sixty@bad.test")

    told = company.hear("over@bad.test")
    assert (told["text"], told["flags"]) == ("problem.mail.too_large", ["unsupported"])
    head = company.original(told["id"]).content
    assert kept(company.post, "over@bad.test").startswith(head)
    assert b"Message-ID: <over@bad.test>" in head


def test_a_mail_is_in_the_inbox_within_two_seconds(
    company: Company, record_property: Callable[[str, object], None]
) -> None:
    taken: list[float] = []
    for n in range(7):
        sender = f"quick-{n}@customer.test"
        company.post.post(plain(sender, "Hello"), sender, DESK)
        began = time.monotonic()
        eventually(lambda who=sender: [row for row in company.tickets() if row["title"] == who])
        taken.append(time.monotonic() - began)
    record_property("seconds_from_postfix_to_the_list", [round(one, 3) for one in taken])
    assert statistics.median(taken) < 2 * slowness()


def write_to(company: Company, customer: str, text: str) -> dict[str, Any]:
    """The customer has written, and the company answers; the answer's message."""
    company.post.post(plain(customer, "Where is it?"), customer, DESK)
    asked = company.hear(customer)
    path = f"/conversations/{asked['conversation_id']}/messages"
    answer: dict[str, Any] = company.office.post(path, {"text": text})
    return answer


def delivery(company: Company, message: dict[str, Any]) -> dict[str, Any]:
    """How a message of ours fares."""
    items = company.office.get(f"/conversations/{message['conversation_id']}/messages")["items"]
    found: dict[str, Any] = next(one["delivery"] for one in items if one["id"] == message["id"])
    return found


def test_a_bounce_says_why_the_answer_did_not_arrive(company: Company) -> None:
    answer = write_to(company, "nobody@customer.test", "On its way")
    failed = eventually(lambda: (d := delivery(company, answer))["state"] == "failed" and d)
    assert "5.1.1" in failed["error"] or "User doesn't exist" in failed["error"]
    assert "nobody@customer.test" in failed["error"]
    said = company.office.get(f"/conversations/{answer['conversation_id']}/messages")["items"]
    assert [one["text"].strip() for one in said] == ["Where is it?", "On its way"]  # the report is no message
    assert not company.said_by("mailer-daemon@mx.support.test")


@pytest.mark.parametrize("polite", [True, False])
def test_a_machine_that_answers_everything_gets_one_mail(company: Company, polite: bool) -> None:
    customer = "anna@customer.test" if polite else "ben@customer.test"
    answer = write_to(company, customer, "On its way")
    (mail,) = company.post.wait_for_mail(customer, 1)
    assert company.ticket(answer["conversation_id"])["status"] == "pending"
    signs = {"Auto-Submitted": "auto-replied (vacation)"} if polite else {}
    away = plain(customer, "I am away", In_Reply_To=mail["Message-ID"], **signs)
    company.post.post(away, customer, DESK)
    back = eventually(lambda: [m for m in company.said_by(customer) if m["text"].strip() == "I am away"])[0]
    assert back["flags"] == (["auto_reply"] if polite else [])
    assert back["answers"] == answer["id"]
    assert company.ticket(answer["conversation_id"])["status"] == ("pending" if polite else "open")
    company.post.post(mail.as_bytes(), customer, DESK)  # a forward at their side sends our own mail back
    own = eventually(lambda: [m for m in company.said_by(DESK) if customer in m["recipients"][0]["value"]])[0]
    assert "loop" in own["flags"]
    time.sleep(1.5)
    company.post.settle()
    assert len(company.post.list_mails(customer)) == 1


def test_a_mailing_list_is_known_and_gets_no_answer(company: Company) -> None:
    post = plain("list@news.test", "News", List_Id="<news.news.test>", List_Unsubscribe="<mailto:off@news.test>")
    company.post.post(post, "list-bounces@news.test", DESK)
    assert company.hear("list@news.test")["flags"] == ["bulk"]
    company.post.settle()
    assert (
        "list-bounces@news.test" not in (company.post.root / "postfix.log").read_text().split("from=<list-bounces")[-1]
    )


@contextlib.contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Path]:
    """A file system of that size at `folder`."""
    folder.mkdir(parents=True)
    command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "lyhord-test", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"this machine lets nobody mount a file system: {done.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_loses_nothing_and_heals_by_itself(
    tmp_path: Path, post_office: PostOffice, record_property: Callable[[str, object], None]
) -> None:
    post_office.empty(SALES)
    with small_disk(tmp_path / "data", 24) as disk, Running(tmp_path) as running:
        company = Company(running, post_office, SALES, DESK)
        eventually(lambda: all(inbox["health"]["ok"] for inbox in company.office.get("/inboxes")))
        post_office.post(plain("first@customer.test", "Before"), "first@customer.test", SALES)
        first = company.hear("first@customer.test")
        filler = disk / "filler"
        fill(filler)
        path = f"/conversations/{first['conversation_id']}/messages"
        refused = eventually(lambda: _refused(company, path))
        fill(filler)  # what the database gave back when it was refused
        assert refused.status_code == 503
        assert int(refused.headers["retry-after"]) > 0
        assert refused.json()["key"].startswith("problem.")
        assert company.office.get(path)["items"]  # reading goes on
        words = "x" * 70_000
        post_office.post(plain("second@customer.test", words), "second@customer.test", SALES)
        with pytest.raises(smtplib.SMTPDataError) as later:
            company.forward("third@customer.test", plain("third@customer.test", words).as_bytes())
        assert later.value.smtp_code == 452
        time.sleep(1)
        assert [("\\Seen" in flags) for flags in post_office.flags(SALES)] == [True, False]

        filler.unlink()
        began = time.monotonic()
        assert company.office.client.post(path, json={"text": "Again", "kind": "note"}).is_success
        company.forward("third@customer.test", plain("third@customer.test", words).as_bytes())
        assert company.hear("third@customer.test")
        assert company.hear("second@customer.test")
        record_property("seconds_to_recover", round(time.monotonic() - began, 1))
        assert all("\\Seen" in flags for flags in post_office.flags(SALES))
        eventually(lambda: all(inbox["health"]["ok"] for inbox in company.office.get("/inboxes")))
        company.office.client.close()


def fill(filler: Path) -> None:
    """Take all the room that there is."""
    with filler.open("ab", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(bytes(4_096))


def _refused(company: Company, path: str) -> httpx.Response | None:
    """The first answer that isn't yes, of notes written until the disk has no room left."""
    answer = company.office.client.post(path, json={"text": "x" * 15_000, "kind": "note"})
    return None if answer.is_success else answer
