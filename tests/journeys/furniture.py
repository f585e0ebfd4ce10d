"""A company that has been at it for years: many teams and views, long names, one of everything that a screen can show."""

import re
from typing import Any

from playwright.sync_api import FilePayload, Page, expect

from tests.journeys.desk import Desk
from tests.journeys.running import eventually

HOTELS = "Havn Hotels & Konferansesenter Nordsjøkysten"
MACRO = "Greet and come back to it in the afternoon"
ONE_WORD = "Rindfleischetikettierungsüberwachungsaufgabenübertragungsstelle"
"""Longer than any line that a name is given."""
PHONE_NUMBER = "070-555 01 99"


def furnish(desk: Desk) -> None:
    """Fill everything, as far as no conversation's words change."""
    for name in ("Customer happiness Nordics", "Returns and repairs", "Wholesale", ONE_WORD):
        desk.office.post("/teams", {"name": name})
    for name in (
        "Refunds over 100 euro this week",
        "VIP",
        "Nordic, nobody has them",
        "Long silence",
        "Billing",
        "Press",
        ONE_WORD,
    ):
        desk.office.post("/saved-views", {"name": name, "filter": {}})
    _define(desk)
    _people(desk)
    _answers(desk)
    _aside(desk)
    _be_told(desk)


def _define(desk: Desk) -> None:
    plans = ["Small", "Large", "Everything included"]
    for field in (
        {"subject": "contact", "name": "Plan", "kind": "choice", "choices": plans},
        {"subject": "contact", "name": "Customer number in the old system", "kind": "text"},
        {"subject": "contact", "name": "Wants printed invoices", "kind": "yes_no"},
        {"subject": "organization", "name": "Contract until", "kind": "date"},
    ):
        desk.office.post("/attributes", field)


def _people(desk: Desk) -> None:
    domains = ["havnhotels.example", "konferansesenter.example"]
    hotels = desk.office.post("/organizations", {"name": HOTELS, "domains": domains})
    desk.office.post("/organizations", {"name": "Familjen Lind", "kind": "household"})
    for name in ("Marcus Webb", "Harriet Blackwood"):
        ticket = desk.ticket_of(name)
        desk.office.patch(f"/contacts/{ticket['contact_id']}", {"organization_id": hotels["id"]})
        desk.office.patch(f"/tickets/{ticket['id']}", {"add_tags": ["refund", "wholesale", "waits-for-the-warehouse"]})
    desk.customer_writes(ONE_WORD, f"https://lamps.example/{'a-very-long-address-' * 6}")
    desk.office.patch(f"/tickets/{desk.ticket_of(ONE_WORD)['id']}", {"add_tags": [ONE_WORD.lower()[:40]]})
    desk.customer_writes("Ester", f"Please call {PHONE_NUMBER}")
    desk.office.post("/contacts", {"name": "E. Lund", "identity": {"scheme": "tel", "value": "+46705550199"}})
    spam = {"name": "Winnie Prize-Draw", "identity": {"scheme": "email", "value": "you-have-won@prizes.example"}}
    desk.office.patch(f"/contacts/{desk.office.post('/contacts', spam)['id']}", {"blocked": True})


def _aside(desk: Desk) -> None:
    inbox = next(one for one in desk.office.get("/inboxes") if one["channel"] == "mail")
    words = {"to": {"scheme": "email", "value": "ben@customer.test"}, "inbox_id": inbox["id"], "text": "Are any left?"}
    path = f"/conversations/{desk.ticket_of('Tom Okafor')['conversation_id']}/sides"
    subject = "Spare shades for the reading lamp, and whether children can reach the switch of the older ones"
    desk.office.post(path, {**words, "subject": subject})


def _answers(desk: Desk) -> None:
    texts = [
        {"language": "en", "text": "Thank you for writing, {{contact.first_name|there}}. We look into it today."},
        {"language": "sv", "text": "Tack för att du skrev, {{contact.first_name|du}}. Vi tittar på det i dag."},
    ]
    made = desk.office.post("/canned-replies", {"name": "Welcome to the shop", "shortcut": "hey", "texts": texts})
    steps: list[Any] = [
        {"kind": "reply", "canned_reply_id": made["id"]},
        {"kind": "note", "text": "Asked {{contact.name}}"},
        {"kind": "assign", "me": True},
        {"kind": "status", "status": "snoozed", "snooze_seconds": 14_400},
        {"kind": "tag", "add": ["asked"]},
    ]
    desk.office.post("/macros", {"name": MACRO, "steps": steps})


def _be_told(desk: Desk) -> None:
    """A colleague gives the boss two conversations."""
    ida = desk.hire("ida@firm.example", "Ida Strand-Lagerkvist")
    boss = desk.office.get("/me")["agent"]["id"]
    for name in ("Vera", "Wilhelmina Österberg-Carlsson"):
        desk.customer_writes(name, "The parcel that was to come on Monday hasn't come, and nobody answers the phone.")
        ida.patch(f"/tickets/{desk.ticket_of(name)['id']}", {"owner_agent_id": boss})
    eventually(lambda: len(desk.office.get("/notifications")["items"]) == 2)


def open_setting(name: str, button: str) -> Any:
    """Open the editor of something kept."""

    def act(page: Page) -> None:
        page.get_by_role("button", name=f"{button} {name}").click()
        expect(page.get_by_role("dialog")).to_be_visible()

    return act


def choose_rows(page: Page) -> None:
    """Choose two conversations of the list."""
    faces = page.locator("a.ticket .face")
    faces.first.click()
    faces.nth(1).click()
    expect(page.get_by_text("2 selected")).to_be_visible()


def build_view(page: Page) -> None:
    """Begin a saved view with two conditions."""
    page.get_by_role("button", name="New view").click()
    dialog = page.get_by_role("dialog", name="New view")
    for _ in range(2):
        dialog.get_by_role("button", name="Add a condition").click()
    expect(dialog.get_by_role("status")).to_contain_text(re.compile(r"Finds \d+ conversation"))


def every_condition(page: Page) -> None:
    """A saved view that asks for everything that can be asked for."""
    build_view(page)
    dialog = page.get_by_role("dialog", name="New view")
    asked = dialog.get_by_label("What about", exact=True)
    fields = asked.first.locator("option").evaluate_all("all => all.map((one) => one.value)")
    for number, field in enumerate(fields):
        if asked.count() <= number:
            dialog.get_by_role("button", name="Add a condition").click()
        asked.nth(number).select_option(field)
    expect(asked).to_have_count(len(fields))


def suggest(page: Page) -> None:
    """Ask for a canned reply while writing."""
    page.keyboard.press("r")
    page.keyboard.type("/hey")
    expect(page.get_by_role("option", name="Welcome to the shop")).to_be_visible()


def send_later(page: Page) -> None:
    """Ask when a reply is to leave."""
    page.get_by_role("textbox", name="Write a reply").fill("We will know more tomorrow.")
    page.get_by_role("button", name="More ways to send").click()
    page.get_by_role("option", name="Send later").click()
    expect(page.get_by_role("dialog", name="Send later")).to_be_visible()


def choose_survivor(page: Page) -> None:
    """Choose with whom a customer is to be one."""
    page.get_by_role("button", name="Merge …").first.click()
    dialog = page.get_by_role("dialog", name="Merge …")
    dialog.get_by_role("searchbox").fill("Harriet")
    dialog.get_by_role("button", name=re.compile("Harriet")).click()
    expect(dialog.get_by_role("radio").first).to_be_visible()


def choose_file(page: Page) -> None:
    """Look at what a file of customers would do."""
    rows = "Name,E-mail,Town\nAda Berg,ada@customer.example,Oslo\nNobody,not an address,Bergen\n"
    page.get_by_label("Choose a CSV file").set_input_files(
        FilePayload(name="customers-of-the-old-system.csv", mimeType="text/csv", buffer=rows.encode())
    )
    expect(page.get_by_text("ada@customer.example").first).to_be_visible()
