"""Writing a coaching note, reading and answering it, and taking it back."""

from msgspec import structs

from lyhord.kit.database import ReadTx, Tx
from lyhord.kit.problems import Invalid, NotFound, Taken
from lyhord.kit.text import clean
from lyhord.tickets.coaching import store
from lyhord.tickets.coaching.events import CoachingNoteChanged, CoachingNoteWritten
from lyhord.tickets.coaching.model import TEXT_LIMIT, CoachingNote, CoachingWords
from lyhord.tickets.owners import check_agent
from lyhord.workspaces.model import Power
from lyhord.workspaces.views import list_who_may

COACH: Power = "agents.coach"


def write_note(tx: Tx, conversation_id: str, words: CoachingWords, author_id: str) -> str:
    """Write to an agent about a conversation; the note's id. Raises `Invalid` for nothing said, nobody, oneself, or a message elsewhere."""
    text = clean(words.text, TEXT_LIMIT).strip()
    if not text:
        raise Invalid("Write what you want to say.", fields={"text": "field.missing"})
    if words.agent_id == author_id:
        raise Invalid("Write to a colleague.", fields={"agent_id": "coaching.oneself"})
    check_agent(tx, words.agent_id, "agent_id")
    if words.message_id is not None and not tx.one(store.is_said_there, key=words.message_id, of=conversation_id):
        raise Invalid("That message isn't in this conversation.", fields={"message_id": "field.invalid"})
    note = CoachingNote(
        id=tx.new_id(),
        conversation_id=conversation_id,
        message_id=words.message_id,
        agent_id=words.agent_id,
        author_id=author_id,
        text=text,
        answer="",
        answered_at=None,
        read_at=None,
        created_at=tx.now,
    )
    tx.run(store.insert_note, **structs.asdict(note))
    _tell_new(tx, note, words.agent_id)
    return note.id


def read_note(tx: Tx, note_id: str, agent_id: str | None) -> None:
    """Mark a note to oneself as read; once is enough. Raises `NotFound` for anybody else's."""
    note = _own(tx, note_id, agent_id)
    if note.read_at is None:
        _write(tx, structs.replace(note, read_at=tx.now))
        tx.emit(
            CoachingNoteChanged(conversation_id=note.conversation_id, note_id=note.id, agent_ids=_readers(tx, note))
        )


def answer_note(tx: Tx, note_id: str, agent_id: str | None, text: str) -> None:
    """Answer a note to oneself, which is read then. Raises `NotFound` for anybody else's, `Invalid` for nothing said."""
    note = _own(tx, note_id, agent_id)
    said = clean(text, TEXT_LIMIT).strip()
    if not said:
        raise Invalid("Write what you want to say.", fields={"text": "field.missing"})
    _write(tx, structs.replace(note, answer=said, answered_at=tx.now, read_at=note.read_at or tx.now))
    _tell_new(tx, note, note.author_id, answer=True)


def remove_note(tx: Tx, note_id: str, author_id: str) -> None:
    """Take one's own note back, with its answer. Raises `NotFound` and `Taken`."""
    note = get_note(tx, note_id)
    if note.author_id != author_id:
        raise Taken("Only who wrote it takes it back.", key="review.of_others")
    tx.run(store.delete_note, key=note_id)
    tx.emit(CoachingNoteChanged(conversation_id=note.conversation_id, note_id=note.id, agent_ids=_readers(tx, note)))


def get_note(tx: ReadTx, note_id: str) -> CoachingNote:
    """Raises `NotFound`."""
    row = tx.one(store.by_id, key=note_id)
    if row is None:
        raise NotFound("There is no such note.")
    return read_row(row)


def read_row(row: tuple[object, ...]) -> CoachingNote:
    """A note of its row."""
    return CoachingNote(**dict(zip(CoachingNote.__struct_fields__, row, strict=True)))  # type: ignore[arg-type]


def _own(tx: Tx, note_id: str, agent_id: str | None) -> CoachingNote:
    note = get_note(tx, note_id)
    if note.agent_id != agent_id:
        raise NotFound("There is no such note.")
    return note


def _write(tx: Tx, note: CoachingNote) -> None:
    tx.run(store.change_note, key=note.id, answer=note.answer, answered_at=note.answered_at, read_at=note.read_at)


def _tell_new(tx: Tx, note: CoachingNote, agent_id: str, *, answer: bool = False) -> None:
    tx.emit(
        CoachingNoteWritten(
            conversation_id=note.conversation_id,
            note_id=note.id,
            agent_id=agent_id,
            agent_ids=_readers(tx, note),
            answer=answer,
        )
    )


def _readers(tx: ReadTx, note: CoachingNote) -> tuple[str, ...]:
    return tuple(sorted({note.agent_id, note.author_id, *list_who_may(tx, COACH)}))
