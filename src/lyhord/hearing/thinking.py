"""What a batch of messages says, in three steps: reading what there is to think about (`reading`), thinking, and putting together what
follows. Nothing here knows the database. Thinking is slow and pure, so that it may be done in another process, before anybody writes;
what was thought of messages, models or names that have changed since counts nothing.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from msgspec import Struct
from msgspec.structs import replace

from lyhord.contacts.facts.model import Saying, Told
from lyhord.contacts.model import NOBODY, Known
from lyhord.conversations.model import QUIET, More, Translation, write_more
from lyhord.hearing.facts.sayings import say
from lyhord.hearing.findings.detectors import list_detectors
from lyhord.hearing.findings.model import COMPLAINT, Finding
from lyhord.hearing.model import Heard, language_of_contact
from lyhord.hearing.reasons.model import Reason
from lyhord.kit.storing import Outdated

if TYPE_CHECKING:
    from lyhord.hearing.mood.judging import Own
    from lyhord.kit.database import ReadTx


class Unthinkable(Exception):
    """Whoever thought of it died of it, or came to no end."""


class Means(Struct, frozen=True):
    """By what a workspace's words are told: the reasons that there are, and the models in use, each with its version and its file."""

    reasons: tuple[Reason, ...] = ()
    of_reasons: tuple[int, str] | None = None
    of_complaints: tuple[int, str] | None = None


class Teller(Protocol):
    """The workspace's own models, which are asked beside the detectors."""

    def means(self, tx: "ReadTx") -> Means:
        """Those in use now."""

    def tell(
        self, means: Means, texts: Sequence[str], languages: Sequence[str]
    ) -> Sequence[Sequence[tuple[Finding, str]]]:
        """For each text, in its language or "", what is heard in it, with the name and version of the model that says so."""

    def complaints(self, means: Means) -> "Own | None":
        """What the workspace's answers have taught of complaints; None for nothing."""


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


class Reading(Struct, frozen=True):
    """All that thinking of messages needs. `book`: what the workspace calls its own, as it is stored. `again`: what was heard before counts
    no more.
    """

    said: tuple[Said, ...]
    known: dict[str, Known]
    means: Means
    book: str = ""
    again: bool = False


class Answer(Struct, frozen=True):
    """What was thought of a message: its language, as whoever writes this `likely` writes it; with the one that it was taken to be in at
    last, what is heard in a customer's words, and what they state of themselves.
    """

    likely: str
    heard: Heard
    language: str = ""
    found: tuple[tuple[Finding, str], ...] = ()
    told: tuple[Told, ...] = ()


class Thoughts:
    """What was thought of messages, by their ids."""

    def __init__(self, reading: Reading, answers: Mapping[str, Answer]) -> None:
        self._reading = reading
        self._said = {one.id: one for one in reading.said}
        self._answers = answers

    def check(self, reading: Reading) -> None:
        """Raises `Outdated` where other models tell by now, or the workspace calls other things its own."""
        before = self._reading
        if (reading.means, reading.book) != (before.means, before.book):
            raise Outdated

    def of(self, one: Said) -> Answer:
        """What was thought of a message; raises `Outdated` where it was of other words."""
        before, answer = self._said.get(one.id), self._answers.get(one.id)
        if before is None or answer is None or _asked(before) != _asked(one):
            raise Outdated
        return answer

    def language_of(self, one: Said, likely: str) -> Heard:
        """See `Hear`; raises `Outdated`."""
        answer = self.of(one)
        if answer.likely != likely:
            raise Outdated
        return answer.heard


def _asked(one: Said) -> tuple[object, ...]:
    return one.text, one.subject, one.theirs, one.author_id is None


class Spoken(Struct, frozen=True):
    """The language of a message, and whether it is news of its contact."""

    id: str
    language: str
    told: bool


Hear = Callable[[Said, str], Heard]
"""The language of what was said by somebody who is known to write in one ("" for none)."""


class Languages:
    """What the languages of a batch change, each thing once."""

    def __init__(self, known: Mapping[str, Known], hear: Hear, *, again: bool) -> None:
        self.known = dict(known)
        self.again = again
        self._hear = hear
        self.before: dict[str, str | None] = {}
        self.rows: list[dict[str, Any]] = []
        self.last: dict[str, tuple[str, str]] = {}
        self.contacts: dict[str, tuple[str, str]] = {}
        self.heard: list[Spoken] = []

    def take(self, one: Said) -> None:
        """Hear one; what stands in its row by now is believed unless it was edited since."""
        before = self.before.get(one.conversation_id, one.before)
        known = self.known.get(one.contact_id or "", NOBODY)
        heard = self._hear(one, (known.language or before or "").split("-")[0])
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
    """What follows for messages, the earliest first: their languages, by message what is heard in the words of customers (also nothing,
    where something was heard before), and what these state of themselves.
    """

    said: Sequence[Said]
    languages: Languages
    found: Mapping[str, Sequence[tuple[Finding, str]]]
    sayings: Sequence[Saying]


def think(reading: Reading, teller: Teller | None) -> dict[str, Answer]:
    """Think of all of it. This is what takes long."""
    from lyhord.hearing.language import hear_language  # noqa: PLC0415 - a server spares it, and its model

    answers: dict[str, Answer] = {}

    def hear(one: Said, likely: str) -> Heard:
        answers[one.id] = Answer(likely, hear_language(one.text, likely))
        return answers[one.id].heard

    batch = Languages(reading.known, hear, again=reading.again)
    for one in reading.said:
        batch.take(one)
    languages = {one.id: one.language for one in batch.heard}
    theirs = [one for one in reading.said if one.theirs]
    for one, found in zip(theirs, _listen(reading, theirs, languages, teller), strict=True):
        language = languages.get(one.id, "")
        told = tuple(say(one.text, language)) if one.author_id else ()
        answers[one.id] = replace(answers[one.id], language=language, found=found, told=told)
    return answers


def _listen(
    reading: Reading, theirs: Sequence[Said], languages: Mapping[str, str], teller: Teller | None
) -> list[tuple[tuple[Finding, str], ...]]:
    if not theirs:
        return []
    texts = [one.words for one in theirs]
    spoken = [languages.get(one.id, "") for one in theirs]
    told = teller.tell(reading.means, texts, spoken) if teller else [()] * len(texts)
    own = teller.complaints(reading.means) if teller else None
    models = {COMPLAINT: f"{COMPLAINT} {own.version}"} if own else {}
    detectors = list_detectors(reading.book, own)
    found = []
    for one, language, others in zip(theirs, spoken, told, strict=True):
        pure = [(each, models.get(each.kind, "")) for detect in detectors for each in detect(one.text, language)]
        found.append((*others, *pure))
    return found


def put_together(reading: Reading, thoughts: Thoughts) -> Thought:
    """What follows for messages as they are now; raises `Outdated` where what was thought isn't about these."""
    thoughts.check(reading)
    batch = Languages(reading.known, thoughts.language_of, again=reading.again)
    for one in reading.said:
        batch.take(one)
    languages = {one.id: one.language for one in batch.heard}
    found: dict[str, Sequence[tuple[Finding, str]]] = {}
    sayings = []
    for one in reading.said:
        if one.theirs:
            answer = thoughts.of(one)
            if answer.language != languages.get(one.id, ""):
                raise Outdated
            found[one.id] = answer.found
            if one.author_id:
                sayings.append(Saying(one.id, one.author_id, answer.told))
    return Thought(reading.said, batch, found, sayings)
