"""What agents change about a contact."""

from typing import Any

import pytest
from msgspec import Struct

from lyhord.contacts import actions
from lyhord.contacts.actions import ContactChange
from lyhord.contacts.model import MOST_ATTRIBUTES, Contact
from lyhord.contacts.views import get_contact, list_contacts
from lyhord.kit.database import Database
from lyhord.kit.database.log import read_events
from lyhord.kit.problems import Invalid, NotFound, Taken
from tests.conftest import W


class Wire(Struct, frozen=True):
    """An address as somebody types it."""

    scheme: str
    value: str
    name: str = ""
    verified: bool = False


MAIL = Wire("email", "Anna@Example.com")


async def make(database: Database, name: str = "Anna", address: Wire | None = None) -> Contact:
    """A contact made by hand."""
    return await database.write(W, actions.create_contact, ContactChange(name=name), address)


async def kinds(database: Database) -> list[str]:
    """The kinds of the events so far."""
    return [row[1] for row in await database.read(W, lambda tx: tx.all(read_events, after=0, most=100))]


async def test_a_contact_made_by_hand(database: Database) -> None:
    contact = await make(database, " Anna  Berg ", MAIL)
    assert contact.name == "Anna Berg"
    assert [(one.value, one.shown, one.verification) for one in contact.identities] == [
        ("anna@example.com", "Anna@Example.com", "confirmed")
    ]
    assert (await make(database, "Bo")).identities == ()
    assert await kinds(database) == ["contact.created", "contact.created"]


async def test_everything_can_be_given_at_once(database: Database) -> None:
    change = ContactChange(
        name="Li", language="zh-CN", about="Likes\r\napples", attributes={"tier": "gold"}, blocked=True
    )
    contact = await database.write(W, actions.create_contact, change, None)
    assert (contact.language, contact.about, contact.attributes) == ("zh-CN", "Likes\napples", {"tier": "gold"})
    assert contact.blocked_at == database.clock()


async def test_an_address_stands_in_for_a_missing_name(database: Database) -> None:
    assert (await database.write(W, actions.create_contact, ContactChange(), MAIL)).name == "Anna@Example.com"
    with pytest.raises(Invalid):
        await database.write(W, actions.create_contact, ContactChange(), None)


async def test_an_address_has_one_owner(database: Database) -> None:
    anna, bo = await make(database, "Anna", MAIL), await make(database, "Bo")
    with pytest.raises(Taken) as refused:
        await database.write(W, actions.add_identity, bo.id, Wire("email", "ANNA@example.com"))
    assert refused.value.detail == anna.id
    with pytest.raises(Taken):
        await make(database, "Cy", MAIL)
    assert [one.name for one in await database.read(W, list_contacts)] == ["Anna", "Bo"]


@pytest.mark.parametrize(
    "value", ["", "  ", "no-at-sign", "@example.com", "anna@", "a b@example.com", "x" * 600 + "@a.se"]
)
async def test_what_is_no_address_is_refused(database: Database, value: str) -> None:
    anna = await make(database)
    with pytest.raises(Invalid):
        await database.write(W, actions.add_identity, anna.id, Wire("email", value))


async def test_addresses_come_and_go(database: Database) -> None:
    anna = await make(database, "Anna", MAIL)
    more = await database.write(W, actions.add_identity, anna.id, Wire("tel", "+46 70 123"))
    assert [one.value for one in more.identities if one.scheme == "tel"] == ["+4670123"]
    less = await database.write(W, actions.remove_identity, anna.id, MAIL)
    assert [one.scheme for one in less.identities] == ["tel"]
    with pytest.raises(NotFound):
        await database.write(W, actions.remove_identity, anna.id, MAIL)
    assert await kinds(database) == ["contact.created", "contact.changed", "contact.changed"]


async def test_a_verification_only_rises(database: Database) -> None:
    found = (await database.write(W, actions.find_or_make_contacts, [(MAIL,)]))[0]
    for given, kept in [
        ("signed", "signed"),
        ("channel", "signed"),
        ("confirmed", "confirmed"),
        ("claimed", "confirmed"),
    ]:
        await database.write(W, actions.verify_identity, "email", found.value, given)
        contact = await database.read(W, get_contact, found.contact_id)
        assert contact.identities[0].verification == kept
    assert await kinds(database) == ["contact.created", "contact.changed", "contact.changed"]
    with pytest.raises(NotFound):
        await database.write(W, actions.verify_identity, "email", "nobody@example.com", "signed")


@pytest.mark.parametrize(
    ("change", "field", "value"),
    [
        ({"name": " Åsa\n"}, "name", "Åsa"),
        ({"language": "sv"}, "language", "sv"),
        ({"language": None}, "language", None),
        ({"about": "a\x00b "}, "about", "a\ufffdb"),
        ({"attributes": {"tier": "gold", "points": 3}}, "attributes", {"tier": "gold", "points": 3, "old": True}),
        ({"attributes": {"old": None, "none": None}}, "attributes", {}),
        ({"blocked": False}, "blocked_at", None),
    ],
)
async def test_a_change_touches_what_it_names(
    database: Database, change: dict[str, Any], field: str, value: Any
) -> None:
    before = await database.write(W, actions.create_contact, ContactChange(name="A", attributes={"old": True}), None)
    after = await database.write(W, actions.change_contact, before.id, ContactChange(**change))
    assert getattr(after, field) == value
    others = set(Contact.__struct_fields__) - {field, "changed_at"}
    assert all(getattr(after, name) == getattr(before, name) for name in others)


@pytest.mark.parametrize(
    "change",
    [
        {"name": "\u200b"},
        {"language": "../etc"},
        {"language": "x" * 17},
        {"attributes": {f"a{n}": n for n in range(MOST_ATTRIBUTES + 1)}},
    ],
)
async def test_a_wrong_change_changes_nothing(database: Database, change: dict[str, Any]) -> None:
    before = await make(database)
    with pytest.raises(Invalid):
        await database.write(W, actions.change_contact, before.id, ContactChange(about="new", **change))
    assert await database.read(W, get_contact, before.id) == before


async def test_no_difference_is_no_event(database: Database) -> None:
    anna = await make(database)
    await database.write(W, actions.change_contact, anna.id, ContactChange(name="Anna", blocked=False))
    assert await kinds(database) == ["contact.created"]


async def test_a_blocked_contact_is_found_as_blocked(database: Database) -> None:
    anna = await make(database, "Anna", MAIL)
    await database.write(W, actions.change_contact, anna.id, ContactChange(blocked=True))
    assert (await database.write(W, actions.find_or_make_contacts, [(MAIL,)]))[0].blocked
    await database.write(W, actions.change_contact, anna.id, ContactChange(blocked=False))
    assert not (await database.write(W, actions.find_or_make_contacts, [(MAIL,)]))[0].blocked


async def test_another_workspace_changes_nothing(database: Database) -> None:
    anna = await make(database, "Anna", MAIL)
    attempts: list[tuple[Any, tuple[Any, ...]]] = [
        (actions.change_contact, (anna.id, ContactChange(name="Eve"))),
        (actions.add_identity, (anna.id, Wire("tel", "1"))),
        (actions.remove_identity, (anna.id, MAIL)),
        (actions.merge_contacts, (anna.id, anna.id)),
        (actions.separate_contact, (anna.id,)),
    ]
    for action, args in attempts:
        with pytest.raises(NotFound):
            await database.write("other", action, *args)
    assert await database.read(W, get_contact, anna.id) == anna


async def test_pages_by_name_miss_nobody(database: Database) -> None:
    names = ["Bo", "Anna", "Bo", "Åse", "Cy", "Bo"]
    ids = {(await make(database, name)).id for name in names}
    seen: list[Contact] = []
    while page := await database.read(
        W, lambda tx: list_contacts(tx, after=(seen[-1].name, seen[-1].id) if seen else None, most=2)
    ):
        seen.extend(page)
    assert {one.id for one in seen} == ids
    assert [one.name for one in seen] == sorted(names)
