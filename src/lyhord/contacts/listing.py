"""Contacts page by page for somebody with a reach, each with its conversation."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, Protocol, runtime_checkable

from msgspec import Struct
from msgspec.structs import replace

from lyhord.contacts import store
from lyhord.contacts.lineage import survivors
from lyhord.contacts.model import Contact, trait
from lyhord.contacts.reading import with_identities
from lyhord.contacts.search import best_first, find_contacts
from lyhord.contacts.views import contacts_by_id
from lyhord.contacts.views import list_contacts as read_contacts
from lyhord.kit.database import ReadTx
from lyhord.kit.http import Page, decode_cursor, encode_cursor
from lyhord.kit.ids import HIGHEST_ID, LOWEST_ID
from lyhord.kit.problems import Invalid, NotFound
from lyhord.kit.search import NEWEST
from lyhord.kit.text import fold
from lyhord.workspaces.reach import Reach

MOST_STEPS = 20
"""Reads that one answer takes for somebody who may see few contacts; `next` goes on from there."""


@runtime_checkable
class Timelines(Protocol):
    """What conversations know about contacts; they lie above this package."""

    def conversations(self, tx: ReadTx, contacts: Sequence[Contact]) -> Mapping[str, str]:
        """The direct conversation of each contact that has one, by the contact's id."""

    def visible(self, tx: ReadTx, reach: Reach, contact_ids: Collection[str]) -> set[str]:
        """Those that may be seen: with a conversation within reach, or without any."""


class Asker(Struct):
    """Reads contacts for somebody with a reach."""

    tx: ReadTx
    reach: Reach
    timelines: Timelines

    def by_name(self, cursor: str | None, limit: int) -> Page[Contact]:
        """A page of all."""
        after = decode_cursor(cursor, tuple[str, str]) if cursor else None

        def fetch(place: Any) -> list[tuple[Contact, Any]]:
            rows = read_contacts(self.tx, after=place, most=limit + 1)
            return [(one, (one.name, one.id)) for one in rows]

        return self._page(fetch, after, limit)

    def matching(self, query: str, cursor: str | None, limit: int) -> Page[Contact]:
        """A page of those that match, the best of the page first."""
        before = decode_cursor(cursor, tuple[int])[0] if cursor else NEWEST

        def fetch(place: Any) -> list[tuple[Contact, Any]]:
            contacts, places = find_contacts(self.tx, query, before=place, most=limit + 1)
            return list(zip(contacts, places, strict=True))

        page = self._page(fetch, before, limit)
        return Page(best_first(page.items, query), page.next)

    def blocked(self, cursor: str | None, limit: int) -> Page[Contact]:
        """A page of those who are blocked, or of whom an address is, in the order in which they were."""
        after = decode_cursor(cursor, tuple[int, str]) if cursor else (0, LOWEST_ID)

        def fetch(place: Any) -> list[tuple[Contact, Any]]:
            rows = self.tx.all(store.barred_contacts, after_at=place[0], after_id=place[1], most=limit + 1)
            ends = survivors(self.tx, [row[0] for row in rows])
            contacts = contacts_by_id(self.tx, ends.values())
            return [(contacts[ends[row[0]]], (row[1], row[0])) for row in rows]

        return self._page(fetch, after, limit)

    def of_organization(self, organization_id: str, cursor: str | None, limit: int) -> Page[Contact]:
        """A page of the members of an organization."""
        after = decode_cursor(cursor, tuple[str, str]) if cursor else ("", LOWEST_ID)

        def fetch(place: Any) -> list[tuple[Contact, Any]]:
            name, contact_id = place
            rows = self.tx.all(
                store.contacts_of_organization,
                organization_id=organization_id,
                name=name,
                id=contact_id,
                most=limit + 1,
            )
            return [(one, (one.name, one.id)) for one in with_identities(self.tx, rows)]

        return self._page(fetch, after, limit)

    def of_trait(self, kind: str, value: str, cursor: str | None, limit: int) -> Page[Contact]:
        """A page of those who have a tag or a value of an attribute, or were made by an import; the newest first."""
        before = decode_cursor(cursor, tuple[str])[0] if cursor else HIGHEST_ID
        of_kind, of_value = trait(kind, value)

        def fetch(place: Any) -> list[tuple[Contact, Any]]:
            rows = self.tx.all(
                store.contacts_of_trait, of_kind=of_kind, of_value=of_value, before=place, most=limit + 1
            )
            return [(one, one.id) for one in with_identities(self.tx, rows)]

        return self._page(fetch, before, limit)

    def chosen(self, by: str, cursor: str | None, limit: int) -> Page[Contact]:
        """A page of all, or of those whom `by` chooses, as the routes describe it. Raises `Invalid` for what chooses nobody."""
        kind, colon, value = by.partition(":")
        match kind if colon or not by else "?":
            case "":
                return self.by_name(cursor, limit)
            case "tag" | "import":
                return self.of_trait(kind, value, cursor, limit)
            case "organization":
                return self.of_organization(value, cursor, limit)
            case "attribute" if "=" in value:
                key, _, wanted = value.partition("=")
                return self.of_trait(f"attribute:{key}", wanted, cursor, limit)
            case "identity" if ":" in value:
                scheme, _, address = value.partition(":")
                return self.by_identity(scheme, address)
            case _:
                raise Invalid("Write tag:vip or attribute:Plan=Large.", fields={"by": "field.invalid"})

    def by_identity(self, scheme: str, value: str) -> Page[Contact]:
        """Whoever has exactly this address, as the one contact that they are today; nobody is an empty page."""
        row = self.tx.one(store.identity_by_key, scheme=scheme, value=fold(scheme, value))
        owners = survivors(self.tx, [row[6]]).values() if row else ()
        return self._page(lambda _: [(one, None) for one in contacts_by_id(self.tx, owners).values()], None, 1)

    def _page(self, fetch: Callable[[Any], list[tuple[Contact, Any]]], place: Any, limit: int) -> Page[Contact]:
        """Fill a page with what may be seen, looking through so many at most. `fetch` gives contacts and the place behind each."""
        found: list[Contact] = []
        for _ in range(MOST_STEPS):
            rows = fetch(place)
            seen = self.timelines.visible(self.tx, self.reach, [one.id for one, _ in rows])
            for contact, behind in rows:
                if contact.id in seen and contact not in found:
                    if len(found) == limit:
                        return self._whole(found, place)
                    found.append(contact)
                place = behind
            if len(rows) <= limit:
                return self._whole(found, None)
        return self._whole(found, place)

    def _whole(self, contacts: list[Contact], place: Any) -> Page[Contact]:
        conversations = self.timelines.conversations(self.tx, contacts)
        items = [replace(one, conversation_id=conversations.get(one.id)) for one in contacts]
        values = place if isinstance(place, tuple) else (place,)
        return Page(items, None if place is None else encode_cursor(*values))

    def one(self, contact_id: str) -> Contact:
        """A contact that may be seen; raises `NotFound`."""
        contact = contacts_by_id(self.tx, [contact_id]).get(contact_id)
        if contact is None or contact_id not in self.timelines.visible(self.tx, self.reach, [contact_id]):
            raise NotFound("There is no such contact.")
        return self._whole([contact], None).items[0]
