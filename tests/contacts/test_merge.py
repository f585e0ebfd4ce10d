"""Merging and separating: any number of times, in any order, nothing is lost and nobody becomes somebody else."""

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Struct
from sqlalchemy import create_engine

from lyhord.contacts.actions import (
    ContactChange,
    change_contact,
    find_or_make_contacts,
    merge_contacts,
    separate_contact,
    split_identity,
)
from lyhord.contacts.lineage import members, survivors
from lyhord.contacts.model import Found
from lyhord.contacts.views import contacts_by_id, get_contact, list_contacts
from lyhord.kit.database import Database, metadata
from lyhord.kit.database.sqlite import Sqlite
from lyhord.kit.ids import new_id
from lyhord.kit.problems import Invalid, NotFound, Taken
from tests.conftest import W

PEOPLE = 6


class Wire(Struct, frozen=True):
    """An address as channels hand it over."""

    scheme: str
    value: str
    name: str = ""
    verified: bool = True


async def people(database: Database, number: int = PEOPLE) -> list[Found]:
    """So many contacts with one identity each."""
    senders = [(Wire("email", f"p{n}@example.com", f"P{n}"),) for n in range(number)]
    return await database.write(W, find_or_make_contacts, senders)


async def test_merged_contacts_are_one_and_separate_again(database: Database) -> None:
    one, two = await people(database, 2)
    merged = await database.write(W, merge_contacts, one.contact_id, two.contact_id)
    assert merged.id == two.contact_id
    assert [item.value for item in merged.identities] == ["p0@example.com", "p1@example.com"]
    found = (await people(database, 2))[0]
    assert (found.contact_id, found.name, found.created) == (two.contact_id, "P1", False)
    assert [contact.id for contact in await database.read(W, list_contacts)] == [two.contact_id]
    gone = await database.read(W, get_contact, one.contact_id)
    assert (gone.merged_into, [item.value for item in gone.identities]) == (two.contact_id, ["p0@example.com"])

    again = await database.write(W, separate_contact, one.contact_id)
    assert again.merged_into is None
    assert (await people(database, 2))[0].contact_id == one.contact_id
    assert [item.value for item in (await database.read(W, get_contact, two.contact_id)).identities] == [
        "p1@example.com"
    ]


async def test_both_can_be_read_at_once(database: Database) -> None:
    one, two = await people(database, 2)
    await database.write(W, merge_contacts, one.contact_id, two.contact_id)
    both = await database.read(W, contacts_by_id, [one.contact_id, two.contact_id])
    assert len(both[one.contact_id].identities) == 1
    assert len(both[two.contact_id].identities) == 2


async def test_a_new_identity_goes_with_the_one_that_it_came_with(database: Database) -> None:
    one, two = await people(database, 2)
    await database.write(W, merge_contacts, one.contact_id, two.contact_id)
    both = [(Wire("email", "p0@example.com"), Wire("tel", "+46701"))]
    assert (await database.write(W, find_or_make_contacts, both))[0].contact_id == two.contact_id
    await database.write(W, separate_contact, one.contact_id)
    assert (await database.write(W, find_or_make_contacts, [(Wire("tel", "+46701"),)]))[0].contact_id == one.contact_id


async def test_the_block_of_the_survivor_holds(database: Database) -> None:
    one, two = await people(database, 2)
    await database.write(W, merge_contacts, one.contact_id, two.contact_id)
    await database.write(W, change_contact, two.contact_id, ContactChange(blocked=True))
    assert [found.blocked for found in await people(database, 2)] == [True, True]


async def test_the_survivor_gets_what_it_lacks_and_gives_it_back(database: Database) -> None:
    one, two, three = (found.contact_id for found in await people(database, 3))
    await database.write(
        W, change_contact, one, ContactChange(language="sv", about="Nice", attributes={"tier": "gold", "size": 2})
    )
    await database.write(W, change_contact, two, ContactChange(about="Kind", attributes={"size": 3}))
    survivor = await database.write(W, merge_contacts, one, two)
    assert (survivor.language, survivor.about, survivor.attributes) == ("sv", "Kind", {"tier": "gold", "size": 3})
    last = await database.write(W, merge_contacts, two, three)
    assert (last.language, last.about, last.attributes) == ("sv", "Kind", {"tier": "gold", "size": 3})
    await database.write(W, change_contact, three, ContactChange(attributes={"tier": "silver"}))
    await database.write(W, separate_contact, one)
    both = await database.read(W, contacts_by_id, [one, two, three])
    assert (both[one].about, both[one].attributes) == ("Nice", {"tier": "gold", "size": 2})
    assert (both[two].language, both[two].attributes) == (None, {"size": 3})
    assert (both[three].language, both[three].attributes) == (None, {"tier": "silver", "size": 3})


async def test_the_only_address_stays(database: Database) -> None:
    one, two = (found.contact_id for found in await people(database, 2))
    with pytest.raises(Invalid):
        await database.write(W, split_identity, one, Wire("email", "p0@example.com"))
    with pytest.raises(NotFound):
        await database.write(W, split_identity, one, Wire("email", "p1@example.com"))
    await database.write(W, merge_contacts, one, two)
    assert (await database.write(W, split_identity, one, Wire("email", "p0@example.com"))).id == one


async def test_what_cannot_be_merged_is_refused(database: Database) -> None:
    one, two, three = await people(database, 3)
    with pytest.raises(Invalid):
        await database.write(W, merge_contacts, one.contact_id, one.contact_id)
    with pytest.raises(NotFound):
        await database.write(W, merge_contacts, one.contact_id, new_id())
    with pytest.raises(Taken):
        await database.write(W, separate_contact, one.contact_id)
    await database.write(W, merge_contacts, one.contact_id, two.contact_id)
    await database.write(W, merge_contacts, two.contact_id, three.contact_id)
    with pytest.raises(Invalid):
        await database.write(W, merge_contacts, three.contact_id, one.contact_id)
    assert await database.read(W, survivors, [one.contact_id, new_id()]) == {one.contact_id: three.contact_id}
    assert await database.read(W, members, new_id()) == []


steps = st.lists(st.tuples(st.integers(0, PEOPLE - 1), st.integers(-1, PEOPLE - 1)), max_size=14)


@given(steps)
@settings(deadline=None, max_examples=12)
def test_any_merges_and_separations_keep_everybody(moves: list[tuple[int, int]]) -> None:
    with TemporaryDirectory() as folder:
        asyncio.run(walk(Path(folder) / "lyhord.db", moves))


async def walk(path: Path, moves: list[tuple[int, int]]) -> None:
    """Do the moves (who, into whom; -1 is separate) beside a model that knows only who points at whom."""
    metadata.create_all(create_engine(f"sqlite:///{path}"))
    database = Database(Sqlite(path))
    await database.open()
    try:
        ids = [found.contact_id for found in await people(database)]
        parent: dict[int, int] = {}
        for who, into in moves:
            await step(database, ids, parent, who, into)
        await compare(database, ids, parent)
        for who in sorted(parent):
            await database.write(W, separate_contact, ids[who])
        await compare(database, ids, {})
    finally:
        await database.close()


async def step(database: Database, ids: list[str], parent: dict[int, int], who: int, into: int) -> None:
    """One move, in both."""
    if into == -1:
        if parent.pop(who, None) is None:
            with pytest.raises(Taken):
                await database.write(W, separate_contact, ids[who])
        else:
            await database.write(W, separate_contact, ids[who])
        return
    one, other = root(parent, who), root(parent, into)
    if one == other:
        with pytest.raises(Invalid):
            await database.write(W, merge_contacts, ids[who], ids[into])
    else:
        parent[one] = other
        await database.write(W, merge_contacts, ids[who], ids[into])


async def compare(database: Database, ids: list[str], parent: dict[int, int]) -> None:
    """Both agree on everybody."""
    roots = [root(parent, n) for n in range(PEOPLE)]
    assert [found.contact_id for found in await people(database)] == [ids[n] for n in roots]
    assert await database.read(W, survivors, ids) == {ids[n]: ids[roots[n]] for n in range(PEOPLE)}
    for n in range(PEOPLE):
        together = await database.read(W, members, ids[n])
        assert together[0] == ids[roots[n]]
        assert sorted(together) == sorted(ids[m] for m in range(PEOPLE) if roots[m] == roots[n])
    listed = await database.read(W, list_contacts)
    assert [contact.id for contact in listed] == [ids[n] for n in sorted(set(roots))]
    shown = sorted(identity.value for contact in listed for identity in contact.identities)
    assert shown == [f"p{n}@example.com" for n in range(PEOPLE)]


def root(parent: dict[int, int], who: int) -> int:
    """Where the pointers end."""
    while who in parent:
        who = parent[who]
    return who
