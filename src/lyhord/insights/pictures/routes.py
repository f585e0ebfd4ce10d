"""What the screens of pictures ask for."""

from typing import Annotated, Any, Literal

from litestar import get
from litestar.di import Provide
from litestar.params import QueryParameter
from msgspec import Struct

from lyhord.insights.pictures.asking import Pictures
from lyhord.insights.pictures.model import By, Chart, Measure, Question
from lyhord.kit.database import Database, ReadTx
from lyhord.kit.http import Cursor, Limit, Page, Principal, decode_cursor, encode_cursor, requires
from lyhord.kit.problems import Invalid
from lyhord.tickets.model import Ticket
from lyhord.tickets.views import rows_by_id, shown
from lyhord.workspaces.reach import Reach

READ = "numbers.read"
Length = Literal[7, 28, 91, 364]
Only = Annotated[
    list[str] | None,
    QueryParameter(
        name="only", max_items=20, description="`channel:<name>`, `team:<id>` …; `-` for what has none; all must hold"
    ),
]


class Found(Struct):
    """What stands behind a bar: a ticket, or of a message alone its conversation. `ticket` is None where the caller doesn't reach it."""

    id: str
    conversation_id: str
    at: int
    ticket: Ticket | None = None


def question(
    measure: Measure = "contacts",
    by: By = "reason",
    days: Annotated[Length, QueryParameter(description="how many days, and as many before")] = 28,
    only: Only = None,
) -> Question:
    """What is asked. Raises `Invalid` for a condition that is none."""
    chosen = {}
    for one in only or ():
        name, colon, value = one.partition(":")
        if not colon or not value or len(value) > 200:
            raise Invalid("A condition is what it is told by, a colon and a key.", fields={"only": "field.invalid"})
        chosen[name] = value
    return Question(measure=measure, by=by, days=days, only=chosen)


_dependencies = {"asked": Provide(question, sync_to_thread=False)}


@get(
    "/api/v1/insights/chart",
    guards=[requires(READ)],
    dependencies=_dependencies,
    summary="A figure, by what it is told, now and before",
)
async def get_chart(principal: Principal, pictures: Pictures, asked: Question) -> Chart:
    """Of tickets opened in the last days, or messages said in them, against as many days before; as far as the caller reaches."""
    return await pictures.draw(principal.workspace_id, Reach(principal.inbox_ids), asked)


@get(
    "/api/v1/insights/behind",
    guards=[requires(READ)],
    dependencies=_dependencies,
    summary="The tickets behind a bar",
)
async def list_behind(
    database: Database,
    principal: Principal,
    pictures: Pictures,
    asked: Question,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[Found]:
    """The latest first. `only` has the bar's key, too. Of what should be so and isn't, those that aren't: promises that were broken."""
    reach = Reach(principal.inbox_ids)
    after = decode_cursor(cursor, tuple[int, str]) if cursor else None
    found = await pictures.behind(principal.workspace_id, reach, asked, after, limit)
    page = found[:limit]
    tickets: dict[str, Ticket] = {}
    if asked.measure != "messages":
        tickets = await database.read(principal.workspace_id, _tickets, reach, [one.id for one in page])
    items = [Found(one.id, one.conversation_id, one.at, tickets.get(one.id)) for one in page]
    return Page(items, encode_cursor(page[-1].at, page[-1].id) if len(found) > limit else None)


def _tickets(tx: ReadTx, reach: Reach, ids: list[str]) -> dict[str, Ticket]:
    return {
        one.id: shown(one, reach) for one in rows_by_id(tx, ids) if one.inbox_id is None or reach.covers(one.inbox_id)
    }


routes: list[Any] = [get_chart, list_behind]
