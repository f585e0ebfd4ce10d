"""The statements of canned replies."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Table, bindparam, func, insert, or_, select, tuple_, update

from lyhord.conversations.canned.tables import canned_reply
from lyhord.kit.database import Statement, values_in

W: BindParameter[Any] = bindparam("workspace_id")

columns = (
    canned_reply.c.id,
    canned_reply.c.name,
    canned_reply.c.shortcut,
    canned_reply.c.texts,
    canned_reply.c.attachments,
    canned_reply.c.team_id,
    canned_reply.c.agent_id,
    canned_reply.c.uses,
    canned_reply.c.changed_at,
    canned_reply.c.buttons,
)


def _visible(table: Table) -> dict[bool, ColumnElement[bool]]:
    """What somebody sees of a table of things that are everybody's, a team's or an agent's; by whether every team's is seen."""
    own = or_(table.c.agent_id.is_(None), table.c.agent_id == bindparam("viewer"))
    return {True: own, False: own & or_(table.c.team_id.is_(None), values_in(table.c.team_id, "teams"))}


def page_of(table: Table, columns: Sequence[ColumnElement[Any]]) -> dict[bool, Statement]:
    """A page of what is there and visible, the most used first."""
    return {
        every: Statement(
            select(*columns)
            .where(
                table.c.workspace_id == W,
                table.c.removed_at.is_(None),
                tuple_(table.c.uses, table.c.id) < tuple_(bindparam("before_uses"), bindparam("before_id")),
                visible,
            )
            .order_by(table.c.uses.desc(), table.c.id.desc())
            .limit(bindparam("most"))
        )
        for every, visible in _visible(table).items()
    }


def one_of(table: Table, columns: Sequence[ColumnElement[Any]]) -> dict[bool, Statement]:
    """One by id, if it is visible. A removed one too: it can be put back."""
    return {
        every: Statement(select(*columns).where(table.c.workspace_id == W, table.c.id == bindparam("id"), visible))
        for every, visible in _visible(table).items()
    }


def count_of(table: Table) -> Statement:
    """How many there are, up to `most`."""
    there = select(table.c.id).where(table.c.workspace_id == W, table.c.removed_at.is_(None)).limit(bindparam("most"))
    return Statement(select(func.count()).select_from(there.subquery()))


def set_removed_of(table: Table) -> Statement:
    """Take one away, or put it back with None for `at`."""
    this = (table.c.workspace_id == W, table.c.id == bindparam("key"))
    return Statement(update(table).where(*this).values(removed_at=bindparam("at")))


def count_use_of(table: Table) -> Statement:
    """One more use."""
    this = (table.c.workspace_id == W, table.c.id == bindparam("key"))
    return Statement(update(table).where(*this).values(uses=table.c.uses + 1))


page = page_of(canned_reply, columns)
by_id = one_of(canned_reply, columns)
count = count_of(canned_reply)
set_removed = set_removed_of(canned_reply)
count_use = count_use_of(canned_reply)
insert_reply = Statement(insert(canned_reply))
write_reply = Statement(
    update(canned_reply)
    .where(canned_reply.c.workspace_id == W, canned_reply.c.id == bindparam("key"))
    .values(
        {
            name: bindparam(name)
            for name in ("name", "shortcut", "texts", "attachments", "buttons", "team_id", "agent_id", "changed_at")
        }
    )
)
