"""A day's traffic through every door, good and bad, and not a word of it in the log: no name, no address, no subject, no text."""

import json
import re
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import httpx
import pytest

from tests.counterparts.postoffice import PASSWORD as MAIL_PASSWORD
from tests.counterparts.postoffice import PostOffice
from tests.journeys.cluster import SIGNING_KEY
from tests.journeys.desk import MAILBOX, mailbox
from tests.journeys.running import PASSWORD, Office, Running, eventually

pytestmark = pytest.mark.long

CANARY = re.compile(r"canary|nightingale|näktergal", re.IGNORECASE)
BOSS = "canary.boss@firm.example"
CUSTOMER = "anna@customer.test"
SECRETS = (PASSWORD, MAIL_PASSWORD, SIGNING_KEY, BOSS, CUSTOMER, "desk@support.test")


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    with Running(tmp_path, log_level="info", log_format="json") as running:
        yield running


def letter(subject: str, text: str) -> EmailMessage:
    """A mail that is full of canaries."""
    mail = EmailMessage()
    mail["From"] = f"Canary Nightingale <{CUSTOMER}>"
    mail["To"] = "desk@support.test"
    mail["Cc"] = "Näktergal <nightingale@customer.test>"
    mail["Subject"] = subject
    mail["Message-ID"] = f"<{abs(hash(text))}.canary@nightingale.test>"
    mail.set_content(text)
    mail.add_attachment(b"canary", maintype="text", subtype="canary", filename="nightingale.txt")
    return mail


def agents_work(office: Office, running: Running) -> None:
    """People sign in, with the right words and with wrong ones, look for others and are refused."""
    office.patch("/me", {"name": "Canary Boss"})
    office.patch("/workspace", {"name": "Nightingale & Co", "settings": {"undo_seconds": 0}})
    office.post("/agents", {"email": "canary.colleague@firm.example", "role": "agent"})
    other = Office(running)
    other.sign_in(BOSS)
    for password in ("canary password", "nightingale"):
        refused = other.client.post("/sign-in", json={"email": BOSS, "password": password})
        assert refused.status_code == 401
    other.client.post("/links/password-reset", json={"email": BOSS})
    other.get("/contacts", query="canary")
    other.get("/search", q="nightingale")
    for body in (b"{canary", b'{"canary": 1}', b'{"email": "canary", "role": "nightingale"}'):
        for path in ("/sign-in", "/inboxes", "/agents"):
            headers = {"content-type": "application/json"}
            assert other.client.post(path, content=body, headers=headers).status_code in {400, 401, 422}
    other.client.close()


def customers_write(office: Office, running: Running, post: PostOffice) -> str:
    """By mail, in a chat, and by webhooks that are right, wrong and forged; the conversation of the mail."""
    post.post(letter("Canary song", "The nightingale sings."), CUSTOMER, "desk@support.test")
    broken = (
        b"From: Canary <\xff\xfe@nightingale>\r\nSubject: =?utf-8?b?canary?=\r\nContent-Type: canary/\r\n\r\ncanary\xff"
    )
    post.post(broken, CUSTOMER, "desk@support.test")
    chat = office.post("/inboxes", {"channel": "webchat", "name": "Canary chat", "settings": {"company": "Firm"}})
    with httpx.Client(base_url=f"{running.base}/visitor/v1", headers={"origin": running.base}, timeout=20) as visitor:
        came = visitor.post("/sessions", json={"inbox": chat["key"]})
        assert came.is_success, came.text
        visitor.headers["authorization"] = f"Bearer {came.json()['token']}"
        said = visitor.post("/messages", json={"key": "canary-1", "text": "A nightingale!", "name": "Canary"})
        assert said.is_success, said.text
        visitor.post("/files", params={"name": "canary.txt"}, content=b"canary")
        assert visitor.post("/messages", json={"key": "canary", "canary": "nightingale"}).status_code == 422
    hook = office.post(
        "/inboxes", {"channel": "sandbox", "name": "Nightingale", "settings": {"signing_key": SIGNING_KEY}}
    )
    forged = httpx.post(
        f"{running.base}/in/{hook['key']}", content=b"canary", headers={"x-sandbox-signature": "canary"}
    )
    assert forged.status_code == 401
    rows = eventually(lambda: [row for row in office.get("/conversations")["items"] if row["value"] == CUSTOMER])
    return str(rows[0]["id"])


def test_no_line_of_the_log_holds_what_people_wrote_or_are_called(running: Running, post_office: PostOffice) -> None:
    post_office.empty(CUSTOMER)
    post_office.empty(MAILBOX)
    office = Office(running)
    office.set_up(BOSS, "Canary Boss")
    office.post("/workspace/ready")
    office.post("/inboxes", mailbox(post_office))
    wrong = mailbox(post_office)
    wrong["secrets"] = {"password": "canary"}
    office.post("/inboxes/check", wrong)
    agents_work(office, running)
    conversation = customers_write(office, running, post_office)
    for text in ("We love your canary.", "Näktergal!"):
        office.post(f"/conversations/{conversation}/messages", {"text": text})
    post_office.wait_for_mail(CUSTOMER, 2)
    office.client.close()
    running.stop()
    lines = (running.folder / "server.log").read_text().splitlines()
    told = [line for line in lines if line.startswith("{")]
    assert {json.loads(line)["event"] for line in told} >= {"request", "refused", "webhook refused"}
    assert [line for line in lines if CANARY.search(line) or any(secret in line for secret in SECRETS)] == []
