"""Signs of life: what each process and each routine last said of itself, so that others can see that it lives. Of the installation,
not of a workspace: written and read in `NOWHERE`.
"""

from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import Column, String, Table, bindparam, delete, select

from lyhord.kit.clock import DAY
from lyhord.kit.database import Id, Json, Millis, ReadTx, Statement, Tx, metadata, upsert

vital = Table(
    "vital",
    metadata,
    Column("workspace_id", Id, primary_key=True, comment="that of nowhere"),
    Column("name", String(120), primary_key=True, comment="worker:<machine>:<process>, backup"),
    Column("at", Millis, nullable=False),
    Column("body", Json, nullable=False),
    sqlite_with_rowid=False,
)

FORGET = DAY
"""How long after its last sign a worker is remembered."""

_here = vital.c.workspace_id == bindparam("workspace_id")
_note = upsert(vital, key=["workspace_id", "name"], update=["at", "body"])
_list = Statement(select(vital.c.name, vital.c.at, vital.c.body).where(_here).order_by(vital.c.name))
_drop = Statement(delete(vital).where(_here, vital.c.name == bindparam("name")))
_sweep = Statement(delete(vital).where(_here, vital.c.name.like(bindparam("like")), vital.c.at < bindparam("before")))


class Vital(Struct, frozen=True):
    """Who said something, when (Unix milliseconds), and what."""

    name: str
    at: int
    body: dict[str, Any]


def note_vital(tx: Tx, name: str, body: dict[str, Any]) -> None:
    """Say that `name` lives, and how it is."""
    tx.run(_note, name=name, at=tx.now, body=msgspec.json.encode(body).decode())


def list_vitals(tx: ReadTx) -> list[Vital]:
    """Everybody's last sign."""
    return [Vital(name, at, msgspec.json.decode(body)) for name, at, body in tx.all(_list)]


def drop_vital(tx: Tx, name: str) -> None:
    """It has ended, as it should."""
    tx.run(_drop, name=name)


def sweep_vitals(tx: Tx, prefix: str) -> int:
    """Forget those who have said nothing for a day; how many."""
    return tx.run(_sweep, like=f"{prefix}%", before=tx.now - FORGET)
