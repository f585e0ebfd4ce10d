"""A desk whose clocks are kept: the follower, the job that reckons anew, and the timer that rings."""

from typing import Any

from lyhord.app.wiring import EVENTS
from lyhord.kit.events import Catalogue
from lyhord.kit.followers import FollowerRunner
from lyhord.kit.jobs import JobRunner, Work
from lyhord.tickets.filters import Filter, OneOf
from lyhord.tickets.levels.actions import create_level, ring_clocks
from lyhord.tickets.levels.following import FOLLOWER
from lyhord.tickets.levels.jobs import JOB, reckon_all
from lyhord.tickets.levels.model import LevelWords, Target
from lyhord.tickets.levels.views import ClockShown, clocks_of
from tests.conversations.desk import Desk

ALL = (
    Target(clock="first_answer", minutes=60),
    Target(clock="next_answer", minutes=30),
    Target(clock="resolution", minutes=600),
)


async def keep(desk: Desk) -> None:
    """Follow to the end of the log, and do what that asked for."""
    catalogue = Catalogue(EVENTS)
    await FollowerRunner(desk.database, catalogue, [FOLLOWER]).catch_up()
    jobs = JobRunner(desk.database, catalogue, {JOB: Work(reckon_all)})
    await jobs.catch_up()


async def promise(desk: Desk, name: str = "Everybody", *conditions: OneOf, **more: Any) -> str:
    """Make a service level and let its clocks begin; its id."""
    words = LevelWords(**{"name": name, "filter": Filter(conditions), "targets": ALL, **more})
    level_id = await desk.write(create_level, words)
    await keep(desk)
    return str(level_id)


async def clocks(desk: Desk, conversation_id: str) -> list[ClockShown]:
    """Those of a conversation's newest ticket, once they are kept."""
    await keep(desk)
    found: list[ClockShown] = await desk.read(clocks_of, [(await desk.ticket(conversation_id)).id])
    return found


async def ring(desk: Desk) -> list[Any]:
    """Let the timer run; the events of what it told."""
    await keep(desk)
    desk.events.clear()
    while await desk.write(ring_clocks):
        pass
    return [logged.event for logged in desk.events if logged.kind.startswith("clock.")]
