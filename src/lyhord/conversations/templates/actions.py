"""Ask for the templates of an inbox, and keep what came."""

from collections.abc import Sequence

import msgspec

from lyhord.conversations.exchange import Template
from lyhord.conversations.templates import store
from lyhord.conversations.templates.events import TemplatesFetched
from lyhord.kit.clock import DAY
from lyhord.kit.database import Tx
from lyhord.kit.database.jobs_table import enqueue

JOB = "templates.fetch"
AT_ONCE = 50


def ask_for_templates(tx: Tx, inbox_id: str) -> None:
    """Have them fetched. An inbox whose channel has none is asked, too, and nothing comes of it."""
    tx.run(store.set_asked, inbox=inbox_id, at=tx.now)
    enqueue(tx, JOB, inbox_id)


def ask_daily(tx: Tx) -> int:
    """Have those fetched that nobody asked for since yesterday; how many inboxes that were, at most 50."""
    rows = tx.all(store.old_lists, before=tx.now - DAY, most=AT_ONCE)
    for (inbox_id,) in rows:
        ask_for_templates(tx, inbox_id)
    return len(rows)


def keep_templates(tx: Tx, inbox_id: str, templates: Sequence[Template]) -> None:
    """What the channel's owner knows now; whatever isn't among it is gone."""
    before = tx.one(store.find_list, inbox=inbox_id)
    asked_at = before[0] if before else tx.now
    tx.run(store.write_list, inbox_id=inbox_id, asked_at=asked_at, fetched_at=tx.now, problem="")
    tx.run(store.drop_of_inbox, inbox=inbox_id)
    known = {one.id: one for one in templates}
    rows = [{"inbox_id": inbox_id, "id": one.id, "body": _json(one)} for one in known.values()]
    tx.run_many(store.insert_template, rows)
    tx.emit(TemplatesFetched(inbox_id=inbox_id))


def note_trouble(tx: Tx, inbox_id: str, problem: str) -> None:
    """They didn't come: what was known stays, with the message key that says why there is nothing newer."""
    before = tx.one(store.find_list, inbox=inbox_id)
    if before is None:
        tx.run(store.write_list, inbox_id=inbox_id, asked_at=tx.now, fetched_at=None, problem=problem)
    elif before[2] != problem:
        tx.run(store.set_problem, inbox=inbox_id, why=problem)
    tx.emit(TemplatesFetched(inbox_id=inbox_id))


def forget_templates(tx: Tx, inbox_id: str) -> None:
    """The inbox has none: its channel doesn't know them, it plays another one now, or it was removed."""
    if tx.one(store.find_list, inbox=inbox_id) is None:
        return
    tx.run(store.drop_of_inbox, inbox=inbox_id)
    tx.run(store.drop_list, inbox=inbox_id)
    tx.emit(TemplatesFetched(inbox_id=inbox_id))


def _json(template: Template) -> str:
    return msgspec.json.encode(template).decode()
