"""The pictures of a conversation, looked at closely: by keys, by mouse, by fingers."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browsers import violations
from tests.journeys.desk import Desk, context, desk, make_picture, page
from tests.journeys.running import eventually
from tests.journeys.tour import shot

__all__ = ["context", "desk", "page"]

pytestmark = pytest.mark.long

SEAT = {"reduced_motion": "reduce"}
PHONE = {"has_touch": True, "is_mobile": True, "viewport": {"width": 390, "height": 780}}
LOOKS = {"light": {}, "dark": {"color_scheme": "dark"}, "phone": PHONE}
NAMES = ("receipt.png", "lamp.png", "carton.png")


@pytest.fixture(scope="module")
def told(desk: Desk) -> str:
    """A conversation in which three pictures were sent, in two messages; its address in the app."""
    desk.customer_writes("Ylva", "Here it is")
    conversation = desk.ticket_of("Ylva")["conversation_id"]
    files = []
    for number, name in enumerate(NAMES):
        picture = make_picture(400 + 300 * number, 200)
        answer = desk.office.client.post(
            "/files", params={"name": name}, content=picture, headers={"lyhord-upload": "1"}
        )
        files.append(answer.raise_for_status().json()["id"])
    for some in (files[:2], files[2:]):
        desk.office.post(
            f"/conversations/{conversation}/messages", {"kind": "note", "text": "Look", "attachment_ids": some}
        )
    return desk.address_of("Ylva")


def viewer(page: Page) -> Locator:
    return page.get_by_role("dialog", name="Pictures")


def size(page: Page) -> float:
    """How wide the picture stands there."""
    box = viewer(page).get_by_role("img").last.bounding_box()
    assert box is not None
    return box["width"]


def seen(page: Page, name: str, place: str) -> None:
    expect(viewer(page).get_by_role("img", name=name, exact=True)).to_be_visible()
    expect(viewer(page).get_by_role("status")).to_have_text(f"{name} {place}", use_inner_text=True)


@pytest.mark.parametrize("context", LOOKS.values(), ids=LOOKS, indirect=True)
def test_pictures_are_gone_through_by_keys(page: Page, told: str, request: pytest.FixtureRequest) -> None:
    page.goto(told)
    link = page.get_by_role("link", name="lamp.png")
    link.focus()
    page.keyboard.press("Enter")
    seen(page, "lamp.png", "2 of 3")
    page.screenshot(path=shot("picture", request.node.callspec.id))
    assert violations(page) == []
    page.keyboard.press("ArrowRight")
    seen(page, "carton.png", "3 of 3")
    page.keyboard.press("ArrowRight")
    seen(page, "carton.png", "3 of 3")
    expect(viewer(page).get_by_role("button", name="Next picture")).to_be_disabled()
    whole = size(page)
    page.keyboard.press("+")
    eventually(lambda: size(page) == pytest.approx(whole * 1.5, rel=0.02))
    for _ in range(6):
        page.keyboard.press("+")
    eventually(lambda: size(page) == pytest.approx(whole * 5, rel=0.02))
    expect(viewer(page).get_by_role("button", name="Larger")).to_be_disabled()
    page.keyboard.press("0")
    eventually(lambda: size(page) == pytest.approx(whole, rel=0.02))
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    seen(page, "receipt.png", "1 of 3")
    page.keyboard.press("Escape")
    expect(viewer(page)).to_be_hidden()
    expect(link).to_be_focused()


def test_the_wheel_comes_closer_to_what_is_under_the_mouse(page: Page, told: str) -> None:
    page.goto(told)
    page.get_by_role("link", name="carton.png").click()
    image = viewer(page).get_by_role("img", name="carton.png")
    expect(image).to_be_visible()
    before = image.bounding_box()
    assert before is not None
    x, y = before["x"] + before["width"] * 0.75, before["y"] + before["height"] / 2
    page.mouse.move(x, y)
    page.mouse.wheel(0, -300)
    page.wait_for_function(
        "() => document.querySelector('dialog img').style.transform.match(/scale\\(([\\d.]+)/)[1] > 2"
    )
    after = image.bounding_box()
    assert after is not None
    assert (x - after["x"]) / after["width"] == pytest.approx(0.75, abs=0.02)
    page.mouse.down()
    page.mouse.move(x - 40, y, steps=4)
    page.mouse.up()
    moved = image.bounding_box()
    assert moved is not None
    assert moved["x"] == pytest.approx(after["x"] - 40, abs=2)


def test_another_tab_is_still_possible(page: Page, told: str) -> None:
    page.goto(told)
    with page.context.expect_page() as other:
        page.get_by_role("link", name="lamp.png").click(modifiers=["Control"])
    assert "/attachments/" in other.value.url
    expect(viewer(page)).to_be_hidden()


@pytest.mark.parametrize("context", [PHONE], indirect=True)
def test_a_finger_swipes_to_the_next(page: Page, told: str) -> None:
    page.goto(told)
    page.get_by_role("link", name="receipt.png").tap()
    seen(page, "receipt.png", "1 of 3")
    session = page.context.new_cdp_session(page)
    where = {"x": 300, "y": 400}
    session.send("Input.synthesizeScrollGesture", {**where, "xDistance": -200, "gestureSourceType": "touch"})
    seen(page, "lamp.png", "2 of 3")
