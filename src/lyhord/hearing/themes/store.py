"""The statements of themes."""

from typing import Any

from sqlalchemy import BindParameter, bindparam, delete, insert, select, update

from lyhord.conversations.tables import conversation, message
from lyhord.hearing.themes.tables import theme, theme_message, theme_round
from lyhord.kit.database import Statement, upsert, values_in

W: BindParameter[Any] = bindparam("workspace_id")

said_between = Statement(
    select(message.c.id, message.c.conversation_id, message.c.subject, message.c.text, message.c.more)
    .join(
        conversation,
        (conversation.c.workspace_id == message.c.workspace_id) & (conversation.c.id == message.c.conversation_id),
    )
    .where(
        message.c.workspace_id == W,
        message.c.id >= bindparam("start"),
        message.c.id < bindparam("end"),
        message.c.direction == "in",
        message.c.removed_at.is_(None),
        conversation.c.parent_id.is_(None),
    )
    .order_by(message.c.id)
    .limit(bindparam("most"))
)
"""What customers said in a stretch of time, from its beginning."""

ROW = ("id", "words", "weeks", "looked_at", "trend", "chance", "found_at", "dismissed_at", "reason_id", "named")
_themes = select(*(theme.c[name] for name in ROW)).where(theme.c.workspace_id == W)
list_themes = Statement(_themes.order_by(theme.c.id))
find_theme = Statement(_themes.where(theme.c.id == bindparam("key")))
know_theme = upsert(theme, key=("workspace_id", "id"), update=("words", "weeks", "looked_at", "trend", "chance"))
_one = (theme.c.workspace_id == W, theme.c.id == bindparam("key"))
set_dismissed = Statement(update(theme).where(*_one).values(dismissed_at=bindparam("at")))
set_reason = Statement(update(theme).where(*_one).values(reason_id=bindparam("reason")))
set_named = Statement(update(theme).where(*_one).values(named=bindparam("called")))
drop_themes = Statement(delete(theme).where(theme.c.workspace_id == W, values_in(theme.c.id, "ids")))

MEMBER = ("theme_id", "message_id", "conversation_id", "example", "digest")
_members = select(*(theme_message.c[name] for name in MEMBER)).where(theme_message.c.workspace_id == W)
members_of = Statement(
    _members.where(values_in(theme_message.c.theme_id, "ids")).order_by(
        theme_message.c.theme_id, theme_message.c.example, theme_message.c.message_id
    )
)
members_among = Statement(_members.where(values_in(theme_message.c.message_id, "ids")))
members_in = Statement(_members.where(values_in(theme_message.c.conversation_id, "conversation_ids")))
insert_member = Statement(insert(theme_message))
set_digest = Statement(
    update(theme_message)
    .where(
        theme_message.c.workspace_id == W,
        theme_message.c.theme_id == bindparam("of"),
        theme_message.c.message_id == bindparam("key"),
    )
    .values(digest=bindparam("value"))
)
drop_members_of = Statement(
    delete(theme_message).where(theme_message.c.workspace_id == W, values_in(theme_message.c.theme_id, "ids"))
)
drop_members = Statement(
    delete(theme_message).where(theme_message.c.workspace_id == W, values_in(theme_message.c.message_id, "ids"))
)
those_there = Statement(
    select(message.c.id).where(
        message.c.workspace_id == W, values_in(message.c.id, "ids"), message.c.removed_at.is_(None)
    )
)
texts_of = Statement(
    select(message.c.id, message.c.conversation_id, message.c.inbox_id, message.c.subject, message.c.text).where(
        message.c.workspace_id == W, values_in(message.c.id, "ids"), message.c.removed_at.is_(None)
    )
)
words_of = Statement(
    select(message.c.id, message.c.subject, message.c.text, message.c.more)
    .where(message.c.workspace_id == W, values_in(message.c.id, "ids"), message.c.removed_at.is_(None))
    .order_by(message.c.id)
)

find_round = Statement(select(theme_round.c.looked_at).where(theme_round.c.workspace_id == W))
write_round = upsert(theme_round, key=("workspace_id",), update=("looked_at",))
