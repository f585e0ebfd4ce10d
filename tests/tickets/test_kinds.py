"""Kinds of tickets: said, told, taken back, and the list of complaints."""

import re
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from lyhord.app.schema import all_tables
from lyhord.kit.database.sqlite import Sqlite
from lyhord.kit.ids import new_id
from lyhord.kit.problems import Invalid
from lyhord.tickets import list_store
from lyhord.tickets.actions import set_kind, set_status
from lyhord.tickets.bulk import BulkChange, Who, change_chunk, undo_chunk
from lyhord.tickets.kinds.model import DEFAULTS
from lyhord.tickets.kinds.reading import list_kinds
from lyhord.tickets.views import FIRST, count_tickets, list_tickets
from lyhord.workspaces.actions.workspace import change_workspace
from lyhord.workspaces.reach import EVERYTHING, Reach
from tests.conversations.desk import Desk


async def complaints(desk: Desk, reach: Reach = EVERYTHING) -> list[str]:
    """Whose they are, in their order; as many as are counted."""
    rows, place = await desk.read(list_tickets, reach, desk.agent, "complaints")
    assert place is None
    counted = await desk.read(count_tickets, reach, desk.agent, [])
    assert counted["complaints"] == len(rows)
    return [row.title for row in rows]


async def test_a_workspace_begins_with_the_kinds_that_everybody_has(desk: Desk) -> None:
    assert [(one.id, one.name) for one in await desk.read(list_kinds)] == [(one, "") for one in DEFAULTS]
    await desk.write(change_workspace, "Renamed", {})
    assert len(await desk.read(list_kinds)) == len(DEFAULTS)


async def test_what_a_ticket_is_is_said_and_told_once(desk: Desk) -> None:
    ticket = await desk.ticket((await desk.say()).conversation_id)
    assert ticket.kind == "question"
    desk.kinds()
    assert (await desk.write(set_kind, ticket.id, "praise")).kind == "praise"
    await desk.write(set_kind, ticket.id, "praise")
    assert desk.kinds() == ["ticket.kind_changed"]
    assert (await desk.ticket(ticket.conversation_id)).kind == "praise"
    with pytest.raises(Invalid) as refused:
        await desk.write(set_kind, ticket.id, "gossip")
    assert refused.value.fields == {"kind": "problem.no_such_kind"}


async def test_complaints_stand_in_a_list_until_they_are_resolved(desk: Desk) -> None:
    tickets = []
    for who in ("ann", "ben", "cid"):
        tickets.append(await desk.ticket((await desk.say(who=who)).conversation_id))
        desk.clock.move(1_000)
    assert await complaints(desk) == []
    for ticket in reversed(tickets):
        await desk.write(set_kind, ticket.id, "complaint")
    assert await complaints(desk) == [ticket.title for ticket in tickets]
    assert await complaints(desk, Reach(frozenset({desk.other_inbox}))) == []
    await desk.write(set_status, tickets[0].id, "resolved")
    await desk.write(set_kind, tickets[1].id, "order")
    assert await complaints(desk) == [tickets[2].title]


async def test_many_are_sorted_at_once_and_back(desk: Desk) -> None:
    ids = tuple([(await desk.ticket((await desk.say(who=who)).conversation_id)).id for who in ("ann", "ben")])
    who = Who(f"agent:{desk.agent}", desk.agent, EVERYTHING)
    done = await desk.write(change_chunk, who, BulkChange(ids=ids, kind="complaint"), FIRST)
    assert done.changed == len(await complaints(desk)) == 2
    await desk.write(undo_chunk, who, done.run_id)
    assert await complaints(desk) == []
    with pytest.raises(Invalid):
        await desk.write(change_chunk, who, BulkChange(ids=ids, kind=new_id()[:20]), FIRST)


def test_complaints_are_one_range_of_their_own_index(tmp_path: Path) -> None:
    all_tables().create_all(create_engine(f"sqlite:///{tmp_path}/plans.db"))
    connection: sqlite3.Connection = Sqlite(tmp_path / "plans.db").connect(write=True)
    listing = list_store.named_lists["complaints", False]
    for statement in (listing.page, listing.size):
        sql, constants = statement.on("sqlite")
        params = dict.fromkeys(re.findall(r":(\w+)", sql), "[]") | {"most": 5} | constants
        plan = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}", params)]
        [line] = [line for line in plan if line.startswith("SEARCH ticket")]
        assert "ix_ticket_complaint (workspace_id=? AND shelf=?" in line
        assert not [line for line in plan if "TEMP B-TREE" in line]
    connection.close()
