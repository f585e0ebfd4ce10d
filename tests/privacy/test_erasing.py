"""Who is erased leaves no word behind: every table and the file store are walked for what they said and were called."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from lyhord.app.duties import FOLLOWERS
from lyhord.app.erasures import OTHERS
from lyhord.app.invariants import list_broken
from lyhord.app.wiring import EVENTS
from lyhord.contacts.actions import (
    ContactChange,
    add_identity,
    change_contact,
    create_contact,
    find_contacts,
    merge_contacts,
)
from lyhord.contacts.consents.actions import Answered, record_consent
from lyhord.contacts.facts.actions import note_fact
from lyhord.contacts.imports.actions import import_rows, prepare_import, start_import
from lyhord.contacts.imports.model import Options, Row
from lyhord.conversations.actions.amend import edit_message, react, remove_message
from lyhord.conversations.actions.attach import attach_file
from lyhord.conversations.actions.note import add_note
from lyhord.conversations.actions.reading import mark_seen, save_draft
from lyhord.conversations.exchange import (
    Accepted,
    Address,
    InboundEdit,
    InboundGroup,
    InboundMessage,
    InboundPeer,
    InboundReaction,
    InboundTimer,
    Media,
    Peer,
    Raw,
)
from lyhord.conversations.intake import take_in
from lyhord.conversations.model import Draft, Note, Received, Rendering, Reply, Translation
from lyhord.conversations.pushes.actions import Browser, add_browser
from lyhord.conversations.retention import referenced_files
from lyhord.conversations.scheduled.actions import schedule_reply
from lyhord.conversations.sending import claim_due, finish
from lyhord.conversations.sharing.actions import share_draft
from lyhord.conversations.sides.actions import Question, start_side
from lyhord.conversations.visitors import Opening, find_visitor, open_visit
from lyhord.conversations.watching.actions import watch
from lyhord.kit.clock import DAY, HOUR
from lyhord.kit.database import Tx, metadata
from lyhord.kit.database.engine import Engine
from lyhord.kit.events import Catalogue
from lyhord.kit.files import Files
from lyhord.kit.followers import FollowerRunner
from lyhord.kit.http import once
from lyhord.kit.ids import new_id
from lyhord.privacy.actions import erase_contact
from lyhord.tickets.actions import assign_ticket, get_ticket, tag_ticket
from lyhord.tickets.bulk import BulkChange, Who, change_chunk
from lyhord.tickets.coaching.actions import write_note
from lyhord.tickets.coaching.model import CoachingWords
from lyhord.tickets.reviews.actions import create_card, review_ticket
from lyhord.tickets.reviews.model import CardWords, Criterion, ReviewWords
from lyhord.tickets.views import FIRST
from lyhord.worker.timers import sweep_files
from lyhord.workspaces.actions.agents import get_agent, store_agent
from lyhord.workspaces.reach import EVERYTHING
from tests.conversations.desk import Desk

MARK = "zzyzx"
"""Stands in everything that Zoe said, is called, and that was said to her or about her."""
REASONS = {
    "tag": "the workspace's own vocabulary: a word that no row joins to anybody",
    "audit": "that an agent took in a file, by its name",
    "contact_import": "the name of a file and the tags put on everybody in it: the company's own words",
}
PLANTED = {
    *("attachment", "clue", "consent", "contact", "contact_trait", "conversation", "draft", "earlier_words", "fact"),
    *(
        "idempotency",
        "identity",
        "message",
        "participant",
        "peer",
        "raw_payload",
        "reaction",
        "review",
        "coaching_note",
        "scheduled_reply",
        "shared_draft",
        "ticket",
        "visitor",
        "visitor_push",
    ),
}
ZOE = Address("pigeon", MARK, f"Zoe {MARK}", verified=True)
SUPPLIER = Address("pigeon", "supplier", "Mill & Sons")


class House:
    """The company with its file store; `everything` lets happen whatever can be kept about somebody."""

    def __init__(self, desk: Desk, files: Files) -> None:
        self.desk = desk
        self.files = files
        self.followers = FollowerRunner(desk.database, Catalogue(EVENTS), FOLLOWERS)
        self.by = f"agent:{desk.agent}"
        self.count = 0

    async def come(self, *inbounds: Any, raw: bytes | None = None) -> list[str | None]:
        """Something comes through the first inbox."""
        what = Raw(raw, {"x-from": MARK}) if raw else None
        received = Received(inbox_id=self.desk.inbox, channel="pigeon", inbounds=inbounds, raw=what)
        receipt = await take_in(self.desk.database, self.files, self.desk.workspace_id, received)
        return list(receipt.message_ids)

    def words(self, **more: Any) -> InboundMessage:
        """What Zoe says."""
        self.count += 1
        given = {"external_id": f"{MARK}-{self.count}", "sender": (ZOE,), "text": f"My {MARK} is broken", **more}
        return InboundMessage(**given)

    async def upload(self, name: str = f"{MARK}.txt") -> str:
        """An agent's file about her."""
        stored = await self.files.put(f"{MARK} {new_id()}".encode())
        made = await self.desk.write(_attach, stored.sha256, name, stored.size, actor=self.by)
        return str(made.id)

    async def everything(self) -> str:
        """Zoe's contact, with everything on it that the product has."""
        desk, write = self.desk, self.desk.write
        for one in (desk.agent, desk.colleague):
            await write(_join, one)
        voice = Media(f"{MARK}.ogg", "audio/ogg", 9, content=f"OggS {MARK}".encode())
        (first,) = await self.come(
            self.words(html=f"<p>{MARK}</p>", quoted=MARK, subject=f"The {MARK}", media=(voice,), copies=(ZOE,)),
            raw=f"{MARK} {'x' * 70_000}".encode(),
        )
        assert first is not None
        talk = (await desk.message(first)).conversation_id
        stranger = InboundMessage(external_id="s", sender=(Address("pigeon", "bo", "Bo"),), text="Hello")
        await self.come(stranger, self.words(), raw=f"two at once, {MARK} behind".encode())
        await self.followers.catch_up()
        ticket = await desk.ticket(talk)
        contact = str(ticket.contact_id)
        await self.known(contact)
        await self.answered(talk, first)
        await self.aside(talk, first)
        await self.in_a_group()
        await write(lambda tx: assign_ticket(tx, ticket.id, agent_id=desk.colleague, team_id=None))
        await write(lambda tx: tag_ticket(tx, ticket.id, add=[MARK]))
        who = Who(self.by, desk.agent, EVERYTHING)
        await write(change_chunk, who, BulkChange(ids=(ticket.id,), note=f"About {MARK}"), FIRST)
        await self.judged(talk, ticket.id)
        await self.come(self.words(text=f"Still {MARK}"))
        await self.followers.catch_up()
        return contact

    async def judged(self, talk: str, ticket_id: str) -> None:
        """A colleague's work for her is reviewed, and one writes to them about it."""
        desk, write = self.desk, self.desk.write
        card = await write(create_card, CardWords(name="Card", criteria=(Criterion(key="warm", name="Warm"),)))
        words = ReviewWords(scores={"warm": 5}, words=f"Patient with {MARK}")
        await write(lambda tx: review_ticket(tx, get_ticket(tx, ticket_id), card, words, desk.agent))
        await write(write_note, talk, CoachingWords(agent_id=desk.colleague, text=f"As to {MARK}"), desk.agent)

    async def known(self, contact: str) -> None:
        """What is noted, recorded, imported and merged."""
        write = self.desk.write
        change = ContactChange(name=f"Zoe {MARK}", about=MARK, attributes={"order": MARK}, add_tags=(MARK,))
        await write(change_contact, contact, change)
        await write(add_identity, contact, Address("email", f"{MARK}@customer.test", MARK))
        twin = await write(
            create_contact,
            ContactChange(name=f"Zoe {MARK}", about=f"Another {MARK}"),
            Address("tel", "+46701234567", MARK),
        )
        await write(merge_contacts, twin.id, contact)
        await write(
            once(note_fact, "key", type(await write(note_fact, contact, MARK, MARK))), contact, f"Likes {MARK}", MARK
        )
        await write(record_consent, contact, Answered(purpose="offers", answer="given", source=MARK, evidence=MARK))
        file = await self.files.put(f"{MARK},{MARK}@customer.test".encode())
        ready = await write(
            prepare_import, f"{MARK}.csv", file.sha256, Options(fields=("name", "email")), 1, actor=self.by
        )
        await write(start_import, ready.id, Options(fields=("name", "email")), 1, actor=self.by)
        row = Row(keys=(("email", f"{MARK}@customer.test"),), name=f"Zoe {MARK}", about=MARK)
        await write(import_rows, ready.id, 0, [(1, row)], True)
        await write(open_visit, Opening(inbox_id=self.desk.inbox, scheme="pigeon", token_hash="t", addresses=(ZOE,)))
        who = await self.desk.read(find_visitor, "t")
        await write(add_browser, who, Browser(endpoint=f"https://push.test/{MARK}", sealed=MARK, locale="en"))

    async def answered(self, talk: str, first: str) -> None:
        """Replies, drafts, notes, changed words, reactions, translations."""
        desk, write = self.desk, self.desk.write
        translated = Translation("en", (Rendering("sv", f"Din {MARK}", own=True),))
        reply = await desk.answer(
            talk, f"Your {MARK} comes", attachment_ids=(await self.upload(),), translation=translated
        )
        gone = await desk.answer(talk, f"Wrong {MARK}")
        for _ in range(2):
            for claim in await write(lambda tx: claim_due(tx, ["pigeon"], (), 10)):
                await write(
                    lambda tx, claim=claim: finish(tx, claim, Accepted(f"their-{claim.reference}"), native=True)
                )
        await write(edit_message, reply.id, f"Your {MARK} comes on Monday", actor=self.by)
        await write(remove_message, gone.id, actor=self.by)
        await write(react, first, "👍", actor=self.by)
        heart = InboundReaction(message=f"their-{reply.id}", sender=(ZOE,), emoji="❤️", external_id=f"{MARK}-r")
        edit = InboundEdit(message=f"{MARK}-1", sender=(ZOE,), text=f"My {MARK} was broken")
        await self.come(heart, edit, raw=f"{MARK} once more".encode())
        note = Note(
            conversation_id=talk,
            text=f"{MARK} again",
            mentions=(desk.colleague,),
            attachment_ids=(await self.upload(),),
        )
        await write(add_note, note, actor=self.by)
        await write(watch, desk.colleague, talk)
        await write(mark_seen, desk.agent, talk, first)
        later = Reply(conversation_id=talk, text=f"Later {MARK}", attachment_ids=(await self.upload(),))
        await write(schedule_reply, later, desk.clock.now + DAY, "send", actor=self.by)
        await write(share_draft, talk, Draft(text=f"Dear {MARK}", attachment_ids=(await self.upload(),)), actor=self.by)
        draft = Draft(text=f"Dear {MARK}", attachment_ids=(await self.upload(),))
        await write(save_draft, desk.agent, talk, draft)

    async def aside(self, talk: str, first: str) -> None:
        """The supplier is asked, with her words and her file, and answers."""
        words = Reply(
            conversation_id="",
            text=f"> My {MARK}",
            scheme="pigeon",
            value="supplier",
            inbox_id=self.desk.inbox,
            subject=MARK,
            attachment_ids=(await self.upload(),),
        )
        asked = await self.desk.write(
            start_side, Question(parent_id=talk, to=SUPPLIER, about_id=first), words, actor=self.by
        )
        answer = InboundMessage(external_id="supplied", sender=(SUPPLIER,), text=f"Which {MARK}?", answers=(asked,))
        await self.come(answer, raw=f"about {MARK}".encode())

    async def in_a_group(self) -> None:
        """She says something where others are, and answers one of them with an emoji; and what her device can do is told,
        and that all she says vanishes, which ends at once.
        """
        await self.come(InboundPeer(sender=ZOE, peer=Peer(features=frozenset({MARK}))))
        await self.come(InboundTimer(seconds=60, sender=(ZOE,)), InboundTimer(seconds=0, sender=(ZOE,)))
        other = InboundMessage(
            external_id="g1", sender=(Address("pigeon", "bea", "Bea"),), text="Anybody?", group_id="g"
        )
        await self.come(other)
        await self.come(InboundGroup(group_id="g", joined=(ZOE,)))
        mine = self.words(group_id="g", text=f"Me, {MARK}")
        (said,) = await self.come(mine, raw=f"in a group, {MARK}".encode())
        message = await self.desk.message(str(said))
        await self.desk.answer(message.conversation_id, "Thank you", answers=message.id)
        await self.come(InboundReaction(message="g1", sender=(ZOE,), emoji="👋"))


def _join(tx: Tx, agent_id: str) -> None:
    store_agent(tx, replace(get_agent(tx, agent_id), joined_at=tx.now))


def _attach(tx: Tx, file: str, name: str, size: int) -> Any:
    return attach_file(tx, file, name=name, content_type="text/plain", size=size)


@pytest.fixture
def house(desk: Desk, tmp_path: Path) -> House:
    return House(desk, Files(tmp_path / "files"))


def found_in_rows(engine: Engine, workspace_id: str) -> dict[str, list[str]]:
    """Every table with a row in which the mark stands, those of the search indexes among them, and such rows."""
    if engine.dialect == "sqlite":
        names = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'search%\\_%\\_%' ESCAPE '\\'"
    else:
        names = "SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema()"
    found: dict[str, list[str]] = {}
    with closing(engine.connect(write=False)) as connection:
        cursor = connection.cursor()
        engine.begin(cursor, workspace_id, write=False)
        tables = {row[0] for row in cursor.execute(names).fetchall()} | metadata.tables.keys()
        for table in sorted(tables):
            rows = [str(row) for row in _rows(cursor, table) if MARK in str(row).lower()]
            if rows:
                found[table] = rows
        engine.leave(cursor)
    return found


def _rows(cursor: Any, table: str) -> Iterator[Sequence[Any]]:
    for row in cursor.execute(f'SELECT * FROM "{table}"').fetchall():
        yield [bytes(one).decode("utf-8", "replace") if isinstance(one, (bytes, memoryview)) else one for one in row]


def found_in_files(files: Files) -> list[str]:
    """The files of the store in which it stands."""
    return [path.name for path in files.root.rglob("*") if path.is_file() and MARK.encode() in path.read_bytes()]


async def test_nothing_about_an_erased_contact_is_left_in_any_table_or_file(house: House, engine: Engine) -> None:
    desk = house.desk
    contact = await house.everything()
    before = found_in_rows(engine, desk.workspace_id)
    assert PLANTED - before.keys() == set(), "what nobody planted can't be missed"
    assert found_in_files(house.files)
    await desk.write(erase_contact, contact, OTHERS, actor=house.by)
    await house.followers.catch_up()
    desk.clock.move(HOUR)
    left = found_in_rows(engine, desk.workspace_id)
    assert {table: rows for table, rows in left.items() if table not in REASONS} == {}
    await sweep_files(desk.database, house.files, referenced_files, seconds=-1)
    assert found_in_files(house.files) == []
    assert list_broken(engine, house.files.root) == []


async def test_who_only_ever_spoke_in_a_group_leaves_nothing_of_their_own(house: House, engine: Engine) -> None:
    await house.in_a_group()
    (zoe,) = await house.desk.read(lambda tx: find_contacts(tx, [(ZOE,)]))
    await house.desk.write(erase_contact, zoe.contact_id)
    assert found_in_rows(engine, house.desk.workspace_id) == {}
