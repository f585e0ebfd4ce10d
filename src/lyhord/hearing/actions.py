"""Hear a batch of messages, and keep what was heard."""

from collections.abc import Callable, Collection, Sequence
from typing import Any, Protocol

from msgspec import Struct
from msgspec.structs import replace

from lyhord.contacts.actions.languages import Known, hear_languages, languages_of
from lyhord.contacts.facts.heard import forget_told
from lyhord.contacts.lineage import survivors
from lyhord.conversations.model import QUIET, More, Translation, read_more, write_more
from lyhord.conversations.translation.store import set_language, set_more
from lyhord.hearing import store
from lyhord.hearing.events import AllHeard, MessageHeard
from lyhord.hearing.facts.actions import hear_facts
from lyhord.hearing.findings.actions import forget_findings, write_findings
from lyhord.hearing.findings.detectors import list_detectors
from lyhord.hearing.findings.model import Finding
from lyhord.hearing.model import Heard, language_of_contact
from lyhord.hearing.themes.actions import forget_members
from lyhord.kit.database import ReadTx, Tx
from lyhord.kit.database.jobs_table import enqueue
from lyhord.kit.ids import LOWEST_ID

JOB = "hear"
CLOSER_JOB = "hear closely"
Conclude = Callable[[Tx, Collection[str], Collection[str]], None]
"""What follows for those above from what was heard in these messages; nothing is told of those in the second list."""
NOBODY = Known(None, by_hand=False)


class Teller(Protocol):
    """The workspace's own model, which is asked beside the detectors."""

    def tell(self, tx: Tx, texts: Sequence[str], languages: Sequence[str]) -> Sequence[Sequence[tuple[Finding, str]]]:
        """For each text, in its language or "", what is heard in it, with the name and version of the model that says so."""


class Ears(Struct, frozen=True):
    """With what it is heard. Without a teller what is pure is heard alone; without `conclude` nothing follows.

    `closely`: what customers say is heard a second time, by its meaning, in a job: that takes too long for whoever waits for this.
    """

    teller: Teller | None = None
    conclude: Conclude | None = None
    closely: bool = False


DEAF = Ears()


class _Said(Struct, frozen=True):
    """A message with words. `before` is the language of what was said before; `contact_id` is the surviving contact of a direct one,
    `author_id` the one whose conversation it is.
    """

    id: str
    conversation_id: str
    inbox_id: str | None
    inbound: bool
    text: str
    subject: str
    more: More
    before: str | None
    contact_id: str | None
    author_id: str | None

    @property
    def theirs(self) -> bool:
        """Whether a customer says it in words of their own."""
        return self.inbound and QUIET.isdisjoint(self.more.flags)

    @property
    def words(self) -> str:
        """All of it."""
        return f"{self.subject}\n{self.text}" if self.subject else self.text


class _Told(Struct, frozen=True):
    """The language of a message, and whether it is news of its contact."""

    id: str
    language: str
    told: bool


class _Hearing:
    """What a batch changes, each thing once."""

    def __init__(self, known: dict[str, Known], *, again: bool) -> None:
        self.known = known
        self.again = again
        self.before: dict[str, str | None] = {}
        self.rows: list[dict[str, Any]] = []
        self.last: dict[str, tuple[str, str]] = {}
        self.contacts: dict[str, tuple[str, str]] = {}
        self.heard: list[_Told] = []

    def take(self, one: _Said) -> None:
        """Hear one; what stands in its row by now is believed unless it was edited since."""
        from lyhord.hearing.language import hear_language  # noqa: PLC0415 - an idle server spares it, and its model

        before = self.before.get(one.conversation_id, one.before)
        known = self.known.get(one.contact_id or "", NOBODY)
        heard = hear_language(one.text, (known.language or before or "").split("-")[0])
        if not heard.language:
            return
        kept = one.more.translation or Translation()
        afresh = not kept.texts and (self.again or one.more.edited_at)
        if not kept.language or (afresh and kept.language != heard.language):
            also = tuple(dict.fromkeys(span.language for span in heard.spans if span.language != heard.language))
            after = replace(kept, language=heard.language, also=also)
            self.rows.append({"key": one.id, "value": write_more(replace(one.more, translation=after))})
        elif kept.language != heard.language:
            heard = Heard(kept.language, 1.0)
        told = one.inbound and self._tell(one, heard, before, known)
        self.heard.append(_Told(one.id, heard.language, told))

    def _tell(self, one: _Said, heard: Heard, before: str | None, known: Known) -> bool:
        """Let conversation and contact have it; whether it is news of the contact."""
        language = heard.language
        self.before[one.conversation_id] = language
        self.last[one.conversation_id] = (language, one.id)
        if one.contact_id is None or (self.again and known.language):
            return False
        after = language_of_contact(known.language, before, heard, by_hand=known.by_hand)
        if after is None or after == known.language:
            return False
        self.known[one.contact_id] = Known(after, by_hand=False)
        self.contacts[one.contact_id] = (after, one.id)
        return True


def hear_messages(
    tx: Tx, message_ids: Collection[str], quiet: Collection[str] = (), *, again: bool = False, ears: Ears = DEAF
) -> None:
    """Write what messages say, in which language they are, and what follows for conversations and contacts; twice is as good as once.

    Nothing is told of those that are `quiet`: history, at which nobody looks. `again`: what was heard before counts no more, and contacts
    whose language is known keep it.
    """
    said = _read(tx, message_ids)
    if not said:
        return
    batch = _Hearing(languages_of(tx, {one.contact_id for one in said if one.contact_id}), again=again)
    for one in said:
        batch.take(one)
    tx.run_many(set_more, batch.rows)
    spoken = [{"key": key, "spoken": language, "said": said} for key, (language, said) in batch.last.items()]
    tx.run_many(set_language, spoken)
    hear_languages(tx, batch.contacts)
    languages = {one.id: one.language for one in batch.heard}
    found = write_findings(tx, _listen(tx, said, languages, ears.teller))
    hear_facts(tx, [one for one in said if one.theirs], languages, quiet)
    changed = {row["key"] for row in batch.rows} | found
    _tell(tx, said, {one.id for one in batch.heard if one.told}, {one for one in changed if one not in quiet})
    if found and ears.conclude is not None:
        ears.conclude(tx, found, quiet)
    if ears.closely and (loud := [one.id for one in said if one.theirs and one.id not in quiet]):
        enqueue(tx, CLOSER_JOB, {"ids": loud})


def read_words(tx: ReadTx, message_ids: Collection[str]) -> dict[str, str]:
    """What customers say in these messages, by their ids, as the workspace's model is asked about it."""
    return {one.id: one.words for one in _read(tx, message_ids) if one.theirs}


def forget_messages(tx: Tx, message_ids: Collection[str], ears: Ears = DEAF) -> None:
    """Their words are gone, and what was heard in them goes, too."""
    forget_findings(tx, message_ids)
    forget_members(tx, message_ids)
    forget_told(tx, message_ids)
    if ears.conclude is not None:
        ears.conclude(tx, message_ids, ())


def _listen(
    tx: Tx, said: Sequence[_Said], languages: dict[str, str], teller: Teller | None
) -> dict[str, Sequence[tuple[Finding, str]]]:
    """What is heard in the words of customers, by message: also nothing, where something was heard before."""
    theirs = [one for one in said if one.theirs]
    spoken = [languages.get(one.id, "") for one in theirs]
    told = teller.tell(tx, [one.words for one in theirs], spoken) if teller and theirs else ()
    detectors = list_detectors(tx) if theirs else ()
    found: dict[str, Sequence[tuple[Finding, str]]] = {}
    for place, (one, language) in enumerate(zip(theirs, spoken, strict=True)):
        pure = [(each, "") for detect in detectors for each in detect(one.text, language)]
        found[one.id] = [*(told[place] if told else ()), *pure]
    return found


def _tell(tx: Tx, said: Sequence[_Said], news: Collection[str], changed: Collection[str]) -> None:
    """One event for each conversation, and each inbox that carried what changed: who may see one of its messages sees all."""
    talks: dict[tuple[str, str | None], list[str]] = {}
    for one in said:
        if one.id in news or one.id in changed:
            talks.setdefault((one.conversation_id, one.inbox_id), []).append(one.id)
    for (conversation_id, inbox_id), ids in talks.items():
        told = int(any(one in news for one in ids))
        tx.emit(
            MessageHeard(conversation_id=conversation_id, inbox_id=inbox_id, message_ids=tuple(ids), told_contact=told)
        )


def hear_stretch(tx: Tx, after: str, most: int, ears: Ears = DEAF) -> str | None:
    """Hear the next `most` messages of the workspace again; the id to go on after, None at the end."""
    ids = [row[0] for row in tx.all(store.messages_after, after=after, most=most)]
    hear_messages(tx, ids, ids, again=True, ears=ears)
    if len(ids) == most:
        return str(ids[-1])
    tx.emit(AllHeard())
    return None


def hear_again(tx: Tx, after: str = LOWEST_ID) -> None:
    """Queue all messages of the workspace to be heard again, those said from now on aside."""
    enqueue(tx, JOB, {"after": after})


def _read(tx: ReadTx, message_ids: Collection[str]) -> Sequence[_Said]:
    """Those that say something in words, the earliest first."""
    rows = [row for row in tx.all(store.words_of, ids=sorted(message_ids)) if row[3] != "note" and row[4].strip()]
    last = survivors(tx, {row[7] for row in rows if row[7]})
    found = []
    for message_id, conversation_id, inbox_id, direction, text, stored, before, contact_id, subject in rows:
        more = read_more(stored)
        if "unsupported" not in more.flags and more.call is None:
            whose = last.get(contact_id) if contact_id else None
            said = (direction == "in", text, subject or "", more, before, whose, contact_id)
            found.append(_Said(message_id, conversation_id, inbox_id, *said))
    return found
