"""Many tickets at once: in chunks, only those that are still meant, and back again."""

from typing import Any

import pytest

from lyhord.conversations.actions.reading import mark_seen
from lyhord.kit.clock import DAY, HOUR, MINUTE
from lyhord.kit.ids import new_id
from lyhord.kit.problems import Invalid, NotFound
from lyhord.tickets import bulk
from lyhord.tickets.actions import assign_ticket, set_status
from lyhord.tickets.bulk import BulkChange, Chunk, Who, change_chunk, undo_chunk
from lyhord.tickets.filters import Filter, OneOf
from lyhord.tickets.model import Ticket, TicketRow
from lyhord.tickets.views import FIRST, Place, list_tickets
from lyhord.workspaces.reach import EVERYTHING, Reach
from tests.conversations.desk import Desk


def who(desk: Desk, reach: Reach = EVERYTHING) -> Who:
    return Who(f"agent:{desk.agent}", desk.agent, reach)


async def run(desk: Desk, reach: Reach = EVERYTHING, **asked: Any) -> list[Chunk]:
    """All chunks of a run."""
    chunks: list[Chunk] = []
    more: dict[str, Any] = {}
    place: Place | None = FIRST
    while place:
        chunk: Chunk = await desk.write(change_chunk, who(desk, reach), BulkChange(**asked, **more), place)
        chunks.append(chunk)
        more, place = {"run_id": chunk.run_id, "since": chunk.since}, chunk.place
    return chunks


async def undo(desk: Desk, run_id: str) -> int:
    """How many were put back."""
    put_back = 0
    while True:
        chunk: Chunk = await desk.write(undo_chunk, who(desk), run_id)
        put_back += chunk.changed
        if chunk.place is None:
            return put_back


async def rows(desk: Desk, name: str) -> list[TicketRow]:
    found: list[TicketRow] = (await desk.read(list_tickets, EVERYTHING, desk.agent, name, most=200))[0]
    return found


async def ask(desk: Desk, count: int) -> list[Ticket]:
    """So many customers who wait, a minute apart."""
    tickets = []
    for n in range(count):
        tickets.append(await desk.ticket((await desk.say(who=f"a{n}")).conversation_id))
        desk.clock.move(MINUTE)
    return tickets


async def test_all_that_match_are_changed_in_chunks_and_put_back(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "CHUNK", 2)
    before = await ask(desk, 5)
    chunks = await run(desk, list="unassigned", status="resolved", owner_agent_id=desk.agent)
    assert [chunk.changed for chunk in chunks] == [2, 2, 1]
    assert len({chunk.run_id for chunk in chunks}) == 1
    done = await rows(desk, "resolved")
    assert {row.owner_agent_id for row in done} == {desk.agent}
    assert len(done) == 5
    desk.clock.move(HOUR)
    assert await undo(desk, chunks[0].run_id) == 5
    assert [await desk.ticket(one.conversation_id) for one in before] == before
    with pytest.raises(NotFound):
        await undo(desk, chunks[0].run_id)


async def test_events_tell_of_every_ticket(desk: Desk) -> None:
    await ask(desk, 2)
    desk.kinds()
    await run(desk, list="all", status="snoozed", snoozed_until=desk.clock.now + DAY)
    assert desk.kinds() == ["ticket.changed"] * 2


async def test_what_moved_meanwhile_is_left_alone(desk: Desk) -> None:
    first, second, third = await ask(desk, 3)
    begun = await desk.write(change_chunk, who(desk), BulkChange(list="mine", status="resolved"), FIRST)
    desk.clock.move(MINUTE)
    await desk.say("And another thing", who="a1")
    await desk.write(lambda tx: assign_ticket(tx, third.id, agent_id=desk.colleague, team_id=None))
    ids = (first.id, second.id, third.id)
    go_on = BulkChange(list="unassigned", ids=ids, status="resolved", run_id=begun.run_id, since=begun.since)
    chunk = await desk.write(change_chunk, who(desk), go_on, FIRST)
    assert (chunk.changed, chunk.left) == (1, 2)
    statuses = [(await desk.ticket(one.conversation_id)).status for one in (first, second, third)]
    assert statuses == ["resolved", "open", "open"]


async def test_undo_leaves_what_somebody_changed_since(desk: Desk) -> None:
    first, second = await ask(desk, 2)
    (chunk,) = await run(desk, list="all", status="resolved")
    await desk.write(set_status, second.id, "pending")
    assert await undo(desk, chunk.run_id) == 1
    assert await desk.ticket(first.conversation_id) == first
    assert (await desk.ticket(second.conversation_id)).status == "pending"


async def test_only_whoever_did_it_undoes_it(desk: Desk) -> None:
    await ask(desk, 1)
    (chunk,) = await run(desk, list="all", status="resolved")
    other = Who(f"agent:{desk.colleague}", desk.colleague, EVERYTHING)
    with pytest.raises(NotFound):
        await desk.write(undo_chunk, other, chunk.run_id)
    assert await rows(desk, "all") == []


async def test_reading_many_and_unreading_them(desk: Desk) -> None:
    read, unread = await ask(desk, 2)
    await desk.write(mark_seen, desk.agent, read.conversation_id, read.last_message_id)
    (chunk,) = await run(desk, list="all", read=True)
    assert chunk.changed == 1
    assert {row.read_id for row in await rows(desk, "all")} == {read.last_message_id, unread.last_message_id}
    await undo(desk, chunk.run_id)
    told = {row.id: (row.read_id or "") < (row.last_inbound_id or "") for row in await rows(desk, "all")}
    assert told == {read.id: False, unread.id: True}


async def test_nothing_out_of_reach_is_touched_and_no_words_are_lost(desk: Desk) -> None:
    shared = await desk.say("to the first", subject="S")
    await desk.say("to the second", inbox=desk.other_inbox)
    hidden = await desk.say("elsewhere", who="bea", inbox=desk.other_inbox)
    before = await desk.ticket(shared.conversation_id)
    (chunk,) = await run(desk, Reach(frozenset({desk.inbox})), filter=Filter(), status="resolved")
    assert chunk.changed == 1
    after = await desk.ticket(shared.conversation_id)
    assert (after.status, after.preview, after.subject) == ("resolved", before.preview, before.subject)
    assert (await desk.ticket(hidden.conversation_id)).status == "open"


async def test_what_cannot_be_is_refused_as_a_whole(desk: Desk) -> None:
    await ask(desk, 2)
    wrong: tuple[dict[str, Any], ...] = (
        {"owner_agent_id": new_id()},
        {"status": "snoozed", "snoozed_until": 1},
        {"list": "nowhere"},
        {"list": None, "filter": Filter((OneOf(field="status", values=("closed",)),))},
    )
    for asked in wrong:
        with pytest.raises(Invalid):
            await run(desk, **{"list": "all", **asked})
    assert {row.owner_agent_id for row in await rows(desk, "all")} == {None}


async def test_a_day_later_a_run_is_forgotten(desk: Desk) -> None:
    await ask(desk, 2)
    (chunk,) = await run(desk, list="all", status="resolved")
    desk.clock.move(DAY + HOUR)
    await run(desk, list="all", status="resolved")
    with pytest.raises(NotFound):
        await undo(desk, chunk.run_id)
