"""The statements of what was promised: each is one range of one index."""

from typing import Any

from sqlalchemy import BindParameter, bindparam, select

from lyhord.kit.database import Statement
from lyhord.tickets.levels.tables import clock
from lyhord.tickets.promises.tables import told_promise
from lyhord.workspaces.tables import inbox

W: BindParameter[Any] = bindparam("workspace_id")

CLOCK = (
    "level_id",
    "inbox_id",
    "team_id",
    "agent_id",
    "minutes",
    "started_at",
    "runs",
    "running_since",
    "ended_at",
    "used",
    "dropped",
    "kept",
    "due_at",
    "kind",
)
_of_kind = (clock.c.workspace_id == W, clock.c.kind == bindparam("kind"))
began = Statement(
    select(*(clock.c[name] for name in CLOCK))
    .where(*_of_kind, clock.c.started_at >= bindparam("start"), clock.c.started_at < bindparam("end"))
    .order_by(clock.c.started_at.desc())
    .limit(bindparam("most"))
)
running_since_before = Statement(
    select(clock.c.inbox_id, clock.c.level_id, clock.c.team_id, clock.c.agent_id)
    .where(*_of_kind, clock.c.ended_at.is_(None), clock.c.started_at < bindparam("start"))
    .limit(bindparam("most"))
)
told_between = Statement(
    select(
        told_promise.c.id,
        told_promise.c.inbox_id,
        told_promise.c.way,
        told_promise.c.hour,
        told_promise.c.due_at,
        told_promise.c.ended_at,
        told_promise.c.kept,
    )
    .where(
        told_promise.c.workspace_id == W,
        told_promise.c.id >= bindparam("start"),
        told_promise.c.id < bindparam("end"),
    )
    .order_by(told_promise.c.id.desc())
    .limit(bindparam("most"))
)
channels_of_inboxes = Statement(select(inbox.c.id, inbox.c.channel).where(inbox.c.workspace_id == W))
