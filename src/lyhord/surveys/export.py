"""Ratings as a CSV file."""

from collections.abc import Callable, Iterable, Sequence

from msgspec import Struct

from lyhord.hearing.entities.reading import make_hiding
from lyhord.kit import sheets
from lyhord.kit.database import ReadTx
from lyhord.surveys.views import RatingRow
from lyhord.workspaces.views import list_agents, list_teams

STEP = 500
"""Ratings that one read of an export takes."""
COLUMNS = (
    *("rating_id", "contact", "contact_id", "ticket_id", "survey", "about", "moment", "score", "mark", "words"),
    *(
        "agent",
        "team",
        "inbox_id",
        "channel",
        "ticket_kind",
        "language",
        "asked_at",
        "answered_at",
        "follow_up",
        "told_at",
    ),
)


class Names(Struct, frozen=True):
    """What agents and teams are called, by id. `hide`: what stands in place of words that customers wrote."""

    agents: dict[str, str]
    teams: dict[str, str]
    hide: Callable[[str], str] = str


def read_names(tx: ReadTx) -> Names:
    """Of everybody who has or had a ticket."""
    agents, teams = list_agents(tx), list_teams(tx)
    return Names({one.id: one.name for one in agents}, {one.id: one.name for one in teams}, make_hiding(tx))


def header() -> str:
    """The first line, with the mark by which spreadsheets know UTF-8."""
    return sheets.MARK + sheets.lines([COLUMNS])


def lines(rows: Sequence[RatingRow], names: Names) -> str:
    """A line for each rating."""
    return sheets.lines(_cells(one, names) for one in rows)


def _cells(row: RatingRow, names: Names) -> Iterable[str]:
    one = row.rating
    return (
        one.id,
        row.title,
        one.contact_id,
        one.ticket_id,
        one.kind,
        one.about,
        one.moment,
        sheets.cell(one.score),
        sheets.cell(one.mark),
        names.hide(one.words),
        names.agents.get(one.agent_id or "", ""),
        names.teams.get(one.team_id or "", ""),
        sheets.cell(one.inbox_id),
        one.channel,
        one.ticket_kind,
        one.language,
        sheets.moment(one.asked_at),
        sheets.moment(one.answered_at),
        sheets.cell(row.task),
        sheets.moment(one.told_at),
    )
