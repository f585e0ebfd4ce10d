"""What is done on a page before it is looked at, each a function of the page."""

from collections.abc import Callable

from playwright.sync_api import Page, expect


def press(keys: str) -> Callable[[Page], None]:
    """Press keys on the page."""
    return lambda page: page.keyboard.press(keys)


def click(name: str, sign: str = "") -> Callable[[Page], None]:
    """Click the first button of a name, and wait for what it opens."""

    def act(page: Page) -> None:
        page.get_by_role("button", name=name).first.click()
        if sign:
            expect(page.get_by_text(sign).first).to_be_visible()

    return act


def open_ticket(name: str, sign: str) -> Callable[[Page], None]:
    """Open a conversation from the list."""

    def act(page: Page) -> None:
        page.locator("a.ticket").filter(has_text=name).first.click()
        expect(page.get_by_text(sign).last).to_be_visible()
        expect(page.get_by_role("textbox", name="Write a reply")).to_be_visible()

    return act


def then(*acts: Callable[[Page], None]) -> Callable[[Page], None]:
    """One after the other."""

    def act(page: Page) -> None:
        for one in acts:
            one(page)

    return act


def connect(channel: str, sign: str) -> Callable[[Page], None]:
    """Choose a channel to connect."""

    def act(page: Page) -> None:
        page.get_by_role("button", name="Connect inbox").first.click()
        page.get_by_role("dialog").get_by_role("button", name=channel).click()
        expect(page.get_by_label(sign).first).to_be_visible()
        page.get_by_text("More settings").click()

    return act


def see(text: str) -> Callable[[Page], None]:
    """Wait for some words."""
    return lambda page: expect(page.get_by_text(text).last).to_be_visible()


def click_text(text: str) -> Callable[[Page], None]:
    """Click the first of some words."""
    return lambda page: page.get_by_text(text).first.click()


def fail(path: str) -> Callable[[Page], None]:
    """Let a call get no answer, and load the page anew."""

    def act(page: Page) -> None:
        page.route(path, lambda route: route.abort())
        page.reload()
        expect(page.get_by_role("button", name="Try again")).to_be_visible()
        page.unroute(path)

    return act


def offline(page: Page) -> None:
    """Lose the network, until it was said."""
    page.context.set_offline(True)
    expect(page.get_by_text("You are offline")).to_be_visible()
    page.context.set_offline(False)


def palette(page: Page) -> None:
    """Find a customer by the palette."""
    page.keyboard.press("Control+k")
    page.get_by_role("combobox").fill("ma")
    expect(page.get_by_role("option").filter(has_text="Marcus Webb")).to_be_visible()


def find_setting(page: Page) -> None:
    """Find a setting by its words."""
    page.get_by_role("searchbox", name="Find a setting").fill("time zone")
    expect(page.get_by_role("link", name="Workspace Time zone")).to_be_visible()
    expect(page.get_by_role("link", name="Tokens")).to_be_hidden()


def open_side(page: Page) -> None:
    page.get_by_role("list", name="Side conversations").get_by_role("button").click()
    expect(page.get_by_role("dialog").get_by_text("Are any left?")).to_be_visible()


def ask_aside(page: Page) -> None:
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    page.get_by_role("dialog").get_by_role("combobox").fill("forward")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="Forward").get_by_label("To")).to_be_focused()


def hand_over(page: Page) -> None:
    """Choose to whom a conversation goes, and begin to say why."""
    page.keyboard.press("Escape")
    page.keyboard.press("h")
    page.get_by_role("option").filter(has_text="Kaisa Laine").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox").fill("They wrote twice, and the second lamp is still missing.")


def message_menu(text: str, choice: str = "") -> Callable[[Page], None]:
    """Open the menu of a message, and choose something of it."""

    def act(page: Page) -> None:
        message = page.locator("article[data-message]", has_text=text).last
        message.hover()
        message.get_by_role("button", name="More for this message").click()
        expect(page.get_by_role("menuitem").first).to_be_visible()
        if choice:
            page.get_by_role("menuitem", name=choice, exact=True).click()

    return act


def link_words(page: Page) -> None:
    """Let a word of a mail lead somewhere."""
    page.get_by_role("textbox", name="Write a reply").fill("See our page about lamps")
    page.get_by_role("toolbar", name="Formatting").get_by_role("button", name="Link").click()
    page.get_by_role("group", name="Link").get_by_role("textbox").fill("not an address")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()


def open_picture(page: Page) -> None:
    """Look at a picture closely."""
    page.locator("a[data-picture]").first.click()
    expect(page.get_by_role("dialog", name="Pictures").get_by_role("img").first).to_be_visible()
