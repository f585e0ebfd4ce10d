"""Whose message is it: one contact per person, none by a mere claim, none twice."""

import asyncio
from collections.abc import Iterable
from typing import Any

import pytest
from msgspec import Struct

from lyhord.contacts.actions import add_identity, find_or_make_contacts
from lyhord.contacts.events import EVENTS
from lyhord.contacts.model import Contact, Found
from lyhord.contacts.views import contacts_by_id
from lyhord.kit.database import Database, Tx
from lyhord.kit.database.log import read_events
from lyhord.kit.events import Catalogue
from tests.conftest import StoppedClock, V, W


class Wire(Struct, frozen=True):
    """An address as channels hand it over."""

    scheme: str
    value: str
    name: str = ""
    verified: bool = False


ANNA = Wire("email", "anna@example.com", "Anna Berg", verified=True)
BROWSER = Wire("webchat", "b1", verified=True)


async def find(database: Database, *senders: Iterable[Wire], workspace: str = W) -> list[Found]:
    """One batch."""
    return await database.write(workspace, find_or_make_contacts, [tuple(sender) for sender in senders])


async def contact_of(database: Database, contact_id: str, workspace: str = W) -> Contact:
    """The contact as screens see it."""
    return (await database.read(workspace, contacts_by_id, [contact_id]))[contact_id]


async def events(database: Database, workspace: str = W) -> list[tuple[str, str]]:
    """(kind, contact) of everything in the log."""
    rows = await database.read(workspace, lambda tx: tx.all(read_events, after=0, most=1000))
    return [(one.kind, one.event.contact_id) for one in Catalogue(EVENTS).decode(rows)]  # type: ignore[attr-defined]


async def test_somebody_new_becomes_a_contact_and_stays_one(database: Database) -> None:
    first = (await find(database, [ANNA]))[0]
    again = (await find(database, [Wire("email", "ANNA@Example.com ")]))[0]
    assert (first.created, again.created) == (True, False)
    assert again.contact_id == first.contact_id
    assert again.value == "anna@example.com"
    contact = await contact_of(database, first.contact_id)
    assert contact.name == "Anna Berg"
    assert [(one.scheme, one.value, one.verification) for one in contact.identities] == [
        ("email", "anna@example.com", "channel")
    ]
    assert await events(database) == [("contact.created", first.contact_id)]


async def test_two_messages_in_one_batch_make_one_contact(database: Database) -> None:
    found = await find(database, [ANNA], [ANNA], [BROWSER, ANNA], [BROWSER])
    assert len({one.contact_id for one in found}) == 1
    assert [one.created for one in found] == [True, False, False, False]
    assert len((await contact_of(database, found[0].contact_id)).identities) == 2


async def test_messages_at_the_same_moment_make_one_contact(database: Database) -> None:
    found = await asyncio.gather(*(find(database, [ANNA], [BROWSER, ANNA]) for _ in range(20)))
    assert len({one.contact_id for batch in found for one in batch}) == 1
    assert sum(one.created for batch in found for one in batch) == 1
    assert len(await events(database)) == 1


async def test_a_signed_address_of_a_known_contact_is_that_contact(database: Database) -> None:
    known = (await find(database, [ANNA]))[0]
    visitor = (await find(database, [BROWSER, ANNA]))[0]
    assert visitor.contact_id == known.contact_id
    assert (await find(database, [BROWSER]))[0].contact_id == known.contact_id


async def test_an_address_written_into_a_form_opens_nothing(database: Database) -> None:
    known = (await find(database, [ANNA]))[0]
    claims = Wire("email", "anna@example.com", "Anna", verified=False)
    stranger = (await find(database, [BROWSER, claims]))[0]
    assert stranger.contact_id != known.contact_id
    assert len((await contact_of(database, stranger.contact_id)).identities) == 1


@pytest.mark.parametrize("together", [True, False])
@pytest.mark.parametrize("verified", [True, False])
async def test_a_claimed_address_yields_to_whoever_writes_from_it(
    database: Database, *, together: bool, verified: bool
) -> None:
    claim = Wire("email", "victim@example.com", "Victim")
    owner = Wire("email", "victim@example.com", "Vera", verified=verified)
    if together:
        visitor, mailer = await find(database, [BROWSER, claim], [owner])
    else:
        visitor = (await find(database, [BROWSER, claim]))[0]
        shown = await contact_of(database, visitor.contact_id)
        assert sorted((one.scheme, one.verification) for one in shown.identities) == [
            ("email", "claimed"),
            ("webchat", "channel"),
        ]
        mailer = (await find(database, [owner]))[0]
    assert mailer.contact_id != visitor.contact_id
    assert mailer.created
    assert [one.scheme for one in (await contact_of(database, visitor.contact_id)).identities] == ["webchat"]
    assert (await find(database, [owner], [BROWSER, claim]))[0].contact_id == mailer.contact_id
    assert (await contact_of(database, mailer.contact_id)).name == "Vera"


async def test_a_claim_beside_an_unverified_sender_is_not_kept(database: Database) -> None:
    found = (await find(database, [Wire("webchat", "x"), Wire("email", "victim@example.com")]))[0]
    assert len((await contact_of(database, found.contact_id)).identities) == 1


async def test_unverified_mail_finds_its_own_contact_again(database: Database) -> None:
    plain = Wire("email", "per@example.com", "Per")
    one, two = await find(database, [plain], [plain])
    three = (await find(database, [plain]))[0]
    assert one.contact_id == two.contact_id == three.contact_id


async def test_unverified_mail_stays_with_its_contact_whatever_is_added(
    database: Database, clock: StoppedClock
) -> None:
    plain = Wire("email", "per@example.com", "Per")
    per = (await find(database, [plain]))[0]
    clock.move(1)
    await database.write(W, add_identity, per.contact_id, Wire("tel", "+461"))
    assert (await find(database, [plain]))[0].contact_id == per.contact_id
    signed = Wire("email", "per@example.com", "Per", verified=True)
    clock.move(1)
    assert (await find(database, [BROWSER, signed]))[0].contact_id == per.contact_id
    assert (await find(database, [plain], [BROWSER]))[1].contact_id == per.contact_id
    email = next(one for one in (await contact_of(database, per.contact_id)).identities if one.scheme == "email")
    assert email.verification == "channel"


async def test_a_visitor_who_signs_in_keeps_what_they_claimed(database: Database, clock: StoppedClock) -> None:
    claim = Wire("email", "vera@example.com")
    visitor = (await find(database, [BROWSER, claim]))[0]
    clock.move(1)
    signed = Wire("email", "vera@example.com", "Vera", verified=True)
    assert (await find(database, [BROWSER, signed]))[0].contact_id == visitor.contact_id
    assert (await find(database, [claim]))[0].contact_id == visitor.contact_id
    assert (await contact_of(database, visitor.contact_id)).name == "Vera"


async def test_two_contacts_are_never_merged_by_a_message(database: Database) -> None:
    anna, browser = await find(database, [ANNA], [BROWSER])
    both = (await find(database, [BROWSER, ANNA]))[0]
    assert both.contact_id == browser.contact_id != anna.contact_id
    assert (await find(database, [ANNA]))[0].contact_id == anna.contact_id


@pytest.mark.parametrize("together", [True, False])
async def test_a_real_name_takes_the_place_of_an_address(database: Database, *, together: bool) -> None:
    bare, named = Wire("email", "Per@example.com"), Wire("email", "per@example.com", "Per Ås")
    if together:
        found = await find(database, [bare], [named])
    else:
        found = [*await find(database, [bare]), *await find(database, [named])]
    assert [one.name for one in found] == ["Per@example.com", "Per Ås"]
    assert (await contact_of(database, found[0].contact_id)).name == "Per Ås"
    assert (await find(database, [Wire("email", "per@example.com", "Other Name")]))[0].name == "Per Ås"
    assert await events(database) == [
        ("contact.created", found[0].contact_id),
        ("contact.changed", found[0].contact_id),
    ]


@pytest.mark.parametrize("together", [True, False])
async def test_the_channels_word_replaces_a_claim(database: Database, *, together: bool) -> None:
    claimed, vouched = Wire("email", "per@example.com", "Per"), Wire("email", "per@example.com", "Per", verified=True)
    if together:
        found = await find(database, [claimed], [vouched])
    else:
        found = [*await find(database, [claimed]), *await find(database, [vouched])]
    contact = await contact_of(database, found[0].contact_id)
    assert [one.verification for one in contact.identities] == ["channel"]
    assert contact.identities[0].verified_at == database.clock()


async def test_workspaces_share_nobody(database: Database) -> None:
    here = (await find(database, [ANNA]))[0]
    there = (await find(database, [ANNA], workspace=V))[0]
    assert there.created
    assert there.contact_id != here.contact_id
    assert await database.read(V, contacts_by_id, [here.contact_id]) == {}


@pytest.mark.parametrize(
    "name",
    [
        "Z" + "\u0301" * 10_000,
        "a\x00\ud800b",
        "\u202eevil",
        "'; drop table contact; --",
        "<script>",
        "\u200b",
        "x" * 5_000,
    ],
)
async def test_hostile_names_are_stored_tamed(database: Database, name: str) -> None:
    found = (await find(database, [Wire("email", "x@example.com", name)]))[0]
    contact = await contact_of(database, found.contact_id)
    assert 0 < len(contact.name) <= 120
    assert contact.name.isprintable() or "\ufffd" in contact.name
    assert len(contact.identities[0].name) <= 120


async def test_hostile_values_are_stored_tamed(database: Database) -> None:
    values = ["\x00", "\ud800@x", "a@" + "x" * 100_000, "", "'\"%_"]
    found = await find(database, *([Wire("email", value)] for value in values))
    again = await find(database, *([Wire("email", value)] for value in values))
    assert [one.contact_id for one in found] == [one.contact_id for one in again]


async def test_what_the_action_wrote_is_gone_when_it_fails(database: Database) -> None:
    def fail(tx: Tx) -> Any:
        find_or_make_contacts(tx, [(ANNA,)])
        raise LookupError

    with pytest.raises(LookupError):
        await database.write(W, fail)
    assert (await find(database, [ANNA]))[0].created
