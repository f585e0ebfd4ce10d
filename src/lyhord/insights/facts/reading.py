"""Facts as the tables have them now, and what changed since somewhere in the log."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec
from msgspec import Struct

from lyhord.contacts.actions.attributes import list_attributes
from lyhord.contacts.events import OrganizationChanged
from lyhord.contacts.lineage import members_of, survivors
from lyhord.conversations.model import read_more
from lyhord.hearing import following as hearing
from lyhord.hearing.entities.reading import read_book
from lyhord.hearing.events import AllHeard
from lyhord.hearing.findings.actions import Row, findings_of
from lyhord.hearing.findings.model import COMPLAINT, ENTITY, MOOD, REASON
from lyhord.insights import rollups
from lyhord.insights.facts import store
from lyhord.insights.facts.model import NAMED, TICKETS, Measured, MessageFact, Spoken, Table, TicketFact, measure
from lyhord.insights.store import teams_of_agents
from lyhord.kit.database import ReadTx
from lyhord.kit.database.log import read_events, read_head
from lyhord.kit.events import kind_of
from lyhord.kit.ids import LOWEST_ID, id_time
from lyhord.tickets.kinds.model import COMPLAINT as KIND_COMPLAINT
from lyhord.tickets.levels import following as clocks
from lyhord.tickets.reasons import following as reasons
from lyhord.tickets.reasons.actions import reasons_of
from lyhord.tickets.reasons.model import UNSURE
from lyhord.tickets.reasons.signs import LIKELY

AHEAD: Mapping[str, tuple[str, ...]] = {
    one.name: tuple(map(kind_of, one.kinds or ()))
    for one in (hearing.FOLLOWER, reasons.FOLLOWER, rollups.FOLLOWER, clocks.FOLLOWER)
}
"""The followers that write what facts are made of, and what each waits for: facts go no further than they do."""
NOBODY = Measured(0, 0, [], 0, [])
Chosen = dict[str, dict[str, str]]


class Changes(Struct, frozen=True):
    """What events between two numbers of the log touch. `last` is the number of the last of them, `more` whether others follow."""

    last: int
    more: bool
    conversation_ids: frozenset[str]
    contact_ids: frozenset[str]
    message_ids: frozenset[str]
    organization_ids: frozenset[str] = frozenset()


class Head(Struct, frozen=True):
    """Where the log ends, and up to which event everything that facts are made of is written."""

    epoch: int
    seq: int
    sure: int


class Facts(Struct, frozen=True):
    """Rows as they are now of everything that was asked for. `stale_ids`: conversations of which all rows of tickets are in `tickets`;
    `gone_ids` of these don't exist any more. `message_ids`: messages of which all rows are in `messages`.
    """

    tickets: list[TicketFact]
    messages: list[MessageFact]
    stale_ids: frozenset[str] = frozenset()
    gone_ids: frozenset[str] = frozenset()
    message_ids: frozenset[str] = frozenset()

    def stale_of(self, table: Table) -> frozenset[str]:
        """The ids by which older rows of a table are known."""
        return self.stale_ids if table is TICKETS else self.message_ids

    def with_newer(self, newer: "Facts") -> "Facts":
        """These, and in the place of what changed since, `newer`."""
        old_tickets = [one for one in self.tickets if one.conversation_id not in newer.stale_ids]
        left = newer.message_ids, newer.gone_ids
        old_messages = [
            one for one in self.messages if one.message_id not in left[0] and one.conversation_id not in left[1]
        ]
        return Facts(
            tickets=old_tickets + newer.tickets,
            messages=old_messages + newer.messages,
            stale_ids=self.stale_ids | newer.stale_ids,
            gone_ids=self.gone_ids | newer.gone_ids,
            message_ids=self.message_ids | newer.message_ids,
        )


class _Touched(Struct):
    conversation_id: str | None = None
    contact_id: str | None = None
    into_id: str | None = None
    from_id: str | None = None
    message_id: str | None = None
    message_ids: tuple[str, ...] = ()
    organization_id: str | None = None


_decode = msgspec.json.Decoder(_Touched).decode
_QUIET = ("conversation.read", "conversation.seen", "draft.changed", "delivery.changed", "notification.", "agent.")
"""Events of which no fact is made."""
_OF_ORGANIZATIONS = kind_of(OrganizationChanged)
_OF_CONTACTS = ("contact.merged", "contact.separated", "contact.erased", "contact.changed")


def read_head_of(tx: ReadTx) -> Head:
    """Where the log ends; nothing is sure as long as one of the followers hasn't begun."""
    found = tx.one(read_head)
    if found is None:
        return Head(0, 0, 0)
    seq, epoch = found
    sure = seq
    cursors: dict[str, int] = dict(tx.all(store.cursors_of, names=list(AHEAD)))
    for name, kinds in AHEAD.items():
        waits_for = tx.value(store.first_of_kinds, after=cursors[name], kinds=list(kinds)) if name in cursors else 1
        sure = min(sure, seq if waits_for is None else waits_for - 1)
    return Head(epoch, seq, sure)


def is_all_heard(tx: ReadTx, after: int, until: int) -> bool:
    """Whether everything was heard anew between two numbers of the log: then rows are others of which no event tells."""
    heard = tx.value(store.first_of_kinds, after=after, kinds=[kind_of(AllHeard)])
    return heard is not None and bool(heard <= until)


def read_changes(tx: ReadTx, after: int, until: int, most: int) -> Changes:
    """What at most `most` events after a number of the log touch, `until` another."""
    rows = [row for row in tx.all(read_events, after=after, most=most + 1) if row[0] <= until]
    more = len(rows) > most
    talks: set[str] = set()
    people: set[str] = set()
    said: set[str] = set()
    houses: set[str] = set()
    for _, kind, _, _, body, _ in rows[:most]:
        if kind.startswith(_QUIET):
            continue
        touched = _decode(body)
        if touched.conversation_id:
            talks.add(touched.conversation_id)
        if kind.startswith("message."):
            said |= {*touched.message_ids, *([touched.message_id] if touched.message_id else [])}
        if kind == _OF_ORGANIZATIONS and touched.organization_id:
            houses.add(touched.organization_id)
        if kind in _OF_CONTACTS:
            people |= {one for one in (touched.contact_id, touched.into_id, touched.from_id) if one}
    last = rows[:most][-1][0] if rows else until
    last = last if more else until
    return Changes(last, more, frozenset(talks), frozenset(people), frozenset(said), frozenset(houses))


def read_facts(tx: ReadTx, changes: Changes) -> Facts:
    """The rows as they are now of all that changed."""
    asked, people = set(changes.conversation_ids), set(changes.contact_ids)
    if changes.organization_ids:
        people |= {row[0] for row in tx.all(store.members_of_organizations, ids=sorted(changes.organization_ids))}
    if people:
        asked |= {row[0] for row in tx.all(store.conversations_of, ids=sorted(people))}
    everything = _families(tx, asked)
    known = {row[0] for row in tx.all(store.there, ids=sorted(asked))} if asked else set()
    return Facts(
        tickets=read_tickets(tx, everything),
        messages=read_messages(tx, changes.message_ids),
        stale_ids=frozenset(everything | asked),
        gone_ids=frozenset(asked - known),
        message_ids=changes.message_ids,
    )


def _families(tx: ReadTx, conversation_ids: Collection[str]) -> set[str]:
    """These conversations, with all of everybody who is one with whom they are with: they have one timeline."""
    if not conversation_ids:
        return set()
    whose = {row[0] for row in tx.all(store.contacts_of, ids=sorted(conversation_ids))}
    everybody = members_of(tx, survivors(tx, whose).values()) if whose else {}
    theirs = {row[0] for row in tx.all(store.conversations_of, ids=sorted(everybody))} if everybody else set()
    return set(conversation_ids) | theirs


def read_tickets(tx: ReadTx, conversation_ids: Collection[str]) -> list[TicketFact]:
    """The tickets of whole timelines, spam aside."""
    rows = tx.all(store.tickets_of, ids=sorted(conversation_ids)) if conversation_ids else []
    if not rows:
        return []
    ids = [row[0] for row in rows]
    told = _measured(tx, conversation_ids)
    last = survivors(tx, {row[2] for row in rows if row[2]})
    teams = _teams_alone(tx, {row[6] for row in rows if row[6]})
    kept: defaultdict[str, Counter[int]] = defaultdict(Counter)
    for ticket_id, was_kept, count in tx.all(store.promises_of, ids=ids):
        kept[ticket_id][was_kept] += count
    reopened = {row[0]: int(row[1]) for row in tx.all(store.reopened_of, ids=ids)}
    following = _next_times(rows, last)
    why, chosen = reasons_of(tx, ids), _list_chosen(tx)
    found = []
    for row in rows:
        its = [one.reason_id for one in why.get(row[0], ()) if one.by != UNSURE and one.reason_id]
        contact_id, team_id = last.get(row[2], row[2]), row[5] or teams.get(row[6])
        beside = _Beside(contact_id, team_id, its, reopened.get(row[0], 0), following.get(row[0]), kept[row[0]], chosen)
        found.append(_fact(row, told.get(row[0], NOBODY), beside))
    return found


class _Beside(NamedTuple):
    """What stands beside a ticket's row."""

    contact_id: str | None
    team_id: str | None
    reasons: list[str]
    reopened: int
    next_at: int | None
    promises: Counter[int]
    chosen: Chosen


def _fact(row: tuple[Any, ...], told: Measured, beside: _Beside) -> TicketFact:
    ticket_id, conversation_id, _, kind, status, _, agent_id, channel, inbox_id, opened_at, resolved_at, *rest = row
    tags, attributes, language, organization_id, theirs, rating, score, survey, contact_tags, houses = rest
    traits = dict(told.names)
    for subject, kept in (("organization", houses), ("contact", theirs), ("ticket", attributes)):
        traits |= _choices(kept, beside.chosen[subject])
    return TicketFact(
        ticket_id=ticket_id,
        conversation_id=conversation_id,
        contact_id=beside.contact_id,
        organization_id=organization_id,
        opened_at=opened_at,
        resolved_at=resolved_at if status == "resolved" else None,
        reopened=beside.reopened,
        kind=kind,
        status=status,
        reason_id=beside.reasons[0] if beside.reasons else None,
        reasons=beside.reasons,
        mood_start=told.moods[0] if told.moods else None,
        mood_end=told.moods[-1] if told.moods else None,
        channel=channel,
        inbox_id=inbox_id,
        team_id=beside.team_id,
        agent_id=agent_id,
        language=language,
        tags=sorted(tags.split()),
        place=traits.get("place"),
        product=traits.get("product"),
        segment=traits.get("segment"),
        contact_tags=sorted((contact_tags or "").split()),
        messages_in=told.messages_in,
        answers=told.answers,
        first_wait=told.waits[0] if told.waits else None,
        waits=told.waits,
        work=told.work,
        next_at=beside.next_at,
        promises_kept=beside.promises[1],
        promises_broken=beside.promises[0],
        complaint=int(kind == KIND_COMPLAINT or told.complains),
        rating=rating,
        rating_score=score,
        rating_survey=survey,
    )


def _list_chosen(tx: ReadTx) -> Chosen:
    """By whose they are, and by key, which attributes that are choices of a list say one of `NAMED`.

    What is written freely may be anything, a name too, and comes into no file.
    """
    found: Chosen = {"organization": {}, "contact": {}, "ticket": {}}
    for one in list_attributes(tx):
        named = next((told for told, names in NAMED.items() if one.key.casefold() in names), None)
        if one.kind == "choice" and one.subject in found and named:
            found[one.subject][one.key] = named
    return found


def _choices(kept: str | None, chosen: Mapping[str, str]) -> dict[str, str]:
    """What attributes say of those."""
    if not kept or kept == "{}":
        return {}
    found: dict[str, Any] = msgspec.json.decode(kept)
    return {named: str(found[key]) for key, named in chosen.items() if found.get(key)}


def _measured(tx: ReadTx, conversation_ids: Collection[str]) -> dict[str, Measured]:
    """By ticket what was said about it."""
    spoken: defaultdict[str, list[Spoken]] = defaultdict(list)
    rows = sorted(tx.all(store.spoken_in, ids=sorted(conversation_ids)), key=lambda row: row[0])
    heard = findings_of(tx, {row[0] for row in rows if row[2] == "in"})
    own = _read_own(tx) if any(one.kind == ENTITY for its in heard.values() for one in its) else frozenset()
    for message_id, ticket_id, direction, agent_id, automatic, taken in rows:
        if ticket_id is not None:
            answers = bool(taken) or (direction == "out" and not automatic)
            its = heard.get(message_id, ())
            complains = any(one.kind == COMPLAINT and one.confidence >= LIKELY for one in its)
            mood, names = _value(its, MOOD), _names_in(its, own)
            spoken[ticket_id].append(Spoken(id_time(message_id), direction, answers, agent_id, mood, complains, names))
    return {ticket_id: measure(its) for ticket_id, its in spoken.items()}


def _read_own(tx: ReadTx) -> frozenset[str]:
    """As findings have them: the workspace's own names of products and places. A pattern of that name finds what people wrote freely."""
    book = read_book(tx)
    kinds = (("product", book.products), ("place", book.places))
    return frozenset(f"{kind}:{name}" for kind, names in kinds for name in names)


def _names_in(findings: Iterable[Row], own: Collection[str]) -> dict[str, str]:
    """The first product and the first place that a message names."""
    found: dict[str, str] = {}
    for one in sorted(findings, key=lambda one: one.start or 0):
        if one.kind == ENTITY and one.value in own:
            kind, _, name = one.value.partition(":")
            found.setdefault(kind, name)
    return found


def _value(findings: Iterable[Row], kind: str) -> str | None:
    """The surest finding of a kind."""
    return next((one.value for one in findings if one.kind == kind), None)


def _teams_alone(tx: ReadTx, agent_ids: Collection[str]) -> dict[str, str]:
    """By agent the team of those who are in one team only."""
    rows = tx.all(teams_of_agents, ids=sorted(agent_ids)) if agent_ids else []
    often = Counter(agent_id for agent_id, _ in rows)
    return {agent_id: team_id for agent_id, team_id in rows if often[agent_id] == 1}


def _next_times(rows: Sequence[tuple[Any, ...]], last: dict[str, str]) -> dict[str, int]:
    """By ticket when the same contact opened the next; `rows` come in the order of opening."""
    before: dict[str, list[str]] = {}
    found: dict[str, int] = {}
    for row in rows:
        whose = last.get(row[2], row[2]) or row[1]
        for one in before.get(whose, ()):
            found[one] = row[9]
        before[whose] = [row[0]]
    return found


def read_messages(tx: ReadTx, message_ids: Iterable[str]) -> list[MessageFact]:
    """The messages of these ids that count."""
    ids = sorted(message_ids)
    rows = tx.all(store.messages_by_id, ids=ids) if ids else []
    heard = findings_of(tx, [row[0] for row in rows if row[2] == "in"])
    found = []
    for message_id, conversation_id, direction, inbox_id, agent_id, stored, channel in rows:
        more = read_more(stored)
        found.append(
            MessageFact(
                message_id=message_id,
                conversation_id=conversation_id,
                said_at=id_time(message_id),
                direction=direction,
                automatic=int("automatic" in more.flags),
                channel=channel,
                inbox_id=inbox_id,
                agent_id=agent_id,
                language=(more.translation.language or None) if more.translation else None,
                mood=_value(heard.get(message_id, ()), MOOD),
                reason_id=_value(heard.get(message_id, ()), REASON),
            )
        )
    return found


def page_of_conversations(tx: ReadTx, after: str, most: int) -> tuple[list[TicketFact], str | None]:
    """The tickets of the next `most` conversations, each contact's with the first of theirs; and the id to go on after, None at the end."""
    ids = [row[0] for row in tx.all(store.conversation_ids_after, after=after, most=most)]
    family = _families(tx, ids)
    mine = set(ids)
    tickets = [one for one in read_tickets(tx, family) if one.conversation_id in mine]
    return tickets, ids[-1] if len(ids) == most else None


def page_of_messages(tx: ReadTx, after: str, most: int) -> tuple[list[MessageFact], str | None]:
    """The next messages, the earliest first, and the id to go on after."""
    ids = [row[0] for row in tx.all(store.message_ids_after, after=after, most=most)]
    return sorted(read_messages(tx, ids), key=lambda one: one.message_id), ids[-1] if len(ids) == most else None


START = LOWEST_ID
