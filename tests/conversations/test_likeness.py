"""Whoever may be one is found by what they are known by and what they wrote; what was refused is never suggested again."""

from typing import Any

import pytest

from lyhord.contacts import duplicate_store as store
from lyhord.contacts.actions import ContactChange, add_identity, change_contact, merge_contacts, separate_contact
from lyhord.contacts.actions.organizations import OrganizationChange, create_organization
from lyhord.contacts.duplicates import allow_duplicate, duplicates_of, forget_contacts, refuse_duplicate
from lyhord.contacts.likeness import COMMON, LOOKED_AT, MOST_CLUES, clues_of_words, reasons_of
from lyhord.conversations.exchange import Address
from lyhord.conversations.likeness import FOLLOWER
from lyhord.kit.events import Catalogue
from lyhord.kit.followers import FollowerRunner
from tests.conversations.desk import Desk
from tests.web.site import EVENTS


async def follow(desk: Desk) -> None:
    """Let the follower see everything."""
    await FollowerRunner(desk.database, Catalogue(EVENTS), [FOLLOWER]).catch_up()


async def write(desk: Desk, scheme: str, value: str, text: str = "Hello", name: str = "") -> str:
    """Somebody writes from an address; their contact."""
    said = await desk.say(text, who=value, sender=(Address(scheme, value, name, verified=True),))
    return str((await desk.ticket(said.conversation_id)).contact_id)


async def reasons(desk: Desk, contact_id: str) -> list[Any]:
    """Who may be one with a contact, and why."""
    await follow(desk)
    return [(one.other.id, one.reasons) for one in await desk.read(duplicates_of, contact_id)]


def test_words_give_few_clues_however_long_they_are() -> None:
    text = (
        "Order #104822, call +46 70-123 45 67 or Mail.Me@Home.example.\n"
        + "x " * LOOKED_AT
        + "ORD-55512 tel 070 123 45 99"
    )
    assert clues_of_words(text) == [
        ("email", "mail.me@home.example"),
        ("phone", "01234567"),
        ("phone", "01234599"),
        ("order", "104822"),
        ("order", "ORD55512"),
    ]
    assert len(clues_of_words(" ".join(f"a{n}@b.example" for n in range(200)))) == MOST_CLUES
    assert clues_of_words("It was 12 June 2026, 14:30, and I paid 2 500 kr") == []


@pytest.mark.parametrize(
    ("own", "other", "found"),
    [
        ([("phone", "1", 1)], [("phone", "1", 1)], ("phone",)),
        ([("phone", "1", 1)], [("phone", "1", 0)], ("phone_written",)),
        ([("phone", "1", 0)], [("phone", "1", 0)], ()),
        ([("name", "a b", 1)], [("name", "a b", 1)], ()),
        ([("name", "a b", 1), ("order", "7", 0)], [("name", "a b", 1), ("order", "7", 0)], ("name", "order")),
        ([("name", "a b", 1), ("domain", "x", 1)], [("name", "a b", 1), ("domain", "x", 1)], ("name", "domain")),
        ([("domain", "x", 1)], [("domain", "x", 1)], ()),
        ([("email", "a", 2)], [("email", "a", 1)], ("email_signed",)),
        ([("email", "a", 2)], [("email", "a", 0)], ("email",)),
    ],
)
def test_reasons(own: Any, other: Any, found: tuple[str, ...]) -> None:
    assert reasons_of(own, other) == found


async def test_a_number_in_a_signature_points_to_whoever_has_it(desk: Desk) -> None:
    caller = await write(desk, "tel", "+46701234567")
    mailer = await write(desk, "email", "eva@shop.example", "Regards\nEva, 070-123 45 67")
    assert await reasons(desk, mailer) == [(caller, ("phone_written",))]
    assert await reasons(desk, caller) == [(mailer, ("phone_written",))]


async def test_one_mail_address_at_two_schemes(desk: Desk) -> None:
    one = await write(desk, "email", "eva@shop.example")
    other = await write(desk, "xmpp", "eva@shop.example")
    assert await reasons(desk, one) == [(other, ("email",))]


async def test_a_name_needs_a_second_reason(desk: Desk) -> None:
    one = await write(desk, "pigeon", "a", "About order 104822", name="Eva Berg")
    other = await write(desk, "pigeon", "b", "Hello", name="Eva Berg")
    assert await reasons(desk, one) == []
    await write(desk, "pigeon", "b", "I mean 104822")
    assert await reasons(desk, one) == [(other, ("name", "order"))]
    third = await write(desk, "pigeon", "c", "Hello", name="Eva Berg")
    firm = await desk.write(create_organization, OrganizationChange(name="Acme"))
    for contact_id in (other, third):
        await desk.write(change_contact, contact_id, ContactChange(organization_id=firm.id))
    assert await reasons(desk, third) == [(other, ("name", "organization"))]


async def test_what_many_share_says_nothing(desk: Desk) -> None:
    await write(desk, "tel", "+46701234567")
    for n in range(COMMON + 1):
        last = await write(desk, "pigeon", f"p{n}", "You said to call 070-123 45 67")
    assert await reasons(desk, last) == []


async def test_refused_is_refused_whoever_they_become(desk: Desk) -> None:
    one = await write(desk, "email", "eva@shop.example")
    other = await write(desk, "xmpp", "eva@shop.example")
    third = await write(desk, "pigeon", "c")
    await follow(desk)
    await desk.write(refuse_duplicate, one, other)
    await write(desk, "email", "eva@shop.example", "Again")
    assert await reasons(desk, one) == []
    await desk.write(merge_contacts, one, third)
    assert await reasons(desk, third) == []
    await desk.write(separate_contact, one)
    await desk.write(allow_duplicate, other, one)
    assert await reasons(desk, one) == [(other, ("email",))]


async def test_merging_settles_it_and_separating_says_no(desk: Desk) -> None:
    one = await write(desk, "email", "eva@shop.example")
    other = await write(desk, "xmpp", "eva@shop.example")
    await follow(desk)
    await desk.write(merge_contacts, one, other)
    assert await reasons(desk, other) == []
    await desk.write(separate_contact, one)
    assert await reasons(desk, other) == []


async def test_an_address_that_goes_takes_the_suggestion_along(desk: Desk) -> None:
    one = await write(desk, "email", "eva@shop.example")
    other = await write(desk, "pigeon", "b")
    await desk.write(add_identity, other, Address("xmpp", "eva@shop.example"))
    assert await reasons(desk, one) == [(other, ("email",))]


async def test_whoever_is_forgotten_leaves_no_clue(desk: Desk) -> None:
    one = await write(desk, "email", "eva@shop.example", "Call 070-123 45 67, order 104822")
    other = await write(desk, "tel", "+46701234567", "eva@shop.example")
    third = await write(desk, "pigeon", "c")
    await follow(desk)
    await desk.write(refuse_duplicate, one, third)
    await desk.write(forget_contacts, [one])
    assert await desk.read(lambda tx: tx.all(store.clues_of, contact_ids=[one], most=100)) == []
    assert await desk.read(duplicates_of, other) == []
    assert await desk.read(lambda tx: tx.all(store.pairs_of_ones, contact_ids=sorted([one, other, third]))) == []
    assert await desk.read(lambda tx: tx.all(store.clues_of, contact_ids=[other], most=100)) != []
