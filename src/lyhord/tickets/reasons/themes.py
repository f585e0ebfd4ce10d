"""Make a reason of a theme, for the tickets that its messages are about as well."""

from collections.abc import Sequence

from lyhord.hearing.reasons.model import Reason
from lyhord.hearing.themes import actions as themes
from lyhord.kit.database import Tx
from lyhord.tickets.about import ticket_ids_of
from lyhord.tickets.reasons.actions import label_tickets


def make_reason(tx: Tx, theme_id: str, name: str, parent_id: str | None, agent_id: str) -> Reason:
    """As `hearing.themes.actions.make_reason`; tickets that begin with one of its messages are there for the reason from now on."""
    made = themes.make_reason(tx, theme_id, name, parent_id, agent_id)
    _label(tx, made.message_ids, made.reason.id, agent_id)
    return made.reason


def _label(tx: Tx, message_ids: Sequence[str], reason_id: str, agent_id: str) -> None:
    about = ticket_ids_of(tx, message_ids)
    label_tickets(tx, set(about.values()), set(message_ids), reason_id, agent_id)
