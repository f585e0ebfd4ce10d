"""Visitors: browsers that hold a token of ours and see a conversation from the customer's side.

A signed visitor sees their whole direct conversation without notes; an unsigned one what this browser's own identity said and
was told. What an unsigned visitor says about themselves is a claim and opens nothing.
"""

import secrets
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import msgspec
from msgspec import Struct

from lyhord.contacts import store as contact_store
from lyhord.contacts.actions import find_or_make_contacts, merge_contacts
from lyhord.contacts.duplicates import is_refused, note_signed
from lyhord.contacts.events import ContactChanged
from lyhord.contacts.lineage import members, survivors
from lyhord.contacts.model import RANKS, key_of
from lyhord.contacts.reading import get_contact
from lyhord.conversations import store, visitor_store
from lyhord.conversations.actions.hear import hear_amendments
from lyhord.conversations.actions.receive import receive_messages
from lyhord.conversations.amending import get_row
from lyhord.conversations.exchange import Address, InboundMessage, InboundReaction, InboundStatus, Media
from lyhord.conversations.model import Received
from lyhord.conversations.pushes import store as push_store
from lyhord.kit.clock import HOUR, MINUTE
from lyhord.kit.database import ReadTx, Tx
from lyhord.kit.http.network import origin_of
from lyhord.kit.problems import Invalid
from lyhord.kit.text import fold

SIGNED_FOR = HOUR
"""How long a browser stays signed in after its site has vouched for it."""
SEEN_EVERY = 10 * MINUTE


class Visitor(Struct, frozen=True):
    """A browser with a token. `settings` are those of its inbox."""

    workspace_id: str
    token_hash: str
    inbox_id: str
    channel: str
    settings: dict[str, Any]
    scheme: str
    value: str
    signed: bool
    seen_at: int

    @property
    def uploader(self) -> str:
        """As whom the browser uploads files."""
        return f"visitor:{self.scheme}:{self.value}"


class Opening(Struct, frozen=True, kw_only=True):
    """A browser that wants to talk. `addresses` are what its site signed for, ours first; `earlier` is the token that it had."""

    inbox_id: str
    scheme: str
    token_hash: str
    earlier: str | None = None
    addresses: tuple[Address, ...] = ()


class Opened(Struct, frozen=True):
    """A visit: the hash of the token that holds from now on, and whether the visitor is signed in."""

    token_hash: str
    signed: bool


class Said(Struct, frozen=True, kw_only=True):
    """What a visitor says. `key` is the browser's own and the same on every retry; `name` and `email` are claims.

    `answers` is the id of the message whose button they pressed: the text is what stood on it.
    """

    visitor: Visitor
    key: str
    text: str = ""
    attachment_ids: tuple[str, ...] = ()
    name: str = ""
    email: str = ""
    answers: str | None = None


def list_origins(settings: Mapping[str, Any]) -> frozenset[str]:
    """The origins that an inbox allows, as browsers write them; from lines of text or a list."""
    given = settings.get("allowed_origins") or ()
    lines = given.split() if isinstance(given, str) else given
    return frozenset(origin for line in lines if (origin := origin_of(str(line).lower())))


def tells_of_answers(settings: Mapping[str, Any]) -> bool:
    """Whether visitors of an inbox may let their browsers be told of answers: unless somebody switched it off."""
    return settings.get("push") is not False


def find_visitor(tx: ReadTx, token_hash: str) -> Visitor | None:
    """Whose token it is; None when it was never given, was taken back, or its time is over."""
    row = tx.one(visitor_store.visitor_by_hash, hash=token_hash)
    if row is None or (row[5] is not None and row[5] <= tx.now):
        return None
    settings = msgspec.json.decode(row[2])
    return Visitor(tx.workspace_id, token_hash, row[0], row[1], settings, row[3], row[4], row[5] is not None, row[6])


def list_valid(tx: ReadTx, hashes: Collection[str]) -> set[str]:
    """Which of these tokens still hold: those that `find_visitor` would find."""
    return {row[0] for row in tx.all(visitor_store.list_valid_tokens, hashes=hashes, now=tx.now)}


def find_contact_ids(tx: ReadTx, who: Visitor) -> list[str]:
    """The contact whose identity the visitor speaks for, with all who are one with it; empty before the first word."""
    row = tx.one(contact_store.identity_by_key, scheme=who.scheme, value=who.value)
    return members(tx, row[6]) if row else []


def find_conversation_ids(tx: ReadTx, who: Visitor) -> list[str]:
    """The direct conversations that make up the visitor's timeline, that of the surviving contact first; empty before the first word."""
    contacts = find_contact_ids(tx, who)
    if not contacts:
        return []
    rows = tx.all(store.conversations_by_contacts, contact_ids=contacts)
    return [row[0] for row in sorted(rows, key=lambda row: contacts.index(row[2]))]


def open_visit(tx: Tx, opening: Opening) -> Opened:
    """Begin or go on with a visit.

    A token given earlier is kept where it speaks for the same identity through the same inbox. A signed visitor is the contact
    who has the signed e-mail address.
    """
    earlier = find_visitor(tx, opening.earlier) if opening.earlier else None
    if earlier is not None and earlier.inbox_id != opening.inbox_id:
        earlier = None
    if not opening.addresses:
        if earlier is not None:
            _note_seen(tx, earlier)
            return Opened(earlier.token_hash, earlier.signed)
        return _insert(tx, opening, f"web-{secrets.token_hex(6)}", None)
    value = _recognise(tx, opening.addresses)
    until = tx.now + SIGNED_FOR
    if earlier is not None and earlier.signed and earlier.value == value:
        tx.run(visitor_store.renew_visitor, hash=earlier.token_hash, until=until, at=tx.now)
        return Opened(earlier.token_hash, signed=True)
    if opening.earlier:
        tx.run(
            push_store.carry,
            scheme_of=opening.scheme,
            value_of=value,
            hash=opening.earlier,
            later=opening.token_hash,
        )
    return _insert(tx, opening, value, until)


def end_visit(tx: Tx, who: Visitor) -> None:
    """Take the token back; the browser is told of no more answers."""
    tx.run(visitor_store.forget_visitor, hash=who.token_hash)
    tx.run(push_store.drop_of_token, hash=who.token_hash)


def add_upload(tx: Tx, who: Visitor, file: Media) -> str:
    """Note a file that lies in the store, until a message takes it; its id."""
    upload_id = tx.new_id()
    tx.run(
        visitor_store.insert_upload,
        id=upload_id,
        file=file.file,
        name=file.name,
        type=file.type,
        size=file.size,
        inline_id=None,
        message_id=None,
        conversation_id=None,
        uploaded_by=who.uploader,
        created_at=tx.now,
    )
    return upload_id


def say(tx: Tx, said: Said) -> str:
    """Store what a visitor said; the message's id, that of the first time for a key that we know.

    Raises `Invalid` when nothing is said, or for files that this visitor didn't upload.
    """
    who = said.visitor
    external_id = f"{who.value}:{said.key}"
    known = tx.all(store.known_messages, inbox_id=who.inbox_id, external_ids=[external_id])
    if known:
        return str(known[0][1])
    if not said.text.strip() and not said.attachment_ids:
        raise Invalid("Write something, or attach a file.", fields={"text": "field.missing"})
    pressed = get_row(tx, said.answers).facts["external_id"] if said.answers else None
    message = InboundMessage(
        external_id=external_id,
        sender=_sender(said),
        text=said.text,
        media=tuple(_take_upload(tx, who, upload_id) for upload_id in said.attachment_ids),
        flags=_claims(tx, said),
        answers=(pressed,) if pressed else (),
        chosen=said.text if pressed else None,
    )
    received = Received(inbox_id=who.inbox_id, channel=who.channel, inbounds=(message,))
    message_id = receive_messages(tx, [received])[0].message_ids[0]
    assert message_id is not None
    return message_id


def answer_with_emoji(tx: Tx, who: Visitor, message_id: str, emoji: str) -> None:
    """The visitor answers a message that they see with an emoji in place of theirs; an empty one takes it back."""
    row = get_row(tx, message_id)
    external_id, name = row.facts["external_id"], tx.value(store.identity_name, scheme=who.scheme, value=who.value)
    sender = (Address(who.scheme, who.value, str(name or ""), verified=True),)
    hear_amendments(tx, row.facts["inbox_id"], [InboundReaction(message=external_id, sender=sender, emoji=emoji)])


def note_arrived(tx: Tx, who: Visitor, message_ids: Sequence[str], state: str) -> None:
    """The visitor's page has taken (`delivered`) or shown (`read`) messages that left through its inbox."""
    statuses = tuple(
        InboundStatus(reference=message_id, state="read" if state == "read" else "delivered", at=tx.now)
        for message_id in message_ids
    )
    if statuses:
        receive_messages(tx, [Received(inbox_id=who.inbox_id, channel=who.channel, inbounds=statuses)])


def _insert(tx: Tx, opening: Opening, value: str, signed_until: int | None) -> Opened:
    tx.run(
        visitor_store.insert_visitor,
        token_hash=opening.token_hash,
        inbox_id=opening.inbox_id,
        scheme=opening.scheme,
        value=value,
        signed_until=signed_until,
        created_at=tx.now,
        seen_at=tx.now,
    )
    return Opened(opening.token_hash, signed_until is not None)


def _note_seen(tx: Tx, who: Visitor) -> None:
    """At most every ten minutes: a page view needs no write."""
    if tx.now - who.seen_at >= SEEN_EVERY:
        tx.run(visitor_store.see_visitor, hash=who.token_hash, at=tx.now)


def _recognise(tx: Tx, addresses: tuple[Address, ...]) -> str:
    """Make the signed identities those of one contact, and say of those that are so who vouched; the folded value of ours."""
    found = find_or_make_contacts(tx, [addresses])[0]
    own = set(members(tx, found.contact_id))
    for address in addresses:
        folded = fold(address.scheme, address.value)
        row = tx.one(contact_store.identity_by_key, scheme=address.scheme, value=folded)
        if row is not None and row[6] in own and RANKS[row[4]] < RANKS["signed"]:
            tx.run(
                contact_store.verify_identity,
                key=address.scheme,
                folded=folded,
                verification="signed",
                verified_at=tx.now,
            )
            tx.emit(ContactChanged(contact_id=found.contact_id), actor=f"contact:{found.contact_id}")
        elif row is not None and row[6] not in own:
            _settle_owner(tx, found.contact_id, row[6], address)
    return found.value


def _settle_owner(tx: Tx, contact_id: str, owner_id: str, address: Address) -> None:
    """The visitor was known before, and somebody else has the address that the site signs for.

    They are one where that address is proven, and the visitor has no proven address of the kind that says otherwise. Else, and
    where an agent said that they aren't one, it stays a suggestion.
    """
    visitor, owner = get_contact(tx, contact_id), get_contact(tx, survivors(tx, [owner_id])[owner_id])
    own = [one for one in visitor.identities if one.scheme == address.scheme and one.verification != "claimed"]
    theirs = key_of(address)
    proven = any((one.scheme, one.value) == theirs and one.verification != "claimed" for one in owner.identities)
    if proven and not own and not is_refused(tx, visitor.id, owner.id):
        merge_contacts(tx, visitor.id, owner.id)
    else:
        note_signed(tx, visitor.id, address.value)


def _sender(said: Said) -> tuple[Address, ...]:
    who = said.visitor
    name = "" if who.signed else said.name
    ours = Address(who.scheme, who.value, name, verified=True)
    if who.signed or not said.email:
        return (ours,)
    return (ours, Address("email", said.email, name, verified=False))


def _claims(tx: Tx, said: Said) -> frozenset[str]:
    """A claimed address that is somebody else's is shown with the message, since the contact doesn't get it."""
    if said.visitor.signed or not said.email:
        return frozenset()
    row = tx.one(contact_store.identity_by_key, scheme="email", value=fold("email", said.email))
    if row is None or row[6] in find_contact_ids(tx, said.visitor):
        return frozenset()
    return frozenset({f"claims:{fold('email', said.email)}"})


def _take_upload(tx: Tx, who: Visitor, upload_id: str) -> Media:
    row = tx.one(visitor_store.take_upload, id=upload_id, uploader=who.uploader)
    if row is None:
        raise Invalid("A file is missing; attach it again.", fields={"attachment_ids": "problem.file_missing"})
    name, kind, size, file = row
    return Media(name, kind, size, file=file)
