"""What must be true at once when an inbox is connected, changed or removed: its templates are asked for, or forgotten."""

from collections.abc import Sequence

from lyhord.conversations.templates.actions import ask_for_templates, forget_templates
from lyhord.kit.database import Tx
from lyhord.kit.events import Logged
from lyhord.workspaces.events import InboxChanged


def follow_inboxes(tx: Tx, logged: Sequence[Logged]) -> None:
    """Another account, or the same with other settings, may have other templates."""
    for one in logged:
        if not isinstance(one.event, InboxChanged) or one.event.inbox_id is None:
            continue
        if one.event.change in ("connected", "changed"):
            ask_for_templates(tx, one.event.inbox_id)
        elif one.event.change == "removed":
            forget_templates(tx, one.event.inbox_id)
