"""A working day of agents in their browsers: by keys, with colleagues, without network, live."""

import re
from email.message import EmailMessage
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.journeys.desk import (
    MAILBOX,
    PICTURE,
    Desk,
    arrive,
    colleague,
    context,
    desk,
    ida,
    page,
    place,
    reply_box,
    row,
    said,
)
from tests.journeys.running import eventually

__all__ = ["colleague", "context", "desk", "ida", "page"]


WITHIN_A_FRAME = """async (keys) => {
  for (const key of keys) {
    document.body.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }))
    for (let turn = 0; turn < 20; turn++) await null
  }
}"""
"""Keys so fast after each other that nothing is drawn between them, but all that follows from each has happened."""


def tall(page: Page) -> None:
    """Make the window so high that every row of the list is drawn."""
    page.set_viewport_size({"width": 1440, "height": 4_000})


def texts_of(desk: Desk, name: str) -> list[str]:
    """Everything that was said with a customer, oldest first."""
    conversation = desk.ticket_of(name)["conversation_id"]
    messages: list[dict[str, Any]] = desk.office.get(f"/conversations/{conversation}/messages")["items"]
    return [message["text"] for message in sorted(messages, key=lambda one: str(one["id"]))]


def test_the_list_and_the_places_by_keys(page: Page, desk: Desk) -> None:
    page.goto(f"{desk.running.base}/app/inbox/all")
    names = page.locator("a.ticket .who")
    expect(names.nth(2)).to_be_visible()
    first, second = names.nth(0).inner_text(), names.nth(1).inner_text()
    page.keyboard.press("j")
    expect(page.get_by_role("heading", level=1, name=first)).to_be_visible()
    page.keyboard.press("j")
    expect(page.get_by_role("heading", level=1, name=second)).to_be_visible()
    page.keyboard.press("k")
    expect(page.get_by_role("heading", level=1, name=first)).to_be_visible()
    page.keyboard.press("u")
    expect(page).to_have_url(re.compile("/app/inbox/all$"))
    names.nth(1).locator("xpath=ancestor::a").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1, name=second)).to_be_visible()

    for keys, heading in (
        ("gu", "Unassigned"),
        ("gs", "Snoozed"),
        ("gr", "Resolved"),
        ("gi", "Mine"),
        ("gc", "Customers"),
    ):
        for key in keys:
            page.keyboard.press(key)
        expect(page.get_by_role("heading", level=1, name=heading)).to_be_visible()
    page.keyboard.press("/")
    expect(page.get_by_label("Search customers and messages")).to_be_focused()
    page.get_by_role("link", name="Settings").click()
    page.get_by_role("heading", name="Profile").click()

    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.keyboard.press("Control+k")
    page.get_by_role("dialog").get_by_role("combobox").fill("waiting")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1, name="Waiting")).to_be_visible()


@pytest.mark.usefixtures("ida")
def test_a_conversation_by_keys(page: Page, desk: Desk) -> None:
    arrive(page, desk, "Keya", "My bell doesn't ring")
    address = page.url
    page.keyboard.press("r")
    expect(reply_box(page)).to_be_focused()
    page.keyboard.type("jkeans? /gu")
    expect(reply_box(page)).to_have_value("jkeans? /gu")
    assert page.url == address
    expect(page.get_by_role("dialog")).to_have_count(0)
    reply_box(page).fill("Ring it twice")
    page.keyboard.press("Control+Enter")
    expect(said(page, "Ring it twice")).to_be_visible()

    page.keyboard.press("Escape")
    page.keyboard.press("n")
    page.keyboard.type("Have you seen this, @ida")
    expect(page.get_by_role("option", name="Ida Strand")).to_be_visible()
    page.keyboard.press("Enter")
    page.keyboard.press("Control+Enter")
    expect(said(page, "@Ida Strand")).to_be_visible()
    expect(reply_box(page).or_(page.get_by_placeholder("Write a note"))).to_have_value("")

    page.keyboard.press("Escape")
    page.keyboard.press("a")
    page.keyboard.type("Ida")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Assign")).to_contain_text("Ida Strand")
    page.keyboard.press("m")
    expect(page.get_by_role("button", name="Assign")).to_contain_text("Boss")

    page.keyboard.press("e")
    expect(page.get_by_role("button", name="Reopen")).to_be_visible()
    page.get_by_role("status").get_by_role("button", name="Undo").click()
    expect(page.get_by_role("button", name="Resolve", exact=True)).to_be_visible()

    page.keyboard.press("s")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Snoozed until")).to_be_visible()
    eventually(lambda: desk.ticket_of("Keya")["status"] == "snoozed")
    desk.customer_writes("Keya", "It does now")
    expect(page.get_by_text("Snoozed until")).to_have_count(0)


def test_keys_are_heard_before_what_they_open_is_drawn(page: Page, desk: Desk) -> None:
    arrive(page, desk, "Rask", "Quickly, please")
    page.keyboard.press("u")
    expect(page.get_by_text("Choose a conversation")).to_be_visible()
    page.evaluate(WITHIN_A_FRAME, ["j", "a", *"Boss"])
    field = page.get_by_role("combobox", name="Assign")
    expect(field).to_be_focused()
    expect(field).to_have_value("Boss")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Assign")).to_contain_text("Boss")


def test_a_mention_is_found_by_who_was_named(page: Page, colleague: Page, desk: Desk) -> None:
    arrive(page, desk, "Mona", "Where is my order?")
    page.keyboard.press("n")
    page.keyboard.type("One for you, @ida")
    page.get_by_role("option", name="Ida Strand").click()
    page.get_by_role("button", name="Add note").click()
    expect(said(page, "@Ida Strand")).to_be_visible()
    colleague.goto(f"{desk.running.base}/app/inbox/mentioned")
    expect(row(colleague, "Mona")).to_be_visible()


@pytest.mark.long
def test_a_draft_follows_its_agent_to_another_browser(page: Page, browser: Browser, desk: Desk) -> None:
    arrive(page, desk, "Dora", "Can I change the colour?")
    reply_box(page).fill("Of course, which one")
    expect(page.get_by_text("Draft saved")).to_be_visible()
    elsewhere = desk.seat(browser, desk.office)
    other = elsewhere.new_page()
    other.goto(page.url)
    expect(reply_box(other)).to_have_value("Of course, which one")
    page.reload()
    expect(reply_box(page)).to_have_value("Of course, which one")
    elsewhere.close()


def test_a_mail_can_be_taken_back_for_ten_seconds(page: Page, desk: Desk) -> None:
    made = desk.office.post(
        "/conversations",
        {
            "to": {"scheme": "email", "value": "ben@customer.test", "name": "Ben"},
            "inbox_id": mail_of(desk),
            "text": "Hello",
        },
    )
    page.goto(f"{desk.running.base}/app/conversations/{made['conversation_id']}")
    reply_box(page).fill("You owe us a million")
    page.keyboard.press("Control+Enter")
    expect(said(page, "You owe us a million")).to_contain_text("Leaves in")
    said(page, "You owe us a million").get_by_role("button", name="Undo").click()
    expect(reply_box(page)).to_have_text("You owe us a million")
    expect(page.get_by_text("Taken back before it left")).to_be_visible()
    desk.post.settle()
    assert not [mail for mail in desk.post.list_mails("ben@customer.test") if "million" in mail.as_string()]


def mail_of(desk: Desk) -> str:
    """The id of the mailbox."""
    return next(str(one["id"]) for one in desk.office.get("/inboxes") if one["name"] == "Support")


def test_colleagues_see_each_other(page: Page, colleague: Page, desk: Desk) -> None:
    tall(page)
    arrive(page, desk, "Lova", "The saddle is too high")
    colleague.goto(page.url)
    expect(page.get_by_role("heading", level=1).locator("xpath=..")).to_contain_text("Ida Strand is looking")
    reply_box(colleague).press_sequentially("Turn the lever")
    expect(page.get_by_text("Ida Strand is typing").first).to_be_visible()
    expect(row(page, "Lova")).to_contain_text("Ida Strand is typing")
    colleague.get_by_role("button", name="Assign").click()
    colleague.keyboard.type("Ida")
    colleague.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Assign")).to_contain_text("Ida Strand")
    expect(row(page, "Lova")).to_contain_text("Owner: Ida Strand")


def test_what_customers_write_appears_by_itself(page: Page, desk: Desk) -> None:
    tall(page)
    arrive(page, desk, "Liv", "One")
    place(page, "Unassigned").click()
    before = int(re.findall(r"\d+", place(page, "Unassigned").inner_text())[0])
    desk.customer_writes("Newman", "I am new here")
    expect(place(page, "Unassigned")).to_contain_text(str(before + 1))
    page.goto(desk.address_of("Liv"))
    expect(row(page, "Liv")).to_contain_text("One")
    desk.customer_writes("Liv", "Two, while you look")
    expect(said(page, "Two, while you look")).to_be_visible()
    expect(row(page, "Liv")).to_contain_text("Two, while you look")


def test_unread_until_somebody_has_looked(page: Page, desk: Desk) -> None:
    tall(page)
    arrive(page, desk, "Unni", "Read me")
    expect(row(page, "Unni")).not_to_contain_text("Unread")
    page.keyboard.press("u")
    expect(page.get_by_text("Choose a conversation")).to_be_visible()
    desk.customer_writes("Unni", "And me")
    expect(row(page, "Unni")).to_contain_text("Unread")
    row(page, "Unni").click()
    expect(row(page, "Unni")).not_to_contain_text("Unread")
    page.keyboard.press("U")
    expect(row(page, "Unni")).to_contain_text("Unread")
    page.reload()
    expect(row(page, "Unni")).to_contain_text("Unread")
    row(page, "Unni").click()
    expect(row(page, "Unni")).not_to_contain_text("Unread")


def test_without_network_words_wait_and_leave_once(page: Page, context: BrowserContext, desk: Desk) -> None:
    arrive(page, desk, "Nora", "Are you there?")
    context.set_offline(True)
    expect(page.get_by_text("You are offline")).to_be_visible()
    reply_box(page).fill("Now we are")
    page.keyboard.press("Control+Enter")
    expect(said(page, "Now we are")).to_contain_text("Leaves when you are back online")
    expect(said(page, "Are you there?")).to_be_visible()
    context.set_offline(False)
    expect(page.get_by_text("You are offline")).to_have_count(0)
    eventually(lambda: "Now we are" in texts_of(desk, "Nora"))
    desk.customer_writes("Nora", "Good")
    expect(said(page, "Good")).to_be_visible()
    assert texts_of(desk, "Nora").count("Now we are") == 1
    expect(page.locator("article", has_text="Now we are")).to_have_count(1)


def test_the_next_conversation_stands_there_before_it_is_asked_for(
    page: Page, context: BrowserContext, desk: Desk
) -> None:
    tall(page)
    desk.customer_writes("Odd", "First")
    address = desk.address_of("Odd")
    with page.expect_response(re.compile(rf"/conversations/(?!{address.rpartition('/')[2]})[^/]+/messages")):
        page.goto(address)
        expect(said(page, "First")).to_be_visible()
    context.set_offline(True)
    page.keyboard.press("j")
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Odd")
    expect(page.locator("article").first).to_be_visible()


def test_the_next_conversation_is_fetched_however_much_happens_in_the_list(page: Page, desk: Desk) -> None:
    tall(page)
    desk.customer_writes("Oda", "First")
    address = desk.address_of("Oda")
    others: list[str] = []
    page.on(
        "request",
        lambda request: (
            others.append(request.url) if "/messages?" in request.url and address[-36:] not in request.url else None
        ),
    )
    page.goto(address)
    expect(said(page, "First")).to_be_visible()

    def fetched() -> bool:
        """Looked at while somebody writes all the time, far more often than what comes next is waited for."""
        desk.customer_writes("Odile", "And another thing")
        page.evaluate("0")  # the browser's requests are told while something is asked of it
        return bool(others)

    eventually(fetched)


def test_going_through_a_list_neither_reads_it_again_nor_loses_its_place(page: Page, desk: Desk) -> None:
    page.set_viewport_size({"width": 1440, "height": 500})
    with page.expect_response(re.compile(r"/tickets\?")):
        page.goto(f"{desk.running.base}/app/inbox/all")
    expect(page.locator("a.ticket").first).to_be_visible()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/tickets?" in request.url else None)
    for _ in range(12):
        page.keyboard.press("j")
    expect(page.locator("a.ticket[aria-current]")).to_be_in_viewport()
    expect(page.get_by_role("log", name="All messages")).to_be_visible()
    assert [address for address in asked if "cursor" not in address] == []


def test_a_link_to_a_message_shows_it_again_after_a_reload(page: Page, desk: Desk) -> None:
    conversation = desk.ticket_of("Harriet Blackwood")["conversation_id"]
    messages = desk.office.get(f"/conversations/{conversation}/messages")["items"]
    oldest = min(messages, key=lambda one: str(one["id"]))
    page.goto(f"{desk.running.base}/app/conversations/{conversation}#{oldest['id']}")
    for _ in range(2):
        expect(page.locator(f"[data-message='{oldest['id']}']")).to_be_in_viewport()
        expect(page.locator(f"[data-message='{oldest['id']}']")).to_have_class(re.compile("linked"))
        page.reload()


def test_pictures_are_shown_and_everything_else_is_only_downloaded(page: Page, desk: Desk) -> None:
    arrive(page, desk, "Pia", "Please send a picture")
    files = [
        {"name": "dusk.png", "mimeType": "image/png", "buffer": PICTURE},
        {"name": "page.html", "mimeType": "text/html", "buffer": b"<script>document.title='ran'</script>"},
        {"name": "drawing.svg", "mimeType": "image/svg+xml", "buffer": b"<svg xmlns='http://www.w3.org/2000/svg'/>"},
    ]
    with page.expect_file_chooser() as chosen:
        page.get_by_role("button", name="Attach files").click()
    chosen.value.set_files(files)  # type: ignore[arg-type]
    expect(page.get_by_text("drawing.svg")).to_be_visible()
    expect(page.get_by_text("Uploading")).to_have_count(0)
    reply_box(page).fill("Here it is")
    page.keyboard.press("Control+Enter")
    picture = said(page, "Here it is").get_by_role("img", name="dusk.png")
    expect(picture).to_be_visible()
    eventually(lambda: picture.evaluate("image => image.naturalWidth") == 240)
    for name in ("page.html", "drawing.svg"):
        link = said(page, "Here it is").get_by_role("link", name=name)
        assert link.get_attribute("download") == name
        answer = page.request.get(desk.running.base + str(link.get_attribute("href")))
        assert answer.headers["content-disposition"].startswith("attachment")
        assert "html" not in answer.headers["content-type"] or "sandbox" in answer.headers["content-security-policy"]


@pytest.mark.long
def test_what_is_known_of_a_customer_can_be_changed(page: Page, desk: Desk) -> None:
    tall(page)
    arrive(page, desk, "Kaj", "It's me")
    page.get_by_role("button", name="Edit the customer").click()
    page.get_by_label("Name").fill("Kaj Holm")
    page.get_by_label("Language").select_option("sv")
    page.get_by_label("Notes about the customer").fill("Prefers the telephone")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1, name="Kaj Holm")).to_be_visible()
    expect(row(page, "Kaj Holm")).to_be_visible()
    page.get_by_role("link", name="Customers").click()
    page.get_by_label("Find by name or address").fill("kaj ho")
    page.get_by_role("link").filter(has_text="Kaj Holm").click()
    expect(page.get_by_text("Prefers the telephone")).to_be_visible()
    expect(page.get_by_role("link", name="Open conversation")).to_be_visible()
    page.reload()
    expect(page.get_by_text("Prefers the telephone")).to_be_visible()


@pytest.mark.parametrize(("words", "hit"), [("leverans", "leverans"), ("退款", "退款"), ("courier", "courier")])
@pytest.mark.long
def test_search_marks_what_it_found(page: Page, desk: Desk, words: str, hit: str) -> None:
    page.goto(f"{desk.running.base}/app/search")
    page.get_by_label("Search customers and messages").fill(words)
    expect(page.locator("mark").first).to_have_text(re.compile(hit, re.IGNORECASE))
    page.locator("a.message").first.click()
    expect(page.locator("article.linked")).to_be_in_viewport()


@pytest.mark.long
def test_writing_to_an_address_first(page: Page, desk: Desk) -> None:
    desk.office.patch("/workspace", {"settings": {"undo_seconds": 1}})
    page.goto(f"{desk.running.base}/app/inbox/all")
    expect(page.locator("a.ticket").first).to_be_visible()
    page.keyboard.press("c")
    dialog = page.get_by_role("dialog", name="New conversation")
    expect(dialog.get_by_label("To")).to_be_focused()
    page.keyboard.type("anna@customer.test")
    dialog.get_by_label("Subject").fill("Your lamp is ready")
    dialog.get_by_label("Message").fill("You can fetch it from today.")
    dialog.get_by_role("button", name="Send").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(said(page, "You can fetch it from today.")).to_be_visible()
    eventually(
        lambda: [mail for mail in desk.post.list_mails("anna@customer.test") if mail["Subject"] == "Your lamp is ready"]
    )
    [mail] = [mail for mail in desk.post.list_mails("anna@customer.test") if mail["Subject"] == "Your lamp is ready"]
    assert MAILBOX in mail["From"]
    desk.office.patch("/workspace", {"settings": {"undo_seconds": 10}})


def test_who_was_in_copy_is_offered_for_the_answer(page: Page, desk: Desk) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Cc"] = "Stina Ek <stina@customer.test>", MAILBOX, "Bo Ek <anna@customer.test>"
    mail["Subject"], mail["Message-ID"] = "Our order", "<in-copy-1@customer.test>"
    mail.set_content("Bo reads along.")
    desk.post.post(mail, "stina@customer.test", MAILBOX)
    page.goto(desk.address_of("Stina Ek"))
    form = page.get_by_role("form", name="Write")
    expect(form.get_by_text("In copy: Bo Ek")).to_be_visible()
    form.get_by_role("button", name="Answer them, too").click()
    expect(form.get_by_label("Cc", exact=True)).to_have_value("anna@customer.test")
    expect(form.get_by_text("In copy:")).to_have_count(0)


def test_the_language_of_the_app_changes_at_once(colleague: Page, desk: Desk) -> None:
    colleague.goto(f"{desk.running.base}/app/settings/profile")
    colleague.get_by_label("Language").select_option("sv")
    colleague.get_by_role("button", name="Save").first.click()
    expect(colleague.get_by_role("heading", name="Inställningar")).to_be_visible()
    colleague.reload()
    expect(colleague.get_by_role("heading", name="Inställningar")).to_be_visible()
    colleague.get_by_label("Språk").select_option("en")
    colleague.get_by_role("button", name="Spara").first.click()
    expect(colleague.get_by_role("heading", name="Settings")).to_be_visible()
    # an agent sees no pages that they may not use
    expect(colleague.get_by_role("link", name="Tokens")).to_have_count(0)


@pytest.mark.usefixtures("ida")
@pytest.mark.long
def test_settings_and_what_the_audit_says_of_them(page: Page, desk: Desk) -> None:
    base = desk.running.base
    page.goto(f"{base}/app/settings/teams")
    page.get_by_role("button", name="Make a team").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill("Night watch")
    dialog.get_by_label("Ida Strand").check()
    dialog.get_by_role("button", name="Save").click()
    expect(page.get_by_role("listitem").filter(has_text="Night watch")).to_contain_text("1 agent")
    expect(place(page, "Night watch")).to_be_visible()

    page.goto(f"{base}/app/settings/agents")
    page.get_by_label("Role of Ida Strand").select_option(label="Administrator")
    eventually(
        lambda: {one["name"]: one["role"] for one in desk.office.get("/agents")}["Ida Strand"] == "administrator"
    )
    page.get_by_label("Role of Ida Strand").select_option(label="Agent")
    eventually(lambda: {one["name"]: one["role"] for one in desk.office.get("/agents")}["Ida Strand"] == "agent")

    page.goto(f"{base}/app/settings/tokens")
    page.get_by_label("What is it for?").fill("Cash register")
    page.get_by_role("button", name="Make token").click()
    token = page.get_by_role("status").locator("code")
    expect(token).to_be_visible()
    answer = page.request.get(
        f"{base}/api/v1/me", headers={"authorization": f"Bearer {token.inner_text()}", "cookie": ""}
    )
    assert answer.status in (200, 403)
    page.reload()
    expect(page.get_by_text("Cash register")).to_be_visible()
    expect(page.locator("code")).to_have_count(0)

    page.goto(f"{base}/app/settings/audit")
    entries = page.get_by_role("main").get_by_role("listitem")
    for what in ("made the team Night watch", "changed the agent Ida Strand", "made a token Cash register"):
        expect(entries.filter(has_text=re.compile(rf"Boss\s+{what}")).first).to_be_visible()
