"""A customer and an agent who share no language, by hand in a browser: each reads and writes their own."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browsers import violations
from tests.counterparts.translators import KEY, TranslatorServer
from tests.journeys.desk import Desk, context, page
from tests.journeys.running import Office, Running, eventually

__all__ = ["context", "page"]

pytestmark = pytest.mark.long

SHOTS = Path("test-output/translation")
LAMP = "Guten Tag, wo bleibt meine Lampe?"
IN_ENGLISH = "Good day, where is my lamp?"
LOOKS: dict[str, dict[str, Any]] = {
    "light": {},
    "dark": {"color_scheme": "dark"},
    "phone": {"viewport": {"width": 390, "height": 844}},
}


@pytest.fixture(scope="module")
def server() -> Iterator[TranslatorServer]:
    """The company's own translator, on an address inside the house."""
    with TranslatorServer() as server:
        yield server


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, post_office: Any) -> Iterator[Desk]:
    """A desk whose operator allows addresses of this machine."""
    with Running(tmp_path_factory.mktemp("desk"), private_networks="127.0.0.0/8") as running:
        desk = Desk(running, Office(running), post_office)
        desk.prepare()
        yield desk
        desk.close()


@pytest.fixture
def translator(desk: Desk, server: TranslatorServer) -> TranslatorServer:
    """The same, connected and well."""
    server.status = 200
    body = {"kind": "libretranslate", "address": server.address, "key": KEY}
    desk.office._answer(desk.office.client.put("/translator", json=body))
    return server


def messages_of(desk: Desk, name: str) -> list[dict[str, Any]]:
    conversation = desk.ticket_of(name)["conversation_id"]
    items: list[dict[str, Any]] = desk.office.get(f"/conversations/{conversation}/messages")["items"]
    return items


def look(page: Page, name: str) -> None:
    """A picture, and what axe-core says of it."""
    page.screenshot(path=SHOTS / f"{name}.png")
    assert violations(page) == []


def test_a_translator_is_tried_connected_and_told_words(page: Page, desk: Desk, server: TranslatorServer) -> None:
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.goto(f"{desk.running.base}/app/settings/profile")
    expect(page.get_by_label("Signature")).to_be_visible()
    expect(page.get_by_text("Languages that I read")).to_have_count(0)
    page.get_by_role("searchbox", name="Find a setting").fill("words of your")
    page.get_by_role("link", name="Translation").click()
    page.get_by_label("Address of the service").fill("http://127.0.0.1:1")
    page.get_by_role("button", name="Try and save").click()
    expect(page.get_by_text("No translator answers at this address")).to_be_visible()
    page.get_by_label("Address of the service").fill(server.address)
    page.get_by_label("API key").fill("wrong")
    page.get_by_role("button", name="Try and save").click()
    expect(page.get_by_text("The service doesn't take this key")).to_be_visible()
    look(page, "refused")
    page.get_by_label("API key").fill(KEY)
    page.get_by_role("button", name="Try and save").click()
    expect(page.get_by_text("It translates: Chinese, English, Finnish, German, Swedish")).to_be_visible()
    page.get_by_label("Word", exact=True).fill("Norrsken")
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_text("Stays as it is")).to_be_visible()
    page.get_by_label("Word", exact=True).fill("Lampe")
    page.get_by_label("In", exact=True).select_option(label="English")
    page.get_by_label("Always as").fill("luminaire")
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_text("English: luminaire")).to_be_visible()
    look(page, "settings")
    page.get_by_role("button", name="Remove Lampe").click()
    expect(page.get_by_text("English: luminaire")).to_have_count(0)
    page.goto(f"{desk.running.base}/app/settings/profile")
    page.get_by_role("button", name="Add a language").click()
    page.get_by_role("combobox", name="Add a language").fill("swed")
    page.keyboard.press("Enter")
    page.locator("form").filter(has_text="Languages").get_by_role("button", name="Save").first.click()
    assert eventually(lambda: desk.office.get("/me")["reads"] == ["en", "sv"])
    look(page, "profile")


@pytest.mark.parametrize("kind", LOOKS)
def test_a_foreign_customer_is_read_and_answered(
    browser: Browser, desk: Desk, translator: TranslatorServer, kind: str
) -> None:
    SHOTS.mkdir(parents=True, exist_ok=True)
    name = f"Klaus{kind}"
    desk.customer_writes(name, LAMP)
    context = desk.seat(browser, desk.office, **LOOKS[kind])
    page = context.new_page()
    page.goto(desk.address_of(name))
    theirs = page.locator("article.in")
    expect(theirs).to_contain_text(IN_ENGLISH)
    expect(theirs).to_contain_text("Translated from German")
    theirs.get_by_role("button", name="Show the original").click()
    expect(theirs).to_contain_text(LAMP)
    expect(theirs).not_to_contain_text(IN_ENGLISH)
    theirs.get_by_role("button", name="Show the translation").click()
    look(page, f"read-{kind}")
    box = page.get_by_role("textbox", name="Write a reply")
    box.fill("It leaves tomorrow.")
    expect(page.get_by_label("Translate my answer into German before it leaves")).to_be_checked()
    page.keyboard.press("Control+Enter")
    preview = page.get_by_label("In German, as the customer will read it")
    expect(preview).to_have_value("Versand morgen.")
    expect(preview).to_be_focused()
    look(page, f"preview-{kind}")
    assert [one["direction"] for one in messages_of(desk, name)] == ["in"], "nothing left before it was agreed to"
    preview.fill("Versand morgen früh.")
    page.keyboard.press("Control+Enter")
    ours = page.locator("article.out")
    expect(ours).to_contain_text("It leaves tomorrow.")
    expect(ours).to_contain_text("Sent in German")
    ours.get_by_role("button", name="Show what was sent").click()
    expect(ours).to_contain_text("Versand morgen früh.")
    look(page, f"answered-{kind}")
    sent = messages_of(desk, name)[-1]
    assert sent["text"] == "Versand morgen früh."
    written = {"language": "en", "text": "It leaves tomorrow.", "own": True}
    assert sent["translation"] == {"language": "de", "texts": [written]}
    context.close()


def test_nothing_leaves_untranslated_by_itself(page: Page, desk: Desk, translator: TranslatorServer) -> None:
    desk.customer_writes("Ulla", LAMP)
    page.goto(desk.address_of("Ulla"))
    expect(page.locator("article.in")).to_contain_text(IN_ENGLISH)
    translator.status = 503
    page.get_by_role("textbox", name="Write a reply").fill("It leaves tomorrow.")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("alert")).to_contain_text("The translator doesn't answer")
    look(page, "away")
    desk.customer_writes("Ulla", "Das war schade.")
    last = page.locator("article.in").last
    expect(last).to_contain_text("The translator doesn't answer")
    expect(last).to_contain_text("Das war schade.")
    translator.status = 200
    last.get_by_role("button", name="Try again").click()
    expect(last).to_contain_text("That was a pity.")
    page.get_by_role("button", name="Send as I wrote it").click()
    expect(page.locator("article.out")).to_contain_text("It leaves tomorrow.")
    assert messages_of(desk, "Ulla")[-1]["text"] == "It leaves tomorrow."


def test_by_keys_and_palette_what_was_not_translated_is(page: Page, desk: Desk, translator: TranslatorServer) -> None:
    desk.office.client.delete("/translator")
    desk.customer_writes("Jürgen", LAMP)
    page.goto(desk.address_of("Jürgen"))
    theirs = page.locator("article.in")
    expect(theirs).to_contain_text(LAMP)
    expect(page.get_by_role("textbox", name="Write a reply")).to_be_visible()
    assert theirs.get_by_role("button", name="Translate").count() == 0
    expect(page.get_by_text("before it leaves")).to_have_count(0)
    body = {"kind": "libretranslate", "address": translator.address, "key": KEY}
    assert desk.office.client.put("/translator", json=body).is_success
    eventually(lambda: _pressed(page, theirs))
    expect(theirs).to_contain_text(IN_ENGLISH)
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    page.get_by_role("combobox").fill("translate the customer")
    expect(page.get_by_role("option", name="Translate the customer's last message")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("Shift+Y")
    expect(page.get_by_label("Translate my answer into German before it leaves")).not_to_be_checked()


def _pressed(page: Page, theirs: Any) -> bool:
    """The key, as soon as the page has heard that there is a translator."""
    page.keyboard.press("y")
    return IN_ENGLISH in theirs.inner_text()
