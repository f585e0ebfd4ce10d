"""Whatever is merged, split and separated, and whoever speaks in between: each identity keeps its words, and whoever waits a ticket."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from typing_extensions import override

from lyhord.contacts.actions import merge_contacts, separate_contact, split_identity
from lyhord.contacts.lineage import members
from lyhord.contacts.views import get_contact, list_merges
from lyhord.conversations.exchange import Address
from lyhord.conversations.timeline import find_timeline
from lyhord.conversations.views import conversation_of_contacts
from lyhord.kit.database.engine import Engine
from lyhord.tickets.views import tickets_of
from lyhord.workspaces.reach import EVERYTHING
from tests.conftest import StoppedClock
from tests.conversations.desk import Desk, make_database, texts

PEOPLE = ("ann", "bob", "cleo", "dora")
who = st.sampled_from(range(len(PEOPLE)))


class Walk(RuleBasedStateMachine):
    """The product beside a model: who owns a handle, who was merged into whom, what was said through each handle, who waits."""

    runner: asyncio.Runner
    engine: Engine

    def do(self, what: Any) -> Any:
        """Run something of the product."""
        return self.runner.run(what)

    @initialize()
    def open(self) -> None:
        """Four customers write, two of them from two addresses."""
        self.clock = StoppedClock()
        self.database = make_database(self.engine, self.clock)
        self.do(self.database.open())
        self.desk = self.do(Desk(self.database, self.clock).open())
        self.contacts: list[str] = []
        self.owner: dict[str, str] = {}
        self.parent: dict[str, str] = {}
        self.said: dict[str, list[str]] = {}
        self.waits: set[str] = set()
        self.count = 0
        for name in PEOPLE:
            handles = [name, f"{name}2"] if name in PEOPLE[:2] else [name]
            sender = tuple(Address("pigeon", one, one.title(), verified=True) for one in handles)
            self.say(name, sender)
            contact = self.do(self.desk.message(self.last)).conversation_id
            conversation = self.do(self.desk.read(find_timeline, contact))[0]
            self.contacts.append(conversation.contact_id)
            self.owner |= dict.fromkeys(handles, conversation.contact_id)
            self.said.setdefault(handles[-1], [])

    @override
    def teardown(self) -> None:
        """Close."""
        self.do(self.database.close())

    def root(self, contact_id: str) -> str:
        """Whom a contact has become."""
        while contact_id in self.parent:
            contact_id = self.parent[contact_id]
        return contact_id

    def group(self, contact_id: str) -> list[str]:
        """The handles of everybody who is one with a contact."""
        return [one for one, owner in self.owner.items() if self.root(owner) == self.root(contact_id)]

    def say(self, handle: str, sender: Any = None) -> None:
        """A customer writes."""
        self.clock.move(1_000)
        self.count += 1
        sender = sender or (Address("pigeon", handle, handle.title(), verified=True),)
        receipt = self.do(self.desk.receive(self.desk.words(f"{self.count} in", who=handle, sender=sender)))
        self.last = receipt.message_ids[0]
        self.said.setdefault(handle, []).append(f"{self.count} in")
        self.waits.add(handle)

    @rule(data=st.data())
    def a_customer_writes(self, data: st.DataObject) -> None:
        """From any of their addresses."""
        self.say(data.draw(st.sampled_from(sorted(self.owner))))

    @rule(data=st.data(), resolve=st.booleans())
    def an_agent_answers(self, data: st.DataObject, resolve: bool) -> None:
        """To one address; everybody who is one with its owner has an answer."""
        handle = data.draw(st.sampled_from(sorted(self.owner)))
        theirs = self.do(self.desk.read(conversation_of_contacts, [self.root(self.owner[handle])]))
        if not theirs:
            return
        self.clock.move(1_000)
        self.count += 1
        [conversation] = theirs.values()
        way = {"inbox_id": self.desk.inbox, "scheme": "pigeon", "value": handle, "resolve": resolve}
        self.do(self.desk.answer(conversation, f"{self.count} out", **way))
        self.said[handle].append(f"{self.count} out")
        self.waits -= set(self.group(self.owner[handle]))

    @rule(one=who, other=who)
    def two_are_merged(self, one: int, other: int) -> None:
        """Unless they are one already."""
        child, into = self.root(self.contacts[one]), self.root(self.contacts[other])
        if child != into:
            assert self.do(self.desk.write(merge_contacts, self.contacts[one], self.contacts[other])).id == into
            self.parent[child] = into

    @precondition(lambda self: self.parent)
    @rule(data=st.data())
    def a_merge_is_undone(self, data: st.DataObject) -> None:
        """Any of them, at any later time."""
        contact = data.draw(st.sampled_from(sorted(self.parent)))
        self.clock.move(1_000)
        self.do(self.desk.write(separate_contact, contact))
        del self.parent[contact]

    @rule(data=st.data())
    def an_address_is_split_off(self, data: st.DataObject) -> None:
        """It begins a contact of its own, or is the whole of a merged one, who is separated."""
        handle = data.draw(st.sampled_from(sorted(self.owner)))
        owner = self.owner[handle]
        if len(self.group(owner)) == 1:
            return
        self.clock.move(1_000)
        alone = [one for one in self.owner if self.owner[one] == owner] == [handle]
        address = Address("pigeon", handle)
        fresh = self.do(self.desk.write(split_identity, self.root(owner), address)).id
        if owner in self.parent and alone and owner not in self.parent.values():
            assert fresh == owner
            del self.parent[owner]
        else:
            assert fresh not in self.contacts
            self.owner[handle] = fresh

    @invariant()
    def every_identity_has_its_words(self) -> None:
        """Each timeline is what was said through the identities of whoever is one, in the order in which it was said."""
        for contact in {self.root(one) for one in (*self.contacts, *self.owner.values())}:
            handles = self.group(contact)
            shown = self.do(self.desk.read(get_contact, contact))
            assert sorted(one.value for one in shown.identities) == sorted(handles)
            merged = {one.contact.id for one in self.do(self.desk.read(list_merges, contact))}
            assert merged == {one for one in self.parent if self.root(one) == contact}
            words = sorted((text for one in handles for text in self.said[one]), key=lambda text: int(text.split()[0]))
            theirs = self.do(self.desk.read(conversation_of_contacts, [contact]))
            timeline = self.do(self.desk.timeline(theirs[contact], most=1_000)).items if theirs else []
            assert texts(timeline) == words

    @invariant()
    def whoever_waits_has_a_ticket(self) -> None:
        """And nobody shows the words of somebody else."""
        for contact in {self.root(one) for one in self.owner.values()}:
            mine = set(self.group(contact))
            everybody = self.do(self.desk.read(members, contact))
            conversations = self.do(self.desk.read(conversation_of_contacts, everybody))
            tickets = self.do(self.desk.read(tickets_of, sorted(conversations.values()), EVERYTHING))
            waiting = [one for one in tickets if one.status == "open" and one.waiting_since is not None]
            assert waiting or not mine & self.waits
            words = {text for one in mine for text in self.said[one]}
            assert {one.preview for one in tickets if one.status != "resolved"} <= words


@pytest.fixture
def walk(engine: Engine) -> Iterator[type[Walk]]:
    """The machine on this run's engine; each walk is a workspace of its own."""
    with asyncio.Runner() as runner:
        yield type("WalkHere", (Walk,), {"runner": runner, "engine": engine})


def test_any_walk_keeps_everybody(walk: type[Walk]) -> None:
    run_state_machine_as_test(walk, settings=settings(max_examples=25, stateful_step_count=14, deadline=None))
