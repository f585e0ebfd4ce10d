"""The address in the head of a report's mail by which mail programs end it for whoever got it, with one click (RFC 8058).

Nothing is kept: the address says which report and for whom, sealed by this installation. Whoever has the mail can end that one, and do
nothing else.
"""

from urllib.parse import quote

from msgspec import Struct, convert, to_builtins

from lyhord.kit.problems import NotFound
from lyhord.kit.secrets import Sealer, Unreadable

PLACE = "/api/v1/insights/reports/mailed"
LONGEST_TOKEN = 500
_PURPOSE = "report"


class Leaving(Struct, frozen=True):
    """What an address ends."""

    workspace_id: str
    report_id: str
    agent_id: str


def seal_leaving(sealer: Sealer, leaving: Leaving) -> str:
    """The path, with what it ends."""
    token = sealer.seal({"purpose": _PURPOSE, **to_builtins(leaving)})
    return f"{PLACE}?of={quote(token, safe='')}"


def read_leaving(sealer: Sealer, token: str) -> Leaving:
    """What a token ends. Raises `NotFound` for one that we didn't make for this."""
    try:
        values = sealer.open(token)
    except Unreadable:
        values = {}
    if values.pop("purpose", "") != _PURPOSE:
        raise NotFound("There is no such report.")
    return convert(values, Leaving)
