"""Receive what customers said: the hottest action of the product, so it works on the whole batch at once.

Each statement runs once per batch, whatever its size. Storing depends on nothing that can go wrong later: tickets, search and rules
follow the event.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from lyhord.contacts.actions import find_or_make_contacts
from lyhord.contacts.model import Sender
from lyhord.conversations import store
from lyhord.conversations.actions.addressing import address_echoes
from lyhord.conversations.actions.arrivals import Arrival, read_arrival
from lyhord.conversations.actions.calls import RINGING, hear_calls, tell_ringing
from lyhord.conversations.actions.elsewhere import tell_echo
from lyhord.conversations.actions.fetch import COMING, Wanted, ask_for_file
from lyhord.conversations.actions.hear import hear_amendments
from lyhord.conversations.actions.payloads import raw_row
from lyhord.conversations.actions.vanish import ask_to_vanish
from lyhord.conversations.beginning import new_conversation
from lyhord.conversations.buttons import find_choice, may_choose
from lyhord.conversations.deliveries import apply_statuses
from lyhord.conversations.events import ConversationStarted, MessageReceived
from lyhord.conversations.exchange import (
    InboundAmendment,
    InboundCall,
    InboundPeer,
    InboundStatus,
)
from lyhord.conversations.groups.joining import Gone, Speaker, drop_unwanted, hear_groups, join_groups
from lyhord.conversations.model import (
    ANSWERED,
    ELSEWHERE,
    NOTHING_MORE,
    QUIET,
    SETTLED,
    Attached,
    Conversation,
    More,
    Receipt,
    Received,
    Said,
    gist,
    later,
    post_of,
    write_more,
)
from lyhord.conversations.optouts.model import WISHES
from lyhord.conversations.parts import find_named, messages_of_parts
from lyhord.conversations.peers.actions import hear_peers
from lyhord.conversations.sides.events import SideAnswered
from lyhord.conversations.sides.placing import SIDE, find_sides, reopen_side
from lyhord.conversations.timers.actions import find_timer, give_life, hear_timers
from lyhord.conversations.timers.model import read_timers
from lyhord.kit.database import Tx, batched
from lyhord.kit.ids import id_time, new_id

Row = tuple[Any, ...]


@batched
def receive_messages(tx: Tx, items: Sequence[Received]) -> list[Receipt]:
    """Store what arrived: identities and contacts found or made, messages in their conversations, one event each.

    What we have already (same inbox, same external id) changes nothing and is answered as the first time. Statuses are merged into
    their deliveries. What wasn't understood becomes a message that says so, with the raw payload kept.
    """
    items = address_echoes(tx, drop_unwanted(tx, items))
    gone = hear_groups(tx, items)
    hear_timers(tx, items)
    said = [[read_arrival(received, inbound) for inbound in received.inbounds] for received in items]
    everything = [message for group in said for message in group if message is not None]
    fresh = _drop_known(tx, everything)
    if fresh:
        answered = _answered(tx, fresh)
        _write_messages(tx, fresh, _find_conversations(tx, fresh, answered, gone), answered)
    fresh_ids = {id(message) for message in fresh}
    grouped = zip(items, said, strict=True)
    more = [(received, group) for received, group in grouped if any(one is None or one.call for one in group)]
    others = [received for received, _ in more]
    _merge_statuses(tx, others)
    hear_peers(tx, [received for received, group in more if all(one is None or id(one) in fresh_ids for one in group)])
    fleeting = _hear_amendments(tx, others)
    _keep_raw(tx, items, said, fresh_ids, fleeting)
    return [
        Receipt(
            tuple(message.message_id if message else None for message in group),
            sum(1 for message in group if message and id(message) not in fresh_ids),
        )
        for group in said
    ]


def _drop_known(tx: Tx, messages: list[Arrival]) -> list[Arrival]:
    """Those that are new; those that aren't get the id that they have."""
    by_inbox: dict[str, list[Arrival]] = {}
    for message in messages:
        by_inbox.setdefault(message.received.inbox_id, []).append(message)
    fresh: list[Arrival] = []
    for inbox_id, group in by_inbox.items():
        external = [message.inbound.external_id for message in group]
        known = {row[0]: row[1] for row in tx.all(store.known_messages, inbox_id=inbox_id, external_ids=external)}
        ours = {one.inbound.external_id for one in group if one.inbound.ours} - known.keys()
        known |= {row[0]: row[1] for row in messages_of_parts(tx, inbox_id, ours)}
        for message in group:
            key = message.inbound.external_id
            if key in known:
                message.message_id = known[key]
                continue
            message.message_id = known[key] = _message_id(tx, message)
            fresh.append(message)
    return fresh


def _message_id(tx: Tx, message: Arrival) -> str:
    """Live messages stand where they arrived, whatever the sender's clock says; history stands where it was said."""
    at = message.inbound.at
    if message.received.imported and at is not None:
        return new_id(min(at, tx.now))
    return tx.new_id()


def _find_conversations(
    tx: Tx, fresh: list[Arrival], answered: Mapping[tuple[str, str], str], gone: Gone
) -> dict[str, Row]:
    """Give each message its contact and its conversation, the sender's own, its group's or one aside; the conversations' rows by id."""
    aside = _place_aside(tx, fresh, answered)
    rest = [message for message in fresh if not message.conversation_id]
    return {**aside, **_find_own(tx, rest, gone)} if rest else aside


def _place_aside(tx: Tx, fresh: list[Arrival], answered: Mapping[tuple[str, str], str]) -> dict[str, Row]:
    """Give what third parties answer its side conversation; those rows by id."""
    referred: dict[str, list[str]] = {}
    for conversation_id, external_id in answered:
        referred.setdefault(external_id, []).append(conversation_id)
    mails: dict[int, tuple[Sender, list[str]]] = {}
    for place, message in enumerate(fresh):
        inbound = message.inbound
        about = [one for reference in inbound.answers for one in referred.get(reference, ())]
        about = [inbound.thread, *about] if inbound.thread else about
        if about and inbound.group_id is None and not inbound.ours:
            mails[place] = (inbound.sender, about)
    placed = find_sides(tx, mails) if mails else {}
    for place, one in placed.items():
        fresh[place].contact = one.sender
        fresh[place].conversation_id = one.side[0]
    return {one.side[0]: one.side for one in placed.values()}


def _find_own(tx: Tx, fresh: list[Arrival], gone: Gone) -> dict[str, Row]:
    for message, contact in zip(fresh, find_or_make_contacts(tx, [m.inbound.sender for m in fresh]), strict=True):
        message.contact = contact
    direct = [message for message in fresh if message.inbound.group_id is None]
    ours = _direct_conversations(tx, {message.contact.contact_id for message in direct if message.contact})
    for message in direct:
        if message.contact:
            message.conversation_id = ours[message.contact.contact_id][0]
    rows = {row[0]: row for row in ours.values()}
    if len(direct) < len(fresh):
        rows |= _join_groups(tx, [message for message in fresh if message.inbound.group_id is not None], gone)
    return rows


def _direct_conversations(tx: Tx, contact_ids: Iterable[str]) -> dict[str, Row]:
    """The one direct conversation of each contact, made where there is none yet."""
    wanted = sorted(contact_ids)
    found = {row[2]: row for row in tx.all(store.conversations_receiving, contact_ids=wanted)}
    rows = [new_conversation(tx, contact_id=contact_id) for contact_id in wanted if contact_id not in found]
    tx.run_many(store.insert_conversation, rows)
    for row in rows:
        found[row["contact_id"]] = tuple(row[column.name] for column in store.receiving_columns)
        tx.emit(ConversationStarted(conversation_id=row["id"], contact_id=row["contact_id"]))
    return found


def _join_groups(tx: Tx, messages: list[Arrival], gone: Gone) -> dict[str, Row]:
    """Give what was said in groups the conversations of these; their rows by id."""
    speakers = []
    for message in messages:
        inbound, contact = message.inbound, message.contact
        first = inbound.sender[0]
        value = contact.value if contact else first.value
        group = (message.received.inbox_id, inbound.group_id or "")
        speakers.append(Speaker(group, inbound.group_name, first.scheme, value, inbound.at))
    rows = join_groups(tx, speakers, gone)
    for message, row in zip(messages, rows, strict=True):
        message.conversation_id = row[0]
    return {row[0]: row for row in rows}


def _write_messages(
    tx: Tx, fresh: list[Arrival], current: Mapping[str, Row], answered: Mapping[tuple[str, str], str]
) -> None:
    _give_lives(tx, fresh, current)
    attachments: list[dict[str, Any]] = []
    rows = [_message_row(tx, message, answered, attachments) for message in fresh]
    tx.run_many(store.insert_message, rows)
    tx.run_many(store.insert_attachment, attachments)
    ask_to_vanish(tx, {one.message_id: one.inbound.expires_at for one in fresh if one.inbound.expires_at is not None})
    _touch(tx, fresh, current)
    for message in fresh:
        _announce(tx, message, current[message.conversation_id])


def _give_lives(tx: Tx, fresh: list[Arrival], current: Mapping[str, Row]) -> None:
    """Let what is said in a chat that has a timer live as long as that says. The timer stands in a row that is here anyway."""
    for message in fresh:
        row = current[message.conversation_id]
        if len(row) > store.TIMERS and row[store.TIMERS] is not None and message.call is None:
            value = message.contact.value if message.contact else ""
            timer = find_timer(message.inbound, read_timers(row[store.TIMERS]), message.received.inbox_id, value)
            if timer is not None:
                message.timed = True
                message.inbound = give_life(message.inbound, timer, tx.now)


def _announce(tx: Tx, message: Arrival, conversation: Row) -> None:
    """Log it, and carry what the ticket's row will show."""
    if conversation[1] == SIDE:
        _announce_aside(tx, message, conversation)
        return
    if message.call is not None and message.call.state == RINGING:
        tell_ringing(tx, message.conversation_id, message.received.inbox_id, message.message_id)
        return
    contact = message.contact if conversation[2] else None
    ours = message.inbound.ours
    text = message.inbound.text
    if message.call is not None:
        text = gist("out" if ours else "in", "", None, message.call)
    tx.carried[message.message_id] = Said(
        message.message_id,
        message.conversation_id,
        text,
        message.inbound.subject,
        message.received.inbox_id,
        message.received.channel,
        message.contact.value if message.contact else None,
        contact.contact_id if contact else None,
        contact.name if contact else None,
        conversation[3],
        not QUIET.isdisjoint(message.inbound.flags),
        bool(message.contact and message.contact.blocked),
        settled=message.call is not None and not SETTLED.isdisjoint(message.inbound.flags),
        place=post_of(message.inbound.place),
        speaker=_speaker(message) if conversation[2] is None and not ours else "",
        answers=message.answers,
        wishes=not WISHES.isdisjoint(message.inbound.flags),
        timed=message.timed,
    )
    if ours:
        tell_echo(
            tx,
            message.conversation_id,
            message.received.inbox_id,
            message.message_id,
            message.inbound.flags,
            imported=message.received.imported,
        )
        return
    contact_id = message.contact.contact_id if message.contact else None
    tx.emit(
        MessageReceived(
            conversation_id=message.conversation_id,
            inbox_id=message.received.inbox_id,
            message_id=message.message_id,
            contact_id=contact_id,
            imported=1 if message.received.imported else 0,
            answered=1 if message.call is not None and ANSWERED in message.inbound.flags else 0,
        ),
        actor=f"contact:{contact_id}" if contact_id else None,
    )


def _speaker(message: Arrival) -> str:
    """Who says it in a group, where these are words."""
    known = message.contact.name if message.contact else ""
    return "" if "unsupported" in message.inbound.flags else known or message.inbound.sender[0].name


def _announce_aside(tx: Tx, message: Arrival, side: Row) -> None:
    tx.emit(
        SideAnswered(
            conversation_id=message.conversation_id,
            inbox_id=message.received.inbox_id,
            message_id=message.message_id,
            quiet=1 if message.is_quiet else 0,
        )
    )
    if not message.is_quiet:
        reopen_side(tx, Conversation(*side))


def _answered(tx: Tx, fresh: list[Arrival]) -> Mapping[tuple[str, str], str]:
    """Our ids of the messages that these answer, where we have them: (conversation, external id) to id.

    A reference into somebody else's conversation is not followed: the words land with the person who sent them.
    """
    wanted: dict[str, set[str]] = {}
    for message in fresh:
        if message.inbound.answers:
            wanted.setdefault(message.received.inbox_id, set()).update(message.inbound.answers)
    return {
        (conversation_id, external_id): message_id
        for inbox_id, external in wanted.items()
        for external_id, (message_id, conversation_id) in find_named(tx, inbox_id, external).items()
    }


def _message_row(
    tx: Tx, message: Arrival, answered: Mapping[tuple[str, str], str], attachments: list[dict[str, Any]]
) -> dict[str, Any]:
    inbound = message.inbound
    sender = inbound.sender[0]
    return {
        "conversation_id": message.conversation_id,
        "id": message.message_id,
        "direction": "out" if inbound.ours else "in",
        "inbox_id": message.received.inbox_id,
        "external_id": inbound.external_id,
        "scheme": sender.scheme,
        "value": message.contact.value if message.contact else sender.value,
        "agent_id": None,
        "text": inbound.text,
        "html": inbound.html,
        "quoted": inbound.quoted,
        "subject": inbound.subject,
        "more": _more(tx, message, answered, attachments),
        "claimed_at": inbound.at or tx.now if inbound.ours else inbound.at,
        "removed_at": None,
        "amended_at": None,
        "created_at": tx.now,
    }


def _more(tx: Tx, message: Arrival, answered: Mapping[tuple[str, str], str], attachments: list[dict[str, Any]]) -> str:
    inbound = message.inbound
    sender = inbound.sender[0].name
    shown = message.contact.name if message.contact else ""
    flags = inbound.flags | {"blocked"} if message.contact and message.contact.blocked else inbound.flags
    flags = inbound.flags | {ELSEWHERE} if inbound.ours else flags
    choice = find_choice(tx, message.conversation_id, inbound, answered) if may_choose(inbound) else None
    sent = inbound.media or inbound.recipients or inbound.copies or inbound.answers
    seldom = inbound.thread or inbound.topic or inbound.place or inbound.expires_at or inbound.handle or choice
    if not (flags or sent or seldom) and sender in ("", shown):
        return NOTHING_MORE
    files = tuple(
        Attached(new_id(), media.file or "", media.name, media.type, media.size, media.inline_id)
        for media in inbound.media
    )
    attachments.extend(
        {
            **msgspec.structs.asdict(file),
            "message_id": message.message_id,
            "conversation_id": message.conversation_id,
            "uploaded_by": "channel",
            "created_at": tx.now,
        }
        for file in files
    )
    missing = {}
    for file, media in zip(files, inbound.media, strict=True):
        if media.url is not None and media.file is None:
            ask_for_file(tx, Wanted(message.received.inbox_id, message.message_id, file.id, media))
            missing[file.id] = COMING
    references = ((message.conversation_id, reference) for reference in inbound.answers)
    answers = next((answered[key] for key in references if key in answered), None)
    if answers is None and inbound.thread == message.conversation_id:  # a relay changed the ids, not the address
        answers = tx.value(store.last_said_to, id=message.conversation_id)
    message.answers = choice.message_id if choice else answers
    return write_more(
        More(
            attachments=files,
            recipients=inbound.recipients,
            copies=inbound.copies,
            flags=tuple(sorted(flags)),
            answers=message.answers,
            sender="" if sender == shown or inbound.ours else sender,
            missing=missing,
            chosen=choice.number if choice else None,
            call=message.call,
            expires_at=inbound.expires_at,
            place=inbound.place,
            topic=inbound.topic,
            handle=inbound.handle,
        )
    )


def _touch(tx: Tx, fresh: list[Arrival], current: Mapping[str, Row]) -> None:
    """Move each conversation on to its last message; remember the inboxes that carry it."""
    last: dict[str, Arrival] = {}
    heard: dict[str, Arrival] = {}
    for message in fresh:
        if current[message.conversation_id][1] == SIDE and message.is_quiet:
            continue
        for newest in (last,) if message.inbound.ours else (last, heard):
            before = newest.get(message.conversation_id)
            if before is None or message.message_id > before.message_id:
                newest[message.conversation_id] = message
    carriers = {
        (message.conversation_id, message.received.inbox_id)
        for message in fresh
        if current[message.conversation_id][4] != message.received.inbox_id
        and current[message.conversation_id][1] != SIDE
    }
    tx.run_many(store.add_carrier, [{"conversation_id": one, "inbox_id": inbox} for one, inbox in sorted(carriers)])
    rows = []
    for conversation_id, message in last.items():
        row = current[conversation_id]
        said = heard.get(conversation_id)
        newer = said is not None and (row[8] is None or said.message_id > row[8])
        door = said if newer else message if row[4] is None else None
        rows.append(
            {
                "key": conversation_id,
                **_door(door, row),
                "last_message_id": later(row[7], message.message_id),
                "last_inbound_id": later(row[8], said.message_id if said else None),
                "last_inbound_at": id_time(said.message_id) if said and newer else row[9],
                "changed_at": tx.now,
            }
        )
    tx.run_many(store.touch_inbound, rows)


def _door(message: Arrival | None, row: Row) -> dict[str, Any]:
    """Where replies leave from now on: where this came from, else as before."""
    if message is None:
        return {"inbox_id": row[4], "scheme": row[5], "value": row[6]}
    sender = message.inbound.sender[0]
    value = message.contact.value if message.contact else sender.value
    return {"inbox_id": message.received.inbox_id, "scheme": sender.scheme, "value": value}


def _merge_statuses(tx: Tx, items: Sequence[Received]) -> None:
    for received in items:
        statuses = [inbound for inbound in received.inbounds if isinstance(inbound, InboundStatus)]
        if statuses:
            apply_statuses(tx, received.inbox_id, statuses)


def _hear_amendments(tx: Tx, items: Sequence[Received]) -> set[int]:
    """Those items, by `id`, that brought something about words that vanish."""
    fleeting = set()
    for received in items:
        amendments = [inbound for inbound in received.inbounds if isinstance(inbound, InboundAmendment)]
        if amendments and hear_amendments(tx, received.inbox_id, amendments):
            fleeting.add(id(received))
        calls = [inbound for inbound in received.inbounds if isinstance(inbound, InboundCall)]
        if calls:
            hear_calls(tx, received, calls)
    return fleeting


def _keep_raw(
    tx: Tx, items: Sequence[Received], said: Sequence[Sequence[Arrival | None]], fresh: set[int], fleeting: set[int]
) -> None:
    """Keep the payloads as they came, each by the id of the first message that it brought. One that brought nothing new is known.

    One with words that vanish is kept nowhere.
    """
    rows = []
    for received, group in zip(items, said, strict=True):
        if received.raw is None or id(received) in fleeting:
            continue
        if any(message and message.inbound.expires_at is not None for message in group):
            continue
        first = next((message.message_id for message in group if message and id(message) in fresh), None)
        beside = zip(group, received.inbounds, strict=True)
        told = any(message is None and not isinstance(inbound, InboundPeer) for message, inbound in beside)
        if first is not None or told or not any(group):
            rows.append(raw_row(received, received.raw, first or new_id()))
    tx.run_many(store.insert_raw, rows)
