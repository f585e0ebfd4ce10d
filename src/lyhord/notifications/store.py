"""The statements of notifications. An agent's list is one range of the primary key."""

from typing import Any

from sqlalchemy import BindParameter, bindparam, delete, func, select, update

from lyhord.conversations.tables import read_position
from lyhord.conversations.visibility import conversation_within, parent_or_itself
from lyhord.kit.database import Statement, upsert, values_in
from lyhord.notifications.tables import notification, notification_preference, push_subscription

W: BindParameter[Any] = bindparam("workspace_id")
_theirs = (notification.c.workspace_id == W, notification.c.agent_id == bindparam("agent"))
_unread = notification.c.read_at.is_(None)
_within = notification.c.conversation_id.is_(None) | conversation_within(
    notification.c.workspace_id, parent_or_itself(notification.c.workspace_id, notification.c.conversation_id)
)
NOTIFICATION = (
    notification.c.id,
    notification.c.kind,
    notification.c.conversation_id,
    notification.c.message_id,
    notification.c.by_agent_id,
    notification.c.read_at,
    notification.c.ticket_id,
    notification.c.surge_id,
)

insert_notification = upsert(notification, key=["workspace_id", "agent_id", "id"])
pages = {
    limited: Statement(
        select(*NOTIFICATION)
        .where(*_theirs, notification.c.id < bindparam("before"), *((_within,) if limited else ()))
        .order_by(notification.c.id.desc())
        .limit(bindparam("most"))
    )
    for limited in (False, True)
}
by_ids = {
    limited: Statement(
        select(*NOTIFICATION)
        .where(*_theirs, values_in(notification.c.id, "ids"), _unread, *((_within,) if limited else ()))
        .order_by(notification.c.id.desc())
    )
    for limited in (False, True)
}
unread = {
    limited: Statement(
        select(notification.c.conversation_id)
        .where(*_theirs, _unread, *((_within,) if limited else ()))
        .limit(bindparam("most"))
    )
    for limited in (False, True)
}
list_unread_among = Statement(
    select(
        notification.c.agent_id,
        notification.c.conversation_id,
        notification.c.kind,
        notification.c.id,
        notification.c.mail_at,
    ).where(
        notification.c.workspace_id == W,
        values_in(notification.c.agent_id, "agents"),
        values_in(notification.c.conversation_id, "conversations"),
        _unread,
    )
)
delete_notification = Statement(delete(notification).where(*_theirs, notification.c.id == bindparam("id")))
delete_about = Statement(
    delete(notification)
    .where(notification.c.workspace_id == W, values_in(notification.c.conversation_id, "conversation_ids"))
    .returning(notification.c.agent_id)
)
_mark = update(notification).values(read_at=bindparam("now"), mail_at=None)
mark_seen = Statement(
    _mark.where(
        *_theirs,
        notification.c.conversation_id == bindparam("conversation"),
        notification.c.message_id <= bindparam("seen"),
        _unread,
    )
)
mark_ids = Statement(_mark.where(*_theirs, values_in(notification.c.id, "ids"), _unread))
mark_conversation = Statement(
    _mark.where(*_theirs, notification.c.conversation_id == bindparam("conversation"), _unread)
)
mark_surge = Statement(
    _mark.where(
        notification.c.workspace_id == W,
        values_in(notification.c.agent_id, "agents"),
        notification.c.surge_id == bindparam("surge"),
        _unread,
    ).returning(notification.c.agent_id)
)
mark_all = Statement(_mark.where(*_theirs, notification.c.id <= bindparam("until"), _unread))
list_mails_due = Statement(
    select(notification.c.agent_id, notification.c.id)
    .where(notification.c.workspace_id == W, notification.c.mail_at <= bindparam("now"))
    .order_by(notification.c.mail_at)
    .limit(bindparam("most"))
)
write_mail_at = Statement(
    update(notification).where(*_theirs, values_in(notification.c.id, "ids")).values(mail_at=bindparam("at"))
)
_older = notification.alias()
_beyond = (
    select(_older.c.id)
    .where(_older.c.workspace_id == W, _older.c.agent_id == bindparam("agent"))
    .order_by(_older.c.id.desc())
    .limit(1)
    .offset(bindparam("kept"))
    .scalar_subquery()
)
forget_old = Statement(delete(notification).where(*_theirs, notification.c.id <= _beyond))

write_preferences = upsert(notification_preference, key=["workspace_id", "agent_id"], update=["settings"])
write_active = upsert(notification_preference, key=["workspace_id", "agent_id"], update=["active_at"])
list_preferences = Statement(
    select(
        notification_preference.c.agent_id, notification_preference.c.settings, notification_preference.c.active_at
    ).where(notification_preference.c.workspace_id == W)
)
find_preferences = Statement(
    select(notification_preference.c.settings, notification_preference.c.active_at).where(
        notification_preference.c.workspace_id == W, notification_preference.c.agent_id == bindparam("agent")
    )
)
positions = Statement(
    select(read_position.c.agent_id, read_position.c.conversation_id, read_position.c.message_id).where(
        read_position.c.workspace_id == W,
        values_in(read_position.c.agent_id, "agents"),
        values_in(read_position.c.conversation_id, "conversations"),
    )
)

_devices = (push_subscription.c.workspace_id == W, push_subscription.c.agent_id == bindparam("agent"))
write_subscription = upsert(
    push_subscription,
    key=["workspace_id", "endpoint_hash"],
    update=["agent_id", "session", "sealed", "client"],
)
find_subscription = Statement(
    select(push_subscription.c.agent_id, push_subscription.c.session, push_subscription.c.sealed).where(
        push_subscription.c.workspace_id == W, push_subscription.c.id == bindparam("id")
    )
)
list_subscriptions_of = Statement(
    select(push_subscription.c.agent_id, push_subscription.c.id).where(
        push_subscription.c.workspace_id == W, values_in(push_subscription.c.agent_id, "agents")
    )
)
list_devices = Statement(
    select(push_subscription.c.id, push_subscription.c.client, push_subscription.c.created_at)
    .where(*_devices)
    .order_by(push_subscription.c.id)
)
count_devices = Statement(select(func.count()).select_from(push_subscription).where(*_devices))
delete_device = Statement(delete(push_subscription).where(*_devices, push_subscription.c.id == bindparam("id")))
delete_subscription = Statement(
    delete(push_subscription).where(push_subscription.c.workspace_id == W, push_subscription.c.id == bindparam("id"))
)
find_device = Statement(
    select(push_subscription.c.id).where(*_devices, push_subscription.c.endpoint_hash == bindparam("hash"))
)
