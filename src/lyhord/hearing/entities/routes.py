"""The REST routes of what a workspace calls its own."""

import asyncio

from litestar import get, post, put

from lyhord.hearing.entities.actions import change_book
from lyhord.hearing.entities.book import Book, Named, Trial, cleaned
from lyhord.hearing.entities.reading import read_book
from lyhord.kit.clock import MINUTE
from lyhord.kit.database import Database
from lyhord.kit.http import Principal, requires
from lyhord.kit.rates import Rate
from lyhord.workspaces.doors import Office

TRY = Rate("entities.try", 60, MINUTE)
PATH = "/api/v1/entities"


@get(PATH, guards=[requires("conversations.read")], summary="The workspace's own names and patterns")
async def get_book(database: Database, principal: Principal) -> Book:
    """Names of products and places, and patterns of numbers, that are looked for in messages beside what everybody has."""
    return await database.read(principal.workspace_id, read_book)


@put(PATH, guards=[requires("workspace.manage")], summary="Change the workspace's own names and patterns")
async def put_book(data: Book, database: Database, principal: Principal) -> Book:
    """They replace the ones before, and are heard in messages from then on."""
    return await database.write(principal.workspace_id, change_book, data, actor=principal.subject)


@post(f"{PATH}/try", status_code=200, guards=[requires("workspace.manage")], summary="Try names and patterns on a text")
async def try_book(data: Trial, principal: Principal, office: Office) -> list[Named]:
    """What would be heard in it. Nothing is kept."""
    office.limiter.take(TRY, principal.subject)
    return await asyncio.to_thread(_look, data)


def _look(trial: Trial) -> list[Named]:
    from lyhord.hearing.entities.detector import find_entities  # noqa: PLC0415 - an idle server spares it
    from lyhord.hearing.entities.own import make_own  # noqa: PLC0415 - with it

    found = find_entities(trial.text, trial.language, *make_own(cleaned(trial.book)))
    return [Named(one.kind, one.value, one.start, one.end) for one in found]


routes = [get_book, put_book, try_book]
