"""What a batch of messages says, thought out without writing anything: from a snapshot before, and again where it is written.

Whatever is slow is a pure function, and what it answers is remembered by all that it was asked. So who thinks again over words, models and
names that are as they were asks nothing twice, and what has changed meanwhile gets an answer of its own.
"""

from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from lyhord.contacts.actions.languages import NOBODY, Known, languages_of
from lyhord.contacts.facts.heard import Saying
from lyhord.contacts.lineage import survivors
from lyhord.conversations.model import QUIET, More, Translation, read_more, write_more
from lyhord.hearing import store
from lyhord.hearing.facts.sayings import say
from lyhord.hearing.findings.detectors import list_detectors
from lyhord.hearing.findings.model import COMPLAINT, Finding
from lyhord.hearing.model import Heard, language_of_contact
from lyhord.kit.database import ReadTx

if TYPE_CHECKING:
    from lyhord.hearing.mood.judging import Own

T = TypeVar("T")
Told = Sequence[Sequence[tuple[Finding, str]]]
Tell = Callable[[tuple[str, ...], tuple[str, ...]], Told]
"""For each text, in its language or "", what is heard in it, with the name and version of the model that says so. Equal to another that
would say the same.
"""


class Teller(Protocol):
    """The workspace's own model, which is asked beside the detectors."""

    def at(self, tx: ReadTx) -> Tell:
        """The model as it is now."""

    def complaints(self, tx: ReadTx) -> "Own | None":
        """What the workspace's answers have taught of complaints; None for nothing."""


class Memory:
    """What pure functions have answered."""

    def __init__(self) -> None:
        self._answers: dict[tuple[Any, ...], Any] = {}

    def ask(self, function: Callable[..., T], *given: Hashable) -> T:
        """What the function answers, which is asked once with the same words."""
        asked = (function, *given)
        if asked not in self._answers:
            self._answers[asked] = function(*given)
        answer: T = self._answers[asked]
        return answer


class Said(Struct, frozen=True):
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


class Spoken(Struct, frozen=True):
    """The language of a message, and whether it is news of its contact."""

    id: str
    language: str
    told: bool


class Languages:
    """What the languages of a batch change, each thing once."""

    def __init__(self, known: dict[str, Known], memory: Memory, *, again: bool) -> None:
        self.known = known
        self.again = again
        self._memory = memory
        self.before: dict[str, str | None] = {}
        self.rows: list[dict[str, Any]] = []
        self.last: dict[str, tuple[str, str]] = {}
        self.contacts: dict[str, tuple[str, str]] = {}
        self.heard: list[Spoken] = []

    def take(self, one: Said) -> None:
        """Hear one; what stands in its row by now is believed unless it was edited since."""
        from lyhord.hearing.language import hear_language  # noqa: PLC0415 - an idle server spares it, and its model

        before = self.before.get(one.conversation_id, one.before)
        known = self.known.get(one.contact_id or "", NOBODY)
        heard = self._memory.ask(hear_language, one.text, (known.language or before or "").split("-")[0])
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
        self.heard.append(Spoken(one.id, heard.language, told))

    def _tell(self, one: Said, heard: Heard, before: str | None, known: Known) -> bool:
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


class Thought(Struct, frozen=True):
    """What was thought of messages, the earliest first: their languages, by message what is heard in the words of customers (also nothing,
    where something was heard before), and what these state of themselves.
    """

    said: Sequence[Said]
    languages: Languages
    found: Mapping[str, Sequence[tuple[Finding, str]]]
    sayings: Sequence[Saying]


def think(
    tx: ReadTx, message_ids: Collection[str], teller: Teller | None, memory: Memory, *, again: bool = False
) -> Thought:
    """Read messages as they are now and think. `again`: what was heard before counts no more."""
    said = read_said(tx, message_ids)
    batch = Languages(languages_of(tx, {one.contact_id for one in said if one.contact_id}), memory, again=again)
    for one in said:
        batch.take(one)
    languages = {one.id: one.language for one in batch.heard}
    theirs = [one for one in said if one.theirs]
    found = _listen(tx, theirs, languages, teller, memory)
    stating = [(one.id, one.author_id, one.text, languages.get(one.id, "")) for one in theirs if one.author_id]
    return Thought(said, batch, found, [memory.ask(say, *one) for one in stating])


def _listen(
    tx: ReadTx, theirs: Sequence[Said], languages: Mapping[str, str], teller: Teller | None, memory: Memory
) -> dict[str, Sequence[tuple[Finding, str]]]:
    texts = tuple(one.words for one in theirs)
    spoken = tuple(languages.get(one.id, "") for one in theirs)
    told = memory.ask(teller.at(tx), texts, spoken) if teller and texts else [()] * len(texts)
    own = teller.complaints(tx) if teller and texts else None
    models = {COMPLAINT: f"{COMPLAINT} {own.version}"} if own else {}
    detectors = list_detectors(tx, own) if theirs else ()
    found: dict[str, Sequence[tuple[Finding, str]]] = {}
    for one, language, others in zip(theirs, spoken, told, strict=True):
        pure = [
            (each, models.get(each.kind, "")) for detect in detectors for each in memory.ask(detect, one.text, language)
        ]
        found[one.id] = [*others, *pure]
    return found


def read_said(tx: ReadTx, message_ids: Collection[str]) -> Sequence[Said]:
    """Those that say something in words, the earliest first."""
    rows = [row for row in tx.all(store.words_of, ids=sorted(message_ids)) if row[3] != "note" and row[4].strip()]
    last = survivors(tx, {row[7] for row in rows if row[7]})
    found = []
    for message_id, conversation_id, inbox_id, direction, text, stored, before, contact_id, subject in rows:
        more = read_more(stored)
        if "unsupported" not in more.flags and more.call is None:
            whose = last.get(contact_id) if contact_id else None
            said = (direction == "in", text, subject or "", more, before, whose, contact_id)
            found.append(Said(message_id, conversation_id, inbox_id, *said))
    return found
