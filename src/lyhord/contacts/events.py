"""What happens to contacts."""

from lyhord.kit.events import Event


class ContactCreated(Event, frozen=True, kw_only=True, tag="contact.created"):
    """Somebody whom we didn't know."""

    contact_id: str


class ContactChanged(Event, frozen=True, kw_only=True, tag="contact.changed"):
    """Name, language, notes, attributes, tags, identities or the block of a contact changed."""

    contact_id: str


class ContactUnblocked(Event, frozen=True, kw_only=True, tag="contact.unblocked"):
    """A contact, or an identity of theirs, isn't blocked any more: what they said last may be waiting."""

    contact_id: str


class DuplicatesChanged(Event, frozen=True, kw_only=True, tag="contact.duplicates"):
    """Who may be one with a contact was found, refused, or is over."""

    contact_id: str


class FactsChanged(Event, frozen=True, kw_only=True, tag="contact.facts"):
    """What is noted about a contact was added to, corrected, removed or put back."""

    contact_id: str


class ConsentsChanged(Event, frozen=True, kw_only=True, tag="contact.consents"):
    """A contact gave a consent or withdrew one."""

    contact_id: str


class ImportAdvanced(Event, frozen=True, kw_only=True, tag="import.advanced"):
    """An import of contacts was started, went on, was cancelled or came to its end."""

    import_id: str


class ContactMerged(Event, frozen=True, kw_only=True, tag="contact.merged"):
    """`contact_id` turned out to be `into_id`: from now on they have one timeline."""

    contact_id: str
    into_id: str


class ContactSeparated(Event, frozen=True, kw_only=True, tag="contact.separated"):
    """`contact_id` isn't `from_id` after all: what came from its identities and went to them is its own again."""

    contact_id: str
    from_id: str


class OrganizationChanged(Event, frozen=True, kw_only=True, tag="organization.changed"):
    """An organization was made, changed, put away or taken out again."""

    organization_id: str


class AttributesChanged(Event, frozen=True, kw_only=True, tag="attributes.changed"):
    """The fields that the workspace has defined for contacts, organizations or tickets changed."""

    subject: str


EVENTS = (
    ContactCreated,
    ContactChanged,
    ContactUnblocked,
    DuplicatesChanged,
    FactsChanged,
    ConsentsChanged,
    ImportAdvanced,
    ContactMerged,
    ContactSeparated,
    OrganizationChanged,
    AttributesChanged,
)
