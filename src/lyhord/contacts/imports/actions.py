"""Taking a file in: made ready, started, a chunk of rows at a time, cancelled or done."""

from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec.structs import replace

from lyhord.contacts import store as contacts
from lyhord.contacts.actions.edit import put_contact, put_traits
from lyhord.contacts.actions.find import contact_row, identity_row
from lyhord.contacts.actions.organizations import OrganizationChange, create_organization
from lyhord.contacts.events import ContactChanged, ContactCreated, ImportAdvanced
from lyhord.contacts.imports import store
from lyhord.contacts.imports.model import Counts, Import, Options, Refusal, Row
from lyhord.contacts.imports.planning import Plan, Planner, Step
from lyhord.contacts.model import Contact, key_of, trait, write_tags
from lyhord.kit.database import ReadTx, Tx
from lyhord.kit.database.jobs_table import enqueue
from lyhord.kit.problems import Invalid, NotFound, Taken
from lyhord.kit.text import clean_name
from lyhord.workspaces.actions.audit import record

JOB = "contact_import"
CHUNK = 200
"""Rows that one transaction takes in."""
_options = msgspec.json.Decoder(Options)


def read_import(row: Sequence[Any]) -> tuple[Import, str | None]:
    """An import from a row of the store, and the file that it still needs."""
    counts = Counts(*row[5:9])
    return (
        Import(
            id=row[0],
            name=row[1],
            status=row[2],
            options=_options.decode(row[3]),
            rows=row[4],
            counts=counts,
            problem=row[9],
            made_by=row[10],
            made_at=row[11],
            ended_at=row[12],
        ),
        row[13],
    )


def get_import(tx: ReadTx, import_id: str) -> tuple[Import, str | None]:
    """An import, and the file that it still needs; raises `NotFound`."""
    row = tx.one(store.by_id, id=import_id)
    if row is None:
        raise NotFound("There is no such import.")
    return read_import(row)


def prepare_import(tx: Tx, name: str, file: str, options: Options, rows: int) -> Import:
    """A file that lies in the store, and how it is likely to be read."""
    ready = Import(
        id=tx.new_id(),
        name=clean_name(name),
        status="ready",
        options=options,
        rows=rows,
        counts=Counts(),
        problem=None,
        made_by=tx.actor,
        made_at=tx.now,
        ended_at=None,
    )
    row = {"id": ready.id, "name": ready.name, "made_by": ready.made_by, "made_at": ready.made_at}
    tx.run_many(store.insert_import, [row | _changing(ready, file)])
    return ready


def start_import(tx: Tx, import_id: str, options: Options, rows: int) -> Import:
    """Let the job begin. Raises `NotFound`, `Taken` where it was started already, `Invalid` where no column is an address."""
    ready, file = get_import(tx, import_id)
    if ready.status != "ready":
        raise Taken("The import was started already.", key="problem.import_started")
    if not {"email", "phone", "external_id"}.intersection(options.fields):
        raise Invalid(
            "Say which column has the addresses.",
            fields={"fields": "imports.no_address_column"},
            key="imports.no_address_column",
        )
    started = replace(ready, status="running", options=options, rows=rows)
    _write(tx, started, file)
    enqueue(tx, JOB, {"id": import_id})
    record(tx, "contacts.imported", f"import:{import_id}", name=ready.name, rows=rows)
    return started


def cancel_import(tx: Tx, import_id: str) -> Import:
    """Take in no further row; those that were stay. One that has ended stays as it is. Raises `NotFound`."""
    found, _ = get_import(tx, import_id)
    if found.status not in ("ready", "running"):
        return found
    ended = replace(found, status="cancelled", ended_at=tx.now)
    _write(tx, ended, None)
    return ended


def fail_import(tx: Tx, import_id: str, problem: str) -> None:
    """It can't go on; what was taken in stays."""
    found, _ = get_import(tx, import_id)
    if found.status == "running":
        _write(tx, replace(found, status="failed", problem=problem, ended_at=tx.now), None)


def plan_rows(tx: ReadTx, rows: Sequence[tuple[int, Row | Refusal]], options: Options) -> Plan:
    """What would become of rows; those made have ids of no meaning."""
    count = iter(range(len(rows) * 2))
    return Planner(tx, rows, lambda: f"new {next(count)}").plan(options.replace)


def import_rows(tx: Tx, import_id: str, place: int, rows: Sequence[tuple[int, Row | Refusal]], last: bool) -> bool:
    """Take in the rows from number `place` on; whether more may follow. What was taken in already, by whomever, changes nothing."""
    found, file = get_import(tx, import_id)
    if found.status != "running" or found.counts.rows != place:
        return False
    plan = Planner(tx, rows, tx.new_id).plan(found.options.replace)
    for organization_id, name in plan.organizations:
        create_organization(tx, OrganizationChange(name=name), organization_id)
    _make(tx, import_id, [step for step in plan.steps if step.outcome == "made"])
    _change(tx, [step for step in plan.steps if step.outcome == "changed"])
    tx.run_many(store.insert_row, [_row(import_id, step) for step in plan.steps])
    counts = msgspec.structs.asdict(found.counts)
    for step in plan.steps:
        counts[step.outcome] += 1
    status, ended_at = ("done", tx.now) if last else (found.status, None)
    _write(tx, replace(found, counts=Counts(**counts), status=status, ended_at=ended_at), None if last else file)
    return not last


def _make(tx: Tx, import_id: str, steps: Sequence[Step]) -> None:
    made = [step.contact for step in steps if step.contact]
    rows = [contact_row(one.id, one.name, tx.now) | _said(one) for one in made]
    tx.run_many(contacts.insert_contact, rows)
    _insert_identities(tx, steps)
    put_traits(tx, made)
    kind, value = trait("import", import_id)
    tx.run_many(contacts.put_trait, [{"kind": kind, "value": value, "contact_id": one.id} for one in made])
    for one in made:
        tx.emit(ContactCreated(contact_id=one.id))


def _said(one: Contact) -> dict[str, Any]:
    return {
        "language": one.language,
        "about": one.about,
        "attributes": msgspec.json.encode(one.attributes).decode(),
        "tags": write_tags(one.tags),
        "organization_id": one.organization_id,
    }


def _change(tx: Tx, steps: Sequence[Step]) -> None:
    _insert_identities(tx, steps)
    for one in {step.contact.id: step.contact for step in steps if step.contact}.values():
        put_contact(tx, one)
        tx.emit(ContactChanged(contact_id=one.id))


def _insert_identities(tx: Tx, steps: Sequence[Step]) -> None:
    rows = [
        identity_row(step.contact.id, one, key_of(one), tx.now)
        for step in steps
        if step.contact
        for one in step.identities
    ]
    tx.run_many(contacts.insert_identity, rows)


def _row(import_id: str, step: Step) -> dict[str, Any]:
    refusal = step.refusal or Refusal("")
    return {
        "import_id": import_id,
        "line": step.line,
        "outcome": step.outcome,
        "reason": refusal.reason,
        "what": refusal.what,
        "contact_id": step.contact.id if step.contact else None,
    }


def _write(tx: Tx, one: Import, file: str | None) -> None:
    tx.run(store.change_import, key=one.id, **_changing(one, file))
    tx.emit(ImportAdvanced(import_id=one.id))


def _changing(one: Import, file: str | None) -> dict[str, Any]:
    return {
        "status": one.status,
        "options": msgspec.json.encode(one.options).decode(),
        "rows": one.rows,
        **msgspec.structs.asdict(one.counts),
        "problem": one.problem,
        "ended_at": one.ended_at,
        "file": file,
    }
