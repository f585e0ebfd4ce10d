"""Contacts, their identities, and the rules about them that need no database."""

from collections.abc import Iterable, Sequence
from typing import Literal, Protocol

from msgspec import Struct
from msgspec.structs import replace

from lyhord.kit.problems import Invalid
from lyhord.kit.text import clean_name, fold, fold_for_search

Verification = Literal["claimed", "channel", "signed", "confirmed"]
Attribute = str | int | float | bool
AttributeKind = Literal["text", "number", "date", "yes_no", "choice"]
AttributeSubject = Literal["contact", "organization", "ticket"]

RANKS: dict[str, int] = {"claimed": 0, "channel": 1, "signed": 2, "confirmed": 3}
"""How well an identity is known to be its contact's: somebody says so; the channel vouches for it; the company's site signed it; its
owner or one of us confirmed it."""

ABOUT_LIMIT = 10_000
MOST_ATTRIBUTES = 100
MOST_IDENTITIES = 100
MOST_DOMAINS = 50
MOST_CHOICES = 200
MOST_TAGS = 20
TAG_LIMIT = 40
TRAIT_LIMIT = 200


class Address(Protocol):
    """An identity as it stood on the wire (`conversations.exchange.Address`, which lies above this package)."""

    @property
    def scheme(self) -> str:
        """The kind of address: email, tel, webchat and so on."""

    @property
    def value(self) -> str:
        """The address as it was written."""

    @property
    def name(self) -> str:
        """The name that came with it, or nothing."""

    @property
    def verified(self) -> bool:
        """Whether the channel vouches for it."""


Sender = Sequence[Address]
"""The identities of one person on one message; the first is the one that the message came from."""


class Identity(Struct, frozen=True):
    """An address of a contact. `value` is folded, `shown` is as it was written; `contact_id` is whom it was made for, merged or not."""

    scheme: str
    value: str
    shown: str
    name: str
    verification: Verification
    verified_at: int | None
    contact_id: str
    blocked_at: int | None = None


class Contact(Struct, frozen=True):
    """A person outside. The identities of a contact are its own and those of all that were merged into it.

    `conversation_id` is filled in by who knows conversations; the packages below can't.
    """

    id: str
    name: str
    language: str | None
    about: str
    attributes: dict[str, Attribute]
    merged_into: str | None
    blocked_at: int | None
    created_at: int
    changed_at: int
    organization_id: str | None = None
    tags: tuple[str, ...] = ()
    identities: tuple[Identity, ...] = ()
    conversation_id: str | None = None
    language_heard_in: str | None = None
    """The message that told the language; none where it was set by hand."""
    language_heard_at: int | None = None
    """When that was said (Unix milliseconds)."""


class Lent(Struct, frozen=True, omit_defaults=True):
    """What a contact had, and the one that it was merged into lacked. It is taken back when they are separated."""

    language: str | None = None
    language_heard_in: str | None = None
    about: str = ""
    organization_id: str | None = None
    attributes: dict[str, Attribute] = {}
    tags: tuple[str, ...] = ()

    @classmethod
    def between(cls, one: Contact, into: Contact) -> "Lent":
        """What `into` gets from `one`."""
        return cls(
            language=None if into.language else one.language,
            language_heard_in=None if into.language else one.language_heard_in,
            about="" if into.about else one.about,
            organization_id=None if into.organization_id else one.organization_id,
            attributes={key: value for key, value in one.attributes.items() if key not in into.attributes},
            tags=tuple(tag for tag in one.tags if tag not in into.tags),
        )

    def given(self, into: Contact) -> Contact:
        """`into` with it."""
        return replace(
            into,
            language=into.language or self.language,
            language_heard_in=into.language_heard_in if into.language else self.language_heard_in,
            about=into.about or self.about,
            organization_id=into.organization_id or self.organization_id,
            attributes={**self.attributes, **into.attributes},
            tags=tuple(dict.fromkeys((*into.tags, *self.tags)))[:MOST_TAGS],
        )

    def still_with(self, into: Contact) -> "Lent":
        """What of it nobody has changed since."""
        return Lent(
            language=self.language if self._is_language_of(into) else None,
            language_heard_in=self.language_heard_in if self._is_language_of(into) else None,
            about=self.about if into.about == self.about else "",
            organization_id=self.organization_id if into.organization_id == self.organization_id else None,
            attributes={key: value for key, value in self.attributes.items() if into.attributes.get(key) == value},
            tags=tuple(tag for tag in self.tags if tag in into.tags),
        )

    def taken_from(self, into: Contact) -> Contact:
        """`into` without it."""
        return replace(
            into,
            language=None if self.language else into.language,
            language_heard_in=None if self.language else into.language_heard_in,
            about="" if self.about else into.about,
            organization_id=None if self.organization_id else into.organization_id,
            attributes={key: value for key, value in into.attributes.items() if key not in self.attributes},
            tags=tuple(tag for tag in into.tags if tag not in self.tags),
        )

    def _is_language_of(self, into: Contact) -> bool:
        return (self.language, self.language_heard_in) == (into.language, into.language_heard_in)


class Merge(Struct, frozen=True):
    """That `contact` was made one with `into_id`, and by whom. `contact` shows what it would be by itself."""

    contact: Contact
    into_id: str
    merged_at: int
    merged_by: str


class Organization(Struct, frozen=True):
    """A company or household that contacts belong to. Whoever writes from one of its `domains` is proposed as a member."""

    id: str
    name: str
    kind: str
    about: str
    attributes: dict[str, Attribute]
    created_at: int
    changed_at: int
    removed_at: int | None
    domains: tuple[str, ...] = ()


class Definition(Struct, frozen=True):
    """A typed field of contacts, organizations or tickets. Values are kept under `key`; `name` is what screens call it.

    It is empty for those built in: screens say `attribute.<key>`, and `attribute.<key>.<choice>`.
    """

    subject: AttributeSubject
    key: str
    name: str
    kind: AttributeKind
    choices: tuple[str, ...] = ()


class Found(Struct, frozen=True):
    """Whose message it is. `contact_id` is the surviving contact, `value` the folded value of the sender's first identity."""

    contact_id: str
    name: str
    value: str
    created: bool = False
    blocked: bool = False


def stronger(one: str, other: str) -> str:
    """The better of two verifications."""
    return one if RANKS[one] >= RANKS[other] else other


def verification_of(address: Address) -> Verification:
    """What an address on the wire is worth by itself."""
    return "channel" if address.verified else "claimed"


def name_of(sender: Sender) -> str:
    """The name to show for somebody new: the one that came along, else the address itself."""
    first = sender[0]
    for address in sender:
        if address.name and (address.verified or address is first):
            name = clean_name(address.name)
            if name:
                return name
    return clean_name(first.value)


def key_of(address: Address) -> tuple[str, str]:
    """The unique key of an identity within its workspace."""
    return address.scheme, fold(address.scheme, address.value)


def write_tags(tags: Iterable[str]) -> str:
    """Tags as a row keeps them: words with a space between."""
    return " ".join(tags)


def clean_tag(text: str) -> str:
    """A tag as it is kept: one word in lower case. Raises `Invalid` when nothing is left of it."""
    word = "-".join(clean_name(text, TAG_LIMIT).lower().lstrip("#").split())
    if not word:
        raise Invalid("A tag is a word.", fields={"add_tags": "field.missing"})
    return word


def retag(tags: Iterable[str], add: Iterable[str], remove: Iterable[str]) -> tuple[str, ...]:
    """Tags without some and with others. Raises `Invalid` for what is no word, and past `MOST_TAGS`."""
    gone = {clean_tag(word) for word in remove}
    after = tuple(dict.fromkeys([*(one for one in tags if one not in gone), *map(clean_tag, add)]))
    if len(after) > MOST_TAGS:
        key = "problem.too_many_tags"
        raise Invalid(f"At most {MOST_TAGS} tags.", key=key, fields={"add_tags": key})
    return after


def trait(kind: str, value: Attribute) -> tuple[str, str]:
    """What contacts are listed by: (kind, value) as the row of a trait has it. Values that differ by case alone are one."""
    return kind, fold_for_search(str(value)).strip()[:TRAIT_LIMIT]


def traits_of(contact: Contact) -> list[tuple[str, str]]:
    """The tags and the values of attributes of a contact, as traits."""
    tags = [trait("tag", tag) for tag in contact.tags]
    return tags + [trait(f"attribute:{key}", value) for key, value in contact.attributes.items()]


class Known(Struct, frozen=True):
    """The language of a contact (`sv`, `zh-CN`), and whether somebody set it by hand. None and False where nobody knows it."""

    language: str | None
    by_hand: bool


NOBODY = Known(None, by_hand=False)
