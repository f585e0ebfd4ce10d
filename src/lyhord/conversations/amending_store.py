"""The statements of what is done with messages that are there: other words, reactions, amendments on their way."""

from typing import Any

from sqlalchemy import BindParameter, bindparam, delete, insert, select, update

from lyhord.conversations.tables import attachment, conversation, delivery, earlier_words, message, reaction
from lyhord.kit.database import Statement, upsert, values_in

W: BindParameter[Any] = bindparam("workspace_id")
_this = (
    message.c.workspace_id == W,
    message.c.conversation_id == bindparam("conversation"),
    message.c.id == bindparam("key"),
)
write_words = Statement(
    update(message)
    .where(*_this)
    .values(
        {name: bindparam(name) for name in ("text", "html", "quoted", "subject", "more", "removed_at", "amended_at")}
    )
)
write_more = Statement(update(message).where(*_this).values(more=bindparam("more"), amended_at=bindparam("amended_at")))
messages_called = Statement(
    select(message.c.external_id, message.c.id).where(
        message.c.workspace_id == W,
        message.c.inbox_id == bindparam("inbox_id"),
        values_in(message.c.external_id, "external_ids"),
    )
)
write_file = Statement(
    update(attachment)
    .where(attachment.c.workspace_id == W, attachment.c.id == bindparam("key"))
    .values({name: bindparam(name) for name in ("file", "type", "size")})
)
keep_words = Statement(insert(earlier_words))
_earlier = (
    select(
        earlier_words.c.id,
        earlier_words.c.text,
        earlier_words.c.html,
        earlier_words.c.quoted,
        earlier_words.c.subject,
        earlier_words.c.more,
        earlier_words.c.replaced_by,
    )
    .where(earlier_words.c.workspace_id == W, earlier_words.c.message_id == bindparam("of"))
    .order_by(earlier_words.c.id.desc())
)
earlier_of = Statement(_earlier.limit(100))
last_earlier = Statement(_earlier.limit(1))
drop_earlier = Statement(
    delete(earlier_words).where(
        earlier_words.c.workspace_id == W,
        earlier_words.c.message_id == bindparam("of"),
        earlier_words.c.id == bindparam("key"),
    )
)

add_reaction = upsert(
    reaction, key=("workspace_id", "message_id", "by", "emoji"), update=("name", "inbox_id", "external_id", "at")
)
_reactions = (reaction.c.workspace_id == W, reaction.c.message_id == bindparam("of"))
reactions_of = Statement(
    select(reaction.c.by, reaction.c.emoji, reaction.c.name)
    .where(*_reactions)
    .order_by(reaction.c.at, reaction.c.by, reaction.c.emoji)
)
drop_reaction = Statement(
    delete(reaction).where(*_reactions, reaction.c.by == bindparam("person"), reaction.c.emoji == bindparam("sign"))
)
drop_reaction_called = Statement(
    delete(reaction)
    .where(
        reaction.c.workspace_id == W,
        reaction.c.inbox_id == bindparam("inbox"),
        reaction.c.external_id == bindparam("external"),
    )
    .returning(reaction.c.message_id)
)
drop_what_was_said = tuple(
    Statement(delete(table).where(table.c.workspace_id == W, values_in(table.c.message_id, "ids")))
    for table in (earlier_words, reaction, attachment)
)
"""What lies beside messages of which nothing may stay."""

next_number = Statement(
    update(conversation)
    .where(conversation.c.workspace_id == W, conversation.c.id == bindparam("key"))
    .values(delivery_n=conversation.c.delivery_n + 1)
    .returning(conversation.c.delivery_n)
)
waiting_amendment = Statement(
    select(delivery.c.message_id).where(
        delivery.c.workspace_id == W,
        delivery.c.amends == bindparam("of"),
        delivery.c.deed == bindparam("what"),
        delivery.c.state == "queued",
    )
)
how_it_left = Statement(
    select(delivery.c.state, delivery.c.parts_sent).where(
        delivery.c.workspace_id == W, delivery.c.message_id == bindparam("of")
    )
)
deliveries_of = Statement(
    select(delivery.c.message_id).where(
        delivery.c.workspace_id == W,
        (delivery.c.message_id == bindparam("of")) | (delivery.c.amends == bindparam("of")),
    )
)
