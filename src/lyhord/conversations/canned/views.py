"""Canned replies as screens read them, and what is known for their variables."""

from typing import Any

import msgspec

from lyhord.contacts.model import Contact
from lyhord.contacts.views import contacts_by_id
from lyhord.conversations import store as conversations
from lyhord.conversations.canned import store
from lyhord.conversations.canned.actions import files_of
from lyhord.conversations.canned.model import CannedReply, Text, Whose, first_name
from lyhord.conversations.model import Attachment, Conversation
from lyhord.kit.database import ReadTx
from lyhord.kit.ids import HIGHEST_ID
from lyhord.kit.problems import NotFound
from lyhord.workspaces.views import list_team_ids, show_workspace

Place = tuple[int, str]
"""Where a page ends: (uses, id)."""
FIRST: Place = (2**31 - 1, HIGHEST_ID)

_texts = msgspec.json.Decoder(tuple[Text, ...])
_labels = msgspec.json.Decoder(tuple[str, ...])


def whose_are_seen(tx: ReadTx, agent_id: str | None, *, may_share: bool) -> Whose:
    """What somebody may see and use."""
    if may_share:
        return Whose(agent_id, None)
    return Whose(agent_id, tuple(list_team_ids(tx, agent_id)) if agent_id else ())


def list_canned_replies(
    tx: ReadTx, whose: Whose, *, before: Place = FIRST, most: int = 50
) -> tuple[list[CannedReply], Place | None]:
    """A page of those that `whose` sees, the most used first, and where the next one begins."""
    rows = tx.all(
        store.page[whose.team_ids is None],
        viewer=whose.agent_id,
        teams=whose.team_ids or (),
        before_uses=before[0],
        before_id=before[1],
        most=most + 1,
    )
    page = [_shown(row) for row in rows[:most]]
    return page, (page[-1].uses, page[-1].id) if len(rows) > most else None


def get_canned_reply(tx: ReadTx, whose: Whose, reply_id: str) -> CannedReply:
    """One of those that `whose` sees; raises `NotFound`."""
    row = tx.one(store.by_id[whose.team_ids is None], id=reply_id, viewer=whose.agent_id, teams=whose.team_ids or ())
    if row is None:
        raise NotFound("There is no such canned reply.")
    return _shown(row)


def values_for(tx: ReadTx, conversation: Conversation, agent_id: str | None) -> tuple[dict[str, str], Contact | None]:
    """What is known for the variables of a text that `agent_id` writes in a conversation, and to whom."""
    contacts = contacts_by_id(tx, [conversation.contact_id] if conversation.contact_id else [])
    contact = next(iter(contacts.values()), None)
    by_scheme = {one.scheme: one.value for one in reversed(contact.identities)} if contact else {}
    writer = tx.one(conversations.writer_of, id=agent_id) if agent_id else None
    inbox = tx.one(conversations.active_inbox, id=conversation.inbox_id) if conversation.inbox_id else None
    name = contact.name if contact else ""
    agent, address = writer or ("", "")
    values = {
        "contact.name": name,
        "contact.first_name": first_name(name),
        "contact.email": by_scheme.get("email", ""),
        "contact.phone": by_scheme.get("tel", ""),
        "agent.name": agent,
        "agent.first_name": first_name(agent),
        "agent.email": address,
        "workspace.name": show_workspace(tx, "").name,
        "inbox.name": str(inbox[2]) if inbox else "",
    }
    return values, contact


def _shown(row: tuple[Any, ...]) -> CannedReply:
    reply_id, name, shortcut, texts, _, team_id, agent_id, uses, changed_at, buttons = row
    return CannedReply(
        id=reply_id,
        name=name,
        shortcut=shortcut,
        texts=_texts.decode(texts),
        attachments=tuple(Attachment(file.id, file.name, file.type, file.size) for file in files_of(row)),
        buttons=_labels.decode(buttons),
        team_id=team_id,
        agent_id=agent_id,
        uses=uses,
        changed_at=changed_at,
    )
