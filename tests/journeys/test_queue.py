"""The queue and the keys: saved views that follow what happens, many conversations at once, own shortcuts, time in words."""

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.journeys.desk import Desk, colleague, context, desk, ida, page, place, row
from tests.journeys.running import eventually

__all__ = ["colleague", "context", "desk", "ida", "page"]

SEAT = {"viewport": {"width": 1440, "height": 4_000}}

UNASSIGNED: Any = {"conditions": [{"type": "one_of", "field": "owner", "values": ["none"]}]}


def ready(page: Page) -> None:
    """The list is there."""
    expect(page.locator("a.ticket").first).to_be_visible()


def forget(desk: Desk, view: dict[str, Any]) -> None:
    """Remove a saved view."""
    assert desk.office.client.delete(f"/saved-views/{view['id']}").is_success


def save_view(page: Page, name: str, audience: str = "Only me") -> None:
    """Make a view of what nobody has, by hand."""
    before = page.url
    page.get_by_role("button", name="New view").click()
    dialog = page.get_by_role("dialog", name="New view")
    dialog.get_by_label("Name").fill(name)
    dialog.get_by_role("button", name="Add a condition").click()
    line = dialog.locator("li").last
    line.get_by_label("Me", exact=True).uncheck()
    line.get_by_label("None").check()
    expect(dialog.get_by_role("status")).to_contain_text(re.compile(r"Finds \d+ conversations?"))
    dialog.get_by_label("For whom").select_option(audience)
    dialog.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1, name=name)).to_be_visible()
    expect(page).not_to_have_url(before)


def test_a_shared_view_is_made_followed_changed_and_removed(page: Page, colleague: Page, desk: Desk) -> None:
    desk.customer_writes("Vera", "Is anybody there?")
    page.goto(f"{desk.running.base}/app/inbox/all")
    colleague.goto(f"{desk.running.base}/app/inbox/all")
    ready(page)
    save_view(page, "Nobody has it", "Everybody")
    address = page.url
    expect(row(page, "Vera")).to_be_visible()

    place(colleague, "Nobody has it").click()
    expect(row(colleague, "Vera")).to_be_visible()
    before = int(re.findall(r"\d+", place(colleague, "Nobody has it").inner_text())[0])
    desk.customer_writes("Vilma", "Me too")
    expect(row(colleague, "Vilma")).to_be_visible()
    expect(place(colleague, "Nobody has it")).to_contain_text(str(before + 1))
    row(page, "Vilma").click()
    expect(page.locator("article").last).to_contain_text("Me too")
    page.keyboard.press("m")
    expect(row(colleague, "Vilma")).to_have_count(0)
    expect(row(page, "Vilma")).to_have_count(0)
    expect(place(colleague, "Nobody has it")).to_contain_text(str(before))

    page.goto(address)
    page.get_by_role("button", name="How the list looks").click()
    page.get_by_role("option", name="Change the view").click()
    dialog = page.get_by_role("dialog", name="Change the view")
    dialog.get_by_label("Name").fill("Free for all")
    dialog.get_by_label("None").uncheck()
    dialog.get_by_label("Me", exact=True).check()
    dialog.get_by_role("button", name="Save").click()
    expect(colleague.get_by_role("heading", level=1, name="Free for all")).to_be_visible()
    expect(row(colleague, "Vera")).to_have_count(0)
    expect(row(page, "Vilma")).to_be_visible()

    page.get_by_role("button", name="How the list looks").click()
    page.get_by_role("option", name="Change the view").click()
    page.get_by_role("button", name="Remove the view").click()
    expect(place(colleague, "Free for all")).to_have_count(0)
    page.get_by_role("status").get_by_role("button", name="Undo").click()
    expect(place(colleague, "Free for all")).to_be_visible()


@pytest.mark.long
def test_views_stand_in_the_order_that_i_like(page: Page, desk: Desk) -> None:
    made = [desk.office.post("/saved-views", {"name": name, "filter": {}}) for name in ("First", "Second", "Third")]
    page.goto(f"{desk.running.base}/app/inbox/view:{made[2]['id']}")
    names = page.get_by_role("navigation", name="Places").locator("a[draggable=true]")

    def order() -> list[str]:
        return [text for text in names.locator(".cut").all_inner_texts() if text in ("First", "Second", "Third")]

    expect(place(page, "Third")).to_be_visible()
    page.get_by_role("button", name="How the list looks").click()
    page.get_by_role("option", name="Move the view up").click()
    eventually(lambda: order() == ["First", "Third", "Second"])
    place(page, "Second").drag_to(place(page, "First"))
    eventually(lambda: order() == ["Second", "First", "Third"])
    eventually(lambda: desk.office.get("/me")["view_order"][-3:] == [made[1]["id"], made[0]["id"], made[2]["id"]])
    page.reload()
    expect(place(page, "Third")).to_be_visible()
    eventually(lambda: order() == ["Second", "First", "Third"])
    for view in made:
        forget(desk, view)
    expect(place(page, "Third")).to_have_count(0)


@pytest.mark.long
def test_many_at_once_by_keys_and_back(page: Page, colleague: Page, desk: Desk) -> None:
    for n in range(4):
        desk.customer_writes(f"Bulky{n}", "One of many")
    view = desk.office.post("/saved-views", {"name": "Bulk", "filter": UNASSIGNED, "audience": "everyone"})
    for each in (page, colleague):
        each.goto(f"{desk.running.base}/app/inbox/view:{view['id']}")
        ready(each)
    row(page, "Bulky0").locator(".face").click()
    row(page, "Bulky3").click(modifiers=["Shift"])
    expect(page.get_by_text("4 selected")).to_be_visible()
    row(page, "Bulky1").focus()
    page.keyboard.press("x")
    expect(page.get_by_text("3 selected")).to_be_visible()
    page.keyboard.press("e")
    expect(page.get_by_text("3 conversations changed.")).to_be_visible()
    expect(row(page, "Bulky0")).to_have_count(1)  # a resolved one has no owner either
    eventually(lambda: desk.ticket_of("Bulky3")["status"] == "resolved")
    assert desk.ticket_of("Bulky1")["status"] == "open"
    waited = desk.ticket_of("Bulky1")["waiting_since"]
    page.get_by_role("status").get_by_role("button", name="Undo").click()
    expect(page.get_by_text("3 conversations are as they were.")).to_be_visible()
    back = desk.ticket_of("Bulky0")
    assert back["status"] == "open"
    assert back["waiting_since"] < waited

    page.keyboard.press("*")
    page.keyboard.press("a")
    expect(page.get_by_text(re.compile(r"^\d+ selected"))).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_text(re.compile(r"^\d+ selected"))).to_have_count(0)

    row(page, "Bulky2").locator(".face").click()
    page.keyboard.press("s")
    page.keyboard.type("in 3 days")
    expect(page.get_by_role("option")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.get_by_text("1 conversation changed.")).to_be_visible()
    eventually(lambda: desk.ticket_of("Bulky2")["status"] == "snoozed")

    row(page, "Bulky3").locator(".face").click()
    page.keyboard.press("m")
    for each in (page, colleague):
        expect(row(each, "Bulky3")).to_have_count(0)
    forget(desk, view)


@pytest.mark.long
def test_all_that_match_are_more_than_are_shown(page: Page, desk: Desk) -> None:
    for n in range(70):
        desk.customer_writes(f"Crowd{n:02}", "Me")
    page.set_viewport_size({"width": 1440, "height": 860})
    page.goto(f"{desk.running.base}/app/inbox/unassigned")
    ready(page)
    page.locator("a.ticket .face").first.click()
    page.get_by_role("button", name="Select all that match").click()
    page.get_by_role("toolbar").get_by_role("button", name="Assign").click()
    page.keyboard.type("Boss")
    page.keyboard.press("Enter")
    expect(page.get_by_text(re.compile(r"^\d+ conversations changed\."))).to_be_visible()
    expect(page.get_by_text("Everything has an owner")).to_be_visible()
    page.get_by_role("status").get_by_role("button", name="Undo").click()
    expect(page.get_by_text(re.compile("are as they were"))).to_be_visible()
    expect(page.locator("a.ticket").first).to_be_visible()
    desk.office.post("/tickets/bulk", {"list": "unassigned", "status": "resolved"})


@pytest.mark.long
def test_a_long_press_chooses_on_a_phone(browser: Browser, desk: Desk) -> None:
    for name in ("Pressa", "Tappa"):
        desk.customer_writes(name, "From the phone")
    context = desk.seat(browser, desk.office, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.goto(f"{desk.running.base}/app/inbox/unassigned")
    ready(page)
    box = row(page, "Pressa").bounding_box()
    assert box is not None
    finger = context.new_cdp_session(page)
    touch = {"type": "touchStart", "touchPoints": [{"x": box["x"] + 150, "y": box["y"] + 30}]}
    finger.send("Input.dispatchTouchEvent", touch)
    expect(page.get_by_text("1 selected")).to_be_visible()
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    row(page, "Tappa").tap()
    expect(page.get_by_text("2 selected")).to_be_visible()
    expect(page).to_have_url(re.compile("/app/inbox/unassigned$"))
    page.get_by_role("toolbar").get_by_role("button", name="Resolve").tap()
    expect(page.get_by_text("2 conversations changed.")).to_be_visible()
    context.close()


@pytest.mark.long
def test_keys_are_my_own(page: Page, desk: Desk, context: BrowserContext) -> None:
    page.goto(f"{desk.running.base}/app/settings/keys")
    note = page.get_by_role("button", name=re.compile("^Change the key: Write a note"))
    note.click()
    page.keyboard.press("r")
    expect(page.get_by_text("The same key stands for: Reply")).to_be_visible()
    note.click()
    page.keyboard.press("d")
    expect(page.get_by_text("The same key stands for")).to_have_count(0)
    page.get_by_role("button", name="Switch off the key: Assign to me").click(force=True)
    eventually(lambda: desk.office.get("/me")["shortcuts"] == {"note": "d", "take": ""})

    desk.customer_writes("Keyla", "Which key?")
    other = context.new_page()
    other.goto(desk.address_of("Keyla"))
    expect(other.locator("article").last).to_be_visible()
    other.keyboard.press("m")
    other.keyboard.press("n")
    other.keyboard.press("d")
    expect(other.get_by_placeholder("Write a note")).to_be_focused()
    other.keyboard.press("d")
    expect(other.get_by_placeholder("Write a note")).to_have_value("d")
    assert desk.ticket_of("Keyla")["owner_agent_id"] is None
    other.keyboard.press("Escape")
    other.keyboard.press("?")
    line = other.get_by_role("dialog", name="Keyboard shortcuts").locator("dl div", has_text="Write a note")
    expect(line).to_contain_text("D")

    page.get_by_role("button", name="Put all keys back to usual").click()
    eventually(lambda: desk.office.get("/me")["shortcuts"] == {})
    page.get_by_text("Single-key shortcuts").click()
    eventually(lambda: desk.office.get("/me")["agent"]["keys"] is False)
    page.keyboard.press("g")
    page.keyboard.press("i")
    expect(page.get_by_role("heading", name="Shortcuts")).to_be_visible()
    desk.office.patch("/me", {"keys": True})


def test_the_palette_goes_everywhere_and_remembers(page: Page, desk: Desk) -> None:
    desk.customer_writes("Palle", "Find me")
    view = desk.office.post("/saved-views", {"name": "Zebra stripes", "filter": {}})
    page.goto(desk.address_of("Palle"))
    expect(page.locator("article").last).to_be_visible()
    page.goto(f"{desk.running.base}/app/inbox/all")
    ready(page)
    for words, heading in (("zebra", "Zebra stripes"), ("shortc", "Settings"), ("resolved", "Resolved")):
        page.keyboard.press("Control+k")
        page.get_by_role("dialog").get_by_role("combobox").fill(words)
        if words == "shortc":
            page.get_by_role("option", name=re.compile("^Shortcuts")).click()
        else:
            page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1, name=heading)).to_be_visible()
    page.keyboard.press("Control+k")
    first = page.get_by_role("option").first
    expect(first).to_contain_text("Resolved")
    page.get_by_role("dialog").get_by_role("combobox").fill("palle")
    page.get_by_role("option", name=re.compile("^Palle")).click()
    expect(page.get_by_role("heading", level=1, name="Palle")).to_be_visible()
    forget(desk, view)


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        ("en", "next tuesday 3pm"),
        ("sv", "nästa tisdag kl 15"),
        ("nb", "neste tirsdag kl 15"),
        ("fi", "ensi tiistaina klo 15"),
        ("zh-CN", "下周二下午三点"),
    ],
)
@pytest.mark.long
def test_time_in_words(page: Page, desk: Desk, locale: str, words: str) -> None:
    who = f"Timo{locale[:2]}"
    desk.customer_writes(who, "Later, please")
    desk.office.patch("/me", {"locale": locale})
    page.goto(desk.address_of(who))
    expect(page.locator("article").last).to_be_visible()
    page.keyboard.press("s")
    page.keyboard.type(words)
    expect(page.get_by_role("option")).to_have_count(1)
    expect(page.get_by_role("option")).to_contain_text(re.compile("15[:.]00"))
    page.keyboard.press("Enter")
    eventually(lambda: desk.ticket_of(who)["status"] == "snoozed")
    until = desk.ticket_of(who)["snoozed_until"]
    shown = page.evaluate("at => [new Date(at).getDay(), new Date(at).getHours(), new Date(at).getMinutes()]", until)
    assert shown == [2, 15, 0]
    desk.office.patch("/me", {"locale": "en"})


@pytest.mark.long
def test_on_to_the_next_one_and_rows_of_one_line(page: Page, desk: Desk) -> None:
    for name in ("Nexta", "Nextb", "Nextc"):
        desk.customer_writes(name, "Quickly")
    page.goto(f"{desk.running.base}/app/inbox/unassigned")
    ready(page)
    for choice in ("Compact rows", "Next one after answering", "Next one after resolving"):
        page.get_by_role("button", name="How the list looks").click()
        page.get_by_role("option", name=choice).click()
    box = row(page, "Nexta").bounding_box()
    assert box is not None
    assert box["height"] == 44
    row(page, "Nexta").click()
    expect(page.get_by_role("heading", level=1, name="Nexta")).to_be_visible()
    page.get_by_role("textbox", name="Write a reply").fill("Here you are")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("heading", level=1, name="Nextb")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("article").last).to_contain_text("Quickly")
    page.keyboard.press("e")
    expect(page.get_by_role("heading", level=1, name="Nextc")).to_be_visible()
    eventually(lambda: desk.ticket_of("Nextb")["status"] == "resolved")
    page.reload()
    expect(page.get_by_role("heading", level=1, name="Nextc")).to_be_visible()
    assert row(page, "Nextc").bounding_box()["height"] == 44  # type: ignore[index]


DRAWN = """() => [document.querySelector('section.conversation').ariaLabel,
  document.querySelectorAll('article').length, document.querySelectorAll('form.composer textarea').length]"""
"""Whose conversation stands there, its messages, and the fields to answer in."""


def test_what_is_here_is_drawn_by_the_frame_after_its_key_and_asked_for_where_one_stays(page: Page, desk: Desk) -> None:
    people = ("Framea", "Frameb", "Framec")
    for name in people:
        desk.customer_writes(name, "In a frame")
    page.clock.install()
    page.goto(f"{desk.running.base}/app/inbox/unassigned")
    row(page, "Framea").click()
    for key, name in zip("-jjkk", (*people, "Frameb", "Framea"), strict=True):
        page.keyboard.press(key)
        expect(page.get_by_role("region", name=name).get_by_role("textbox", name="Write a reply")).to_be_visible()
        expect(page.get_by_role("region", name=name).locator("article")).to_be_visible()
    page.clock.pause_at(page.evaluate("Date.now()") + 1_000)
    tickets = [desk.ticket_of(name) for name in people[1:]]
    theirs = re.compile("|".join(one[what] for one in tickets for what in ("id", "conversation_id")))
    asked: list[str] = []
    page.on("request", lambda request: asked.extend(theirs.findall(request.url)))
    for name in people[1:]:
        page.keyboard.press("j")
        page.clock.run_for(17)
        assert page.evaluate(DRAWN) == [name, 1, 1]
    assert asked == []
    page.clock.run_for(1_000)
    passed, stayed = tickets
    expect(page).to_have_url(re.compile(stayed["id"]))
    assert stayed["id"] in asked
    assert not {passed["id"], passed["conversation_id"]} & set(asked)
