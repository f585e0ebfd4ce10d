"""A company of any size as rows of the product's tables, made of numbers: the same ids, times and words on both engines, in every run.

One message in ten begins a conversation, one conversation has a tenth of all or 100,000 messages, the others share the rest.
Messages lie evenly in three years, all of them inbound, through a main inbox or (one conversation in fifty) that of a small team. At
the end half of the tickets are resolved, and the others are spread over the lists. The log is left out, which nobody reads here.
`tests/bench/test_company.py` compares with the product's own actions.
"""

from collections.abc import Iterator
from functools import cached_property
from typing import Any

from msgspec import structs

from bench.words import MARK, Said, Writer
from lyhord.contacts.model import write_tags
from lyhord.kit.clock import DAY
from lyhord.kit.search import Document
from lyhord.kit.search.document import words_of
from lyhord.kit.text import preview
from lyhord.tickets.model import Status, Ticket, shelf_of, waits_at
from lyhord.tickets.reactions import PREVIEW_LENGTH
from lyhord.tickets.tables import ticket as ticket_table

Row = tuple[Any, ...]
_TICKET = ticket_table.columns.keys()

SIZES = (10_000, 100_000, 1_000_000)
LARGE = 10_000_000
"""Messages of the companies that are measured, and of one more where time allows."""
END = 1_772_355_600_000
"""2026-03-01 09:00 UTC: nothing was said later; tickets were sorted in the minutes after."""
SPAN = 3 * 365 * DAY
A_CONVERSATION = 10
LONGEST = 100_000
SMALL_SHARE = 50
MENTIONED = 7
"""In one conversation of so many somebody mentioned the agent."""

FIRST = [
    "Anna",
    "Björn",
    "Cecilia",
    "Daniel",
    "Eeva",
    "Fredrik",
    "Gunilla",
    "Heikki",
    "Ingrid",
    "Johan",
    "Kaisa",
    "Lars",
    "Maria",
    "Nils",
    "Olga",
    "Pekka",
    "Rita",
    "Sven",
    "Tove",
    "Ulla",
]
LAST = [
    "Andersson",
    "Berg",
    "Carlsson",
    "Dahl",
    "Ek",
    "Forsman",
    "Granlund",
    "Holm",
    "Ivarsson",
    "Järvinen",
    "Korhonen",
    "Lind",
    "Mäkinen",
    "Nyman",
    "Olsson",
    "Palm",
    "Salo",
    "Virtanen",
]
CHINESE = ["王伟", "李娜", "张敏", "刘洋", "陈静", "杨磊", "赵丽", "黄强", "周杰", "吴芳"]


def make_id(at: int, number: int, kind: int) -> str:
    """An id that carries its time (Unix milliseconds), as the product's do. `kind` is one hexadecimal digit."""
    time = f"{at:012x}"
    return f"{time[:8]}-{time[8:]}-7000-8000-{number:011x}{kind:x}"


WORKSPACE, AGENT, TEAM, MAIN, SMALL = (make_id(END - SPAN - 1, number, 0xF) for number in range(5))


class Company:
    """`messages` in all, a multiple of ten. Rows come in the order of their keys, values in the order of their table's columns."""

    def __init__(self, messages: int) -> None:
        self.messages = messages
        self.conversations = messages // A_CONVERSATION
        self._step = SPAN // messages
        self._stride = max(A_CONVERSATION, messages // LONGEST)

    @cached_property
    def writer(self) -> Writer:
        """Whoever writes."""
        return Writer()

    def at(self, message: int) -> int:
        """When it was said."""
        return END - SPAN + message * self._step

    def owner(self, message: int) -> int:
        """The number of the conversation in which it was said. That of many messages is the first."""
        latest, rest = divmod(message, A_CONVERSATION)
        if rest == 0:
            return latest
        if message % self._stride == 1:
            return 0
        return (message * 2_654_435_761 & 0xFFFFFFFF) % (latest + 1)

    def message_id(self, message: int) -> str:
        return make_id(self.at(message), message, 0)

    def conversation_id(self, conversation: int) -> str:
        return make_id(self.at(conversation * A_CONVERSATION), conversation, 1)

    def contact_id(self, conversation: int) -> str:
        return make_id(self.at(conversation * A_CONVERSATION), conversation, 2)

    def ticket_id(self, conversation: int) -> str:
        return make_id(self.at(conversation * A_CONVERSATION), conversation, 3)

    def inbox_id(self, conversation: int) -> str:
        return SMALL if conversation % SMALL_SHARE == SMALL_SHARE - 1 else MAIN

    def name(self, conversation: int) -> str:
        """The customer's name."""
        mixed = conversation * 40_503
        if conversation % 7 == 3:
            return CHINESE[mixed % len(CHINESE)]
        return f"{FIRST[mixed % len(FIRST)]} {LAST[(mixed >> 5) % len(LAST)]}"

    def address(self, conversation: int) -> str:
        """The customer's identity."""
        return f"c{conversation:08}"

    def say(self, message: int) -> Said:
        """What was said."""
        return self.writer.say(message)

    def fate(self, conversation: int) -> tuple[str | None, str | None, Status]:
        """Who owns the ticket in the end, agent and team, and what became of it."""
        place = (conversation * 7_919 >> 3) % 20
        if place < 10:
            return None, None, "resolved"
        if place < 12:
            return None, None, "snoozed"
        return AGENT if place < 14 else None, TEAM if 14 <= place < 16 else None, "open"

    def sorted_at(self, conversation: int) -> int:
        """When somebody did that."""
        return END + conversation

    @cached_property
    def last(self) -> list[int]:
        """The last message of each conversation."""
        found = [0] * self.conversations
        for message in range(self.messages):
            found[self.owner(message)] = message
        return found

    def rows(self) -> dict[str, Iterator[Row]]:
        """Rows by table, furniture first."""
        return {
            "workspace": iter([(WORKSPACE, "Northwind", "{}", END - SPAN, END - SPAN, None)]),
            "agent": iter([(AGENT_ROW)]),
            "team": iter([(WORKSPACE, TEAM, "Returns", None, None, END - SPAN, None, 0)]),
            "inbox": iter([_inbox(MAIN, "main"), _inbox(SMALL, "small")]),
            "contact": self._contacts(),
            "identity": self._identities(),
            "conversation": self._conversations(),
            "conversation_inbox": (
                (WORKSPACE, self.conversation_id(one), self.inbox_id(one)) for one in range(self.conversations)
            ),
            "ticket": self._tickets(),
            "message": self._messages(),
            "mention": self._mentions(),
        }

    def _contacts(self) -> Iterator[Row]:
        for one in range(self.conversations):
            at = self.at(one * A_CONVERSATION)
            yield WORKSPACE, self.contact_id(one), self.name(one), None, None, "", "{}", "", *(None,) * 7, at, at, 0

    def _identities(self) -> Iterator[Row]:
        for one in range(self.conversations):
            at, address = self.at(one * A_CONVERSATION), self.address(one)
            yield WORKSPACE, "sandbox", address, self.contact_id(one), address, self.name(one), "channel", at, None, at

    def _conversations(self) -> Iterator[Row]:
        for one in range(self.conversations):
            last = self.last[one]
            began, ended, last_id = self.at(one * A_CONVERSATION), self.at(last), self.message_id(last)
            whose = (WORKSPACE, self.conversation_id(one), "direct", self.contact_id(one), None, None, "")
            yield (
                *whose,
                self.inbox_id(one),
                "sandbox",
                self.address(one),
                last_id,
                last_id,
                ended,
                None,
                "queue",
                None,
                0,
                *(None,) * 4,
                began,
                ended,
            )

    def _messages(self) -> Iterator[Row]:
        for number in range(self.messages):
            one, at = self.owner(number), self.at(number)
            where = (
                WORKSPACE,
                make_id(at, number, 0),
                self.conversation_id(one),
                "in",
                self.inbox_id(one),
                f"m{number}",
            )
            yield (
                *where,
                "sandbox",
                self.address(one),
                None,
                self.say(number).text,
                None,
                "",
                None,
                "{}",
                *(None,) * 3,
                at,
            )

    def _mentions(self) -> Iterator[Row]:
        for one in range(0, self.conversations, MENTIONED):
            yield WORKSPACE, AGENT, self.message_id(self.last[one]), self.conversation_id(one)

    def _tickets(self) -> Iterator[Row]:
        for one in range(self.conversations):
            ticket = self._ticket(one)
            row = structs.asdict(ticket) | {
                "workspace_id": WORKSPACE,
                "attributes": "{}",
                "tags": write_tags(ticket.tags),
                "waits_at": waits_at(ticket),
                "shelf": shelf_of(ticket.status),
                "signs": "",
                "current": 1,
                "rating_score": None,
                "rating_survey": None,
            }
            yield tuple(row[name] for name in _TICKET)

    def _ticket(self, one: int) -> Ticket:
        first, last = self.at(one * A_CONVERSATION), self.last[one]
        agent_id, team_id, status = self.fate(one)
        return Ticket(
            id=self.ticket_id(one),
            conversation_id=self.conversation_id(one),
            contact_id=self.contact_id(one),
            kind="question",
            status=status,
            owner_agent_id=agent_id,
            owner_team_id=team_id,
            title=self.name(one),
            preview=preview(self.say(last).text, PREVIEW_LENGTH),
            preview_by="in",
            place=None,
            subject=None,
            channel="sandbox",
            inbox_id=self.inbox_id(one),
            last_message_id=self.message_id(last),
            last_inbound_id=self.message_id(last),
            waiting_since=None if status == "resolved" else first,
            last_activity_at=self.at(last),
            snoozed_until=self.sorted_at(one) + DAY if status == "snoozed" else None,
            opened_at=first,
            resolved_at=self.sorted_at(one) if status == "resolved" else None,
            spam_at=None,
            begins_id=self.message_id(one * A_CONVERSATION),
        )

    def message_documents(self) -> Iterator[tuple[str, int, Said]]:
        """What search has of messages: reference, time, words."""
        return ((self.message_id(number), self.at(number), self.say(number)) for number in range(self.messages))

    def contact_documents(self) -> Iterator[tuple[str, int, Said]]:
        """The same of contacts."""
        for one in range(self.conversations):
            at, name, address = self.at(one * A_CONVERSATION), self.name(one), self.address(one)
            terms = words_of(Document("", at, f"{name}\n{name}\n{address}\n{address}"))
            places: dict[str, list[str]] = {}
            for place, term in enumerate(terms, 1):
                places.setdefault(term, []).append(str(place))
            vector = " ".join(f"'{MARK}{term}':{','.join(where)}" for term, where in places.items())
            yield self.contact_id(one), at, Said(name, " ".join(terms), vector)


AGENT_ROW = (
    *(WORKSPACE, AGENT, "agent@example.com", "Agneta", None, "agent", "{}", None, END - SPAN, END - SPAN),
    *(None,) * 6,
    0,
)


def _inbox(inbox_id: str, name: str) -> Row:
    return (
        WORKSPACE,
        inbox_id,
        f"bench-{name}",
        "sandbox",
        name,
        "{}",
        None,
        None,
        None,
        END - SPAN,
        None,
        None,
        None,
        0,
    )
