"""The main job, end to end: mail and web chat of one person meet in one timeline, live, through a crash, and nothing is lost."""

import time
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from joserfc import jwt
from joserfc.jwk import OctKey
from playwright.sync_api import Browser, Page, expect

from tests.counterparts.ports import free_port
from tests.counterparts.postoffice import PASSWORD as MAIL_PASSWORD
from tests.counterparts.postoffice import PostOffice
from tests.journeys import pages
from tests.journeys.running import Office, Running

CUSTOMER = "anna@customer.test"
SECRET = "a secret of at least thirty-two characters"
SHOTS = Path("test-output/journeys")


def letter(text: str, subject: str = "My lamp", **headers: str) -> EmailMessage:
    """A mail as Anna's program writes it."""
    mail = EmailMessage()
    mail["From"] = f"Anna Berg <{CUSTOMER}>"
    mail["To"] = "desk@support.test"
    mail["Subject"] = subject
    mail["Message-ID"] = f"<{time.monotonic_ns()}@customer.test>"
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    return mail


def connect_mail(office: Office, post: PostOffice) -> dict[str, Any]:
    """Connect the company's mailbox, with the live check that the page makes."""
    settings = {
        "address": "desk@support.test",
        "receive": "imap",
        "imap_host": "127.0.0.1",
        "imap_port": post.imap,
        "imap_security": "plain",
        "smtp_host": "127.0.0.1",
        "smtp_port": post.submission,
        "smtp_security": "plain",
        "username": "desk@support.test",
    }
    body = {"channel": "mail", "name": "Support", "settings": settings, "secrets": {"password": MAIL_PASSWORD}}
    assert office.post("/inboxes/check", body)["ok"], office.post("/inboxes/check", body)
    inbox: dict[str, Any] = office.post("/inboxes", body)
    return inbox


def connect_chat(office: Office, origin: str) -> dict[str, Any]:
    """Put the chat on the company's site."""
    settings = {"company": "Firm", "allowed_origins": [origin]}
    body = {"channel": "webchat", "name": "Chat", "settings": settings, "secrets": {"identity_secret": SECRET}}
    inbox: dict[str, Any] = office.post("/inboxes", body)
    return inbox


def signed() -> str:
    """What the company's site says of Anna, who is signed in there."""
    now = int(time.time())
    claims = {"email": CUSTOMER, "name": "Anna Berg", "sub": "17", "iat": now, "exp": now + 600}
    return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(SECRET))


def test_mail_and_chat_meet_in_one_timeline_and_a_crash_loses_nothing(
    running: Running,
    office: Office,
    post_office: PostOffice,
    page: Page,
    browser: Browser,
    record_property: Callable[[str, object], None],
) -> None:
    post_office.empty(CUSTOMER)
    post_office.empty("desk@support.test")
    connect_mail(office, post_office)
    pages.sign_in(page, running)
    pages.open_list(page, running, "all")
    expect(page.get_by_text("Support").or_(page.get_by_role("main")).first).to_be_visible()

    # an outside program sends a mail; the open inbox shows it within two seconds
    first = letter("The lamp flickers when it rains.")
    post_office.post(first, CUSTOMER, "desk@support.test")
    began = time.monotonic()
    row = page.get_by_text("Anna Berg").first
    expect(row).to_be_visible()
    record_property("seconds_to_inbox", round(time.monotonic() - began, 2))

    # the agent answers in the browser; the answer arrives threaded
    row.click()
    expect(page.get_by_text("The lamp flickers when it rains.").last).to_be_visible()
    pages.say(page, "We send you a dry one today.")
    (answer,) = post_office.wait_for_mail(CUSTOMER, 1)
    assert answer["In-Reply-To"] == first["Message-ID"]
    assert answer["Subject"] == "Re: My lamp"
    assert "We send you a dry one today." in answer.get_body(("plain",)).get_content()  # type: ignore[union-attr]

    # the same person, signed in on the company's site, writes in the chat: one timeline
    context = browser.new_context(locale="en-GB")
    site = context.new_page()
    port = free_port()
    chat = connect_chat(office, f"http://localhost:{port}")
    with pages.shop(port, running.base, chat["key"], signed()) as origin:
        site.goto(origin)
        site.get_by_role("button", name="Chat").click()
        expect(site.get_by_text("We send you a dry one today.")).to_be_visible()
        box = site.get_by_role("textbox").last
        box.fill("It has arrived, thank you")
        box.press("Enter")
        expect(page.get_by_text("It has arrived, thank you").last).to_be_visible()
        conversations = {row["conversation_id"] for row in office.get("/tickets", list="all")["items"]}
        assert len(conversations) == 1

        # the answer goes where the customer wrote last: the chat, not the mail
        pages.say(page, "Enjoy it")
        expect(site.get_by_text("Enjoy it")).to_be_visible()
        page.screenshot(path=_shot("agent.png"))
        site.screenshot(path=_shot("customer.png"))

        # the server is killed while both write; the pages recover by themselves and nothing is lost
        running.kill()
        box.fill("Written while you were away")
        box.press("Enter")
        post_office.post(letter("And by mail meanwhile", "Re: My lamp"), CUSTOMER, "desk@support.test")
        running.start()
        for words in ("Written while you were away", "And by mail meanwhile"):
            expect(page.get_by_text(words).last).to_be_visible(timeout=60_000)
        expect(site.get_by_text("And by mail meanwhile")).to_be_visible(timeout=60_000)
    context.close()

    (conversation,) = {row["conversation_id"] for row in office.get("/tickets", list="all")["items"]}
    said = [one["text"].strip() for one in office.get(f"/conversations/{conversation}/messages")["items"]]
    assert sorted(said) == sorted(
        [
            "The lamp flickers when it rains.",
            "We send you a dry one today.",
            "It has arrived, thank you",
            "Enjoy it",
            "Written while you were away",
            "And by mail meanwhile",
        ]
    )
    mails = [(mail["Message-ID"], mail["Subject"], mail.as_string()) for mail in post_office.list_mails(CUSTOMER)]
    assert len(mails) == 1, mails


def _shot(name: str) -> str:
    SHOTS.mkdir(parents=True, exist_ok=True)
    return str(SHOTS / name)
