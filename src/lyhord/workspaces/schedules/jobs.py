"""The job that looks up public holidays. The library that knows them is large: it is loaded when somebody asks, and not before."""

import asyncio
import importlib
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from lyhord.kit.clock import SECOND
from lyhord.kit.database import ReadTx, Tx
from lyhord.kit.database.jobs_table import enqueue
from lyhord.kit.jobs import Context
from lyhord.kit.leases import Job, Patience
from lyhord.workspaces.schedules import views
from lyhord.workspaces.schedules.actions import JOB, keep_holidays
from lyhord.workspaces.schedules.model import YEARS

PATIENCE = Patience(attempts=10)


def countries_known() -> list[str]:
    """The codes of all countries whose public holidays can be looked up."""
    return sorted(_library().list_supported_countries())


def look_up(countries: Iterable[str], year: int) -> dict[str, dict[str, str]]:
    """The public holidays of countries from a year on, by country and day; nothing for one that isn't known."""
    library = _library()
    known = set(countries_known())
    found: dict[str, dict[str, str]] = {}
    for country in sorted(set(countries) & known):
        days = library.country_holidays(country, years=range(year, year + YEARS))
        found[country] = {day.isoformat(): str(name) for day, name in sorted(days.items())}
    return found


async def look_up_holidays(context: Context, _job: Job) -> None:
    """Bring the public holidays of all countries that schedules follow up to date."""

    def ask(tx: ReadTx) -> tuple[list[str], int]:
        return sorted(views.countries_followed(tx)), datetime.fromtimestamp(tx.now / SECOND, UTC).year

    countries, year = await context.database.read(context.workspace_id, ask)
    found = await asyncio.to_thread(look_up, countries, year)
    await context.database.write(context.workspace_id, keep_holidays, found, countries, bulk=True)


def look_ahead(tx: Tx) -> int:
    """Have holidays looked up that will be wanted soon: always those of the next year, too. Nothing is left to do afterwards."""
    followed = views.countries_followed(tx)
    if followed:
        next_year = str(datetime.fromtimestamp(tx.now / SECOND, UTC).year + 1)
        known = views.known_until(tx)
        if any(known.get(country, "") < next_year for country in followed):
            enqueue(tx, JOB, {})
    return 0


def _library() -> Any:
    return importlib.import_module("holidays")
