"""Why two contacts may be one: what is found in their names, addresses and words, as clues that can be looked up. Pure."""

import re
from collections.abc import Iterable, Iterator

from lyhord.contacts.model import Identity
from lyhord.kit.text import fold_email, segment

LOOKED_AT = 4_000
"""Characters of a message that are looked through; signatures of longer ones stand at the end, so half is taken from there."""
MOST_CLUES = 12
"""Clues that one message may leave."""
COMMON = 8
"""A clue that more contacts share than this tells nothing about any two of them."""
SIGNED = 2
"""What a clue is worth that the company's site signed for; 1 is what a contact is known by, 0 what they wrote."""
TAIL = 8
"""Digits at the end of a phone number by which it is looked up, since people leave out the country."""

_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")
_PHONE = re.compile(r"(?<![\w.])(?:\+|00)?\d[\d ()/.-]{6,20}\d(?!\w)")
_ORDER = re.compile(r"(?<![\w+@.-])#?(?:[A-Z]{1,4}-?)?\d{5,7}(?![\w@-])")
SHARED_MAIL = frozenset({
    "gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "yahoo.com", "icloud.com", "me.com", "gmx.com",
    "gmx.de", "web.de", "proton.me", "protonmail.com", "aol.com", "mail.com", "qq.com", "163.com", "126.com", "telia.com",
    "online.no", "luukku.com", "elisanet.fi",
})  # fmt: skip
"""Domains whose addresses say nothing about where somebody works."""

Clue = tuple[str, str]
"""(kind, value): email, phone, order, name or domain."""


def clues_of_contact(name: str, identities: Iterable[Identity]) -> set[Clue]:
    """What a contact is known by."""
    clues = {("name", " ".join(words))} if "@" not in name and len(words := segment(name)) > 1 else set()
    for one in identities:
        if "@" in one.value[1:-1]:
            email = fold_email(one.value)
            clues.add(("email", email))
            if (domain := email.rpartition("@")[2]) not in SHARED_MAIL:
                clues.add(("domain", domain))
        elif (digits := _digits(one.value)) and one.scheme in ("tel", "whatsapp", "sms"):
            clues.add(("phone", digits[-TAIL:]))
    return clues


def clues_of_words(text: str) -> list[Clue]:
    """What somebody wrote: addresses, numbers and orders, at most `MOST_CLUES`."""
    half = LOOKED_AT // 2
    looked = text if len(text) <= LOOKED_AT else f"{text[:half]}\n{text[-half:]}"
    return list(dict.fromkeys(_found(looked)))[:MOST_CLUES]


def reasons_of(own: Iterable[tuple[str, str, int]], other: Iterable[tuple[str, str, int]]) -> tuple[str, ...]:
    """Why two contacts with these clues (kind, value, what it is worth: see `SIGNED`) may be one; nothing if they needn't."""
    mine: dict[Clue, int] = {}
    for kind, value, is_theirs in own:
        mine[kind, value] = max(is_theirs, mine.get((kind, value), 0))
    shared: dict[str, int] = {}
    for kind, value, is_theirs in other:
        if (kind, value) in mine:
            shared[kind] = max(shared.get(kind, 0), is_theirs + mine[kind, value])
    reasons = [kind for kind in ("email", "phone") if shared.get(kind, 0) >= 1]
    reasons += [f"{kind}_written" for kind in ("email", "phone") if shared.get(kind) == 1]
    reasons += ["email_signed"] if shared.get("email", 0) > SIGNED else []
    if "name" in shared and ("order" in shared or "domain" in shared or "organization" in shared):
        reasons += ["name", *(kind for kind in ("order", "organization", "domain") if kind in shared)]
    return tuple(one for one in reasons if not {f"{one}_written", f"{one}_signed"}.intersection(reasons))


def _found(text: str) -> Iterator[Clue]:
    for match in _EMAIL.finditer(text):
        yield "email", fold_email(match[0].strip("."))
    for match in _PHONE.finditer(text):
        digits = _digits(match[0])
        if TAIL <= len(digits) <= 15:
            yield "phone", digits[-TAIL:]
    for match in _ORDER.finditer(text):
        yield "order", match[0].lstrip("#").replace("-", "")


def _digits(text: str) -> str:
    digits = "".join(filter(str.isdigit, text))
    return digits if len(digits) >= TAIL else ""
