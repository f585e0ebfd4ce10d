"""Looking for the silent unhappy, once a day, a page of customers at a time: read beside everybody's work, then written in one go."""

from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import Struct

from lyhord.contacts.views import contacts_by_id
from lyhord.conversations.views import carriers_of_conversations
from lyhord.kit.clock import DAY
from lyhord.kit.database import Busy, Database, ReadTx, StorageFull, Tx
from lyhord.kit.ids import HIGHEST_ID, LOWEST_ID
from lyhord.kit.problems import NotFound
from lyhord.surveys.events import SilentChanged
from lyhord.surveys.silent import store
from lyhord.surveys.silent.model import Signal, weigh
from lyhord.surveys.silent.reading import Customer, find_silent, page_of
from lyhord.workspaces.reach import Reach

SECONDS = 30.0
AT_ONCE = 200
"""Customers of one look. Some 570,000 are looked at in a day."""
_signals = msgspec.json.Decoder(tuple[Signal, ...])
Place = tuple[int, str]
FIRST: Place = (10_000, HIGHEST_ID)


class Silent(Struct, frozen=True, kw_only=True):
    """A customer who is thought to be unhappy without a word, and why. `settled_at`: somebody looks after it."""

    conversation_id: str
    contact_id: str
    title: str
    score: int
    signals: tuple[Signal, ...]
    found_at: int
    settled_at: int | None
    settled_by: str | None


class Look(Struct, frozen=True):
    """What one look found: of these customers those who are silent, by conversation. `after`: where it began."""

    after: str
    customers: list[Customer]
    found: dict[str, list[Signal]]
    began_at: int


async def look_for_silent(database: Database) -> int:
    """Go on with the day's round in every workspace; how many customers were looked at."""
    done = 0
    for workspace_id in await database.list_workspaces(reachable=True):
        try:
            look = await database.read(workspace_id, next_look)
            if look is not None:
                await database.write(workspace_id, keep_look, look, bulk=True)
                done += len(look.customers)
        except (Busy, StorageFull):
            continue  # the next look begins where this one did
    return done


def next_look(tx: ReadTx) -> Look | None:
    """The next page of the round; None where the day's is over."""
    row = tx.one(store.find_round)
    over = row is not None and row[2] is not None
    if over and row is not None and row[1] > tx.now - DAY:
        return None
    after, began_at = (LOWEST_ID, tx.now) if row is None or over else (row[0], row[1])
    customers = page_of(tx, after, AT_ONCE)
    return Look(after, customers, find_silent(tx, customers, tx.now) if customers else {}, began_at)


def keep_look(tx: Tx, look: Look) -> None:
    """Write what a look found. Whom somebody looks after stays so, until something else speaks for it."""
    last = len(look.customers) < AT_ONCE
    until = HIGHEST_ID if last else look.customers[-1].conversation_id
    rows = tx.all(store.silent_among, ids=sorted(look.found)) if look.found else ()
    known = {row[0]: dict(zip(store.SILENT, row, strict=True)) for row in rows}
    contacts = {one.conversation_id: one.contact_id for one in look.customers}
    tx.run_many(
        store.write_silent,
        [_row(tx, talk, contacts[talk], signals, known.get(talk)) for talk, signals in look.found.items()],
    )
    gone = tx.run(store.drop_between, after=look.after, until=until, now=tx.now)
    ended_at = tx.now if last else None
    tx.run(store.write_round, after_id=until if not last else LOWEST_ID, began_at=look.began_at, ended_at=ended_at)
    if gone or len(known) < len(look.found):
        tx.emit(SilentChanged())


def _row(tx: Tx, talk: str, contact_id: str, signals: list[Signal], known: dict[str, Any] | None) -> dict[str, Any]:
    names = {one.name for one in signals}
    fresh = known is None or not names <= {one.name for one in _signals.decode(known["signals"])}
    return {
        "conversation_id": talk,
        "contact_id": contact_id,
        "score": weigh(signals),
        "signals": msgspec.json.encode(signals).decode(),
        "found_at": tx.now if known is None or fresh else known["found_at"],
        "looked_at": tx.now,
        "settled_at": None if known is None or fresh else known["settled_at"],
        "settled_by": None if known is None or fresh else known["settled_by"],
    }


def list_silent(tx: ReadTx, reach: Reach, *, before: Place, most: int) -> tuple[list[Silent], Place | None]:
    """A page of them within reach, the surest first. It may be short, and more follow."""
    looked = tx.all(store.silent_page, before_score=before[0], before_id=before[1], most=most + 1)
    rows = [dict(zip(store.SILENT, row, strict=True)) for row in looked[:most]]
    more = (rows[-1]["score"], rows[-1]["conversation_id"]) if len(looked) > most else None
    return _shown(tx, reach, rows), more


def find_of_conversation(tx: ReadTx, reach: Reach, conversation_ids: list[str]) -> Silent | None:
    """Whether a customer is one of them, and why."""
    rows = tx.all(store.silent_among, ids=conversation_ids) if conversation_ids else ()
    found = _shown(tx, reach, [dict(zip(store.SILENT, row, strict=True)) for row in rows])
    return found[0] if found else None


def settle_silent(tx: Tx, conversation_id: str, settled: bool) -> None:
    """Note that somebody looks after a customer, or that nobody does. Raises `NotFound`."""
    at, by = (tx.now, tx.actor) if settled else (None, None)
    if not tx.run(store.settle, key=conversation_id, at=at, by=by):
        raise NotFound("This customer isn't listed.")
    tx.emit(SilentChanged())


def forget_silent(tx: Tx, conversation_ids: Sequence[str]) -> None:
    """Forget these customers: see `privacy.holdings.Forget`."""
    tx.run(store.forget, conversation_ids=conversation_ids)


def _shown(tx: ReadTx, reach: Reach, rows: list[dict[str, Any]]) -> list[Silent]:
    carriers = carriers_of_conversations(tx, [row["conversation_id"] for row in rows]) if rows else {}
    contacts = contacts_by_id(tx, sorted({row["contact_id"] for row in rows})) if rows else {}
    return [
        Silent(
            **{name: row[name] for name in Silent.__struct_fields__ if name in row and name != "signals"},
            title=contacts[row["contact_id"]].name if row["contact_id"] in contacts else "",
            signals=_signals.decode(row["signals"]),
        )
        for row in rows
        if reach.covers_any(carriers.get(row["conversation_id"], ()))
    ]
