"""The register as a CSV file."""

from collections.abc import Iterable, Sequence

from msgspec import Struct

from lyhord.kit import sheets
from lyhord.kit.database import ReadTx
from lyhord.tickets.complaints.model import places_of
from lyhord.tickets.complaints.reading import read_settings
from lyhord.tickets.complaints.views import Registered
from lyhord.workspaces.views import list_agents

STEP = 200
"""Complaints that one read of an export takes."""
COLUMNS = (
    "ticket_id",
    "contact",
    "contact_id",
    "status",
    "owner",
    "channel",
    "severity",
    "cause",
    "remedy",
    "cost",
    "currency",
    "approved_cost",
    "began_at",
    "began_by",
    "promised_at",
    "told_at",
    "resolved_at",
    "left_at",
    "step",
    "climbed",
    "earlier",
    "earlier_same_cause",
    "recurring",
)
"""`promised_at` is by when the customer was to be told that somebody has it, `told_at` when they were."""


class Names(Struct, frozen=True):
    """What agents are called, by id, and in which currency remedies are."""

    agents: dict[str, str]
    currency: str


def read_names(tx: ReadTx) -> Names:
    """Of everybody who has or had a complaint."""
    return Names({one.id: one.name for one in list_agents(tx)}, read_settings(tx).currency)


def header() -> str:
    """The first line, with the mark by which spreadsheets know UTF-8."""
    return sheets.MARK + sheets.lines([COLUMNS])


def lines(rows: Sequence[Registered], names: Names) -> str:
    """A line for each complaint."""
    return sheets.lines(_cells(one, names) for one in rows)


def _cells(row: Registered, names: Names) -> Iterable[str]:
    one, places = row.complaint, places_of(names.currency)
    return (
        one.ticket_id,
        row.title,
        one.contact_id or "",
        "no complaint" if one.left_at is not None else row.status,
        names.agents.get(row.owner_agent_id or "", ""),
        one.channel,
        one.severity,
        one.cause,
        sheets.cell(row.remedy),
        f"{one.cost / 10**places:.{places}f}",
        names.currency,
        f"{one.approved / 10**places:.{places}f}",
        sheets.moment(one.began_at),
        one.began_by,
        sheets.moment(one.promised_at),
        sheets.moment(one.told_at),
        sheets.moment(one.ended_at if one.left_at is None else None),
        sheets.moment(one.left_at),
        str(one.step + 1),
        str(one.climbed),
        str(one.earlier),
        str(one.alike),
        "true" if row.recurring else "false",
    )
