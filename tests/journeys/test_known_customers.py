"""What is known of customers: tags that list them, facts and consents beside the conversation, files in and out."""

import csv
import io
import re

import pytest
from playwright.sync_api import Page, expect

from tests.browsers import violations
from tests.journeys.desk import Desk, colleague, context, desk, ida, page
from tests.journeys.running import eventually
from tests.journeys.test_customers import contact_of, open_contact
from tests.journeys.tour import PHONE, overflowing, settle, shot, untranslated

__all__ = ["colleague", "context", "desk", "ida", "page"]

pytestmark = pytest.mark.long

FILE = """Förnamn;Efternamn;E-post;Telefon;Företag;Taggar;Lojalitet
Åsa;Öberg;asa@kund.example;+46 70 111 22 33;Lampan AB;mässa;Guld
Bo;Ek;bo@kund.example;;;;
Nils;Fel;nils at kund;;;;
"""


def look(page: Page, name: str) -> None:
    """Pictures of a page, light, dark and on a phone, and everything that speaks against it."""
    wide = page.viewport_size
    settle(page)
    page.screenshot(path=shot(name, "light"))
    assert violations(page) == []
    page.emulate_media(color_scheme="dark")
    settle(page)
    page.screenshot(path=shot(name, "dark"))
    assert violations(page, ["color-contrast"]) == []
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    settle(page)
    page.screenshot(path=shot(name, "phone"))
    assert violations(page, ["color-contrast", "target-size", "scrollable-region-focusable"]) == []
    assert overflowing(page) == []
    assert untranslated(page) == []
    page.set_viewport_size(wide)  # type: ignore[arg-type]


def test_customers_come_from_a_file_and_leave_as_one(page: Page, desk: Desk) -> None:
    page.goto(f"{desk.running.base}/app/contacts")
    page.get_by_role("button", name="Import and export").click()
    page.get_by_role("option", name="Import").click()
    page.set_input_files(
        "input[type=file]", {"name": "kunder.csv", "mimeType": "text/csv", "buffer": FILE.encode("cp1252")}
    )
    expect(page.get_by_label("E-post", exact=True)).to_have_value("email")
    expect(page.get_by_label("Företag", exact=True)).to_have_value("organization")
    page.get_by_label("Lojalitet", exact=True).select_option("attribute:Lojalitet")
    page.get_by_label("Tags for everybody in the file").fill("import-march")
    table = page.get_by_role("region", name="The first rows")
    expect(table.get_by_text("Åsa Öberg")).to_be_visible()
    expect(table).to_contain_text(re.compile("mässa, import-march|import-march, mässa"))
    expect(table.get_by_text("This isn’t an e-mail address")).to_be_visible()
    look(page, "import-prepared")
    page.get_by_role("button", name="Import 3 rows").click()
    expect(page.get_by_text("2 new · 0 updated · 0 as they were · 1 refused")).to_be_visible()
    expect(page.get_by_text("Done", exact=True)).to_be_visible()
    look(page, "import-done")
    with page.expect_download() as report:
        page.get_by_role("link", name="Download the report").click()
    rows = list(csv.DictReader(io.StringIO(report.value.path().read_text("utf-8-sig"))))
    assert [(row["line"], row["outcome"]) for row in rows] == [("2", "New"), ("3", "New"), ("4", "Refused")]

    page.get_by_role("link", name="Show the new customers").click()
    expect(page.get_by_role("link", name=re.compile("Åsa Öberg"))).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("Bo Ek"))).to_be_visible()
    expect(page.locator("li a")).to_have_count(2)
    page.get_by_role("link", name=re.compile("Åsa Öberg")).click()
    expect(page.get_by_text("Claimed, not proven").first).to_be_visible()
    expect(page.get_by_role("link", name="Lampan AB")).to_be_visible()
    expect(page.get_by_text("Guld")).to_be_visible()
    page.get_by_role("button", name="Import and export").click()
    with page.expect_download() as export:
        page.get_by_role("option", name="Export").click()
    names = [row["name"] for row in csv.DictReader(io.StringIO(export.value.path().read_text("utf-8-sig")))]
    assert sorted(names) == ["Bo Ek", "Åsa Öberg"]


def test_tags_list_customers(page: Page, colleague: Page, desk: Desk) -> None:
    for name in ("Aada", "Aaro"):
        desk.customer_writes(name, "Hello")
    page.goto(f"{desk.running.base}/app/contacts")
    for name in ("Aada", "Aaro"):
        page.get_by_role("checkbox", name=f"Choose {name}").check()
    page.get_by_role("button", name="Tag", exact=True).click()
    page.keyboard.type("trade fair")
    page.keyboard.press("Enter")
    expect(page.get_by_text("2 customers have trade-fair now")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    eventually(lambda: desk.office.get("/contacts", by="tag:trade-fair")["items"] == [])
    page.get_by_role("button", name="Tag", exact=True).click()
    page.keyboard.type("trade-fair")
    page.keyboard.press("Enter")
    assert violations(page) == []
    open_contact(colleague, desk, contact_of(desk, "Aada"), "Aada")
    expect(colleague.get_by_role("button", name="Take trade-fair off")).to_be_visible()
    colleague.get_by_role("button", name="Add a tag").click()
    colleague.keyboard.type("vip")
    colleague.keyboard.press("Enter")
    expect(page.get_by_role("link", name=re.compile("Aada")).get_by_text("vip")).to_be_visible()
    colleague.get_by_role("link", name="vip", exact=True).click()
    expect(colleague.get_by_text("Tag: vip")).to_be_visible()
    expect(colleague.get_by_role("link", name=re.compile("Aaro"))).to_have_count(0)
    look(colleague, "contacts-by-tag")
    colleague.get_by_role("button", name="Show all customers").click()
    expect(colleague.get_by_role("link", name=re.compile("Aaro"))).to_be_visible()
    colleague.get_by_role("button", name="Filter", exact=True).click()
    colleague.keyboard.type("vip")
    colleague.keyboard.press("Enter")
    expect(colleague.get_by_role("link", name=re.compile("Aaro"))).to_have_count(0)


def test_facts_and_consents_stand_beside_the_conversation(page: Page, colleague: Page, desk: Desk) -> None:
    desk.customer_writes("Nora", "I can't eat nuts, please remember")
    nora = contact_of(desk, "Nora")
    page.goto(desk.address_of("Nora"))
    open_contact(colleague, desk, nora, "Nora")
    page.get_by_role("button", name="Note a fact").click()
    page.keyboard.type("Allergic to nuts")
    page.keyboard.press("Tab")
    page.keyboard.type("I can't eat nuts, please remember")
    page.keyboard.press("Enter")
    expect(colleague.get_by_role("button", name="What to do with “Allergic to nuts”")).to_be_visible()
    expect(colleague.locator("q")).to_have_text("I can't eat nuts, please remember")
    colleague.get_by_role("button", name="What to do with “Allergic to nuts”").click()
    colleague.get_by_role("option", name="Edit").click()
    colleague.get_by_label("What is good to know").fill("Allergic to peanuts")
    colleague.keyboard.press("Enter")
    panel = page.get_by_role("complementary", name="Customer")
    expect(panel.get_by_text("changed by Ida Strand")).to_be_visible()
    panel.get_by_role("button", name="What to do with “Allergic to peanuts”").click()
    page.get_by_role("option", name="Remove").click()
    expect(colleague.get_by_role("button", name="What to do with “Allergic")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(colleague.get_by_role("button", name="What to do with “Allergic")).to_be_visible()

    colleague.get_by_role("button", name="Record a consent").click()
    dialog = colleague.get_by_role("dialog", name="Record a consent")
    dialog.get_by_label("Where they said it").fill("On the phone")
    dialog.get_by_label("How it can be proven").fill("Call of 3 March")
    assert violations(colleague) == []
    colleague.screenshot(path=shot("consent", "light"))
    dialog.get_by_role("button", name="Record a consent").click()
    expect(panel.get_by_text(re.compile("Given .* · On the phone")).first).to_be_visible()
    panel.get_by_role("button", name="Withdraw News and offers").click()
    dialog = page.get_by_role("dialog", name="Record a consent")
    expect(dialog.get_by_label("What they said")).to_have_value("withdrawn")
    dialog.get_by_label("Where they said it").fill("By letter")
    dialog.get_by_role("button", name="Record a consent").click()
    expect(colleague.get_by_text(re.compile("Withdrawn .* · By letter")).first).to_be_visible()
    colleague.get_by_text("Every answer").click()
    expect(colleague.get_by_text("Call of 3 March")).to_be_visible()
    look(colleague, "facts-and-consents")
    settle(page)
    page.screenshot(path=shot("panel-complete", "light"))
    assert violations(page) == []
    assert [one["answer"] for one in desk.office.get(f"/contacts/{nora}/consents")["answers"]] == ["withdrawn", "given"]


def test_what_customers_state_is_heard_and_what_is_sensitive_only_with_a_consent(page: Page, desk: Desk) -> None:
    desk.customer_writes("Mia", "Hello and thank you! We are moving in May, so please write to my office.")
    page.goto(desk.address_of("Mia"))
    panel = page.get_by_role("complementary", name="Customer")
    expect(panel.get_by_text("We are moving in May", exact=True)).to_be_visible()
    expect(panel.get_by_text(re.compile("^Plan · said "))).to_be_visible()
    expect(panel.locator("q")).to_have_text("We are moving in May, so please write to my office.")
    mia = contact_of(desk, "Mia")
    health = {"purpose": "facts_health", "answer": "given", "source": "On the phone"}
    desk.office.post(f"/contacts/{mia}/consents", health)
    desk.customer_writes("Mia", "And for the party: I'm allergic to nuts. I prefer apples, by the way.")
    expect(panel.get_by_text("I'm allergic to nuts", exact=True)).to_be_visible()
    expect(panel.get_by_text("Noting what touches their health · Every channel")).to_be_visible()
    look(page, "facts-heard")
    panel.get_by_role("button", name="What to do with “I prefer apples”").click()
    page.get_by_role("option", name="Remove").click()
    expect(panel.get_by_text("I prefer apples", exact=True)).to_have_count(0)


def test_a_language_is_heard_and_corrected(page: Page, desk: Desk) -> None:
    desk.customer_writes("Aino", "Hei, missä pakettini on? Sen piti tulla maanantaina.")
    desk.customer_writes("Aino", "Kiitos avusta! Could you please also send the receipt to my office in London?")
    page.goto(desk.address_of("Aino"))
    expect(page.get_by_role("article").get_by_text("Finnish", exact=True)).to_be_visible()
    person = page.get_by_role("complementary", name="Customer")
    expect(person.get_by_text(re.compile("^Finnish, as they have written since"))).to_be_visible()
    look(page, "language-heard")
    person.get_by_role("button", name="Edit the customer").click()
    person.get_by_label("Language").select_option("sv")
    person.get_by_role("button", name="Save").click()
    expect(person.get_by_text("Swedish", exact=True)).to_be_visible()
    desk.customer_writes("Aino", "Missä pakettini on? En ole saanut sitä vielä.")
    expect(page.get_by_text("En ole saanut").first).to_be_visible()
    expect(page.get_by_role("article").get_by_text("Finnish", exact=True)).to_have_count(2)
    expect(person.get_by_text("Swedish", exact=True)).to_be_visible()
