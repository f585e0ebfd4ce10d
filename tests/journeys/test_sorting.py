"""Sorting what comes in: kinds and complaints, views of what is known of customers, files, and whom to hand over to."""

import csv
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, ViewportSize, expect

from tests.browsers import violations
from tests.journeys.desk import (
    Desk,
    arrive,
    colleague,
    context,
    desk,
    ida,
    page,
    place,
    row,
    said,
)
from tests.journeys.running import Office, eventually
from tests.journeys.tour import Stop, Tour

__all__ = ["colleague", "context", "desk", "ida", "page"]


TALL: ViewportSize = {"width": 1440, "height": 4_000}
"""A window that draws every row of the list, however many customers there are by now."""


@pytest.fixture
def crew(desk: Desk, ida: Office) -> Iterator[dict[str, Any]]:
    """A team of the colleague, who is in no other."""
    made: dict[str, Any] = desk.office.post(
        "/teams", {"name": "Complaints crew", "agent_ids": [ida.get("/me")["agent"]["id"]], "inbox_ids": []}
    )
    yield made
    desk.office.client.delete(f"/teams/{made['id']}").raise_for_status()


def away_until(who: Office, until: int | None) -> None:
    """They say until when they are away; None: they are back."""
    who.client.put("/me/away", json={"until": until}).raise_for_status()


def toast(page: Page, words: str) -> Locator:
    """What is said at the edge of the screen."""
    return page.get_by_role("status").filter(has_text=words).last


def kind_dialog(page: Page) -> Locator:
    """The list of kinds, once it is filled and takes keys."""
    expect(page.get_by_role("dialog").get_by_role("option", name="Complaint")).to_be_visible()
    expect(page.get_by_role("dialog").get_by_role("listbox")).to_be_focused()
    return page.get_by_role("dialog")


def test_a_complaint_is_one_key_away_and_stands_in_its_list(page: Page, colleague: Page, desk: Desk) -> None:
    arrive(page, desk, "Klara", "This is the third time it broke")
    colleague.goto(f"{desk.running.base}/app/inbox/complaints")
    expect(colleague.get_by_text("No complaint is open")).to_be_visible()
    page.keyboard.press("l")
    kind_dialog(page)
    page.keyboard.press("2")
    expect(toast(page, "It is now: Complaint")).to_be_visible()
    expect(page.locator("header").get_by_role("button", name="Complaint", exact=True)).to_be_visible()
    expect(row(colleague, "Klara")).to_contain_text("Complaint")
    expect(place(colleague, "Complaints")).to_contain_text("1")
    page.keyboard.press("z")
    expect(row(colleague, "Klara")).to_have_count(0)
    page.keyboard.press("l")
    kind_dialog(page)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(row(colleague, "Klara")).to_be_visible()
    page.keyboard.press("g")
    page.keyboard.press("k")
    expect(page.get_by_role("heading", name="Complaints")).to_be_visible()
    row(page, "Klara").click()
    page.get_by_role("complementary").get_by_role("button", name="Complaint").click()
    kind_dialog(page).get_by_role("option", name="Praise").click()
    expect(row(colleague, "Klara")).to_have_count(0)


def say_reason(page: Page, name: str) -> None:
    """Choose a reason by its words, and nothing else."""
    page.keyboard.press("v")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("option", name="Complaint", exact=True)).to_be_visible()
    expect(dialog.get_by_role("combobox")).to_be_focused()
    page.keyboard.type(name[:4])
    expect(dialog.get_by_role("option")).to_have_count(1)
    assert violations(page) == []
    page.keyboard.press("Enter")
    expect(dialog).to_have_count(0)


@pytest.mark.long  # it waits for a model that learns from thousands of phrases, twice
def test_a_corrected_reason_is_learned_and_the_next_customer_is_told_right(page: Page, desk: Desk) -> None:
    examples = ["Can we moor at your jetty tonight?", "Is there a berth for a yacht?", "mooring for two nights"]
    desk.office.post("/reasons", {"name": "Moorings", "examples": examples})
    why = page.locator("header").get_by_role("button", name="Why they wrote")
    for name, text in (("Nora", "Our yacht needs a berth on Friday"), ("Olof", "Any jetty free for a small yacht?")):
        arrive(page, desk, name, text)
        say_reason(page, "Moorings")
        expect(why).to_contain_text("Moorings")
        expect(toast(page, "Reason: Moorings")).to_be_visible()
    page.goto(f"{desk.running.base}/app/settings/reasons")
    model = page.get_by_role("region", name="How well it tells")
    expect(model).to_contain_text("Corrections so far: 2")
    learned = model.get_by_role("listitem").filter(has_text="of 2 corrected messages right")
    expect(learned.filter(has_text="in use")).to_be_visible(timeout=240_000)
    arrive(page, desk, "Pia", "Is a berth for our yacht free on Saturday?")
    expect(why).to_contain_text("Moorings")
    page.keyboard.press("v")
    expect(page.get_by_role("dialog")).to_contain_text("Because of")
    expect(page.get_by_role("dialog").get_by_role("link", name="Our yacht needs a berth")).to_be_visible()


def tickets(page: Page) -> Locator:
    """The tickets of the open conversation, above it."""
    return page.get_by_role("list", name="Tickets of this conversation").get_by_role("link")


def in_front(page: Page, words: str) -> None:
    """The ticket that the agent is in."""
    expect(tickets(page).and_(page.locator("[aria-current]"))).to_contain_text(words)


def test_another_matter_is_a_ticket_of_its_own_and_both_are_worked_in(page: Page, colleague: Page, desk: Desk) -> None:
    desk.customer_writes("Saga", "My lamp is broken")
    arrive(page, desk, "Saga", "And the bill is wrong")
    colleague.goto(page.url)
    expect(said(colleague, "And the bill is wrong")).to_be_visible()
    page.keyboard.press("M")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("What it is about")).to_be_focused()
    page.keyboard.type("The bill of March")
    dialog.get_by_label("Kind").select_option("fault")
    assert violations(page) == []
    page.keyboard.press("Enter")
    for one in (page, colleague):
        expect(tickets(one)).to_have_count(2)
        in_front(one, "My lamp is broken")  # under nobody's hands another ticket comes in front
        expect(one.get_by_role("log").get_by_text("New ticket: Fault · The bill of March")).to_be_visible()
    page.keyboard.press("z")
    expect(tickets(colleague)).to_have_count(0)
    expect(tickets(page)).to_have_count(0)
    page.keyboard.press("M")
    page.keyboard.type("The bill of March")
    dialog.get_by_label("Kind").select_option("fault")
    page.keyboard.press("Enter")
    in_front(page, "My lamp is broken")
    page.keyboard.press("T")
    in_front(page, "The bill of March")
    expect(page.get_by_role("form", name="Write").get_by_text("About: Fault · The bill of March")).to_be_visible()
    assert violations(page) == []
    page.keyboard.press("f")
    expect(page.get_by_text("Only what is about this ticket is shown.")).to_be_visible()
    expect(page.locator("article")).to_have_count(1)
    page.keyboard.press("f")
    expect(page.locator("article")).to_have_count(2)
    page.keyboard.press("m")
    page.keyboard.press("r")
    page.keyboard.type("Sorry, it is being put right")
    page.keyboard.press("Control+Shift+Enter")
    expect(said(colleague, "Sorry, it is being put right")).to_be_visible()
    rows = desk.office.get(f"/conversations/{desk.ticket_of('Saga')['conversation_id']}/tickets")
    told = {one["matter"]: one for one in rows}
    assert (told["The bill of March"]["status"], told[None]["status"]) == ("resolved", "open")
    assert told[None]["owner_agent_id"] is None
    expect(page).to_have_url(re.compile(f"ticket={told['The bill of March']['id']}"))
    page.set_viewport_size(TALL)
    for where, matter, words in (("unassigned", None, "My lamp"), ("resolved", "The bill of March", "The bill")):
        page.goto(f"{desk.running.base}/app/inbox/{where}")
        expect(row(page, "Saga")).to_contain_text(words)
        row(page, "Saga").click()
        expect(page).to_have_url(re.compile(f"ticket={told[matter]['id']}"))
        in_front(page, words)


@pytest.mark.long
def test_words_go_to_another_ticket_and_an_empty_one_is_dropped(page: Page, desk: Desk) -> None:
    desk.customer_writes("Signe", "My lamp is broken")
    talk = desk.ticket_of("Signe")["conversation_id"]
    desk.office.post(f"/conversations/{talk}/tickets", {"kind": "fault", "matter": "The cable"})
    arrive(page, desk, "Signe", "The cable sparks")
    expect(tickets(page)).to_have_count(2)
    said(page, "The cable sparks").focus()
    expect(
        said(page, "The cable sparks").get_by_role("button", name="More for this message")
    ).to_be_visible()  # what can be done is there
    page.keyboard.press("Enter")
    page.get_by_role("menuitem", name="Move to another ticket").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("radio", name="The cable")).to_be_focused()
    page.keyboard.press("Enter")
    moved = toast(page, "Moved to: Fault · The cable")
    expect(moved).to_be_visible()
    expect(page.get_by_role("log").get_by_text("New ticket: Fault · The cable")).to_be_visible()
    page.keyboard.press("z")
    expect(page.get_by_role("log").get_by_text("New ticket: Fault · The cable")).to_have_count(0)
    page.keyboard.press("T")
    in_front(page, "The cable")
    page.get_by_role("button", name="More for this ticket").click()
    page.get_by_role("option", name="Say what it is about").click()
    expect(dialog.get_by_label("What it is about")).to_have_value("The cable")
    dialog.get_by_label("What it is about").fill("The old cable")
    page.keyboard.press("Enter")
    in_front(page, "The old cable")
    page.get_by_role("button", name="More for this ticket").click()
    page.get_by_role("option", name="Drop this ticket").click()
    expect(tickets(page)).to_have_count(0)
    page.keyboard.press("z")
    expect(tickets(page)).to_have_count(2)


@pytest.mark.long
def test_a_lead_makes_a_route_and_a_customer_comes_by_it(
    page: Page, colleague: Page, desk: Desk, crew: dict[str, Any]
) -> None:
    colleague.goto(f"{desk.running.base}/app/inbox/mine")
    page.goto(f"{desk.running.base}/app/settings/routing")
    expect(page.get_by_text("nothing is routed")).to_be_visible()
    page.get_by_role("button", name="New route").click()
    form = page.get_by_role("dialog")
    form.get_by_label("Name").fill("Flood")
    form.get_by_label("First words with one of these").fill("flood, water in the cellar")
    form.get_by_label("Team").select_option(label=crew["name"])
    form.get_by_role("button", name="Save").click()
    expect(page.get_by_role("listitem").filter(has_text="Flood")).to_contain_text(f"To {crew['name']}")
    person = page.get_by_role("listitem").filter(has_text="Ida Strand")
    person.get_by_role("button", name="Edit").click()
    page.get_by_role("dialog").get_by_label("Takes at once").fill("90")
    page.get_by_role("dialog").get_by_label("Skills").fill("Pumps, Roofs")
    page.get_by_role("dialog").get_by_role("button", name="Save").click()
    expect(person).to_contain_text("Takes 90 · pumps · roofs")
    desk.customer_writes("Noa", "There is a flood here")
    expect(row(colleague, "Noa")).to_be_visible()
    page.goto(desk.address_of("Noa"))
    expect(said(page, "There is a flood here")).to_be_visible()
    expect(page.get_by_role("form", name="Write")).to_be_visible()
    page.keyboard.press("Control+k")
    page.keyboard.type("Why it came")
    expect(page.get_by_role("option", name="Why it came here")).to_be_visible()
    page.keyboard.press("Enter")
    why = page.get_by_role("dialog", name="Why it came here")
    expect(why).to_contain_text("Ida Strand had the least to do")
    expect(why.get_by_text("By the route Flood")).to_be_visible()
    expect(why.get_by_role("row").filter(has_text="Ida Strand")).to_contain_text("Got it")
    why.get_by_role("button", name="Where would it go now?").click()
    expect(why.get_by_role("heading", name="If it came now")).to_be_visible()
    assert violations(page) == []
    page.goto(f"{desk.running.base}/app/settings/routing")
    page.get_by_role("listitem").filter(has_text="Flood").get_by_role("button", name="Edit").click()
    assert violations(page) == []
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    expect(page.get_by_text("nothing is routed")).to_be_visible()
    assert violations(page) == []


@pytest.mark.long
def test_a_kind_gets_stages_and_asks_for_what_it_needs(page: Page, desk: Desk) -> None:
    page.goto(f"{desk.running.base}/app/settings/kinds")
    page.get_by_role("button", name="Edit Fault").click()
    dialog = page.get_by_role("dialog")
    for n, (name, status) in enumerate((("Reported", "open"), ("Mended", "resolved")), 1):
        dialog.get_by_role("button", name="Add stage").click()
        dialog.get_by_label(f"Name of stage {n}").fill(name)
        dialog.get_by_label("Status").last.select_option(status)
    dialog.get_by_label("Needed to resolve").check()
    dialog.get_by_role("button", name="Save").click()
    expect(page.get_by_role("listitem").filter(has_text="Reported → Mended · Product")).to_be_visible()
    arrive(page, desk, "Ferrum", "My lamp is broken")
    page.keyboard.press("l")
    kind_dialog(page).get_by_role("option", name="Fault").click()
    page.set_viewport_size(TALL)
    expect(row(page, "Ferrum")).to_contain_text("Fault · Reported")
    page.get_by_role("complementary").get_by_label("Stage").select_option(label="Mended")
    expect(dialog.get_by_label("Product")).to_be_focused()
    page.keyboard.type("Lamp 12")
    page.keyboard.press("Enter")
    expect(page.locator("header").get_by_role("button", name="Fault · Mended")).to_be_visible()
    expect(page.get_by_role("complementary").get_by_role("button", name="Product: Lamp 12")).to_be_visible()
    assert desk.ticket_of("Ferrum")["attributes"] == {"product": "Lamp 12"}
    arrive(page, desk, "Cuprum", "Mine, too")
    desk.office.patch(f"/tickets/{desk.ticket_of('Cuprum')['id']}", {"kind": "fault"})
    page.get_by_role("textbox", name="Write a reply").fill("A new one is on its way")
    page.keyboard.press("Control+Shift+Enter")
    dialog.get_by_label("Product").fill("Lamp 13")
    dialog.get_by_role("button", name="Save and resolve").click()
    expect(page.locator("header").get_by_role("button", name="Fault · Mended")).to_be_visible()
    expect(said(page, "A new one is on its way")).to_have_count(1)


@pytest.mark.long
def test_many_are_sorted_at_once_and_by_a_macro(page: Page, desk: Desk) -> None:
    steps = [{"kind": "kind", "ticket_kind": "complaint"}]
    desk.office.post("/macros", {"name": "Sort as complaint", "steps": steps})
    page.set_viewport_size(TALL)
    for name in ("Sorta", "Sortb"):
        desk.customer_writes(name, "It leaks")
    page.goto(f"{desk.running.base}/app/inbox/all")
    for name in ("Sorta", "Sortb"):
        row(page, name).locator(".face").click()
    page.keyboard.press("l")
    kind_dialog(page)
    page.keyboard.press("4")
    for name in ("Sorta", "Sortb"):
        expect(row(page, name)).to_contain_text("Fault")
    toast(page, "Undo").get_by_role("button", name="Undo").click()
    expect(row(page, "Sorta")).not_to_contain_text("Fault")
    row(page, "Sorta").click()
    expect(said(page, "It leaks")).to_be_visible()
    page.keyboard.press(".")
    page.keyboard.type("Sort as")
    page.keyboard.press("Enter")
    expect(row(page, "Sorta")).to_contain_text("Complaint")
    toast(page, "kind: Complaint").get_by_role("button", name="Undo").click()
    expect(row(page, "Sorta")).not_to_contain_text("Complaint")
    page.goto(f"{desk.running.base}/app/settings/macros")
    page.get_by_role("listitem").filter(has_text="Sort as complaint").get_by_role("button").first.click()
    expect(page.get_by_role("dialog").get_by_label("Kind")).to_have_value("complaint")


@pytest.mark.long
def test_several_of_a_kind_get_a_field_and_a_stage_at_once(page: Page, desk: Desk) -> None:
    stages = [{"name": "Heard", "status": "open"}, {"name": "Made good", "status": "resolved"}]
    kind = {"stages": stages, "attributes": [{"key": "severity", "required": False}]}
    desk.office.patch("/kinds/complaint", kind)
    names = ("Plumba", "Plumbb")
    for name in names:
        desk.customer_writes(name, "It leaks")
        desk.office.patch(f"/tickets/{desk.ticket_of(name)['id']}", {"kind": "complaint"})
    page.set_viewport_size(TALL)
    page.goto(f"{desk.running.base}/app/inbox/complaints")
    bar = page.get_by_role("toolbar", name="With the selected conversations")
    dialog = page.get_by_role("dialog")

    def choose(what: str, which: str) -> None:
        for name in names:
            row(page, name).locator(".face").click()
        bar.get_by_role("button", name="Set a stage or field").click()
        dialog.get_by_label("What about").select_option(label=what)
        dialog.get_by_label("Which").select_option(label=which)
        assert violations(page) == []
        dialog.get_by_role("button", name="Set for the selected").click()
        expect(toast(page, "2 conversations changed")).to_be_visible()

    choose("Severity", "High")
    assert [desk.ticket_of(name)["attributes"] for name in names] == [{"severity": "high"}] * 2
    choose("Stage", "Made good")
    for name in names:
        expect(row(page, name)).to_have_count(0)
        assert desk.ticket_of(name)["status"] == "resolved"


@pytest.mark.long
def test_a_view_asks_for_what_is_known_of_customers(page: Page, desk: Desk) -> None:
    for name in ("Vip", "Plain"):
        desk.customer_writes(name, "Any news?")
    contact = desk.ticket_of("Vip")["contact_id"]
    desk.office.patch(f"/contacts/{contact}", {"add_tags": ["gold"]})
    page.goto(f"{desk.running.base}/app/inbox/all")
    page.get_by_role("button", name="How the list looks").click()
    page.get_by_role("option", name="New view").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill("Gold customers")
    dialog.get_by_role("button", name="Add a condition").click()
    dialog.get_by_label("What about").last.select_option("contact_tag")
    dialog.get_by_role("button", name="Which").click()
    page.keyboard.type("gol")
    expect(page.get_by_role("option", name="gold", exact=True)).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(dialog.get_by_text("Finds 1 conversation now")).to_be_visible()
    dialog.get_by_role("button", name="Save").click()
    expect(row(page, "Vip")).to_be_visible()
    expect(row(page, "Plain")).to_have_count(0)
    other = desk.ticket_of("Plain")["contact_id"]
    desk.office.patch(f"/contacts/{other}", {"add_tags": ["gold"]})
    expect(row(page, "Plain")).to_be_visible()


@pytest.mark.long
def test_a_list_is_taken_along_as_a_file(page: Page, desk: Desk, tmp_path: Path) -> None:
    desk.customer_writes("Filippa", "For the file")
    page.goto(f"{desk.running.base}/app/inbox/all")
    page.get_by_role("button", name="How the list looks").click()
    with page.expect_download() as download:
        page.get_by_role("option", name="Save the list as a table").click()
    assert download.value.suggested_filename == "tickets.csv"
    download.value.save_as(tmp_path / "tickets.csv")
    with (tmp_path / "tickets.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = {one["contact"]: one for one in csv.DictReader(file)}
    assert (rows["Filippa"]["kind"], rows["Filippa"]["status"]) == ("question", "open")


@pytest.mark.long
def test_handing_over_suggests_who_had_the_customer(page: Page, desk: Desk, ida: Office, crew: dict[str, Any]) -> None:
    arrive(page, desk, "Hilma", "Me again")
    ticket = desk.ticket_of("Hilma")
    desk.office.patch(
        f"/tickets/{ticket['id']}", {"owner_agent_id": ida.get("/me")["agent"]["id"], "status": "resolved"}
    )
    desk.office.patch("/workspace", {"settings": {"reopen_seconds": 0}})
    desk.customer_writes("Hilma", "And another thing")
    expect(said(page, "And another thing")).to_be_visible()
    page.keyboard.press("h")
    options = page.get_by_role("dialog").get_by_role("option")
    expect(options.first).to_contain_text("Ida Strand")
    expect(options.first).to_contain_text("had this customer")
    expect(options.first).to_contain_text(re.compile(r"\d+ open"))
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    away_until(ida, int(time.time() * 1000) + 3_600_000)
    away = page.get_by_role("dialog").get_by_role("option").filter(has_text="Away until")
    page.keyboard.press("h")
    expect(away).to_contain_text("Ida Strand")
    expect(options.last).to_contain_text("Ida Strand")
    away_until(ida, None)
    desk.office.patch("/workspace", {"settings": {"reopen_seconds": 604_800}})


@pytest.mark.long
def test_a_team_may_want_that_only_its_owners_answer(
    page: Page, colleague: Page, desk: Desk, crew: dict[str, Any]
) -> None:
    page.goto(f"{desk.running.base}/app/settings/teams")
    page.get_by_role("listitem").filter(has_text="Complaints crew").get_by_role("button", name="Edit").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Only who has a conversation answers it").select_option(label="Yes")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_have_count(0)
    desk.customer_writes("Locke", "Is it ready?")
    boss = desk.office.get("/me")["agent"]["id"]
    owner = {"owner_agent_id": boss, "owner_team_id": crew["id"]}
    desk.office.patch(f"/tickets/{desk.ticket_of('Locke')['id']}", owner)
    colleague.goto(desk.address_of("Locke"))
    expect(colleague.get_by_text("has this conversation, and only who has it answers.")).to_be_visible()
    desk.office.patch(f"/teams/{crew['id']}", {"owner_answers": None})
    expect(colleague.get_by_role("textbox", name="Write a reply")).to_be_visible()


@pytest.mark.long
def test_the_numbers_of_complaints_within_opening_hours(page: Page, desk: Desk) -> None:
    desk.customer_writes("Numa", "It broke")
    ticket = desk.ticket_of("Numa")
    desk.office.patch(f"/tickets/{ticket['id']}", {"kind": "complaint"})
    desk.office.post(f"/conversations/{ticket['conversation_id']}/messages", {"text": "We are sorry"})
    hours = [{"day": day, "opens": 0, "closes": 1_440} for day in range(7)]
    desk.office.patch("/workspace", {"settings": {"hours": hours}})
    eventually(lambda: desk.office.get("/numbers?kind=complaint")["now"]["messages_out"] > 0)
    page.goto(f"{desk.running.base}/app/numbers")
    page.get_by_label("Kind").select_option("complaint")
    expect(page.get_by_text("within an hour of opening hours; by the clock it was")).to_be_visible()
    expect(page.get_by_text("A kind's are the tickets that are of it now")).to_be_visible()
    desk.office.patch("/workspace", {"settings": {"hours": []}})
    page.reload()
    expect(page.get_by_text("answers came within an hour.")).to_be_visible()


@pytest.mark.long
def test_it_is_whole_for_everybody(browser: Browser, desk: Desk, ida: Office, crew: dict[str, Any]) -> None:
    desk.customer_writes("Axelina", "This is the second time that it broke, and nobody has answered")
    ticket = desk.ticket_of("Axelina")
    desk.office.patch(f"/tickets/{ticket['id']}", {"kind": "complaint", "add_tags": ["late"]})
    desk.office.patch(f"/contacts/{ticket['contact_id']}", {"add_tags": ["gold"]})
    context = desk.seat(browser, desk.office, reduced_motion="reduce")
    tour = Tour(context.new_page(), desk.running.base)
    talk = desk.address_of("Axelina").removeprefix(desk.running.base)

    def sort(page: Page) -> None:
        expect(page.get_by_role("form", name="Write")).to_be_visible()
        page.keyboard.press("l")
        kind_dialog(page)

    def hand(page: Page) -> None:
        expect(page.get_by_role("form", name="Write")).to_be_visible()
        page.keyboard.press("h")
        expect(page.get_by_role("dialog").get_by_role("option").first).to_contain_text("open")

    def build(page: Page) -> None:
        page.get_by_role("button", name="How the list looks").click()
        page.get_by_role("option", name="New view").click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_role("button", name="Add a condition").click()
        dialog.get_by_label("What about").last.select_option("contact_tag")
        dialog.get_by_role("button", name="Which").click()
        page.keyboard.type("gold")
        page.keyboard.press("Enter")
        expect(dialog.get_by_text("gold", exact=True)).to_be_visible()

    def team(page: Page) -> None:
        page.get_by_role("listitem").filter(has_text="Complaints crew").get_by_role("button", name="Edit").click()
        expect(page.get_by_label("Only who has a conversation answers it")).to_be_visible()

    def edit(page: Page) -> None:
        page.get_by_role("button", name="Edit Complaint").click()
        expect(page.get_by_label("Name of stage 2")).to_be_visible()

    def need(page: Page) -> None:
        expect(page.get_by_role("form", name="Write")).to_be_visible()
        page.keyboard.press("e")
        expect(page.get_by_role("dialog").get_by_label("Severity")).to_be_visible()

    stages = [{"name": "Heard", "status": "open"}, {"name": "Made good", "status": "resolved"}]
    needs = {"stages": stages, "attributes": [{"key": "severity", "required": True}]}
    desk.office.patch("/kinds/complaint", needs)
    stops = (
        Stop("sorting-complaints", "/app/inbox/complaints", "Axelina"),
        Stop("sorting-kind", talk, "second time", sort),
        Stop("sorting-hand", talk, "second time", hand),
        Stop("sorting-view", "/app/inbox/complaints", "Axelina", build),
        Stop("sorting-team", "/app/settings/teams", "Complaints crew", team),
        Stop("sorting-kinds", "/app/settings/kinds", "Call back"),
        Stop("sorting-edit", "/app/settings/kinds", "Call back", edit),
        Stop("sorting-needed", talk, "second time", need),
        Stop("sorting-numbers", "/app/numbers", "Numbers"),
    )
    wrong = [line for stop in stops for line in tour.look(stop)]
    context.close()
    # A browser tells of each refusal, also of one that the page was waiting for.
    assert [line for line in wrong if not line.endswith("status of 422 (Unprocessable Entity)")] == []


def test_a_solved_case_stands_beside_one_that_is_like_it_and_a_summary_tells_what_is_open(
    page: Page, desk: Desk
) -> None:
    desk.customer_writes("Tove", "The dishwasher leaks water below the salt container")
    solved = desk.ticket_of("Tove")
    said_before = {"kind": "reply", "text": "The seal of the salt container is worn out: a new one is on its way."}
    desk.office.post(f"/conversations/{solved['conversation_id']}/messages", said_before)
    desk.office.patch(f"/tickets/{solved['id']}", {"status": "resolved"})
    arrive(page, desk, "Ulla", "Water leaks below the salt container of our dishwasher. When can somebody come?")
    cases = page.get_by_role("complementary").locator("section").filter(has_text="Similar cases")
    expect(cases.get_by_role("link", name="The dishwasher leaks")).to_be_visible()
    expect(cases.get_by_role("link", name="The seal of the salt container")).to_be_visible()
    page.keyboard.press("Control+k")
    page.keyboard.type("Summary of the")
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Summary")
    expect(dialog.get_by_role("link", name="When can somebody come?")).to_be_visible()
    assert violations(page) == []
