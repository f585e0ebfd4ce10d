"""The chat on somebody's page, used as people use it."""

import base64
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, FilePayload, expect

from tests.browsers import violations
from tests.frontend.widget.conftest import World
from tests.journeys.barriers import MOVING, cut, space, walk
from tests.journeys.running import eventually

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="
)


def test_one_request_until_somebody_wants_it_and_no_third_party(world: World, context: BrowserContext) -> None:
    customer = world.visit(context, world.connect())
    customer.page.wait_for_load_state("networkidle")
    assert [address for address in customer.requests if world.running.base in address] == [
        f"{world.running.base}/chat.js"
    ]
    customer.open()
    customer.write("Hello")
    expect(customer.log.get_by_text("Sent")).to_be_visible()
    hosts = {
        re.sub(r"^(https?://[^/]+).*", r"\1", address) for address in customer.requests if address.startswith("http")
    }
    assert hosts == {world.running.base, world.shop.address}
    assert context.cookies() == []
    assert [one for one in customer.complaints if "favicon" not in one and "404" not in one] == []


def test_a_talk_both_ways(world: World, context: BrowserContext) -> None:
    customer = world.visit(context, world.connect())
    customer.open()
    expect(customer.area).to_be_focused()
    customer.write("Where is my lamp?\nI ordered it on Monday. https://lamps.example/7.")
    expect(customer.log.get_by_text("Sent")).to_be_visible()
    world.reply("It is on its way", kind="note")
    world.reply("It leaves today")
    expect(customer.log.get_by_text("It leaves today")).to_be_visible()
    expect(customer.log.get_by_text("Boss")).to_be_visible()
    expect(customer.log.get_by_text("on its way")).to_have_count(0)
    link = customer.log.get_by_role("link")
    assert link.get_attribute("href") == "https://lamps.example/7"
    assert "noopener" in str(link.get_attribute("rel"))
    conversation = world.newest()
    world.office.post(f"/conversations/{conversation['id']}/read", {"message_id": conversation["last_inbound_id"]})
    expect(customer.log.get_by_text("· Read")).to_be_visible()
    customer.page.reload()
    customer.open()
    expect(customer.log.get_by_text("It leaves today")).to_be_visible()


def test_by_when_an_answer_comes(world: World, context: BrowserContext) -> None:
    """Before the first word, after it (near midnight with the day), and no longer once somebody has answered."""
    world.office.patch("/workspace", {"settings": {"reply_promise_minutes": 12}})
    customer = world.visit(context, world.connect())
    customer.open()
    expect(customer.panel.get_by_text("Usually answers within 15 minutes")).to_be_visible()
    promised = customer.log.get_by_text(re.compile(r"You will have an answer by (\w+ )?\d"))
    expect(promised).to_have_count(0)
    customer.write("Hello")
    expect(promised).to_be_visible()
    customer.page.reload()
    customer.open()
    expect(promised).to_be_visible()
    assert customer.violations() == []
    world.reply("Good morning")
    expect(customer.log.get_by_text("Good morning")).to_be_visible()
    expect(promised).to_have_count(0)
    eventually(lambda: world.office.get("/numbers/promises")["now"]["kept"] > 0)
    world.office.patch("/workspace", {"settings": {"reply_promise_minutes": None}})


def test_what_is_said_to_everybody_stands_above_the_talk_before_and_while_somebody_writes(
    world: World, context: BrowserContext
) -> None:
    texts = [{"language": "sv", "text": "Inga tåg i dag."}, {"language": "en", "text": "No trains today."}]
    made = world.office.post("/surges", {"name": "Trains", "texts": texts})
    try:
        customer = world.visit(context, world.connect(pre_chat="name"))
        customer.open()
        expect(customer.panel.get_by_text("No trains today.")).to_be_visible()
        expect(customer.panel.get_by_role("button", name="Start chat")).to_be_visible()
        assert customer.violations() == []
        texts = [{"language": "en", "text": "Trains at noon."}]
        assert world.office.client.put(
            f"/surges/{made['surge']['id']}", json={"name": "Trains", "texts": texts}
        ).is_success
        customer.panel.get_by_label("Name").fill("Ann")
        customer.panel.get_by_role("button", name="Start chat").click()
        expect(customer.panel.get_by_text("Trains at noon.")).to_be_visible()
        customer.write("And now?")
        expect(customer.log.get_by_text("Sent")).to_be_visible()
    finally:
        world.office.post(f"/surges/{made['surge']['id']}/end", {})
    expect(customer.panel.get_by_text("Trains at noon.")).to_be_hidden()


def test_what_was_written_is_called_a_complaint(world: World, context: BrowserContext) -> None:
    customer = world.visit(context, world.connect(complaints=True))
    customer.open()
    button = customer.panel.get_by_role("button", name="This is a complaint")
    expect(button).to_have_count(0)
    customer.write("The lamp broke on the second day")
    button.press("Enter")
    said = customer.panel.get_by_text("Your complaint has somebody who looks after it now")
    expect(said).to_be_focused()
    expect(button).to_have_count(0)
    assert customer.violations() == []
    [ticket] = world.office.get("/tickets", list="complaints")["items"]
    assert (ticket["conversation_id"], ticket["owner_agent_id"] is not None) == (world.newest()["id"], True)


def test_answers_are_buttons_until_something_is_said(world: World, context: BrowserContext) -> None:
    customer = world.visit(context, world.connect())
    customer.open()
    customer.write("I want a new time")
    expect(customer.log.get_by_text("Sent")).to_be_visible()
    world.reply("When?", buttons=["Today", "Tomorrow"])
    answers = customer.log.get_by_role("group", name="Answers to choose from")
    expect(answers.get_by_role("button")).to_have_text(["Today", "Tomorrow"])
    assert customer.violations() == []
    answers.get_by_role("button", name="Tomorrow").press("Enter")
    expect(customer.log.locator("article.in").last).to_contain_text("Tomorrow")
    expect(answers).to_have_count(0)
    path = f"/conversations/{world.newest()['id']}/messages"
    eventually(lambda: any(one["chosen"] for one in world.office.get(path)["items"]))
    asked, said = (one for one in world.office.get(path)["items"] if one["chosen"] or one["buttons"])
    assert (said["text"], said["answers"], said["chosen"]) == ("Tomorrow", asked["id"], 2)


def test_by_keyboard_alone(world: World, context: BrowserContext) -> None:
    customer = world.visit(context, world.connect())
    keyboard = customer.page.keyboard
    customer.button.focus()
    assert customer.button.get_attribute("aria-expanded") == "false"
    keyboard.press("Enter")
    expect(customer.area).to_be_focused()
    expect(customer.panel).to_have_accessible_name("Chat with Lamps & Co")
    assert customer.button.get_attribute("aria-expanded") == "true"
    keyboard.type("By keyboard")
    keyboard.press("Shift+Enter")
    keyboard.type("second line")
    keyboard.press("Enter")
    expect(customer.log.get_by_text("By keyboard second line")).to_be_visible()
    for name in ("Attach files", "Emoji"):
        keyboard.press("Tab")
        expect(customer.page.get_by_role("button", name=name)).to_be_focused()
    keyboard.press("Enter")
    expect(customer.page.get_by_role("group", name="Emoji")).to_be_visible()
    keyboard.press("Enter")
    expect(customer.area).to_have_value("😀")
    expect(customer.area).to_be_focused()
    keyboard.press("Escape")
    expect(customer.panel).to_be_hidden()
    expect(customer.button).to_be_focused()


def test_written_offline_sent_once_when_back(world: World, context: BrowserContext) -> None:
    key = world.connect()
    customer = world.visit(context, key)
    customer.open()
    customer.write("Online")
    expect(customer.log.get_by_text("Sent")).to_be_visible()
    context.set_offline(True)
    expect(customer.page.get_by_role("status")).to_contain_text("You are offline")
    customer.write("Written in a tunnel")
    customer.write("And one more")
    expect(customer.log.get_by_text("Is sent when you are back online")).to_have_count(2)
    context.set_offline(False)
    expect(customer.log.get_by_text("Is sent when you are back online")).to_have_count(0)
    expect(customer.log.locator("article")).to_have_count(3)
    other = context.new_page()
    other.goto(world.shop.address)
    path = f"/conversations/{world.newest()['id']}/messages"
    eventually(lambda: len(world.texts(path)) >= 3)
    page = world.office.get(path)
    assert [item["text"] for item in page["items"]] == ["Online", "Written in a tunnel", "And one more"]


def test_what_was_written_offline_survives_the_page(world: World, context: BrowserContext) -> None:
    customer = world.visit(context, world.connect())
    customer.open()
    customer.write("First")
    expect(customer.log.get_by_text("Sent")).to_be_visible()
    world.running.stop()
    customer.write("While you were away")
    customer.page.close()
    world.running.start()
    page = context.new_page()
    page.goto(world.shop.address)
    page.locator("#b").click()
    expect(page.get_by_role("log").get_by_text("While you were away")).to_be_visible()
    path = f"/conversations/{world.newest()['id']}/messages"
    found = eventually(lambda: texts if len(texts := world.texts(path)) > 1 else None)
    assert found == ["First", "While you were away"]


@pytest.mark.long
def test_a_server_that_comes_back_is_found_again(world: World, context: BrowserContext) -> None:
    customer = world.visit(context, world.connect())
    customer.open()
    customer.write("Hello")
    expect(customer.log.get_by_text("Sent")).to_be_visible()
    world.running.kill()
    expect(customer.page.get_by_role("status")).to_contain_text("Reconnecting")
    world.running.start()
    world.reply("Here again")
    expect(customer.log.get_by_text("Here again")).to_be_visible()
    expect(customer.page.get_by_role("status")).to_have_text("")


def test_an_answer_to_a_closed_panel_is_told_by_badge_and_title(world: World, context: BrowserContext) -> None:
    customer = world.visit(context, world.connect())
    customer.open()
    customer.write("Call me")
    expect(customer.log.get_by_text("Sent")).to_be_visible()
    customer.page.keyboard.press("Escape")
    world.reply("Now?")
    expect(customer.button).to_have_attribute("data-unread", "1")
    expect(customer.button).to_have_accessible_name("Open chat, 1 new message")
    expect(customer.page).to_have_title("(1) Shop")
    assert world.newest()["contact_read_id"] is None
    customer.open()
    expect(customer.page).to_have_title("Shop")
    expect(customer.button).to_have_attribute("data-unread", "")
    eventually(lambda: world.newest()["contact_read_id"])


def test_files_by_button_paste_and_drop(world: World, context: BrowserContext) -> None:
    customer = world.visit(context, world.connect())
    customer.open()
    customer.page.locator("input[type=file]").set_input_files(
        [
            FilePayload(name="lamp.png", mimeType="image/png", buffer=PIXEL),
            FilePayload(name="a.txt", mimeType="text/plain", buffer=b"hello"),
        ]
    )
    expect(customer.page.get_by_role("button", name="Remove lamp.png")).to_be_visible()
    customer.page.evaluate(
        """() => {
          const root = [...document.querySelectorAll('div')].find((one) => one.shadowRoot).shadowRoot
          const files = new DataTransfer()
          files.items.add(new File(['pasted'], 'pasted.txt', { type: 'text/plain' }))
          const kind = { bubbles: true, cancelable: true }
          root.querySelector('textarea').dispatchEvent(new ClipboardEvent('paste', { clipboardData: files, ...kind }))
          const dropped = new DataTransfer()
          dropped.items.add(new File(['dropped'], 'dropped.txt', { type: 'text/plain' }))
          root.querySelector('.panel').dispatchEvent(new DragEvent('drop', { dataTransfer: dropped, ...kind }))
        }"""
    )
    expect(customer.page.get_by_role("button", name="Remove dropped.txt")).to_be_visible()
    expect(customer.page.locator("progress")).to_have_count(0)
    customer.area.fill("Look")
    customer.page.get_by_role("button", name="Send").click()
    expect(customer.log.get_by_role("img", name="lamp.png")).to_be_visible()
    with customer.page.expect_download() as download:
        customer.log.get_by_role("button", name="pasted.txt").click()
    assert Path(download.value.path()).read_bytes() == b"pasted"
    message = world.office.get(f"/conversations/{world.newest()['id']}/messages")["items"][0]
    assert [file["name"] for file in message["attachments"]] == ["lamp.png", "a.txt", "pasted.txt", "dropped.txt"]


@pytest.mark.long
def test_a_voice_note_is_recorded_heard_and_sent(world: World, context: BrowserContext) -> None:
    context.grant_permissions(["microphone"])
    customer = world.visit(context, world.connect())
    customer.open()
    page = customer.page
    assert not [one for one in customer.requests if "voice" in one]
    speak = page.get_by_role("button", name="Record a voice note")
    speak.click()
    voice = page.get_by_role("group", name="Record a voice note")
    expect(voice.get_by_role("timer")).to_have_text("0:01")
    assert customer.violations() == []
    page.keyboard.press("Escape")
    expect(speak).to_be_focused()
    speak.click()
    expect(voice.get_by_role("timer")).to_have_text("0:01")
    voice.get_by_role("button", name="Stop").click()
    heard = voice.locator("audio")
    expect(heard).to_be_visible()
    eventually(lambda: heard.evaluate("audio => audio.readyState >= 1"))
    assert customer.violations() == []
    Path("test-output/chat").mkdir(parents=True, exist_ok=True)
    page.screenshot(path="test-output/chat/voice.png")
    page.route("**/visitor/v1/files*", lambda route: route.abort(), times=1)
    voice.get_by_role("button", name="Send").click()
    expect(voice.get_by_role("alert")).to_contain_text("try again")
    voice.get_by_role("button", name="Send").click()
    expect(customer.log.get_by_text("Sent")).to_be_visible()
    expect(voice).to_have_count(0)
    [said] = world.office.get(f"/conversations/{world.newest()['id']}/messages")["items"]
    assert [file["type"].partition("/")[0] for file in said["attachments"]] == ["audio"]
    customer.log.get_by_role("button", name=re.compile("Voice note")).click()
    eventually(lambda: customer.log.locator("audio").evaluate("audio => audio.readyState >= 2"))
    assert [one for one in customer.complaints if "Policy" in one] == []


@pytest.mark.long
def test_who_drops_a_voice_note_or_keeps_the_microphone_says_nothing(world: World, context: BrowserContext) -> None:
    context.grant_permissions(["microphone"])
    customer = world.visit(context, world.connect())
    customer.open()
    page = customer.page
    voice = page.get_by_role("group", name="Record a voice note")
    page.get_by_role("button", name="Record a voice note").click()
    voice.get_by_role("button", name="Stop").click()
    voice.get_by_role("button", name="Discard").click()
    expect(voice).to_have_count(0)
    context.clear_permissions()
    page.get_by_role("button", name="Record a voice note").click()
    expect(voice.get_by_role("alert")).to_contain_text("Allow it in the address bar")
    page.keyboard.press("Escape")
    customer.write("Then in words")
    expect(customer.log.get_by_text("Sent")).to_be_visible()
    expect(customer.log.get_by_role("article")).to_have_count(1)


def test_where_the_browser_cannot_record_nothing_is_offered(world: World, context: BrowserContext) -> None:
    context.add_init_script("delete window.MediaRecorder")
    customer = world.visit(context, world.connect())
    customer.open()
    expect(customer.page.get_by_role("button", name="Attach")).to_be_visible()
    expect(customer.page.get_by_role("button", name="Record a voice note")).to_have_count(0)


def test_a_file_that_is_too_large_says_so_before_it_leaves(
    world: World, context: BrowserContext, tmp_path: Path
) -> None:
    customer = world.visit(context, world.connect())
    customer.open()
    with (tmp_path / "film.mov").open("wb") as film:
        film.truncate(25_000_001)
    customer.page.locator("input[type=file]").set_input_files(tmp_path / "film.mov")
    expect(customer.page.get_by_role("alert")).to_have_text("film.mov is larger than 25 MB")
    assert not [address for address in customer.requests if "files?" in address]


def test_the_questions_before_are_asked_once_and_stay_claims(world: World, context: BrowserContext) -> None:
    customer = world.visit(context, world.connect(pre_chat="name_email"))
    customer.open()
    expect(customer.page.get_by_label("Name")).to_be_focused()
    assert customer.violations() == []
    customer.page.get_by_label("Name").fill("Anna Berg")
    customer.page.get_by_label("E-mail").fill("anna@example.com")
    customer.page.get_by_role("button", name="Start chat").click()
    expect(customer.area).to_be_focused()
    customer.write("Hello")
    expect(customer.log.get_by_text("Sent")).to_be_visible()
    contact = world.office.get(f"/contacts/{world.newest()['contact_id']}")
    assert contact["name"] == "Anna Berg"
    assert {one["scheme"]: one["verification"] for one in contact["identities"]} == {
        "webchat": "channel",
        "email": "claimed",
    }
    customer.page.reload()
    customer.open()
    expect(customer.area).to_be_focused()


def test_a_signed_visitor_sees_their_history_on_a_new_device(world: World, browser: Browser) -> None:
    key = world.connect(pre_chat="name")
    for words, seen in (("From the phone", []), ("From the laptop", ["From the phone"])):
        context = browser.new_context(locale="en-GB")
        customer = world.visit(context, key, signed=world.sign(email="kim@example.com", name="Kim"))
        customer.open()
        for text in seen:
            expect(customer.log.get_by_text(text)).to_be_visible()
        customer.write(words)
        expect(customer.log.get_by_text("Sent")).to_be_visible()
        context.close()


def test_signing_out_takes_the_words_away(world: World, context: BrowserContext) -> None:
    customer = world.visit(context, world.connect())
    customer.page.evaluate("(jwt) => lyhord.identify(() => Promise.resolve(jwt))", world.sign(email="out@example.com"))
    customer.open()
    customer.write("Private matter")
    expect(customer.log.get_by_text("Sent")).to_be_visible()
    customer.page.evaluate("lyhord.identify()")
    expect(customer.log.get_by_text("Private matter")).to_have_count(0)
    customer.page.reload()
    customer.open()
    expect(customer.log.get_by_text("Hello. Write to us here")).to_be_visible()


def test_a_forged_statement_is_told_and_opens_nothing(world: World, context: BrowserContext) -> None:
    forged = world.sign(email="kim@example.com")[:-4] + "AAAA"
    customer = world.visit(context, world.connect(), signed=forged)
    customer.open()
    expect(customer.page.get_by_role("status")).to_contain_text("couldn't vouch for you")
    expect(customer.log.locator("article")).to_have_count(0)


@pytest.mark.parametrize(
    ("language", "label"),
    [
        ("sv", "Skriv ett meddelande"),
        ("nb-NO", "Skriv en melding"),
        ("fi", "Kirjoita viesti"),
        ("zh-Hans", "输入消息"),
        ("de", "Write a message"),
    ],
)
def test_it_speaks_the_languages(world: World, context: BrowserContext, language: str, label: str) -> None:
    customer = world.visit(context, world.connect(), lang=language)
    customer.open()
    expect(customer.page.get_by_label(label)).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [pytest.param(1000, marks=pytest.mark.long), 390])
def test_nothing_stands_in_anybodys_way(world: World, browser: Browser, scheme: Any, width: int) -> None:
    context = browser.new_context(locale="en-GB", color_scheme=scheme, viewport={"width": width, "height": 760})
    world.office.patch("/workspace", {"settings": {"reply_promise_minutes": 15}})
    customer = world.visit(context, world.connect(accent="#f2c14e"))
    customer.open()
    assert customer.violations() == []
    customer.write("Hello, do you have the brass lamp in a smaller size? It is for a reading corner.")
    expect(customer.log.get_by_text("Sent")).to_be_visible()
    upload = world.office.client.post(
        "/files?name=lamp-catalogue-2026.pdf", content=b"%PDF-1.4 a catalogue", headers={"lyhord-upload": "1"}
    )
    world.reply("We do: 24 cm high, 89 €. The catalogue has the measures.", attachment_ids=[upload.json()["id"]])
    expect(customer.log.get_by_text("measures")).to_be_visible()
    customer.write("Thank you 😀")
    expect(customer.log.locator("article")).to_have_count(3)
    customer.page.get_by_role("button", name="Emoji").click()
    assert customer.violations() == []
    customer.page.get_by_role("button", name="Emoji").click()
    customer.page.mouse.move(5, 5)
    shots = Path("test-output/chat")
    shots.mkdir(parents=True, exist_ok=True)
    customer.page.screenshot(path=shots / f"panel-{scheme}-{width}.png")
    box = customer.panel.bounding_box()
    assert box is not None
    assert (box["width"] == width) == (width < 480)
    context.close()


def test_an_answer_to_a_certain_message_stands_below_what_it_answers(world: World, context: BrowserContext) -> None:
    customer = world.visit(context, world.connect())
    customer.open()
    customer.write("Is there one in brass?")
    customer.write("And do you ship to Åland?")
    expect(customer.log.get_by_text("Sent")).to_be_visible()
    path = f"/conversations/{world.newest()['id']}/messages"
    asked = world.office.get(path)["items"][0]
    answer = world.reply("From Monday on", answers=asked["id"])
    quote = customer.log.locator("article", has_text="From Monday on").get_by_role("blockquote")
    expect(quote).to_have_text("YouIs there one in brass?")
    world.reply("But only the small one", answers=answer["id"])
    own = customer.log.locator("article", has_text="But only the small one").get_by_role("blockquote")
    expect(own).to_have_text("BossFrom Monday on")
    world.office.patch(f"/messages/{answer['id']}", {"text": "From Tuesday on"})
    expect(own).to_have_text("BossFrom Tuesday on")
    world.office.client.delete(f"/messages/{answer['id']}")
    expect(own).to_be_hidden()
    expect(customer.log.get_by_text("But only the small one")).to_be_visible()
    customer.page.reload()
    customer.open()
    expect(customer.log.get_by_text("But only the small one")).to_be_visible()
    expect(customer.log.get_by_role("blockquote")).to_have_count(0)


@pytest.mark.parametrize(
    ("language", "scheme"),
    [
        ("fi", "dark"),
        *(
            pytest.param(language, scheme, marks=pytest.mark.long)
            for language in ("en", "sv", "nb", "fi", "zh-Hans")
            for scheme in ("light", "dark")
            if (language, scheme) != ("fi", "dark")
        ),
    ],
)
def test_on_the_smallest_screen_in_every_language(world: World, browser: Browser, language: str, scheme: Any) -> None:
    """320 pixels wide: nothing cut, also where letters are set widely; by keys the focus is always seen; nothing moves."""
    context = browser.new_context(
        locale="en-GB", color_scheme=scheme, viewport={"width": 320, "height": 568}, reduced_motion="reduce"
    )
    world.office.patch("/workspace", {"settings": {"reply_promise_minutes": 90}})
    customer = world.visit(context, world.connect(company="Bergströms Lampor & Konferensutrustning"), lang=language)
    page, area = customer.page, customer.panel.get_by_role("textbox")
    customer.open()
    for text in (
        "Rindfleischetikettierungsüberwachungsaufgabenübertragungsstelle",
        f"https://lamps.example/{'a' * 80}",
    ):
        area.fill(text)
        area.press("Enter")
    expect(customer.log.locator("article time")).to_have_count(2)
    asked = world.office.get(f"/conversations/{world.newest()['id']}/messages")["items"][0]
    upload = world.office.client.post(
        f"/files?name={'lamp-' * 12}.pdf", content=b"%PDF-1.4 a catalogue", headers={"lyhord-upload": "1"}
    )
    world.reply("We do.", answers=asked["id"], attachment_ids=[upload.json()["id"]])
    expect(customer.log.get_by_role("blockquote")).to_be_visible()
    shots = Path("test-output/chat")
    shots.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=shots / f"small-{language}-{scheme}.png")
    page.locator(".tools .plain").last.click()
    wrong = [
        *customer.violations(),
        *violations(page, ["target-size"]),
        *cut(page),
        *page.evaluate(MOVING),
        *walk(page),
    ]
    page.screenshot(path=shots / f"small-emoji-{language}-{scheme}.png")
    space(page)
    wrong += [f"spaced: {one}" for one in cut(page)]
    page.screenshot(path=shots / f"small-spaced-{language}-{scheme}.png")
    context.close()
    assert wrong == []
