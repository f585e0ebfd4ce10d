"""What must be true of every whole installation, checked by reading all of it."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from lyhord.app.backup import is_whole, place
from lyhord.kit.database.engine import Engine
from lyhord.kit.ids import LOWEST_ID

SAID = ("message.received", "message.replied", "note.added", "side.asked", "side.answered")
ERASED = "contact.erased"
"""Messages of that conversation may be gone."""
_AT_ONCE = 10_000
_HERE = "workspace_id NOT IN (SELECT workspace_id FROM log WHERE elsewhere IS NOT NULL)"


def list_broken(engine: Engine, files: Path) -> list[str]:
    """What isn't true, in words for an operator; empty when all is well.

    Numbers of events are 1 to n in every workspace; every message has its event, and the other way round; every file that is named
    is there, with its hash. What a move left behind, or has brought in part, isn't looked at.
    """
    connection = engine.connect(write=False)
    try:
        cursor = connection.cursor()
        engine.begin(cursor, LOWEST_ID, write=False)
        try:
            broken = [*_numbers(cursor), *_messages(cursor), *_files(cursor, files)]
        finally:
            engine.leave(cursor)
    finally:
        connection.close()
    return broken


def _numbers(cursor: Any) -> Iterator[str]:
    rows = cursor.execute(
        "SELECT log.workspace_id, log.last_seq, count(event.seq), coalesce(min(event.seq), 1), coalesce(max(event.seq), 0) "
        "FROM log LEFT JOIN event ON event.workspace_id = log.workspace_id WHERE log.elsewhere IS NULL "
        "GROUP BY log.workspace_id, log.last_seq"
    ).fetchall()
    for workspace_id, last, count, first, highest in rows:
        if (first, highest, count) != (1, last, last):
            yield f"The log of workspace {workspace_id} has {count} events from {first} to {highest}, and should end at {last}."


def _messages(cursor: Any) -> Iterator[str]:
    gone = {(workspace_id, one.get("conversation_id")) for workspace_id, one in _told(cursor, [ERASED])}
    told = {
        (workspace_id, one["message_id"]): (workspace_id, one["conversation_id"]) in gone
        for workspace_id, one in _told(cursor, SAID)
    }
    stored = {(str(row[0]), str(row[1])) for row in _rows(cursor, "SELECT workspace_id, id FROM message WHERE true")}
    unheard = stored - told.keys()
    lost = {key for key, erased in told.items() if not erased} - stored
    if unheard:
        yield f"{len(unheard)} messages have no event, first {min(unheard)[1]}."
    if lost:
        yield f"{len(lost)} events tell of messages that aren't there, first {min(lost)[1]}."


def _told(cursor: Any, kinds: Sequence[str]) -> Iterator[tuple[str, Any]]:
    names = ", ".join(f"'{kind}'" for kind in kinds)
    for workspace_id, body in _rows(cursor, f"SELECT workspace_id, body FROM event WHERE kind IN ({names})"):  # noqa: S608 - our own words
        yield str(workspace_id), msgspec.json.decode(body)


def _files(cursor: Any, root: Path) -> Iterator[str]:
    named = {row[0] for table in ("attachment", "raw_payload") for row in _rows(cursor, _NAMED[table])}
    wrong = sorted(name for name in named if not is_whole(place(root, name), name))
    if wrong:
        yield f"{len(wrong)} of {len(named)} files are missing or damaged, first {wrong[0]}."


_NAMED = {
    "attachment": "SELECT DISTINCT file FROM attachment WHERE file <> ''",
    "raw_payload": "SELECT DISTINCT file FROM raw_payload WHERE file IS NOT NULL",
}


def _rows(cursor: Any, sql: str) -> Iterator[tuple[Any, ...]]:
    cursor.execute(f"{sql} AND {_HERE}")
    while rows := cursor.fetchmany(_AT_ONCE):
        yield from rows
