"""What can be done with contacts."""

from lyhord.contacts.actions.find import find_or_make_contacts

__all__ = ["find_or_make_contacts"]
