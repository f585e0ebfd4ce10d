"""What is said to the members of a surge, once to each. Here it is decided to whom; `jobs.py` says it at the pace of the channels."""

from collections.abc import Iterable
from typing import Any

import msgspec
from msgspec import Struct, structs

from lyhord.conversations.canned.model import Text
from lyhord.kit.database import Tx
from lyhord.kit.database.jobs_table import enqueue
from lyhord.kit.problems import NotFound, Taken
from lyhord.tickets.surges import store
from lyhord.tickets.surges.events import SurgeSaid
from lyhord.tickets.surges.model import Answer, Said, Surge, checked_answer
from lyhord.tickets.surges.reading import find_version, get_running, get_text
from lyhord.workspaces.actions.audit import record

SAY_JOB = "surge.say"


class Order(Struct, frozen=True):
    """What a job does: say a text to the next members who are to hear it."""

    text_id: str


def new_version(tx: Tx, surge: Surge, texts: tuple[Text, ...]) -> Surge:
    """The surge with the next version of its public update. Who was to hear the one before hears this."""
    before = find_version(tx, surge)
    surge = structs.replace(surge, texts=texts, version=surge.version + 1)
    text = _keep(tx, Said(**_said(tx, surge.id, texts), version=surge.version))
    if before is not None:
        waiting = [row[0] for row in tx.all(store.waiting_for, text=before.id)]
        tx.run(store.leave_all, text=before.id, why_not="surge.why.newer")
        if texts and waiting:
            say_to(tx, text, waiting)
    return surge


def say_to(tx: Tx, text: Said, conversation_ids: Iterable[str]) -> int:
    """Have a text said to these members, those who heard it or are to hear it aside; how many."""
    ids = sorted(set(conversation_ids))
    told = {row[0] for row in tx.all(store.told_among, text=text.id, ids=ids)} if ids else set()
    rows = [
        {
            "text_id": text.id,
            "conversation_id": one,
            "state": "waiting",
            "why": None,
            "message_id": None,
            "at": tx.now,
        }
        for one in ids
        if one not in told
    ]
    if rows:
        tx.run_many(store.say_to, rows)
        enqueue(tx, SAY_JOB, Order(text.id))
    return len(rows)


def tell_all(tx: Tx, surge_id: str, text_id: str) -> Said:
    """Have a version of the public update said to every unresolved member who hasn't heard it, or go on with what was stopped.

    Raises `NotFound`, also for a text of another surge, and `Taken` for what says something else by now.
    """
    surge, text = get_running(tx, surge_id), get_text(tx, text_id)
    if text.surge_id != surge_id:
        raise NotFound("There is no such text.")
    if text.version is not None and text.version != surge.version:
        raise Taken("It says something else by now.", key="problem.surge_newer")
    if text.version is not None:
        tx.run(store.say_to_all, of=surge.id, text=text.id, at=tx.now)
    return _set_going(tx, structs.replace(text, sent_at=text.sent_at or tx.now, stopped_at=None))


def stop_saying(tx: Tx, surge_id: str, text_id: str) -> Said:
    """Say it to nobody more until somebody has it go on. Raises `NotFound`."""
    text = get_text(tx, text_id)
    if text.stopped_at is not None or text.surge_id != surge_id:
        return text
    return _set_going(tx, structs.replace(text, stopped_at=tx.now))


def answer_all(tx: Tx, surge_id: str, answer: Answer) -> str:
    """Answer all unresolved members at once, each with their own parts; the text's id. Raises `Invalid`, and `Taken` for nobody."""
    surge, answer = get_running(tx, surge_id), checked_answer(answer)
    text = Said(
        **{
            **_said(tx, surge.id, answer.texts),
            "after": answer.after,
            "snooze_minutes": answer.snooze_minutes,
            "sent_at": tx.now,
        },
        version=None,
    )
    _keep(tx, text)
    statement = store.say_to_waiting if answer.waiting_only else store.say_to_all
    if not tx.run(statement, of=surge.id, text=text.id, at=tx.now):
        raise Taken("There is nobody to answer.", key="problem.surge_nobody")
    enqueue(tx, SAY_JOB, Order(text.id))
    record(tx, "surge.answered", f"surge:{surge.id}", name=surge.name, after=answer.after)
    tx.emit(SurgeSaid(surge_id=surge.id, text_id=text.id))
    return text.id


def _said(tx: Tx, surge_id: str, texts: tuple[Text, ...]) -> dict[str, Any]:
    return {
        "id": tx.new_id(),
        "surge_id": surge_id,
        "texts": texts,
        "after": "stay",
        "snooze_minutes": None,
        "by": tx.actor,
        "at": tx.now,
        "sent_at": None,
        "stopped_at": None,
    }


def _keep(tx: Tx, text: Said) -> Said:
    row = {**structs.asdict(text), "texts": msgspec.json.encode(text.texts).decode()}
    tx.run(store.insert_text, **row)
    return text


def _set_going(tx: Tx, text: Said) -> Said:
    tx.run(store.set_going, key=text.id, sent_at=text.sent_at, stopped_at=text.stopped_at)
    if text.stopped_at is None:
        enqueue(tx, SAY_JOB, Order(text.id))
    what = "surge.stopped_saying" if text.stopped_at else "surge.told"
    record(tx, what, f"surge:{text.surge_id}", text_id=text.id, version=text.version)
    tx.emit(SurgeSaid(surge_id=text.surge_id, text_id=text.id))
    return text
