"""The statements of groups. What arrives is written for whole batches."""

from typing import Any

from sqlalchemy import BindParameter, bindparam, exists, func, insert, select, update

from lyhord.contacts.tables import identity
from lyhord.conversations.groups.tables import group_change
from lyhord.conversations.store import receiving_columns
from lyhord.conversations.tables import conversation, conversation_inbox, participant
from lyhord.kit.database import Statement, upsert, values_in
from lyhord.workspaces.tables import inbox

W: BindParameter[Any] = bindparam("workspace_id")
_other = conversation.alias()

groups_called = Statement(
    select(*receiving_columns, conversation.c.group_id).where(
        conversation.c.workspace_id == W,
        conversation.c.group_inbox_id == bindparam("inbox_id"),
        values_in(conversation.c.group_id, "group_ids"),
    )
)
group_of = Statement(
    select(conversation.c.group_inbox_id, conversation.c.group_id, conversation.c.closed_at).where(
        conversation.c.workspace_id == W, conversation.c.id == bindparam("id"), conversation.c.kind == "group"
    )
)
settings_of = Statement(
    select(inbox.c.id, inbox.c.settings).where(inbox.c.workspace_id == W, values_in(inbox.c.id, "inbox_ids"))
)
move_group = Statement(
    update(conversation)
    .where(
        conversation.c.workspace_id == W,
        conversation.c.group_inbox_id == bindparam("of"),
        conversation.c.group_id == bindparam("before"),
        ~exists().where(
            _other.c.workspace_id == W,
            _other.c.group_inbox_id == bindparam("of"),
            _other.c.group_id == bindparam("after"),
        ),
    )
    .values(group_id=bindparam("after"))
)
write_group = Statement(
    update(conversation)
    .where(conversation.c.workspace_id == W, conversation.c.id == bindparam("key"))
    .values(title=bindparam("title"), closed_at=bindparam("closed_at"), changed_at=bindparam("changed_at"))
)
seats_of = Statement(
    select(participant.c.conversation_id, participant.c.scheme, participant.c.value, participant.c.left_at).where(
        participant.c.workspace_id == W,
        values_in(participant.c.conversation_id, "conversation_ids"),
        values_in(participant.c.value, "people"),
    )
)
write_seat = upsert(participant, key=("workspace_id", "conversation_id", "scheme", "value"), update=("left_at",))
add_change = Statement(insert(group_change))

_here = (participant.c.workspace_id == W, participant.c.conversation_id == bindparam("id"))
participants_of = Statement(
    select(participant.c.scheme, participant.c.value, identity.c.name, identity.c.contact_id, participant.c.left_at)
    .select_from(
        participant.outerjoin(
            identity,
            (identity.c.workspace_id == participant.c.workspace_id)
            & (identity.c.scheme == participant.c.scheme)
            & (identity.c.value == participant.c.value),
        )
    )
    .where(*_here)
    .order_by(participant.c.left_at.isnot(None), participant.c.joined_at, participant.c.scheme, participant.c.value)
    .limit(bindparam("most"))
)
count_present = Statement(select(func.count()).select_from(participant).where(*_here, participant.c.left_at.is_(None)))
changes_of = Statement(
    select(
        group_change.c.id,
        group_change.c.change,
        group_change.c.name,
        group_change.c.scheme,
        group_change.c.value,
        identity.c.name,
        identity.c.contact_id,
    )
    .select_from(
        group_change.outerjoin(
            identity,
            (identity.c.workspace_id == group_change.c.workspace_id)
            & (identity.c.scheme == group_change.c.scheme)
            & (identity.c.value == group_change.c.value),
        )
    )
    .where(
        group_change.c.workspace_id == W,
        values_in(group_change.c.conversation_id, "ids"),
    )
    .order_by(group_change.c.id.desc())
    .limit(bindparam("most"))
)
inboxes_of_participants = Statement(
    select(identity.c.contact_id, conversation_inbox.c.inbox_id)
    .distinct()
    .select_from(
        identity.join(
            participant,
            (participant.c.workspace_id == identity.c.workspace_id)
            & (participant.c.scheme == identity.c.scheme)
            & (participant.c.value == identity.c.value),
        ).join(
            conversation_inbox,
            (conversation_inbox.c.workspace_id == participant.c.workspace_id)
            & (conversation_inbox.c.conversation_id == participant.c.conversation_id),
        )
    )
    .where(identity.c.workspace_id == W, values_in(identity.c.contact_id, "contact_ids"))
)
