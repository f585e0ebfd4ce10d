"""Rows of conversations, messages, deliveries and what belongs to them."""

from sqlalchemy import Column, Index, Integer, String, Table, Text, UniqueConstraint

from lyhord.kit.database import Bytes, Id, Json, Millis, metadata, partial_index

conversation = Table(
    "conversation",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("id", Id, primary_key=True),
    Column("kind", String(10), nullable=False, comment="direct, group or side"),
    Column("contact_id", Id, comment="direct: whose it is, exactly one conversation each"),
    Column("group_inbox_id", Id, comment="group: the inbox, and the channel's id of the group"),
    Column("group_id", Text),
    Column("title", Text, nullable=False, comment="group: its name; side: its subject"),
    Column("inbox_id", Id, comment="where the customer wrote last: replies leave here"),
    Column("scheme", String(40), comment="and from which identity"),
    Column("value", Text),
    Column("last_message_id", Id, comment="the last message, notes aside"),
    Column("last_inbound_id", Id),
    Column("last_inbound_at", Millis),
    Column("contact_read_id", Id, comment="how far the customer has read"),
    Column("responder", Text, nullable=False, comment="queue, agent:<id> or bot:<id>"),
    Column("language", String(8), comment="in which the customer wrote last, as far as anybody can tell"),
    Column("delivery_n", Integer, nullable=False, comment="number of the last outbound delivery"),
    Column("parent_id", Id, comment="side: the conversation that it is about, and whose readers read it"),
    Column("about_id", Id, comment="side: the message of the parent that was forwarded"),
    Column("closed_at", Millis, comment="side: nothing more is expected; group: we are not in it any more"),
    Column("timers", Json, comment="timers.model.Timers: after how long words vanish, in the chats where they do"),
    Column("created_at", Millis, nullable=False),
    Column("changed_at", Millis, nullable=False),
    sqlite_with_rowid=False,
)
Index("uq_conversation_contact", conversation.c.workspace_id, conversation.c.contact_id, unique=True)
Index(
    "uq_conversation_group",
    conversation.c.workspace_id,
    conversation.c.group_inbox_id,
    conversation.c.group_id,
    unique=True,
)
partial_index(
    "ix_conversation_parent",
    conversation.c.workspace_id,
    conversation.c.parent_id,
    conversation.c.id,
    where=conversation.c.parent_id.isnot(None),
)

conversation_inbox = Table(
    "conversation_inbox",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("conversation_id", Id, primary_key=True),
    Column("inbox_id", Id, primary_key=True, comment="an inbox that carried messages of the conversation: reach"),
    sqlite_with_rowid=False,
)

participant = Table(
    "participant",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("conversation_id", Id, primary_key=True, comment="a group conversation"),
    Column("scheme", String(40), primary_key=True),
    Column("value", Text, primary_key=True),
    Column("joined_at", Millis, nullable=False),
    Column("left_at", Millis),
    sqlite_with_rowid=False,
)
Index("ix_participant_identity", participant.c.workspace_id, participant.c.scheme, participant.c.value)

message = Table(
    "message",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("id", Id, primary_key=True, comment="carries its time, so that it orders the timeline"),
    Column("conversation_id", Id, nullable=False),
    Column("direction", String(4), nullable=False, comment="in, out or note"),
    Column("inbox_id", Id, comment="null for notes"),
    Column("external_id", Text, comment="the channel's own id; for ours the key that we chose"),
    Column("scheme", String(40), comment="the identity that it came from or went to"),
    Column("value", Text),
    Column("agent_id", Id, comment="who wrote it, when one of us did"),
    Column("text", Text, nullable=False),
    Column("html", Text, comment="sanitised"),
    Column("quoted", Text, nullable=False, comment="what stood below the new text; folded on screens"),
    Column("subject", Text),
    Column(
        "more",
        Json,
        nullable=False,
        comment="model.More: attachments, recipients, copies, mentions, flags, claims, reactions, translations",
    ),
    Column("claimed_at", Millis, comment="when the sender says that it was written"),
    Column("removed_at", Millis, comment="undone or deleted; words are gone, the row stays"),
    Column("amended_at", Millis, comment="when its words or reactions last became others"),
    Column("created_at", Millis, nullable=False),
    sqlite_with_rowid=False,
)
Index("uq_message_external", message.c.workspace_id, message.c.inbox_id, message.c.external_id, unique=True)
Index("uq_message_timeline", message.c.workspace_id, message.c.conversation_id, message.c.id, unique=True)

message_part = Table(
    "message_part",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("inbox_id", Id, primary_key=True),
    Column("external_id", Text, primary_key=True, comment="the channel's own id of one part of what left in several"),
    Column("message_id", Id, nullable=False),
    Column("n", Integer, nullable=False, comment="which part, from 0; the message itself is called as the first is"),
    sqlite_with_rowid=False,
)
Index("ix_message_part_message", message_part.c.workspace_id, message_part.c.message_id)

earlier_words = Table(
    "earlier_words",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("message_id", Id, primary_key=True),
    Column("id", Id, primary_key=True, comment="when they were replaced or removed"),
    Column("text", Text, nullable=False),
    Column("html", Text),
    Column("quoted", Text, nullable=False),
    Column("subject", Text),
    Column("more", Json, nullable=False, comment="model.More as it was"),
    Column("replaced_by", Text, nullable=False, comment="agent:<id>, contact or channel"),
    sqlite_with_rowid=False,
)

reaction = Table(
    "reaction",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("message_id", Id, primary_key=True),
    Column("by", Text, primary_key=True, comment="agent:<id>, or <scheme>:<value> of an identity"),
    Column("emoji", String(64), primary_key=True),
    Column("name", Text, nullable=False, comment="the name that came with the identity"),
    Column("inbox_id", Id),
    Column("external_id", Text, comment="the channel's own id of the reaction, where it has one"),
    Column("at", Millis, nullable=False),
    sqlite_with_rowid=False,
)
Index("ix_reaction_by", reaction.c.workspace_id, reaction.c.by)
Index("uq_reaction_external", reaction.c.workspace_id, reaction.c.inbox_id, reaction.c.external_id, unique=True)

attachment = Table(
    "attachment",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("id", Id, primary_key=True),
    Column("file", Text, nullable=False, comment="sha256 in the file store"),
    Column("name", Text, nullable=False),
    Column("type", Text, nullable=False, comment="by content where it can be told"),
    Column("size", Integer, nullable=False),
    Column("inline_id", Text),
    Column("message_id", Id, comment="null until a message takes it"),
    Column("conversation_id", Id),
    Column("uploaded_by", Text, nullable=False, comment="agent:<id> or contact:<id>"),
    Column("created_at", Millis, nullable=False),
    sqlite_with_rowid=False,
)
Index("ix_attachment_message", attachment.c.workspace_id, attachment.c.message_id)
Index("ix_attachment_file", attachment.c.workspace_id, attachment.c.file)

delivery = Table(
    "delivery",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("message_id", Id, primary_key=True, comment="what leaves; an amendment has an id of its own"),
    Column("conversation_id", Id, nullable=False),
    Column("n", Integer, nullable=False, comment="order within the conversation"),
    Column("amends", Id, comment="the message that it changes; null for a message itself"),
    Column("deed", String(10), comment="of an amendment: edit, remove, react, hide or show"),
    Column("inbox_id", Id, nullable=False),
    Column("state", String(10), nullable=False, comment="queued, sending, sent, delivered, read, failed or unknown"),
    Column("queued_at", Millis, nullable=False, comment="when somebody last asked for it: it is given up a day later"),
    Column("due_at", Millis, comment="null when nothing is left to do; while it is being sent the end of the lease"),
    Column("attempts", Integer, nullable=False),
    Column("parts_sent", Integer, nullable=False, comment="how many parts the channel has taken"),
    Column("lease", Text),
    Column("lease_until", Millis),
    Column("reference", Text, nullable=False, comment="the key given to the channel"),
    Column("error", Text),
    Column("trace", String(55), comment="traceparent of the span that queued it, where one was recorded"),
    Column("changed_at", Millis, nullable=False),
    sqlite_with_rowid=False,
)
partial_index("ix_delivery_due", delivery.c.due_at, delivery.c.workspace_id, where=delivery.c.due_at.isnot(None))
partial_index(
    "ix_delivery_unfinished",
    delivery.c.workspace_id,
    delivery.c.conversation_id,
    delivery.c.n,
    where=delivery.c.due_at.isnot(None),
)
partial_index(
    "ix_delivery_leased",
    delivery.c.workspace_id,
    delivery.c.inbox_id,
    where=delivery.c.lease.isnot(None),
)
partial_index("ix_delivery_amends", delivery.c.workspace_id, delivery.c.amends, where=delivery.c.amends.isnot(None))
Index("uq_delivery_order", delivery.c.workspace_id, delivery.c.conversation_id, delivery.c.n, unique=True)
Index("ix_delivery_reference", delivery.c.workspace_id, delivery.c.inbox_id, delivery.c.reference)

early_status = Table(
    "early_status",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("inbox_id", Id, primary_key=True),
    Column("reference", Text, primary_key=True, comment="the channel's id of a message that is still being sent"),
    Column("state", String(10), nullable=False),
    Column("error", Text),
    Column("at", Millis, nullable=False),
    sqlite_with_rowid=False,
)

draft = Table(
    "draft",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("agent_id", Id, primary_key=True),
    Column("conversation_id", Id, primary_key=True),
    Column("body", Json, nullable=False, comment="model.Draft"),
    Column("changed_at", Millis, nullable=False),
    sqlite_with_rowid=False,
)

read_position = Table(
    "read_position",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("agent_id", Id, primary_key=True),
    Column("conversation_id", Id, primary_key=True),
    Column("message_id", Id, nullable=False),
    sqlite_with_rowid=False,
)

mention = Table(
    "mention",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("agent_id", Id, primary_key=True),
    Column("message_id", Id, primary_key=True),
    Column("conversation_id", Id, nullable=False),
    sqlite_with_rowid=False,
)
Index("ix_mention_message", mention.c.workspace_id, mention.c.message_id)

raw_payload = Table(
    "raw_payload",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("id", Id, primary_key=True, comment="that of the first message that it brought; kept for 30 days"),
    Column("inbox_id", Id, nullable=False),
    Column("body", Bytes, comment="up to 64 KB"),
    Column("file", Text, comment="sha256 in the file store, when larger"),
    Column("headers", Json, nullable=False),
    Column("problem", Text, comment="why it couldn't be understood"),
    sqlite_with_rowid=False,
)

partial_index(
    "ix_raw_payload_file",
    raw_payload.c.workspace_id,
    raw_payload.c.file,
    where=raw_payload.c.file.isnot(None),
)

visitor = Table(
    "visitor",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("token_hash", Text, primary_key=True),
    Column("inbox_id", Id, nullable=False),
    Column("scheme", String(40), nullable=False, comment="the identity that this browser speaks for"),
    Column("value", Text, nullable=False),
    Column("signed_until", Millis, comment="until when the company's site vouches for it"),
    Column("created_at", Millis, nullable=False),
    Column("seen_at", Millis, nullable=False),
    UniqueConstraint("token_hash"),
    sqlite_with_rowid=False,
)
