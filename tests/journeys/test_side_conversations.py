"""A third party is asked by mail beside a customer's conversation: what they answer stands there, and the customer sees none of it."""

import re
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.counterparts.ports import free_port
from tests.counterparts.postoffice import PostOffice
from tests.journeys import pages
from tests.journeys.desk import PICTURE
from tests.journeys.running import Office, Running, eventually
from tests.journeys.test_one_timeline import CUSTOMER, connect_chat, connect_mail, letter, signed

pytestmark = pytest.mark.long

SUPPLIER = "ben@customer.test"
CLERK = "sales@support.test"
SHOTS = Path("test-output/journeys")


def answer_to(asked: EmailMessage, text: str, **headers: str) -> EmailMessage:
    """What the supplier's program writes below the answer key."""
    mail = EmailMessage()
    mail["From"] = f"Ben Mill <{SUPPLIER}>"
    mail["To"] = "desk@support.test"
    mail["Subject"] = f"Re: {asked['Subject']}"
    mail["Message-ID"] = f"<{abs(hash(text))}@customer.test>"
    mail["In-Reply-To"] = mail["References"] = asked["Message-ID"]
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    return mail


def words(mail: EmailMessage) -> str:
    """The plain words of a mail."""
    body: Any = mail.get_body(("plain",))
    return str(body.get_content())


def test_a_third_party_is_asked_and_the_customer_sees_none_of_it(
    running: Running, office: Office, post_office: PostOffice, page: Page, browser: Browser
) -> None:
    for mailbox in (CUSTOMER, SUPPLIER, CLERK, "desk@support.test"):
        post_office.empty(mailbox)
    connect_mail(office, post_office)
    pages.sign_in(page, running)
    pages.open_list(page, running, "all")
    complaint = letter("The lamp flickers when it rains.")
    complaint.add_attachment(PICTURE, maintype="image", subtype="png", filename="lamp.png")
    post_office.post(complaint, CUSTOMER, "desk@support.test")
    row = page.get_by_text("Anna Berg").first
    expect(row).to_be_visible()
    row.click()
    expect(page.get_by_text("The lamp flickers when it rains.").last).to_be_visible()

    # the customer is in the chat meanwhile, signed in
    port = free_port()
    chat = connect_chat(office, f"http://localhost:{port}")
    context = browser.new_context(locale="en-GB")
    site = context.new_page()
    with pages.shop(port, running.base, chat["key"], signed()) as origin:
        site.goto(origin)
        site.get_by_role("button", name="Chat").click()
        expect(site.get_by_text("The lamp flickers when it rains.")).to_be_visible()

        # the message is forwarded from the palette, picture and all, with words before it
        page.keyboard.press("Escape")
        page.keyboard.press("Control+k")
        page.get_by_role("combobox").fill("forward")
        page.keyboard.press("Enter")
        dialog = page.get_by_role("dialog", name="Forward")
        expect(dialog.get_by_label("Subject")).to_have_value("Fwd: My lamp")
        expect(dialog.get_by_label("lamp.png")).to_be_checked()
        box = dialog.get_by_role("textbox", name="Message")
        box.press("Control+Home")
        box.type("Is that a known fault?")
        dialog.get_by_label("To").fill(CUSTOMER)
        dialog.get_by_role("button", name="Send").click()
        expect(dialog.get_by_text("The customer is among them.")).to_be_visible()
        page.screenshot(path=_shot("side-ask.png"))
        dialog.get_by_label("To").fill(SUPPLIER)
        dialog.get_by_role("button", name="Send").click()
        pane = page.get_by_role("dialog", name="Side conversation: Fwd: My lamp")
        expect(pane.get_by_text("Is that a known fault?")).to_be_visible()

        # taken back once while there is time, then sent for good
        pane.get_by_role("button", name="Undo").click()
        write = pane.get_by_role("textbox", name="Write to them")
        expect(write).to_have_text(re.compile("^Is that a known fault\\?"))
        expect(pane.get_by_text("lamp.png")).to_be_visible()
        write.press("Control+Enter")
        (asked,) = post_office.wait_for_mail(SUPPLIER, 1)
        assert asked["Subject"] == "Fwd: My lamp"
        assert asked["In-Reply-To"] is None
        assert f"From: Anna Berg <{CUSTOMER}>" in words(asked)
        assert "The lamp flickers when it rains." in words(asked)
        assert [part.get_content() for part in asked.iter_attachments()] == [PICTURE]
        page.keyboard.press("Escape")
        bar = page.get_by_role("list", name="Side conversations")
        expect(bar.get_by_text("Waits for an answer")).to_be_visible()

        # a machine answers nothing, a person does; both stand beside the conversation
        away = answer_to(asked, "I am on holiday.", Auto_Submitted="auto-replied")
        post_office.post(away, SUPPLIER, "desk@support.test")
        told = answer_to(asked, "Yes, lamp 7 leaks. I send a new seal.")
        told.add_attachment(b"seal", maintype="application", subtype="octet-stream", filename="seal.bin")
        post_office.post(told, SUPPLIER, "desk@support.test")
        expect(bar.get_by_text("Answered")).to_be_visible()
        page.screenshot(path=_shot("side-answered.png"))
        expect(page.get_by_role("log").get_by_text("leaks")).to_have_count(0)
        bar.get_by_role("button").click()
        for said in ("I am on holiday.", "Yes, lamp 7 leaks. I send a new seal.", "seal.bin"):
            expect(pane.get_by_text(said)).to_be_visible()
        page.screenshot(path=_shot("side-pane.png"))

        # the agent goes on there; it arrives threaded
        write.click()
        page.keyboard.type("Thank you, ")
        page.keyboard.press("Control+b")
        page.keyboard.type("two please.")
        pane.get_by_role("button", name="Subject, Cc").click()
        pane.get_by_label("Cc", exact=True).fill("nobody")
        pane.get_by_role("button", name="Send").click()
        expect(pane.get_by_text("isn't an e-mail address")).to_be_visible()
        pane.get_by_label("Cc", exact=True).fill(CLERK)
        pane.get_by_role("button", name="Send").click()
        second = post_office.wait_for_mail(SUPPLIER, 2)[-1]
        assert second["In-Reply-To"] == told["Message-ID"]
        assert second["Cc"] == CLERK
        assert "two please" in words(second)
        formatted: Any = second.get_body(("html",))
        assert "<b>two please.</b>" in formatted.get_content()
        assert post_office.wait_for_mail(CLERK, 1)
        pane.get_by_role("button", name="Close it").click()
        expect(bar).to_have_count(0)
        expect(page.get_by_role("complementary").get_by_text("Closed")).to_be_visible()

        # what is said by the customer, or to them, goes on without a trace of it
        pages.say(page, "A new seal is on its way.")
        expect(site.get_by_text("A new seal is on its way.")).to_be_visible()
        for said in ("known fault", "leaks", "two please"):
            expect(site.get_by_text(said)).to_have_count(0)
    context.close()

    (ticket,) = office.get("/tickets", list="all")["items"]
    timeline = office.get(f"/conversations/{ticket['conversation_id']}/messages")["items"]
    assert [one["text"].strip() for one in timeline] == [
        "The lamp flickers when it rains.",
        "A new seal is on its way.",
    ]
    assert len(post_office.wait_for_mail(CUSTOMER, 0, seconds=1)) <= 1
    assert office.get("/contacts", by=f"identity:email:{SUPPLIER}")["items"] == []


def test_a_question_that_did_not_get_there_is_told_and_asked_again(
    running: Running, office: Office, post_office: PostOffice, page: Page
) -> None:
    post_office.empty(SUPPLIER)
    inbox = connect_mail(office, post_office)
    office.patch("/workspace", {"settings": {"undo_seconds": 0}})
    to = {"scheme": "email", "value": CUSTOMER, "name": "Anna Berg"}
    parent = office.post("/conversations", {"to": to, "inbox_id": inbox["id"], "text": "We ask the maker."})
    pages.sign_in(page, running)
    page.goto(f"{running.base}/app/conversations/{parent['conversation_id']}")
    aside = page.get_by_role("complementary")
    aside.get_by_role("button", name="Ask somebody else").click()
    dialog = page.get_by_role("dialog", name="Ask somebody else")
    dialog.get_by_label("To").fill("nobody@nowhere.test")
    dialog.get_by_role("textbox", name="Message").click()
    page.keyboard.type("Is there a seal?")
    dialog.get_by_role("button", name="Send").click()
    expect(page.get_by_role("dialog", name="Side conversation")).to_be_visible()
    page.keyboard.press("Escape")
    expect(aside.get_by_text("Couldn't be delivered")).to_be_visible(timeout=40_000)
    page.screenshot(path=_shot("side-failed.png"))
    eventually(lambda: [one for one in office.get("/notifications")["items"] if one["kind"] == "failed"])
    aside.get_by_role("button", name="Try again").click()
    eventually(lambda: _attempts(office, parent["conversation_id"]) > 1)


def test_whoever_goes_on_at_once_is_not_called_back_but_where_sending_fails(
    running: Running, office: Office, post_office: PostOffice, page: Page
) -> None:
    post_office.empty(SUPPLIER)
    inbox = connect_mail(office, post_office)
    to = {"scheme": "email", "value": CUSTOMER, "name": "Anna Berg"}
    parent = office.post("/conversations", {"to": to, "inbox_id": inbox["id"], "text": "We ask the maker."})
    pages.sign_in(page, running)
    page.goto(f"{running.base}/app/conversations/{parent['conversation_id']}")
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/sides", hold)
    page.get_by_role("complementary").get_by_role("button", name="Ask somebody else").click()
    dialog = page.get_by_role("dialog", name="Ask somebody else")
    dialog.get_by_label("To").fill(SUPPLIER)
    dialog.get_by_role("textbox", name="Message").click()
    page.keyboard.type("Is there a seal?")
    for answer in (Route.abort, Route.continue_):
        page.keyboard.press("Control+Enter")
        page.keyboard.press("Escape")
        expect(dialog).to_be_hidden()
        expect(page.locator("dialog")).to_have_count(1)  # it waits unseen, to come back with the words
        answer(held.pop())
        if answer is Route.abort:
            expect(dialog.get_by_role("textbox", name="Message")).to_contain_text("Is there a seal?")
            expect(dialog.get_by_role("alert")).to_be_visible()
            dialog.get_by_role("textbox", name="Message").click()
    expect(page.get_by_role("list", name="Side conversations").get_by_text("Waits for an answer")).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)


def _attempts(office: Office, conversation_id: str) -> int:
    [side] = office.get(f"/conversations/{conversation_id}/sides")["items"]
    [asked] = office.get(f"/conversations/{side['conversation']['id']}/messages")["items"]
    return int(asked["delivery"]["attempts"])


def _shot(name: str) -> str:
    SHOTS.mkdir(parents=True, exist_ok=True)
    return str(SHOTS / name)
