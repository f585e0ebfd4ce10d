"""Conversations and messages as screens, streams and adapters read them."""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from lyhord.contacts.lineage import members
from lyhord.conversations import amending_store, store
from lyhord.conversations.amending import get_row, has_left, our_reaction
from lyhord.conversations.channel import Descriptor
from lyhord.conversations.exchange import Address, Amendment, Deed, Media, Outbound
from lyhord.conversations.groups.placing import group_of
from lyhord.conversations.model import (
    AUTOMATIC,
    NOTHING_MORE,
    Attachment,
    Conversation,
    DeliveryState,
    Draft,
    Earlier,
    Message,
    More,
    is_public,
    read_more,
    said_at,
)
from lyhord.conversations.parts import parts_of
from lyhord.conversations.peers.views import is_out
from lyhord.conversations.signatures.views import signature_below
from lyhord.conversations.timeline import carriers_of, find_timeline, timeline_ids
from lyhord.conversations.visibility import may_see_message
from lyhord.kit.database import ReadTx
from lyhord.kit.ids import HIGHEST_ID, LOWEST_ID
from lyhord.kit.problems import NotFound
from lyhord.workspaces.reach import Reach

MOST_LOOKED_AT = 4_000
"""Conversations that one answer looks through for somebody who may see few of them."""

_draft = msgspec.json.Decoder(Draft)


class Timeline(Struct, frozen=True):
    """Part of a conversation, oldest first. `next` is the `before` of the part above it; `hidden` counts what can't be seen."""

    items: list[Message]
    next: str | None
    hidden: int = 0


class WayOut(Struct, frozen=True):
    """One way to reach the customer: an inbox and one of their identities. `usable` is False while the inbox is paused, `reachable` as
    long as nothing arrives at that identity there.
    """

    inbox_id: str
    channel: str
    name: str
    scheme: str
    value: str
    usable: bool
    reachable: bool = True


def get_visible(tx: ReadTx, reach: Reach, conversation_id: str) -> Conversation:
    """The conversation; raises `NotFound` where there is none or none within reach."""
    return _visible(tx, reach, conversation_id)[0]


def _visible(tx: ReadTx, reach: Reach, conversation_id: str) -> tuple[Conversation, list[str], frozenset[str]]:
    """The same with its `timeline_ids`, and for somebody with a limited reach its inboxes."""
    found = find_timeline(tx, conversation_id)
    if found is not None:
        carriers = carriers_of(tx, found[1]) if reach.inbox_ids is not None else frozenset[str]()
        if reach.covers_any(carriers):
            return *found, carriers
    raise NotFound("There is no such conversation.")


def carriers_of_conversations(tx: ReadTx, conversation_ids: Sequence[str]) -> dict[str, frozenset[str]]:
    """The same for each conversation; one without inboxes is left out."""
    found: dict[str, set[str]] = {}
    for conversation_id, inbox_id in tx.all(store.carriers_of, ids=conversation_ids) if conversation_ids else ():
        found.setdefault(conversation_id, set()).add(inbox_id)
    return {conversation_id: frozenset(inboxes) for conversation_id, inboxes in found.items()}


def conversations_by_id(tx: ReadTx, ids: Sequence[str]) -> list[Conversation]:
    """Conversations by id, in no order."""
    return [Conversation(*row) for row in tx.all(store.conversations_by_ids, ids=ids)] if ids else []


def conversation_of_contacts(tx: ReadTx, contact_ids: Sequence[str]) -> dict[str, str]:
    """The direct conversation of each contact that has one."""
    return dict(tx.all(store.conversation_ids_by_contacts, contact_ids=contact_ids))


def list_conversations(
    tx: ReadTx, reach: Reach, *, before: str = HIGHEST_ID, most: int = 50
) -> tuple[list[Conversation], str | None]:
    """Conversations by when they began, the newest first, and the `before` of the next page.

    For somebody with a limited reach a page may be short, even empty, and more follow.
    """
    limited = reach.inbox_ids is not None
    end = tx.value(store.conversations_end, before=before, looked=MOST_LOOKED_AT - 1) if limited else None
    rows = tx.all(
        store.newest_conversations[limited],
        before=before,
        most=most + 1,
        reach=reach.inbox_ids or (),
        until=end or LOWEST_ID,
    )
    page = [Conversation(*row) for row in rows[:most]]
    if len(rows) <= most:
        return page, end
    return page, page[-1].id


def list_messages(
    tx: ReadTx,
    reach: Reach,
    conversation_id: str,
    *,
    before: str | None = None,
    after: str | None = None,
    most: int = 50,
) -> Timeline:
    """A part of the timeline: the newest, what stands before a message, or what stands after one. Raises `NotFound` like `get_visible`."""
    conversation, ids, carriers = _visible(tx, reach, conversation_id)
    rows: list[tuple[Any, ...]] = []
    more = None
    if after is not None:
        for one in ids:
            rows += tx.all(store.messages_after, id=one, after=after, most=most)
        rows = sorted(rows, key=_by_id)[:most]
    else:
        for one in ids:
            rows += tx.all(store.messages_before, id=one, before=before or HIGHEST_ID, most=most + 1)
        if len(ids) > 1:
            rows.sort(key=_by_id, reverse=True)
        more = rows[most - 1][0] if len(rows) > most else None
        rows = rows[:most][::-1]
    whole = reach.inbox_ids is None or conversation.parent_id is not None
    seen = rows if whole else [row for row in rows if may_see_message(reach, row[3], carriers)]
    return Timeline([to_message(row) for row in seen], more, len(rows) - len(seen))


def messages_by_id(tx: ReadTx, ids: Sequence[str]) -> list[Message]:
    """Messages by id, in no order."""
    return [to_message(row) for row in tx.all(store.messages_by_ids, ids=ids)] if ids else []


def get_message(tx: ReadTx, reach: Reach, message_id: str) -> Message:
    """The message; raises `NotFound` where there is none or none within reach."""
    for message in messages_by_id(tx, [message_id]):
        if sees_message(tx, reach, message.conversation_id, message.inbox_id):
            return message
    raise NotFound("There is no such message.")


def check_seen(tx: ReadTx, reach: Reach, message_ids: Sequence[str]) -> None:
    """Raise `NotFound` where one of these messages isn't there or isn't within reach."""
    found = messages_by_id(tx, message_ids)
    if reach.inbox_ids is not None:
        talks = sorted({one.conversation_id for one in found})
        asides = {one.id for one in conversations_by_id(tx, talks) if one.parent_id is not None}
        carriers = carriers_of_conversations(tx, talks)
        inboxes = ((one, None if one.conversation_id in asides else one.inbox_id) for one in found)
        found = [one for one, inbox in inboxes if may_see_message(reach, inbox, carriers.get(one.conversation_id, ()))]
    if len({one.id for one in found}) < len(set(message_ids)):
        raise NotFound("There is no such message.")


def sees_message(tx: ReadTx, reach: Reach, conversation_id: str, inbox_id: str | None) -> bool:
    """Whether a message of a conversation that came or went through an inbox may be seen."""
    if reach.inbox_ids is None:
        return True
    side = tx.value(store.parent_of, id=conversation_id) is not None
    return may_see_message(reach, None if side else inbox_id, carriers_of(tx, [conversation_id]))


def to_message(row: tuple[Any, ...]) -> Message:
    """A row of `store.message_columns` as a value."""
    return Message(
        id=row[0],
        conversation_id=row[1],
        direction=row[2],
        inbox_id=row[3],
        channel=row[4],
        scheme=row[5],
        value=row[6],
        agent_id=row[7],
        text=row[8],
        html=bool(row[9]),
        formatted=row[20],
        quoted=row[10],
        subject=row[11],
        claimed_at=row[13],
        removed_at=row[14],
        at=said_at(row[0]),
        delivery=DeliveryState(row[15], row[16], row[17], row[18], row[19]) if row[15] else None,
        **(_rest(row[12]) if row[12] != NOTHING_MORE else {}),
    )


def _rest(stored: str) -> dict[str, Any]:
    """What few messages have, as the fields of a `Message`."""
    more = read_more(stored)
    return {
        "attachments": _files(more),
        "recipients": more.recipients,
        "copies": more.copies,
        "blind_copies": more.blind_copies,
        "mentions": more.mentions,
        "flags": more.flags,
        "sender": more.sender,
        "answers": more.answers,
        "buttons": more.buttons,
        "template": more.template.template.name if more.template else None,
        "chosen": more.chosen,
        "topic": more.topic,
        "translation": more.translation,
        "edited_at": more.edited_at,
        "removed_by": more.removed_by,
        "reactions": more.reactions,
        "amending": more.amending,
        "call": more.call,
        "expires_at": more.expires_at,
        "place": more.place,
        "hidden_by": more.hidden_by,
    }


def _files(more: More) -> tuple[Attachment, ...]:
    return tuple(
        Attachment(one.id, one.name, one.type, one.size, one.inline_id, more.missing.get(one.id))
        for one in more.attachments
    )


def find_draft(tx: ReadTx, agent_id: str | None, conversation_id: str) -> Draft | None:
    """An agent's unsent words on a conversation."""
    body = tx.value(store.find_draft, agent=agent_id, id=conversation_id) if agent_id else None
    return _draft.decode(body) if body else None


def find_position(tx: ReadTx, agent_id: str | None, conversation_id: str) -> str | None:
    """The last message that an agent has read."""
    position = tx.value(store.find_position, agent=agent_id, id=conversation_id) if agent_id else None
    return str(position) if position else None


def last_from(tx: ReadTx, conversation_id: str, inbox_id: str) -> int | None:
    """When the customer wrote last through an inbox (Unix milliseconds)."""
    found = tx.value(store.last_through, id=conversation_id, inbox_id=inbox_id)
    return said_at(found) if found else None


def outbound_of(tx: ReadTx, message_id: str) -> tuple[Outbound, str]:
    """What an adapter is to send for a message, and the inbox through which; raises `NotFound`.

    `references` are the external ids of the last messages of that inbox in the conversation, oldest first, so that the other side's
    mail program keeps the thread; `answers` is the one that is answered. Below what everybody can read stands no signature.
    """
    row = tx.one(store.message_row, id=message_id)
    if row is None:
        raise NotFound("There is no such message.")
    message = dict(zip(store.message_names, row, strict=True))
    more = read_more(message["more"])
    earlier = [
        one
        for one in tx.all(
            store.thread_before, id=message["conversation_id"], inbox_id=message["inbox_id"], before=message_id
        )[::-1]
        if is_public(one[4]) == (more.place is not None)
    ]
    references = tuple(one[1] for one in earlier)
    named = {one[0]: one[1] for one in earlier}
    inbound = [one[1] for one in earlier if one[2] == "in"]
    chosen = answered_by(tx, message["conversation_id"], more.answers)
    if chosen is not None and chosen["inbox_id"] == message["inbox_id"]:
        named.setdefault(chosen["id"], chosen["external_id"])
    answers = named.get(more.answers or "") or (inbound[-1] if inbound else None)
    writer = tx.one(store.writer_of, id=message["agent_id"]) if message["agent_id"] else None
    subject = message["subject"] or next((one[3] for one in reversed(earlier) if one[3]), None)
    group = group_of(tx, message["conversation_id"])
    about = chosen or (answered_by(tx, message["conversation_id"], _last_inbound(earlier)) if group else None)
    outbound = Outbound(
        to=Address(message["scheme"] or "", message["value"] or "", _recipient_name(tx, message)),
        text=message["text"],
        html=message["html"],
        subject=subject,
        media=tuple(
            Media(one.name, one.type, one.size, file=one.file, inline_id=one.inline_id) for one in more.attachments
        ),
        copies=more.copies,
        blind_copies=more.blind_copies,
        answers=answers,
        quote="" if more.place else quote_of(chosen),
        handle=handle_of(chosen, message["inbox_id"]),
        references=references,
        template=more.template,
        buttons=() if more.template else more.buttons,
        place=more.place,
        group_id=group.group_id if group else None,
        topic=read_more(about["more"]).topic if group and about else None,
        sender_name=writer[0] if writer else "",
        signature=None if more.place else signature_below(tx, message["agent_id"], message["inbox_id"]),
        conversation_id=message["conversation_id"],
        automatic=AUTOMATIC in more.flags,
    )
    return outbound, message["inbox_id"]


def amendments_of(tx: ReadTx, message_id: str, deed: Deed) -> tuple[Amendment, ...]:
    """What an adapter is to do with a message; nothing where the message, or what was to be done with it, is no more.

    Withdrawn is each of the parts in which it left.
    """
    row = get_row(tx, message_id)
    left = tx.one(amending_store.how_it_left, of=message_id)
    if (row.facts["removed_at"] is not None) != (deed == "remove") or not has_left(left):
        return ()
    if deed in ("hide", "show") and bool(row.more.hidden_by) != (deed == "hide"):
        return ()
    whole = Amendment(
        deed=deed,
        message=row.facts["external_id"],
        to=Address(row.facts["scheme"] or "", row.facts["value"] or ""),
        group_id=group.group_id if (group := group_of(tx, row.facts["conversation_id"])) else None,
        emoji=our_reaction(row) if deed == "react" else "",
        ours=row.by_us,
    )
    parts = parts_of(tx, message_id) if deed == "remove" and left and left[1] else ()
    return tuple(replace(whole, message=external_id) for external_id in parts) or (whole,)


def list_earlier(tx: ReadTx, message_id: str) -> list[Earlier]:
    """What a message said before, the latest first."""
    found = tx.all(amending_store.earlier_of, of=message_id)
    return [
        Earlier(text or subject or "", _files(read_more(more)), said_at(one), by)
        for one, text, _, _, subject, more, by in found
    ]


def answered_by(tx: ReadTx, conversation_id: str, message_id: str | None) -> dict[str, Any] | None:
    """The row by column name of a message that somebody answers in its timeline, or None where there is none."""
    row = tx.one(store.message_row, id=message_id) if message_id else None
    if row is None:
        return None
    answered = dict(zip(store.message_names, row, strict=True))
    found = find_timeline(tx, conversation_id)
    fits = found is not None and answered["conversation_id"] in found[1] and answered["direction"] != "note"
    return answered if fits else None


def quote_of(answered: dict[str, Any] | None) -> str:
    """What was said in a message that is answered: its words, else its subject."""
    return (answered["text"] or answered["subject"] or "") if answered else ""


def handle_of(answered: dict[str, Any] | None, inbox_id: str) -> str:
    """What the channel of `inbox_id` wants to hear about a message that is answered there; "" for one of another inbox."""
    return read_more(answered["more"]).handle if answered and answered["inbox_id"] == inbox_id else ""


def _last_inbound(earlier: Sequence[tuple[Any, ...]]) -> str | None:
    return next((one[0] for one in reversed(earlier) if one[2] == "in"), None)


def _recipient_name(tx: ReadTx, message: dict[str, Any]) -> str:
    name = tx.value(store.identity_name, scheme=message["scheme"], value=message["value"])
    return str(name or "")


def _by_id(row: tuple[Any, ...]) -> str:
    return str(row[0])


def media_of(tx: ReadTx, attachment_ids: Sequence[str]) -> tuple[Media, ...]:
    """Uploaded files as a channel plans with them: name, type and size."""
    rows = (tx.one(store.attachment_by_id, id=attachment_id) for attachment_id in attachment_ids)
    return tuple(Media(row[2], row[3], row[4], file=row[1]) for row in rows if row)


def list_ways_out(
    tx: ReadTx, reach: Reach, conversation: Conversation, describe: Callable[[str], Descriptor]
) -> list[WayOut]:
    """How the customer can be reached, the way of their last message first and those on which nothing arrives last.

    Each identity of theirs goes with each inbox within reach whose channel has its scheme, if the channel may start to talk or the
    inbox has carried them before.
    """
    if conversation.kind == "group":
        return _way_to_group(tx, reach, conversation)
    known = (
        []
        if conversation.contact_id is None
        else tx.all(store.identities_of, contact_ids=members(tx, conversation.contact_id))
    )
    carriers = carriers_of(tx, timeline_ids(tx, conversation))
    ways = []
    for inbox_id, channel, name, paused_at in tx.all(store.active_inboxes):
        descriptor = describe(channel)
        if reach.covers(inbox_id) and (descriptor.may_initiate or inbox_id in carriers):
            heard = last_from(tx, conversation.id, inbox_id) if descriptor.peers else None
            ways += [
                WayOut(
                    inbox_id,
                    channel,
                    name,
                    scheme,
                    value,
                    usable=paused_at is None,
                    reachable=not (descriptor.peers and is_out(tx, inbox_id, Address(scheme, value), heard)),
                )
                for scheme, value in known
                if scheme in descriptor.schemes
            ]
    last = (conversation.inbox_id, conversation.scheme, conversation.value)
    return sorted(ways, key=lambda way: (not way.reachable, (way.inbox_id, way.scheme, way.value) != last))


def _way_to_group(tx: ReadTx, reach: Reach, conversation: Conversation) -> list[WayOut]:
    """Into the group, by the inbox that is in it; what it is called stands for whom it reaches."""
    group = group_of(tx, conversation.id)
    row = tx.one(store.active_inbox, id=group.inbox_id) if group and reach.covers(group.inbox_id) else None
    if group is None or row is None:
        return []
    usable = group.removed_at is None and row[3] is None
    return [WayOut(row[0], row[1], row[2], "", conversation.title or group.group_id, usable)]
