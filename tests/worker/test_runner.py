"""One worker does everything, wakes when something happens, and stops without leaving anything half done."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from lyhord.contacts import events as contact_events
from lyhord.conversations import events as conversation_events
from lyhord.kit.bus import LocalBus
from lyhord.kit.clock import SECOND
from lyhord.kit.database import Tx
from lyhord.kit.database.jobs_table import enqueue
from lyhord.kit.events import Catalogue, Logged
from lyhord.kit.files import Files
from lyhord.kit.followers import Follower
from lyhord.kit.jobs import Context, Work
from lyhord.kit.leases import Job
from lyhord.tickets import events as ticket_events
from lyhord.tickets.actions import set_status, wake_tickets
from lyhord.worker.runner import Duties, Worker
from lyhord.worker.timers import Chore, Timer
from lyhord.workspaces import events as workspace_events
from lyhord.workspaces.actions.inboxes import InboxChange, change_inbox
from tests.conversations.desk import Desk
from tests.waiting import grace, until
from tests.worker.pigeon import Loft, Plain

CATALOGUE = Catalogue(
    [*contact_events.EVENTS, *conversation_events.EVENTS, *ticket_events.EVENTS, *workspace_events.EVENTS]
)


@asynccontextmanager
async def working(desk: Desk, loft: Loft, files: Files, duties: Duties | None = None) -> AsyncIterator[Worker]:
    bus = LocalBus()
    desk.database.listen(bus.publish)
    worker = Worker(
        database=desk.database,
        catalogue=CATALOGUE,
        files=files,
        bus=bus,
        channels=loft,
        sealer=Plain(),
        duties=duties or Duties(),
    )
    worker.start()
    try:
        yield worker
    finally:
        await worker.stop()


async def test_an_answer_leaves_by_itself(desk: Desk, loft: Loft, files: Files) -> None:
    async with working(desk, loft, files):
        asked = await desk.say()
        one = await desk.answer(asked.conversation_id, "Hi")
        await until(lambda: loft.sent)
        assert loft.sent == [("Hi", one.id)]


async def test_followers_jobs_and_timers_run(desk: Desk, loft: Loft, files: Files) -> None:
    heard: list[str] = []
    done: list[str] = []

    def follow(_tx: Tx, events: Sequence[Logged]) -> None:
        heard.extend(logged.kind for logged in events)

    async def work(_context: Context, job: Job) -> None:
        done.append(job.kind)

    duties = Duties(
        followers=[Follower("f", (conversation_events.MessageReceived,), follow, start="head")],
        work={"call": Work(work)},
        timers=[Timer("snoozed", 0.02, wake_tickets)],
    )
    asked = await desk.say()
    ticket = await desk.ticket(asked.conversation_id)
    await desk.write(lambda tx: set_status(tx, ticket.id, "snoozed", snoozed_until=desk.clock.now + SECOND))
    async with working(desk, loft, files, duties):
        await desk.write(enqueue, "call", {})
        await until(lambda: done)
        desk.kinds()
        desk.clock.move(2 * SECOND)
        await until(lambda: "ticket.changed" in [logged.kind for logged in desk.events])
        assert (await desk.ticket(asked.conversation_id)).status == "open"
        await desk.say("Again")
        await until(lambda: heard)
    assert set(heard) == {"message.received"}
    assert done == ["call"]


async def test_what_stands_apart_waits_for_nothing_that_takes_long(desk: Desk, loft: Loft, files: Files) -> None:
    began, done, never = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def copy() -> None:
        began.set()
        await never.wait()

    async def reckon() -> None:
        await began.wait()
        done.set()

    duties = Duties(long=[Chore("backup", 60, copy)], apart=[Chore("promises", 60, reckon)])
    async with working(desk, loft, files, duties):
        await until(done.is_set)


async def test_a_changed_inbox_is_opened_afresh_for_sending_and_fetching(desk: Desk, loft: Loft, files: Files) -> None:
    async with working(desk, loft, files):
        await until(lambda: len(loft.runs) == 2)
        asked = await desk.say()
        await desk.answer(asked.conversation_id, "one")
        await until(lambda: len(loft.sent) == 1)
        await desk.write(change_inbox, desk.inbox, InboxChange(settings={"new": True}))
        await until(lambda: len(loft.runs) == 3)
        await desk.answer(asked.conversation_id, "two")
        await until(lambda: len(loft.sent) == 2)
        assert loft.opened[-1].settings == {"new": True}


async def test_a_part_that_falls_starts_again(desk: Desk, loft: Loft, files: Files) -> None:
    async with working(desk, loft, files) as worker:
        worker.sender._breakers.held = None  # type: ignore[method-assign, assignment]
        worker.sender.poke()
        await grace()
        del worker.sender._breakers.held
        asked = await desk.say()
        await desk.answer(asked.conversation_id, "Hi")
        await until(lambda: loft.sent)


async def test_it_stops_and_leaves_nothing_running(desk: Desk, loft: Loft, files: Files) -> None:
    before = asyncio.all_tasks()
    async with working(desk, loft, files):
        await until(lambda: len(loft.runs) == 2)
    assert sorted(loft.shut) == ["first", "second"]
    assert asyncio.all_tasks() == before
