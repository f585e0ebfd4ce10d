"""The pages of the inbox and of the customers, with the dialogs over them, looked at as in `test_pages.py`."""

import pytest

from tests.journeys.acts import (
    ask_aside,
    click,
    click_text,
    fail,
    hand_over,
    link_words,
    message_menu,
    offline,
    open_picture,
    open_side,
    open_ticket,
    palette,
    press,
    see,
    then,
)
from tests.journeys.desk import desk
from tests.journeys.furniture import (
    HOTELS,
    build_view,
    choose_file,
    choose_rows,
    choose_survivor,
    every_condition,
    send_later,
    suggest,
)
from tests.journeys.tour import Stop, Tour, parameters, tour

__all__ = ["desk", "tour"]

STOPS = [
    *(
        Stop(f"list-{name}", f"/app/inbox/{name}", sign)
        for name, sign in (
            ("mine", "Wilhelmina"),
            ("unassigned", "Tom Okafor"),
            ("waiting", "Tom Okafor"),
            ("complaints", "No complaint is open"),
            ("all", "Marcus Webb"),
            ("mentioned", "Nobody has named you"),
            ("snoozed", "Snoozed"),
            ("resolved", "Priya Raman"),
        )
    ),
    Stop("conversation-notes", "/app/inbox/all", "Marcus Webb", open_ticket("Marcus Webb", "It did bounce")),
    Stop(
        "conversation-both", "/app/inbox/all", "Harriet Blackwood", open_ticket("Harriet Blackwood", "four spare ones")
    ),
    Stop("conversation-chat", "/app/inbox/all", "Tom Okafor", open_ticket("Tom Okafor", "two small children")),
    Stop(
        "conversation-resolved",
        "/app/inbox/resolved",
        "Priya Raman",
        open_ticket("Priya Raman", "Arrived, clicked, dry"),
    ),
    Stop(
        "conversation-long", "/app/inbox/unassigned", "Rindfleisch", open_ticket("Rindfleisch", "a-very-long-address")
    ),
    Stop(
        "conversation-html",
        "/app/inbox/all",
        "Nadia Benali",
        then(open_ticket("Nadia Benali", "The brass one came broken"), click("Show formatting")),
    ),
    Stop("note", "/app/inbox/all", "Tom Okafor", then(open_ticket("Tom Okafor", "two small children"), press("n"))),
    Stop("assign", "/app/inbox/all", "Tom Okafor", then(open_ticket("Tom Okafor", "two small children"), press("a"))),
    Stop("snooze", "/app/inbox/all", "Tom Okafor", then(open_ticket("Tom Okafor", "two small children"), press("s"))),
    Stop(
        "emoji", "/app/inbox/all", "Tom Okafor", then(open_ticket("Tom Okafor", "two small children"), click("Emoji"))
    ),
    Stop("hand-over", "/app/inbox/all", "Tom Okafor", then(open_ticket("Tom Okafor", "two small children"), hand_over)),
    Stop(
        "message-menu",
        "/app/inbox/all",
        "Tom Okafor",
        then(open_ticket("Tom Okafor", "two small children"), message_menu("two small children")),
    ),
    Stop(
        "message-emoji",
        "/app/inbox/all",
        "Tom Okafor",
        then(open_ticket("Tom Okafor", "two small children"), message_menu("two small children", "React")),
    ),
    Stop(
        "format-link",
        "/app/inbox/all",
        "Nadia Benali",
        then(open_ticket("Nadia Benali", "The brass one came broken"), link_words),
    ),
    Stop(
        "picture",
        "/app/inbox/all",
        "Nadia Benali",
        then(open_ticket("Nadia Benali", "The brass one came broken"), open_picture),
    ),
    Stop("conversation-unknown", "/app/conversations/nothing-there", "Try again", quiet=False),
    Stop("side", "/app/inbox/all", "Tom Okafor", then(open_ticket("Tom Okafor", "two small children"), open_side)),
    Stop("side-ask", "/app/inbox/all", "Tom Okafor", then(open_ticket("Tom Okafor", "two small children"), ask_aside)),
    Stop("bulk", "/app/inbox/all", "Marcus Webb", choose_rows),
    Stop("view-builder", "/app/inbox/all", "Marcus Webb", build_view),
    Stop("view-conditions", "/app/inbox/all", "Marcus Webb", every_condition),
    Stop("bulk-assign", "/app/inbox/all", "Marcus Webb", then(choose_rows, press("a"))),
    Stop("bulk-snooze", "/app/inbox/all", "Marcus Webb", then(choose_rows, press("s"))),
    Stop("suggested", "/app/inbox/all", "Tom Okafor", then(open_ticket("Tom Okafor", "two small children"), suggest)),
    Stop("list-look", "/app/inbox/all", "Marcus Webb", click("How the list looks")),
    Stop(
        "kind",
        "/app/inbox/all",
        "Tom Okafor",
        then(open_ticket("Tom Okafor", "two small children"), press("l"), see("Complaint")),
    ),
    Stop(
        "reason",
        "/app/inbox/all",
        "Nadia Benali",
        then(open_ticket("Nadia Benali", "The brass one came broken"), press("v"), see("Delivery")),
    ),
    Stop("tags", "/app/inbox/all", "Tom Okafor", then(open_ticket("Tom Okafor", "two small children"), press("t"))),
    Stop("macros", "/app/inbox/all", "Tom Okafor", then(open_ticket("Tom Okafor", "two small children"), press("."))),
    Stop(
        "send-later", "/app/inbox/all", "Tom Okafor", then(open_ticket("Tom Okafor", "two small children"), send_later)
    ),
    Stop("notifications", "/app/inbox/all", "Marcus Webb", click("Notifications", "Wilhelmina")),
    Stop("palette", "/app/inbox/all", "Marcus Webb", palette),
    Stop("help", "/app/inbox/all", "Marcus Webb", press("?")),
    Stop("new", "/app/inbox/all", "Marcus Webb", press("c")),
    Stop("failed", "/app/inbox/all", "Marcus Webb", fail("**/api/v1/tickets?*"), quiet=False),
    Stop("offline", "/app/inbox/all", "Marcus Webb", offline, quiet=False),
    Stop("contacts", "/app/contacts", "Aino"),
    Stop("contact", "/app/contacts?query=Lucía", "Lucía Herrera", click_text("Lucía")),
    Stop("contacts-nobody", "/app/contacts?query=zzzzz", "Nobody found"),
    Stop("contact-edit", "/app/contacts?query=Lucía", "Lucía Herrera", then(click_text("Lucía"), click("Edit"))),
    Stop("contacts-blocked", "/app/contacts?show=blocked", "Winnie"),
    Stop("contact-merge", "/app/contacts?query=Lucía", "Lucía Herrera", then(click_text("Lucía"), click("Merge …"))),
    Stop("contact-survivor", "/app/contacts?query=Lucía", "Lucía Herrera", then(click_text("Lucía"), choose_survivor)),
    Stop(
        "contact-erase",
        "/app/contacts?query=Lucía",
        "Lucía Herrera",
        then(click_text("Lucía"), click("Erase …", "no backup does")),
    ),
    Stop(
        "contact-consent",
        "/app/contacts?query=Lucía",
        "Lucía Herrera",
        then(click_text("Lucía"), click("Record a consent", "How it can be proven")),
    ),
    Stop("import", "/app/import", "Choose a CSV file"),
    Stop("import-preview", "/app/import", "Choose a CSV file", choose_file),
    Stop("organizations", "/app/organizations", HOTELS),
    Stop("organization", "/app/organizations", HOTELS, then(click_text(HOTELS), see("Marcus Webb"))),
    Stop("organization-add", "/app/organizations", HOTELS, click("Add organization")),
    Stop("duplicates", "/app/duplicates", "E. Lund"),
    Stop("contact-add", "/app/contacts", "Aino", click("Add customer")),
    Stop("search", "/app/search", "Search"),
    Stop("search-hits", "/app/search?q=lamp", "Harriet"),
    Stop("search-nothing", "/app/search?q=zzzzzz", "Nothing found"),
]


@pytest.mark.parametrize("stop", parameters(STOPS))
def test_a_page_is_whole_for_everybody(tour: Tour, stop: Stop) -> None:
    assert tour.look(stop) == []
