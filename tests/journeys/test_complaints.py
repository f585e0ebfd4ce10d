"""Complaints on the screens: beside the conversation, in the register and the report, and how they are set up."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.desk import Desk, colleague, context, desk, ida, page
from tests.journeys.running import Office, eventually
from tests.journeys.tour import Stop, Tour

__all__ = ["colleague", "context", "desk", "ida", "page"]

ANGRY = "This is the third time I write. Your service is a disgrace and I want my money back!"


def complain(desk: Desk, who: str, **attributes: object) -> dict[str, object]:
    """A customer writes, and it is a complaint."""
    desk.customer_writes(who, "The lamp broke on the second day")
    ticket = desk.ticket_of(who)
    found: dict[str, object] = desk.office.patch(
        f"/tickets/{ticket['id']}", {"kind": "complaint", "attributes": attributes}
    )
    return found


def test_a_complaint_is_seen_where_it_stands_and_follows_another_ladder(page: Page, desk: Desk) -> None:
    complain(desk, "Klagina", severity="high", cost=20)
    page.goto(desk.address_of("Klagina"))
    block = page.get_by_role("region", name="Complaint", exact=True)
    expect(block).to_contain_text("Step 1 of 1")
    expect(block).to_contain_text("High")
    settings = page.context.new_page()
    settings.goto(f"{desk.running.base}/app/settings/complaints")
    settings.get_by_role("button", name="Add step").click()
    settings.get_by_label("Who has step 1").select_option(index=1)
    settings.get_by_label("Minutes of step 1").fill("30")
    settings.get_by_role("button", name="Save").click()
    eventually(lambda: [one["minutes"] for one in desk.office.get("/complaints/settings")["ladder"]] == [30])
    expect(block).to_contain_text("Step 1 of 2")
    settings.goto(f"{desk.running.base}/app/complaints")
    expect(settings.get_by_role("listitem").filter(has_text="Klagina")).to_contain_text("20")
    settings.get_by_role("link", name="Month’s report").click()
    expect(settings.get_by_role("heading", name="By severity")).to_be_visible()
    settings.close()


def test_a_complaint_is_sent_one_step_up_before_time_is_up(page: Page, desk: Desk, ida: Office) -> None:
    ladder = [{"agent_id": ida.get("/me")["agent"]["id"], "minutes": 60}]
    desk.office.client.put("/complaints/settings", json={"ladder": ladder}).raise_for_status()
    complain(desk, "Rosa Reklamation")
    page.goto(desk.address_of("Rosa Reklamation"))
    block = page.get_by_role("region", name="Complaint", exact=True)
    expect(block).to_contain_text("Step 1 of 2")
    block.get_by_role("button", name="Send one step up").click()
    expect(block).to_contain_text("Step 2 of 2")
    expect(block).to_contain_text("Boss has it: it was sent one step up by hand")
    expect(block.get_by_role("button", name="Send one step up")).to_be_hidden()


def test_who_sounds_as_if_they_complain_has_a_mark_and_the_agent_says_whether_they_do(page: Page, desk: Desk) -> None:
    desk.customer_writes("Arga Anna", ANGRY)
    page.set_viewport_size({"width": 1440, "height": 3000})  # whoever waits shortest is the last of the list
    page.goto(desk.address_of("Arga Anna"))
    mark = page.get_by_role("button", name="Is this a complaint?")
    expect(mark).to_be_visible(timeout=20_000)
    expect(page.get_by_role("link").filter(has_text="Arga Anna").get_by_label("Seems angry")).to_be_visible()
    mark.click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("not the first time")
    dialog.get_by_role("button", name="It is a complaint").click()
    eventually(lambda: desk.ticket_of("Arga Anna")["kind"] == "complaint")
    expect(mark).to_be_hidden()
    expect(page.get_by_text("Angry", exact=False).first).to_be_visible()


@pytest.mark.long
def test_it_is_whole_for_everybody(browser: Browser, desk: Desk, ida: Office) -> None:
    ticket = complain(desk, "Klara Klagomål", severity="critical", cause="product", remedy="A new lamp", cost=49.9)
    desk.office.post(f"/conversations/{ticket['conversation_id']}/messages", {"text": "We are sorry"})
    complain(desk, "Ludvig", severity="low", cause="delivery")
    colleague = ida.get("/me")["agent"]["id"]
    ladder = [{"agent_id": colleague, "minutes": 60}]
    limits = {"approval_limit": 2_000, "approver_agent_id": colleague, "currency": "SEK"}
    desk.office.client.put("/complaints/settings", json={"ladder": ladder, **limits}).raise_for_status()
    context = desk.seat(browser, desk.office, reduced_motion="reduce")
    tour = Tour(context.new_page(), desk.running.base)
    talk = desk.address_of("Klara Klagomål").removeprefix(desk.running.base)

    def beside(page: Page) -> None:
        expect(page.get_by_role("region", name="Complaint", exact=True)).to_contain_text(re.compile("Step"))

    stops = (
        Stop("complaints-beside", talk, "second day", beside),
        Stop("complaints-register", "/app/complaints", "A new lamp"),
        Stop("complaints-report", "/app/complaints/report", "How long it took"),
        Stop("complaints-settings", "/app/settings/complaints", "Who has complaints"),
    )
    wrong = [line for stop in stops for line in tour.look(stop)]
    context.close()
    assert wrong == []
