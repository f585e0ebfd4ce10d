"""What happens in the channel owner's own app: an answer, calls, words that vanish; and what an answer costs."""

import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browsers import violations
from tests.journeys.desk import Desk, arrive, context, desk, page
from tests.journeys.running import eventually
from tests.journeys.test_messages import message

__all__ = ["context", "desk", "page"]
pytestmark = pytest.mark.long
SHOTS = "test-output/elsewhere"


@pytest.fixture
def swedish(desk: Desk, browser: Browser) -> Iterator[Page]:
    """The same agent on a phone, in the dark; in Swedish once that is chosen."""
    looks = {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"}
    context = desk.seat(browser, desk.office, **looks)
    yield context.new_page()
    context.close()


def tell(desk: Desk, kind: str, key: str, **more: object) -> None:
    """Something happens in the sandbox, with Mira."""
    desk.channel_tells({"kind": kind, "id": key, "sender": {"id": "mira", "name": "Mira"}, **more})


def test_calls_echoes_and_words_with_an_end_stand_in_the_timeline(page: Page, desk: Desk, swedish: Page) -> None:
    arrive(page, desk, "Mira", "Is it open today?")
    tell(desk, "message", "e1", text="Until six, answered from the phone", ours=True)
    echo = message(page, "Until six, answered from the phone")
    expect(echo.get_by_text("From the channel's app")).to_be_visible()
    expect(echo.get_by_text("Norrsken")).to_be_visible()
    row = page.locator("a[data-ticket]", has_text="Mira")
    expect(row).to_contain_text("Until six")
    tell(desk, "call", "c1", state="ringing")
    expect(page.locator("article[data-message]", has_text="Ringing")).to_be_visible()
    tell(desk, "call", "c1", state="answered")
    tell(desk, "call", "c1", state="ended", seconds=65)
    expect(page.locator("article[data-message]", has_text="1:05")).to_be_visible()
    expect(row).to_contain_text("Call: 1:05")
    tell(desk, "call", "c2", state="missed", ours=True)
    expect(message(page, "Call, no answer").get_by_role("img", name="Outgoing")).to_be_visible()
    tell(desk, "call", "c3", state="missed")
    expect(row).to_contain_text("Missed call")
    row.screenshot(path=f"{SHOTS}-row.png")
    end = int(time.time() * 1000) + 20_000
    tell(desk, "message", "v1", text="My code is 4711", expires_at=end)
    fleeting = message(page, "My code is 4711")
    expect(fleeting.get_by_text("Vanishes")).to_be_visible()
    assert violations(page) == []
    page.screenshot(path=f"{SHOTS}-light.png")
    desk.office.patch("/me", {"locale": "sv"})
    swedish.goto(desk.address_of("Mira"))
    expect(swedish.locator("article[data-message]", has_text="Missat samtal")).to_be_visible()
    expect(swedish.get_by_text("Från kanalens app").first).to_be_visible()
    assert violations(swedish, ["color-contrast", "target-size"]) == []
    swedish.screenshot(path=f"{SHOTS}-dark-phone.png")
    desk.office.patch("/me", {"locale": "en"})
    expect(page.get_by_text("Vanished: its time was up").first).to_be_visible()
    expect(fleeting).to_have_count(0)
    expect(row).to_contain_text("Vanished")
    page.screenshot(path=f"{SHOTS}-vanished.png")

    def forgotten() -> bool:
        return not desk.office.get("/search", q="4711")["messages"]

    assert eventually(forgotten)


def test_what_an_answer_costs_stands_below_it(page: Page, desk: Desk) -> None:
    (inbox,) = (one for one in desk.office.get("/inboxes") if one["channel"] == "sandbox")
    settings = {**inbox["settings"], "price": "0.075 EUR", "text_limit": 40}
    desk.office.patch(f"/inboxes/{inbox['id']}", {"settings": settings})
    arrive(page, desk, "Paul", "How long does it take?")
    page.get_by_role("form", name="Write").get_by_role("textbox").fill("It takes three days. " * 3)
    expect(page.get_by_role("status").get_by_text("Costs €0.15")).to_be_visible()
    assert violations(page) == []
    page.screenshot(path=f"{SHOTS}-cost.png")


def test_a_chat_with_a_timer_says_so_where_it_is_set_and_where_one_answers(
    page: Page, desk: Desk, swedish: Page
) -> None:
    arrive(page, desk, "Mira", "Is it open today?")
    tell(desk, "timer", "", seconds=86_400)
    expect(page.get_by_text("What is said here from now on vanishes after 1 d")).to_be_visible()
    tell(desk, "message", "t1", text="My code is 4711")
    expect(message(page, "My code is 4711").get_by_text("Vanishes")).to_be_visible()
    page.get_by_role("textbox", name="Write a reply").fill("Thank you")
    expect(page.get_by_text("Vanishes 1 d after it leaves")).to_be_visible()
    assert violations(page) == []
    page.screenshot(path=f"{SHOTS}-timer-light.png")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(message(page, "Thank you").get_by_text("Vanishes")).to_be_visible(timeout=30_000)
    desk.office.patch("/me", {"locale": "sv"})
    swedish.goto(desk.address_of("Mira"))
    expect(swedish.get_by_text("försvinner efter 1 d")).to_be_visible()
    assert violations(swedish, ["color-contrast", "target-size"]) == []
    swedish.screenshot(path=f"{SHOTS}-timer-dark-phone.png")
    desk.office.patch("/me", {"locale": "en"})
    tell(desk, "timer", "", seconds=0)
    expect(page.get_by_text("What is said here stays again")).to_be_visible()
