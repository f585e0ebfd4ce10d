"""A homeserver and an XMPP server of the company's own: each connected by following its page, written to and answered from the inbox."""

import asyncio
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browsers import violations
from tests.channels.xmpp.people import US, Person
from tests.counterparts import homeserver, prosody
from tests.counterparts.ports import free_ports
from tests.journeys.pages import sign_in
from tests.journeys.running import Office, Running, eventually

pytestmark = pytest.mark.long
SHOTS = Path("test-output/federated")


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    """The product, which may call servers on loopback."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    with Running(tmp_path, private_networks="127.0.0.0/8") as running:
        yield running


def look(page: Page, name: str) -> None:
    """A picture, and what axe-core says of it."""
    page.screenshot(path=SHOTS / f"{name}.png")
    assert violations(page) == []


def choose(page: Page, running: Running, channel: str) -> None:
    page.goto(f"{running.base}/app/settings/inboxes")
    page.get_by_role("button", name="Connect inbox").first.click()
    page.get_by_role("dialog").get_by_role("button", name=channel).click()


def open_ticket(page: Page, running: Running, office: Office) -> str:
    """The conversation that a customer began, opened."""

    def found() -> str | None:
        rows = office.get("/tickets", list="all")["items"]
        return rows[0]["conversation_id"] if rows else None

    conversation_id = str(eventually(found))
    page.goto(f"{running.base}/app/conversations/{conversation_id}")
    return conversation_id


def answer(page: Page, words: str) -> None:
    page.get_by_role("form", name="Write").get_by_role("textbox").click()
    page.keyboard.type(words)
    page.keyboard.press("Control+Enter")


def test_a_homeserver_gets_its_file_and_customers_write(running: Running, office: Office, page: Page) -> None:
    sign_in(page, running)
    (port,) = free_ports(1)
    choose(page, running, "Matrix")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Address of the homeserver").fill(f"http://127.0.0.1:{port}")
    dialog.get_by_label("Name of the homeserver").fill(homeserver.NAME)
    dialog.get_by_text("More settings").click()
    dialog.get_by_text("Show customers how far you have read").click()
    dialog.get_by_role("button", name="Test", exact=True).click()
    expect(dialog.get_by_text("The homeserver can't be reached at the moment")).to_be_visible()
    look(page, "matrix-connect")
    with homeserver.serve(port=port):  # one that doesn't know us yet
        dialog.get_by_role("button", name="Test", exact=True).click()
        expect(dialog.get_by_text("doesn't know this inbox yet")).to_be_visible()
        dialog.get_by_role("button", name="Connect inbox").click()
        expect(dialog).to_have_count(0)
    expect(page.get_by_text("Needs attention")).to_be_visible()
    look(page, "matrix-waits")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the file for the other side").click()
    registration = Path(download.value.path()).read_text()

    with homeserver.serve(registration, port=port) as server:
        page.get_by_role("button", name="Test", exact=True).click()
        expect(page.get_by_text("The account works: @support:matrix.test")).to_be_visible()
        eventually(lambda: office.get("/inboxes")[0]["health"]["ok"])
        anna = server.person("anna")
        room = anna.create("@support:matrix.test", direct=True)
        anna.say(room, "Where is my lamp? 😀")
        conversation_id = open_ticket(page, running, office)
        expect(page.locator("article[data-message]", has_text="Where is my lamp?")).to_be_visible()
        anna.type(room)
        expect(page.get_by_text("is typing").or_(page.get_by_text("is writing")).first).to_be_visible()
        look(page, "matrix-typing")
        answer(page, "On its way")
        said = page.locator("article[data-message]", has_text="On its way")
        expect(said.locator(".state")).to_contain_text("Sent")
        (event,) = eventually(
            lambda: [one for one in anna.timeline(room) if one["content"].get("body") == "On its way"]
        )
        assert event["sender"] == "@support:matrix.test"
        anna.read(room, event["event_id"])
        expect(said.locator(".state")).to_contain_text("Read")

        def seen() -> list[Any]:
            joined = anna.sync().get("rooms", {}).get("join", {}).get(room, {})
            passing.extend(joined.get("ephemeral", {}).get("events", []))
            return [one for one in passing if one["type"] == "m.receipt" and "@support" in str(one)]

        passing: list[Any] = []
        assert eventually(seen)
        office.post(f"/conversations/{conversation_id}/signals", {"name": "typing"})
        eventually(lambda: seen() and [one for one in passing if "@support" in str(one["content"].get("user_ids"))])
        anna.close()


@contextmanager
def client(address: str, server: prosody.Prosody) -> Iterator["Client"]:
    """Somebody with a client that runs beside."""
    one = Client(address)
    try:
        one.do(one.come(server))
        yield one
        one.do(one.person.go())
    finally:
        one.loop.call_soon_threadsafe(one.loop.stop)
        one.thread.join()
        one.loop.close()


class Client:
    """A person whose client has a thread of its own."""

    def __init__(self, address: str) -> None:
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever)
        self.thread.start()
        self.person: Any = None
        self._address = address

    async def come(self, server: prosody.Prosody) -> None:
        self.person = Person(self._address)
        await self.person.come(server)

    def do(self, work: Coroutine[Any, Any, Any]) -> Any:
        """What something comes to, done by the client."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(60)

    def call(self, work: Any) -> Any:
        """What a function returns, called by the client."""

        async def wrapped() -> Any:
            return work()

        return self.do(wrapped())


def test_a_component_is_connected_written_to_and_answers(running: Running, office: Office, page: Page) -> None:
    with prosody.serve() as server:
        sign_in(page, running)
        choose(page, running, "XMPP")
        dialog = page.get_by_role("dialog")
        dialog.get_by_label("Server", exact=True).fill("127.0.0.1")
        dialog.get_by_label("Port").fill(str(server.components))
        dialog.get_by_label("Domain of the component").fill(prosody.DESK)
        dialog.get_by_label("Secret of the component").fill("wrong")
        dialog.get_by_role("button", name="Test", exact=True).click()
        expect(dialog.get_by_label("Secret of the component")).to_have_attribute("aria-invalid", "true")
        look(page, "xmpp-connect")
        dialog.get_by_label("Secret of the component").fill(prosody.SECRET)
        dialog.get_by_text("More settings").click()
        dialog.get_by_text("Show customers how far you have read").click()
        dialog.get_by_role("button", name="Test", exact=True).click()
        expect(dialog.get_by_text(f"The account works: {US}")).to_be_visible()
        dialog.get_by_role("button", name="Connect inbox").click()
        expect(dialog).to_have_count(0)
        eventually(lambda: "authenticated" in server.log())

        with client(server.add("anna"), server) as anna:

            def ask() -> str:
                return str(anna.person.say("Where is my lamp? 😀"))

            asked = ""

            def stored() -> bool:
                nonlocal asked
                asked = anna.call(ask)
                return bool(eventually(lambda: anna.person.receipts or anna.call(lambda: True)))

            assert stored()
            eventually(lambda: asked in anna.person.receipts)
            conversation_id = open_ticket(page, running, office)
            expect(page.locator("article[data-message]", has_text="Where is my lamp?")).to_be_visible()

            def type_() -> None:
                state = anna.person.make_message(mto=US, mtype="chat")
                state["chat_state"] = "composing"
                state.send()

            anna.call(type_)
            expect(page.get_by_text("is typing").or_(page.get_by_text("is writing")).first).to_be_visible()
            answer(page, "On its way")
            said = page.locator("article[data-message]", has_text="On its way")
            expect(said.locator(".state")).to_contain_text("Delivered")
            eventually(lambda: "On its way" in anna.person.words)
            heard = next(one for one in anna.person.heard if one["body"] == "On its way")
            marker = anna.person.plugin["xep_0333"].send_marker
            anna.call(lambda: marker(heard["from"], heard["id"], "displayed"))
            expect(said.locator(".state")).to_contain_text("Read")
            look(page, "xmpp-read")
            eventually(lambda: [one for one in anna.person.heard if one["displayed"]["id"] == asked])
            office.post(f"/conversations/{conversation_id}/signals", {"name": "typing"})
            eventually(lambda: [one for one in anna.person.heard if one["chat_state"] == "composing"])
