"""What helps agents answer: canned replies, quotes, and the keys of sending, by hand in a browser."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browsers import violations
from tests.journeys.desk import PICTURE, Desk, arrive, context, desk, page, reply_box
from tests.journeys.running import eventually

__all__ = ["context", "desk", "page"]

SHOTS = Path("test-output/answering")
LOOKS: dict[str, dict[str, Any]] = {
    "light": {},
    "dark": {"color_scheme": "dark"},
    "phone": {"viewport": {"width": 390, "height": 844}},
}


def last_message(desk: Desk, name: str) -> dict[str, Any]:
    conversation = desk.ticket_of(name)["conversation_id"]
    messages: list[dict[str, Any]] = desk.office.get(f"/conversations/{conversation}/messages")["items"]
    return messages[-1]


def test_a_canned_reply_is_written_seen_and_used(page: Page, desk: Desk) -> None:
    page.goto(f"{desk.running.base}/app/settings/canned")
    expect(page.get_by_text("Answer what is asked every day in one key")).to_be_visible()
    page.get_by_role("button", name="New canned reply").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill("Thanks and greetings")
    dialog.get_by_label("Shortcut").fill("thanks")
    dialog.get_by_label("What it says").fill("Thank you, {{contact.frist_name}}.")
    expect(dialog.get_by_text("Did you mean {{contact.first_name}}?")).to_be_visible()
    dialog.get_by_label("What it says").fill("Thank you, {{contact.first_name|friend}}. ")
    dialog.get_by_role("button", name="Insert a variable").click()
    page.get_by_role("option", name="Name of the company").click()
    preview = dialog.get_by_role("group", name="As Maija Virtanen would read it")
    expect(preview).to_contain_text("Thank you, Maija. Norrsken")
    expect(preview).to_contain_text("Thank you, friend. Norrsken")
    dialog.get_by_role("button", name="Add a language").click()
    page.get_by_role("combobox", name="Add a language").fill("swed")
    page.keyboard.press("Enter")
    dialog.get_by_label("What it says").fill("Tack, {{contact.first_name|du}}.")
    with page.expect_file_chooser() as chooser:
        dialog.get_by_role("button", name="Attach files").click()
    chooser.value.set_files({"name": "prices.png", "mimeType": "image/png", "buffer": PICTURE})
    expect(dialog.get_by_role("button", name="Remove prices.png")).to_be_visible()
    dialog.get_by_role("button", name="Save").click()
    expect(page.get_by_text("/thanks")).to_be_visible()

    arrive(page, desk, "Greta", "Is it on its way?")
    page.keyboard.press("r")
    expect(reply_box(page)).to_be_focused()
    page.keyboard.type("Hello /grt")
    suggestion = page.get_by_role("option", name="Thanks and greetings")
    expect(suggestion).to_contain_text("Thank you, Greta.")
    page.keyboard.press("ArrowRight")
    expect(suggestion).to_contain_text("Tack, Greta.")
    page.keyboard.press("Enter")
    expect(reply_box(page)).to_have_value("Hello Tack, Greta.")
    expect(page.get_by_text("prices.png")).to_be_visible()
    page.keyboard.type(" And /thanks")
    expect(suggestion).to_be_visible()
    page.keyboard.press("Escape")
    expect(suggestion).to_be_hidden()
    page.keyboard.type("g")
    expect(suggestion).to_be_hidden()
    expect(reply_box(page)).to_have_value("Hello Tack, Greta. And /thanksg")
    page.keyboard.press("Control+Enter")
    expect(page.locator("article.out")).to_contain_text("Hello Tack, Greta. And /thanksg")
    sent = eventually(lambda: (one := last_message(desk, "Greta"))["direction"] == "out" and one)
    assert [file["name"] for file in sent["attachments"]] == ["prices.png"]
    assert desk.office.get("/canned-replies")["items"][0]["uses"] == 1


def test_a_note_and_a_first_mail_take_canned_replies_too(page: Page, desk: Desk) -> None:
    desk.office.post(
        "/canned-replies", {"name": "Delivery", "texts": [{"language": "en", "text": "Hi {{contact.name|you}}"}]}
    )
    arrive(page, desk, "Hedda", "Hello")
    page.keyboard.press("n")
    page.keyboard.type("/deli")
    expect(page.get_by_role("option", name="Delivery")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_placeholder("Write a note")).to_have_value("Hi Hedda")
    page.keyboard.press("Escape")
    page.keyboard.press("c")
    dialog = page.get_by_role("dialog", name="New conversation")
    dialog.get_by_label("To").fill("Ulla Berg <ulla@customer.test>")
    dialog.get_by_label("Message").click()
    page.keyboard.type("/delivery")
    expect(page.get_by_role("option", name="Delivery")).to_be_visible()
    page.keyboard.press("Enter")
    expect(dialog.get_by_label("Message")).to_have_text("Hi Ulla Berg")


def test_what_is_removed_comes_back_and_own_ones_stay_ones_own(page: Page, desk: Desk, browser: Browser) -> None:
    desk.office.post("/canned-replies", {"name": "Opening hours", "texts": [{"language": "en", "text": "From nine"}]})
    page.goto(f"{desk.running.base}/app/settings/canned")
    row = page.get_by_role("listitem").filter(has_text="Opening hours")
    row.get_by_role("button", name="Edit").click()
    page.get_by_role("dialog").get_by_role("button", name="Remove", exact=True).click()
    expect(row).to_be_hidden()
    page.get_by_role("button", name="Undo").click()
    expect(row).to_be_visible()

    ida = desk.hire("ida2@firm.example", "Ida Strand")
    colleague = desk.seat(browser, ida)
    theirs = colleague.new_page()
    theirs.goto(f"{desk.running.base}/app/settings/canned")
    other = theirs.get_by_role("listitem").filter(has_text="Opening hours")
    expect(other.get_by_role("button", name="Duplicate")).to_be_visible()
    expect(other.get_by_role("button", name="Edit")).to_have_count(0)
    other.get_by_role("button", name="Duplicate").click()
    theirs.get_by_role("dialog").get_by_role("button", name="Save").click()
    expect(theirs.get_by_text("Only me")).to_be_visible()
    expect(row).to_have_count(1)
    colleague.close()


@pytest.mark.long
def test_a_certain_message_is_answered(page: Page, desk: Desk) -> None:
    arrive(page, desk, "Jonas", "Do you have the brass lamp?")
    desk.customer_writes("Jonas", "And the steel one?")
    expect(page.locator("article", has_text="And the steel one?")).to_be_visible()
    page.keyboard.press("q")
    form = page.get_by_role("form", name="Write")
    expect(form.locator(".quote")).to_contain_text("And the steel one?")
    page.keyboard.press("Escape")
    page.keyboard.press("q")
    expect(form.locator(".quote")).to_contain_text("Do you have the brass lamp?")
    page.keyboard.type("Yes, two of them")
    expect(page.get_by_text("What you answer leaves as a quote above your words")).to_be_visible()
    page.get_by_role("button", name="Show what leaves").click()
    expect(form.get_by_role("listitem")).to_have_text("> Do you have the brass lamp?\n\nYes, two of them")
    see(page, "leaves")
    reply_box(page).press("Control+Enter")
    answer = page.locator("article.out", has_text="Yes, two of them")
    expect(answer.locator(".quote")).to_contain_text("Do you have the brass lamp?")
    expect(form.locator(".quote")).to_have_count(0)


def test_sending_and_going_on(page: Page, desk: Desk) -> None:
    arrive(page, desk, "Kaisa", "One question")
    page.goto(desk.address_of("Kaisa") + "?list=all")
    expect(reply_box(page)).to_be_visible()
    expect(page.locator("a.ticket").nth(1)).to_be_visible()
    page.keyboard.press("r")
    page.keyboard.type("One answer")
    before = page.url
    page.keyboard.press("Control+Alt+Enter")
    page.wait_for_url(lambda url: url != before)
    eventually(lambda: last_message(desk, "Kaisa")["text"] == "One answer")


@pytest.mark.long
def test_tags_by_keyboard(page: Page, desk: Desk) -> None:
    arrive(page, desk, "Minna", "The lamp is broken")
    page.keyboard.press("t")
    dialog = page.get_by_role("dialog", name="Tags")
    expect(dialog.get_by_role("combobox")).to_be_focused()
    page.keyboard.type("Broken lamp")
    page.keyboard.press("Enter")
    expect(dialog.get_by_role("listitem")).to_have_text(["broken-lamp"])
    page.keyboard.type("vip")
    page.keyboard.press("Enter")
    expect(dialog.get_by_role("listitem")).to_have_text(["broken-lamp", "vip"])
    eventually(lambda: desk.ticket_of("Minna")["tags"] == ["broken-lamp", "vip"])  # else it was never known
    page.keyboard.press("Backspace")
    expect(dialog.get_by_role("listitem")).to_have_text(["broken-lamp"])
    page.keyboard.type("vi")
    expect(dialog.get_by_role("option", name="vip")).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(dialog.get_by_role("listitem")).to_have_text(["broken-lamp", "vip"])
    see(page, "tags")
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="broken-lamp, vip")).to_be_visible()
    page.set_viewport_size({"width": 1440, "height": 4_000})  # so high that every row is drawn
    row = page.locator("a.ticket").filter(has_text="Minna")
    expect(row.locator(".tags")).to_contain_text("broken-lamp")
    assert desk.ticket_of("Minna")["tags"] == ["broken-lamp", "vip"]


def test_a_macro_is_made_run_and_undone(page: Page, desk: Desk) -> None:
    page.goto(f"{desk.running.base}/app/settings/macros")
    expect(page.get_by_text("Do what you always do together in one step")).to_be_visible()
    page.get_by_role("button", name="New macro").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill("Ask and wait")
    dialog.get_by_role("switch", name="Reply to the customer").check(force=True)
    dialog.get_by_label("What it says").fill("Hi {{contact.name}}, which lamp?")
    expect(dialog).to_contain_text("Hi Maija Virtanen, which lamp?")
    dialog.get_by_role("switch", name="Assign").check(force=True)
    dialog.get_by_label("Agent").select_option("me")
    dialog.get_by_role("switch", name="Set the status").check(force=True)
    dialog.get_by_role("combobox", name="Set the status").select_option("snoozed")
    dialog.get_by_label("For how long").select_option("86400")
    dialog.get_by_role("switch", name="Tag", exact=True).check(force=True)
    dialog.get_by_label("Put on").fill("asked lamp")
    dialog.get_by_role("button", name="Save").click()
    expect(page.get_by_role("listitem").filter(has_text="Ask and wait")).to_contain_text("snoozed for 1 d")

    arrive(page, desk, "Nils", "It does not light up")
    page.keyboard.press(".")
    expect(page.get_by_role("option", name="Ask and wait")).to_be_visible()
    page.keyboard.type("ask")
    page.keyboard.press("Enter")
    expect(page.locator("article.out")).to_contain_text("Hi Nils, which lamp?")
    done = page.get_by_text("Ask and wait: reply, to Boss, snoozed for 1 d, tags +asked +lamp")
    expect(done).to_be_visible()
    ticket = desk.ticket_of("Nils")
    assert (ticket["status"], ticket["tags"], ticket["waiting_since"]) == ("snoozed", ["asked", "lamp"], None)
    page.get_by_role("button", name="Undo").last.click()
    eventually(lambda: desk.ticket_of("Nils")["tags"] == [] and desk.ticket_of("Nils")["status"] == "open")
    assert desk.ticket_of("Nils")["owner_agent_id"] is None

    page.keyboard.press("Control+k")
    page.keyboard.type("ask and")
    expect(page.get_by_role("option", name="Macro: Ask and wait")).to_be_visible()
    page.keyboard.press("Enter")
    eventually(lambda: desk.ticket_of("Nils")["status"] == "snoozed")


def test_a_rule_is_written_as_a_sentence_tried_and_works(page: Page, desk: Desk) -> None:
    desk.customer_writes("Rut", "Please reimburse me")
    desk.ticket_of("Rut")
    page.goto(f"{desk.running.base}/app/settings/rules")
    expect(page.get_by_text("Let work do itself")).to_be_visible()
    page.get_by_role("button", name="New rule").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill("Money back")
    dialog.get_by_role("button", name="Add a condition").click()
    dialog.get_by_role("textbox", name="Which").fill("reimburs*, money back")
    dialog.get_by_role("switch", name="Tag", exact=True).check(force=True)
    dialog.get_by_label("Put on").fill("money")
    dialog.get_by_role("switch", name="Tell colleagues").check(force=True)
    dialog.get_by_role("group", name="Whom").get_by_label("Boss").check()
    dialog.get_by_label("What it says").fill("Somebody wants money back")
    dialog.get_by_role("button", name="Try it on what happened").click()
    expect(dialog.get_by_role("status").filter(has_text="Once, since")).to_contain_text("tags +money, Boss is told")
    expect(dialog.get_by_role("listitem").filter(has_text="Rut")).to_be_visible()
    assert desk.ticket_of("Rut")["tags"] == []
    dialog.get_by_role("button", name="Save").click()
    rule = page.get_by_role("listitem").filter(has_text="Money back")
    rule.get_by_role("switch").check(force=True)
    expect(rule.get_by_role("switch")).to_be_checked()
    desk.office.post("/rules", {"name": "Last", "when": "ticket_opened", "steps": [{"kind": "note", "text": "New"}]})
    last = page.get_by_role("listitem").filter(has_text="Last")
    last.get_by_role("button", name="Move Last up").focus()
    page.keyboard.press("Alt+ArrowUp")
    eventually(lambda: [one["name"] for one in desk.office.get("/rules")] == ["Last", "Money back"])

    arrive(page, desk, "Sofia", "When am I reimbursed?")
    expect(page.locator("article").filter(has_text="Somebody wants money back")).to_be_visible()
    assert desk.ticket_of("Sofia")["tags"] == ["money"]
    page.keyboard.press("Control+k")
    page.keyboard.type("what rules")
    expect(page.get_by_role("option", name="What rules did here")).to_be_visible()
    page.keyboard.press("Enter")
    why = page.get_by_role("dialog", name="What rules did here")
    expect(why.get_by_role("listitem")).to_contain_text("because a customer writes")
    page.goto(f"{desk.running.base}/app/settings/rules")
    page.get_by_role("button", name="What it did: Money back").click()
    page.get_by_role("dialog").get_by_role("link", name="Sofia").click()
    expect(page.locator("article").filter(has_text="When am I reimbursed?")).to_be_visible()


@pytest.mark.long
def test_a_reply_that_leaves_later(page: Page, desk: Desk) -> None:
    arrive(page, desk, "Olga", "When do you open?")
    page.keyboard.press("r")
    page.keyboard.type("At nine")
    page.keyboard.press("Control+Shift+L")
    dialog = page.get_by_role("dialog", name="Send later")
    tomorrow = dialog.get_by_role("button", name=re.compile("^Tomorrow"))
    expect(tomorrow).to_be_visible()
    see(page, "later")
    tomorrow.click()
    kept = page.get_by_role("article", name="Scheduled reply by Boss")
    expect(kept).to_contain_text("At nine")
    expect(kept).to_contain_text("Leaves tomorrow 09:00")
    expect(reply_box(page)).to_have_value("")
    page.reload()
    expect(kept).to_contain_text("Leaves tomorrow 09:00")
    kept.get_by_role("button", name="Another time").click()
    dialog.get_by_role("button", name="In a week").click()
    expect(kept).not_to_contain_text("tomorrow")

    desk.customer_writes("Olga", "I see it on the door")
    expect(kept.get_by_role("alert")).to_contain_text("Held: the customer has written since")
    see(page, "held")
    kept.get_by_role("button", name="Take back and edit").click()
    expect(reply_box(page)).to_have_value("At nine")
    expect(kept).to_have_count(0)
    reply_box(page).fill("At nine, as it says")
    page.get_by_role("button", name="More ways to send").click()
    page.get_by_role("option", name="Send later").click()
    tomorrow.click()
    kept.get_by_role("button", name="Send now").click()
    expect(page.locator("article.out")).to_contain_text("At nine, as it says")
    expect(kept).to_have_count(0)
    assert last_message(desk, "Olga")["text"] == "At nine, as it says"


def see(page: Page, name: str) -> None:
    """Nothing against the page from axe-core, no key instead of a text; and a picture of it."""
    page.evaluate("Promise.all(document.getAnimations().map(one => one.finished))")
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / f"{name}.png")
    assert violations(page) == []
    assert (
        re.findall(r"\b(?:canned|variable|composer|macro|tag|later)\.[a-z_]+\b", page.locator("body").inner_text())
        == []
    )


@pytest.fixture(scope="module")
def furnished(desk: Desk) -> None:
    """A canned reply in two languages, and a macro of every step."""
    texts = [
        {"language": "en", "text": "Thank you for writing, {{contact.first_name|there}}."},
        {"language": "sv", "text": "Tack för att du skrev, {{contact.first_name|du}}."},
    ]
    made = desk.office.post("/canned-replies", {"name": "Welcome to the shop", "shortcut": "hey", "texts": texts})
    steps = [
        {"kind": "reply", "canned_reply_id": made["id"]},
        {"kind": "note", "text": "Asked {{contact.name}}"},
        {"kind": "assign", "me": True},
        {"kind": "status", "status": "snoozed", "snooze_seconds": 14_400},
        {"kind": "tag", "add": ["asked"]},
    ]
    desk.office.post("/macros", {"name": "Greet and come back to it in the afternoon", "steps": steps})
    asked = [
        {"type": "says", "values": ["refund*", "money back"]},
        {"type": "weekly", "days": [1, 2, 3, 4, 5], "start": 480, "end": 1020, "but": True},
        {"type": "message", "field": "direction", "values": ["in"]},
    ]
    boss = desk.office.get("/me")["agent"]["id"]
    steps = [
        {"kind": "tag", "add": ["money"]},
        {"kind": "notify", "mentions": [boss], "text": "Look at this"},
        {"kind": "ask", "agent_id": boss, "text": "Send the money"},
        {"kind": "webhook", "url": "https://shop.example/hook"},
    ]
    rule = {"name": "Refunds in the evening", "when": "customer_wrote", "conditions": asked, "steps": steps}
    desk.office.post("/rules", rule)


@pytest.mark.usefixtures("furnished")
@pytest.mark.parametrize(
    ("language", "look"),
    [
        *(("en", look) for look in LOOKS),
        ("fi", "phone"),  # longer words show on the narrowest screen
        *(pytest.param(language, "phone", marks=pytest.mark.long) for language in ("sv", "nb", "zh-CN")),
    ],
)
@pytest.mark.long
def test_everybody_can_use_it_in_their_language(browser: Browser, desk: Desk, language: str, look: str) -> None:
    desk.office.patch("/me", {"locale": language})
    context = desk.seat(browser, desk.office, **LOOKS[look])
    page = context.new_page()
    name = f"{language}.{look}"
    try:
        page.goto(f"{desk.running.base}/app/settings/canned")
        page.get_by_role("listitem").filter(has_text="/hey").get_by_role("button").last.click()
        expect(page.get_by_role("dialog")).to_be_visible()
        see(page, f"canned.{name}")
        page.goto(f"{desk.running.base}/app/settings/macros")
        page.get_by_role("listitem").filter(has_text="Greet").get_by_role("button").last.click()
        expect(page.get_by_role("dialog")).to_be_visible()
        see(page, f"macro.{name}")
        page.goto(f"{desk.running.base}/app/settings/rules")
        line = page.get_by_role("listitem").filter(has_text="Refunds in the evening")
        expect(line).to_be_visible()
        see(page, f"rules.{name}")
        line.get_by_role("button").last.click()
        expect(page.get_by_role("dialog")).to_be_visible()
        see(page, f"rule.{name}")
        customer = f"Lena {name}"
        desk.customer_writes(customer, "Is it a long way to the shop, and do you have the lamp in brass?")
        page.goto(desk.address_of(customer))
        expect(page.locator("article.in").last).to_be_visible()
        page.keyboard.press("q")
        expect(page.locator("form .quote")).to_be_visible()
        page.keyboard.type("/")
        expect(page.get_by_role("option").first).to_be_visible()
        page.keyboard.type("hey")
        see(page, f"suggested.{name}")
        page.keyboard.press("Enter")
        page.get_by_role("heading", level=1).click()
        page.keyboard.press(".")
        expect(page.get_by_role("option", name="Greet")).to_be_visible()
        see(page, f"macros.{name}")
    finally:
        desk.office.patch("/me", {"locale": "en"})
        context.close()


DROP = """async ([place, name]) => {
  const data = new DataTransfer()
  data.items.add(new File(['words'], name, { type: 'text/plain' }))
  const event = (kind) => new DragEvent(kind, { bubbles: true, cancelable: true, dataTransfer: data })
  place.dispatchEvent(event('dragover'))
  place.dispatchEvent(event('drop'))
}"""
PASTE = """async ([place, name]) => {
  const data = new DataTransfer()
  data.items.add(new File(['words'], name, { type: 'text/plain' }))
  place.dispatchEvent(new ClipboardEvent('paste', { bubbles: true, cancelable: true, clipboardData: data }))
}"""


def files_and_signs(page: Page, field: Any, wait: Any) -> None:
    """A file dropped and one pasted where one writes, a short name written out and one chosen, are all there."""
    field.fill("Look")
    field.press("End")
    field.press_sequentially(" :tada:")
    said = "(field) => (field.value ?? field.innerText).trim().replace(/\u00a0/g, ' ')"
    eventually(lambda: field.evaluate(said) == "Look 🎉")
    field.evaluate(f"(place) => ({DROP})([place, 'dropped.txt'])")
    field.evaluate(f"(place) => ({PASTE})([place, 'pasted.txt'])")
    expect(wait.get_by_text("dropped.txt")).to_be_visible()
    expect(wait.get_by_text("pasted.txt")).to_be_visible()


@pytest.mark.long
def test_signs_by_name_and_files_dropped_or_pasted_wherever_one_writes(page: Page, desk: Desk) -> None:
    arrive(page, desk, "Petra", "Can you show me?")
    composer = page.get_by_role("form", name="Write")
    files_and_signs(page, reply_box(page), composer)
    reply_box(page).press_sequentially(" :thumbs")
    page.get_by_role("option", name=":thumbsup:").click()
    expect(composer.locator("button[type=submit]")).to_be_enabled()
    page.keyboard.press("Control+Enter")
    sent = eventually(lambda: (found := last_message(desk, "Petra"))["direction"] == "out" and found)
    assert sent["text"] == "Look 🎉 👍"
    assert {one["name"] for one in sent["attachments"]} == {"dropped.txt", "pasted.txt"}
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    files_and_signs(page, page.get_by_placeholder("Write a note"), composer)
    expect(composer.locator("button[type=submit]")).to_be_enabled()
    page.keyboard.press("Control+Enter")
    note = eventually(lambda: (found := last_message(desk, "Petra"))["direction"] == "note" and found)
    assert (note["text"], len(note["attachments"])) == ("Look 🎉", 2)
    page.get_by_role("button", name="New conversation").click()
    dialog = page.get_by_role("dialog", name="New conversation")
    files_and_signs(page, dialog.get_by_label("Message"), dialog)
    page.goto(f"{desk.running.base}/app/settings/canned")
    page.get_by_role("button", name="New canned reply").click()
    dialog = page.get_by_role("dialog")
    files_and_signs(page, dialog.get_by_label("What it says"), dialog)
