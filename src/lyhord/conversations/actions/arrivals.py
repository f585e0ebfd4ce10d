"""Messages on their way in, before they have a row."""

import msgspec

from lyhord.contacts.model import Found
from lyhord.conversations.actions.calls import to_call, to_message
from lyhord.conversations.exchange import Address, InboundCall, InboundMessage, Unsupported
from lyhord.conversations.model import QUIET, Call, Received

_NOBODY = (Address("unknown", "", "", verified=False),)


class Arrival(msgspec.Struct):
    """One message on its way in; a call is one, too. `timed`: it is known what timer its chat has, or that it has none."""

    received: Received
    inbound: InboundMessage
    call: Call | None = None
    message_id: str = ""
    conversation_id: str = ""
    contact: Found | None = None
    answers: str | None = None
    timed: bool = False

    @property
    def is_quiet(self) -> bool:
        """Whether nobody waits because of it: a machine said it, or somebody who is blocked."""
        return not QUIET.isdisjoint(self.inbound.flags) or bool(self.contact and self.contact.blocked)


def read_arrival(received: Received, inbound: object) -> Arrival | None:
    """The message to store, None for what is none: what isn't understood is one too, with a flag, so that somebody sees it."""
    if isinstance(inbound, InboundMessage):
        return Arrival(received, inbound)
    if isinstance(inbound, InboundCall):
        return Arrival(received, to_message(inbound), to_call(inbound))
    if isinstance(inbound, Unsupported):
        flags = frozenset({"unsupported"})
        sender = inbound.sender or _NOBODY
        return Arrival(
            received,
            InboundMessage(
                external_id=inbound.external_id,
                sender=sender,
                text=inbound.reason,
                flags=flags,
                answers=inbound.answers,
                thread=inbound.thread,
                group_id=inbound.group_id,
            ),
        )
    return None
