"""Each role begins at a screen made for its work, which a person may change; a lead runs a shift from a phone."""

import csv
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browsers import violations
from tests.journeys.desk import WIDE, Desk, desk
from tests.journeys.running import Office, eventually
from tests.journeys.test_phone import PHONE, SIDEWAYS, SMALL
from tests.journeys.tour import overflowing, settle, shot

__all__ = ["desk"]

pytestmark = pytest.mark.long


def hire(desk: Desk, role: str, name: str) -> Office:
    """Somebody of a role."""
    person = desk.hire(f"{name.lower()}@firm.example", name)
    me = person.get("/me")["agent"]["id"]
    desk.office.patch(f"/agents/{me}", {"role": role})
    person.sign_in(f"{name.lower()}@firm.example")
    return person


def begin(desk: Desk, browser: Browser, who: Office, **options: Any) -> Page:
    """The app as it opens for somebody."""
    page = desk.seat(browser, who, **options).new_page()
    page.goto(f"{desk.running.base}/app/")
    return page


def hold(page: Page, name: str) -> None:
    """What every screen promises: wide, dark, and on a phone."""
    for look, size in (("wide", WIDE), ("phone", PHONE["viewport"])):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            settle(page)
            assert violations(page) == []
            page.screenshot(path=shot(name, f"{look}-{scheme}"))
        assert overflowing(page) == []
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(WIDE)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("role", "heading"),
    [
        ("agent", "Mine"),
        ("lead", "Wallboard"),
        ("director", "Numbers"),
        ("editor", "Canned replies"),
        ("moderator", "Moderation"),
        ("administrator", "Administration"),
    ],
)
def test_each_role_begins_at_its_own_screen(desk: Desk, browser: Browser, role: str, heading: str) -> None:
    page = begin(desk, browser, hire(desk, role, f"Begins{role}"))
    expect(page.get_by_role("heading", level=1, name=heading)).to_be_visible()
    page.context.close()


def test_a_person_may_begin_elsewhere(desk: Desk, browser: Browser) -> None:
    page = begin(desk, browser, hire(desk, "lead", "Liv"))
    expect(page.get_by_role("heading", name="Wallboard")).to_be_visible()
    page.goto(f"{desk.running.base}/app/settings/profile")
    choice = page.get_by_label("Begin with")
    expect(choice.get_by_role("option")).to_have_count(5)
    choice.select_option("Moderation")
    page.locator("form").filter(has=choice).get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved")).to_be_visible()
    page.get_by_role("link", name="Home").click()
    expect(page.get_by_role("heading", level=1, name="Moderation")).to_be_visible()
    page.goto(f"{desk.running.base}/app/")
    expect(page.get_by_role("heading", level=1, name="Moderation")).to_be_visible()
    page.context.close()


def keep_evenings(desk: Desk, page: Page) -> None:
    """Give a team hours of its own, and the company's again by removing them."""
    team = desk.office.post("/teams", {"name": "Evenings"})
    page.reload()
    page.get_by_role("button", name="Add other hours").click()
    page.get_by_role("dialog").get_by_label("Name").fill("Late")
    page.get_by_label("Monday, opens").fill("13:00")
    page.get_by_label("Monday, closes").fill("21:00")
    page.get_by_role("checkbox", name="Evenings").check()
    hold(page, "schedule")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("listitem").filter(has_text="Late")).to_contain_text("Evenings")
    hold(page, "schedules")
    page.get_by_role("link", name="Teams", exact=True).click()
    page.get_by_role("listitem").filter(has_text="Evenings").get_by_role("button", name="Edit").click()
    expect(page.get_by_label("Hours")).to_contain_text("Late")
    page.keyboard.press("Escape")
    page.get_by_role("link", name="Hours and holidays").click()
    page.get_by_role("button", name="Edit hours: Late").click()
    page.get_by_role("button", name="Remove", exact=True).click()
    expect(page.get_by_role("listitem").filter(has_text="Late")).to_have_count(0)
    desk.office.client.delete(f"/teams/{team['id']}")


def promise_levels(desk: Desk, page: Page) -> None:
    """Promise something to complaints, and something else before it; put them in order, and take one away."""
    page.get_by_role("button", name="New service level").click()
    editor = page.get_by_role("dialog")
    editor.get_by_label("Name").fill("Complaints")
    editor.get_by_role("button", name="Add a condition").click()
    editor.get_by_role("checkbox", name="Complaint").check()
    editor.get_by_label("First answer: within").fill("2")
    editor.get_by_role("checkbox", name="Resolved").check()
    editor.get_by_label("Resolved: which time counts").select_option("day and night")
    hold(page, "level")
    editor.get_by_role("button", name="Save").click()
    desk.office.post("/levels", {"name": "Rush", "targets": [{"clock": "first_answer", "minutes": 90}]})
    page.reload()
    rush = page.get_by_role("listitem").filter(has_text="Rush")
    expect(rush).to_contain_text("First answer: 90 minutes of opening hours")
    hold(page, "levels")
    page.get_by_role("button", name="Move up: Rush").click()
    expect(page.get_by_role("button", name="Move up: Rush")).to_be_disabled()
    rush.get_by_role("button", name="Edit service level").click()
    editor.get_by_role("button", name="Remove").click()
    expect(rush).to_have_count(0)
    [level] = desk.office.get("/levels")
    assert level["filter"]["conditions"] == [{"type": "one_of", "field": "kind", "values": ["complaint"], "but": False}]
    assert [(one["clock"], one["minutes"], one["always"]) for one in level["targets"]] == [
        ("first_answer", 120, False),
        ("resolution", 2_880, True),
    ]
    desk.office.client.delete(f"/levels/{level['id']}")


def test_an_administrator_sees_what_is_not_set_up_and_what_changed(desk: Desk, browser: Browser) -> None:
    page = begin(desk, browser, desk.office)
    steps = page.get_by_role("region", name="Not set up yet")
    expect(steps.get_by_role("link")).to_have_text(
        ["Say when you are open", "Promise customers a reply time", "Ask everybody for two-factor sign-in"]
    )
    expect(page.get_by_role("region", name="Changed lately").get_by_role("listitem")).to_have_count(8)
    hold(page, "home-administration")
    steps.get_by_role("link", name="Say when you are open").click()
    page.get_by_role("button", name="Edit hours: The company's hours").click()
    page.get_by_role("button", name="Add hours: Monday").click()
    page.get_by_label("Monday, closes").fill("16:30")
    page.get_by_role("button", name="Add hours: Tuesday").click()
    page.get_by_label("Day off", exact=True).fill("2026-12-24")
    page.get_by_role("button", name="Add day off").click()
    page.get_by_label("Add a country").select_option("FI")
    hold(page, "hours")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    kept = desk.office.get("/workspace")["settings"]
    assert kept["hours"] == [{"day": day, "opens": 540, "closes": 990} for day in (0, 1)]
    assert (kept["holidays"], kept["holiday_countries"]) == (["2026-12-24"], ["FI"])
    expect(page.get_by_text("15 hours a week")).to_be_visible()
    keep_evenings(desk, page)
    page.get_by_role("link", name="Workspace", exact=True).click()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved")).not_to_have_count(0)
    assert desk.office.get("/workspace")["settings"]["hours"] == kept["hours"], "what has a page of its own stays"
    page.get_by_role("link", name="Service levels").click()
    promise_levels(desk, page)
    page.get_by_label("Reply promise in minutes").fill("30")
    page.get_by_role("button", name="Save").click()
    eventually(lambda: desk.office.get("/workspace")["settings"]["reply_promise_minutes"] == 30)
    tell_promises(desk, page)
    page.goto(f"{desk.running.base}/app/")
    expect(steps.get_by_role("link")).to_have_text(["Ask everybody for two-factor sign-in"])
    page.get_by_role("link", name="Settings").click()
    desk.office.patch("/workspace", {"settings": {"hours": [], "holidays": [], "holiday_countries": []}})
    page.context.close()


def tell_promises(desk: Desk, page: Page) -> None:
    """What customers are told is chosen, and an acknowledgement prepared: it becomes a rule that is off."""
    page.get_by_role("radio", name=re.compile("Reckon it")).check()
    eventually(lambda: desk.office.get("/workspace")["settings"]["reply_promise"] == "computed")
    expect(page.get_by_text("too few answers to reckon it from yet").first).to_be_visible()
    hold(page, "reply-promise")
    page.get_by_role("button", name="Prepare an acknowledgement").click()
    expect(page.get_by_text("a customer begins to wait")).to_be_visible()
    expect(page.get_by_role("switch")).not_to_be_checked()


def test_an_editor_sees_what_is_asked_and_not_answered(desk: Desk, browser: Browser) -> None:
    for name in ("Uma", "Una"):
        desk.customer_writes(name, "Do you ship to the moon?")
        desk.office.patch(f"/tickets/{desk.ticket_of(name)['id']}", {"add_tags": ["moonshine"]})
    page = begin(desk, browser, hire(desk, "editor", "Edda"))
    gaps = page.get_by_role("region", name="Asked about, without a canned reply")
    expect(gaps.get_by_role("listitem").filter(has_text="moonshine")).to_contain_text("2 tickets")
    hold(page, "home-replies")
    gaps.get_by_role("link", name="Write a canned reply").click()
    page.get_by_role("button", name="New canned reply").click()
    page.get_by_role("dialog").get_by_label("Name").fill("Moonshine")
    page.get_by_role("dialog").get_by_label("What it says").fill("Not yet, but ask again next year.")
    page.get_by_role("dialog").get_by_role("button", name="Save").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_role("link", name="Home").click()
    expect(page.get_by_role("region", name="Never used")).to_contain_text("Moonshine")
    expect(gaps).not_to_contain_text("moonshine")
    page.context.close()


def test_a_moderator_lets_in_what_was_no_spam(desk: Desk, browser: Browser) -> None:
    desk.customer_writes("Vera", "Win a lamp")
    ticket = desk.ticket_of("Vera")
    desk.office.post(f"/tickets/{ticket['id']}/spam")
    page = begin(desk, browser, hire(desk, "moderator", "Mona"))
    spam = page.get_by_role("region", name="Taken for spam")
    expect(spam).to_contain_text("Vera")
    expect(page.get_by_role("region", name="Blocked customers")).to_contain_text("Vera")
    hold(page, "home-moderation")
    spam.get_by_role("button", name="Not spam").click()
    expect(spam).not_to_contain_text("Vera")
    expect(page.get_by_role("region", name="Blocked customers")).not_to_contain_text("Vera")
    assert desk.ticket_of("Vera")["status"] == "open"
    page.context.close()


def test_a_director_sees_a_part_and_takes_the_numbers_along(desk: Desk, browser: Browser, tmp_path: Path) -> None:
    desk.customer_writes("Wilma", "Hello")
    page = begin(desk, browser, hire(desk, "director", "Dora"))
    expect(page.locator("dd").first).to_be_visible()
    of_channel = page.get_by_label("Of which team or channel")
    eventually(lambda: desk.office.get("/numbers", days=7)["now"]["messages_in"])
    of_channel.select_option(label="Sandbox")
    count = desk.office.get("/numbers", days=28, channel="sandbox")["now"]["messages_in"]
    expect(page.locator("div", has=page.get_by_text("Messages in", exact=True)).last.locator("dd").first).to_have_text(
        re.compile(f"^{count}")
    )
    hold(page, "numbers-part")
    with page.expect_download() as download:
        page.get_by_role("button", name="Save as a table (CSV)").click()
    kept = tmp_path / "numbers.csv"
    download.value.save_as(kept)
    rows = list(csv.DictReader(kept.read_text("utf-8-sig").splitlines()))
    assert len(rows) == 28
    assert sum(int(row["Messages in"]) for row in rows) == count
    page.set_viewport_size({"width": 800, "height": 400})
    page.emulate_media(media="print")
    expect(of_channel).not_to_be_visible()
    expect(page.get_by_role("navigation", name="Places")).not_to_be_visible()
    expect(page.get_by_text("Norrsken · Sandbox")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollHeight > innerHeight"), "all of it is printed"
    page.screenshot(path=shot("numbers", "print"), full_page=True)
    page.context.close()


def test_a_director_sees_what_was_promised(desk: Desk, browser: Browser, tmp_path: Path) -> None:
    desk.office.patch("/workspace", {"settings": {"reply_promise_minutes": 30, "reply_promise": "fixed"}})
    rule = desk.office.post("/rules/acknowledgement", {})
    desk.office.client.put(f"/rules/{rule['id']}/switch", json={"on": True})
    for name in ("Xaver", "Xenia", "Ximena"):
        desk.customer_writes(name, "When do you open?")
    told = "/numbers/promises"
    eventually(lambda: desk.office.get(told)["now"]["told"] == 3)
    for name in ("Xaver", "Xenia"):
        ticket = desk.ticket_of(name)
        desk.office.post(f"/conversations/{ticket['conversation_id']}/messages", {"text": "At nine"})
    eventually(lambda: desk.office.get(told)["now"]["kept"] == 2)
    eventually(lambda: desk.office.get("/numbers/levels")["now"]["kept"] >= 2)
    page = begin(desk, browser, hire(desk, "director", "Dana"))
    page.get_by_role("heading", name="What customers were told").scroll_into_view_if_needed()
    expect(page.get_by_text("2 of 2 promises were kept, by the hour at which they were told.")).to_be_visible()
    hold(page, "numbers-told")
    page.get_by_role("heading", name="What was promised").scroll_into_view_if_needed()
    hold(page, "numbers-promised")
    page.get_by_label("By what").select_option(label="Agent")
    expect(page.get_by_role("group", name="Agent").get_by_role("row", name="Boss")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Save what was promised (CSV)").click()
    kept = tmp_path / "promised.csv"
    download.value.save_as(kept)
    head, *rows = csv.reader(kept.read_text("utf-8-sig").splitlines())
    assert head[:4] == ["Agent", "Began", "Kept", "Broken"]
    assert ["Boss", "2", "2"] in [row[:3] for row in rows]
    page.get_by_label("Which promise").select_option(label="Resolved")
    expect(page.get_by_text("No promise of a service level began in these days.")).to_be_visible()
    page.set_viewport_size({"width": 1200, "height": 2_600})
    page.get_by_label("Which promise").select_option(label="First answer")
    expect(page.get_by_label("By what")).to_be_visible()
    page.screenshot(path=shot("numbers", "promised-whole"), full_page=True)
    desk.office.client.put(f"/rules/{rule['id']}/switch", json={"on": False})
    page.context.close()


def test_a_lead_runs_a_shift_from_a_phone(desk: Desk, browser: Browser) -> None:
    lead = hire(desk, "lead", "Lotta")
    colleague = desk.hire("ossi@firm.example", "Ossi Hand")
    desk.office.patch("/workspace", {"settings": {"reply_promise_minutes": 1}})
    desk.customer_writes("Ylva", "Anybody?")
    page = begin(desk, browser, lead, **PHONE)
    expect(page.get_by_role("heading", name="Late")).to_be_visible()
    nobodys = page.get_by_role("region", name="Nobody has it")
    expect(nobodys.get_by_role("listitem")).to_have_count(5)
    nobodys.get_by_role("button", name="Show more").tap()
    nobodys.get_by_role("listitem").filter(has_text="Ylva").get_by_role("button", name="Assign").tap()
    expect(page.get_by_role("combobox", name=re.compile("^Assign"))).not_to_be_focused()
    page.get_by_role("option", name="Ossi Hand").tap()
    person = page.get_by_role("button", name=re.compile("Ossi Hand"))
    expect(person).to_contain_text("1 open")
    person.tap()
    expect(page.get_by_role("listitem").filter(has=person).get_by_role("link", name="Ylva")).to_be_visible()
    assert page.evaluate(SMALL) == []
    assert page.evaluate(SIDEWAYS) == 0
    assert violations(page) == []
    page.screenshot(path=shot("wallboard-shift", "phone"))
    colleague.post(f"/conversations/{desk.ticket_of('Ylva')['conversation_id']}/messages", {"text": "Here I am"})
    expect(person).to_contain_text("0 waiting")
    page.get_by_role("link", name="Ylva").first.tap()
    page.get_by_role("link", name="Back to the list").tap()
    expect(page.get_by_role("heading", level=1, name="Wallboard")).to_be_visible()
    page.context.close()


def test_the_bell_is_where_a_thumb_reaches(desk: Desk, browser: Browser) -> None:
    agent = hire(desk, "agent", "Asta")
    page = begin(desk, browser, agent, **PHONE)
    bar = page.get_by_role("navigation", name="At hand")
    expect(bar).to_be_visible()
    box = bar.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] == PHONE["viewport"]["height"]  # type: ignore[index]
    desk.customer_writes("Ylla", "Hello")
    ticket = desk.ticket_of("Ylla")
    me = agent.get("/me")["agent"]["id"]
    desk.office.patch(f"/tickets/{ticket['id']}", {"owner_agent_id": me})
    bell = bar.get_by_role("button", name=re.compile(r"Notifications \(\d+\)"))
    expect(bell).to_be_visible()
    assert page.evaluate(SMALL) == []
    page.screenshot(path=shot("list", "phone-bar"))
    bell.tap()
    expect(page.get_by_role("dialog")).to_contain_text("Ylla")
    page.keyboard.press("Escape")
    page.get_by_role("link", name=re.compile("Ylla")).first.tap()
    expect(page.get_by_placeholder("Write a reply")).to_be_visible()
    expect(bar).not_to_be_visible()
    page.context.close()
