"""Who can be written to, in how many SMS, and what nobody should send."""

from urllib.parse import parse_qs

import pytest
from msgspec.structs import replace

from lyhord.channels.sms.numbers import address_of, to_number
from lyhord.conversations.exchange import Accepted, Address, Context, Failed, Media, Plan, Refusal
from tests.channels.sms.numbers import CUSTOMER, PUBLIC, Outside, answer, number, outbound

NOW = Context(1_772_355_600_000, 1_772_355_600_000)


@pytest.mark.parametrize(
    ("written", "country", "kept"),
    [
        ("+46 70-174 06 05", "", "+46701740605"),
        ("0046701740605", "", "+46701740605"),
        ("46701740605", "", "+46701740605"),
        ("070-174 06 05", "46", "+46701740605"),
        ("070-174 06 05", "", "0701740605"),
        ("71550", "46", "71550"),
        ("13800138000", "", "+13800138000"),
    ],
)
def test_numbers_are_kept_with_their_country(written: str, country: str, kept: str) -> None:
    assert to_number(written, country) == kept


def test_a_sender_may_be_a_name() -> None:
    assert address_of("Min Bank") == Address("sms_name", "Min Bank", "Min Bank")
    assert address_of("71550") == Address("tel", "71550", verified=True)
    assert address_of("070123", "") == Address("tel", "070123", verified=True)
    assert address_of("").value == "?"


def planned(text: str) -> tuple[int, int, tuple[str, ...]]:
    """In how many messages and SMS a text leaves, and what is said about it."""
    plan = number().plan(outbound(text), NOW)
    assert isinstance(plan, Plan)
    return len(plan.parts), plan.segments, plan.changes


def test_the_number_of_sms_stands_in_the_plan() -> None:
    assert planned("Hej") == (1, 1, ())
    assert planned("a" * 161) == (1, 2, ())
    assert planned("a" * 161 + "’") == (1, 3, ("plan.costly_characters",))
    assert planned("word " * 400) == (2, 14, ("plan.text_split",))


@pytest.mark.parametrize(
    "to", [Address("sms_name", "Min Bank"), Address("tel", "0701740605"), Address("email", "a@b.example")]
)
def test_who_has_no_number_is_refused_before_sending(to: Address) -> None:
    assert number().plan(replace(outbound(), to=to), NOW) == Refusal("plan.bad_number")


PICTURE = Media("lamp.png", "image/png", 900, file="a" * 64)
BILL = Media("bill.pdf", "application/pdf", 900, file="b" * 64)


@pytest.mark.parametrize("way", ["twilio", "smpp", "kannel"])
def test_files_leave_as_links(way: str) -> None:
    plan = number(way=way).plan(replace(outbound("Look"), media=(PICTURE, BILL)), NOW)
    assert isinstance(plan, Plan)
    (part,) = plan.parts
    assert part.text.splitlines() == [
        "Look",
        f"lamp.png: {PUBLIC}/file/lamp.png?lent={'a' * 64}",
        f"bill.pdf: {PUBLIC}/file/bill.pdf?lent={'b' * 64}",
    ]
    assert (part.media, plan.changes, plan.segments) == ((), ("plan.file_as_link",), 2)


async def test_where_the_number_can_pictures_leave_as_such() -> None:
    outside = Outside(answer(201, b'{"sid": "MM9"}'))
    adapter = number(outside, pictures=True)
    plan = adapter.plan(replace(outbound("Look"), media=(PICTURE, BILL)), NOW)
    assert isinstance(plan, Plan)
    (part,) = plan.parts
    assert await adapter.send(part, "key") == Accepted("MM9")
    form = parse_qs(outside.calls[0].body.decode())
    assert form["MediaUrl"] == [f"{PUBLIC}/file/lamp.png?lent={'a' * 64}"]
    assert form["Body"] == [f"Look\nbill.pdf: {PUBLIC}/file/bill.pdf?lent={'b' * 64}"]


async def test_a_national_number_leaves_with_its_country() -> None:
    outside = Outside(answer(201, b'{"sid": "SM9"}'))
    adapter = number(outside, country_code="+46")
    assert isinstance(adapter.plan(outbound(to="070-174 06 06"), NOW), Plan)
    assert await adapter.send(outbound(to="070-174 06 06"), "k") == Accepted("SM9")
    assert CUSTOMER.lstrip("+") in outside.calls[0].body.decode()
    assert await adapter.send(outbound(to="1"), "k") == Failed("problem.sms.bad_number")


def test_who_opted_out_is_refused_before_sending() -> None:
    assert number().plan(outbound(), replace(NOW, opted_out=True)) == Refusal("plan.opted_out")
