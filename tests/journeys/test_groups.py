"""A group: neighbours talk in the sandbox's tab, an agent reads who says what and answers them, until the company is removed."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browsers import violations
from tests.journeys.desk import Desk, context, desk, page, reply_box, row, said
from tests.journeys.running import eventually

__all__ = ["context", "desk", "page"]

SHOTS = Path("test-output/journeys")
LOOKS = {"light": {}, "dark": {"color_scheme": "dark"}, "phone": {"viewport": {"width": 390, "height": 844}}}


class Tab:
    """The sandbox's tab, in which the neighbours speak."""

    def __init__(self, window: Page, desk: Desk) -> None:
        self.window = window
        window.goto(f"{desk.running.base}/sandbox/{desk.sandbox}")

    def press(self, name: str) -> None:
        """A button."""
        self.window.get_by_role("button", name=name, exact=True).click()

    def fill(self, label: str, text: str, button: str) -> None:
        """A field and what takes it."""
        self.window.get_by_label(label).fill(text)
        self.press(button)

    def be(self, name: str) -> None:
        """Speak as somebody who is there."""
        self.window.get_by_role("group", name="Customer").get_by_label(name).check()

    def say(self, name: str, text: str) -> None:
        """Somebody says something where they are."""
        self.be(name)
        self.window.get_by_label(f"Write as {name}").fill(text)
        self.press("Send")
        expect(self.log.get_by_text(text)).to_be_visible()

    @property
    def log(self) -> Locator:
        """What the one who is played sees."""
        return self.window.get_by_role("log")


@pytest.mark.long
def test_neighbours_talk_and_are_answered(desk: Desk, context: BrowserContext, page: Page) -> None:
    tab = Tab(context.new_page(), desk)
    for name in ("Bo", "Cecilia"):
        tab.fill("Another customer", name, "Add")
    tab.fill("Another group", "Storgatan 7", "Add group")
    tab.say("Anna", "Who has a ladder?")
    tab.say("Bo", "Not me")
    tab.press("Bo leaves")

    SHOTS.mkdir(parents=True, exist_ok=True)
    tab.window.screenshot(path=SHOTS / "group-sandbox.png")

    # the list has the group's name and who spoke last; the timeline says who said what
    page.goto(f"{desk.running.base}/app/inbox/all")
    expect(row(page, "Storgatan 7")).to_contain_text("Bo: Not me")
    row(page, "Storgatan 7").click()
    expect(said(page, "Who has a ladder?").get_by_role("link", name="Anna")).to_be_visible()
    expect(page.get_by_text("Bo left")).to_be_visible()
    header = page.locator("section.conversation header").first
    expect(header.get_by_role("button", name="1 participant")).to_be_visible()
    beside = page.get_by_role("complementary", name="Group conversation")
    expect(beside.get_by_role("region", name="In the group").get_by_role("link")).to_have_text(["Anna"])
    expect(beside.get_by_role("region", name="Left").get_by_role("link")).to_have_text(["Bo"])

    # who joins and a new name show at once
    tab.be("Cecilia")
    tab.press("Cecilia joins")
    expect(page.get_by_text("Cecilia joined")).to_be_visible()
    expect(header.get_by_role("button", name="2 participants")).to_be_visible()
    tab.fill("New name of the group", "Our house", "Rename")
    expect(page.get_by_role("heading", level=1)).to_have_text("Our house")
    expect(page.get_by_text("The group is called “Our house” now")).to_be_visible()
    expect(row(page, "Our house")).to_be_visible()

    # an answer to one message, by keys alone, then one to all; everybody in the group reads them
    said(page, "Who has a ladder?").focus()
    page.keyboard.press("Tab")
    expect(said(page, "Who has a ladder?").get_by_role("link", name="Anna")).to_be_focused()
    expect(said(page, "Who has a ladder?").get_by_role("button", name="Reply to this message")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("form", name="Write").get_by_text("Who has a ladder?")).to_be_visible()
    reply_box(page).fill("We rent them out")
    page.keyboard.press("Control+Enter")
    expect(tab.log.get_by_text("We rent them out")).to_be_visible()
    reply_box(page).fill("Until six o'clock")
    page.keyboard.press("Control+Enter")
    tab.be("Anna")
    expect(tab.log.get_by_text("Until six o'clock")).to_be_visible()
    answers = desk.office.get(f"/conversations/{desk.ticket_of('Our house')['conversation_id']}/messages")["items"][-2:]
    assert [one["value"] for one in answers] == ["anna", None]

    # the way to who spoke, whose own conversation has none of this
    page.locator("article", has_text="Who has a ladder?").first.get_by_role("link", name="Anna").click()
    expect(page).to_have_url(re.compile("/app/contacts/"))
    page.go_back()

    # removed, nothing is answered there; a note still can be left
    tab.press("Remove the company")
    expect(page.get_by_text("We are no longer in this group; only notes can be left here")).to_be_visible()
    expect(reply_box(page)).to_have_count(0)
    page.get_by_role("form", name="Write").get_by_role("button", name="Note", exact=True).last.click()
    expect(page.get_by_role("textbox", name="Write a note")).to_be_visible()
    page.get_by_role("form", name="Write").get_by_role("button", name="Reply").click()
    tab.press("Add the company again")
    expect(reply_box(page)).to_be_visible()
    expect(page.get_by_text("We are in this group again")).to_be_visible()


@pytest.mark.long
def test_a_group_is_left_alone_where_the_inbox_says_so(desk: Desk, page: Page) -> None:
    [inbox] = [one for one in desk.office.get("/inboxes") if one["key"] == desk.sandbox]
    page.goto(f"{desk.running.base}/app/settings/inboxes")
    page.get_by_role("listitem").filter(has_text="Text messages").get_by_role("button", name="Edit").click()
    page.get_by_text("More settings").click()
    page.get_by_role("switch", name="Take part in groups").uncheck(force=True)
    page.get_by_role("button", name="Save").click()
    eventually_off(desk, inbox["id"])
    sender = {"id": "dora", "name": "Dora"}
    event = {"kind": "message", "id": "left-alone", "sender": sender, "text": "Among us", "group": "private-party"}
    desk.channel_tells(event)
    desk.customer_writes("Dora", "Only for you")
    desk.ticket_of("Dora")
    assert "Among us" not in str(desk.office.get("/tickets", list="all", limit=100))
    desk.office.patch(f"/inboxes/{inbox['id']}", {"settings": {**inbox["settings"], "groups": True}})


def eventually_off(desk: Desk, inbox_id: str) -> None:
    """The inbox leaves groups alone."""

    def is_off() -> bool:
        return any(
            one["id"] == inbox_id and one["settings"].get("groups") is False for one in desk.office.get("/inboxes")
        )

    eventually(is_off)


@pytest.mark.long
@pytest.mark.parametrize("context", LOOKS.values(), ids=LOOKS, indirect=True)
def test_how_it_looks(request: pytest.FixtureRequest, desk: Desk, page: Page) -> None:
    look = request.node.callspec.id

    def tell(**event: object) -> None:
        desk.channel_tells({"kind": "group", "group": look, **event})

    people = [{"id": one.lower(), "name": one} for one in ("Elsa", "Filip", "Greta", "Henrik", "Iris")]
    tell(name=f"Allotment gardens, {look}", joined=people)
    words = ("Is the water on again?", "Since this morning", "Not at number 12", "I’ll have a look", "Thank you!")
    for number, (who, text) in enumerate(zip(people, words, strict=True)):
        event = {"kind": "message", "id": f"{look}-{number}", "sender": who, "text": text, "group": look}
        desk.channel_tells({**event, "topic": "Water"} if number == 2 else event)
    tell(left=people[3:4])
    page.goto(desk.address_of(f"Allotment gardens, {look}"))
    expect(said(page, "Thank you!")).to_be_visible()
    expect(page.get_by_text("Henrik left")).to_be_visible()
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / f"group-{look}.png")
    assert violations(page) == []
    tell(removed=True)
    expect(page.get_by_text("only notes can be left here")).to_be_visible()
    page.screenshot(path=SHOTS / f"group-removed-{look}.png")
    if look == "phone":
        page.get_by_role("button", name="4 participants").click()
        expect(page.get_by_role("dialog").get_by_role("region", name="Left")).to_be_visible()
        page.screenshot(path=SHOTS / "group-people-phone.png")
