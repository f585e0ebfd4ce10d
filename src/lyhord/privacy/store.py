"""The statements of erasing: which rows are about a person, and what becomes of each."""

from typing import Any

from sqlalchemy import BindParameter, bindparam, delete, or_, select, update

from lyhord.contacts.consents.tables import consent
from lyhord.contacts.facts.tables import fact
from lyhord.contacts.imports.tables import import_row
from lyhord.contacts.tables import clue, contact, duplicate, identity, trait
from lyhord.conversations.groups.tables import group_change
from lyhord.conversations.peers.tables import peer
from lyhord.conversations.pushes.tables import visitor_push
from lyhord.conversations.scheduled.tables import scheduled_reply
from lyhord.conversations.sharing.tables import shared_draft
from lyhord.conversations.tables import (
    attachment,
    conversation,
    delivery,
    draft,
    earlier_words,
    mention,
    message,
    message_part,
    participant,
    raw_payload,
    reaction,
    read_position,
    visitor,
)
from lyhord.conversations.watching.tables import watch
from lyhord.hearing.findings.tables import heard
from lyhord.kit.database import Statement, values_in
from lyhord.tickets.coaching.tables import coaching_note
from lyhord.tickets.complaints.tables import complaint
from lyhord.tickets.reasons.tables import ticket_reason
from lyhord.tickets.reviews.tables import review
from lyhord.tickets.routing.tables import queued_ticket, routing_decision
from lyhord.tickets.rules.tables import rule_firing
from lyhord.tickets.surges.tables import surge_member, surge_saying
from lyhord.tickets.tables import bulk_step, ticket, ticket_message, ticket_trait, ticket_turn
from lyhord.tickets.tasks.tables import task

W: BindParameter[Any] = bindparam("workspace_id")


def _drop(table: Any, *condition: Any) -> Statement:
    return Statement(delete(table).where(table.c.workspace_id == W, *condition))


conversations_of = Statement(
    select(conversation.c.id, conversation.c.contact_id).where(
        conversation.c.workspace_id == W, values_in(conversation.c.contact_id, "contact_ids")
    )
)
asked_aside = Statement(
    select(conversation.c.id).where(
        conversation.c.workspace_id == W,
        or_(
            values_in(conversation.c.parent_id, "conversation_ids"),
            conversation.c.parent_id.isnot(None)
            & (conversation.c.scheme == bindparam("scheme"))
            & (conversation.c.value == bindparam("value")),
        ),
    )
)
"""Side conversations about somebody, and those in which an address of theirs was asked."""
messages_in = Statement(
    select(message.c.id, message.c.inbox_id, message.c.external_id).where(
        message.c.workspace_id == W, values_in(message.c.conversation_id, "conversation_ids")
    )
)
groups_of = Statement(
    select(participant.c.conversation_id).where(
        participant.c.workspace_id == W,
        participant.c.scheme == bindparam("scheme"),
        participant.c.value == bindparam("value"),
    )
)
said_in_groups = Statement(
    select(
        message.c.id, message.c.conversation_id, message.c.inbox_id, message.c.external_id, message.c.direction
    ).where(
        message.c.workspace_id == W,
        values_in(message.c.conversation_id, "group_ids"),
        message.c.scheme == bindparam("scheme"),
        message.c.value == bindparam("value"),
    )
)
address_nobody = Statement(
    update(message)
    .where(message.c.workspace_id == W, values_in(message.c.id, "message_ids"))
    .values(scheme=None, value=None)
)
"""What we said to one of a group is for the others, too."""
leave_groups = (
    Statement(
        update(conversation)
        .where(
            conversation.c.workspace_id == W,
            values_in(conversation.c.id, "group_ids"),
            conversation.c.scheme == bindparam("of_scheme"),
            conversation.c.value == bindparam("of_value"),
        )
        .values(scheme=None, value=None)
    ),
    Statement(
        update(ticket)
        .where(
            ticket.c.workspace_id == W,
            values_in(ticket.c.conversation_id, "group_ids"),
            values_in(ticket.c.last_message_id, "message_ids"),
        )
        .values(preview="", subject=None, place=None)
    ),
)
reacted_to = Statement(
    select(reaction.c.message_id).where(reaction.c.workspace_id == W, values_in(reaction.c.by, "people"))
)
unsent = tuple(
    Statement(
        select(table.c.body).where(table.c.workspace_id == W, values_in(table.c.conversation_id, "conversation_ids"))
    )
    for table in (draft, scheduled_reply, shared_draft)
)
payloads_page = Statement(
    select(raw_payload.c.id, raw_payload.c.body)
    .where(
        raw_payload.c.workspace_id == W,
        raw_payload.c.id > bindparam("after"),
        values_in(raw_payload.c.inbox_id, "inbox_ids"),
        raw_payload.c.body.isnot(None),
    )
    .order_by(raw_payload.c.id)
    .limit(bindparam("most"))
)
drop_payloads = _drop(raw_payload, values_in(raw_payload.c.id, "payload_ids"))

empty_messages = Statement(
    update(message)
    .where(message.c.workspace_id == W, values_in(message.c.id, "message_ids"))
    .values(
        text="",
        html=None,
        quoted="",
        subject=None,
        more="{}",
        external_id=None,
        scheme=None,
        value=None,
        claimed_at=None,
        removed_at=bindparam("at"),
    )
)
"""The rows stay, so that every number of the log still has what it tells of."""
drop_words = tuple(
    _drop(table, values_in(table.c.message_id, "message_ids"))
    for table in (earlier_words, reaction, delivery, message_part, attachment, heard)
)
drop_reactions = _drop(reaction, values_in(reaction.c.by, "people"))
drop_uploads = _drop(
    attachment,
    attachment.c.message_id.is_(None),
    or_(
        values_in(attachment.c.uploaded_by, "uploaders"),
        values_in(attachment.c.id, "attachment_ids") & attachment.c.uploaded_by.not_like("canned:%"),
    ),
)
_tickets = select(ticket.c.id).where(
    ticket.c.workspace_id == W, values_in(ticket.c.conversation_id, "conversation_ids")
)
drop_conversations = (
    *(
        _drop(table, table.c.ticket_id.in_(_tickets))
        for table in (
            bulk_step,
            ticket_message,
            ticket_trait,
            ticket_reason,
            queued_ticket,
            routing_decision,
            rule_firing,
        )
    ),
    *(
        _drop(table, values_in(table.c.conversation_id, "conversation_ids"))
        for table in (
            attachment,
            delivery,
            draft,
            read_position,
            mention,
            watch,
            scheduled_reply,
            shared_draft,
            participant,
            surge_member,
            surge_saying,
            task,
            review,
            coaching_note,
            complaint,
            ticket_turn,
            ticket,
        )
    ),
    _drop(conversation, values_in(conversation.c.id, "conversation_ids")),
)
"""Through which inboxes they went stays: who may hear that they are gone hangs on it, and there is nobody's word in it."""
drop_address = tuple(
    _drop(table, table.c.scheme == bindparam("scheme"), table.c.value == bindparam("value"))
    for table in (participant, group_change, visitor, visitor_push, peer)
)
drop_contacts = (
    *(
        _drop(table, values_in(table.c.contact_id, "contact_ids"))
        for table in (identity, clue, trait, fact, consent, import_row)
    ),
    _drop(duplicate, or_(values_in(duplicate.c.one_id, "contact_ids"), values_in(duplicate.c.other_id, "contact_ids"))),
    _drop(contact, values_in(contact.c.id, "contact_ids")),
)
