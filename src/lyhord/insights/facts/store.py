"""The statements that read what facts are made of: each by conversation or by message, none by time."""

from typing import Any

from sqlalchemy import BindParameter, bindparam, func, select

from lyhord.contacts.tables import contact, organization
from lyhord.conversations.tables import conversation, message
from lyhord.insights.tables import share
from lyhord.kit.cursors import cursor
from lyhord.kit.database import Statement, values_in
from lyhord.kit.database.log import event
from lyhord.tickets.about_store import about
from lyhord.tickets.levels.tables import clock
from lyhord.tickets.tables import ticket
from lyhord.workspaces.tables import inbox

W: BindParameter[Any] = bindparam("workspace_id")

contacts_of = Statement(
    select(conversation.c.contact_id).where(
        conversation.c.workspace_id == W,
        values_in(conversation.c.id, "ids"),
        conversation.c.contact_id.isnot(None),
    )
)
members_of_organizations = Statement(
    select(contact.c.id).where(contact.c.workspace_id == W, values_in(contact.c.organization_id, "ids"))
)
conversations_of = Statement(
    select(conversation.c.id).where(conversation.c.workspace_id == W, values_in(conversation.c.contact_id, "ids"))
)
there = Statement(
    select(conversation.c.id).where(conversation.c.workspace_id == W, values_in(conversation.c.id, "ids"))
)
_same_talk = (conversation.c.workspace_id == W) & (conversation.c.id == ticket.c.conversation_id)
_theirs = (contact.c.workspace_id == W) & (contact.c.id == ticket.c.contact_id)
_house = (organization.c.workspace_id == W) & (organization.c.id == contact.c.organization_id)
tickets_of = Statement(
    select(
        ticket.c.id,
        ticket.c.conversation_id,
        ticket.c.contact_id,
        ticket.c.kind,
        ticket.c.status,
        ticket.c.owner_team_id,
        ticket.c.owner_agent_id,
        ticket.c.channel,
        ticket.c.inbox_id,
        ticket.c.opened_at,
        ticket.c.resolved_at,
        ticket.c.tags,
        ticket.c.attributes,
        conversation.c.language,
        contact.c.organization_id,
        contact.c.attributes,
        ticket.c.rating,
        ticket.c.rating_score,
        ticket.c.rating_survey,
        contact.c.tags,
        organization.c.attributes,
    )
    .select_from(ticket.join(conversation, _same_talk).outerjoin(contact, _theirs).outerjoin(organization, _house))
    .where(ticket.c.workspace_id == W, values_in(ticket.c.conversation_id, "ids"), ticket.c.spam_at.is_(None))
    .order_by(ticket.c.opened_at, ticket.c.id)
)
_automatic = message.c.more.contains('"automatic"')
_taken = (message.c.direction == "in") & message.c.more.contains('"call":{') & message.c.more.contains('"answered"')
"""Somebody called and was spoken with."""
spoken_in = Statement(
    select(message.c.id, about, message.c.direction, message.c.agent_id, _automatic, _taken).where(
        message.c.workspace_id == W, values_in(message.c.conversation_id, "ids"), message.c.removed_at.is_(None)
    )
)
"""In no order: SQLite would walk all messages to have one."""
_of_talk = (conversation.c.workspace_id == W) & (conversation.c.id == message.c.conversation_id)
_by_inbox = (inbox.c.workspace_id == W) & (inbox.c.id == message.c.inbox_id)
_messages = (
    select(
        message.c.id,
        message.c.conversation_id,
        message.c.direction,
        message.c.inbox_id,
        message.c.agent_id,
        message.c.more,
        inbox.c.channel,
    )
    .select_from(message.join(conversation, _of_talk).outerjoin(inbox, _by_inbox))
    .where(
        message.c.workspace_id == W,
        message.c.direction != "note",
        message.c.removed_at.is_(None),
        conversation.c.parent_id.is_(None),
    )
)
messages_by_id = Statement(_messages.where(values_in(message.c.id, "ids")))
message_ids_after = Statement(
    select(message.c.id)
    .where(message.c.workspace_id == W, message.c.id > bindparam("after"))
    .order_by(message.c.id)
    .limit(bindparam("most"))
)
conversation_ids_after = Statement(
    select(conversation.c.id)
    .where(conversation.c.workspace_id == W, conversation.c.id > bindparam("after"))
    .order_by(conversation.c.id)
    .limit(bindparam("most"))
)
promises_of = Statement(
    select(clock.c.ticket_id, clock.c.kept, func.count())
    .where(
        clock.c.workspace_id == W,
        values_in(clock.c.ticket_id, "ids"),
        clock.c.dropped == 0,
        clock.c.kept.isnot(None),
    )
    .group_by(clock.c.ticket_id, clock.c.kept)
)
reopened_of = Statement(
    select(share.c.ticket_id, func.sum(share.c.reopened))
    .where(share.c.workspace_id == W, values_in(share.c.ticket_id, "ids"), share.c.reopened > 0)
    .group_by(share.c.ticket_id)
)
cursors_of = Statement(
    select(cursor.c.name, cursor.c.seq).where(cursor.c.workspace_id == W, values_in(cursor.c.name, "names"))
)
first_of_kinds = Statement(
    select(func.min(event.c.seq)).where(
        event.c.workspace_id == W, event.c.seq > bindparam("after"), values_in(event.c.kind, "kinds")
    )
)
