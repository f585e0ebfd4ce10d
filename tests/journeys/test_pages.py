"""Every page of the app, light, dark and on a phone: nothing against it from axe-core, nothing wider than the screen, nothing in
the console; and a picture of each under test-output/pages. Those of the inbox and of customers are in `test_inbox_pages.py`. Then the
main pages in the other languages."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browsers import PATIENCE
from tests.journeys.acts import click, click_text, connect, find_setting, press, then
from tests.journeys.barriers import cut
from tests.journeys.desk import WIDE, Desk, desk, session_of
from tests.journeys.furniture import MACRO, open_setting
from tests.journeys.running import Office, Running
from tests.journeys.several import product
from tests.journeys.tour import PHONE, Stop, Tour, overflowing, parameters, settle, shot, tour, untranslated

__all__ = ["desk", "tour"]

SETTINGS = (
    "profile",
    "security",
    "notifications",
    "keys",
    "canned",
    "macros",
    "workspace",
    "agents",
    "roles",
    "teams",
    "inboxes",
    "attributes",
    "entities",
    "translator",
    "language_model",
    "tokens",
    "keeping",
    "audit",
    "health",
)

STOPS = [
    Stop("settings-keys", "/app/settings/keys", "Single-key shortcuts"),
    Stop("settings-canned", "/app/settings/canned", "Welcome to the shop"),
    Stop("canned-editor", "/app/settings/canned", "/hey", open_setting("Welcome to the shop", "Edit")),
    Stop("settings-macros", "/app/settings/macros", MACRO),
    Stop("macro-editor", "/app/settings/macros", MACRO, open_setting(MACRO, "Edit")),
    Stop("settings-attributes", "/app/settings/attributes", "Contract until"),
    Stop("attribute-add", "/app/settings/attributes", "Contract until", click("Add field")),
    Stop("settings-profile", "/app/settings/profile", "Stands below your e-mails"),
    Stop("numbers", "/app/numbers", "customers wrote", click_text("The figures behind it")),
    *(
        Stop(f"pictures-{name}", f"/app/pictures/{name}?days=28", sign)
        for name, sign in (
            ("why", "Tickets · by kind"),
            ("answers", "Tickets · by wait"),
            ("solved", "Reopened · by kind"),
            ("effort", "Working time · by channel"),
        )
    ),
    Stop("pictures-ask", "/app/pictures/ask", "A question in SQL", click("Ask")),
    Stop("wallboard", "/app/wallboard", "Who is on what", click("Kaisa Laine")),
    Stop("settings-found", "/app/settings/profile", "Stands below your e-mails", find_setting),
    Stop("settings-security", "/app/settings/security", "Where you are signed in"),
    Stop(
        "settings-app", "/app/settings/security", "You sign in by", click("Add an authenticator", "Or type this into")
    ),
    Stop("settings-roles", "/app/settings/roles", "Night shift"),
    Stop("settings-role", "/app/settings/roles", "Night shift", click("Copy: Team lead", "Name of the role")),
    Stop("settings-notifications", "/app/settings/notifications", "Mentions of me or my team"),
    Stop("settings-workspace", "/app/settings/workspace", "Time zone"),
    Stop("settings-agents", "/app/settings/agents", "Kaisa Laine", click("Invite")),
    Stop("settings-teams", "/app/settings/teams", "Make a team"),
    Stop("settings-team", "/app/settings/teams", "Make a team", click("Edit")),
    Stop("settings-inboxes", "/app/settings/inboxes", "Text messages"),
    Stop("settings-signature", "/app/settings/inboxes", "Text messages", click("Signature", "Insert a variable")),
    Stop("settings-remove", "/app/settings/inboxes", "Text messages", click("Remove")),
    Stop("settings-translator", "/app/settings/translator", "Translation"),
    Stop("settings-language-model", "/app/settings/language_model", "Language model"),
    Stop("settings-tokens", "/app/settings/tokens", "Weekly report"),
    Stop(
        "settings-keeping", "/app/settings/keeping", "Messages and notes", click_text("Inboxes with rules of their own")
    ),
    Stop("settings-audit", "/app/settings/audit", "Boss"),
    Stop("settings-health", "/app/settings/health", "At work"),
    Stop(
        "connect-channels", "/app/settings/inboxes", "Text messages", click("Connect inbox", "A chat on your own site")
    ),
    Stop("connect-mail", "/app/settings/inboxes", "Text messages", connect("E-mail", "E-mail address of the inbox")),
    Stop("connect-webchat", "/app/settings/inboxes", "Text messages", connect("Web chat", "Colour")),
    Stop("connect-telegram", "/app/settings/inboxes", "Text messages", connect("Telegram", "Token of the bot")),
    Stop("connect-whatsapp", "/app/settings/inboxes", "Text messages", connect("WhatsApp", "Phone number ID")),
    Stop("connect-sms", "/app/settings/inboxes", "Text messages", connect("SMS", "Number or short code")),
    Stop("connect-mastodon", "/app/settings/inboxes", "Text messages", connect("Mastodon", "Access token")),
    Stop("connect-bluesky", "/app/settings/inboxes", "Text messages", connect("Bluesky", "App password")),
    Stop("connect-x", "/app/settings/inboxes", "Text messages", connect("Your account on X", "Access token secret")),
    Stop("connect-sandbox", "/app/settings/inboxes", "Text messages", connect("Sandbox", "Signing key")),
]


@pytest.mark.parametrize("stop", parameters(STOPS))
def test_a_page_is_whole_for_everybody(tour: Tour, stop: Stop) -> None:
    assert tour.look(stop) == []


@pytest.fixture(scope="module")
def fresh(
    request: pytest.FixtureRequest, browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Tour, Running]]:
    """A server that nobody has set up yet, and a window of somebody whom it doesn't know."""
    with product(request, tmp_path_factory.mktemp("fresh")) as running:
        context = browser.new_context(locale="en-GB", reduced_motion="reduce")
        context.set_default_timeout(PATIENCE)
        yield Tour(context.new_page(), running.base), running
        context.close()


def wrong_password(page: Page) -> None:
    page.get_by_label("E-mail address").fill("somebody@firm.example")
    page.get_by_label("Password").fill("not this one")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()


def forgotten(page: Page) -> None:
    page.get_by_role("button", name="Forgot").click()
    page.get_by_label("E-mail address").fill("somebody@firm.example")
    page.keyboard.press("Enter")
    expect(page.get_by_text("is on its way")).to_be_visible()


def to_step(number: int) -> Callable[[Page], None]:
    """Go on to a step of the first run by the buttons, from the first one: it opens after what is done."""

    def act(page: Page) -> None:
        page.get_by_role("button", name="Company").click()
        expect(page.get_by_role("heading", name="What is your company called?")).to_be_visible()
        for _ in range(number):
            page.get_by_role("button", name=re.compile("^(Next|Later)$")).click()

    return act


def choose(channel: str, sign: str) -> Callable[[Page], None]:
    def act(page: Page) -> None:
        page.get_by_role("button", name=channel).click()
        expect(page.get_by_label(sign).first).to_be_visible()

    return act


def invite(page: Page) -> None:
    page.get_by_label("E-mail address").fill("a-colleague-with-a-rather-long-address@firm.example")
    page.get_by_role("button", name="Invite").click()
    expect(page.get_by_role("status").get_by_text("/app/#/invitation")).to_be_visible()


@pytest.mark.long
def test_the_pages_before_one_is_signed_in(fresh: tuple[Tour, Running]) -> None:
    tour, running = fresh
    for stop in (
        Stop("sign-in", "/app/", "Sign in", quiet=False),
        Stop("sign-in-wrong", "/app/", "Sign in", wrong_password, quiet=False),
        Stop("sign-in-forgotten", "/app/", "Sign in", forgotten, quiet=False),
        Stop("link-used", "/app/#/reset?token=nothing", "Sign in", quiet=False),
        Stop("link-setup", f"/app/#/setup?token={running.setup_token()}", "At least 10 characters"),
    ):
        assert tour.look(stop) == []


@pytest.mark.long
def test_the_pages_of_the_first_run_and_of_an_empty_workspace(fresh: tuple[Tour, Running], browser: Browser) -> None:
    stranger, running = fresh
    office = Office(running)
    office.set_up()
    made = office.post("/agents", {"email": "ida@firm.example", "role": "agent"})
    link = office.post(f"/agents/{made['id']}/invitation")["link"]
    assert stranger.look(Stop("link-invitation", link.removeprefix(running.base), "ida@firm.example")) == []

    context = browser.new_context(locale="en-GB", reduced_motion="reduce")
    context.set_default_timeout(PATIENCE)
    context.add_cookies(session_of(office))  # type: ignore[arg-type]
    tour = Tour(context.new_page(), running.base)
    for stop in (
        Stop("start-name", "/app/start", "First message", to_step(0)),
        Stop("start-invite", "/app/start", "First message", then(to_step(1), invite)),
        Stop("start-inbox", "/app/start", "First message", to_step(2)),
        Stop("start-mail", "/app/start", "First message", then(to_step(2), choose("E-mail", "IMAP server"))),
        Stop("start-webchat", "/app/start", "First message", then(to_step(2), choose("Web chat", "Colour"))),
        Stop("start-sandbox", "/app/start", "First message", then(to_step(2), choose("Sandbox", "Signing key"))),
        Stop("start-look", "/app/start", "First message", to_step(3)),
    ):
        assert tour.look(stop) == []
    office.post("/inboxes", {"channel": "webchat", "name": "Chat"})
    assert tour.look(Stop("start-snippet", "/app/start", "First message", to_step(3))) == []

    office.post("/workspace/ready")
    office.client.delete(f"/inboxes/{office.get('/inboxes')[0]['id']}")
    for stop in (
        *(
            Stop(f"empty-{one}", f"/app/inbox/{one}", "Choose a conversation")
            for one in ("mine", "unassigned", "waiting", "all", "snoozed", "resolved")
        ),
        Stop("empty-contacts", "/app/contacts", "No customers yet"),
        Stop("empty-blocked", "/app/contacts?show=blocked", "Nobody is blocked"),
        Stop("empty-organizations", "/app/organizations", "No organizations yet"),
        Stop("empty-duplicates", "/app/duplicates", "No duplicates found"),
        Stop("empty-canned", "/app/settings/canned", "New canned reply"),
        Stop("empty-macros", "/app/settings/macros", "New macro"),
        Stop("empty-attributes", "/app/settings/attributes", "No fields yet"),
        Stop("empty-notifications", "/app/inbox/all", "Choose a", click("Notifications", "Nothing to tell")),
        Stop("empty-numbers", "/app/numbers", "Numbers"),
        Stop("empty-wallboard", "/app/wallboard", "Who is on what"),
        Stop("empty-administration", "/app/home/administration", "Connect an inbox"),
        Stop("empty-replies", "/app/home/replies", "Each tag has a canned reply"),
        Stop("empty-moderation", "/app/home/moderation", "Nobody is blocked."),
        Stop("empty-teams", "/app/settings/teams", "No teams yet"),
        Stop("empty-inboxes", "/app/settings/inboxes", "No inbox yet"),
        Stop("empty-tokens", "/app/settings/tokens", "No tokens yet"),
        Stop("empty-new", "/app/inbox/all", "Choose a conversation", press("c")),
    ):
        assert tour.look(stop) == []
    context.close()
    office.client.close()


@pytest.mark.parametrize(
    "locale", ["fi", *(pytest.param(locale, marks=pytest.mark.long) for locale in ("sv", "nb", "zh-CN"))]
)
@pytest.mark.long
def test_the_main_pages_in_another_language(desk: Desk, browser: Browser, locale: str) -> None:
    """No key stands there untranslated, and the longer words of other languages push nothing out of a phone's screen."""
    desk.office.patch("/me", {"locale": locale})
    context = desk.seat(browser, desk.office, reduced_motion="reduce")
    page = context.new_page()
    found: dict[str, list[str]] = {}
    try:
        for name, path in (
            ("list", "/app/inbox/all"),
            ("conversation", desk.address_of("Marcus Webb").removeprefix(desk.running.base)),
            ("contacts", "/app/contacts"),
            ("search", "/app/search?q=lamp"),
            ("wallboard", "/app/wallboard"),
            ("numbers", "/app/numbers"),
            *((f"home-{which}", f"/app/home/{which}") for which in ("administration", "replies", "moderation")),
            *((f"settings-{tab}", f"/app/settings/{tab}") for tab in SETTINGS),
        ):
            page.set_viewport_size(WIDE)  # type: ignore[arg-type]
            page.goto(desk.running.base + path)
            expect(page.get_by_role("heading", level=1)).to_be_visible()
            expect(page.locator("html")).to_have_attribute("lang", locale)
            expect(page.locator("main :is(li, form, article, dl, table, .empty)").first).to_be_visible()
            settle(page)
            page.screenshot(path=shot(f"{name}-{locale}", "light"))
            page.set_viewport_size(PHONE)  # type: ignore[arg-type]
            settle(page)
            page.screenshot(path=shot(f"{name}-{locale}", "phone"))
            found[name] = [*untranslated(page), *overflowing(page), *cut(page)]
    finally:
        desk.office.patch("/me", {"locale": "en"})
        context.close()
    assert found == {name: [] for name in found}
