"""The statements of lists: the named ones, and whatever a filter says. Each is one range of one index."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    exists,
    func,
    literal,
    literal_column,
    or_,
    select,
    tuple_,
)

from lyhord.conversations.sharing.tables import shared_draft
from lyhord.conversations.tables import draft, mention, message, read_position
from lyhord.conversations.visibility import conversation_within
from lyhord.conversations.watching.model import MOST_WATCHED
from lyhord.conversations.watching.tables import watch
from lyhord.hearing.findings.model import ENTITY
from lyhord.hearing.findings.tables import heard
from lyhord.kit.database import Id, Statement, values_in, words_in
from lyhord.kit.ids import LOWEST_ID
from lyhord.tickets import contact_store as of_contact
from lyhord.tickets.about_store import about
from lyhord.tickets.filters import Attributed, Condition, Due, Filter, OneOf, Since, Whether
from lyhord.tickets.model import FAR
from lyhord.tickets.reasons.model import UNSURE
from lyhord.tickets.reasons.tables import ticket_reason
from lyhord.tickets.store import W, ticket_columns
from lyhord.tickets.tables import IS_COMPLAINT, ticket, ticket_trait
from lyhord.tickets.tasks.tables import IS_OPEN, task

Narrow = Callable[[Select[Any]], Select[Any]]

_rows = (
    select(*ticket_columns, read_position.c.message_id)
    .select_from(
        ticket.outerjoin(
            read_position,
            (read_position.c.workspace_id == ticket.c.workspace_id)
            & (read_position.c.agent_id == bindparam("viewer"))
            & (read_position.c.conversation_id == ticket.c.conversation_id),
        )
    )
    .where(ticket.c.workspace_id == W)
)
_places = select(ticket.c.shelf, ticket.c.waits_at, ticket.c.id).where(ticket.c.workspace_id == W)
_within = conversation_within(ticket.c.workspace_id, ticket.c.conversation_id)


class Listing(NamedTuple):
    """The statements of one list, for somebody who sees everything or for somebody who may not.

    `end` is the place up to which one answer looks through a list of which few tickets may be meant; None where all are. `named` are
    those tickets of the list that have these ids. `by_due`: the first to be due stands first.
    """

    end: Statement | None
    page: Statement
    size: Statement
    named: Statement
    by_due: bool


def _listing(narrow: Narrow, order: tuple[ColumnElement[Any], ...], *meant: ColumnElement[bool]) -> Listing:
    """`order` is `_on_a_shelf`; where a list has tickets of several shelves `_everywhere`, or `_of_few`. `meant`: what no index answers."""
    after = tuple_(*order) > tuple_(*(bindparam(f"after_{column.key}") for column in order))
    until = tuple_(*order) <= tuple_(*(bindparam(f"until_{column.key}") for column in order))
    some = (until, *meant) if meant else ()
    counted = narrow(_places).where(*some).limit(bindparam("most")).subquery()
    return Listing(
        end=Statement(narrow(_places).where(after).order_by(*order).limit(1).offset(bindparam("looked")))
        if meant
        else None,
        page=Statement(narrow(_rows).where(after, *some).order_by(*order).limit(bindparam("most"))),
        size=Statement(select(func.count()).select_from(counted)),
        named=Statement(narrow(_rows).where(values_in(ticket.c.id, "ids"), *meant)),
        by_due=order is _by_due,
    )


_on_a_shelf: tuple[ColumnElement[Any], ...] = (ticket.c.waits_at, ticket.c.id)
_everywhere: tuple[ColumnElement[Any], ...] = (ticket.c.shelf, *_on_a_shelf)
_by_due: tuple[ColumnElement[Any], ...] = (ticket.c.due_at.label("waits_at"), ticket.c.id)
# The same order, of which no index knows: where the tickets are few and found by their conversations. PostgreSQL took the order's index for
# it, and read ten million tickets for a page.
_of_few: tuple[ColumnElement[Any], ...] = (ticket.c.shelf.concat(literal_column("''")).label("shelf"), *_on_a_shelf)


def _mine(query: Select[Any]) -> Select[Any]:
    return query.where(ticket.c.owner_agent_id == bindparam("viewer"), ticket.c.shelf == "active")


def _unassigned(query: Select[Any]) -> Select[Any]:
    return query.where(ticket.c.owner_agent_id.is_(None), ticket.c.shelf == "active")


def _waiting(query: Select[Any]) -> Select[Any]:
    return query.where(ticket.c.shelf == "active", ticket.c.waits_at < FAR // 2)


def _all(query: Select[Any]) -> Select[Any]:
    return query.where(ticket.c.shelf == "active")


def _complaints(query: Select[Any]) -> Select[Any]:
    return query.where(IS_COMPLAINT, ticket.c.shelf == "active")


def _snoozed(query: Select[Any]) -> Select[Any]:
    return query.where(ticket.c.shelf == "snoozed")


def _resolved(query: Select[Any]) -> Select[Any]:
    return query.where(ticket.c.shelf == "resolved")


def _team(query: Select[Any]) -> Select[Any]:
    return query.where(ticket.c.owner_team_id == bindparam("of"), ticket.c.shelf == "active")


def _agent(query: Select[Any]) -> Select[Any]:
    return query.where(ticket.c.owner_agent_id == bindparam("of"), ticket.c.shelf == "active")


def _agent_waiting(query: Select[Any]) -> Select[Any]:
    return _agent(query).where(ticket.c.waits_at < FAR // 2)


def _team_waiting(query: Select[Any]) -> Select[Any]:
    return _team(query).where(ticket.c.waits_at < FAR // 2)


def _mentioned(query: Select[Any]) -> Select[Any]:
    latest = (
        select(mention.c.conversation_id)
        .where(mention.c.workspace_id == W, mention.c.agent_id == bindparam("viewer"))
        .order_by(mention.c.message_id.desc())
        .limit(bindparam("mentions"))
        .subquery()
    )
    return query.where(ticket.c.current == 1, ticket.c.conversation_id.in_(select(latest.c.conversation_id)))


def _watched(query: Select[Any]) -> Select[Any]:
    theirs = (
        select(watch.c.conversation_id)
        .where(watch.c.workspace_id == W, watch.c.agent_id == bindparam("viewer"))
        .limit(MOST_WATCHED)
        .subquery()
    )
    return query.where(ticket.c.current == 1, ticket.c.conversation_id.in_(select(theirs.c.conversation_id)))


def _late(query: Select[Any]) -> Select[Any]:
    return query.where(ticket.c.due_at.isnot(None), ticket.c.shelf == "active", ticket.c.due_at <= bindparam("now"))


def _at_risk(query: Select[Any]) -> Select[Any]:
    return query.where(ticket.c.due_at.isnot(None), ticket.c.shelf == "active", ticket.c.due_at > bindparam("now"))


_lists: dict[str, tuple[Any, ...]] = {
    "mine": (_mine, _on_a_shelf),
    "unassigned": (_unassigned, _on_a_shelf),
    "all": (_all, _on_a_shelf),
    "waiting": (_waiting, _on_a_shelf),
    "complaints": (_complaints, _on_a_shelf),
    "late": (_late, _by_due),
    "at_risk": (_at_risk, _by_due, ticket.c.risk_at <= bindparam("now")),
    "snoozed": (_snoozed, _on_a_shelf),
    "resolved": (_resolved, _on_a_shelf),
    "mentioned": (_mentioned, _of_few),
    "watched": (_watched, _of_few),
    "team": (_team, _on_a_shelf),
    "agent": (_agent, _on_a_shelf),
    "agent_waiting": (_agent_waiting, _on_a_shelf),
    "team_waiting": (_team_waiting, _on_a_shelf),
    "spam": (_resolved, _on_a_shelf, ticket.c.spam_at.isnot(None)),
}
OF_SOMEBODY = frozenset(("team", "agent", "agent_waiting", "team_waiting"))
"""Those that need to be told whose: a team's or a colleague's, as in `team:<id>`."""
named_lists = {
    (name, limited): _listing(narrow, order, *meant, *((_within,) if limited else ()))
    for name, (narrow, order, *meant) in _lists.items()
    for limited in (False, True)
}
"""The lists of an inbox by name, for a limited reach or for all of it."""


_late_owners = (
    _late(select(ticket.c.owner_agent_id, ticket.c.owner_team_id).where(ticket.c.workspace_id == W))
    .order_by(*_by_due)
    .limit(bindparam("most"))
)
late_owners = {
    limited: Statement(_late_owners.where(_within) if limited else _late_owners) for limited in (False, True)
}
_newest_tags = (
    select(ticket.c.tags).where(ticket.c.workspace_id == W).order_by(ticket.c.id.desc()).limit(bindparam("most"))
)
newest_tags = {
    limited: Statement(_newest_tags.where(_within) if limited else _newest_tags) for limited in (False, True)
}
"""The tags of the newest tickets, a row each."""


@lru_cache(maxsize=256)
def filtered(shape: Filter, shelf: str | None, *, limited: bool, named: int | None = None) -> Listing:
    """The list that a filter makes, by its shape: values are bound (`filters.values_of`).

    `named`: the place of the condition for names that few messages have: their tickets are bound as `few`.
    """

    def narrow(query: Select[Any]) -> Select[Any]:
        return query.where(ticket.c.shelf == shelf) if shelf else query

    wanted = [_asked(place, one) for place, one in enumerate(shape.conditions) if place != named]
    meant = [and_(*wanted) if shape.match == "all" else or_(*wanted)] if wanted else []
    within = [_within] if limited else []
    if named is None:
        return _listing(narrow, _on_a_shelf if shelf else _everywhere, *meant, *within)
    few = values_in(ticket.c.id, "few")
    return _listing(lambda query: query.where(few, *meant, *within), _of_few)


tickets_naming = Statement(
    select(about)
    .select_from(
        heard.join(message, (message.c.workspace_id == heard.c.workspace_id) & (message.c.id == heard.c.message_id))
    )
    .where(heard.c.workspace_id == W, values_in(heard.c.named, "values"))
    .limit(bindparam("most"))
)
"""What messages are about that name one of these, at most so many of them; null where one is about no ticket."""


_fields: dict[str, ColumnElement[Any]] = {
    "status": ticket.c.status,
    "owner": ticket.c.owner_agent_id,
    "team": ticket.c.owner_team_id,
    "inbox": ticket.c.inbox_id,
    "channel": ticket.c.channel,
    "kind": ticket.c.kind,
    "mood": ticket.c.mood,
    "last_words": ticket.c.preview_by,
    "rating": ticket.c.rating,
}
_moments = {
    "waiting": ticket.c.waiting_since,
    "opened": ticket.c.opened_at,
    "activity": ticket.c.last_activity_at,
    "resolved": ticket.c.resolved_at,
}
_drafts = select(draft.c.conversation_id).where(
    draft.c.workspace_id == ticket.c.workspace_id,
    draft.c.agent_id == bindparam("viewer"),
    draft.c.conversation_id == ticket.c.conversation_id,
)
_shared = select(shared_draft.c.conversation_id).where(
    shared_draft.c.workspace_id == ticket.c.workspace_id,
    shared_draft.c.agent_id == bindparam("viewer"),
    shared_draft.c.conversation_id == ticket.c.conversation_id,
)
_watches = select(watch.c.conversation_id).where(
    watch.c.workspace_id == ticket.c.workspace_id,
    watch.c.agent_id == bindparam("viewer"),
    watch.c.conversation_id == ticket.c.conversation_id,
)
_seen = read_position.alias()
_read = select(_seen.c.message_id).where(
    _seen.c.workspace_id == ticket.c.workspace_id,
    _seen.c.agent_id == bindparam("viewer"),
    _seen.c.conversation_id == ticket.c.conversation_id,
    _seen.c.message_id >= ticket.c.last_inbound_id,
)
_states: dict[str, ColumnElement[bool]] = {
    "waiting": ticket.c.waiting_since.isnot(None),
    "unread": and_(ticket.c.last_inbound_id.isnot(None), ~exists(_read)),
    "draft": or_(exists(_drafts), exists(_shared)),
    "watched": exists(_watches),
    "spam": ticket.c.spam_at.isnot(None),
    "public": ticket.c.place.isnot(None),
}


def _asked(place: int, one: Condition) -> ColumnElement[bool]:
    """One condition, never null: so that its opposite is what people mean by it."""
    match one:
        case OneOf() | Attributed():
            has, empty = _has(place, one)
            return _negated(or_(has, empty) if one.values else has, one.but)
        case Since():
            moment = _moments[one.field]
            compare = moment.__gt__ if one.shorter else moment.__le__
            return and_(moment.isnot(None), compare(bindparam(f"moment_{place}")))
        case Due():
            return _is_due(one, bindparam(f"moment_{place}"))
        case Whether():
            return _negated(_states[one.field], one.but)


def _is_due(one: Due, moment: ColumnElement[Any]) -> ColumnElement[bool]:
    """That something is due by a moment, or with `later` after it."""
    if one.field == "answer":
        return and_(ticket.c.due_at.isnot(None), ticket.c.due_at > moment if one.later else ticket.c.due_at <= moment)
    theirs = select(task.c.id).where(
        task.c.workspace_id == ticket.c.workspace_id,
        task.c.conversation_id == ticket.c.conversation_id,
        task.c.ticket_id == ticket.c.id,
        IS_OPEN,
        task.c.due_at.isnot(None),
    )
    by_then = exists(theirs.where(task.c.due_at <= moment).correlate(ticket))
    return and_(exists(theirs.correlate(ticket)), ~by_then) if one.later else by_then


def _has(place: int, one: OneOf | Attributed) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """That the field has one of the values, and that it has none at all."""
    values = f"values_{place}"
    if isinstance(one, Attributed) and one.subject == "ticket":
        return _has_attribute(f"kind_{place}", values)
    if isinstance(one, Attributed):
        return of_contact.has_trait(bindparam(f"kind_{place}"), values)
    if one.field == "stage":
        return _on_stage(f"_{place}"), ~_on_stage(f"_{place}", "any_")
    if one.field in _words:
        return words_in(_words[one.field], values), _words[one.field] == literal("")
    if one.field in _rows_of:
        return _rows_of[one.field](values)
    if one.field in of_contact.COLUMNS:
        return of_contact.has_value(of_contact.COLUMNS[one.field], values)
    column = _fields[one.field]
    return and_(column.isnot(None), values_in(column, values)), column.is_(None)


def _has_attribute(key: str, values: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    theirs = (
        select(ticket_trait.c.value)
        .where(
            ticket_trait.c.workspace_id == ticket.c.workspace_id,
            ticket_trait.c.ticket_id == ticket.c.id,
            ticket_trait.c.key == bindparam(key),
        )
        .correlate(ticket)
    )
    return exists(theirs.where(values_in(ticket_trait.c.value, values))), ~exists(theirs)


def _has_reason(values: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """That one of its reasons is among these, and that nobody is sure of any."""
    theirs = (
        select(ticket_reason.c.place)
        .where(
            ticket_reason.c.workspace_id == ticket.c.workspace_id,
            ticket_reason.c.ticket_id == ticket.c.id,
            ticket_reason.c.by != literal_column(f"'{UNSURE}'"),
            values_in(ticket_reason.c.reason_id, values),
        )
        .correlate(ticket)
    )
    return exists(theirs), ticket.c.reason_id.is_(None)


def _names(values: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """That a message about it names one of these, and that none names anything. Reads no message from before the ticket."""
    theirs = (
        select(heard.c.message_id)
        .select_from(
            message.join(
                heard,
                (heard.c.workspace_id == message.c.workspace_id)
                & (heard.c.message_id == message.c.id)
                & (heard.c.kind == literal_column(f"'{ENTITY}'")),
            )
        )
        .where(
            message.c.workspace_id == ticket.c.workspace_id,
            message.c.conversation_id == ticket.c.conversation_id,
            message.c.id >= func.coalesce(ticket.c.begins_id, literal(LOWEST_ID, Id())),
            about == ticket.c.id,
        )
        .correlate(ticket)
    )
    return exists(theirs.where(values_in(heard.c.named, values))), ~exists(theirs)


def _has_contact_tag(values: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return of_contact.has_trait(literal("tag"), values)


_words: dict[str, ColumnElement[str]] = {"tag": ticket.c.tags, "heard": ticket.c.signs}
_rows_of: dict[str, Callable[[str], tuple[ColumnElement[bool], ColumnElement[bool]]]] = {
    "reason": _has_reason,
    "entity": _names,
    "contact_tag": _has_contact_tag,
    "consent": of_contact.has_consent,
    "fact": of_contact.has_fact,
}
"""Fields that stand in rows of their own."""


_colon: ColumnElement[str] = literal_column("':'")
_empty: ColumnElement[str] = literal_column("''")
_status_of_kind = ticket.c.kind.concat(_colon).concat(ticket.c.status)
_chosen_in_kind = (
    ticket.c.kind.concat(_colon).concat(func.coalesce(ticket.c.stage, _empty)).concat(_colon).concat(ticket.c.status)
)


def _on_stage(place: str, prefix: str = "") -> ColumnElement[bool]:
    """That the ticket stands on a stage, by the lists of `kinds.model.stands`."""
    return or_(
        values_in(_chosen_in_kind, f"{prefix}chosen{place}"),
        and_(
            values_in(_status_of_kind, f"{prefix}first{place}"),
            ~values_in(_chosen_in_kind, f"{prefix}others{place}"),
        ),
    )


def _negated(condition: ColumnElement[bool], but: bool) -> ColumnElement[bool]:
    return ~condition if but else condition


ids_of_conversations = Statement(
    select(ticket.c.id).where(ticket.c.workspace_id == W, values_in(ticket.c.conversation_id, "ids"))
)
row_by_id = {
    False: Statement(_rows.where(ticket.c.id == bindparam("id"))),
    True: Statement(_rows.where(ticket.c.id == bindparam("id"), _within)),
}
