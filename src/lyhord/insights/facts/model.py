"""The rows of analysis as values, and the pure rules by which they follow from what was said."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import NamedTuple

from msgspec import Struct

from lyhord.kit.clock import DAY
from lyhord.tickets.routing.arrivals import USUAL_WORK, Said, turns_of

VERSION = 3
"""Of the columns below: files of another one are written anew."""


NAMED: Mapping[str, frozenset[str]] = {
    "product": frozenset({"product", "products", "product line", "produkt", "tuote", "产品"}),
    "place": frozenset({"place", "plats", "ort", "sted", "paikka", "paikkakunta", "地点"}),
    "segment": frozenset(
        {"segment", "tier", "level", "kundsegment", "kundgrupp", "kundesegment", "kundegruppe", "nivå", "segmentti"}
        | {"asiakasryhmä", "taso", "客户细分", "客户等级"}
    ),
}
"""What attributes are called, in our languages and small letters, that say with which product, where, and of which customers. The product
of a fault, which is there from the first, is written freely: a list of the workspace's own is called "product line" then, or the like.
"""


class TicketFact(Struct, frozen=True, kw_only=True):
    """A ticket, spam aside. Times are Unix milliseconds, lengths milliseconds, yes is 1.

    `reason_id` is the first of `reasons`. `mood_start` and `mood_end` are those of the first and the last message in which one was heard.
    `waits` are the times that customers waited for each answer, `first_wait` the first of them; `work` is how long answering took (see
    `measure`). `next_at`: when the same contact opened their next ticket. `promises_…` count clocks of service levels that are decided.
    `product` and `place` are what the ticket says, else its customer, else the first of the workspace's own names that was heard in what
    they wrote; `segment` is the customer's, else their organization's. `contact_tags` are those that the customer has now.
    `rating` is good, middle or bad, as its customer said last, with the `rating_score` and which kind of survey that answers.
    """

    ticket_id: str
    conversation_id: str
    contact_id: str | None
    organization_id: str | None
    opened_at: int
    resolved_at: int | None
    reopened: int
    kind: str
    status: str
    reason_id: str | None
    reasons: list[str]
    mood_start: str | None
    mood_end: str | None
    channel: str
    inbox_id: str | None
    team_id: str | None
    agent_id: str | None
    language: str | None
    tags: list[str]
    place: str | None
    product: str | None
    segment: str | None
    contact_tags: list[str]
    messages_in: int
    answers: int
    first_wait: int | None
    waits: list[int]
    work: int
    next_at: int | None
    promises_kept: int
    promises_broken: int
    complaint: int
    rating: str | None
    rating_score: int | None
    rating_survey: str | None


class MessageFact(Struct, frozen=True, kw_only=True):
    """What a customer or we said, notes and side conversations aside. `automatic`: 1 where no person said it."""

    message_id: str
    conversation_id: str
    said_at: int
    direction: str
    automatic: int
    channel: str | None
    inbox_id: str | None
    agent_id: str | None
    language: str | None
    mood: str | None
    reason_id: str | None


class Table(NamedTuple):
    """A kind of rows: its key, its time, the type of each column in DuckDB's words, and by what rows of one day lie together."""

    name: str
    key: str
    at: str
    columns: Mapping[str, str]
    together: tuple[str, ...]

    @property
    def order(self) -> str:
        """SQL of how rows lie in a file: days one after the other, and within a day like beside like, which is read twice as fast."""
        return ", ".join((f"{self.at} // {DAY}", *self.together, self.at, self.key))


_TYPES = {"int": "BIGINT", "str": "VARCHAR", "list[str]": "VARCHAR[]", "list[int]": "BIGINT[]"}
_UUIDS = {"ticket_id", "conversation_id", "contact_id", "message_id"}


def _columns(row: type[Struct]) -> dict[str, str]:
    found = {}
    for name in row.__struct_fields__:
        told = str(getattr(row.__annotations__[name], "__name__", row.__annotations__[name])).removesuffix(" | None")
        told = str(row.__annotations__[name]) if told == "list" else told
        found[name] = "UUID" if name in _UUIDS else _TYPES[told]
    return found


_ALIKE = ("kind", "reason_id", "channel", "language", "mood_end")
TICKETS = Table("tickets", "ticket_id", "opened_at", _columns(TicketFact), _ALIKE)
_SAID_ALIKE = ("direction", "reason_id", "language", "mood", "channel")
MESSAGES = Table("messages", "message_id", "said_at", _columns(MessageFact), _SAID_ALIKE)
TABLES = (TICKETS, MESSAGES)


class Spoken(NamedTuple):
    """A message as it counts to a ticket: when, by whom, whether it answers (a person's words, or a call that was taken)."""

    at: int
    by: str
    answers: bool
    agent_id: str | None
    mood: str | None = None
    complains: bool = False
    names: Mapping[str, str] = {}
    """Of product and place, what the customer called by a name of the workspace's own."""


class Measured(NamedTuple):
    """What a ticket's messages tell: see `TicketFact`."""

    messages_in: int
    answers: int
    waits: list[int]
    work: int
    moods: list[str]
    complains: bool = False
    names: Mapping[str, str] = {}


def measure(spoken: Iterable[Spoken]) -> Measured:
    """What the messages about one ticket tell, given in the order of time.

    Work is that of each answer that ended a waiting: the time since the customer's words or the agent's own last ones here, whichever came
    later. More than `arrivals.LONGEST_WORK` was a pause; then, and where no agent is known, it is `arrivals.USUAL_WORK`.
    """
    said, come, gone = [], 0, 0
    moods, complains = [], False
    names: dict[str, str] = {}
    for one in spoken:
        complains |= one.complains
        by = "out" if one.answers else one.by
        come += one.by == "in" and not one.answers
        gone += one.answers
        names = {**one.names, **names}
        if one.mood is not None and one.by == "in":
            moods.append(one.mood)
        if by == "note" or one.answers or one.by == "in":
            said.append(Said(one.at, "", "in" if by == "in" else "out" if by == "out" else "note", one.agent_id, ""))
    turns = [turn for turn in turns_of(said).get("", []) if turn.answered_at is not None]
    waits = [(turn.answered_at or turn.asked_at) - turn.asked_at for turn in turns]
    work = sum(turn.work if turn.work is not None else USUAL_WORK for turn in turns)
    return Measured(come, gone, waits, work, moods, complains, names)


def month_of(at: int) -> str:
    """The month of a moment in UTC, as 2026-11: the file in which its row stands."""
    return datetime.fromtimestamp(at / 1000, UTC).strftime("%Y-%m")
