"""A desk whose promises are kept track of: clocks, what is promised now, and what became of what customers were told."""

from typing import Any

from lyhord.app.wiring import EVENTS
from lyhord.insights.kept.views import Only, ToldNumbers, show_told
from lyhord.kit.clock import MINUTE
from lyhord.kit.database import Tx
from lyhord.kit.events import Catalogue
from lyhord.kit.followers import FollowerRunner
from lyhord.tickets.promises.actions import keep_promises, tell
from lyhord.tickets.promises.following import FOLLOWER
from lyhord.tickets.promises.views import Current, Told, list_current, reckon_inboxes
from lyhord.tickets.views import rows_by_id
from lyhord.workspaces.actions.workspace import change_workspace
from lyhord.workspaces.reach import EVERYTHING
from tests.conversations.desk import Desk
from tests.tickets.levels.office import keep

NINE_TO_FIVE = [{"day": day, "opens": 540, "closes": 1020} for day in range(7)]


async def follow(desk: Desk) -> None:
    """To the end of the log."""
    await FollowerRunner(desk.database, Catalogue(EVENTS), [FOLLOWER]).catch_up()


async def choose(desk: Desk, **settings: Any) -> None:
    """Change settings of the workspace."""
    await desk.write(change_workspace, None, settings)


async def reckon(desk: Desk) -> list[Current]:
    """Let what is promised be reckoned now; what is."""
    rows = await desk.read(reckon_inboxes, frozenset())
    if rows:
        await desk.write(keep_promises, rows)
    found: list[Current] = await desk.read(list_current, EVERYTHING)
    return found


async def tell_of(desk: Desk, conversation_id: str) -> Told | None:
    """What the customer of a conversation is told in the chat now."""
    ticket = await desk.ticket(conversation_id)

    def told(tx: Tx) -> Told | None:
        return tell(tx, rows_by_id(tx, [ticket.id])[0], "chat")

    found: Told | None = await desk.write(told)
    return found


async def figures(desk: Desk, days: int = 7, **only: Any) -> ToldNumbers:
    """What the page shows of what customers were told."""
    await follow(desk)
    found: ToldNumbers = await desk.read(show_told, EVERYTHING, days, Only(**only))
    return found


async def answer_some(desk: Desk, *minutes: int) -> None:
    """Customers write one after another and are answered after so long; the clock goes on meanwhile."""
    for took in minutes:
        said = await desk.say(who=f"c{desk.count}")
        desk.clock.move(took * MINUTE)
        await desk.answer(said.conversation_id)
    await keep(desk)
