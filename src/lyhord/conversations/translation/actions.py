"""Connect a translator, tell it the company's words, and keep what it made of messages."""

from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from lyhord.conversations.model import Translation, read_more, write_more
from lyhord.conversations.translation import store
from lyhord.conversations.translation.events import MessageTranslated, TranslatorChanged
from lyhord.conversations.translation.model import NoTranslator, Settings, Term, check_terms, with_texts
from lyhord.kit.database import ReadTx, Tx
from lyhord.kit.database.jobs_table import enqueue
from lyhord.workspaces.actions.audit import record

JOB = "translate"
AT_ONCE = 20
"""Messages that one job translates."""

_settings = msgspec.json.Decoder(Settings)


class Stored(Struct, frozen=True):
    """A workspace's translator with its sealed secrets, which never leave the process."""

    settings: Settings
    secrets: str | None


class Made(Struct, frozen=True):
    """What became of a message: its language, its words in others, or why there are none."""

    message_id: str
    language: str = ""
    texts: dict[str, str] = {}
    problem: str = ""


def find_translator(tx: ReadTx) -> Stored | None:
    """The workspace's translator."""
    row = tx.one(store.find_translator)
    return Stored(_settings.decode(row[0]), row[1]) if row else None


def get_translator(tx: ReadTx) -> Stored:
    """The same, but raises `NoTranslator`."""
    found = find_translator(tx)
    if found is None:
        raise NoTranslator("No translator is connected.")
    return found


def connect_translator(tx: Tx, settings: Settings, secrets: str | None) -> None:
    """Store a translator that was just found to work, with sealed secrets; the words that the one before knew stay."""
    before = find_translator(tx)
    _store(tx, replace(settings, terms=before.settings.terms if before else ()), secrets)
    record(
        tx,
        "translator.connected",
        "translator",
        kind=settings.kind,
        address=settings.address,
        key=bool(secrets),
        hides=settings.hides,
    )


def change_terms(tx: Tx, terms: Sequence[Term]) -> None:
    """Other words that it must know; from now on."""
    before = get_translator(tx)
    after = replace(before.settings, terms=check_terms(terms))
    if after != before.settings:
        _store(tx, after, before.secrets)
        record(tx, "translator.words", "translator", words=[len(before.settings.terms), len(after.terms)])


def remove_translator(tx: Tx) -> None:
    """Translate no more. What was translated stays. Again: nothing changes."""
    if tx.run(store.drop_translator):
        record(tx, "translator.removed", "translator")
        tx.emit(TranslatorChanged())


def ask_for_translation(tx: Tx, message_ids: Sequence[str], into: str = "") -> None:
    """Queue messages to be translated for everybody who doesn't read them, or `into` one language (`sv`)."""
    for start in range(0, len(message_ids), AT_ONCE):
        enqueue(tx, JOB, {"ids": list(message_ids[start : start + AT_ONCE]), "into": into})


def keep_translations(tx: Tx, made: Sequence[Made]) -> None:
    """Write what was made into the messages' rows; one that was erased meanwhile stays empty."""
    rows = {row[0]: row for row in tx.all(store.words_of, ids=[one.message_id for one in made])}
    for one in made:
        if one.message_id in rows:
            _keep(tx, rows[one.message_id], one)


def _keep(tx: Tx, row: tuple[Any, ...], made: Made) -> None:
    message_id, conversation_id, inbox_id, direction, _, stored, spoken = row
    more = read_more(stored)
    before = more.translation or Translation()
    done = with_texts(before, made.language or before.language, made.texts)
    after = replace(before, problem=made.problem) if made.problem else done
    if after == before:
        return
    if direction == "in" and after.language and after.language != spoken:
        tx.run(store.set_language, key=conversation_id, said=message_id, spoken=after.language)
    tx.run(store.set_more, key=message_id, value=write_more(replace(more, translation=after)))
    tx.emit(MessageTranslated(conversation_id=conversation_id, inbox_id=inbox_id, message_id=message_id))


def _store(tx: Tx, settings: Settings, secrets: str | None) -> None:
    encoded = msgspec.json.encode(settings).decode()
    tx.run(store.write_translator, settings=encoded, secrets=secrets, changed_at=tx.now)
    tx.emit(TranslatorChanged())
