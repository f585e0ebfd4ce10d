"""Signing in with more than a password: an app's code, a recovery code, a passkey that Chromium keeps, and a company that asks for one."""

import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from lyhord.kit.totp import STEP, code_at
from tests.browsers import violations
from tests.journeys.desk import Desk, desk
from tests.journeys.running import PASSWORD, Office

__all__ = ["desk"]

pytestmark = pytest.mark.long


@pytest.fixture
def page(desk: Desk, browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A colleague of the test's own, signed in."""
    name = request.node.name.removeprefix("test_")[:20].strip("_")
    context = seat(desk, browser, desk.hire(f"{name}@firm.example", name))
    yield context.new_page()
    context.close()


def seat(desk: Desk, browser: Browser, who: Office) -> BrowserContext:
    return desk.seat(browser, who, permissions=["clipboard-read", "clipboard-write"])


def open_security(page: Page, desk: Desk) -> None:
    page.goto(f"{desk.running.base}/app/settings/security")
    expect(page.get_by_role("heading", name="Where you are signed in")).to_be_visible()


def code_of(secret: str, ahead: int = 0) -> str:
    return code_at(secret, time.time_ns() // 1_000_000 // STEP + ahead)


def add_app(page: Page) -> tuple[str, list[str]]:
    """The secret that the page shows beside the picture, and the recovery codes."""
    page.get_by_role("button", name="Add an authenticator app").click()
    expect(page.get_by_role("img", name="Picture for the authenticator app")).to_be_visible()
    secret = page.locator("form code").inner_text().replace(" ", "")
    assert violations(page) == []
    page.get_by_label("Six digits that it shows").fill("000000")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_text("That code isn't right")).to_be_visible()
    page.get_by_label("Six digits that it shows").fill(code_of(secret))
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_text("Your recovery codes")).to_be_visible()
    codes = page.locator("li code").all_inner_texts()
    page.get_by_role("button", name="I have kept them").click()
    return secret, codes


def sign_out(page: Page, desk: Desk) -> None:
    page.goto(f"{desk.running.base}/app/settings/profile")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def sign_in(page: Page, email: str) -> None:
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def test_with_an_app_signing_in_takes_its_code_or_a_recovery_code(page: Page, desk: Desk) -> None:
    open_security(page, desk)
    email = page.get_by_label("E-mail address").input_value()
    secret, codes = add_app(page)
    assert len(codes) == 10
    expect(page.get_by_text("10 recovery codes left")).to_be_visible()
    sign_out(page, desk)
    sign_in(page, email)
    expect(page.get_by_role("heading", name="One more step")).to_be_visible()
    expect(page.get_by_label("Code")).to_be_focused()
    assert violations(page) == []
    page.keyboard.type("000000")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Code")).to_have_attribute("aria-invalid", "true")
    page.get_by_label("Code").fill(code_of(secret, ahead=1))
    page.keyboard.press("Enter")
    expect(page.get_by_role("navigation", name="Places")).to_be_visible()
    sign_out(page, desk)
    sign_in(page, email)
    page.get_by_label("Code").fill(codes[0])
    page.keyboard.press("Enter")
    expect(page.get_by_role("navigation", name="Places")).to_be_visible()


def test_a_passkey_signs_in_without_a_password(page: Page, desk: Desk) -> None:
    cdp = page.context.new_cdp_session(page)
    cdp.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    cdp.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    open_security(page, desk)
    email = page.get_by_label("E-mail address").input_value()
    page.get_by_role("button", name="Add a passkey").click()
    page.get_by_role("button", name="I have kept them").click()
    expect(page.get_by_text("not used yet")).to_be_visible()
    sign_out(page, desk)
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("navigation", name="Places")).to_be_visible()
    sign_out(page, desk)
    sign_in(page, email)
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("navigation", name="Places")).to_be_visible()


def test_a_lost_factor_is_removed_by_an_administrator(page: Page, desk: Desk, browser: Browser) -> None:
    open_security(page, desk)
    add_app(page)
    boss = seat(desk, browser, desk.office).new_page()
    boss.goto(f"{desk.running.base}/app/settings/agents")
    boss.get_by_role("button", name="Remove second factors").first.click()
    expect(boss.get_by_text("can sign in by password again")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    boss.context.close()


def test_signing_out_elsewhere(page: Page, desk: Desk, browser: Browser) -> None:
    open_security(page, desk)
    email = page.get_by_label("E-mail address").input_value()
    context = browser.new_context(locale="en-GB")
    phone = context.new_page()
    phone.goto(f"{desk.running.base}/app/")
    sign_in(phone, email)
    expect(phone.get_by_role("navigation", name="Places")).to_be_visible()
    page.reload()
    page.get_by_role("button", name="Sign out everywhere else").click()
    expect(page.get_by_text("Here", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Sign out everywhere else")).to_be_hidden()
    phone.reload()
    expect(phone.get_by_role("heading", name="Sign in")).to_be_visible()
    context.close()


def test_a_company_that_asks_for_a_second_factor(page: Page, desk: Desk, browser: Browser) -> None:
    boss = seat(desk, browser, desk.office).new_page()
    boss.goto(f"{desk.running.base}/app/settings/workspace")
    boss.get_by_text("Two-factor sign-in for everybody").last.click()
    boss.get_by_role("button", name="Save").click()
    expect(boss.get_by_role("heading", name="Protect your account")).to_be_visible()
    page.goto(f"{desk.running.base}/app/")
    expect(page.get_by_role("heading", name="Protect your account")).to_be_visible()
    assert violations(page) == []
    page.get_by_role("button", name="Later").click()
    expect(page.get_by_role("navigation", name="Places")).to_be_visible()
    desk.office.patch("/workspace", {"settings": {"two_factor_from": 1}})
    page.reload()
    expect(page.get_by_role("heading", name="Protect your account")).to_be_visible()
    expect(page.get_by_role("button", name="Later")).to_be_hidden()
    page.screenshot(path="test-output/pages/protect.light.png")
    add_app(page)
    expect(page.get_by_role("navigation", name="Places")).to_be_visible()
    boss.context.close()
