"""What happens beside messages: calls, groups that change, wishes about marketing messages."""

from collections.abc import Iterator, Mapping
from typing import Literal

import msgspec
from msgspec import Raw as Json

from lyhord.channels.whatsapp.payloads import Calling, Group, Id, Participant, Preference, Status, Value
from lyhord.channels.whatsapp.people import addresses, contact_of
from lyhord.conversations.exchange import Address, Inbound, InboundCall, InboundGroup, InboundMessage, Unsupported

State = Literal["ringing", "answered", "ended", "missed", "refused"]
_CALLED: Mapping[str, State] = {"RINGING": "ringing", "ACCEPTED": "answered", "REJECTED": "refused"}
_call = msgspec.json.Decoder(Calling)
_group = msgspec.json.Decoder(Group)
_preference = msgspec.json.Decoder(Preference)


def read_call(thing: Json, value: Value) -> Iterator[Inbound]:
    """A call that begins or ends (webhook field `calls`)."""
    call = _call.decode(thing)
    ours = call.direction == "BUSINESS_INITIATED"
    number, person = (call.to, call.to_user_id) if ours else (call.sender, call.from_user_id)
    contact = contact_of(value.contacts, number, person)
    sender = addresses(number, person, contact=contact)
    state = _state(call)
    if state is None or not (sender and call.id):
        name = f"{call.id or 'call'}:{call.event}:{call.timestamp}"
        yield Unsupported(external_id=name, reason="channel.whatsapp.unshown", sender=sender)
        return
    seconds = int(call.duration) if state == "ended" and call.duration is not None else None
    at = to_millis(call.timestamp)
    yield InboundCall(external_id=call.id, sender=sender, state=state, ours=ours, at=at, seconds=seconds)


def _state(call: Calling) -> State | None:
    if call.event == "connect":
        return "ringing"
    if call.event != "terminate":
        return None
    told = [call.status] if isinstance(call.status, str) else call.status
    if "REJECTED" in told:
        return "refused"
    return "ended" if call.duration else "missed"


def read_call_status(status: Status) -> Inbound:
    """How far a call of ours has come."""
    sender = addresses(status.recipient_id, status.recipient_user_id)
    state = _CALLED.get(status.status)
    if state is None or not sender:
        return Unsupported(external_id=f"{status.id}:{status.status}", reason="channel.whatsapp.unshown", sender=sender)
    return InboundCall(external_id=status.id, sender=sender, state=state, ours=True, at=to_millis(status.timestamp))


def read_group(thing: Json, _: Value) -> Iterator[Inbound]:
    """A group that was made, changed or ended. A picture or a description changes nothing here, nor does what didn't succeed."""
    group = _group.decode(thing)
    if group.errors or not group.group_id:
        return
    renamed = group.group_subject.text if group.group_subject and group.group_subject.update_successful else ""
    name, ended = group.subject or renamed or None, group.type == "group_delete"
    joined, left = _people(group.added_participants), _people(group.removed_participants)
    if name or ended or joined or left:
        at = to_millis(group.timestamp)
        yield InboundGroup(group_id=group.group_id, name=name, joined=joined, left=left, ended=ended, at=at)


def _people(participants: list[Participant]) -> tuple[Address, ...]:
    return tuple(one for each in participants for one in addresses(each.wa_id or each.input, each.user_id)[:1])


def read_preference(thing: Json, value: Value) -> Iterator[Inbound]:
    """A customer wants no more marketing messages, or wants them again. WhatsApp holds them back itself; answers may still leave."""
    wish = _preference.decode(thing)
    sender = addresses(wish.wa_id, wish.user_id, contact=contact_of(value.contacts, wish.wa_id, wish.user_id))
    if sender and wish.detail:
        name = f"preference:{sender[0].value}:{wish.timestamp}:{wish.value}"
        flags = frozenset({"automatic"})
        at = to_millis(wish.timestamp)
        yield InboundMessage(external_id=name, sender=sender, text=wish.detail, at=at, flags=flags)


def to_millis(seconds: Id) -> int | None:
    """Unix milliseconds of a time that WhatsApp tells in seconds; None where it tells none."""
    told = str(seconds)
    return int(told) * 1000 if told.isascii() and told.isdigit() and 0 < len(told) < 12 else None
