"""Schedule a reply, put it off, take it back, and send it when its time has come."""

from typing import Any

import msgspec

from lyhord.conversations import store as conversations
from lyhord.conversations.actions.reply import agent_of, get_door, reply, write_draft
from lyhord.conversations.answering import ANYBODY, Answering
from lyhord.conversations.model import Draft, Reply, filling_of, own_words
from lyhord.conversations.scheduled import store
from lyhord.conversations.scheduled.events import ScheduledChanged
from lyhord.conversations.scheduled.model import IfTheyWrite
from lyhord.conversations.sharing.ending import end_shared
from lyhord.conversations.timeline import get_conversation, timeline_ids
from lyhord.kit.clock import DAY
from lyhord.kit.database import Tx
from lyhord.kit.database.jobs_table import enqueue
from lyhord.kit.problems import Invalid, NotFound, Problem, Taken

JOB = "scheduled.send"
LATEST = 365 * DAY
MOST_SCHEDULED = 20
"""In one conversation."""

_reply = msgspec.json.Decoder(Reply)
Row = tuple[Any, ...]


def schedule_reply(
    tx: Tx, words: Reply, due_at: int, if_they_write: IfTheyWrite, answering: Answering = ANYBODY
) -> str:
    """Keep a reply until `due_at` (Unix milliseconds); its id. Raises `Invalid` as `reply` does, and for a time that is no time."""
    agent_id = agent_of(tx)
    if agent_id is None:
        raise Invalid("Only an agent schedules replies.")
    if not words.text.strip() and not words.attachment_ids:
        raise Invalid("Write something, or attach a file.", fields={"text": "problem.empty"})
    conversation = get_conversation(tx, words.conversation_id)
    answering.check(tx, msgspec.structs.replace(words, conversation_id=conversation.id))
    door = get_door(tx, conversation, words)
    _check_time(tx, due_at)
    if len(tx.all(store.of_conversations, ids=timeline_ids(tx, conversation))) >= MOST_SCHEDULED:
        raise Taken("Twenty replies wait here already.", key="problem.too_many_scheduled")
    scheduled_id = tx.new_id()
    end_shared(tx, words.shared_id, words.attachment_ids)
    _own_files(tx, words, tx.actor, _owner(scheduled_id))
    words = msgspec.structs.replace(
        words,
        conversation_id=conversation.id,
        inbox_id=door.inbox_id,
        scheme=door.scheme,
        value=door.value,
        shared_id=None,
    )
    tx.run(
        store.insert_scheduled,
        id=scheduled_id,
        conversation_id=conversation.id,
        inbox_id=door.inbox_id,
        agent_id=agent_id,
        body=msgspec.json.encode(words).decode(),
        due_at=due_at,
        state="waiting",
        if_they_write=if_they_write,
        error=None,
    )
    tx.run(conversations.drop_draft, agent=agent_id, id=conversation.id)
    enqueue(tx, JOB, {"id": scheduled_id, "due_at": due_at}, due_at=due_at)
    tell(tx, conversation.id, door.inbox_id, scheduled_id)
    return scheduled_id


def reschedule(tx: Tx, scheduled_id: str, due_at: int, if_they_write: IfTheyWrite) -> None:
    """Another time for a reply, which waits again if it was held. Raises `NotFound`, `Invalid`."""
    row = _get(tx, scheduled_id)
    _check_time(tx, due_at)
    conversation = get_conversation(tx, row[1])
    tx.run(store.set_time, key=scheduled_id, conversation=conversation.id, due=due_at, then=if_they_write)
    enqueue(tx, JOB, {"id": scheduled_id, "due_at": due_at}, due_at=due_at)
    tell(tx, conversation.id, row[2], scheduled_id)


def take_back(tx: Tx, scheduled_id: str) -> Draft:
    """The words become the caller's draft again. Raises `NotFound` when it has left."""
    row = _get(tx, scheduled_id)
    words = _reply.decode(row[4])
    draft = Draft(
        text="" if words.template else own_words(words.text, words.translation),
        html=words.html,
        subject=words.subject,
        inbox_id=words.inbox_id,
        scheme=words.scheme,
        value=words.value,
        attachment_ids=words.attachment_ids,
        copies=words.copies,
        blind_copies=words.blind_copies,
        answers=words.answers,
        buttons=() if words.template else words.buttons,
        public=words.place is not None,
        template=filling_of(words.template),
    )
    _own_files(tx, words, _owner(scheduled_id), tx.actor)
    tx.run(store.drop, key=scheduled_id)
    agent_id = agent_of(tx)
    if agent_id:
        write_draft(tx, agent_id, get_conversation(tx, row[1]).id, draft)
    tell(tx, row[1], row[2], scheduled_id)
    return draft


def send_now(tx: Tx, scheduled_id: str, undo_seconds: int, answering: Answering = ANYBODY) -> str:
    """It leaves, in the name of who sends it; the message's id. Raises what `reply` raises, and `NotFound`."""
    row = _get(tx, scheduled_id)
    words = msgspec.structs.replace(_reply.decode(row[4]), undo_seconds=undo_seconds)
    _own_files(tx, words, _owner(scheduled_id), tx.actor)
    tx.run(store.drop, key=scheduled_id)
    message_id = reply(tx, words, answering)
    tell(tx, row[1], row[2], scheduled_id)
    return message_id


def send_due(tx: Tx, scheduled_id: str, due_at: int, answering: Answering = ANYBODY) -> None:
    """Send it if it still waits for this moment. What can't be sent fails visibly. The transaction's actor is who wrote it.

    Where contacts were merged meanwhile nobody could hold it, and a person decides.
    """
    row = tx.one(store.by_id, id=scheduled_id)
    if row is None or row[5] != due_at or row[6] != "waiting":
        return
    if row[7] == "hold" and get_conversation(tx, row[1]).id != row[1]:
        set_state(tx, row, "held")
        return
    try:
        with tx.alone():
            send_now(tx, scheduled_id, 0, answering)
    except Problem as problem:
        set_state(tx, row, "failed", next(iter(problem.fields.values()), problem.key))


def set_state(tx: Tx, row: Row, state: str, why: str | None = None) -> None:
    """Say how a scheduled reply (a row of `store.by_id`) stands."""
    tx.run(store.set_state, key=row[0], to=state, why=why)
    tell(tx, row[1], row[2], row[0])


def tell(tx: Tx, conversation_id: str, inbox_id: str, scheduled_id: str) -> None:
    """Say in the log that a scheduled reply is another one, or gone."""
    tx.emit(ScheduledChanged(conversation_id=conversation_id, inbox_id=inbox_id, scheduled_id=scheduled_id))


def _get(tx: Tx, scheduled_id: str) -> Row:
    row = tx.one(store.by_id, id=scheduled_id)
    if row is None:
        raise NotFound("It has left, or was taken back.", key="problem.scheduled_gone")
    return row


def _check_time(tx: Tx, due_at: int) -> None:
    if not tx.now < due_at <= tx.now + LATEST:
        raise Invalid("Choose a moment in the next year.", fields={"due_at": "problem.moment"})


def _owner(scheduled_id: str) -> str:
    return f"scheduled:{scheduled_id}"


def _own_files(tx: Tx, words: Reply, before: str, after: str) -> None:
    """While it waits its files are nobody's: whoever sends it in the end, takes them."""
    if not words.attachment_ids:
        return
    rows = tx.all(conversations.own_attachments, ids=words.attachment_ids, owners=[before], owner=after)
    if len(rows) != len(set(words.attachment_ids)):
        raise Invalid("A file is missing; attach it again.", fields={"attachment_ids": "problem.file_missing"})
