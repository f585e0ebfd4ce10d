"""To whom the company said something elsewhere, where its channel tells only what it is an answer to."""

from collections.abc import Sequence

from msgspec.structs import replace

from lyhord.conversations import store
from lyhord.conversations.exchange import Address, Inbound, InboundMessage, InboundStatus
from lyhord.conversations.model import Received
from lyhord.conversations.parts import messages_of_parts
from lyhord.kit.database import Tx

_NOTHING = InboundStatus(reference="", state="sent")
"""What stands in the place of something that is of nobody's conversation."""


def address_echoes(tx: Tx, items: Sequence[Received]) -> list[Received]:
    """The same, with every echo addressed to whoever said what it answers, or was answered there; one of nothing known is dropped."""
    return [_addressed(tx, received) if any(map(_is_open, received.inbounds)) else received for received in items]


def _is_open(inbound: Inbound) -> bool:
    return isinstance(inbound, InboundMessage) and inbound.ours and not inbound.sender


def _addressed(tx: Tx, received: Received) -> Received:
    answered = sorted({one.answers[0] for one in received.inbounds if isinstance(one, InboundMessage) and one.answers})
    rows = tx.all(store.whose_messages, inbox_id=received.inbox_id, external_ids=answered)
    rows += [
        (one[0], *one[3:]) for one in messages_of_parts(tx, received.inbox_id, {*answered} - {row[0] for row in rows})
    ]
    people = {external_id: Address(scheme, value) for external_id, scheme, value in rows if scheme and value}

    def addressed(one: Inbound) -> Inbound:
        if not (_is_open(one) and isinstance(one, InboundMessage)):
            return one
        person = people.get(one.answers[0]) if one.answers else None
        return replace(one, sender=(person,)) if person else _NOTHING

    return replace(received, inbounds=tuple(map(addressed, received.inbounds)))
