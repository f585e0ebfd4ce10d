"""Begin, change and end a surge. Each is written into the audit."""

import msgspec
from msgspec import structs

from lyhord.kit.database import Tx
from lyhord.kit.database.jobs_table import enqueue
from lyhord.kit.problems import Taken
from lyhord.tickets.actions import get_ticket
from lyhord.tickets.surges import calling, joining, store
from lyhord.tickets.surges.easing import ease, give_back
from lyhord.tickets.surges.events import SurgeBegun, SurgeChanged, SurgeEnded
from lyhord.tickets.surges.model import MOST_RUNNING, Surge, SurgeWords, checked, tag_of
from lyhord.tickets.surges.reading import get_running, list_running, words_of
from lyhord.tickets.surges.saying import new_version
from lyhord.workspaces.actions.audit import record

HAND_BACK_JOB = "surge.hand_back"


class Back(msgspec.Struct, frozen=True):
    """What a job hands back: the tickets of the team of those called in."""

    team_id: str


def begin_surge(tx: Tx, words: SurgeWords) -> str:
    """Begin a surge; its id. Raises `Invalid`, and `Taken` past `MOST_RUNNING`."""
    words = checked(words)
    if len(list_running(tx)) >= MOST_RUNNING:
        raise Taken("20 surges last already; end some first.", key="problem.too_many_surges")
    surge = Surge(
        **structs.asdict(words),
        id=tx.new_id(),
        tag=_free_tag(tx, words.name),
        version=0,
        begun_at=tx.now,
        begun_by=tx.actor,
    )
    tx.run(
        store.insert_surge,
        body=_encode(surge),
        **{name: getattr(surge, name) for name in store.SURGE if name != "body"},
    )
    if surge.texts:
        surge = new_version(tx, surge, surge.texts)
    surge = calling.open_queue(tx, surge)
    ease(tx, surge)
    _write(tx, surge)
    record(tx, "surge.begun", f"surge:{surge.id}", **_told(surge))
    tx.emit(SurgeBegun(surge_id=surge.id))
    return surge.id


def change_surge(tx: Tx, surge_id: str, words: SurgeWords) -> Surge:
    """Write it anew; other words of the public update are its next version. Raises `Invalid`, `NotFound`, `Taken` once it is over."""
    before, words = get_running(tx, surge_id), checked(words)
    if words == words_of(before):
        return before
    surge = structs.replace(before, **{name: getattr(words, name) for name in SurgeWords.__struct_fields__})
    if words.texts != before.texts:
        surge = new_version(tx, structs.replace(surge, texts=before.texts), words.texts)
    moved = (words.team_id, words.promise_minutes, words.name) != (before.team_id, before.promise_minutes, before.name)
    if moved:
        surge = calling.open_queue(tx, surge)
        if surge.own_team_id != before.own_team_id and before.own_team_id is not None:
            enqueue(tx, HAND_BACK_JOB, Back(before.own_team_id))
    ease(tx, surge)
    _write(tx, surge)
    record(tx, "surge.changed", f"surge:{surge.id}", **_told(surge))
    tx.emit(SurgeChanged(surge_id=surge.id, version=surge.version))
    return surge


def end_surge(tx: Tx, surge_id: str) -> None:
    """End it: what rests wakes, who came goes, and its tickets go back to their queues. One that is over stays so. Raises `NotFound`."""
    surge = get_running(tx, surge_id)
    give_back(tx, surge.id)
    calling.send_home(tx, surge)
    ended = structs.replace(calling.close_queue(tx, surge), ended_at=tx.now)
    _write(tx, ended)
    if surge.own_team_id is not None:
        enqueue(tx, HAND_BACK_JOB, Back(surge.own_team_id))
    record(tx, "surge.ended", f"surge:{surge.id}", name=surge.name)
    tx.emit(SurgeEnded(surge_id=surge.id))


def add_member(tx: Tx, surge_id: str, ticket_id: str) -> None:
    """Add the conversation of a ticket by hand. Raises `NotFound`, `Taken`."""
    surge, ticket = get_running(tx, surge_id), get_ticket(tx, ticket_id)
    joining.add(tx, surge, ticket)
    record(tx, "surge.added", f"surge:{surge.id}", ticket_id=ticket_id)


def take_member_out(tx: Tx, surge_id: str, ticket_id: str) -> None:
    """Take the conversation of a ticket out; it doesn't come back by itself. Raises `NotFound`, `Taken`."""
    surge, ticket = get_running(tx, surge_id), get_ticket(tx, ticket_id)
    joining.take_out(tx, surge, ticket)
    record(tx, "surge.taken_out", f"surge:{surge.id}", ticket_id=ticket_id)


def _free_tag(tx: Tx, name: str) -> str:
    number = 1
    while tx.value(store.count_tag, tag=tag_of(name, number)):
        number += 1
    return tag_of(name, number)


def _write(tx: Tx, surge: Surge) -> None:
    kept = {name: getattr(surge, name) for name in ("version", "ended_at", "own_team_id", "route_id")}
    tx.run(store.write_surge, key=surge.id, body=_encode(surge), **kept)


def _encode(surge: Surge) -> str:
    return msgspec.json.encode(words_of(surge)).decode()


def _told(surge: Surge) -> dict[str, object]:
    """What the audit keeps; the public update stands in its versions."""
    told = msgspec.to_builtins(words_of(surge))
    return {**{name: value for name, value in told.items() if name != "texts"}, "version": surge.version}
