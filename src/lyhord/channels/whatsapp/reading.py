"""From a call of Meta to what happened in the conversation. Never raises: what isn't understood becomes `Unsupported`."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from typing import Literal

import msgspec
from msgspec import Raw as Json

from lyhord.channels.whatsapp.errors import say
from lyhord.channels.whatsapp.happening import read_call, read_call_status, read_group, read_preference, to_millis
from lyhord.channels.whatsapp.payloads import Change, Envelope, Id, Message, Status, Value
from lyhord.channels.whatsapp.people import addresses, contact_of
from lyhord.channels.whatsapp.saying import read_said
from lyhord.conversations.exchange import (
    Address,
    Inbound,
    InboundEdit,
    InboundMessage,
    InboundReaction,
    InboundRemoval,
    InboundStatus,
    Unsupported,
    unread_id,
)

UNSHOWN, ONCE, VANISHED, POLL = (f"channel.whatsapp.unshown{kind}" for kind in ("", "_once", "_vanished", "_poll"))
_REASONS: Mapping[str, str] = {
    "view_once": ONCE,
    "ephemeral": VANISHED,
    "poll_creation": POLL,
    "poll_update": POLL,
}
_ODD = (msgspec.MsgspecError, ValueError, RecursionError)
_NEWS: tuple[str, ...] = ("history", "smb_app_state_sync")
"""Fields that tell of the past of a number or of its address book: nothing happens in a conversation."""
_STATES: Mapping[str, Literal["sent", "delivered", "read", "failed"]] = {
    "sent": "sent",
    "delivered": "delivered",
    "read": "read",
    "played": "read",
    "failed": "failed",
}
_envelope = msgspec.json.Decoder(Envelope)
_value = msgspec.json.Decoder(Value)
_message = msgspec.json.Decoder(Message)
_status = msgspec.json.Decoder(Status)


def read_payload(body: bytes, number_id: str) -> list[Inbound]:
    """Everything that one call tells of this number; what is another number's, or the whole account's, isn't told here."""
    try:
        envelope = _envelope.decode(body)
    except _ODD:
        return [_not_understood(body)]
    if envelope.object != "whatsapp_business_account":
        return [_not_understood(body)]
    return [inbound for entry in envelope.entry for change in entry.changes for inbound in _read(change, number_id)]


def _read(change: Change, number_id: str) -> Iterator[Inbound]:
    try:
        value = _value.decode(change.value)
    except _ODD:
        yield _not_understood(bytes(change.value))
        return
    if str(value.metadata.phone_number_id) != number_id or change.field in _NEWS:
        return
    readers: tuple[tuple[list[Json], Callable[[Json, Value], Iterator[Inbound]]], ...] = (
        (value.messages, _read_message),
        (value.message_echoes, _read_echo),
        (value.statuses, _read_status),
        (value.calls, read_call),
        (value.groups, read_group),
        (value.user_preferences, read_preference),
    )
    for things, read in readers:
        for thing in things:
            try:
                yield from list(read(thing, value))
            except _ODD:
                yield _not_understood(bytes(thing))
    if value.errors and not any(things for things, _ in readers):
        yield _not_understood(bytes(change.value), say(value.errors))


def _read_message(thing: Json, value: Value) -> Iterator[Inbound]:
    message = _message.decode(thing)
    if message.system is not None and message.type == "system":
        yield _changed(message, value)
        return
    contact = contact_of(value.contacts, message.sender, message.from_user_id)
    sender = addresses(message.sender, message.from_user_id, message.from_parent_user_id, contact=contact)
    for inbound in _read_said(message, sender, value):
        nobodys = isinstance(inbound, InboundEdit | InboundReaction) and not inbound.sender
        yield _unsupported(message, (), value) if nobodys else inbound


def _read_echo(thing: Json, value: Value) -> Iterator[Inbound]:
    """What the company said and did in WhatsApp's own app."""
    message = _message.decode(thing)
    contact = contact_of(value.contacts, message.to, message.to_user_id)
    customer = addresses(message.to, message.to_user_id, message.to_parent_user_id, contact=contact)
    for inbound in _read_said(message, customer, value):
        if isinstance(inbound, Unsupported):
            yield _as_shown(inbound, message) if customer else inbound
        else:
            yield msgspec.structs.replace(inbound, ours=True)


def _as_shown(unsupported: Unsupported, message: Message) -> InboundMessage:
    """Something of ours that isn't understood: it is shown as that, and nobody waits for an answer to it."""
    return InboundMessage(
        external_id=unsupported.external_id,
        sender=unsupported.sender,
        ours=True,
        text=unsupported.reason,
        at=to_millis(message.timestamp),
        answers=unsupported.answers,
        group_id=unsupported.group_id,
        flags=frozenset({"unsupported"}),
    )


def _read_said(message: Message, sender: tuple[Address, ...], value: Value) -> Iterator[Inbound]:
    """`sender` is the customer, whoever of the two said it."""
    group = message.group_id or None
    if message.edit is not None:
        said = read_said(_message.decode(message.edit.message))
        text = said.text if said else ""
        yield InboundEdit(message=message.edit.original_message_id, sender=sender, text=text, group_id=group)
    elif message.revoke is not None:
        yield InboundRemoval(message=message.revoke.original_message_id, sender=sender, group_id=group)
    elif message.reaction is not None:
        about, emoji = message.reaction.message_id, message.reaction.emoji
        yield InboundReaction(message=about, sender=sender, emoji=emoji, removed=not emoji, group_id=group)
    elif message.type != "request_welcome":  # the customer only opened the chat
        yield _as_message(message, sender, value)


def _as_message(message: Message, sender: tuple[Address, ...], value: Value) -> InboundMessage | Unsupported:
    about = message.context
    answers = (about.id,) if about and about.id else ()
    said = read_said(message)
    if said is None or not (message.id and sender):
        return _unsupported(message, sender, value)
    passed_on = about is not None and (about.forwarded or about.frequently_forwarded)
    return InboundMessage(
        external_id=message.id,
        sender=sender,
        text=said.text,
        at=to_millis(message.timestamp),
        media=said.media,
        answers=answers,
        quoted="\n".join(filter(None, (said.below, *_led_here(message)))),
        group_id=message.group_id or None,
        chosen=said.chosen,
        flags=frozenset({"forwarded"}) if passed_on else frozenset(),
    )


def _unsupported(message: Message, sender: tuple[Address, ...], value: Value) -> Unsupported:
    name = message.id or "raw:" + hashlib.sha256(msgspec.json.encode(message)).hexdigest()
    answers = (message.context.id,) if message.context and message.context.id else ()
    group = message.group_id or None
    return Unsupported(external_id=name, reason=_why(message, value), sender=sender, answers=answers, group_id=group)


def _led_here(message: Message) -> Iterator[str]:
    """The advertisement that was clicked, or the product that is asked about."""
    if message.referral is not None:
        yield from filter(None, (message.referral.headline, message.referral.body, message.referral.source_url))
    product = message.context.referred_product if message.context else None
    if product is not None and product.product_retailer_id:
        yield f"🛒 {product.product_retailer_id}"


def _why(message: Message, value: Value) -> str:
    """Why something can't be shown, as well as it is told."""
    told = {message.type, *((message.unsupported.type, message.unsupported.raw_type) if message.unsupported else ())}
    known = next((_REASONS[one] for one in sorted(told) if one in _REASONS), "")
    errors = message.errors or value.errors
    kept = say(errors) if errors and errors[0].code not in (130501, 131051) else ""
    return known or (kept if kept.startswith("channel.") else "") or UNSHOWN


def _changed(message: Message, value: Value) -> InboundMessage | Unsupported:
    """A customer has another number or id: both are theirs, so that they stay who they are. The words are WhatsApp's."""
    system = message.system
    assert system is not None
    ids: tuple[Id, ...] = (system.user_id, message.from_user_id, message.from_parent_user_id, system.previous_user_id)
    before = addresses(message.sender, *ids)
    after = [one for one in addresses(system.wa_id) if one not in before]
    if not (message.id and (after or before)):
        return _unsupported(message, (), value)
    return InboundMessage(
        external_id=message.id,
        sender=(*after, *before),
        text=system.body,
        at=to_millis(message.timestamp),
        flags=frozenset({"automatic"}),
    )


def _read_status(thing: Json, _: Value) -> Iterator[Inbound]:
    status = _status.decode(thing)
    if status.type == "call":
        yield read_call_status(status)
    elif status.status == "deleted":
        yield InboundRemoval(message=status.id)
    elif status.status in _STATES and (status.biz_opaque_callback_data or status.id):
        yield InboundStatus(
            reference=status.biz_opaque_callback_data or status.id,
            state=_STATES[status.status],
            external_id=status.id,
            at=to_millis(status.timestamp),
            error=say(status.errors) if status.status == "failed" else "",
        )


def _not_understood(body: bytes, reason: str = UNSHOWN) -> Unsupported:
    return Unsupported(external_id=unread_id(body), reason=reason)
