"""A board by mail: an administrator sets it, it arrives at a real mail server when it is due, and whoever wants it no more says so."""

import csv
import io
import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from lyhord.kit.clock import HOUR, SECOND
from lyhord.kit.words import LOCALES, say
from tests.browsers import violations
from tests.counterparts.moved_clock import MovedClock
from tests.counterparts.ports import free_port
from tests.counterparts.postoffice import PostOffice
from tests.journeys.desk import Desk, session_of
from tests.journeys.running import PASSWORD, Office, Running, eventually, loopback
from tests.journeys.tour import shot

pytestmark = pytest.mark.long

BOX = "anna@customer.test"
"""Everybody's mailbox: what stands after a plus is for people alone."""
BOSS = "anna+en@customer.test"


def server(post: PostOffice, folder: Path, port: int | None = None) -> Running:
    """The product with a server for its own mails."""
    own = {"smtp_host": "127.0.0.1", "smtp_port": str(port or post.smtp), "smtp_security": "none"}
    return Running(folder, **own, smtp_from="Lyhord <no-reply@support.test>")


@pytest.fixture
def clock(tmp_path: Path) -> MovedClock:
    return MovedClock(tmp_path)


@pytest.fixture
def desk(tmp_path: Path, post_office: PostOffice, clock: MovedClock) -> Iterator[Desk]:
    """A company with a colleague of each language, three questions and two complaints."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in clock.environment.items():
            patch.setenv(name, value)
        running = server(post_office, tmp_path / "desk").__enter__()
    desk = Desk(running, Office(running), post_office)
    desk.office.set_up(BOSS)
    desk.office.patch("/workspace", {"name": "Norrsken"})
    desk.office.post("/workspace/ready")
    settings = {"signing_key": "a key that signs what customers say"}
    desk.sandbox = desk.office.post("/inboxes", {"channel": "sandbox", "name": "Texts", "settings": settings})["key"]
    for number in range(5):
        desk.customer_writes(f"Customer {number}", "Where is it?")
        if number > 2:
            ticket = desk.ticket_of(f"Customer {number}")
            desk.office.patch(f"/tickets/{ticket['id']}", {"kind": "complaint"})
    yield desk
    desk.close()
    running.stop()


def hire(desk: Desk, locale: str) -> Office:
    """A director who speaks a language, and followed the link in their mail."""
    address = f"anna+{locale.lower()}@customer.test"
    desk.office.post("/agents", {"email": address, "role": "director"})

    def token() -> str | None:
        mails = [one for one in desk.post.list_mails(BOX) if one["To"] == address]
        found = re.search(r"token=(\S+)", mails[0].get_content()) if mails else None
        return found and found[1]

    who = Office(desk.running)
    body = {"token": eventually(token), "name": f"Anna {locale}", "password": PASSWORD, "locale": locale}
    who.post("/links/invitation", body)
    return who


def schedule(page: Page, base: str, hour: int) -> None:
    """Set on the page that everybody gets this board at an hour of each day."""
    page.goto(f"{base}/app/pictures/why?days=7")
    page.get_by_role("button", name="Send by mail").click()
    page.get_by_role("button", name="Send this board").click()
    form = page.get_by_role("dialog")
    form.get_by_label("Name").fill("Morning")
    form.get_by_label("How often").select_option(label="Every day")
    form.get_by_label(re.compile("^At")).select_option(label=f"{hour:02}:00")
    for locale in LOCALES[1:]:
        form.get_by_label(f"Anna {locale}").check()
    form.get_by_role("button", name="Save").click()
    expect(page.get_by_role("list", name="Send by mail").get_by_text("Morning")).to_be_visible()
    assert violations(page) == []
    page.screenshot(path=shot("reports", "light"))


def arrived(post: PostOffice, most: int) -> list[EmailMessage]:
    """The reports in the mailbox, once there are so many."""

    def look() -> list[EmailMessage]:
        found = [one for one in post.list_mails(BOX) if str(one["Subject"]).startswith("Morning")]
        return found if len(found) >= most else []

    found: list[EmailMessage] = eventually(look)
    return found


def attached(mail: EmailMessage) -> dict[str, bytes]:
    """What is attached, by name."""
    return {str(one.get_filename()): bytes(one.get_payload(decode=True) or b"") for one in mail.iter_attachments()}


def read_pdf(content: bytes) -> str:
    """What stands on the pages, as a reader of PDF sees it; each page has something on it."""
    with pypdfium2.PdfDocument(content) as document:
        for page in document:
            assert page.render(scale=0.25).to_numpy().min() < 100, "ink"
        return "\n".join(page.get_textpage().get_text_range() for page in document)


def hold(mail: EmailMessage, locale: str) -> None:
    """The mail says in a language what is so: three questions and two complaints, none before."""
    files = attached(mail)
    [pdf] = [content for name, content in files.items() if name == "Morning.pdf"]
    title = f"{say(locale, 'picture.measure.contacts')} · {say(locale, 'picture.by.kind')}"
    [sheet] = [content for name, content in files.items() if name.endswith(f"{title}.csv")]
    rows = {row[0]: row[1:5] for row in csv.reader(io.StringIO(sheet.decode("utf-8-sig")))}
    question, complaint = say(locale, "kind.question"), say(locale, "kind.complaint")
    assert rows[question] == ["3", "3", "0", "0"]
    assert rows[complaint] == ["2", "2", "0", "0"]
    text = " ".join(read_pdf(pdf).split())
    said = say(locale, "picture.said.calm")
    bars = [f"{name} {count} · {say(locale, 'picture.was', was=0)}" for name, count in ((question, 3), (complaint, 2))]
    for one in ("Morning", "Norrsken", title, said, *bars):
        assert "".join(one.split()) in "".join(text.split()), (locale, one)
    assert said in mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]


def look_as(browser: Browser, desk: Desk, who: Office) -> BrowserContext:
    """Somebody's own browser."""
    return desk.seat(browser, who, reduced_motion="reduce")


def leave(browser: Browser, desk: Desk, who: Office, mail: EmailMessage, locale: str) -> None:
    """Follow the way that the mail names, and say that one wants it no more."""
    text = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    [link] = re.findall(r"http\S+mails=1", text)
    context = look_as(browser, desk, who)
    page = context.new_page()
    page.goto(link)
    page.get_by_role("button", name=say(locale, "mailed.leave")).click()
    expect(page.get_by_text(say(locale, "mailed.left"))).to_be_visible()
    expect(page.get_by_role("button", name=say(locale, "mailed.leave"))).to_have_count(0)
    expect(page.get_by_text("Morning").first).to_be_visible()
    context.close()


def click_away(mail: EmailMessage) -> None:
    """What a mail program does by its own button (RFC 8058), which knows nobody's password."""
    [address] = re.findall(r"<(\S+)>", str(mail["List-Unsubscribe"]))
    with loopback() as client:
        assert client.post(address, data={"List-Unsubscribe": "One-Click"}).status_code == 204


def test_a_board_arrives_when_it_is_due_in_five_languages_until_it_is_left(
    desk: Desk, browser: Browser, clock: MovedClock
) -> None:
    people = {locale: hire(desk, locale) for locale in LOCALES[1:]}
    context = look_as(browser, desk, desk.office)
    page = context.new_page()
    due = int(time.time() * 1000) // HOUR * HOUR + HOUR
    schedule(page, desk.running.base, datetime.fromtimestamp(due / 1000, UTC).hour)
    clock.move(due + 5 * SECOND - int(time.time() * 1000))
    mails = {str(one["To"]): one for one in arrived(desk.post, len(LOCALES))}
    for locale in LOCALES:
        hold(mails[f"anna+{locale.lower()}@customer.test"], locale)
    expect(page.get_by_text(re.compile("Sent "))).to_be_visible()
    leave(browser, desk, people["sv"], mails["anna+sv@customer.test"], "sv")
    click_away(mails["anna+nb@customer.test"])
    [report] = desk.office.get("/insights/reports")["reports"]
    assert len(report["words"]["agent_ids"]) == len(LOCALES) - 2
    clock.move(24 * HOUR)
    again = [str(one["To"]) for one in arrived(desk.post, 2 * len(LOCALES) - 2)]
    assert [again.count(f"anna+{locale}@customer.test") for locale in ("sv", "nb")] == [1, 1]
    assert again.count(BOSS) == 2
    context.close()
    for one in people.values():
        one.client.close()


def test_a_mail_that_does_not_leave_is_told_where_it_was_set(
    desk: Desk, browser: Browser, post_office: PostOffice
) -> None:
    words: dict[str, Any] = {"name": "Evening", "board": "why", "charts": [{"measure": "contacts", "by": "kind"}]}
    me = desk.office.get("/me")["agent"]["id"]
    desk.office.post("/insights/reports", {**words, "agent_ids": [me], "only": ["channel:sandbox"]})
    desk.running.stop()
    with server(post_office, desk.running.folder, free_port()) as running:
        office = Office(running)
        office.sign_in(BOSS)
        context = browser.new_context(locale="en-GB", reduced_motion="reduce")
        context.add_cookies(session_of(office))  # type: ignore[arg-type]
        page = context.new_page()
        page.goto(f"{running.base}/app/pictures/why?days=7&mails=1")
        page.get_by_role("button", name="Send it to me now").click()
        expect(page.get_by_role("status").filter(has_text="Couldn't be sent")).to_be_visible()
        page.screenshot(path=shot("report-failed", "light"))
        page.get_by_role("button", name="Pause").click()
        expect(page.get_by_text("Paused")).to_be_visible()
        context.close()
        office.client.close()
