"""Statements of the demo: marking rows as its own, and taking exactly those away again."""

from typing import Any

from sqlalchemy import Table, bindparam, delete, exists, func, or_, select, update

from lyhord.contacts.consents.tables import consent
from lyhord.contacts.facts.tables import fact
from lyhord.contacts.tables import clue, contact, duplicate, identity, trait
from lyhord.conversations.groups.tables import group_change
from lyhord.conversations.optouts.tables import opt_out
from lyhord.conversations.peers.tables import peer
from lyhord.conversations.pushes.tables import visitor_push
from lyhord.conversations.scheduled.tables import scheduled_reply
from lyhord.conversations.sharing.tables import shared_draft
from lyhord.conversations.tables import (
    attachment,
    conversation,
    conversation_inbox,
    delivery,
    draft,
    earlier_words,
    mention,
    message,
    message_part,
    participant,
    reaction,
    read_position,
    visitor,
)
from lyhord.conversations.watching.tables import watch
from lyhord.insights.tables import share, tally
from lyhord.kit.database import Statement
from lyhord.notifications.tables import notification
from lyhord.tickets.complaints.tables import complaint
from lyhord.tickets.routing.tables import queued_ticket, routing_agent, routing_decision, routing_inbox
from lyhord.tickets.tables import ticket, ticket_message, ticket_turn
from lyhord.workspaces.tables import agent, inbox, team, team_agent, team_inbox

W: Any = bindparam("workspace_id")


def _mine(table: Table) -> Any:
    """The ids of a table's demo rows."""
    return select(table.c.id).where(table.c.workspace_id == W, table.c.demo == 1)


def _mark(table: Table, **values: Any) -> Statement:
    return Statement(
        update(table).where(table.c.workspace_id == W, table.c.id == bindparam("this")).values(demo=1, **values)
    )


mark_agent = _mark(agent, joined_at=bindparam("joined_at"))
mark_team = _mark(team)
mark_inbox = _mark(inbox, paused_at=bindparam("paused_at"))
mark_contact = _mark(contact, created_at=bindparam("created_at"))
find_demo = Statement(select(agent.c.id).where(agent.c.workspace_id == W, agent.c.demo == 1).limit(1))
settle_delivery = Statement(
    update(delivery)
    .where(delivery.c.workspace_id == W, delivery.c.message_id == bindparam("this"))
    .values(state="delivered", due_at=None, changed_at=bindparam("at"))
)
date_ticket = Statement(
    update(ticket)
    .where(ticket.c.workspace_id == W, ticket.c.conversation_id == bindparam("of"))
    .values(opened_at=bindparam("opened_at"))
)
ticket_of = Statement(
    select(ticket.c.id, ticket.c.last_message_id)
    .where(ticket.c.workspace_id == W, ticket.c.conversation_id == bindparam("of"))
    .limit(1)
)
conversation_of_message = Statement(
    select(conversation.c.id, conversation.c.contact_id)
    .join(
        message,
        (message.c.workspace_id == conversation.c.workspace_id) & (message.c.conversation_id == conversation.c.id),
    )
    .where(conversation.c.workspace_id == W, message.c.id == bindparam("this"))
)
_parent = conversation.alias("parent")
_of_customer = conversation.c.contact_id.in_(_mine(contact))
_aside = conversation.c.parent_id.in_(
    select(_parent.c.id).where(_parent.c.workspace_id == W, _parent.c.contact_id.in_(_mine(contact)))
)
_conversations = select(conversation.c.id).where(conversation.c.workspace_id == W, _of_customer | _aside)
conversations_of_demo = Statement(
    select(conversation.c.id, func.coalesce(_parent.c.contact_id, conversation.c.contact_id))
    .outerjoin(
        _parent, (_parent.c.workspace_id == conversation.c.workspace_id) & (_parent.c.id == conversation.c.parent_id)
    )
    .where(conversation.c.workspace_id == W, _of_customer | _aside)
    .order_by(conversation.c.id)
)
"""With the customer whom each is about, what was asked aside included."""
_messages = select(message.c.id).where(message.c.workspace_id == W, message.c.conversation_id.in_(_conversations))
messages_of_demo = Statement(_messages)
contacts_of_demo = Statement(_mine(contact))


def _drop(table: Table, condition: Any) -> Statement:
    return Statement(delete(table).where(table.c.workspace_id == W, condition))


_of_conversations = (
    notification,
    scheduled_reply,
    attachment,
    delivery,
    draft,
    read_position,
    mention,
    watch,
    shared_draft,
    ticket_turn,
    ticket,
    conversation_inbox,
    participant,
    group_change,
    message,
)
_tickets = select(ticket.c.id).where(ticket.c.workspace_id == W, ticket.c.conversation_id.in_(_conversations))
_inbox_of_messages = exists().where(message.c.workspace_id == inbox.c.workspace_id, message.c.inbox_id == inbox.c.id)

take_away = (
    *(
        _drop(table, table.c.message_id.in_(_messages))
        for table in (earlier_words, reaction, message_part, ticket_message)
    ),
    *(_drop(table, table.c.ticket_id.in_(_tickets)) for table in (queued_ticket, routing_decision, complaint)),
    *(_drop(table, table.c.conversation_id.in_(_conversations)) for table in _of_conversations),
    _drop(conversation, _aside),
    _drop(conversation, _of_customer),
    *(_drop(table, table.c.contact_id.in_(_mine(contact))) for table in (identity, clue, trait, fact, consent)),
    _drop(duplicate, or_(duplicate.c.one_id.in_(_mine(contact)), duplicate.c.other_id.in_(_mine(contact)))),
    _drop(contact, contact.c.demo == 1),
    *(
        _drop(table, table.c.inbox_id.in_(_mine(inbox)))
        for table in (visitor, visitor_push, opt_out, peer, routing_inbox)
    ),
    *(_drop(table, table.c.agent_id.in_(_mine(agent))) for table in (mention, watch, routing_agent)),
    _drop(team_agent, or_(team_agent.c.agent_id.in_(_mine(agent)), team_agent.c.team_id.in_(_mine(team)))),
    _drop(team_inbox, or_(team_inbox.c.inbox_id.in_(_mine(inbox)), team_inbox.c.team_id.in_(_mine(team)))),
    Statement(
        update(ticket)
        .where(ticket.c.workspace_id == W, ticket.c.owner_agent_id.in_(_mine(agent)))
        .values(owner_agent_id=None)
    ),
    Statement(
        update(ticket)
        .where(ticket.c.workspace_id == W, ticket.c.owner_team_id.in_(_mine(team)))
        .values(owner_team_id=None)
    ),
    *(_drop(table, table.c.inbox_id.in_(_mine(inbox))) for table in (tally, share)),
    _drop(agent, agent.c.demo == 1),
    _drop(team, team.c.demo == 1),
    _drop(inbox, (inbox.c.demo == 1) & ~_inbox_of_messages),
    Statement(
        update(inbox)
        .where(inbox.c.workspace_id == W, inbox.c.demo == 1)
        .values(demo=0, removed_at=bindparam("now"), secrets=None)
    ),
)
"""In this order. An inbox through which a real customer wrote meanwhile is removed as any other: its row stays for that message."""
