"""The network goes, the page is loaded anew, the network comes back: nothing is lost, nothing is done twice."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.browsers import violations
from tests.journeys.desk import Desk, arrive, context, page
from tests.journeys.running import Office, Running, eventually

__all__ = ["context", "page"]

SEAT = {"service_workers": "allow"}
KEPT = """() => new Promise((done) => {
  const asked = indexedDB.open('lyhord')
  asked.onsuccess = () => {
    const counted = asked.result.transaction('outbox').objectStore('outbox').count()
    counted.onsuccess = () => { asked.result.close(); done(counted.result) }
  }
})"""
"""How much waits in the browser for the server."""


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, post_office: Any) -> Iterator[Desk]:
    """A desk whose server the tests stop."""
    with Running(tmp_path_factory.mktemp("dropped")) as running:
        desk = Desk(running, Office(running), post_office)
        desk.prepare()
        yield desk
        desk.close()


def arrive_kept(page: Page, desk: Desk, name: str, text: str = "Hello") -> None:
    """A customer writes, the page shows it, and the app lies in the browser."""
    arrive(page, desk, name, text)
    eventually(lambda: page.evaluate("navigator.serviceWorker.controller?.state === 'activated'"))


def write(page: Page, text: str) -> Locator:
    """Answer in the open conversation; the words on the screen."""
    page.get_by_role("textbox", name="Write a reply").fill(text)
    page.keyboard.press("Control+Enter")
    return page.locator("article", has_text=text)


def texts_of(desk: Desk, name: str) -> list[str]:
    """All that stands in a customer's conversation."""
    conversation = desk.ticket_of(name)["conversation_id"]
    return [one["text"] for one in desk.office.get(f"/conversations/{conversation}/messages", limit=200)["items"]]


def test_what_was_done_without_a_network_survives_a_reload_and_is_done_once_in_order(
    page: Page, context: BrowserContext, desk: Desk
) -> None:
    arrive_kept(page, desk, "Nora")
    context.set_offline(True)
    expect(page.get_by_text("You are offline")).to_be_visible()
    for text in ("First words", "Second words"):
        expect(write(page, text)).to_contain_text("Leaves when you are back online")
    page.locator("body").click()
    page.keyboard.press("e")
    expect(page.get_by_text("Resolved: Nora")).to_be_visible()
    eventually(lambda: remembers(page, "Hello"))
    page.reload()
    expect(page.get_by_text("what you saw last")).to_be_visible()
    expect(page.locator("article", has_text="Hello")).to_be_visible()
    for text in ("First words", "Second words"):
        expect(page.locator("article", has_text=text)).to_contain_text("Leaves when you are back online")
    assert violations(page) == []
    context.set_offline(False)
    eventually(lambda: desk.ticket_of("Nora")["status"] == "resolved")
    expect(page.locator("article", has_text="Second words")).to_have_count(1)
    assert texts_of(desk, "Nora") == ["Hello", "First words", "Second words"]
    page.reload()
    expect(page.locator("article", has_text="Second words")).to_have_count(1)
    assert texts_of(desk, "Nora") == ["Hello", "First words", "Second words"]


SEEN = """() => new Promise((resolve) => {
  const opening = indexedDB.open('lyhord-seen', 1)
  opening.onerror = () => resolve('')
  opening.onupgradeneeded = () => opening.transaction.abort()
  opening.onsuccess = () => {
    const reading = opening.result.transaction('seen').objectStore('seen').getAll()
    reading.onsuccess = () => {
      opening.result.close()
      resolve(JSON.stringify(reading.result.map((one) => [...one.state.threads.values(), ...one.state.tickets.values()])))
    }
  }
})"""


def remembers(page: Page, words: str) -> bool:
    """Whether the browser has words in what it keeps for a start without a network."""
    found: str = page.evaluate(SEEN)
    return words in found


@pytest.mark.long
def test_without_a_network_the_app_opens_with_what_was_seen_and_catches_up(
    page: Page, context: BrowserContext, desk: Desk
) -> None:
    desk.customer_writes("Zelda", "Read me on the train")
    desk.customer_writes("Zoe", "And me")
    page.set_viewport_size({"width": 1440, "height": 4_000})  # so high that every row is drawn
    page.goto(f"{desk.running.base}/app/inbox/all")
    page.locator("a.ticket", has_text="Zelda").first.click()
    expect(page.locator("article", has_text="Read me on the train")).to_be_visible()
    eventually(lambda: page.evaluate("navigator.serviceWorker.controller?.state === 'activated'"))
    eventually(lambda: remembers(page, "Read me on the train"))
    context.set_offline(True)
    page.goto(f"{desk.running.base}/app/inbox/all")
    expect(page.get_by_text("what you saw last")).to_be_visible()
    expect(page.locator("a.ticket", has_text="Zoe")).to_be_visible()
    page.locator("a.ticket", has_text="Zelda").click()
    expect(page.locator("article", has_text="Read me on the train")).to_be_visible()
    assert violations(page) == []
    expect(write(page, "From the train")).to_contain_text("Leaves when you are back online")
    desk.customer_writes("Zoe", "Are you there?")
    desk.customer_writes("Zena", "I am new")
    context.set_offline(False)
    expect(page.get_by_text("what you saw last")).to_have_count(0)
    expect(page.locator("a.ticket", has_text="Zena")).to_be_visible()
    expect(page.locator("a.ticket", has_text="Zoe")).to_contain_text("Are you there?")
    eventually(lambda: "From the train" in texts_of(desk, "Zelda"))
    shown = page.locator("a.ticket").all_inner_texts()
    page.reload()
    expect(page.locator("a.ticket", has_text="Zena")).to_be_visible()
    expect(page.locator("article", has_text="From the train")).to_be_visible()
    first = [one.split("\n")[0] for one in shown]
    eventually(lambda: [one.split("\n")[0] for one in page.locator("a.ticket").all_inner_texts()] == first)


@pytest.mark.long
def test_who_signs_out_leaves_nothing_behind(browser: Browser, desk: Desk) -> None:
    someone = desk.hire("gone@firm.example", "Gone")
    context = desk.seat(browser, someone, service_workers="allow")
    page = context.new_page()
    arrive(page, desk, "Selma", "Between us")
    eventually(lambda: remembers(page, "Between us"))
    page.goto(f"{desk.running.base}/app/settings/profile")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("button", name="Sign in", exact=True)).to_be_visible()
    assert not remembers(page, "Between us")
    context.close()


@pytest.mark.long
def test_an_answer_that_was_lost_on_the_way_back_is_not_said_twice(browser: Browser, desk: Desk) -> None:
    context = desk.seat(browser, desk.office)
    page = context.new_page()
    desk.customer_writes("Olga", "Hello")
    page.goto(desk.address_of("Olga"))
    heard: list[str] = []

    def lose(route: Any) -> None:
        heard.append(route.fetch().text())
        route.abort()

    context.route("**/conversations/*/messages", lose, times=1)
    write(page, "Only once")
    eventually(lambda: page.evaluate("1") and heard)
    page.reload()
    expect(page.locator("article", has_text="Only once")).to_have_count(1)
    eventually(lambda: page.evaluate(WAITING) == 0)
    assert texts_of(desk, "Olga").count("Only once") == 1
    context.close()


WAITING = """() => new Promise((resolve) => {
  const opening = indexedDB.open('lyhord', 1)
  opening.onsuccess = () => {
    const counting = opening.result.transaction('outbox').objectStore('outbox').count()
    counting.onsuccess = () => resolve(counting.result)
  }
})"""


@pytest.mark.long
def test_a_server_that_stops_for_a_while_gets_it_when_it_is_back(page: Page, desk: Desk) -> None:
    arrive_kept(page, desk, "Petra")
    desk.running.stop()
    bubble = write(page, "Into the dark")
    expect(bubble).to_contain_text("Leaves when you are back online")
    page.reload()
    expect(page.get_by_text("Into the dark")).to_be_visible()
    desk.running.start()
    expect(page.get_by_role("heading", name="Petra", level=1)).to_be_visible()
    eventually(lambda: "Into the dark" in texts_of(desk, "Petra"))
    expect(page.locator("article", has_text="Into the dark")).to_have_count(1)
    assert texts_of(desk, "Petra").count("Into the dark") == 1


@pytest.mark.long
def test_what_the_customer_went_on_with_is_not_put_away_behind_their_back(
    page: Page, context: BrowserContext, desk: Desk
) -> None:
    arrive_kept(page, desk, "Runa")
    context.set_offline(True)
    expect(page.get_by_text("You are offline")).to_be_visible()
    page.keyboard.press("e")
    expect(page.get_by_text("Resolved: Runa")).to_be_visible()
    desk.customer_writes("Runa", "One more thing")
    context.set_offline(False)
    refused = page.get_by_role("alert").filter(has_text="The customer wrote meanwhile")
    expect(refused).to_contain_text("Not done: Resolve, Runa")
    assert violations(page) == []
    assert desk.ticket_of("Runa")["status"] == "open"
    refused.get_by_role("button", name="Try again").click()
    eventually(lambda: desk.ticket_of("Runa")["status"] == "resolved")
    expect(refused).to_have_count(0)


@pytest.mark.long
def test_undoing_what_has_not_left_leaves_nothing_done(page: Page, context: BrowserContext, desk: Desk) -> None:
    arrive_kept(page, desk, "Tove")
    context.set_offline(True)
    expect(page.get_by_text("You are offline")).to_be_visible()
    page.keyboard.press("e")
    page.get_by_role("status").get_by_role("button", name="Undo").click()
    context.set_offline(False)
    eventually(lambda: page.evaluate(WAITING) == 0)
    assert desk.ticket_of("Tove")["status"] == "open"


def test_what_is_refused_stands_there_until_somebody_decides(page: Page, context: BrowserContext, desk: Desk) -> None:
    arrive_kept(page, desk, "Siri")
    context.set_offline(True)
    expect(page.get_by_text("You are offline")).to_be_visible()
    bubble = write(page, "Too late")
    expect(bubble).to_contain_text("Leaves when you are back online")
    [door] = [one["id"] for one in desk.office.get("/inboxes") if one["key"] == desk.sandbox]
    assert desk.office.client.delete(f"/inboxes/{door}").is_success
    context.set_offline(False)
    expect(bubble).to_contain_text("Not sent")
    page.set_viewport_size({"width": 1440, "height": 4_000})  # so high that every row is drawn
    page.goto(f"{desk.running.base}/app/inbox/all")
    bar = page.get_by_role("alert").filter(has_text="Siri")
    expect(bar).to_contain_text("Not done: Reply, Siri")
    expect(page.locator("a.ticket", has_text="Siri").get_by_label("Not done")).to_be_visible()
    bar.get_by_role("button", name="Discard").click()
    expect(bar).to_have_count(0)
    eventually(lambda: page.evaluate(KEPT) == 0)
    page.reload()
    expect(page.locator("a.ticket", has_text="Siri")).to_be_visible()
    expect(page.get_by_role("alert").filter(has_text="Siri")).to_have_count(0)
