"""Being told: the bell, pushes that end in a real browser's service worker, and an app that starts without a network."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

import lyhord
from tests.browsers import violations
from tests.counterparts import pushservice
from tests.counterparts.pushservice import PushService
from tests.journeys.desk import Desk, context, ida, page
from tests.journeys.running import Office, Running, eventually

__all__ = ["context", "ida", "page"]

SEAT = {"service_workers": "allow", "permissions": ["notifications"]}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, post_office: Any) -> Iterator[Desk]:
    """A desk that may call a push service on this machine."""
    folder = tmp_path_factory.mktemp("told")
    with Running(folder, private_networks="127.0.0.0/8") as running:
        desk = Desk(running, Office(running), post_office)
        desk.prepare()
        yield desk
        desk.close()


def give(desk: Desk, ida: Office, name: str, text: str) -> str:
    """A customer writes, and Ida gives the conversation to the administrator; its id."""
    desk.customer_writes(name, text)
    ticket = desk.ticket_of(name)
    boss = desk.office.get("/me")["agent"]["id"]
    ida.patch(f"/tickets/{ticket['id']}", {"owner_agent_id": boss})
    return str(ticket["conversation_id"])


def bell(page: Page, unread: int | None = None) -> Any:
    """The bell, by what it says."""
    name = f"Notifications ({unread})" if unread else "Notifications"
    return page.get_by_role("navigation", name="Places").get_by_role("button", name=name, exact=True)


def read_all(desk: Desk) -> None:
    """Nothing is unread."""
    newest = desk.office.get("/notifications/summary")["newest"]
    if newest:
        desk.office.post("/notifications/read", {"until": newest})


def has_shell(page: Page) -> bool:
    """Whether the app lies in the browser, and answers for the page."""
    return bool(page.evaluate("navigator.serviceWorker?.controller?.state === 'activated'"))


def test_what_concerns_me_stands_behind_the_bell_and_opens_by_keys(desk: Desk, ida: Office, page: Page) -> None:
    read_all(desk)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if request.url.endswith("/summary") else None)
    page.goto(f"{desk.running.base}/app/inbox/all")
    expect(bell(page)).to_be_visible()
    give(desk, ida, "Nora", "The lamp flickers")
    expect(bell(page, 1)).to_be_visible()
    page.keyboard.press("g")
    page.keyboard.press("n")
    line = page.get_by_role("dialog").get_by_role("link", name="Nora")
    expect(line).to_contain_text("Ida Strand gave it to you")
    expect(line).to_contain_text("The lamp flickers")
    assert violations(page) == []
    page.keyboard.press("Tab")
    line.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Nora", level=1)).to_be_visible()
    expect(bell(page)).to_be_visible()
    assert desk.office.get("/notifications/summary")["unread"] == 0
    assert len(asked) <= 6, "once a change"


@pytest.mark.long
def test_what_is_open_before_me_is_not_told(desk: Desk, ida: Office, page: Page) -> None:
    conversation = give(desk, ida, "Olga", "Hello")
    page.goto(f"{desk.running.base}/app/conversations/{conversation}")
    expect(page.locator("article", has_text="Hello")).to_be_visible()
    desk.customer_writes("Olga", "Are you there?")
    expect(page.locator("article", has_text="Are you there?")).to_be_visible()
    eventually(lambda: desk.office.get("/notifications/summary")["conversation_ids"] == [])


@pytest.mark.long
def test_quiet_is_a_click_and_ends_with_one(desk: Desk, page: Page) -> None:
    page.goto(f"{desk.running.base}/app/inbox/all")
    bell(page).click()
    page.get_by_role("button", name="Quiet for an hour").click()
    eventually(lambda: desk.office.get("/notifications/summary")["quiet_until"])
    page.get_by_role("button", name="End the quiet").click()
    expect(page.get_by_role("button", name="Quiet until tomorrow")).to_be_visible()
    assert desk.office.get("/notifications/summary")["quiet_until"] is None


@pytest.mark.long
def test_each_choice_of_the_matrix_is_kept_at_once(desk: Desk, page: Page) -> None:
    page.goto(f"{desk.running.base}/app/settings/notifications")
    box = page.get_by_role("checkbox", name="New messages in mine: Mail")
    expect(box).to_be_checked()
    box.uncheck()
    page.get_by_role("switch", name="Only at certain hours").check(force=True)
    expect(page.get_by_label("Time zone")).to_be_visible()
    page.get_by_label("From").fill("09:30")
    page.get_by_label("From").blur()
    eventually(lambda: (desk.office.get("/notifications/summary")["preferences"]["hours"] or {}).get("start") == 570)
    assert desk.office.get("/notifications/summary")["preferences"]["message"] == ["app", "push"]
    assert violations(page) == []
    page.reload()
    expect(page.get_by_label("From")).to_have_value("09:30")
    page.get_by_role("switch", name="Only at certain hours").uncheck(force=True)
    eventually(lambda: desk.office.get("/notifications/summary")["preferences"]["hours"] is None)


def test_a_push_is_shown_by_the_browser_and_opens_in_the_tab_that_is_there(
    desk: Desk, ida: Office, page: Page, context: BrowserContext
) -> None:
    read_all(desk)
    phone = pushservice.Browser()
    with PushService() as service:
        desk.office.post("/push/devices", phone.subscription(f"{service.base}/1"))
        conversation = give(desk, ida, "Petra", "It's dark here")
        [posted] = eventually(lambda: list(service.posted))
    pushservice.check_sender(posted, desk.office.get("/push/key")["key"], service.base)
    said = json.loads(phone.open(posted.body))
    assert (said["title"], said["url"]) == ("Petra", f"/app/conversations/{conversation}")

    page.goto(f"{desk.running.base}/app/inbox/all")
    eventually(lambda: has_shell(page))
    context.new_page().goto("about:blank")  # so that nobody looks at the app, which the browser takes a moment to see
    shown = eventually(lambda: push_to(context, page, json.dumps(said)))
    assert shown == [{"title": "Petra", "body": "Ida Strand gave it to you: It's dark here", "tag": conversation}]
    [worker] = context.service_workers
    worker.evaluate(
        "async () => { const [one] = await self.registration.getNotifications();"
        "self.dispatchEvent(new NotificationEvent('notificationclick', { notification: one })) }"
    )
    expect(page.get_by_role("heading", name="Petra", level=1)).to_be_visible()
    assert page.evaluate(SHOWN) == []


SHOWN = """async () => {
  const worker = await navigator.serviceWorker.ready
  return (await worker.getNotifications()).map(({ title, body, tag }) => ({ title, body, tag }))
}"""


def push_to(context: BrowserContext, page: Page, words: str) -> Any:
    """Hand the browser a push as it would come from its own service; what is shown then. The same again takes its place."""
    session = context.new_cdp_session(page)
    found: list[str] = []
    session.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda told: found.extend(one["registrationId"] for one in told["registrations"]),
    )
    session.send("ServiceWorker.enable")
    eventually(lambda: page.evaluate("1") and found)
    origin = page.evaluate("location.origin")
    session.send("ServiceWorker.deliverPushMessage", {"origin": origin, "registrationId": found[0], "data": words})
    return page.evaluate(SHOWN)


def test_an_address_that_nobody_may_call_is_refused_at_once(desk: Desk) -> None:
    body = pushservice.Browser().subscription("https://10.1.2.3/push")
    answer = desk.office.client.post("/push/devices", json=body)
    assert (answer.status_code, answer.json()["key"]) == (422, "problem.address_refused")


def test_the_app_can_be_installed(desk: Desk, page: Page) -> None:
    page.goto(f"{desk.running.base}/app/")
    manifest = page.evaluate("async () => (await fetch(document.querySelector('link[rel=manifest]').href)).json()")
    assert manifest["display"] == "standalone"
    assert {icon.get("purpose", "any") for icon in manifest["icons"]} == {"any", "maskable"}
    sizes = page.evaluate(
        """async (icons) => Promise.all(icons.map(async ({ src }) => {
          const image = new Image()
          image.src = src
          await image.decode()
          return `${image.naturalWidth}x${image.naturalHeight}`
        }))""",
        [icon for icon in manifest["icons"] if icon["type"] == "image/png"],
    )
    assert sizes == [icon["sizes"] for icon in manifest["icons"] if icon["type"] == "image/png"]


@pytest.mark.long
def test_the_worker_keeps_the_shell_and_never_data(desk: Desk, page: Page) -> None:
    page.goto(f"{desk.running.base}/app/inbox/all")
    eventually(lambda: has_shell(page))
    kept = page.evaluate(
        """async () => {
          const names = await caches.keys()
          const caches_ = await Promise.all(names.map((name) => caches.open(name)))
          const keys = await Promise.all(caches_.map((cache) => cache.keys()))
          return keys.flat().map((request) => new URL(request.url).pathname)
        }"""
    )
    assert "/app/" in kept
    assert len(kept) > 20
    assert [path for path in kept if not path.startswith("/app/")] == []


@pytest.mark.long
def test_a_new_version_says_so_and_changes_when_it_is_asked_to(
    browser: Browser, tmp_path: Path, post_office: Any
) -> None:
    running = Running(tmp_path)
    running.code = copy_of_the_product(tmp_path / "code")
    with running:
        desk = Desk(running, Office(running), post_office)
        desk.office.set_up()
        desk.office.post("/workspace/ready")
        context = desk.seat(browser, desk.office, service_workers="allow")
        page = context.new_page()
        page.goto(f"{running.base}/app/inbox/all")
        eventually(lambda: has_shell(page))
        running.stop()
        worker = running.code / "lyhord/web/assets/app/sw.js"
        worker.write_text(worker.read_text().replace('const VERSION = "', 'const VERSION = "later-', 1))
        for packed in (".gz", ".br"):
            worker.with_name(worker.name + packed).unlink()
        running.start()
        page.evaluate("navigator.serviceWorker.ready.then((one) => one.update())")
        expect(page.get_by_text("A new version is here")).to_be_visible()
        assert violations(page) == []
        with page.expect_navigation():
            page.get_by_role("button", name="Reload").click()
        expect(page.get_by_role("navigation", name="Places")).to_be_visible()
        eventually(lambda: all("later-" in name for name in page.evaluate("caches.keys()")))
        expect(page.get_by_text("A new version is here")).not_to_be_visible()
        desk.close()
        context.close()


def copy_of_the_product(folder: Path) -> Path:
    """Its sources and built pages, to be changed."""
    source = Path(lyhord.__file__).parent
    shutil.copytree(source, folder / "lyhord", ignore=shutil.ignore_patterns("__pycache__"))
    return folder
