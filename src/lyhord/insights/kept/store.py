"""The statements of what was promised: each is one range of one index."""

from typing import Any

from sqlalchemy import BindParameter, ColumnElement, bindparam, cast, func, null, select

from lyhord.kit.clock import MINUTE
from lyhord.kit.database import Millis, Statement
from lyhord.tickets.levels.tables import clock
from lyhord.tickets.promises.tables import told_promise
from lyhord.workspaces.tables import inbox

W: BindParameter[Any] = bindparam("workspace_id")

WHOSE = ("level_id", "team_id", "agent_id", "inbox_id")
_whose = tuple(clock.c[name] for name in WHOSE)
_of_kind = (clock.c.workspace_id == W, clock.c.kind == bindparam("kind"))
_began = (*_of_kind, clock.c.started_at >= bindparam("start"), clock.c.started_at < bindparam("end"))
_length = (
    clock.c.started_at,
    clock.c.ended_at - clock.c.started_at,
    func.coalesce(clock.c.used, 0),
    cast(clock.c.minutes, Millis) * MINUTE,
    1 - clock.c.dropped,
    clock.c.dropped,
    clock.c.kept,
)


def _over(*whose: ColumnElement[Any]) -> Statement:
    return Statement(
        select(*whose, *_length)
        .where(*_began, clock.c.ended_at.isnot(None))
        .order_by(clock.c.started_at.desc())
        .limit(bindparam("most"))
    )


over = _over(*_whose)
"""Those that ended, as `model.Runs` has them."""
over_of_anybody = _over(null(), null(), null(), null())
"""The same without whose they are, which is half of what is read."""
CLOCK = (*WHOSE, "minutes", "started_at", "runs", "running_since", "ended_at", "dropped", "kept", "due_at", "kind")
running = Statement(
    select(*(clock.c[name] for name in CLOCK))
    .where(*_began, clock.c.ended_at.is_(None))
    .order_by(clock.c.started_at.desc())
    .limit(bindparam("most"))
)
running_since_before = Statement(
    select(*_whose)
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
