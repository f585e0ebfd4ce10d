"""The first half hour of a company with Lyhord, as its people do it in their browsers."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.counterparts.postoffice import PASSWORD as MAIL_PASSWORD
from tests.counterparts.postoffice import PostOffice
from tests.journeys.running import PASSWORD, Office, Running

MAILBOX = "desk@support.test"


def follow_setup_link(page: Page, running: Running) -> None:
    """Become the first administrator; a password that is too short is refused in words beside its field."""
    page.goto(f"{running.base}/app/#/setup?token={running.setup_token()}")
    page.get_by_label("E-mail address").fill("vera@firm.example")
    page.get_by_label("Your name").fill("Vera Lund")
    password = page.get_by_label("Password")
    expect(password).to_have_accessible_description(re.compile("At least 10 characters"))
    password.fill("vera@firm.example")
    page.get_by_role("button", name="Begin").click()
    expect(password).to_have_attribute("aria-invalid", "true")
    password.fill(PASSWORD)
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_role("heading", name="What is your company called?")).to_be_visible()


def name_workspace(page: Page) -> None:
    page.get_by_label("Name of the workspace").fill("Havsvik Lampor")
    page.get_by_role("button", name="Next").click()


def invite(page: Page, email: str) -> str:
    """The link that the page shows for a colleague."""
    page.get_by_label("E-mail address").fill(email)
    page.get_by_role("button", name="Invite").click()
    link = page.get_by_role("status").get_by_text("/app/#/invitation?token=")
    expect(link).to_be_visible()
    return link.inner_text()


def follow_invitation(browser: Browser, link: str) -> None:
    """The colleague opens the link in a browser of their own and gets in; the link is over after that."""
    context = browser.new_context(locale="sv-SE")
    page = context.new_page()
    page.goto(link)
    expect(page.get_by_text("ola@firm.example")).to_be_visible()
    page.locator("input[autocomplete=name]").fill("Ola Dahl")
    page.locator("input[type=password]").fill(PASSWORD)
    page.locator("button[type=submit]").click()
    expect(page.get_by_role("link", name="Ola Dahl")).to_be_visible()
    # the workspace's language, until Ola chooses another
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.goto("about:blank")
    page.goto(link)
    expect(page.get_by_role("heading", name=re.compile("This link is over|Länken"))).to_be_visible()
    context.close()


def connect_mailbox(page: Page, post: PostOffice) -> None:
    """A wrong password first: the field says so and nothing is saved. Only what the answers call for is asked."""
    page.get_by_role("button", name="E-mail").click()
    page.get_by_label("E-mail address of the inbox").fill(MAILBOX)
    expect(page.get_by_role("textbox", name="IMAP server")).to_have_attribute("placeholder", "imap.support.test")
    expect(page.get_by_label("Refresh token")).to_have_count(0)
    page.get_by_label("How mail comes in").select_option(label="Forwarded to this server (SMTP)")
    expect(page.get_by_role("textbox", name="IMAP server")).to_have_count(0)
    expect(page.get_by_label("Port to listen on")).to_be_visible()
    page.get_by_label("How mail comes in").select_option(label="Fetched from a mailbox (IMAP)")
    page.get_by_role("textbox", name="IMAP server").fill("127.0.0.1")
    page.get_by_role("textbox", name="SMTP server").fill("127.0.0.1")
    page.get_by_label("Password").fill("not the password")
    page.get_by_text("More settings").click()
    page.get_by_label("IMAP port").fill(str(post.imap))
    page.get_by_label("Encryption to the IMAP server").select_option(label="None")
    page.get_by_label("SMTP port").fill(str(post.submission))
    page.get_by_label("Encryption to the SMTP server").select_option(label="None")
    page.get_by_role("button", name="Connect inbox").click()
    password = page.get_by_label("Password")
    expect(password).to_have_attribute("aria-invalid", "true")
    expect(password).to_have_accessible_description(re.compile("password", re.IGNORECASE))
    expect(password).to_be_focused()


def test_the_guided_first_run(running: Running, post_office: PostOffice, page: Page, browser: Browser) -> None:
    follow_setup_link(page, running)
    name_workspace(page)
    follow_invitation(browser, invite(page, "ola@firm.example"))
    page.get_by_role("button", name="Next").click()

    # who leaves in between goes on after what is done, and may go back to it
    page.reload()
    expect(page.get_by_role("heading", name="Where do customers write?")).to_be_visible()
    page.get_by_role("button", name="Company").click()
    expect(page.get_by_label("Name of the workspace")).to_have_value("Havsvik Lampor")
    page.get_by_role("button", name="Next").click()
    page.get_by_role("button", name="Next").click()

    connect_mailbox(page, post_office)
    office = Office(running)
    office.sign_in("vera@firm.example")
    assert office.get("/inboxes") == []
    page.get_by_label("Password").fill(MAIL_PASSWORD)
    page.get_by_role("button", name="Connect inbox").click()
    expect(page.get_by_text(f"Now send a mail to {MAILBOX}")).to_be_visible()
    assert [inbox["name"] for inbox in office.get("/inboxes")] == ["E-mail"]

    # the demo with one click, and out of the first run
    page.get_by_role("button", name="Load the demo").click()
    expect(page.get_by_role("heading", name="All open")).to_be_visible()
    expect(page.get_by_role("link").filter(has_text="Harriet Blackwood")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="All open")).to_be_visible()

    # and away again with one click
    page.get_by_role("link", name="Settings").click()
    page.get_by_role("link", name="Workspace").click()
    expect(page.get_by_label("Name of the workspace")).to_have_value("Havsvik Lampor")
    page.get_by_role("button", name="Remove the demo").click()
    expect(page.get_by_text("The demo is gone")).to_be_visible()
    page.get_by_role("link", name="All open").click()
    expect(page.get_by_text("Nothing is open")).to_be_visible()
    office.client.close()


@pytest.mark.long
def test_a_new_chat_can_be_tried_at_once(running: Running, page: Page) -> None:
    office = Office(running)
    office.set_up()
    page.context.add_cookies(
        [{"name": one.name, "value": one.value or "", "url": running.base} for one in office.client.cookies.jar]
    )
    page.goto(f"{running.base}/app/start")
    for _ in range(2):
        page.get_by_role("button", name=re.compile("^(Next|Later)$")).click()
    page.get_by_role("button", name="Web chat").click()
    page.get_by_label("Sites where the chat may stand").fill("not an address")
    page.get_by_role("button", name="Connect inbox").click()
    origins = page.get_by_label("Sites where the chat may stand")
    expect(origins).to_have_accessible_description(re.compile("isn't the start of a web address"))
    assert office.get("/inboxes") == []
    origins.fill("https://shop.example")
    page.get_by_role("button", name="Connect inbox").click()
    expect(page.get_by_text("data-inbox=")).to_be_visible()

    with page.expect_popup() as opened:
        page.get_by_role("link", name="Try it here").click()
    site = opened.value
    complaints: list[str] = []
    site.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    expect(site.get_by_role("heading", name="Try the chat")).to_be_visible()
    site.get_by_role("button", name="Chat").click()
    site.get_by_label("Write a message").fill("Is anybody there?")
    site.get_by_label("Write a message").press("Enter")
    page.get_by_role("button", name="To the inbox").click()
    page.get_by_role("link", name="Unassigned").click()
    expect(page.get_by_text("Is anybody there?").first).to_be_visible()
    page.get_by_text("Is anybody there?").first.click()
    page.get_by_role("textbox", name="Write a reply").fill("We are")
    page.keyboard.press("Control+Enter")
    expect(site.get_by_text("We are")).to_be_visible()
    assert complaints == []
    office.client.close()


@pytest.mark.usefixtures("office")
def test_signing_out_and_in_again(running: Running, page: Page) -> None:
    page.goto(f"{running.base}/app/")
    page.get_by_label("E-mail address").fill("boss@firm.example")
    page.get_by_label("Password").fill("something else entirely")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_have_text("E-mail address or password is wrong")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Administration")).to_be_visible()

    page.goto(f"{running.base}/app/settings/profile")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.go_back()
    expect(page.get_by_label("Password")).to_be_visible()

    page.get_by_role("button", name="Forgot the password").click()
    expect(page.get_by_label("Password")).to_have_count(0)
    page.get_by_label("E-mail address").fill("boss@firm.example")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("a link is on its way")).to_be_visible()
    page.get_by_role("button", name="Back to sign-in").click()
    expect(page.get_by_label("Password")).to_be_visible()
