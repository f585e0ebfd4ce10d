"""Say something to the customer, take it back while there is time, try again what failed."""

from collections.abc import Mapping
from typing import Any

import msgspec

from lyhord.contacts.actions import find_or_make_contacts
from lyhord.contacts.lineage import survivors
from lyhord.conversations import store
from lyhord.conversations.amending import note_amending
from lyhord.conversations.answering import ANYBODY, Answering
from lyhord.conversations.beginning import conversation_with
from lyhord.conversations.events import DeliveryChanged, MessageRemoved, MessageReplied
from lyhord.conversations.exchange import Address
from lyhord.conversations.formatting import pictures_in
from lyhord.conversations.groups.placing import group_of
from lyhord.conversations.model import (
    AUTOMATIC,
    Attached,
    Conversation,
    Draft,
    More,
    Reply,
    filling_of,
    own_words,
    read_more,
    write_more,
)
from lyhord.conversations.sharing.ending import end_shared
from lyhord.conversations.sides.events import SideAsked
from lyhord.conversations.sides.placing import check_strangers, reopen_side
from lyhord.conversations.timeline import get_conversation, timeline_ids
from lyhord.kit.clock import SECOND
from lyhord.kit.database import Tx
from lyhord.kit.problems import Gone, Invalid, NotFound, Taken
from lyhord.workspaces.model import agent_named


class Door(msgspec.Struct, frozen=True):
    """Where a reply leaves: an inbox, and the identity that it goes to, which what is for a whole group has none of."""

    inbox_id: str
    scheme: str | None
    value: str | None

    @property
    def address(self) -> Address:
        """The identity alone."""
        return Address(self.scheme or "", self.value or "")


def reply(tx: Tx, words: Reply, answering: Answering = ANYBODY) -> str:
    """Store what an agent says and queue its delivery; the message's id.

    It leaves after `words.undo_seconds`. Raises `Invalid` when nothing is said or there is no way out, `NotFound`, `Taken` where somebody
    else went on with the shared draft, and what `answering` raises.
    """
    conversation = get_conversation(tx, words.conversation_id)
    words = msgspec.structs.replace(words, conversation_id=conversation.id)
    answering.check(tx, words)
    if not words.text.strip() and not words.attachment_ids:
        raise Invalid("Write something, or attach a file.", fields={"text": "problem.empty"})
    _check_answered(tx, conversation, words.answers)
    door = get_door(tx, conversation, words)
    if conversation.parent_id is not None:
        check_strangers(tx, conversation.parent_id, (door.address, *words.copies, *words.blind_copies))
        reopen_side(tx, conversation)
    message_id = tx.new_id()
    end_shared(tx, words.shared_id, words.attachment_ids)
    files = take_attachments(tx, message_id, conversation.id, words.attachment_ids)
    _write(tx, words, door, message_id, files)
    before = (conversation.inbox_id, conversation.scheme, conversation.value)
    if conversation.kind != "group" and before != (door.inbox_id, door.scheme, door.value):
        _remember_door(tx, conversation, door)
    _queue(tx, words, door, message_id)
    agent_id = agent_of(tx)
    if agent_id:
        tx.run(store.drop_draft, agent=agent_id, id=conversation.id)
    if conversation.parent_id is not None:
        tx.emit(
            SideAsked(conversation_id=conversation.id, inbox_id=door.inbox_id, message_id=message_id, agent_id=agent_id)
        )
        return message_id
    tx.emit(
        MessageReplied(
            conversation_id=conversation.id,
            inbox_id=door.inbox_id,
            message_id=message_id,
            agent_id=agent_id,
            resolve=1 if words.resolve else 0,
            automatic=1 if words.automatic else 0,
            ticket_id=words.ticket_id,
        )
    )
    return message_id


def answer_by_itself(tx: Tx, message: Mapping[str, Any], text: str) -> str:
    """Say something to whoever said `message` (its row by column name), the way it came; no person did it. Its id."""
    return reply(
        tx,
        Reply(
            conversation_id=message["conversation_id"],
            text=text,
            inbox_id=message["inbox_id"],
            scheme=message["scheme"],
            value=message["value"],
            automatic=True,
        ),
    )


def start_conversation(
    tx: Tx, contact_id: str | None, to: Address | None, words: Reply, answering: Answering = ANYBODY
) -> str:
    """Write to a contact, or to an address that may be nobody's yet; the message's id.

    `words.conversation_id` is ignored: it is the one conversation of the contact, or of whom they were merged into, found or made.
    Raises `NotFound` for a contact that isn't there, and what `answering` raises.
    """
    if to is not None:
        found = find_or_make_contacts(tx, [(to,)])[0]
        contact_id = found.contact_id
        words = msgspec.structs.replace(words, scheme=to.scheme, value=found.value)
    if contact_id is None:
        raise Invalid("Say to whom.", fields={"to": "problem.required"})
    contact_id = survivors(tx, [contact_id]).get(contact_id)
    if contact_id is None:
        raise NotFound("There is no such contact.")
    conversation_id = conversation_with(tx, contact_id)
    return reply(tx, msgspec.structs.replace(words, conversation_id=conversation_id), answering)


def undo_reply(tx: Tx, message_id: str) -> Draft:
    """Take back a reply that hasn't left: its words become the agent's draft again. Raises `Gone` when it is too late."""
    row = tx.one(store.message_row, id=message_id)
    if row is None:
        raise NotFound("There is no such message.")
    message = row_by_name(row)
    if not tx.run(store.drop_delivery, id=message_id):
        raise Gone("It has left already.", key="problem.too_late_to_undo")
    more = read_more(message["more"])
    draft = Draft(
        text="" if more.template else own_words(message["text"], more.translation),
        html=message["html"],
        subject=message["subject"],
        inbox_id=message["inbox_id"],
        scheme=message["scheme"],
        value=message["value"],
        attachment_ids=tuple(file.id for file in more.attachments),
        copies=more.copies,
        blind_copies=more.blind_copies,
        answers=more.answers,
        buttons=() if more.template else more.buttons,
        public=more.place is not None,
        template=filling_of(more.template),
    )
    tx.run(store.free_attachments, of=message_id)
    tx.run(store.erase_words, conversation=message["conversation_id"], key=message_id, at=tx.now)
    tx.run(store.reset_last_message, key=message["conversation_id"])
    agent_id = agent_of(tx)
    if agent_id:
        write_draft(tx, agent_id, message["conversation_id"], draft)
    tx.emit(
        MessageRemoved(conversation_id=message["conversation_id"], inbox_id=message["inbox_id"], message_id=message_id)
    )
    return draft


def retry_delivery(tx: Tx, message_id: str) -> None:
    """Queue a failed or unknown delivery again, at once; that of its amendment where that is what didn't get there.

    Raises `Taken` when there is nothing to try again.
    """
    row = tx.one(store.message_row, id=message_id)
    if row is None:
        raise NotFound("There is no such message.")
    message = row_by_name(row)
    amending = read_more(message["more"]).amending
    if amending and tx.run(store.requeue_delivery, id=amending.id, from_states=("failed", "unknown"), at=tx.now):
        note_amending(tx, message_id, amending.id, "queued", None)
        return
    if not tx.run(store.requeue_delivery, id=message_id, from_states=("failed", "unknown"), at=tx.now):
        raise Taken("It is on its way or has arrived.", key="problem.nothing_to_retry")
    tx.emit(
        DeliveryChanged(
            conversation_id=message["conversation_id"],
            inbox_id=message["inbox_id"],
            message_id=message_id,
            state="queued",
        )
    )


def take_attachments(
    tx: Tx, message_id: str, conversation_id: str, attachment_ids: tuple[str, ...]
) -> tuple[Attached, ...]:
    """Give uploaded files to a message. Raises `Invalid` for files that aren't the writer's own or went elsewhere."""
    if not attachment_ids:
        return ()
    rows = tx.all(
        store.take_attachments,
        ids=attachment_ids,
        uploaded_by=tx.actor,
        message_id=message_id,
        conversation_id=conversation_id,
    )
    if len(rows) != len(set(attachment_ids)):
        raise Invalid("A file is missing; attach it again.", fields={"attachment_ids": "problem.file_missing"})
    order = {attachment_id: place for place, attachment_id in enumerate(attachment_ids)}
    return tuple(sorted((Attached(*row) for row in rows), key=lambda file: order[file.id]))


def write_draft(tx: Tx, agent_id: str, conversation_id: str, draft: Draft) -> None:
    """Keep an agent's unsent words."""
    body = msgspec.json.encode(draft).decode()
    tx.run(store.write_draft, agent_id=agent_id, conversation_id=conversation_id, body=body, changed_at=tx.now)


def agent_of(tx: Tx) -> str | None:
    """The agent who acts, or None for a token, a rule or the system."""
    return agent_named(tx.actor)


def row_by_name(row: tuple[object, ...]) -> dict[str, Any]:
    """A full message row by column name."""
    return dict(zip(store.message_names, row, strict=True))


def _check_answered(tx: Tx, conversation: Conversation, message_id: str | None) -> None:
    if message_id is None:
        return
    row = tx.one(store.message_row, id=message_id)
    answered = row_by_name(row) if row else {}
    if answered.get("direction") not in ("in", "out") or answered["conversation_id"] not in timeline_ids(
        tx, conversation
    ):
        raise Invalid("What you answer isn't in this conversation.", fields={"answers": "problem.not_found"})


def get_door(tx: Tx, conversation: Conversation, words: Reply) -> Door:
    """Where a reply leaves. Raises `Invalid` when there is no way out, or it was removed.

    What is said in a group goes to the group: to whoever said what is answered, else to nobody in particular.
    """
    if conversation.kind == "group":
        return _group_door(tx, conversation, words)
    inbox_id = words.inbox_id or conversation.inbox_id
    scheme = words.scheme or conversation.scheme
    value = words.value or conversation.value
    if inbox_id is None or scheme is None or value is None:
        raise Invalid("Choose how to reach the customer.", fields={"inbox_id": "problem.no_way_out"})
    _check_inbox(tx, inbox_id)
    return Door(inbox_id, scheme, value)


def _group_door(tx: Tx, conversation: Conversation, words: Reply) -> Door:
    group = group_of(tx, conversation.id)
    if group is None or words.inbox_id not in (None, group.inbox_id):
        raise Invalid("A group is answered where it is.", fields={"inbox_id": "problem.no_way_out"})
    if group.removed_at is not None:
        raise Invalid("We aren't in this group any more.", key="plan.removed_from_group")
    _check_inbox(tx, group.inbox_id)
    row = tx.one(store.message_row, id=words.answers) if words.answers else None
    answered = row_by_name(row) if row else {}
    heard = answered.get("direction") == "in"
    return Door(group.inbox_id, answered["scheme"] if heard else None, answered["value"] if heard else None)


def _check_inbox(tx: Tx, inbox_id: str) -> None:
    if tx.one(store.active_inbox, id=inbox_id) is None:
        raise Invalid("That inbox was removed; choose another.", fields={"inbox_id": "problem.inbox_removed"})


def _write(tx: Tx, words: Reply, door: Door, message_id: str, files: tuple[Attached, ...]) -> None:
    shown = pictures_in(words.html)
    files = tuple(msgspec.structs.replace(one, inline_id=one.id) if one.id in shown else one for one in files)
    more = More(
        attachments=files,
        copies=words.copies,
        blind_copies=words.blind_copies,
        flags=(AUTOMATIC,) if words.automatic else (),
        answers=words.answers,
        translation=words.translation,
        buttons=words.buttons,
        numbered=words.numbered,
        template=words.template,
        place=words.place,
    )
    tx.run(
        store.insert_message,
        conversation_id=words.conversation_id,
        id=message_id,
        direction="out",
        inbox_id=door.inbox_id,
        external_id=message_id,
        scheme=door.scheme,
        value=door.value,
        agent_id=agent_of(tx),
        text=words.text,
        html=words.html,
        quoted="",
        subject=words.subject,
        more=write_more(more),
        claimed_at=None,
        removed_at=None,
        amended_at=None,
        created_at=tx.now,
    )


def _remember_door(tx: Tx, conversation: Conversation, door: Door) -> None:
    """The first words, or another way than the last: later replies leave there until the customer writes elsewhere.

    In a side conversation they leave as the agent wrote last, and who may read it stays as it is.
    """
    if conversation.parent_id is None:
        tx.run(store.add_carrier, conversation_id=conversation.id, inbox_id=door.inbox_id)
    if conversation.inbox_id is None or conversation.parent_id is not None:
        tx.run(store.set_door, key=conversation.id, inbox_id=door.inbox_id, scheme=door.scheme, value=door.value)


def _queue(tx: Tx, words: Reply, door: Door, message_id: str) -> None:
    agent_id = agent_of(tx)
    number = tx.value(
        store.touch_outbound,
        key=words.conversation_id,
        last_message_id=message_id,
        responder=f"agent:{agent_id}" if agent_id else "queue",
        changed_at=tx.now,
    )
    tx.run(
        store.insert_delivery,
        message_id=message_id,
        conversation_id=words.conversation_id,
        n=number,
        amends=None,
        deed=None,
        inbox_id=door.inbox_id,
        state="queued",
        queued_at=tx.now,
        due_at=tx.now + words.undo_seconds * SECOND,
        attempts=0,
        parts_sent=0,
        lease=None,
        lease_until=None,
        reference=message_id,
        error=None,
        trace=tx.trace,
        changed_at=tx.now,
    )
