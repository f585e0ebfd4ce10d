"""What is promised now, by inbox, and what somebody who waits was told."""

from collections.abc import Iterable, Mapping
from typing import Any

from msgspec import Struct

from lyhord.kit.clock import MINUTE
from lyhord.kit.database import ReadTx
from lyhord.tickets.model import Ticket
from lyhord.tickets.promises import store
from lyhord.tickets.promises.model import FRESH, LATELY, Answered, Load, Promise, alike_at, promise_at, reckon
from lyhord.tickets.routing.model import Member
from lyhord.tickets.routing.presence import list_presence
from lyhord.tickets.routing.views import Live, read_world
from lyhord.workspaces.hours import Schedule, opens_at
from lyhord.workspaces.model import Team
from lyhord.workspaces.reach import Reach
from lyhord.workspaces.schedules.views import all_schedules
from lyhord.workspaces.views import list_stored_inboxes, list_teams, settings_of

MOST_LATELY = 2_000
MOST_ALIKE = 200
MOST_WAITING = 10_000
Row = dict[str, Any]


class Current(Struct, frozen=True, kw_only=True):
    """What is promised now to who writes to an inbox, and what it stands on: None and zeros where it wasn't reckoned lately.

    `length` is the open time (milliseconds) within which an answer comes, `answers` the number of earlier ones that tell so; `waiting`
    customers are before a new one, `people` are there and have room for `free` more.
    """

    inbox_id: str
    promise: Promise | None
    length: int | None = None
    answers: int = 0
    waiting: int = 0
    people: int = 0
    free: int = 0
    reckoned_at: int | None = None


class Told(Struct, frozen=True):
    """What somebody who waits is told. `again`: what they were told before couldn't be kept. `fresh`: nobody told it them yet."""

    promise: Promise
    again: bool = False
    fresh: bool = False


class Hours:
    """Whose hours count for an inbox: those of the one team that reads it, else the workspace's."""

    def __init__(self, tx: ReadTx) -> None:
        self._schedules = all_schedules(tx)
        self._teams: list[Team] = list_teams(tx)

    def of(self, inbox_id: str | None) -> Schedule:
        """The schedule of an inbox."""
        near = [one for one in self._teams if inbox_id in one.inbox_ids]
        own = self._schedules.get(near[0].schedule_id) if len(near) == 1 else None
        return own or self._schedules[None]


def promise_for(tx: ReadTx, inbox_id: str | None) -> Promise | None:
    """What somebody who writes to an inbox now is promised; None where the workspace promises nothing, or nothing is known."""
    return _promise(tx, inbox_id, _reckoned(tx, inbox_id))


def _promise(tx: ReadTx, inbox_id: str | None, row: Row | None) -> Promise | None:
    settings = settings_of(tx)
    if settings.reply_promise == "none":
        return None
    length = row["length"] if row else None
    if length is None and settings.reply_promise_minutes is not None:
        length = settings.reply_promise_minutes * MINUTE
    return None if length is None else promise_at(Hours(tx).of(inbox_id), tx.now, length)


def _reckoned(tx: ReadTx, inbox_id: str | None) -> Row | None:
    """What was reckoned lately of an inbox, where the workspace wants that."""
    if inbox_id is None or settings_of(tx).reply_promise != "computed":
        return None
    found = tx.one(store.find_promise, inbox=inbox_id)
    row = dict(zip(store.PROMISE, found, strict=True)) if found else None
    return row if row and row["reckoned_at"] >= tx.now - FRESH else None


def told_or_now(tx: ReadTx, ticket: Ticket) -> Told | None:
    """What the customer of a ticket who waits was told and still holds, else what is promised now; None where nobody waits or promises."""
    if ticket.waiting_since is None:
        return None
    rows = [dict(zip(store.TOLD, row, strict=True)) for row in tx.all(store.told_of, ticket=ticket.id)]
    standing = [row for row in rows if row["ended_at"] is None and row["waits"] == ticket.waiting_since]
    if standing and standing[-1]["due_at"] > tx.now:
        return Told(Promise(standing[-1]["due_at"], "moment"), again=len(standing) > 1)
    promise = promise_for(tx, ticket.inbox_id)
    return Told(promise, again=bool(standing), fresh=True) if promise else None


def list_current(tx: ReadTx, reach: Reach) -> list[Current]:
    """What is promised now, for each inbox within reach."""
    found = []
    for inbox in list_stored_inboxes(tx):
        if reach.inbox_ids is None or inbox.id in reach.inbox_ids:
            row = _reckoned(tx, inbox.id)
            found.append(Current(promise=_promise(tx, inbox.id, row), **(row or {"inbox_id": inbox.id})))
    return found


def reckon_inboxes(tx: ReadTx, live: Live) -> list[Row]:
    """What should stand in `reply_promise` now; nothing where the workspace doesn't want it reckoned."""
    if settings_of(tx).reply_promise != "computed":
        return []
    hours, members = Hours(tx), list(read_world(tx, (), list_presence(tx), live).members.values())
    waiting: dict[str | None, int] = dict(tx.all(store.count_waiting, most=MOST_WAITING))
    lately = _by_inbox(tx.all(store.answers_between, start=tx.now - LATELY, end=tx.now, most=MOST_LATELY))
    alike: dict[tuple[int, str], Mapping[str | None, list[Answered]]] = {}
    rows: list[Row] = []
    for inbox in list_stored_inboxes(tx):
        schedule = hours.of(inbox.id)
        hour = opens_at(schedule, tx.now) or tx.now, schedule.time_zone
        if hour not in alike:
            alike[hour] = _alike(tx, *hour)
        load = load_of(inbox.id, members, waiting)
        found = reckon(schedule, alike[hour].get(inbox.id, ()), lately.get(inbox.id, ()), load)
        about = {"waiting": load.waiting, "people": load.people, "free": load.free, "reckoned_at": tx.now}
        rows.append({"inbox_id": inbox.id, "length": found.length, "answers": found.answers, **about})
    return rows


def load_of(inbox_id: str, members: Iterable[Member], waiting: Mapping[str | None, int]) -> Load:
    """What is to do for who is there for an inbox: customers of all inboxes that those people read are before a new one."""
    there = [
        one for one in members if one.present and one.capacity and (one.inbox_ids is None or inbox_id in one.inbox_ids)
    ]
    everything = any(one.inbox_ids is None for one in there)
    theirs = {inbox_id}.union(*(one.inbox_ids or () for one in there))
    before = sum(count for key, count in waiting.items() if everything or key in theirs)
    return Load(before, len(there), sum(max(one.capacity - one.load, 0) for one in there))


def _alike(tx: ReadTx, at: int, time_zone: str) -> Mapping[str | None, list[Answered]]:
    stretches = alike_at(at, time_zone)
    rows = [
        row for one in stretches for row in tx.all(store.answers_between, start=one[0], end=one[1], most=MOST_ALIKE)
    ]
    return _by_inbox(rows)


def _by_inbox(rows: Iterable[tuple[Any, ...]]) -> dict[str | None, list[Answered]]:
    found: dict[str | None, list[Answered]] = {}
    for inbox_id, *answer in rows:
        found.setdefault(inbox_id, []).append(Answered(*answer))
    return found
