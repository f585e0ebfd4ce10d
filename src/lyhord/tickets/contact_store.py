"""What a filter of tickets asks of their contact, in statements: points of indexes, for each ticket that is looked at.

A ticket keeps the contact whose conversation it is about. What is known stands with the contact who survived merging.
"""

from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, literal, or_, select

from lyhord.contacts.consents.tables import consent
from lyhord.contacts.facts.tables import fact
from lyhord.contacts.tables import contact, trait
from lyhord.kit.database import values_in
from lyhord.tickets.tables import ticket

Held = tuple[ColumnElement[bool], ColumnElement[bool]]
"""That something has one of the values, and that it has none at all."""

_first, _second, _third, _survivor = contact.alias(), contact.alias(), contact.alias(), contact.alias()


def _into(one: Any, other: Any) -> ColumnElement[bool]:
    return and_(other.c.workspace_id == one.c.workspace_id, other.c.id == one.c.merged_into)


_survivor_id = (
    select(func.coalesce(_third.c.id, _second.c.id, _first.c.id))
    .select_from(_first.outerjoin(_second, _into(_first, _second)).outerjoin(_third, _into(_second, _third)))
    .where(_first.c.workspace_id == ticket.c.workspace_id, _first.c.id == ticket.c.contact_id)
    .correlate(ticket)
    .scalar_subquery()
)
"""Whoever was merged into somebody who was merged later is followed; a third time, which nobody has seen, isn't."""
_known = (
    select(_survivor.c.id)
    .where(_survivor.c.workspace_id == ticket.c.workspace_id, _survivor.c.id == _survivor_id)
    .correlate(ticket)
)
COLUMNS: dict[str, ColumnElement[Any]] = {"language": _survivor.c.language, "organization": _survivor.c.organization_id}
"""Fields of a contact that are columns."""


def has_value(column: ColumnElement[Any], values: str) -> Held:
    """About one of `COLUMNS`; `values` names the parameter."""
    return exists(_known.where(values_in(column, values))), ~exists(_known.where(column.isnot(None)))


def has_trait(kind: ColumnElement[str], values: str) -> Held:
    """About a tag or a value of an attribute; `kind` as `contacts.model.trait` has it."""
    here = trait.c.workspace_id == ticket.c.workspace_id
    theirs = (
        select(trait.c.value).where(here, trait.c.kind == kind, trait.c.contact_id == _survivor_id).correlate(ticket)
    )
    return exists(theirs.where(values_in(trait.c.value, values))), ~exists(theirs)


def has_fact(values: str) -> Held:
    """About kinds of what was stated and still holds: by the ticket's contact, or by whoever survived."""
    theirs = (
        select(fact.c.id)
        .where(*_theirs(fact), fact.c.kind != literal(""), fact.c.removed_at.is_(None), fact.c.retired_by.is_(None))
        .correlate(ticket)
    )
    return exists(theirs.where(values_in(fact.c.kind, values))), ~exists(theirs)


def has_consent(values: str) -> Held:
    """About purposes for which the latest answer on some channel is yes: of the ticket's contact, or of whoever survived."""
    later = consent.alias()
    about_the_same = and_(later.c.purpose == consent.c.purpose, later.c.channel == consent.c.channel)
    newer = or_(
        later.c.at > consent.c.at, and_(later.c.at == consent.c.at, later.c.recorded_at > consent.c.recorded_at)
    )
    replaced = exists(select(later.c.id).where(*_theirs(later), about_the_same, newer).correlate(ticket, consent))
    given = (
        select(consent.c.id).where(*_theirs(consent), consent.c.answer == literal("given"), ~replaced).correlate(ticket)
    )
    return exists(given.where(values_in(consent.c.purpose, values))), ~exists(given)


def _theirs(table: Any) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    whose = or_(table.c.contact_id == ticket.c.contact_id, table.c.contact_id == _survivor_id)
    return table.c.workspace_id == ticket.c.workspace_id, whose
