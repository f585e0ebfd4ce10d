"""What happens to people's data."""

from lyhord.kit.events import Event


class ContactErased(Event, frozen=True, kw_only=True, tag="contact.erased"):
    """A contact, and the conversation with them if there was one, is gone: who they were and every word."""

    contact_id: str


EVENTS = (ContactErased,)
