"""Erasing a contact: rows with words are emptied or go, numbers stay."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from lyhord.contacts.lineage import members
from lyhord.contacts.reading import contacts_by_id
from lyhord.contacts.search import index as contact_index
from lyhord.conversations.amending import get_row, keep_reactions
from lyhord.conversations.events import MessageRemoved
from lyhord.conversations.search import message_index
from lyhord.kit.database import ReadTx, Tx
from lyhord.kit.http.idempotency import forget_answers_about
from lyhord.kit.ids import LOWEST_ID
from lyhord.kit.problems import NotFound
from lyhord.privacy import store
from lyhord.privacy.events import ContactErased
from lyhord.privacy.holdings import Forget
from lyhord.workspaces.actions.audit import record

PAGE = 200
_unsent = msgspec.json.Decoder(dict[str, Any])


def is_there(tx: ReadTx, contact_id: str) -> bool:
    """Whether a contact is known, merged or not."""
    return bool(contacts_by_id(tx, [contact_id]))


def erase_contact(tx: Tx, contact_id: str, others: Sequence[Forget] = ()) -> None:
    """Forget a contact and everybody who is one with them: every word, file, address and what was noted about them.

    What they said stands in the log by its number and has no words any more; so it is in groups, where the others' words stay.
    Side conversations about them, or with them, go whole. Raises `NotFound`.
    """
    contact_ids = members(tx, contact_id)
    if not contact_ids:
        raise NotFound("There is no such contact.")
    addresses = [
        (one.scheme, one.value) for contact in contacts_by_id(tx, contact_ids).values() for one in contact.identities
    ]
    talks: dict[str, str] = {row[0]: row[1] for row in tx.all(store.conversations_of, contact_ids=contact_ids)}
    conversation_ids = [*talks, *_asides(tx, list(talks), addresses)]
    in_groups = _leave_groups(tx, addresses)
    _forget_conversations(tx, conversation_ids, addresses, in_groups)
    for forget in others:
        forget(tx, conversation_ids)
    for statement in store.drop_contacts:
        tx.run(statement, contact_ids=contact_ids)
    if contact_index.exists(tx):
        contact_index.remove(tx, contact_ids)
    forget_answers_about(tx, [*contact_ids, *conversation_ids])
    record(tx, "contact.erased", f"contact:{contact_ids[0]}")
    conversation_of = {owner: conversation_id for conversation_id, owner in talks.items()}
    for one in contact_ids:
        tx.emit(ContactErased(conversation_id=conversation_of.get(one), contact_id=one))


def _asides(tx: Tx, conversation_ids: list[str], addresses: list[tuple[str, str]]) -> list[str]:
    found: dict[str, None] = {}
    for scheme, value in addresses or [("", "")]:
        rows = tx.all(store.asked_aside, conversation_ids=conversation_ids, scheme=scheme, value=value)
        found |= dict.fromkeys(row[0] for row in rows)
    return list(found)


def _leave_groups(tx: Tx, addresses: list[tuple[str, str]]) -> list[tuple[Any, ...]]:
    """Empty what they said in groups; those messages, in the order of `store.messages_in`. Our answers to them stay, to nobody."""
    theirs: list[tuple[Any, ...]] = []
    for scheme, value in addresses:
        group_ids = [row[0] for row in tx.all(store.groups_of, scheme=scheme, value=value)]
        found = tx.all(store.said_in_groups, group_ids=group_ids, scheme=scheme, value=value) if group_ids else []
        said = [row[:3] for row in found if row[4] == "in"]
        theirs += [(row[0], row[2], row[3]) for row in found if row[4] == "in"]
        tx.run(store.address_nobody, message_ids=[row[0] for row in found if row[4] == "out"])
        ids = [row[0] for row in said]
        _empty(tx, ids)
        for statement in store.leave_groups:
            tx.run(statement, group_ids=group_ids, message_ids=ids, of_scheme=scheme, of_value=value)
        for message_id, conversation_id, inbox_id in said:
            tx.emit(MessageRemoved(conversation_id=conversation_id, inbox_id=inbox_id, message_id=message_id))
    people = [f"{scheme}:{value}" for scheme, value in addresses]
    reacted = dict.fromkeys(row[0] for row in tx.all(store.reacted_to, people=people))
    tx.run(store.drop_reactions, people=people)
    for message_id in reacted:
        keep_reactions(tx, get_row(tx, message_id))
    return theirs


def _forget_conversations(
    tx: Tx, conversation_ids: list[str], addresses: list[tuple[str, str]], in_groups: list[tuple[Any, ...]]
) -> None:
    """The conversations whole, and the payloads that brought them, or what was said `in_groups`."""
    said = tx.all(store.messages_in, conversation_ids=conversation_ids)
    attachment_ids = [
        one
        for statement in store.unsent
        for (body,) in tx.all(statement, conversation_ids=conversation_ids)
        for one in _unsent.decode(body).get("attachment_ids", ())
    ]
    brought = [*said, *in_groups]
    signs = {value for _, value in addresses} | {row[2] for row in brought if row[2]}
    payloads = list(_payloads(tx, {row[1] for row in brought if row[1]}, signs))
    tx.run(store.drop_payloads, payload_ids=[*payloads, *(row[0] for row in brought)])
    _empty(tx, [row[0] for row in said])
    uploaders = [f"visitor:{scheme}:{value}" for scheme, value in addresses]
    tx.run(store.drop_uploads, uploaders=uploaders, attachment_ids=attachment_ids)
    for statement in store.drop_conversations:
        tx.run(statement, conversation_ids=conversation_ids)
    for scheme, value in addresses:
        for statement in store.drop_address:
            tx.run(statement, scheme=scheme, value=value)


def _empty(tx: Tx, message_ids: list[str]) -> None:
    tx.run(store.empty_messages, message_ids=message_ids, at=tx.now)
    for statement in store.drop_words:
        tx.run(statement, message_ids=message_ids)
    if message_index.exists(tx):
        message_index.remove(tx, message_ids)


def _payloads(tx: Tx, inbox_ids: set[str], signs: set[str]) -> Iterator[str]:
    """What came through these inboxes and names an address or a message of theirs: also behind another's, and what came about one."""
    if not inbox_ids or not signs:
        return
    named = re.compile(rb"(?<!\w)(?:%b)(?!\w)" % b"|".join(re.escape(one.encode()) for one in sorted(signs)))
    after: str | None = LOWEST_ID
    while after is not None:
        page = tx.all(store.payloads_page, inbox_ids=sorted(inbox_ids), after=after, most=PAGE)
        yield from (row[0] for row in page if named.search(bytes(row[1])))
        after = page[-1][0] if len(page) == PAGE else None
