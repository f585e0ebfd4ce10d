"""Working together on a conversation, two browsers side by side: naming a team, handing over, following, and not answering twice."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from tests.browsers import violations
from tests.journeys.desk import (
    Desk,
    arrive,
    colleague,
    context,
    desk,
    page,
    reply_box,
    row,
    said,
)
from tests.journeys.running import Office, eventually
from tests.journeys.tour import Stop, Tour

__all__ = ["colleague", "context", "desk", "page"]

TEAM = "Night crew north"


@pytest.fixture(scope="module")
def ida(desk: Desk) -> Office:
    """A colleague, who is alone in a team."""
    ida = desk.hire("ida@firm.example", "Ida Strand")
    desk.office.post("/teams", {"name": TEAM, "agent_ids": [ida.get("/me")["agent"]["id"]], "inbox_ids": []})
    return ida


@pytest.fixture
def locked(desk: Desk) -> Iterator[None]:
    """Only who has a conversation answers it, as long as the test runs."""
    desk.office.patch("/workspace", {"settings": {"owner_answers": True}})
    yield
    desk.office.patch("/workspace", {"settings": {"owner_answers": False}})


def own(desk: Desk, name: str, agent: Office | None) -> None:
    """Make somebody the owner of a customer's ticket."""
    owner = agent.get("/me")["agent"]["id"] if agent else None
    desk.office.patch(f"/tickets/{desk.ticket_of(name)['id']}", {"owner_agent_id": owner})


def choose(page: Page, name: str) -> None:
    """To whom, in the dialog that hands over."""
    expect(page.get_by_role("dialog").get_by_role("combobox")).to_be_focused()
    page.keyboard.type(name)
    page.keyboard.press("Enter")
    expect(page.get_by_label("Why")).to_be_focused()


def told(page: Page, words: str) -> None:
    """Something stands behind the bell."""
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Notifications").first.click()
    expect(page.get_by_role("dialog").get_by_text(words).first).to_be_visible()
    page.keyboard.press("Escape")


@pytest.mark.long
def test_a_team_is_named_and_each_member_finds_it(page: Page, colleague: Page, desk: Desk) -> None:
    colleague.goto(f"{desk.running.base}/app/inbox/mentioned")
    expect(colleague.get_by_text("Nobody has named you")).to_be_visible()
    arrive(page, desk, "Tove", "The chain jumps")
    page.keyboard.press("n")
    page.keyboard.type("Can somebody look, @nigh")
    option = page.get_by_role("option", name=TEAM)
    expect(option).to_contain_text("Team")
    page.keyboard.press("Enter")
    page.keyboard.type("today?")
    expect(page.get_by_text("Draft saved")).to_be_visible()
    page.reload()
    expect(page.get_by_label("Write a note")).to_have_value(f"Can somebody look, @{TEAM} today?")
    page.get_by_role("button", name="Add note").click()
    expect(said(page, "Can somebody look").locator("b")).to_have_text(f"@{TEAM}")
    expect(row(colleague, "Tove")).to_be_visible()
    told(colleague, "mentioned you")


def test_handing_over_by_keys_with_a_note_and_back(page: Page, colleague: Page, desk: Desk) -> None:
    arrive(page, desk, "Hanna", "It rattles again")
    colleague.goto(f"{desk.running.base}/app/inbox/mine")
    page.keyboard.press("h")
    choose(page, "night")
    page.keyboard.type("You fixed it last time")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("status").filter(has_text=f"{TEAM} has it now, with your note")).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(said(page, "You fixed it last time")).to_be_visible()
    expect(page.get_by_role("button", name="Assign")).to_contain_text(TEAM)
    told(colleague, "You fixed it last time")
    page.get_by_role("status").get_by_role("button", name="Undo").click()
    expect(page.get_by_role("button", name="Assign")).not_to_contain_text(TEAM)
    expect(said(page, "Taken back")).to_be_visible()


def test_a_colleague_is_asked_finds_it_among_their_tasks_and_does_it(page: Page, colleague: Page, desk: Desk) -> None:
    colleague.goto(f"{desk.running.base}/app/tasks")
    expect(colleague.get_by_text("Nothing is asked of you.")).to_be_visible()
    arrive(page, desk, "Vera", "Has my parcel left?")
    page.get_by_role("button", name="Ask a colleague").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("What is to be done").fill("Look on the second shelf")
    dialog.get_by_role("button", name="Choose a colleague or a team").click()
    page.keyboard.type("Ida")
    page.keyboard.press("Enter")
    assert violations(page) == []
    dialog.get_by_role("button", name="Ask", exact=True).click()
    expect(page.get_by_text("Look on the second shelf", exact=True)).to_be_visible()
    expect(colleague.get_by_text("Look on the second shelf", exact=True)).to_be_visible()
    assert violations(colleague) == []
    colleague.get_by_role("button", name="Done: Look on the second shelf").click()
    expect(colleague.get_by_text("Nothing is asked of you.")).to_be_visible()
    expect(page.get_by_text("Look on the second shelf", exact=True)).to_have_count(0)
    page.get_by_role("button", name="Show 1 settled").click()
    expect(page.get_by_text("done by Ida Strand")).to_be_visible()
    told(page, "settled what you asked for")


@pytest.mark.long
def test_what_is_typed_before_the_field_is_there_is_meant_for_it(page: Page, desk: Desk) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/HandOver-*.js", hold)
    arrive(page, desk, "Torbjorg", "Hello")
    expect(reply_box(page)).to_be_visible()
    eventually(lambda: page.evaluate("1") and held)
    page.keyboard.press("h")
    page.keyboard.type("prea")  # of these, `e` would resolve it and `p` put the customer away
    for route in held:
        route.continue_()
    expect(page.get_by_role("dialog", name="Hand over").get_by_role("combobox")).to_have_value("prea")
    assert desk.ticket_of("Torbjorg")["status"] == "open"
    expect(page.get_by_role("heading", level=2, name="Torbjorg")).to_be_visible()


@pytest.mark.long
def test_handing_over_to_a_colleague_from_the_menu(page: Page, colleague: Page, desk: Desk) -> None:
    arrive(page, desk, "Henny", "Where do I sign?")
    colleague.goto(f"{desk.running.base}/app/inbox/mine")
    page.get_by_role("button", name="Assign").click()
    page.get_by_role("button", name="Hand over with a note").click()
    choose(page, "ida")
    page.keyboard.type("She asks for you")
    page.get_by_role("dialog").get_by_role("button", name="Hand over", exact=True).click()
    expect(row(colleague, "Henny")).to_be_visible()
    told(colleague, "She asks for you")


@pytest.mark.long
def test_many_are_handed_over_with_one_note(page: Page, colleague: Page, desk: Desk) -> None:
    for name in ("Manya", "Manyb"):
        desk.customer_writes(name, "And me?")
    colleague.goto(f"{desk.running.base}/app/inbox/mine")
    page.set_viewport_size({"width": 1440, "height": 4_000})
    page.goto(f"{desk.running.base}/app/inbox/unassigned")
    for name in ("Manya", "Manyb"):
        row(page, name).locator(".face").click()
    expect(page.get_by_text("2 selected")).to_be_visible()
    page.keyboard.press("h")
    choose(page, "ida")
    page.keyboard.type("Both yours, I am off")
    page.keyboard.press("Control+Enter")
    for name in ("Manya", "Manyb"):
        expect(row(colleague, name)).to_be_visible()
        expect(row(page, name)).to_have_count(0)
    row(colleague, "Manyb").click()
    expect(said(colleague, "Both yours, I am off")).to_be_visible()


@pytest.mark.long
def test_only_who_has_it_answers(page: Page, colleague: Page, desk: Desk, locked: None) -> None:
    arrive(page, desk, "Lotta", "Is it ready?")
    own(desk, "Lotta", desk.office)
    colleague.goto(page.url)
    closed = colleague.get_by_text("Boss has this conversation, and only who has it answers.")
    expect(closed).to_be_visible()
    expect(reply_box(colleague)).to_have_count(0)
    colleague.keyboard.press("n")
    colleague.keyboard.type("I could, if you like")
    colleague.get_by_role("button", name="Add note").click()
    expect(said(page, "I could, if you like")).to_be_visible()
    colleague.keyboard.press("Escape")
    expect(closed).to_be_visible()
    colleague.keyboard.press("m")
    expect(reply_box(colleague)).to_be_visible()
    reply_box(colleague).fill("Tomorrow at ten")
    colleague.keyboard.press("Control+Enter")
    expect(said(colleague, "Tomorrow at ten")).to_be_visible()
    expect(reply_box(page)).to_be_visible()  # an administrator answers all the same


@pytest.mark.long
def test_whose_reply_waits_while_another_takes_over_keeps_the_words(colleague: Page, desk: Desk, locked: None) -> None:
    arrive(colleague, desk, "Lena", "Hello?")
    reply_box(colleague).fill("Half a sentence")
    own(desk, "Lena", desk.office)
    expect(reply_box(colleague)).to_have_count(0)
    colleague.get_by_role("button", name="Take it over").click()
    expect(reply_box(colleague)).to_have_value("Half a sentence")


def test_an_answer_that_came_meanwhile_is_said_before_mine_leaves(page: Page, colleague: Page, desk: Desk) -> None:
    arrive(page, desk, "Cross", "When do you open?")
    colleague.goto(page.url)
    reply_box(page).fill("At nine")
    reply_box(colleague).fill("At eight today")
    colleague.keyboard.press("Control+Enter")
    expect(said(page, "At eight today")).to_be_visible()
    reply_box(page).press("Control+Enter")
    expect(page.get_by_text(re.compile(r"^Ida Strand answered \d+ (s|min) ago$"))).to_be_visible()
    expect(reply_box(page)).to_have_value("At nine")
    expect(page.get_by_role("button", name="Send anyway")).to_be_visible()
    reply_box(page).press("Control+Enter")
    expect(said(page, "At nine")).to_be_visible()
    reply_box(page).fill("And on Sundays at ten")
    reply_box(page).press("Control+Enter")
    expect(said(page, "And on Sundays at ten")).to_be_visible()  # what came before one began needs no word


def drafted(page: Page, words: str) -> Locator:
    """What a colleague shares, in the thread."""
    return page.get_by_role("article", name=re.compile("^(Draft by|Your shared draft)")).filter(has_text=words)


@pytest.mark.long
def test_a_draft_is_shared_and_a_colleague_goes_on_with_it(page: Page, colleague: Page, desk: Desk) -> None:
    arrive(page, desk, "Drafta", "I want my money back")
    colleague.goto(page.url)
    reply_box(page).fill("Dear Drafta")
    page.get_by_role("button", name="More ways").click()
    page.get_by_role("option", name="Share draft").click()
    expect(drafted(colleague, "Dear Drafta")).to_be_visible()
    expect(drafted(page, "Dear Drafta")).to_have_count(0)  # who has it in hand reads it there
    reply_box(page).press("End")
    page.keyboard.type(", we are sorry")
    theirs = drafted(colleague, "Dear Drafta, we are sorry")
    expect(theirs).to_be_visible()
    writes = theirs.get_by_text("Boss is writing")

    def is_told() -> bool:
        page.keyboard.press("Space")
        return writes.is_visible()

    eventually(is_told)
    colleague.keyboard.press("n")
    colleague.keyboard.type("Half of it, I'd say")
    colleague.get_by_role("button", name="Add note").click()
    expect(said(page, "Half of it, I'd say")).to_be_visible()
    page.get_by_role("button", name="Note", exact=True).click()
    page.keyboard.type("Then write it, please")
    page.keyboard.press("Control+Enter")
    expect(said(colleague, "Then write it, please")).to_be_visible()
    expect(reply_box(page)).to_have_value("Dear Drafta, we are sorry")  # it lay in the thread meanwhile
    drafted(colleague, "Dear Drafta").get_by_role("button", name="Go on with it").click()
    expect(reply_box(colleague)).to_have_value("Dear Drafta, we are sorry")
    expect(reply_box(page)).to_have_value("")
    expect(drafted(page, "Dear Drafta")).to_contain_text("Begun by Boss")
    told(page, "Ida Strand goes on with your draft")
    reply_box(colleague).press("Control+End")
    colleague.keyboard.type(". You get half.")
    expect(drafted(page, "You get half.")).to_be_visible()
    colleague.keyboard.press("Control+Enter")
    expect(page.locator("[data-message]", has_text="You get half.")).to_be_visible()
    expect(drafted(page, "Dear Drafta")).to_have_count(0)


@pytest.mark.long
def test_sharing_by_key_and_taking_over_are_undone_and_no_word_is_lost(page: Page, colleague: Page, desk: Desk) -> None:
    arrive(page, desk, "Undora", "Hello?")
    colleague.goto(page.url)
    reply_box(page).fill("Not yet")
    page.keyboard.press("Control+Shift+d")
    expect(drafted(colleague, "Not yet")).to_be_visible()
    page.get_by_role("status").get_by_role("button", name="Undo").last.click()
    expect(drafted(colleague, "Not yet")).to_have_count(0)
    expect(reply_box(page)).to_have_value("Not yet")
    page.keyboard.press("Control+Shift+d")
    drafted(colleague, "Not yet").get_by_role("button", name="Go on with it").click()
    expect(reply_box(page)).to_have_value("")
    colleague.get_by_role("status").get_by_role("button", name="Undo").last.click()
    expect(reply_box(colleague)).to_have_value("")
    expect(reply_box(page)).to_have_value("Not yet")
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/shared-drafts/**", hold)
    reply_box(page).fill("Not yet, and more")
    eventually(lambda: page.evaluate("1") and held)
    drafted(colleague, "Not yet").get_by_role("button", name="Go on with it").click()
    expect(reply_box(colleague)).to_have_value("Not yet")
    for route in held:
        route.continue_()
    page.unroute("**/shared-drafts/**")
    expect(page.get_by_text("The draft went on without you.")).to_be_visible()
    expect(reply_box(page)).to_have_value("Not yet, and more")
    expect(page.get_by_text("Draft saved")).to_be_visible()
    page.reload()
    expect(reply_box(page)).to_have_value("Not yet, and more")


@pytest.mark.long
def test_who_follows_is_told_and_finds_it_in_a_list(page: Page, colleague: Page, desk: Desk) -> None:
    arrive(colleague, desk, "Fanny", "Just asking")
    page.goto(f"{desk.running.base}/app/inbox/watched")
    expect(page.get_by_text("You follow no conversation")).to_be_visible()
    page.goto(desk.address_of("Fanny"))
    expect(said(page, "Just asking")).to_be_visible()
    page.keyboard.press("w")
    expect(page.get_by_role("button", name="Stop following")).to_be_visible()
    followed = colleague.get_by_role("heading", name="Followed by").locator("xpath=..")
    expect(followed).to_contain_text("Boss")
    page.keyboard.press("g")
    page.keyboard.press("f")
    expect(row(page, "Fanny")).to_be_visible()
    desk.customer_writes("Fanny", "Anybody?")
    told(page, "New in what you follow")
    row(page, "Fanny").click()
    page.get_by_role("button", name="Stop following").click()
    expect(row(page, "Fanny")).to_have_count(0)
    page.get_by_role("status").get_by_role("button", name="Undo").last.click()
    expect(row(page, "Fanny")).to_be_visible()
    expect(followed).to_contain_text("Boss")


def at(desk: Desk, name: str, act: Any, sign: str) -> Stop:
    """A conversation in which something is done."""

    def do(page: Page) -> None:
        expect(page.get_by_role("form", name="Write")).to_be_visible()
        act(page)

    path = desk.address_of(name).removeprefix(desk.running.base)
    return Stop(f"together-{name.lower()}", path, sign, do)


@pytest.mark.long
def test_it_is_whole_for_everybody(browser: Browser, desk: Desk, ida: Office, locked: None) -> None:
    desk.customer_writes("Axel", "Could you tell me when it will be repaired?")
    own(desk, "Axel", desk.office)
    context = desk.seat(browser, ida, reduced_motion="reduce")
    tour = Tour(context.new_page(), desk.running.base)

    def closed(page: Page) -> None:
        expect(page.get_by_role("button", name="Take it over")).to_be_visible()

    def hand(page: Page) -> None:
        page.keyboard.press("h")
        choose(page, "night")
        page.keyboard.type("They know more of it than I do")

    def named(page: Page) -> None:
        page.keyboard.press("n")
        page.keyboard.type("@ni")
        expect(page.get_by_role("option", name=TEAM)).to_be_visible()

    def sees(page: Page) -> None:
        expect(drafted(page, "By Friday, we think")).to_be_visible()

    desk.customer_writes("Bella", "Could you tell me when it will be repaired?")
    talk = desk.ticket_of("Bella")["conversation_id"]
    desk.office.post(f"/conversations/{talk}/shared-drafts", {"text": "By Friday, we think"})
    wrong = tour.look(at(desk, "Bella", sees, "repaired"))
    for what, act in (("locked", closed), ("hand", hand), ("team", named)):
        wrong += tour.look(at(desk, "Axel", act, "repaired")._replace(name=f"together-{what}"))
    context.close()
    assert wrong == []
