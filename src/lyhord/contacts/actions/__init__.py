"""What can be done with contacts."""

from lyhord.contacts.actions.edit import (
    ContactChange,
    add_identity,
    block_identity,
    change_contact,
    create_contact,
    remove_identity,
    tag_contacts,
    verify_identity,
)
from lyhord.contacts.actions.find import find_contacts, find_or_make_contacts
from lyhord.contacts.actions.merge import merge_contacts, separate_contact, split_identity

__all__ = [
    "ContactChange",
    "add_identity",
    "block_identity",
    "change_contact",
    "create_contact",
    "find_contacts",
    "find_or_make_contacts",
    "merge_contacts",
    "remove_identity",
    "separate_contact",
    "split_identity",
    "tag_contacts",
    "verify_identity",
]
