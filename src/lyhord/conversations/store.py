"""The statements of conversations and messages. Hot ones are compiled once and run for whole batches."""

from typing import Any

from sqlalchemy import BindParameter, ColumnElement, bindparam, case, delete, exists, func, insert, or_, select, update

from lyhord.contacts.tables import contact, identity
from lyhord.conversations.tables import (
    attachment,
    conversation,
    conversation_inbox,
    delivery,
    draft,
    mention,
    message,
    raw_payload,
    read_position,
)
from lyhord.conversations.visibility import conversation_within
from lyhord.kit.database import Statement, upsert, values_in
from lyhord.workspaces.tables import agent, inbox

W: BindParameter[Any] = bindparam("workspace_id")
_other = delivery.alias()

conversation_columns = (
    conversation.c.id,
    conversation.c.kind,
    conversation.c.contact_id,
    conversation.c.title,
    conversation.c.inbox_id,
    conversation.c.scheme,
    conversation.c.value,
    conversation.c.last_message_id,
    conversation.c.last_inbound_id,
    conversation.c.last_inbound_at,
    conversation.c.contact_read_id,
    conversation.c.responder,
    conversation.c.language,
    conversation.c.parent_id,
    conversation.c.about_id,
    conversation.c.closed_at,
)
_conversations = select(*conversation_columns).where(conversation.c.workspace_id == W)

_absorbed = contact.alias()
conversation_and_merges = Statement(
    select(
        *conversation_columns,
        or_(
            contact.c.merged_into.isnot(None),
            exists(
                select(_absorbed.c.id).where(
                    _absorbed.c.workspace_id == W, _absorbed.c.merged_into == conversation.c.contact_id
                )
            ),
        ),
    )
    .select_from(
        conversation.outerjoin(
            contact,
            (contact.c.workspace_id == conversation.c.workspace_id) & (contact.c.id == conversation.c.contact_id),
        )
    )
    .where(conversation.c.workspace_id == W, conversation.c.id == bindparam("id"))
)
"""A conversation, and whether its contact was merged into another or had others merged into it."""
conversation_by_id = Statement(_conversations.where(conversation.c.id == bindparam("id")))
conversations_by_ids = Statement(_conversations.where(values_in(conversation.c.id, "ids")))
parent_of = Statement(
    select(conversation.c.parent_id).where(conversation.c.workspace_id == W, conversation.c.id == bindparam("id"))
)
conversations_by_contacts = Statement(_conversations.where(values_in(conversation.c.contact_id, "contact_ids")))
conversation_of_group = Statement(
    select(conversation.c.id).where(
        conversation.c.workspace_id == W,
        conversation.c.group_inbox_id == bindparam("inbox"),
        conversation.c.group_id == bindparam("group"),
    )
)
conversation_ids_by_contacts = Statement(
    select(conversation.c.contact_id, conversation.c.id).where(
        conversation.c.workspace_id == W, values_in(conversation.c.contact_id, "contact_ids")
    )
)
"""Both stand in the index: nothing else is read."""
receiving_columns = (*conversation_columns, conversation.c.timers)
TIMERS = len(conversation_columns)
"""Where receiving, which alone reads them with the rest, finds the timers."""
conversations_receiving = Statement(
    select(*receiving_columns).where(
        conversation.c.workspace_id == W, values_in(conversation.c.contact_id, "contact_ids")
    )
)
insert_conversation = Statement(insert(conversation))
touch_inbound = Statement(
    update(conversation)
    .where(conversation.c.workspace_id == W, conversation.c.id == bindparam("key"))
    .values(
        inbox_id=bindparam("inbox_id"),
        scheme=bindparam("scheme"),
        value=bindparam("value"),
        last_message_id=bindparam("last_message_id"),
        last_inbound_id=bindparam("last_inbound_id"),
        last_inbound_at=bindparam("last_inbound_at"),
        changed_at=bindparam("changed_at"),
    )
)
touch_outbound = Statement(
    update(conversation)
    .where(conversation.c.workspace_id == W, conversation.c.id == bindparam("key"))
    .values(
        last_message_id=bindparam("last_message_id"),
        responder=bindparam("responder"),
        delivery_n=conversation.c.delivery_n + 1,
        changed_at=bindparam("changed_at"),
    )
    .returning(conversation.c.delivery_n)
)
set_door = Statement(
    update(conversation)
    .where(conversation.c.workspace_id == W, conversation.c.id == bindparam("key"))
    .values(inbox_id=bindparam("inbox_id"), scheme=bindparam("scheme"), value=bindparam("value"))
)
set_contact_read = Statement(
    update(conversation)
    .where(conversation.c.workspace_id == W, conversation.c.id == bindparam("key"))
    .values(contact_read_id=bindparam("message_id"))
)
reset_last_message = Statement(
    update(conversation)
    .where(conversation.c.workspace_id == W, conversation.c.id == bindparam("key"))
    .values(
        last_message_id=select(message.c.id)
        .where(
            message.c.workspace_id == W,
            message.c.conversation_id == bindparam("key"),
            message.c.direction != "note",
            message.c.removed_at.is_(None),
        )
        .order_by(message.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )
)
_said = (
    select(message.c.id, message.c.inbox_id, message.c.scheme, message.c.value)
    .where(
        message.c.workspace_id == W,
        message.c.conversation_id == bindparam("of"),
        message.c.direction != "note",
        message.c.removed_at.is_(None),
    )
    .order_by(message.c.id.desc())
    .limit(1)
)
last_of = {False: Statement(_said), True: Statement(_said.where(message.c.direction == "in"))}
"""The last words of a conversation, or of the customer alone."""
_numbered = delivery.alias()
_last_number = (
    select(func.max(_numbered.c.n))
    .where(_numbered.c.workspace_id == W, _numbered.c.conversation_id == bindparam("key"))
    .scalar_subquery()
)
reset_conversation = Statement(
    update(conversation)
    .where(conversation.c.workspace_id == W, conversation.c.id == bindparam("key"))
    .values(
        {name: bindparam(name) for name in ("last_message_id", "last_inbound_id", "last_inbound_at")}
        | {name: bindparam(name) for name in ("inbox_id", "scheme", "value")}
        | {
            "delivery_n": case(
                (_last_number > conversation.c.delivery_n, _last_number), else_=conversation.c.delivery_n
            )
        }
    )
)
add_carrier = upsert(conversation_inbox, key=("workspace_id", "conversation_id", "inbox_id"))
carriers_of = Statement(
    select(conversation_inbox.c.conversation_id, conversation_inbox.c.inbox_id)
    .where(conversation_inbox.c.workspace_id == W, values_in(conversation_inbox.c.conversation_id, "ids"))
    .union_all(
        select(conversation.c.id, conversation_inbox.c.inbox_id)
        .select_from(
            conversation.join(
                conversation_inbox,
                (conversation_inbox.c.workspace_id == conversation.c.workspace_id)
                & (conversation_inbox.c.conversation_id == conversation.c.parent_id),
            )
        )
        .where(conversation.c.workspace_id == W, values_in(conversation.c.id, "ids"))
    )
)
"""Those of a side conversation are its parent's."""
drop_carriers = Statement(
    delete(conversation_inbox).where(
        conversation_inbox.c.workspace_id == W,
        conversation_inbox.c.conversation_id == bindparam("of"),
        ~exists(
            select(message.c.id).where(
                message.c.workspace_id == W,
                message.c.conversation_id == bindparam("of"),
                message.c.inbox_id == conversation_inbox.c.inbox_id,
            )
        ),
    )
)
"""Forgets the inboxes of which nothing is left in a conversation."""
insert_message = Statement(insert(message))
known_messages = Statement(
    select(message.c.external_id, message.c.id, message.c.conversation_id).where(
        message.c.workspace_id == W,
        message.c.inbox_id == bindparam("inbox_id"),
        values_in(message.c.external_id, "external_ids"),
    )
)
more_of = Statement(select(message.c.more).where(message.c.workspace_id == W, message.c.id == bindparam("id")))
whose_messages = Statement(
    select(message.c.external_id, message.c.scheme, message.c.value).where(
        message.c.workspace_id == W,
        message.c.inbox_id == bindparam("inbox_id"),
        values_in(message.c.external_id, "external_ids"),
    )
)
insert_attachment = Statement(insert(attachment))
insert_raw = Statement(insert(raw_payload))
raw_by_id = Statement(
    select(raw_payload.c.body, raw_payload.c.file).where(
        raw_payload.c.workspace_id == W, raw_payload.c.id == bindparam("id")
    )
)
attached_columns: tuple[ColumnElement[Any], ...] = (
    attachment.c.id,
    attachment.c.file,
    attachment.c.name,
    attachment.c.type,
    attachment.c.size,
    attachment.c.inline_id,
)
"""In the order of `model.Attached`."""
take_attachments = Statement(
    update(attachment)
    .where(
        attachment.c.workspace_id == W,
        values_in(attachment.c.id, "ids"),
        attachment.c.message_id.is_(None),
        attachment.c.uploaded_by == bindparam("uploaded_by"),
    )
    .values(message_id=bindparam("message_id"), conversation_id=bindparam("conversation_id"))
    .returning(*attached_columns)
)
free_attachments = Statement(
    update(attachment)
    .where(attachment.c.workspace_id == W, attachment.c.message_id == bindparam("of"))
    .values(message_id=None, conversation_id=None)
)
_loose = (attachment.c.workspace_id == W, values_in(attachment.c.id, "ids"), attachment.c.message_id.is_(None))
own_attachments = Statement(
    update(attachment)
    .where(*_loose, values_in(attachment.c.uploaded_by, "owners"))
    .values(uploaded_by=bindparam("owner"))
    .returning(*attached_columns)
)
drop_attachments = Statement(attachment.delete().where(*_loose, attachment.c.uploaded_by == bindparam("owner")))
attachment_by_id = Statement(
    select(
        *attached_columns,
        attachment.c.message_id,
        attachment.c.conversation_id,
        attachment.c.uploaded_by,
    ).where(attachment.c.workspace_id == W, attachment.c.id == bindparam("id"))
)

message_columns: tuple[ColumnElement[Any], ...] = (
    message.c.id,
    message.c.conversation_id,
    message.c.direction,
    message.c.inbox_id,
    inbox.c.channel,
    message.c.scheme,
    message.c.value,
    message.c.agent_id,
    message.c.text,
    message.c.html.isnot(None),
    message.c.quoted,
    message.c.subject,
    message.c.more,
    message.c.claimed_at,
    message.c.removed_at,
    delivery.c.state,
    delivery.c.due_at,
    delivery.c.error,
    delivery.c.attempts,
    delivery.c.changed_at,
    case(((message.c.direction == "out") & message.c.claimed_at.is_(None), message.c.html)),
)
_messages = (
    select(*message_columns)
    .select_from(
        message.outerjoin(
            inbox, (inbox.c.workspace_id == message.c.workspace_id) & (inbox.c.id == message.c.inbox_id)
        ).outerjoin(
            delivery, (delivery.c.workspace_id == message.c.workspace_id) & (delivery.c.message_id == message.c.id)
        )
    )
    .where(message.c.workspace_id == W)
)
messages_by_ids = Statement(_messages.where(values_in(message.c.id, "ids")))
_newest = _messages.where(message.c.id < bindparam("before")).order_by(message.c.id.desc()).limit(bindparam("most"))
_oldest = _messages.where(message.c.id > bindparam("after")).order_by(message.c.id).limit(bindparam("most"))
messages_before = Statement(_newest.where(message.c.conversation_id == bindparam("id")))
messages_after = Statement(_oldest.where(message.c.conversation_id == bindparam("id")))
message_html = Statement(
    select(message.c.html, message.c.conversation_id, message.c.inbox_id, message.c.more, message.c.removed_at).where(
        message.c.workspace_id == W, message.c.id == bindparam("id")
    )
)
message_names = tuple(column.name for column in message.c)
message_row = Statement(select(message).where(message.c.workspace_id == W, message.c.id == bindparam("id")))
message_rows = Statement(select(message).where(message.c.workspace_id == W, values_in(message.c.id, "ids")))
erase_words = Statement(
    update(message)
    .where(
        message.c.workspace_id == W,
        message.c.conversation_id == bindparam("conversation"),
        message.c.id == bindparam("key"),
    )
    .values(text="", html=None, quoted="", subject=None, more="{}", removed_at=bindparam("at"))
)
_theirs = (
    message.c.workspace_id == W,
    message.c.conversation_id == bindparam("conversation"),
    message.c.scheme == bindparam("scheme_of"),
    message.c.value == bindparam("value_of"),
)
messages_to_move = Statement(select(message.c.id, message.c.inbox_id).where(*_theirs))
move_attachments = Statement(
    update(attachment)
    .where(attachment.c.workspace_id == W, attachment.c.message_id == bindparam("of"))
    .values(conversation_id=bindparam("target"))
)
move_delivery = Statement(
    update(delivery)
    .where(delivery.c.workspace_id == W, delivery.c.message_id == bindparam("of"))
    .values(
        conversation_id=bindparam("target"),
        n=select(func.coalesce(func.max(_other.c.n), 0) + 1)
        .where(_other.c.workspace_id == W, _other.c.conversation_id == bindparam("target"))
        .scalar_subquery(),
    )
)
move_messages = Statement(update(message).where(*_theirs).values(conversation_id=bindparam("target")))

insert_delivery = Statement(insert(delivery))
queued_delivery = Statement(
    select(delivery.c.state, delivery.c.due_at, delivery.c.inbox_id).where(
        delivery.c.workspace_id == W, delivery.c.message_id == bindparam("id")
    )
)
drop_delivery = Statement(
    delivery.delete().where(
        delivery.c.workspace_id == W,
        delivery.c.message_id == bindparam("id"),
        delivery.c.state == "queued",
        delivery.c.parts_sent == 0,
    )
)
requeue_delivery = Statement(
    update(delivery)
    .where(
        delivery.c.workspace_id == W,
        delivery.c.message_id == bindparam("id"),
        values_in(delivery.c.state, "from_states"),
    )
    .values(
        state="queued",
        queued_at=bindparam("at"),
        due_at=bindparam("at"),
        error=None,
        lease=None,
        lease_until=None,
        changed_at=bindparam("at"),
    )
)

write_draft = upsert(draft, key=("workspace_id", "agent_id", "conversation_id"), update=("body", "changed_at"))
drop_draft = Statement(
    draft.delete().where(
        draft.c.workspace_id == W, draft.c.agent_id == bindparam("agent"), draft.c.conversation_id == bindparam("id")
    )
)
find_draft = Statement(
    select(draft.c.body).where(
        draft.c.workspace_id == W, draft.c.agent_id == bindparam("agent"), draft.c.conversation_id == bindparam("id")
    )
)
write_position = upsert(read_position, key=("workspace_id", "agent_id", "conversation_id"), update=("message_id",))
find_position = Statement(
    select(read_position.c.message_id).where(
        read_position.c.workspace_id == W,
        read_position.c.agent_id == bindparam("agent"),
        read_position.c.conversation_id == bindparam("id"),
    )
)
add_mention = upsert(mention, key=("workspace_id", "agent_id", "message_id"))
drop_mentions = Statement(delete(mention).where(mention.c.workspace_id == W, mention.c.message_id == bindparam("of")))
active_inbox = Statement(
    select(inbox.c.id, inbox.c.channel, inbox.c.name, inbox.c.paused_at).where(
        inbox.c.workspace_id == W, inbox.c.id == bindparam("id"), inbox.c.removed_at.is_(None)
    )
)
active_inboxes = Statement(
    select(inbox.c.id, inbox.c.channel, inbox.c.name, inbox.c.paused_at)
    .where(inbox.c.workspace_id == W, inbox.c.removed_at.is_(None))
    .order_by(inbox.c.created_at, inbox.c.id)
)
_begun_before = (conversation.c.workspace_id == W, conversation.c.id < bindparam("before"))
_newest_first = conversation.c.id.desc()
conversations_end = Statement(
    select(conversation.c.id).where(*_begun_before).order_by(_newest_first).limit(1).offset(bindparam("looked"))
)
"""The conversation up to which one answer looks through them for somebody who may see few."""
_reachable = (
    conversation.c.id >= bindparam("until"),
    conversation_within(conversation.c.workspace_id, conversation.c.id),
)
newest_conversations = {
    limited: Statement(
        _conversations.where(
            conversation.c.id < bindparam("before"),
            conversation.c.parent_id.is_(None),
            *(_reachable if limited else ()),
        )
        .order_by(_newest_first)
        .limit(bindparam("most"))
    )
    for limited in (False, True)
}
_through = (
    message.c.workspace_id == W,
    message.c.conversation_id == bindparam("id"),
    message.c.inbox_id == bindparam("inbox_id"),
)
last_through = Statement(
    select(message.c.id).where(*_through, message.c.direction == "in").order_by(message.c.id.desc()).limit(1)
)
last_said_to = Statement(
    select(message.c.id)
    .where(
        message.c.workspace_id == W,
        message.c.conversation_id == bindparam("id"),
        message.c.direction == "out",
        message.c.removed_at.is_(None),
    )
    .order_by(message.c.id.desc())
    .limit(1)
)
thread_before = Statement(
    select(message.c.id, message.c.external_id, message.c.direction, message.c.subject, message.c.more)
    .where(*_through, message.c.id < bindparam("before"), message.c.removed_at.is_(None))
    .order_by(message.c.id.desc())
    .limit(20)
)
writer_of = Statement(
    select(func.coalesce(agent.c.shown_name, agent.c.name), agent.c.email).where(
        agent.c.workspace_id == W, agent.c.id == bindparam("id")
    )
)
identity_name = Statement(
    select(identity.c.name).where(
        identity.c.workspace_id == W, identity.c.scheme == bindparam("scheme"), identity.c.value == bindparam("value")
    )
)
identities_of = Statement(
    select(identity.c.scheme, identity.c.value)
    .where(identity.c.workspace_id == W, values_in(identity.c.contact_id, "contact_ids"))
    .order_by(identity.c.created_at, identity.c.value)
)
inbox_account = Statement(
    select(inbox.c.channel, inbox.c.key, inbox.c.name, inbox.c.settings).where(
        inbox.c.workspace_id == W, inbox.c.id == bindparam("id"), inbox.c.removed_at.is_(None)
    )
)
