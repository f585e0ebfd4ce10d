"""Who somebody is: a phone number, a business-scoped user id, or both. Either is enough, and a customer is found by any of them."""

import re

from lyhord.channels.whatsapp.payloads import Contact, Id
from lyhord.conversations.exchange import Address
from lyhord.kit.text import fold

PHONE, PERSON = "tel", "whatsapp"
"""Schemes: a number as SMS has it, and Meta's id of a customer of this business (`SE.1349…`, of several `SE.ENT.1181…`)."""
_NUMBER = re.compile(r"\+[1-9]\d{6,14}")
_PERSON = re.compile(r"[A-Z]{2}\.(?:ENT\.)?[A-Za-z0-9]{1,128}")


def to_number(value: Id) -> str:
    """E.164, or "" for what is no number. WhatsApp leaves the plus out."""
    digits = "+" + fold(PHONE, str(value)).lstrip("+0")
    return digits if _NUMBER.fullmatch(digits) else ""


def is_person(value: str) -> bool:
    """Whether it has the form of a business-scoped user id."""
    return bool(_PERSON.fullmatch(value))


def addresses(number: Id, *people: Id, contact: Contact | None = None) -> tuple[Address, ...]:
    """The identities of one customer, the number first where there is one. Meta vouches for them."""
    profile = contact.profile if contact else None
    name = profile.name if profile else ""
    handle = f"@{profile.username.lstrip('@')}" if profile and profile.username else name
    phone = to_number(number) or (to_number(contact.wa_id) if contact else "")
    ids = [*people, *((contact.user_id, contact.parent_user_id) if contact else ())]
    found = [Address(PHONE, phone, name or handle, verified=True)] if phone else []
    known = dict.fromkeys(str(one).strip() for one in ids if str(one).strip())
    return (*found, *(Address(PERSON, one, name or handle, verified=True) for one in known))


def contact_of(contacts: list[Contact], number: Id, person: Id) -> Contact | None:
    """The one of the contacts of a call who is meant; the only one where nothing else can be told."""
    for contact in contacts:
        same = number and to_number(contact.wa_id) == to_number(number)
        if same or (person and str(contact.user_id) == str(person)):
            return contact
    alone = len(contacts) == 1 and not (number or person)
    return contacts[0] if alone else None
