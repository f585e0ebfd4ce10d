"""A visitor who has left hears of an answer: they let a real browser be told, its worker shows it, and it leads back into the chat."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tests.browsers import PATIENCE, violations
from tests.counterparts import pushservice
from tests.counterparts.pushservice import PushService
from tests.frontend.widget.conftest import Shop, World
from tests.journeys.running import Office, Running, eventually
from tests.journeys.test_being_told import push_to

pytestmark = pytest.mark.long
SUBSCRIBE = """
const bytes = (text) => Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (one) => one.charCodeAt(0))
if (self.PushManager) PushManager.prototype.subscribe = async () => ({
  endpoint: given.endpoint,
  getKey: (name) => bytes(given[name]).buffer,
})
"""
"""What the browser's own push service would answer, which isn't there without a network."""


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A company that may call a push service on this machine, and its shop."""
    with Running(tmp_path, private_networks="127.0.0.0/8") as running:
        office = Office(running)
        office.set_up()
        shop = Shop(running.base)
        yield World(running, office, shop)
        shop.server.shutdown()
        shop.server.server_close()
        office.client.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A visitor's browser, in which notifications may be shown."""
    context = browser.new_context(
        locale="en-GB", service_workers="allow", permissions=["notifications"], viewport={"width": 1000, "height": 760}
    )
    context.set_default_timeout(PATIENCE)
    yield context
    context.close()


def test_a_visitor_who_left_is_told_of_the_answer_and_comes_back_to_it(world: World, context: BrowserContext) -> None:
    phone, key = pushservice.Browser(), world.connect()
    with PushService() as service:
        given = json.dumps(phone.subscription(f"{service.base}/1"))
        context.add_init_script(f"const given = {given};{SUBSCRIBE}")
        customer = world.visit(context, key)
        customer.open()
        expect(customer.area).to_be_visible()
        yes = customer.panel.get_by_role("button", name="Tell me")
        expect(yes).to_have_count(0)
        customer.write("Where is my lamp?")
        expect(yes).to_be_visible()
        assert customer.violations() == []
        with customer.page.expect_popup() as opened:
            yes.click()
        window = opened.value
        allow = window.get_by_role("button", name="Allow notifications")
        expect(allow).to_be_focused()
        assert violations(window) == []
        window.keyboard.press("Enter")
        expect(window.get_by_role("status")).to_contain_text("You are told when an answer comes")
        expect(customer.panel.get_by_text("This browser tells you when an answer comes")).to_be_visible()
        assert [one for one in customer.complaints if "favicon" not in one and "404" not in one] == []
        window.get_by_role("button", name="Close").click()
        customer.page.close()
        world.reply("It leaves today")
        [posted] = eventually(lambda: list(service.posted))
    said = json.loads(phone.open(posted.body))
    assert (said["title"], said["body"]) == ("You have an answer from Lamps & Co", "")

    ours = context.new_page()
    ours.goto(f"{world.running.base}/chat/push.html")
    expect(ours.get_by_role("status")).to_have_text("This window belongs to a chat. Open it from there.")
    shown = eventually(lambda: push_to(context, ours, json.dumps(said)))
    assert [one["title"] for one in shown] == ["You have an answer from Lamps & Co"]
    [worker] = context.service_workers
    worker.evaluate(
        "async () => { self.clients.openWindow = async (address) => { self.led = address };"
        "const [one] = await self.registration.getNotifications();"
        "self.dispatchEvent(new NotificationEvent('notificationclick', { notification: one })) }"
    )
    led = str(worker.evaluate("self.led"))
    assert led.startswith(world.shop.address)

    page = context.new_page()
    page.goto(led)
    panel = page.get_by_role("dialog")
    expect(panel.get_by_text("It leaves today")).to_be_visible()
    assert page.url == f"{world.shop.address}/"
    panel.get_by_role("button", name="Switch off").click()
    panel.get_by_role("button", name="No thanks").click()
    expect(panel.get_by_role("group", name="Notifications of answers")).to_have_count(0)
    expect(panel.get_by_label("Write a message")).to_be_focused()
    page.reload()
    page.locator("#b").click()
    expect(panel.get_by_text("It leaves today")).to_be_visible()
    expect(panel.get_by_role("button", name="Tell me")).to_have_count(0)
