"""Days that were replayed under other rules, as screens see them."""

from typing import Any

import msgspec
from msgspec import Struct

from lyhord.kit.database import ReadTx
from lyhord.kit.ids import id_time
from lyhord.kit.problems import NotFound
from lyhord.tickets.filters import Filter
from lyhord.tickets.model import TicketRow
from lyhord.tickets.routing import store
from lyhord.tickets.routing.comparing import Comparison, Draft
from lyhord.tickets.views import open_list
from lyhord.workspaces.reach import Reach

MOST_SHOWN = 20

_draft = msgspec.json.Decoder(Draft)
_result = msgspec.json.Decoder(Comparison)


class Replay(Struct, frozen=True, kw_only=True):
    """A draft that a day was replayed under: by whom and when it was asked for, and when it was done (Unix ms).

    Done without a `result`, it failed. `tickets` are those of its examples that the viewer reaches; a list of replays leaves both out.
    """

    id: str
    agent_id: str | None
    asked_at: int
    done_at: int | None
    draft: Draft
    result: Comparison | None = None
    tickets: list[TicketRow] = []


def list_replays(tx: ReadTx) -> list[Replay]:
    """The last 20, the latest first, without what came out of them."""
    return [_read(row) for row in tx.all(store.list_replays, most=MOST_SHOWN)]


def get_replay(tx: ReadTx, reach: Reach, agent_id: str | None, replay_id: str) -> Replay:
    """One of them with what came out of it. Raises `NotFound`."""
    row = tx.one(store.find_replay, key=replay_id)
    if row is None:
        raise NotFound("There is no such replay.")
    found = _read(row)
    if row[4] is None:
        return found
    result = _result.decode(row[4])
    ids = [one.ticket_id for one in result.examples]
    tickets = open_list(tx, reach, agent_id, Filter()).named(tx, ids) if ids else []
    within = {one.id for one in tickets}
    shown = msgspec.structs.replace(result, examples=[one for one in result.examples if one.ticket_id in within])
    return msgspec.structs.replace(found, result=shown, tickets=tickets)


def read_draft(stored: str) -> Draft:
    """A draft as it is stored."""
    return _draft.decode(stored)


def _read(row: tuple[Any, ...]) -> Replay:
    replay_id, agent_id, draft, done_at, _ = row
    return Replay(
        id=replay_id, agent_id=agent_id, asked_at=id_time(replay_id), done_at=done_at, draft=read_draft(draft)
    )
