"""Imports as screens see them."""

from collections.abc import Iterable, Sequence

from msgspec import Struct

from lyhord.contacts.imports import store
from lyhord.contacts.imports.actions import plan_rows, read_import
from lyhord.contacts.imports.model import Import, Options, Outcome, Refusal, Row
from lyhord.kit import sheets
from lyhord.kit.database import ReadTx
from lyhord.kit.ids import HIGHEST_ID
from lyhord.kit.words import say

COLUMNS = ("line", "outcome", "reason", "what", "contact_id")


class Foreseen(Struct, frozen=True):
    """What would become of a row of the file."""

    line: int
    outcome: Outcome
    reason: str
    what: str
    name: str
    addresses: list[str]
    tags: tuple[str, ...]


def list_imports(tx: ReadTx, before: str | None, most: int) -> list[Import]:
    """Imports, the latest first."""
    return [read_import(row)[0] for row in tx.all(store.latest, before=before or HIGHEST_ID, most=most)]


def foresee(tx: ReadTx, rows: Sequence[tuple[int, Row | Refusal]], options: Options) -> list[Foreseen]:
    """What would become of rows, in their order."""
    found = []
    for step in plan_rows(tx, rows, options).steps:
        refusal, contact = step.refusal or Refusal(""), step.contact
        name, tags = (contact.name, contact.tags) if contact else ("", ())
        addresses = [one.shown for one in contact.identities] if contact else []
        found.append(Foreseen(step.line, step.outcome, refusal.reason, refusal.what, name, addresses, tags))
    return found


def report_lines(rows: Iterable[Sequence[object]], locale: str) -> str:
    """A line of CSV for each row: (line, outcome, reason, what, contact). Words are those of the locale."""
    return sheets.lines(
        (
            str(line),
            say(locale, f"imports.outcome_{outcome}"),
            say(locale, str(reason)) if reason else "",
            str(what),
            str(contact_id or ""),
        )
        for line, outcome, reason, what, contact_id in rows
    )
