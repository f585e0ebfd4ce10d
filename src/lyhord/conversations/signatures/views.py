"""Signatures as screens show them, and as they stand below a mail."""

from html import escape
from typing import Any

from lyhord.conversations import exchange
from lyhord.conversations import store as conversations
from lyhord.conversations.canned.model import fill, first_name
from lyhord.conversations.model import Attachment
from lyhord.conversations.signatures import store
from lyhord.conversations.signatures.actions import files_of
from lyhord.conversations.signatures.model import Signature
from lyhord.kit.database import ReadTx
from lyhord.workspaces.actions.workspace import get_workspace
from lyhord.workspaces.reach import Reach


def list_signatures(
    tx: ReadTx, reach: Reach, agent_id: str | None, *, after: str = "", most: int = 50
) -> tuple[list[Signature], str | None]:
    """An agent's own and those of the inboxes within reach: a page, and the `after` of the next."""
    owners = [f"inbox:{row[0]}" for row in tx.all(conversations.active_inboxes) if reach.covers(row[0])]
    owners += [f"agent:{agent_id}"] if agent_id else []
    rows = tx.all(store.of_owners, owners=owners, after=after, most=most + 1)
    return [_shown(row) for row in rows[:most]], rows[most - 1][0] if len(rows) > most else None


def signature_below(tx: ReadTx, agent_id: str | None, inbox_id: str) -> exchange.Signature | None:
    """What stands below a mail that an agent, or nobody, writes through an inbox: the agent's own, else the inbox's."""
    owners = (f"agent:{agent_id}", f"inbox:{inbox_id}")
    rows = {row[0]: row for row in tx.all(store.of_owners, owners=list(owners), after="", most=2)}
    row = next((rows[owner] for owner in owners if owner in rows), None)
    if row is None:
        return None
    values = _values(tx, agent_id, inbox_id)
    media = tuple(
        exchange.Media(one.name, one.type, one.size, file=one.file, inline_id=one.id) for one in files_of(row)
    )
    html = row[2] and fill(row[2], {name: escape(value) for name, value in values.items()})
    return exchange.Signature(fill(row[1], values), html, media)


def _values(tx: ReadTx, agent_id: str | None, inbox_id: str) -> dict[str, str]:
    name, email = (tx.one(conversations.writer_of, id=agent_id) if agent_id else None) or ("", "")
    inbox = tx.one(conversations.active_inbox, id=inbox_id)
    return {
        "agent.name": name,
        "agent.first_name": first_name(name),
        "agent.email": email,
        "workspace.name": get_workspace(tx).name,
        "inbox.name": str(inbox[2]) if inbox else "",
    }


def _shown(row: tuple[Any, ...]) -> Signature:
    kind, _, owner_id = row[0].partition(":")
    return Signature(
        agent_id=owner_id if kind == "agent" else None,
        inbox_id=owner_id if kind == "inbox" else None,
        text=row[1],
        html=row[2],
        attachments=tuple(Attachment(one.id, one.name, one.type, one.size) for one in files_of(row)),
    )
