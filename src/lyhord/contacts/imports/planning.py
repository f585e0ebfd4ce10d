"""What an import would do with some rows, before anything is done: shown as the preview, and carried out by the job.

A row means the contact who has its identities. It is refused where they belong to several, where its address is somebody's mere
claim, and where nothing but a phone number speaks for a contact who is known by another proven address.
"""

from collections.abc import Callable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from lyhord.contacts.actions.find import Known, look_up
from lyhord.contacts.actions.organizations import find_named
from lyhord.contacts.imports.model import Key, Outcome, Refusal, Row
from lyhord.contacts.model import MOST_ATTRIBUTES, MOST_IDENTITIES, MOST_TAGS, Contact, Identity
from lyhord.contacts.reading import contacts_by_id
from lyhord.kit.database import ReadTx
from lyhord.kit.text import clean_name, fold_for_search


class Typed(Struct, frozen=True):
    """An identity as a file has it: nobody vouches for it."""

    scheme: str
    value: str
    name: str = ""
    verified: bool = False


class Step(Struct, frozen=True):
    """What becomes of one row: the contact as it is then, and which identities it gets."""

    line: int
    outcome: Outcome
    refusal: Refusal | None = None
    contact: Contact | None = None
    identities: tuple[Typed, ...] = ()


class Plan(Struct):
    """What becomes of some rows, and the organizations that are made for them: (id, name)."""

    steps: list[Step]
    organizations: list[tuple[str, str]]


class Planner:
    """Plans rows of one file. Later rows know what earlier ones would have done."""

    def __init__(self, tx: ReadTx, rows: Sequence[tuple[int, Row | Refusal]], new_id: Callable[[], str]) -> None:
        read = [row for _, row in rows if isinstance(row, Row)]
        self._tx = tx
        self._rows = rows
        self._new_id = new_id
        self._known = look_up(tx, [row.folded() for row in read])
        self._contacts = contacts_by_id(tx, {one.survivor_id for one in self._known.values()})
        self._organizations = find_named(tx, {row.organization for row in read if row.organization})
        self._made_organizations: list[tuple[str, str]] = []

    def plan(self, instead: bool) -> Plan:
        """With `instead`, what a row says takes the place of what is known."""
        steps = [
            Step(line, "refused", refusal=row) if isinstance(row, Refusal) else self._step(line, row, instead)
            for line, row in self._rows
        ]
        return Plan(steps, self._made_organizations)

    def _step(self, line: int, row: Row, instead: bool) -> Step:
        found = {key: self._known[key] for key in row.folded() if key in self._known}
        refusal = self._refuse(row, found)
        if refusal is not None:
            return Step(line, "refused", refusal=refusal)
        before = self._contacts[next(iter(found.values())).survivor_id] if found else None
        fresh = tuple(
            {
                key: Typed(scheme, value, row.name)
                for (scheme, value), key in zip(row.keys, row.folded(), strict=True)
                if key not in found
            }.values()
        )
        after = self._filled(before or self._somebody(row), row, instead)
        if before is not None and after == before and not fresh:
            return Step(line, "same", contact=before)
        after = replace(after, identities=(*after.identities, *(self._identity(one, after.id) for one in fresh)))
        if over := _too_many(after):
            return Step(line, "refused", refusal=Refusal(over))
        self._remember(after)
        return Step(line, "changed" if before else "made", contact=after, identities=fresh)

    def _refuse(self, row: Row, found: dict[Key, Known]) -> Refusal | None:
        owners = {one.survivor_id for one in found.values()}
        if len(owners) > 1:
            names = sorted(self._contacts[one].name for one in owners)
            return Refusal("imports.refused_two", " · ".join(names))
        claimed = [key[1] for key, one in found.items() if one.claim]
        if claimed:
            return Refusal("imports.refused_claim", claimed[0])
        emails = row.folded("email")
        if found and emails and {key[0] for key in found} == {"tel"}:
            contact = self._contacts[owners.pop()]
            if any(one.scheme == "email" and one.verification != "claimed" for one in contact.identities):
                return Refusal("imports.refused_elsewhere", contact.name)
        return None

    def _somebody(self, row: Row) -> Contact:
        name = row.name or clean_name(row.keys[0][1])
        return Contact(self._new_id(), name, None, "", {}, None, None, self._tx.now, self._tx.now)

    def _filled(self, contact: Contact, row: Row, instead: bool) -> Contact:
        nameless = contact.name in ("", *(one.shown for one in contact.identities))
        attributes = {**contact.attributes, **row.attributes} if instead else {**row.attributes, **contact.attributes}
        organization_id = contact.organization_id
        if row.organization and (instead or organization_id is None):
            organization_id = self._organization(row.organization)
        told = row.language if instead or not contact.language or contact.language_heard_in else ""
        return replace(
            contact,
            name=row.name if row.name and (instead or nameless) else contact.name,
            language=told or contact.language,
            language_heard_in=None if told else contact.language_heard_in,
            language_heard_at=None if told else contact.language_heard_at,
            about=row.about if row.about and (instead or not contact.about) else contact.about,
            attributes=attributes,
            organization_id=organization_id,
            tags=tuple(dict.fromkeys((*contact.tags, *row.tags))),
        )

    def _organization(self, name: str) -> str:
        place = fold_for_search(name)
        if place not in self._organizations:
            self._organizations[place] = self._new_id()
            self._made_organizations.append((self._organizations[place], name))
        return self._organizations[place]

    def _identity(self, one: Typed, contact_id: str) -> Identity:
        [(_, value)] = Row(((one.scheme, one.value),)).folded()
        return Identity(one.scheme, value, clean_name(one.value), "", "claimed", None, contact_id)

    def _remember(self, contact: Contact) -> None:
        self._contacts[contact.id] = contact
        for one in contact.identities:
            key = (one.scheme, one.value)
            if key not in self._known:
                self._known[key] = Known(contact.id, "claimed", one.shown, contact.name, contact.id, blocked=False)


def _too_many(contact: Contact) -> str:
    if len(contact.tags) > MOST_TAGS:
        return "imports.refused_tags"
    if len(contact.identities) > MOST_IDENTITIES or len(contact.attributes) > MOST_ATTRIBUTES:
        return "imports.refused_much"
    return ""
