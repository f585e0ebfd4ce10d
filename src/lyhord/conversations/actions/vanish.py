"""Words that their sender lets vanish: a job takes them out when their time is up, whatever was restarted or restored meanwhile.

The row stays and says so, and so does its place in everything that counts. Their payload was never kept.
"""

from collections.abc import Mapping, Sequence

from lyhord.conversations import amending_store
from lyhord.conversations.amending import find_row, write_words
from lyhord.conversations.events import MessageRemoved
from lyhord.conversations.model import More
from lyhord.kit.database import Tx
from lyhord.kit.database.jobs_table import enqueue

JOB = "vanish"
TIME = "time"
"""What stands in `More.removed_by` where nobody removed it."""
_NOTHING = {"text": "", "html": None, "quoted": "", "subject": None}


def ask_to_vanish(tx: Tx, messages: Mapping[str, int]) -> None:
    """Have messages emptied when their time is up: by id, when that is (Unix milliseconds). Those of one moment go together."""
    together: dict[int, list[str]] = {}
    for message_id, expires_at in messages.items():
        together.setdefault(expires_at, []).append(message_id)
    for expires_at, ids in together.items():
        enqueue(tx, JOB, {"ids": ids}, due_at=expires_at)


def vanish(tx: Tx, message_ids: Sequence[str]) -> None:
    """Take everything out of these messages: words, earlier words, files, reactions, what lists have of them.

    One that was erased meanwhile stays as it is; one that was removed loses its earlier words.
    """
    for statement in amending_store.drop_what_was_said:
        tx.run(statement, ids=list(message_ids))
    for row in filter(None, (find_row(tx, message_id) for message_id in message_ids)):
        removed_at = row.facts["removed_at"]
        by = TIME if removed_at is None else row.more.removed_by
        more = More(removed_by=by, expires_at=row.more.expires_at)
        write_words(tx, row, more, _NOTHING, removed_at=removed_at or tx.now)
        if removed_at is None:
            tx.emit(
                MessageRemoved(
                    conversation_id=row.facts["conversation_id"],
                    inbox_id=row.facts["inbox_id"],
                    message_id=row.id,
                    vanished=1,
                )
            )
