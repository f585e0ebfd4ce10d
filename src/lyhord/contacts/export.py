"""Contacts as a CSV file that a spreadsheet can open without running anything in it."""

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from lyhord.contacts.model import Contact, Definition
from lyhord.kit import sheets

COLUMNS = ("lyhord_id", "name", "email", "phone", "other", "organization", "tags", "language", "about")
LAST_COLUMNS = ("attributes", "blocked", "created_at", "facts")
"""`attributes` has what the workspace has no field for; each of its fields is a column before it."""


def header(fields: Sequence[Definition]) -> str:
    """The first line, with the mark by which spreadsheets know UTF-8."""
    return sheets.MARK + sheets.lines([(*COLUMNS, *(one.name for one in fields), *LAST_COLUMNS)])


def lines(
    contacts: Iterable[Contact],
    fields: Sequence[Definition],
    organizations: Mapping[str, str],
    facts: Mapping[str, Sequence[str]],
) -> str:
    """A line for each contact, with the names of organizations by id, and with the facts of contacts by theirs."""
    return sheets.lines((*_row(one, fields, organizations), "; ".join(facts.get(one.id, ()))) for one in contacts)


def _row(contact: Contact, fields: Sequence[Definition], organizations: Mapping[str, str]) -> tuple[str, ...]:
    shown: dict[str, list[str]] = {"email": [], "tel": [], "": []}
    for one in contact.identities:
        other = f"{one.scheme}:{one.shown}"
        shown[one.scheme if one.scheme in shown else ""].append(one.shown if one.scheme in shown else other)
    keys = [one.key for one in fields]
    rest = {key: value for key, value in contact.attributes.items() if key not in keys}
    return (
        contact.id,
        contact.name,
        "; ".join(shown["email"]),
        "; ".join(shown["tel"]),
        "; ".join(shown[""]),
        organizations.get(contact.organization_id or "", ""),
        ", ".join(contact.tags),
        contact.language or "",
        contact.about,
        *(sheets.cell(contact.attributes.get(key)) for key in keys),
        msgspec.json.encode(rest).decode() if rest else "",
        sheets.moment(contact.blocked_at),
        sheets.moment(contact.created_at),
    )
