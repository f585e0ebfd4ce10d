"""Templates: listed in all their states, and sent as Meta's examples and pywa send them."""

from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pywa import WhatsApp as Pywa
from pywa.types.templates import (
    BodyText,
    CopyCodeButton,
    HeaderDocument,
    HeaderImage,
    HeaderLocation,
    HeaderText,
    TemplateLanguage,
    URLButton,
)

from lyhord.channels.meta.graph import Trouble
from lyhord.channels.whatsapp.options import DESCRIPTOR
from lyhord.channels.whatsapp.outgoing import plan_parts, to_body
from lyhord.conversations.exchange import Address, Context, FilledTemplate, Media, Outbound, Plan, Refusal, Template
from lyhord.conversations.plan import places_of
from lyhord.conversations.templates.model import pressable
from lyhord.kit.egress import Egress
from lyhord.kit.words import LOCALES, catalogue
from tests.channels.whatsapp.fixtures import example
from tests.channels.whatsapp.oracle import alike, faults, pywas
from tests.channels.whatsapp.said import ACCOUNT, PHONE, number
from tests.counterparts.graph_api import GraphServer, refusal, serve

ANNA = Address("tel", f"+{PHONE}")
LONG_AGO = Context(1_772_355_600_000, None)
FILE = Media("bill.pdf", "application/pdf", 10, content=b"%PDF")
PICTURE = Media("lamp.png", "image/png", 10, content=b"\x89PNG")
SWEDISH = TemplateLanguage.SWEDISH


def template(**more: Any) -> Template:
    return Template(**{"id": "1", "name": "order", "language": "sv", **more})


def planned(of: Template, values: dict[str, str], *media: Media) -> Plan | Refusal:
    filled = FilledTemplate(template=of, values=values)
    return plan_parts(DESCRIPTOR, Outbound(to=ANNA, text="as it reads", template=filled, media=media), LONG_AGO)


def body(of: Template, values: dict[str, str], *media: Media) -> Any:
    plan = planned(of, values, *media)
    assert isinstance(plan, Plan)
    (part,) = plan.parts
    return to_body(part, "key", media_id="123" if media else None)


NAMED = template(
    header_kind="text",
    header="Order {{order}}",
    text="Hello {{name}}, it comes on {{day}}.",
    buttons=("Follow it", "Copy", "Thanks"),
    links={1: "https://a.example/{{1}}", 2: "code:{{1}}"},
    values=("order", "name", "day"),
)
NUMBERED = template(text="Hello {{1}}, on {{2}}. Bye {{1}}", values=("1", "2"))
PICTURED = template(header_kind="image", text="Hello {{1}}", values=("1",))
PAPER = template(header_kind="document", text="Your bill")
PLACE = template(header_kind="location", text="Come here")


PLAIN_TOP = template(
    header_kind="text",
    header="Your order",
    text=NAMED.text,
    buttons=NAMED.buttons,
    links=NAMED.links,
    values=("name", "day"),
)


def sent(*params: Any) -> Callable[[Pywa], object]:
    return lambda wa: wa.send_template(PHONE, name="order", language=SWEDISH, params=params, tracker="key")


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (
            body(PLAIN_TOP, {"name": "Anna", "day": "Monday", "button 1": "abc", "button 2": "X1"}),
            sent(
                BodyText.params(name="Anna", day="Monday"),
                URLButton.params(url_variable="abc", index=0),
                CopyCodeButton.params(coupon_code="X1", index=1),
            ),
        ),
        (body(NUMBERED, {"1": "Anna", "2": "Monday"}), sent(BodyText.params("Anna", "Monday"))),
        (
            body(template(header_kind="text", header="Order {{1}}", text="Hi"), {"header 1": "7"}),
            sent(HeaderText.params("7")),
        ),
        (body(PICTURED, {"1": "Anna"}, PICTURE), sent(HeaderImage.params(image="123"), BodyText.params("Anna"))),
        (
            body(PAPER, {"header": "bill.pdf"}, FILE),
            sent(HeaderDocument.params(document="123", filename="bill.pdf")),
        ),
        (
            body(PLACE, {"header": "59.33,18.06 Our shop"}),
            sent(HeaderLocation.params(lat=59.33, lon=18.06, name="Our shop", address="Our shop")),
        ),
        (body(template(text="Hello"), {}), sent()),
    ],
    ids=["named", "numbered", "numbered on top", "picture", "document", "place", "nothing"],
)
def test_a_template_leaves_as_pywa_sends_it(ours: Any, theirs: Callable[[Pywa], object]) -> None:
    assert alike(ours) == pywas(theirs)


def test_a_named_place_on_top_is_named_too() -> None:
    values = {"order": "7", "name": "Anna", "day": "Monday", "button 1": "abc", "button 2": "X1"}
    top = body(NAMED, values)["template"]["components"][0]
    assert top == {"type": "header", "parameters": [{"type": "text", "parameter_name": "order", "text": "7"}]}


def test_numbered_places_leave_in_their_order_whatever_the_words_say_first() -> None:
    (found,) = body(template(text="{{2}}, {{1}}!", values=("2", "1")), {"1": "Anna", "2": "Hello"})["template"][
        "components"
    ]
    assert [one["text"] for one in found["parameters"]] == ["Anna", "Hello"]


@pytest.mark.parametrize(
    ("name", "ours", "differs"),
    [
        ("send-test-message", body(template(text="Hello"), {}), {".recipient_type is unknown"}),
        ("send-message-template-text", body(NUMBERED, {"1": "Anna", "2": "Monday"}), set()),
        (
            "send-sample-issue-resolution-template",
            body(NUMBERED, {"1": "Anna", "2": "Monday"}),
            {".recipient_type is unknown", ".template.language.policy is missing"},
        ),
    ],
)
def test_a_template_has_the_shape_of_metas_example(name: str, ours: Any, differs: set[str]) -> None:
    assert set(faults(ours, example(name))) == differs


@pytest.mark.parametrize(
    ("of", "values", "media"),
    [
        (template(state="paused", text="Hello"), {}, ()),
        (template(state="pending", text="Hello"), {}, ()),
        (NUMBERED, {"1": "Anna"}, ()),
        (NUMBERED, {"1": "Anna", "2": "  "}, ()),
        (PICTURED, {"1": "Anna"}, ()),
        (PICTURED, {}, (PICTURE,)),
        (PICTURED, {"1": "Anna"}, (Media("a.zip", "application/zip", 10),)),
        (PLACE, {"header": "somewhere"}, ()),
        (NAMED, {"order": "7", "name": "Anna", "day": "Monday"}, ()),
    ],
)
def test_what_cannot_leave_says_why(of: Template, values: dict[str, str], media: Any) -> None:
    plan = planned(of, values, *media)
    assert isinstance(plan, Refusal)
    assert all(plan.rule in catalogue(locale) for locale in LOCALES)


def test_who_asked_for_no_more_gets_no_template_either() -> None:
    filled = FilledTemplate(template=template(text="Hello"), values={})
    context = Context(LONG_AGO.now, None, opted_out=True)
    plan = plan_parts(DESCRIPTOR, Outbound(to=ANNA, template=filled), context)
    assert plan == Refusal("plan.opted_out")


TOLD = {
    "id": "594425479261596",
    "name": "order",
    "language": "sv",
    "category": "UTILITY",
    "status": "APPROVED",
    "components": [
        {"type": "HEADER", "format": "TEXT", "text": "Order {{1}}", "example": {"header_text": ["7"]}},
        {"type": "BODY", "text": "Hello {{1}}, it comes on {{2}}.", "example": {"body_text": [["Anna", "Monday"]]}},
        {"type": "FOOTER", "text": "Lamps"},
        {
            "type": "BUTTONS",
            "buttons": [
                {"type": "QUICK_REPLY", "text": "Thanks"},
                {
                    "type": "URL",
                    "text": "Follow it",
                    "url": "https://a.example/{{1}}",
                    "example": ["https://a.example/7"],
                },
                {"type": "URL", "text": "Shop", "url": "https://a.example"},
                {"type": "PHONE_NUMBER", "text": "Call", "phone_number": "+46701740605"},
                {"type": "COPY_CODE", "example": "X1"},
                {"type": "FLOW", "text": "Fill in", "flow_id": 7},
            ],
        },
    ],
}


@pytest.fixture(scope="module")
def meta() -> Iterator[GraphServer]:
    with serve() as server:
        yield server


@pytest.fixture
async def egress() -> AsyncIterator[Egress]:
    way_out = Egress(allow_private=["127.0.0.0/8"])
    yield way_out
    await way_out.close()


async def test_all_pages_are_listed_in_all_states(meta: GraphServer, egress: Egress, tmp_path: Path) -> None:
    states = ["APPROVED", "PENDING", "REJECTED", "PAUSED", "DISABLED", "IN_APPEAL", "SOMETHING_NEW"]
    others = [{"id": str(at), "name": "t", "language": "en", "status": state} for at, state in enumerate(states)]
    first = {"data": [TOLD], "paging": {"cursors": {"after": "QVFI"}, "next": "https://graph.example/next"}}
    meta.answer("GET", f"{ACCOUNT}/message_templates", first, {"data": others, "paging": {"cursors": {"after": "z"}}})
    found = await number(egress, tmp_path, meta.address).list_templates()
    assert found[0] == Template(
        id="594425479261596",
        name="order",
        language="sv",
        category="utility",
        header_kind="text",
        header="Order {{1}}",
        text="Hello {{1}}, it comes on {{2}}.",
        footer="Lamps",
        buttons=("Thanks", "Follow it", "Shop", "Call", "Copy code", "Fill in"),
        links={
            2: "https://a.example/{{1}}",
            3: "https://a.example",
            4: "tel:+46701740605",
            5: "code:{{1}}",
            6: "form:",
        },
        values=("header 1", "1", "2"),
    )
    assert [one.state for one in found[1:]] == [
        "approved",
        "pending",
        "rejected",
        "paused",
        "paused",
        "pending",
        "pending",
    ]
    assert [asked.query.get("after") for asked in meta.asked] == [None, "QVFI"]


async def test_what_was_listed_can_be_sent(meta: GraphServer, egress: Egress, tmp_path: Path) -> None:
    meta.answer("GET", f"{ACCOUNT}/message_templates", {"data": [TOLD]})
    (found,) = await number(egress, tmp_path, meta.address).list_templates()
    values = {"header 1": "7", "1": "Anna", "2": "Monday", "button 2": "7", "button 5": "X1"}
    pieces = body(found, values)["template"]["components"]
    assert [(piece["type"], piece.get("sub_type"), piece.get("index")) for piece in pieces] == [
        ("header", None, None),
        ("body", None, None),
        ("button", "url", 1),
        ("button", "copy_code", 4),
        ("button", "flow", 5),
    ]


async def test_what_the_core_fills_in_is_what_it_needs(meta: GraphServer, egress: Egress, tmp_path: Path) -> None:
    meta.answer("GET", f"{ACCOUNT}/message_templates", {"data": [TOLD]})
    (found,) = await number(egress, tmp_path, meta.address).list_templates()
    places = places_of(found)
    assert places == ("header 1", "1", "2", "button 2", "button 5")
    assert isinstance(planned(found, dict.fromkeys(places, "7")), Plan)
    for place in places:
        assert planned(found, dict.fromkeys(set(places) - {place}, "7")) == Refusal("plan.template_values")
    assert pressable(found) == ("Thanks",)
    assert isinstance(planned(PLACE, {"header": "59.3,18.1 The shop"}), Plan)


def test_a_file_stands_on_top_only_where_there_is_a_place_for_it() -> None:
    assert planned(PAPER, {}) == Refusal("plan.template_document")
    assert planned(NUMBERED, {"1": "Anna", "2": "Monday"}, FILE) == Refusal("plan.template_no_file")


async def test_a_list_that_is_not_given_raises(meta: GraphServer, egress: Egress, tmp_path: Path) -> None:
    meta.answer("GET", f"{ACCOUNT}/message_templates", refusal(190, 401))
    with pytest.raises(Trouble):
        await number(egress, tmp_path, meta.address).list_templates()
