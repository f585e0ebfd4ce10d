"""A file taken in: row by row, once however often the job dies, with nobody merged and nothing verified."""

import io
from pathlib import Path
from typing import Any

import pytest

from lyhord.contacts.actions import find_or_make_contacts
from lyhord.contacts.events import EVENTS
from lyhord.contacts.imports import store
from lyhord.contacts.imports.actions import (
    CHUNK,
    JOB,
    cancel_import,
    get_import,
    import_rows,
    prepare_import,
    start_import,
)
from lyhord.contacts.imports.jobs import PATIENCE, make_import, read_chunk
from lyhord.contacts.imports.model import Import, Options
from lyhord.contacts.imports.reading import read_lines
from lyhord.contacts.imports.views import foresee
from lyhord.contacts.model import Contact
from lyhord.contacts.views import list_contacts
from lyhord.kit.database import Database
from lyhord.kit.events import Catalogue
from lyhord.kit.files import Files
from lyhord.kit.jobs import JobRunner, Work
from tests.conftest import W
from tests.contacts.test_find import BROWSER, Wire

FIELDS = ("name", "email", "phone", "organization", "tags")
ME = "agent:00000000-0000-7000-8000-0000000000ff"


class Desk:
    """Somebody who imports files."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database = database
        self.files = Files(folder)
        self.runner = JobRunner(database, Catalogue(EVENTS), {JOB: Work(make_import(self.files), PATIENCE)})

    async def start(self, text: str, **options: Any) -> str:
        """Hand over a file; the import's id."""
        chosen = Options(**{"fields": FIELDS, "header": False, **options})
        stored = await self.files.put(text.encode())
        ready = await self.database.write(W, prepare_import, "a.csv", stored.sha256, chosen, 0, actor=ME)
        rows = sum(1 for _ in read_lines(io.BytesIO(text.encode()), chosen))
        await self.database.write(W, start_import, ready.id, chosen, rows, actor=ME)
        return str(ready.id)

    async def take_in(self, text: str, **options: Any) -> list[tuple[Any, ...]]:
        """Import a file; what became of its rows."""
        import_id = await self.start(text, **options)
        await self.runner.catch_up()
        assert (await self.look(import_id)).status == "done"
        rows = await self.database.read(W, lambda tx: tx.all(store.rows_after, of=import_id, after=0, most=1_000_000))
        return [row[:4] for row in rows]

    async def look(self, import_id: str) -> Import:
        """How far it is."""
        return (await self.database.read(W, get_import, import_id))[0]

    async def everybody(self) -> dict[str, Contact]:
        """All contacts by name."""
        return {one.name: one for one in await self.database.read(W, list_contacts, most=1_000)}


@pytest.fixture
def desk(database: Database, tmp_path: Path) -> Desk:
    """On a fresh database."""
    return Desk(database, tmp_path / "files")


def addresses(contact: Contact) -> list[tuple[str, str, str]]:
    """Its identities."""
    return [(one.scheme, one.value, one.verification) for one in contact.identities]


async def test_new_ones_are_made_and_nothing_is_verified(desk: Desk) -> None:
    found = await desk.take_in("Anna,anna@x.example,+46 70 1234567,Acme,vip\nBo,bo@x.example,,acme,\n")
    assert [row[1] for row in found] == ["made", "made"]
    people = await desk.everybody()
    assert addresses(people["Anna"]) == [
        ("email", "anna@x.example", "claimed"),
        ("tel", "+46701234567", "claimed"),
    ]
    assert people["Anna"].tags == ("vip",)
    assert people["Anna"].organization_id == people["Bo"].organization_id is not None


async def test_the_same_file_again_changes_nothing(desk: Desk) -> None:
    text = "Anna,anna@x.example,+46 70 1234567,Acme,vip\nAnna,ANNA@x.example,,,\n"
    assert [row[1] for row in await desk.take_in(text)] == ["made", "same"]
    before = await desk.everybody()
    assert [row[1] for row in await desk.take_in(text)] == ["same", "same"]
    assert await desk.everybody() == before


async def test_what_is_known_stays_unless_the_file_is_to_win(desk: Desk) -> None:
    await desk.take_in("Anna,anna@x.example,,,\n")
    assert [row[1] for row in await desk.take_in("Annie,anna@x.example,+46 70 1234567,,vip\n")] == ["changed"]
    [anna] = (await desk.everybody()).values()
    assert (anna.name, anna.tags, len(anna.identities)) == ("Anna", ("vip",), 2)
    await desk.take_in("Annie,anna@x.example,,,\n", replace=True)
    [annie] = (await desk.everybody()).values()
    assert (annie.name, annie.tags) == ("Annie", ("vip",))


async def test_nobody_is_merged(desk: Desk) -> None:
    await desk.take_in("Anna,anna@x.example,,,\nBo,,+46 70 1234567,,\n")
    before = await desk.everybody()
    [row] = await desk.take_in("Both,anna@x.example,+46701234567,,\n")
    assert row == (1, "refused", "imports.refused_two", "Anna · Bo")
    assert await desk.everybody() == before


async def test_a_number_does_not_stand_for_whoever_has_a_proven_address_of_another_name(desk: Desk) -> None:
    known = (Wire("email", "anna@x.example", "Anna", verified=True), Wire("tel", "+46701234567", verified=True))
    await desk.database.write(W, find_or_make_contacts, [known])
    [row] = await desk.take_in("Olle,olle@x.example,+46701234567,,\n")
    assert row == (1, "refused", "imports.refused_elsewhere", "Anna")


async def test_a_mere_claim_is_nobody(desk: Desk) -> None:
    claim = Wire("email", "victim@x.example", "Not the victim")
    await desk.database.write(W, find_or_make_contacts, [(BROWSER, claim)])
    [row] = await desk.take_in("Victim,victim@x.example,,Secret Ltd,\n")
    assert row == (1, "refused", "imports.refused_claim", "victim@x.example")


async def test_an_imported_address_yields_to_whoever_writes_from_it(desk: Desk) -> None:
    await desk.database.write(W, find_or_make_contacts, [(Wire("tel", "+46701234567", "Anna", verified=True),)])
    await desk.take_in("Anna,typo@x.example,+46701234567,,\n")
    [owner] = await desk.database.write(
        W, find_or_make_contacts, [(Wire("email", "typo@x.example", "Somebody else", verified=True),)]
    )
    people = await desk.everybody()
    assert owner.contact_id == people["Somebody else"].id
    assert addresses(people["Anna"]) == [("tel", "+46701234567", "channel")]


async def test_rows_that_cannot_be_taken_say_why_and_hold_up_nobody(desk: Desk) -> None:
    found = await desk.take_in('Anna,nowhere,,,\nBo,bo@x.example,,,\n"two\nlines",,,,\nCo,co@x.example,,,\n')
    assert found == [
        (1, "refused", "imports.refused_email", "nowhere"),
        (2, "made", "", ""),
        (3, "refused", "imports.refused_no_address", ""),
        (5, "made", "", ""),
    ]


async def test_it_goes_on_where_a_dead_worker_was(desk: Desk) -> None:
    many = "".join(f"C{n},c{n}@x.example,,,\n" for n in range(2 * CHUNK + 50))
    import_id = await desk.start(many)
    options = (await desk.look(import_id)).options
    first = read_chunk(read_lines(io.BytesIO(many.encode()), options), options, {}, CHUNK)
    assert await desk.database.write(W, import_rows, import_id, 0, first, False)
    assert not await desk.database.write(W, import_rows, import_id, 0, first, False)
    assert (await desk.look(import_id)).counts.made == CHUNK
    await desk.runner.catch_up()
    ended = await desk.look(import_id)
    assert (ended.status, ended.counts.made, ended.counts.rows, ended.rows) == ("done", 450, 450, 450)
    assert len(await desk.everybody()) == 450


async def test_a_job_that_pauses_is_followed_by_another(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lyhord.contacts.imports.jobs.STRETCH", -1.0)
    many = "".join(f"C{n},c{n}@x.example,,,\n" for n in range(3 * CHUNK))
    import_id = await desk.start(many)
    await desk.runner.catch_up()
    assert ((await desk.look(import_id)).status, len(await desk.everybody())) == ("done", 3 * CHUNK)


async def test_cancelled_takes_in_nothing_more(desk: Desk) -> None:
    import_id = await desk.start("Anna,anna@x.example,,,\n")
    await desk.database.write(W, cancel_import, import_id)
    await desk.runner.catch_up()
    assert (await desk.look(import_id)).status == "cancelled"
    assert await desk.everybody() == {}


async def test_a_file_that_is_gone_fails_visibly(desk: Desk) -> None:
    import_id = await desk.start("Anna,anna@x.example,,,\n")
    _, file = await desk.database.read(W, get_import, import_id)
    desk.files.path(str(file)).unlink()
    await desk.runner.catch_up()
    assert ((await desk.look(import_id)).status, (await desk.look(import_id)).problem) == (
        "failed",
        "imports.file_gone",
    )


async def test_the_preview_says_what_the_import_does(desk: Desk) -> None:
    await desk.take_in("Anna,anna@x.example,,,\n")
    text = (
        "Anna,anna@x.example,,,vip\nAnna,anna@x.example,,,vip\nBo,bo@x.example,,New Ltd,\nX,,,,\n,bo@x.example,,,late\n"
    )
    options = Options(fields=FIELDS, header=False)
    rows = read_chunk(read_lines(io.BytesIO(text.encode()), options), options, {}, 20)
    foreseen = await desk.database.read(W, foresee, rows, options)
    assert [(one.line, one.outcome) for one in foreseen] == [(row[0], row[1]) for row in await desk.take_in(text)]
    assert [one.outcome for one in foreseen] == ["changed", "same", "made", "refused", "changed"]
    assert foreseen[0].addresses == ["anna@x.example"]
