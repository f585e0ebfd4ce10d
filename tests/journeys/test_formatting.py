"""Formatted mail by hand in a browser: written by keyboard, kept as a draft, and read in the customer's real mailbox."""

import base64
import re
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.browsers import violations
from tests.journeys.desk import PICTURE, Desk, context, desk
from tests.journeys.running import eventually

__all__ = ["context", "desk"]

BEN = "ben@customer.test"
SHOTS = Path("test-output/formatting")
LOOKS: dict[str, dict[str, Any]] = {
    "light": {},
    "dark": {"color_scheme": "dark"},
    "phone": {"viewport": {"width": 390, "height": 844}},
}
DOCUMENT = (
    "<meta charset='utf-8'><b style='font-weight:normal' id='docs-internal-guid-1'><p dir='ltr' style='line-height:1.4'>"
    "<span style='font-size:11pt;color:#ff0000;font-weight:700'>Returns</span><span style='font-size:11pt'> take a week.</span></p>"
    "<ul><li style='list-style-type:disc'><p role='presentation'><span style='font-style:italic'>Free</span></p></li></ul>"
    "<p><a href='https://shop.example/returns' onclick='steal()'>How</a><a href='javascript:steal()'>!</a>"
    "<img src='https://tracker.example/pixel.gif'><script>steal()</script></p></b>"
)


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A window of it, whose script errors fail the test; what is pasted here is stopped by the page's own policy, which says so."""
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    assert errors == []


def editor(page: Page) -> Locator:
    """Where formatted words are written."""
    return page.locator("[contenteditable=true][aria-label='Write a reply']")


def open_mail(page: Page, desk: Desk, text: str) -> str:
    """The conversation with Ben by mail; its id."""
    inbox = next(one["id"] for one in desk.office.get("/inboxes") if one["name"] == "Support")
    words = {"to": {"scheme": "email", "value": BEN, "name": "Ben"}, "inbox_id": inbox, "text": text}
    made = desk.office.post("/conversations", words)
    page.goto(f"{desk.running.base}/app/conversations/{made['conversation_id']}")
    expect(editor(page)).to_be_visible()
    return str(made["conversation_id"])


def arrived(desk: Desk, word: str) -> EmailMessage:
    """The mail with a word in it, once it lies in the customer's mailbox."""

    def look() -> EmailMessage | None:
        return next((mail for mail in desk.post.list_mails(BEN) if word in words_of(mail)), None)

    mail: EmailMessage = eventually(look)
    return mail


def words_of(mail: EmailMessage, form: str = "plain") -> str:
    body = mail.get_body((form,))
    assert body is not None
    return str(body.get_content())


def paste(page: Page, kind: str, content: str) -> None:
    """What the clipboard holds, as another program put it there."""
    page.evaluate(
        """([kind, content]) => {
          const clipboardData = new DataTransfer()
          if (kind === 'image/png') {
            const bytes = Uint8Array.from(atob(content), (sign) => sign.charCodeAt(0))
            clipboardData.items.add(new File([bytes], 'image.png', { type: kind }))
          } else {
            clipboardData.setData(kind, content)
            clipboardData.setData('text/plain', 'plain')
          }
          document.activeElement.dispatchEvent(
            new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }),
          )
        }""",
        [kind, content],
    )


def test_a_formatted_mail_by_keyboard(page: Page, desk: Desk) -> None:
    desk.office.patch("/workspace", {"settings": {"undo_seconds": 10}})
    open_mail(page, desk, "About your order")
    page.keyboard.press("r")
    expect(editor(page)).to_be_focused()
    page.keyboard.type("Dear ")
    page.keyboard.press("Control+b")
    expect(page.get_by_role("button", name="Bold")).to_have_attribute("aria-pressed", "true")
    page.keyboard.type("Ben")
    page.keyboard.press("Control+b")
    page.keyboard.type(", two ways :smi")
    page.get_by_role("option", name=":smile:").wait_for()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.keyboard.press("Control+Shift+Digit8")
    page.keyboard.type("by post")
    page.keyboard.press("Enter")
    page.keyboard.type("our shop")
    for _ in "our shop":
        page.keyboard.press("Shift+ArrowLeft")
    page.keyboard.press("Control+k")
    address = page.get_by_label("Address of the link")
    expect(address).to_be_focused()
    page.keyboard.type("nowhere")
    page.keyboard.press("Enter")
    expect(page.get_by_text("That is no address")).to_be_visible()
    address.fill("shop.example/find")
    page.keyboard.press("Enter")
    expect(editor(page)).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.keyboard.type("Yours wrongly")
    page.keyboard.press("Control+z")
    expect(editor(page)).not_to_contain_text("wrongly")
    expect(editor(page)).to_contain_text("Yours")

    expect(page.get_by_text("Draft saved")).to_be_visible()
    page.reload()
    expect(editor(page).locator("b")).to_have_text("Ben")
    expect(editor(page).locator("li")).to_have_text(["by post", "our shop"])
    expect(editor(page).get_by_role("link", name="our shop")).to_have_attribute("href", "https://shop.example/find")

    page.keyboard.press("r")
    page.keyboard.press("Control+Enter")
    said = page.locator("article.out", has_text="Yours")
    expect(said.locator("b")).to_have_text("Ben")
    expect(editor(page)).to_have_text("")
    said.get_by_role("button", name="Undo").click()
    expect(editor(page).locator("b")).to_have_text("Ben")
    desk.office.patch("/workspace", {"settings": {"undo_seconds": 0}})
    page.keyboard.press("Control+Enter")
    mail = arrived(desk, "by post")
    assert mail.get_content_type() == "multipart/alternative"
    lines = words_of(mail).splitlines()
    assert lines[0].startswith("Dear Ben, two ways ")
    assert lines[1:4] == ["- by post", "- our shop (https://shop.example/find)", "Yours"]
    html = words_of(mail, "html")
    assert "<b>Ben</b>" in html
    assert re.search(r"<ul><li>.*by post.*</li>", html, re.DOTALL)
    assert 'href="https://shop.example/find"' in html
    page.reload()
    expect(page.locator("article.out", has_text="Yours").last.locator("li")).to_have_text(["by post", "our shop"])


@pytest.mark.long
def test_what_is_pasted_keeps_what_makes_sense(page: Page, desk: Desk) -> None:
    desk.office.patch("/workspace", {"settings": {"undo_seconds": 0}})
    open_mail(page, desk, "Ask us")
    page.keyboard.press("r")
    paste(page, "text/html", DOCUMENT)
    expect(editor(page).locator("b")).to_have_text("Returns")
    expect(editor(page).locator("li i")).to_have_text("Free")
    expect(editor(page).locator("a")).to_have_text("How")
    expect(editor(page).locator("[style], [onclick], img, script")).to_have_count(0)
    page.keyboard.press("Control+z")
    expect(editor(page)).to_have_text("")
    page.keyboard.type("Look here: ")
    paste(page, "image/png", base64.b64encode(PICTURE).decode())
    expect(editor(page).locator("img")).to_be_visible()
    expect(page.get_by_text("Draft saved")).to_be_visible()
    expect(page.get_by_role("button", name="Remove image.png")).to_have_count(0)
    page.reload()
    expect(editor(page).locator("img")).to_be_visible()
    page.keyboard.press("r")
    page.keyboard.press("Control+Enter")
    expect(page.locator("article.out", has_text="Look here").locator(".formatted img")).to_be_visible()
    mail = arrived(desk, "Look here")
    assert words_of(mail).startswith("Look here: [image.png]")
    [picture] = [part for part in mail.walk() if part.get_content_type() == "image/png"]
    assert picture.get_content() == PICTURE
    assert f"cid:{picture['Content-ID'].strip('<>')}" in words_of(mail, "html")


@pytest.mark.long
def test_a_chat_gets_plain_text_and_the_agent_sees_it_before(page: Page, desk: Desk) -> None:
    desk.customer_writes("Rikke", "Where do you ship to?")
    ticket = desk.ticket_of("Rikke")
    desk.office.post(
        f"/contacts/{ticket['contact_id']}/identities", {"scheme": "email", "value": "rikke@customer.test"}
    )
    page.goto(desk.address_of("Rikke"))
    box = page.get_by_role("textbox", name="Write a reply")
    expect(box).to_be_visible()
    expect(page.get_by_role("toolbar", name="Formatting")).to_have_count(0)

    def answer_by(name: str) -> None:
        page.get_by_role("button", name="Choose where to answer").click()
        page.get_by_role("option", name=re.compile(name)).click()

    answer_by("rikke@customer.test Support")
    expect(editor(page)).to_be_visible()
    page.keyboard.press("r")
    page.keyboard.press("Control+Shift+Digit7")
    page.keyboard.type("Norway")
    page.keyboard.press("Enter")
    page.keyboard.press("Control+i")
    page.keyboard.type("Finland")
    answer_by("Text messages")
    expect(box).to_have_value("1. Norway\n2. Finland")
    expect(page.get_by_text("Leaves without formatting")).to_be_visible()
    answer_by("rikke@customer.test Support")
    expect(editor(page).locator("i")).to_have_text("Finland")
    answer_by("Text messages")
    page.keyboard.press("r")
    page.keyboard.press("Control+Enter")
    expect(page.locator("article.out")).to_contain_text("1. Norway")
    said = eventually(
        lambda: next(
            (
                one
                for one in desk.office.get(f"/conversations/{ticket['conversation_id']}/messages")["items"]
                if one["direction"] == "out"
            ),
            None,
        )
    )
    assert (said["text"], said["html"]) == ("1. Norway\n2. Finland", False)


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.long
def test_formatting_in_each_light(browser: Browser, desk: Desk, look: str) -> None:
    context = desk.seat(browser, desk.office, **LOOKS[look])
    page = context.new_page()
    desk.office.patch("/workspace", {"settings": {"undo_seconds": 10}})
    conversation = open_mail(page, desk, "How it looks")
    html = (
        "<div>Dear <b>Ben</b>, <i>both</i> lamps are <u>on their way</u>. See <a href='https://shop.example'>our shop</a>.</div>"
        "<ol><li>Unpack</li><li>Plug in<ul><li>not in the bath</li></ul></li></ol><blockquote>It is dark here</blockquote>"
    )
    desk.office.post(f"/conversations/{conversation}/messages", {"html": html})
    desk.office.client.put(f"/conversations/{conversation}/draft", json={"html": html}).raise_for_status()
    page.reload()
    expect(page.locator("article.out .formatted b").last).to_be_visible()
    expect(editor(page).locator("blockquote")).to_be_visible()
    bar = page.get_by_role("toolbar", name="Formatting")
    expect(bar).to_be_visible()
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / f"{look}.png")
    assert violations(page) == []

    toggle = page.get_by_role("button", name="Formatting", exact=True)
    toggle.click()
    expect(bar).to_have_count(0)
    page.reload()
    expect(editor(page)).to_be_visible()
    expect(bar).to_have_count(0)
    toggle.click()
    bar.get_by_role("button", name="Bold").focus()
    page.keyboard.press("ArrowLeft")
    expect(bar.get_by_role("button", name="Insert a picture")).to_be_focused()
    page.keyboard.press("Home")
    page.keyboard.press("End")
    page.keyboard.press("Escape")
    expect(editor(page)).to_be_focused()
    page.keyboard.press("Control+k")
    expect(page.get_by_label("Address of the link")).to_be_focused()
    page.screenshot(path=SHOTS / f"{look}-link.png")
    assert violations(page) == []
    context.close()
