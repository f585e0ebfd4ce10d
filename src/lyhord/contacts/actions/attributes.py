"""Typed fields of contacts, organizations and tickets: defined once for the workspace, held against every value."""

from collections.abc import Mapping
from datetime import date
from math import isfinite
from typing import Any

import msgspec

from lyhord.contacts import attribute_store as store
from lyhord.contacts.events import AttributesChanged
from lyhord.contacts.model import (
    ABOUT_LIMIT,
    MOST_ATTRIBUTES,
    MOST_CHOICES,
    Attribute,
    AttributeKind,
    AttributeSubject,
    Definition,
)
from lyhord.kit.database import ReadTx, Tx
from lyhord.kit.problems import Invalid, NotFound, Taken
from lyhord.kit.text import clean, clean_name

_choices = msgspec.json.Decoder(tuple[str, ...])


def list_attributes(tx: ReadTx) -> list[Definition]:
    """Every field that the workspace has defined, in the order in which they were made."""
    return [
        Definition(subject, key, name, kind, _choices.decode(choices))
        for subject, key, name, kind, choices in tx.all(store.attributes)
    ]


def define_attribute(
    tx: Tx, subject: AttributeSubject, name: str, kind: AttributeKind, choices: tuple[str, ...] = ()
) -> Definition:
    """A new field, kept under the name that it has now. Raises `Taken` for a name that is there, `Invalid`."""
    name = _name(name)
    known = [one for one in list_attributes(tx) if one.subject == subject]
    if len(known) >= MOST_ATTRIBUTES:
        raise Invalid("These are too many attributes.", fields={"name": "field.invalid"})
    if any(name in (one.key, one.name) for one in known):
        raise Taken("There is an attribute of this name.", fields={"name": "field.taken"})
    made = Definition(subject, name, name, kind, choices=_clean_choices(kind, choices))
    row = msgspec.structs.asdict(made) | {"choices": msgspec.json.encode(made.choices).decode()}
    tx.run_many(store.insert_attribute, [row | {"created_at": tx.now}])
    tx.emit(AttributesChanged(subject=subject))
    return made


def change_attribute(
    tx: Tx, subject: AttributeSubject, key: str, name: str | None = None, choices: tuple[str, ...] | None = None
) -> Definition:
    """Call a field something else, or give it other choices; values that stand stay. Raises `NotFound`, `Invalid`."""
    before = _get(tx, subject, key)
    after = msgspec.structs.replace(
        before,
        name=before.name if name is None else _name(name),
        choices=before.choices if choices is None else _clean_choices(before.kind, choices),
    )
    tx.run(
        store.change_attribute,
        of=subject,
        named=key,
        name=after.name,
        choices=msgspec.json.encode(after.choices).decode(),
    )
    tx.emit(AttributesChanged(subject=subject))
    return after


def remove_attribute(tx: Tx, subject: AttributeSubject, key: str) -> None:
    """Forget a field; its values stay where they stand, and are shown as plain words. Raises `NotFound`."""
    _get(tx, subject, key)
    tx.run(store.delete_attribute, of=subject, named=key)
    tx.emit(AttributesChanged(subject=subject))


def merge_attributes(before: Mapping[str, Attribute], change: Mapping[str, Attribute | None]) -> dict[str, Attribute]:
    """`before` with the changes, cleaned; null removes one. Raises `Invalid` for too many."""
    merged = dict(before)
    for written, value in change.items():
        name = clean_name(written)
        if value is None:
            merged.pop(name, None)
        elif name:
            merged[name] = clean(value, ABOUT_LIMIT) if isinstance(value, str) else value
    if len(merged) > MOST_ATTRIBUTES:
        raise Invalid("These are too many attributes.", fields={"attributes": "field.invalid"})
    return merged


def check_attributes(
    tx: ReadTx, subject: AttributeSubject, before: Mapping[str, Attribute], after: Mapping[str, Attribute]
) -> None:
    """Raise `Invalid`, naming each, where a value that changed doesn't fit its field. What isn't defined may be anything."""
    if before == after:
        return
    defined = {one.key: one for one in list_attributes(tx) if one.subject == subject}
    wrong = {
        f"attributes.{key}": f"field.attribute_{defined[key].kind}"
        for key, value in after.items()
        if key in defined and before.get(key) != value and not fits(defined[key], value)
    }
    if wrong:
        raise Invalid("These values don't fit their fields.", fields=wrong)


def fits(definition: Definition, value: Attribute) -> bool:
    """Whether a field may have this value. Dates are written as 2026-03-01."""
    match definition.kind:
        case "number":
            return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)
        case "yes_no":
            return isinstance(value, bool)
        case "date":
            return isinstance(value, str) and _is_date(value)
        case "choice":
            return value in definition.choices
        case _:
            return isinstance(value, str)


def _is_date(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _get(tx: ReadTx, subject: str, key: str) -> Definition:
    for one in list_attributes(tx):
        if (one.subject, one.key) == (subject, key):
            return one
    raise NotFound("There is no such attribute.")


def _name(name: str) -> str:
    name = clean_name(name)
    if not name:
        raise Invalid("Give the attribute a name.", fields={"name": "field.missing"})
    return name


def _clean_choices(kind: str, choices: tuple[str, ...]) -> tuple[str, ...]:
    cleaned: dict[str, Any] = dict.fromkeys(filter(None, map(clean_name, choices)))
    if kind == "choice" and not cleaned:
        raise Invalid("Give at least one choice.", fields={"choices": "field.missing"})
    if len(cleaned) > MOST_CHOICES:
        raise Invalid("These are too many choices.", fields={"choices": "field.invalid"})
    return tuple(cleaned) if kind == "choice" else ()
