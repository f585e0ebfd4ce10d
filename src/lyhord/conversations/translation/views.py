"""What a job translates, and the translator as screens see it."""

from collections.abc import Sequence

from msgspec import Struct

from lyhord.conversations.model import read_more
from lyhord.conversations.translation import store
from lyhord.conversations.translation.actions import Stored, find_translator
from lyhord.conversations.translation.model import Translator
from lyhord.kit.database import ReadTx
from lyhord.workspaces.views import list_readings


class Words(Struct, frozen=True):
    """What a message says, its language as far as known, and that of what the customer said before."""

    message_id: str
    text: str
    language: str
    before: str
    there: tuple[str, ...]
    """The languages in which it is there already."""


class Task(Struct, frozen=True):
    """What is to be translated, by whom, and what the workspace's agents read."""

    translator: Stored
    words: list[Words]
    reads: list[tuple[str, ...]]


def find_task(tx: ReadTx, message_ids: Sequence[str]) -> Task | None:
    """What those of the messages say that weren't erased; None where the workspace has no translator."""
    translator = find_translator(tx)
    if translator is None:
        return None
    return Task(translator, list_words(tx, message_ids), list_readings(tx))


def list_words(tx: ReadTx, message_ids: Sequence[str]) -> list[Words]:
    """What messages say, without those that say nothing in words."""
    found = []
    for message_id, _, _, _, text, more, before in tx.all(store.words_of, ids=list(message_ids)):
        kept = read_more(more)
        if text.strip() and "unsupported" not in kept.flags:
            known = kept.translation
            there = tuple(one.language for one in known.texts) if known else ()
            found.append(Words(message_id, text, known.language if known else "", before or "", there))
    return found


def show_translator(tx: ReadTx, *, whole: bool) -> Translator | None:
    """The translator without its secrets; without `whole` not where it is, either."""
    found = find_translator(tx)
    if found is None:
        return None
    return Translator(
        kind=found.settings.kind,
        address=found.settings.address if whole else "",
        has_key=found.secrets is not None,
        languages=found.settings.languages,
        terms=found.settings.terms,
        hides=found.settings.hides,
    )
