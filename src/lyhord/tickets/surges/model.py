"""Surges as values, and the pure rules of what is about one, what it says, and how it is measured."""

from typing import Annotated, Literal

from msgspec import Meta, Struct, structs

from lyhord.conversations.canned.model import MOST_LANGUAGES, Text, check_variables
from lyhord.conversations.model import Message
from lyhord.kit.problems import Invalid
from lyhord.kit.text import clean, clean_name, split_words
from lyhord.tickets.filters import Filter, check_filter
from lyhord.tickets.routing.model import Minutes, folded
from lyhord.tickets.rules.conditions import is_said

MOST_RUNNING = 20
"""Surges of a workspace at once."""
MOST_UPDATE = 2_000
"""Characters of a public update in one language."""
MOST_ANSWER = 20_000
TAG_LIMIT = 40

Id = Annotated[str, Meta(min_length=36, max_length=36)]
Word = Annotated[str, Meta(min_length=1, max_length=100)]
Keys = Annotated[tuple[Annotated[str, Meta(min_length=1, max_length=200)], ...], Meta(max_length=100)]
How = Literal["found", "hand"]
State = Literal["waiting", "said", "left"]
Answered = Literal["called", "accepted", "declined"]
After = Literal["stay", "snooze", "resolve"]


class SurgeWords(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What makes up a surge.

    A conversation is about it when the ticket fits the filter and the customer says one of `words`; where there are neither words nor
    conditions, only those that somebody adds. `texts` is the public update, by language: pinned on all doors, and with `tells` said once
    to whoever writes about it. With `team_id` its tickets have a queue of their own, first to those called in and then to that team,
    to be answered within `promise_minutes`. `capacity` is what those called in take at least. While it lasts the rules `rules_off` and
    the service levels `levels_off` rest, and its tickets are resolved without the attributes `needed_off`.
    """

    name: Annotated[str, Meta(min_length=1, max_length=80)]
    filter: Filter = Filter()
    words: Annotated[tuple[Word, ...], Meta(max_length=100)] = ()
    texts: Annotated[tuple[Text, ...], Meta(max_length=MOST_LANGUAGES)] = ()
    tells: bool = True
    team_id: Id | None = None
    promise_minutes: Minutes = 60
    capacity: Annotated[int, Meta(ge=1, le=1_000)] | None = None
    rules_off: Annotated[tuple[Id, ...], Meta(max_length=200)] = ()
    levels_off: Annotated[tuple[Id, ...], Meta(max_length=50)] = ()
    needed_off: Keys = ()


class Surge(SurgeWords, frozen=True, kw_only=True):
    """A surge. Its tickets carry the tag; `version` numbers what its public update said, 0: nothing yet. Times are Unix milliseconds.

    `own_team_id` and `route_id` are the team of those called in, and the route of its queue.
    """

    id: str
    tag: str
    version: int
    begun_at: int
    begun_by: str
    ended_at: int | None = None
    own_team_id: str | None = None
    route_id: str | None = None


class Answer(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is said to the whole group, with variables as canned replies have them, and what becomes of the tickets then.

    With `waiting_only` to those alone whose customers wait, and that had no answer to the group before: who writes again needs a person.
    """

    texts: Annotated[tuple[Text, ...], Meta(min_length=1, max_length=MOST_LANGUAGES)]
    after: After = "stay"
    snooze_minutes: Minutes | None = None
    waiting_only: bool = False


class Said(Struct, frozen=True, kw_only=True):
    """Something that is said to members: a version of the public update, or with `version` None an answer to the group.

    `sent_at`: since when it goes to all of them; None: only to whoever writes. `stopped_at`: somebody stopped it.
    """

    id: str
    surge_id: str
    version: int | None
    texts: tuple[Text, ...]
    after: After
    snooze_minutes: int | None
    by: str
    at: int
    sent_at: int | None
    stopped_at: int | None


class Tally(Struct, frozen=True):
    """To how many members something is to be said yet, was said, and couldn't be; of what was said, how much arrived or failed."""

    waiting: int = 0
    said: int = 0
    left: int = 0
    arrived: int = 0
    failed: int = 0


class Call(Struct, frozen=True, kw_only=True):
    """Somebody called in, and what they answered. `capacity` is what they took before theirs was raised."""

    agent_id: str
    state: Answered
    at: int
    capacity_before: int | None = None
    capacity_given: int | None = None


class PublicText(Struct, frozen=True):
    """A public update as doors show it: which version it is, since when (Unix milliseconds), and what it says by language."""

    id: str
    version: int
    at: int
    texts: tuple[Text, ...]


def checked(words: SurgeWords) -> SurgeWords:
    """The same, cleaned. Raises `Invalid` for one without a name, a filter that can't be, and a public update with variables."""
    name = clean_name(words.name, 80)
    if not name:
        raise Invalid("Say what it is about.", fields={"name": "field.missing"})
    check_filter(words.filter)
    texts = checked_texts(words.texts, MOST_UPDATE)
    for one in texts:
        check_variables(one.text, "texts", known=())
    words = structs.replace(words, name=name, words=folded(words.words), texts=texts)
    if not all(one.rstrip("*").split() for one in words.words):
        raise Invalid("Write a word.", fields={"words": "problem.rule_word"})
    return words


def checked_answer(answer: Answer) -> Answer:
    """The same, cleaned. Raises `Invalid` for one that says nothing, or names a variable that nobody knows."""
    texts = checked_texts(answer.texts, MOST_ANSWER)
    if not texts:
        raise Invalid("Write what it says.", fields={"texts": "problem.empty"})
    for one in texts:
        check_variables(one.text, "texts")
    if answer.after == "snooze" and answer.snooze_minutes is None:
        raise Invalid("Choose a moment in the next three years.", fields={"snooze_minutes": "problem.moment"})
    return structs.replace(answer, texts=texts)


def checked_texts(texts: tuple[Text, ...], most: int) -> tuple[Text, ...]:
    """Those that say something, cleaned. Raises `Invalid` for a language that comes twice, or is none."""
    cleaned = tuple(Text(one.language, clean(one.text, most).strip()) for one in texts)
    said = tuple(one for one in cleaned if one.text)
    languages = [one.language for one in said]
    if len(set(languages)) < len(languages):
        raise Invalid("Each language once, and at most 30.", fields={"texts": "field.invalid"})
    if not all(2 <= len(one) <= 20 and one.replace("-", "").isalnum() and one.isascii() for one in languages):
        raise Invalid("Write languages as sv or zh-CN.", fields={"texts": "field.language"})
    return said


def finds_any(words: SurgeWords) -> bool:
    """Whether conversations join by themselves."""
    return bool(words.words or words.filter.conditions)


def is_about(words: SurgeWords, message: Message | None) -> bool:
    """Whether what was said is about it; whether the ticket fits is the filter's to say."""
    return not words.words or (message is not None and is_said(words.words, message))


def tag_of(name: str, number: int = 1) -> str:
    """The tag by which a surge's tickets are known: its name as a tag is written; from the second of that name on with its number."""
    end = f"-{number}" if number > 1 else ""
    words = "-".join(split_words(name))[: TAG_LIMIT - len(end)].strip("-")
    return (words or "surge") + end
