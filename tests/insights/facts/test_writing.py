"""The files say what the tables say: grown bit by bit or written anew, after an erasure, a restore, a crash."""

from functools import partial
from typing import Any

from lyhord.contacts.actions.attributes import define_attribute
from lyhord.contacts.actions.edit import ContactChange, change_contact
from lyhord.contacts.actions.merge import merge_contacts
from lyhord.hearing.events import AllHeard
from lyhord.hearing.findings.actions import write_findings
from lyhord.hearing.findings.model import MOOD, Finding
from lyhord.insights.facts.engine import Job, Run
from lyhord.insights.facts.folder import NOTHING, clear_others
from lyhord.insights.facts.model import MESSAGES, TABLES, TICKETS, Table
from lyhord.insights.facts.reading import read_head_of
from lyhord.insights.facts.rows import paths
from lyhord.insights.facts.writing import rebuild, write_all
from lyhord.kit.clock import DAY, HOUR
from lyhord.kit.ids import new_id
from lyhord.privacy.actions import erase_contact
from lyhord.tickets.actions import mark_spam, set_attributes
from tests.insights.pictures.company import Company


async def kept(company: Company, table: Table) -> list[tuple[Any, ...]]:
    """What stands in the files of a table."""
    files = company.pictures.folder(company.desk.workspace_id).files(table)
    if not files:
        return []
    run = Run(f"SELECT {', '.join(table.columns)} FROM read_parquet({paths(files)}) ORDER BY {table.key}")
    [answer] = await company.facts.ask(Job([run]))
    return [tuple(map(str, row)) for row in answer.rows]


async def live_a_little(company: Company) -> None:
    for who in ("ann", "ben"):
        await company.ask(who)
        company.desk.clock.move(HOUR)
        await company.answer(who)
    await company.resolve("ann")


async def test_files_that_grew_are_those_that_are_written_anew(company: Company) -> None:
    await live_a_little(company)
    assert await company.write()
    company.desk.clock.move(40 * DAY)
    await live_a_little(company)
    await company.complain("ben")
    assert await company.write()
    grown = [await kept(company, table) for table in TABLES]
    assert [len(rows) for rows in grown] == [3, 8], "Ann's ticket was resolved, Ben's went on"
    written = await rebuild(company.desk.database, company.facts, company.desk.workspace_id)
    assert [await kept(company, table) for table in TABLES] == grown
    assert (written.tickets, written.messages) == (3, 8)


async def test_a_month_that_stays_as_it_is_is_left_alone(company: Company) -> None:
    await live_a_little(company)
    await company.write()
    company.desk.clock.move(40 * DAY)
    folder = company.pictures.folder(company.desk.workspace_id)
    [old] = folder.files(TICKETS)
    before = old.stat().st_mtime_ns
    await company.ask("cid")
    await company.write()
    assert old.stat().st_mtime_ns == before
    assert len(folder.files(TICKETS)) == 2


async def test_a_ticket_that_comes_again_changes_the_one_before(company: Company) -> None:
    await live_a_little(company)
    await company.write()
    company.desk.clock.move(8 * DAY)
    again = await company.ask("ann")
    await company.write()
    place = list(TICKETS.columns).index("next_at")
    rows = {row[0]: row[place] for row in await kept(company, TICKETS)}
    assert sorted(one is not None and one != "None" for one in rows.values()) == [False, False, True]
    assert rows[again] == "None"


async def test_who_is_erased_is_gone_from_the_files(company: Company) -> None:
    await live_a_little(company)
    await company.write()
    contact_id = (await company.last("ann")).contact_id
    assert contact_id is not None
    await company.desk.write(erase_contact, contact_id)
    shown = await company.chart("contacts", "kind")
    assert shown.whole.whole == 1, "at once, before any file is written"
    await company.write()
    for table in TABLES:
        rows = await kept(company, table)
        assert rows
        assert not any(contact_id in row for row in rows)
    assert len(await kept(company, TICKETS)) == 1
    assert len(await kept(company, MESSAGES)) == 2


async def test_there_is_no_text_and_no_name_in_the_files(company: Company) -> None:
    await live_a_little(company)
    await company.write()
    folder = company.pictures.folder(company.desk.workspace_id)
    words = [b"Where is it", b"Hello", b"Ann", b"ann"]
    [answer] = await company.facts.ask(Job([Run(f"SELECT * FROM read_parquet({paths(folder.files(TICKETS))})")]))
    told = str(answer.rows).encode()
    assert not any(one in told for one in words[:3])
    assert not any(one in file.read_bytes() for table in TABLES for file in folder.files(table) for one in words[:2])


async def test_what_was_written_freely_comes_into_no_file(company: Company) -> None:
    desk = company.desk
    await desk.write(define_attribute, "ticket", "Produkt", "choice", ("lamp", "chair"))
    await desk.write(define_attribute, "contact", "place", "text")
    await company.ask("ann")
    ticket = await company.last("ann")
    await desk.write(partial(set_attributes, ticket_id=ticket.id, values={"Produkt": "lamp", "product": "Ann's own"}))
    await desk.write(change_contact, ticket.contact_id, ContactChange(attributes={"place": "At Ann Lind's"}))
    await company.write()
    names = list(TICKETS.columns)
    [row] = await kept(company, TICKETS)
    assert (row[names.index("product")], row[names.index("place")]) == ("lamp", "None")


async def test_when_everything_was_heard_anew_the_files_are_written_anew(company: Company) -> None:
    await live_a_little(company)
    await company.write()
    said = (await company.last("ann")).last_inbound_id
    finding = [(Finding(MOOD, "angry", 0.9), "")]
    await company.desk.write(lambda tx: write_findings(tx, {said: finding}))  # as `lyhord hear` does, without an event
    place = list(TICKETS.columns).index("mood_end")
    assert "angry" not in [row[place] for row in await kept(company, TICKETS)]
    await company.desk.write(lambda tx: tx.emit(AllHeard()))
    await company.follow()
    assert await write_all(company.desk.database, company.facts) == 1, "at once, however little is new"
    assert "angry" in [row[place] for row in await kept(company, TICKETS)]
    assert await write_all(company.desk.database, company.facts) == 0


async def test_spam_and_what_was_taken_back_is_in_no_file(company: Company) -> None:
    await live_a_little(company)
    await company.write()
    ticket = await company.last("ben")
    await company.desk.write(mark_spam, ticket.id)
    await company.write()
    assert ticket.id not in [row[0] for row in await kept(company, TICKETS)]


async def test_contacts_who_are_one_have_one_history(company: Company) -> None:
    await live_a_little(company)
    ann, ben = [(await company.last(who)).contact_id for who in ("ann", "ben")]
    await company.write()
    await company.desk.write(merge_contacts, ben, ann)
    await company.write()
    place = list(TICKETS.columns).index("contact_id")
    assert len({row[place] for row in await kept(company, TICKETS)}) == 1
    grown = await kept(company, TICKETS)
    await rebuild(company.desk.database, company.facts, company.desk.workspace_id)
    assert await kept(company, TICKETS) == grown


async def test_files_wait_for_those_who_write_what_they_are_made_of(company: Company) -> None:
    await company.ask("ann")
    assert (await company.desk.read(read_head_of)).sure == 0
    await company.follow()
    head = await company.desk.read(read_head_of)
    assert head.sure == head.seq > 0


async def test_little_that_is_new_waits_for_the_hour(company: Company) -> None:
    await live_a_little(company)
    await company.write()
    await company.ask("cid")
    await company.follow()
    assert await write_all(company.desk.database, company.facts) == 0
    company.desk.clock.move(2 * HOUR)
    assert await write_all(company.desk.database, company.facts) == 1


async def test_files_of_another_epoch_are_written_anew(company: Company) -> None:
    await live_a_little(company)
    await company.write()
    folder = company.pictures.folder(company.desk.workspace_id)
    from msgspec.structs import replace

    folder.write_manifest(replace(folder.manifest(), epoch=99))
    assert (await company.chart("contacts", "kind")).whole.whole == 2, (
        "a restored database isn't mixed with files from before"
    )
    assert await company.write()
    assert folder.manifest().epoch != 99


async def test_a_manifest_that_cant_be_read_is_none(company: Company) -> None:
    folder = company.pictures.folder(company.desk.workspace_id)
    folder.path.mkdir(parents=True)
    (folder.path / "manifest.json").write_text("{")
    assert folder.manifest() == NOTHING


async def test_files_of_a_workspace_that_is_gone_go(company: Company) -> None:
    await live_a_little(company)
    await company.write()
    clear_others(company.facts.root, [company.desk.workspace_id])
    assert await kept(company, TICKETS)
    clear_others(company.facts.root, [new_id()])
    assert await kept(company, TICKETS) == []
