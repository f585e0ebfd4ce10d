"""A lead's day: the wallboard is home, tickets go to colleagues by menu and by hand, and who is away says so."""

import re
import time
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browsers import violations
from tests.journeys.desk import WIDE, Desk, desk
from tests.journeys.tour import PHONE, shot

__all__ = ["desk"]


@pytest.mark.parametrize("by", ["menu", "drag"])
@pytest.mark.long
def test_a_lead_hands_over_what_nobody_has(desk: Desk, browser: Browser, by: str) -> None:
    lead, colleague = desk.hire(f"lead-{by}@firm.example", "Lena"), desk.hire(f"{by}@firm.example", f"Olof {by}")
    me = lead.get("/me")["agent"]["id"]
    desk.office.patch(f"/agents/{me}", {"role": "lead"})
    lead.sign_in(f"lead-{by}@firm.example")
    desk.customer_writes(f"Marta {by}", "Is anybody there?")
    desk.ticket_of(f"Marta {by}")
    until = {"until": (int(time.time()) + 90_000) * 1000, "note": "Ask Lena"}
    assert colleague.client.put("/me/away", json=until).is_success
    seat = desk.seat(browser, lead, viewport={"width": 1440, "height": 2_000})  # so high that a drag needs no scrolling
    page = seat.new_page()
    page.goto(f"{desk.running.base}/app/")
    expect(page.get_by_role("heading", name="Wallboard")).to_be_visible()
    row = page.get_by_role("listitem").filter(has_text=f"Marta {by}").last
    person = page.get_by_role("button", name=re.compile(f"Olof {by}"))
    expect(person).to_contain_text("Away until")
    expect(person).to_contain_text("0 open")
    if by == "menu":
        row.get_by_role("button", name="Assign").click()
        page.get_by_role("option", name=re.compile(f"Olof {by}")).click()
    else:
        row.drag_to(person)
    expect(page.get_by_text("has it now, and is away until")).to_be_visible()
    expect(person).to_contain_text("1 open")
    person.click()
    expect(page.get_by_role("listitem").filter(has_text=f"Olof {by}").get_by_text(f"Marta {by}").last).to_be_visible()
    page.context.close()


@pytest.mark.long
def test_a_lead_sees_a_queue_hands_over_by_key_and_tries_other_rules(desk: Desk, browser: Browser) -> None:
    lead, colleague = desk.hire("chief@firm.example", "Cleo"), desk.hire("quiet@firm.example", "Olof Quiet")
    me, other = (one.get("/me")["agent"]["id"] for one in (lead, colleague))
    desk.office.patch(f"/agents/{me}", {"role": "lead"})
    lead.sign_in("chief@firm.example")
    team = desk.office.post("/teams", {"name": "Night crew", "agent_ids": [other], "inbox_ids": []})
    desk.office.client.put(f"/routing/agents/{other}", json={"capacity": 0})
    route = desk.office.post("/routing/routes", {"name": "By night", "team_id": team["id"], "words": ["moonlight"]})
    desk.customer_writes("Selma", "Moonlight on my bill?")
    page = desk.seat(browser, lead, viewport={"width": 1440, "height": 2_000}).new_page()
    page.goto(f"{desk.running.base}/app/wallboard")
    queue = page.get_by_role("button", name=re.compile("By night"))
    expect(queue).to_contain_text("1 waiting")
    expect(queue).to_contain_text("Room for 0")
    queue.click()
    inside = page.get_by_role("group", name="By night")
    expect(inside.get_by_role("row", name=re.compile("Olof Quiet"))).to_contain_text("full")
    inside.get_by_role("link", name=re.compile("Selma")).focus()
    page.keyboard.press("a")
    page.get_by_role("option", name=re.compile("Olof Quiet")).click()
    expect(queue).to_contain_text("0 waiting")
    expect(page.get_by_role("heading", name="The day ahead")).to_be_visible()

    page.goto(f"{desk.running.base}/app/settings/whatif")
    row = page.get_by_role("listitem").filter(has_text="Olof Quiet").first
    row.get_by_role("combobox").select_option("Not there")
    page.get_by_role("button", name="Edit: By night").click()
    page.get_by_role("dialog").get_by_label("Answer within, minutes").fill("15")
    page.get_by_role("dialog").get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Replay the day").click()
    expect(page.get_by_role("columnheader", name="The draft").first).to_be_visible()
    expect(page.get_by_role("row", name=re.compile("Promises kept"))).to_be_visible()
    assert lead.get("/routing")["routes"][0]["promise_minutes"] == 60, "a draft changes nothing"
    desk.office.client.delete(f"/routing/routes/{route['id']}")
    page.context.close()


@pytest.mark.long
def test_all_that_somebody_away_has_is_handed_over_and_the_board_hangs_on_a_wall(desk: Desk, browser: Browser) -> None:
    lead, ill = desk.hire("wall@firm.example", "Wilma"), desk.hire("ill@firm.example", "Ingo Ill")
    me, other = (one.get("/me")["agent"]["id"] for one in (lead, ill))
    desk.office.patch(f"/agents/{me}", {"role": "lead"})
    lead.sign_in("wall@firm.example")
    for name in ("Ulf", "Ursula"):
        desk.customer_writes(name, "Is anybody there?")
        desk.office.patch(f"/tickets/{desk.ticket_of(name)['id']}", {"owner_agent_id": other})
    page = desk.seat(browser, lead, viewport={"width": 1440, "height": 2_000}).new_page()
    page.goto(f"{desk.running.base}/app/wallboard")
    person = page.get_by_role("button", name=re.compile("^.*Ingo Ill"))
    expect(person).to_contain_text("2 open")
    person.click()
    page.get_by_role("button", name="Hand over these 2").click()
    expect(page.get_by_role("option", name=re.compile("Ingo Ill"))).to_contain_text("2 open")
    page.get_by_role("option", name=re.compile("Wilma")).click()
    expect(person).to_contain_text("0 open")
    page.get_by_role("button", name="Undo").click()
    expect(person).to_contain_text("2 open")
    row = page.get_by_role("listitem").filter(has=person).get_by_role("link", name="Ulf")
    row.focus()
    page.keyboard.press("a")
    page.get_by_role("option", name=re.compile("Wilma")).click()
    expect(person).to_contain_text("1 open")
    expect(page.get_by_role("link", name="Ursula").and_(page.locator(":focus"))).to_be_visible()
    page.get_by_role("button", name="Fill the screen").click()
    expect(page).to_have_url(re.compile("wall=1"))
    expect(page.get_by_role("heading", name="Who is on what")).to_be_visible()
    page.get_by_role("button", name="Leave full screen").click()
    expect(page).not_to_have_url(re.compile("wall="))
    page.context.close()


@pytest.mark.long
def test_finished_work_is_reviewed_by_keys_and_answered(desk: Desk, browser: Browser) -> None:
    lead, colleague = desk.hire("coach@firm.example", "Klara"), desk.hire("learner@firm.example", "Lars Learner")
    me, other = (one.get("/me")["agent"]["id"] for one in (lead, colleague))
    desk.office.patch(f"/agents/{me}", {"role": "lead"})
    lead.sign_in("coach@firm.example")
    criteria = [{"key": "warm", "name": "Warm"}, {"key": "right", "name": "Right"}]
    card = lead.post("/score-cards", {"name": "How we talk", "criteria": criteria})
    desk.customer_writes("Tilde", "All good?")
    ticket = desk.ticket_of("Tilde")
    desk.office.patch(f"/tickets/{ticket['id']}", {"owner_agent_id": other})
    page = desk.seat(browser, lead, viewport={"width": 1440, "height": 900}).new_page()
    page.goto(f"{desk.running.base}/app/reviews")
    expect(page.get_by_role("button", name="Edit: How we talk")).to_be_visible()
    page.get_by_role("button", name=re.compile("^Review: ")).first.click()
    form = page.get_by_role("complementary", name=re.compile("^Review of "))
    expect(form.get_by_role("radiogroup", name="Warm")).to_be_visible()
    page.keyboard.press("4")
    page.keyboard.press("0")
    page.keyboard.type("Kind and quick")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("The review is saved.")).to_be_visible()
    scores = {"warm": 4, "right": None}
    review = lead.post(
        "/reviews", {"card_id": card["id"], "ticket_id": ticket["id"], "scores": scores, "words": "Kind"}
    )
    theirs = desk.seat(browser, colleague, viewport={"width": 1440, "height": 900}).new_page()
    theirs.goto(f"{desk.running.base}/app/reviews")
    expect(theirs.get_by_text("Kind")).to_be_visible()
    theirs.get_by_label("What do you say to it?").fill("Thank you")
    theirs.get_by_role("button", name="Save").click()
    expect(theirs.get_by_role("button", name="Save")).to_have_count(0)
    found = next(one for one in lead.get(f"/tickets/{ticket['id']}/reviews") if one["id"] == review["id"])
    assert found["answer"] == "Thank you"
    page.goto(desk.address_of("Tilde"))
    coaching = page.locator("section").filter(has=page.get_by_role("heading", name="Coaching"))
    expect(coaching.get_by_text("Klara reviewed what Lars Learner did")).to_be_visible()
    expect(coaching.get_by_text("Thank you")).to_be_visible()
    page.locator("article", has_text="All good?").first.hover()
    page.locator("article", has_text="All good?").get_by_role("button", name="More for this message").first.click()
    page.get_by_role("menuitem", name="Coach about this message").click()
    note = page.get_by_role("dialog", name="Coach about this message")
    expect(note.get_by_text("All good?")).to_be_visible()
    expect(note.get_by_label("To whom")).to_have_value(other)
    note.get_by_label("What you want to say").fill("Ask what they mean first")
    note.get_by_role("button", name="Send").click()
    expect(coaching.get_by_text("Ask what they mean first")).to_be_visible()
    expect(coaching.get_by_role("link", name="All good?")).to_be_visible()
    [written] = colleague.get("/coaching-notes")
    assert written["message_id"], "it is of that message"
    for one in (page, theirs):
        one.context.close()


def test_a_lead_leads_a_surge(desk: Desk, browser: Browser) -> None:
    lead, helper = desk.hire("surge@firm.example", "Sara"), desk.hire("helper@firm.example", "Hugo")
    desk.office.patch(f"/agents/{lead.get('/me')['agent']['id']}", {"role": "lead"})
    lead.sign_in("surge@firm.example")
    helping, leading = desk.seat(browser, helper).new_page(), desk.seat(browser, lead, viewport=WIDE).new_page()
    team = desk.office.post("/teams", {"name": "Night", "agent_ids": [], "inbox_ids": []})
    desk.customer_writes("Marta Surge", "The flight is grounded")
    leading.goto(f"{desk.running.base}/app/surges")
    leading.get_by_role("button", name="Begin a surge").click()
    leading.get_by_label("What has happened").fill("Ash cloud")
    leading.get_by_label("Words that customers use").fill("grounded, ash*")
    expect(leading.get_by_text("1 customer who waits writes about it now.")).to_be_visible()
    leading.get_by_label("Public update").fill("No flights today.")
    leading.get_by_text("More hands").click()
    leading.get_by_label("Whose queue it is").select_option(label="Night")
    picture(leading, "surge-form")
    leading.get_by_role("button", name="Begin now").click()
    expect(leading.get_by_role("heading", name="Ash cloud")).to_be_visible()
    expect(leading.get_by_role("link", name=re.compile("Marta Surge"))).to_be_visible()
    helping.goto(leading.url)
    expect(helping.get_by_role("link", name=re.compile("Marta Surge"))).to_be_visible()
    expect(helping.get_by_role("heading", name="Called in")).to_be_hidden()
    leading.get_by_role("button", name="Call in").click()
    leading.get_by_role("option", name="Hugo").click()
    helping.goto(f"{desk.running.base}/app/")
    expect(helping.get_by_text("You are called in.")).to_be_visible()
    helping.get_by_role("button", name="Notifications (1)").first.click()
    call = helping.get_by_role("dialog").get_by_role("link", name="Ash cloud")
    expect(call).to_contain_text("Sara calls you in")
    expect(call).to_have_attribute("href", re.compile("/app/surges/."))
    helping.keyboard.press("Escape")
    helping.get_by_role("button", name="I come").click()
    expect(leading.get_by_text("came", exact=True)).to_be_visible()
    leading.get_by_role("button", name="Tell 1 who hasn't heard it").click()
    leading.get_by_role("button", name="Answer everybody").click()
    leading.get_by_label("Answer", exact=True).fill("Dear {{contact.first_name|traveller}}, we pay it back.")
    leading.get_by_role("button", name="See how it leaves").click()
    expect(leading.get_by_text("Dear Marta, we pay it back.")).to_be_visible()
    picture(leading, "surge-answer")
    leading.get_by_role("button", name="Send to all who wait").click()
    expect(leading.get_by_text("Answer of Sara to all")).to_be_visible()
    expect(leading.get_by_text("1 said, 0 to go")).to_have_count(2)
    picture(leading, "surge")
    leading.get_by_role("button", name="End the surge").click()
    leading.get_by_role("button", name="Really end it").click()
    expect(leading.get_by_role("button", name="End the surge")).to_be_hidden()
    expect(helping.get_by_text("Ash cloud")).to_have_count(0)
    assert [one["name"] for one in desk.office.get("/teams") if one["id"] != team["id"]].count("Ash cloud") == 0
    for page in (helping, leading):
        page.context.close()


def picture(page: Page, name: str) -> None:
    """How it looks, light, dark and on a phone; nothing against it from axe-core, nothing wider than the screen."""
    looks: list[tuple[str, Any, Any]] = [("light", WIDE, "light"), ("dark", WIDE, "dark"), ("phone", PHONE, "light")]
    for look, size, scheme in looks:
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=scheme)
        page.screenshot(path=shot(name, look), animations="disabled")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{name} {look}"
    assert violations(page) == []
    page.set_viewport_size({"width": 1440, "height": 860})
    page.emulate_media(color_scheme="light")
