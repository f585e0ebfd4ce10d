"""A ticket's summary: what was said, and what a language model makes of it, where the workspace has one for that."""

from msgspec.structs import replace

from lyhord.hearing.language_model.actions import find_language_model
from lyhord.kit.database import ReadTx
from lyhord.tickets.model import Ticket
from lyhord.tickets.summaries.model import Said, Summary, summarise
from lyhord.tickets.summaries.reading import read_said
from lyhord.tickets.wordings.model import Order, Written, stamp_of
from lyhord.tickets.wordings.reading import read_written
from lyhord.workspaces.reach import Reach


def read_summary(tx: ReadTx, reach: Reach, ticket: Ticket, order: Order | None = None) -> Summary:
    """Of a ticket that the caller may see; with an `order` what a language model wrote for such readers."""
    said = read_said(tx, reach, ticket)
    summary = summarise(said)
    return replace(summary, written=_written(tx, order, said)) if order and summary.lines else summary


def _written(tx: ReadTx, order: Order, said: list[Said]) -> Written | None:
    model = find_language_model(tx, order.use)
    if model is None:
        return None
    return read_written(tx, order, stamp_of(model.settings, [(one.message_id, one.text) for one in said]))
